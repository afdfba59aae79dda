// What the figure of a ticker loads from a store.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/views/ticker_figure.hpp"

#include "views/ticker_store.hpp"

namespace offex::views {
namespace {

using test::day_of;
using test::sessions_of;
using test::TickerStore;
using testing::HasSubstr;
using testing::SizeIs;
using Value = TickerValue;

const std::vector<TickerPanel> kPanels{TickerPanel::Share, TickerPanel::Mix, TickerPanel::Short};

TickerRequest request_of(const char* first, const char* last,
                         const char* now = "2026-06-01T12:00:00Z") {
  return {.symbols = {market::Symbol::from_trusted(TickerStore::kTicker)},
          .days = {day_of(first), day_of(last)},
          .now = market::Instant::parse(now).value(),
          .panels = kPanels};
}

TickerData loaded(const store::Reader& reader, const TickerRequest& request) {
  auto tickers = load_tickers(reader, request);
  EXPECT_TRUE(tickers) << (tickers ? "" : base::format_error(tickers.error()));
  EXPECT_THAT(*tickers, SizeIs(request.symbols.size()));
  return std::move(tickers->at(0));
}

TEST(TickerLoad, HoldsEachSessionAgainstThoseBeforeItAlone) {
  TickerStore market;
  market.put_days("2025-11-03", "2026-03-31");
  const auto all = sessions_of("2025-11-03", "2026-03-31");
  const TickerData data = loaded(market.store.reader(), request_of("2026-03-02", "2026-03-31"));
  ASSERT_EQ(data.days.front(), day_of("2026-03-02"));
  ASSERT_EQ(data.sessions, 22U);
  for (std::size_t slot = 0; slot < data.days.size(); ++slot) {
    const auto at = static_cast<std::size_t>(std::ranges::find(all, data.days[slot]) - all.begin());
    std::vector<double> past;
    for (std::size_t i = at - 60; i < at; ++i) {
      past.push_back(static_cast<double>(TickerStore::shorts_of(i)) / 1'000.0);
    }
    std::ranges::sort(past);
    const double median = (past[29] + past[30]) / 2;
    const double own = static_cast<double>(TickerStore::shorts_of(at)) / 1'000.0;
    EXPECT_NEAR(data[Value::ShortRatio][slot], own, 1e-12);
    EXPECT_NEAR(data[Value::ShortChange][slot], own - median, 1e-12) << data.days[slot].iso();
    EXPECT_LT(data[Value::ShortLow][slot], 0.0);
    EXPECT_GT(data[Value::ShortHigh][slot], 0.0);
    EXPECT_NEAR(data[Value::OffexShare][slot], 0.5, 1e-12);
  }
}

TEST(TickerLoad, AMissingDailyFileLeavesAGap) {
  TickerStore market;
  market.put_days("2025-11-03", "2026-03-31", {day_of("2026-03-18")});
  const TickerData data = loaded(market.store.reader(), request_of("2026-03-16", "2026-03-20"));
  ASSERT_EQ(data.days.size(), 5U);
  for (const Value value : {Value::ShortRatio, Value::ShortChange, Value::OffexShare}) {
    EXPECT_TRUE(std::isnan(data[value][2]));
    EXPECT_FALSE(std::isnan(data[value][1]));
    EXPECT_FALSE(std::isnan(data[value][3]));
  }
  EXPECT_THAT(ticker_figure(data, {}).strip.back().value, HasSubstr("4 of 5 sessions"));
}

TEST(TickerLoad, HasEachWeekAsPublishedOrNot) {
  TickerStore market;
  market.put_days("2025-11-03", "2026-03-31");
  market.put_week("2026-03-02", "T1");
  const TickerData data = loaded(market.store.reader(), request_of("2026-03-02", "2026-03-31"));
  const auto week = std::ranges::find(data.weeks, day_of("2026-03-02"), &TickerWeek::monday);
  ASSERT_NE(week, data.weeks.end());
  EXPECT_EQ(week->published, day_of("2026-03-23"));
  EXPECT_NEAR(week->share, 0.6, 1e-12);
  EXPECT_NEAR(week->volume, 6'000.0, 1e-9);
  EXPECT_TRUE(std::is_sorted(data.weeks.begin(), data.weeks.end(),
                             [](const auto& a, const auto& b) { return a.monday < b.monday; }));
}

TEST(TickerLoad, TakesNoWeekThatWasPublishedLater) {
  TickerStore market;
  market.put_days("2025-11-03", "2026-03-31");
  for (const char* monday : {"2026-02-09", "2026-02-16", "2026-02-23", "2026-03-02"}) {
    market.put_week(monday, "T1");
  }
  const store::Reader reader = market.store.reader();
  for (const char* now : {"2026-03-10T12:00:00Z", "2026-03-17T12:00:00Z", "2026-04-02T12:00:00Z"}) {
    TickerRequest request = request_of("2026-02-09", "2026-03-31", now);
    request.as_of = request.now;
    const TickerData data = loaded(reader, request);
    const std::string today = market::to_new_york(request.now).day.iso();
    std::size_t published = 0;
    for (const TickerWeek& week : data.weeks) {
      if (!week.published) continue;
      ++published;
      EXPECT_LE(week.published->iso(), today) << week.monday.iso();
    }
    EXPECT_EQ(published, today < "2026-03-11" ? 2U : today < "2026-03-18" ? 3U : 4U) << now;
  }
}

TEST(TickerLoad, ShowsUnderKnownTheWeeksBeforeTheRangeThatCameOutInIt) {
  TickerStore market;
  market.put_days("2025-11-03", "2026-03-31");
  market.put_week("2026-02-23", "T1");  // out on 16 March
  const TickerData data = loaded(market.store.reader(), request_of("2026-03-16", "2026-03-31"));
  const auto figure =
      ticker_figure(data, {.panels = {TickerPanel::Share}, .time = WeekTime::Known});
  bool drawn = false;
  for (const auto& mark : test::marks_of<render::Segments>(figure.rows[0].panels[0])) {
    for (const render::Segment& segment : mark.segments) {
      drawn = drawn || (std::fabs(segment.y_low - 0.6) < 1e-9 && segment.x_low < 0.0 &&
                        segment.x_high < 5.0);
    }
  }
  EXPECT_TRUE(drawn);
  for (const auto& mark : test::marks_of<render::Segments>(
           ticker_figure(data, {.panels = {TickerPanel::Share}}).rows[0].panels[0])) {
    for (const render::Segment& segment : mark.segments)
      EXPECT_EQ(segment.dash, render::Dash::Dashed);
  }
}

TEST(TickerLoad, LongRangesAreShownByWeek) {
  TickerStore market;
  market.put_days("2026-03-02", "2026-03-31");
  TickerRequest request = request_of("2026-03-02", "2026-03-31");
  request.most_sessions = 21;
  const TickerData data = loaded(market.store.reader(), request);
  EXPECT_TRUE(data.by_week);
  EXPECT_EQ(data.days.size(), 5U);
  EXPECT_EQ(data.sessions, 22U);
  EXPECT_EQ(data[Value::TotalVolume][0], 5'000.0);
}

TEST(TickerLoad, ATickerThatTheStoreDoesNotHaveHasNothing) {
  TickerStore market;
  market.put_days("2026-03-02", "2026-03-31");
  TickerRequest request = request_of("2026-03-02", "2026-03-31");
  request.symbols.push_back(market::Symbol::from_trusted("NOPE"));
  const auto tickers = load_tickers(market.store.reader(), request);
  ASSERT_TRUE(tickers);
  EXPECT_EQ(tickers->at(1).days.size(), 22U);
  for (const double ratio : tickers->at(1)[Value::ShortRatio]) EXPECT_TRUE(std::isnan(ratio));
  request.symbols.clear();
  EXPECT_THAT(*load_tickers(market.store.reader(), request), SizeIs(0));
}

}  // namespace
}  // namespace offex::views
