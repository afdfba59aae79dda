#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"

namespace offex::market {

enum class Weekday : std::uint8_t {
  Monday,
  Tuesday,
  Wednesday,
  Thursday,
  Friday,
  Saturday,
  Sunday
};

/// Year, month (1-12) and day of month (1-31) of the Gregorian calendar.
struct CivilDate {
  int year{1970};
  unsigned month{1};
  unsigned day{1};

  friend constexpr auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

/// A calendar day as days since 1970-01-01. Has no time zone of its own.
class Day {
 public:
  constexpr Day() = default;
  [[nodiscard]] static constexpr Day from_days(std::int32_t days) { return Day{days}; }
  /// \pre the date exists
  [[nodiscard]] static Day from_civil(CivilDate date);
  /// Reads `2026-02-23` or `20260223`; anything else, and a day that does not exist, is an error.
  [[nodiscard]] static Result<Day> parse(std::string_view text);

  [[nodiscard]] constexpr std::int32_t days() const { return days_; }
  [[nodiscard]] CivilDate civil() const;
  [[nodiscard]] Weekday weekday() const;
  /// Returns `2026-02-23`.
  [[nodiscard]] std::string iso() const;
  /// Returns `20260223`, the form in FINRA's file names.
  [[nodiscard]] std::string compact() const;

  [[nodiscard]] constexpr Day plus(std::int32_t days) const { return Day{days_ + days}; }
  friend constexpr auto operator<=>(Day, Day) = default;
  friend constexpr std::int32_t operator-(Day a, Day b) { return a.days_ - b.days_; }

 private:
  explicit constexpr Day(std::int32_t days) : days_{days} {}
  std::int32_t days_{0};
};

/// Both ends included.
struct DayRange {
  Day first;
  Day last;

  [[nodiscard]] constexpr bool contains(Day day) const { return first <= day && day <= last; }
  friend constexpr bool operator==(const DayRange&, const DayRange&) = default;
};

/// Returns the Monday on or before `day`: the key of FINRA's weekly data.
[[nodiscard]] Day week_start(Day day);

/// Returns the Friday on or after `day`; Saturday and Sunday map forward (the second seed's rule).
[[nodiscard]] Day week_end_friday(Day day);

}  // namespace offex::market
