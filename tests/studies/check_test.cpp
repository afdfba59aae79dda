// One fault a test beside a healthy market: facts that the check must find, and some it must not.
#include "offex/studies/check.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/store/raw_archive.hpp"

#include "studies/check_market.hpp"

namespace offex::studies::test {
namespace {

using market::Dataset;
using market::Quantity;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Check : public CheckMarket {};

TEST_F(Check, IsSilentOnGoodData) {
  store_.build_all({});

  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(Check, FirmRowsAboveTheSymbolRowAreAnError) {
  put_summaries(store_, "more", {firm("2026-03-02", "JPMX", 1)});

  EXPECT_THAT(findings(),
              ElementsAre("error 2026-03-02 T1 ATS AA0: symbol row 1000.0, firm rows 1001.0"));
}

TEST_F(Check, FirmRowsBelowTheSymbolRowAreAWarning) {
  put_summaries(store_, "less", {firm("2026-03-02", "UBSA", 399)});

  EXPECT_THAT(findings(),
              ElementsAre("warning 2026-03-02 T1 ATS AA0: symbol row 1000.0, firm rows 999.0"));
}

TEST_F(Check, AWeekThatATierLacksIsAWarning) {
  put_summaries(store_, "later", week_of("2026-03-23"));

  EXPECT_THAT(findings(), ElementsAre("warning 2026-03-16 T1 ATS: no rows of this week",
                                      "warning 2026-03-16 T1 OTC: no rows of this week"));
}

TEST_F(Check, AWeekPublishedBeforeItsEndIsAnError) {
  std::vector<SummaryRow> rows = week_of("2026-03-16");
  for (SummaryRow& row : rows) row.published = row.updated = "2026-03-20";
  put_summaries(store_, "early", {rows[0]});

  EXPECT_THAT(findings("weekly-range"), ElementsAre(HasSubstr("published 2026-03-20")));
}

TEST_F(Check, SharesWithoutATradeAreAnError) {
  SummaryRow row = summary("2026-03-16", "ATS_W_SMBL", 10);
  row.trades = 0;
  put_summaries(store_, "no trades", {row});

  EXPECT_THAT(
      findings("weekly-range"),
      ElementsAre(
          "error 2026-03-16 T1 ATS_W_SMBL AA0: 10.0 shares in 0 trades, published 2026-04-06"));
}

TEST_F(Check, AWeekThatStartsOnATuesdayIsAnError) {
  put_summaries(store_, "Tuesday", {summary("2026-03-17", "ATS_W_SMBL", 10)});

  EXPECT_THAT(findings("weekly-range"), ElementsAre(HasSubstr("error 2026-03-17 T1 ATS_W_SMBL")));
}

TEST_F(Check, FirmsThatOnlyTheirNamesTellApartAreNoDuplicates) {
  std::vector<SummaryRow> rows;
  for (const char* name : {"ONE SECURITIES", "TWO SECURITIES", "De Minimis Firms"}) {
    SummaryRow row = summary("2026-03-16", "OTC_W_SMBL_FIRM", 10);
    row.name = name;
    rows.push_back(row);
  }
  put_summaries(store_, "OTC_non_ats_2026-03-16.txt", rows, Dataset::WeeklyDownload);

  EXPECT_THAT(findings("weekly-duplicate"), IsEmpty());
}

TEST_F(Check, AWeekAboveItsConsolidatedVolumeIsAWarning) {
  put_summaries(
      store_, "large",
      {summary("2026-03-16", "ATS_W_SMBL", 1), summary("2026-03-16", "OTC_W_SMBL", 10'000)});
  store_.build_all({});

  EXPECT_THAT(
      findings("weekly-consolidated"),
      ElementsAre("warning 2026-03-16 AA0: ATS 1.0, non-ATS 10000.0, consolidated 10000.0"));
}

TEST_F(Check, ATapeThatCameAfterItsLitDirectionIsAWarning) {
  ASSERT_TRUE(store_.writer().put_tape(
      {.sha256 = std::string(64, 'a'), .name = "tape.csv", .url = "", .bytes = 1, .etag = ""},
      {.dataset = Dataset::TradeTape,
       .day = days_.back(),
       .scope = "",
       .sha256 = std::string(64, 'a'),
       .name = "tape.csv",
       .rows = 1,
       .known_from = {}},
      std::string(64, 'a')));

  EXPECT_THAT(findings(), ElementsAre(HasSubstr("warning 2026-03-20 ")));
  EXPECT_THAT(findings("lit-stale"), ElementsAre(HasSubstr("a tape came after it was computed")));
}

TEST_F(Check, LitPartsAboveTheTapeAreAnError) {
  LitRow row = lit_row();
  row.buy_volume += Quantity::kPerShare;
  put_lit("AA0", row, "again");

  EXPECT_THAT(findings("lit-range"),
              ElementsAre(HasSubstr("error 2026-03-20 AA0: buys 501.0 sells 400.0 midpoint 50.0")));
}

TEST_F(Check, MidpointPrintsAboveAllPrintsAreAnError) {
  LitRow row = lit_row();
  row.off_exchange_midpoint_volume = *row.off_exchange_volume + 1;
  put_lit("AA0", row, "again");

  EXPECT_THAT(findings("lit-range"), ElementsAre(HasSubstr("error 2026-03-20 AA0: ")));
}

TEST_F(Check, ATapeFarFromTheBarIsAWarning) {
  put_day_bars(days_.back(), 1900, "corrected");

  EXPECT_THAT(findings("tape-bar"),
              ElementsAre("warning 2026-03-20 AA0: tape 2000.0, daily bar 1900.0"));
}

TEST_F(Check, ATapeNearTheBarIsNone) {
  put_day_bars(days_.back(), 1985, "corrected");

  EXPECT_THAT(findings("tape-bar"), IsEmpty());
}

TEST_F(Check, PrintsBelowFinrasTotalAreAWarning) {
  LitRow row = lit_row();
  row.off_exchange_volume = 850 * Quantity::kPerShare;
  put_lit("AA0", row, "again");

  EXPECT_THAT(findings("tape-finra"),
              ElementsAre("warning 2026-03-20 AA0: tape 850.0, FINRA total 900.0"));
}

TEST_F(Check, ASessionWithoutAFileIsAWarning) {
  put_short(day("2026-03-24"), names_);

  EXPECT_THAT(findings("calendar"), ElementsAre("warning finra_short_daily CNMS 2026-03-23: no "
                                                "file of this session"));
}

TEST_F(Check, AnAbsenceThatIsRecordedAsSuchIsInformation) {
  put_short(day("2026-03-24"), names_);
  const store::LedgerEntry absent{.partition = {.source = "finra_cdn",
                                                .dataset = market::Dataset::FinraShortDaily,
                                                .day = day("2026-03-23"),
                                                .scope = "CNMS"},
                                  .state = store::PartitionState::Absent,
                                  .reason = "404",
                                  .checked_at = {},
                                  .url = {},
                                  .etag = {},
                                  .last_modified = {},
                                  .sha256 = {}};
  ASSERT_TRUE(store_.writer().record({&absent, 1}));

  EXPECT_THAT(findings("calendar"), ElementsAre("info finra_short_daily CNMS 2026-03-23: no file "
                                                "of this session: absent, 404"));
}

TEST_F(Check, ABreakInsideTheStoredDaysIsInformation) {
  put_short(day("2026-02-20"), names_);

  EXPECT_THAT(findings("breaks"), ElementsAre(HasSubstr("info 2026-02-23 fractional-shares: ")));
}

TEST(CheckArchive, ADamagedTapeInTheArchiveIsAnError) {
  StudyStore store;
  const test_support::ScratchFolder home;
  store::RawArchive raw{home.path() / "raw"};
  const std::string text = "a tape, as far as the archive knows\n";
  const std::string sha256 = base::sha256(text).hex();
  ASSERT_TRUE(raw.put(sha256, "", text));
  ASSERT_TRUE(store.writer().put_tape(
      {.sha256 = sha256, .name = "tape.csv", .url = "", .bytes = text.size(), .etag = ""},
      {.dataset = Dataset::TradeTape,
       .day = day("2026-03-20"),
       .scope = "",
       .sha256 = sha256,
       .name = "tape.csv",
       .rows = 1,
       .known_from = {}},
      sha256));
  const auto archive = [&] {
    const auto outcomes = run_checks(store.reader(), home.path());
    EXPECT_TRUE(outcomes);
    Lines out;
    for (const Finding& one : outcomes->front().findings) {
      out.push_back(std::string{to_string(one.severity)} + ' ' + one.subject + ": " + one.message);
    }
    return out;
  };
  EXPECT_THAT(archive(), IsEmpty());

  const std::filesystem::path kept = raw.path_of(sha256).value();
  std::ofstream{kept, std::ios::binary | std::ios::in}.write("A", 1);
  EXPECT_THAT(archive(),
              ElementsAre("error tape.csv: the archived bytes do not have their SHA-256"));

  std::filesystem::remove(kept);
  EXPECT_THAT(archive(), ElementsAre(HasSubstr("error tape.csv: raw archive: ")));
}

}  // namespace
}  // namespace offex::studies::test
