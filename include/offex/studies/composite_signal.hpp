#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/kernels/composite.hpp"
#include "offex/kernels/surprise_filter.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/metric_panels.hpp"
#include "offex/studies/phase_a.hpp"
#include "offex/studies/session_table.hpp"

// The composite of a short-sale, a lit and a price score, in two versions: the seed's (cs/1.0.0)
// and a calibrated one (cs/2.0.0). Rows of one version never touch those of another.
namespace offex::studies {

/// The score of the scanner that is the composite's short part.
enum class ShortPart : std::uint8_t {
  Day,          ///< `z_r`: the day's ratio surprise
  Persistence,  ///< `z_p`: the surprises of the last days together
};
[[nodiscard]] std::string_view to_string(ShortPart part);  ///< "z_r"
[[nodiscard]] std::optional<ShortPart> parse_short_part(std::string_view text);

/// All that the rows of cs/2.0.0 depend on beside the facts.
struct CompositeFormula {
  kernels::SurpriseParameters surprise{};
  kernels::CompositeParameters composite{};
  ShortPart short_part{ShortPart::Day};
};

/// Returns `cs/2.0.0+rv/1.0.0+` and the fingerprint of both sets of parameters; `short_part=1` is
/// among them for `ShortPart::Persistence`.
[[nodiscard]] std::string composite_version(const CompositeFormula& formula);

/// Returns the table `composite_signal_cs2`: a row for every symbol of a session's file with at
/// least 5 sessions of history, also where the session is partial. The walk must score the parts
/// (`ScanStreamRequest::parts`) with the surprise parameters of the formula, else lit and price are
/// missing.
///
/// Standard errors: the short part's takes `neff` and `d0r + d` of its row, for either part; the
/// series say theirs, and the mean return is given, so that only its variance is uncertain.
/// \param only symbols to keep rows of; empty: all
[[nodiscard]] std::unique_ptr<SessionTable> composite_table(const CompositeFormula& formula,
                                                            SymbolColumn symbol_column,
                                                            std::vector<market::Symbol> only = {});

/// Computes `composite_signal_cs1` from the seed's daily metrics: the same score under the names of
/// the composite, and both of the seed's labels.
[[nodiscard]] MetricPanels compute_seed_composite(const MetricPanels& phase_a, ScoreSource source);

/// Returns the cells of `compute_seed_composite` that have a row: those with a score, symbol by
/// symbol.
[[nodiscard]] std::vector<std::size_t> seed_composite_cells(const MetricPanels& panels);

struct CompositeRequest {
  std::string version{"cs/2.0.0"};                              ///< or "cs/1.0.0"
  CompositeFormula formula{};                                   ///< of `cs/2.0.0`
  ScoreSource short_z_source{ScoreSource::ShortBuySellRatioZ};  ///< of `cs/1.0.0`
  std::vector<market::Symbol> symbols{};                        ///< empty: all
  std::optional<market::DayRange> days{};                       ///< empty: all
  std::optional<market::Instant> as_of{};                       ///< use only what was known then
  unsigned threads{1};
};

/// Computes `composite_signal` in memory from the facts, as known at `as_of`, by the code that
/// builds the stored table. Rows by symbol, then day; the columns of the view. An unknown version
/// is an InvalidArgument.
[[nodiscard]] Result<columns::Batch> composite_signal(const store::Reader& reader,
                                                      const CompositeRequest& request);

/// Appends `otc_participation`, 0 to 100, and `otc_week` to rows by symbol and day: how unusual the
/// share of off-exchange volume was in the week that the day lies in, 100 Phi(otc_share_z), where
/// that week was published by `as_of`. It has no direction and is no part of a score.
[[nodiscard]] Result<void> append_otc_participation(const store::Reader& reader,
                                                    std::optional<market::Instant> as_of,
                                                    columns::Batch& rows);

}  // namespace offex::studies
