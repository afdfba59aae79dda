#include "offex/kernels/elementwise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "offex/base/check.hpp"
#include "offex/base/multiversion.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Plain functions over pointers, because clones are made of those.

OFFEX_WIDE_CLONES void share_loop(const double* part, const double* whole, std::size_t size,
                                  double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double quotient = part[i] / whole[i];
    const bool good = (whole[i] > 0.0) & (part[i] >= 0.0) & (part[i] <= whole[i]);
    out[i] = good ? quotient : kNan;
  }
}

OFFEX_WIDE_CLONES void change_loop(const double* now, const double* before, std::size_t size,
                                   double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double change = now[i] / before[i] - 1.0;
    out[i] = before[i] > 0.0 ? change : kNan;
  }
}

OFFEX_WIDE_CLONES void imbalance_loop(const double* buy, const double* sell, std::size_t size,
                                      double minimum, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double total = buy[i] + sell[i];
    const double value = (buy[i] - sell[i]) / total;
    out[i] = (total >= minimum) & (total > 0.0) ? value : kNan;
  }
}

OFFEX_WIDE_CLONES void buy_share_loop(const double* buy, const double* sell, std::size_t size,
                                      double minimum, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double total = buy[i] + sell[i];
    const double value = buy[i] / total;
    out[i] = (total >= minimum) & (total > 0.0) ? value : kNan;
  }
}

OFFEX_WIDE_CLONES void range_loop(const double* high, const double* low, const double* close,
                                  std::size_t size, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const double value = (high[i] - low[i]) / close[i];
    out[i] = (close[i] > 0.0) & (high[i] >= low[i]) ? value : kNan;
  }
}

OFFEX_WIDE_CLONES void net_loop(const double* part, const double* whole, std::size_t size,
                                double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = 2.0 * part[i] - whole[i];
  }
}

OFFEX_WIDE_CLONES void fill_loop(double value, std::size_t size, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = value;
  }
}

/// NaN and 0 hold no bit.
OFFEX_WIDE_CLONES void bit_loop(const double* bits, int bit, std::size_t size, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const int number = static_cast<int>(bits[i] == bits[i] ? bits[i] : 0.0);
    out[i] = (number & bit) != 0 ? 1.0 : 0.0;
  }
}

OFFEX_WIDE_CLONES void unless_bit_loop(const double* bits, int bit, std::size_t size, double value,
                                       double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const int number = static_cast<int>(bits[i] == bits[i] ? bits[i] : 0.0);
    out[i] = (number & bit) != 0 ? out[i] : value;
  }
}

OFFEX_WIDE_CLONES void missing_loop(const double* values, std::size_t size, double value,
                                    double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = values[i] == values[i] ? out[i] : value;
  }
}

OFFEX_WIDE_CLONES void positive_loop(const double* values, std::size_t size, double value,
                                     double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = values[i] > 0.0 ? out[i] : value;
  }
}

OFFEX_WIDE_CLONES void greater_loop(const double* a, const double* b, std::size_t size,
                                    double value, double* out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = a[i] > b[i] ? value : out[i];
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

void fill(double value, std::span<double> out) { fill_loop(value, out.size(), out.data()); }

void copy(std::span<const double> values, std::span<double> out) {
  OFFEX_CHECK(values.size() == out.size());
  std::copy_n(values.data(), values.size(), out.data());
}

void bit_flag(std::span<const double> bits, unsigned bit, std::span<double> out) {
  OFFEX_CHECK(bits.size() == out.size());
  bit_loop(bits.data(), static_cast<int>(bit), out.size(), out.data());
}

void set_where_missing(std::span<const double> values, double value, std::span<double> out) {
  OFFEX_CHECK(values.size() == out.size());
  missing_loop(values.data(), out.size(), value, out.data());
}

void set_unless_positive(std::span<const double> values, double value, std::span<double> out) {
  OFFEX_CHECK(values.size() == out.size());
  positive_loop(values.data(), out.size(), value, out.data());
}

void set_unless_bit(std::span<const double> bits, unsigned bit, double value,
                    std::span<double> out) {
  OFFEX_CHECK(bits.size() == out.size());
  unless_bit_loop(bits.data(), static_cast<int>(bit), out.size(), value, out.data());
}

void set_where_greater(std::span<const double> a, std::span<const double> b, double value,
                       std::span<double> out) {
  OFFEX_CHECK(a.size() == out.size() && b.size() == out.size());
  greater_loop(a.data(), b.data(), out.size(), value, out.data());
}

}  // namespace offex::kernels
