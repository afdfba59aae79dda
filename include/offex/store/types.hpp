#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offex/base/clock.hpp"
#include "offex/base/digest.hpp"
#include "offex/base/log.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/dataset.hpp"
#include "offex/market/day.hpp"
#include "offex/market/facility.hpp"
#include "offex/market/instant.hpp"

namespace offex::store {

/// Where the store lives and what it may use. `clock` and `log` must outlive the store.
struct StoreOptions {
  std::filesystem::path home;  ///< holds offex.duckdb, snapshot/, raw/, offex.lock
  const base::Clock* clock{nullptr};
  base::LogSink* log{nullptr};
  unsigned threads{0};  ///< of the engine; 0: all
  /// For readers: SQL over the views of facts answers as known at this moment; empty: now.
  std::optional<market::Instant> as_of{};
};

/// Identity of a received file: the same bytes always give the same digest.
struct SourceFile {
  std::string sha256;  ///< of the bytes as received
  std::string name;    ///< file name as given
  std::string url;     ///< address, or path for an import
  std::uint64_t bytes{0};
  std::optional<market::Instant> published_at{};  ///< Last-Modified
  std::string etag{};
};

/// What makes a received file a new one: its bytes and, for a file of one day, what it was read
/// for, because the bytes of an empty day tell neither day nor facility.
struct FileIdentity {
  std::string sha256;
  std::optional<market::Day> day{};
  std::optional<market::Facility> facility{};

  friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

/// The rows of one document, by the column contract of formats/document.hpp.
struct FactRows {
  market::Dataset dataset{};
  std::optional<market::Day> day{};            ///< set for single-day data sets
  std::optional<market::Facility> facility{};  ///< set for short-sale files
  const columns::Batch* rows{nullptr};
  /// `row_digest` of these rows when the caller has it already (single-day data sets only).
  std::optional<base::Digest> digest{};
};

/// A row that import set aside.
struct Reject {
  std::uint64_t line{0};
  std::uint32_t column{0};
  std::string field;
  std::string reason;
  std::string excerpt;
};

/// What a put did.
struct PutResult {
  std::uint64_t rows{0};        ///< rows of the file that were written
  std::uint32_t added{0};       ///< keys that got their first rows, or further ones
  std::uint32_t superseded{0};  ///< keys that got a newer revision
  std::uint32_t unchanged{0};   ///< keys whose rows were already in force
  bool known_file{false};       ///< these bytes were imported before; nothing was done
};

/// Which facts to read. Days are inclusive.
struct Scan {
  market::DayRange days;
  std::optional<market::Instant> as_of{};  ///< empty: the newest revision of everything
  std::vector<std::int32_t> symbols{};     ///< codes; empty: all
};

/// Borrowed column of one chunk: values with an optional validity mask (bit set = present).
template <class T>
struct ChunkColumn {
  const T* values{nullptr};
  const std::uint64_t* validity{nullptr};

