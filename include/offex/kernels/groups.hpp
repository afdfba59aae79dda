#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace offex::kernels {

/// Returns weights that sum to 1 with none above `cap`: what is cut is given to the others in
/// proportion, again and again. Equal weights where the cap cannot hold (n x cap <= 1). Negative or
/// NaN weights are 0; nothing but zeros stays zeros.
[[nodiscard]] std::vector<double> cap_weights(std::span<const double> weights, double cap);

/// Returns the score of a group: sum(w z) / sqrt(sum(w^2) + rho (sum(w)^2 - sum(w^2))), which is
/// standard normal when the members' scores are and have correlation `rho`. Pairs with a NaN are
/// left out; NaN when none is left.
[[nodiscard]] double group_score(std::span<const double> z, std::span<const double> weights,
                                 double rho);

/// Two-sided CUSUM of normal scores (Page 1954).
struct CusumState {
  double up{0.0};
  double down{0.0};
};
/// What one observation did: +1 the upper sum passed `limit` (and starts again at 0), -1 the lower,
/// 0 neither. NaN leaves the state alone. \param slack k, \param limit h
[[nodiscard]] int step_cusum(double z, double slack, double limit, CusumState& state);
/// Returns the positions at which step_cusum raised an alarm in `z`, oldest first; a lower alarm is
/// the position's complement (~i).
[[nodiscard]] std::vector<std::ptrdiff_t> cusum_alarms(std::span<const double> z, double slack,
                                                       double limit);

}  // namespace offex::kernels
