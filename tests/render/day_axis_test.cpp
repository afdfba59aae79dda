#include "offex/render/day_axis.hpp"

#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"

namespace offex::render {
namespace {

using market::Day;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Day> sessions_of(const char* first, const char* last) {
  return market::sessions({Day::parse(first).value(), Day::parse(last).value()}).value();
}

std::vector<std::string> texts_of(const Axis& axis) {
  std::vector<std::string> out;
  for (const Tick& tick : axis.ticks) out.push_back(tick.text);
  return out;
}

std::vector<std::string> days_of(const Axis& axis, const std::vector<Day>& days) {
  std::vector<std::string> out;
  for (const Tick& tick : axis.ticks) out.push_back(days[static_cast<std::size_t>(tick.at)].iso());
  return out;
}

TEST(DayAxis, LeavesNoGapForAWeekend) {
  const auto days = sessions_of("2026-03-05", "2026-03-10");  // Thursday to Tuesday
  const Axis axis = day_axis(days, 9.0);
  EXPECT_THAT(texts_of(axis), ElementsAre("5 Mar", "6 Mar", "9 Mar", "10 Mar"));
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    EXPECT_EQ(axis.ticks[i].at, static_cast<double>(i));
  }
  EXPECT_EQ(axis.low, -0.7);
  EXPECT_EQ(axis.high, 3.7);
}

TEST(DayAxis, MarksTheFirstSessionOfWeeks) {
  const auto days = sessions_of("2026-02-05", "2026-03-06");  // Monday 16 February is a holiday
  EXPECT_THAT(texts_of(day_axis(days, 9.0)), ElementsAre("9 Feb", "17 Feb", "23 Feb", "2 Mar"));
}

TEST(DayAxis, MarksTheFirstSessionOfMonthsAndNamesTheYearWhereItBegins) {
  const auto days = sessions_of("2025-10-15", "2026-03-20");
  const Axis axis = day_axis(days, 9.0);
  EXPECT_THAT(texts_of(axis), ElementsAre("Nov 2025", "Dec", "Jan 2026", "Feb", "Mar"));
  EXPECT_THAT(days_of(axis, days),
              ElementsAre("2025-11-03", "2025-12-01", "2026-01-02", "2026-02-02", "2026-03-02"));
}

TEST(DayAxis, MarksQuartersAndThenYears) {
  const auto two = sessions_of("2024-02-01", "2026-03-20");
  EXPECT_THAT(texts_of(day_axis(two, 9.0)),
              ElementsAre("Apr 2024", "Jul", "Oct", "Jan 2025", "Apr", "Jul", "Oct", "Jan 2026"));
  const auto eight = sessions_of("2018-02-01", "2026-03-20");
  EXPECT_THAT(texts_of(day_axis(eight, 9.0)),
              ElementsAre("2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"));
}

TEST(DayAxis, OneDayHasItsDate) {
  EXPECT_THAT(texts_of(day_axis(sessions_of("2026-03-05", "2026-03-05"), 3.0)),
              ElementsAre("5 Mar"));
}

TEST(DayAxis, NoDayHasNoDate) {
  const Axis axis = day_axis({}, 9.0);
  EXPECT_THAT(axis.ticks, IsEmpty());
  EXPECT_LT(*axis.low, *axis.high);
}

TEST(DayAxis, AWeekBetweenTwoMondaysHasADate) {
  const auto days = sessions_of("2026-03-03", "2026-03-06");
  EXPECT_THAT(texts_of(day_axis(days, 1.0)), SizeIs(1));
}

TEST(DayAxis, NeverHasMoreLabelsThanRoom) {
  const auto all = sessions_of("2010-01-04", "2026-11-20");
  std::mt19937_64 random{11};
  std::uniform_int_distribution<std::size_t> counts{1, 3'000};
  std::uniform_real_distribution<double> widths{3.0, 40.0};
  for (int i = 0; i < 3'000; ++i) {
    const std::size_t count = counts(random);
    const std::size_t first =
        std::uniform_int_distribution<std::size_t>{0, all.size() - count}(random);
    const std::span<const Day> days{all.data() + first, count};
    const double inches = widths(random);
    const Axis axis = day_axis(days, inches);
    ASSERT_GE(axis.ticks.size(), 1U) << count << " sessions from " << days[0].iso();
    ASSERT_LE(static_cast<double>(axis.ticks.size()), inches / 0.62)
        << count << " sessions from " << days[0].iso() << " on " << inches << " inches";
    for (std::size_t at = 0; at < axis.ticks.size(); ++at) {
      ASSERT_GE(axis.ticks[at].at, 0.0);
      ASSERT_LT(axis.ticks[at].at, static_cast<double>(count));
      if (at > 0) {
        ASSERT_GT(axis.ticks[at].at, axis.ticks[at - 1].at);
      }
    }
  }
}

TEST(DayAxis, TwoTicksBesideEachOtherNeverHaveOneName) {
  const auto all = sessions_of("2010-01-04", "2026-11-20");
  for (std::size_t count = 1; count < 3'000; count = count * 3 / 2 + 1) {
    for (const double inches : {3.0, 9.0, 40.0}) {
      const Axis axis = day_axis(std::span{all}.first(count), inches);
      for (std::size_t at = 1; at < axis.ticks.size(); ++at) {
        EXPECT_NE(axis.ticks[at].text, axis.ticks[at - 1].text);
      }
    }
  }
}

}  // namespace
}  // namespace offex::render
