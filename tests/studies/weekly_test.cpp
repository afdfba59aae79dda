#include "offex/studies/weekly.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/weekly_week.hpp"

namespace offex::studies::test {
namespace {

using testing::IsNan;

TEST(WeeklyMetrics, AddAtsAndNonAtsOfARealWeek) {
  // NVDA, week of 2025-06-23, as FINRA published it; the consolidated volume is made up.
  const OneWeek week = OneWeek{}
                           .rows({symbol_row(kAts, 93'315'116, 500'000),
                                  symbol_row(kNonAts, 445'634'916, 4'000'000)})
                           .consolidated(1'200'000'000);

  EXPECT_EQ(week.text("ats_volume"), "93315116");
  EXPECT_EQ(week.text("non_ats_volume"), "445634916");
  EXPECT_EQ(week.text("otc_volume"), "538950032");
  EXPECT_DOUBLE_EQ(week.value("otc_share"), 538'950'032.0 / 1.2e9);
  EXPECT_DOUBLE_EQ(week.value("ats_share"), 93'315'116.0 / 1.2e9);
  EXPECT_DOUBLE_EQ(week.value("non_ats_share"), 445'634'916.0 / 1.2e9);
  EXPECT_DOUBLE_EQ(week.value("ats_share_of_off_exchange"), 93'315'116.0 / 538'950'032.0);
  EXPECT_DOUBLE_EQ(week.value("ats_mean_trade_size"), 93'315'116.0 / 500'000.0);
  EXPECT_DOUBLE_EQ(week.value("non_ats_mean_trade_size"), 445'634'916.0 / 4'000'000.0);
  EXPECT_EQ(week.value("sessions"), 5.0);
  EXPECT_DOUBLE_EQ(week.value("otc_volume_per_session"), 538'950'032.0 / 5.0);
  EXPECT_EQ(week.text("tier_identifier"), "T1");
  EXPECT_EQ(week.text("initial_published_date"), "2025-07-14");
  EXPECT_EQ(week.text("data_quality"), "OK");
  EXPECT_EQ(week.text("symbol_rows"), "2");
}

TEST(WeeklyMetrics, DoNotAddTheRowsOfTheFirmsToThoseOfTheSymbol) {
  const OneWeek week =
      OneWeek{}.rows({symbol_row(kAts, 100), firm_row(kAts, kUbsa, 60), firm_row(kAts, kSgmt, 40),
                      symbol_row(kNonAts, 300), firm_row(kNonAts, kCitadel, 300)});
  EXPECT_EQ(week.shares("otc_volume"), 400.0);
  EXPECT_EQ(week.text("ats_source"), "SYMBOL_ROWS");
  EXPECT_EQ(week.value("firm_rows_disagree"), 0.0);
}

TEST(WeeklyMetrics, TakeTheSumOfTheFirmsWhereTheSymbolHasNoRow) {
  const OneWeek week = OneWeek{}.rows(
      {firm_row(kAts, kUbsa, 60), firm_row(kAts, kSgmt, 40), firm_row(kNonAts, kVirtu, 300)});
  EXPECT_EQ(week.shares("ats_volume"), 100.0);
  EXPECT_EQ(week.shares("otc_volume"), 400.0);
  EXPECT_EQ(week.value("ats_trades"), 20.0);
  EXPECT_EQ(week.text("ats_source"), "FIRM_ROWS");
  EXPECT_EQ(week.text("symbol_rows"), "0");
  EXPECT_THAT(week.value("firm_rows_disagree"), IsNan());
}

TEST(WeeklyMetrics, SayThatTheFirmsDoNotAddUpToTheSymbol) {
  const OneWeek week =
      OneWeek{}
          .rows({symbol_row(kAts, 100), firm_row(kAts, kUbsa, 60), symbol_row(kNonAts, 300)})
          .consolidated(1'000);
  EXPECT_EQ(week.value("firm_rows_disagree"), 1.0);
  EXPECT_EQ(week.text("data_quality"), "FIRM_ROWS_DISAGREE");
  EXPECT_EQ(week.shares("ats_volume"), 100.0);
}

TEST(WeeklyMetrics, AddTheTwoRowsOfASymbolThatChangedItsTapeAndSaySo) {
  const OneWeek week = OneWeek{}.rows(
      {symbol_row(kAts, 70, 7), symbol_row(kAts, 30, 3), symbol_row(kNonAts, 300, 30)});
  EXPECT_EQ(week.shares("ats_volume"), 100.0);
  EXPECT_EQ(week.value("ats_trades"), 10.0);
  EXPECT_EQ(week.text("symbol_rows"), "3");
  EXPECT_EQ(week.value("symbol_reported_twice"), 1.0);
}

TEST(WeeklyMetrics, SeeASymbolReportedTwiceInTheRowsOfItsFirms) {
  EXPECT_EQ(OneWeek{}
                .rows({firm_row(kAts, kUbsa, 60), firm_row(kAts, kUbsa, 5)})
                .value("symbol_reported_twice"),
            1.0);
  EXPECT_EQ(OneWeek{}
                .rows({firm_row(kAts, kUbsa, 60), firm_row(kAts, kSgmt, 5)})
                .value("symbol_reported_twice"),
            0.0);
}

TEST(WeeklyMetrics, AreNullWhereASideIsMissing) {
  const OneWeek week = OneWeek{}.rows({symbol_row(kAts, 100)}).consolidated(1'000);
  EXPECT_THAT(week.value("otc_volume"), IsNan());
  EXPECT_THAT(week.value("otc_share"), IsNan());
  EXPECT_THAT(week.value("non_ats_volume"), IsNan());
  EXPECT_DOUBLE_EQ(week.value("ats_share"), 0.1);
  EXPECT_EQ(week.text("data_quality"), "SIDE_MISSING");
}

TEST(WeeklyMetrics, AreNullWhereAPartOfASumIsMissing) {
  WeeklyRow unknown = firm_row(kAts, kSgmt, 0);
  unknown.shares.reset();
  const OneWeek week = OneWeek{}.rows({firm_row(kAts, kUbsa, 60), unknown});
  EXPECT_THAT(week.value("ats_volume"), IsNan());
  EXPECT_THAT(week.value("ats_concentration"), IsNan());
}

TEST(WeeklyMetrics, NeverCutAShareToOne) {
  const OneWeek week =
      OneWeek{}.rows({symbol_row(kAts, 100), symbol_row(kNonAts, 950)}).consolidated(1'000);
  EXPECT_THAT(week.value("otc_share"), IsNan());
  EXPECT_EQ(week.value("above_consolidated"), 1.0);
  EXPECT_EQ(week.text("data_quality"), "ABOVE_CONSOLIDATED");
  EXPECT_DOUBLE_EQ(week.value("non_ats_share"), 0.95);
}

TEST(WeeklyMetrics, HaveNoShareWithoutConsolidatedVolume) {
  const OneWeek week = OneWeek{}.rows({symbol_row(kAts, 100), symbol_row(kNonAts, 950)});
  EXPECT_THAT(week.value("otc_share"), IsNan());
  EXPECT_THAT(week.value("above_consolidated"), IsNan());
  EXPECT_EQ(week.text("data_quality"), "NO_CONSOLIDATED");
}

TEST(WeeklyMetrics, DivideAHolidayWeekByItsFourSessions) {
  const OneWeek week =
      OneWeek{"2025-09-01"}.rows({symbol_row(kAts, 100), symbol_row(kNonAts, 300)});
  EXPECT_EQ(week.value("sessions"), 4.0);
  EXPECT_DOUBLE_EQ(week.value("otc_volume_per_session"), 100.0);
}

TEST(WeeklyMetrics, TakeTheTotalOfTheSeedsTableWhereThereAreNoSummaries) {
  OneWeek week;
  take_weekly_table(
      std::vector<WeeklyTableRow>{{.tier = "T1", .shares = 300 * kShare, .known_from = 5},
                                  {.tier = "T2", .shares = 100 * kShare, .known_from = 9}},
      week.inputs);
  week.consolidated(1'000);
  EXPECT_EQ(week.shares("otc_volume"), 400.0);
  EXPECT_DOUBLE_EQ(week.value("otc_share"), 0.4);
  EXPECT_THAT(week.value("ats_volume"), IsNan());
  EXPECT_EQ(week.text("otc_source"), "TABLE");
  EXPECT_EQ(week.text("data_quality"), "TOTAL_ONLY");
  EXPECT_EQ(week.value("known_from"), 9.0);
}

TEST(WeeklyMetrics, PreferTheSummariesToTheSeedsTable) {
  OneWeek week;
  take_weekly_table(
      std::vector<WeeklyTableRow>{{.tier = "", .shares = 999 * kShare, .known_from = 9}},
      week.inputs);
  week.rows({symbol_row(kAts, 100), symbol_row(kNonAts, 300)});
  EXPECT_EQ(week.shares("otc_volume"), 400.0);
  EXPECT_EQ(week.text("otc_source"), "BOTH_SIDES");
  EXPECT_EQ(week.value("known_from"), 1.0);  // the table is not used
}

TEST(WeeklyMetrics, DoNotAddAFileWithoutTiersToOneWithTiers) {
  WeeklyRow other = firm_row(kAts, kUbsa, 60);
  other.tier.reset();
  other.total = 1'000 * kShare;
  const OneWeek week = OneWeek{}.rows({other, firm_row(kAts, kUbsa, 60)});
  EXPECT_EQ(week.shares("ats_volume"), 60.0);
  EXPECT_EQ(week.shares("reported_total_volume"), 1'000.0);
}

TEST(WeeklyMetrics, KeepTheLastTotalThatIsNotZero) {
  std::vector<WeeklyRow> rows{firm_row(kAts, kUbsa, 60), firm_row(kAts, kSgmt, 40),
                              firm_row(kAts, kSgmt, 40)};
  rows[0].total = 900 * kShare;
  rows[1].total = 1'000 * kShare;
  rows[2].total = 0;
  EXPECT_EQ(OneWeek{}.rows(rows).shares("reported_total_volume"), 1'000.0);
}

TEST(WeeklyMetrics, FlagARestatement) {
  WeeklyRow restated = symbol_row(kAts, 100);
  restated.updated = day("2025-07-29").days();
  const OneWeek week = OneWeek{}.rows({restated, symbol_row(kNonAts, 300)});
  EXPECT_EQ(week.value("restated"), 1.0);
  EXPECT_EQ(week.text("last_update_date"), "2025-07-29");
  EXPECT_EQ(OneWeek{}.rows({symbol_row(kAts, 100)}).value("restated"), 0.0);
}

TEST(WeeklyMetrics, AreKnownWhenTheLastOfTheirInputsWas) {
  WeeklyRow late = symbol_row(kNonAts, 300);
  late.known_from = 1'752'523'200'000'001;
  OneWeek week;
  week.rows({symbol_row(kAts, 100), late});
  EXPECT_EQ(week.text("known_from"), "2025-07-14T20:00:00.000001Z");
  week.consolidated(1'000);
  week.inputs.bars_known_from.at(0, 0) = 1'752'609'600'000'000.0;
  EXPECT_EQ(week.text("known_from"), "2025-07-15T20:00:00Z");
}

}  // namespace
}  // namespace offex::studies::test
