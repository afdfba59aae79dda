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

struct VenueMixRequest {
  std::vector<market::Symbol> symbols{};    ///< empty: all
  std::optional<market::DayRange> weeks{};  ///< Mondays; empty: all
  std::optional<market::Instant> as_of{};   ///< use only what was known then
};

/// Returns the venues of published weeks: symbol, week_start_date, venue (name), mpid, kind (ATS,
/// WHOLESALER: the large firms that buy retail orders, OTHER, DE_MINIMIS: FINRA's bucket of small
/// firms), volume, trades, share (of all off-exchange volume of the symbol's week), rank (within
/// symbol and week, 1 is the largest; the bucket has none). By symbol, week, rank.
[[nodiscard]] Result<columns::Batch> venue_mix(const store::Reader& reader,
                                               const VenueMixRequest& request);

/// Adds `venue_mix` rows up by kind: symbol, week_start_date, ats, wholesaler, other (shares of
/// the off-exchange volume; other holds the small firms; null where firms are not told apart).
[[nodiscard]] columns::Batch mix_by_kind(const columns::Batch& venues);

}  // namespace offex::studies
