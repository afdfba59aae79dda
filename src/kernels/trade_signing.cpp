#include "offex/kernels/trade_signing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "offex/base/check.hpp"
#include "offex/base/multiversion.hpp"

namespace offex::kernels {
namespace {

// Plain functions over pointers, because clones are made of those. Differences are taken in
// unsigned words: they are exact wherever the result is used, and a price that no rule looks at
// cannot overflow. Each loop does one thing to a block that the first-level cache holds.

using Price = std::int64_t;
using Sign = std::int8_t;

Price minus(Price a, Price b) {
  return static_cast<Price>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

Price times(Price a, std::uint64_t factor) {
  return static_cast<Price>(static_cast<std::uint64_t>(a) * factor);
}

// 2 P against A + B without the sum: P - B against A - P.
OFFEX_CLONES void quote_loop(const Price* price, const Price* bid, const Price* ask,
                             std::size_t size, Sign* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const Price above = minus(price[i], bid[i]);
    const Price below = minus(ask[i], price[i]);
    const int usable = (bid[i] > 0) & (ask[i] > bid[i]);
    out[i] = static_cast<Sign>((usable & (above > below)) - (usable & (above < below)));
  }
}

OFFEX_CLONES void emo_loop(const Price* price, const Price* bid, const Price* ask, std::size_t size,
                           Sign* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const int usable = (bid[i] > 0) & (ask[i] > bid[i]);
    out[i] = static_cast<Sign>((usable & (price[i] == ask[i])) - (usable & (price[i] == bid[i])));
  }
}

// 10 P against 7 A + 3 B, all less 10 B: 10 (P - B) against 7 (A - B).
OFFEX_CLONES void clnv_loop(const Price* price, const Price* bid, const Price* ask,
                            std::size_t size, Sign* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const Price spread = minus(ask[i], bid[i]);
    const Price above = minus(price[i], bid[i]);
    const int usable = (bid[i] > 0) & (ask[i] > bid[i]) & (spread <= kMaxClnvSpread) &
                       (price[i] >= bid[i]) & (price[i] <= ask[i]);
    const Price tenfold = times(above, 10);
    out[i] = static_cast<Sign>((usable & (tenfold > times(spread, 7))) -
                               (usable & (tenfold < times(spread, 3))));
  }
}

// Sign of each change of price. `price[-1]` is read.
OFFEX_CLONES void change_loop(const Price* price, std::size_t size, Sign* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const Price before = price[static_cast<std::ptrdiff_t>(i) - 1];
    out[i] = static_cast<Sign>((price[i] > before) - (price[i] < before));
  }
}

OFFEX_CLONES void place_loop(const Price* price, const Price* bid, const Price* ask,
                             std::size_t size, std::uint8_t* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const Price above = minus(price[i], bid[i]);
    const Price below = minus(ask[i], price[i]);
    const int usable = (bid[i] > 0) & (ask[i] > bid[i]);
    out[i] = static_cast<std::uint8_t>(usable + (usable & (above != below)));
  }
}

OFFEX_CLONES void sum_loop(const Sign* signs, const Price* size, std::size_t rows,
                           std::int64_t* sums) {
  std::int64_t buy = 0;
  std::int64_t sell = 0;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    buy += size[i] & -static_cast<std::int64_t>(signs[i] > 0);
    sell += size[i] & -static_cast<std::int64_t>(signs[i] < 0);
    total += size[i];
  }
  sums[0] += buy;
  sums[1] += sell;
  sums[2] += total;
}

// Masks instead of choices: half of all ticks are zero, at random, and a branch would guess them.
std::uint32_t mask_of_zero(Sign sign) { return sign == 0 ? ~std::uint32_t{0} : 0U; }

/// Returns `sign`, or `other` where it is zero.
Sign or_else(Sign sign, Sign other) {
  return static_cast<Sign>((mask_of_zero(sign) & static_cast<std::uint32_t>(other)) |
                           static_cast<std::uint32_t>(sign));
}

/// The one serial pass: a zero takes the sign before it.
Sign carry(Sign* signs, std::size_t size, Sign last) {
  for (std::size_t i = 0; i < size; ++i) {
    last = or_else(signs[i], last);
    signs[i] = last;
  }
  return last;
}

/// The same for `ticks`, of which `direct` takes the sign where it has none.
Sign carry_into(const Sign* ticks, Sign* direct, std::size_t size, Sign last) {
  for (std::size_t i = 0; i < size; ++i) {
    last = or_else(ticks[i], last);
    direct[i] = or_else(direct[i], last);
  }
  return last;
}

