// Statistics of the scanner and of rolling columns on one core, each beside the plain way to the
// same numbers. Items are values, or cells (one symbol on one day).

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/columns/panel.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/kernels/rolling.hpp"
#include "offex/kernels/significance.hpp"
#include "offex/kernels/special_functions.hpp"

#include "bench_support.hpp"

namespace {

namespace bench = offex::bench;
namespace kernels = offex::kernels;
using kernels::Baseline;
using kernels::ZOptions;
using offex::columns::Panel;

constexpr std::size_t kEvening = 11'400;  // names of one evening
constexpr std::size_t kSymbols = 11'000;
constexpr std::size_t kDays = 250;
constexpr double kMadToDeviation = 1.4826022185056018;

void require(bool same, const char* what) {
  if (!same) {
    throw std::runtime_error(what);
  }
}

std::vector<double> normal_values(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::normal_distribution<double> normal{0.0, 1.05};
  std::vector<double> out(kEvening);
  std::ranges::generate(out, [&] { return normal(random); });
  return out;
}

std::vector<double> freedoms() {
  std::mt19937_64 random{2};
  std::uniform_real_distribution<double> uniform{4.0, 70.0};
  std::vector<double> out(kEvening);
  std::ranges::generate(out, [&] { return uniform(random); });
  return out;
}

/// One value at a time: the incomplete beta function, then the normal quantile.
double plain_score(double t, double nu) {
  return std::copysign(kernels::normal_quantile(0.5 * kernels::student_two_sided(t, nu)), t);
}

void student_to_normal(benchmark::State& state) {
  const std::vector<double> t = normal_values(1);
  const std::vector<double> nu = freedoms();
  std::vector<double> z(kEvening);
  std::vector<double> plain(kEvening);
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run([&] { kernels::student_to_normal(t, nu, z); },
              [&] { std::ranges::transform(t, nu, plain.begin(), plain_score); });
    state.SetIterationTime(pairs.ours());
  }
  for (std::size_t i = 0; i < kEvening; ++i) {
    require(std::fabs(z[i] - plain[i]) < 1e-9, "a normal score differs from its definition");
  }
  const double ns = 1e9 / static_cast<double>(kEvening);
  bench::report(state, {.what = "t to normal score, 11,400 values",
                        .ours = fmt::format("{:.1f} ns a value", pairs.ours() * ns),
                        .reference = fmt::format("one by one {:.0f} ns", pairs.reference() * ns),
                        .ratio = pairs.reference() / pairs.ours(),
                        .target = "at least 3",
                        .met = pairs.reference() >= 3.0 * pairs.ours()});
}

void median_of_an_evening(benchmark::State& state) {
  constexpr std::size_t kSeveral = 20;
  std::vector<std::vector<double>> days;
  days.reserve(kSeveral);
  for (std::uint64_t day = 0; day < kSeveral; ++day) {
    days.push_back(normal_values(day));
  }
  std::vector<double> scratch;
  bench::Pairs pairs;
  std::size_t day = 0;
  for ([[maybe_unused]] auto step : state) {
    const std::vector<double>& values = days[day++ % days.size()];
    double ours = 0.0;
    double plain = 0.0;
    pairs.run([&] { ours = kernels::median(values, scratch); },
              [&] {
                std::vector<double> copy = values;
                const auto middle = copy.begin() + static_cast<std::ptrdiff_t>(copy.size() / 2);
                std::ranges::nth_element(copy, middle);
                plain = 0.5 * (*std::max_element(copy.begin(), middle) + *middle);
              });
    require(ours == plain, "a median differs from its definition");
    state.SetIterationTime(pairs.ours());
  }
  bench::report(state, {.what = "median of 11,400 values",
                        .ours = fmt::format("{:.0f} us", pairs.ours() * 1e6),
                        .reference = fmt::format("nth_element {:.0f} us", pairs.reference() * 1e6),
                        .ratio = pairs.reference() / pairs.ours(),
                        .target = "at least 1.5",
                        .met = pairs.reference() >= 1.5 * pairs.ours()});
}

void false_discovery_rates(benchmark::State& state) {
  std::vector<double> p = normal_values(3);
  std::ranges::transform(p, p.begin(), kernels::p_two_sided);
  std::vector<double> q(p.size());
  std::vector<double> sorted;
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run([&] { kernels::false_discovery_rates(p, q); },
              [&] {
                sorted = p;
                std::ranges::sort(sorted);
              });
    state.SetIterationTime(pairs.ours());
  }
  bench::report(state, {.what = "q-values of 11,400 p-values",
                        .ours = fmt::format("{:.0f} us", pairs.ours() * 1e6),
                        .reference = fmt::format("std::sort {:.0f} us", pairs.reference() * 1e6),
                        .ratio = pairs.reference() / pairs.ours(),
                        .target = "at least 1",
                        .met = pairs.reference() >= pairs.ours()});
}

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

