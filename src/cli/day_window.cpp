#include <algorithm>

#include "offex/cli/arguments.hpp"
#include "offex/market/calendar.hpp"

#include "cli/day_window_internal.hpp"

namespace offex::cli {

void add_range_flags(CLI::App& command, std::string& from, std::string& to) {
  command.add_option("--from", from, "First day: 2026-02-23, last, -20d");
  command.add_option("--to", to, "Last day, included");
}

void add_window_flags(CLI::App& command, int& days, std::string& from, std::string& to) {
  command.add_option("--days", days, "Sessions to show")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  add_range_flags(command, from, to);
}

Result<market::DayRange> day_window(const std::string& from, const std::string& to, int days,
                                    const market::DayRange& known) {
  OFFEX_ASSIGN(market::DayRange out, parse_range_arguments(from, to, known));
  if (!from.empty()) return out;
  if (days == 1) {
    out.first = out.last;
  } else if (const auto first = market::session_before(out.last, days - 1)) {
    out.first = std::max(out.first, *first);
  }
  return out;
}

}  // namespace offex::cli
