// From a trades file of about 20 million rows to lit direction, beside `igzip -dc` of the same file
// in the same run. The tape is simulated once and kept in the folder for temporary files.

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/sim/market.hpp"
#include "offex/studies/lit_tape.hpp"

#include "bench_support.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;

// OFFEX_BENCH_SCALE takes a part of the symbols.
std::size_t tape_symbols() { return static_cast<std::size_t>(bench::scaled(500, 4)); }

fs::path trades_file() {
  const fs::path folder =
      fs::temp_directory_path() / fmt::format("offex-bench-market-{}", tape_symbols());
  const fs::path done = folder / "done";
  if (!fs::exists(done)) {
    const auto written = write_market({.symbols = 2'000, .days = 1}, folder,
                                      {.replace = true,
                                       .weekly = false,
                                       .reference = false,
                                       .tape_days = 1,
                                       .tape_symbols = tape_symbols(),
                                       .tape_quotes = false,
                                       .rest_symbols = 0});
    if (!written) throw std::runtime_error(written.error().message);
    fs::create_directory(done);
  }
  for (const auto& entry : fs::recursive_directory_iterator{folder / "tape"}) {
    if (entry.is_regular_file() && entry.path().string().find("trades_v1") != std::string::npos) {
      return entry.path();
    }
  }
  throw std::runtime_error("the simulated market has no trades");
}

studies::LitResult direction_of(const fs::path& path, studies::LitVersion version) {
  studies::LitTapes tapes;
  tapes.trades.push_back({.name = path.string(), .open = [path] { return base::open_file(path); }});
  auto result =
      studies::lit_direction_from_tape(tapes, {.day = MarketSpec{}.last_day, .version = version});
  if (!result) throw std::runtime_error(base::format_error(result.error()));
  return std::move(*result);
}

void lit_beside_igzip(benchmark::State& state) {
  const fs::path path = trades_file();
  const auto version = static_cast<studies::LitVersion>(state.range(0));
  const std::string igzip = "igzip -dc '" + path.string() + "' > /dev/null";
  std::uint64_t trades = 0;
  bench::Pairs pairs;
  for (auto _ : state) {
    pairs.run([&] { trades = direction_of(path, version).notes.trades; },
              [&] {
                if (std::system(igzip.c_str()) != 0) throw std::runtime_error("igzip failed");
              });
    state.SetIterationTime(pairs.ours());
  }
  const double ratio = pairs.ours() / pairs.reference();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(trades));
  bench::report(state, {.what = fmt::format("trades csv.gz to lit direction {}, two threads",
                                            studies::to_string(version)),
                        .ours = fmt::format("{:.2f} s for {:.1f} M trades", pairs.ours(),
                                            static_cast<double>(trades) * 1e-6),
                        .reference = fmt::format("igzip -dc {:.2f} s", pairs.reference()),
                        .ratio = ratio,
                        .target = "at most 1.15",
                        .met = ratio <= 1.15});
}
BENCHMARK(lit_beside_igzip)
    ->Arg(static_cast<int>(studies::LitVersion::V2))
    ->Arg(static_cast<int>(studies::LitVersion::PhaseA))
    ->Iterations(5)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::sim
