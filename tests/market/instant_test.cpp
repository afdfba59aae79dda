#include "offex/market/instant.hpp"

#include <limits>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace offex::market {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kHour = 3'600 * kSecond;

Day day(std::string_view text) { return Day::parse(text).value(); }
Instant at(std::string_view text) { return Instant::parse(text).value(); }

TEST(Instant, ReadsZuluOffsetsAndFractions) {
  EXPECT_EQ(at("1970-01-01T00:00:00Z").nanos(), 0);
  EXPECT_EQ(at("2026-02-23T13:00:00-05:00"), at("2026-02-23T18:00:00Z"));
  EXPECT_EQ(at("2026-02-23T23:30:00+05:30"), at("2026-02-23T18:00:00Z"));
  EXPECT_EQ(at("1970-01-01T00:00:00.5Z").nanos(), kSecond / 2);
  EXPECT_EQ(at("1970-01-01T00:00:00.000000001Z").nanos(), 1);
  EXPECT_EQ(at("1969-12-31T23:59:59.999999999Z").nanos(), -1);
}

TEST(Instant, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      "2026-02-23",
                                      "2026-02-23T18:00:00",
                                      "2026-02-23 18:00:00Z",
                                      "2026-02-23T18:00Z",
                                      "2026-02-30T18:00:00Z",
                                      "2026-02-23T24:00:00Z",
                                      "2026-02-23T18:60:00Z",
                                      "2026-02-23T18:00:60Z",
                                      "2026-02-23T18:00:00.Z",
                                      "2026-02-23T18:00:00.1234567890Z",
                                      "2026-02-23T18:00:00-0500",
                                      "2026-02-23T18:00:00-05",
                                      "2026-02-23T18:00:00-05:60",
                                      "2026-02-23T18:00:00+24:00",
                                      "2026-02-23T18:00:00z",
                                      "2026-02-23T18:00:00Z ",
                                      "20260223T18:00:00Z000",
                                      "2026-02-23T1a:00:00Z",
                                      "2026-02-23T18:00:00ZZ",
                                      "2026-02-23T-1:00:00Z"}) {
    EXPECT_FALSE(Instant::parse(text)) << text;
  }
}

TEST(Instant, FirstAndLastInstantSurviveTheirText) {
  for (const std::int64_t nanos :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    const std::string text = Instant::from_nanos(nanos).iso();
    EXPECT_EQ(at(text).nanos(), nanos) << text;
  }
  EXPECT_FALSE(Instant::parse("1677-09-21T00:12:43.145224191Z"));
  EXPECT_FALSE(Instant::parse("2262-04-11T23:47:16.854775808Z"));
  EXPECT_FALSE(Instant::parse("9999-01-01T00:00:00Z"));
}

TEST(Instant, RandomInstantsSurviveTheirText) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 20'000; ++round) {
    // Cutting digits off makes short fractions and whole seconds as frequent as long ones.
    auto nanos = static_cast<std::int64_t>(random());
    for (int digits = round % 10; digits > 0; --digits) nanos = nanos / 10;
    for (int digits = round % 10; digits > 0; --digits) nanos = nanos * 10;
    ASSERT_EQ(at(Instant::from_nanos(nanos).iso()).nanos(), nanos);
  }
}

TEST(Instant, PrintsAFractionOnlyWhenThereIsOne) {
  EXPECT_EQ(at("2026-02-23T13:00:00-05:00").iso(), "2026-02-23T18:00:00Z");
  EXPECT_EQ(at("2026-02-23T18:00:00.250Z").iso(), "2026-02-23T18:00:00.25Z");
}

TEST(NewYork, IsFiveHoursBehindInWinterAndFourInSummer) {
  EXPECT_EQ(to_new_york(at("2026-01-15T14:30:00Z")),
            (NewYorkTime{day("2026-01-15"), 9 * kHour + kHour / 2}));
  EXPECT_EQ(to_new_york(at("2026-07-15T13:30:00Z")),
            (NewYorkTime{day("2026-07-15"), 9 * kHour + kHour / 2}));
  EXPECT_EQ(to_new_york(at("2026-01-15T04:59:59.999999999Z")),
            (NewYorkTime{day("2026-01-14"), 24 * kHour - 1}));
}

TEST(NewYork, SkippedHourOfMarchMapsToTheChange) {
  const Instant change = at("2026-03-08T07:00:00Z");

  EXPECT_EQ(from_new_york(day("2026-03-08"), 2, 30), change);
  EXPECT_EQ(from_new_york(day("2026-03-08"), 1, 59, 59), at("2026-03-08T06:59:59Z"));
  EXPECT_EQ(from_new_york(day("2026-03-08"), 3), change);
}

