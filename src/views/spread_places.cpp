#include <algorithm>
#include <cstddef>
#include <vector>

#include "views/spread_places_internal.hpp"

namespace offex::views {

std::vector<double> spread_places(const std::vector<double>& wanted, double gap, double low,
                                  double high) {
  constexpr int kRounds = 50;
  std::vector<std::size_t> order(wanted.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wanted[i]; });
  std::vector<double> out = wanted;
  for (int round = 0; round < kRounds; ++round) {
    for (double& at : out) at = std::clamp(at, low, high);
    for (std::size_t i = 1; i < order.size(); ++i) {
      const double lack = gap - (out[order[i]] - out[order[i - 1]]);
      if (lack <= 0.0) continue;
      out[order[i - 1]] -= lack / 2;
      out[order[i]] += lack / 2;
    }
  }
  return out;
}

}  // namespace offex::views
