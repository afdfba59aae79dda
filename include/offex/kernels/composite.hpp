#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "offex/kernels/fingerprint.hpp"

// Two composites of a short-sale, a lit and a price score: the seed's, exactly, and a calibrated
// one. NaN is missing.
namespace offex::kernels {

enum class ContextLabel : std::uint8_t { Accumulating, Distribution, Neutral, Insufficient };

/// cs/1.0.0: in [-1, 1] and on the seed's display scale 0 to 100.
struct SeedScore {
  double score;
  double display;
};
/// A missing short score makes both NaN; the other inputs count as 0 when missing.
[[nodiscard]] SeedScore seed_score(double short_z, double lit_z, double price_z, double otc_z);

enum class OtcStatus : std::uint8_t { Anchored, Staled, None };
/// Returns the seed's confidence, 0.25 to 1. It is not a probability.
[[nodiscard]] double seed_confidence(OtcStatus status, bool has_short, bool has_lit, bool has_price,
                                     bool has_lit_imbalance);

/// `score-1`: display above 70 or below 30, strictly; missing is Neutral.
[[nodiscard]] ContextLabel label_by_score(double display);
/// `zrule-1`: both z-scores past their bounds; missing is Neutral.
[[nodiscard]] ContextLabel label_by_z(double short_z, double return_z);

/// Parameters of cs/2.0.0; the parts are short, lit, price in this order.
struct CompositeParameters {
  std::array<double, 3> weight{0.55, 0.30, 0.15};
  std::array<double, 3> direction{1.0, 1.0, 1.0};  ///< +1, 0 (the part is left out) or -1
  double r12{0.0}, r13{0.05}, r23{0.30};           ///< correlations of the parts under the null
  double z_max{4.0};
  double min_coverage{0.5};
  double level{0.90};  ///< of the interval
  double alpha{0.05};  ///< tail of each label
};
/// Returns the parameters under their names for the fingerprint (`w`, `theta`, `R12`, ...).
[[nodiscard]] std::vector<Parameter> named(const CompositeParameters& parameters);

/// cs/2.0.0: uniform on 0 to 100 when nothing is unusual, whatever is missing.
struct CompositeScore {
  double z;
  double standard_error;
  double score;
  double low, high;  ///< interval of `level`
  double coverage;   ///< weight of the parts that are there / of all with a direction
  std::array<double, 3> contribution;  ///< to z, they add up to it; NaN for a missing part
  ContextLabel label;
};
/// \param u standard errors of the z, NaN counts as 0. Too little coverage: all NaN but `coverage`,
/// label Insufficient.
[[nodiscard]] CompositeScore composite_score(const std::array<double, 3>& z,
                                             const std::array<double, 3>& u,
                                             const CompositeParameters& parameters);

/// Returns the standard error of a moderated score by the delta method: sqrt(1/neff + z^2/(2 nu)).
[[nodiscard]] double score_error(double z, double neff, double nu);

}  // namespace offex::kernels
