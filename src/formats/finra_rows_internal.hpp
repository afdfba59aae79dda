#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/formats/document.hpp"

#include "formats/faults_internal.hpp"
#include "formats/finra_layout_internal.hpp"

namespace offex::formats {

/// Turns the cells of one FINRA layout into the rows of a document. Knows nothing of the text or
/// the JSON they come from, so that a reply means the same in both.
class FinraRows {
 public:
  FinraRows() = default;
  FinraRows(const FinraRows&) = delete;
  FinraRows& operator=(const FinraRows&) = delete;
  FinraRows(FinraRows&&) = delete;
  FinraRows& operator=(FinraRows&&) = delete;
  virtual ~FinraRows() = default;

  /// Takes which slots the body, of a reply in JSON its first row, has; comes once, before the
  /// rows. What lacks and nothing else can tell is an InvalidArgument that says how to help.
  [[nodiscard]] virtual Result<void> begin(const std::vector<bool>& present) = 0;
  /// Takes a slot that a later row of a reply is the first to have.
  virtual void add_field(std::size_t slot) = 0;
  /// Takes one row, a cell for each slot of the layout. Returns why the row cannot be used, or
  /// nothing; an error refuses the whole body. `RowFault::bytes` starts where the cell does.
  [[nodiscard]] virtual Result<std::optional<RowFault>> add(std::span<const FinraCell> cells) = 0;
  /// Hands over rows and warnings.
  [[nodiscard]] virtual Result<void> finish(Document& document) = 0;
};

/// Returns the rows of a layout. `layout` must outlive them.
[[nodiscard]] std::unique_ptr<FinraRows> make_finra_rows(const FinraLayout& layout,
                                                         ReadOptions options);
[[nodiscard]] std::unique_ptr<FinraRows> make_weekly_rows(const FinraLayout& layout,
                                                          ReadOptions options);

/// Appends a cell by the column's type; a missing or empty one becomes a missing value. Numbers may
/// stand in texts, as replies in CSV have it. Returns what is wrong, or nothing.
[[nodiscard]] std::string push_finra(columns::Column& column, const FinraCell& cell);

/// Returns the fault of a cell.
[[nodiscard]] RowFault cell_fault(std::string_view name, const FinraCell& cell, std::string reason);

/// Returns whether there is nothing in the cell.
[[nodiscard]] inline bool is_blank(const FinraCell& cell) {
  return cell.missing() || (cell.kind == JsonKind::Text && cell.text.empty());
}

}  // namespace offex::formats
