#include "offex/studies/coverage.hpp"

#include <gmock/gmock.h>

#include "studies/weekly_files.hpp"

namespace offex::studies::test {
namespace {

using market::Dataset;
using store::PartitionState;
using testing::ElementsAre;
using testing::IsEmpty;

class CoverageTest : public testing::Test {
 protected:
  static market::Instant at(std::string_view text) { return market::Instant::parse(text).value(); }

  void put_short(std::string_view trade_date, market::Facility facility = market::Facility::Cnms) {
    columns::Batch rows{{columns::Column{"symbol", columns::Type::Symbol},
                         columns::Column{"market_mask", columns::Type::Int32},
                         columns::Column{"short_volume", columns::Type::Quantity},
                         columns::Column{"short_exempt_volume", columns::Type::Quantity},
                         columns::Column{"total_volume", columns::Type::Quantity}}};
    rows.column(0).push(market::Symbol::from_trusted("AA"));
    rows.column(1).push<std::int32_t>(7);
    for (std::size_t column = 2; column < 5; ++column) {
      rows.column(column).push<std::int64_t>(market::Quantity::kPerShare);
    }
    store_.put(std::string{market::to_string(facility)} + std::string{trade_date},
               {.dataset = Dataset::FinraShortDaily,
                .day = day(trade_date),
                .facility = facility,
                .rows = &rows});
  }
  void put_week(const std::string& monday, const std::string& tier, const std::string& published,
                const std::string& type = "ATS_W_SMBL") {
    put_summaries(store_, monday + tier + type,
                  {{.week = monday,
                    .symbol = "AA",
                    .tier = tier,
                    .type = type,
                    .shares = 5,
                    .trades = 1,
                    .published = published}});
  }
  static store::LedgerEntry entry(Dataset dataset, std::optional<market::Day> key,
                                  const std::string& scope, PartitionState state,
                                  const std::string& reason = {}) {
    return {.partition = {.source = "finra_api", .dataset = dataset, .day = key, .scope = scope},
            .state = state,
            .reason = reason,
            .checked_at = at("2026-04-20T12:00:00Z"),
            .url = {},
            .etag = {},
            .last_modified = {},
            .sha256 = {}};
  }
  void record(const std::vector<store::LedgerEntry>& entries) {
    ASSERT_TRUE(store_.writer().record(entries));
  }
  columns::Batch releases(std::string_view now) {
    auto out = release_status(store_.reader(), at(now));
    EXPECT_TRUE(out) << (out ? "" : base::format_error(out.error()));
    return std::move(out).value();
  }
  /// The columns of that name, "a|b", one text a row; a missing cell is "-".
  static std::vector<std::string> pick(const columns::Batch& rows,
                                       const std::vector<std::string>& names) {
    std::vector<std::string> out(rows.num_rows());
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      for (const std::string& name : names) {
        const columns::Column& column = *rows.find(name);
        out[row] += (out[row].empty() ? "" : "|") +
                    (column.valid(row) ? columns::cell_text(column, row) : "-");
      }
    }
    return out;
  }

