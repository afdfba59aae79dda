#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "views/number_text_internal.hpp"
#include "views/ticker_internal.hpp"

namespace offex::views {
namespace {

using render::Ink;
using Value = TickerValue;

constexpr double kHalfBar = 0.36;   // of a slot
constexpr double kHalfWeek = 0.42;  // beyond the middle of its first and last slot

std::size_t last_present(const Series& series) {
  for (std::size_t i = series.size(); i > 0; --i) {
    if (!std::isnan(series[i - 1])) return i - 1;
  }
  return series.size();
}

/// Writes the newest value at the right end of its line.
void label_last(const Series& series, std::string text, render::Texts& out) {
  const std::size_t last = last_present(series);
  if (last == series.size()) return;
  out.texts.push_back({.x = static_cast<double>(series.size()) - 0.3,
                       .y = series[last],
                       .text = " " + std::move(text),
                       .place = render::Place::Right,
                       .ink = Ink::Text});
}

struct WeekSpan {
  double low, high;
};

WeekSpan span_of(const Slots& slots) {
  return {static_cast<double>(slots.first) - kHalfWeek,
          static_cast<double>(slots.last) + kHalfWeek};
}

/// Draws the weeks: their past as bands, published ones as levels, expected ones hatched.
struct WeekMarks {
  render::Boxes bands, expected;
  render::Segments middles, levels;

