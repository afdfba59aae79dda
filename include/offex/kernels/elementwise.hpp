#pragma once

#include <span>

namespace offex::kernels {

// One row over symbols at a time. NaN is missing and stays missing. All spans of a call have the
// same length; `out` may be one of the inputs. Safe to call from many threads.

/// Fills `out` with part / whole where whole > 0 and 0 <= part <= whole, else NaN.
void share(std::span<const double> part, std::span<const double> whole, std::span<double> out);

/// Fills `out` with ln(value) where value > 0, else NaN.
void log_positive(std::span<const double> values, std::span<double> out);

/// Fills `out` with now / before - 1 where before > 0, else NaN.
void relative_change(std::span<const double> now, std::span<const double> before,
                     std::span<double> out);

/// Fills `out` with (buy - sell) / (buy + sell) where buy + sell >= `minimum` and > 0, else NaN.
void imbalance(std::span<const double> buy, std::span<const double> sell, double minimum,
               std::span<double> out);

/// Fills `out` with buy / (buy + sell) where buy + sell >= `minimum` and > 0, else NaN.
void buy_share(std::span<const double> buy, std::span<const double> sell, double minimum,
               std::span<double> out);

/// Fills `out` with (high - low) / close where close > 0 and high >= low, else NaN.
void range_share(std::span<const double> high, std::span<const double> low,
                 std::span<const double> close, std::span<double> out);

/// Fills `out` with 2 x part - whole.
void net_of_twice(std::span<const double> part, std::span<const double> whole,
                  std::span<double> out);

/// Fills `out` with one value.
void fill(double value, std::span<double> out);

/// Fills `out` with the same values. \pre they do not overlap
void copy(std::span<const double> values, std::span<double> out);

/// Fills `out` with 1 where the number holds `bit`, else 0; a missing number holds none.
/// \pre numbers are whole, from 0 to 2^31 - 1
void bit_flag(std::span<const double> bits, unsigned bit, std::span<double> out);

// These write `value` where the condition holds and leave the other cells of `out` alone.

void set_where_missing(std::span<const double> values, double value, std::span<double> out);
void set_unless_positive(std::span<const double> values, double value, std::span<double> out);
void set_unless_bit(std::span<const double> bits, unsigned bit, double value,
                    std::span<double> out);
/// Where a > b; false when either is missing.
void set_where_greater(std::span<const double> a, std::span<const double> b, double value,
                       std::span<double> out);

}  // namespace offex::kernels
