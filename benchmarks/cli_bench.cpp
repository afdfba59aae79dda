// Whole commands as a user waits for them: the program is started, does its work and ends. Beside
// them DuckDB reads the same files, types given, into a table of an open database.

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench_support.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNewest = "2026-04-17";  // what `simulate` ends with

struct Run {
  double seconds{0.0};
  double peak_mib{0.0};  ///< at least this program's own: a child starts as its copy
};

/// Runs the program with its output thrown away. \pre it ends with 0
Run offex(std::vector<std::string> words) {
  words.insert(words.begin(), OFFEX_BINARY);
  words.insert(words.end(), {"--threads", "1", "-q"});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {1, 2}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
  }
  Run out;
  int status = -1;
  rusage usage{};
  out.seconds = bench::seconds_of([&] {
    pid_t child = 0;
    if (posix_spawn(&child, OFFEX_BINARY, &actions, nullptr, arguments.data(), environ) == 0) {
      wait4(child, &status, 0, &usage);
    }
  });
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) {
    throw std::runtime_error(fmt::format("`offex {}` failed", words.at(1)));
  }
  out.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024.0;
  return out;
}

/// Published files of a simulated market: CNMS files and bars, the newest session apart.
struct Market {
  explicit Market(std::size_t symbols, std::size_t days)
      : folder{bench::memory_folder()}, num_symbols{symbols}, num_days{days} {
    offex({"simulate", "--out", (folder.path() / "market").string(), "--symbols",
           std::to_string(symbols), "--days", std::to_string(days)});
    const std::string newest_short = "CNMSshvol20260417.txt";
    std::vector<fs::path> files;
    for (const char* part : {"short", "bars"}) {
      for (const auto& entry : fs::recursive_directory_iterator(folder.path() / "market" / part)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
      }
    }
    for (const fs::path& file : files) {
      const std::string name = file.filename().string();
      if (!name.starts_with("CNMSshvol") && !name.starts_with("20")) continue;
      const bool newest = name == newest_short || name.starts_with(kNewest);
      const fs::path target = folder.path() / (newest ? "newest" : "history");
      fs::create_directories(target);
      fs::rename(file, target / name);
    }
  }
  [[nodiscard]] std::string path(const char* part) const { return (folder.path() / part).string(); }

  bench::Folder folder;
  std::size_t num_symbols;
  std::size_t num_days;
};

const Market& market() {
  static const Market kMarket{bench::scaled(11'000, 1'000), 25};
  return kMarket;
}

/// Reads short files and bars of a folder into two new tables.
std::string read_sql(const std::string& folder) {
  return fmt::format(
      "CREATE OR REPLACE TABLE s AS SELECT * FROM read_csv('{0}/CNMS*.txt', delim = '|', "
      "header = true, auto_detect = false, ignore_errors = true, quote = '', escape = '', "
      "dateformat = '%Y%m%d', columns = {{'d': 'DATE', 's': 'VARCHAR', 'a': 'DECIMAL(18,6)', "
      "'b': 'DECIMAL(18,6)', 'c': 'DECIMAL(18,6)', 'm': 'VARCHAR'}}); "
      "CREATE OR REPLACE TABLE b AS SELECT * FROM read_csv('{0}/*.csv.gz', header = true, "
      "auto_detect = false, columns = {{'ticker': 'VARCHAR', 'volume': 'DECIMAL(18,6)', 'open': "
      "'DECIMAL(18,9)', 'close': 'DECIMAL(18,9)', 'high': 'DECIMAL(18,9)', 'low': "
      "'DECIMAL(18,9)', 'window_start': 'BIGINT', 'transactions': 'BIGINT'}})",
      folder);
}

void import_and_build(const std::string& home, const std::string& files, double& peak) {
  peak = std::max(peak, offex({"import", files, "--home", home}).peak_mib);
  peak = std::max(peak, offex({"build", "--home", home}).peak_mib);
}

void report_command(benchmark::State& state, const bench::Pairs& pairs, std::string what,
                    double peak, double target) {
  bench::report(state, {.what = std::move(what),
                        .ours = fmt::format("{:.0f} ms, {:.0f} MiB", pairs.ours() * 1e3, peak),
                        .reference = fmt::format("read_csv {:.0f} ms", pairs.reference() * 1e3),
                        .ratio = pairs.ours() / pairs.reference(),
                        .target = fmt::format("{:.0f} ms", target * 1e3),
                        .met = pairs.ours() <= target});
}

