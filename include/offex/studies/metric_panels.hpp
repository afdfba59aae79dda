#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/columns/panel.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/studies/catalogue.hpp"

namespace offex::studies {

/// Which symbols and sessions a computation covers. `symbols` and `codes` go together and are in
/// order of symbol; `days` ascend.
struct Axis {
  std::vector<market::Day> days;
  std::vector<market::Symbol> symbols;
  std::vector<std::int32_t> codes;
};

/// Returns where a symbol stands in an axis, or nothing.
[[nodiscard]] std::optional<std::size_t> position_of(const Axis& axis,
                                                     const market::Symbol& symbol);

/// The computed columns of a table over (sessions x symbols), found by their catalogue name.
///
/// Every cell is a double: NaN is null, a word is its position, a flag is 0 or 1, a day its number,
/// exact quantities and prices are whole millionths and nano-dollars, an instant is whole
/// microseconds since 1970 (exact below 2^53).
class MetricPanels {
 public:
  MetricPanels(const TableSpec& spec, std::size_t num_days, std::size_t num_symbols);

  [[nodiscard]] const TableSpec& spec() const { return *spec_; }
  [[nodiscard]] std::size_t num_days() const { return num_days_; }
  [[nodiscard]] std::size_t num_symbols() const { return num_symbols_; }
  /// Returns the panel of a column, made on first use. \pre the table has the column
  [[nodiscard]] columns::Panel& operator[](std::string_view name);
  /// Returns the panel of a column that was computed. \pre it was
  [[nodiscard]] const columns::Panel& at(std::string_view name) const;
  /// Gives every cell of a column the same value.
  void fill(std::string_view name, double value);
  /// Sets a Symbol column: one name for all sessions of a panel column.
  void set_symbols(std::string_view name, std::vector<market::Symbol> by_symbol);
  /// Sets a Text column by cell, day x symbols + symbol; an empty text is null.
  void set_texts(std::string_view name, std::vector<std::string> by_cell);

 private:
  friend class RowWriter;
  const TableSpec* spec_;
  std::size_t num_days_;
  std::size_t num_symbols_;
  std::vector<columns::Panel> panels_;                // by catalogue position, empty until used
  std::vector<std::vector<market::Symbol>> symbols_;  // the same, for Symbol columns
  std::vector<std::vector<std::string>> texts_;       // the same, for Text columns
};

/// How a batch names the security.
enum class SymbolColumn : std::uint8_t {
  Code,  ///< `symbol_code` (Int32): the stored table
  Name,  ///< `symbol` (Symbol): the view, files and answers to people
};

/// Turns panels into rows of the table's columns.
class RowWriter {
 public:
  /// `first_day` is the session of panel row 0 in `axis.days`, `first_symbol` that of cell 0.
  RowWriter(const MetricPanels& panels, const Axis& axis, std::size_t first_day,
            std::size_t first_symbol, SymbolColumn symbol_column);

  /// Returns an empty batch with the table's columns.
  [[nodiscard]] static columns::Batch header(const TableSpec& spec, SymbolColumn symbol_column);
  /// Appends rows. \param cells day x (symbols of the panels) + symbol, in the order of the rows
  void append(std::span<const std::size_t> cells, columns::Batch& out) const;

 private:
  const MetricPanels& panels_;
  const Axis& axis_;
  std::size_t first_day_;
  std::size_t first_symbol_;
  SymbolColumn symbol_column_;
};

/// Returns the cells of all rows, symbol by symbol: the seed's order.
[[nodiscard]] std::vector<std::size_t> cells_by_symbol(const MetricPanels& panels);

}  // namespace offex::studies
