// All daily metrics from panels, before writing. Items are cells (one symbol on one day), one core.
// A tile of 640 symbols is computed again and again: a market is 18 of them.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <stdexcept>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/market/quantity.hpp"
#include "offex/studies/phase_a.hpp"
#include "offex/studies/v2.hpp"

#include "bench_support.hpp"

namespace {

namespace bench = offex::bench;
using offex::columns::Panel;
using offex::studies::MetricPanels;
using offex::studies::PhaseAInputs;
using offex::studies::V2Inputs;
using offex::studies::V2Workspace;

constexpr std::size_t kSymbols = 640;
constexpr std::size_t kDays = 1'250;
constexpr std::size_t kBlockDays = 16;
constexpr double kShare = offex::market::Quantity::kPerShare;
constexpr double kDollar = offex::market::Price::kPerDollar;

V2Inputs market_inputs(std::size_t days = kDays, std::size_t symbols = kSymbols) {
  std::mt19937_64 random{1};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  V2Inputs in{days, symbols};
  for (std::size_t cell = 0; cell < days * symbols; ++cell) {
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
  // As a build does it: blocks of 16 sessions, each behind its warm-up, in memory used before.
  V2Inputs block = in;
  block.roll(offex::studies::kV2WarmUp + kBlockDays, 0);
  V2Workspace workspace;
  for ([[maybe_unused]] auto step : state) {
    const MetricPanels& out = workspace.compute(block, offex::studies::kV2WarmUp, 0, kSymbols);
    benchmark::DoNotOptimize(out.at("short_ratio_z").cells().data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBlockDays * kSymbols));
}

/// The same columns in SQL: nine ratios, a logarithm and five windows over one order.
constexpr const char* kV2Sql = R"(
  SELECT sum(COLUMNS(*)) FROM (
    SELECT short_ratio, offex_share, change, imbalance, exempt, net, of_consolidated, range_pct,
      lit_buy_ratio,
      (short_ratio - avg(short_ratio) OVER w) / nullif(stddev_pop(short_ratio) OVER w, 0) AS za,
      (offex_share - avg(offex_share) OVER w) / nullif(stddev_pop(offex_share) OVER w, 0) AS zb,
      (log_total - avg(log_total) OVER w) / nullif(stddev_pop(log_total) OVER w, 0) AS zc,
      (change - avg(change) OVER w) / nullif(stddev_pop(change) OVER w, 0) AS zd,
      (imbalance - avg(imbalance) OVER w) / nullif(stddev_pop(imbalance) OVER w, 0) AS ze
    FROM (
      SELECT symbol, day, shorts / total AS short_ratio, total / volume AS offex_share,
        ln(total) AS log_total, (buy - sell) / (buy + sell) AS imbalance,
        exempts / total AS exempt, 2 * shorts - total AS net, shorts / volume AS of_consolidated,
        (high - low) / close AS range_pct, buy / (buy + sell) AS lit_buy_ratio,
        close / lag(close) OVER (PARTITION BY symbol ORDER BY day) - 1 AS change FROM t)
    WINDOW w AS (PARTITION BY symbol ORDER BY day ROWS BETWEEN 20 PRECEDING AND 1 PRECEDING)))";

/// All metrics of 11,000 symbols x 1,250 sessions in blocks of 16 as a build computes them, beside
/// SQL on a fortieth of the symbols (its cost grows with the cells, and it is slow).
void v2_market(benchmark::State& state) {
  constexpr std::size_t kMarket = 11'000;
  constexpr std::size_t kFewer = kMarket / 40;
  const std::size_t blocks = bench::scaled(kDays, 100) / kBlockDays;
  const V2Inputs in = market_inputs(offex::studies::kV2WarmUp + kBlockDays, kMarket);
  std::map<std::size_t, V2Workspace> workspaces;  // by width of the tile
  const auto ours = [&] {
    for (std::size_t block = 0; block < blocks; ++block) {
      for (std::size_t first = 0; first < kMarket; first += kSymbols) {
        const std::size_t count = std::min(kSymbols, kMarket - first);
        const MetricPanels& out =
            workspaces[count].compute(in, offex::studies::kV2WarmUp, first, count);
        benchmark::DoNotOptimize(out.at("short_ratio_z").cells().data());
      }
    }
  };
  const std::size_t sql_days = blocks * kBlockDays;
  bench::Engine engine;
  engine.run(fmt::format(
      "CREATE TABLE t AS SELECT *, shorts * 0.01 AS exempts, total * 2 AS volume FROM (SELECT "
      "d.range AS day, s.range AS symbol, 1e12 * random() + 1 AS total, 4e11 * random() AS shorts, "
      "1e9 * (10 + random()) AS close, 1.1e10 AS high, 1e10 AS low, 1e11 * random() + 1 AS buy, "
      "1e11 * random() + 1 AS sell FROM range({}) d, range({}) s)",
      sql_days, kFewer));
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run(ours, [&] { engine.run(kV2Sql); });
    state.SetIterationTime(pairs.ours());
  }
  const double rate = static_cast<double>(sql_days * kMarket) / pairs.ours();
  const double reference = static_cast<double>(sql_days * kFewer) / pairs.reference();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sql_days * kMarket));
  bench::report(state, {.what = fmt::format("all metrics, 11,000 x {}", sql_days),
                        .ours = fmt::format("{:.1f} M cells/s", rate / 1e6),
                        .reference = fmt::format("SQL {:.2f} M", reference / 1e6),
                        .ratio = rate / reference,
                        .target = "20 M cells/s",
                        .met = rate >= 20e6});
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

BENCHMARK(v2_market)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(v2_all_metrics)->Unit(benchmark::kMillisecond);
BENCHMARK(v2_one_evening)->Unit(benchmark::kMicrosecond);
BENCHMARK(phase_a_all_metrics)->Unit(benchmark::kMillisecond);

}  // namespace
