#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/market/quantity.hpp"

#include "studies/study_store.hpp"

namespace offex::studies::test {

inline market::Day day_of(std::string_view text) { return market::Day::parse(text).value(); }

/// What is published of one day; shares and dollars.
struct MarketDay {
  struct Short {
    std::string symbol;
    double part;
    double total;
  };
  struct Bar {
    std::string symbol;
    double open;
    double close;
    double volume;
  };
  struct Lit {
    std::string symbol;
    double buy;
    double sell;
  };
  std::vector<Short> shorts;
  std::vector<Bar> bars;
  std::vector<Lit> lit{};

  Short& short_of(std::string_view symbol) {
    return *std::ranges::find(shorts, symbol, &Short::symbol);
  }
  Bar& bar_of(std::string_view symbol) { return *std::ranges::find(bars, symbol, &Bar::symbol); }
  [[nodiscard]] const Bar& bar_of(std::string_view symbol) const {
    return *std::ranges::find(bars, symbol, &Bar::symbol);
  }
  void drop(std::string_view symbol) {
    std::erase_if(shorts, [&](const Short& row) { return row.symbol == symbol; });
    std::erase_if(bars, [&](const Bar& row) { return row.symbol == symbol; });
    std::erase_if(lit, [&](const Lit& row) { return row.symbol == symbol; });
  }
  /// Multiplies every off-exchange volume.
  void scale_shares(double by) {
    for (Short& row : shorts) {
      row.part = std::floor(row.part * by);
      row.total = std::floor(row.total * by);
    }
  }
};

/// Names N000, N001, ..., N999, P1000, ... with volumes and prices that any test can alter day by
/// day. The same day and revision always says the same.
class ScanMarket {
 public:
  explicit ScanMarket(int names = 60) : names_{names} {}

  [[nodiscard]] static std::string name_of(int number) {
    return number < 1000 ? "N" + std::to_string(1000 + number).substr(1)
                         : "P" + std::to_string(number);
  }
  /// Returns the first `count` sessions from `first` on.
  [[nodiscard]] static std::vector<market::Day> sessions_from(std::string_view first,
                                                              std::size_t count) {
    auto days = market::sessions({day_of(first), day_of(first).plus(400)}).value();
    days.resize(count);
    return days;
  }

  /// Returns an ordinary day.
  [[nodiscard]] MarketDay ordinary(market::Day day, int revision = 0) const {
    MarketDay out;
    for (int number = 0; number < names_; ++number) {
      std::mt19937_64 random{static_cast<std::uint64_t>(day.days()) * 100'000 +
                             static_cast<std::uint64_t>(revision) * 10'000 +
                             static_cast<std::uint64_t>(number)};
      const auto unit = [&random] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
      const double noise = unit() + unit() + unit() - 1.5;
      const double usual = 20'000.0 * std::pow(10.0, 3.0 * number / names_);
      const double total = std::floor(usual * std::exp(0.7 * noise));
      const double part = std::floor(total * (0.35 + 0.2 * unit()));
      const double close = std::round(100.0 * (10.0 + number) * (1.0 + 0.02 * unit())) / 100.0;
      const double open = std::round(100.0 * close * (1.0 + 0.01 * unit())) / 100.0;
      out.shorts.push_back({name_of(number), part, total});
      out.bars.push_back({name_of(number), open, close, 3.0 * total});
      out.lit.push_back({name_of(number), std::floor(total * unit()), total});
    }
    return out;
  }

