#include "offex/studies/metric_panels.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/kernels/elementwise.hpp"

namespace offex::studies {
namespace {

bool is_symbol_code(const Metric& metric) { return metric.name == "symbol_code"; }

/// Appends computed cells as whole numbers of the column's storage, or as they are.
template <class T>
void push_cells(const columns::Panel& panel, std::span<const std::size_t> cells,
                columns::Column& column) {
  const std::span<const double> values = panel.cells();
  for (const std::size_t cell : cells) {
    const double value = values[cell];
    if (std::isnan(value)) {
      column.push_missing();
    } else {
      column.push(static_cast<T>(value));
    }
  }
}

void push_instants(const columns::Panel& panel, std::span<const std::size_t> cells,
                   columns::Column& column) {
  constexpr std::int64_t kNanosPerMicro = 1'000;
  for (const std::size_t cell : cells) {
    const double micros = panel.cells()[cell];
    if (std::isnan(micros)) {
      column.push_missing();
    } else {
      column.push(static_cast<std::int64_t>(micros) * kNanosPerMicro);
    }
  }
}

void push_column(const columns::Panel& panel, std::span<const std::size_t> cells,
                 columns::Column& column) {
  switch (column.type()) {
    case columns::Type::Bool:
      push_cells<std::int8_t>(panel, cells, column);
      break;
    case columns::Type::Int32:
    case columns::Type::Day:
      push_cells<std::int32_t>(panel, cells, column);
      break;
    case columns::Type::Label:
      push_cells<std::uint8_t>(panel, cells, column);
      break;
    case columns::Type::Double:
      push_cells<double>(panel, cells, column);
      break;
    case columns::Type::Int64:
    case columns::Type::Quantity:
    case columns::Type::Price:
      push_cells<std::int64_t>(panel, cells, column);
      break;
    case columns::Type::Instant:
      push_instants(panel, cells, column);
      break;
    case columns::Type::Symbol:
    case columns::Type::Text:
    case columns::Type::Number:
      OFFEX_CHECK(false);  // texts are never cells of a panel
  }
}

void push_texts(const std::vector<std::string>& texts, std::span<const std::size_t> cells,
                columns::Column& column) {
  for (const std::size_t cell : cells) {
    if (texts[cell].empty()) {
      column.push_missing();
    } else {
      column.push(texts[cell]);
    }
  }
}

}  // namespace

std::optional<std::size_t> position_of(const Axis& axis, const market::Symbol& symbol) {
  const auto found = std::ranges::lower_bound(axis.symbols, symbol);
  if (found == axis.symbols.end() || *found != symbol) return std::nullopt;
  return static_cast<std::size_t>(found - axis.symbols.begin());
}

MetricPanels::MetricPanels(const TableSpec& spec, std::size_t num_days, std::size_t num_symbols)
    : spec_{&spec},
      num_days_{num_days},
      num_symbols_{num_symbols},
      panels_(spec.metrics.size()),
      symbols_(spec.metrics.size()),
      texts_(spec.metrics.size()) {}

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
  kernels::fill(value, (*this)[name].cells());
}

void MetricPanels::set_symbols(std::string_view name, std::vector<market::Symbol> by_symbol) {
  OFFEX_CHECK(by_symbol.size() == num_symbols_);
  symbols_[spec_->index_of(name)] = std::move(by_symbol);
}

void MetricPanels::set_texts(std::string_view name, std::vector<std::string> by_cell) {
  OFFEX_CHECK(by_cell.size() == num_days_ * num_symbols_);
  texts_[spec_->index_of(name)] = std::move(by_cell);
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

void RowWriter::append(std::span<const std::size_t> cells, columns::Batch& out) const {
  const std::span<const Metric> metrics = panels_.spec_->metrics;
  const std::size_t width = panels_.num_symbols_;
  for (std::size_t index = 0; index < metrics.size(); ++index) {
    columns::Column& column = out.column(index);
    const columns::Panel& panel = panels_.panels_[index];
    const std::vector<market::Symbol>& names = panels_.symbols_[index];
    const std::vector<std::string>& texts = panels_.texts_[index];
    if (metrics[index].name == panels_.spec_->day_column) {
      for (const std::size_t cell : cells) {
        column.push(axis_.days[first_day_ + cell / width].days());
      }
    } else if (is_symbol_code(metrics[index]) && symbol_column_ == SymbolColumn::Name) {
      for (const std::size_t cell : cells) {
        column.push(axis_.symbols[first_symbol_ + cell % width]);
      }
    } else if (is_symbol_code(metrics[index])) {
      for (const std::size_t cell : cells) {
        column.push(axis_.codes[first_symbol_ + cell % width]);
      }
    } else if (metrics[index].type == columns::Type::Symbol) {
      for (const std::size_t cell : cells) {
        column.push(names[cell % width]);
      }
    } else if (metrics[index].type == columns::Type::Text) {
      OFFEX_CHECK(texts.size() == panels_.num_days_ * width);
      push_texts(texts, cells, column);
    } else {
      OFFEX_CHECK(panel.num_symbols() == width);  // every column of the catalogue is computed
      push_column(panel, cells, column);
    }
  }
}

std::vector<std::size_t> cells_by_symbol(const MetricPanels& panels) {
  std::vector<std::size_t> out;
  out.reserve(panels.num_days() * panels.num_symbols());
  for (std::size_t symbol = 0; symbol < panels.num_symbols(); ++symbol) {
    for (std::size_t day = 0; day < panels.num_days(); ++day) {
      out.push_back(day * panels.num_symbols() + symbol);
    }
  }
  return out;
}

}  // namespace offex::studies