  StudyStore store_;
};

TEST_F(CoverageTest, ReleasesOfAnEmptyStoreAreNone) {
  store_.writer();
  const columns::Batch rows = releases("2026-04-20T12:00:00Z");

  EXPECT_EQ(rows.num_rows(), 0U);
  EXPECT_FALSE(is_stale(rows));
}

TEST_F(CoverageTest, DailyFilesAreDueAtSixInTheEveningOfTheirSession) {
  put_short("2026-04-17");  // a Friday
  const std::vector<std::string> names{"dataset",    "scope",  "newest", "published",
                                       "newest_due", "behind", "next",   "next_release"};

  const columns::Batch before = releases("2026-04-20T21:59:59Z");
  EXPECT_THAT(pick(before, names),
              ElementsAre("finra_short_daily|CNMS|2026-04-17|2026-04-17|2026-04-17|0|2026-04-20|"
                          "2026-04-20T22:00:00Z"));
  EXPECT_FALSE(is_stale(before));
  const columns::Batch after = releases("2026-04-20T22:00:00Z");
  EXPECT_THAT(pick(after, names),
              ElementsAre("finra_short_daily|CNMS|2026-04-17|2026-04-17|2026-04-20|1|2026-04-21|"
                          "2026-04-21T22:00:00Z"));
  EXPECT_TRUE(is_stale(after));
  EXPECT_THAT(pick(after, {"next_release_new_york"}), ElementsAre("2026-04-21 18:00"));
}

TEST_F(CoverageTest, HolidaysDoNotCountAsBehind) {
  put_short("2026-04-02");  // Good Friday follows

  EXPECT_THAT(pick(releases("2026-04-06T12:00:00Z"), {"newest_due", "behind", "next"}),
              ElementsAre("2026-04-02|0|2026-04-06"));
}

TEST_F(CoverageTest, FacilitiesAreSeriesOfTheirOwn) {
  put_short("2026-04-16", market::Facility::Forf);
  put_short("2026-04-17");
  const columns::Batch rows = releases("2026-04-20T12:00:00Z");

  EXPECT_THAT(pick(rows, {"scope", "behind"}), ElementsAre("CNMS|0", "FORF|1"));
  EXPECT_TRUE(is_stale(rows));
}

TEST_F(CoverageTest, WeeksAreDueByTheRuleOfTheirTier) {
  put_week("2026-03-30", "T1", "2026-04-20");
  put_week("2026-03-16", "T2", "2026-04-20");
  put_week("2026-03-09", "OTCE", "2026-04-13");
  const std::vector<std::string> names{"scope",  "newest", "published",   "newest_due",
                                       "behind", "next",   "next_release"};

  const columns::Batch rows = releases("2026-04-20T20:00:00Z");

  EXPECT_THAT(pick(rows, names),
              ElementsAre("OTCE|2026-03-09|2026-04-13|2026-03-16|1|2026-03-23|2026-04-27T20:00:00Z",
                          "T1|2026-03-30|2026-04-20|2026-03-30|0|2026-04-06|2026-04-27T20:00:00Z",
                          "T2|2026-03-16|2026-04-20|2026-03-16|0|2026-03-23|2026-04-27T20:00:00Z"));
  EXPECT_TRUE(is_stale(rows));
}

TEST_F(CoverageTest, AWeekIsNotDueBeforeFourInTheAfternoon) {
  put_week("2026-03-23", "T1", "2026-04-13");

  EXPECT_FALSE(is_stale(releases("2026-04-20T19:59:59Z")));
  EXPECT_TRUE(is_stale(releases("2026-04-20T20:00:00Z")));
}

TEST_F(CoverageTest, KindsAndSourcesOfATierAreOneSeries) {
  put_week("2026-03-23", "T1", "2026-04-13", "OTC_W_SMBL_FIRM");
  put_week("2026-03-30", "T1", "2026-04-20");
  record(
      {entry(Dataset::WeeklySummary, day("2026-03-30"), "ATS_W_SMBL T1", PartitionState::Fetched),
       entry(Dataset::WeeklySummary, day("2026-03-23"), "T1", PartitionState::Fetched),
       entry(Dataset::WeeklyDownload, day("2026-03-23"), "OTC_W_SMBL_FIRM T1",
             PartitionState::Failed)});

  EXPECT_THAT(pick(releases("2026-04-20T20:00:00Z"),
                   {"source", "dataset", "scope", "newest", "behind", "fetched", "failed", "due"}),
              ElementsAre("finra_api|weekly_summary|T1|2026-03-30|0|2|1|0"));
}

TEST_F(CoverageTest, TierNaHasNoRuleAndIsNeverStale) {
  put_week("2026-01-05", "NA", "2026-02-16");
  const columns::Batch rows = releases("2026-04-20T20:00:00Z");

  EXPECT_THAT(pick(rows, {"scope", "newest", "newest_due", "behind", "next", "next_release"}),
              ElementsAre("NA|2026-01-05|-|-|-|-"));
  EXPECT_FALSE(is_stale(rows));
}

TEST_F(CoverageTest, ShortInterestIsDueSevenSessionsAfterItsSettlement) {
  using columns::Column;
  using columns::Type;
  columns::Batch rows{
      {Column{"settlement_date", Type::Day}, Column{"symbol", Type::Symbol},
       Column{"issue_name", Type::Text}, Column{"market_class", Type::Text},
       Column{"current_short", Type::Quantity}, Column{"previous_short", Type::Quantity},
       Column{"average_daily_volume", Type::Quantity}, Column{"change_percent", Type::Double},
       Column{"days_to_cover", Type::Double}, Column{"revised", Type::Bool},
       Column{"split", Type::Bool}}};
  rows.column(0).push(day("2026-03-13").days());
  rows.column(1).push(market::Symbol::from_trusted("AA"));
  for (std::size_t column = 2; column < rows.num_columns(); ++column) {
    rows.column(column).push_missing();
  }
  store_.put("interest", {.dataset = Dataset::ShortInterest, .rows = &rows});

  // 31 March is due on 10 April, because Good Friday is no session; 15 April on the 24th.
  EXPECT_THAT(pick(releases("2026-04-10T22:00:00Z"),
                   {"newest", "newest_due", "behind", "next", "next_release"}),
              ElementsAre("2026-03-13|2026-03-31|1|2026-04-15|2026-04-24T22:00:00Z"));
  EXPECT_FALSE(is_stale(releases("2026-04-10T21:59:59Z")));
}

TEST_F(CoverageTest, StatesAreCountedAndMissingWithoutALedger) {
  put_short("2026-04-17");
  put_short("2026-04-17", market::Facility::Forf);
  record({entry(Dataset::FinraShortDaily, day("2026-04-17"), "CNMS", PartitionState::Revised),
          entry(Dataset::FinraShortDaily, day("2026-04-16"), "CNMS", PartitionState::Fetched),
          entry(Dataset::FinraShortDaily, day("2026-04-15"), "CNMS", PartitionState::Absent),
          entry(Dataset::FinraShortDaily, day("2026-04-14"), "CNMS", PartitionState::Absent),
          entry(Dataset::FinraShortDaily, day("2026-04-20"), "CNMS", PartitionState::Due)});

  EXPECT_THAT(pick(releases("2026-04-20T12:00:00Z"),
                   {"source", "scope", "fetched", "revised", "absent", "due", "failed"}),
              ElementsAre("finra_api|CNMS|1|1|2|1|0", "-|FORF|-|-|-|-|-"));
}

TEST_F(CoverageTest, ASeriesThatOnlyTheLedgerKnowsIsBehind) {
  record({entry(Dataset::FinraShortDaily, day("2026-04-17"), "CNMS", PartitionState::Failed)});
  const columns::Batch rows = releases("2026-04-20T12:00:00Z");

  EXPECT_THAT(pick(rows, {"dataset", "newest", "newest_due", "behind", "failed"}),
              ElementsAre("finra_short_daily|-|2026-04-17|-|1"));
  EXPECT_TRUE(is_stale(rows));
}

TEST_F(CoverageTest, WhatAnUpstreamNeverHadIsNotBehind) {
  record({entry(Dataset::AtsSummary, day("2026-03-30"), "", PartitionState::Absent)});
  const columns::Batch rows = releases("2026-04-20T20:00:00Z");

  EXPECT_THAT(pick(rows, {"dataset", "scope", "newest", "newest_due", "absent"}),
              ElementsAre("ats_summary||-|2026-03-16|1"));
  EXPECT_FALSE(is_stale(rows));
}

TEST_F(CoverageTest, AReplyOverAllFacilitiesIsNoFileOfOne) {
  record({entry(Dataset::RegShoApi, day("2026-04-17"), "", PartitionState::Failed)});
  const columns::Batch rows = releases("2026-04-20T20:00:00Z");

  EXPECT_THAT(pick(rows, {"dataset", "newest_due", "failed"}), ElementsAre("reg_sho_api|-|1"));
}

TEST_F(CoverageTest, SymbolsOfATapeAreOneLineWithoutARule) {
  record({entry(Dataset::TradeTape, day("2026-04-17"), "AAPL", PartitionState::Fetched),
          entry(Dataset::TradeTape, day("2026-04-17"), "NVDA", PartitionState::Fetched),
          entry(Dataset::SymbolDirectory, {}, "nasdaqlisted", PartitionState::Fetched)});
  const columns::Batch rows = releases("2026-04-20T12:00:00Z");

  EXPECT_THAT(pick(rows, {"dataset", "scope", "newest_due", "next", "fetched"}),
              ElementsAre("symbol_directory|nasdaqlisted|-|-|1", "trade_tape||-|-|2"));
  EXPECT_FALSE(is_stale(rows));
}

TEST_F(CoverageTest, AGapSaysWhatTheLedgerKnowsOfIt) {
  put_short("2026-04-13");
  put_short("2026-04-17");
  record({entry(Dataset::FinraShortDaily, day("2026-04-14"), "CNMS", PartitionState::Absent, "404"),
          entry(Dataset::FinraShortDaily, day("2026-04-15"), "CNMS", PartitionState::Failed,
                "timed out"),
          entry(Dataset::FinraShortDaily, day("2026-04-16"), "FORF", PartitionState::Absent),
          entry(Dataset::RegShoApi, day("2026-04-16"), "CNMS", PartitionState::Absent)});

  const auto found = gaps(store_.reader());

  ASSERT_TRUE(found) << base::format_error(found.error());
  std::vector<std::string> lines;
  for (const Gap& gap : *found) {
    lines.push_back(gap.day.iso() + ' ' +
                    (gap.state ? std::string{store::to_string(*gap.state)} : "-") + ' ' +
                    gap.reason);
  }
  EXPECT_THAT(lines,
              ElementsAre("2026-04-14 absent 404", "2026-04-15 failed timed out", "2026-04-16 - "));
}

TEST_F(CoverageTest, ADayThatIsNoSessionIsNoGap) {
  put_short("2026-04-02");
  put_short("2026-04-06");
  record({entry(Dataset::FinraShortDaily, day("2026-04-03"), "CNMS", PartitionState::Absent)});

  const auto found = gaps(store_.reader());

  ASSERT_TRUE(found);
  EXPECT_THAT(*found, IsEmpty());
}

}  // namespace
}  // namespace offex::studies::test
