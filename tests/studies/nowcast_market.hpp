#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "offex/market/calendar.hpp"
#include "offex/studies/nowcast.hpp"

#include "studies/weekly_files.hpp"

namespace offex::studies::test {

/// Whole shares by symbol.
using Shares = std::vector<std::pair<std::string, std::int64_t>>;

/// A FINRA file of a day.
inline void put_finra(StudyStore& store, market::Day day, const Shares& totals,
                      const std::string& suffix = "") {
  using columns::Column;
  using columns::Type;
  columns::Batch rows{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                       Column{"short_volume", Type::Quantity},
                       Column{"short_exempt_volume", Type::Quantity},
                       Column{"total_volume", Type::Quantity}}};
  for (const auto& [symbol, shares] : totals) {
    rows.column(0).push(market::Symbol::from_trusted(symbol));
    rows.column(1).push<std::int32_t>(7);
    rows.column(2).push<std::int64_t>(0);
    rows.column(3).push<std::int64_t>(0);
    rows.column(4).push<std::int64_t>(shares * market::Quantity::kPerShare);
  }
  store.put("short " + day.iso() + suffix, {.dataset = market::Dataset::FinraShortDaily,
                                            .day = day,
                                            .facility = market::Facility::Cnms,
                                            .rows = &rows});
}

/// Both sides of a symbol's week, 30 % ATS, published on the day of the rule for T1.
inline std::vector<SummaryRow> both_sides(const std::string& week, const std::string& symbol,
                                          std::int64_t shares) {
  const std::string published = day(week).plus(21).iso();
  const SummaryRow ats{.week = week,
                       .symbol = symbol,
                       .tier = "T1",
                       .type = "ATS_W_SMBL",
                       .shares = shares * 3 / 10,
                       .trades = 10,
                       .published = published,
                       .updated = published};
  SummaryRow non_ats = ats;
  non_ats.type = "OTC_W_SMBL";
  non_ats.shares = shares - ats.shares;
  return {ats, non_ats};
}

/// Weeks of NVDA and AMD: FINRA totals of 1,000 and bars of 2,500 shares a session. FINRA publishes
/// 1.1 times the totals, but 1.2 times in every other week.
class NowcastMarket {
 public:
  static constexpr std::int64_t kTotal = 1'000;
  static constexpr std::int64_t kBar = 2'500;

  explicit NowcastMarket(std::string first = "2025-03-03") : first_{day(first)} {}

  /// Trades weeks [begin, end), but for the sessions in `lost`, which have no FINRA file.
  NowcastMarket& trade(int begin, int end, const std::set<std::string>& lost = {}) {
    for (int week = begin; week < end; ++week) {
      for (const market::Day one : sessions_of(week)) {
        if (!lost.contains(one.iso())) {
          put_finra(store, one, {{"AMD", kTotal}, {"NVDA", kTotal}});
        }
        put_bars(store, one, {{"AMD", kBar}, {"NVDA", kBar}});
      }
    }
    return *this;
  }
  NowcastMarket& publish(int begin, int end) {
    for (int week = begin; week < end; ++week) {
      std::vector<SummaryRow> rows = both_sides(monday(week), "NVDA", volume(week));
      for (const SummaryRow& row : both_sides(monday(week), "AMD", volume(week))) {
        rows.push_back(row);
      }
      put_summaries(store, "weekly " + monday(week), rows);
    }
    return *this;
  }
  [[nodiscard]] std::string monday(int week) const { return first_.plus(7 * week).iso(); }
  [[nodiscard]] std::vector<market::Day> sessions_of(int week) const {
    const market::Day first = first_.plus(7 * week);
    return market::sessions({first, first.plus(4)}).value();
  }
  [[nodiscard]] std::int64_t volume(int week) const {
    const auto sessions = static_cast<std::int64_t>(sessions_of(week).size());
    return sessions * (week % 2 == 0 ? 1'100 : 1'200);
  }
  columns::Batch told(const NowcastRequest& request = {}) {
    auto rows = nowcast(store.reader(), request);
    EXPECT_TRUE(rows) << (rows ? "" : base::format_error(rows.error()));
    return std::move(rows).value_or(columns::Batch{});
  }

  StudyStore store;

 private:
  market::Day first_;
};

/// Row of a symbol's week. \pre it is there
inline std::size_t row_of(const columns::Batch& rows, const std::string& symbol,
                          const std::string& week) {
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    if (cell(rows, "symbol", row) == symbol && cell(rows, "week_start_date", row) == week) {
      return row;
    }
  }
  ADD_FAILURE() << "no row of " << symbol << " in the week of " << week;
  return 0;
}

}  // namespace offex::studies::test
