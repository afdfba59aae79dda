#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "sim/real_math_internal.hpp"

namespace offex::sim {
namespace {

constexpr double kLn2High = 6.93147180369123816490e-01;  // low bits are zero: k * high is exact
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kSqrt2 = 1.41421356237309504880;
constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52U) - 1;
constexpr std::int64_t kBias = 1023;

// Series coefficients, the highest power first; a table, because division is slow.
constexpr std::array<double, 11> kOddReciprocals{1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15,
                                                 1.0 / 13, 1.0 / 11, 1.0 / 9,  1.0 / 7,
                                                 1.0 / 5,  1.0 / 3,  1.0};
constexpr std::array<double, 14> kInverseFactorials = [] {
  std::array<double, 14> out{};
  double factorial = 1.0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i > 0) factorial *= static_cast<double>(i);
    out[out.size() - 1 - i] = 1.0 / factorial;
  }
  return out;
}();

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
  for (const double coefficient : kOddReciprocals) series = series * square + coefficient;
  const auto k = static_cast<double>(exponent);
  return k * kLn2High + (2.0 * s * series + k * kLn2Low);
}

double portable_exp(double x) {
  x = std::clamp(x, -700.0, 700.0);
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double series = 0.0;
  for (const double coefficient : kInverseFactorials) series = series * r + coefficient;
  const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + kBias);
  return series * std::bit_cast<double>(exponent << 52U);
}

double logistic(double x) { return 1.0 / (1.0 + portable_exp(-x)); }

double logit(double p) { return portable_log(p / (1.0 - p)); }

}  // namespace offex::sim
