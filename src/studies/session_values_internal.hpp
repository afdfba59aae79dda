#pragma once

#include <cstddef>

#include "offex/studies/scan_stream.hpp"

namespace offex::studies {

/// Correlation of the members' scores inside a sector, as measured: what a group score allows for.
inline constexpr double kGroupCorrelationR = 0.01;
inline constexpr double kGroupCorrelationV = 0.03;

/// Returns the day's return of one security from unadjusted closes; NaN where a split, known or
/// likely, lies between the prices. \param position in the axis
[[nodiscard]] double return_of(const ScanSession& session, std::size_t position);

}  // namespace offex::studies