/// The median of a sorted window.
double middle_of(const std::vector<double>& sorted) {
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

/// One symbol after the other, its window kept sorted, its deviations sorted anew.
void sorted_window_z(const Panel& in, std::size_t symbols, const ZOptions& options, Panel& out) {
  std::vector<double> window;
  std::vector<double> distances;
  for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
    window.clear();
    for (std::size_t day = 0; day < kDays; ++day) {
      if (day > options.window && !std::isnan(in.at(day - options.window - 1, symbol))) {
        window.erase(std::ranges::lower_bound(window, in.at(day - options.window - 1, symbol)));
      }
      if (day > 0 && !std::isnan(in.at(day - 1, symbol))) {
        const double value = in.at(day - 1, symbol);
        window.insert(std::ranges::upper_bound(window, value), value);
      }
      out.at(day, symbol) = std::numeric_limits<double>::quiet_NaN();
      if (window.size() < options.min_count) {
        continue;
      }
      const double middle = middle_of(window);
      distances.clear();
      for (const double value : window) {
        distances.push_back(std::fabs(value - middle));
      }
      std::ranges::sort(distances);
      out.at(day, symbol) =
          (in.at(day, symbol) - middle) / (middle_of(distances) * kMadToDeviation);
    }
  }
}

void robust_z(benchmark::State& state, double missing) {
  constexpr std::size_t kFewer = kSymbols / 10;  // the plain way is slow
  const ZOptions options{};
  const Panel in = noise(missing);
  Panel out{kDays, kSymbols};
  Panel plain{kDays, kSymbols};
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run(
        [&] { kernels::robust_z_score(kernels::block_of(in), 0, kernels::block_of(out), options); },
        [&] { sorted_window_z(in, kFewer, options, plain); });
    state.SetIterationTime(pairs.ours());
  }
  for (std::size_t day = 0; day < kDays; ++day) {
    for (std::size_t symbol = 0; symbol < kFewer; ++symbol) {
      const double a = out.at(day, symbol);
      const double b = plain.at(day, symbol);
      require(a == b || (std::isnan(a) && std::isnan(b)), "a robust z differs");
    }
  }
  const double ours = static_cast<double>(kDays * kSymbols) / pairs.ours();
  const double reference = static_cast<double>(kDays * kFewer) / pairs.reference();
  bench::report(state, {.what = fmt::format("lagged median/MAD over 20 days, {:.0f}% missing",
                                            missing * 100.0),
                        .ours = fmt::format("{:.0f} M cells/s", ours / 1e6),
                        .reference = fmt::format("sorted window {:.1f} M", reference / 1e6),
                        .ratio = ours / reference,
                        .target = "at least 3",
                        .met = ours >= 3.0 * reference});
}

using Kernel = void (*)(const kernels::ConstBlock&, std::size_t, const kernels::Block&,
                        const ZOptions&);

void rolling(benchmark::State& state, Kernel kernel, const ZOptions& options, double missing) {
  const Panel in = noise(missing);
  Panel out{kDays, kSymbols};
  for ([[maybe_unused]] auto step : state) {
    kernel(kernels::block_of(in), 0, kernels::block_of(out), options);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kDays * kSymbols));
}

constexpr ZOptions kTrailing60{60, 5, Baseline::Trailing};

BENCHMARK(student_to_normal)->UseManualTime()->Iterations(200)->Unit(benchmark::kMicrosecond);
BENCHMARK(median_of_an_evening)->UseManualTime()->Iterations(200)->Unit(benchmark::kMicrosecond);
BENCHMARK(false_discovery_rates)->UseManualTime()->Iterations(100)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(robust_z, none_missing, 0.0)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(robust_z, tenth_missing, 0.1)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rolling, mean, kernels::rolling_mean, ZOptions{}, 0.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rolling, variance, kernels::rolling_variance, ZOptions{}, 0.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rolling, median, kernels::rolling_median, ZOptions{}, 0.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rolling, percentile, kernels::rolling_percentile, ZOptions{}, 0.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rolling, robust_z_trailing_60, kernels::robust_z_score, kTrailing60, 0.0)
    ->Unit(benchmark::kMillisecond);

}  // namespace
