// Figures as a user waits for them: `offex plot ticker` of 20 tickers over 250 sessions, from the
// start of the program to the last file. Beside it gnuplot alone draws the scripts of the same
// figures, as many at a time.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include "bench_support.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTickers = 20;
constexpr int kDrawnSessions = 250;
constexpr int kSessions = 330;  // those drawn, and what they are judged by

/// Runs a program to its end with its output thrown away. \pre it ends with 0
void run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {1, 2}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
  }
  pid_t child = 0;
  int status = -1;
  if (posix_spawnp(&child, words[0].c_str(), &actions, nullptr, arguments.data(), environ) == 0) {
    waitpid(child, &status, 0);
  }
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) throw std::runtime_error(fmt::format("`{} {}` failed", words[0], words.at(1)));
}

/// A store with a simulated market and what was built from it.
struct Store {
  Store() : folder{bench::memory_folder()} {
    const std::string market = (folder.path() / "market").string();
    run({OFFEX_BINARY, "simulate", "--out", market, "--symbols", "120", "--days",
         std::to_string(kSessions), "-q"});
    for (const char* part : {"reference", "short", "bars", "weekly"}) {
      if (fs::exists(fs::path{market} / part)) {
        run({OFFEX_BINARY, "import", market + "/" + part, "--home", home(), "-q"});
      }
    }
    run({OFFEX_BINARY, "build", "--home", home(), "-q"});
  }
  [[nodiscard]] std::string home() const { return (folder.path() / "home").string(); }

  bench::Folder folder;
};

std::vector<std::string> plot_words(const Store& store, const std::string& format,
                                    unsigned threads) {
  std::vector<std::string> words{OFFEX_BINARY, "plot",
                                 "ticker",     "@" + (store.folder.path() / "tickers").string(),
                                 "--days",     std::to_string(kDrawnSessions),
                                 "--home",     store.home(),
                                 "--threads",  std::to_string(threads),
                                 "-f",         format,
                                 "--force",    "-q"};
  return words;
}

/// Draws scripts, `threads` at a time.
void draw_alone(const std::vector<std::string>& scripts, unsigned threads) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    for (std::size_t at = next++; at < scripts.size(); at = next++) {
      try {
        run({"gnuplot", "-d", scripts[at]});
      } catch (const std::runtime_error&) {
        failed = true;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  if (failed) throw std::runtime_error("gnuplot failed");
}

void figures(benchmark::State& state, const std::string& format) {
  static const Store kStore;
  const auto threads = static_cast<unsigned>(state.range(0));
  const fs::path tickers = kStore.folder.path() / "tickers";
  if (!fs::exists(tickers)) {
    // The names of the most active securities, one a line.
    run({"/bin/sh", "-c",
         fmt::format("'{}' sql \"SELECT symbol FROM finra_short_consolidated GROUP BY symbol ORDER "
                     "BY sum(total_volume) DESC, symbol LIMIT {}\" --home '{}' -f csv -q | tail -n "
                     "+2 > '{}'",
                     OFFEX_BINARY, kTickers, kStore.home(), tickers.string())});
  }
  const fs::path kept = kStore.folder.path() / (format + std::to_string(threads));
  const std::vector<std::string> words = plot_words(kStore, format, threads);
  std::vector<std::string> with_scripts = words;
  with_scripts.insert(with_scripts.end(), {"-o", (kept / "figures/").string(), "--script",
                                           (kept / "scripts/").string()});
  fs::create_directories(kept / "figures");
  fs::create_directories(kept / "scripts");
  run(with_scripts);
  std::vector<std::string> scripts;
  for (const auto& entry : fs::directory_iterator{kept / "scripts"}) {
    scripts.push_back(entry.path().string());
  }
  if (scripts.size() != kTickers) throw std::runtime_error("not all figures were drawn");
  std::vector<std::string> plain = words;
  plain.insert(plain.end(), {"-o", (kept / "figures/").string()});
  bench::Pairs pairs;
  for (auto _ : state) {
    pairs.run([&] { run(plain); }, [&] { draw_alone(scripts, threads); });
    state.SetIterationTime(pairs.ours());
  }
  const auto rate = [](double seconds) { return static_cast<double>(kTickers) / seconds; };
  bench::report(
      state, {.what = fmt::format("plot ticker, {} x {}, {}, {} thread{}", kTickers, kDrawnSessions,
                                  format, threads, threads == 1 ? "" : "s"),
              .ours = fmt::format("{:.2f} figures/s", rate(pairs.ours())),
              .reference = fmt::format("gnuplot {:.2f}", rate(pairs.reference())),
              .ratio = pairs.ours() / pairs.reference(),
              .target = "at most 2",
              .met = pairs.ours() <= 2.0 * pairs.reference()});
}

void figures_png(benchmark::State& state) { figures(state, "png"); }
void figures_svg(benchmark::State& state) { figures(state, "svg"); }

BENCHMARK(figures_png)->Arg(1)->Arg(2)->UseManualTime()->Iterations(3)->Unit(benchmark::kSecond);
BENCHMARK(figures_svg)->Arg(1)->Arg(2)->UseManualTime()->Iterations(3)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace offex::cli
