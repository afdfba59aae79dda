#include "offex/kernels/significance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "offex/base/check.hpp"

#include "kernels/order_statistics_internal.hpp"

namespace offex::kernels {

double p_two_sided(double z) { return std::erfc(std::fabs(z) / std::numbers::sqrt2); }

double p_upper(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double p_joint(double z_r, double z_v) {
  const double surge = std::max(z_v, 0.0);
  const double joint = z_r * z_r + surge * surge;
  return 0.5 * std::erfc(std::sqrt(0.5 * joint)) + 0.5 * std::exp(-0.5 * joint);
}

double combine_p(std::span<const double> p, double cap) {
  OFFEX_CHECK(!p.empty());
  constexpr double kSmallest = 1e-300;
  double sum = 0.0;
  for (const double value : p) {
    sum += 1.0 / std::tan(std::numbers::pi * std::clamp(value, kSmallest, cap));
  }
  return std::atan2(1.0, sum / static_cast<double>(p.size())) / std::numbers::pi;
}

void false_discovery_rates(std::span<const double> p, std::span<double> q) {
  OFFEX_CHECK(p.size() == q.size());
  std::vector<detail::Keyed> sorted;
  std::vector<detail::Keyed> scratch;
  detail::sort_by_value(p, sorted, scratch);
  std::vector<double> rates(p.size(), std::numeric_limits<double>::quiet_NaN());
  const auto tests = static_cast<double>(sorted.size());
  double smallest = 1.0;
  for (std::size_t rank = sorted.size(); rank > 0; --rank) {
    const std::size_t index = sorted[rank - 1].index;
    smallest = std::min(smallest, p[index] * tests / static_cast<double>(rank));
    rates[index] = smallest;
  }
  std::ranges::copy(rates, q.begin());
}

}  // namespace offex::kernels
