#pragma once

#include <string>
#include <vector>

#include "studies/weekly_files.hpp"
#include "views/market_figure_support.hpp"

namespace offex::views::test {

/// A store of one ticker: daily files whose numbers follow from the day, weeks as they are put.
struct TickerStore {
  static constexpr const char* kTicker = "AAPL";

  /// Short sales of a day, in whole shares.
  void put_short(market::Day day, std::int64_t shorts, std::int64_t total) {
    using columns::Column;
    using columns::Type;
    columns::Batch rows{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                         Column{"short_volume", Type::Quantity},
                         Column{"short_exempt_volume", Type::Quantity},
                         Column{"total_volume", Type::Quantity}}};
    rows.column(0).push(market::Symbol::from_trusted(kTicker));
    rows.column(1).push<std::int32_t>(7);
    rows.column(2).push<std::int64_t>(shorts * market::Quantity::kPerShare);
    rows.column(3).push<std::int64_t>(0);
    rows.column(4).push<std::int64_t>(total * market::Quantity::kPerShare);
    store.put("short " + day.iso(), {.dataset = market::Dataset::FinraShortDaily,
                                     .day = day,
                                     .facility = market::Facility::Cnms,
                                     .rows = &rows});
  }

  /// What day number i of the files has of 1,000 shares off the exchanges.
  static std::int64_t shorts_of(std::size_t i) {
    return 400 + static_cast<std::int64_t>(i * 37 % 101);
  }

  /// Daily files and bars of 2,000 shares; none of the days in `without`.
  void put_days(const char* first, const char* last, const std::vector<market::Day>& without = {}) {
    const auto days = sessions_of(first, last);
    for (std::size_t i = 0; i < days.size(); ++i) {
      if (std::ranges::find(without, days[i]) != without.end()) continue;
      put_short(days[i], shorts_of(i), 1'000);
      studies::test::put_bars(store, days[i], {{kTicker, 2'000}});
    }
  }

  /// A summary of 6,000 of the week's 10,000 shares, published when the rule of its tier says.
  void put_week(const std::string& monday, const std::string& tier) {
    const market::Day published = day_of(monday.c_str()).plus(tier == "T1" ? 21 : 35);
    std::vector<studies::test::SummaryRow> rows;
    for (const auto& [type, shares] : {std::pair{"ATS_W_SMBL", 2'000}, {"OTC_W_SMBL", 4'000}}) {
      rows.push_back({.week = monday,
                      .symbol = kTicker,
                      .tier = tier,
                      .type = type,
                      .shares = shares,
                      .published = published.iso(),
                      .updated = published.iso()});
    }
    studies::test::put_summaries(store, "week " + monday + tier, rows);
  }

  studies::test::StudyStore store{};
};

}  // namespace offex::views::test
