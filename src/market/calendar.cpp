#include "offex/market/calendar.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "market/session_rules_internal.hpp"

namespace offex::market {
namespace {

constexpr int kPublicationHour = 18;
constexpr int kWeeklyReleaseHour = 16;
constexpr int kOpenHour = 9;
constexpr int kOpenMinute = 30;
constexpr int kCloseHour = 16;
constexpr int kEarlyCloseHour = 13;

// All sessions in order, and for each day how many come before it: every question is one look-up.
struct SessionTable {
  DayRange range;
  std::vector<Day> sessions;
  std::vector<std::uint16_t> before;  // one more entry than days
  std::vector<bool> early;            // by day

  [[nodiscard]] std::size_t index(Day day) const {
    OFFEX_CHECK(range.contains(day));
    return static_cast<std::size_t>(day - range.first);
  }
  [[nodiscard]] bool is_session(Day day) const {
    const std::size_t at = index(day);
    return before[at] != before[at + 1];
  }
};

SessionTable build_table() {
  SessionTable table;
  table.range = {Day::from_civil({kFirstCalendarYear, 1, 1}),
                 Day::from_civil({kLastCalendarYear, 12, 31})};
  for (int year = kFirstCalendarYear; year <= kLastCalendarYear; ++year) {
    const YearRules rules = session_rules(year);
    const Day last = Day::from_civil({year, 12, 31});
    for (Day day = Day::from_civil({year, 1, 1}); day <= last; day = day.plus(1)) {
      table.before.push_back(static_cast<std::uint16_t>(table.sessions.size()));
      const bool open = day.weekday() <= Weekday::Friday &&
                        std::ranges::find(rules.closed, day) == rules.closed.end();
      if (open) table.sessions.push_back(day);
      table.early.push_back(open && std::ranges::find(rules.early, day) != rules.early.end());
    }
  }
  table.before.push_back(static_cast<std::uint16_t>(table.sessions.size()));
  return table;
}

const SessionTable& table() {
  static const SessionTable built = build_table();
  return built;
}

std::unexpected<base::Error> outside(Day day) {
  return fail(base::ErrorCode::InvalidArgument,
              fmt::format("{} is outside the session calendar, {} to {}", day.iso(),
                          table().range.first.iso(), table().range.last.iso()));
}

// The session `steps` places away from the first one on or after `day`.
Result<Day> session_at(Day day, std::int64_t steps) {
  const SessionTable& known = table();
  const std::int64_t at = std::int64_t{known.before[known.index(day)]} + steps;
  if (at < 0 || at >= static_cast<std::int64_t>(known.sessions.size())) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("the session calendar, {} to {}, has too few sessions beside {}",
                            known.range.first.iso(), known.range.last.iso(), day.iso()));
  }
  return known.sessions[static_cast<std::size_t>(at)];
}

std::unexpected<base::Error> bad_count(int count) {
  return fail(base::ErrorCode::InvalidArgument,
              fmt::format("a count of sessions starts at 1, not {}", count));
}

}  // namespace

DayRange calendar_range() { return table().range; }

bool is_session(Day day) { return table().is_session(day); }

bool is_early_close(Day day) { return table().early[table().index(day)]; }

std::optional<SessionHours> session_hours(Day day) {
  if (!table().range.contains(day) || !is_session(day)) return std::nullopt;
  return SessionHours{from_new_york(day, kOpenHour, kOpenMinute),
                      from_new_york(day, is_early_close(day) ? kEarlyCloseHour : kCloseHour)};
}

Result<std::vector<Day>> sessions(DayRange range) {
  const SessionTable& known = table();
  if (!known.range.contains(range.first)) return outside(range.first);
  if (!known.range.contains(range.last)) return outside(range.last);
  if (range.last < range.first) return std::vector<Day>{};
  const auto begin = known.sessions.begin() + known.before[known.index(range.first)];
  const auto end = known.sessions.begin() + known.before[known.index(range.last) + 1];
  return std::vector<Day>(begin, end);
}

Result<Day> session_before(Day day, int count) {
  if (count < 1) return bad_count(count);
  if (!table().range.contains(day)) return outside(day);
  return session_at(day, -std::int64_t{count});
}

Result<Day> session_after(Day day, int count) {
  if (count < 1) return bad_count(count);
  if (!table().range.contains(day)) return outside(day);
  return session_at(day, std::int64_t{count} - (is_session(day) ? 0 : 1));
}

Day last_published_session(Instant now) {
  const SessionTable& known = table();
  const NewYorkTime clock = to_new_york(now);
  const bool published = now >= daily_publication(clock.day);
  const Day newest = published ? clock.day : clock.day.plus(-1);
  if (newest <= known.sessions.front()) return known.sessions.front();
  if (newest >= known.range.last) return known.sessions.back();
  return known.sessions[std::size_t{known.before[known.index(newest) + 1]} - 1];
}

int sessions_in_week(Day monday) {
  const SessionTable& known = table();
  int count = 0;
  for (std::int32_t ahead = 0; ahead < 5; ++ahead) {
    const Day day = monday.plus(ahead);
    if (known.range.contains(day) && known.is_session(day)) ++count;
  }
  return count;
}

Instant daily_publication(Day day) { return from_new_york(day, kPublicationHour); }

Instant weekly_release(Day published) { return from_new_york(published, kWeeklyReleaseHour); }

Instant weekly_publication(Day week_start, std::string_view tier) {
  return weekly_release(week_start.plus(tier == "T1" ? 21 : 35));
}

const std::vector<StructuralBreak>& structural_breaks() {
  static const std::vector<StructuralBreak> breaks{
      {Day::from_civil({2018, 8, 1}), "consolidated-file",
       "FINRA's consolidated file starts; earlier days are the sum of the facility files."},
      {Day::from_civil({2018, 9, 10}), "chicago-trf",
       "The FINRA/Nasdaq TRF Chicago starts, so the split between facilities shifts."},
      {Day::from_civil({2019, 11, 11}), "weekly-de-minimis",
       "The weekly data no longer hide small firms in one bucket, so counts by firm rise."},
      {Day::from_civil({2026, 2, 23}), "fractional-shares",
       "Volumes carry six decimals; trades below one share are no longer rounded up to one."},
  };
  return breaks;
}

}  // namespace offex::market
