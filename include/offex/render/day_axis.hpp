#pragma once

#include <span>

#include "offex/market/day.hpp"
#include "offex/render/figure.hpp"

namespace offex::render {

/// Returns the axis of a panel over `days`: day i lies at x = i, without gaps for weekends. Ticks
/// stand at the first session of weeks, months or quarters, as many as `inches` have room for.
[[nodiscard]] Axis day_axis(std::span<const market::Day> days, double inches);

}  // namespace offex::render
