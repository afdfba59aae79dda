#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/kernels/special_functions.hpp"

#include "views/label_places_internal.hpp"
#include "views/market_parts_internal.hpp"
#include "views/scan_panels_internal.hpp"

// All tested names of an evening: by their two surprises, and by their scores against chance.
namespace offex::views {
namespace {

using render::Ink;

constexpr double kTagCut = 1.5;          // SURGE, SHORT and LONG begin there
constexpr std::size_t kMostDots = 2500;  // of names that are not flagged
constexpr std::size_t kMostLabels = 14;
constexpr double kFewest = 0.6;      // names: where the logarithmic scale begins
constexpr double kFarReturn = 0.05;  // has the full colour

/// The tested names as points of the scatter.
struct Cloud {
  std::vector<std::size_t> rows;  // drawn, the largest first
  std::size_t all{0};
};

Cloud cloud_of(const ScanFigureData& data, const std::vector<double>& z_v,
               const std::vector<double>& z_r, const std::vector<double>& dollars) {
  Cloud out;
  for (std::size_t row = 0; row < z_v.size(); ++row) {
    if (!std::isnan(z_v[row]) && !std::isnan(z_r[row])) out.rows.push_back(row);
  }
  out.all = out.rows.size();
  const auto size = [&](std::size_t row) { return std::isnan(dollars[row]) ? 0.0 : dollars[row]; };
  std::ranges::stable_sort(out.rows, std::ranges::greater{}, size);
  if (out.all <= kMostDots) return out;
  std::size_t ordinary = 0;
  std::erase_if(out.rows, [&](std::size_t row) {
    const bool far = std::fabs(z_v[row]) > kUnusualZ || std::fabs(z_r[row]) > kUnusualZ ||
                     row < data.scan.discoveries;
    return !far && ++ordinary > kMostDots;
  });
  return out;
}

/// The area of a dot goes with dollars, from the 10th to the 99th percentile of the names.
std::vector<double> sizes_of(const std::vector<std::size_t>& rows,
                             const std::vector<double>& dollars) {
  std::vector<double> known;
  for (const std::size_t row : rows) {
    if (dollars[row] > 0.0) known.push_back(dollars[row]);
  }
  std::ranges::sort(known);
  std::vector<double> out;
  for (const std::size_t row : rows) {
    if (!(dollars[row] > 0.0)) {
      out.push_back(0.5);
      continue;
    }
    const double top = known[(known.size() - 1) * 99 / 100];
    out.push_back(0.4 + 1.5 * std::sqrt(std::min(dollars[row] / top, 1.0)));
  }
  return out;
}

double far_end(const std::vector<double>& values) {
  double out = 3.2;
  for (const double value : values) {
    if (std::isfinite(value)) out = std::max(out, std::fabs(value) + 0.4);
  }
  return out;
}

std::vector<double> column_of(const ScanFigureData& data, std::string_view name) {
  std::vector<double> out(data.scan.rows.num_rows());
  for (std::size_t row = 0; row < out.size(); ++row) {
    out[row] = columns::number_of(data.scan.rows, name, row);
  }
  return out;
}

void add_cuts(std::vector<render::Mark>& marks) {
  marks.emplace_back(render::Rule{.at = 0.0, .ink = Ink::Shade3});
  marks.emplace_back(render::Rule{.at = 0.0, .vertical = true, .ink = Ink::Shade3});
  for (const double cut : {-kTagCut, kTagCut}) {
    marks.emplace_back(render::Rule{.at = cut, .dash = render::Dash::Dotted});
  }
  marks.emplace_back(render::Rule{.at = kTagCut, .vertical = true, .dash = render::Dash::Dotted});
}

/// What the parts of the plane are called, in its corners.
render::Texts corner_names(const PlotArea& area) {
  const double x = area.x_high - 0.015 * (area.x_high - area.x_low);
  const double left = area.x_low + 0.015 * (area.x_high - area.x_low);
  const double step = 0.035 * (area.y_high - area.y_low);
  render::Texts out;
  const auto say = [&](double at, double y, const char* text, render::Place place) {
    out.texts.push_back({.x = at, .y = y, .text = text, .place = place, .size = 0.78});
  };
  say(x, area.y_high - step, "more volume, more short", render::Place::Left);
  say(x, area.y_low + step, "more volume, less short", render::Place::Left);
  say(left, area.y_high - step, "less volume, more short", render::Place::Right);
  say(left, area.y_low + step, "less volume, less short", render::Place::Right);
  return out;
}

std::vector<NamedPoint> names_of(const ScanFigureData& data, const std::vector<double>& z_v,
                                 const std::vector<double>& z_r) {
  std::vector<NamedPoint> out;
  const std::vector<double> q = column_of(data, q_column(data.by));
  for (std::size_t row = 0; row < std::min(kMostLabels, z_v.size()); ++row) {
    if (std::isnan(z_v[row]) || std::isnan(z_r[row])) continue;
    const bool flagged = q[row] <= data.scan.rate;
    out.push_back({z_v[row], z_r[row], columns::text_of(data.scan.rows, "symbol", row),
                   flagged ? Ink::Text : Ink::Quiet, flagged});
  }
  return out;
}

struct Histogram {
  static constexpr double kWidth = 0.25;
  double low{-4.0}, high{4.0};
  std::vector<double> counts;
};

Histogram histogram_of(const std::vector<double>& scores) {
  Histogram out;
  for (const double score : scores) {
    if (std::isnan(score)) continue;
    out.high = std::max(out.high, Histogram::kWidth * std::ceil((score + 0.1) / Histogram::kWidth));
  }
  const double bins = (out.high - out.low) / Histogram::kWidth;
  out.counts.assign(static_cast<std::size_t>(std::lround(bins)), 0.0);
  const auto last = static_cast<double>(out.counts.size() - 1);
  for (const double score : scores) {
    if (std::isnan(score)) continue;
    const double bin = std::clamp(std::floor((score - out.low) / Histogram::kWidth), 0.0, last);
    out.counts[static_cast<std::size_t>(bin)] += 1.0;
  }
  return out;
}

/// Normal scores of all tested names, high for small p, and the smallest one that is flagged.
struct Scores {
  std::vector<double> values;
  double cut{kMissing};
};

Scores scores_of(const ScanFigureData& data) {
  constexpr double kSmallest = 1e-15;
  Scores out;
  out.values = column_of(data, p_column(data.by));
  const std::vector<double> q = column_of(data, q_column(data.by));
  for (std::size_t row = 0; row < q.size(); ++row) {
    double& value = out.values[row];
    if (std::isnan(value)) continue;
    value = -kernels::normal_quantile(std::clamp(value, kSmallest, 1.0 - kSmallest));
    if (q[row] <= data.scan.rate) out.cut = std::isnan(out.cut) ? value : std::min(out.cut, value);
  }
  return out;
}

render::Boxes bars_of(const Histogram& bins, double cut) {
  render::Boxes out;
  for (std::size_t bin = 0; bin < bins.counts.size(); ++bin) {
    if (bins.counts[bin] == 0.0) continue;
    const double from = bins.low + Histogram::kWidth * static_cast<double>(bin);
    out.boxes.push_back({.x_low = from + 0.02,
                         .x_high = from + Histogram::kWidth - 0.02,
                         .y_low = kFewest,
                         .y_high = bins.counts[bin],
                         .ink = from + Histogram::kWidth > cut ? Ink::Shade1 : Ink::Shade3});
  }
  return out;
}

/// How many names chance alone would put into each bar.
render::Line chance_line(const Histogram& bins, double names) {
  render::Line out{.x = {}, .y = {}, .width = 1.6, .dash = render::Dash::Dashed};
  for (std::size_t bin = 0; bin < bins.counts.size(); ++bin) {
    const double from = bins.low + Histogram::kWidth * static_cast<double>(bin);
    const double to = from + Histogram::kWidth;
    const double expected = names * (kernels::normal_cdf(to) - kernels::normal_cdf(from));
    out.x.push_back((from + to) / 2);
    // p-values that were combined are no longer even, but for the small ones.
    out.y.push_back(expected < kFewest || from < 0.0 ? kMissing : expected);
  }
  return out;
}

}  // namespace

std::string_view q_column(studies::RankBy by) {
  constexpr std::array<std::string_view, 5> kNames{"q_o", "q_r", "q_v", "q_j", "q_p"};
  return kNames[static_cast<std::size_t>(by)];
}

std::string_view p_column(studies::RankBy by) {
  constexpr std::array<std::string_view, 5> kNames{"p_o", "p_r", "p_v", "p_j", "p_p"};
  return kNames[static_cast<std::size_t>(by)];
}

std::string nothing_tested(const ScanFigureData& data) {
  if (data.scan.rows.num_rows() > 0) return {};
  return fmt::format("none of the {} names of {} can be tested: offex scan --explain tells why",
                     data.scan.names, data.scan.day.iso());
}

render::Panel surprise_scatter(const ScanFigureData& data, double inches, double height) {
  render::Panel out{.title = "Volume against short ratio"};
  out.x = {.unit = render::Unit::Signed, .title = "z_v: surprise of volume"};
  out.y = {.unit = render::Unit::Signed, .title = "z_r upwards"};
  if (const std::string why = nothing_tested(data); !why.empty())
    return empty_panel(out.title, why);
  const std::vector<double> z_v = column_of(data, "z_v");
  const std::vector<double> z_r = column_of(data, "z_r");
  const std::vector<double> dollars = column_of(data, "dollar_volume");
  const double reach = far_end(z_r);
  const PlotArea area{-std::min(far_end(z_v), 4.2), far_end(z_v), -reach, reach, inches, height};
  out.x.low = area.x_low;
  out.x.high = area.x_high;
  out.y.low = area.y_low;
  out.y.high = area.y_high;
  const Cloud cloud = cloud_of(data, z_v, z_r, dollars);
  render::Points dots{
      .x = {}, .y = {}, .sizes = sizes_of(cloud.rows, dollars), .sign_limit = kFarReturn};
  for (const std::size_t row : cloud.rows) {
    dots.x.push_back(z_v[row]);
    dots.y.push_back(z_r[row]);
    dots.signs.push_back(data.returns[row]);
  }
  out.note = any_value(data.returns) ? "area: dollars a day; hue: return, full at 5 %"
                                     : "area: dollars a day; no returns known";
  if (cloud.rows.size() < cloud.all) {
    out.note = fmt::format("{} of {} names drawn; area: dollars; hue: return", cloud.rows.size(),
                           cloud.all);
  }
  add_cuts(out.marks);
  render::Texts labels = place_labels(names_of(data, z_v, z_r), dots, area);
  out.marks.emplace_back(std::move(dots));
  out.marks.emplace_back(corner_names(area));
  out.marks.emplace_back(std::move(labels));
  return out;
}

render::Panel score_distribution(const ScanFigureData& data) {
  render::Panel out{.title = "All scores against chance"};
  out.x = {.unit = render::Unit::Signed,
           .title = fmt::format("score by {}: the normal quantile of its p",
                                studies::to_string(data.by))};
  out.y = {.low = kFewest, .log = true, .title = "names, logarithmic"};
  if (const std::string why = nothing_tested(data); !why.empty())
    return empty_panel(out.title, why);
  const Scores scores = scores_of(data);
  const Histogram bins = histogram_of(scores.values);
  const render::Line chance = chance_line(bins, static_cast<double>(data.scan.family));
  double most = 1.0;
  for (const double count : bins.counts) most = std::max(most, count);
  for (const double count : chance.y) most = std::isnan(count) ? most : std::max(most, count);
  out.x.low = bins.low;
  out.x.high = bins.high;
  out.y.high = 1.8 * most;
  out.marks = {bars_of(bins, scores.cut), chance};
  render::Texts texts{{{.x = bins.low + 0.06 * (bins.high - bins.low),
                        .y = 1.25 * most,
                        .text = "dashed, to the right: what chance gives",
                        .place = render::Place::Right}}};
  if (std::isnan(scores.cut)) {
    out.note = "no name is flagged";
  } else {
    out.marks.emplace_back(render::Rule{.at = scores.cut, .vertical = true, .ink = Ink::Text});
    texts.texts.push_back({.x = scores.cut - 0.1,
                           .y = 1.25 * most,
                           .text = fmt::format("flagged from {:.2f}", scores.cut),
                           .place = render::Place::Left,
                           .ink = Ink::Text});
  }
  out.marks.emplace_back(std::move(texts));
  return out;
}

}  // namespace offex::views
