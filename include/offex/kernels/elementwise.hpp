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

}  // namespace offex::kernels
