#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/render/day_axis.hpp"

#include "views/market_parts_internal.hpp"
#include "views/scan_panels_internal.hpp"

// The scan over time, and what became of earlier hits.
namespace offex::views {
namespace {

using render::Ink;

constexpr std::string_view kNoHistory = "no earlier session with 10 tested names";
constexpr double kFewSteps = 5.0;
constexpr GroupKey kMarket{"market", "market"};

/// A return that is farther off than this is drawn at the edge.
double edge_of(std::vector<double> values, const studies::Outcomes& outcomes) {
  double out = 0.02;
  std::ranges::sort(values, std::ranges::less{}, [](double value) { return std::fabs(value); });
  if (!values.empty()) out = std::max(out, std::fabs(values[(values.size() - 1) * 95 / 100]));
  for (const studies::Outcomes::Mean& mean : outcomes.means) {
    if (std::isnan(mean.mean_excess)) continue;
    const double error = std::isnan(mean.standard_error) ? 0.0 : mean.standard_error;
    out = std::max(out, std::fabs(mean.mean_excess) + error);
  }
  return 1.1 * out;
}

std::vector<double> excesses_of(const studies::Outcomes& outcomes, int sessions) {
  std::vector<double> out;
  for (std::size_t row = 0; row < outcomes.rows.num_rows(); ++row) {
    if (columns::number_of(outcomes.rows, "sessions", row) != sessions) continue;
    const double excess = columns::number_of(outcomes.rows, "excess_return", row);
    if (!std::isnan(excess)) out.push_back(excess);
  }
  return out;
}

std::string mean_text(const studies::Outcomes::Mean& mean) {
  if (mean.hits == 0) return fmt::format("{} sessions ago: no hits with prices", mean.sessions);
  const std::string error =
      std::isnan(mean.standard_error) ? "" : fmt::format(" ± {:.1f}", 100.0 * mean.standard_error);
  return fmt::format("{} sessions ago: {:+.1f}{} %, {} hits", mean.sessions,
                     100.0 * mean.mean_excess, error, mean.hits);
}

/// The hits of one evening around `level`, with their mean below.
void add_outcomes(const studies::Outcomes& outcomes, const studies::Outcomes::Mean& mean,
                  double level, double edge, std::vector<render::Mark>& marks) {
  marks.emplace_back(render::Segments{{{0.0, level - 0.40, 0.0, level + 0.22, Ink::Quiet, 0.8}}});
  render::Points dots{.x = {}, .y = {}, .size = 0.8, .sign_limit = edge / 2};
  std::size_t number = 0;
  for (const double excess : excesses_of(outcomes, mean.sessions)) {
    dots.x.push_back(std::clamp(excess, -edge, edge));
    dots.y.push_back(level + 0.055 * (static_cast<double>(number++ * 3 % 7) - 3.0));
    dots.signs.push_back(excess);
  }
  marks.emplace_back(std::move(dots));
  marks.emplace_back(render::Texts{{{.x = -0.98 * edge,
                                     .y = level + 0.34,
                                     .text = mean_text(mean),
                                     .place = render::Place::Right,
                                     .ink = Ink::Text}}});
  if (std::isnan(mean.mean_excess)) return;
  const double at = level - 0.30;
  if (!std::isnan(mean.standard_error)) {
    marks.emplace_back(
        render::Segments{{{mean.mean_excess - mean.standard_error, at,
                           mean.mean_excess + mean.standard_error, at, Ink::Text, 1.8}}});
  }
  marks.emplace_back(render::Points{.x = {mean.mean_excess},
                                    .y = {at},
                                    .ink = Ink::Text,
                                    .shape = render::Shape::Diamond,
                                    .size = 1.1});
}

}  // namespace

render::Panel discoveries_over_time(const ScanFigureData& data, double inches) {
  render::Panel out{.title = "Flagged names"};
  const std::vector<market::Day> sessions = days_in(data.market, "trade_date");
  const TimePoints time{sessions};
  const std::vector<double> found =
      time.means(by_session(data.market, "discoveries", sessions, kMarket));
  out.x = render::day_axis(time.days(), inches);
  out.x.grid = false;
  out.y.title = "omnibus, all names";
  if (!any_value(found)) {
    return empty_panel(out.title, "no session with tested names");
  }
  const double most = std::max(
      1.0, *std::ranges::max_element(found, std::ranges::less{},
                                     [](double value) { return std::isnan(value) ? 0.0 : value; }));
  const Limits limits{0.0, 1.08 * most};
  out.y.low = limits.low;
  out.y.high = limits.high;
  if (most <= kFewSteps) {
    // Names are whole.
    for (double count = 0.0; count <= most; ++count) {
      out.y.ticks.push_back({count, fmt::format("{:.0f}", count)});
    }
  }
  render::Boxes bars;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(found[i])) continue;
    const auto at = static_cast<double>(i);
    bars.boxes.push_back(
        {at - 0.38, at + 0.38, 0.0, found[i], i + 1 == found.size() ? Ink::Shade1 : Ink::Shade2});
  }
  out.note = fmt::format("newest: {:.0f}", last_of(found));
  out.marks = {calendar_shades(time, limits), std::move(bars)};
  return out;
}

render::Panel breadth_over_time(const ScanFigureData& data, double inches) {
  render::Panel out{.title = "Breadth"};
  const std::vector<market::Day> sessions = days_in(data.market, "trade_date");
  const TimePoints time{sessions};
  const std::vector<double> breadth =
      time.means(by_session(data.market, "breadth", sessions, kMarket));
  const std::vector<double> z = time.means(by_session(data.market, "breadth_z", sessions, kMarket));
  out.x = render::day_axis(time.days(), inches);
  out.x.grid = false;
  out.y.unit = render::Unit::Points;
  if (!any_value(breadth)) {
    return empty_panel(out.title, kNoHistory);
  }
  std::vector<bool> unusual;
  unusual.reserve(z.size());
  for (const double value : z) unusual.push_back(std::fabs(value) > kUnusualZ);
  const Limits limits = limits_of({breadth}, true);
  out.y.low = limits.low;
  out.y.high = limits.high;
  out.note = "points; in colour: |z| > 2";
  out.marks = {calendar_shades(time, limits), signed_bars(breadth, &unusual),
               render::Rule{.at = 0.0}};
  return out;
}

render::Panel outcomes_of_hits(const ScanFigureData& data) {
  render::Panel out{.title = "What became of earlier hits"};
  out.x = {.unit = render::Unit::Points,
           .title = "excess return in points; diamond: mean ± standard error"};
  out.y = {.labels = false, .grid = false};
  out.y.ticks = {{0.0, ""}};
  std::vector<double> all;
  for (const studies::Outcomes::Mean& mean : data.outcomes.means) {
    const std::vector<double> part = excesses_of(data.outcomes, mean.sessions);
    all.insert(all.end(), part.begin(), part.end());
  }
  if (all.empty()) {
    return empty_panel(out.title, data.scan.has_prices ? "no hit 5 or 20 sessions ago"
                                                       : "no prices: offex import BARS");
  }
  const double edge = edge_of(all, data.outcomes);
  out.x.low = -1.04 * edge;
  out.x.high = 1.04 * edge;
  out.y.low = -0.6;
  out.y.high = static_cast<double>(data.outcomes.means.size()) - 0.4;
  auto level = static_cast<double>(data.outcomes.means.size());
  for (const studies::Outcomes::Mean& mean : data.outcomes.means) {
    level -= 1.0;
    add_outcomes(data.outcomes, mean, level, edge, out.marks);
  }
  return out;
}

}  // namespace offex::views
