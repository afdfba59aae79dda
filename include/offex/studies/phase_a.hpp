#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "offex/columns/panel.hpp"
#include "offex/market/day.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// The z-score that feeds the seed's accumulation score; part of the key of its rows.
enum class ScoreSource : std::uint8_t { ShortBuySellRatioZ, VwFlowZ, FinraBuyVolumeZ };

[[nodiscard]] std::string_view to_string(ScoreSource source);
[[nodiscard]] std::optional<ScoreSource> parse_score_source(std::string_view text);

/// Inputs of `PhaseA_v1` for some symbols over all sessions of a run, in shares and dollars.
/// Panels are (sessions x symbols).
struct PhaseAInputs {
  explicit PhaseAInputs(std::size_t num_days, std::size_t num_symbols);

  /// Sums over the facilities with a missing part as 0: NaN only where there is no short row.
  columns::Panel short_volume, short_exempt_volume, total_volume;
  columns::Panel high, low, close, vwap, volume;
  columns::Panel has_bar;  ///< 1 where the symbol has a bar, whatever it holds
  columns::Panel lit_buy_volume, lit_sell_volume;

  /// A week of one symbol, summed over the tiers.
  struct Week {
    market::Day start;
    double volume{0.0};
  };
  std::vector<std::vector<Week>> weeks;      ///< by symbol, ascending
  std::optional<market::Day> newest_week{};  ///< over all symbols of the weekly table
};

/// Computes the seed pipeline's `daily_metrics`, all columns after symbol and day, with its faults
/// (golden/PARITY.md of the project's facts gives every rule). A whole history at a time; symbols
/// do not touch each other, so any split over tiles or threads gives the same bits.
/// \pre inputs have days.size() rows
[[nodiscard]] MetricPanels compute_phase_a(const PhaseAInputs& inputs,
                                           std::span<const market::Day> days, ScoreSource source);

}  // namespace offex::studies
