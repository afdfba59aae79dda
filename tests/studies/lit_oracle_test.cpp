// `v2` against a computation that knows the whole day: all quotes sorted, all trades in a list.

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "offex/studies/lit_direction.hpp"
#include "offex/studies/lit_tape.hpp"

#include "studies/lit_quotes_internal.hpp"
#include "studies/lit_support.hpp"

namespace offex::studies::test {
namespace {

using kernels::SignRule;
__extension__ using Wide = __int128;

int sign_by_quote(SignRule rule, Wide price, Wide bid, Wide ask) {
  switch (rule) {
    case SignRule::Emo:
      return price == ask ? 1 : price == bid ? -1 : 0;
    case SignRule::Clnv:
      if (price < bid || price > ask) {
        return 0;
      }
      return 10 * price > 7 * ask + 3 * bid ? 1 : 10 * price < 3 * ask + 7 * bid ? -1 : 0;
    default:
      return 2 * price > bid + ask ? 1 : 2 * price < bid + ask ? -1 : 0;
  }
}

/// Fields that must agree, as text.
std::string text_of(const LitRow& row) {
  const auto cell = [](const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : std::string{"-"};
  };
  return row.symbol.str() + " buy " + std::to_string(row.buy_volume) + " sell " +
         std::to_string(row.sell_volume) + " mid " + cell(row.midpoint_volume) + " rest " +
         cell(row.unclassified_volume) + " off " + cell(row.off_exchange_volume) + " offmid " +
         cell(row.off_exchange_midpoint_volume) + " tape " + cell(row.tape_volume) + " n " +
         cell(row.trade_count) + " " + std::string{row.method} + " " +
         (row.coverage_pct ? std::to_string(*row.coverage_pct) : std::string{"-"});
}

class Oracle {
 public:
  Oracle(const std::vector<Trade>& trades, const AllQuotes& quotes, SignRule rule)
      : quotes_{quotes}, rule_{rule} {
    for (const Trade& trade : trades) {
      if (trade.correction == 12) {
        last_correction_[key(trade)] = &trade;
      }
    }
    for (const Trade& trade : trades) {
      take(trade);
    }
  }

  [[nodiscard]] std::vector<std::string> rows() {
    std::vector<std::string> out;
    for (auto& [symbol, day] : days_) {
      LitRow& row = day.row;
      row.symbol = market::Symbol::from_trusted(symbol);
      if (!quotes_.has(symbol)) {
        row.off_exchange_midpoint_volume.reset();
      }
      const std::string_view own = rule_ == SignRule::LeeReady ? "LEE_READY"
                                   : rule_ == SignRule::Emo    ? "EMO"
                                   : rule_ == SignRule::Clnv   ? "CLNV"
                                   : rule_ == SignRule::Quote  ? "QUOTE"
                                                               : "TICK";
      row.method = !day.asked                 ? "NONE"
                   : day.used_quotes          ? own
                   : rule_ == SignRule::Quote ? "NO_QUOTES"
                                              : "TICK";
      const std::int64_t all =
          row.buy_volume + row.sell_volume + *row.midpoint_volume + *row.unclassified_volume;
      if (all > 0) {
        row.coverage_pct = 100.0 * static_cast<double>(row.buy_volume + row.sell_volume) /
                           static_cast<double>(all);
      }
      out.push_back(text_of(row));
    }
    return out;
  }

 private:
  struct Day {
    LitRow row;
    bool asked{false};
    bool used_quotes{false};
    std::int64_t last{-1};
    int tick{0};
  };
  using Key = std::tuple<std::string, std::uint8_t, std::uint16_t, std::uint64_t>;

  static Key key(const Trade& trade) {
    return {trade.symbol, trade.exchange, trade.trf_id, trade.id_hash};
  }

  Day& day_of(const Trade& trade) {
    const auto [found, fresh] = days_.try_emplace(trade.symbol);
    if (fresh) {
      LitRow& row = found->second.row;
      row.midpoint_volume = row.unclassified_volume = row.off_exchange_volume =
          row.off_exchange_midpoint_volume = row.tape_volume = row.trade_count = 0;
    }
    return found->second;
  }

  void take(const Trade& trade) {
    Day& day = day_of(trade);
    const auto has = [&](int condition) {
      return (trade.conditions & market::condition_bit(condition)) != 0;
    };
    const std::set<int> voids{7, 8, 10, 11};
    if (voids.contains(trade.correction) || has(15) || has(16) || has(38)) {
      return;
    }
    const auto correction = last_correction_.find(key(trade));
    const bool corrected = correction != last_correction_.end();
    const bool counts = trade.id_hash == 0 || (trade.correction != 1 && trade.correction != 12) ||
                        !corrected || correction->second == &trade;
    const bool off = trade.exchange == 4;
    *day.row.tape_volume += counts ? trade.size : 0;
    *day.row.off_exchange_volume += counts && off ? trade.size : 0;
    const bool regular = trade.participant_ns >= at(9, 30) && trade.participant_ns < at(16, 0);
    const bool late = trade.sip_ns - trade.participant_ns > 10 * kSecond;
    if (!regular || late || (!off && (has(2) || has(12) || has(53)))) {
      return;
    }
    const auto quote = quotes_.in_force(trade.symbol, trade.participant_ns);
    const bool usable = quote && quote->bid > 0 && quote->ask > quote->bid;
    const bool midpoint = usable && 2 * trade.price == quote->bid + quote->ask;
    if (off) {
      *day.row.off_exchange_midpoint_volume += counts && midpoint ? trade.size : 0;
      return;
    }
    day.asked = true;
    day.used_quotes |= usable;
    const int sign = sign_of(day, trade, usable ? &*quote : nullptr);
    *day.row.trade_count += counts ? 1 : 0;
    const std::int64_t size = counts ? trade.size : 0;
    (sign > 0   ? day.row.buy_volume
     : sign < 0 ? day.row.sell_volume
     : midpoint ? *day.row.midpoint_volume
                : *day.row.unclassified_volume) += size;
  }

