#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "offex/render/day_axis.hpp"

#include "views/compare_internal.hpp"
#include "views/spread_places_internal.hpp"

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

/// Values between two gaps, which no line shows.
render::Points lone_points(const std::vector<double>& values, Ink ink) {
  render::Points out{.x = {}, .y = {}, .ink = ink, .size = 0.55};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool alone = (i == 0 || std::isnan(values[i - 1])) &&
                       (i + 1 == values.size() || std::isnan(values[i + 1]));
    if (std::isnan(values[i]) || !alone) continue;
    out.x.push_back(static_cast<double>(i));
    out.y.push_back(values[i]);
  }
  return out;
}

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
  render::Points ends = lone_points(values, Ink::Shade1);
  if (!std::isnan(values.back()) && (ends.x.empty() || ends.x.back() < x.back())) {
    ends.x.push_back(x.back());
    ends.y.push_back(values.back());
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

/// The lines of an overlay with their labels at the right ends.
class Overlay {
 public:
  Overlay(const CompareFigureData& data, const CompareGrid& grid, double inches)
      : data_{data}, grid_{grid}, columns_{static_cast<double>(grid.days.size())} {
    per_inch_ = (columns_ + 0.4) / (inches - kSample);
    panel_.x = render::day_axis(grid.days, inches - kSample);
    panel_.x.high = columns_ - 0.3 + kSample * per_inch_;
    panel_.y = common_y(data, range_of(grid.values));
  }

  [[nodiscard]] render::Panel panel() && {
    if (words_of(data_.metric).is_signed) {
      panel_.marks.emplace_back(render::Rule{.at = 0.0, .ink = Ink::Shade3});
    }
    for (std::size_t symbol = 0; symbol < grid_.values.size(); ++symbol) {
      if (!is_empty(grid_.values[symbol])) drawn_.push_back(symbol);
    }
    if (drawn_.empty()) panel_.empty = "none of these tickers has a value in these sessions";
    std::vector<double> ends;
    for (const std::size_t symbol : drawn_) ends.push_back(newest_of(grid_.values[symbol]));
    const double span = *panel_.y.high - *panel_.y.low;
    const std::vector<double> at = spread_places(
        ends, kLabelGap * span, *panel_.y.low + 0.02 * span, *panel_.y.high - 0.02 * span);
    for (std::size_t i = 0; i < drawn_.size(); ++i) add(drawn_[i], kStyles[i], ends[i], at[i]);
    panel_.marks.emplace_back(std::move(leads_));
    panel_.marks.emplace_back(std::move(texts_));
    return std::move(panel_);
  }

 private:
  static constexpr double kSample = 0.62;     // inches right of the last session
  static constexpr double kLabelGap = 0.045;  // of the height

  void add(std::size_t symbol, const LineStyle& style, double end, double at) {
    const std::vector<double>& values = grid_.values[symbol];
    panel_.marks.emplace_back(render::Line{.x = column_places(values.size()),
                                           .y = values,
                                           .ink = style.ink,
                                           .width = style.width,
                                           .dash = style.dash});
    render::Points lone = lone_points(values, style.ink);
    if (!lone.x.empty()) panel_.marks.emplace_back(std::move(lone));
    std::size_t last = values.size() - 1;
    while (std::isnan(values[last])) --last;
    const double left = columns_ - 0.7 + 0.14 * per_inch_;
    const double right = columns_ - 0.3 + (kSample - 0.02) * per_inch_;
    leads_.segments.push_back({.x_low = static_cast<double>(last),
                               .y_low = end,
                               .x_high = left,
                               .y_high = at,
                               .ink = Ink::Shade3,
                               .width = 0.8});
    leads_.segments.push_back({.x_low = left,
                               .y_low = at,
                               .x_high = right,
                               .y_high = at,
                               .ink = style.ink,
                               .width = style.width,
                               .dash = style.dash});
    texts_.texts.push_back({.x = right + 0.08 * per_inch_,
                            .y = at,
                            .text = fmt::format("{}  {}", data_.comparison.symbols[symbol].view(),
                                                value_text(data_.metric, end)),
                            .place = Place::Right,
                            .ink = Ink::Text,
                            .size = 0.9,
                            .bold = true});
  }

  const CompareFigureData& data_;
  const CompareGrid& grid_;
  double columns_;
  double per_inch_{1.0};
  render::Panel panel_{.title = ""};
  std::vector<std::size_t> drawn_;
  render::Segments leads_;
  render::Texts texts_;
};

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
  out.width = render::width_for_days(grid.days.size());
  std::size_t longest = 0;
  for (const market::Symbol& symbol : data.comparison.symbols) {
    longest = std::max(longest, symbol.size());
  }
  out.right_margin = 0.85 + 0.08 * static_cast<double>(longest);
  Overlay overlay{data, grid, out.width - render::kLeftMargin - out.right_margin};
  out.rows = {{.height = 52, .panels = {std::move(overlay).panel()}}};
}

}  // namespace offex::views
