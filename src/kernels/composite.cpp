#include "offex/kernels/composite.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "offex/kernels/special_functions.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double or_zero(double value) { return std::isnan(value) ? 0.0 : value; }

/// A symmetric matrix of the parts' correlations.
using Matrix = std::array<std::array<double, 3>, 3>;

Matrix correlations(const CompositeParameters& parameters) {
  const auto& [r12, r13, r23] = std::array{parameters.r12, parameters.r13, parameters.r23};
  return {{{1.0, r12, r13}, {r12, 1.0, r23}, {r13, r23, 1.0}}};
}

/// Weights with their sign; 0 for a part that is missing or left out.
using Signed = std::array<double, 3>;

/// Standard deviation of the weighted sum when nothing is unusual.
double deviation_of(const Signed& weight, const Matrix& correlation) {
  double variance = 0.0;
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      variance += weight[a] * weight[b] * correlation[a][b];
    }
  }
  return std::sqrt(variance);
}

/// Weight of the parts that are there / of all that have a direction.
double coverage_of(const std::array<double, 3>& z, const CompositeParameters& parameters) {
  double there = 0.0;
  double all = 0.0;
  for (std::size_t part = 0; part < 3; ++part) {
    const double weight = parameters.direction[part] != 0.0 ? parameters.weight[part] : 0.0;
    all += weight;
    there += std::isnan(z[part]) ? 0.0 : weight;
  }
  return all > 0.0 ? there / all : 0.0;
}

ContextLabel label_of(double score, double alpha) {
  if (score >= 100.0 * (1.0 - alpha)) {
    return ContextLabel::Accumulating;
  }
  return score <= 100.0 * alpha ? ContextLabel::Distribution : ContextLabel::Neutral;
}

}  // namespace

SeedScore seed_score(double short_z, double lit_z, double price_z, double otc_z) {
  const double pressure = 0.55 * std::tanh(0.5 * short_z) + 0.30 * std::tanh(0.5 * or_zero(lit_z)) +
                          0.15 * std::tanh(0.3 * or_zero(price_z));
  const double intensity = 0.7 + 0.6 / (1.0 + std::exp(-or_zero(otc_z)));
  // clamp keeps a NaN: no score without the short score.
  const double score = std::clamp(pressure * intensity, -1.0, 1.0);
  return {score, 50.0 * (score + 1.0)};
}

double seed_confidence(OtcStatus status, bool has_short, bool has_lit, bool has_price,
                       bool has_lit_imbalance) {
  constexpr std::array<double, 3> kByStatus{1.0, 0.7, 0.5};
  constexpr std::array<double, 4> kByMissing{1.0, 0.8, 0.5, 0.5};
  const std::size_t missing = (has_short ? 0U : 1U) + (has_lit ? 0U : 1U) + (has_price ? 0U : 1U);
  const double value = kByStatus[static_cast<std::size_t>(status)] * kByMissing[missing] *
                       (has_lit_imbalance ? 1.0 : 0.9);
  return std::clamp(value, 0.25, 1.0);
}

ContextLabel label_by_score(double display) {
  if (display > 70.0) {
    return ContextLabel::Accumulating;
  }
  return display < 30.0 ? ContextLabel::Distribution : ContextLabel::Neutral;
}

ContextLabel label_by_z(double short_z, double return_z) {
  if (short_z >= 1.0 && return_z >= 0.5) {
    return ContextLabel::Accumulating;
  }
  return short_z <= -1.0 && return_z <= -0.5 ? ContextLabel::Distribution : ContextLabel::Neutral;
}

std::vector<Parameter> named(const CompositeParameters& parameters) {
  const auto list = [](const std::array<double, 3>& values) {
    return std::vector<double>{values.begin(), values.end()};
  };
  return {{"w", list(parameters.weight)},
          {"theta", list(parameters.direction)},
          {"R12", {parameters.r12}},
          {"R13", {parameters.r13}},
          {"R23", {parameters.r23}},
          {"zmax", {parameters.z_max}},
          {"min_cov", {parameters.min_coverage}},
          {"level", {parameters.level}},
          {"alpha", {parameters.alpha}}};
}

CompositeScore composite_score(const std::array<double, 3>& z, const std::array<double, 3>& u,
                               const CompositeParameters& parameters) {
  CompositeScore out{kNan,
                     kNan,
                     kNan,
                     kNan,
                     kNan,
                     coverage_of(z, parameters),
                     {kNan, kNan, kNan},
                     ContextLabel::Insufficient};
  if (!(out.coverage > 0.0) || out.coverage < parameters.min_coverage) {
    return out;
  }
  Signed weight{};
  for (std::size_t part = 0; part < 3; ++part) {
    weight[part] = std::isnan(z[part]) ? 0.0 : parameters.weight[part] * parameters.direction[part];
  }
  const double deviation = deviation_of(weight, correlations(parameters));
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t part = 0; part < 3; ++part) {
    if (weight[part] == 0.0) {
      continue;
    }
    const double clamped = std::clamp(z[part], -parameters.z_max, parameters.z_max);
    const double error = weight[part] * or_zero(u[part]);
    out.contribution[part] = weight[part] * clamped / deviation;
    sum += out.contribution[part];
    squares += error * error;
  }
  out.z = sum;
  out.standard_error = std::sqrt(squares) / deviation;
  const double reach = -normal_quantile(0.5 * (1.0 - parameters.level)) * out.standard_error;
  out.score = 100.0 * normal_cdf(out.z);
  out.low = 100.0 * normal_cdf(out.z - reach);
  out.high = 100.0 * normal_cdf(out.z + reach);
  out.label = label_of(out.score, parameters.alpha);
  return out;
}

double score_error(double z, double neff, double nu) {
  return std::sqrt(1.0 / neff + z * z / (2.0 * nu));
}

}  // namespace offex::kernels
