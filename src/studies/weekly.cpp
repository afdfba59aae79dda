#include "offex/studies/weekly.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/kernels/elementwise.hpp"
#include "offex/market/calendar.hpp"
#include "offex/market/quantity.hpp"

#include "studies/catalogue_internal.hpp"
#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

constexpr double kNan = Panel::kMissing;
constexpr double kPerShare = static_cast<double>(market::Quantity::kPerShare);

Panel share_of(const Panel& part, const Panel& whole) {
  Panel out{part.num_days(), part.num_symbols()};
  kernels::share(part.cells(), whole.cells(), out.cells());
  return out;
}

/// Shares per session.
Panel per_session(const Panel& volume, std::span<const int> sessions) {
  Panel out{volume.num_days(), volume.num_symbols()};
  for (std::size_t week = 0; week < out.num_days(); ++week) {
    const double divisor = sessions[week] * kPerShare;
    for (std::size_t symbol = 0; sessions[week] > 0 && symbol < out.num_symbols(); ++symbol) {
      out.at(week, symbol) = volume.at(week, symbol) / divisor;
    }
  }
  return out;
}

/// Shares a trade.
Panel mean_size(const WeeklySide& side) {
  Panel out{side.volume.num_days(), side.volume.num_symbols()};
  for (std::size_t cell = 0; cell < out.cells().size(); ++cell) {
    const double trades = side.trades.cells()[cell];
    if (trades > 0.0) {
      out.cells()[cell] = side.volume.cells()[cell] / trades / kPerShare;
    }
  }
  return out;
}

/// Cell by cell the first unless it is missing.
Panel first_of(const Panel& first, const Panel& second) {
  Panel out = first;
  for (std::size_t cell = 0; cell < out.cells().size(); ++cell) {
    if (std::isnan(out.cells()[cell])) {
      out.cells()[cell] = second.cells()[cell];
    }
  }
  return out;
}

/// Whether both sides are known, so that the table's total is not asked.
bool both_sides(const WeeklyInputs& in, std::size_t cell) {
  return !std::isnan(in.ats.volume.cells()[cell]) && !std::isnan(in.non_ats.volume.cells()[cell]);
}

/// (value - mean) / population standard deviation of the baseline, oldest week first.
double lagged_z(const Panel& values, const Panel& available, std::size_t week, std::size_t symbol) {
  const double known = available.at(week, symbol);
  std::array<double, kWeeklyWindow> baseline{};
  std::size_t count = 0;
  double sum = 0.0;
  for (std::size_t at = week - std::min(week, kWeeklyWindow); at < week; ++at) {
    // A week of another tier may come out later than the one that is judged.
    if (!std::isnan(values.at(at, symbol)) && available.at(at, symbol) <= known) {
      sum += baseline[count++] = values.at(at, symbol);
    }
  }
  const std::span<const double> present{baseline.data(), count};
  if (count < kWeeklyMinimum || std::ranges::min(present) == std::ranges::max(present)) {
    return kNan;
  }
  const double mean = sum / static_cast<double>(count);
  double squares = 0.0;
  for (const double value : present) {
    squares += (value - mean) * (value - mean);
  }
  const double deviation = std::sqrt(squares / static_cast<double>(count));
  return deviation > 0.0 ? (values.at(week, symbol) - mean) / deviation : kNan;
}

/// When all that a row uses of its own week was public; the largest that is there.
Panel known_from(const WeeklyInputs& in) {
  Panel out = in.known_from;
  for (std::size_t cell = 0; cell < out.cells().size(); ++cell) {
    double& known = out.cells()[cell];
    known = std::fmax(known, in.bars_known_from.cells()[cell]);  // skips a missing one
    if (!both_sides(in, cell)) {
      known = std::fmax(known, in.table_known_from.cells()[cell]);
    }
  }
  return out;
}

