#pragma once

#include <vector>

#include "offex/market/day.hpp"

namespace offex::market {

inline constexpr int kFirstCalendarYear = 2009;
inline constexpr int kLastCalendarYear = 2030;

/// Exceptional days of one year, in no special order; some may fall on a weekend.
struct YearRules {
  std::vector<Day> closed;  ///< holidays as observed, and one-off closures
  std::vector<Day> early;   ///< sessions that end at 13:00, unless the day is closed
};

/// Returns the exceptional days of `year` by the exchange's rules of 2009 and later.
[[nodiscard]] YearRules session_rules(int year);

}  // namespace offex::market
