#pragma once

#include <span>

namespace offex::kernels {

// P-values of normal scores, their combination and their correction for many tests.

/// Returns P(|Z| >= |z|).
[[nodiscard]] double p_two_sided(double z);
/// Returns P(Z >= z): surges only.
[[nodiscard]] double p_upper(double z);
/// Returns the p-value of J = z_r^2 + max(z_v, 0)^2, exact under independent normal scores: half
/// chi-square with one degree of freedom, half with two.
[[nodiscard]] double p_joint(double z_r, double z_v);

/// Returns the Cauchy combination of p-values (Liu and Xie 2020), each first limited to
/// [1e-300, cap]: a cap below 1 keeps one p-value near 1 from cancelling a real signal.
/// \pre not empty
[[nodiscard]] double combine_p(std::span<const double> p, double cap);

/// Fills `q` with Benjamini-Hochberg q-values: min over j >= i of p(j) m / j, at most 1. NaN is no
/// test and stays NaN. Spans of one length; `q` may be `p`. O(n log n).
void false_discovery_rates(std::span<const double> p, std::span<double> q);

}  // namespace offex::kernels
