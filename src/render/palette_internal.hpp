#pragma once

#include <cstdint>
#include <string>

#include "offex/render/figure.hpp"

namespace offex::render {

/// A colour as 0xRRGGBB.
using Colour = std::uint32_t;

/// What is neither data nor its marks.
enum class Paint : std::uint8_t { Paper, Panel, Stripe };

[[nodiscard]] Colour colour_of(Paint paint, Theme theme);
[[nodiscard]] Colour colour_of(Ink ink, Theme theme);
/// Returns "#rrggbb".
[[nodiscard]] std::string hex_colour(Colour colour);
/// Returns the colour between two: `part` 0 is `from`, 1 is `to`.
[[nodiscard]] Colour mix(Colour from, Colour to, double part);
/// Returns the colour of a value in a heat map. \pre it is not NaN
[[nodiscard]] Colour heat(double value, double limit, bool is_signed, Theme theme);

}  // namespace offex::render
