#include <algorithm>
#include <array>

#include "sim/tape_builder_internal.hpp"
#include "sim/text_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::int64_t kMicro = 1'000;
constexpr std::int64_t kMilli = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

// The vendor's id of an exchange as often as it trades.
constexpr std::array<std::uint8_t, 32> kExchanges{12, 12, 12, 12, 12, 12, 12, 12, 10, 10, 10,
                                                  10, 11, 11, 11, 11, 19, 19, 19, 8,  8,  8,
                                                  21, 21, 15, 18, 7,  20, 2,  3,  17, 1};
constexpr std::array<std::uint16_t, kNumVenues> kTrfIds{202, 201, 203, 0, 0};
constexpr std::uint64_t kFirstFacilityId = 52'983'525'000'000;

}  // namespace

Side TapeBuilder::next_side() {
  if (!random_.chance(0.35)) side_ = random_.chance(buy_chance_) ? Side::Buy : Side::Sell;
  return side_;
}

std::uint8_t TapeBuilder::pick_exchange() { return kExchanges[random_.bits() >> 59U]; }

void TapeBuilder::push_trade(TapeTrade trade) { out_.trades_.push_back(trade); }

// Mostly at the quote. Hidden orders, midpoint pegs, sweeps beyond the quote and quotes that a
// trade moves before it is stamped itself are what makes a rule for signing wrong.
std::int64_t TapeBuilder::exchange_price(Side side, std::int64_t time) {
  const bool buy = side == Side::Buy;
  const std::int64_t touch = buy ? path_.ask() : path_.bid();
  const std::int64_t inward = buy ? -path_.tick() : path_.tick();
  const double draw = random_.uniform();
  if (draw < 0.66) return touch;
  if (draw < 0.76) {
    const std::int64_t ticks = (path_.ask() - path_.bid()) / path_.tick();
    return touch +
           inward * static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(ticks)));
  }
  if (draw < 0.86) {
    const std::int64_t twice = path_.bid() + path_.ask();
    return twice % 2 == 0 ? twice / 2 : touch;
  }
  if (draw < 0.89) return touch - inward;
  path_.push(side);
  push_quote(time - static_cast<std::int64_t>(random_.bits() >> 50U) - 1, path_.bid(), path_.ask(),
             QuoteState::Regular);
  return touch;
}

