#include "offex/market/instant.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <limits>
#include <optional>

#include <date/tz.h>
#include <fmt/format.h>

#include "offex/base/check.hpp"

namespace offex::market {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kMinInstant = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMaxInstant = std::numeric_limits<std::int64_t>::max();

struct FloorDivision {
  std::int64_t quotient;
  std::int64_t remainder;  // never negative
};

constexpr FloorDivision floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t remainder = (value % by + by) % by;
  return {(value / by) - (value % by < 0 ? 1 : 0), remainder};
}

// Nanoseconds of a second count; the nearest end of the range when they do not fit.
constexpr std::int64_t saturated_nanos(std::int64_t seconds) {
  std::int64_t nanos = 0;
  if (!__builtin_mul_overflow(seconds, kNanosPerSecond, &nanos)) return nanos;
  return seconds < 0 ? kMinInstant : kMaxInstant;
}

// Loading the time zone database takes milliseconds, so the first use pays and not the start.
const date::time_zone& new_york_zone() {
  static const date::time_zone* const zone = []() -> const date::time_zone* {
    try {
      return date::locate_zone("America/New_York");
    } catch (const std::exception& error) {
      std::fprintf(stderr, "offex: cannot read the time zone America/New_York: %s\n", error.what());
      return nullptr;
    }
  }();
  OFFEX_CHECK(zone != nullptr);
  return *zone;
}

// Seconds in [begin, end) share one offset from UTC.
struct OffsetSpan {
  std::int64_t begin{1};
  std::int64_t end{0};
  std::int64_t offset{0};
};

// The span that holds `seconds`. Each thread keeps its last one: rows come in order of time.
const OffsetSpan& span_at(std::int64_t seconds) {
  thread_local OffsetSpan cached;
  if (seconds < cached.begin || seconds >= cached.end) {
    const auto info = new_york_zone().get_info(date::sys_seconds{std::chrono::seconds{seconds}});
    cached = {info.begin.time_since_epoch().count(), info.end.time_since_epoch().count(),
              info.offset.count()};
  }
  return cached;
}

std::int64_t utc_of_new_york(std::int64_t local_seconds) {
  // Far from a change of the clocks the span around the guess gives the only answer.
  const OffsetSpan& guess = span_at(local_seconds);
  const std::int64_t utc = local_seconds - guess.offset;
  if (utc >= guess.begin + kSecondsPerDay && utc < guess.end - kSecondsPerDay) return utc;

  const auto info =
      new_york_zone().get_info(date::local_seconds{std::chrono::seconds{local_seconds}});
  if (info.result == date::local_info::nonexistent) {
    return info.first.end.time_since_epoch().count();
  }
  return local_seconds - info.first.offset.count();
}

// Reads exactly two digits at `at` that are at most `max`.
std::optional<std::int64_t> two_digits(std::string_view text, std::size_t at, int max) {
  if (text.size() < at + 2) return std::nullopt;
  const int tens = text[at] - '0';
  const int ones = text[at + 1] - '0';
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return std::nullopt;
  const int value = tens * 10 + ones;
  if (value > max) return std::nullopt;
  return value;
}

// Reads `HH:MM:SS` as seconds of the day.
std::optional<std::int64_t> read_clock(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = two_digits(text, 0, 23);
  const auto minute = two_digits(text, 3, 59);
  const auto second = two_digits(text, 6, 59);
  if (!hour || !minute || !second) return std::nullopt;
  return *hour * 3'600 + *minute * 60 + *second;
}

// Takes `.123` (one to nine digits) off the front of `rest` as nanoseconds; 0 when there is none.
std::optional<std::int64_t> take_fraction(std::string_view& rest) {
  if (rest.empty() || rest.front() != '.') return 0;
  std::int64_t nanos = 0;
  std::int64_t unit = kNanosPerSecond;
  std::size_t at = 1;
  for (; at < rest.size() && rest[at] >= '0' && rest[at] <= '9'; ++at) {
    if (unit == 1) return std::nullopt;
    unit /= 10;
    nanos += (rest[at] - '0') * unit;
  }
  if (at == 1) return std::nullopt;
  rest.remove_prefix(at);
  return nanos;
}

