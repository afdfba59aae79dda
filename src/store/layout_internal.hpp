#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/market/dataset.hpp"
#include "offex/market/day.hpp"
#include "offex/store/types.hpp"

// The fact tables: one row of the layout table a data set.
namespace offex::store {

/// A value column of a fact table and the batch column it is filled from.
struct FactColumn {
  std::string_view name;    ///< in the batch
  std::string_view stored;  ///< in the fact table
  columns::Type type{};
  bool may_be_absent{false};  ///< the batch may lack the column: all values are missing then
};

/// Where the key of a row comes from.
enum class KeyRule : std::uint8_t {
  PartDay,         ///< the part's day and, when it has one, its facility
  DayAndFacility,  ///< trade_date and facility columns
  WeekAndTier,     ///< week_start_date and tier_identifier columns
  Day,             ///< trade_date column
  Index,           ///< index_symbol column
};

struct FactLayout {
  market::Dataset dataset{};
  std::string_view table;
  KeyRule key{};
  std::span<const FactColumn> columns;
};

[[nodiscard]] const FactLayout& layout_of(market::Dataset dataset);
/// Layouts in the order of the data sets; those that share a table stand together.
[[nodiscard]] std::span<const FactLayout> all_layouts();

/// Days-keyed tables hold (revision_id, day, symbol_code, raw_code, values...); constituents hold
/// (revision_id, symbol, symbol_raw, values...).
inline constexpr std::size_t kCodedKeyColumns = 4;
inline constexpr std::size_t kTextKeyColumns = 3;

/// Identity of what one revision replaces.
struct FactKey {
  market::Dataset dataset{};
  std::optional<market::Day> day{};  ///< nothing for constituents
  std::string facility;              ///< facility, tier or index symbol; may be empty

  friend auto operator<=>(const FactKey&, const FactKey&) = default;
  /// "finra_short_daily 2024-01-02 CNMS", for messages.
  [[nodiscard]] std::string text() const;
};

/// The rows of one key inside a batch.
struct KeyedRows {
  FactKey key;
  const columns::Batch* batch{nullptr};
  std::vector<std::uint32_t> rows;   ///< sorted by symbol
  bool whole_batch_in_order{false};  ///< `rows` is 0, 1, 2, ...: columns can be copied as they are
};

/// Checks a part against its layout (columns, types, no missing keys) and splits it by key.
[[nodiscard]] Result<std::vector<KeyedRows>> split_by_key(const FactRows& part);

/// Fills `rows.rows` (its size is right) with all rows of the batch, sorted by symbol.
void sort_keyed_rows(KeyedRows& rows);

/// SHA-256 of the rows in canonical form. \pre rows are sorted, as split_by_key leaves them
[[nodiscard]] base::Digest digest_of(const KeyedRows& rows);

}  // namespace offex::store
