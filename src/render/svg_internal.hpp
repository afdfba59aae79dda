#pragma once

#include <string>
#include <string_view>

namespace offex::render {

/// Mends what gnuplot's SVG terminal cannot say: bold text, fonts to fall back on where DejaVu is
/// not installed, and what the picture shows; and drops the titles of its parts, which browsers
/// would show as tips. \param title of the picture, for readers who do not see it
[[nodiscard]] std::string finish_svg(std::string_view svg, std::string_view title);

}  // namespace offex::render
