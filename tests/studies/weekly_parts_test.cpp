#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/weekly.hpp"

#include "studies/weekly_week.hpp"

namespace offex::studies::test {
namespace {

using testing::IsNan;

TEST(WeeklyVenues, AreListedByShareWithTheirConcentration) {
  const OneWeek week =
      OneWeek{}.rows({firm_row(kAts, kSgmt, 25), firm_row(kAts, kUbsa, 75), symbol_row(kAts, 100)});
  EXPECT_EQ(week.text("ats_top_venues"), "UBSA 75.0%, SGMT 25.0%");
  EXPECT_EQ(week.value("ats_venues"), 2.0);
  EXPECT_DOUBLE_EQ(week.value("ats_top_share"), 0.75);
  EXPECT_DOUBLE_EQ(week.value("ats_concentration"), 0.75 * 0.75 + 0.25 * 0.25);
}

TEST(WeeklyVenues, KeepTheBucketOfSmallFirmsInTheDenominatorOnly) {
  const OneWeek week =
      OneWeek{}.rows({firm_row(kNonAts, kCitadel, 50), firm_row(kNonAts, kVirtu, 20),
                      firm_row(kNonAts, kSmall, 30)});
  EXPECT_EQ(week.text("non_ats_top_firms"),
            "CITADEL SECURITIES LLC 50.0%, VIRTU AMERICAS LLC 20.0%");
  EXPECT_EQ(week.value("non_ats_firms"), 2.0);
  EXPECT_DOUBLE_EQ(week.value("non_ats_concentration"), 0.25 + 0.04);
  EXPECT_DOUBLE_EQ(week.value("de_minimis_share"), 0.3);
  EXPECT_EQ(week.shares("non_ats_volume"), 100.0);
}

TEST(WeeklyVenues, AreNullWithoutRowsByVenue) {
  const OneWeek week = OneWeek{}.rows({symbol_row(kAts, 100)});
  EXPECT_THAT(week.value("ats_venues"), IsNan());
  EXPECT_EQ(week.text("ats_top_venues"), "");
}

TEST(WeeklyVenues, ListFive) {
  std::vector<store::Venue> many;
  std::vector<WeeklyRow> rows;
  for (std::int32_t venue = 0; venue < 7; ++venue) {
    many.push_back({.mpid = "V" + std::to_string(venue), .crd = {}, .name = ""});
    rows.push_back(firm_row(kAts, venue, 10));
  }
  OneWeek week;
  take_weekly_rows(rows, many, kTiers, week.inputs);
  EXPECT_EQ(week.text("ats_top_venues"), "V0 14.3%, V1 14.3%, V2 14.3%, V3 14.3%, V4 14.3%");
  EXPECT_EQ(week.value("ats_venues"), 7.0);
}

TEST(WeeklyVenues, AreOneVenueUnderTwoNames) {
  const std::vector<store::Venue> renamed{{.mpid = "UBSA", .crd = 1, .name = "UBS"},
                                          {.mpid = "UBSA", .crd = 1, .name = "UBS SECURITIES"}};
  OneWeek week;
  take_weekly_rows(std::vector{firm_row(kAts, 0, 50), firm_row(kAts, 1, 50)}, renamed, kTiers,
                   week.inputs);
  EXPECT_EQ(week.text("ats_top_venues"), "UBSA 100.0%");
  EXPECT_EQ(week.value("symbol_reported_twice"), 1.0);
}

/// Bars of the week of 2025-06-23, a bit a weekday.
class WeekOfBars {
 public:
  WeekOfBars() : inputs{mondays("2025-06-23", 1), 1}, bars{inputs.weeks, 1} {}
  void file(int weekday, bool whole_market) {
    bars.add_day(inputs.weeks[0].plus(weekday), whole_market, 10 + weekday);
  }
  void bar(int weekday, std::optional<std::int64_t> shares) {
    bars.add(inputs.weeks[0].plus(weekday), 0,
             shares ? std::optional{*shares * kShare} : std::nullopt);
  }
  double volume() {
    bars.finish(inputs);
    return inputs.consolidated.at(0, 0) / kShares;
  }

  WeeklyInputs inputs;
  WeeklyBars bars;
};

TEST(WeeklyBars, AddUpTheSessionsOfTheWeek) {
  WeekOfBars week;
  for (int weekday = 0; weekday < 7; ++weekday) {  // Saturday and Sunday do not count
    week.file(weekday, false);
    week.bar(weekday, 100);
  }
  EXPECT_EQ(week.volume(), 500.0);
  EXPECT_EQ(week.inputs.bars_known_from.at(0, 0), 14.0);
}

TEST(WeeklyBars, AreMissingWhenTheFileOfASessionIs) {
  WeekOfBars week;
  for (int weekday = 0; weekday < 4; ++weekday) {
    week.file(weekday, true);
    week.bar(weekday, 100);
  }
  EXPECT_THAT(week.volume(), IsNan());
}

TEST(WeeklyBars, TakeAbsenceFromAFileOfTheWholeMarketAsNoTrade) {
  WeekOfBars week;
  for (int weekday = 0; weekday < 5; ++weekday) {
    week.file(weekday, true);
  }
  week.bar(1, 100);
  EXPECT_EQ(week.volume(), 100.0);
}

TEST(WeeklyBars, TakeAbsenceFromATableAsUnknown) {
  WeekOfBars week;
  for (int weekday = 0; weekday < 5; ++weekday) {
    week.file(weekday, weekday != 3);
  }
  week.bar(1, 100);
  EXPECT_THAT(week.volume(), IsNan());
  week.bar(3, 50);
  EXPECT_EQ(week.volume(), 150.0);
}

TEST(WeeklyBars, AreMissingForASymbolThatNoFileNames) {
  WeekOfBars week;
  for (int weekday = 0; weekday < 5; ++weekday) {
    week.file(weekday, true);
  }
  EXPECT_THAT(week.volume(), IsNan());
}

TEST(WeeklyBars, AreMissingWhenABarHasNoVolume) {
  WeekOfBars week;
  for (int weekday = 0; weekday < 5; ++weekday) {
    week.file(weekday, true);
    week.bar(weekday, weekday == 2 ? std::nullopt : std::optional<std::int64_t>{100});
  }
  EXPECT_THAT(week.volume(), IsNan());
}

TEST(WeeklyBars, DoNotAskForTheHolidayOfAShortWeek) {
  WeeklyInputs inputs{mondays("2025-09-01", 1), 1};
  WeeklyBars bars{inputs.weeks, 1};
  for (int weekday = 1; weekday < 5; ++weekday) {
    bars.add_day(inputs.weeks[0].plus(weekday), false, 1);
    bars.add(inputs.weeks[0].plus(weekday), 0, 100 * kShare);
  }
  bars.finish(inputs);
  EXPECT_EQ(inputs.consolidated.at(0, 0), 400.0 * kShares);
}

}  // namespace
}  // namespace offex::studies::test
