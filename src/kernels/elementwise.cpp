#include "offex/kernels/elementwise.hpp"

#include <cmath>
#include <cstddef>
#include <limits>

#include "offex/base/check.hpp"
#include "offex/base/multiversion.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Plain functions over pointers, because clones are made of those.

OFFEX_CLONES void share_loop(const double* part, const double* whole, std::size_t size,
                             double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double quotient = part[i] / whole[i];
    const bool good = (whole[i] > 0.0) & (part[i] >= 0.0) & (part[i] <= whole[i]);
    out[i] = good ? quotient : kNan;
  }
}

OFFEX_CLONES void change_loop(const double* now, const double* before, std::size_t size,
                              double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double change = now[i] / before[i] - 1.0;
    out[i] = before[i] > 0.0 ? change : kNan;
  }
}

OFFEX_CLONES void imbalance_loop(const double* buy, const double* sell, std::size_t size,
                                 double minimum, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double total = buy[i] + sell[i];
    const double value = (buy[i] - sell[i]) / total;
    out[i] = (total >= minimum) & (total > 0.0) ? value : kNan;
  }
}

OFFEX_CLONES void buy_share_loop(const double* buy, const double* sell, std::size_t size,
                                 double minimum, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double total = buy[i] + sell[i];
    const double value = buy[i] / total;
    out[i] = (total >= minimum) & (total > 0.0) ? value : kNan;
  }
}

OFFEX_CLONES void range_loop(const double* high, const double* low, const double* close,
                             std::size_t size, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double value = (high[i] - low[i]) / close[i];
    out[i] = (close[i] > 0.0) & (high[i] >= low[i]) ? value : kNan;
  }
}

OFFEX_CLONES void net_loop(const double* part, const double* whole, std::size_t size, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = 2.0 * part[i] - whole[i];
  }
}

}  // namespace

void share(std::span<const double> part, std::span<const double> whole, std::span<double> out) {
  OFFEX_CHECK(part.size() == out.size() && whole.size() == out.size());
  share_loop(part.data(), whole.data(), out.size(), out.data());
}

void log_positive(std::span<const double> values, std::span<double> out) {
  OFFEX_CHECK(values.size() == out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = values[i] > 0.0 ? std::log(values[i]) : kNan;
  }
}

void relative_change(std::span<const double> now, std::span<const double> before,
                     std::span<double> out) {
  OFFEX_CHECK(now.size() == out.size() && before.size() == out.size());
  change_loop(now.data(), before.data(), out.size(), out.data());
}

void imbalance(std::span<const double> buy, std::span<const double> sell, double minimum,
               std::span<double> out) {
  OFFEX_CHECK(buy.size() == out.size() && sell.size() == out.size());
  imbalance_loop(buy.data(), sell.data(), out.size(), minimum, out.data());
}

void buy_share(std::span<const double> buy, std::span<const double> sell, double minimum,
               std::span<double> out) {
  OFFEX_CHECK(buy.size() == out.size() && sell.size() == out.size());
  buy_share_loop(buy.data(), sell.data(), out.size(), minimum, out.data());
}

void range_share(std::span<const double> high, std::span<const double> low,
                 std::span<const double> close, std::span<double> out) {
  OFFEX_CHECK(high.size() == out.size() && low.size() == out.size() && close.size() == out.size());
  range_loop(high.data(), low.data(), close.data(), out.size(), out.data());
}

void net_of_twice(std::span<const double> part, std::span<const double> whole,
                  std::span<double> out) {
  OFFEX_CHECK(part.size() == out.size() && whole.size() == out.size());
  net_loop(part.data(), whole.data(), out.size(), out.data());
}

}  // namespace offex::kernels
