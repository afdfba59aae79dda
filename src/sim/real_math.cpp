#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "sim/real_math_internal.hpp"

namespace offex::sim {
namespace {

constexpr double kLn2High = 6.93147180369123816490e-01;  // low bits are zero: k * high is exact
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kSqrt2 = 1.41421356237309504880;
constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52U) - 1;
constexpr std::int64_t kBias = 1023;

}  // namespace

double portable_log(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<std::int64_t>(bits >> 52U) - kBias;
  auto mantissa =
      std::bit_cast<double>((bits & kMantissa) | (static_cast<std::uint64_t>(kBias) << 52U));
  if (mantissa > kSqrt2) {
    mantissa *= 0.5;
    ++exponent;
  }
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  const double square = s * s;
  double series = 0.0;
  for (int term = 21; term >= 1; term -= 2) series = series * square + 1.0 / term;
  const auto k = static_cast<double>(exponent);
  return k * kLn2High + (2.0 * s * series + k * kLn2Low);
}

double portable_exp(double x) {
  x = std::clamp(x, -700.0, 700.0);
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double series = 1.0;
  for (int term = 13; term >= 1; --term) series = 1.0 + series * r / term;
  const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + kBias);
  return series * std::bit_cast<double>(exponent << 52U);
}

double logistic(double x) { return 1.0 / (1.0 + portable_exp(-x)); }

double logit(double p) { return portable_log(p / (1.0 - p)); }

}  // namespace offex::sim
