#pragma once

#include <cstddef>
#include <span>

namespace offex::kernels {

// How two samples go together. Pairs (triples) with a NaN are left out; fewer than 3 left, or one
// side all equal, is NaN. Two-pass sums in the order of the spans.

/// Returns Pearson's correlation.
[[nodiscard]] double correlation(std::span<const double> a, std::span<const double> b);
/// Returns Spearman's: the correlation of average ranks ("rank information coefficient").
[[nodiscard]] double rank_correlation(std::span<const double> a, std::span<const double> b);
/// Returns the rank correlation of a and b given c: (ab - ac bc) / sqrt((1 - ac^2)(1 - bc^2)).
[[nodiscard]] double partial_rank_correlation(std::span<const double> a, std::span<const double> b,
                                              std::span<const double> c);

/// Returns mean / standard error of a series whose neighbours overlap: Newey and West 1987 with
/// Bartlett weights up to `lag`. NaN for fewer than 2 values. \pre no NaN
[[nodiscard]] double newey_west_t(std::span<const double> values, std::size_t lag);

/// Returns about how large the largest of `trials` independent standard normals is expected to be.
/// 0 for one trial or none.
[[nodiscard]] double expected_maximum(double trials);

}  // namespace offex::kernels
