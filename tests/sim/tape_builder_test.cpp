// Tapes of single securities, built in memory.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/model_internal.hpp"
#include "sim/tape_internal.hpp"
#include "sim/tape_text_internal.hpp"
#include "sim/text_internal.hpp"
#include "sim/universe_internal.hpp"

namespace offex::sim {
namespace {

const market::Day kDay = market::Day::from_civil({.year = 2026, .month = 4, .day = 17});

Security security_named(std::string_view name, double log_volume) {
  Security out;
  out.symbol = market::Symbol::from_trusted(name);
  out.finra_symbol = name;
  out.log_volume = log_volume;
  return out;
}

/// What the counted trades of a tape say about the day.
struct Summary {
  std::int64_t volume{0}, transactions{0}, facilities{0};
  std::int64_t open{0}, high{0}, low{0}, close{0};
};

Summary summarise(const SymbolTape& tape, const TapeSession& session) {
  Summary out;
  for (const TapeTrade& trade : tape.trades()) {
    if (!trade.counts()) continue;
    out.volume += trade.size;
    ++out.transactions;
    const bool regular = session.open <= trade.participant && trade.participant < session.close;
    if (trade.exchange == 4 && regular) out.facilities += trade.size;
    if (!trade.sets_price()) continue;
    if (out.open == 0) out.open = out.high = out.low = trade.price;
    out.high = std::max(out.high, trade.price);
    out.low = std::min(out.low, trade.price);
    out.close = trade.price;
  }
  return out;
}

void expect_tape_of(const Trading& trading, const SymbolTape& tape, const TapeSession& session) {
  const Summary got = summarise(tape, session);
  EXPECT_EQ(got.volume, trading.volume);
  EXPECT_EQ(got.transactions, trading.transactions);
  EXPECT_EQ(got.facilities, trading.facility_volume());
  EXPECT_EQ(got.open, trading.open);
  EXPECT_EQ(got.high, trading.high);
  EXPECT_EQ(got.low, trading.low);
  EXPECT_EQ(got.close, trading.close);
  for (const TapeTrade& trade : tape.trades()) {
    EXPECT_GT(trade.size, 0);
    EXPECT_GT(trade.price, 0);
  }
}

TEST(TapeBuilder, EverySecurityOfAMarketGetsATapeThatIsItsDay) {
  const MarketSpec spec{.symbols = 400, .days = 4, .seed = 12, .trade_size = 3'000.0};
  const auto universe = make_universe(spec);
  MarketModel model{spec, universe, {}};
  std::vector<Trading> trading;
  SymbolTape tape;
  std::size_t built = 0;
  for (int index = 0; index < spec.days; ++index) {
    const market::Day day = kDay.plus(index - spec.days + 1);
    const TapeSession session = tape_session(day, index, spec.seed);
    model.step(day, trading);
    for (std::size_t i = 0; i < universe.size(); ++i) {
      if (trading[i].volume == 0) continue;
      SCOPED_TRACE(universe[i].symbol.str() + " " + day.iso());
      tape.build(universe[i], i, trading[i], session);
      expect_tape_of(trading[i], tape, session);
      ++built;
    }
  }
  EXPECT_GT(built, 1'200U);
}

TEST(TapeBuilder, OneShareAtATenThousandthOfADollarIsATape) {
  Trading trading{.volume = kShare, .open = 1, .high = 1, .low = 1, .close = 1, .transactions = 1};
  trading.exchange_trades = 1;
  const TapeSession session = tape_session(kDay, 0, 1);
  SymbolTape tape;
  tape.build(security_named("XYZ", 5.0), 0, trading, session);
  expect_tape_of(trading, tape, session);
}

TEST(TapeBuilder, AFractionOfAShareOutsideRegularHoursIsAPrintOfItsOwn) {
  Trading trading{.volume = 3 * kShare,
                  .open = 20'000,
                  .high = 20'000,
                  .low = 20'000,
                  .close = 20'000,
                  .transactions = 3,
                  .extended = 250'000};
  trading.venues[0].total = 750'000;
  trading.venue_trades[0] = 1;
  trading.extended_trades = 1;
  trading.exchange_trades = 1;
  const TapeSession session = tape_session(kDay, 0, 1);
  SymbolTape tape;
  tape.build(security_named("XYZ", 5.0), 0, trading, session);
  expect_tape_of(trading, tape, session);
}

/// Share of buys among trades whose side is known.
double buys_of(float push) {
  Trading trading{.volume = 600'000 * kShare,
                  .open = 500'000,
                  .high = 510'000,
                  .low = 495'000,
                  .close = 505'000,
                  .transactions = 6'000,
                  .push = push};
  trading.exchange_trades = 6'000;
  SymbolTape tape;
  tape.build(security_named("XYZ", 13.0), 0, trading, tape_session(kDay, 0, 1));
  const auto of = [&](Side side) {
    return static_cast<double>(std::ranges::count(tape.trades(), side, &TapeTrade::side));
  };
  return of(Side::Buy) / (of(Side::Buy) + of(Side::Sell));
}

TEST(TapeBuilder, AccumulationMakesExchangeBuysDominate) {
  EXPECT_NEAR(buys_of(0.0F), 0.5, 0.03);
  EXPECT_GT(buys_of(1.0F), 0.57);
  EXPECT_LT(buys_of(-1.0F), 0.43);
}

TEST(TapeBuilder, MostExchangeTradesAreAtTheQuoteOfTheMoment) {
  Trading trading{.volume = 600'000 * kShare,
                  .open = 500'000,
                  .high = 510'000,
                  .low = 495'000,
                  .close = 505'000,
                  .transactions = 6'000};
  trading.exchange_trades = 6'000;
  SymbolTape tape;
  tape.build(security_named("XYZ", 13.0), 0, trading, tape_session(kDay, 0, 1));
  auto quotes = tape.quotes();
  std::ranges::sort(quotes, {}, &TapeQuote::participant);
  double at_quote = 0;
  double all = 0;
  for (const TapeTrade& trade : tape.trades()) {
    if (trade.side == Side::Unknown) continue;
    const auto next =
        std::ranges::lower_bound(quotes, trade.participant, {}, &TapeQuote::participant);
    const TapeQuote& quote = *(next - 1);  // strictly before
    all += 1;
    at_quote += trade.price == (trade.side == Side::Buy ? quote.ask : quote.bid) ? 1 : 0;
  }
  EXPECT_GT(at_quote / all, 0.6);
  EXPECT_LT(at_quote / all, 0.9);
}

TEST(PrintGroup, PrintsAddUpToTheGroupAndNoneIsEmpty) {
  Random random{4};
  for (const bool fractional : {false, true}) {
    for (const std::int64_t count : {1, 2, 17, 1'000}) {
      PrintGroup group{.left = count * 50 * kShare + 123'456, .count = count};
      const std::int64_t all = group.left;
      std::int64_t sum = 0;
      while (group.count > 0) {
        const std::int64_t size = group.take(random, fractional);
        EXPECT_GT(size, 0);
        sum += size;
      }
      EXPECT_EQ(sum, all);
      EXPECT_EQ(group.left, 0);
    }
  }
}

TEST(TapeText, ATradeIsARowOfTheVendorsFile) {
  const TapeTrade trade{.participant = 1,
                        .sip = 2,
                        .trf = 3,
                        .price = 1'147'950,
                        .size = 4'500'000,
                        .id = 5,
                        .sequence = 6,
                        .trf_id = 201,
                        .exchange = 4,
                        .conditions = Conditions::ExtendedOdd};
  std::string row;
  append_trade(row, "A", trade, 1);
  EXPECT_EQ(row, "A,\"12,37\",0,4,5,1,114.7950,6,2,4.500000,1,201,3\n");
  std::string json;
  append_trade_json(json, trade, 1, true);
  EXPECT_EQ(json,
            R"({"conditions":[12,37],"decimal_size":"4.500000","exchange":4,"id":"5",)"
            R"("participant_timestamp":1,"price":114.7950,"sequence_number":6,"sip_timestamp":2,)"
            R"("size":4.500000,"tape":1,"trf_id":201,"trf_timestamp":3})");
}

TEST(TapeText, ANotionalSumIsWrittenAsTheQueryApiDoes) {
  const auto text = [](std::int64_t cents) {
    std::string out;
    append_scientific(out, cents);
    return out;
  };
  EXPECT_EQ(text(124'565'864'500), "1.245658645E9");
  EXPECT_EQ(text(100), "1.0E0");
  EXPECT_EQ(text(7), "0.07");
}

TEST(MinuteBars, OddLotsAddVolumeOnlyAndAMinuteWithoutPriceHasNoBar) {
  constexpr std::int64_t kMinute = 60'000'000'000;
  const std::vector<TapeTrade> trades{
      {.sip = kMinute, .price = 100, .size = 5, .conditions = Conditions::OddLot},
      {.sip = kMinute + 1, .price = 90, .size = 100},
      {.sip = kMinute + 2, .price = 95, .size = 100, .correction = 8},
      {.sip = kMinute + 3, .price = 92, .size = 100},
      {.sip = 2 * kMinute, .price = 70, .size = 5, .conditions = Conditions::OddLot},
  };
  const auto bars = minute_bars(trades);
  ASSERT_EQ(bars.size(), 1U);
  EXPECT_EQ(bars[0].volume, 205);
  EXPECT_EQ(bars[0].transactions, 3);
  EXPECT_EQ(bars[0].open, 90);
  EXPECT_EQ(bars[0].high, 92);
  EXPECT_EQ(bars[0].low, 90);
  EXPECT_EQ(bars[0].close, 92);
}

}  // namespace
}  // namespace offex::sim
