#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "offex/cli/arguments.hpp"
#include "offex/cli/invocation.hpp"
#include "offex/studies/scan_stream.hpp"

namespace offex::cli {

/// Returns the range of `--from` and `--to`, or without `--from` that of the last `count` sessions
/// with a short-sale file up to `--to`. No such file is NotFound.
[[nodiscard]] inline Result<market::DayRange> session_window(const Invocation& invocation,
                                                             const store::Reader& reader,
                                                             const std::string& from,
                                                             const std::string& to, int count) {
  OFFEX_ASSIGN(const std::vector<market::Day> days,
               studies::scan_days(reader, invocation.settings.as_of));
  if (days.empty()) {
    return fail(base::ErrorCode::NotFound, "the store has no short-sale file then");
  }
  OFFEX_ASSIGN(market::DayRange out,
               parse_range_arguments(from, to, market::DayRange{days.front(), days.back()}));
  if (from.empty()) {
    const auto shown = std::ranges::upper_bound(days, out.last) - days.begin();
    out.first = days[static_cast<std::size_t>(std::max<std::ptrdiff_t>(shown - count, 0))];
  }
  return out;
}

}  // namespace offex::cli
