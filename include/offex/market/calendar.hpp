#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"

namespace offex::market {

/// First and last day that the session calendar knows.
[[nodiscard]] DayRange calendar_range();

/// Returns whether the New York Stock Exchange trades on `day` (2009-2030, one-off closures
/// included). \pre calendar_range().contains(day)
[[nodiscard]] bool is_session(Day day);

/// Returns whether the session of `day` ends at 13:00 New York time.
[[nodiscard]] bool is_early_close(Day day);

/// Regular hours of a session, half-open.
struct SessionHours {
  Instant open;
  Instant close;
};

/// Returns 09:30 to 16:00 (or 13:00) New York time, or nothing when `day` is no session or is
/// outside the calendar.
[[nodiscard]] std::optional<SessionHours> session_hours(Day day);

/// Returns all sessions of a range in order. Days outside the calendar are an error.
[[nodiscard]] Result<std::vector<Day>> sessions(DayRange range);

/// Returns the `count`-th session before `day` (count 1: the newest one earlier than `day`).
[[nodiscard]] Result<Day> session_before(Day day, int count = 1);
/// Returns the `count`-th session after `day`.
[[nodiscard]] Result<Day> session_after(Day day, int count = 1);

/// Returns the newest session whose daily files should be out at `now` (18:00 New York time, also
/// after an early close). Beyond the ends of the calendar it is the calendar's first or last one.
[[nodiscard]] Day last_published_session(Instant now);

/// Returns the number of sessions in the Monday-to-Friday week that starts on `monday`; days
/// outside the calendar count as none.
[[nodiscard]] int sessions_in_week(Day monday);

/// Returns the moment the file of `day` becomes public by FINRA's rule: 18:00 New York time.
[[nodiscard]] Instant daily_publication(Day day);

/// Returns the moment from which weekly data that FINRA published on `published` count as known:
/// 16:00 New York time of that day, because FINRA tells the day and not the hour.
[[nodiscard]] Instant weekly_release(Day published);

/// Returns the moment a week becomes public by FINRA's rule: the release of Monday + 21 days for
/// tier `T1`, + 35 days otherwise.
[[nodiscard]] Instant weekly_publication(Day week_start, std::string_view tier);

/// A day on which the meaning of published numbers changed.
struct StructuralBreak {
  Day day;                  ///< first day of the new regime
  std::string_view name;    ///< "fractional-shares"
  std::string_view effect;  ///< one sentence
};

/// Returns the known breaks in order of day.
[[nodiscard]] const std::vector<StructuralBreak>& structural_breaks();

}  // namespace offex::market
