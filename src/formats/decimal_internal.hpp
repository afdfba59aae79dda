#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "offex/base/decimal.hpp"

namespace offex::formats {

/// Returns what base::parse_decimal returns, sooner for the plain texts that files hold: up to 18
/// digits with at most `scale` of them behind the point.
[[nodiscard]] std::expected<std::int64_t, base::DecimalFault> read_decimal(std::string_view text,
                                                                           int scale);

/// Returns whether `text` consists of digits with at most one point, as published files write
/// numbers: no sign, no exponent.
[[nodiscard]] bool is_plain_decimal(std::string_view text);

/// Returns why `text` is not a plain, non-negative decimal that fits, for a person.
[[nodiscard]] std::string_view number_reason(std::string_view text, base::DecimalFault fault);

}  // namespace offex::formats