/// Signs of the changes of price of a block that is not empty, without the carry.
void changes(std::span<const Price> price, TickState& state, Sign* out) {
  const Price before = state.last_price >= 0 ? state.last_price : price.front();
  out[0] = static_cast<Sign>((price.front() > before) - (price.front() < before));
  change_loop(price.data() + 1, price.size() - 1, out + 1);
  state.last_price = price.back();
}

void sign_directly(SignRule rule, const Price* price, const Price* bid, const Price* ask,
                   std::size_t size, Sign* out) {
  switch (rule) {
    case SignRule::Quote:
    case SignRule::LeeReady:
      return quote_loop(price, bid, ask, size, out);
    case SignRule::Emo:
      return emo_loop(price, bid, ask, size, out);
    case SignRule::Clnv:
      return clnv_loop(price, bid, ask, size, out);
    case SignRule::Tick:
      break;
  }
  OFFEX_CHECK(false);
}

}  // namespace

std::string_view to_string(SignRule rule) {
  switch (rule) {
    case SignRule::Quote:
      return "quote";
    case SignRule::Tick:
      return "tick";
    case SignRule::LeeReady:
      return "lee_ready";
    case SignRule::Emo:
      return "emo";
    case SignRule::Clnv:
      return "clnv";
  }
  return "";
}

std::optional<SignRule> parse_sign_rule(std::string_view text) {
  for (const SignRule rule :
       {SignRule::Quote, SignRule::Tick, SignRule::LeeReady, SignRule::Emo, SignRule::Clnv}) {
    if (text == to_string(rule)) {
      return rule;
    }
  }
  return std::nullopt;
}

void sign_by_tick(std::span<const std::int64_t> price, TickState& state,
                  std::span<std::int8_t> signs) {
  OFFEX_CHECK(signs.size() == price.size());
  for (std::size_t at = 0; at < price.size(); at += kSigningBlock) {
    const std::size_t size = std::min(kSigningBlock, price.size() - at);
    changes(price.subspan(at, size), state, signs.data() + at);
    state.last_sign = carry(signs.data() + at, size, state.last_sign);
  }
}

void sign_trades(SignRule rule, std::span<const std::int64_t> price,
                 std::span<const std::int64_t> bid, std::span<const std::int64_t> ask,
                 TickState& state, std::span<std::int8_t> signs) {
  if (rule == SignRule::Tick) {
    return sign_by_tick(price, state, signs);
  }
  OFFEX_CHECK(signs.size() == price.size() && bid.size() == price.size() &&
              ask.size() == price.size());
  std::array<Sign, kSigningBlock> ticks;  // NOLINT(*-member-init): filled before it is read
  for (std::size_t at = 0; at < price.size(); at += kSigningBlock) {
    const std::size_t size = std::min(kSigningBlock, price.size() - at);
    Sign* const out = signs.data() + at;
    sign_directly(rule, price.data() + at, bid.data() + at, ask.data() + at, size, out);
    if (rule != SignRule::Quote) {
      changes(price.subspan(at, size), state, ticks.data());
      state.last_sign = carry_into(ticks.data(), out, size, state.last_sign);
    }
  }
}

void place_in_quote(std::span<const std::int64_t> price, std::span<const std::int64_t> bid,
                    std::span<const std::int64_t> ask, std::span<QuotePlace> places) {
  OFFEX_CHECK(bid.size() == price.size() && ask.size() == price.size() &&
              places.size() == price.size());
  static_assert(sizeof(QuotePlace) == 1);
  // NOLINTNEXTLINE(*-reinterpret-cast): the underlying type of the enumeration
  place_loop(price.data(), bid.data(), ask.data(), price.size(),
             reinterpret_cast<std::uint8_t*>(places.data()));
}

SignedVolume sum_by_sign(std::span<const std::int8_t> signs, std::span<const std::int64_t> size) {
  OFFEX_CHECK(signs.size() == size.size());
  std::array<std::int64_t, 3> sums{};
  sum_loop(signs.data(), size.data(), size.size(), sums.data());
  return {.buy = sums[0], .sell = sums[1], .total = sums[2]};
}

void bulk_buy_share(std::span<const double> change, double sigma, std::span<double> share) {
  OFFEX_CHECK(change.size() == share.size());
  for (std::size_t i = 0; i < change.size(); ++i) {
    share[i] = sigma > 0.0 ? 0.5 * std::erfc(-(change[i] / sigma) / std::numbers::sqrt2)
                           : std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace offex::kernels
