#include "offex/studies/table_rows.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "offex/base/check.hpp"

namespace offex::studies {
namespace {

using columns::Type;

/// Appends a number in the storage of the column's type.
void push_number(columns::Column& column, double value) {
  if (std::isnan(value)) {
    column.push_missing();
    return;
  }
  switch (column.type()) {
    case Type::Double:
      column.push(value);
      return;
    case Type::Bool:
      column.push(static_cast<std::int8_t>(value));
      return;
    case Type::Int32:
    case Type::Day:
      column.push(static_cast<std::int32_t>(value));
      return;
    case Type::Int64:
    case Type::Quantity:
    case Type::Price:
      column.push(static_cast<std::int64_t>(value));
      return;
    case Type::Label:
      column.push(static_cast<std::uint8_t>(value));
      return;
    case Type::Instant:
    case Type::Symbol:
    case Type::Text:
    case Type::Number:
      OFFEX_CHECK(false);  // no numbers
  }
}

}  // namespace

TableRows::TableRows(const TableSpec& spec, SymbolColumn symbol_column)
    : spec_{&spec}, symbol_column_{symbol_column}, batch_{RowWriter::header(spec, symbol_column)} {}

columns::Column& TableRows::cell(std::size_t column) {
  columns::Column& out = batch_.column(column);
  OFFEX_CHECK(out.size() == rows_);  // each cell is set once
  return out;
}

void TableRows::set(std::size_t column, double value) { push_number(cell(column), value); }

void TableRows::set_text(std::size_t column, std::string_view text) {
  columns::Column& out = cell(column);
  if (text.empty()) {
    out.push_missing();
  } else {
    out.push(std::string{text});
  }
}

void TableRows::set_day(std::string_view name, market::Day day) { cell(at(name)).push(day.days()); }

void TableRows::set_symbol(std::string_view name, const market::Symbol& symbol) {
  cell(at(name)).push(symbol);
}

void TableRows::set_security(const Axis& axis, std::size_t position) {
  columns::Column& out = cell(at("symbol_code"));
  if (symbol_column_ == SymbolColumn::Name) {
    out.push(axis.symbols[position]);
  } else {
    out.push(axis.codes[position]);
  }
}

void TableRows::end_row() {
  ++rows_;
  for (columns::Column& column : batch_.columns()) {
    if (column.size() < rows_) {
      column.push_missing();
    }
  }
}

columns::Batch TableRows::take() {
  rows_ = 0;
  return std::exchange(batch_, RowWriter::header(*spec_, symbol_column_));
}

}  // namespace offex::studies
