#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include "studies/phase_a_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

constexpr double kNan = Panel::kMissing;
constexpr std::int32_t kLastDayOfWeek = 6;  // Sunday, counted from Monday
constexpr std::int32_t kFriday = 4;

/// A week that rows of one symbol carry, with the sums over those rows and over the week itself.
struct CarriedWeek {
  std::size_t begin;  // rows [begin, end) carry it
  std::size_t end;
  PhaseAInputs::Week week;
  double buy_ratio{kNan};
  double total_volume{kNan};
  double rate{kNan};
};

/// Rule 18: the symbol's own latest week, carried on, but nothing from the newest week of the whole
/// table on when the symbol is not in it.
std::vector<CarriedWeek> carried_weeks(const PhaseAInputs& in, std::size_t symbol,
                                       std::span<const market::Day> days) {
  const auto& weeks = in.weeks[symbol];
  std::vector<CarriedWeek> out;
  if (weeks.empty()) {
    return out;
  }
  const bool in_newest = weeks.back().start == in.newest_week;
  std::size_t next = 0;  // first week that starts after the day
  for (std::size_t day = 0; day < days.size(); ++day) {
    while (next < weeks.size() && weeks[next].start <= days[day]) {
      ++next;
    }
    if (next == 0 || (!in_newest && in.newest_week && days[day] >= *in.newest_week)) {
      continue;
    }
    const PhaseAInputs::Week& week = weeks[next - 1];
    if (out.empty() || out.back().week.start != week.start) {
      out.push_back({day, day, week});
    }
    out.back().end = day + 1;
  }
  return out;
}

/// Rules 19 and 21: lit volumes of the calendar week, not of the rows that carry it.
double lit_ratio_of_week(const PhaseAInputs& in, std::size_t symbol,
                         std::span<const market::Day> days, market::Day start) {
  const auto first = std::lower_bound(days.begin(), days.end(), start);
  const auto last = std::upper_bound(first, days.end(), start.plus(kLastDayOfWeek));
  double buys = 0.0;
  double total = 0.0;
  for (auto day = first; day != last; ++day) {
    const auto row = static_cast<std::size_t>(day - days.begin());
    const double buy = in.lit_buy_volume.at(row, symbol);
    const double sell = in.lit_sell_volume.at(row, symbol);
    buys += std::isnan(buy) ? 0.0 : buy;
    total += (std::isnan(buy) ? 0.0 : buy) + (std::isnan(sell) ? 0.0 : sell);
  }
  return total > 0.0 ? buys / total : kNan;
}

/// Rule 20: bar volume of all rows that carry the week.
void measure(const PhaseAInputs& in, std::size_t symbol, std::span<const market::Day> days,
             CarriedWeek& carried) {
  carried.buy_ratio = lit_ratio_of_week(in, symbol, days, carried.week.start);
  double volume = 0.0;
  bool any = false;
  for (std::size_t day = carried.begin; day < carried.end; ++day) {
    const double bar = in.volume.at(day, symbol);
    if (!std::isnan(bar)) {
      volume += bar;
      any = true;
    }
  }
  if (any) {
    carried.total_volume = carried.week.volume + volume;
    carried.rate = carried.total_volume > 0.0 ? carried.week.volume / carried.total_volume : kNan;
  }
}

struct WeeklyPanels {
  explicit WeeklyPanels(MetricPanels& out)
      : volume{out["otc_off_exchange_volume"]},
        week{out["otc_week_used"]},
        ratio{out["otc_weekly_buy_ratio"]},
        buy{out["otc_buy_volume"]},
        sell{out["otc_sell_volume"]},
        total{out["weekly_total_volume"]},
        rate{out["otc_participation_rate"]},
        delta{out["otc_participation_delta"]},
        status{out["otc_status"]},
        quality{out["data_quality"]} {}

  Panel &volume, &week, &ratio, &buy, &sell, &total, &rate, &delta, &status, &quality;
};

void write(const CarriedWeek& carried, double delta, std::size_t symbol,
           std::span<const market::Day> days, WeeklyPanels& out) {
  const double volume = carried.week.volume;
  const double buy = volume * carried.buy_ratio;
  for (std::size_t day = carried.begin; day < carried.end; ++day) {
    const bool anchored = days[day] <= carried.week.start.plus(kFriday);
    out.volume.at(day, symbol) = volume;
    out.week.at(day, symbol) = carried.week.start.days();
    out.ratio.at(day, symbol) = carried.buy_ratio;
    out.buy.at(day, symbol) = buy;
    out.sell.at(day, symbol) = std::isnan(buy) ? kNan : std::max(volume - buy, 0.0);
    out.total.at(day, symbol) = carried.total_volume;
    out.rate.at(day, symbol) = carried.rate;
    out.delta.at(day, symbol) = delta;
    out.status.at(day, symbol) = anchored ? 0.0 : 1.0;
    out.quality.at(day, symbol) = anchored ? 1.0 : 0.0;
  }
}

}  // namespace

void phase_a_weekly(const PhaseAInputs& inputs, std::span<const market::Day> days,
                    MetricPanels& out) {
  out.fill("otc_status", 2.0);    // None
  out.fill("data_quality", 0.0);  // PRE_OTC
  WeeklyPanels panels{out};
  for (std::size_t symbol = 0; symbol < out.num_symbols(); ++symbol) {
    double previous_rate = kNan;  // rule 22: of the week the symbol used before
    for (CarriedWeek& carried : carried_weeks(inputs, symbol, days)) {
      measure(inputs, symbol, days, carried);
      write(carried, carried.rate - previous_rate, symbol, days, panels);
      previous_rate = carried.rate;
    }
  }
}

}  // namespace offex::studies
