#include "offex/kernels/rolling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "offex/base/multiversion.hpp"

#include "kernels/rolling_internal.hpp"

// Mean, variance and percentile read their whole window for every row: short windows stay in the
// first cache, nothing drifts, and a row depends on its window alone.
namespace offex::kernels {

using detail::kNan;
using detail::Window;

namespace {

constexpr std::size_t kTileWidth = 128;
constexpr std::size_t kUnroll = 4;  // rows for one load and store of an accumulator

using Lanes = std::array<double, kTileWidth>;

/// Stands for the rows that a window lacks in its last group: adds nothing.
constexpr Lanes kMissingRow = [] {
  Lanes row{};
  row.fill(kNan);
  return row;
}();

/// kUnroll rows, added in order: the same sums as row by row, with a quarter of the stores.
using Rows = std::array<const double*, kUnroll>;

template <class Use>
void each_group(const ConstBlock& in, Window window, const Use& use) {
  for (std::size_t at = window.begin; at < window.end; at += kUnroll) {
    Rows rows;  // NOLINT(*-member-init): filled before it is read
    for (std::size_t i = 0; i < kUnroll; ++i) {
      rows[i] = at + i < window.end ? in.row(at + i) : kMissingRow.data();
    }
    use(rows);
  }
}

OFFEX_WIDE_CLONES void add_rows(const double* a, const double* b, const double* c, const double* d,
                                std::size_t width, double* sum) {
  for (std::size_t i = 0; i < width; ++i) {
    double total = sum[i];
    total += a[i] == a[i] ? a[i] : 0.0;
    total += b[i] == b[i] ? b[i] : 0.0;
    total += c[i] == c[i] ? c[i] : 0.0;
    total += d[i] == d[i] ? d[i] : 0.0;
    sum[i] = total;
  }
}

/// Takes the row's value where there is none yet. Returns whether one is still wanted.
OFFEX_WIDE_CLONES bool take_first(const double* row, std::size_t width, double* pivot) {
  std::uint64_t wanted = 0;
  for (std::size_t i = 0; i < width; ++i) {
    pivot[i] = pivot[i] == pivot[i] ? pivot[i] : row[i];
    wanted |= pivot[i] == pivot[i] ? std::uint64_t{0} : std::uint64_t{1};
  }
  return wanted != 0;
}

OFFEX_WIDE_CLONES void add_differences(const double* a, const double* b, const double* c,
                                       const double* d, const double* pivot, std::size_t width,
                                       double* sum) {
  for (std::size_t i = 0; i < width; ++i) {
    double total = sum[i];
    total += a[i] == a[i] ? a[i] - pivot[i] : 0.0;
    total += b[i] == b[i] ? b[i] - pivot[i] : 0.0;
    total += c[i] == c[i] ? c[i] - pivot[i] : 0.0;
    total += d[i] == d[i] ? d[i] - pivot[i] : 0.0;
    sum[i] = total;
  }
}

inline double square_of(double value, double pivot, double mean) {
  const double difference = value - pivot - mean;
  return difference == difference ? difference * difference : 0.0;
}

OFFEX_WIDE_CLONES void add_squares(const double* a, const double* b, const double* c,
                                   const double* d, const double* pivot, const double* mean,
                                   std::size_t width, double* squares) {
  for (std::size_t i = 0; i < width; ++i) {
    double total = squares[i];
    total += square_of(a[i], pivot[i], mean[i]);
    total += square_of(b[i], pivot[i], mean[i]);
    total += square_of(c[i], pivot[i], mean[i]);
    total += square_of(d[i], pivot[i], mean[i]);
    squares[i] = total;
  }
}

inline double place_of(double other, double value) {
  return (other < value ? 1.0 : 0.0) + (other == value ? 0.5 : 0.0);
}

OFFEX_WIDE_CLONES void add_places(const double* a, const double* b, const double* c,
                                  const double* d, const double* value, std::size_t width,
                                  double* place) {
  for (std::size_t i = 0; i < width; ++i) {
    place[i] += place_of(a[i], value[i]) + place_of(b[i], value[i]) + place_of(c[i], value[i]) +
                place_of(d[i], value[i]);
  }
}

OFFEX_WIDE_CLONES void divide(const double* numerator, const double* count, std::size_t width,
                              double needed, double* out) {
  for (std::size_t i = 0; i < width; ++i) {
    const double quotient = numerator[i] / count[i];
    out[i] = count[i] >= needed ? quotient : kNan;
  }
}

OFFEX_WIDE_CLONES void remove_missing(const double* value, std::size_t width, double* out) {
  for (std::size_t i = 0; i < width; ++i) {
    out[i] = value[i] == value[i] ? out[i] : kNan;
  }
}

OFFEX_WIDE_CLONES void decay_row(const double* value, double decay, std::size_t width, double* sum,
                                 double* weight) {
  for (std::size_t i = 0; i < width; ++i) {
    const double new_sum = decay * sum[i] + value[i];
    const double new_weight = decay * weight[i] + 1.0;
    sum[i] = value[i] == value[i] ? new_sum : sum[i];
    weight[i] = value[i] == value[i] ? new_weight : weight[i];
  }
}

/// Calls `row_of(part, row, window, count, out)` for every tile and row, with the counts of the
/// window.
template <class RowOf>
void each_row(const ConstBlock& in, std::size_t first, const Block& out, const ZOptions& options,
              const RowOf& row_of) {
  detail::check_blocks(in, first, out, options);
  for (std::size_t tile = 0; tile < in.width; tile += kTileWidth) {
    const ConstBlock part = in.symbols(tile, std::min(kTileWidth, in.width - tile));
    Lanes count{};
    const std::size_t begin = detail::window_of(first, options).begin;
    Window counted{begin, begin};
    for (std::size_t row = first; row < in.rows; ++row) {
      const Window window = detail::window_of(row, options);
      detail::move_counts(part, counted, window, count.data());
      counted = window;
      row_of(part, row, window, count, out.row(row - first) + tile);
    }
  }
}

/// Distances from the window's first value are exact where values lie close together, however far
/// from zero, and all zero where they are equal.
void variance_row(const ConstBlock& in, Window window, const Lanes& count, double needed,
                  double* out) {
  Lanes pivot;  // NOLINT(*-member-init): filled before it is read, as those below
  Lanes sum;
  Lanes mean;
  Lanes squares;
  std::fill_n(pivot.begin(), in.width, kNan);
  std::fill_n(sum.begin(), in.width, 0.0);
  std::fill_n(squares.begin(), in.width, 0.0);
  for (std::size_t at = window.begin;
       at < window.end && take_first(in.row(at), in.width, pivot.data()); ++at) {
  }
  each_group(in, window, [&](const Rows& rows) {
    add_differences(rows[0], rows[1], rows[2], rows[3], pivot.data(), in.width, sum.data());
  });
  divide(sum.data(), count.data(), in.width, 1.0, mean.data());
  each_group(in, window, [&](const Rows& rows) {
    add_squares(rows[0], rows[1], rows[2], rows[3], pivot.data(), mean.data(), in.width,
                squares.data());
  });
  divide(squares.data(), count.data(), in.width, needed, out);
}

}  // namespace

OFFEX_WIDE_CLONES void detail::count_row(const double* row, std::size_t width, double step,
                                         double* count) {
  for (std::size_t i = 0; i < width; ++i) {
    count[i] += row[i] == row[i] ? step : 0.0;
  }
}

void detail::move_counts(const ConstBlock& in, Window from, Window to, double* count) {
  for (std::size_t row = from.begin; row < to.begin; ++row) {
    count_row(in.row(row), in.width, -1.0, count);
  }
  for (std::size_t row = from.end; row < to.end; ++row) {
    count_row(in.row(row), in.width, 1.0, count);
  }
}

void rolling_mean(const ConstBlock& in, std::size_t first, const Block& out,
                  const ZOptions& options) {
  const double needed = detail::needed_count(options);
  each_row(
      in, first, out, options,
      [needed](const ConstBlock& part, std::size_t, Window window, const Lanes& count, double* to) {
        Lanes sum;  // NOLINT(*-member-init): filled before it is read
        std::fill_n(sum.begin(), part.width, 0.0);
        each_group(part, window, [&](const Rows& rows) {
          add_rows(rows[0], rows[1], rows[2], rows[3], part.width, sum.data());
        });
        divide(sum.data(), count.data(), part.width, needed, to);
      });
}

void rolling_variance(const ConstBlock& in, std::size_t first, const Block& out,
                      const ZOptions& options) {
  const double needed = detail::needed_count(options);
  each_row(in, first, out, options,
           [needed](const ConstBlock& part, std::size_t, Window window, const Lanes& count,
                    double* to) { variance_row(part, window, count, needed, to); });
}

void rolling_percentile(const ConstBlock& in, std::size_t first, const Block& out,
                        const ZOptions& options) {
  const double needed = detail::needed_count(options);
  each_row(in, first, out, options,
           [needed](const ConstBlock& part, std::size_t row, Window window, const Lanes& count,
                    double* to) {
             Lanes place;  // NOLINT(*-member-init): filled before it is read
             std::fill_n(place.begin(), part.width, 0.0);
             each_group(part, window, [&](const Rows& rows) {
               add_places(rows[0], rows[1], rows[2], rows[3], part.row(row), part.width,
                          place.data());
             });
             divide(place.data(), count.data(), part.width, needed, to);
             remove_missing(part.row(row), part.width, to);
           });
}

DecayedMeans::DecayedMeans(double half_life, std::size_t count)
    : decay_{std::pow(0.5, 1.0 / half_life)}, sums_(count), weights_(count) {
  OFFEX_CHECK(half_life > 0.0);
}

void DecayedMeans::add(std::span<const double> values) {
  OFFEX_CHECK(values.size() == sums_.size());
  decay_row(values.data(), decay_, values.size(), sums_.data(), weights_.data());
}

void DecayedMeans::means(std::span<double> out) const {
  OFFEX_CHECK(out.size() == sums_.size());
  divide(sums_.data(), weights_.data(), out.size(), std::numeric_limits<double>::min(), out.data());
}

}  // namespace offex::kernels
