#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "offex/columns/column.hpp"

namespace offex::columns {

/// Columns of equal length.
class Batch {
 public:
  Batch() = default;
  explicit Batch(std::vector<Column> columns) : columns_{std::move(columns)} {}

  [[nodiscard]] std::size_t num_rows() const { return columns_.empty() ? 0 : columns_[0].size(); }
  [[nodiscard]] std::size_t num_columns() const { return columns_.size(); }
  [[nodiscard]] Column& column(std::size_t index) { return columns_[index]; }
  [[nodiscard]] const Column& column(std::size_t index) const { return columns_[index]; }
  /// Returns the column of that name, or nullptr.
  [[nodiscard]] const Column* find(std::string_view name) const;
  [[nodiscard]] Column* find(std::string_view name);
  Column& add(Column column) { return columns_.emplace_back(std::move(column)); }
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] std::vector<Column>& columns() { return columns_; }
  void truncate(std::size_t rows);
  void clear() { truncate(0); }

 private:
  std::vector<Column> columns_;
};

}  // namespace offex::columns
