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

/// Where the key of a row comes from. The day is a column's or the part's; the text that tells keys
/// of one day apart (`FactKey::facility`) is the part's facility or one or two columns'.
struct KeyRule {
  bool part_day{false};      ///< the part's day and, when it has one, its facility
  std::string_view day{};    ///< Day column
  bool day_may_miss{false};  ///< no day: the rows hold always
  std::string_view group{};  ///< column of the text
  columns::Type group_type{columns::Type::Text};
  bool group_may_miss{false};
  std::string_view group_end{};  ///< Text column appended after a space where it has a value

  /// A part has one key, whatever its rows are.
  [[nodiscard]] bool one_key() const { return part_day && group.empty(); }
};

/// How a fact table holds the symbol of a row.
enum class SymbolUse : std::uint8_t {
  Coded,  ///< symbol_code and raw_code
  Text,   ///< symbol and symbol_raw as texts: an index member need not have any fact
  None,   ///< rows without a symbol
};

/// The columns of a table are, in this order: revision_id, the day, the symbol's two, venue_code,
/// the values, public_from; those that `FactLayout` switches off are not there.
struct FactLayout {
  market::Dataset dataset{};
  std::string_view table;
  const KeyRule* key{nullptr};
  std::span<const FactColumn> columns;
  SymbolUse symbols{SymbolUse::Coded};
  bool day_column{true};
  /// The batch columns mpid, firm_crd and participant_name are held as a code of `venue`.
  bool venues{false};
  /// Day column of the batch from whose release on the row is known, held as `public_from`.
  std::string_view published{};
  /// Columns that tell rows of one key and symbol apart.
  std::span<const std::string_view> identity{};
};

/// \pre the data set has rows: it is no tape
[[nodiscard]] const FactLayout& layout_of(market::Dataset dataset);
/// Layouts in the order of the data sets; those that share a table have the same columns.
[[nodiscard]] std::span<const FactLayout> all_layouts();

/// Batch columns that a venue code stands for.
inline constexpr FactColumn kVenueMpid{"mpid", "mpid", columns::Type::Text, true};
inline constexpr FactColumn kVenueCrd{"firm_crd", "crd", columns::Type::Int64, true};
inline constexpr FactColumn kVenueName{"participant_name", "name", columns::Type::Text, true};

/// Columns of a batch of this layout beside symbol and key, those of a venue first.
[[nodiscard]] std::vector<FactColumn> batch_columns(const FactLayout& layout);
/// A batch with the symbol (where the layout has one) and `batch_columns`, without rows.
[[nodiscard]] columns::Batch empty_batch(const FactLayout& layout);

/// Identity of what one revision replaces.
struct FactKey {
  market::Dataset dataset{};
  std::optional<market::Day> day{};  ///< nothing for constituents
  std::string facility;  ///< facility, tier, index symbol, scope of a tape, ...; may be empty

  friend auto operator<=>(const FactKey&, const FactKey&) = default;
  /// "finra_short_daily 2024-01-02 CNMS", for messages.
  [[nodiscard]] std::string text() const;
};

/// The rows of one key inside a batch.
struct KeyedRows {
  FactKey key;
  const columns::Batch* batch{nullptr};
  std::vector<std::uint32_t> rows;   ///< sorted by symbol and identity
  bool whole_batch_in_order{false};  ///< `rows` is 0, 1, 2, ...: columns can be copied as they are
};

/// Checks a part against its layout (columns, types, no missing keys) and splits it by key.
[[nodiscard]] Result<std::vector<KeyedRows>> split_by_key(const FactRows& part);

/// Fills `rows.rows` (its size is right) with all rows of the batch, sorted by symbol and identity.
void sort_keyed_rows(KeyedRows& rows);

/// SHA-256 of the rows in canonical form. \pre rows are sorted, as split_by_key leaves them
[[nodiscard]] base::Digest digest_of(const KeyedRows& rows);

/// Three-way order of two cells of one column; a missing one comes first.
[[nodiscard]] int compare_cells(const columns::Column& column, std::uint32_t a, std::uint32_t b);

}  // namespace offex::store
