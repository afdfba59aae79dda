#include "offex/kernels/trade_signing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::kernels {
namespace {

using Prices = std::vector<std::int64_t>;
using Signs = std::vector<std::int8_t>;

__extension__ using Wide = __int128;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::array kRules{SignRule::Quote, SignRule::Tick, SignRule::LeeReady, SignRule::Emo,
                            SignRule::Clnv};

struct Tape {
  Prices price, bid, ask;
};

Signs sign(SignRule rule, const Tape& tape) {
  TickState state;
  Signs out(tape.price.size());
  sign_trades(rule, tape.price, tape.bid, tape.ask, state, out);
  return out;
}

/// The definitions, word by word, in integers that cannot overflow.
class Naive {
 public:
  int next(SignRule rule, std::int64_t price, std::int64_t bid, std::int64_t ask) {
    if (last_ >= 0 && price != last_) {
      tick_ = price > last_ ? 1 : -1;
    }
    last_ = price;
    if (rule == SignRule::Tick) {
      return tick_;
    }
    const bool quote = bid > 0 && ask > 0 && ask > bid;
    const int direct = quote ? by_quote(rule, price, bid, ask) : 0;
    return direct != 0 || rule == SignRule::Quote ? direct : tick_;
  }

 private:
  static int by_quote(SignRule rule, Wide price, Wide bid, Wide ask) {
    if (rule == SignRule::Emo) {
      return price == ask ? 1 : price == bid ? -1 : 0;
    }
    if (rule == SignRule::Clnv) {
      if (price < bid || price > ask || ask - bid > kMaxClnvSpread) {
        return 0;
      }
      return 10 * price > 7 * ask + 3 * bid ? 1 : 10 * price < 3 * ask + 7 * bid ? -1 : 0;
    }
    return 2 * price > ask + bid ? 1 : 2 * price < ask + bid ? -1 : 0;
  }