  void add(const TickerWeek& week, WeekSpan at) {
    if (!std::isnan(week.band_middle)) {
      bands.boxes.push_back({at.low, at.high, week.band_low, week.band_high, Ink::Band});
      middles.segments.push_back(
          {at.low, week.band_middle, at.high, week.band_middle, Ink::Shade3, 1.0});
    }
    if (std::isnan(week.share)) return;
    if (week.published) {
      levels.segments.push_back({at.low, week.share, at.high, week.share, Ink::Shade1, 3.0});
      return;
    }
    if (!std::isnan(week.low)) {
      expected.boxes.push_back({at.low, at.high, week.low, week.high, Ink::Shade2, true});
    }
    levels.segments.push_back(
        {at.low, week.share, at.high, week.share, Ink::Shade1, 1.6, render::Dash::Dashed});
  }
};

render::Panel share_panel(const TickerData& data, WeekTime time) {
  render::Panel out{.title = "Off-exchange share"};
  out.y.unit = render::Unit::Percent;
  out.y.title = "of consolidated volume; line: FINRA daily total, levels: weekly ATS + non-ATS";
  WeekMarks marks;
  for (const TickerWeek& week : data.weeks) {
    const Slots slots = slots_of(data, week, time);
    if (!slots.empty()) marks.add(week, span_of(slots));
  }
  const Series& daily = data[Value::OffexShare];
  out.marks = {marks.bands, marks.middles, marks.expected,
               render::Line{positions(data), daily, Ink::Shade2, 1.1}, marks.levels};
  if (data.nowcast_weeks > 0) {
    out.note = fmt::format("{} nowcasts: {:.1f} points off on average", data.nowcast_weeks,
                           100.0 * data.nowcast_error);
    if (!std::isnan(data.nowcast_inside)) {
      out.note += fmt::format(", {:.0f}% inside", 100.0 * data.nowcast_inside);
    }
  }
  if (!has_any(daily) && marks.levels.segments.empty()) {
    out.empty = "no consolidated volume for these days: offex sync bars";
    return out;
  }
  if (has_any(daily)) {
    render::Texts texts;
    label_last(daily, "daily " + percent_text(daily[last_present(daily)]), texts);
    out.marks.emplace_back(std::move(texts));
  }
  return out;
}

render::Panel mix_panel(const TickerData& data, WeekTime time) {
  render::Panel out{.title = "Who trades it off the exchanges"};
  out.y.unit = render::Unit::Percent;
  out.y.title = "of weekly ATS + non-ATS volume";
  out.y.low = 0.0;
  out.y.high = 1.0;
  out.y.ticks = {{0.0, "0%"}, {0.5, "50%"}, {1.0, "100%"}};
  render::Boxes boxes;
  const TickerWeek* newest = nullptr;
  bool any_pending = false;
  for (const TickerWeek& week : data.weeks) {
    const Slots slots = slots_of(data, week, time);
    if (slots.empty()) continue;
    const WeekSpan at = span_of(slots);
    if (!week.published) {
      boxes.boxes.push_back({at.low, at.high, 0.0, 1.0, Ink::Shade3, true});
      any_pending = true;
      continue;
    }
    if (std::isnan(week.ats)) continue;
    boxes.boxes.push_back({at.low, at.high, 0.0, week.ats, Ink::Shade1});
    newest = &week;
    if (std::isnan(week.wholesaler)) continue;
    const double others = week.ats + week.wholesaler;
    boxes.boxes.push_back({at.low, at.high, week.ats, others, Ink::Shade2});
    boxes.boxes.push_back({at.low, at.high, others, 1.0, Ink::Shade3});
  }
  if (newest == nullptr && !any_pending) {
    out.empty = "no published week describes these days: offex sync weekly";
    return out;
  }
  out.marks.emplace_back(std::move(boxes));
  if (newest == nullptr) return out;
  render::Texts texts;
  const auto name = [&](double low, double high, std::string_view what) {
    if (!(high - low >= 0.05)) return;  // too low for words, or missing
    texts.texts.push_back({.x = static_cast<double>(data.days.size()) - 0.3,
                           .y = (low + high) / 2,
                           .text = fmt::format(" {} {:.0f}%", what, 100.0 * (high - low)),
                           .place = render::Place::Right,
                           .ink = Ink::Text,
                           .size = 0.8});
  };
  name(0.0, newest->ats, "ATS");
  name(newest->ats, newest->ats + newest->wholesaler, "wholesalers");
  name(newest->ats + newest->wholesaler, 1.0, "other");
  out.marks.emplace_back(std::move(texts));
  return out;
}

render::Panel short_panel(const TickerData& data) {
  render::Panel out{.title = "Short ratio"};
  out.y.unit = render::Unit::Points;
  out.y.title =
      "points above or below the median of the 60 sessions before; band: 10 to 90 % of them";
  const Series& change = data[Value::ShortChange];
  if (!has_any(data[Value::ShortRatio])) {
    out.empty = "no short-sale file has it on these days: offex sync short";
    return out;
  }
  if (!has_any(change)) {
    out.empty = "fewer than 20 sessions before these days: too few to judge by";
    return out;
  }
  render::Boxes bars;
  for (std::size_t i = 0; i < change.size(); ++i) {
    if (std::isnan(change[i])) continue;
    const auto x = static_cast<double>(i);
    bars.boxes.push_back({x - kHalfBar, x + kHalfBar, std::min(change[i], 0.0),
                          std::max(change[i], 0.0),
                          change[i] < 0.0 ? Ink::Negative : Ink::Positive});
  }
  render::Texts texts;
  const Series& ratio = data[Value::ShortRatio];
  label_last(change, percent_text(ratio[last_present(ratio)]), texts);
  out.marks = {render::Band{positions(data), data[Value::ShortLow], data[Value::ShortHigh]}, bars,
               render::Rule{.at = 0.0}, texts};
  return out;
}

render::Panel price_panel(const TickerData& data) {
  render::Panel out{.title = "Price"};
  out.y.unit = render::Unit::Price;
  out.y.title = data.by_week ? "weekly bars, unadjusted, dollars" : "unadjusted, dollars";
  const Series& close = data[Value::Close];
  if (!has_any(close)) {
    out.empty = "no prices for these days: offex sync bars";
    return out;
  }
  const auto [low, high] = [&] {
    double least = kMissing;
    double most = kMissing;
    for (std::size_t i = 0; i < close.size(); ++i) {
      least = std::fmin(least, data[Value::Low][i]);
      most = std::fmax(most, data[Value::High][i]);
    }
    return std::pair{least, most};
  }();
  render::Points hits{.ink = Ink::Text, .shape = render::Shape::TriangleDown, .size = 1.1};
  for (const TickerHit& hit : data.hits) {
    hits.x.push_back(static_cast<double>(hit.slot));
    hits.y.push_back(data[Value::High][hit.slot] + 0.06 * (high - low));
  }
  render::Texts texts;
  const std::size_t last = last_present(close);
  label_last(close, fmt::format("{:.2f}", close[last]), texts);
  if (!hits.x.empty()) out.note = "triangles: scanner hits, q at most 10%";
  out.marks = {render::PriceBars{positions(data), data[Value::Open], data[Value::High],
                                 data[Value::Low], close},
               hits, texts};
  return out;
}

}  // namespace

render::Panel ticker_panel(const TickerData& data, TickerPanel panel, WeekTime time) {
  switch (panel) {
    case TickerPanel::Share:
      return share_panel(data, time);
    case TickerPanel::Mix:
      return mix_panel(data, time);
    case TickerPanel::Short:
      return short_panel(data);
    case TickerPanel::Price:
      return price_panel(data);
    default:
      return flow_panel(data, panel, time);
  }
}

}  // namespace offex::views
