#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/studies/weekly.hpp"

#include "studies/weekly_files.hpp"

namespace offex::studies::test {
namespace {

/// Both sides of NVDA in the week of 2025-06-23, published on 2025-07-14.
std::vector<SummaryRow> nvda() {
  const SummaryRow ats{.week = "2025-06-23",
                       .symbol = "NVDA",
                       .tier = "T1",
                       .type = "ATS_W_SMBL",
                       .shares = 93'315'116,
                       .trades = 500'000,
                       .published = "2025-07-14",
                       .updated = "2025-07-14"};
  SummaryRow non_ats = ats;
  non_ats.type = "OTC_W_SMBL";
  non_ats.shares = 445'634'916;
  return {ats, non_ats};
}

TEST(WeeklyStore, JoinsSummariesWithTheBarsOfTheWeek) {
  StudyStore store;
  put_summaries(store, "weekly", nvda());
  put_week_of_bars(store, "2025-06-23", "NVDA", 1'200'000'000);

  const columns::Batch rows = answer(store.reader(), {});

  ASSERT_EQ(rows.num_rows(), 1U);
  EXPECT_EQ(cell(rows, "symbol"), "NVDA");
  EXPECT_EQ(cell(rows, "week_start_date"), "2025-06-23");
  EXPECT_EQ(cell(rows, "otc_volume"), "538950032");
  EXPECT_EQ(cell(rows, "consolidated_volume"), "1200000000");
  EXPECT_DOUBLE_EQ(rows.find("otc_share")->values<double>()[0], 538'950'032.0 / 1.2e9);
  EXPECT_EQ(cell(rows, "data_quality"), "OK");
  EXPECT_EQ(cell(rows, "known_from"), "2025-07-14T20:00:00Z");  // 16:00 in New York
}

TEST(WeeklyStore, KnowsNoWeekBeforeItsRelease) {
  StudyStore store;
  put_summaries(store, "weekly", nvda());
  const store::Reader reader = store.reader();
  EXPECT_EQ(answer(reader, {.as_of = market::end_of_day_new_york(day("2025-07-13"))}).num_rows(),
            0U);
  EXPECT_EQ(answer(reader, {.as_of = market::end_of_day_new_york(day("2025-07-14"))}).num_rows(),
            1U);
}

TEST(WeeklyStore, AnswersARestatementAsOfItsTime) {
  StudyStore store;
  store.clock.set(market::Instant::parse("2025-07-14T22:00:00Z").value());
  put_summaries(store, "weekly", nvda());
  store.clock.set(market::Instant::parse("2025-07-30T12:00:00Z").value());
  std::vector<SummaryRow> restated = nvda();
  restated[0].shares = 93'000'000;
  restated[0].updated = "2025-07-29";
  put_summaries(store, "restated", restated);

  const store::Reader reader = store.reader();
  const columns::Batch now = answer(reader, {});
  const columns::Batch then =
      answer(reader, {.as_of = market::end_of_day_new_york(day("2025-07-20"))});

  EXPECT_EQ(cell(now, "ats_volume"), "93000000");
  EXPECT_EQ(cell(now, "restated"), "true");
  EXPECT_EQ(cell(now, "known_from"), "2025-07-30T12:00:00Z");
  EXPECT_EQ(cell(then, "ats_volume"), "93315116");
  EXPECT_EQ(cell(then, "restated"), "false");
  EXPECT_EQ(cell(then, "known_from"), "2025-07-14T20:00:00Z");
}

TEST(WeeklyStore, ShowsARowThatWasPublishedLateFromItsOwnReleaseOn) {
  StudyStore store;
  std::vector<SummaryRow> rows = nvda();
  rows[1].published = rows[1].updated = "2025-07-21";
  put_summaries(store, "weekly", rows);
  const store::Reader reader = store.reader();

  const columns::Batch before =
      answer(reader, {.as_of = market::end_of_day_new_york(day("2025-07-18"))});
  EXPECT_EQ(cell(before, "ats_volume"), "93315116");
  EXPECT_EQ(cell(before, "otc_volume"), "");
  EXPECT_EQ(cell(before, "data_quality"), "SIDE_MISSING");
  const columns::Batch after = answer(reader, {});
  EXPECT_EQ(cell(after, "otc_volume"), "538950032");
  EXPECT_EQ(cell(after, "known_from"), "2025-07-21T20:00:00Z");
}

TEST(WeeklyStore, NamesVenuesUnderTheNamesOfTheirOwnWeek) {
  SummaryRow firm{.week = "2025-06-23",
                  .symbol = "NVDA",
                  .tier = "T1",
                  .type = "OTC_W_SMBL_FIRM",
                  .shares = 70,
                  .crd = 116797,
                  .name = "OLD NAME LLC",
                  .published = "2025-07-14"};
  SummaryRow small = firm;
  small.crd = 0;
  small.name = "De Minimis Firms";
  small.shares = 30;
  StudyStore store;
  put_summaries(store, "first", {firm, small});
  firm.week = "2025-06-30";
  firm.name = "NEW NAME LLC";
  firm.published = "2025-07-21";
  put_summaries(store, "second", {firm});

  const columns::Batch rows = answer(store.reader(), {});

  ASSERT_EQ(rows.num_rows(), 2U);
  EXPECT_EQ(cell(rows, "non_ats_top_firms", 0), "OLD NAME LLC 70.0%");
  EXPECT_EQ(cell(rows, "non_ats_top_firms", 1), "NEW NAME LLC 100.0%");
  EXPECT_EQ(cell(rows, "de_minimis_share", 0), "0.3");
  EXPECT_EQ(cell(rows, "non_ats_source", 0), "FIRM_ROWS");
}

TEST(WeeklyStore, AddsTheTwoRowsOfAChangeOfTape) {
  std::vector<SummaryRow> rows = nvda();
  rows.push_back(rows[0]);
  rows[0].product = "UTP";
  rows[2].product = "CTS";
  rows[2].shares = 1'000;
  StudyStore store;
  put_summaries(store, "weekly", rows);
  const columns::Batch answered = answer(store.reader(), {});
  EXPECT_EQ(cell(answered, "ats_volume"), "93316116");
  EXPECT_EQ(cell(answered, "symbol_reported_twice"), "true");
  EXPECT_EQ(cell(answered, "symbol_rows"), "3");
}

TEST(WeeklyStore, TakesTheTotalOfTheSeedsWeeklyTable) {
  using columns::Column;
  using columns::Type;
  columns::Batch rows{{Column{"week_start_date", Type::Day}, Column{"symbol", Type::Symbol},
                       Column{"tier_identifier", Type::Text},
                       Column{"off_exchange_volume", Type::Quantity},
                       Column{"trade_count", Type::Int64}}};
  rows.column(0).push(day("2025-06-23").days());
  rows.column(1).push(market::Symbol::from_trusted("NVDA"));
  rows.column(2).push(std::string{"T1"});
  rows.column(3).push<std::int64_t>(500 * market::Quantity::kPerShare);
  rows.column(4).push_missing();
  StudyStore store;
  store.put("table", {.dataset = market::Dataset::OtcWeeklyTable, .rows = &rows});
  put_week_of_bars(store, "2025-06-23", "NVDA", 1'000);

  const columns::Batch answered = answer(store.reader(), {});

  EXPECT_EQ(cell(answered, "otc_volume"), "500");
  EXPECT_EQ(cell(answered, "otc_share"), "0.5");
  EXPECT_EQ(cell(answered, "otc_source"), "TABLE");
  EXPECT_EQ(cell(answered, "tier_identifier"), "T1");
  EXPECT_EQ(cell(answered, "ats_volume"), "");
  EXPECT_EQ(cell(answered, "known_from"), "2025-07-14T20:00:00Z");
}

TEST(WeeklyStore, HasNoConsolidatedVolumeWhenAFileIsMissing) {
  StudyStore store;
  put_summaries(store, "weekly", nvda());
  for (int weekday = 0; weekday < 4; ++weekday) {
    put_bars(store, day("2025-06-23").plus(weekday), {{"NVDA", 1'000}});
  }
  EXPECT_EQ(cell(answer(store.reader(), {}), "consolidated_volume"), "");
}

}  // namespace
}  // namespace offex::studies::test