  std::int64_t last_{-1};
  int tick_{0};
};

/// Prices on few levels, so that ties with quotes, midpoints and thresholds are common.
Tape random_tape(std::mt19937_64& random, std::size_t size) {
  const std::array<std::int64_t, 4> bases{0, 100, 1'000'000'000'000, kMax - 60};
  const std::int64_t base = bases[random() % bases.size()];
  const auto level = [&] { return base + static_cast<std::int64_t>(random() % 50); };
  Tape out;
  for (std::size_t i = 0; i < size; ++i) {
    out.price.push_back(random() % 3 == 0 && i > 0 ? out.price.back() : level());
    const std::uint64_t kind = random() % 16;
    out.bid.push_back(kind == 0 ? 0 : kind == 1 ? -1 : level());
    out.ask.push_back(kind == 2   ? 0
                      : kind == 3 ? -1
                      : kind == 4 ? out.bid.back()
                      : kind < 12 ? out.bid.back() + (out.bid.back() < kMax - 10 ? 10 : 0)
                                  : level());
  }
  return out;
}

TEST(TradeSigning, QuoteRuleComparesWithTheMidpoint) {
  // Midpoint 10.5 of units: the sum is odd, so no integer price is at it.
  const Tape tape{{10, 11, 12, 11, 10}, {10, 10, 10, 10, 10}, {11, 11, 12, 12, 12}};
  EXPECT_THAT(sign(SignRule::Quote, tape), testing::ElementsAre(-1, 1, 1, 0, -1));
}

TEST(TradeSigning, QuoteRuleSignsTradesOutsideTheQuoteToo) {
  const Tape tape{{5, 50}, {10, 10}, {11, 11}};
  EXPECT_THAT(sign(SignRule::Quote, tape), testing::ElementsAre(-1, 1));
}

TEST(TradeSigning, NoUsableQuoteLeavesTheQuoteRuleWithoutAnswer) {
  const Tape tape{{11, 11, 11, 11, 11}, {0, 10, -1, 12, 12}, {12, 0, 12, 12, 10}};
  EXPECT_THAT(sign(SignRule::Quote, tape), testing::Each(0));
}

TEST(TradeSigning, TickTestCarriesTheLastSignOverZeroTicks) {
  const Tape tape{{10, 10, 11, 11, 11, 9, 9, 10}, {}, {}};
  EXPECT_THAT(sign(SignRule::Tick, tape), testing::ElementsAre(0, 0, 1, 1, 1, -1, -1, 1));
}

TEST(TradeSigning, LeeReadyAsksTheTickTestAtTheMidpointAndWithoutQuote) {
  const Tape tape{{11, 12, 11, 11, 10}, {10, 10, 10, 0, 10}, {12, 12, 12, 12, 12}};
  EXPECT_THAT(sign(SignRule::LeeReady, tape), testing::ElementsAre(0, 1, -1, -1, -1));
}

TEST(TradeSigning, EmoTrustsTheQuoteOnlyAtBidAndAsk) {
  const Tape tape{{20, 15, 14, 10, 25}, {10, 10, 10, 10, 10}, {20, 20, 20, 20, 20}};
  EXPECT_THAT(sign(SignRule::Emo, tape), testing::ElementsAre(1, -1, -1, -1, 1));
}

TEST(TradeSigning, ClnvThresholdsAreOpenInsideAndClosedAtTheQuotes) {
  // Spread 100 to 200: buys in (170, 200], sells in [100, 130). The falling 250 to 170 says -1.
  const Tape tape{{250, 170, 171, 200, 201, 130, 129, 100, 99}, Prices(9, 100), Prices(9, 200)};
  EXPECT_THAT(sign(SignRule::Clnv, tape), testing::ElementsAre(0, -1, 1, 1, 1, -1, -1, -1, -1));
}

TEST(TradeSigning, ASpreadTooWideForClnvIsNoQuote) {
  const std::int64_t bid = 5;
  const Tape within{{bid + kMaxClnvSpread}, {bid}, {bid + kMaxClnvSpread}};
  EXPECT_THAT(sign(SignRule::Clnv, within), testing::ElementsAre(1));
  const Tape beyond{{bid + kMaxClnvSpread + 1}, {bid}, {bid + kMaxClnvSpread + 1}};
  EXPECT_THAT(sign(SignRule::Clnv, beyond), testing::ElementsAre(0));
}

TEST(TradeSigning, EveryRuleEqualsItsDefinition) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 200; ++round) {
    const Tape tape = random_tape(random, 1 + random() % 300);
    for (const SignRule rule : kRules) {
      const Signs signs = sign(rule, tape);
      Naive naive;
      for (std::size_t i = 0; i < signs.size(); ++i) {
        ASSERT_EQ(signs[i], naive.next(rule, tape.price[i], tape.bid[i], tape.ask[i]))
            << to_string(rule) << ", trade " << i << " of round " << round;
      }
    }
  }
}

TEST(TradeSigning, BlocksLongerThanAPassAreSignedAlike) {
  std::mt19937_64 random{11};
  const Tape tape = random_tape(random, 3 * kSigningBlock + 17);
  for (const SignRule rule : kRules) {
    const Signs signs = sign(rule, tape);
    Naive naive;
    for (std::size_t i = 0; i < signs.size(); ++i) {
      ASSERT_EQ(signs[i], naive.next(rule, tape.price[i], tape.bid[i], tape.ask[i]));
    }
  }
}

TEST(TradeSigning, AnySplitGivesTheSameSigns) {
  std::mt19937_64 random{3};
  for (int round = 0; round < 100; ++round) {
    const Tape tape = random_tape(random, 200);
    for (const SignRule rule : kRules) {
      TickState whole_state;
      Signs whole(tape.price.size());
      sign_trades(rule, tape.price, tape.bid, tape.ask, whole_state, whole);
      TickState state;
      Signs parts(tape.price.size());
      for (std::size_t at = 0; at < parts.size();) {
        const std::size_t size = std::min<std::size_t>(random() % 9, parts.size() - at);
        const auto part = [&](const Prices& column) { return std::span{column}.subspan(at, size); };
        sign_trades(rule, part(tape.price), part(tape.bid), part(tape.ask), state,
                    std::span{parts}.subspan(at, size));
        at += size;
      }
      ASSERT_EQ(parts, whole) << to_string(rule);
      ASSERT_EQ(state, whole_state) << to_string(rule);
    }
  }
}

