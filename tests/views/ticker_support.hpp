#pragma once

#include <utility>
#include <vector>

#include "offex/views/ticker_figure.hpp"

#include "views/market_figure_support.hpp"

namespace offex::views::test {

/// A week whose numbers are all there.
inline TickerWeek week_of(market::Day monday, std::optional<market::Day> published) {
  return {.monday = monday,
          .published = published,
          .share = 0.5,
          .low = published ? kNan : 0.45,
          .high = published ? kNan : 0.55,
          .band_low = 0.4,
          .band_middle = 0.45,
          .band_high = 0.48,
          .ats = published ? 0.25 : kNan,
          .wholesaler = published ? 0.5 : kNan,
          .other = published ? 0.25 : kNan,
          .volume = 1'000.0};
}

/// A ticker without any value on these days.
inline TickerData bare_ticker(const char* symbol, std::vector<market::Day> days) {
  TickerData out;
  out.symbol = market::Symbol::from_trusted(symbol);
  out.sessions = days.size();
  for (Series& series : out.values) series.assign(days.size(), kNan);
  out.label.resize(days.size());
  if (!days.empty()) out.range = {days.front(), days.back()};
  out.days = std::move(days);
  out.nowcast_error = out.nowcast_inside = kNan;
  return out;
}

/// A ticker with a value everywhere: four weeks, the last two of which are not published.
inline TickerData full_ticker() {
  TickerData out = bare_ticker("NVDA", sessions_of("2026-03-02", "2026-03-27"));
  for (std::size_t value = 0; value < kTickerValues; ++value) {
    for (std::size_t i = 0; i < out.days.size(); ++i) {
      out.values[value][i] = 0.3 + 0.01 * static_cast<double>((i + value) % 7);
    }
  }
  for (std::size_t i = 0; i < out.days.size(); ++i) {
    const double price = 100.0 + static_cast<double>(i);
    out[TickerValue::Open][i] = price;
    out[TickerValue::High][i] = price + 2.0;
    out[TickerValue::Low][i] = price - 2.0;
    out[TickerValue::Close][i] = price + (i % 2 == 0 ? 1.0 : -1.0);
    out[TickerValue::ShortChange][i] = i % 2 == 0 ? 0.02 : -0.03;
    out[TickerValue::ShortLow][i] = -0.05;
    out[TickerValue::ShortHigh][i] = 0.06;
    out[TickerValue::LitBuy][i] = 60.0;
    out[TickerValue::LitSell][i] = 30.0;
    out[TickerValue::LitUnclassified][i] = 10.0;
    out[TickerValue::LitImbalance][i] = 1.0 / 3.0;
    out[TickerValue::Score][i] = i % 2 == 0 ? 80.0 : 20.0;
    out[TickerValue::ScoreLow][i] = out[TickerValue::Score][i] - 10.0;
    out[TickerValue::ScoreHigh][i] = out[TickerValue::Score][i] + 10.0;
    out[TickerValue::ScoreCoverage][i] = 1.0;
    out.label[i] = i % 2 == 0 ? "Accumulating" : "Distribution";
  }
  out.weeks = {week_of(day_of("2026-03-02"), day_of("2026-03-23")),
               week_of(day_of("2026-03-09"), day_of("2026-03-24")),
               week_of(day_of("2026-03-16"), std::nullopt),
               week_of(day_of("2026-03-23"), std::nullopt)};
  out.hits = {{3, 4.0, 1.0}};
  return out;
}

/// The boxes of all marks of a panel.
inline std::vector<render::Box> boxes_of(const render::Panel& panel) {
  std::vector<render::Box> out;
  for (const render::Boxes& mark : marks_of<render::Boxes>(panel)) {
    out.insert(out.end(), mark.boxes.begin(), mark.boxes.end());
  }
  return out;
}
inline std::vector<render::Segment> segments_of(const render::Panel& panel) {
  std::vector<render::Segment> out;
  for (const render::Segments& mark : marks_of<render::Segments>(panel)) {
    out.insert(out.end(), mark.segments.begin(), mark.segments.end());
  }
  return out;
}

}  // namespace offex::views::test
