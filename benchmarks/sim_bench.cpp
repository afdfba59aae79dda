// Writes simulated markets to a folder below the system's temporary one and removes them again.
// Arguments: symbols, sessions. Items are rows of all files, bytes are before compression.

#include <cstdint>
#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "offex/sim/market.hpp"

namespace offex::sim {
namespace {

void write_whole_market(benchmark::State& state, bool compress) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("offex_sim_bench_" + std::to_string(::getpid()));
  const MarketSpec spec{.symbols = static_cast<std::size_t>(state.range(0)),
                        .days = static_cast<int>(state.range(1))};
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    const auto written = write_market(spec, folder, {.replace = true, .compress_bars = compress});
    if (!written || written->rows == 0) {
      state.SkipWithError("the market was not written");
      break;
    }
    rows += written->rows;
    bytes += written->bytes;
  }
  std::filesystem::remove_all(folder);
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void plain(benchmark::State& state) { write_whole_market(state, false); }
void packed(benchmark::State& state) { write_whole_market(state, true); }

BENCHMARK(plain)->Args({300, 60})->Args({11'000, 250})->Unit(benchmark::kMillisecond);
BENCHMARK(packed)->Args({300, 60})->Args({11'000, 250})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::sim
