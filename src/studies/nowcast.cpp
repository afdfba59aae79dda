#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

#include "studies/nowcast_forecast_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

/// Fills the cells of one week.
class WeekCells {
 public:
  WeekCells(const NowcastInputs& in, const Forecaster& forecaster, std::size_t first,
            NowcastPanels& out)
      : in_{in}, forecaster_{forecaster}, first_{first}, out_{out} {}

  void fill(NowcastMoment moment, const NowcastExpected& expected,
            std::span<const WeekStatus> status, bool published) {
    const std::vector<double> reaches = forecaster_.reaches(moment, expected);
    for (std::size_t symbol = 0; symbol < in_.num_symbols(); ++symbol) {
      if ((status[symbol] == WeekStatus::Published) != published) continue;
      const std::size_t cell = (moment.week - first_) * in_.num_symbols() + symbol;
      out_.status[cell] = status[symbol];
      out_.tier[cell] = expected.tier[symbol];
      out_.ratio_weeks.cells()[cell] = expected.weeks[symbol];
      const double reach = reaches[forecaster_.group_of(expected.tier[symbol])];
      tell(moment, symbol, cell, expected.log_ratio[symbol], reach * expected.scale[symbol]);
      tell_last(moment, symbol, cell);
    }
  }

 private:
  void tell(NowcastMoment moment, std::size_t symbol, std::size_t cell, double log_ratio,
            double reach) {
    const double finra = in_.finra.at(moment.week, symbol);
    const double published = forecaster_.shares().at(moment.week, symbol);
    out_.published_share.cells()[cell] = published;
    if (std::isnan(log_ratio)) return;
    out_.ratio.cells()[cell] = std::exp(log_ratio);
    if (!(finra > 0.0)) return;
    out_.volume.cells()[cell] = std::round(finra * std::exp(log_ratio));
    const double base = finra / in_.consolidated.at(moment.week, symbol);
    const double share = base * std::exp(log_ratio);
    if (!(share <= 1.0)) return;  // no share can be that large: the inputs contradict each other
    out_.share.cells()[cell] = share;
    out_.error.cells()[cell] = share - published;
    if (std::isnan(reach)) return;
    reach = std::max(reach, kNowcastLeastScale);  // where nothing was ever off, rounding is
    const double low = base * std::exp(log_ratio - reach);
    const double high = std::min(1.0, base * std::exp(log_ratio + reach));
    out_.low.cells()[cell] = low;
    out_.high.cells()[cell] = high;
    if (!std::isnan(published)) {
      out_.inside.cells()[cell] = low <= published && published <= high ? 1.0 : 0.0;
    }
  }

  /// The newest share that was public: what one would take instead.
  void tell_last(NowcastMoment moment, std::size_t symbol, std::size_t cell) {
    const std::size_t end = moment.week - std::min(moment.week, kNowcastReach);
    for (std::size_t week = moment.week; week-- > end;) {
      const double share = forecaster_.shares().at(week, symbol);
      if (!std::isnan(share) && in_.available.at(week, symbol) <= moment.known) {
        out_.last_week.cells()[cell] = static_cast<double>(week);
        out_.last_share.cells()[cell] = share;
        return;
      }
    }
  }

  const NowcastInputs& in_;
  const Forecaster& forecaster_;
  std::size_t first_;
  NowcastPanels& out_;
};

/// Whether FINRA has published a week: of the symbol, or of others of its tier.
class Releases {
 public:
  explicit Releases(const NowcastInputs& in) : in_{in}, out_(in.weeks.size() * width(), 0) {
    for (std::size_t week = 0; week < in.weeks.size(); ++week) {
      for (std::size_t symbol = 0; symbol < in.num_symbols(); ++symbol) {
        const std::int16_t tier = in.tier[week * in.num_symbols() + symbol];
        if (std::isnan(in.available.at(week, symbol)) || tier < 0) continue;
        out_[week * width() + static_cast<std::size_t>(tier)] = 1;
        // Tier 1 comes two weeks before the others.
        if (in.tiers[static_cast<std::size_t>(tier)] != "T1") out_[(week + 1) * width() - 1] = 1;
      }
    }
  }

