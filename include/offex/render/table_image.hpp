#pragma once

#include <cstddef>
#include <string>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/render/gnuplot.hpp"
#include "offex/render/table_view.hpp"

namespace offex::render {

/// Rows that a picture of a table can have.
inline constexpr std::size_t kMostImageRows = 800;

/// Returns the commands that draw the table as people see it; `Drawing::script` of `draw`. The
/// picture is as large as the table needs. A table of more than kMostImageRows rows is an
/// InvalidArgument.
[[nodiscard]] Result<std::string> table_script(const TableView& view, const columns::Batch& batch,
                                               Theme theme, ImageFormat format);

}  // namespace offex::render
