#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "offex/base/multiversion.hpp"

#include "kernels/special_functions_internal.hpp"

// Student's t to normal scores in lanes, one value a lane: plain loops over arrays that compilers
// turn into vectors. Nothing in a lane depends on another.
namespace offex::kernels {
namespace {

using Lanes = std::array<double, detail::kStudentTile>;

/// What the levels of the fraction read.
struct TailLanes {
  Lanes a, x, step, base, h;
};

/// Returns 1 / B(a, 1/2) for a >= 1: gamma(a + 1/2) / gamma(a) by its series at a + 8.
inline double inverse_beta(double a) {
  constexpr detail::Coefficients kSeries{
      1.0,
      0.015625,
      -0.0023193359375,
      0.0012035369873046875,
      -0.0012987628579139709473,
      0.0023855575127527117729,
      -0.0066709634620565338992,
      0.026412154660064857126,
  };
  const double w = a + 7.75;
  const double rest = detail::polynomial(kSeries, 1.0 / (w * w));
  const double above = a * (a + 7.0);  // (a + k) (a + 7 - k) is this + k (7 - k)
  const double below = (a + 0.5) * (a + 7.5);
  const double down = (above * (above + 6.0)) * ((above + 10.0) * (above + 12.0));
  const double up = (below * (below + 6.0)) * ((below + 10.0) * (below + 12.0));
  return std::sqrt(w * std::numbers::inv_pi) * rest * (down / up);
}

/// Returns log x for positive normal x, to a rounding; the same bits on every processor, which the
/// library's does not promise.
inline double log_of(double x) {
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e00000000U;
  constexpr std::uint64_t kOne = 0x3ff0000000000000U;
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t exponent = (bits + (kOne - kRootHalf)) >> 52U;  // 1023 for sqrt(1/2) on
  const double k = std::bit_cast<double>(exponent | 0x4330000000000000U) - 0x1p52 - 1023.0;
  const double f = std::bit_cast<double>(bits - ((exponent - 1023U) << 52U)) - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double odd =
      w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332));
  const double even =
      z * (0.6666666666666735130 +
           w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)));
  const double half = 0.5 * f * f;
  return k * kLn2High - ((half - (s * (half + (odd + even)) + k * kLn2Low)) - f);
}

/// Four terms, `first` to `first` + 3, of sum of u_n / (2 n + 1), u_n = u_(n-1) (y - a y / n).
/// Returns whether a later term may still change a sum.
OFFEX_WIDE_CLONES bool add_terms(const double* y, const double* ay, std::size_t size, int first,
                                 double* u, double* sum) {
  constexpr double kNothing = 0x1p-58;  // sums are above 1/4, and terms fall
  const double n = first;
  const std::array<double, 4> inverse{1.0 / n, 1.0 / (n + 1.0), 1.0 / (n + 2.0), 1.0 / (n + 3.0)};
  const double odd = 2.0 * n + 1.0;
  const std::array<double, 4> weight{1.0 / odd, 1.0 / (odd + 2.0), 1.0 / (odd + 4.0),
                                     1.0 / (odd + 6.0)};
  std::uint64_t pending = 0;
  for (std::size_t i = 0; i < size; ++i) {
    double term = u[i];
    double total = sum[i];
    term *= y[i] - ay[i] * inverse[0];
    total += term * weight[0];
    term *= y[i] - ay[i] * inverse[1];
    total += term * weight[1];
    term *= y[i] - ay[i] * inverse[2];
    total += term * weight[2];
    term *= y[i] - ay[i] * inverse[3];
    total += term * weight[3];
    u[i] = term;
    sum[i] = total;
    pending |= std::fabs(term) > kNothing ? std::uint64_t{1} : std::uint64_t{0};
  }
  return pending != 0;
}

OFFEX_WIDE_CLONES void begin_centre(const double* t, const double* nu, std::size_t size, double* y,
                                    double* ay, double* u, double* sum) {
  for (std::size_t i = 0; i < size; ++i) {
    const double square = t[i] * t[i];
    y[i] = square / (nu[i] + square);
    ay[i] = 0.5 * nu[i] * y[i];
    u[i] = 1.0;
    sum[i] = 1.0;
  }
}

OFFEX_WIDE_CLONES void finish_centre(const double* t, const double* nu, const double* sum,
                                     std::size_t size, double* z) {
  for (std::size_t i = 0; i < size; ++i) {
    const double root = t[i] / std::sqrt(nu[i] + t[i] * t[i]);
    z[i] = detail::normal_centre(inverse_beta(0.5 * nu[i]) * root * sum[i]);
  }
}

