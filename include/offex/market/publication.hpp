#pragma once

#include <vector>

#include "offex/market/day.hpp"
#include "offex/market/facility.hpp"
#include "offex/market/instant.hpp"

namespace offex::market {

/// Returns the day of the first short-sale file that a facility of FINRA published.
/// \pre !is_exchange(facility)
[[nodiscard]] Day first_short_file(Facility facility);

/// Returns the settlement dates of consolidated short interest within `days`, ascending: the 15th
/// and the last day of each month, or the business day before.
[[nodiscard]] std::vector<Day> short_interest_settlements(DayRange days);

/// Returns the moment by which short interest of a settlement date is public: 18:00 New York time
/// of the seventh business day after it.
[[nodiscard]] Instant short_interest_publication(Day settlement);

}  // namespace offex::market
