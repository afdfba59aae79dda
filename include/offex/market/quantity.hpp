#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"

namespace offex::market {

/// Number of shares in millionths of a share, exact.
///
/// FINRA publishes six decimals since 2026-02-23. Absence is the column's validity bit.
class Quantity {
 public:
  static constexpr std::int64_t kPerShare = 1'000'000;
  static constexpr int kDecimals = 6;

  constexpr Quantity() = default;
  [[nodiscard]] static constexpr Quantity from_millionths(std::int64_t units) {
    return Quantity{units};
  }
  /// Reads an exact, non-negative decimal of at most six places.
  [[nodiscard]] static Result<Quantity> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t millionths() const { return units_; }
  [[nodiscard]] constexpr double to_double() const {
    return static_cast<double>(units_) / static_cast<double>(kPerShare);
  }
  /// Returns the shortest exact text, for example "9699860.835956".
  [[nodiscard]] std::string text() const;
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  explicit constexpr Quantity(std::int64_t units) : units_{units} {}
  std::int64_t units_{0};
};

/// Share price in nano-dollars (1e-9 USD), exact. Absence is the column's validity bit.
class Price {
 public:
  static constexpr std::int64_t kPerDollar = 1'000'000'000;
  static constexpr int kDecimals = 9;

  constexpr Price() = default;
  [[nodiscard]] static constexpr Price from_nanos(std::int64_t nanos) { return Price{nanos}; }
  /// Reads an exact, non-negative decimal of at most nine places.
  [[nodiscard]] static Result<Price> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t nanos() const { return nanos_; }
  [[nodiscard]] constexpr double to_double() const {
    return static_cast<double>(nanos_) / static_cast<double>(kPerDollar);
  }
  [[nodiscard]] std::string text() const;
  friend constexpr auto operator<=>(Price, Price) = default;

 private:
  explicit constexpr Price(std::int64_t nanos) : nanos_{nanos} {}
  std::int64_t nanos_{0};
};

static_assert(sizeof(Quantity) == 8 && sizeof(Price) == 8);

}  // namespace offex::market
