#include <cmath>
#include <limits>

#include "offex/base/check.hpp"
#include "offex/kernels/rolling.hpp"

namespace offex::kernels {

DecayedMeans::DecayedMeans(double half_life, std::size_t count)
    : decay_{std::pow(0.5, 1.0 / half_life)}, sums_(count, 0.0), weights_(count, 0.0) {
  OFFEX_CHECK(half_life > 0.0);
}

void DecayedMeans::add(std::span<const double> values) {
  OFFEX_CHECK(values.size() == sums_.size());
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (std::isnan(values[at])) continue;
    sums_[at] = decay_ * sums_[at] + values[at];
    weights_[at] = decay_ * weights_[at] + 1.0;
  }
}

void DecayedMeans::means(std::span<double> out) const {
  OFFEX_CHECK(out.size() == sums_.size());
  for (std::size_t at = 0; at < out.size(); ++at) {
    out[at] = weights_[at] > 0.0 ? sums_[at] / weights_[at]
                                 : std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace offex::kernels
