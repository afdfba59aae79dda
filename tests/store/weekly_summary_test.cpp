#include <gmock/gmock.h>

#include "weekly_fixture.hpp"

namespace offex::store {

using market::Dataset;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WeeklySummary : public WeeklyRows {};

TEST_F(WeeklySummary, ShowsWhatFinraPublished) {
  TextRow full = firm_row("ABR$D", "UBSA", "7654", "UBS ATS", "120");
  full[11] = "1234.5";
  ASSERT_TRUE(put_week("page", {full}));

  EXPECT_THAT(
      rows_of(reader(), "SELECT * FROM finra_weekly_summary"),
      ElementsAre("2026-09-07|ABRpD|ABR$D|T1|ATS_W_SMBL_FIRM|UBSA|7654|UBS ATS|ABR$D Inc.|CTS|120|"
                  "7|1234.5|2026-09-28|2026-09-28||"));
}

TEST_F(WeeklySummary, KeepsTheFirmRowsOfASymbolThatTwoPagesSplit) {
  ASSERT_TRUE(put_week("page 1", {firm_row("A", "UBSA", "1", "UBS ATS", "10")}));
  const auto second = put_week("page 2", {firm_row("A", "SGMT", "2", "SIGMA X2", "20")});

  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->superseded, 0U);
  EXPECT_THAT(
      rows_of(reader(), "SELECT symbol, mpid, share_quantity FROM finra_weekly_summary ORDER BY 2"),
      ElementsAre("A|SGMT|20", "A|UBSA|10"));
}

TEST_F(WeeklySummary, PagesAreKnownFromTheirPublicationAndNotFromTheirCapture) {
  ASSERT_TRUE(put_week("page 1", {row("ATS_W_SMBL", "T1", "A", "10")}));
  clock_.set(at("2026-11-02T12:01:00Z"));
  ASSERT_TRUE(put_week("page 2", {row("ATS_W_SMBL", "T1", "B", "20")}));

  const Reader view = reader();

  EXPECT_THAT(symbols_at(view, "2026-09-28 19:59:59"), IsEmpty());
  EXPECT_THAT(symbols_at(view, "2026-09-28 20:00:00"), ElementsAre("A", "B"));
  EXPECT_THAT(rows_of(view, "SELECT known_from, known_to, rows FROM revision"),
              ElementsAre("2026-09-28T20:00:00Z||2"));
}

TEST_F(WeeklySummary, OrderOfPagesDoesNotShowInTheDigests) {
  const std::vector<TextRow> first{row("ATS_W_SMBL", "T1", "A", "10"),
                                   firm_row("A", "UBSA", "1", "UBS ATS", "10")};
  const std::vector<TextRow> second{row("ATS_W_SMBL", "T1", "B", "20", "2026-09-21"),
                                    firm_row("A", "SGMT", "2", "SIGMA X2", "20")};
  ASSERT_TRUE(put_week("1", first));
  ASSERT_TRUE(put_week("2", second));
  const auto forward = digests();

  class Backward : public WeeklySummary {
   public:
    void TestBody() override {}
    std::map<std::string, std::string> run(const std::vector<TextRow>& a,
                                           const std::vector<TextRow>& b) {
      EXPECT_TRUE(put_week("2", b));
      EXPECT_TRUE(put_week("1", a));
      return digests();
    }
  };

  EXPECT_EQ(Backward{}.run(first, second), forward);
}

TEST_F(WeeklySummary, ChangedRowIsKnownFromItsCaptureAndTheOldOneBefore) {
  ASSERT_TRUE(
      put_week("first", {row("ATS_W_SMBL", "T1", "A", "10"), row("ATS_W_SMBL", "T1", "B", "20")}));
  clock_.set(at("2026-11-09T12:00:00Z"));
  const auto second = put_week("second", {row("ATS_W_SMBL", "T1", "A", "11")});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->superseded, 1U);

  const Reader view = reader();

  const std::string at_moment =
      "SELECT symbol, share_quantity FROM finra_weekly_summary_at(TIMESTAMP '";
  EXPECT_THAT(rows_of(view, at_moment + "2026-11-09 11:59:59') ORDER BY 1"),
              ElementsAre("A|10", "B|20"));
  EXPECT_THAT(rows_of(view, at_moment + "2026-11-09 12:00:00') ORDER BY 1"),
              ElementsAre("A|11", "B|20"));
  EXPECT_THAT(rows_of(view,
                      "SELECT symbol, share_quantity, file_name FROM finra_weekly_summary_raw "
                      "ORDER BY revision_id, symbol"),
              ElementsAre("A|10|first", "B|20|first", "A|11|second", "B|20|second"));
}

TEST_F(WeeklySummary, PageThatRepeatsRowsInForceIsNoRevision) {
  ASSERT_TRUE(
      put_week("first", {row("ATS_W_SMBL", "T1", "A", "10"), row("ATS_W_SMBL", "T1", "B", "20")}));

  const auto again = put_week("again", {row("ATS_W_SMBL", "T1", "B", "20")});

  ASSERT_TRUE(again);
  EXPECT_EQ(again->unchanged, 1U);
  EXPECT_EQ(again->rows, 0U);
}

