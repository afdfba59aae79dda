// All daily metrics from panels, before writing. Items are cells (one symbol on one day), one core.
// A tile of 640 symbols is computed again and again: a market is 18 of them.

#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

#include <benchmark/benchmark.h>

#include "offex/market/quantity.hpp"
#include "offex/studies/phase_a.hpp"
#include "offex/studies/v2.hpp"

namespace {

using offex::columns::Panel;
using offex::studies::MetricPanels;
using offex::studies::PhaseAInputs;
using offex::studies::V2Inputs;

constexpr std::size_t kSymbols = 640;
constexpr std::size_t kDays = 1'250;
constexpr std::size_t kBlockDays = 16;
constexpr double kShare = offex::market::Quantity::kPerShare;
constexpr double kDollar = offex::market::Price::kPerDollar;

V2Inputs market_inputs() {
  std::mt19937_64 random{1};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  V2Inputs in{kDays, kSymbols};
  for (std::size_t cell = 0; cell < kDays * kSymbols; ++cell) {
    const double total = std::floor(1e6 * uniform(random)) * kShare;
    in.short_volume.cells()[cell] = std::floor(total * 0.5 * uniform(random));
    in.short_exempt_volume.cells()[cell] = std::floor(total * 0.01);
    in.total_volume.cells()[cell] = total;
    const double close = std::floor((10.0 + uniform(random)) * kDollar);
    for (Panel* panel : {&in.open, &in.high, &in.low, &in.close, &in.vwap}) {
      panel->cells()[cell] = close;
    }
    in.volume.cells()[cell] = total * 2.0;
    in.lit_buy_volume.cells()[cell] = std::floor(1e5 * uniform(random)) * kShare;
    in.lit_sell_volume.cells()[cell] = std::floor(1e5 * uniform(random)) * kShare;
    in.presence.cells()[cell] = V2Inputs::kShort | V2Inputs::kBar | V2Inputs::kLit;
  }
  return in;
}

void v2_all_metrics(benchmark::State& state) {
  const V2Inputs in = market_inputs();
  const double expected = in.short_volume.at(600, 7) / in.total_volume.at(600, 7);
  if (offex::studies::compute_v2(in, 0, 0, kSymbols).at("short_ratio").at(600, 7) != expected) {
    throw std::runtime_error("short_ratio differs from its definition");
  }
  // As a build does it: blocks of 16 sessions, each behind its warm-up.
  V2Inputs block = in;
  block.roll(offex::studies::kV2WarmUp + kBlockDays, 0);
  for ([[maybe_unused]] auto step : state) {
    const MetricPanels out =
        offex::studies::compute_v2(block, offex::studies::kV2WarmUp, 0, kSymbols);
    benchmark::DoNotOptimize(out.at("short_ratio_z").cells().data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBlockDays * kSymbols));
}

/// One evening: 21 sessions of warm-up and one to compute.
void v2_one_evening(benchmark::State& state) {
  V2Inputs in = market_inputs();
  in.roll(offex::studies::kV2WarmUp + 1, 0);
  for ([[maybe_unused]] auto step : state) {
    const MetricPanels out = offex::studies::compute_v2(in, offex::studies::kV2WarmUp, 0, kSymbols);
    benchmark::DoNotOptimize(out.at("short_ratio_z").cells().data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kSymbols));
}

void phase_a_all_metrics(benchmark::State& state) {
  const V2Inputs in = market_inputs();
  PhaseAInputs seed{kDays, kSymbols};
  seed.short_volume = in.short_volume;
  seed.short_exempt_volume = in.short_exempt_volume;
  seed.total_volume = in.total_volume;
  seed.high = in.high;
  seed.low = in.low;
  seed.close = in.close;
  seed.vwap = in.vwap;
  seed.volume = in.volume;
  seed.lit_buy_volume = in.lit_buy_volume;
  seed.lit_sell_volume = in.lit_sell_volume;
  std::vector<offex::market::Day> days;
  for (std::size_t day = 0; day < kDays; ++day) {
    days.push_back(offex::market::Day::from_days(static_cast<std::int32_t>(15'000 + day)));
  }
  for (double& cell : seed.has_bar.cells()) {
    cell = 1.0;
  }
  for (auto& weeks : seed.weeks) {
    for (std::size_t day = 0; day < kDays; day += 7) {
      weeks.push_back({offex::market::week_start(days[day]), 1e6});
    }
  }
  seed.newest_week = seed.weeks.front().back().start;
  const auto source = offex::studies::ScoreSource::ShortBuySellRatioZ;
  for ([[maybe_unused]] auto step : state) {
    const MetricPanels out = offex::studies::compute_phase_a(seed, days, source);
    benchmark::DoNotOptimize(out.at("accumulation_score").cells().data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kDays * kSymbols));
}

BENCHMARK(v2_all_metrics)->Unit(benchmark::kMillisecond);
BENCHMARK(v2_one_evening)->Unit(benchmark::kMicrosecond);
BENCHMARK(phase_a_all_metrics)->Unit(benchmark::kMillisecond);

}  // namespace
