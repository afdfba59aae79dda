#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/studies/catalogue.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// Rows of a table of the catalogue, written one cell at a time: for tables with few rows a
/// session. A cell that is not set is null.
class TableRows {
 public:
  TableRows(const TableSpec& spec, SymbolColumn symbol_column);

  [[nodiscard]] const TableSpec& spec() const { return *spec_; }
  /// Position of a column for the setters. \pre the table has it
  [[nodiscard]] std::size_t at(std::string_view name) const { return spec_->index_of(name); }

  // Each sets one cell of the row under way. The first sets the day or the security as well.

  /// A number as MetricPanels keeps it: NaN is null, a word is its position, a flag is 0 or 1.
  void set(std::size_t column, double value);
  void set(std::string_view name, double value) { set(at(name), value); }
  void set_text(std::size_t column, std::string_view text);  ///< empty: null
  void set_text(std::string_view name, std::string_view text) { set_text(at(name), text); }
  void set_day(std::string_view name, market::Day day);
  void set_symbol(std::string_view name, const market::Symbol& symbol);
  /// Sets `symbol_code`, by code or by name as the rows were asked for.
  void set_security(const Axis& axis, std::size_t position);
  void end_row();

  [[nodiscard]] std::size_t size() const { return rows_; }
  /// Hands over the finished rows and starts anew.
  [[nodiscard]] columns::Batch take();

 private:
  [[nodiscard]] columns::Column& cell(std::size_t column);

  const TableSpec* spec_;
  SymbolColumn symbol_column_;
  columns::Batch batch_;
  std::size_t rows_{0};
};

}  // namespace offex::studies
