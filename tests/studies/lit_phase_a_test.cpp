#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/columns/batch.hpp"
#include "offex/market/quantity.hpp"
#include "offex/studies/lit_direction.hpp"

#include "studies/golden_compare.hpp"
#include "studies/lit_support.hpp"
#include "support/csv_table.hpp"
#include "support/scratch.hpp"

namespace offex::studies::test {
namespace {

std::int64_t price_cell(const std::string& text) {
  return text.empty() ? columns::kNoPrice : market::Price::parse(text).value().nanos();
}

std::vector<Trade> golden_trades(const test_support::CsvTable& table) {
  std::vector<Trade> out;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    Trade trade;
    trade.symbol = table.cell(row, "symbol");
    trade.participant_ns = std::stoll(table.cell(row, "timestamp"));
    trade.sip_ns = trade.participant_ns;
    trade.price = price_cell(table.cell(row, "price"));
    trade.size = market::Quantity::parse(table.cell(row, "size")).value().millionths();
    trade.bid = price_cell(table.cell(row, "bid"));
    trade.ask = price_cell(table.cell(row, "ask"));
    out.push_back(trade);
  }
  return out;
}

/// Adds the two columns that the seed's table has and that follow from the volumes.
columns::Batch with_ratios(columns::Batch rows) {
  columns::Column ratio{"lit_buy_ratio", columns::Type::Double};
  columns::Column log_ratio{"log_buy_sell", columns::Type::Double};
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto volume = [&](const char* name) {
      return static_cast<double>(rows.find(name)->values<std::int64_t>()[row]);
    };
    const double buy = volume("lit_buy_volume");
    const double sell = volume("lit_sell_volume");
    buy + sell > 0.0 ? ratio.push(buy / (buy + sell)) : ratio.push_missing();
    buy > 0.0 && sell > 0.0 ? log_ratio.push(std::log(buy / sell)) : log_ratio.push_missing();
  }
  rows.add(std::move(ratio));
  rows.add(std::move(log_ratio));
  return rows;
}

class LitPhaseAGolden : public testing::TestWithParam<std::size_t> {};

TEST_P(LitPhaseAGolden, EveryCellOfTheSeedsResultIsReproduced) {
  const auto shared = test_support::shared_folder();
  if (!shared) {
    GTEST_SKIP() << "no shared folder";
  }
  const auto table = test_support::read_csv(*shared / "golden/seed_a/trades.csv");
  const std::vector<Trade> trades = golden_trades(table);
  const market::Day day = market::Day::parse("2024-01-09").value();
  LitDirectionPhaseA direction{day};
  for (std::size_t begin = 0; begin < trades.size(); begin += GetParam()) {
    const std::size_t size = std::min(GetParam(), trades.size() - begin);
    ASSERT_TRUE(direction.add(block_of(std::span{trades}.subspan(begin, size), true)));
  }
  std::vector<market::Symbol> symbols;
  for (int number = 8; number >= 0; --number) {
    symbols.push_back(market::Symbol::parse("S00" + std::to_string(number)).value());
  }
  const columns::Batch rows = with_ratios(lit_batch(day, "PhaseA_v1", direction.rows(symbols)));
  const auto expected =
      test_support::read_csv(*shared / "golden/seed_a/expected_lit_direction_from_trades.csv");
  ASSERT_EQ(rows.num_rows(), expected.rows.size());
  const Comparison comparison = compare(expected, rows);
  EXPECT_EQ(comparison.cells, 81U);
  EXPECT_EQ(comparison.different, 0U) << comparison.first;
}

INSTANTIATE_TEST_SUITE_P(BlocksOf, LitPhaseAGolden, testing::Values(1, 7, 4096));

LitRow phase_a(const std::vector<Trade>& trades, bool quotes = true) {
  LitDirectionPhaseA direction{kTapeDay};
  EXPECT_TRUE(direction.add(block_of(trades, quotes)));
  const std::vector<LitRow> rows = direction.rows({});
  EXPECT_EQ(rows.size(), 1U);
  return rows.at(0);
}

Trade quoted(Trade trade, std::int64_t bid, std::int64_t ask) {
  trade.bid = bid;
  trade.ask = ask;
  return trade;
}

TEST(LitPhaseA, TradesOnALockedQuoteCountOnBothSides) {
  const LitRow row = phase_a({quoted(lit(0, 10, 7), 10, 10), quoted(lit(1, 10, 5), 9, 11)});
  EXPECT_EQ(row.method, "NBBO");
  EXPECT_EQ(row.buy_volume, 7 * kShare);
  EXPECT_EQ(row.sell_volume, 7 * kShare);
  EXPECT_EQ(row.coverage_pct, 100.0);
}

TEST(LitPhaseA, OneBadQuoteMakesTheWholeDayATickTest) {
  for (const auto& [bid, ask] :
       {std::pair<std::int64_t, std::int64_t>{0, 11}, {12, 11}, {-1, 11}, {9, -1}}) {
    const LitRow row = phase_a({quoted(lit(0, 10), 9, 10), quoted(lit(1, 11, 5), bid, ask),
                                quoted(lit(2, 11), 9, 11), quoted(lit(3, 9, 2), 9, 11)});
    EXPECT_EQ(row.method, "TICK");
    EXPECT_EQ(row.buy_volume, 5 * kShare);
    EXPECT_EQ(row.sell_volume, 2 * kShare);
    EXPECT_EQ(row.coverage_pct, 50.0);
  }
}

