#include "offex/kernels/order_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "offex/base/check.hpp"

#include "kernels/order_statistics_internal.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kQuartilesToDeviation = 1.3489795003921634;
constexpr double kMadToDeviation = 1.4826022185056018;

/// Copies what is not missing. -0 becomes 0: which of two equal values is picked must not show.
void collect(std::span<const double> values, std::vector<double>& out) {
  out.resize(values.size());
  std::size_t count = 0;
  for (const double value : values) {
    out[count] = value + 0.0;
    count += value == value ? 1U : 0U;
  }
  out.resize(count);
}

/// Returns the value of rank `rank` (from 0); smaller ones are before it afterwards.
double select(std::vector<double>& values, std::size_t rank) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::ranges::nth_element(values, at);
  return *at;
}

/// Returns the median of what `values` holds, reordering it.
double middle(std::vector<double>& values) {
  if (values.empty()) {
    return kNan;
  }
  const std::size_t half = values.size() / 2;
  const double upper = select(values, half);
  if (values.size() % 2 == 1) {
    return upper;
  }
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(half);
  return 0.5 * (*std::max_element(values.begin(), end) + upper);
}

double quantile_of(std::vector<double>& values, double p) {
  if (values.empty()) {
    return kNan;
  }
  const double place = static_cast<double>(values.size() - 1) * p;
  const auto rank = static_cast<std::size_t>(place);
  const double share = place - static_cast<double>(rank);
  const double lower = select(values, rank);
  if (share == 0.0) {
    return lower;
  }
  const auto after = values.begin() + static_cast<std::ptrdiff_t>(rank) + 1;
  return lower + share * (*std::min_element(after, values.end()) - lower);
}

/// Returns a number that orders as the values do. \pre not NaN
std::uint64_t key_of(double value) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

/// Calls `use(first, end)` for each run of equal keys.
template <class Use>
void each_run(const std::vector<detail::Keyed>& sorted, const Use& use) {
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t end = first + 1;
    while (end < sorted.size() && sorted[end].key == sorted[first].key) {
      ++end;
    }
    use(first, end);
    first = end;
  }
}

/// Fills `out` with scale x (mean rank - shift).
void scaled_ranks(std::span<const double> values, double shift, bool as_share,
                  std::span<double> out) {
  OFFEX_CHECK(values.size() == out.size());
  std::vector<detail::Keyed> sorted;
  std::vector<detail::Keyed> scratch;
  detail::sort_by_value(values, sorted, scratch);
  std::ranges::fill(out, kNan);
  const double whole = as_share ? static_cast<double>(sorted.size()) : 1.0;
  each_run(sorted, [&](std::size_t first, std::size_t end) {
    const double rank = 0.5 * static_cast<double>(first + end - 1) + 1.0;
    for (std::size_t at = first; at < end; ++at) {
      out[sorted[at].index] = (rank - shift) / whole;
    }
  });
}

}  // namespace

void detail::sort_by_value(std::span<const double> values, std::vector<Keyed>& sorted,
                           std::vector<Keyed>& scratch) {
  OFFEX_CHECK(values.size() <= std::numeric_limits<std::uint32_t>::max());
  scratch.clear();
  sorted.clear();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == values[i]) {
      sorted.push_back({key_of(values[i]), static_cast<std::uint32_t>(i)});
    }
  }
  std::ranges::sort(sorted, [](const Keyed& a, const Keyed& b) {
    return a.key != b.key ? a.key < b.key : a.index < b.index;
  });
}

double median(std::span<const double> values, std::vector<double>& scratch) {
  collect(values, scratch);
  return middle(scratch);
}

double median(std::span<const double> values) {
  std::vector<double> scratch;
  return median(values, scratch);
}

double quantile(std::span<const double> values, double p) {
  OFFEX_CHECK(p >= 0.0 && p <= 1.0);
  std::vector<double> scratch;
  collect(values, scratch);
  return quantile_of(scratch, p);
}

double quartile_scale(std::span<const double> values) {
  std::vector<double> scratch;
  collect(values, scratch);
  const double upper = quantile_of(scratch, 0.75);
  return (upper - quantile_of(scratch, 0.25)) / kQuartilesToDeviation;
}

double mad_scale(std::span<const double> values) {
  std::vector<double> scratch;
  const double centre = median(values, scratch);
  for (double& value : scratch) {
    value = std::fabs(value - centre);
  }
  return middle(scratch) * kMadToDeviation;
}

void average_ranks(std::span<const double> values, std::span<double> ranks) {
  scaled_ranks(values, 0.0, false, ranks);
}

void percentiles(std::span<const double> values, std::span<double> share) {
  scaled_ranks(values, 0.5, true, share);
}

}  // namespace offex::kernels
