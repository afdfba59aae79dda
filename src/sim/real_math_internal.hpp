#pragma once

// Logarithm, exponential and logistic out of additions, multiplications and divisions only. The C
// library's differ in the last bit between versions, and with them a simulated market would.
namespace offex::sim {

/// Returns the natural logarithm. \pre x is normal and positive
[[nodiscard]] double portable_log(double x);

/// Returns e to the x; x is clamped to [-700, 700].
[[nodiscard]] double portable_exp(double x);

/// Returns 1 / (1 + e^-x).
[[nodiscard]] double logistic(double x);

/// Returns the logarithm of the odds. \pre 0 < p < 1
[[nodiscard]] double logit(double p);

}  // namespace offex::sim
