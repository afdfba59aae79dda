#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/kernels/order_statistics.hpp"

#include "views/time_panels_internal.hpp"

// The short ratio of an index's members, and which of them move it.
namespace offex::views {
namespace {

using render::Ink;

constexpr double kLowBand = 0.10;
constexpr double kHighBand = 0.90;
constexpr std::size_t kNames = 15;
constexpr std::string_view kDollars = "dollar_weighted_short_ratio";
constexpr std::string_view kEqual = "equal_weighted_short_ratio";

/// The 10th and 90th percentile of the sessions before each one that is shown.
struct PastBand {
  std::vector<double> low, high;
};

PastBand past_band(const IndexFigureData& data, const TimeFrame& frame) {
  PastBand out;
  const std::vector<market::Day> days = days_in(data.rows, "trade_date");
  const std::vector<double> values = by_session(data.rows, kDollars, days);
  for (const market::Day day : frame.sessions) {
    const auto end = std::ranges::lower_bound(days, day) - days.begin();
    const auto reach = static_cast<std::ptrdiff_t>(studies::kIndexPercentileSessions);
    std::vector<double> before;
    for (auto i = std::max<std::ptrdiff_t>(end - reach, 0); i < end; ++i) {
      const double value = values[static_cast<std::size_t>(i)];
      if (!std::isnan(value)) before.push_back(value);
    }
    const bool enough = before.size() >= studies::kIndexPercentileValues;
    out.low.push_back(enough ? kernels::quantile(before, kLowBand) : kMissing);
    out.high.push_back(enough ? kernels::quantile(before, kHighBand) : kMissing);
  }
  out.low = frame.points.means(out.low);
  out.high = frame.points.means(out.high);
  return out;
}

render::PanelRow ratio_row(const IndexFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 22.0;
  render::Panel out{.title = fmt::format("Short ratio of the members of {}", data.index.view())};
  out.y.unit = render::Unit::Percent;
  const auto series = [&](std::string_view column) {
    return frame.points.means(by_session(data.rows, column, frame.sessions));
  };
  const std::vector<double> dollars = series(kDollars);
  const std::vector<double> equal = series(kEqual);
  if (!any_value(dollars) && !any_value(equal)) {
    return {
        kEmptyHeight,
        {empty_panel(out.title,
                     "no member has a short ratio on these days: offex import SHORT-SALE-FILES")}};
  }
  const PastBand band = past_band(data, frame);
  const Limits limits = limits_of({dollars, equal, band.low, band.high});
  const std::vector<double> x = frame.points.x();
  out.marks = {render::Band{x, band.low, band.high}};
  add_line({.x = x, .y = equal, .ink = Ink::Shade2, .width = 1.3}, out.marks);
  add_line({.x = x, .y = dollars, .width = 2.0}, out.marks);
  out.marks.emplace_back(
      end_labels({{last_of(dollars), "by dollars " + percent_text(last_of(dollars)), Ink::Shade1},
                  {last_of(equal), "equally " + percent_text(last_of(equal)), Ink::Quiet}},
                 frame.end(), limits, kHeight * render::kInchesPerShare));
  out.note = any_value(band.low) ? "band: 10 to 90 % of the 252 sessions before, by dollars"
                                 : fmt::format("no band yet: it needs {} sessions of history",
                                               studies::kIndexPercentileValues);
  if (!any_value(dollars)) out.note = "by dollars: no closes, offex import BARS";
  frame_panel(out, frame, limits);
  return {kHeight, {std::move(out)}};
}

/// A thin strip: which part of the members is in the ratio.
render::PanelRow coverage_row(const IndexFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 4.0;
  render::Panel out;
  out.y = {.unit = render::Unit::Percent};
  out.y.ticks = {{0.0, "0%"}, {1.0, "100%"}};
  const std::vector<double> covered = by_session(data.rows, "coverage_pct", frame.sessions);
  const std::vector<double> counts = by_session(data.rows, "coverage_count", frame.sessions);
  const std::vector<double> members =
      by_session(data.rows, "expected_constituent_count", frame.sessions);
  const Limits limits{0.0, 1.15};
  add_line(
      {.x = frame.points.x(), .y = frame.points.means(covered), .ink = Ink::Shade2, .width = 1.2},
      out.marks);
  if (any_value(counts) && any_value(members)) {
    out.marks.emplace_back(render::Texts{
        {{.x = frame.end(),
          .y = 0.75,
          .text = fmt::format("{:.0f} of {:.0f} members", last_of(counts), last_of(members)),
          .place = render::Place::Right,
          .size = 0.8}}});
  }
  frame_panel(out, frame, limits);
  return {kHeight, {std::move(out)}};
}

struct Contributor {
  std::string name;
  double value;
};

/// The largest ones whatever their sign, then from the highest to the lowest.
std::vector<Contributor> largest(const columns::Batch& rows, std::string_view column) {
  std::vector<Contributor> out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const double value = columns::number_of(rows, column, row);
    if (!std::isnan(value)) out.push_back({columns::text_of(rows, "symbol", row), value});
  }
  std::ranges::stable_sort(out, std::ranges::greater{},
                           [](const Contributor& one) { return std::fabs(one.value); });
  if (out.size() > kNames) out.resize(kNames);
  std::ranges::stable_sort(out, std::ranges::greater{}, &Contributor::value);
  return out;
}

render::Panel contributors(const IndexFigureData& data, std::string_view column, std::string title,
                           std::string_view empty) {
  render::Panel out{.title = std::move(title)};
  const std::vector<Contributor> names = largest(data.parts.rows, column);
  out.x = {.unit = render::Unit::Points, .labels = true, .title = "percentage points"};
  out.y.grid = false;
  if (names.empty()) {
    return empty_panel(out.title, empty);
  }
  if (data.parts.rows.num_rows() > names.size()) {
    out.x.title += fmt::format(", {} of {} names", names.size(), data.parts.rows.num_rows());
  }
  render::Boxes bars;
  render::Texts texts;
  double reach = 1e-4;
  for (const Contributor& one : names) reach = std::max(reach, std::fabs(one.value));
  auto level = static_cast<double>(names.size());
  for (const Contributor& one : names) {
    level -= 1.0;
    out.y.ticks.push_back({level, one.name});
    const bool down = one.value < 0.0;
    bars.boxes.push_back({std::min(one.value, 0.0), std::max(one.value, 0.0), level - 0.32,
                          level + 0.32, down ? Ink::Negative : Ink::Positive});
    texts.texts.push_back({.x = one.value + (down ? -0.02 : 0.02) * reach,
                           .y = level,
                           .text = signed_text(100.0 * one.value, 2),
                           .place = down ? render::Place::Left : render::Place::Right});
  }
  out.x.low = (names.back().value < 0.0 ? -1.3 : -0.1) * reach;
  out.x.high = (names.front().value > 0.0 ? 1.3 : 0.1) * reach;
  out.y.low = -0.6;
  out.y.high = static_cast<double>(names.size()) - 0.4;
  out.marks = {std::move(bars), render::Rule{.at = 0.0, .vertical = true}, std::move(texts)};
  return out;
}

}  // namespace

