#pragma once

#include <vector>

namespace offex::views {

/// Moves places apart to at least `gap`, in their order and inside a range.
[[nodiscard]] std::vector<double> spread_places(const std::vector<double>& wanted, double gap,
                                                double low, double high);

}  // namespace offex::views