TEST_F(WeeklySummary, AddedRowsAreMergedAfterTheStoreWasOpenedAgain) {
  ASSERT_TRUE(put_week("1", {firm_row("A", "UBSA", "1", "UBS ATS", "10"),
                             firm_row("A", "", "0", "De Minimis Firms", "5", "OTC_W_SMBL_FIRM")}));
  {
    const Reader closed = reader();
  }
  ASSERT_TRUE(put_week("2", {firm_row("A", "UBSA", "1", "UBS ATS", "10"),
                             firm_row("B", "UBSA", "1", "UBS ATS", "30")}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view,
                      "SELECT symbol, mpid, firm_crd, participant_name, share_quantity "
                      "FROM finra_weekly_summary ORDER BY ALL"),
              ElementsAre("A|UBSA|1|UBS ATS|10", "A||0|De Minimis Firms|5", "B|UBSA|1|UBS ATS|30"));
  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM venue"), ElementsAre("2"));
  EXPECT_TRUE(view.digests());
}

TEST_F(WeeklySummary, PageThatWasPublishedLaterIsKnownFromItsCapture) {
  const columns::Batch first = week({row("ATS_W_SMBL", "T1", "A", "10")});
  const columns::Batch second = week({row("ATS_W_SMBL", "T1", "B", "20")});
  ASSERT_TRUE(put_rows("first", Dataset::WeeklySummary, first));
  const FactRows part{.dataset = Dataset::WeeklySummary, .rows = &second};
  SourceFile late = source("second");
  late.published_at = at("2026-10-30T00:00:00Z");
  ASSERT_TRUE(writer().put(late, {&part, 1}));

  const Reader view = reader();

  EXPECT_THAT(symbols_at(view, "2026-10-31 00:00:00"), ElementsAre("A"));
  EXPECT_THAT(symbols_at(view, "2026-11-02 12:00:00"), ElementsAre("A", "B"));
}

TEST_F(WeeklySummary, EarliestPublicationOfAllPagesCounts) {
  ASSERT_TRUE(put_week("1", {row("ATS_W_SMBL", "T1", "LATE", "10", "2026-10-05")}));
  ASSERT_TRUE(put_week("2", {row("ATS_W_SMBL", "T1", "EARLY", "20", "2026-09-28")}));

  const Reader view = reader();

  EXPECT_THAT(symbols_at(view, "2026-09-28 20:00:00"), ElementsAre("EARLY"));
  EXPECT_THAT(symbols_at(view, "2026-10-05 19:59:59"), ElementsAre("EARLY"));
  EXPECT_THAT(symbols_at(view, "2026-10-05 20:00:00"), ElementsAre("EARLY", "LATE"));
}

TEST_F(WeeklySummary, LateRowIsNotSeenBeforeItsOwnPublication) {
  ASSERT_TRUE(put_week("page", {row("ATS_W_SMBL", "T1", "A", "10"),
                                row("ATS_W_SMBL", "T1", "LATE", "20", "2026-10-05")}));

  const Reader view = reader();

  EXPECT_THAT(summaries(view, at("2026-10-05T19:59:59Z")), ElementsAre("A 10 T1 ats symbol -"));
  EXPECT_THAT(summaries(view, at("2026-10-05T20:00:00Z")),
              ElementsAre("A 10 T1 ats symbol -", "LATE 20 T1 ats symbol -"));
  EXPECT_EQ(scanned(view, at("2026-10-01T00:00:00Z")),
            (std::map<std::string, std::int64_t>{{"A", 10}}));
  EXPECT_THAT(
      rows_of(view, "SELECT symbol FROM finra_otc_weekly_at(TIMESTAMP '2026-10-01 00:00:00')"),
      ElementsAre("A"));
}

TEST_F(WeeklySummary, RowWithoutADayOfPublicationIsKnownByTheRuleBesideOthersThatHaveOne) {
  ASSERT_TRUE(put_week("page", {row("ATS_W_SMBL", "T1", "EARLY", "1", "2026-09-21"),
                                row("ATS_W_SMBL", "T1", "NONE", "2", ""),
                                row("ATS_W_SMBL", "T1", "LATE", "3", "2026-10-05")}));
  ASSERT_TRUE(put_week("other", {row("OTC_W_SMBL", "T1", "NONE", "2", ""),
                                 row("OTC_W_SMBL", "T1", "LATE", "3", "2026-10-05")}));

  const Reader view = reader();

  EXPECT_THAT(symbols_at(view, "2026-09-28 19:59:59"), ElementsAre("EARLY"));
  EXPECT_THAT(symbols_at(view, "2026-09-28 20:00:00"), ElementsAre("EARLY", "NONE", "NONE"));
  EXPECT_THAT(symbols_at(view, "2026-10-05 20:00:00"),
              ElementsAre("EARLY", "LATE", "LATE", "NONE", "NONE"));
}

