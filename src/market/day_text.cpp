#include "offex/market/day_text.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

namespace offex::market {
namespace {

// `-5d` -> 5
std::optional<int> sessions_back(std::string_view text) {
  if (!text.starts_with('-') || !text.ends_with('d')) return std::nullopt;
  int count = 0;
  const char* end = text.data() + text.size() - 1;
  const auto [last, code] = std::from_chars(text.data() + 1, end, count);
  if (code != std::errc{} || last != end || count < 0 || text.size() < 3) return std::nullopt;
  return count;
}

}  // namespace

Result<Day> parse_day_text(std::string_view text, std::optional<DayRange> known) {
  const auto back = sessions_back(text);
  if (text == "last" || back) {
    if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data yet");
    if (!back || *back == 0) return known->last;
    return session_before(known->last, *back);
  }
  auto day = Day::parse(text);
  if (!day) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("`{}` is no date: write 2026-02-23, last, or -5d", text));
  }
  return day;
}

Result<DayRange> parse_range_text(std::string_view from, std::string_view to, DayRange known) {
  DayRange out = known;
  if (!from.empty()) {
    OFFEX_ASSIGN(out.first, parse_day_text(from, known));
  }
  if (!to.empty()) {
    OFFEX_ASSIGN(out.last, parse_day_text(to, known));
  }
  if ((to.empty() && out.first > known.last) || (from.empty() && out.last < known.first)) {
    return fail(base::ErrorCode::NotFound, fmt::format("the store has data from {} to {} only",
                                                       known.first.iso(), known.last.iso()));
  }
  if (out.first > out.last) {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("the range is reversed: {} is after {}", out.first.iso(), out.last.iso()));
  }
  return out;
}

Result<DayRange> parse_window_text(std::string_view from, std::string_view to, int count,
                                   DayRange known) {
  OFFEX_ASSIGN(DayRange out, parse_range_text(from, to, known));
  if (!from.empty()) return out;
  if (count == 1) {
    out.first = out.last;
  } else if (const auto first = session_before(out.last, count - 1)) {
    out.first = std::max(out.first, *first);
  }
  return out;
}

}  // namespace offex::market