void TapeBuilder::exchange_trade(std::int64_t time, Side side, bool anchor) {
  TapeTrade trade{.participant = time, .exchange = pick_exchange(), .side = side};
  trade.sip = time + 120 * kMicro + 9 * kMicro * trade.exchange +
              static_cast<std::int64_t>(random_.bits() >> 45U);
  trade.id = ++exchange_ids_;
  trade.size = exchange_.take(random_, false, anchor ? round_lot_ : 1);
  if (anchor) {  // the bar's prices must be those of trades that may set them
    trade.price = side == Side::Buy ? path_.ask() : path_.bid();
    push_trade(trade);
    return;
  }
  trade.price = path_.clamp(exchange_price(side, time));
  const bool sweep = random_.chance(0.3);
  if (is_odd(trade.size)) {
    trade.conditions = sweep ? Conditions::OddSweep : Conditions::OddLot;
  } else if (sweep) {
    trade.conditions = Conditions::Sweep;
  } else if (random_.chance(0.03)) {
    trade.conditions = Conditions::Exempt;
  }
  const std::uint64_t mishap = random_.below(4'000);
  if (mishap == 0 && time < session_.close - 40 * kMinute) {
    correct(trade);
  } else {
    push_trade(trade);
    if (mishap == 1) cancel(trade);
  }
}

/// Reports a trade wrongly and, minutes later, as it was.
void TapeBuilder::correct(TapeTrade trade) {
  TapeTrade wrong = trade;
  wrong.price += wrong.price / 20 / path_.tick() * path_.tick() + path_.tick();
  wrong.size *= 2;
  wrong.correction = 1;
  wrong.side = Side::Unknown;
  push_trade(wrong);
  trade.correction = 12;
  trade.sip += kMinute + static_cast<std::int64_t>(random_.below(20)) * kMinute;
  push_trade(trade);
}

/// Adds a trade far from the market that was cancelled later.
void TapeBuilder::cancel(TapeTrade trade) {
  trade.id = ++exchange_ids_;
  trade.participant += 30 * kMicro;
  trade.sip += 30 * kMicro;
  trade.price += trade.price / 4;
  trade.correction = 8;
  trade.side = Side::Unknown;
  push_trade(trade);
}

void TapeBuilder::price_facility_trade(TapeTrade& trade, Side side) {
  const bool buy = side == Side::Buy;
  const std::int64_t touch = buy ? path_.ask() : path_.bid();
  const double draw = random_.uniform();
  trade.price = touch;
  if (draw < 0.42) {
    // A wholesaler improves the price by less than half a cent.
    const auto better = static_cast<std::int64_t>(1 + random_.below(39));
    if (path_.tick() > 1) trade.price += buy ? -better : better;
  } else if (draw < 0.72) {
    trade.price = (path_.bid() + path_.ask()) / 2;
  } else if (draw >= 0.985) {
    const std::array odd{Conditions::Average, Conditions::Contingent, Conditions::Qualified};
    trade.conditions = odd[random_.below(odd.size())];
    const double away = 1.0 + 0.01 * (random_.uniform() - 0.5);
    trade.price = std::max<std::int64_t>(static_cast<std::int64_t>(path_.efficient() * away), 1);
    return;
  }
  trade.price = path_.clamp(trade.price);
}

void TapeBuilder::report(TapeTrade& trade, bool late) {
  trade.trf =
      trade.participant + 400 * kMicro + static_cast<std::int64_t>(random_.below(20'000)) * kMicro;
  if (late) {
    trade.trf += 20 * kMinute + static_cast<std::int64_t>(random_.below(240)) * kMinute;
    trade.trf = std::min(trade.trf, session_.last - kSecond);
  }
  trade.sip = trade.trf + 30 * kMicro + static_cast<std::int64_t>(random_.bits() >> 46U);
}

void TapeBuilder::facility_trade(std::int64_t time, std::size_t venue, Side side) {
  TapeTrade trade{.participant = time,
                  .id = kFirstFacilityId + ++facility_ids_ * 37,
                  .trf_id = kTrfIds[venue],
                  .exchange = 4};
  trade.size = facilities_[venue].take(random_, session_.fractional);
  price_facility_trade(trade, side);
  const bool late = random_.below(3'000) == 0;
  if (late) {
    trade.conditions = Conditions::OutOfSequence;
    trade.price = path_.clamp(trade.price);
  } else if (trade.conditions == Conditions::None && is_odd(trade.size)) {
    trade.conditions = Conditions::OddLot;
  }
  report(trade, late);
  push_trade(trade);
}

void TapeBuilder::extended_trade(std::int64_t from, std::int64_t to, bool exchange,
                                 bool overnight) {
  const std::int64_t span = to - from - 2 * kMinute;
  const auto millis =
      static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(span / kMilli)));
  TapeTrade trade{.participant = from + kMinute + millis * kMilli +
                                 static_cast<std::int64_t>(random_.below(1'000'000))};
  const std::int64_t around = from < session_.open ? trading_.open : trading_.close;
  const auto steps = static_cast<std::int64_t>(random_.below(7)) - 3;
  trade.price = std::max(around + steps * path_.tick(), path_.tick());
  PrintGroup& group = exchange ? exchange_extended_ : facility_extended_;
  trade.size = group.take(random_, session_.fractional && !exchange);
  trade.conditions = is_odd(trade.size) ? Conditions::ExtendedOdd : Conditions::Extended;
  if (exchange) {
    trade.exchange = pick_exchange();
    trade.id = ++exchange_ids_;
    trade.sip = trade.participant + 300 * kMicro;
  } else {
    trade.exchange = 4;
    trade.trf_id = random_.chance(0.7) ? kTrfIds[0] : kTrfIds[1];
    trade.id = kFirstFacilityId + ++facility_ids_ * 37;
    report(trade, false);
  }
  if (overnight) {  // traded in the night, reported when the facility opens
    trade.participant = session_.first - 150 * kMinute + millis * kMicro;
    trade.trf = session_.first + 3 * kSecond + 271 * kMilli;
    trade.sip = trade.trf + 37 * kMilli;
  }
  push_trade(trade);
}

void TapeBuilder::auction(std::int64_t time, std::int64_t price, std::int64_t size, bool opening) {
  TapeTrade trade{.participant = time,
                  .sip = time + 400 * kMicro,
                  .price = price,
                  .size = size,
                  .id = ++exchange_ids_,
                  .exchange = out_.listing_.exchange};
  const bool nasdaq = out_.listing_.tape == 3;
  trade.conditions = nasdaq ? Conditions::Cross : Conditions::Opening;
  if (!opening) trade.conditions = Conditions::Closing;
  push_trade(trade);
  trade.id = ++exchange_ids_;
  trade.participant += 2 * kMilli;
  trade.sip += 2 * kMilli;
  trade.conditions = opening ? Conditions::OfficialOpen : Conditions::OfficialClose;
  push_trade(trade);
}

}  // namespace offex::sim
