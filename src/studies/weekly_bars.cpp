#include <algorithm>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

#include "studies/weekly_internal.hpp"

namespace offex::studies {

WeeklyBars::WeeklyBars(std::span<const market::Day> mondays, std::size_t symbols)
    : mondays_{mondays},
      symbols_{symbols},
      is_session_(mondays.size() * kDays, 0),
      sessions_(mondays.size() * kDays),
      cells_(mondays.size() * symbols) {
  const market::DayRange known = market::calendar_range();
  for (std::size_t week = 0; week < mondays.size(); ++week) {
    for (std::size_t weekday = 0; weekday < kDays; ++weekday) {
      const market::Day day = mondays[week].plus(static_cast<std::int32_t>(weekday));
      is_session_[week * kDays + weekday] = known.contains(day) && market::is_session(day) ? 1 : 0;
    }
  }
}

std::optional<WeeklyBars::Slot> WeeklyBars::slot_of(market::Day day) const {
  const auto after = std::ranges::upper_bound(mondays_, day);
  if (after == mondays_.begin()) {
    return std::nullopt;
  }
  const Slot slot{static_cast<std::size_t>(after - mondays_.begin()) - 1,
                  static_cast<std::size_t>(day - *(after - 1))};
  if (slot.weekday >= kDays || is_session_[slot.week * kDays + slot.weekday] == 0) {
    return std::nullopt;
  }
  return slot;
}

void WeeklyBars::add_day(market::Day day, bool whole_market, std::int64_t known_from) {
  if (const auto slot = slot_of(day)) {
    Session& session = sessions_[slot->week * kDays + slot->weekday];
    session.whole_market = session.whole_market || whole_market;
    session.known_from = std::max(session.known_from, known_from);
  }
}

void WeeklyBars::add(market::Day day, std::size_t symbol, std::optional<std::int64_t> volume) {
  OFFEX_CHECK(symbol < symbols_);
  if (const auto slot = slot_of(day)) {
    Cell& cell = cells_[slot->week * symbols_ + symbol];
    cell.days = static_cast<std::uint8_t>(cell.days | (1U << slot->weekday));
    cell.volume += volume.value_or(0);
    cell.incomplete = cell.incomplete || !volume;
  }
}

void WeeklyBars::finish(WeeklyInputs& out) const {
  for (std::size_t week = 0; week < mondays_.size(); ++week) {
    std::uint8_t needed = 0;  // days on which only a bar of its own tells what a symbol traded
    std::int64_t known_from = 0;
    for (std::size_t weekday = 0; weekday < kDays; ++weekday) {
      const std::size_t slot = week * kDays + weekday;
      if (is_session_[slot] != 0 && !sessions_[slot].whole_market) {
        needed = static_cast<std::uint8_t>(needed | (1U << weekday));
      }
      known_from = std::max(known_from, sessions_[slot].known_from);
    }
    for (std::size_t symbol = 0; symbol < symbols_; ++symbol) {
      const Cell& cell = cells_[week * symbols_ + symbol];
      if (cell.days == 0 || cell.incomplete || (needed & ~cell.days) != 0) {
        continue;
      }
      out.consolidated.at(week, symbol) = static_cast<double>(cell.volume);
      out.bars_known_from.at(week, symbol) = static_cast<double>(known_from);
    }
  }
}

}  // namespace offex::studies