  [[nodiscard]] bool valid(std::size_t row) const {
    return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1U) != 0;
  }
};

/// Rows of `finra_short_consolidated`: CNMS, or the NMS facilities where there is no CNMS, one row
/// a facility then (the caller adds them). Quantities in millionths of a share.
struct ShortChunk {
  std::size_t rows{0};
  ChunkColumn<std::int32_t> day;
  ChunkColumn<std::int32_t> symbol;
  ChunkColumn<std::int64_t> short_volume;
  ChunkColumn<std::int64_t> short_exempt_volume;
  ChunkColumn<std::int64_t> total_volume;
};

/// Daily bars, best source per day (flat file, then grouped, then table). Prices in nano-dollars.
struct BarChunk {
  std::size_t rows{0};
  ChunkColumn<std::int32_t> day;
  ChunkColumn<std::int32_t> symbol;
  ChunkColumn<std::int64_t> open, high, low, close, vwap;
  ChunkColumn<std::int64_t> volume;
};

/// Lit direction of a day: imported where there is such a table for the day, else what was computed
/// from the tape under the version asked for. Quantities in millionths of a share.
struct LitChunk {
  std::size_t rows{0};
  ChunkColumn<std::int32_t> day;
  ChunkColumn<std::int32_t> symbol;
  ChunkColumn<std::int64_t> buy_volume;
  ChunkColumn<std::int64_t> sell_volume;
};

/// Weekly off-exchange volume, one row a symbol, week and tier. `day` is the week's Monday.
struct WeeklyChunk {
  std::size_t rows{0};
  ChunkColumn<std::int32_t> day;
  ChunkColumn<std::int32_t> symbol;
  ChunkColumn<std::int64_t> off_exchange_volume;
};

/// Rows of the weekly summaries of one kind (symbol or firm level), ATS or not. Where several
/// sources hold the same week, kind and tier, only the best one's rows come.
struct WeeklySummaryChunk {
  std::size_t rows{0};
  ChunkColumn<std::int32_t> day;     ///< Monday of the week
  ChunkColumn<std::int32_t> symbol;  ///< code
  ChunkColumn<std::int32_t> venue;   ///< index in `venues`; missing in rows of a symbol
  ChunkColumn<std::int32_t> tier;    ///< index in `tiers`; missing where the source tells none
  ChunkColumn<std::int8_t> ats;      ///< 1: ATS, 0: not
  ChunkColumn<std::int8_t> firm;     ///< 1: a row of one venue, 0: of the symbol
  ChunkColumn<std::int64_t> share_quantity;
  ChunkColumn<std::int64_t> trade_count;
  ChunkColumn<std::int32_t> initial_published_date;
  ChunkColumn<std::int32_t> last_update_date;
  ChunkColumn<std::int64_t> total_share_quantity;  ///< of the symbol's week; AtsSummary only
};

/// A venue of the weekly summaries: an ATS by its MPID, a firm by its CRD number.
struct Venue {
  std::string mpid;  ///< empty for a firm without one
  std::optional<std::int64_t> crd;
  std::string name;
};

/// A tape file in the archive.
struct TapeFile {
  market::Dataset dataset{};
  market::Day day;
  std::string scope;   ///< "" = the whole market; else ticker and first event of a REST page
  std::string sha256;  ///< of the archived bytes, and its name in RawArchive
  std::string name;    ///< as received
  std::int64_t rows{0};
  market::Instant known_from;
};

/// One member of an index. Ends are inclusive; missing ends are open.
struct Constituent {
  market::Symbol index;
  market::Symbol symbol;
  std::optional<std::int32_t> symbol_code;  ///< empty when no fact names the symbol
  std::optional<market::Day> valid_from;
  std::optional<market::Day> valid_to;
};

/// A share split, or a reset: from that day on the ticker is another security.
struct CorporateAction {
  std::int32_t symbol_code{0};
  market::Day effective;  ///< the first session with the new shares
  bool reset{false};
  double factor{1};  ///< shares after for each share before; 1 for a reset
};

/// A column of a derived table.
struct DerivedColumn {
  std::string name;
  columns::Type type{};
  std::span<const std::string_view> words{};  ///< of a Label column; static data
  bool key{false};
};

/// A derived table and the variant whose rows it holds, for example `daily_metrics_v2`.
/// A column `symbol_code` (Int32) is shown as `symbol` by the view of the same name.
struct DerivedTable {
  std::string name;
  /// Name of a view over all tables of the family, their rows one below the other and a column that
  /// a table lacks null there; for example "daily_metrics". Empty: none.
  std::string family{};
  std::string day_column;  ///< "trade_date"
  std::vector<DerivedColumn> columns;
  /// Column that tells the variants of one table apart, for example
  /// "accumulation_short_z_source": it holds `BuildState::variant_value`. Empty: the table holds
  /// one variant.
  std::string variant_column{};
};

/// What a build covered, so that the next one knows what is stale.
struct BuildState {
  std::string variant;  ///< "v2", "PhaseA_v1/short_buy_sell_ratio_z"
  /// What the rows hold in `DerivedTable::variant_column`, if the table has one. Not recorded.
  std::string variant_value{};
  std::int64_t last_revision{0};
  std::optional<market::DayRange> days{};
  market::Instant built_at{};
};

}  // namespace offex::store