TEST_F(WeeklySummary, WithoutADayOfPublicationTheTierTells) {
  ASSERT_TRUE(put_week(
      "page", {row("ATS_W_SMBL", "T1", "ONE", "1", ""), row("ATS_W_SMBL", "T2", "TWO", "2", ""),
               row("ATS_W_SMBL", "", "NONE", "3", "")}));

  EXPECT_THAT(rows_of(reader(), "SELECT facility, known_from FROM revision ORDER BY 1"),
              ElementsAre("ATS_W_SMBL|2026-10-12T20:00:00Z", "ATS_W_SMBL T1|2026-09-28T20:00:00Z",
                          "ATS_W_SMBL T2|2026-10-12T20:00:00Z"));
}

TEST_F(WeeklySummary, RefusesOneRowTwiceAndNamesIt) {
  const auto put = put_week("page", {firm_row("A", "UBSA", "1", "UBS ATS", "10"),
                                     firm_row("A", "UBSA", "1", "UBS", "20")});

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(put.error().message,
              HasSubstr("weekly_summary 2026-09-07 ATS_W_SMBL_FIRM T1: symbol A (UBSA, 1, CTS, "
                        "A Inc.) appears twice"));
  EXPECT_THAT(rows_of(reader(), "SELECT count(*) FROM venue"), ElementsAre("0"));
}

TEST_F(WeeklySummary, DownloadReplacesItsWholeKeyAndNoOther) {
  ASSERT_TRUE(put_week(
      "first",
      {firm_row("A", "UBSA", "", "UBS ATS", "10"), firm_row("B", "UBSA", "", "UBS ATS", "20"),
       row("ATS_W_SMBL_FIRM", "T2", "C", "30")},
      Dataset::WeeklyDownload));
  ASSERT_TRUE(
      put_week("second", {firm_row("A", "UBSA", "", "UBS ATS", "11")}, Dataset::WeeklyDownload));

  EXPECT_THAT(
      rows_of(reader(), "SELECT symbol, share_quantity FROM finra_weekly_summary ORDER BY 1"),
      ElementsAre("A|11", "C|30"));
}

TEST_F(WeeklySummary, DownloadThatWasGivenTheWrongWeekOrKindIsPutUnderTheRightOne) {
  const auto put_download = [&](const std::string& monday, const std::string& kind) {
    TextRow one = row(kind, "T1", "A", "10", "");
    one[0] = monday;
    return put_rows("download", Dataset::WeeklyDownload, week({one}), day(monday));
  };
  ASSERT_TRUE(put_download("2026-09-14", "ATS_W_SMBL_FIRM"));

  const auto right_week = put_download("2026-09-07", "ATS_W_SMBL_FIRM");
  const auto right_kind = put_download("2026-09-07", "OTC_W_SMBL_FIRM");
  const auto again = put_download("2026-09-07", "OTC_W_SMBL_FIRM");

  ASSERT_TRUE(right_week && right_kind && again);
  EXPECT_EQ(right_week->added, 1U);
  EXPECT_EQ(right_kind->added, 1U);
  EXPECT_TRUE(again->known_file);
  EXPECT_FALSE(writer().knows({.sha256 = source("download").sha256, .day = day("2026-09-07")}));
  EXPECT_THAT(rows_of(reader(), "SELECT key_date, facility FROM revision ORDER BY revision_id"),
              ElementsAre("2026-09-14|ATS_W_SMBL_FIRM T1", "2026-09-07|ATS_W_SMBL_FIRM T1",
                          "2026-09-07|OTC_W_SMBL_FIRM T1"));
}

TEST_F(WeeklySummary, RefusedFileLeavesNoVenue) {
  ASSERT_TRUE(writer().begin());
  ASSERT_TRUE(put_week("kept", {firm_row("A", "UBSA", "1", "UBS ATS", "10")}));
  ASSERT_FALSE(put_week(
      "bad", {firm_row("B", "NEWV", "9", "New", "1"), firm_row("B", "NEWV", "9", "New", "1")}));
  ASSERT_TRUE(put_week("next", {firm_row("B", "SGMT", "2", "SIGMA X2", "1")}));
  ASSERT_TRUE(writer().commit());

  EXPECT_THAT(rows_of(reader(), "SELECT * FROM venue ORDER BY 1"),
              ElementsAre("0|UBSA|1|UBS ATS", "1|SGMT|2|SIGMA X2"));
}

TEST_F(WeeklySummary, AreNoDailyFacts) {
  ASSERT_TRUE(put_week("page", {row("ATS_W_SMBL", "T1", "A", "10")}));

  const Reader view = reader();

  EXPECT_THAT(view.changed_days(0).value(), IsEmpty());
  EXPECT_EQ(view.daily_range().value(), std::nullopt);
}

}  // namespace offex::store