void z_columns(const WeeklySeries& series, std::size_t first, MetricPanels& out) {
  const std::array<std::pair<std::string_view, const Panel*>, 3> columns{
      {{"otc_volume_z", &series.log_volume},
       {"otc_share_z", &series.otc_share},
       {"ats_share_z", &series.ats_share}}};
  for (const auto& [name, values] : columns) {
    Panel& target = out[name];
    for (std::size_t week = 0; week < out.num_days(); ++week) {
      for (std::size_t symbol = 0; symbol < out.num_symbols(); ++symbol) {
        if (!std::isnan(values->at(first + week, symbol))) {
          target.at(week, symbol) = lagged_z(*values, series.available, first + week, symbol);
        }
      }
    }
  }
}

void side_columns(const WeeklySide& side, const Panel& consolidated, const std::string& prefix,
                  const std::string& venues, MetricPanels& out) {
  out[prefix + "_volume"] = side.volume;
  out[prefix + "_share"] = share_of(side.volume, consolidated);
  out[prefix + "_trades"] = side.trades;
  out[prefix + "_mean_trade_size"] = mean_size(side);
  out[prefix + "_source"] = side.source;
  out[prefix + "_concentration"] = side.concentration;
  out[prefix + "_top_share"] = side.top_share;
  out[prefix + '_' + venues] = side.venues;
  out.set_texts(prefix + "_top_" + venues, side.top);
}

/// Flags: NaN where neither side tells.
void flag_columns(const WeeklyInputs& in, const Panel& otc, MetricPanels& out) {
  Panel& rows = out["symbol_rows"];
  Panel& twice = out["symbol_reported_twice"];
  Panel& disagrees = out["firm_rows_disagree"];
  Panel& source = out["otc_source"];
  Panel& above = out["above_consolidated"];
  Panel& quality = out["data_quality"];
  for (std::size_t cell = 0; cell < otc.cells().size(); ++cell) {
    const auto either = [&](Panel WeeklySide::* panel) {
      return std::fmax((in.ats.*panel).cells()[cell], (in.non_ats.*panel).cells()[cell]);
    };
    const double consolidated = in.consolidated.cells()[cell];
    const double largest = std::fmax(otc.cells()[cell], either(&WeeklySide::volume));
    const double ats_rows = in.ats.symbol_rows.cells()[cell];
    const double non_ats_rows = in.non_ats.symbol_rows.cells()[cell];
    rows.cells()[cell] = std::isnan(ats_rows)       ? non_ats_rows
                         : std::isnan(non_ats_rows) ? ats_rows
                                                    : ats_rows + non_ats_rows;
    twice.cells()[cell] = either(&WeeklySide::twice);
    disagrees.cells()[cell] = either(&WeeklySide::disagrees);
    if (!std::isnan(otc.cells()[cell])) {
      source.cells()[cell] = both_sides(in, cell) ? 0.0 : 1.0;
    }
    if (!std::isnan(consolidated) && !std::isnan(largest)) {
      above.cells()[cell] = largest > consolidated ? 1.0 : 0.0;
    }
    // Positions in kWeeklyQualityWords, the gravest last.
    double& word = quality.cells()[cell];
    word = both_sides(in, cell) ? 0.0 : 1.0;
    word = std::isnan(consolidated) ? 2.0 : word;
    word = std::isnan(otc.cells()[cell]) ? 3.0 : word;
    word = disagrees.cells()[cell] == 1.0 ? 4.0 : word;
    word = above.cells()[cell] == 1.0 ? 5.0 : word;
  }
}

void week_columns(const WeeklyInputs& in, MetricPanels& out) {
  const std::vector<std::uint8_t> breaks = weekly_breaks(in.weeks);
  Panel& sessions = out["sessions"];
  Panel& broken = out["baseline_break"];
  for (std::size_t week = 0; week < in.weeks.size(); ++week) {
    kernels::fill(in.sessions[week], sessions.row(week));
    kernels::fill(breaks[week], broken.row(week));
  }
}

}  // namespace

Panel weekly_otc_volume(const WeeklyInputs& inputs) {
  Panel out = inputs.table_volume;
  for (std::size_t cell = 0; cell < out.cells().size(); ++cell) {
    if (both_sides(inputs, cell)) {
      out.cells()[cell] = inputs.ats.volume.cells()[cell] + inputs.non_ats.volume.cells()[cell];
    }
  }
  return out;
}

