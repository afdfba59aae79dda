#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/publish/shipment.hpp"
#include "offex/publish/target.hpp"
#include "offex/store/reader.hpp"

namespace offex::publish {

/// A table that can be pushed.
struct PushTable {
  std::string_view name;     ///< "daily_features"
  std::string_view version;  ///< that of the catalogue
};
/// daily_features, daily_metrics, scan_hit, macro_daily.
[[nodiscard]] std::span<const PushTable> push_tables();

struct PushRequest {
  std::string table{"daily_features"};
  market::DayRange days;
  std::vector<market::Symbol> symbols{};  ///< empty: all (scan_hit: all hits; macro_daily: none)
  /// Instead of `symbols`: those that the target's daily_features names for each day.
  bool discover{false};
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  market::Instant now;                     ///< what the clock says: `computed_at` of events
  bool events{true};                       ///< also write provenance_events, of daily_features
  std::string events_table{"provenance_events"};
  /// Label of the rows (OFFEX_FEATURE_VERSION); empty: that of the catalogue.
  std::string feature_version{};
  unsigned threads{1};

  /// Returns the label of the rows of `daily_features`.
  [[nodiscard]] std::string version() const;
};

/// Returns a request for the newest state with what the environment says: OFFEX_FEATURE_VERSION and
/// SUPABASE_PROVENANCE_TABLE.
[[nodiscard]] PushRequest push_request(const feeds::Variables& variables);

struct PushReport {
  std::vector<Delivery> deliveries;   ///< one a table
  std::size_t days{0};                ///< with rows
  std::vector<market::Day> no_rows;   ///< days that had none
  std::vector<std::string> warnings;  ///< each once
};

/// Called after each day.
using PushProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Pushes rows of one table, in one transaction where the target has them. The rows are those of
/// `offex features`, `show`, `scan` and `macro`: the same numbers, bit for bit. To repeat a push
/// changes nothing. Features of one day that has no file go out as nulls for the symbols asked for;
/// of a range only the days with a file do. Rows are added and replaced, never deleted: one that a
/// correction takes away stays there.
[[nodiscard]] Result<PushReport> push(const store::Reader& reader, Target& target,
                                      const PushRequest& request,
                                      const PushProgress& progress = {});

/// The same for several tables, in one transaction; one report each. What a table cannot do is
/// refused before anything is sent.
[[nodiscard]] Result<std::vector<PushReport>> push_all(const store::Reader& reader, Target& target,
                                                       std::span<const PushRequest> requests,
                                                       const PushProgress& progress = {});

/// Whether the table can do what the request asks for: symbols, discovery, as-of.
[[nodiscard]] Result<void> check_request(const PushRequest& request);

/// One day of `daily_features` as it goes out, and the events that tell where each row is from.
struct FeatureShipments {
  Shipment rows;    ///< with the column `provenance`
  Shipment events;  ///< of `provenance_events`: one a row, and one a file that rows come from
};
/// \param features as `studies::features` returns them
[[nodiscard]] Result<FeatureShipments> feature_shipments(const store::Reader& reader,
                                                         const columns::Batch& features,
                                                         const PushRequest& request);

/// Returns each row as canonical JSON: symbol, trade_date, short_vol_share, short_exempt_share,
/// ats_share_of_total, feature_version in this order, without spaces, numbers with the fewest
/// digits that read back equal, null for a missing one. Their SHA-256 stands in the provenance.
/// \pre the columns of `daily_features`
[[nodiscard]] Result<std::vector<std::string>> canonical_rows(const columns::Batch& features);

}  // namespace offex::publish
