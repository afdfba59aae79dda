#pragma once

#include <string>
#include <vector>

#include "offex/render/figure.hpp"

namespace offex::render {

struct Range {
  double low, high;
};

/// An axis with nothing left to decide.
struct ShownAxis {
  Range range{0.0, 1.0};
  std::vector<Tick> ticks{};
};

/// Decides the range of an axis from what the marks take up, and the ticks that `inches` have room
/// for. \param along_x whether it is the horizontal one
[[nodiscard]] ShownAxis shown_axis(const Axis& axis, const std::vector<Mark>& marks, bool along_x,
                                   double inches);

/// Returns a number as the labels of an axis show it. \param step distance of the ticks
[[nodiscard]] std::string tick_text(double value, double step, Unit unit);

}  // namespace offex::render
