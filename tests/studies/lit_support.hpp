#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/columns/tape_block.hpp"
#include "offex/formats/tape.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/trade_rules.hpp"
#include "offex/studies/lit_direction.hpp"

namespace offex::studies::test {

inline constexpr std::int64_t kShare = 1'000'000;
inline constexpr std::int64_t kDollar = 1'000'000'000;
inline constexpr std::int64_t kSecond = 1'000'000'000;

inline const market::Day kTapeDay = market::Day::parse("2026-03-10").value();

/// A moment of the day in New York.
inline std::int64_t at(int hour, int minute, int second = 0) {
  return market::from_new_york(kTapeDay, hour, minute, second).nanos();
}

struct Trade {
  std::string symbol{"AAA"};
  std::int64_t participant_ns{0};
  std::int64_t sip_ns{0};
  std::int64_t price{0};
  std::int64_t size{0};
  market::ConditionMask conditions{0};
  std::uint8_t exchange{11};
  std::uint8_t correction{0};
  std::uint16_t trf_id{0};
  std::uint64_t id_hash{0};
  std::int64_t sequence{0};
  std::int64_t bid{columns::kNoPrice};
  std::int64_t ask{columns::kNoPrice};
};

struct Quote {
  std::int64_t participant_ns{0};
  std::int64_t sip_ns{0};
  std::int64_t bid{0};
  std::int64_t ask{0};
};

/// A lit trade at 10:00 plus some seconds; the tape has it a millisecond later.
inline Trade lit(std::int64_t seconds, std::int64_t price, std::int64_t shares = 100) {
  Trade out;
  out.participant_ns = at(10, 0) + seconds * kSecond;
  out.sip_ns = out.participant_ns + 1'000'000;
  out.price = price;
  out.size = shares * kShare;
  return out;
}

/// The same through a TRF.
inline Trade off(std::int64_t seconds, std::int64_t price, std::int64_t shares = 100) {
  Trade out = lit(seconds, price, shares);
  out.exchange = 4;
  out.trf_id = 202;
  return out;
}

inline columns::TradeBlock block_of(std::span<const Trade> trades, bool quotes = false) {
  columns::TradeBlock out;
  for (const Trade& trade : trades) {
    const market::Symbol symbol = market::Symbol::from_trusted(trade.symbol);
    const auto row = static_cast<std::uint32_t>(out.rows());
    if (out.runs.empty() || out.runs.back().symbol != symbol) {
      out.runs.push_back({symbol, row, row});
    }
    ++out.runs.back().end;
    out.participant_ns.push_back(trade.participant_ns);
    out.sip_ns.push_back(trade.sip_ns);
    out.price.push_back(trade.price);
    out.size.push_back(trade.size);
    out.conditions.push_back(trade.conditions);
    out.exchange.push_back(trade.exchange);
    out.correction.push_back(trade.correction);
    out.trf_id.push_back(trade.trf_id);
    out.id_hash.push_back(trade.id_hash);
    out.sequence.push_back(trade.sequence);
    if (quotes) {
      out.bid.push_back(trade.bid);
      out.ask.push_back(trade.ask);
    }
  }
  return out;
}

/// Hands the quotes of one symbol out in blocks, as a file would.
class QuoteList final : public formats::QuoteStream {
 public:
  QuoteList(const std::string& symbol, std::vector<Quote> quotes)
      : symbol_{market::Symbol::from_trusted(symbol)}, quotes_{std::move(quotes)} {}

  Result<const columns::QuoteBlock*> next() override {
    block_.clear();
    const std::size_t size = std::min(columns::kTapeBlockRows, quotes_.size() - at_);
    if (size == 0) {
      return nullptr;
    }
    for (const Quote& quote : std::span{quotes_}.subspan(at_, size)) {
      block_.participant_ns.push_back(quote.participant_ns);
      block_.sip_ns.push_back(quote.sip_ns);
      block_.bid.push_back(quote.bid);
      block_.ask.push_back(quote.ask);
    }
    block_.runs.push_back({symbol_, 0, static_cast<std::uint32_t>(size)});
    at_ += size;
    return &block_;
  }

 private:
  market::Symbol symbol_;
  std::vector<Quote> quotes_;
  std::size_t at_{0};
  columns::QuoteBlock block_;
};

/// Quotes in memory, found by looking at all of them.
class AllQuotes final : public NbboSource {
 public:
  explicit AllQuotes(std::map<std::string, std::vector<Quote>> quotes,
                     std::int64_t max_delay_ns = 10 * kSecond)
      : quotes_{std::move(quotes)}, max_delay_ns_{max_delay_ns} {}

  /// The quote with the largest participant time before the trade's, the last such on the tape.
  [[nodiscard]] std::optional<Quote> in_force(const std::string& symbol, std::int64_t time) const {
    std::optional<Quote> out;
    const auto found = quotes_.find(symbol);
    if (found == quotes_.end()) {
      return out;
    }
    for (const Quote& quote : found->second) {
      if (quote.participant_ns < time && quote.sip_ns - quote.participant_ns <= max_delay_ns_ &&
          (!out || out->participant_ns <= quote.participant_ns)) {
        out = quote;
      }
    }
    return out;
  }
  [[nodiscard]] bool has(const std::string& symbol) const { return quotes_.contains(symbol); }

  [[nodiscard]] Result<bool> find(const market::Symbol& symbol,
                                  std::span<const std::int64_t> participant_ns,
                                  std::span<const std::int64_t> sip_ns, std::span<std::int64_t> bid,
                                  std::span<std::int64_t> ask) override {
    for (std::size_t i = 0; i < sip_ns.size(); ++i) {
      const auto quote = in_force(symbol.str(), participant_ns[i]).value_or(Quote{});
      bid[i] = quote.bid;
      ask[i] = quote.ask;
    }
    return has(symbol.str());
  }

 private:
  std::map<std::string, std::vector<Quote>> quotes_;
  std::int64_t max_delay_ns_;
};

}  // namespace offex::studies::test
