#pragma once

#include <span>

namespace offex::kernels {

// Probability functions. Pure, safe to call from many threads. A result depends on its own
// arguments only, so a span gives the same bits as one call a value, wherever the value stands.

/// Returns the standard normal distribution function.
[[nodiscard]] double normal_cdf(double z);

/// Returns the z with normal_cdf(z) = p, by Wichura's AS241 (about 1e-16 relative). p <= 0 is -inf,
/// p >= 1 is +inf.
[[nodiscard]] double normal_quantile(double p);

/// Returns the regularised incomplete beta function I_x(a, b); x outside (0, 1) is 0 or 1.
/// Error at most 1e-14. \pre a > 0, b > 0
[[nodiscard]] double incomplete_beta(double a, double b, double x);

/// Returns P(|T| >= |t|) of Student's t with `nu` degrees of freedom, which need not be whole.
[[nodiscard]] double student_two_sided(double t, double nu);

/// Returns the normal score that has the tail probability of `t` with `nu` degrees of freedom: odd
/// in t, |z| <= 38. Removes the length of the history from a t-score (SCANNER's Z). NaN stays NaN.
/// \pre nu >= 1
[[nodiscard]] double student_to_normal(double t, double nu);

/// Fills `z` with student_to_normal of each pair; all spans have one length, `z` may be `t`.
void student_to_normal(std::span<const double> t, std::span<const double> nu, std::span<double> z);

}  // namespace offex::kernels
