#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/render/table_view.hpp"

#include "render/display_internal.hpp"

// A table as people see it, the same on a terminal, in Markdown, on a page and in a picture.
namespace offex::render {

struct DisplayColumn {
  ColumnFormat format;
  std::string heading{};
  bool right{false};
  bool is_group{false};
};

/// Columns side by side below one heading.
struct DisplaySpan {
  std::string section;  ///< empty: one column that has none
  std::size_t first{0};
  std::size_t count{1};
};

enum class RowKind : std::uint8_t { Data, Average };

struct DisplayRow {
  RowKind kind{RowKind::Data};
  bool starts_group{false};  ///< and is not the table's first row
  bool repeats_group{false};
  std::vector<DisplayCell> cells{};  ///< by column; the name of the group in every row
};

/// Turns batches into shown rows, which come out in order. Keeps no row.
class DisplayTable {
 public:
  explicit DisplayTable(const TableView& view);

  void begin(const columns::Batch& header);
  /// Appends the rows of `batch` to `out`, with those of the groups that end in it.
  void add(const columns::Batch& batch, std::vector<DisplayRow>& out);
  /// Appends what ends the last group.
  void finish(std::vector<DisplayRow>& out);

  [[nodiscard]] const std::vector<DisplayColumn>& columns() const { return columns_; }
  [[nodiscard]] std::size_t num_rows() const { return num_rows_; }

 private:
  struct Sum {
    columns::Type type{};
    double total{0.0};
    std::size_t count{0};
  };
  void add_to_sums(const columns::Batch& batch, std::size_t row);
  void end_group(std::vector<DisplayRow>& out);
  [[nodiscard]] DisplayCell average_of(const Sum& sum, const DisplayColumn& column) const;

  const TableView& view_;
  std::vector<DisplayColumn> columns_;
  std::vector<Sum> sums_;
  std::size_t group_{0};  // position of the group's column; none: number of columns
  std::size_t label_{0};  // where "mean of 20" stands
  bool has_averages_{false};
  std::string group_name_;
  std::size_t group_rows_{0};
  std::size_t num_rows_{0};
};

/// Returns the headings above the headings; empty when no column has a section.
[[nodiscard]] std::vector<DisplaySpan> spans_of(const std::vector<DisplayColumn>& columns);

/// Returns the whole table.
struct WholeTable {
  std::vector<DisplayColumn> columns;
  std::vector<DisplayRow> rows;
};
[[nodiscard]] WholeTable whole_table(const TableView& view, const columns::Batch& batch);

}  // namespace offex::render
