// Writes simulated markets to a folder below the system's temporary one and removes them again.
// Items are rows of all files, bytes are before compression.
//
//   daily    short-sale files, plain bars, nothing else           symbols, sessions
//   packed   the same with compressed bars                        symbols, sessions
//   whole    also weekly summaries of all complete weeks, those by firm of 13, and reference data
//   trades   the tape of one session without quotes               symbols with a tape
//   tape     the tape of one session with quotes                  symbols with a tape
//
// With OFFEX_SIM_TAPE_OUT set, `large_tape` writes a tape of about 20 million trades there and
// keeps it for other benchmarks.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "offex/sim/market.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;

fs::path scratch_folder() {
  return fs::temp_directory_path() / ("offex_sim_bench_" + std::to_string(::getpid()));
}

void write(benchmark::State& state, const MarketSpec& spec, WriteOptions options) {
  options.replace = true;
  std::uint64_t rows = 0;
  std::uint64_t tape_rows = 0;
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    const auto written = write_market(spec, scratch_folder(), options);
    if (!written || written->rows == 0) {
      state.SkipWithError("the market was not written");
      break;
    }
    rows += written->rows;
    tape_rows += written->tape_rows;
    bytes += written->bytes;
  }
  fs::remove_all(scratch_folder());
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  if (tape_rows > 0) {
    state.counters["tape_rows"] =
        benchmark::Counter(static_cast<double>(tape_rows), benchmark::Counter::kIsRate);
  }
}

MarketSpec spec_of(const benchmark::State& state) {
  return {.symbols = static_cast<std::size_t>(state.range(0)),
          .days = static_cast<int>(state.range(1))};
}

void daily(benchmark::State& state) {
  write(state, spec_of(state), {.compress_bars = false, .weekly = false, .reference = false});
}
void packed(benchmark::State& state) {
  write(state, spec_of(state), {.weekly = false, .reference = false});
}
void whole(benchmark::State& state) { write(state, spec_of(state), {}); }

void trades(benchmark::State& state) {
  write(state, {.symbols = 2'000, .days = 1},
        {.reference = false,
         .tape_days = 1,
         .tape_symbols = static_cast<std::size_t>(state.range(0)),
         .tape_quotes = false,
         .rest_symbols = 0});
}
void tape(benchmark::State& state) {
  write(state, {.symbols = 2'000, .days = 1},
        {.reference = false,
         .tape_days = 1,
         .tape_symbols = static_cast<std::size_t>(state.range(0)),
         .rest_symbols = 0});
}

BENCHMARK(daily)
    ->Args({300, 60})
    ->Args({11'000, 250})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(packed)
    ->Args({300, 60})
    ->Args({11'000, 250})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(whole)
    ->Args({300, 60})
    ->Args({11'000, 250})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(trades)->Arg(20)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(tape)->Arg(20)->Unit(benchmark::kMillisecond)->UseRealTime();

void large_tape(benchmark::State& state) {
  const char* out = std::getenv("OFFEX_SIM_TAPE_OUT");  // NOLINT(concurrency-mt-unsafe)
  if (out == nullptr) {
    state.SkipWithError("set OFFEX_SIM_TAPE_OUT to a folder");
    return;
  }
  std::uint64_t rows = 0;
  for (auto _ : state) {
    const auto written = write_market({.symbols = 2'000, .days = 1}, out,
                                      {.replace = true,
                                       .reference = false,
                                       .tape_days = 1,
                                       .tape_symbols = 500,
                                       .tape_quotes = false,
                                       .rest_symbols = 0});
    if (!written) {
      state.SkipWithError("the tape was not written");
      return;
    }
    rows += written->tape_rows;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
}
BENCHMARK(large_tape)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace offex::sim
