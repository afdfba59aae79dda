#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"

#include "views/macro_panels_internal.hpp"

namespace offex::views {
namespace {

using render::Ink;

constexpr std::string_view kFewNames =
    "fewer than 10 names can be tested: offex scan --explain tells why";

render::PanelRow line_row(render::Panel panel, double height, const std::vector<double>& values,
                          std::optional<double> usual, std::string end, const TimeFrame& frame) {
  std::vector<double> extra;
  if (usual) extra.push_back(*usual);
  const Limits limits = limits_of({values, extra});
  if (usual) panel.marks.emplace_back(render::Rule{.at = *usual, .dash = render::Dash::Dotted});
  add_line({.x = frame.points.x(), .y = values, .width = 1.6}, panel.marks);
  panel.marks.emplace_back(end_labels({{last_of(values), std::move(end), Ink::Text}}, frame.end(),
                                      limits, height * render::kInchesPerShare));
  frame_panel(panel, frame, limits);
  return {height, {std::move(panel)}};
}

/// z as bars, those beyond 2 in colour.
render::PanelRow z_row(const std::vector<double>& z, double height, const TimeFrame& frame) {
  render::Panel out;
  out.y = {.unit = render::Unit::Signed};
  out.y.ticks = {{-4.0, "-4"}, {-2.0, "-2"}, {0.0, "z 0"}, {2.0, "+2"}, {4.0, "+4"}};
  std::vector<bool> unusual;
  unusual.reserve(z.size());
  for (const double value : z) unusual.push_back(std::fabs(value) > kUnusualZ);
  Limits limits = limits_of({z}, true);
  limits = {std::min(limits.low, -2.4), std::max(limits.high, 2.4)};
  out.marks = {signed_bars(z, &unusual), render::Rule{.at = 0.0}};
  out.marks.emplace_back(end_labels({{last_of(z), "z " + signed_text(last_of(z)), Ink::Text}},
                                    frame.end(), limits, height * render::kInchesPerShare));
  frame_panel(out, frame, limits);
  return {height, {std::move(out)}};
}

/// Zero and one round value on both sides, as the small panels have room for.
std::vector<render::Tick> tier_ticks(Limits limits) {
  const double reach = std::max(-limits.low, limits.high);
  const double power = std::pow(10.0, std::floor(std::log10(reach)));
  const double round = power * std::floor(reach / power);
  const auto text = [&](double value) { return signed_text(100.0 * value, power < 0.01 ? 1 : 0); };
  return {{-round, text(-round)}, {0.0, "0"}, {round, text(round)}};
}

std::string points_text(double value) {
  return std::isnan(value) ? "–" : signed_text(100.0 * value) + " points";
}

}  // namespace

std::vector<double> shown(const MacroFigureData& data, const TimeFrame& frame,
                          std::string_view column, GroupKey group) {
  return frame.points.means(by_session(data.rows, column, frame.sessions, group));
}

render::PanelRow empty_row(const render::Panel& panel, std::string_view why) {
  return {kEmptyHeight, {empty_panel(panel.title, why)}};
}

std::string market_line(const MacroFigureData& data, const TimeFrame& frame) {
  const auto last = [&](std::string_view column) {
    return last_of(by_session(data.rows, column, frame.sessions, kMarket));
  };
  const std::string span = sessions_text(frame);
  const double names = last("names");
  if (std::isnan(names)) return span + "; no name could be tested";
  return fmt::format(
      "{}. Newest: {:.0f} names tested, {:.0f} flagged, breadth {} (z {}), dispersion z {}", span,
      names, last("discoveries"), points_text(last("breadth")), signed_text(last("breadth_z")),
      signed_text(last("dispersion_r_z")));
}

NamedPanel short_panel(const MacroFigureData& data, const TimeFrame& frame) {
  if (data.index) return ratio_panel(*data.index, frame);
  // Without a list of members the market itself has at least its ratio by dollars.
  NamedPanel out = tilt_panel(data, frame);
  out.rows.front().panels.front().note = "no list of index members: offex import MEMBERS.csv";
  return out;
}

NamedPanel breadth_panel(const MacroFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 13.0;
  render::Panel out{.title = "Breadth of the short ratio"};
  out.y.unit = render::Unit::Points;
  out.y.title = "points";
  const std::vector<double> breadth = shown(data, frame, "breadth");
  if (!any_value(breadth)) return {{empty_row(out, kFewNames)}};
  const std::vector<double> z = shown(data, frame, "breadth_z");
  std::vector<bool> unusual;
  unusual.reserve(z.size());
  for (const double value : z) unusual.push_back(std::fabs(value) > kUnusualZ);
  const Limits limits = limits_of({breadth}, true);
  out.note = "names above less those below what was expected; in colour: |z| > 2";
  out.marks = {signed_bars(breadth, &unusual), render::Rule{.at = 0.0}};
  out.marks.emplace_back(end_labels({{last_of(breadth), points_text(last_of(breadth)), Ink::Text}},
                                    frame.end(), limits, kHeight * render::kInchesPerShare));
  frame_panel(out, frame, limits);
  return {{{kHeight, {std::move(out)}}, z_row(z, 8.0, frame)}};
}

NamedPanel tier_panel(const MacroFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 6.5;
  constexpr std::array<std::string_view, 3> kTiers{"large", "mid", "small"};
  NamedPanel out;
  std::vector<std::vector<double>> all;
  for (const std::string_view tier : kTiers) {
    all.push_back(shown(data, frame, "extreme_breadth", {"tier", tier}));
  }
  render::Panel first{.title = "Far scores by size of the name"};
  first.y.title = "points";
  if (std::ranges::none_of(all, [](const auto& values) { return any_value(values); })) {
    out.rows.push_back(empty_row(first,
                                 "no size is known: it is the dollar volume before, offex import "
                                 "BARS"));
    return out;
  }
  first.note = "z above 2 less z below -2, in points of the tier's names";
  const Limits limits = limits_of({all[0], all[1], all[2]}, true);
  for (std::size_t i = 0; i < kTiers.size(); ++i) {
    render::Panel panel = i == 0 ? first : render::Panel{};
    panel.y.ticks = tier_ticks(limits);
    panel.marks = {signed_bars(all[i]), render::Rule{.at = 0.0}};
    panel.marks.emplace_back(render::Texts{
        {{.x = frame.end(),
          .y = 0.0,
          .text = fmt::format("{} {}", kTiers[i], signed_text(100.0 * last_of(all[i]))),
          .place = render::Place::Right,
          .ink = Ink::Text}}});
    frame_panel(panel, frame, limits);
    out.rows.push_back({kHeight, {std::move(panel)}});
  }
  return out;
}

NamedPanel moves_panel(const MacroFigureData& data, const TimeFrame& /*frame*/) {
  if (data.index) return contribution_panel(*data.index);
  render::Panel out{.title = "Names that moved the index"};
  return {{empty_row(out, "no list of index members: offex import MEMBERS.csv")}, false};
}

NamedPanel dispersion_panel(const MacroFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 13.0;
  render::Panel out{.title = "Dispersion of the scores"};
  const std::vector<double> ratio = shown(data, frame, "dispersion_r");
  const std::vector<double> volume = shown(data, frame, "dispersion_v");
  if (!any_value(ratio)) return {{empty_row(out, kFewNames)}};
  const std::vector<double> one{1.0};
  const Limits limits = limits_of({ratio, volume, one});
  const std::vector<double> x = frame.points.x();
  out.note = "1 is a normal day";
  out.marks = {render::Rule{.at = 1.0, .dash = render::Dash::Dotted}};
  add_line({.x = x, .y = volume, .ink = Ink::Shade2, .width = 1.3}, out.marks);
  add_line({.x = x, .y = ratio, .width = 1.8}, out.marks);
  out.marks.emplace_back(
      end_labels({{last_of(ratio), fmt::format("ratio {:.2f}", last_of(ratio)), Ink::Shade1},
                  {last_of(volume), fmt::format("volume {:.2f}", last_of(volume)), Ink::Quiet}},
                 frame.end(), limits, kHeight * render::kInchesPerShare));
  frame_panel(out, frame, limits);
  return {{{kHeight, {std::move(out)}}}};
}

NamedPanel discovery_panel(const MacroFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 11.0;
  render::Panel out{.title = "Names flagged by the scan"};
  const std::vector<double> found = shown(data, frame, "discoveries");
  if (!any_value(found)) return {{empty_row(out, kFewNames)}};
  render::Boxes bars;
  const std::vector<double> one{1.0};
  const Limits limits = limits_of({found, one}, true);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(found[i])) continue;
    const auto at = static_cast<double>(i);
    bars.boxes.push_back({at - 0.38, at + 0.38, 0.0, found[i], Ink::Shade2});
  }
  out.note = "about one in ten of them is chance";
  out.marks = {std::move(bars),
               end_labels({{last_of(found), fmt::format("{:.0f}", last_of(found)), Ink::Text}},
                          frame.end(), limits, kHeight * render::kInchesPerShare)};
  frame_panel(out, frame, limits);
  return {{{kHeight, {std::move(out)}}}};
}

NamedPanel surge_panel(const MacroFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 11.0;
  constexpr double kByChance = 0.0228;  // of a normal beyond 2
  render::Panel out{.title = "Names with a surge of volume"};
  out.y.unit = render::Unit::Percent;
  out.note = "z_v above 2; dotted: by chance";
  const std::vector<double> share = shown(data, frame, "surge_share");
  if (!any_value(share)) return {{empty_row(out, kFewNames)}};
  return {
      {line_row(std::move(out), kHeight, share, kByChance, percent_text(last_of(share)), frame)}};
}

NamedPanel tilt_panel(const MacroFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 16.0;
  render::Panel out{.title = "Short ratio of the market, by lagged dollar weights"};
  out.y.unit = render::Unit::Percent;
  const std::vector<double> tilt = shown(data, frame, "tilt");
  if (!any_value(tilt)) return {{empty_row(out, kFewNames)}};
  return {{line_row(std::move(out), kHeight, tilt, {}, percent_text(last_of(tilt)), frame)}};
}

}  // namespace offex::views
