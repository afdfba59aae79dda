#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "offex/columns/panel.hpp"
#include "offex/kernels/block.hpp"
#include "offex/market/day.hpp"
#include "offex/market/quantity.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// Sessions that a row of v2 looks back on: 20 of baseline and one more, because the oldest return
/// of the baseline needs the close before it. A change on day D touches D and as many sessions
/// after it.
inline constexpr std::size_t kV2WarmUp = 21;

/// Lit volume (buys and sells, millionths of a share) below which a day has no lit imbalance.
inline constexpr double kMinLitVolume = 10'000.0 * static_cast<double>(market::Quantity::kPerShare);

/// Inputs of v2 over (sessions x symbols): whole millionths of a share and nano-dollars as doubles,
/// exact below 2^53; NaN is missing.
struct V2Inputs {
  /// Bits of `presence`.
  static constexpr unsigned kShort = 1;
  static constexpr unsigned kBar = 2;
  static constexpr unsigned kLit = 4;

  V2Inputs() = default;
  V2Inputs(std::size_t num_days, std::size_t num_symbols);

  columns::Panel short_volume, short_exempt_volume, total_volume;
  columns::Panel open, high, low, close, vwap, volume;
  columns::Panel lit_buy_volume, lit_sell_volume;
  columns::Panel presence;           ///< sum of the bits above, NaN for a cell without any row
  std::vector<std::uint8_t> cnms;    ///< by session: the short rows come from the consolidated file
  std::vector<std::uint8_t> breaks;  ///< by session: the baseline spans a structural break

  /// Keeps the last `rows` sessions at the front and clears `fresh` sessions behind them.
  void roll(std::size_t rows, std::size_t fresh);
};

/// Returns, for each day, whether it is the first of a regime of daily volumes or one of the 20
/// sessions after it.
[[nodiscard]] std::vector<std::uint8_t> baseline_breaks(std::span<const market::Day> days);

/// The series that z-scores judge, warm-up rows included.
struct V2Series {
  V2Series() = default;
  V2Series(std::size_t rows, std::size_t count);

  columns::Panel short_ratio, offex_share, log_total, change, imbalance;
};

/// Computes `daily_metrics` v2 a tile after the other in the same memory: fresh memory for every
/// tile would cost a quarter of the time. One thread at a time.
class V2Workspace {
 public:
  V2Workspace();

  /// Computes sessions `first` and later of `inputs`; those before are warm-up.
  ///
  /// With kV2WarmUp warm-up rows (or all there are) the result equals the same rows of any longer
  /// computation bit for bit. The result is good until the next call; memory is kept while the
  /// shape stays the same. \param first_symbol, count the tile to compute
  const MetricPanels& compute(const V2Inputs& inputs, std::size_t first, std::size_t first_symbol,
                              std::size_t count);
  /// Hands over the last result.
  [[nodiscard]] MetricPanels take() && { return std::move(panels_); }

 private:
  V2Series series_;
  MetricPanels panels_;
};

/// Computes one tile in memory of its own: see V2Workspace::compute.
[[nodiscard]] MetricPanels compute_v2(const V2Inputs& inputs, std::size_t first,
                                      std::size_t first_symbol, std::size_t count);

/// Returns the cells that have a row: any of a short row, a bar or a lit row; day by day.
[[nodiscard]] std::vector<std::size_t> v2_rows(const V2Inputs& inputs, std::size_t first,
                                               std::size_t first_symbol, std::size_t count);

}  // namespace offex::studies
