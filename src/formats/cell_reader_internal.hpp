#pragma once

#include <string>
#include <string_view>

#include "offex/columns/column.hpp"

namespace offex::formats {

/// Appends `text` to `column` by the column's type, exactly. Returns what is wrong with the text
/// instead, empty when nothing is; the column is then unchanged. Shares, prices and counts are
/// never negative.
[[nodiscard]] std::string push_cell(columns::Column& column, std::string_view text);

}  // namespace offex::formats
