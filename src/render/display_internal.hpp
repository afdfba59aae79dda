#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "offex/columns/column.hpp"
#include "offex/render/table_view.hpp"

namespace offex::render {

enum class Tone : std::uint8_t { None, Positive, Negative };

/// A cell as people see it; texts are not yet escaped for the medium.
struct DisplayCell {
  std::string text{};
  Tone tone{Tone::None};
  bool missing{false};
};

/// Rounds and decorates one cell.
[[nodiscard]] DisplayCell display_cell(const columns::Column& column, std::size_t row,
                                       const ColumnFormat& format);

/// Returns whether cells of the column go to the right.
[[nodiscard]] bool is_right_aligned(const columns::Column& column, const ColumnFormat& format);

/// Returns the heading to show.
[[nodiscard]] const std::string& heading_of(const ColumnFormat& format);

}  // namespace offex::render
