#include "offex/market/day_text.hpp"

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
  return market::parse_window_text(from, to, days, known);
}

}  // namespace offex::cli