// Reads `Z`, `+HH:MM` or `-HH:MM` as seconds east of UTC.
std::optional<std::int64_t> read_offset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
    return std::nullopt;
  }
  const auto hour = two_digits(text, 1, 23);
  const auto minute = two_digits(text, 4, 59);
  if (!hour || !minute) return std::nullopt;
  const std::int64_t seconds = *hour * 3'600 + *minute * 60;
  return text[0] == '-' ? -seconds : seconds;
}

}  // namespace

Result<Instant> Instant::parse(std::string_view text) {
  const auto refuse = [text](std::string_view reason) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("`{}` {}", base::printable_excerpt(text), reason));
  };
  static constexpr std::string_view kShape =
      "is not a time with zone: write 2026-02-23T18:00:00Z or 2026-02-23T13:00:00-05:00";
  if (text.size() < 20 || text[4] != '-' || text[10] != 'T') return refuse(kShape);
  OFFEX_ASSIGN(const Day day, Day::parse(text.substr(0, 10)));
  const auto clock = read_clock(text.substr(11, 8));
  std::string_view rest = text.substr(19);
  const auto fraction = take_fraction(rest);
  const auto offset = read_offset(rest);
  if (!clock || !fraction || !offset) return refuse(kShape);

  const std::int64_t seconds = day.days() * kSecondsPerDay + *clock - *offset;
  // Before 1970 the fraction counts down from the next second, so that the first instant fits.
  const bool borrow = seconds < 0 && *fraction > 0;
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(seconds + (borrow ? 1 : 0), kNanosPerSecond, &nanos) ||
      __builtin_add_overflow(nanos, *fraction - (borrow ? kNanosPerSecond : 0), &nanos)) {
    return refuse("is outside the years 1678 to 2261");
  }
  return from_nanos(nanos);
}

std::string Instant::iso() const {
  const auto [seconds, fraction] = floor_divide(nanos_, kNanosPerSecond);
  const auto [days, clock] = floor_divide(seconds, kSecondsPerDay);
  std::string out =
      fmt::format("{}T{:02}:{:02}:{:02}", Day::from_days(static_cast<std::int32_t>(days)).iso(),
                  clock / 3'600, clock / 60 % 60, clock % 60);
  if (fraction != 0) {
    out += fmt::format(".{:09}", fraction);
    while (out.back() == '0') out.pop_back();
  }
  return out + "Z";
}

NewYorkTime to_new_york(Instant instant) {
  const auto [seconds, fraction] = floor_divide(instant.nanos(), kNanosPerSecond);
  const auto [days, clock] = floor_divide(seconds + span_at(seconds).offset, kSecondsPerDay);
  return {Day::from_days(static_cast<std::int32_t>(days)), clock * kNanosPerSecond + fraction};
}

Instant from_new_york(Day day, int hour, int minute, int second) {
  const std::int64_t local =
      day.days() * kSecondsPerDay + std::int64_t{hour} * 3'600 + std::int64_t{minute} * 60 + second;
  return Instant::from_nanos(saturated_nanos(utc_of_new_york(local)));
}

Instant end_of_day_new_york(Day day) {
  const std::int64_t next_midnight = (std::int64_t{day.days()} + 1) * kSecondsPerDay;
  const std::int64_t nanos = saturated_nanos(utc_of_new_york(next_midnight));
  const bool at_an_end = nanos == kMinInstant || nanos == kMaxInstant;
  return Instant::from_nanos(at_an_end ? nanos : nanos - 1);
}

Result<Instant> parse_as_of(std::string_view text) {
  if (const auto day = Day::parse(text)) return end_of_day_new_york(*day);
  auto instant = Instant::parse(text);
  if (instant || text.size() > 10) return instant;
  // Too short for a time, so the complaint about the date is the useful one.
  return std::unexpected{Day::parse(text).error()};
}

}  // namespace offex::market
