// Series filter, composites, groups and correlations on one core. Items are cells: one value of one
// symbol and session. Each beside its plain form in the same run.

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/kernels/association.hpp"
#include "offex/kernels/composite.hpp"
#include "offex/kernels/groups.hpp"
#include "offex/kernels/series_filter.hpp"

#include "bench_support.hpp"

namespace {

namespace bench = offex::bench;
namespace kernels = offex::kernels;

constexpr std::size_t kSymbols = 11'400;
constexpr std::size_t kSessions = 40;
constexpr double kCells = static_cast<double>(kSymbols * kSessions);

std::vector<double> noise(std::size_t count, unsigned seed) {
  std::mt19937_64 random{seed};
  std::normal_distribution<double> normal;
  std::vector<double> out(count);
  for (double& value : out) {
    value = normal(random);
  }
  return out;
}

/// Reports cells a second beside those of the reference.
void finish(benchmark::State& state, const bench::Pairs& pairs, const std::string& what,
            const std::string& reference, double cells, double target) {
  const double ratio = pairs.reference() / pairs.ours();
  bench::report(state, {.what = what,
                        .ours = fmt::format("{:.1f} M cells/s", cells / pairs.ours() / 1e6),
                        .reference = fmt::format("{} {:.1f} M cells/s", reference,
                                                 cells / pairs.reference() / 1e6),
                        .ratio = ratio,
                        .target = fmt::format("at least {}", target),
                        .met = ratio >= target});
}

void series(benchmark::State& state, bool zero_mean) {
  const std::vector<double> values = noise(kSymbols * kSessions, 1);
  const kernels::SeriesParameters parameters{.zero_mean = zero_mean};
  const auto row = [&](std::size_t session) {
    return std::span{values}.subspan(session * kSymbols, kSymbols);
  };
  std::vector<kernels::SeriesScore> scores(kSymbols);
  std::vector<kernels::SeriesState> together;
  std::vector<kernels::SeriesState> alone;
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    together.assign(kSymbols, {});
    alone.assign(kSymbols, {});
    pairs.run(
        [&] {
          for (std::size_t session = 0; session < kSessions; ++session) {
            kernels::step_series(parameters, 1.0, row(session), together, scores);
            benchmark::ClobberMemory();
          }
        },
        [&] {
          for (std::size_t session = 0; session < kSessions; ++session) {
            for (std::size_t i = 0; i < kSymbols; ++i) {
              scores[i] = kernels::step_series(parameters, 1.0, row(session)[i], alone[i]);
            }
            benchmark::ClobberMemory();
          }
        });
    if (together != alone) {
      throw std::runtime_error("many series are not the same as each alone");
    }
    state.SetIterationTime(pairs.ours());
  }
  finish(state, pairs,
         zero_mean ? "series filter, mean given, whole market" : "series filter, whole market",
         "one call a value", kCells, 1.2);
}

void composite(benchmark::State& state) {
  const std::vector<double> z = noise(3 * kSymbols, 2);
  const kernels::CompositeParameters parameters;
  std::vector<double> out(kSymbols);
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run(
        [&] {
          for (std::size_t i = 0; i < kSymbols; ++i) {
            const std::array parts{z[3 * i], z[3 * i + 1], z[3 * i + 2]};
            out[i] = kernels::composite_score(parts, {0.2, 0.2, 0.1}, parameters).score;
          }
          benchmark::ClobberMemory();
        },
        [&] {  // the seed's score: three tanh and an exp
          for (std::size_t i = 0; i < kSymbols; ++i) {
            out[i] = kernels::seed_score(z[3 * i], z[3 * i + 1], z[3 * i + 2], 0.5).display;
          }
          benchmark::ClobberMemory();
        });
    state.SetIterationTime(pairs.ours());
  }
  finish(state, pairs, "composite cs/2.0.0", "cs/1.0.0", static_cast<double>(kSymbols), 0.3);
}

void groups(benchmark::State& state) {
  const std::vector<double> z = noise(kSymbols, 3);
  std::vector<double> weights = noise(kSymbols, 4);
  for (double& weight : weights) {
    weight = std::exp(2.0 * weight);
  }
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run(
        [&] {
          const std::vector<double> capped = kernels::cap_weights(weights, 0.001);
          benchmark::DoNotOptimize(kernels::group_score(z, capped, 0.03));
        },
        [&] { benchmark::DoNotOptimize(kernels::group_score(z, weights, 0.03)); });
    state.SetIterationTime(pairs.ours());
  }
  finish(state, pairs, "group score with capped weights", "without a cap",
         static_cast<double>(kSymbols), 0.05);
}

void rank_correlations(benchmark::State& state) {
  const std::vector<double> a = noise(kSymbols, 5);
  const std::vector<double> b = noise(kSymbols, 6);
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run([&] { benchmark::DoNotOptimize(kernels::rank_correlation(a, b)); },
              [&] { benchmark::DoNotOptimize(kernels::correlation(a, b)); });
    state.SetIterationTime(pairs.ours());
  }
  finish(state, pairs, "rank correlation", "Pearson's", static_cast<double>(kSymbols), 0.01);
}

BENCHMARK_CAPTURE(series, learnt_mean, false)->UseManualTime()->Iterations(9);
BENCHMARK_CAPTURE(series, given_mean, true)->UseManualTime()->Iterations(9);
BENCHMARK(composite)->UseManualTime()->Iterations(31);
BENCHMARK(groups)->UseManualTime()->Iterations(31);
BENCHMARK(rank_correlations)->UseManualTime()->Iterations(31);

}  // namespace