TEST(TradeSigning, TheLargestPricesAreSignedExactly) {
  // Twice these prices does not fit in 64 bits.
  const Tape tape{{kMax - 2, kMax - 1, kMax, kMax - 1},
                  {kMax - 2, kMax - 2, kMax - 2, 1},
                  {kMax, kMax, kMax, kMax}};
  EXPECT_THAT(sign(SignRule::Quote, tape), testing::ElementsAre(-1, 0, 1, 1));
  EXPECT_THAT(sign(SignRule::LeeReady, tape), testing::ElementsAre(-1, 1, 1, 1));
}

TEST(TradeSigning, PlacesTellMidpointsFromOtherPricesAndMissingQuotes) {
  const Tape tape{{11, 10, 12, 11, 11, 11, kMax - 1},
                  {10, 10, 10, 0, 12, 11, kMax - 2},
                  {12, 12, 12, 12, 10, 11, kMax}};
  std::vector<QuotePlace> places(tape.price.size());
  place_in_quote(tape.price, tape.bid, tape.ask, places);
  using enum QuotePlace;
  EXPECT_THAT(places,
              testing::ElementsAre(Midpoint, Away, Away, NoQuote, NoQuote, NoQuote, Midpoint));
}

TEST(TradeSigning, VolumesAreSummedBySign) {
  const Signs signs{1, -1, 0, 1, -1};
  const Prices size{1, 20, 300, 4000, 50000};
  const SignedVolume sums = sum_by_sign(signs, size);
  EXPECT_EQ(sums.buy, 4001);
  EXPECT_EQ(sums.sell, 50020);
  EXPECT_EQ(sums.total, 54321);
}

TEST(TradeSigning, NothingToSignChangesNothing) {
  TickState state{.last_price = 7, .last_sign = -1};
  sign_by_tick({}, state, {});
  EXPECT_EQ(state, (TickState{.last_price = 7, .last_sign = -1}));
  EXPECT_EQ(sum_by_sign({}, {}).total, 0);
}

TEST(BulkClassification, IsTheNormalDistributionFunction) {
  const std::vector<double> change{0.0, 0.02, -0.02, 1.0, -1.0};
  std::vector<double> share(change.size());
  bulk_buy_share(change, 0.02, share);
  EXPECT_DOUBLE_EQ(share[0], 0.5);
  EXPECT_NEAR(share[1], 0.8413447460685429, 1e-15);
  EXPECT_NEAR(share[2], 0.15865525393145705, 1e-15);
  EXPECT_DOUBLE_EQ(share[3], 1.0);
  EXPECT_NEAR(share[4], 0.0, 1e-300);
}

TEST(BulkClassification, HasNoAnswerWithoutChangeOrDeviation) {
  const std::vector<double> change{std::nan(""), 0.0};
  std::vector<double> share(change.size());
  bulk_buy_share(change, 1.0, share);
  EXPECT_TRUE(std::isnan(share[0]));
  EXPECT_FALSE(std::isnan(share[1]));
  bulk_buy_share(change, 0.0, share);
  EXPECT_TRUE(std::isnan(share[1]));
}

TEST(SignRules, HaveNames) {
  std::vector<std::string> names;
  for (const SignRule rule : kRules) {
    names.emplace_back(to_string(rule));
    EXPECT_EQ(parse_sign_rule(to_string(rule)), rule);
  }
  EXPECT_THAT(names, testing::ElementsAre("quote", "tick", "lee_ready", "emo", "clnv"));
  EXPECT_FALSE(parse_sign_rule("bulk"));
}

}  // namespace
}  // namespace offex::kernels
