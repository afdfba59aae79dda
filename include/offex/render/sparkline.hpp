#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace offex::render {

/// The ends of a sparkline's scale; values beyond them are shown as the end.
struct SparkRange {
  double low;
  double high;
};

/// Returns one block from ▁ to █ a value, in UTF-8, over `range` or from the least to the greatest
/// value. A missing value (NaN) is a gap, a series without a range (all equal) stays in the middle.
[[nodiscard]] std::string sparkline(std::span<const double> values,
                                    std::optional<SparkRange> range = {});

/// Returns `text` with the blocks of sparklines as ASCII, from `_` to `#`; the rest is as it was.
[[nodiscard]] std::string ascii_sparklines(std::string_view text);

}  // namespace offex::render
