// Signing of trades on one core: in memory that does not fit a cache, beside a plain read of the
// same columns. Items are trades.

#include <cstdint>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/kernels/trade_signing.hpp"

#include "bench_support.hpp"

namespace {

namespace bench = offex::bench;
namespace kernels = offex::kernels;
using kernels::SignRule;

constexpr std::size_t kBlock = kernels::kSigningBlock;

struct Tape {
  std::vector<std::int64_t> price, bid, ask, size;
  std::vector<std::int8_t> signs;
};

/// A random walk of the quote; half of the trades repeat the price before them.
Tape make_tape(std::size_t trades) {
  std::mt19937_64 random{1};
  Tape out;
  std::int64_t bid = 100'000'000'000;
  constexpr std::int64_t kCent = 10'000'000;
  for (std::size_t i = 0; i < trades; ++i) {
    const std::uint64_t draw = random();
    bid += (static_cast<std::int64_t>(draw & 7U) == 0 ? kCent : 0) -
           (static_cast<std::int64_t>(draw & 7U) == 1 ? kCent : 0);
    const std::int64_t ask = bid + kCent * (1 + static_cast<std::int64_t>((draw >> 3U) & 1U));
    const std::int64_t place = static_cast<std::int64_t>((draw >> 4U) % 5U);  // 2: the midpoint
    out.bid.push_back(bid);
    out.ask.push_back(ask);
    out.price.push_back((draw >> 10U) % 2U == 0 && i > 0 ? out.price.back()
                                                         : bid + (ask - bid) * place / 4);
    out.size.push_back(1'000'000 * static_cast<std::int64_t>(1 + (draw >> 12U) % 500U));
  }
  out.signs.resize(trades);
  return out;
}

std::int64_t read_columns(const Tape& tape, bool quotes) {
  std::uint64_t sum = 0;
  const auto add = [&sum](const std::vector<std::int64_t>& column) {
    for (const std::int64_t value : column) {
      sum += static_cast<std::uint64_t>(value);
    }
  };
  add(tape.price);
  if (quotes) {
    add(tape.bid);
    add(tape.ask);
  }
  return static_cast<std::int64_t>(sum);
}

void check(SignRule rule, const Tape& tape) {
  std::int8_t tick = 0;
  for (std::size_t i = 0; i < tape.price.size(); ++i) {
    const std::int64_t before = i == 0 ? tape.price[0] : tape.price[i - 1];
    tick = tape.price[i] > before   ? std::int8_t{1}
           : tape.price[i] < before ? std::int8_t{-1}
                                    : tick;
    const std::int64_t twice = 2 * tape.price[i];
    const std::int64_t sum = tape.bid[i] + tape.ask[i];
    const int direct = (twice > sum) - (twice < sum);
    const int sign = rule == SignRule::Tick                      ? tick
                     : rule == SignRule::LeeReady && direct == 0 ? tick
                                                                 : direct;
    if (sign != tape.signs[i]) {
      throw std::runtime_error(fmt::format("trade {} has the wrong sign", i));
    }
  }
}

/// \param in_cache one block again and again, as in a stream whose blocks the parser just wrote
void signing(benchmark::State& state, SignRule rule, bool in_cache, double reference) {
  Tape tape = make_tape(in_cache ? kBlock : 8U << 20U);
  const std::size_t size = tape.price.size();
  const auto run = [&] {
    kernels::TickState ticks;
    const std::size_t repeats = in_cache ? 256 : 1;
    for (std::size_t i = 0; i < repeats; ++i) {
      kernels::sign_trades(rule, tape.price, tape.bid, tape.ask, ticks, tape.signs);
      benchmark::ClobberMemory();
    }
    return static_cast<double>(repeats * size);
  };
  const auto read = [&] { benchmark::DoNotOptimize(read_columns(tape, rule != SignRule::Tick)); };
  {
    kernels::TickState ticks;
    kernels::sign_trades(rule, tape.price, tape.bid, tape.ask, ticks, tape.signs);
    check(rule, tape);
  }
  bench::Pairs pairs;
  double trades = 0.0;
  for ([[maybe_unused]] auto step : state) {
    pairs.run([&] { trades = run(); },
              [&] {
                for (std::size_t i = 0; i < (in_cache ? 256U : 1U); ++i) {
                  read();
                }
              });
    state.SetIterationTime(pairs.ours());
  }
  const double speed = trades / pairs.ours() / 1e6;
  const double limit = trades / pairs.reference() / 1e6;
  state.counters["read"] = speed / limit;
  bench::report(state, {.what = fmt::format("sign by {}, {}", kernels::to_string(rule),
                                            in_cache ? "block in cache" : "8.4 M trades in memory"),
                        .ours = fmt::format("{:.0f} M trades/s", speed),
                        .reference = fmt::format("plain read {:.0f} M; a tuned loop {:.0f} M",
                                                 limit, reference),
                        .ratio = speed / reference,
                        .target = "at least 0.7",
                        .met = speed >= 0.7 * reference});
}

void volumes(benchmark::State& state) {
  Tape tape = make_tape(kBlock);
  kernels::TickState ticks;
  kernels::sign_by_tick(tape.price, ticks, tape.signs);
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(kernels::sum_by_sign(tape.signs, tape.size));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBlock));
}

BENCHMARK_CAPTURE(signing, quote, SignRule::Quote, true, 870.0)->UseManualTime()->Iterations(9);
BENCHMARK_CAPTURE(signing, tick, SignRule::Tick, true, 349.0)->UseManualTime()->Iterations(9);
BENCHMARK_CAPTURE(signing, lee_ready, SignRule::LeeReady, true, 172.0)
    ->UseManualTime()
    ->Iterations(9);
BENCHMARK_CAPTURE(signing, quote_memory, SignRule::Quote, false, 870.0)
    ->UseManualTime()
    ->Iterations(9);
BENCHMARK_CAPTURE(signing, tick_memory, SignRule::Tick, false, 349.0)
    ->UseManualTime()
    ->Iterations(9);
BENCHMARK_CAPTURE(signing, lee_ready_memory, SignRule::LeeReady, false, 172.0)
    ->UseManualTime()
    ->Iterations(9);
BENCHMARK(volumes);

}  // namespace
