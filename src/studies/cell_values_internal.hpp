#pragma once

#include <cmath>
#include <string_view>

#include "offex/columns/batch.hpp"
#include "offex/columns/panel.hpp"

namespace offex::studies {

/// Returns a cell of a Double column; NaN is null. \pre the batch has the column
[[nodiscard]] inline double number_at(const columns::Batch& batch, std::string_view name,
                                      std::size_t row) {
  const columns::Column& column = *batch.find(name);
  return column.valid(row) ? column.values<double>()[row] : columns::Panel::kMissing;
}

/// Appends to a Double column; NaN is null.
inline void push_number(double value, columns::Column& column) {
  if (std::isnan(value)) {
    column.push_missing();
  } else {
    column.push(value);
  }
}

}  // namespace offex::studies
