// A sync of 250 simulated sessions into a new store, over HTTP from a server in a process of its
// own, and beside it an import of the very same files from the disk.
//   run:  OFFEX_SYNC_BENCH_SYMBOLS=11000 offex_cli_bench --benchmark_filter=sync   (2,000 without)
// The market is kept in the temporary folder, as offex-bench-sync-*, for later runs: remove it
// there after a change of the simulator.
//
//   sync_speed  wall time beside the import
//   sync_busy   share of the machine's processors in use, server included
//
// Counters: cpu_s are processor seconds of client and store, server_s those of the server;
// client_busy is cpu_s by processors and wall time; store is the share of the wall time in which
// the storing thread stored, storer_busy that in which this thread ran at all; decode is the share
// of cpu_s that decoding takes, as measured in the import (all threads but the storing one);
// network is what is left of the other threads.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "offex/base/clock.hpp"
#include "offex/formats/gzip_reader.hpp"
#include "offex/ingest/import.hpp"
#include "offex/ingest/sync.hpp"
#include "offex/market/calendar.hpp"
#include "offex/sim/server.hpp"
#include "offex/store/raw_archive.hpp"
#include "offex/store/writer.hpp"

#include "bench_support.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kSessions = 250;
constexpr const char* kNow = "2026-04-17T23:30:00Z";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(base::format_error(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::size_t num_symbols() {
  const char* const text = std::getenv("OFFEX_SYNC_BENCH_SYMBOLS");
  const std::size_t value = text == nullptr ? 2'000 : std::strtoull(text, nullptr, 10);
  return std::max<std::size_t>(value, 50);
}

sim::MarketSpec spec() { return {.symbols = num_symbols(), .days = kSessions}; }

/// Returns the folder of the market; written aside and renamed, so that it is whole.
fs::path market() {
  const fs::path kept =
      fs::temp_directory_path() / fmt::format("offex-bench-sync-{}x{}", num_symbols(), kSessions);
  if (fs::exists(kept)) return kept;
  const bench::Folder fresh;
  sim::WriteOptions options;
  options.firm_weeks = 4;
  must(sim::write_market(spec(), fresh.path() / "market", options));
  fs::rename(fresh.path() / "market", kept);
  return kept;
}

double clock_seconds(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) throw std::runtime_error("no clock of the process");
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// `offex simulate --serve` on that market.
class ServerProcess {
 public:
  explicit ServerProcess(const fs::path& folder) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<std::string> words{OFFEX_BINARY,    "simulate", "--serve", "0", "--out",
                                   folder.string(), "--now",    kNow,      "-q"};
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    const int failed =
        posix_spawn(&pid_, OFFEX_BINARY, &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
    if (failed != 0) throw std::runtime_error("the server does not start");
    url_ = read_url();
    if (::clock_getcpuclockid(pid_, &clock_) != 0) throw std::runtime_error("no server's clock");
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ServerProcess(ServerProcess&&) = delete;
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    ::close(output_);
  }
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] double cpu_seconds() const { return clock_seconds(clock_); }

 private:
  // The first line of what it prints: OFFEX_UPSTREAM=http://127.0.0.1:PORT.
  [[nodiscard]] std::string read_url() const {
    std::string line;
    char byte = 0;
    while (::read(output_, &byte, 1) == 1 && byte != '\n') line.push_back(byte);
    constexpr std::string_view kName{"OFFEX_UPSTREAM="};
    if (!line.starts_with(kName)) throw std::runtime_error("the server said: " + line);
    return line.substr(kName.size());
  }

  pid_t pid_{-1};
  int output_{-1};
  clockid_t clock_{};
  std::string url_;
};

struct Cost {
  double wall{0.0};
  double cpu{0.0};     ///< of all threads
  double caller{0.0};  ///< of the storing thread
};

template <class Work>
Cost cost_of(const Work& work) {
  const double cpu = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const double caller = clock_seconds(CLOCK_THREAD_CPUTIME_ID);
  Cost out;
  out.wall = bench::seconds_of(work);
  out.cpu = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  out.caller = clock_seconds(CLOCK_THREAD_CPUTIME_ID) - caller;
  return out;
}

const base::FixedClock& now() {
  static const base::FixedClock clock{must(market::Instant::parse(kNow)).nanos()};
  return clock;
}

struct Measured {
  Cost sync;
  Cost import;
  double server{0.0};  ///< processor seconds
  ingest::SyncReport report;
};

feeds::FeedSettings settings(const std::string& url) {
  const sim::ServerOptions options;
  feeds::FeedSettings out;
  out.endpoints = feeds::simulated_endpoints(url);
  out.credentials.polygon_key = options.polygon_key;
  out.limits.finra_rate = 0.0;  // FINRA's politeness is not what is measured
  return out;
}

void sync_all(const fs::path& home, Measured& out) {
  const ServerProcess server{market()};
  const feeds::FeedSettings feeds = settings(server.url());
  ingest::SyncRequest request;
  const market::Day last = spec().last_day;
  request.days = {must(market::session_before(last, kSessions - 1)), last};
  const double before = server.cpu_seconds();
  out.sync = cost_of([&] {
    store::Writer writer = must(store::Writer::open({.home = home, .clock = &now()}, "bench"));
    out.report =
        must(ingest::sync(writer, {.feeds = feeds, .home = home, .clock = now()}, request));
    must(writer.close());
  });
  out.server = server.cpu_seconds() - before;
  if (!out.report.failed.empty()) throw std::runtime_error(out.report.failed.front().reason);
}

/// Lays the files of a store out under their names, as they came.
void lay_out(const fs::path& home, const fs::path& folder) {
  const store::Reader reader = must(store::Reader::open({.home = home, .clock = &now()}));
  const store::RawArchive archive{home / "raw"};
  auto rows = must(reader.query("SELECT DISTINCT sha256, name FROM ingest_file"));
  const columns::Batch files = must(rows.all());
  fs::create_directories(folder);
  for (std::size_t i = 0; i < files.num_rows(); ++i) {
    const std::string& name = files.column(1).values<std::string>()[i];
    const fs::path stored = must(archive.path_of(files.column(0).values<std::string>()[i]));
    if (stored.extension() != ".gz" || name.ends_with(".gz")) {
      fs::copy_file(stored, folder / name);
      continue;
    }
    std::ifstream in{stored, std::ios::binary};
    const std::string packed{std::istreambuf_iterator<char>{in}, {}};
    std::ofstream{folder / name, std::ios::binary} << must(formats::gunzip(packed));
  }
}

void import_all(const fs::path& home, const fs::path& folder, Measured& out) {
  ingest::ImportRequest request;
  request.paths = {folder};
  ingest::ImportReport report;
  out.import = cost_of([&] {
    store::Writer writer = must(store::Writer::open({.home = home, .clock = &now()}, "bench"));
    report = must(ingest::import_files(writer, home, request));
    must(writer.close());
  });
  if (report.count(ingest::FileStatus::Refused) > 0 || report.rows != out.report.rows) {
    throw std::runtime_error(fmt::format("imported {} rows of {}, {} files refused", report.rows,
                                         out.report.rows,
                                         report.count(ingest::FileStatus::Refused)));
  }
}

/// One run, which both benchmarks report of.
const Measured& measured() {
  static const Measured result = [] {
    market();
    const bench::Folder folder{bench::memory_folder()};
    Measured out;
    sync_all(folder.path() / "synced", out);
    lay_out(folder.path() / "synced", folder.path() / "files");
    import_all(folder.path() / "imported", folder.path() / "files", out);
    return out;
  }();
  return result;
}

double per_second(double wall) { return kSessions / wall; }

void sync_speed(benchmark::State& state) {
  const Measured& run = measured();
  for ([[maybe_unused]] auto step : state) state.SetIterationTime(run.sync.wall);
  const double decode = run.import.cpu - run.import.caller;
  const double others = run.sync.cpu - run.sync.caller;
  state.counters["sessions_per_s"] = per_second(run.sync.wall);
  state.counters["cpu_s"] = run.sync.cpu;
  state.counters["server_s"] = run.server;
  state.counters["store"] = run.report.store_seconds / run.sync.wall;
  state.counters["storer_busy"] = run.sync.caller / run.sync.wall;
  state.counters["decode"] = decode / run.sync.cpu;
  state.counters["network"] = std::max(0.0, others - decode) / run.sync.cpu;
  state.counters["requests"] = static_cast<double>(run.report.requests);
  state.counters["rows"] = static_cast<double>(run.report.rows);
  const double ratio = run.sync.wall / run.import.wall;
  bench::report(state,
                {.what = fmt::format("sync, {} sessions x {}", kSessions, num_symbols()),
                 .ours = fmt::format("{:.1f} sessions/s", per_second(run.sync.wall)),
                 .reference = fmt::format("import {:.1f} sessions/s", per_second(run.import.wall)),
                 .ratio = ratio,
                 .target = "at most 2",
                 .met = ratio <= 2.0});
}

void sync_busy(benchmark::State& state) {
  const Measured& run = measured();
  for ([[maybe_unused]] auto step : state) state.SetIterationTime(run.sync.wall);
  const double capacity = run.sync.wall * std::max(1U, std::thread::hardware_concurrency());
  const double all = (run.sync.cpu + run.server) / capacity;
  const double decode = run.import.cpu - run.import.caller;
  state.counters["client_busy"] = run.sync.cpu / capacity;
  state.counters["import_busy"] = run.import.cpu / (capacity / run.sync.wall * run.import.wall);
  bench::report(
      state,
      {.what = fmt::format("processors busy in a sync, {} sessions", kSessions),
       .ours = fmt::format("{:.0f} %, client {:.0f} %", 1e2 * all, 1e2 * run.sync.cpu / capacity),
       .reference = fmt::format("parsing {:.0f} %, storing {:.0f} % of the wall time",
                                1e2 * decode / run.sync.wall,
                                1e2 * run.report.store_seconds / run.sync.wall),
       .ratio = all,
       .target = "at least 0.8",
       .met = all >= 0.8});
}

BENCHMARK(sync_speed)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(sync_busy)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::cli