WeeklySeries weekly_series(const WeeklyInputs& inputs) {
  const Panel otc = weekly_otc_volume(inputs);
  WeeklySeries out;
  out.log_volume = per_session(otc, inputs.sessions);
  kernels::log_positive(out.log_volume.cells(), out.log_volume.cells());
  out.otc_share = share_of(otc, inputs.consolidated);
  out.ats_share = share_of(inputs.ats.volume, inputs.consolidated);
  out.available = first_of(inputs.available, inputs.table_available);
  return out;
}

std::size_t WeeklySeries::extend(const WeeklySeries& next) {
  const std::size_t keep = std::min(log_volume.num_days(), kWeeklyWindow);
  const auto join = [keep](Panel& panel, const Panel& tail) {
    Panel joined{keep + tail.num_days(), tail.num_symbols()};
    for (std::size_t row = 0; row < joined.num_days(); ++row) {
      const auto source = row < keep ? std::as_const(panel).row(panel.num_days() - keep + row)
                                     : tail.row(row - keep);
      std::ranges::copy(source, joined.row(row).begin());
    }
    panel = std::move(joined);
  };
  join(log_volume, next.log_volume);
  join(otc_share, next.otc_share);
  join(ats_share, next.ats_share);
  join(available, next.available);
  return keep;
}

std::vector<std::uint8_t> weekly_breaks(std::span<const market::Day> mondays) {
  constexpr std::array<std::string_view, 2> kOfWeeks{"weekly-de-minimis", "fractional-shares"};
  constexpr auto kReach = static_cast<std::int32_t>(7 * kWeeklyWindow);
  std::vector<std::uint8_t> out(mondays.size(), 0);
  for (const market::StructuralBreak& change : market::structural_breaks()) {
    if (std::ranges::find(kOfWeeks, change.name) == kOfWeeks.end()) {
      continue;
    }
    const market::Day first = market::week_start(change.day);
    for (std::size_t week = 0; week < mondays.size(); ++week) {
      const bool inside = first <= mondays[week] && mondays[week] <= first.plus(kReach);
      out[week] = inside ? 1 : out[week];
    }
  }
  return out;
}

MetricPanels compute_weekly(const WeeklyInputs& inputs, const WeeklySeries& series,
                            std::size_t first) {
  OFFEX_CHECK(first + inputs.weeks.size() == series.otc_share.num_days() &&
              inputs.num_symbols() == series.otc_share.num_symbols());
  MetricPanels out{*find_table("weekly_metrics", "v2"), inputs.weeks.size(), inputs.num_symbols()};
  const Panel otc = weekly_otc_volume(inputs);
  side_columns(inputs.ats, inputs.consolidated, "ats", "venues", out);
  side_columns(inputs.non_ats, inputs.consolidated, "non_ats", "firms", out);
  out["otc_volume"] = otc;
  out["consolidated_volume"] = inputs.consolidated;
  out["otc_share"] = share_of(otc, inputs.consolidated);
  out["ats_share_of_off_exchange"] = share_of(inputs.ats.volume, otc);
  out["reported_total_volume"] = inputs.reported_total;
  out["otc_volume_per_session"] = per_session(otc, inputs.sessions);
  out["de_minimis_share"] = inputs.non_ats.de_minimis;
  out["initial_published_date"] = inputs.published;
  out["last_update_date"] = inputs.updated;
  out["restated"] = inputs.restated;
  out["known_from"] = known_from(inputs);
  out.set_texts("tier_identifier", inputs.tiers);
  out.fill("inference_version", 0.0);
  week_columns(inputs, out);
  flag_columns(inputs, otc, out);
  z_columns(series, first, out);
  return out;
}

std::vector<std::size_t> weekly_cells(const WeeklyInputs& inputs) {
  std::vector<std::size_t> out;
  for (std::size_t cell = 0; cell < inputs.known_from.cells().size(); ++cell) {
    if (!std::isnan(inputs.known_from.cells()[cell]) ||
        !std::isnan(inputs.table_known_from.cells()[cell])) {
      out.push_back(cell);
    }
  }
  return out;
}

}  // namespace offex::studies
