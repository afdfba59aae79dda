#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "offex/render/day_axis.hpp"

#include "views/compare_internal.hpp"

namespace offex::views {
namespace {

using render::Dash;
using render::Ink;
using render::Place;

constexpr double kRoom = 0.06;  // of the range, above and below the lines

render::Axis common_y(const CompareFigureData& data, ValueRange range) {
  const MetricWords& words = words_of(data.metric);
  if (range.low > range.high) range = {0.0, 1.0};
  if (words.is_signed) range = {std::min(range.low, 0.0), std::max(range.high, 0.0)};
  double room = kRoom * (range.high - range.low);
  if (room == 0.0) room = range.high == 0.0 ? 1.0 : kRoom * std::fabs(range.high);
  return {.low = range.low - room, .high = range.high + room, .unit = words.unit};
}

bool is_empty(const std::vector<double>& values) { return std::isnan(newest_of(values)); }

/// One small panel, its lines over what was usual.
render::Panel multiple(const CompareFigureData& data, const CompareGrid& grid, std::size_t symbol,
                       const UsualBand& band) {
  const std::vector<double>& values = grid.values[symbol];
  const std::vector<double> x = column_places(values.size());
  render::Panel out{.title = data.comparison.symbols[symbol].str()};
  if (is_empty(values)) {
    out.empty = "no value in these sessions";
    return out;
  }
  out.note = value_text(data.metric, newest_of(values));
  out.marks = {render::Band{.x = x, .low = band.low, .high = band.high}};
  if (words_of(data.metric).is_signed) {
    out.marks.emplace_back(render::Rule{.at = 0.0, .ink = Ink::Shade3});
  }
  out.marks.emplace_back(render::Line{.x = x, .y = values});
  // A value between two gaps has no line to be seen on.
  render::Points ends{.x = {}, .y = {}, .ink = Ink::Shade1, .size = 0.55};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool alone = (i == 0 || std::isnan(values[i - 1])) &&
                       (i + 1 == values.size() || std::isnan(values[i + 1]));
    if (std::isnan(values[i]) || (!alone && i + 1 < values.size())) continue;
    ends.x.push_back(x[i]);
    ends.y.push_back(values[i]);
  }
  out.marks.emplace_back(std::move(ends));
  return out;
}

std::size_t panels_across(std::size_t tickers, std::size_t columns) {
  const std::size_t most = columns <= 90 ? 3 : columns <= 180 ? 2 : 1;
  return std::min(most, std::max<std::size_t>(tickers == 4 ? 2 : tickers, 1));
}

struct LineStyle {
  Ink ink;
  Dash dash;
  double width;
};
constexpr std::array<LineStyle, kOverlayMost> kStyles{{{Ink::Shade1, Dash::Solid, 2.2},
                                                       {Ink::Shade2, Dash::Solid, 1.8},
                                                       {Ink::Shade1, Dash::Dashed, 1.6},
                                                       {Ink::Shade2, Dash::Dashed, 1.6},
                                                       {Ink::Shade1, Dash::Dotted, 1.8}}};

/// Moves labels apart, in their order, no farther than needed.
std::vector<double> spread(const std::vector<double>& wanted, double gap, double low, double high) {
  std::vector<std::size_t> order(wanted.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wanted[i]; });
  std::vector<double> out = wanted;
  for (int round = 0; round < 50; ++round) {
    for (std::size_t i = 1; i < order.size(); ++i) {
      const double lack = gap - (out[order[i]] - out[order[i - 1]]);
      if (lack <= 0.0) continue;
      out[order[i - 1]] -= lack / 2;
      out[order[i]] += lack / 2;
    }
    for (double& at : out) at = std::clamp(at, low, high);
  }
  return out;
}

}  // namespace

