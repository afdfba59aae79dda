#include "offex/studies/metric_panels.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "offex/base/check.hpp"

namespace offex::studies {
namespace {

bool is_symbol_code(const Metric& metric) { return metric.name == "symbol_code"; }

/// Appends a computed cell under the column's type.
void push_cell(columns::Column& column, double cell) {
  if (std::isnan(cell)) {
    column.push_missing();
    return;
  }
  switch (column.type()) {
    case columns::Type::Bool:
      column.push(static_cast<std::int8_t>(cell != 0.0));
      break;
    case columns::Type::Int32:
    case columns::Type::Day:
      column.push(static_cast<std::int32_t>(cell));
      break;
    case columns::Type::Label:
      column.push(static_cast<std::uint8_t>(cell));
      break;
    case columns::Type::Double:
      column.push(cell);
      break;
    case columns::Type::Int64:
    case columns::Type::Quantity:
    case columns::Type::Price:
    case columns::Type::Instant:
      column.push(static_cast<std::int64_t>(cell));
      break;
    case columns::Type::Symbol:
    case columns::Type::Text:
    case columns::Type::Number:
      OFFEX_CHECK(false);  // texts are never cells of a panel
  }
}

}  // namespace

MetricPanels::MetricPanels(const TableSpec& spec, std::size_t num_days, std::size_t num_symbols)
    : spec_{&spec},
      num_days_{num_days},
      num_symbols_{num_symbols},
      panels_(spec.metrics.size()),
      symbols_(spec.metrics.size()) {}

columns::Panel& MetricPanels::operator[](std::string_view name) {
  columns::Panel& panel = panels_[spec_->index_of(name)];
  if (panel.num_symbols() != num_symbols_ || panel.num_days() != num_days_) {
    panel = columns::Panel{num_days_, num_symbols_};
  }
  return panel;
}

const columns::Panel& MetricPanels::at(std::string_view name) const {
  const columns::Panel& panel = panels_[spec_->index_of(name)];
  OFFEX_CHECK(panel.num_days() == num_days_ && panel.num_symbols() == num_symbols_);
  return panel;
}

void MetricPanels::fill(std::string_view name, double value) {
  for (double& cell : (*this)[name].cells()) {
    cell = value;
  }
}

void MetricPanels::set_symbols(std::string_view name, std::vector<market::Symbol> by_symbol) {
  OFFEX_CHECK(by_symbol.size() == num_symbols_);
  symbols_[spec_->index_of(name)] = std::move(by_symbol);
}

RowWriter::RowWriter(const MetricPanels& panels, const Axis& axis, std::size_t first_day,
                     std::size_t first_symbol, SymbolColumn symbol_column)
    : panels_{panels},
      axis_{axis},
      first_day_{first_day},
      first_symbol_{first_symbol},
      symbol_column_{symbol_column} {
  OFFEX_CHECK(first_day + panels.num_days() <= axis.days.size() &&
              first_symbol + panels.num_symbols() <= axis.symbols.size());
}

columns::Batch RowWriter::header(const TableSpec& spec, SymbolColumn symbol_column) {
  columns::Batch out;
  for (const Metric& metric : spec.metrics) {
    if (metric.type == columns::Type::Label) {
      out.add(columns::Column{std::string{metric.name}, metric.words});
    } else if (is_symbol_code(metric) && symbol_column == SymbolColumn::Name) {
      out.add(columns::Column{"symbol", columns::Type::Symbol});
    } else {
      out.add(columns::Column{std::string{metric.name}, metric.type});
    }
  }
  return out;
}

void RowWriter::append(std::size_t day, std::size_t symbol, columns::Batch& out) const {
  const std::span<const Metric> metrics = panels_.spec_->metrics;
  for (std::size_t index = 0; index < metrics.size(); ++index) {
    columns::Column& column = out.column(index);
    if (metrics[index].name == panels_.spec_->day_column) {
      column.push(axis_.days[first_day_ + day].days());
    } else if (metrics[index].type == columns::Type::Symbol) {
      column.push(panels_.symbols_[index][symbol]);
    } else if (!is_symbol_code(metrics[index])) {
      const columns::Panel& panel = panels_.panels_[index];
      push_cell(column, panel.num_days() == 0 ? columns::Panel::kMissing : panel.at(day, symbol));
    } else if (symbol_column_ == SymbolColumn::Name) {
      column.push(axis_.symbols[first_symbol_ + symbol]);
    } else {
      column.push(axis_.codes[first_symbol_ + symbol]);
    }
  }
}

}  // namespace offex::studies
