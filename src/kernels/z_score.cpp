#include "offex/kernels/z_score.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "offex/base/check.hpp"
#include "offex/base/multiversion.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kTileWidth = 128;  // a 20-row window of a tile stays in the first cache
constexpr std::size_t kUnroll = 4;       // rows for one load and store of an accumulator

using Lanes = std::array<double, kTileWidth>;

/// Window [begin, end) of rows for the value in one row.
struct Window {
  std::size_t begin;
  std::size_t end;
};

Window window_of(std::size_t row, const ZOptions& options) {
  const std::size_t end = options.baseline == Baseline::Lagged ? row : row + 1;
  return {end - std::min(end, options.window), end};
}

OFFEX_WIDE_CLONES void add_row(const double* row, std::size_t width, double* sum) {
  for (std::size_t i = 0; i < width; ++i) {
    sum[i] += row[i] == row[i] ? row[i] : 0.0;
  }
}

/// Adds kUnroll rows in order: the same sums as row by row, with a quarter of the stores.
OFFEX_WIDE_CLONES void add_rows(const double* row, std::size_t stride, std::size_t width,
                                double* sum) {
  const double* const b = row + stride;
  const double* const c = b + stride;
  const double* const d = c + stride;
  for (std::size_t i = 0; i < width; ++i) {
    double total = sum[i];
    total += row[i] == row[i] ? row[i] : 0.0;
    total += b[i] == b[i] ? b[i] : 0.0;
    total += c[i] == c[i] ? c[i] : 0.0;
    total += d[i] == d[i] ? d[i] : 0.0;
    sum[i] = total;
  }
}

/// Adds `step` to the count of every symbol that the row has.
OFFEX_WIDE_CLONES void count_row(const double* row, std::size_t width, double step, double* count) {
  for (std::size_t i = 0; i < width; ++i) {
    count[i] += row[i] == row[i] ? step : 0.0;
  }
}

OFFEX_WIDE_CLONES void add_square(const double* row, std::size_t width, const double* mean,
                                  double* squares) {
  for (std::size_t i = 0; i < width; ++i) {
    const double difference = row[i] - mean[i];
    squares[i] += difference == difference ? difference * difference : 0.0;
  }
}

OFFEX_WIDE_CLONES void add_squares(const double* row, std::size_t stride, std::size_t width,
                                   const double* mean, double* squares) {
  const double* const second = row + stride;
  const double* const third = second + stride;
  const double* const fourth = third + stride;
  for (std::size_t i = 0; i < width; ++i) {
    const double a = row[i] - mean[i];
    const double b = second[i] - mean[i];
    const double c = third[i] - mean[i];
    const double d = fourth[i] - mean[i];
    double total = squares[i];
    total += a == a ? a * a : 0.0;
    total += b == b ? b * b : 0.0;
    total += c == c ? c * c : 0.0;
    total += d == d ? d * d : 0.0;
    squares[i] = total;
  }
}

OFFEX_WIDE_CLONES void divide(const double* numerator, const double* denominator, std::size_t width,
                              double* out) {
  for (std::size_t i = 0; i < width; ++i) {
    out[i] = numerator[i] / denominator[i];
  }
}

/// Turns sums into z-scores. Returns how many windows have a deviation so small that only their
/// values can tell whether they are constant.
OFFEX_WIDE_CLONES double finish_row(const double* value, const double* mean, const double* squares,
                                    const double* count, std::size_t width, double needed,
                                    double noise, double* out) {
  double suspects = 0.0;
  for (std::size_t i = 0; i < width; ++i) {
    const double deviation = std::sqrt(squares[i] / count[i]);
    const double z = (value[i] - mean[i]) / deviation;
    const bool enough = count[i] >= needed;
    out[i] = (enough && deviation > 0.0) ? z : kNan;
    suspects += (enough && !(deviation > noise * std::fabs(mean[i]))) ? 1.0 : 0.0;
  }
  return suspects;
}

/// Whether all present values of a window are equal: smallest = largest, without rounding noise.
bool is_constant(const ConstBlock& in, Window window, std::size_t symbol) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (std::size_t row = window.begin; row < window.end; ++row) {
    const double value = in.row(row)[symbol];
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  return !(low < high);
}

/// Brings the counts of one window to those of a later one: whole numbers, so nothing drifts.
void move_counts(const ConstBlock& in, Window from, Window to, Lanes& count) {
  for (std::size_t row = from.begin; row < to.begin; ++row) {
    count_row(in.row(row), in.width, -1.0, count.data());
  }
  for (std::size_t row = from.end; row < to.end; ++row) {
    count_row(in.row(row), in.width, 1.0, count.data());
  }
}

/// One output row of a tile of at most kTileWidth symbols. \param count present values in `window`
void z_row(const ConstBlock& in, std::size_t row, Window window, const ZOptions& options,
           const Lanes& count, double* out) {
  Lanes sum;
  Lanes mean;
  Lanes squares;
  std::fill_n(sum.begin(), in.width, 0.0);
  std::fill_n(squares.begin(), in.width, 0.0);
  std::size_t at = window.begin;
  for (; at + kUnroll <= window.end; at += kUnroll) {
    add_rows(in.row(at), in.stride, in.width, sum.data());
  }
  for (; at < window.end; ++at) {
    add_row(in.row(at), in.width, sum.data());
  }
  const double needed = static_cast<double>(std::max<std::size_t>(options.min_count, 1));
  if (std::none_of(count.begin(), count.begin() + static_cast<std::ptrdiff_t>(in.width),
                   [needed](double present) { return present >= needed; })) {
    std::fill_n(out, in.width, kNan);
    return;
  }
  divide(sum.data(), count.data(), in.width, mean.data());
  for (at = window.begin; at + kUnroll <= window.end; at += kUnroll) {
    add_squares(in.row(at), in.stride, in.width, mean.data(), squares.data());
  }
  for (; at < window.end; ++at) {
    add_square(in.row(at), in.width, mean.data(), squares.data());
  }
  // The mean of n equal values is off by at most n rounding errors; twice that is safely more.
  const double noise =
      2.0 * static_cast<double>(options.window) * std::numeric_limits<double>::epsilon();
  const double suspects = finish_row(in.row(row), mean.data(), squares.data(), count.data(),
                                     in.width, needed, noise, out);
  for (std::size_t symbol = 0; suspects > 0.0 && symbol < in.width; ++symbol) {
    if (!std::isnan(out[symbol]) && is_constant(in, window, symbol)) {
      out[symbol] = kNan;
    }
  }
}

}  // namespace

void z_score(const ConstBlock& in, std::size_t first, const Block& out, const ZOptions& options) {
  OFFEX_CHECK(first + out.rows == in.rows && in.width == out.width && options.window > 0);
  for (std::size_t tile = 0; tile < in.width; tile += kTileWidth) {
    const ConstBlock part = in.symbols(tile, std::min(kTileWidth, in.width - tile));
    Lanes count{};
    Window counted{window_of(first, options).begin, window_of(first, options).begin};
    for (std::size_t row = first; row < in.rows; ++row) {
      const Window window = window_of(row, options);
      move_counts(part, counted, window, count);
      counted = window;
      z_row(part, row, window, options, count, out.row(row - first) + tile);
    }
  }
}

}  // namespace offex::kernels
