#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace offex::views {

/// How days and weekly figures meet.
enum class WeekTime : std::uint8_t {
  Event,  ///< a day has the figure of the week that it lies in
  Known,  ///< a day has the figure that became public at most five sessions before
};
[[nodiscard]] std::string_view to_string(WeekTime time);  ///< "event"
[[nodiscard]] std::optional<WeekTime> parse_week_time(std::string_view text);

/// Sessions from its publication on for which a weekly figure is shown under WeekTime::Known.
inline constexpr int kKnownSessions = 5;

}  // namespace offex::views
