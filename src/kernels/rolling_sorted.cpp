#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "offex/base/multiversion.hpp"
#include "offex/kernels/rolling.hpp"

#include "kernels/rolling_internal.hpp"

// Median and median deviation keep the window of every symbol of a tile sorted: row k of `sorted`
// has the k-th smallest value of each lane. A missing value counts as an infinity at the end. One
// step takes a value out and puts one in by comparisons that are the same in every lane.
namespace offex::kernels {

using detail::kNan;
using detail::Window;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMadToDeviation = 1.4826022185056018;
constexpr std::size_t kWidth = detail::kSortedWidth;
constexpr std::size_t kUnroll = detail::kSortedUnroll;

using Lanes = detail::SortedLanes;

/// Where the middles of a lane stand: the cell of the lower one, and whether the upper one is the
/// next row (1) or the same (0).
struct Places {
  std::array<std::int64_t, kWidth> low;
  Lanes apart;
};

OFFEX_WIDE_CLONES void robust_row(const double* value, const double* median, const double* mad,
                                  const double* count, std::size_t width, double needed,
                                  double* out) {
  for (std::size_t i = 0; i < width; ++i) {
    const double z = (value[i] - median[i]) / (mad[i] * kMadToDeviation);
    const bool good = (count[i] >= needed) & (mad[i] > 0.0);
    out[i] = good ? z : kNan;
  }
}

/// Smallest reaches from the median so far, of the two runs that the middle deviations end.
struct Reaches {
  // NOLINTNEXTLINE(*-member-init): filled as far as they are used
  explicit Reaches(std::size_t width) {
    std::fill_n(low.begin(), width, kInfinity);
    std::fill_n(high.begin(), width, kInfinity);
  }
  Lanes low;
  Lanes high;
};

/// Sorted windows of the symbols of one tile.
class SortedWindows {
 public:
  /// \param window rows at most
  SortedWindows(std::size_t window, std::size_t width)
      : width_{width},
        rows_{(window + kUnroll - 1) / kUnroll * kUnroll},
        // Beyond the last row others look for a next one, and run ends for one more.
        sorted_((rows_ + kUnroll) * kWidth, kInfinity) {}

  /// \param gone, come rows of values; null where there is none
  void replace(const double* gone, const double* come) {
    Lanes out;  // NOLINT(*-member-init): filled before it is read, as those below
    Lanes in;
    Lanes before;
    load(gone, -1.0, out);
    load(come, 1.0, in);
    std::fill_n(before.begin(), width_, -kInfinity);
    for (std::size_t row = 0; row < rows_; row += kUnroll) {
      detail::replace_rows(out.data(), in.data(), width_, sorted_.data() + row * kWidth,
                           before.data());
    }
  }

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] const Lanes& counts() const { return count_; }

  /// Fills `median`, and `mad` unless null, of every lane that has a value.
  void middles(double* median, double* mad) const {
    const auto [least, most] = std::minmax_element(count_.begin(), count_.begin() + end());
    if (*most < 1.0) {
      return;
    }
    // Lanes without a gap share their count, and with it the rows of their middles.
    if (*least == *most) {
      middles_together(static_cast<std::size_t>(*most), median, mad);
    } else {
      middles_apart(static_cast<std::size_t>(*most), median, mad);
    }
  }

 private:
  [[nodiscard]] std::ptrdiff_t end() const { return static_cast<std::ptrdiff_t>(width_); }
  [[nodiscard]] const double* row(std::size_t index) const {
    return sorted_.data() + index * kWidth;
  }

  void load(const double* row, double step, Lanes& out) {
    if (row == nullptr) {
      std::fill_n(out.begin(), width_, kInfinity);
      return;
    }
    detail::load_row(row, width_, out.data());
    detail::count_row(row, width_, step, count_.data());
  }

