#include <array>
#include <cstdint>

#include "market/session_rules_internal.hpp"

namespace offex::market {
namespace {

// National mourning and storms.
constexpr std::array kOneOffClosures{
    CivilDate{2012, 10, 29}, CivilDate{2012, 10, 30},  // hurricane Sandy
    CivilDate{2018, 12, 5},                            // President Bush
    CivilDate{2025, 1, 9},                             // President Carter
};

// A holiday that is always the same weekday: the n-th of its month, or the last one (0).
struct FloatingHoliday {
  unsigned month;
  Weekday weekday;
  int nth;
};

constexpr std::array kFloatingHolidays{
    FloatingHoliday{1, Weekday::Monday, 3},     // Martin Luther King Jr. Day
    FloatingHoliday{2, Weekday::Monday, 3},     // Washington's Birthday
    FloatingHoliday{5, Weekday::Monday, 0},     // Memorial Day
    FloatingHoliday{9, Weekday::Monday, 1},     // Labor Day
    FloatingHoliday{11, Weekday::Thursday, 4},  // Thanksgiving Day
};

// A holiday on one date, moved to Friday or Monday from a weekend.
struct FixedHoliday {
  unsigned month;
  unsigned day;
  int first_year;
  bool saturday_moves;  // to Friday; otherwise a Saturday is simply lost
};

constexpr std::array kFixedHolidays{
    FixedHoliday{1, 1, 0, false},     // New Year's Day
    FixedHoliday{6, 19, 2022, true},  // Juneteenth
    FixedHoliday{7, 4, 0, true},      // Independence Day
    FixedHoliday{12, 25, 0, true},    // Christmas Day
};

Day floating_day(int year, const FloatingHoliday& holiday) {
  const bool last = holiday.nth == 0;
  // The last Monday of a month is the first one of the next month less a week.
  const Day first = Day::from_civil({year, last ? holiday.month + 1 : holiday.month, 1});
  const int ahead = (static_cast<int>(holiday.weekday) - static_cast<int>(first.weekday()) + 7) % 7;
  return first.plus(ahead + 7 * (holiday.nth - 1));
}

// The observed day; for a lost Saturday the Saturday itself, which is closed anyway.
Day observed_day(int year, const FixedHoliday& holiday) {
  const Day day = Day::from_civil({year, holiday.month, holiday.day});
  if (day.weekday() == Weekday::Sunday) return day.plus(1);
  if (day.weekday() == Weekday::Saturday && holiday.saturday_moves) return day.plus(-1);
  return day;
}

// Gregorian Easter by the anonymous algorithm of 1876 (Meeus/Jones/Butcher).
Day easter_sunday(int year) {
  const int golden = year % 19;
  const int century = year / 100;
  const int rest = year % 100;
  const int moon_shift = (century - (century + 8) / 25 + 1) / 3;
  const int epact = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
  const int to_sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
  const int correction = (golden + 11 * epact + 22 * to_sunday) / 451;
  const int march_based = epact + to_sunday - 7 * correction + 114;
  return Day::from_civil(
      {year, static_cast<unsigned>(march_based / 31), static_cast<unsigned>(march_based % 31 + 1)});
}

std::vector<Day> closed_days(int year) {
  std::vector<Day> out{easter_sunday(year).plus(-2)};
  for (const FloatingHoliday& holiday : kFloatingHolidays) {
    out.push_back(floating_day(year, holiday));
  }
  for (const FixedHoliday& holiday : kFixedHolidays) {
    if (year >= holiday.first_year) out.push_back(observed_day(year, holiday));
  }
  for (const CivilDate& date : kOneOffClosures) {
    if (date.year == year) out.push_back(Day::from_civil(date));
  }
  return out;
}

// The day before Independence Day and Christmas Eve end early unless a weekend or the observed
// holiday is too near.
std::vector<Day> early_days(int year) {
  const Day thanksgiving = floating_day(year, kFloatingHolidays.back());
  std::vector<Day> out{thanksgiving.plus(1)};
  const Day third_of_july = Day::from_civil({year, 7, 3});
  if (third_of_july.weekday() <= Weekday::Thursday) out.push_back(third_of_july);
  const Day christmas_eve = Day::from_civil({year, 12, 24});
  if (christmas_eve.weekday() <= Weekday::Thursday) out.push_back(christmas_eve);
  return out;
}

}  // namespace

YearRules session_rules(int year) { return {closed_days(year), early_days(year)}; }

}  // namespace offex::market
