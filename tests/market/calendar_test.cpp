#include "offex/market/calendar.hpp"

#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::market {
namespace {

Day day(std::string_view text) { return Day::parse(text).value(); }
Instant at(std::string_view text) { return Instant::parse(text).value(); }

// Published closures and 13:00 closes, typed in by hand and not made from the rules.
struct PublishedYear {
  int year;
  const char* closed;
  const char* early;
};

constexpr PublishedYear kPublished[] = {
    {2009, "01-01 01-19 02-16 04-10 05-25 07-03 09-07 11-26 12-25", "11-27 12-24"},
    {2010, "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24", "11-26"},
    {2011, "01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26", "11-25"},
    {2012, "01-02 01-16 02-20 04-06 05-28 07-04 09-03 11-22 12-25 10-29 10-30",
     "07-03 11-23 12-24"},
    {2013, "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25", "07-03 11-29 12-24"},
    {2014, "01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25", "07-03 11-28 12-24"},
    {2015, "01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25", "11-27 12-24"},
    {2016, "01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26", "11-25"},
    {2017, "01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25", "07-03 11-24"},
    {2018, "01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-25 12-05", "07-03 11-23 12-24"},
    {2019, "01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25", "07-03 11-29 12-24"},
    {2020, "01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25", "11-27 12-24"},
    {2021, "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24", "11-26"},
    {2022, "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26", "11-25"},
    {2023, "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25", "07-03 11-24"},
    {2024, "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25", "07-03 11-29 12-24"},
    {2025, "01-01 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25 01-09",
     "07-03 11-28 12-24"},
    {2026, "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25", "11-27 12-24"},
    {2027, "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24", "11-26"},
};

std::set<Day> days_of(int year, const char* list) {
  std::set<Day> out;
  std::istringstream words{list};
  for (std::string word; words >> word;) out.insert(day(std::to_string(year) + "-" + word));
  return out;
}

DayRange year_range(int year) {
  return {Day::from_civil({year, 1, 1}), Day::from_civil({year, 12, 31})};
}

TEST(Calendar, EveryDayFrom2009To2027EqualsThePublishedTable) {
  for (const PublishedYear& published : kPublished) {
    const std::set<Day> closed = days_of(published.year, published.closed);
    const std::set<Day> early = days_of(published.year, published.early);
    const DayRange range = year_range(published.year);
    for (Day at = range.first; at <= range.last; at = at.plus(1)) {
      const bool weekend = at.weekday() >= Weekday::Saturday;
      EXPECT_EQ(is_session(at), !weekend && !closed.contains(at)) << at.iso();
      EXPECT_EQ(is_early_close(at), early.contains(at)) << at.iso();
    }
  }
}

TEST(Calendar, PublishedTableNamesWeekdaysOnly) {
  for (const PublishedYear& published : kPublished) {
    for (const char* list : {published.closed, published.early}) {
      for (const Day at : days_of(published.year, list)) {
        EXPECT_LE(at.weekday(), Weekday::Friday) << at.iso();
      }
    }
  }
}

TEST(Calendar, SessionCountsOfKnownYears) {
  EXPECT_EQ(sessions(year_range(2020)).value().size(), 253U);
  EXPECT_EQ(sessions(year_range(2025)).value().size(), 250U);
  EXPECT_EQ(sessions(year_range(2026)).value().size(), 251U);
}

TEST(Calendar, YearsByRuleAfterThePublishedOnes) {
  EXPECT_TRUE(is_session(day("2027-12-31")));  // New Year's Day 2028 is a lost Saturday
  EXPECT_FALSE(is_session(day("2028-04-14")));
  EXPECT_TRUE(is_early_close(day("2028-07-03")));
  EXPECT_FALSE(is_session(day("2029-03-30")));
  EXPECT_FALSE(is_session(day("2030-04-19")));
  EXPECT_FALSE(is_session(day("2030-11-28")));
  EXPECT_EQ(sessions(year_range(2028)).value().size(), 251U);
}

TEST(Calendar, NewYearOnASaturdayIsNotMovedToFriday) {
  EXPECT_TRUE(is_session(day("2021-12-31")));
  EXPECT_TRUE(is_session(day("2022-01-03")));
  EXPECT_TRUE(is_session(day("2010-12-31")));
}

TEST(Calendar, JuneteenthCountsFrom2022) {
  EXPECT_TRUE(is_session(day("2020-06-19")));
  EXPECT_TRUE(is_session(day("2021-06-18")));
  EXPECT_FALSE(is_session(day("2022-06-20")));
}

TEST(Calendar, ReachesFrom2009To2030) {
  EXPECT_EQ(calendar_range(), (DayRange{day("2009-01-01"), day("2030-12-31")}));
  EXPECT_TRUE(is_session(day("2009-01-02")));
  EXPECT_TRUE(is_session(day("2030-12-31")));
}

TEST(CalendarDeathTest, DayOutsideTheCalendarIsOurOwnMistake) {
  EXPECT_DEATH(static_cast<void>(is_session(day("2008-12-31"))), "does not hold");
  EXPECT_DEATH(static_cast<void>(is_early_close(day("2031-01-01"))), "does not hold");
}

TEST(SessionHours, ShiftInUniversalTimeWhenTheClocksChange) {
  const auto friday = session_hours(day("2026-03-06"));
  const auto monday = session_hours(day("2026-03-09"));

  ASSERT_TRUE(friday && monday);
  EXPECT_EQ(friday->open, at("2026-03-06T14:30:00Z"));
  EXPECT_EQ(friday->close, at("2026-03-06T21:00:00Z"));
  EXPECT_EQ(monday->open, at("2026-03-09T13:30:00Z"));
  EXPECT_EQ(monday->close, at("2026-03-09T20:00:00Z"));
}

TEST(SessionHours, EndAtOneOnAHalfDay) {
  const auto hours = session_hours(day("2024-07-03"));

  ASSERT_TRUE(hours);
  EXPECT_TRUE(is_early_close(day("2024-07-03")));
  EXPECT_EQ(hours->open, at("2024-07-03T13:30:00Z"));
  EXPECT_EQ(hours->close, at("2024-07-03T17:00:00Z"));
}

TEST(SessionHours, AbsentWithoutASession) {
  EXPECT_FALSE(session_hours(day("2024-07-04")));
  EXPECT_FALSE(session_hours(day("2024-07-06")));
  EXPECT_FALSE(session_hours(day("2008-07-07")));
}

TEST(Sessions, RangeHoldsBothEndsInOrder) {
  EXPECT_THAT(sessions({day("2024-07-03"), day("2024-07-08")}).value(),
              testing::ElementsAre(day("2024-07-03"), day("2024-07-05"), day("2024-07-08")));
  EXPECT_THAT(sessions({day("2024-07-06"), day("2024-07-07")}).value(), testing::IsEmpty());
  EXPECT_THAT(sessions({day("2024-07-08"), day("2024-07-03")}).value(), testing::IsEmpty());
}

TEST(Sessions, RangeOutsideTheCalendarIsAnErrorThatNamesTheDay) {
  const auto late = sessions({day("2030-12-01"), day("2031-01-02")});

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message,
            "2031-01-02 is outside the session calendar, 2009-01-01 to 2030-12-31");
  EXPECT_FALSE(sessions({day("2008-12-31"), day("2009-01-05")}));
}

