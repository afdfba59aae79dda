#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "render/palette_internal.hpp"

namespace offex::render {

Colour colour_of(Paint paint, Theme theme) {
  const bool light = theme == Theme::Light;
  switch (paint) {
    case Paint::Paper:
      return light ? 0xFFFFFF : 0x12161C;
    case Paint::Panel:
      return light ? 0xF6F7F9 : 0x1A2028;
    case Paint::Stripe:
      return light ? 0xFAFBFC : 0x161B22;
  }
  return 0;
}

// Blue and orange differ in lightness as well as in hue, so that no reader, and no copier, takes
// one for the other.
Colour colour_of(Ink ink, Theme theme) {
  const bool light = theme == Theme::Light;
  switch (ink) {
    case Ink::Text:
      return light ? 0x1C2430 : 0xE3E8EF;
    case Ink::Quiet:
      return light ? 0x5D6878 : 0x97A3B4;
    case Ink::Grid:
      return light ? 0xE3E7ED : 0x28313C;
    case Ink::Band:
      return light ? 0xE6EAF1 : 0x242D39;
    case Ink::Shade1:
      return light ? 0x33415C : 0xC6D2E6;
    case Ink::Shade2:
      return light ? 0x7E8CA6 : 0x7B8AA4;
    case Ink::Shade3:
      return light ? 0xC2CAD7 : 0x414D60;
    case Ink::Positive:
      return light ? 0x0B5FB8 : 0x6CB2FF;
    case Ink::Negative:
      return light ? 0xD9730D : 0xFFA45C;
  }
  return 0;
}

std::string hex_colour(Colour colour) { return fmt::format("#{:06x}", colour); }

Colour mix(Colour from, Colour to, double part) {
  Colour out = 0;
  for (const unsigned shift : {16U, 8U, 0U}) {
    const double a = (from >> shift) & 0xFFU;
    const double b = (to >> shift) & 0xFFU;
    out |= static_cast<Colour>(std::lround(a + (b - a) * part)) << shift;
  }
  return out;
}

Colour heat(double value, double limit, bool is_signed, Theme theme) {
  const double part = std::clamp(std::fabs(value) / limit, 0.0, 1.0);
  const Ink full = !is_signed ? Ink::Shade1 : value < 0 ? Ink::Negative : Ink::Positive;
  return mix(colour_of(Paint::Paper, theme), colour_of(full, theme), part);
}

}  // namespace offex::render