  [[nodiscard]] int sign_of(Day& day, const Trade& trade, const Quote* quote) const {
    if (day.last >= 0 && trade.price != day.last) {
      day.tick = trade.price > day.last ? 1 : -1;
    }
    day.last = trade.price;
    if (rule_ == SignRule::Tick) {
      return day.tick;
    }
    const int direct =
        quote == nullptr ? 0 : sign_by_quote(rule_, trade.price, quote->bid, quote->ask);
    return direct != 0 || rule_ == SignRule::Quote ? direct : day.tick;
  }

  const AllQuotes& quotes_;
  SignRule rule_;
  std::map<Key, const Trade*> last_correction_;
  std::map<std::string, Day> days_;
};

struct Tape {
  std::vector<Trade> trades;  ///< by symbol, then SIP time
  std::map<std::string, std::vector<Quote>> quotes;
};

std::int64_t pick(std::mt19937_64& random, std::int64_t below) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
}

Trade random_trade(std::mt19937_64& random, const std::string& symbol, std::int64_t sip) {
  constexpr std::array kConditions{0, 2, 12, 14, 15, 37, 38, 53, 100};
  constexpr std::array<std::uint8_t, 12> kCorrections{0, 0, 0, 0, 0, 0, 1, 1, 12, 8, 10, 1};
  constexpr std::array<std::uint8_t, 5> kExchanges{4, 4, 11, 12, 40};
  Trade out;
  out.symbol = symbol;
  out.sip_ns = sip;
  out.participant_ns = sip - (random() % 8 == 0 ? pick(random, 14 * kSecond) : pick(random, 3));
  out.price = 1000 + pick(random, 8);
  out.size = (1 + pick(random, 500)) * kShare / 4;
  for (std::uint64_t i = random() % 3; i > 0; --i) {
    out.conditions |=
        market::condition_bit(random() % 3 == 0 ? kConditions[random() % kConditions.size()] : 14);
  }
  out.exchange = kExchanges[random() % kExchanges.size()];
  out.trf_id = out.exchange == 4 ? 201 : 0;
  out.correction = kCorrections[random() % kCorrections.size()];
  out.id_hash = out.correction == 0 ? 0 : random() % 4;
  return out;
}

Tape random_tape(std::mt19937_64& random) {
  Tape out;
  for (const std::string symbol : {"A", "AA", "B", "C"}) {
    const std::int64_t step = random() % 2 == 0 ? 4 : 3 * kSecond;
    std::int64_t sip = random() % 4 == 0 ? at(9, 29, 55) : at(10, 0);
    for (std::int64_t i = pick(random, 60); i > 0; --i) {
      sip += pick(random, step);
      out.trades.push_back(random_trade(random, symbol, sip));
    }
    std::int64_t quote_sip = at(9, 29, 40);
    for (std::int64_t i = random() % 3 == 0 ? 0 : pick(random, 200); i > 0; --i) {
      quote_sip = random() % 50 == 0 ? at(10, 0) : quote_sip + pick(random, step);
      const std::int64_t delay = random() % 8 == 0 ? pick(random, 14 * kSecond) : pick(random, 3);
      const std::int64_t bid = random() % 10 == 0 ? 0 : 1000 + pick(random, 6);
      out.quotes[symbol].push_back({quote_sip - delay, quote_sip, bid, bid + pick(random, 4)});
    }
    std::ranges::stable_sort(out.quotes[symbol], {}, &Quote::sip_ns);
    if (out.quotes[symbol].empty()) {
      out.quotes.erase(symbol);
    }
  }
  return out;
}

/// Hands quotes out in blocks of random length.
class MemoryStream final : public formats::QuoteStream {
 public:
  MemoryStream(const Tape& tape, std::uint64_t seed) : random_{seed} {
    for (const auto& [symbol, quotes] : tape.quotes) {
      for (const Quote& quote : quotes) {
        rows_.emplace_back(market::Symbol::from_trusted(symbol), quote);
      }
    }
  }
  Result<const columns::QuoteBlock*> next() override {
    block_.clear();
    if (at_ == rows_.size()) {
      return nullptr;
    }
    const std::size_t size = std::min<std::size_t>(1 + random_() % 40, rows_.size() - at_);
    for (std::size_t i = 0; i < size; ++i, ++at_) {
      const auto& [symbol, quote] = rows_[at_];
      const auto row = static_cast<std::uint32_t>(i);
      if (block_.runs.empty() || block_.runs.back().symbol != symbol) {
        block_.runs.push_back({symbol, row, row});
      }
      ++block_.runs.back().end;
      block_.participant_ns.push_back(quote.participant_ns);
      block_.sip_ns.push_back(quote.sip_ns);
      block_.bid.push_back(quote.bid);
      block_.ask.push_back(quote.ask);
    }
    return &block_;
  }

