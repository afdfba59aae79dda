#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
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

// Sorted windows: row k has the k-th smallest value of each of kSortedWidth lanes, kSortedWidth
// cells apart, and infinities after the last value.

inline constexpr std::size_t kSortedWidth = 64;  // windows of 20 rows stay in the first cache
inline constexpr std::size_t kSortedUnroll = 4;  // rows for one load of what moves through them

using SortedLanes = std::array<double, kSortedWidth>;

/// Takes a row over as the sorted windows have it: missing values at the end. -0 becomes 0: which
/// of two equal values is found must not show.
void load_row(const double* row, std::size_t width, double* out);

/// One step of kSortedUnroll rows. With `gone` taken out, row k is the old row k below it and row
/// k + 1 from it on; with `come` put in, it is `come` held between the two rows around it.
/// \param before the row before the first one, `gone` taken out; the last one afterwards
void replace_rows(const double* gone, const double* come, std::size_t width, double* rows,
                  double* before);

void mean_of_two(const double* a, const double* b, std::size_t width, double* out);

/// Of the runs of `low` + 1 and of `high` + 1 sorted values that begin in the first row and in the
/// one after it: keeps the smallest reach from the median.
void shorten_reach(const double* rows, std::size_t low, std::size_t high, const double* median,
                   std::size_t width, double* low_reach, double* high_reach);

// The same where lanes have different counts. `low`: the cell of the lower of the two middles;
// `apart`: 1 where the upper one is the next row, 0 where it is the same.

void medians_apart(const double* sorted, const std::int64_t* low, const double* apart,
                   std::size_t width, double* median);

/// \param edge end of the run that begins in the first row; of the next first row afterwards
void shorten_reach_apart(const double* rows, const std::int64_t* low, const double* apart,
                         const double* median, std::size_t width, double* edge, double* low_reach,
                         double* high_reach);

}  // namespace offex::kernels::detail
