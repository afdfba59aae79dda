#include "offex/kernels/association.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "offex/base/check.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/kernels/special_functions.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kLeast = 3;

double mean_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

/// The mean of equal values need not be that value, so that a variance of 0 is no test for them.
bool all_equal(std::span<const double> values) {
  const auto [low, high] = std::ranges::minmax_element(values);
  return *low == *high;
}

/// \pre no NaN
double correlation_of(std::span<const double> a, std::span<const double> b) {
  if (a.size() < kLeast || all_equal(a) || all_equal(b)) {
    return kNan;
  }
  const double mean_a = mean_of(a);
  const double mean_b = mean_of(b);
  double squares_a = 0.0;
  double squares_b = 0.0;
  double products = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] - mean_a;
    const double y = b[i] - mean_b;
    squares_a += x * x;
    squares_b += y * y;
    products += x * y;
  }
  // Two roots: the product of two sums of squares can leave the range of a double.
  return std::clamp(products / (std::sqrt(squares_a) * std::sqrt(squares_b)), -1.0, 1.0);
}

std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<double> out(values.size());
  average_ranks(values, out);
  return out;
}

/// The pairs, or triples, without a NaN.
struct Complete {
  std::vector<double> a, b, c;
};

/// \param c may be empty
Complete complete(std::span<const double> a, std::span<const double> b, std::span<const double> c) {
  OFFEX_CHECK(a.size() == b.size() && (c.empty() || c.size() == a.size()));
  Complete out;
  out.a.reserve(a.size());
  out.b.reserve(a.size());
  out.c.reserve(c.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i]) || (!c.empty() && std::isnan(c[i]))) {
      continue;
    }
    out.a.push_back(a[i]);
    out.b.push_back(b[i]);
    if (!c.empty()) {
      out.c.push_back(c[i]);
    }
  }
  return out;
}

}  // namespace

double correlation(std::span<const double> a, std::span<const double> b) {
  const Complete pairs = complete(a, b, {});
  return correlation_of(pairs.a, pairs.b);
}

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  const Complete pairs = complete(a, b, {});
  return correlation_of(ranks_of(pairs.a), ranks_of(pairs.b));
}

double partial_rank_correlation(std::span<const double> a, std::span<const double> b,
                                std::span<const double> c) {
  OFFEX_CHECK(c.size() == a.size());
  const Complete triples = complete(a, b, c);
  const std::vector<double> rank_a = ranks_of(triples.a);
  const std::vector<double> rank_b = ranks_of(triples.b);
  const std::vector<double> rank_c = ranks_of(triples.c);
  const double ab = correlation_of(rank_a, rank_b);
  const double ac = correlation_of(rank_a, rank_c);
  const double bc = correlation_of(rank_b, rank_c);
  const double left_a = 1.0 - ac * ac;
  const double left_b = 1.0 - bc * bc;
  // What is left when c tells all is rounding, and no correlation can be made of it.
  constexpr double kNothing = 1e-12;
  if (!(left_a > kNothing) || !(left_b > kNothing)) {
    return kNan;
  }
  return std::clamp((ab - ac * bc) / std::sqrt(left_a * left_b), -1.0, 1.0);
}

double newey_west_t(std::span<const double> values, std::size_t lag) {
  const std::size_t n = values.size();
  if (n < 2 || all_equal(values)) {
    return kNan;
  }
  const double mean = mean_of(values);
  const auto covariance = [&](std::size_t shift) {
    double sum = 0.0;
    for (std::size_t i = shift; i < n; ++i) {
      sum += (values[i] - mean) * (values[i - shift] - mean);
    }
    return sum / static_cast<double>(n);
  };
  double variance = covariance(0);
  for (std::size_t k = 1; k <= std::min(lag, n - 1); ++k) {
    const double weight = 1.0 - static_cast<double>(k) / (static_cast<double>(lag) + 1.0);
    variance += 2.0 * weight * covariance(k);
  }
  return variance > 0.0 ? mean / std::sqrt(variance / static_cast<double>(n - 1)) : kNan;
}

double expected_maximum(double trials) {
  if (std::isnan(trials)) {
    return kNan;
  }
  if (trials <= 1.0) {
    return 0.0;
  }
  constexpr double kEuler = 0.57721566490153286;
  constexpr double kE = 2.71828182845904524;
  const double typical = -normal_quantile(1.0 / trials);
  const double upper = -normal_quantile(1.0 / (trials * kE));
  return std::max(0.0, (1.0 - kEuler) * typical + kEuler * upper);
}

}  // namespace offex::kernels