  /// Publishes a day: a second time it is a correction. Files without rows are not there.
  void put(market::Day day, const MarketDay& rows) {
    rows_[day] = rows;
    ASSERT_TRUE(store_.writer().begin());
    if (!rows.shorts.empty()) put_short(day, rows);
    if (!rows.bars.empty()) put_bars(day, rows);
    if (!rows.lit.empty()) put_lit(day, rows);
    ASSERT_TRUE(store_.writer().commit());
  }
  /// Publishes ordinary days.
  void put_ordinary(const std::vector<market::Day>& days) {
    for (const market::Day day : days) put(day, ordinary(day));
  }
  /// Publishes the short-sale file alone, also an empty one.
  void put_short(market::Day day, const MarketDay& rows) {
    using columns::Column;
    using columns::Type;
    columns::Batch batch{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                          Column{"short_volume", Type::Quantity},
                          Column{"short_exempt_volume", Type::Quantity},
                          Column{"total_volume", Type::Quantity}}};
    for (const MarketDay::Short& row : rows.shorts) {
      batch.column(0).push(market::Symbol::from_trusted(row.symbol));
      batch.column(1).push<std::int32_t>(7);
      batch.column(2).push(shares(row.part));
      batch.column(3).push(shares(0.0));
      batch.column(4).push(shares(row.total));
    }
    store_.put(file_name("short", day), {.dataset = market::Dataset::FinraShortDaily,
                                         .day = day,
                                         .facility = market::Facility::Cnms,
                                         .rows = &batch});
  }
  /// Tells a split, or a reset where `factor` is empty.
  void put_action(market::Day day, const std::string& symbol, std::optional<double> factor) {
    using columns::Column;
    using columns::Type;
    columns::Batch batch{{Column{"effective_date", Type::Day}, Column{"symbol", Type::Symbol},
                          Column{"action", Type::Text}, Column{"factor", Type::Double}}};
    batch.column(0).push(day.days());
    batch.column(1).push(market::Symbol::from_trusted(symbol));
    batch.column(2).push(std::string{factor ? "split" : "reset"});
    if (factor) {
      batch.column(3).push(*factor);
    } else {
      batch.column(3).push_missing();
    }
    store_.put(file_name("action " + symbol, day),
               {.dataset = market::Dataset::CorporateActions, .rows = &batch});
  }

  [[nodiscard]] StudyStore& store() { return store_; }
  /// What was last published of a day.
  [[nodiscard]] const MarketDay& published(market::Day day) const { return rows_.at(day); }

 private:
  static std::int64_t shares(double count) {
    return static_cast<std::int64_t>(
        std::llround(count * static_cast<double>(market::Quantity::kPerShare)));
  }
  static std::int64_t price(double dollars) {
    return static_cast<std::int64_t>(std::llround(dollars * 1e9));
  }
  std::string file_name(const std::string& kind, market::Day day) {
    return kind + " " + day.iso() + " " + std::to_string(files_++);
  }
  void put_bars(market::Day day, const MarketDay& rows) {
    using columns::Column;
    using columns::Type;
    columns::Batch batch{{Column{"symbol", Type::Symbol}, Column{"open", Type::Price},
                          Column{"high", Type::Price}, Column{"low", Type::Price},
                          Column{"close", Type::Price}, Column{"vwap", Type::Price},
                          Column{"volume", Type::Quantity}, Column{"transactions", Type::Int64}}};
    for (const MarketDay::Bar& row : rows.bars) {
      batch.column(0).push(market::Symbol::from_trusted(row.symbol));
      batch.column(1).push(price(row.open));
      batch.column(2).push(price(std::max(row.open, row.close)));
      batch.column(3).push(price(std::min(row.open, row.close)));
      batch.column(4).push(price(row.close));
      batch.column(5).push_missing();
      batch.column(6).push(shares(row.volume));
      batch.column(7).push_missing();
    }
    store_.put(file_name("bars", day),
               {.dataset = market::Dataset::DailyBarGrouped, .day = day, .rows = &batch});
  }
  void put_lit(market::Day day, const MarketDay& rows) {
    using columns::Column;
    using columns::Type;
    columns::Batch batch{
        {Column{"trade_date", Type::Day}, Column{"symbol", Type::Symbol},
         Column{"lit_buy_volume", Type::Quantity}, Column{"lit_sell_volume", Type::Quantity},
         Column{"classification_method", Type::Text}, Column{"lit_coverage_pct", Type::Double}}};
    for (const MarketDay::Lit& row : rows.lit) {
      batch.column(0).push(day.days());
      batch.column(1).push(market::Symbol::from_trusted(row.symbol));
      batch.column(2).push(shares(row.buy));
      batch.column(3).push(shares(row.sell));
      batch.column(4).push(std::string{"TICK"});
      batch.column(5).push_missing();
    }
    store_.put(file_name("lit", day),
               {.dataset = market::Dataset::LitDirectionTable, .rows = &batch});
  }

  int names_;
  int files_{0};
  StudyStore store_;
  std::map<market::Day, MarketDay> rows_;
};

}  // namespace offex::studies::test
