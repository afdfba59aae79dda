#pragma once

#include <optional>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"

// Days as people write them, for every door that people come through.
namespace offex::market {

/// Reads `2026-02-23`, `last` (the newest day of `known`), or `-5d` (that many sessions before it).
/// Anything else is InvalidArgument; what is relative to no known day is NotFound.
[[nodiscard]] Result<Day> parse_day_text(std::string_view text, std::optional<DayRange> known);

/// Reads the ends of a range; an empty text means the end of `known`. A reversed range is
/// InvalidArgument, one that lies beyond `known` NotFound.
[[nodiscard]] Result<DayRange> parse_range_text(std::string_view from, std::string_view to,
                                                DayRange known);

/// The same, but without `from` the last `count` sessions up to `to`, none before `known`.
[[nodiscard]] Result<DayRange> parse_window_text(std::string_view from, std::string_view to,
                                                 int count, DayRange known);

}  // namespace offex::market
