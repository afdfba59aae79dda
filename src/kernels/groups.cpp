#include "offex/kernels/groups.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "offex/base/check.hpp"

namespace offex::kernels {
namespace {

/// Sum of the weights that are not fixed at the cap.
double free_sum(const std::vector<double>& weights, const std::vector<char>& fixed) {
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += fixed[i] != 0 ? 0.0 : weights[i];
  }
  return sum;
}

/// Fixes all free weights above the cap. Returns how many.
std::size_t fix_above(double cap, std::vector<double>& weights, std::vector<char>& fixed) {
  constexpr double kRounding = 1.0 + 1e-15;  // a weight that was scaled to the cap is not above it
  std::size_t count = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (fixed[i] == 0 && weights[i] > cap * kRounding) {
      fixed[i] = 1;
      weights[i] = cap;
      ++count;
    }
  }
  return count;
}

}  // namespace

std::vector<double> cap_weights(std::span<const double> weights, double cap) {
  OFFEX_CHECK(cap > 0.0);
  std::vector<double> out(weights.size());
  double total = 0.0;
  std::size_t positive = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = std::isfinite(weights[i]) && weights[i] > 0.0 ? weights[i] : 0.0;
    total += out[i];
    positive += out[i] > 0.0 ? 1U : 0U;
  }
  if (positive == 0) {
    return out;
  }
  const bool feasible = static_cast<double>(positive) * cap > 1.0;
  for (double& weight : out) {
    const double equal = weight > 0.0 ? 1.0 / static_cast<double>(positive) : 0.0;
    weight = feasible ? weight / total : equal;
  }
  std::vector<char> fixed(out.size(), 0);
  std::size_t num_fixed = 0;
  while (const std::size_t more = feasible ? fix_above(cap, out, fixed) : 0) {
    num_fixed += more;
    const double free = free_sum(out, fixed);
    const double scale = (1.0 - cap * static_cast<double>(num_fixed)) / free;
    for (std::size_t i = 0; free > 0.0 && i < out.size(); ++i) {
      out[i] *= fixed[i] != 0 ? 1.0 : scale;
    }
  }
  return out;
}

double group_score(std::span<const double> z, std::span<const double> weights, double rho) {
  OFFEX_CHECK(z.size() == weights.size());
  double sum = 0.0;
  double squares = 0.0;
  double scores = 0.0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (std::isnan(z[i]) || std::isnan(weights[i])) {
      continue;
    }
    sum += weights[i];
    squares += weights[i] * weights[i];
    scores += weights[i] * z[i];
  }
  const double variance = squares + rho * (sum * sum - squares);
  return variance > 0.0 ? scores / std::sqrt(variance) : std::numeric_limits<double>::quiet_NaN();
}

int step_cusum(double z, double slack, double limit, CusumState& state) {
  if (std::isnan(z)) {
    return 0;
  }
  state.up = std::max(0.0, state.up + z - slack);
  state.down = std::max(0.0, state.down - z - slack);
  if (state.up > limit) {
    state.up = 0.0;
    return 1;
  }
  if (state.down > limit) {
    state.down = 0.0;
    return -1;
  }
  return 0;
}

std::vector<std::ptrdiff_t> cusum_alarms(std::span<const double> z, double slack, double limit) {
  std::vector<std::ptrdiff_t> out;
  CusumState state;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const int alarm = step_cusum(z[i], slack, limit, state);
    const auto position = static_cast<std::ptrdiff_t>(i);
    if (alarm != 0) {
      out.push_back(alarm > 0 ? position : ~position);
    }
  }
  return out;
}

}  // namespace offex::kernels
