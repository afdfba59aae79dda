#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/tape_internal.hpp"

namespace offex::sim {

/// A hidden efficient price on its way from the open over high and low to the close, with quotes
/// around it. No quote lets a trade leave the range of the bar.
class PricePath {
 public:
  PricePath(const Security& security, const Trading& trading);

  [[nodiscard]] std::int64_t tick() const { return tick_; }
  [[nodiscard]] std::int64_t bid() const { return bid_; }
  [[nodiscard]] std::int64_t ask() const { return ask_; }
  [[nodiscard]] double efficient() const { return price_; }

  /// Goes one of `steps` steps towards `target`.
  void step(double target, double steps, double noise, Random& random);
  void start_at(std::int64_t price) { price_ = static_cast<double>(price); }
  /// Draws a new quote around the efficient price. `side` matters only when the bar is flat.
  void quote(Side side, Random& random);
  /// Quotes so that a trade of `side` is at `price`.
  void quote_at(std::int64_t price, Side side);
  /// Moves the quote one spread the way a trade of `side` pushes it.
  void push(Side side);
  /// Returns whether a trade at the quote of `side` is in the range of the bar.
  [[nodiscard]] bool allows(Side side) const;
  [[nodiscard]] std::int64_t clamp(std::int64_t price) const;

 private:
  void set(std::int64_t bid, std::int64_t spread);

  std::int64_t low_;
  std::int64_t high_;
  std::int64_t tick_;
  double usual_spread_;  // ticks
  double price_;
  std::int64_t bid_{0};
  std::int64_t ask_{0};
};

/// Makes one security's session, event after event.
class TapeBuilder {
 public:
  TapeBuilder(const Security& security, std::size_t index, const Trading& trading,
              const TapeSession& session, SymbolTape& out);
  void run();

 private:
  /// A print whose price the bar needs.
  struct Anchor {
    std::size_t slot{0};
    std::int64_t price{0};
    Side side{Side::Buy};
  };

  void plan();
  void plan_anchors(std::size_t slots);
  void before_open();
  void regular_hours();
  void regular_slot(std::size_t slot, std::size_t slots, std::size_t& anchor, std::int64_t& now);
  void after_close();
  void finish();

  [[nodiscard]] std::int64_t slot_time(std::size_t slot, std::size_t slots);
  void move_quotes(std::int64_t from, std::int64_t to, Side side);
  void push_quote(std::int64_t time, std::int64_t bid, std::int64_t ask, QuoteState state);
  void odd_quote(std::int64_t time);
  void exchange_trade(std::int64_t time, Side side, bool anchor);
  [[nodiscard]] std::size_t pick_group(std::size_t anchors_ahead);
  [[nodiscard]] std::int64_t exchange_price(Side side, std::int64_t time);
  void correct(TapeTrade trade);
  void cancel(TapeTrade trade);
  void facility_trade(std::int64_t time, std::size_t venue, Side side);
  void price_facility_trade(TapeTrade& trade, Side side);
  void report(TapeTrade& trade, bool late);
  void extended_trade(std::int64_t from, std::int64_t to, bool exchange, bool overnight);
  void auction(std::int64_t time, std::int64_t price, std::int64_t size, bool opening);
  void push_trade(TapeTrade trade);
  [[nodiscard]] Side next_side();
  [[nodiscard]] std::uint8_t pick_exchange();
  [[nodiscard]] bool is_odd(std::int64_t size) const { return size < round_lot_ * 1'000'000; }

  const Trading& trading_;
  const TapeSession& session_;
  SymbolTape& out_;
  Random random_;
  PricePath path_;
  std::int64_t round_lot_{100};
  double buy_chance_{0.5};
  Side side_{Side::Buy};
  std::uint64_t exchange_ids_{0};
  std::uint64_t facility_ids_{0};

  bool auctions_{false};
  std::int64_t open_size_{0};
  std::int64_t close_size_{0};
  PrintGroup exchange_;  // continuous, anchors included
  PrintGroup exchange_extended_;
  std::array<PrintGroup, kNumVenues> facilities_{};
  PrintGroup facility_extended_;
  std::vector<Anchor> anchors_;  // by slot
};

}  // namespace offex::sim