TEST(Sessions, StepsEqualANaiveWalkForEveryDayAndCount) {
  for (Day from = day("2012-10-01"); from < day("2013-01-15"); from = from.plus(1)) {
    Day back = from;
    Day ahead = from;
    for (int count = 1; count <= 25; ++count) {
      do back = back.plus(-1);
      while (!is_session(back));
      do ahead = ahead.plus(1);
      while (!is_session(ahead));
      ASSERT_EQ(session_before(from, count).value(), back) << from.iso() << " " << count;
      ASSERT_EQ(session_after(from, count).value(), ahead) << from.iso() << " " << count;
    }
  }
}

TEST(Sessions, StepsBeyondTheCalendarAndCountsBelowOneAreErrors) {
  EXPECT_FALSE(session_before(day("2009-01-02")));
  EXPECT_FALSE(session_after(day("2030-12-31")));
  EXPECT_FALSE(session_before(day("2031-01-02")));
  EXPECT_FALSE(session_after(day("2024-01-02"), 100'000));
  EXPECT_FALSE(session_before(day("2024-01-02"), 0));
  EXPECT_FALSE(session_after(day("2024-01-02"), -1));
}

TEST(LastPublished, TurnsAtSixInTheEvening) {
  EXPECT_EQ(last_published_session(at("2024-07-02T21:59:59.999999999Z")), day("2024-07-01"));
  EXPECT_EQ(last_published_session(at("2024-07-02T22:00:00Z")), day("2024-07-02"));
  EXPECT_EQ(last_published_session(at("2024-01-03T22:59:59Z")), day("2024-01-02"));
  EXPECT_EQ(last_published_session(at("2024-01-03T23:00:00Z")), day("2024-01-03"));
}

TEST(LastPublished, EarlyCloseStillPublishesAtSix) {
  EXPECT_EQ(last_published_session(at("2024-07-03T21:00:00Z")), day("2024-07-02"));
  EXPECT_EQ(last_published_session(at("2024-07-03T22:00:00Z")), day("2024-07-03"));
}

TEST(LastPublished, HolidaysAndWeekendsKeepTheSessionBefore) {
  EXPECT_EQ(last_published_session(at("2024-07-05T02:00:00Z")), day("2024-07-03"));
  EXPECT_EQ(last_published_session(at("2024-07-06T23:00:00Z")), day("2024-07-05"));
  EXPECT_EQ(last_published_session(at("2024-07-07T23:00:00Z")), day("2024-07-05"));
  EXPECT_EQ(last_published_session(at("2024-07-08T12:00:00Z")), day("2024-07-05"));
}

TEST(LastPublished, BeyondTheCalendarIsItsFirstOrLastSession) {
  EXPECT_EQ(last_published_session(at("2000-01-03T12:00:00Z")), day("2009-01-02"));
  EXPECT_EQ(last_published_session(at("2035-01-03T12:00:00Z")), day("2030-12-31"));
}

TEST(Weeks, CountTheirSessions) {
  EXPECT_EQ(sessions_in_week(day("2026-09-14")), 5);
  EXPECT_EQ(sessions_in_week(day("2026-09-07")), 4);
  EXPECT_EQ(sessions_in_week(day("2012-10-29")), 3);
  EXPECT_EQ(sessions_in_week(day("2030-12-30")), 2);
  EXPECT_EQ(sessions_in_week(day("2031-01-06")), 0);
}

TEST(Publication, DailyFileIsPublicAtSixInNewYork) {
  EXPECT_EQ(daily_publication(day("2026-03-06")), at("2026-03-06T23:00:00Z"));
  EXPECT_EQ(daily_publication(day("2026-03-09")), at("2026-03-09T22:00:00Z"));
}

TEST(Publication, WeeklyFileIsPublicAfterThreeWeeksForTierOneAndFiveForTheRest) {
  EXPECT_EQ(weekly_publication(day("2026-09-07"), "T1"), at("2026-09-28T20:00:00Z"));
  EXPECT_EQ(weekly_publication(day("2026-08-24"), "T2"), at("2026-09-28T20:00:00Z"));
  EXPECT_EQ(weekly_publication(day("2026-08-24"), "OTCE"), at("2026-09-28T20:00:00Z"));
}

TEST(Publication, WeeklyDataCountAsKnownFromFourInNewYorkOfTheDayTheyCameOut) {
  EXPECT_EQ(weekly_release(day("2026-03-06")), at("2026-03-06T21:00:00Z"));
  EXPECT_EQ(weekly_release(day("2026-03-09")), at("2026-03-09T20:00:00Z"));
}

TEST(StructuralBreaks, AreInOrderAndSayWhatChanged) {
  const auto& breaks = structural_breaks();

  ASSERT_THAT(breaks, testing::SizeIs(4));
  EXPECT_EQ(breaks[0].day, day("2018-08-01"));
  EXPECT_EQ(breaks[1].day, day("2018-09-10"));
  EXPECT_EQ(breaks[2].day, day("2019-11-11"));
  EXPECT_EQ(breaks[3].day, day("2026-02-23"));
  EXPECT_EQ(breaks[3].name, "fractional-shares");
  for (const StructuralBreak& known : breaks) {
    EXPECT_FALSE(known.name.empty());
    EXPECT_TRUE(known.effect.ends_with('.')) << known.name;
  }
}

}  // namespace
}  // namespace offex::market
