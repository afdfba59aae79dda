#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <duckdb.h>
#include <fmt/format.h>
#include <unistd.h>

/// What the benchmarks share. A failure throws and ends the run: a number of half a job is none.
namespace offex::bench {

/// Returns OFFEX_BENCH_SCALE, 1 by default: 0.1 is a tenth of the days.
inline double scale() {
  const char* const text = std::getenv("OFFEX_BENCH_SCALE");
  const double value = text == nullptr ? 1.0 : std::strtod(text, nullptr);
  return value > 0.0 ? value : 1.0;
}

/// Returns a size at the scale of the run, at least `least`.
inline std::size_t scaled(std::size_t full, std::size_t least) {
  return std::max(least, static_cast<std::size_t>(static_cast<double>(full) * scale()));
}

/// A folder that goes away with everything in it.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "offex-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no folder for the benchmark below " + parent.string());
    }
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder(Folder&&) = delete;
  Folder& operator=(Folder&&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Returns the memory file system where there is one: the disk is not what is measured.
inline std::filesystem::path memory_folder() {
  return std::filesystem::is_directory("/dev/shm") ? std::filesystem::path{"/dev/shm"}
                                                   : std::filesystem::temp_directory_path();
}

/// DuckDB on one thread through its C API.
class Engine {
 public:
  /// \param file database file; empty: in memory
  explicit Engine(const std::string& file = "") {
    require(duckdb_open(file.empty() ? nullptr : file.c_str(), &database_) == DuckDBSuccess &&
            duckdb_connect(database_, &connection_) == DuckDBSuccess);
    run("SET threads = 1");
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  Engine(Engine&&) = delete;
  Engine& operator=(Engine&&) = delete;
  ~Engine() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }

  /// Runs statements to their end. Returns the first cell as a number, 0 when there is none.
  double run(const std::string& sql) {
    duckdb_result result;
    const bool fine = duckdb_query(connection_, sql.c_str(), &result) == DuckDBSuccess;
    const std::string message = fine ? "" : duckdb_result_error(&result);
    const double first =
        fine && duckdb_row_count(&result) > 0 ? duckdb_value_double(&result, 0, 0) : 0.0;
    duckdb_destroy_result(&result);
    if (!fine) {
      throw std::runtime_error(message);
    }
    return first;
  }
  [[nodiscard]] duckdb_connection connection() const { return connection_; }

 private:
  static void require(bool fine) {
    if (!fine) {
      throw std::runtime_error("DuckDB does not open");
    }
  }
  duckdb_database database_{nullptr};
  duckdb_connection connection_{nullptr};
};

/// Returns how long `work` took.
template <class Work>
double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Seconds of two ways to do the same, run in turns.
class Pairs {
 public:
  template <class Ours, class Reference>
  void run(const Ours& ours, const Reference& reference) {
    add(seconds_of(ours), seconds_of(reference));
  }
  void add(double ours, double reference) {
    ours_.push_back(ours);
    reference_.push_back(reference);
  }
  [[nodiscard]] double ours() const { return median(ours_); }
  [[nodiscard]] double reference() const { return median(reference_); }

 private:
  std::vector<double> ours_;
  std::vector<double> reference_;
};

/// One line of the summary that tools/bench.sh prints. Texts have no '|'.
struct Finding {
  std::string what;
  std::string ours;
  std::string reference;
  double ratio{0.0};   ///< in the sense of `target`
  std::string target;  ///< "at least 4", "at most 1.5"
  bool met{false};
};

/// Hands a finding to the summary: as label and counter of the benchmark.
inline void report(benchmark::State& state, const Finding& finding) {
  state.counters["ratio"] = finding.ratio;
  state.SetLabel(fmt::format("{}|{}|{}|{:.3g}|{}|{}", finding.what, finding.ours, finding.reference,
                             finding.ratio, finding.target, finding.met ? "yes" : "no"));
}

}  // namespace offex::bench
