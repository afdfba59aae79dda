#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "offex/columns/column.hpp"
#include "offex/market/dataset.hpp"

namespace offex::formats {

/// How a field's text becomes cells.
enum class FieldKind : std::uint8_t {
  Plain,        ///< by the column's type
  Facility,     ///< market::Facility, of the caller or by the market letter
  MarketMask,   ///< market letters as bits; missing when the text is none
  WindowStart,  ///< nanoseconds of midnight in New York: the day of the file, no column
  Action,       ///< split or reset, a split where the table does not say
  SplitFrom,    ///< shares before a split, no column
  SplitTo,      ///< shares after a split, no column
  Factor,       ///< of the action: the field's own, or that of the shares; read after these
};

enum class Presence : std::uint8_t {
  Value,     ///< in the header, never empty
  Nullable,  ///< in the header, may be empty
  Optional,  ///< may be absent from the header, may be empty
};

struct TableField {
  std::string_view column;  ///< name of the output column and in messages
  columns::Type type;
  Presence presence;
  std::string_view names;  ///< normalised header names, separated by spaces
  bool key{false};         ///< rows with equal keys are duplicates
  FieldKind kind{FieldKind::Plain};
};

/// A layout that is read by header name.
struct TableLayout {
  market::Dataset dataset;
  std::string_view title;  ///< for messages, for example "seed short table"
  std::span<const TableField> fields;
  std::string_view marks;    ///< normalised names; a header with one of each group is this layout
  std::string_view ignored;  ///< normalised names of columns that are known and not needed
  /// Its marks are common words: the header has two columns at least and none that is not its own.
  bool closed{false};
  /// Tabs or pipes may stand between the fields instead of commas.
  bool any_delimiter{false};
};

/// Returns the layout whose marks the header has, or nullptr.
[[nodiscard]] const TableLayout* find_table_layout(std::span<const std::string> header);

/// Returns whether `name` is one of the space-separated `names`.
[[nodiscard]] bool is_one_of(std::string_view name, std::string_view names);

}  // namespace offex::formats
