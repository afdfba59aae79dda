#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"

// Cells of a batch for those who show them: by name, as plain values. Exact quantities and prices
// become doubles here, so nothing that computes goes this way.
namespace offex::columns {

/// Returns a number: shares, dollars, a flag as 0 or 1; NaN where the cell is missing.
/// \pre the column holds numbers
[[nodiscard]] double number_of(const Column& column, std::size_t row);
/// \pre the batch has the column
[[nodiscard]] double number_of(const Batch& batch, std::string_view name, std::size_t row);

/// \pre the batch has the column, and it holds days
[[nodiscard]] std::optional<market::Day> day_of(const Batch& batch, std::string_view name,
                                                std::size_t row);

/// Returns a text, symbol or word; empty where the cell is missing. \pre the batch has the column
[[nodiscard]] std::string text_of(const Batch& batch, std::string_view name, std::size_t row);

}  // namespace offex::columns
