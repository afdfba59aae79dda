#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "offex/studies/scan_evening.hpp"

#include "studies/scan_market.hpp"

namespace offex::studies::test {

inline constexpr std::size_t kAll = 1'000;
/// The last session of the made market.
inline market::Day last_day() { return day_of("2025-07-02"); }

inline std::vector<double> numbers(const columns::Batch& rows, std::string_view name) {
  const columns::Column& column = *rows.find(name);
  std::vector<double> out;
  out.reserve(rows.num_rows());
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    out.push_back(column.valid(row) ? column.values<double>()[row]
                                    : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

inline std::vector<std::string> texts(const columns::Batch& rows, std::string_view name) {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const columns::Column& column = *rows.find(name);
    out.push_back(column.valid(row) ? columns::cell_text(column, row) : "null");
  }
  return out;
}

/// Benjamini and Hochberg, straight from the definition.
inline std::vector<double> q_of(const std::vector<double>& p) {
  std::vector<double> out;
  const auto count = static_cast<double>(p.size());
  for (const double mine : p) {
    double best = 1.0;
    for (const double other : p) {
      const auto below =
          static_cast<double>(std::ranges::count_if(p, [&](double each) { return each <= other; }));
      if (other >= mine) best = std::min(best, other * count / below);
    }
    out.push_back(best);
  }
  return out;
}

/// Twenty-two sessions with surges, a thin name, a new one, a test issue and rows that cannot be.
class ScanEvening : public testing::Test {
 protected:
  ScanEvening() {
    for (const market::Day day : days_) market_.put(day, rows_of(day));
  }
  MarketDay rows_of(market::Day day, int revision = 0) {
    MarketDay rows = market_.ordinary(day, revision);
    const bool last = day == days_.back();
    for (const int number : {10, 20, 30, 40}) {
      MarketDay::Short& row = rows.short_of(ScanMarket::name_of(number));
      if (last) row = {row.symbol, std::floor(row.total * 7.5), row.total * 8.0};
    }
    rows.shorts.push_back({"THIN", 40.0, 100.0});
    rows.shorts.push_back({"ZVZZT", 4e5, 1e6});
    rows.shorts.push_back({"FEW", last ? 400.0 : 4e4, last ? 900.0 : 1e5});
    if (day >= days_[19]) rows.shorts.push_back({"YOUNG", 4e5, 1e6});
    if (last) {
      rows.shorts.push_back({"NEW", 4e5, 1e6});
      rows.shorts.push_back({"WRONG", 5.0, 4.0});
    }
    return rows;
  }
  ScanResult run(const ScanRequest& request) {
    auto found = scan(market_.store().reader(), request);
    EXPECT_TRUE(found) << (found ? "" : base::format_error(found.error()));
    return found ? std::move(found).value() : ScanResult{};
  }

  std::vector<market::Day> days_{ScanMarket::sessions_from("2025-06-02", 22)};
  ScanMarket market_;
};

}  // namespace offex::studies::test
