#include <cmath>
#include <limits>
#include <utility>

#include "offex/market/instant.hpp"
#include "offex/studies/lit_direction.hpp"

#include "studies/lit_state_internal.hpp"

namespace offex::studies {
namespace {

/// Trades of one side under one hypothesis.
struct Side {
  std::int64_t volume{0};
  std::int64_t hits{0};
};

struct SymbolDay {
  std::int64_t trades{0};
  std::int64_t volume{0};
  bool quotes_valid{true};  ///< of every trade so far
  Side quote_buy, quote_sell, tick_buy, tick_sell;
  std::int64_t last_price{-1};
  std::int64_t last_ns{std::numeric_limits<std::int64_t>::min()};
};

struct PseudoTrade {
  std::int64_t price;
  std::int64_t size;
  std::int64_t bid;
  std::int64_t ask;
};

// The seed's two tests are independent: a trade on a locked quote counts on both sides.
void hit(Side& side, bool yes, std::int64_t size) {
  side.volume += yes ? size : 0;
  side.hits += yes ? 1 : 0;
}

void take(SymbolDay& day, const PseudoTrade& trade) {
  ++day.trades;
  day.quotes_valid &= trade.bid > 0 && trade.bid <= trade.ask;
  hit(day.quote_buy, trade.price >= trade.ask, trade.size);
  hit(day.quote_sell, trade.price <= trade.bid, trade.size);
  hit(day.tick_buy, day.last_price >= 0 && trade.price > day.last_price, trade.size);
  hit(day.tick_sell, day.last_price >= 0 && trade.price < day.last_price, trade.size);
  day.last_price = trade.price;
}

double round_to_4(double value) { return std::nearbyint(value * 1e4) / 1e4; }

LitRow row_of(const market::Symbol& symbol, const SymbolDay& day) {
  const bool by_quote = day.trades > 0 && day.quotes_valid;
  const Side& buy = by_quote ? day.quote_buy : day.tick_buy;
  const Side& sell = by_quote ? day.quote_sell : day.tick_sell;
  LitRow out;
  out.symbol = symbol;
  out.buy_volume = buy.volume;
  out.sell_volume = sell.volume;
  out.trade_count = day.trades;
  out.method = by_quote ? "NBBO" : "TICK";
  out.coverage_pct = day.trades == 0
                         ? 0.0
                         : round_to_4(100.0 * static_cast<double>(buy.hits + sell.hits) /
                                      static_cast<double>(day.trades));
  return out;
}

}  // namespace

struct LitDirectionPhaseA::Impl {
  std::int64_t open;
  std::int64_t close;  ///< included
  SymbolStates<SymbolDay> states;

  [[nodiscard]] bool inside(std::int64_t ns) const { return open <= ns && ns <= close; }
};

LitDirectionPhaseA::LitDirectionPhaseA(market::Day day)
    : impl_{std::make_unique<Impl>(Impl{.open = market::from_new_york(day, 9, 30).nanos(),
                                        .close = market::from_new_york(day, 16, 15).nanos(),
                                        .states = {}})} {}

LitDirectionPhaseA::LitDirectionPhaseA(LitDirectionPhaseA&&) noexcept = default;
LitDirectionPhaseA& LitDirectionPhaseA::operator=(LitDirectionPhaseA&&) noexcept = default;
LitDirectionPhaseA::~LitDirectionPhaseA() = default;

Result<void> LitDirectionPhaseA::add(const columns::TradeBlock& block) {
  for (const columns::TapeRun& run : block.runs) {
    OFFEX_TRY(add(block, run));
  }
  return {};
}

Result<void> LitDirectionPhaseA::add(const columns::TradeBlock& block,
                                     const columns::TapeRun& run) {
  SymbolDay& day = impl_->states.of(run.symbol);
  const bool quoted = !block.bid.empty();
  for (std::size_t row = run.begin; row < run.end; ++row) {
    const std::int64_t ns = block.sip_ns[row];
    if (ns < day.last_ns) {
      return backwards(run.symbol, "trades");
    }
    day.last_ns = ns;
    if (!impl_->inside(ns)) {
      continue;
    }
    if (block.size[row] > kMaxTapeSize || !add_volume(day.volume, block.size[row])) {
      return incredible_size(run.symbol);
    }
    take(day, {.price = block.price[row],
               .size = block.size[row],
               .bid = quoted ? block.bid[row] : columns::kNoPrice,
               .ask = quoted ? block.ask[row] : columns::kNoPrice});
  }
  return {};
}

Result<void> LitDirectionPhaseA::add(const columns::MinuteBlock& block) {
  for (const columns::TapeRun& run : block.runs) {
    OFFEX_TRY(add(block, run));
  }
  return {};
}

Result<void> LitDirectionPhaseA::add(const columns::MinuteBlock& block,
                                     const columns::TapeRun& run) {
  SymbolDay& day = impl_->states.of(run.symbol);
  for (std::size_t row = run.begin; row < run.end; ++row) {
    const std::int64_t ns = block.window_start_ns[row];
    if (ns < day.last_ns) {
      return backwards(run.symbol, "minute bars");
    }
    day.last_ns = ns;
    if (!impl_->inside(ns)) {
      continue;
    }
    if (block.vwap[row] < 0) {
      return fail(base::ErrorCode::InvalidArgument,
                  "PhaseA_v1 needs the VWAP of minute bars, and those of " + run.symbol.str() +
                      " have none: flat files lack it, aggregates of the REST interface have it");
    }
    if (block.volume[row] > kMaxTapeSize || !add_volume(day.volume, block.volume[row])) {
      return incredible_size(run.symbol);
    }
    const bool rose = block.close[row] >= block.open[row];
    take(day, {.price = block.vwap[row],
               .size = block.volume[row],
               .bid = rose ? block.low[row] : block.close[row],
               .ask = rose ? block.close[row] : block.high[row]});
  }
  return {};
}

std::vector<LitRow> LitDirectionPhaseA::rows(std::span<const market::Symbol> requested) const {
  std::vector<market::Symbol> symbols{requested.begin(), requested.end()};
  if (symbols.empty()) {
    symbols = impl_->states.symbols();
  }
  std::ranges::sort(symbols);
  const auto twice = std::ranges::unique(symbols);
  symbols.erase(twice.begin(), twice.end());
  std::vector<LitRow> out;
  for (const market::Symbol& symbol : symbols) {
    const SymbolDay* const day = impl_->states.find(symbol);
    out.push_back(row_of(symbol, day == nullptr ? SymbolDay{} : *day));
  }
  return out;
}

}  // namespace offex::studies