  [[nodiscard]] std::vector<WeekStatus> status(std::size_t week,
                                               std::span<const std::int16_t> tiers) const {
    std::vector<WeekStatus> out(in_.num_symbols(), WeekStatus::Pending);
    for (std::size_t symbol = 0; symbol < out.size(); ++symbol) {
      const std::size_t group =
          tiers[symbol] >= 0 ? static_cast<std::size_t>(tiers[symbol]) : width() - 1;
      const bool is_out = out_[week * width() + group] != 0;
      if (is_out || !std::isnan(in_.available.at(week, symbol))) {
        out[symbol] = WeekStatus::Published;
      } else if (in_.running[week] != 0) {
        out[symbol] = WeekStatus::Running;
      }
    }
    return out;
  }

 private:
  [[nodiscard]] std::size_t width() const { return in_.tiers.size() + 1; }

  const NowcastInputs& in_;
  std::vector<std::uint8_t> out_;  // by week x tier, names without one last
};

}  // namespace

NowcastInputs::NowcastInputs(std::vector<market::Day> mondays, std::size_t symbols)
    : weeks{std::move(mondays)},
      sessions_used(weeks.size(), 0),
      running(weeks.size(), 0),
      tier(weeks.size() * symbols, -1),
      new_rules{nowcast_breaks()} {
  for (const market::Day monday : weeks) {
    sessions.push_back(market::sessions_in_week(monday));
    market::Day last = monday.plus(4);
    while (monday < last &&
           !(market::calendar_range().contains(last) && market::is_session(last))) {
      last = last.plus(-1);
    }
    evenings.push_back(last);
  }
  for (Panel* panel : {&finra, &consolidated, &published, &week_consolidated, &available}) {
    *panel = Panel{weeks.size(), symbols};
  }
}

NowcastPanels::NowcastPanels(std::size_t weeks, std::size_t symbols)
    : status(weeks * symbols, WeekStatus::Pending), tier(weeks * symbols, -1) {
  for (Panel* panel : {&ratio, &ratio_weeks, &volume, &share, &low, &high, &published_share, &error,
                       &inside, &last_week, &last_share}) {
    *panel = Panel{weeks, symbols};
  }
}

NowcastPanels compute_nowcast(const NowcastInputs& inputs, std::size_t first) {
  OFFEX_CHECK(first <= inputs.weeks.size());
  NowcastPanels out{inputs.weeks.size() - first, inputs.num_symbols()};
  Forecaster forecaster{inputs};
  const Releases releases{inputs};
  WeekCells cells{inputs, forecaster, first, out};
  for (std::size_t week = 0; week < inputs.weeks.size(); ++week) {
    const NowcastMoment then{week, static_cast<double>(inputs.evenings[week].days())};
    const NowcastExpected expected = forecaster.expect(then);
    forecaster.judge(week, expected);
    if (week < first) continue;
    const NowcastMoment now{week, NowcastMoment::kAlways};
    const std::vector<WeekStatus> status = releases.status(week, forecaster.tiers(now));
    const bool is_out =
        std::ranges::all_of(status, [](WeekStatus s) { return s == WeekStatus::Published; });
    cells.fill(then, expected, status, true);
    if (!is_out) {
      cells.fill(now, forecaster.expect(now), status, false);
    }
  }
  return out;
}

std::vector<market::Day> nowcast_breaks() {
  // The consolidated file and the rounding of fractional shares change what the daily totals hold.
  constexpr std::array<std::string_view, 2> kOfDailyTotals{"consolidated-file",
                                                           "fractional-shares"};
  std::vector<market::Day> out;
  for (const market::StructuralBreak& change : market::structural_breaks()) {
    if (std::ranges::find(kOfDailyTotals, change.name) == kOfDailyTotals.end()) continue;
    // A week that is partly under the old rules belongs to neither side; it counts as old.
    const market::Day monday = market::week_start(change.day);
    out.push_back(monday == change.day ? monday : monday.plus(7));
  }
  return out;
}

}  // namespace offex::studies
