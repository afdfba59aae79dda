#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "offex/market/day.hpp"

#include "sim/listing_internal.hpp"
#include "sim/model_internal.hpp"
#include "sim/random_internal.hpp"
#include "sim/universe_internal.hpp"

namespace offex::sim {

/// Sets of trade conditions that the simulated tape uses.
enum class Conditions : std::uint8_t {
  None,
  Sweep,
  OddLot,
  OddSweep,
  Exempt,
  Extended,
  ExtendedOdd,
  Opening,
  Cross,
  Closing,
  OfficialOpen,
  OfficialClose,
  Average,
  Contingent,
  Qualified,
  OutOfSequence,
};

/// What a set of conditions means.
struct ConditionTraits {
  std::string_view csv;   ///< the cell of a flat file
  std::string_view json;  ///< elements of the array of a REST reply
  bool price{true};       ///< may set open, high, low and close
  bool volume{true};
};
[[nodiscard]] const ConditionTraits& traits_of(Conditions conditions);

enum class Side : std::uint8_t { Unknown, Buy, Sell };

/// Times are UTC nanoseconds, prices ten-thousandths of a dollar, sizes millionths of a share.
struct TapeTrade {
  std::int64_t participant{0};
  std::int64_t sip{0};
  std::int64_t trf{0};  // 0: not from a facility
  std::int64_t price{0};
  std::int64_t size{0};
  std::uint64_t id{0};
  std::uint32_t sequence{0};
  std::uint16_t trf_id{0};
  std::uint8_t exchange{0};
  std::uint8_t correction{0};
  Conditions conditions{Conditions::None};
  Side side{Side::Unknown};  // known for continuous trades of exchanges

  /// Whether it adds to volume: neither an official price nor cancelled nor later corrected.
  [[nodiscard]] bool counts() const {
    return traits_of(conditions).volume && correction != 1 && correction != 8;
  }
  [[nodiscard]] bool sets_price() const { return counts() && traits_of(conditions).price; }
};

enum class QuoteState : std::uint8_t { Regular, Locked, Crossed, Closed };

struct TapeQuote {
  std::int64_t participant{0};
  std::int64_t sip{0};
  std::int64_t bid{0};  // 0: nobody bids
  std::int64_t ask{0};
  std::int32_t bid_size{0};  // in the unit of the day
  std::int32_t ask_size{0};
  std::uint32_t sequence{0};
  std::uint8_t bid_exchange{0};
  std::uint8_t ask_exchange{0};
  QuoteState state{QuoteState::Regular};
};

/// What all tapes of a session share.
struct TapeSession {
  market::Day day;
  int index{0};  // of the session in the market
  std::uint64_t seed{0};
  std::int64_t first{0};  // 04:00 New York time
  std::int64_t open{0};
  std::int64_t close{0};
  std::int64_t last{0};  // 20:00
  bool fractional{false};
  bool share_sizes{false};  // quotes tell shares, not round lots
  bool tiered_lots{false};  // expensive names have smaller round lots
};
[[nodiscard]] TapeSession tape_session(market::Day day, int index, std::uint64_t seed);

/// A group of prints whose number and volume are given.
struct PrintGroup {
  std::int64_t left{0};   // millionths
  std::int64_t count{0};  // prints that are still to come

  /// Takes the next print. The last one gets what is left, so that the sum is exact.
  [[nodiscard]] std::int64_t take(Random& random, bool fractional, std::int64_t at_least = 1);
};

/// Trades and quotes of one security on one session, both in the order of the consolidated tape.
class SymbolTape {
 public:
  /// \pre trading.volume > 0
  void build(const Security& security, std::size_t index, const Trading& trading,
             const TapeSession& session);

  [[nodiscard]] const std::vector<TapeTrade>& trades() const { return trades_; }
  [[nodiscard]] const std::vector<TapeQuote>& quotes() const { return quotes_; }
  [[nodiscard]] const Listing& listing() const { return listing_; }

 private:
  friend class TapeBuilder;

  std::vector<TapeTrade> trades_;
  std::vector<TapeQuote> quotes_;
  Listing listing_;
};

}  // namespace offex::sim
