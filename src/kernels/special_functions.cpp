#include "offex/kernels/special_functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "offex/base/check.hpp"

#include "kernels/special_functions_internal.hpp"

namespace offex::kernels {
namespace {

constexpr double kStirlingFrom = 10.0;  // the series below is exact to a rounding from here on
constexpr int kMaxLevels = 10'000;      // never reached: tens are usual

/// Returns log gamma(z) less the leading terms of Stirling's formula. \pre z >= kStirlingFrom
double stirling_rest(double z) {
  const double r = 1.0 / z;
  const double s = r * r;
  constexpr std::array<double, 8> kTerms{1.0 / 12.0,    -1.0 / 360.0,      1.0 / 1260.0,
                                         -1.0 / 1680.0, 1.0 / 1188.0,      -691.0 / 360360.0,
                                         1.0 / 156.0,   -3617.0 / 122400.0};
  return r * detail::polynomial(kTerms, s);
}

/// Returns log x, by way of y = 1 - x where that is the smaller one.
double log_of(double x, double y) { return y < 0.5 ? std::log1p(-y) : std::log(x); }

/// Returns log(x^a y^b / B(a, b)) for y = 1 - x. \pre a >= b
double log_weight_ordered(double a, double b, double x, double y) {
  const double sum = a + b;
  if (a < kStirlingFrom) {
    return std::log(std::tgamma(sum) / (std::tgamma(a) * std::tgamma(b))) + a * log_of(x, y) +
           b * log_of(y, x);
  }
  if (b < kStirlingFrom) {
    const double ratio = (sum - 0.5) * std::log1p(b / a) - b + stirling_rest(sum) -
                         stirling_rest(a);  // log gamma(a + b) - log gamma(a) - b log a
    return b * (std::log(a) + log_of(y, x)) + a * log_of(x, y) + ratio - std::log(std::tgamma(b));
  }
  const double distance = a * y - b * x;  // from the mean; the logs below vanish with it
  const double u = distance / a;
  const double v = distance / b;
  const double first = std::fabs(u) < 0.5 ? std::log1p(-u) : std::log(x * (sum / a));
  const double second = std::fabs(v) < 0.5 ? std::log1p(v) : std::log(y * (sum / b));
  return a * first + b * second + 0.5 * std::log(b * (a / sum) * 0.5 * std::numbers::inv_pi) +
         stirling_rest(sum) - stirling_rest(a) - stirling_rest(b);
}

double log_weight(double a, double b, double x, double y) {
  return a >= b ? log_weight_ordered(a, b, x, y) : log_weight_ordered(b, a, y, x);
}

/// Returns I_x(a, b) B(a, b) / (x^a y^b): Didonato and Morris 1992, the continued fraction whose
/// terms do not cancel for large a, by Lentz's method. Quick for x <= (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x, double y) {
  constexpr double kTiny = 1e-300;
  const double distance = a * y - b * x;
  double d = (a + 1.0) / (a * (distance + 1.0));
  double c = 1.0 / kTiny;
  double fraction = d;
  for (int level = 1; level < kMaxLevels; ++level) {
    const double n = level;
    const double odd = a + 2.0 * n - 1.0;
    const double share = n * (b - n) * x / odd;
    const double alpha = (a + n - 1.0) * (a + b + n - 1.0) / odd * x * share;
    const double beta = n + share + (a + n) / (odd + 2.0) * (distance + 1.0 + n * (1.0 + y));
    d = beta + alpha * d;
    c = beta + alpha / c;
    d = 1.0 / (std::fabs(d) > kTiny ? d : kTiny);
    c = std::fabs(c) > kTiny ? c : kTiny;
    fraction *= c * d;
    if (std::fabs(c * d - 1.0) <= 0.5 * std::numeric_limits<double>::epsilon()) {
      break;
    }
  }
  return fraction;
}

/// I_x(a, b) or, when `swapped`, I_y(b, a), as a log: whichever the fraction is quick for.
struct LogTail {
  double log;
  bool swapped;
};

LogTail beta_tail(double a, double b, double x, double y) {
  const bool swapped = x > (a + 1.0) / (a + b + 2.0);
  const double fraction = swapped ? beta_fraction(b, a, y, x) : beta_fraction(a, b, x, y);
  return {log_weight(a, b, x, y) + std::log(fraction), swapped};
}

/// nu / (nu + t^2) and its rest. \pre t is not 0
struct Split {
  double x;
  double y;
};

Split split_of(double t, double nu) {
  const double square = t * t;
  if (square < std::numeric_limits<double>::max()) {
    return {nu / (nu + square), square / (nu + square)};
  }
  return {nu / std::fabs(t) / std::fabs(t), 1.0};
}

}  // namespace

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double normal_quantile(double p) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (p <= 0.0 || p >= 1.0) {
    return p <= 0.0 ? -kInfinity : kInfinity;
  }
  const double q = p - 0.5;
  if (std::fabs(q) <= detail::kCentre) {
    return detail::normal_centre(q);
  }
  const double z = detail::normal_tail(std::sqrt(-std::log(q < 0.0 ? p : 1.0 - p)));
  return q < 0.0 ? -z : z;
}

double incomplete_beta(double a, double b, double x) {
  OFFEX_CHECK(a > 0.0 && b > 0.0);
  if (!(x > 0.0 && x < 1.0)) {
    return x != x ? x : (x > 0.0 ? 1.0 : 0.0);
  }
  const LogTail tail = beta_tail(a, b, x, 1.0 - x);
  return tail.swapped ? -std::expm1(tail.log) : std::exp(tail.log);
}

double student_two_sided(double t, double nu) {
  const Split at = split_of(t, nu);
  if (!(at.x < 1.0 || at.y > 0.0) || !(at.x > 0.0)) {
    return t != t || nu != nu ? t + nu : (at.x > 0.0 ? 1.0 : 0.0);
  }
  const LogTail tail = beta_tail(0.5 * nu, 0.5, at.x, at.y);
  return tail.swapped ? -std::expm1(tail.log) : std::exp(tail.log);
}

double detail::general_student_to_normal(double t, double nu) {
  const Split at = split_of(t, nu);
  if (!(at.y > 0.0)) {  // so small that t and z are proportional, and the square is nothing
    return t == 0.0
               ? 0.0
               : std::copysign(general_student_to_normal(1e-100, nu), t) * 1e100 * std::fabs(t);
  }
  if (!(at.x > 0.0)) {
    return std::copysign(kLargestScore, t);
  }
  const LogTail tail = beta_tail(0.5 * nu, 0.5, at.x, at.y);
  const double p = tail.swapped ? -std::expm1(tail.log) : std::exp(tail.log);
  double z = 0.0;
  if (p >= kCentreFrom) {
    const double inside = tail.swapped ? std::exp(tail.log) : -std::expm1(tail.log);
    z = normal_centre(0.5 * inside);
  } else {
    const double log_p = tail.swapped ? std::log(p) : tail.log;
    z = std::min(normal_tail(std::sqrt(std::numbers::ln2 - log_p)), kLargestScore);
  }
  return std::copysign(z, t);
}

}  // namespace offex::kernels
