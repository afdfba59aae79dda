#include <tuple>

#include <gmock/gmock.h>

#include "weekly_fixture.hpp"

namespace offex::store {

using columns::Type;
using market::Dataset;
using testing::ElementsAre;

class WeeklyVolume : public WeeklyRows {};

TEST_F(WeeklyVolume, KeepsRowsThatDifferByTapeOrIssueApart) {
  TextRow other_tape = row("ATS_W_SMBL", "T1", "FITB", "2");
  other_tape[8] = "UTP";
  TextRow other_issue = row("ATS_W_SMBL", "T1", "FITB", "4");
  other_issue[7] = "Reused ticker";
  ASSERT_TRUE(put_week("page", {row("ATS_W_SMBL", "T1", "FITB", "1"), other_tape, other_issue}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM finra_weekly_summary"), ElementsAre("3"));
  EXPECT_THAT(volumes(view), ElementsAre("FITB|T1|7|21|ats"));
}

TEST_F(WeeklyVolume, QueryApiWinsOverDownloadAndAtsFileForItsKey) {
  for (const auto& [file, dataset, shares] : {std::tuple{"ats", Dataset::AtsSummary, "3"},
                                              {"download", Dataset::WeeklyDownload, "2"},
                                              {"api", Dataset::WeeklySummary, "1"}}) {
    ASSERT_TRUE(put_week(file, {firm_row("A", "UBSA", "1", "UBS ATS", shares)}, dataset));
  }
  ASSERT_TRUE(
      put_week("other tier", {row("ATS_W_SMBL_FIRM", "T2", "B", "4")}, Dataset::WeeklyDownload));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT symbol, share_quantity FROM finra_weekly_summary ORDER BY 1"),
              ElementsAre("A|1", "B|4"));
  EXPECT_THAT(summaries(view), ElementsAre("A 1 T1 ats firm UBSA/UBS ATS", "B 4 T2 ats firm -"));
}

TEST_F(WeeklyVolume, SourceWithoutTiersCountsOnlyWhereNoOtherTellsTheWeek) {
  TextRow no_tier = firm_row("A", "MP1", "", "", "100");
  no_tier[2] = "";
  no_tier[14] = "1000";
  TextRow week_before = no_tier;
  week_before[0] = "2026-08-31";
  ASSERT_TRUE(put_week("ats", {no_tier, week_before}, Dataset::AtsSummary));
  ASSERT_TRUE(put_week("api", {firm_row("A", "MP1", "1", "Venue", "100")}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view,
                      "SELECT week_start_date, tier_identifier, total_share_quantity "
                      "FROM finra_weekly_summary ORDER BY 1"),
              ElementsAre("2026-08-31||1000", "2026-09-07|T1|"));
  EXPECT_THAT(summaries(view), ElementsAre("A 100 - ats firm MP1/", "A 100 T1 ats firm MP1/Venue"));
}

TEST_F(WeeklyVolume, VenueThatChangesItsNameStaysTheSameVenue) {
  ASSERT_TRUE(put_week("first", {firm_row("A", "UBSA", "1", "UBS ATS", "10")}));
  clock_.set(at("2026-11-09T12:00:00Z"));
  ASSERT_TRUE(put_week("second", {firm_row("A", "UBSA", "1", "UBS NEW ATS", "10")}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT participant_name FROM finra_weekly_summary"),
              ElementsAre("UBS NEW ATS"));
  EXPECT_THAT(
      rows_of(view, "SELECT participant_name FROM finra_weekly_summary_raw ORDER BY revision_id"),
      ElementsAre("UBS ATS", "UBS NEW ATS"));
  std::vector<Venue> venues;
  std::vector<std::string> tiers;
  const Scan scan{.days = {day("2026-09-07"), day("2026-09-07")}};
  ASSERT_TRUE(view.scan_weekly_summary(scan, venues, tiers, [](const WeeklySummaryChunk&) {}));
  ASSERT_EQ(venues.size(), 1U);
  EXPECT_EQ(venues[0].mpid, "UBSA");
  EXPECT_EQ(venues[0].crd, 1);
  EXPECT_EQ(venues[0].name, "UBS NEW ATS");
}

TEST_F(WeeklyVolume, VenuesWithoutAnyMarkAreToldApartByTheirNames) {
  ASSERT_TRUE(put_week("file",
                       {firm_row("A", "", "", "CITADEL SECURITIES", "10", "OTC_W_SMBL_FIRM"),
                        firm_row("A", "", "", "VIRTU AMERICAS", "20", "OTC_W_SMBL_FIRM")},
                       Dataset::WeeklyDownload));

  EXPECT_THAT(summaries(reader()), ElementsAre("A 10 T1 otc firm /CITADEL SECURITIES",
                                               "A 20 T1 otc firm /VIRTU AMERICAS"));
}

TEST_F(WeeklyVolume, VolumeIsAtsAndNonAtsRowsOfTheSymbol) {
  ASSERT_TRUE(
      put_week("page", {row("ATS_W_SMBL", "T1", "A", "10"), row("OTC_W_SMBL", "T1", "A", "30"),
                        firm_row("A", "UBSA", "1", "UBS ATS", "10"),
                        firm_row("A", "", "2", "Virtu", "30", "OTC_W_SMBL_FIRM"),
                        row("OTC_W_SMBL", "T1", "B", "5")}));

  const Reader view = reader();

  EXPECT_THAT(volumes(view), ElementsAre("A|T1|40|14|ats+otc", "B|T1|5|7|ats+otc"));
  EXPECT_EQ(scanned(view), (std::map<std::string, std::int64_t>{{"A", 40}, {"B", 5}}));
}

TEST_F(WeeklyVolume, VolumeIsTheSumOfFirmRowsWhereThereAreNoOthers) {
  TextRow unknown_trades = firm_row("A", "SGMT", "2", "SIGMA X2", "2");
  unknown_trades[10] = "";
  ASSERT_TRUE(put_week("page", {firm_row("A", "UBSA", "1", "UBS ATS", "10"), unknown_trades,
                                row("OTC_W_SMBL", "T1", "A", "30")}));

  const Reader view = reader();

  EXPECT_THAT(volumes(view), ElementsAre("A|T1|42||ats+otc"));
  EXPECT_EQ(scanned(view), (std::map<std::string, std::int64_t>{{"A", 42}}));
}

TEST_F(WeeklyVolume, RowOfASymbolHidesTheFirmRowsOfThatSymbolOnly) {
  ASSERT_TRUE(put_week(
      "page",
      {row("ATS_W_SMBL", "T1", "A", "10"), firm_row("A", "UBSA", "1", "UBS ATS", "10"),
       firm_row("B", "UBSA", "1", "UBS ATS", "20"), firm_row("B", "SGMT", "2", "SIGMA X2", "5")}));

  const Reader view = reader();

  EXPECT_THAT(volumes(view), ElementsAre("A|T1|10|7|ats", "B|T1|25|14|ats"));
  EXPECT_EQ(scanned(view), (std::map<std::string, std::int64_t>{{"A", 10}, {"B", 25}}));
}

TEST_F(WeeklyVolume, RowOfASymbolHidesNoFirmRowsBeforeItIsPublic) {
  ASSERT_TRUE(put_week(
      "page", {row("ATS_W_SMBL", "T1", "A", "10", "2026-10-05"), row("ATS_W_SMBL", "T1", "C", "1"),
               firm_row("A", "UBSA", "1", "UBS ATS", "9")}));

  const Reader view = reader();

  EXPECT_EQ(scanned(view, at("2026-10-01T00:00:00Z")),
            (std::map<std::string, std::int64_t>{{"A", 9}, {"C", 1}}));
  EXPECT_THAT(rows_of(view,
                      "SELECT symbol, off_exchange_volume FROM finra_otc_weekly_at("
                      "TIMESTAMP '2026-10-01 00:00:00') ORDER BY 1"),
              ElementsAre("A|9", "C|1"));
  EXPECT_EQ(scanned(view), (std::map<std::string, std::int64_t>{{"A", 10}, {"C", 1}}));
}

TEST_F(WeeklyVolume, RowsWithoutATierStandBesideRowsOfTheirSourceThatHaveOne) {
  ASSERT_TRUE(
      put_week("page", {row("ATS_W_SMBL", "T1", "A", "10"), row("ATS_W_SMBL", "", "B", "20")}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT symbol FROM finra_weekly_summary ORDER BY 1"),
              ElementsAre("A", "B"));
  EXPECT_THAT(volumes(view), ElementsAre("A|T1|10|7|ats", "B||20|7|ats"));
  EXPECT_EQ(scanned(view), (std::map<std::string, std::int64_t>{{"A", 10}, {"B", 20}}));
}

TEST_F(WeeklyVolume, VolumeOfTheSeedsTableHidesTheSummariesOfItsWeekAndTier) {
  const columns::Batch table = text_batch({{"week_start_date", Type::Day},
                                           {"symbol", Type::Symbol},
                                           {"tier_identifier", Type::Text},
                                           {"off_exchange_volume", Type::Quantity}},
                                          {{"2026-09-07", "A", "T1", "99"}});
  ASSERT_TRUE(put_rows("table", Dataset::OtcWeeklyTable, table));
  ASSERT_TRUE(
      put_week("page", {row("ATS_W_SMBL", "T1", "A", "10"), row("ATS_W_SMBL", "T2", "B", "20"),
                        row("ATS_W_SMBL", "", "A", "30")}));

  const Reader view = reader();

  EXPECT_THAT(volumes(view), ElementsAre("A|T1|99||table", "B|T2|20|7|ats"));
  EXPECT_EQ(scanned(view), (std::map<std::string, std::int64_t>{{"A", 99}, {"B", 20}}));
}

TEST_F(WeeklyVolume, SeedsTableWithoutTiersHidesTheWholeWeek) {
  const columns::Batch table = text_batch({{"week_start_date", Type::Day},
                                           {"symbol", Type::Symbol},
                                           {"off_exchange_volume", Type::Quantity}},
                                          {{"2026-09-07", "A", "99"}});
  ASSERT_TRUE(put_week("page", {row("ATS_W_SMBL", "T1", "A", "10")}));
  ASSERT_TRUE(put_rows("table", Dataset::OtcWeeklyTable, table));

  EXPECT_EQ(scanned(reader()), (std::map<std::string, std::int64_t>{{"A", 99}}));
}

TEST_F(WeeklyVolume, ScanKeepsToItsWeeksAndSymbols) {
  TextRow next_week = row("ATS_W_SMBL", "T1", "A", "50", "2026-10-05");
  next_week[0] = "2026-09-14";
  ASSERT_TRUE(put_week(
      "page", {row("ATS_W_SMBL", "T1", "A", "10"), row("ATS_W_SMBL", "T1", "B", "20"), next_week}));
  const Reader view = reader();
  std::vector<Venue> venues;
  std::vector<std::string> tiers;
  std::vector<std::int64_t> seen;

  const Scan scan{.days = {day("2026-09-07"), day("2026-09-13")}, .symbols = {0}};
  ASSERT_TRUE(view.scan_weekly_summary(scan, venues, tiers, [&](const WeeklySummaryChunk& chunk) {
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      EXPECT_EQ(chunk.day.values[i], day("2026-09-07").days());
      EXPECT_EQ(chunk.initial_published_date.values[i], day("2026-09-28").days());
      EXPECT_EQ(chunk.last_update_date.values[i], day("2026-09-28").days());
      EXPECT_EQ(chunk.trade_count.values[i], 7);
      EXPECT_FALSE(chunk.total_share_quantity.valid(i));
      seen.push_back(chunk.share_quantity.values[i]);
    }
  }));

  EXPECT_THAT(seen, ElementsAre(10 * market::Quantity::kPerShare));
}

}  // namespace offex::store