OFFEX_WIDE_CLONES void begin_tail(const double* t, const double* nu, std::size_t size, double* a,
                                  double* x, double* step, double* base, double* h) {
  for (std::size_t i = 0; i < size; ++i) {
    const double square = t[i] * t[i];
    const double y = square / (nu[i] + square);
    a[i] = 0.5 * nu[i];
    x[i] = nu[i] / (nu[i] + square);
    step[i] = 1.0 + y;
    base[i] = a[i] * y - 0.5 * x[i] + 1.0;
    h[i] = 0.0;
  }
}

/// One level, from the innermost out: Didonato and Morris 1992 with b = 1/2, both sides multiplied
/// by (a + 2 n - 1) (a + 2 n + 1) so that one division is left.
inline double level(double n, double a, double x, double step, double base, double h) {
  const double c = n * (0.5 - n);
  const double at = a + n;
  const double odd = a + (2.0 * n - 1.0);
  const double next = odd + 2.0;
  const double above = (at - 1.0) * (at - 0.5) * (c * x * x) * next;
  const double below = next * (n * odd + c * x) + at * odd * (base + n * step);
  return above / (below + odd * h);
}

/// Levels `n`, `n` - 1, `n` - 2 and `n` - 3.
OFFEX_WIDE_CLONES void add_levels(double n, const double* a, const double* x, const double* step,
                                  const double* base, std::size_t size, double* h) {
  for (std::size_t i = 0; i < size; ++i) {
    double value = level(n, a[i], x[i], step[i], base[i], h[i]);
    value = level(n - 1.0, a[i], x[i], step[i], base[i], value);
    value = level(n - 2.0, a[i], x[i], step[i], base[i], value);
    h[i] = level(n - 3.0, a[i], x[i], step[i], base[i], value);
  }
}

OFFEX_WIDE_CLONES void finish_tail(const double* t, const double* nu, const double* base,
                                   const double* h, std::size_t size, double* z) {
  for (std::size_t i = 0; i < size; ++i) {
    const double a = 0.5 * nu[i];
    const double square = t[i] * t[i];
    const double fraction = (a + 1.0) / (a * base[i] + h[i]);
    const double root = std::sqrt(square / (nu[i] + square));
    const double minus_log =
        a * log_of(1.0 + square / nu[i]) - log_of(0.5 * inverse_beta(a) * root * fraction);
    const double r = std::sqrt(minus_log);
    const double near = detail::polynomial(detail::kNearAbove, r - 1.6) /
                        detail::polynomial(detail::kNearBelow, r - 1.6);
    const double far = detail::polynomial(detail::kFarAbove, r - detail::kFar) /
                       detail::polynomial(detail::kFarBelow, r - detail::kFar);
    const double score = r <= detail::kFar ? near : far;
    const double limited = score < detail::kLargestScore ? score : detail::kLargestScore;
    z[i] = std::copysign(limited, t[i]);
  }
}

}  // namespace

/// P(|T| < |t|) / 2 = sqrt(y) / B(a, 1/2) x sum over n of (1 - a)_n / n! y^n / (2 n + 1), with
/// y = t^2 / (nu + t^2), a = nu / 2: hardly alternates where a y is small.
void detail::student_centre(const double* t, const double* nu, std::size_t size, double* z) {
  Lanes y;  // NOLINT(*-member-init): filled before it is read, as those below
  Lanes ay;
  Lanes u;
  Lanes sum;
  constexpr int kMostTerms = 100;  // never reached: 60 do for kLeastFreedom
  begin_centre(t, nu, size, y.data(), ay.data(), u.data(), sum.data());
  int first = 1;
  while (first < kMostTerms && add_terms(y.data(), ay.data(), size, first, u.data(), sum.data())) {
    first += 4;
  }
  finish_centre(t, nu, sum.data(), size, z);
}

/// -log of the one-sided tail, x^a sqrt(y) / (2 B(a, 1/2)) x fraction, straight into AS241: the
/// tail itself is never rounded to a small number.
void detail::student_tail(const double* t, const double* nu, std::size_t size, int levels,
                          double* z) {
  TailLanes lanes;  // NOLINT(*-member-init): filled before it is read
  begin_tail(t, nu, size, lanes.a.data(), lanes.x.data(), lanes.step.data(), lanes.base.data(),
             lanes.h.data());
  for (int n = levels; n > 0; n -= 4) {
    add_levels(n, lanes.a.data(), lanes.x.data(), lanes.step.data(), lanes.base.data(), size,
               lanes.h.data());
  }
  finish_tail(t, nu, lanes.base.data(), lanes.h.data(), size, z);
}

}  // namespace offex::kernels
