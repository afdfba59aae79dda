#pragma once

#include <string>
#include <vector>

#include "offex/render/figure.hpp"

namespace offex::views {

/// A plot area: what it shows along both axes, and its size in inches.
struct PlotArea {
  double x_low, x_high, y_low, y_high;
  double width, height;
};

/// A point that wants its name beside it.
struct NamedPoint {
  double x, y;
  std::string name;
  render::Ink ink{render::Ink::Text};
  bool bold{false};
};

/// Puts names beside their points, the first ones first, where none covers another name, a named
/// point, another of the `dots` or the edge. A name without such a place is left out, but a bold
/// one covers dots rather than that.
[[nodiscard]] render::Texts place_labels(const std::vector<NamedPoint>& points,
                                         const render::Points& dots, const PlotArea& area);

}  // namespace offex::views
