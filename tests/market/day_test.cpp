#include "offex/market/day.hpp"

#include <chrono>
#include <limits>

#include <gtest/gtest.h>

namespace offex::market {
namespace {

Day day(std::string_view text) { return Day::parse(text).value(); }

TEST(Day, EveryDayFrom1970To2100SurvivesBothTextFormsAndTheCivilForm) {
  const Day last = Day::from_civil({2100, 12, 31});
  for (Day at = Day::from_days(0); at <= last; at = at.plus(1)) {
    ASSERT_EQ(Day::parse(at.iso()).value(), at);
    ASSERT_EQ(Day::parse(at.compact()).value(), at);
    ASSERT_EQ(Day::from_civil(at.civil()), at);
  }
}

TEST(Day, AgreesWithTheStandardCalendarOnDateAndWeekday) {
  for (std::int32_t days = -800'000; days < 2'900'000; days += 37) {
    const std::chrono::sys_days oracle{std::chrono::days{days}};
    const std::chrono::year_month_day date{oracle};
    const Day at = Day::from_days(days);
    ASSERT_EQ(at.civil(),
              (CivilDate{static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                         static_cast<unsigned>(date.day())}))
        << days;
    ASSERT_EQ(static_cast<unsigned>(at.weekday()), std::chrono::weekday{oracle}.iso_encoding() - 1)
        << days;
  }
}

TEST(Day, CivilFormIsExactAtBothEndsOfTheStorage) {
  for (const std::int32_t days :
       {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()}) {
    EXPECT_EQ(Day::from_civil(Day::from_days(days).civil()).days(), days);
  }
}

TEST(Day, PrintsBothForms) {
  const Day at = Day::from_civil({2026, 2, 23});

  EXPECT_EQ(at.iso(), "2026-02-23");
  EXPECT_EQ(at.compact(), "20260223");
  EXPECT_EQ(at.days(), 20507);
  EXPECT_EQ(at.weekday(), Weekday::Monday);
}

TEST(Day, RefusesDaysThatDoNotExist) {
  for (const std::string_view text :
       {"2026-02-30", "20260230", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10",
        "2026-04-31", "2026-01-00", "2026-01-32", "0000-01-01"}) {
    const auto parsed = Day::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::InvalidArgument);
  }
  EXPECT_EQ(Day::parse("2026-02-30").error().message, "there is no day 2026-02-30");
}

TEST(Day, RefusesEveryOtherShape) {
  for (const std::string_view text :
       {"", "2026", "2026-2-3", "2026/02/23", "2026-0223", "202602-23", " 20260223", "20260223 ",
        "2026-02-23T", "+2026223", "-2026-2-3", "2026-02-2a", "2o260223", "23.02.2026",
        "2026-02-230"}) {
    EXPECT_FALSE(Day::parse(text)) << text;
  }
}

TEST(Day, AcceptsTheLeapDaysOf2000And2024) {
  EXPECT_EQ(day("2000-02-29").plus(1), day("2000-03-01"));
  EXPECT_EQ(day("2024-02-29").plus(1), day("2024-03-01"));
}

TEST(Day, DifferenceCountsDays) {
  EXPECT_EQ(day("2024-03-01") - day("2024-02-01"), 29);
  EXPECT_EQ(day("2024-02-01") - day("2024-03-01"), -29);
}

TEST(Day, WeekStartIsTheMondayOnOrBefore) {
  for (std::int32_t ahead = 0; ahead < 7; ++ahead) {
    EXPECT_EQ(week_start(day("2026-09-07").plus(ahead)), day("2026-09-07")) << ahead;
  }
  EXPECT_EQ(week_start(day("1969-12-31")), day("1969-12-29"));
}

TEST(Day, WeekEndIsTheFridayOnOrAfterSoThatWeekendsMapForward) {
  for (std::int32_t ahead = 0; ahead < 5; ++ahead) {
    EXPECT_EQ(week_end_friday(day("2026-09-07").plus(ahead)), day("2026-09-11")) << ahead;
  }
  EXPECT_EQ(week_end_friday(day("2026-09-12")), day("2026-09-18"));
  EXPECT_EQ(week_end_friday(day("2026-09-13")), day("2026-09-18"));
}

TEST(DayRange, ContainsBothEnds) {
  const DayRange range{day("2024-01-02"), day("2024-01-05")};

  EXPECT_TRUE(range.contains(range.first));
  EXPECT_TRUE(range.contains(range.last));
  EXPECT_FALSE(range.contains(range.first.plus(-1)));
  EXPECT_FALSE(range.contains(range.last.plus(1)));
}

}  // namespace
}  // namespace offex::market
