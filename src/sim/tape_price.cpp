#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/real_math_internal.hpp"
#include "sim/tape_builder_internal.hpp"
#include "sim/text_internal.hpp"

namespace offex::sim {
namespace {

/// A cheap draw with mean 0 and variance 1: the number of set bits out of 64.
double rough_normal(Random& random) {
  return (static_cast<double>(std::popcount(random.bits())) - 32.0) * 0.25;
}

}  // namespace

PricePath::PricePath(const Security& security, const Trading& trading)
    : low_{trading.low},
      high_{trading.high},
      tick_{trading.low < kDollar ? 1 : 100},
      price_{static_cast<double>(trading.open)} {
  const double thin = portable_exp((6.0 - security.log_volume) / 2.5);
  usual_spread_ =
      static_cast<double>(trading.close) * (0.00008 + 0.02 * thin) / static_cast<double>(tick_);
  quote_at(trading.open, Side::Buy);
}

void PricePath::step(double target, double steps, double noise, Random& random) {
  price_ += (target - price_) / std::max(steps, 1.0) + noise * rough_normal(random);
  price_ = std::clamp(price_, static_cast<double>(low_), static_cast<double>(high_));
}

void PricePath::set(std::int64_t bid, std::int64_t spread) {
  const std::int64_t range = high_ - low_;
  if (range < tick_) {  // a flat bar: one side of the quote is the price
    bid_ = std::clamp(bid, low_ - tick_, low_);
    ask_ = bid_ + tick_;
    return;
  }
  const std::int64_t width = std::min(spread, range / tick_ * tick_);
  bid_ = std::clamp(bid, low_, high_ - width);
  ask_ = bid_ + width;
}

void PricePath::quote(Side side, Random& random) {
  const std::uint64_t bits = random.bits();
  const double wide =
      0.5 + static_cast<double>(bits & 0xFFFFU) / 65536.0 + ((bits >> 16U) % 16 == 0 ? 1.0 : 0.0);
  const auto ticks =
      std::max<std::int64_t>(static_cast<std::int64_t>(usual_spread_ * wide + 0.5), 1);
  const std::int64_t spread = ticks * tick_;
  if (high_ - low_ < tick_) {
    set(side == Side::Buy ? low_ - tick_ : low_, tick_);
    return;
  }
  const double middle = price_ - static_cast<double>(spread - tick_) / 2.0;
  const auto grid = static_cast<std::int64_t>(std::floor(middle / static_cast<double>(tick_)));
  set(grid * tick_, spread);
}

void PricePath::quote_at(std::int64_t price, Side side) {
  const std::int64_t width = std::max(ask_ - bid_, tick_);
  set(side == Side::Buy ? price - std::min(width, std::max(high_ - low_, tick_)) : price, width);
  if (side == Side::Buy && ask_ != price) set(price - tick_, tick_);
}

void PricePath::push(Side side) {
  const std::int64_t width = ask_ - bid_;
  const std::int64_t way = side == Side::Buy ? width : -width;
  set(bid_ + way, width);
  price_ = std::clamp(price_ + 0.5 * static_cast<double>(way), static_cast<double>(low_),
                      static_cast<double>(high_));
}

bool PricePath::allows(Side side) const {
  const std::int64_t price = side == Side::Buy ? ask_ : bid_;
  return low_ <= price && price <= high_;
}

std::int64_t PricePath::clamp(std::int64_t price) const { return std::clamp(price, low_, high_); }

}  // namespace offex::sim
