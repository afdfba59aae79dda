#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/kernels/rolling.hpp"
#include "offex/kernels/series_filter.hpp"
#include "offex/kernels/surprise_filter.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// Everything that the scanner carries from one session to the next, by position in an axis.
struct ScanState {
  ScanState(const kernels::SurpriseParameters& parameters, std::size_t symbols);

  kernels::SurpriseState surprise;
  kernels::DecayedMeans dollars;            ///< close x FINRA total, half-life `hm`
  std::vector<std::int32_t> streak;         ///< sessions in a row with a tag
  std::vector<kernels::SeriesState> price;  ///< of the daily return
  std::vector<kernels::SeriesState> lit;    ///< of the lit imbalance
};

/// Whether the day's file was whole.
enum class SessionStatus : std::uint8_t {
  Ok,
  Partial,  ///< under 0.97 of the usual rows or half of the usual shares: scored, not learnt from
};

/// One session as the scanner sees it. Spans go by position in the axis, NaN is missing; all is
/// borrowed until the visit ends.
struct ScanSession {
  market::Day day;
  std::int32_t ordinal;  ///< number in the trading calendar
  const Axis* axis;      ///< all symbols of the store, in order
  const kernels::SurpriseParameters* parameters;
  SessionStatus status;
  bool after_break;     ///< at most 20 sessions after volumes changed their meaning
  double usual_rows;    ///< median of the 20 sessions before; NaN for fewer than 5
  double usual_shares;  ///< likewise, shares
  const kernels::SurpriseScores* scores;  ///< one entry a row of the file
  const ScanState* state;                 ///< after this session

  std::span<const double> open, close, previous_close;  ///< dollars, unadjusted
  std::span<const double> volume;                       ///< consolidated, shares
  std::span<const double> dollar_volume;  ///< mean of close x volume of the 20 sessions before
  std::span<const double> dollar_weight;  ///< decayed mean of close x FINRA total before today
  std::span<const double> previous_z_r;   ///< on the session before
  std::span<const std::uint8_t> split;    ///< 1: a split is known to begin today
  /// Scores of the return and of the lit imbalance; empty unless asked for.
  std::span<const kernels::SeriesScore> price, lit;
};

struct ScanStreamRequest {
  std::optional<market::DayRange> days{};  ///< sessions to visit; empty: all
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  kernels::SurpriseParameters parameters{};
  unsigned threads{1};
  bool parts{false};       ///< also score returns and lit imbalance
  bool from_start{false};  ///< do not begin at a stored state
};

/// Walks the sessions with a short-sale file in order, from a stored state where there is one that
/// holds for the question and else from the first, and calls `visit` for those asked for. The
/// result is the same bit for bit wherever it began and for any number of threads.
[[nodiscard]] Result<void> scan_sessions(
    const store::Reader& reader, const ScanStreamRequest& request,
    const std::function<Result<void>(const ScanSession&)>& visit);

/// Returns the first and the last day with a short-sale file, by one quick look at the revisions.
[[nodiscard]] Result<std::optional<market::DayRange>> scan_range(
    const store::Reader& reader, std::optional<market::Instant> as_of = {});

/// Returns the days that scan_sessions can visit, ascending.
[[nodiscard]] Result<std::vector<market::Day>> scan_days(const store::Reader& reader,
                                                         std::optional<market::Instant> as_of = {});

}  // namespace offex::studies
