#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"

namespace offex::market {

/// A point in time as nanoseconds since 1970-01-01T00:00:00Z.
class Instant {
 public:
  constexpr Instant() = default;
  [[nodiscard]] static constexpr Instant from_nanos(std::int64_t nanos) { return Instant{nanos}; }
  /// Reads `2026-02-23T18:00:00Z`, with optional fraction and with an offset such as `-05:00`.
  [[nodiscard]] static Result<Instant> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t nanos() const { return nanos_; }
  /// Returns `2026-02-23T18:00:00Z`; a fraction only when there is one.
  [[nodiscard]] std::string iso() const;
  friend constexpr auto operator<=>(Instant, Instant) = default;

 private:
  explicit constexpr Instant(std::int64_t nanos) : nanos_{nanos} {}
  std::int64_t nanos_{0};
};

/// A wall-clock reading in New York.
struct NewYorkTime {
  Day day;
  std::int64_t nanos_of_day{0};  ///< since local midnight as the wall clock shows it

  friend constexpr auto operator<=>(const NewYorkTime&, const NewYorkTime&) = default;
};

/// Returns what a clock in New York shows. Safe to call from many threads; cheap per row. Right
/// until 2037, the end of the transitions in the time zone database.
[[nodiscard]] NewYorkTime to_new_york(Instant instant);

/// Returns the instant of a New York wall-clock time. A time that the clocks skip in March maps
/// to the moment of the change, one that happens twice in November to the first. Beyond what an
/// Instant can hold the nearest end is returned. `hour` 24 is the next midnight.
[[nodiscard]] Instant from_new_york(Day day, int hour, int minute = 0, int second = 0);

/// Returns the last nanosecond of `day` in New York: the meaning of `--asof` with a date only.
[[nodiscard]] Instant end_of_day_new_york(Day day);

/// Reads a date (end of that day in New York) or an instant with zone.
[[nodiscard]] Result<Instant> parse_as_of(std::string_view text);

}  // namespace offex::market
