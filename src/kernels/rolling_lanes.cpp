#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "offex/base/multiversion.hpp"

#include "kernels/rolling_internal.hpp"

// The loops over the lanes of sorted windows.
namespace offex::kernels {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kWidth = detail::kSortedWidth;

using Lanes = detail::SortedLanes;

inline double smaller(double a, double b) { return a < b ? a : b; }
inline double larger(double a, double b) { return a > b ? a : b; }

}  // namespace

OFFEX_WIDE_CLONES void detail::load_row(const double* row, std::size_t width, double* out) {
  for (std::size_t i = 0; i < width; ++i) {
    out[i] = row[i] == row[i] ? row[i] + 0.0 : kInfinity;
  }
}

OFFEX_WIDE_CLONES void detail::replace_rows(const double* gone, const double* come,
                                            std::size_t width, double* rows, double* before) {
  double* const b = rows + kWidth;
  double* const c = b + kWidth;
  double* const d = c + kWidth;
  const double* const e = d + kWidth;
  for (std::size_t i = 0; i < width; ++i) {
    const double out = gone[i];
    const double in = come[i];
    const double r0 = rows[i] < out ? rows[i] : b[i];
    const double r1 = b[i] < out ? b[i] : c[i];
    const double r2 = c[i] < out ? c[i] : d[i];
    const double r3 = d[i] < out ? d[i] : e[i];
    rows[i] = smaller(larger(in, before[i]), r0);
    b[i] = smaller(larger(in, r0), r1);
    c[i] = smaller(larger(in, r1), r2);
    d[i] = smaller(larger(in, r2), r3);
    before[i] = r3;
  }
}

OFFEX_WIDE_CLONES void detail::mean_of_two(const double* a, const double* b, std::size_t width,
                                           double* out) {
  for (std::size_t i = 0; i < width; ++i) {
    out[i] = a[i] == b[i] ? a[i] : 0.5 * (a[i] + b[i]);
  }
}

OFFEX_WIDE_CLONES void detail::shorten_reach(const double* rows, std::size_t low, std::size_t high,
                                             const double* median, std::size_t width,
                                             double* low_reach, double* high_reach) {
  const double* const next = rows + kWidth;
  const double* const low_end = rows + low * kWidth;
  const double* const high_end = rows + high * kWidth;
  for (std::size_t i = 0; i < width; ++i) {
    const double m = median[i];
    const double first = m - rows[i];
    const double second = m - next[i];
    const double l0 = larger(first, low_end[i] - m);
    const double l1 = larger(second, low_end[i + kWidth] - m);
    const double h0 = larger(first, high_end[i] - m);
    const double h1 = larger(second, high_end[i + kWidth] - m);
    low_reach[i] = smaller(low_reach[i], smaller(l0, l1));
    high_reach[i] = smaller(high_reach[i], smaller(h0, h1));
  }
}

// Gathered into arrays of their own first: compilers know that those alias nothing.

OFFEX_WIDE_CLONES void detail::medians_apart(const double* sorted, const std::int64_t* low,
                                             const double* apart, std::size_t width,
                                             double* median) {
  Lanes a;  // NOLINT(*-member-init): filled before it is read, as the other
  Lanes b;
  for (std::size_t i = 0; i < width; ++i) {
    a[i] = sorted[low[i]];
    b[i] = sorted[low[i] + static_cast<std::int64_t>(kWidth)];
  }
  for (std::size_t i = 0; i < width; ++i) {
    const double mean = 0.5 * (a[i] + b[i]);
    median[i] = apart[i] > 0.0 ? mean : a[i];
  }
}

OFFEX_WIDE_CLONES void detail::shorten_reach_apart(const double* rows, const std::int64_t* low,
                                                   const double* apart, const double* median,
                                                   std::size_t width, double* edge,
                                                   double* low_reach, double* high_reach) {
  constexpr auto kStep = static_cast<std::int64_t>(kWidth);
  Lanes begin;  // NOLINT(*-member-init): filled before it is read, as those below
  Lanes middle;
  Lanes last;
  std::copy_n(edge, width, begin.begin());
  for (std::size_t i = 0; i < width; ++i) {
    middle[i] = rows[low[i] + kStep];
    last[i] = rows[low[i] + 2 * kStep];
  }
  std::copy_n(last.begin(), width, edge);
  const double* const next = rows + kWidth;
  for (std::size_t i = 0; i < width; ++i) {
    const double m = median[i];
    const double first = m - rows[i];
    const double second = m - next[i];
    const double l0 = larger(first, begin[i] - m);
    const double l1 = larger(second, middle[i] - m);
    const double h0 = larger(first, (apart[i] > 0.0 ? middle[i] : begin[i]) - m);
    const double h1 = larger(second, (apart[i] > 0.0 ? last[i] : middle[i]) - m);
    low_reach[i] = smaller(low_reach[i], smaller(l0, l1));
    high_reach[i] = smaller(high_reach[i], smaller(h0, h1));
  }
}

}  // namespace offex::kernels
