#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/random_internal.hpp"
#include "sim/real_math_internal.hpp"

namespace offex::sim {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t step) {
  std::uint64_t mix = seed;
  mix = splitmix(mix) ^ stream;
  mix = splitmix(mix) ^ step;
  for (std::uint64_t& word : state_) word = splitmix(mix);
}

std::uint64_t Random::bits() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }

std::uint64_t Random::below(std::uint64_t count) {
  return std::min(static_cast<std::uint64_t>(uniform() * static_cast<double>(count)), count - 1);
}

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double x = 0.0;
  double y = 0.0;
  double square = 0.0;
  do {
    x = 2.0 * uniform() - 1.0;
    y = 2.0 * uniform() - 1.0;
    square = x * x + y * y;
  } while (square >= 1.0 || square == 0.0);
  const double scale = std::sqrt(-2.0 * portable_log(square) / square);
  spare_ = y * scale;
  has_spare_ = true;
  return x * scale;
}

double Random::fat_tailed() {
  const double z = normal();
  const double product = (1.0 - uniform()) * (1.0 - uniform());  // in (0, 1]
  const double chi_square = std::max(-2.0 * portable_log(product), 1e-3);
  return z / std::sqrt(chi_square / 4.0) * 0.70710678118654752;
}

// Marsaglia and Tsang's method; a shape below 1 is boosted by a power of a uniform.
double Random::gamma(double shape) {
  if (shape < 1.0) {
    const double boost = portable_exp(portable_log(1.0 - uniform()) / shape);
    return gamma(shape + 1.0) * boost;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal();
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double u = 1.0 - uniform();
    if (portable_log(u) < 0.5 * x * x + d - d * v + d * portable_log(v)) return d * v;
  }
}

double Random::beta(double a, double b) {
  const double x = gamma(a);
  const double y = gamma(b);
  return x + y > 0.0 ? x / (x + y) : a / (a + b);
}

std::int64_t Random::binomial(std::int64_t trials, double p) {
  constexpr std::int64_t kCounted = 64;
  if (trials <= kCounted) {
    std::int64_t hits = 0;
    for (std::int64_t i = 0; i < trials; ++i) hits += chance(p) ? 1 : 0;
    return hits;
  }
  const auto n = static_cast<double>(trials);
  const double draw = std::floor(n * p + std::sqrt(n * p * (1.0 - p)) * normal() + 0.5);
  return static_cast<std::int64_t>(std::clamp(draw, 0.0, n));
}

}  // namespace offex::sim
