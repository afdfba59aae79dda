// Rolling 20-day z-score over a whole market, beside the same question to DuckDB. Items are cells
// (one symbol on one day); a core each.

#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/columns/panel.hpp"
#include "offex/kernels/z_score.hpp"

#include "bench_support.hpp"

namespace {

namespace bench = offex::bench;
namespace kernels = offex::kernels;
using offex::columns::Panel;
using offex::kernels::Baseline;
using offex::kernels::ZOptions;

constexpr std::size_t kSymbols = 11'000;
constexpr std::size_t kDays = 1'250;

/// \param missing share of cells without a value
Panel noise(double missing) {
  std::mt19937_64 random{1};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  Panel out{kDays, kSymbols};
  for (double& cell : out.cells()) {
    if (uniform(random) >= missing) {
      cell = uniform(random);
    }
  }
  return out;
}

void check(const Panel& in, const Panel& out, const ZOptions& options) {
  for (std::size_t symbol = 0; symbol < kSymbols; symbol += 997) {
    const std::size_t day = 777;
    const std::size_t end = options.baseline == Baseline::Lagged ? day : day + 1;
    double sum = 0.0;
    double squares = 0.0;
    double count = 0.0;
    for (std::size_t at = end - options.window; at < end; ++at) {
      const double value = in.at(at, symbol);
      if (!std::isnan(value)) {
        sum += value;
        squares += value * value;
        count += 1.0;
      }
    }
    const double mean = sum / count;
    const double z = (in.at(day, symbol) - mean) / std::sqrt(squares / count - mean * mean);
    const bool judged = count >= static_cast<double>(options.min_count) && !std::isnan(z);
    if (judged != !std::isnan(out.at(day, symbol)) ||
        (judged && std::fabs(z - out.at(day, symbol)) > 1e-6)) {
      throw std::runtime_error("the z-score differs from its definition");
    }
  }
}

void z_score(benchmark::State& state, const ZOptions& options, double missing) {
  const Panel in = noise(missing);
  Panel out{kDays, kSymbols};
  const auto run = [&] {
    offex::kernels::z_score(offex::kernels::block_of(in), 0, offex::kernels::block_of(out),
                            options);
  };
  run();
  check(in, out, options);
  for ([[maybe_unused]] auto step : state) {
    run();
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kDays * kSymbols));
}

/// Two z-scores of the same market: ours on all of it, a window query on a quarter, because its
/// cost grows with the cells.
void z_beside_duckdb(benchmark::State& state) {
  constexpr std::size_t kFewer = kSymbols / 4;
  bench::Engine engine;
  engine.run(
      fmt::format("CREATE TABLE t AS SELECT d.range AS day, s.range AS symbol, random() AS x "
                  "FROM range({}) d, range({}) s",
                  kDays, kFewer));
  const Panel in = noise(0.0);
  Panel out{kDays, kSymbols};
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run(
        [&] {
          kernels::z_score(kernels::block_of(in), 0, kernels::block_of(out), {});
          benchmark::ClobberMemory();
        },
        [&] {
          engine.run(
              "SELECT sum(z) FROM (SELECT (x - avg(x) OVER w) / nullif(stddev_pop(x) OVER w, 0) "
              "AS z FROM t WINDOW w AS (PARTITION BY symbol ORDER BY day ROWS BETWEEN 20 PRECEDING "
              "AND 1 PRECEDING))");
        });
    state.SetIterationTime(pairs.ours());
  }
  const double ours = static_cast<double>(kDays * kSymbols) / pairs.ours();
  const double reference = static_cast<double>(kDays * kFewer) / pairs.reference();
  bench::report(state, {.what = "rolling 20-day z, 11,000 x 1,250",
                        .ours = fmt::format("{:.0f} M cells/s", ours / 1e6),
                        .reference = fmt::format("window query {:.2f} M", reference / 1e6),
                        .ratio = ours / reference,
                        .target = "at least 100",
                        .met = ours >= 100.0 * reference});
}

BENCHMARK_CAPTURE(z_score, lagged_20, ZOptions{}, 0.0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(z_score, lagged_20_tenth_missing, ZOptions{}, 0.1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(z_score, trailing_60, (ZOptions{60, 5, Baseline::Trailing}), 0.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(z_beside_duckdb)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace
