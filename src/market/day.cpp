#include "offex/market/day.hpp"

#include <limits>
#include <optional>

#include <fmt/format.h>

#include "offex/base/check.hpp"

namespace offex::market {
namespace {

constexpr std::int64_t kDaysPerEra = 146'097;  // 400 Gregorian years
constexpr std::int64_t kEpochShift = 719'468;  // 0000-03-01 to 1970-01-01

constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr unsigned days_in_month(int year, unsigned month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

constexpr bool exists(const CivilDate& date) {
  return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= days_in_month(date.year, date.month);
}

// Howard Hinnant's days_from_civil: years start in March, so that the leap day comes last.
constexpr std::int64_t days_from_civil(const CivilDate& date) {
  const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = (std::int64_t{date.month} + 9) % 12;
  const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpochShift;
}

constexpr CivilDate civil_from_days(std::int32_t days) {
  const std::int64_t shifted = std::int64_t{days} + kEpochShift;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - (kDaysPerEra - 1)) / kDaysPerEra;
  const std::int64_t day_of_era = shifted - era * kDaysPerEra;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month + 2) / 5 + 1;
  const std::int64_t civil_month = month < 10 ? month + 3 : month - 9;
  const std::int64_t year = year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0);
  return {static_cast<int>(year), static_cast<unsigned>(civil_month), static_cast<unsigned>(day)};
}

static_assert(days_from_civil({1970, 1, 1}) == 0 && days_from_civil({2000, 3, 1}) == 11'017);
static_assert(civil_from_days(-1) == CivilDate{1969, 12, 31});

std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

// Splits both accepted spellings; nothing when the text has neither shape.
std::optional<CivilDate> read_date(std::string_view text) {
  const bool hyphenated = text.size() == 10 && text[4] == '-' && text[7] == '-';
  if (!hyphenated && text.size() != 8) return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(hyphenated ? 5 : 4, 2));
  const auto day = digits(text.substr(hyphenated ? 8 : 6, 2));
  if (!year || !month || !day) return std::nullopt;
  return CivilDate{static_cast<int>(*year), *month, *day};
}

}  // namespace

Day Day::from_civil(CivilDate date) {
  OFFEX_CHECK(exists(date));
  const std::int64_t days = days_from_civil(date);
  OFFEX_CHECK(days >= std::numeric_limits<std::int32_t>::min() &&
              days <= std::numeric_limits<std::int32_t>::max());
  return Day{static_cast<std::int32_t>(days)};
}

Result<Day> Day::parse(std::string_view text) {
  const auto date = read_date(text);
  if (!date) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("`{}` is not a date: write 2026-02-23 or 20260223",
                            base::printable_excerpt(text)));
  }
  if (!exists(*date) || date->year == 0) {
    return fail(base::ErrorCode::InvalidArgument, fmt::format("there is no day {:04}-{:02}-{:02}",
                                                              date->year, date->month, date->day));
  }
  return from_civil(*date);
}

CivilDate Day::civil() const { return civil_from_days(days_); }

Weekday Day::weekday() const {
  // 1970-01-01 was a Thursday, three days after a Monday.
  const std::int64_t since_monday = ((std::int64_t{days_} + 3) % 7 + 7) % 7;
  return static_cast<Weekday>(since_monday);
}

std::string Day::iso() const {
  const CivilDate date = civil();
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string Day::compact() const {
  const CivilDate date = civil();
  return fmt::format("{:04}{:02}{:02}", date.year, date.month, date.day);
}

Day week_start(Day day) { return day.plus(-static_cast<std::int32_t>(day.weekday())); }

Day week_end_friday(Day day) {
  const auto ahead =
      static_cast<std::int32_t>(Weekday::Friday) - static_cast<std::int32_t>(day.weekday());
  return day.plus(ahead >= 0 ? ahead : ahead + 7);
}

}  // namespace offex::market
