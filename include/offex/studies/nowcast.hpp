#pragma once

#include <optional>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"

namespace offex::studies {

struct NowcastRequest {
  std::vector<market::Symbol> symbols{};    ///< rows of these; empty: all. All names make a tier
  std::optional<market::DayRange> weeks{};  ///< Mondays; empty: all that can be told
  std::optional<market::Instant> as_of{};   ///< use only what was known then
};

/// Computes `weekly_nowcast` v2 in memory: for each symbol and week with daily FINRA totals what
/// the weekly figure was expected to be before it was published, and what was published later.
///
/// A row of a published week is the nowcast as it could be made on the evening of the week's last
/// session, from the weeks that were public by then; so its error is an honest one. A row of a
/// pending week uses all that is known now; so, without an `as_of`, do weeks that a stored file
/// promises for later. Rows by symbol, then week; the columns of the catalogue's entry: symbol,
/// week_start_date, status (PUBLISHED, PENDING, RUNNING: sessions are still to come),
/// tier_identifier, sessions, sessions_used, finra_volume, consolidated_volume, ratio (expected
/// weekly / daily sum), ratio_weeks (published weeks of the symbol in it), nowcast_volume,
/// nowcast_share, nowcast_share_low, nowcast_share_high (80 % interval), published_volume,
/// published_share (null while not published), share_error (nowcast less published), inside
/// (whether the interval held it), last_week and last_share (the newest week whose share was
/// public, and that share), inference_version. docs/nowcast.md has the formulas.
[[nodiscard]] Result<columns::Batch> nowcast(const store::Reader& reader,
                                             const NowcastRequest& request);

/// How good the nowcasts of a symbol were, over its published weeks in `rows` (of `nowcast`).
/// Columns: symbol, weeks, mean_absolute_error (of the share, in units of share), bias, inside
/// (share of weeks whose interval held the published figure), naive_error (mean absolute error of
/// taking the newest week that was public instead).
[[nodiscard]] columns::Batch score_nowcasts(const columns::Batch& rows);

}  // namespace offex::studies