TEST(LitPhaseA, BadQuotesOutsideTheWindowDoNotMatter) {
  Trade early = quoted(lit(0, 10), 0, 0);
  early.sip_ns = at(9, 29, 59);
  EXPECT_EQ(phase_a({early, quoted(lit(1, 10), 9, 10)}).method, "NBBO");
}

TEST(LitPhaseA, TheWindowIncludesBothItsEndsAndNoMore) {
  std::vector<Trade> trades;
  for (const std::int64_t ns : {at(9, 30) - 1, at(9, 30), at(16, 15), at(16, 15) + 1}) {
    trades.push_back(lit(0, 10, 1));
    trades.back().sip_ns = ns;
  }
  EXPECT_EQ(phase_a(trades, false).trade_count, 2);
}

TEST(LitPhaseA, ATradeBeforeTheWindowIsNobodysPredecessor) {
  Trade early = lit(0, 9);
  early.sip_ns = at(9, 0);
  const LitRow row = phase_a({early, lit(1, 10), lit(2, 11, 3)}, false);
  EXPECT_EQ(row.buy_volume, 3 * kShare);
  EXPECT_EQ(row.coverage_pct, 50.0);
}

TEST(LitPhaseA, ConditionsCorrectionsAndVenuesDoNotMatter) {
  Trade odd = off(1, 11, 4);
  odd.conditions = market::condition_bit(15) | market::condition_bit(2);
  odd.correction = 8;
  EXPECT_EQ(phase_a({lit(0, 10), odd}, false).buy_volume, 4 * kShare);
}

TEST(LitPhaseA, ARequestedSymbolWithoutTradesGetsARow) {
  const LitDirectionPhaseA direction{kTapeDay};
  const std::vector<market::Symbol> symbols{market::Symbol::parse("ZZZ").value()};
  const std::vector<LitRow> rows = direction.rows(symbols);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].buy_volume, 0);
  EXPECT_EQ(rows[0].sell_volume, 0);
  EXPECT_EQ(rows[0].method, "TICK");
  EXPECT_EQ(rows[0].coverage_pct, 0.0);
  EXPECT_TRUE(direction.rows({}).empty());
}

TEST(LitPhaseA, CoverageIsRoundedToFourDecimals) {
  EXPECT_EQ(phase_a({lit(0, 10), lit(1, 11), lit(2, 11)}, false).coverage_pct, 33.3333);
}

TEST(LitPhaseA, TradesThatGoBackInTimeAreRefusedByName) {
  LitDirectionPhaseA direction{kTapeDay};
  const std::vector<Trade> trades{lit(5, 10), lit(4, 10)};
  const auto done = direction.add(block_of(trades));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(done.error().message, testing::HasSubstr("AAA go back in time"));
}

TEST(LitPhaseA, SizesThatCannotBeAreRefused) {
  for (const std::int64_t size : {kMaxTapeSize + 1, std::int64_t{-1}}) {
    LitDirectionPhaseA direction{kTapeDay};
    std::vector<Trade> trades{lit(0, 10)};
    trades[0].size = size;
    EXPECT_FALSE(direction.add(block_of(trades)));
  }
}

columns::MinuteBlock minute(std::int64_t start, std::int64_t open, std::int64_t high,
                            std::int64_t low, std::int64_t close, std::int64_t vwap,
                            std::int64_t shares) {
  columns::MinuteBlock out;
  out.runs.push_back({market::Symbol::from_trusted("AAA"), 0, 1});
  out.window_start_ns = {start};
  out.open = {open};
  out.high = {high};
  out.low = {low};
  out.close = {close};
  out.vwap = {vwap};
  out.volume = {shares * kShare};
  return out;
}

TEST(LitPhaseA, ABarIsOnePseudoTradeAtItsVwap) {
  LitDirectionPhaseA direction{kTapeDay};
  // Rose: quote low to close. Fell: quote close to high. Flat: locked, both sides.
  ASSERT_TRUE(direction.add(minute(at(9, 31), 10, 14, 8, 12, 12, 1)));
  ASSERT_TRUE(direction.add(minute(at(9, 32), 12, 14, 8, 10, 10, 20)));
  ASSERT_TRUE(direction.add(minute(at(9, 33), 10, 10, 10, 10, 10, 300)));
  ASSERT_TRUE(direction.add(minute(at(9, 34), 10, 14, 8, 12, 11, 4000)));
  const LitRow row = direction.rows({}).at(0);
  EXPECT_EQ(row.method, "NBBO");
  EXPECT_EQ(row.buy_volume, 301 * kShare);
  EXPECT_EQ(row.sell_volume, 320 * kShare);
  EXPECT_EQ(row.coverage_pct, 100.0);  // 4 hits of 4 bars
}

TEST(LitPhaseA, BarsWithoutVwapAreRefused) {
  LitDirectionPhaseA direction{kTapeDay};
  const auto done = direction.add(minute(at(9, 31), 10, 14, 8, 12, columns::kNoPrice, 1));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(done.error().message, testing::HasSubstr("VWAP"));
}

}  // namespace
}  // namespace offex::studies::test