TEST(NewYork, RepeatedHourOfNovemberMapsToTheFirst) {
  EXPECT_EQ(from_new_york(day("2026-11-01"), 1, 30), at("2026-11-01T05:30:00Z"));
  EXPECT_EQ(from_new_york(day("2026-11-01"), 2), at("2026-11-01T07:00:00Z"));
  EXPECT_EQ(to_new_york(at("2026-11-01T05:30:00Z")), to_new_york(at("2026-11-01T06:30:00Z")));
}

TEST(NewYork, EveryNoonAndMidnightFrom1970To2036GoesThereAndBack) {
  for (Day date = Day::from_days(0); date < day("2037-01-01"); date = date.plus(1)) {
    for (const int hour : {0, 12, 23}) {
      ASSERT_EQ(to_new_york(from_new_york(date, hour)), (NewYorkTime{date, hour * kHour}))
          << date.iso();
    }
  }
}

// The rule since 2007, written out: second Sunday of March to first Sunday of November, 02:00.
std::int64_t offset_by_rule(std::int64_t seconds) {
  const int year = Day::from_days(static_cast<std::int32_t>(seconds / 86'400)).civil().year;
  const Day march = Day::from_civil({year, 3, 8});
  const Day november = Day::from_civil({year, 11, 1});
  const auto sunday = [](Day first) {
    return first.plus(6 - static_cast<std::int32_t>(first.weekday()));
  };
  const std::int64_t begin = sunday(march).days() * 86'400LL + 7 * 3'600;
  const std::int64_t end = sunday(november).days() * 86'400LL + 6 * 3'600;
  return seconds >= begin && seconds < end ? -4 * 3'600 : -5 * 3'600;
}

TEST(NewYork, EqualsTheRuleOfTheLawOnRandomInstantsFrom2007To2036) {
  std::mt19937_64 random{11};
  const std::int64_t first = at("2007-01-02T00:00:00Z").nanos() / kSecond;
  const std::int64_t last = at("2036-12-30T00:00:00Z").nanos() / kSecond;
  std::uniform_int_distribution<std::int64_t> pick{first, last};
  for (int round = 0; round < 50'000; ++round) {
    const std::int64_t seconds = pick(random);
    const std::int64_t local = seconds + offset_by_rule(seconds);
    ASSERT_EQ(to_new_york(Instant::from_nanos(seconds * kSecond)),
              (NewYorkTime{Day::from_days(static_cast<std::int32_t>(local / 86'400)),
                           local % 86'400 * kSecond}))
        << seconds;
  }
}

TEST(NewYork, ThreadsAgree) {
  std::vector<NewYorkTime> seen(8);
  std::vector<std::jthread> threads;
  for (std::size_t index = 0; index < seen.size(); ++index) {
    threads.emplace_back([&seen, index] {
      for (int round = 0; round < 2'000; ++round) {
        seen[index] = to_new_york(Instant::from_nanos(round * 30LL * 86'400 * kSecond / 10));
      }
    });
  }
  threads.clear();
  for (const NewYorkTime& time : seen) EXPECT_EQ(time, seen.front());
}

TEST(NewYork, EndOfDayIsTheLastNanosecond) {
  EXPECT_EQ(end_of_day_new_york(day("2026-01-15")), at("2026-01-16T04:59:59.999999999Z"));
  EXPECT_EQ(end_of_day_new_york(day("2026-03-08")), at("2026-03-09T03:59:59.999999999Z"));
}

TEST(NewYork, DaysBeyondTheRangeOfAnInstantGiveItsEnd) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

  EXPECT_EQ(end_of_day_new_york(day("9999-12-31")).nanos(), kMax);
  EXPECT_EQ(from_new_york(day("9999-12-31"), 18).nanos(), kMax);
  EXPECT_EQ(from_new_york(day("0001-01-01"), 0).nanos(), std::numeric_limits<std::int64_t>::min());
}

TEST(AsOf, DateAloneMeansTheEndOfThatDayInNewYork) {
  EXPECT_EQ(parse_as_of("2024-07-03").value(), at("2024-07-04T03:59:59.999999999Z"));
  EXPECT_EQ(parse_as_of("20240703").value(), parse_as_of("2024-07-03").value());
}

TEST(AsOf, InstantMeansItself) {
  EXPECT_EQ(parse_as_of("2024-07-03T18:00:00-04:00").value(), at("2024-07-03T22:00:00Z"));
}

TEST(AsOf, ErrorNamesTheDateOrTheMissingZone) {
  EXPECT_EQ(parse_as_of("2026-02-30").error().message, "there is no day 2026-02-30");
  EXPECT_NE(parse_as_of("2026-02-23T18:00:00").error().message.find("with zone"),
            std::string::npos);
  EXPECT_FALSE(parse_as_of(""));
}

}  // namespace
}  // namespace offex::market
