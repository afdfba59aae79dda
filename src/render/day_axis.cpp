#include "offex/render/day_axis.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace offex::render {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr double kInchesPerLabel = 0.62;

enum class Period : std::uint8_t { Day, Week, Month, Quarter, Year };

int number_of(market::Day day, Period period) {
  const market::CivilDate date = day.civil();
  const int month = 12 * date.year + static_cast<int>(date.month) - 1;
  switch (period) {
    case Period::Day:
      return day.days();
    case Period::Week:
      return market::week_start(day).days();
    case Period::Month:
      return month;
    case Period::Quarter:
      return month / 3;
    case Period::Year:
      return date.year;
  }
  return 0;
}

std::string label_of(market::Day day, Period period, bool first) {
  const market::CivilDate date = day.civil();
  const std::string_view name = kMonths[date.month - 1];
  if (period == Period::Year) return fmt::format("{}", date.year);
  if (period <= Period::Week) return fmt::format("{} {}", date.day, name);
  // The year is said where it begins.
  if (first || date.month <= (period == Period::Month ? 1U : 3U)) {
    return fmt::format("{} {}", name, date.year);
  }
  return std::string{name};
}

std::vector<std::size_t> starts_of(std::span<const market::Day> days, Period period) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < days.size(); ++i) {
    // What begins before the first day shown has no tick, but for single days.
    const bool starts = i == 0 ? period == Period::Day
                               : number_of(days[i], period) != number_of(days[i - 1], period);
    if (starts) out.push_back(i);
  }
  return out;
}

/// Keeps every second, fifth, tenth, ... year: the smallest number that leaves no more than `room`.
void thin_years(std::span<const market::Day> days, double room, std::vector<std::size_t>& starts) {
  for (const int every : {2, 5, 10, 20, 50, 100}) {
    if (static_cast<double>(starts.size()) <= room) return;
    std::erase_if(starts, [&](std::size_t at) { return days[at].civil().year % every != 0; });
  }
}

}  // namespace

Axis day_axis(std::span<const market::Day> days, double inches) {
  Axis out;
  out.low = -0.7;
  out.high = static_cast<double>(days.size()) - 0.3;
  const double room = std::max(inches / kInchesPerLabel, 2.0);
  std::vector<std::size_t> starts;
  Period period = Period::Day;
  for (const Period next :
       {Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Year}) {
    period = next;
    starts = starts_of(days, period);
    if (static_cast<double>(starts.size()) <= room) break;
  }
  if (period == Period::Year) thin_years(days, room, starts);
  for (const std::size_t at : starts) {
    out.ticks.push_back({static_cast<double>(at), label_of(days[at], period, out.ticks.empty())});
  }
  if (out.ticks.empty() && !days.empty()) {
    out.ticks.push_back({0.0, label_of(days.front(), Period::Day, true)});
  }
  return out;
}

}  // namespace offex::render
