#include "offex/market/publication.hpp"

#include <algorithm>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

namespace offex::market {
namespace {

// Beyond the calendar every weekday counts.
bool is_business_day(Day day) {
  if (calendar_range().contains(day)) return is_session(day);
  return day.weekday() <= Weekday::Friday;
}

Day business_day_on_or_before(Day day) {
  while (!is_business_day(day)) day = day.plus(-1);
  return day;
}

Day first_of_next_month(CivilDate date) {
  const bool december = date.month == 12;
  return Day::from_civil({.year = december ? date.year + 1 : date.year,
                          .month = december ? 1 : date.month + 1,
                          .day = 1});
}

}  // namespace

Day first_short_file(Facility facility) {
  switch (facility) {
    case Facility::Cnms:
      return Day::from_civil({.year = 2018, .month = 8, .day = 1});
    case Facility::Fnqc:
      return Day::from_civil({.year = 2018, .month = 9, .day = 10});
    case Facility::Fnsq:
    case Facility::Fnyx:
    case Facility::Fnra:
    case Facility::Forf:
      return Day::from_civil({.year = 2009, .month = 8, .day = 3});
    case Facility::Nqbx:
    case Facility::Npsx:
      break;
  }
  OFFEX_CHECK(!is_exchange(facility));
  return {};
}

std::vector<Day> short_interest_settlements(DayRange days) {
  constexpr unsigned kMiddle = 15;
  std::vector<Day> out;
  const auto add = [&](Day day) {
    const Day settlement = business_day_on_or_before(day);
    if (days.contains(settlement)) out.push_back(settlement);
  };
  const CivilDate start = days.first.civil();
  Day month = Day::from_civil({.year = start.year, .month = start.month, .day = 1});
  while (month <= days.last) {
    const CivilDate date = month.civil();
    const Day next = first_of_next_month(date);
    add(Day::from_civil({.year = date.year, .month = date.month, .day = kMiddle}));
    add(next.plus(-1));
    month = next;
  }
  return out;
}

Instant short_interest_publication(Day settlement) {
  Day day = settlement;
  for (int left = 7; left > 0;) {
    day = day.plus(1);
    left -= is_business_day(day) ? 1 : 0;
  }
  return daily_publication(day);
}

}  // namespace offex::market
