#pragma once

#include <optional>
#include <string_view>

#include "offex/market/instant.hpp"

namespace offex::formats {

/// Returns what a clock in New York showed at `millis` milliseconds since 1970, or nothing when
/// that is no whole number in range.
[[nodiscard]] std::optional<market::NewYorkTime> read_new_york_time(std::string_view millis);

}  // namespace offex::formats
