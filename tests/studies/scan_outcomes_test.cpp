// What became of earlier hits, against returns by hand.
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/scan_evening.hpp"

#include "studies/scan_market.hpp"

namespace offex::studies::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kHits = 50;

std::string text(const columns::Batch& rows, std::string_view name, std::size_t row) {
  const columns::Column& column = *rows.find(name);
  return column.valid(row) ? columns::cell_text(column, row) : "null";
}

double number(const columns::Batch& rows, std::string_view name, std::size_t row) {
  const columns::Column& column = *rows.find(name);
  return column.valid(row) ? column.values<double>()[row] : kNan;
}

/// Rows by symbol.
std::map<std::string, std::size_t> by_symbol(const columns::Batch& rows) {
  std::map<std::string, std::size_t> out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) out[text(rows, "symbol", row)] = row;
  return out;
}

/// Thirty sessions; the hits are those of five sessions ago.
class ScanOutcomes : public testing::Test {
 protected:
  ScanOutcomes() { market_.put_ordinary(days_); }

  Outcomes outcomes(OutcomeRequest request = {.day = {}, .sessions = {5}}) {
    request.day = days_.back();
    auto found = scan_outcomes(market_.store().reader(), request);
    EXPECT_TRUE(found) << (found ? "" : base::format_error(found.error()));
    return found ? std::move(found).value() : Outcomes{};
  }
  /// Return from the open after the hit to the last close, as published.
  double change(const std::string& symbol) {
    const double from = market_.published(entry_).bar_of(symbol).open;
    return market_.published(days_.back()).bar_of(symbol).close / from - 1.0;
  }
  /// The three names nearest by baseline that are no hit and have no tag, from that evening's list.
  std::map<std::string, std::vector<std::string>> controls() {
    auto evening = scan(market_.store().reader(), {.day = hit_day_, .top = 1'000});
    EXPECT_TRUE(evening);
    std::map<std::string, std::vector<std::string>> out;
    const columns::Batch& rows = evening->rows;
    for (std::size_t hit = 0; hit < kHits; ++hit) {
      std::vector<std::pair<double, std::string>> others;
      for (std::size_t row = 0; row < rows.num_rows(); ++row) {
        if (row < kHits || text(rows, "tag", row) != "NONE") continue;
        const double distance = std::fabs(std::log10(number(rows, "baseline_shares", row)) -
                                          std::log10(number(rows, "baseline_shares", hit)));
        others.emplace_back(distance, text(rows, "symbol", row));
      }
      std::ranges::sort(others);
      for (std::size_t index = 0; index < 3; ++index) {
        out[text(rows, "symbol", hit)].push_back(others.at(index).second);
      }
    }
    return out;
  }

  std::vector<market::Day> days_{ScanMarket::sessions_from("2025-06-02", 30)};
  market::Day hit_day_{days_[24]};
  market::Day entry_{days_[25]};
  ScanMarket market_;
};

TEST_F(ScanOutcomes, GoFromTheNextOpenToTheClose) {
  const Outcomes found = outcomes();
  ASSERT_EQ(found.rows.num_rows(), kHits);
  for (std::size_t row = 0; row < kHits; ++row) {
    const std::string symbol = text(found.rows, "symbol", row);
    EXPECT_EQ(text(found.rows, "hit_date", row), hit_day_.iso());
    EXPECT_EQ(text(found.rows, "sessions", row), "5");
    EXPECT_EQ(text(found.rows, "rank", row), std::to_string(row + 1));
    EXPECT_NEAR(number(found.rows, "entry_open", row),
                market_.published(entry_).bar_of(symbol).open, 1e-9);
    EXPECT_NEAR(number(found.rows, "close", row),
                market_.published(days_.back()).bar_of(symbol).close, 1e-9);
    EXPECT_NEAR(number(found.rows, "return", row), change(symbol), 1e-12) << symbol;
  }
}

TEST_F(ScanOutcomes, AreHeldAgainstTheThreeNearestNamesWithoutATag) {
  const Outcomes found = outcomes();
  const auto nearest = controls();
  ASSERT_EQ(found.rows.num_rows(), kHits);
  for (std::size_t row = 0; row < kHits; ++row) {
    const std::string symbol = text(found.rows, "symbol", row);
    double sum = 0.0;
    for (const std::string& other : nearest.at(symbol)) sum += change(other);
    EXPECT_NEAR(number(found.rows, "control_return", row), sum / 3.0, 1e-12) << symbol;
    EXPECT_NEAR(number(found.rows, "excess_return", row), change(symbol) - sum / 3.0, 1e-12);
  }
}

TEST_F(ScanOutcomes, NeverHoldANameAgainstItself) {
  market_.store().build_all({});
  const auto itself = ask(market_.store().reader(),
                          "SELECT count(*), count(*) FILTER (tag = 'NONE') > 0 FROM scan_hit WHERE "
                          "symbol IN (control_1, control_2, control_3)");
  EXPECT_EQ(text(itself, itself.column(0).name(), 0), "0");
  const auto untagged =
      ask(market_.store().reader(), "SELECT count(*) > 0 FROM scan_hit WHERE tag = 'NONE'");
  EXPECT_EQ(lines_of(untagged), std::vector<std::string>{"true|"});  // else nothing was tried
}

TEST_F(ScanOutcomes, HaveTheMeanAndItsStandardError) {
  const Outcomes found = outcomes();
  double sum = 0.0;
  for (std::size_t row = 0; row < kHits; ++row) sum += number(found.rows, "excess_return", row);
  const double mean = sum / kHits;
  double squares = 0.0;
  for (std::size_t row = 0; row < kHits; ++row) {
    squares += std::pow(number(found.rows, "excess_return", row) - mean, 2.0);
  }
  ASSERT_EQ(found.means.size(), 1U);
  EXPECT_EQ(found.means[0].hit_date, hit_day_);
  EXPECT_EQ(found.means[0].sessions, 5);
  EXPECT_EQ(found.means[0].hits, kHits);
  EXPECT_NEAR(found.means[0].mean_excess, mean, 1e-12);
  EXPECT_NEAR(found.means[0].standard_error, std::sqrt(squares / 49.0 / 50.0), 1e-12);
}

TEST_F(ScanOutcomes, TellSeveralHorizonsOneAfterTheOther) {
  const Outcomes found = outcomes({.day = {}, .sessions = {5, 20}});
  ASSERT_EQ(found.means.size(), 2U);
  EXPECT_EQ(found.rows.num_rows(), 2 * kHits);
  EXPECT_EQ(found.means[1].hit_date, days_[9]);
  EXPECT_EQ(text(found.rows, "hit_date", kHits), days_[9].iso());
  EXPECT_EQ(text(found.rows, "rank", kHits), "1");
  const std::string symbol = text(found.rows, "symbol", kHits);
  EXPECT_NEAR(number(found.rows, "entry_open", kHits),
              market_.published(days_[10]).bar_of(symbol).open, 1e-9);
}

TEST_F(ScanOutcomes, CountTheSharesOfASplitBetweenOpenAndClose) {
  const Outcomes plain = outcomes();
  const std::string inside = text(plain.rows, "symbol", 0);
  const std::string last = text(plain.rows, "symbol", 1);
  const std::string entry = text(plain.rows, "symbol", 2);
  market_.put_action(days_[27], inside, 4.0);
  market_.put_action(days_.back(), last, 2.0);
  market_.put_action(entry_, entry, 5.0);  // its open is that of the new shares
  const Outcomes found = outcomes();
  const auto at = by_symbol(found.rows);
  EXPECT_NEAR(number(found.rows, "return", at.at(inside)), 4.0 * (1.0 + change(inside)) - 1.0,
              1e-12);
  EXPECT_NEAR(number(found.rows, "return", at.at(last)), 2.0 * (1.0 + change(last)) - 1.0, 1e-12);
  EXPECT_NEAR(number(found.rows, "return", at.at(entry)), change(entry), 1e-12);
}

TEST_F(ScanOutcomes, AreNullWhereTheTickerNamesSomethingElseSince) {
  const std::string symbol = text(outcomes().rows, "symbol", 0);
  market_.put_action(entry_, symbol, std::nullopt);
  const Outcomes found = outcomes();
  EXPECT_EQ(text(found.rows, "return", by_symbol(found.rows).at(symbol)), "null");
  EXPECT_EQ(found.means[0].hits, kHits - 1);
}

TEST_F(ScanOutcomes, AreNullWhereASplitSeemsToBeUnknown) {
  const std::string symbol = text(outcomes().rows, "symbol", 0);
  for (std::size_t day = 27; day < days_.size(); ++day) {
    MarketDay rows = market_.published(days_[day]);
    for (auto& bar : rows.bars) {
      if (bar.symbol != symbol) continue;
      const double close = market_.published(days_[26]).bar_of(symbol).close;
      bar.open = 10.0 * close;
      bar.close = 10.0 * close;
    }
    rows.shorts.clear();
    rows.lit.clear();
    market_.put(days_[day], rows);
  }
  const Outcomes found = outcomes();
  EXPECT_EQ(text(found.rows, "return", by_symbol(found.rows).at(symbol)), "null");
}

TEST_F(ScanOutcomes, AreNullWithoutPricesAndNotCounted) {
  const Outcomes before = outcomes();
  const std::string no_entry = text(before.rows, "symbol", 0);
  const std::string no_exit = text(before.rows, "symbol", 1);
  const auto without = [&](market::Day day, const std::string& symbol) {
    MarketDay rows = market_.published(day);
    std::erase_if(rows.bars, [&](const auto& bar) { return bar.symbol == symbol; });
    rows.shorts.clear();
    rows.lit.clear();
    market_.put(day, rows);
  };
  without(entry_, no_entry);
  without(days_.back(), no_exit);
  const Outcomes found = outcomes();
  const auto at = by_symbol(found.rows);
  EXPECT_EQ(text(found.rows, "entry_open", at.at(no_entry)), "null");
  EXPECT_NE(text(found.rows, "close", at.at(no_entry)), "null");
  EXPECT_EQ(text(found.rows, "return", at.at(no_entry)), "null");
  EXPECT_EQ(text(found.rows, "excess_return", at.at(no_entry)), "null");
  EXPECT_EQ(text(found.rows, "close", at.at(no_exit)), "null");
  EXPECT_EQ(text(found.rows, "return", at.at(no_exit)), "null");
  EXPECT_EQ(found.means[0].hits, kHits - 2);
}

TEST_F(ScanOutcomes, MeanTheControlsThatHavePrices) {
  const Outcomes before = outcomes();
  const std::string hit = text(before.rows, "symbol", 0);
  const std::vector<std::string> nearest = controls().at(hit);
  MarketDay rows = market_.published(entry_);
  std::erase_if(rows.bars, [&](const auto& bar) { return bar.symbol == nearest[0]; });
  rows.shorts.clear();
  rows.lit.clear();
  market_.put(entry_, rows);
  const Outcomes found = outcomes();
  EXPECT_NEAR(number(found.rows, "control_return", by_symbol(found.rows).at(hit)),
              (change(nearest[1]) + change(nearest[2])) / 2.0, 1e-12);
}

TEST_F(ScanOutcomes, AreTheSameFromTheStoredTable) {
  const auto walked = lines_of(outcomes().rows);
  market_.store().build_all({});
  EXPECT_EQ(lines_of(outcomes().rows), walked);
  // The stored rows are what is read: an odd one is repeated.
  {
    store::Writer& writer = market_.store().writer();
    const TableSpec& spec = *find_table("scan_hit", "rv/1.0.0");
    const std::string version = kernels::surprise_version({});
    const store::BuildState state{.variant = version,
                                  .variant_value = version,
                                  .last_revision = writer.reader().last_revision().value(),
                                  .days = market::DayRange{days_.front(), days_.back()}};
    ASSERT_TRUE(
        writer.replace_derived(derived_table(spec), state, market::DayRange{hit_day_, hit_day_},
                               [](const store::Writer::BatchSink&) -> Result<void> { return {}; }));
  }
  EXPECT_EQ(outcomes().rows.num_rows(), 0U);
}

TEST_F(ScanOutcomes, AreThoseThatWereKnownThen) {
  const auto before = lines_of(outcomes().rows);
  market_.put(hit_day_, market_.ordinary(hit_day_, 1));
  market_.put(days_.back(), market_.ordinary(days_.back(), 1));
  market_.store().build_all({});
  const auto then = market::Instant::parse("2026-05-01T00:00:00Z").value();
  EXPECT_NE(lines_of(outcomes().rows), before);
  EXPECT_EQ(lines_of(outcomes({.day = {}, .sessions = {5}, .as_of = then}).rows), before);
}

TEST_F(ScanOutcomes, AreEmptyForASessionWithoutHits) {
  const Outcomes found = outcomes({.day = {}, .sessions = {28}});  // no family yet
  EXPECT_EQ(found.rows.num_rows(), 0U);
  ASSERT_EQ(found.means.size(), 1U);
  EXPECT_EQ(found.means[0].hits, 0U);
  EXPECT_TRUE(std::isnan(found.means[0].mean_excess));
  EXPECT_TRUE(std::isnan(found.means[0].standard_error));
}

}  // namespace
}  // namespace offex::studies::test