void draw_multiples(const CompareFigureData& data, const CompareGrid& grid, render::Figure& out) {
  const std::size_t count = grid.values.size();
  const std::size_t across = panels_across(count, grid.days.size());
  out.width = render::width_for_days(grid.days.size());
  out.right_margin = 0.35;
  std::vector<UsualBand> bands;
  std::vector<std::vector<double>> all = grid.values;
  for (std::size_t symbol = 0; symbol < count; ++symbol) {
    bands.push_back(usual_band(data, symbol));
    all.push_back(bands.back().low);
    all.push_back(bands.back().high);
  }
  const render::Axis y = common_y(data, range_of(all));
  const render::Axis x = render::day_axis(grid.days, out.width / static_cast<double>(across) - 1.0);
  for (std::size_t begin = 0; begin < count; begin += across) {
    render::PanelRow row{.height = 16, .panels = {}};
    for (std::size_t symbol = begin; symbol < begin + across; ++symbol) {
      const bool is_there = symbol < count;
      render::Panel panel =
          is_there ? multiple(data, grid, symbol, bands[symbol]) : render::Panel{};
      panel.x = x;
      panel.y = y;
      panel.x.labels = is_there && symbol + across >= count;
      panel.x.grid = panel.y.grid = panel.y.labels = is_there;
      row.panels.push_back(std::move(panel));
    }
    out.rows.push_back(std::move(row));
  }
}

void draw_overlay(const CompareFigureData& data, const CompareGrid& grid, render::Figure& out) {
  constexpr double kHeight = 52;
  constexpr double kLabelGap = 0.045;  // of the height
  out.width = render::width_for_days(grid.days.size());
  out.right_margin = 1.55;
  const double columns = static_cast<double>(grid.days.size());
  render::Panel panel{.title = std::string{words_of(data.metric).title}};
  panel.x = render::day_axis(grid.days, out.width - 2.2);
  panel.y = common_y(data, range_of(grid.values));
  panel.y.title = std::string{words_of(data.metric).meaning};
  if (words_of(data.metric).is_signed) {
    panel.marks.emplace_back(render::Rule{.at = 0.0, .ink = Ink::Shade3});
  }
  const double span = *panel.y.high - *panel.y.low;
  std::vector<double> ends;
  std::vector<std::size_t> drawn;
  for (std::size_t symbol = 0; symbol < grid.values.size(); ++symbol) {
    if (is_empty(grid.values[symbol])) continue;
    drawn.push_back(symbol);
    ends.push_back(newest_of(grid.values[symbol]));
  }
  if (drawn.empty()) panel.empty = "none of these tickers has a value in these sessions";
  const std::vector<double> at =
      spread(ends, kLabelGap * span, *panel.y.low + 0.02 * span, *panel.y.high - 0.02 * span);
  const double per_inch = (columns + 0.4) / (out.width - 2.2);
  render::Texts texts;
  render::Segments leads;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const std::vector<double>& values = grid.values[drawn[i]];
    const LineStyle& style = kStyles[i % kStyles.size()];
    panel.marks.emplace_back(render::Line{.x = column_places(values.size()),
                                          .y = values,
                                          .ink = style.ink,
                                          .width = style.width,
                                          .dash = style.dash});
    const double right = columns - 0.3;
    leads.segments.push_back({.x_low = right,
                              .y_low = at[i],
                              .x_high = right + 0.32 * per_inch,
                              .y_high = at[i],
                              .ink = style.ink,
                              .width = style.width,
                              .dash = style.dash});
    texts.texts.push_back(
        {.x = right + 0.4 * per_inch,
         .y = at[i],
         .text = data.comparison.symbols[drawn[i]].str() + "  " + value_text(data.metric, ends[i]),
         .place = Place::Right,
         .ink = Ink::Text,
         .size = 0.9,
         .bold = true});
  }
  panel.marks.emplace_back(std::move(leads));
  panel.marks.emplace_back(std::move(texts));
  out.rows = {{.height = kHeight, .panels = {std::move(panel)}}};
}

}  // namespace offex::views
