#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace offex::base {

/// Why a text is not an exact decimal of the wanted scale.
enum class DecimalFault : std::uint8_t {
  Empty,
  NotANumber,
  TooPrecise,  ///< non-zero digits beyond the scale
  Overflow,    ///< does not fit in 64 bits
};

/// Returns a sentence part, for example "not a number".
[[nodiscard]] std::string_view describe(DecimalFault fault);

/// Returns `text` times 10^`scale` as an exact integer.
///
/// Accepts an optional sign, digits with an optional point, and an optional exponent ("1.5e3").
/// Spaces, thousands separators, "inf" and "nan" are not numbers. Digits beyond the scale must be
/// zeros: nothing is ever rounded.
[[nodiscard]] std::expected<std::int64_t, DecimalFault> parse_decimal(std::string_view text,
                                                                      int scale);

/// Returns the shortest decimal text of `value` / 10^`scale`, for example "12.5" or "-3".
[[nodiscard]] std::string format_decimal(std::int64_t value, int scale);

}  // namespace offex::base