NamedPanel ratio_panel(const IndexFigureData& data, const TimeFrame& frame) {
  return {{ratio_row(data, frame), coverage_row(data, frame)}};
}

NamedPanel contribution_panel(const IndexFigureData& data) {
  const studies::IndexContributions& parts = data.parts;
  render::Panel moved = contributors(
      data, "change",
      parts.before ? fmt::format("Moved {} since {}", data.index.view(), parts.before->iso())
                   : fmt::format("Moved {}", data.index.view()),
      "no session before: nothing to compare");
  if (!std::isnan(parts.short_ratio_before) && !std::isnan(parts.short_ratio)) {
    moved.y.title = fmt::format("{} to {}", percent_text(parts.short_ratio_before),
                                percent_text(parts.short_ratio));
  }
  render::Panel stands =
      contributors(data, "contribution", fmt::format("Above and below it, {}", parts.day.iso()),
                   "no member has a short ratio and a close: offex import BARS");
  const double shares = parts.members == 0 ? 10.0 : 30.0;
  return {{{shares, {std::move(moved), std::move(stands)}}}, false};
}

std::vector<std::string> ratio_notes() {
  return {
      "By dollars: members weighted by FINRA facility total x close (unadjusted); equally: the "
      "mean "
      "of the members' short ratios. A contribution is the weight times the distance from the "
      "index's ratio; a move is the change of the ratio that a member brings about, by its own "
      "ratio and by its weight. All members' add up."};
}

}  // namespace offex::views
