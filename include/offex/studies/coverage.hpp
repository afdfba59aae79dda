#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/ledger.hpp"
#include "offex/store/reader.hpp"

namespace offex::studies {

/// Sessions that a daily data set lacks between its first and last day.
struct Gap {
  std::string dataset;
  std::string facility;  ///< empty where the data set has none
  market::Day day;
  std::optional<store::PartitionState>
      state{};           ///< what the ledger says of it, if it was asked for
  std::string reason{};  ///< of that state; may be empty
};

/// Returns one row a data set and facility: dataset, facility, first_day, last_day, days, rows,
/// missing_sessions (null for data sets that are not daily), sessions_behind (expected at `now`),
/// revisions (keys with more than one version), newest_known_from.
[[nodiscard]] Result<columns::Batch> coverage(const store::Reader& reader, market::Instant now);

/// Returns the missing sessions of consolidated short volume and of bars, as `coverage` counts
/// them. A session whose file the upstream does not have stays a gap and says so.
[[nodiscard]] Result<std::vector<Gap>> gaps(const store::Reader& reader);

/// Returns how far each series of releases is: short-sale files by facility, bars, weekly data by
/// tier, short interest, and whatever else was asked of an upstream.
///
/// Columns: source (null when only imported), dataset (the one that holds the newest), scope
/// (facility, tier or list), newest (day, Monday or settlement date), published (New York day of
/// that), newest_due (by the rules of publication at `now`), behind (sessions, weeks or settlement
/// dates from newest to newest_due), next, next_release_new_york (text), next_release (UTC), and
/// the number of partitions that the ledger has as fetched, revised, absent, due and failed (null
/// where it has none of the series). What has no rule of publication has nulls for it.
[[nodiscard]] Result<columns::Batch> release_status(const store::Reader& reader,
                                                    market::Instant now);

/// Returns whether any series of `release_status` is behind its newest due release: it holds an
/// older one, or none although some are due or failed.
[[nodiscard]] bool is_stale(const columns::Batch& releases);

}  // namespace offex::studies
