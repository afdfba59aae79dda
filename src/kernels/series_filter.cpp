#include "offex/kernels/series_filter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "offex/base/check.hpp"
#include "offex/kernels/special_functions.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What an older observation still counts for.
struct Decay {
  explicit Decay(const SeriesParameters& parameters)
      : mean{std::exp2(-1.0 / parameters.mean_half_life)},
        variance{std::exp2(-1.0 / parameters.variance_half_life)} {}

  double mean;
  double variance;
};

/// What the history expects of the next value.
struct Forecast {
  double mean;
  double expected;
  double deviation;
  double spread;  // variance of a one-step error / variance of the series
  double neff;
  double nu;
};

Forecast forecast(const SeriesParameters& parameters, double prior, const SeriesState& state) {
  const bool history = state.variance_weight > 0.0;
  const double d =
      history ? state.variance_weight * state.variance_weight / state.variance_weight2 : 0.0;
  const double own = history ? d * state.squares / state.variance_weight : 0.0;
  const double nu = parameters.prior_weight + d;
  const double variance = (parameters.prior_weight * prior * prior + own) / nu;
  if (parameters.zero_mean) {
    return {0.0, 0.0, std::sqrt(variance), 1.0, kInfinity, nu};
  }
  const double neff = state.weight * state.weight / state.weight2;
  const double mean = state.sum / state.weight;
  const double spread = 1.0 + 1.0 / neff;
  return {mean, mean + parameters.phi * state.last, std::sqrt(variance * spread), spread, neff, nu};
}

/// Whether a value can be judged at all: a mean must come from somewhere.
bool can_judge(const SeriesParameters& parameters, const SeriesState& state) {
  return parameters.zero_mean || state.count > 0;
}

void learn_mean(double decay, double value, SeriesState& state) {
  state.sum = decay * state.sum + value;
  state.weight = decay * state.weight + 1.0;
  state.weight2 = decay * decay * state.weight2 + 1.0;
}

void learn_deviation(double decay, double square, SeriesState& state) {
  state.squares = decay * state.squares + square;
  state.variance_weight = decay * state.variance_weight + 1.0;
  state.variance_weight2 = decay * decay * state.variance_weight2 + 1.0;
}

/// A value's distance from what was expected, and how it is judged.
struct Judgement {
  double t;  // NaN: not judged
  double neff;
  double nu;
};

/// Judges and takes in; the score itself is left to the caller. \pre `value` is finite
Judgement advance(const SeriesParameters& parameters, const Decay& decay, double prior,
                  double value, SeriesState& state) {
  if (!can_judge(parameters, state)) {
    state.last = 0.0;
    learn_mean(decay.mean, value, state);
    ++state.count;
    return {kNan, 0.0, parameters.prior_weight};
  }
  const Forecast now = forecast(parameters, prior, state);
  const double t = (value - now.expected) / now.deviation;
  const double moved = std::clamp(t, -parameters.clip, parameters.clip) * now.deviation;
  const bool scored = state.count >= parameters.min_count;
  learn_deviation(decay.variance, moved * moved / now.spread, state);
  if (!parameters.zero_mean) {
    const double clipped = now.expected + moved;
    state.last = clipped - now.mean;
    learn_mean(decay.mean, clipped, state);
  }
  ++state.count;
  return {scored ? t : kNan, now.neff, now.nu};
}

/// What a missing value is answered with: the degrees are those that a value would have met.
Judgement untouched(const SeriesParameters& parameters, double prior, const SeriesState& state) {
  if (!can_judge(parameters, state)) {
    return {kNan, 0.0, parameters.prior_weight};
  }
  const Forecast now = forecast(parameters, prior, state);
  return {kNan, now.neff, now.nu};
}

Judgement judge(const SeriesParameters& parameters, const Decay& decay, double prior, double value,
                SeriesState& state) {
  return std::isfinite(value) ? advance(parameters, decay, prior, value, state)
                              : untouched(parameters, prior, state);
}

}  // namespace

SeriesScore step_series(const SeriesParameters& parameters, double prior, double value,
                        SeriesState& state) {
  OFFEX_CHECK(prior > 0.0);
  const Judgement judged = judge(parameters, Decay{parameters}, prior, value, state);
  return {std::isnan(judged.t) ? kNan : student_to_normal(judged.t, judged.nu), judged.neff,
          judged.nu};
}

void step_series(const SeriesParameters& parameters, double prior, std::span<const double> values,
                 std::span<SeriesState> states, std::span<SeriesScore> scores) {
  OFFEX_CHECK(prior > 0.0 && values.size() == states.size() && values.size() == scores.size());
  constexpr std::size_t kTile = 256;
  double t[kTile];
  double nu[kTile];
  const Decay decay{parameters};
  for (std::size_t first = 0; first < values.size(); first += kTile) {
    const std::size_t count = std::min(kTile, values.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      const Judgement judged =
          judge(parameters, decay, prior, values[first + i], states[first + i]);
      t[i] = judged.t;
      nu[i] = judged.nu;
      scores[first + i] = {kNan, judged.neff, judged.nu};
    }
    student_to_normal(std::span{t, count}, std::span{nu, count}, std::span{t, count});
    for (std::size_t i = 0; i < count; ++i) {
      scores[first + i].z = t[i];
    }
  }
}

void advance_series(const SeriesParameters& parameters, double prior, double value,
                    SeriesState& state) {
  OFFEX_CHECK(prior > 0.0);
  if (std::isfinite(value)) {
    advance(parameters, Decay{parameters}, prior, value, state);
  }
}

double series_deviation(const SeriesState& state) {
  return state.variance_weight > 0.0 ? std::sqrt(state.squares / state.variance_weight) : kNan;
}

}  // namespace offex::kernels