  /// All lanes have `count` values.
  void middles_together(std::size_t count, double* median, double* mad) const {
    const std::size_t low = (count - 1) / 2;
    const std::size_t high = count / 2;
    detail::mean_of_two(row(low), row(high), width_, median);
    if (mad == nullptr) {
      return;
    }
    Reaches reach{width_};
    for (std::size_t first = 0; first + low < count; first += 2) {
      detail::shorten_reach(row(first), low, high, median, width_, reach.low.data(),
                            reach.high.data());
    }
    detail::mean_of_two(reach.low.data(), reach.high.data(), width_, mad);
  }

  /// Lanes have at most `most` values.
  void middles_apart(std::size_t most, double* median, double* mad) const {
    Places places;  // NOLINT(*-member-init): filled before it is read, as those below
    Lanes edge;
    for (std::size_t lane = 0; lane < width_; ++lane) {
      const auto count = static_cast<std::int64_t>(count_[lane]);
      const std::int64_t low = count > 0 ? (count - 1) / 2 : 0;
      places.low[lane] = low * static_cast<std::int64_t>(kWidth) + static_cast<std::int64_t>(lane);
      places.apart[lane] = count % 2 == 0 ? 1.0 : 0.0;
      edge[lane] = sorted_[static_cast<std::size_t>(places.low[lane])];
    }
    detail::medians_apart(sorted_.data(), places.low.data(), places.apart.data(), width_, median);
    if (mad == nullptr) {
      return;
    }
    Reaches reach{width_};
    for (std::size_t first = 0; first + (most - 1) / 2 < most; first += 2) {
      detail::shorten_reach_apart(row(first), places.low.data(), places.apart.data(), median,
                                  width_, edge.data(), reach.low.data(), reach.high.data());
    }
    detail::mean_of_two(reach.low.data(), reach.high.data(), width_, mad);
  }

  std::size_t width_;
  std::size_t rows_;
  std::vector<double> sorted_;
  Lanes count_{};
};

/// Calls `finish(windows, row, out)` for every tile and row.
template <class Finish>
void each_row(const ConstBlock& in, std::size_t first, const Block& out, const ZOptions& options,
              const Finish& finish) {
  detail::check_blocks(in, first, out, options);
  for (std::size_t tile = 0; tile < in.width; tile += kWidth) {
    const ConstBlock part = in.symbols(tile, std::min(kWidth, in.width - tile));
    SortedWindows windows{options.window, part.width};
    const std::size_t begin = detail::window_of(first, options).begin;
    Window now{begin, begin};
    for (std::size_t row = first; row < in.rows; ++row) {
      const Window window = detail::window_of(row, options);
      for (; now.end < window.end; ++now.end) {
        const bool full = now.end - now.begin == options.window;
        windows.replace(full ? part.row(now.begin) : nullptr, part.row(now.end));
        now.begin += full ? 1U : 0U;
      }
      finish(windows, part.row(row), out.row(row - first) + tile);
    }
  }
}

}  // namespace

void rolling_median(const ConstBlock& in, std::size_t first, const Block& out,
                    const ZOptions& options) {
  const double needed = detail::needed_count(options);
  each_row(in, first, out, options,
           [needed](const SortedWindows& windows, const double*, double* to) {
             windows.middles(to, nullptr);
             for (std::size_t i = 0; i < windows.width(); ++i) {
               to[i] = windows.counts()[i] >= needed ? to[i] : kNan;
             }
           });
}

void robust_z_score(const ConstBlock& in, std::size_t first, const Block& out,
                    const ZOptions& options) {
  const double needed = detail::needed_count(options);
  each_row(in, first, out, options,
           [needed](const SortedWindows& windows, const double* value, double* to) {
             Lanes median{};
             Lanes mad{};
             windows.middles(median.data(), mad.data());
             robust_row(value, median.data(), mad.data(), windows.counts().data(), windows.width(),
                        needed, to);
           });
}

}  // namespace offex::kernels
