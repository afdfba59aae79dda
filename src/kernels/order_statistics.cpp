#include "offex/kernels/order_statistics.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "offex/base/check.hpp"

#include "kernels/order_statistics_internal.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kQuartilesToDeviation = 1.3489795003921634;
constexpr double kMadToDeviation = 1.4826022185056018;

constexpr std::size_t kFew = 600;       // so few are selected from directly
constexpr std::size_t kSample = 256;    // values that a bracket is guessed from
constexpr std::ptrdiff_t kMargin = 24;  // three deviations of a rank in the sample

std::size_t count_present(std::span<const double> values) {
  std::size_t count = 0;
  for (const double value : values) {
    count += value == value ? 1U : 0U;
  }
  return count;
}

/// Limits of values, both of them inside.
struct Bracket {
  double low;
  double high;
};

constexpr Bracket kAll{-std::numeric_limits<double>::infinity(),
                       std::numeric_limits<double>::infinity()};

struct Kept {
  std::size_t below;
  std::size_t inside;
};

/// Copies what is in the bracket to `out`, which may be `values`. -0 becomes 0: which of two equal
/// values is picked must not show.
Kept keep(std::span<const double> values, Bracket bracket, double* out) {
  Kept kept{0, 0};
  for (const double value : values) {
    out[kept.inside] = value + 0.0;
    kept.below += static_cast<std::size_t>(value < bracket.low);
    kept.inside += static_cast<std::size_t>((value >= bracket.low) & (value <= bracket.high));
  }
  return kept;
}

/// Returns limits that nearly always hold the values of ranks `rank` and `rank` + 1 of `count`.
Bracket guess_bracket(std::span<const double> values, std::size_t rank, std::size_t count) {
  std::array<double, kSample> sample;  // NOLINT(*-member-init): filled before it is read
  std::size_t size = 0;
  for (std::size_t i = 0; i < kSample; ++i) {
    const double value = values[i * (values.size() / kSample)];
    sample[size] = value;
    size += value == value ? 1U : 0U;
  }
  std::sort(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(size));
  const auto place = static_cast<std::ptrdiff_t>(rank * size / count);
  const auto at = [&](std::ptrdiff_t index) { return sample[static_cast<std::size_t>(index)]; };
  return {place < kMargin ? kAll.low : at(place - kMargin),
          place + kMargin < static_cast<std::ptrdiff_t>(size) ? at(place + kMargin) : kAll.high};
}

/// Neighbours in the order of the values; the largest value is its own next one.
struct Pair {
  double value;
  double next;
};

/// Returns the values of ranks `rank` (from 0) and `rank` + 1. \param count values not missing
/// \pre rank < count
Pair select(std::span<const double> values, std::size_t count, std::size_t rank,
            std::vector<double>& scratch) {
  const std::size_t next = std::min(rank + 1, count - 1);
  scratch.resize(values.size());
  std::span<const double> from = values;
  Kept kept{0, count};
  std::size_t below = 0;
  while (from.size() > kFew) {
    const Bracket bracket = guess_bracket(from, rank - below, kept.inside);
    const std::size_t before = kept.inside;
    kept = keep(from, bracket, scratch.data());
    below += kept.below;
    from = {scratch.data(), kept.inside};
    if (rank < below || next >= below + kept.inside || kept.inside > before / 2) {
      break;
    }
  }
  if (rank < below || next >= below + kept.inside || from.data() == values.data()) {
    below = 0;
    kept = keep(values, kAll, scratch.data());
  }
  const auto end = scratch.begin() + static_cast<std::ptrdiff_t>(kept.inside);
  const auto at = scratch.begin() + static_cast<std::ptrdiff_t>(rank - below);
  std::nth_element(scratch.begin(), at, end);
  return {*at, next == rank ? *at : *std::min_element(at + 1, end)};
}

/// The median of `count` values that are not missing.
double median_of(std::span<const double> values, std::size_t count, std::vector<double>& scratch) {
  if (count == 0) {
    return kNan;
  }
  const Pair middle = select(values, count, (count - 1) / 2, scratch);
  return count % 2 == 1 ? middle.value : 0.5 * (middle.value + middle.next);
}

double quantile_of(std::span<const double> values, std::size_t count, double p,
                   std::vector<double>& scratch) {
  if (count == 0) {
    return kNan;
  }
  const double place = static_cast<double>(count - 1) * p;
  const auto rank = static_cast<std::size_t>(place);
  const double share = place - static_cast<double>(rank);
  const Pair pair = select(values, count, rank, scratch);
  return share == 0.0 ? pair.value : pair.value + share * (pair.next - pair.value);
}

/// Returns a number that orders as the values do. \pre not NaN
std::uint64_t key_of(double value) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

constexpr std::size_t kDigits = 256;  // values of a byte of a key

/// Sorts by the bytes of the keys, lowest first, each pass keeping the order of the one before.
/// \param scratch of the same size
void sort_by_digits(std::vector<detail::Keyed>& sorted, std::vector<detail::Keyed>& scratch) {
  std::array<std::array<std::uint32_t, kDigits>, sizeof(std::uint64_t)> counts{};
  for (const detail::Keyed& entry : sorted) {
    for (std::size_t byte = 0; byte < counts.size(); ++byte) {
      ++counts[byte][(entry.key >> (8U * byte)) % kDigits];
    }
  }
  for (std::size_t byte = 0; byte < counts.size(); ++byte) {
    auto& next = counts[byte];
    if (std::ranges::find(next, sorted.size()) != next.end()) {
      continue;  // one digit for all
    }
    std::exclusive_scan(next.begin(), next.end(), next.begin(), 0U);
    for (const detail::Keyed& entry : sorted) {
      scratch[next[(entry.key >> (8U * byte)) % kDigits]++] = entry;
    }
    sorted.swap(scratch);
  }
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
  sorted.resize(values.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sorted[count] = {key_of(values[i]), static_cast<std::uint32_t>(i)};
    count += values[i] == values[i] ? 1U : 0U;
  }
  sorted.resize(count);
  if (count < kFew) {
    std::ranges::sort(sorted, [](const Keyed& a, const Keyed& b) {
      return a.key != b.key ? a.key < b.key : a.index < b.index;
    });
    return;
  }
  scratch.resize(count);
  sort_by_digits(sorted, scratch);
}

double median(std::span<const double> values, std::vector<double>& scratch) {
  return median_of(values, count_present(values), scratch);
}

double median(std::span<const double> values) {
  std::vector<double> scratch;
  return median(values, scratch);
}

double quantile(std::span<const double> values, double p) {
  OFFEX_CHECK(p >= 0.0 && p <= 1.0);
  std::vector<double> scratch;
  return quantile_of(values, count_present(values), p, scratch);
}

double quartile_scale(std::span<const double> values) {
  std::vector<double> scratch;
  const std::size_t count = count_present(values);
  const double upper = quantile_of(values, count, 0.75, scratch);
  return (upper - quantile_of(values, count, 0.25, scratch)) / kQuartilesToDeviation;
}

double mad_scale(std::span<const double> values) {
  std::vector<double> scratch;
  const double centre = median(values, scratch);
  std::vector<double> distances(values.size());
  std::ranges::transform(values, distances.begin(),
                         [centre](double value) { return std::fabs(value - centre); });
  return median(distances, scratch) * kMadToDeviation;
}

void average_ranks(std::span<const double> values, std::span<double> ranks) {
  scaled_ranks(values, 0.0, false, ranks);
}

void percentiles(std::span<const double> values, std::span<double> share) {
  scaled_ranks(values, 0.5, true, share);
}

}  // namespace offex::kernels