/// One evening: the newest session into a store with history, and its metrics.
void evening(benchmark::State& state) {
  const bench::Folder folder;
  const std::string before = (folder.path() / "before").string();
  const std::string home = (folder.path() / "home").string();
  double peak = 0.0;
  import_and_build(before, market().path("history"), peak);
  peak = 0.0;
  bench::Engine engine{(folder.path() / "reference.duckdb").string()};
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    fs::remove_all(home);
    fs::copy(before, home, fs::copy_options::recursive);
    pairs.run([&] { import_and_build(home, market().path("newest"), peak); },
              [&] { engine.run(read_sql(market().path("newest"))); });
    state.SetIterationTime(pairs.ours());
  }
  report_command(state, pairs,
                 fmt::format("one evening, {} symbols, import + build", market().num_symbols), peak,
                 0.3);
}

/// Text to stored metrics of the whole market, into a new store.
void whole_market(benchmark::State& state) {
  const bench::Folder folder;
  const std::string home = (folder.path() / "home").string();
  double peak = 0.0;
  bench::Engine engine{(folder.path() / "reference.duckdb").string()};
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    fs::remove_all(home);
    pairs.run([&] { import_and_build(home, market().path("history"), peak); },
              [&] { engine.run(read_sql(market().path("history"))); });
    state.SetIterationTime(pairs.ours());
  }
  report_command(
      state, pairs,
      fmt::format("import + build, {} symbols x {}", market().num_symbols, market().num_days - 1),
      peak, 0.7);
}

/// The scan of the newest evening of the whole market, from the stored state to the written list:
/// start-up, reading, two sessions, tests, output. Beside it opening that store and one query.
void scan_evening(benchmark::State& state) {
  const bench::Folder folder;
  const std::string home = (folder.path() / "home").string();
  double peak = 0.0;
  import_and_build(home, market().path("history"), peak);
  import_and_build(home, market().path("newest"), peak);
  const std::string sql = fmt::format(
      "ATTACH '{}/offex.duckdb' AS a (READ_ONLY); SELECT count(*) FROM a.scan_state; DETACH a",
      home);
  peak = 0.0;
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run([&] { peak = std::max(peak, offex({"scan", "--home", home}).peak_mib); },
              [&] {
                bench::Engine engine;
                engine.run(sql);
              });
    state.SetIterationTime(pairs.ours());
  }
  bench::report(state, {.what = fmt::format("offex scan, {} symbols, from stored state",
                                            market().num_symbols),
                        .ours = fmt::format("{:.0f} ms, {:.0f} MiB", pairs.ours() * 1e3, peak),
                        .reference = fmt::format("open + query {:.0f} ms", pairs.reference() * 1e3),
                        .ratio = pairs.ours() / pairs.reference(),
                        .target = "100 ms",
                        .met = pairs.ours() <= 0.1});
}

/// A read command on the store of the demo, or `version`, beside opening that store and one query.
void start(benchmark::State& state, std::vector<std::string> words) {
  static const Market kDemo{300, 60};
  static const bench::Folder kFolder;
  const std::string home = (kFolder.path() / "home").string();
  if (!fs::exists(home)) {
    double peak = 0.0;
    import_and_build(home, kDemo.path("history"), peak);
  }
  std::string what = "offex " + words.front();
  words.insert(words.end(), {"--home", home});
  const std::string sql = fmt::format(
      "ATTACH '{}/offex.duckdb' AS a (READ_ONLY); SELECT count(*) "
      "FROM a.daily_metrics_v2; DETACH a",
      home);
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    pairs.run([&] { offex(words); },
              [&] {
                bench::Engine engine;
                engine.run(sql);
              });
    state.SetIterationTime(pairs.ours());
  }
  bench::report(state, {.what = std::move(what),
                        .ours = fmt::format("{:.1f} ms", pairs.ours() * 1e3),
                        .reference = fmt::format("open + query {:.1f} ms", pairs.reference() * 1e3),
                        .ratio = pairs.ours() / pairs.reference(),
                        .target = "30 ms",
                        .met = pairs.ours() <= 0.03});
}

BENCHMARK(evening)->UseManualTime()->Iterations(7)->Unit(benchmark::kMillisecond);
BENCHMARK(whole_market)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_evening)->UseManualTime()->Iterations(15)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start, version, std::vector<std::string>{"version"})
    ->UseManualTime()
    ->Iterations(21)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start, show, std::vector<std::string>{"show", "SIMX", "--days", "5"})
    ->UseManualTime()
    ->Iterations(21)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::cli
