#pragma once

#include <cstddef>
#include <cstdint>

#include "offex/kernels/block.hpp"

namespace offex::kernels {

/// Which rows a value is compared with.
enum class Baseline : std::uint8_t {
  Lagged,    ///< the `window` rows before it: the judged day is no part of its baseline
  Trailing,  ///< the last `window` rows with the value's own
};

struct ZOptions {
  std::size_t window{20};     ///< rows, missing values included
  std::size_t min_count{15};  ///< fewer values present in the window: output is NaN
  Baseline baseline{Baseline::Lagged};
};

/// Fills `out` with (value - mean) / population standard deviation of each value's window.
///
/// Row i of `out` belongs to row `first` + i of `in`; the rows before `first` are warm-up. A window
/// that would begin before row 0 is cut there, so with at least `window` warm-up rows a block
/// equals the same rows of a longer one bit for bit. NaN inputs are missing. Output is NaN where
/// the value is missing, too few values are present, or all present values are equal.
/// Mean and squares are summed in two passes, oldest row first. O(rows x width x window), no state
/// between calls, safe to call from many threads on disjoint outputs.
/// \pre first + out.rows == in.rows, equal widths, window > 0, `in` and `out` do not overlap
void z_score(const ConstBlock& in, std::size_t first, const Block& out, const ZOptions& options);

}  // namespace offex::kernels
