#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "offex/base/check.hpp"
#include "offex/kernels/rolling.hpp"

// What the rolling statistics share.
namespace offex::kernels::detail {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Window [begin, end) of rows for the value in one row.
struct Window {
  std::size_t begin;
  std::size_t end;
};

inline Window window_of(std::size_t row, const ZOptions& options) {
  const std::size_t end = options.baseline == Baseline::Lagged ? row : row + 1;
  return {end - std::min(end, options.window), end};
}

/// Values that a window must have: none is never enough.
inline double needed_count(const ZOptions& options) {
  return static_cast<double>(std::max<std::size_t>(options.min_count, 1));
}

inline void check_blocks(const ConstBlock& in, std::size_t first, const Block& out,
                         const ZOptions& options) {
  OFFEX_CHECK(first + out.rows == in.rows && in.width == out.width && options.window > 0);
}

/// Adds `step` to the count of every symbol that the row has.
void count_row(const double* row, std::size_t width, double step, double* count);

/// Brings the counts of one window to those of a later one: whole numbers, so nothing drifts.
void move_counts(const ConstBlock& in, Window from, Window to, double* count);

}  // namespace offex::kernels::detail
