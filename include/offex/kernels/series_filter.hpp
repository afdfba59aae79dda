#pragma once

#include <cstdint>
#include <span>

namespace offex::kernels {

/// How a series is judged one step ahead.
struct SeriesParameters {
  double mean_half_life{20.0};      ///< observations
  double variance_half_life{60.0};  ///< observations
  double phi{0.30};                 ///< share of the last deviation that is expected again
  double prior_weight{4.0};         ///< observations that the prior variance counts for
  double clip{4.0};       ///< standard deviations beyond which a value moves the state no more
  int min_count{10};      ///< observations before the first score
  bool zero_mean{false};  ///< the expectation is 0: no mean, no `phi`
};

/// What a series carries from one observation to the next; a fresh one knows nothing.
struct SeriesState {
  double weight{0.0}, weight2{0.0};  ///< of the mean: sums of decays and of their squares
  double sum{0.0};                   ///< decayed sum of clipped values
  double variance_weight{0.0}, variance_weight2{0.0};
  double squares{0.0};  ///< decayed sum of squared clipped deviations
  double last{0.0};     ///< last deviation from the mean
  std::int64_t count{0};

  friend bool operator==(const SeriesState&, const SeriesState&) = default;
};

/// What one observation says.
struct SeriesScore {
  double z;     ///< normal score; NaN before `min_count` observations
  double neff;  ///< effective observations behind the mean; +inf when the mean is given
  double nu;    ///< degrees of freedom of the variance, the prior's included
};

/// Judges `value` against what came before and then takes it in. `prior` is the standard deviation
/// expected without any history (> 0). A NaN or infinite value leaves the state alone and scores
/// NaN.
[[nodiscard]] SeriesScore step_series(const SeriesParameters& parameters, double prior,
                                      double value, SeriesState& state);

/// The same for one value of many series that share a prior: the same bits, several times as fast.
/// The spans have one length.
void step_series(const SeriesParameters& parameters, double prior, std::span<const double> values,
                 std::span<SeriesState> states, std::span<SeriesScore> scores);

/// Takes `value` in without the score, which costs most of the time.
void advance_series(const SeriesParameters& parameters, double prior, double value,
                    SeriesState& state);

/// Returns the standard deviation that the history alone tells, sqrt(squares / variance_weight), or
/// NaN where there is none.
[[nodiscard]] double series_deviation(const SeriesState& state);

}  // namespace offex::kernels
