#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "offex/columns/column.hpp"

namespace offex::render {

/// Returns whether a column of this type holds words that a format may have to quote.
[[nodiscard]] bool is_wordy(columns::Type type);

/// Returns whether people read the column as numbers.
[[nodiscard]] bool is_numeric(columns::Type type);

/// Returns whether there is something to show: valid, and finite where it is a double.
[[nodiscard]] bool has_value(const columns::Column& column, std::size_t row);

/// Returns the words of a cell of a wordy column. The view lives as long as the column.
[[nodiscard]] std::string_view words_of(const columns::Column& column, std::size_t row);

/// Appends the exact text of a cell that is neither wordy nor Bool; the same characters as
/// columns::cell_text. \pre has_value(column, row)
void append_exact(std::string& out, const columns::Column& column, std::size_t row);

/// Appends `value` / 10^`scale` in its shortest exact form.
void append_decimal(std::string& out, std::int64_t value, int scale);

}  // namespace offex::render
