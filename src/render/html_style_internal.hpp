#pragma once

#include <string>
#include <string_view>

#include "offex/render/gnuplot.hpp"

namespace offex::render {

/// The style sheet of a report, inlined into the page: light or dark as the reader prefers.
[[nodiscard]] std::string report_style();

/// The style sheet of a page that holds one table.
[[nodiscard]] std::string table_style(Theme theme);

}  // namespace offex::render
