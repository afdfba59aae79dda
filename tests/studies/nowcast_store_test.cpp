#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/weekly.hpp"

#include "studies/nowcast_market.hpp"

namespace offex::studies::test {
namespace {

using testing::ElementsAre;

double value(const columns::Batch& rows, std::string_view name, std::size_t row) {
  EXPECT_TRUE(rows.find(name)->valid(row)) << name;
  return rows.find(name)->values<double>()[row];
}

TEST(NowcastStore, ExpectsPendingWeeksAndKeepsWhatItExpectedOfPublishedOnes) {
  NowcastMarket market;
  market.trade(0, 14).publish(0, 11);
  const columns::Batch rows = market.told({.symbols = {market::Symbol::from_trusted("NVDA")}});

  ASSERT_EQ(rows.num_rows(), 14U);
  const std::size_t published = row_of(rows, "NVDA", market.monday(10));
  EXPECT_EQ(cell(rows, "status", published), "PUBLISHED");
  EXPECT_EQ(cell(rows, "published_volume", published), "5500");
  EXPECT_NEAR(value(rows, "published_share", published), 0.44, 1e-12);
  // Weeks 0 to 7 were public on the Friday of week 10.
  EXPECT_EQ(cell(rows, "ratio_weeks", published), "8");
  EXPECT_NEAR(value(rows, "ratio", published), std::sqrt(1.1 * 1.2), 1e-9);
  EXPECT_EQ(cell(rows, "last_week", published), market.monday(7));
  EXPECT_NEAR(value(rows, "last_share", published), 0.48, 1e-12);
  EXPECT_NEAR(value(rows, "share_error", published), std::sqrt(1.1 * 1.2) * 0.4 - 0.44, 1e-9);

  const std::size_t pending = row_of(rows, "NVDA", market.monday(13));
  EXPECT_EQ(cell(rows, "status", pending), "PENDING");
  EXPECT_EQ(cell(rows, "tier_identifier", pending), "T1");
  EXPECT_EQ(cell(rows, "finra_volume", pending), "5000");
  EXPECT_EQ(cell(rows, "consolidated_volume", pending), "12500");
  EXPECT_EQ(cell(rows, "published_volume", pending), "");
  EXPECT_EQ(cell(rows, "last_week", pending), market.monday(10));
  EXPECT_NEAR(value(rows, "nowcast_share", pending), std::sqrt(1.1 * 1.2) * 0.4, 1e-9);
}

TEST(NowcastStore, PublishedSharesAreThoseOfTheWeeklyMetrics) {
  NowcastMarket market;
  market.trade(0, 6).publish(0, 5);
  const columns::Batch rows = market.told();
  const columns::Batch weekly = answer(market.store.reader(), {});

  ASSERT_EQ(weekly.num_rows(), 10U);
  for (std::size_t row = 0; row < weekly.num_rows(); ++row) {
    const std::size_t at =
        row_of(rows, cell(weekly, "symbol", row), cell(weekly, "week_start_date", row));
    EXPECT_EQ(cell(rows, "published_share", at), cell(weekly, "otc_share", row));
    EXPECT_EQ(cell(rows, "published_volume", at), cell(weekly, "otc_volume", row));
  }
}

TEST(NowcastStore, LaterPublicationsDoNotChangeAnEarlierNowcast) {
  NowcastMarket early;
  early.trade(0, 16).publish(0, 12);
  NowcastMarket late;
  late.trade(0, 16).publish(0, 15);
  const NowcastRequest request{.weeks = market::DayRange{day("2025-03-03"), day(early.monday(11))}};

  EXPECT_EQ(lines_of(early.told(request)), lines_of(late.told(request)));
}

TEST(NowcastStore, AsOfAMomentIsTheNowcastOfThatEvening) {
  NowcastMarket market;
  market.trade(0, 16).publish(0, 13);
  const columns::Batch now = market.told();
  const std::size_t published = row_of(now, "AMD", market.monday(12));
  const market::Instant evening = market::end_of_day_new_york(market.sessions_of(12).back());
  const columns::Batch then = market.told({.as_of = evening});
  const std::size_t pending = row_of(then, "AMD", market.monday(12));

  EXPECT_EQ(cell(now, "status", published), "PUBLISHED");
  EXPECT_EQ(cell(then, "status", pending), "PENDING");
  for (const char* column : {"nowcast_share", "nowcast_share_low", "nowcast_share_high", "ratio",
                             "last_week", "last_share"}) {
    EXPECT_EQ(cell(now, column, published), cell(then, column, pending)) << column;
  }
  EXPECT_EQ(cell(then, "published_share", pending), "");
  EXPECT_EQ(then.num_rows(), 2U * 13U);  // no week after that evening
}

TEST(NowcastStore, TellsARunningWeekOverTheSessionsSoFar) {
  NowcastMarket market;
  market.trade(0, 14).publish(0, 11);
  const market::Instant wednesday = market::end_of_day_new_york(market.sessions_of(13)[2]);
  const columns::Batch rows = market.told({.as_of = wednesday});
  const std::size_t row = row_of(rows, "NVDA", market.monday(13));

  EXPECT_EQ(cell(rows, "status", row), "RUNNING");
  EXPECT_EQ(cell(rows, "sessions", row), "5");
  EXPECT_EQ(cell(rows, "sessions_used", row), "3");
  EXPECT_EQ(cell(rows, "finra_volume", row), "3000");
  EXPECT_EQ(cell(rows, "consolidated_volume", row), "7500");
}

TEST(NowcastStore, LeavesASessionWithoutAFileOutOfBothSums) {
  NowcastMarket market;
  market.trade(0, 14, {market.sessions_of(13)[1].iso()}).publish(0, 11);
  const columns::Batch rows = market.told();
  const std::size_t row = row_of(rows, "NVDA", market.monday(13));

  EXPECT_EQ(cell(rows, "status", row), "PENDING");
  EXPECT_EQ(cell(rows, "sessions_used", row), "4");
  EXPECT_EQ(cell(rows, "finra_volume", row), "4000");
  EXPECT_EQ(cell(rows, "consolidated_volume", row), "10000");
  EXPECT_NEAR(value(rows, "nowcast_share", row), std::sqrt(1.1 * 1.2) * 0.4, 1e-9);
}

TEST(NowcastStore, CountsASymbolThatAFileDoesNotNameAsNoTrade) {
  NowcastMarket market;
  market.trade(0, 13).publish(0, 11);
  const std::vector<market::Day> days = market.sessions_of(13);
  for (const market::Day one : days) {
    put_finra(market.store, one,
              one == days[0] ? Shares{{"AMD", 1'000}} : Shares{{"AMD", 1'000}, {"NVDA", 1'000}});
    put_bars(market.store, one, {{"AMD", 2'500}, {"NVDA", 2'500}});
  }
  const columns::Batch rows = market.told();
  const std::size_t row = row_of(rows, "NVDA", market.monday(13));

  EXPECT_EQ(cell(rows, "sessions_used", row), "5");
  EXPECT_EQ(cell(rows, "finra_volume", row), "4000");
  EXPECT_EQ(cell(rows, "consolidated_volume", row), "12500");
}

TEST(NowcastStore, HasNoRowOfASymbolThatNoFileOfTheWeekNames) {
  NowcastMarket market;
  market.trade(0, 13).publish(0, 11);
  put_finra(market.store, market.sessions_of(13)[0], {{"AMD", 1'000}});
  const columns::Batch rows = market.told({.symbols = {market::Symbol::from_trusted("NVDA")}});

  EXPECT_EQ(rows.num_rows(), 13U);
  EXPECT_EQ(cell(rows, "week_start_date", 12), market.monday(12));
}

TEST(NowcastStore, HasNoShareWithoutBarsButAVolume) {
  NowcastMarket market;
  market.trade(0, 13).publish(0, 11);
  put_finra(market.store, market.sessions_of(13)[0], {{"AMD", 1'000}});
  const columns::Batch rows = market.told();
  const std::size_t row = row_of(rows, "AMD", market.monday(13));

  EXPECT_EQ(cell(rows, "status", row), "RUNNING");
  EXPECT_EQ(cell(rows, "sessions_used", row), "1");
  EXPECT_EQ(cell(rows, "nowcast_share", row), "");
  EXPECT_NE(cell(rows, "nowcast_volume", row), "");
}

TEST(NowcastStore, ARestatedWeekCountsWithItsNewestFigureOnceItIsKnown) {
  NowcastMarket market;
  market.store.clock.set(market::Instant::parse("2025-06-10T12:00:00Z").value());
  market.trade(0, 14).publish(0, 11);
  const market::Instant before = market::Instant::parse("2025-06-11T12:00:00Z").value();
  market.store.clock.set(market::Instant::parse("2025-06-12T12:00:00Z").value());
  std::vector<SummaryRow> restated = both_sides(market.monday(10), "NVDA", 7'000);
  for (const SummaryRow& row : both_sides(market.monday(10), "AMD", 5'500)) restated.push_back(row);
  for (SummaryRow& row : restated) row.updated = "2025-06-12";
  put_summaries(market.store, "restated", restated);
  const columns::Batch then = market.told({.as_of = before});
  const columns::Batch now = market.told();
  const std::size_t week = row_of(now, "NVDA", market.monday(10));

  EXPECT_EQ(cell(then, "published_volume", week), "5500");
  EXPECT_EQ(cell(now, "published_volume", week), "7000");
  EXPECT_EQ(cell(now, "nowcast_share", week), cell(then, "nowcast_share", week));
  EXPECT_NE(cell(now, "share_error", week), cell(then, "share_error", week));
}

TEST(NowcastStore, AddsRowsOfFirmsUpWhereNoFileHasRowsOfSymbols) {
  NowcastMarket market;
  market.trade(0, 6);
  std::vector<SummaryRow> rows = both_sides(market.monday(0), "NVDA", 6'000);
  rows[0].type = "ATS_W_SMBL_FIRM";
  rows[0].mpid = "UBSA";
  rows[1].type = "OTC_W_SMBL_FIRM";
  rows[1].crd = 116797;
  SummaryRow second = rows[1];
  second.crd = 149823;
  second.shares = 500;
  rows.push_back(second);
  put_summaries(market.store, "firms", rows);
  const columns::Batch told = market.told();

  EXPECT_EQ(cell(told, "published_volume", row_of(told, "NVDA", market.monday(0))), "6500");
}

TEST(NowcastStore, IsEmptyWithoutWeeklyData) {
  NowcastMarket market;
  market.trade(0, 3);

  EXPECT_EQ(market.told().num_rows(), 0U);
}

TEST(NowcastStore, AnswersLongRangesInBlocksAsShortOnes) {
  NowcastMarket market{"2024-01-08"};
  market.trade(0, 56).publish(0, 53);
  const columns::Batch all = market.told();
  const columns::Batch last =
      market.told({.weeks = market::DayRange{day(market.monday(54)), day(market.monday(55))}});

  ASSERT_EQ(all.num_rows(), 112U);
  EXPECT_EQ(cell(all, "symbol", 55), "AMD");
  EXPECT_EQ(cell(all, "symbol", 56), "NVDA");
  EXPECT_EQ(lines_of(last)[0], lines_of(all)[54]);
  EXPECT_EQ(lines_of(last)[3], lines_of(all)[111]);
}

TEST(NowcastScore, HoldsNowcastsAgainstTheNewestPublicWeek) {
  NowcastMarket market;
  market.trade(0, 14).publish(0, 11);
  const columns::Batch scores = score_nowcasts(market.told());

  ASSERT_EQ(scores.num_rows(), 2U);
  EXPECT_EQ(cell(scores, "symbol", 1), "NVDA");
  EXPECT_EQ(cell(scores, "weeks", 1), "8");  // weeks 3 to 10
  // Three weeks before the share was the other one: off by 4 points each time.
  EXPECT_NEAR(value(scores, "naive_error", 1), 0.04, 1e-9);
  EXPECT_LT(value(scores, "mean_absolute_error", 1), 0.03);
  EXPECT_LT(std::abs(value(scores, "bias", 1)), 0.02);
}

TEST(NowcastScore, OfASymbolWithoutPublishedWeeksIsNull) {
  NowcastMarket market;
  market.trade(0, 6).publish(0, 1);
  const columns::Batch scores = score_nowcasts(
      market.told({.weeks = market::DayRange{day(market.monday(3)), day(market.monday(5))}}));

  ASSERT_EQ(scores.num_rows(), 2U);
  EXPECT_EQ(cell(scores, "weeks", 0), "0");
  EXPECT_EQ(cell(scores, "mean_absolute_error", 0), "");
}

}  // namespace
}  // namespace offex::studies::test
