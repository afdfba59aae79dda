#pragma once

#include <span>
#include <vector>

namespace offex::kernels {

// Statistics by rank over the values of one span. NaN is missing and left out; with no value left
// the result is NaN. The order of the values never matters to a bit of the result.

/// Returns the median; the mean of the middle two of an even number. \param scratch reordered
[[nodiscard]] double median(std::span<const double> values, std::vector<double>& scratch);
[[nodiscard]] double median(std::span<const double> values);

/// Returns the quantile by linear interpolation at (n - 1) p ("type 7"). \pre 0 <= p <= 1
[[nodiscard]] double quantile(std::span<const double> values, double p);

/// Returns (upper - lower quartile) / 1.3489795003921634: the standard deviation of a normal
/// sample, and hardly moved by tails.
[[nodiscard]] double quartile_scale(std::span<const double> values);

/// Returns the median absolute deviation from the median x 1.4826022185056018.
[[nodiscard]] double mad_scale(std::span<const double> values);

/// Fills `ranks` with 1 for the smallest value and so on; equal values share their mean rank. NaN
/// stays NaN. The spans have one length and do not overlap.
void average_ranks(std::span<const double> values, std::span<double> ranks);

/// Fills `share` with (average rank - 0.5) / number of values: in (0, 1), 0.5 at the median.
void percentiles(std::span<const double> values, std::span<double> share);

}  // namespace offex::kernels
