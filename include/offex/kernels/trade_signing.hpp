#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace offex::kernels {

// Signs of trades from prices in integers (nano-dollars in offex, but any unit does): +1 a buyer
// crossed the spread, -1 a seller, 0 the rule cannot tell. All spans of a call have the same
// length. Prices are not negative. Safe to call from many threads with a state each.

/// Rows that the passes of one call work on at a time; the caller's blocks may have any length.
inline constexpr std::size_t kSigningBlock = 4096;

/// How a trade is signed. A quote is usable when 0 < bid < ask.
enum class SignRule : std::uint8_t {
  Quote,     ///< above the midpoint +1, below -1; at it, or without a usable quote, 0
  Tick,      ///< against the last different price; quotes are not looked at
  LeeReady,  ///< Lee and Ready 1991 without a lag: quote rule, tick test at the midpoint
  Emo,       ///< Ellis, Michaely and O'Hara 2000: at the ask +1, at the bid -1, else tick test
  Clnv,      ///< Chakrabarty et al. 2007: in the upper 30% of the spread +1, ask included, in the
             ///< lower 30% -1, bid included, else tick test
};

/// Returns the stable name, for example "lee_ready".
[[nodiscard]] std::string_view to_string(SignRule rule);
/// Returns the rule of that name, or nothing.
[[nodiscard]] std::optional<SignRule> parse_sign_rule(std::string_view text);

/// Widest spread that `Clnv` looks at, so that ten spreads fit in 64 bits (922 million dollars in
/// nano-dollars). A wider one counts as no quote. The other rules have no bound.
inline constexpr std::int64_t kMaxClnvSpread = 922'337'203'685'477'580;

/// What the tick test carries from one call to the next. A fresh one knows no trade: the first
/// trades stay without a sign until the price changes.
struct TickState {
  std::int64_t last_price{-1};  ///< -1: none yet
  std::int8_t last_sign{0};     ///< of the last change of price

  friend bool operator==(const TickState&, const TickState&) = default;
};

/// Fills `signs` by the tick test: a zero tick has the sign of the last change of price. Any split
/// of the trades into calls gives the same signs.
void sign_by_tick(std::span<const std::int64_t> price, TickState& state,
                  std::span<std::int8_t> signs);

/// Fills `signs` by any rule. The state follows all trades, whether they ask it or not; `Quote`
/// leaves it alone. `bid` and `ask` may be empty for `Tick`.
void sign_trades(SignRule rule, std::span<const std::int64_t> price,
                 std::span<const std::int64_t> bid, std::span<const std::int64_t> ask,
                 TickState& state, std::span<std::int8_t> signs);

/// What a price says about a quote.
enum class QuotePlace : std::uint8_t {
  NoQuote = 0,   ///< a side is missing, or the quote is locked or crossed
  Midpoint = 1,  ///< exactly between bid and ask
  Away = 2,      ///< anywhere else
};

/// Fills `places` with where each price stands.
void place_in_quote(std::span<const std::int64_t> price, std::span<const std::int64_t> bid,
                    std::span<const std::int64_t> ask, std::span<QuotePlace> places);

/// Sizes summed by sign, in the unit of the sizes.
struct SignedVolume {
  std::int64_t buy{0};
  std::int64_t sell{0};
  std::int64_t total{0};
};

/// Returns the sums. \pre the sizes are not negative and their sum fits in 64 bits
[[nodiscard]] SignedVolume sum_by_sign(std::span<const std::int8_t> signs,
                                       std::span<const std::int64_t> size);

/// Fills `share` with the part of each bar's volume that bulk volume classification calls bought:
/// the normal distribution function of change / sigma. NaN where the change is missing or sigma is
/// not above 0.
void bulk_buy_share(std::span<const double> change, double sigma, std::span<double> share);

}  // namespace offex::kernels