 private:
  std::mt19937_64 random_;
  std::vector<std::pair<market::Symbol, Quote>> rows_;
  std::size_t at_{0};
  columns::QuoteBlock block_;
};

std::vector<std::string> stream(const Tape& tape, SignRule rule, std::mt19937_64& random) {
  LitOptions options;
  options.rule = rule;
  auto direction = LitDirectionV2::create(kTapeDay, options).value();
  QuoteJoin join{std::make_unique<MemoryStream>(tape, random()), options};
  for (std::size_t begin = 0; begin < tape.trades.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random() % 70, tape.trades.size() - begin);
    const auto done = direction.add(block_of(std::span{tape.trades}.subspan(begin, size)), &join);
    EXPECT_TRUE(done) << done.error().message;
    begin += size;
  }
  std::vector<std::string> out;
  for (const LitRow& row : direction.rows()) {
    out.push_back(text_of(row));
  }
  return out;
}

class LitOracle : public testing::TestWithParam<SignRule> {};

TEST_P(LitOracle, StreamingEqualsTheWholeDayAtOnceForAnySplit) {
  std::mt19937_64 random{2026 + static_cast<std::uint64_t>(GetParam())};
  for (int round = 0; round < 150; ++round) {
    const Tape tape = random_tape(random);
    const AllQuotes quotes{tape.quotes};
    const std::vector<std::string> expected = Oracle{tape.trades, quotes, GetParam()}.rows();
    ASSERT_EQ(stream(tape, GetParam(), random), expected) << "round " << round;
    ASSERT_EQ(stream(tape, GetParam(), random), expected) << "round " << round << ", other split";
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, LitOracle,
                         testing::Values(SignRule::Quote, SignRule::Tick, SignRule::LeeReady,
                                         SignRule::Emo, SignRule::Clnv));

TEST(LitStream, InterleavedSymbolsGiveTheSameRows) {
  std::mt19937_64 random{5};
  for (int round = 0; round < 50; ++round) {
    Tape tape = random_tape(random);
    const AllQuotes quotes{tape.quotes};
    const std::vector<std::string> expected =
        Oracle{tape.trades, quotes, SignRule::LeeReady}.rows();
    std::ranges::stable_sort(tape.trades, {}, &Trade::sip_ns);
    auto direction = LitDirectionV2::create(kTapeDay, {}).value();
    AllQuotes all{tape.quotes};
    ASSERT_TRUE(direction.add(block_of(tape.trades), &all));
    std::vector<std::string> rows;
    for (const LitRow& row : direction.rows()) {
      rows.push_back(text_of(row));
    }
    ASSERT_EQ(rows, expected);
  }
}

TEST(QuoteRing, FindsTheLastQuoteStrictlyBefore) {
  QuoteRing ring{100};
  ring.push({10, 1, 2});
  ring.push({20, 3, 4});
  ring.push({20, 5, 6});
  ring.push({15, 7, 8});
  EXPECT_EQ(ring.before(10).quote, nullptr);
  EXPECT_FALSE(ring.before(10).lost);
  EXPECT_EQ(ring.before(11).quote->bid, 1);
  EXPECT_EQ(ring.before(20).quote->bid, 7);
  EXPECT_EQ(ring.before(21).quote->bid, 5);
}

TEST(QuoteRing, HoldsNoMoreThanItsLimitAndSaysWhatItLost) {
  QuoteRing ring{100};
  for (std::int64_t i = 0; i < 1000; ++i) {
    ring.push({i, i, i + 1});
    EXPECT_LE(ring.size(), 100U);
  }
  EXPECT_EQ(ring.before(1000).quote->bid, 999);
  EXPECT_EQ(ring.before(500).quote, nullptr);
  EXPECT_TRUE(ring.before(500).lost);
}

TEST(QuoteRing, KeepsTheQuoteInForceAtTheHorizonWhateverItForgets) {
  QuoteRing ring{100'000};
  ring.push({1, 42, 43});
  for (std::int64_t i = 0; i < 10'000; ++i) {
    ring.push({1000 + i, i, i + 1});
    ring.forget(i < 5'000 ? 500 : i);
    if (i < 5'000) {
      ASSERT_EQ(ring.before(500).quote->bid, 42);
    } else {
      ASSERT_EQ(ring.before(i).quote->bid, i - 1001);
    }
  }
  EXPECT_LT(ring.size(), 5'000U);
  EXPECT_TRUE(ring.before(9'998).lost);
}

}  // namespace
}  // namespace offex::studies::test
