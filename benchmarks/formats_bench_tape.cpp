// The tape from gzip to columns, two threads, beside `igzip -dc` of the same file in the same run.
//   run:   offex_formats_bench --benchmark_filter=tape
//   files: made once and kept in the folder for temporary files

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "offex/base/check.hpp"
#include "offex/formats/page_facts.hpp"
#include "offex/formats/tape.hpp"

#include "bench_support.hpp"

namespace offex::formats {
namespace {

constexpr std::int64_t kOpen = 1'779'456'600'000'000'000;  // 2026-05-22 09:30 in New York
constexpr double kDayNanos = 23.4e12;

// One security after the other, each with trades through the day, far more of some than of others.
class TapeMaker {
 public:
  explicit TapeMaker(std::size_t rows) : rows_{rows} {}

  // Calls `row` with the symbol, the time and the price until all rows are there.
  void run(const std::function<void(const std::string&, std::int64_t, std::int64_t)>& row) {
    std::size_t done = 0;
    for (std::size_t number = 0; done < rows_; ++number) {
      const std::string symbol = symbol_of(number);
      const auto trades = std::min<std::size_t>(
          rows_ - done, 1 + static_cast<std::size_t>(std::exp(normal_(random_) * 2.0 + 5.5)));
      double time = 0.0;
      std::int64_t cents = 200 + static_cast<std::int64_t>(random_() % 30'000);
      for (std::size_t i = 0; i < trades; ++i) {
        time += -std::log(1.0 - uniform()) * kDayNanos / static_cast<double>(trades);
        cents = std::max<std::int64_t>(100, cents + static_cast<std::int64_t>(random_() % 5) - 2);
        row(symbol, kOpen + static_cast<std::int64_t>(time), cents);
      }
      done += trades;
    }
  }
  std::uint64_t next(std::uint64_t below) { return random_() % below; }
  double uniform() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }

 private:
  static std::string symbol_of(std::size_t number) {
    std::string symbol;
    for (int i = 0; i < 4; ++i, number /= 26) {
      symbol.insert(symbol.begin(), static_cast<char>('A' + number % 26));
    }
    return symbol;
  }

  std::size_t rows_;
  std::mt19937_64 random_{11};
  std::normal_distribution<double> normal_;
};

std::string price_text(TapeMaker& maker, std::int64_t cents) {
  const std::uint64_t kind = maker.next(10);
  if (kind < 6) return fmt::format("{}.{:02}", cents / 100, cents % 100);
  if (kind < 7) return fmt::format("{}", cents / 100);
  return fmt::format("{}.{:02}{:02}", cents / 100, cents % 100, maker.next(100));
}

std::string make_trades(std::size_t rows) {
  constexpr std::array<const char*, 10> kConditions = {
      "", "37", "14", "\"14,37\"", "\"14,41\"", "\"14,37,41\"", "\"12,37\"", "12", "10", "41"};
  TapeMaker maker{rows};
  std::string text =
      "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,"
      "sip_timestamp,size,tape,trf_id,trf_timestamp\n";
  std::uint64_t sequence = 0;
  maker.run([&](const std::string& symbol, std::int64_t time, std::int64_t cents) {
    sequence += 1 + maker.next(60);
    const bool off = maker.next(100) < 36;
    const std::int64_t sip = time + 20'000 + static_cast<std::int64_t>(maker.next(300'000));
    const std::uint64_t size = maker.next(3) == 0 ? 100 : 1 + maker.next(180);
    fmt::format_to(std::back_inserter(text), "{},{},0,{},{},{},{},{},{},{},1,{},{}\n", symbol,
                   kConditions.at(maker.next(10)), off ? 4 : 8 + maker.next(12), sequence / 17,
                   time, price_text(maker, cents), sequence, sip, size,
                   off ? 201 + maker.next(2) : 0, off ? time / 1000 * 1000 : 0);
  });
  return text;
}

std::string make_quotes(std::size_t rows) {
  TapeMaker maker{rows};
  std::string text =
      "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,"
      "indicators,participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp\n";
  std::uint64_t sequence = 0;
  maker.run([&](const std::string& symbol, std::int64_t time, std::int64_t cents) {
    sequence += 1 + maker.next(60);
    fmt::format_to(std::back_inserter(text), "{},{},{}.{:02},{},{},{}.{:02},{},1,,{},{},{},1,0\n",
                   symbol, 8 + maker.next(12), (cents + 1) / 100, (cents + 1) % 100,
                   100 * (1 + maker.next(9)), 8 + maker.next(12), cents / 100, cents % 100,
                   100 * (1 + maker.next(9)), time, sequence,
                   time + static_cast<std::int64_t>(maker.next(300'000)));
  });
  return text;
}

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

// Returns a gzip file of `chunks` members with the same rows; text is compressed as usual tools
// do it, harder than ISA-L would.
std::filesystem::path tape_file(std::string_view name, std::size_t chunks,
                                const std::function<std::string()>& make) {
  const auto folder = std::filesystem::temp_directory_path();
  std::filesystem::path path = folder / fmt::format("offex-bench-{}-{}.csv.gz", name, chunks);
  if (std::filesystem::exists(path)) return path;
  const bench::Folder scratch;
  const auto plain = scratch.path() / "chunk";
  const std::string text = make();
  const std::size_t header = text.find('\n') + 1;
  std::ofstream{plain, std::ios::binary} << text.substr(0, header);
  shell(fmt::format("gzip -6 -c {0} > {0}.all", plain.string()));
  std::ofstream{plain, std::ios::binary} << text.substr(header);
  shell(fmt::format("gzip -6 -c {0} > {0}.gz", plain.string()));
  for (std::size_t i = 0; i < chunks; ++i)
    shell(fmt::format("cat {0}.gz >> {0}.all", plain.string()));
  std::filesystem::copy_file(plain.string() + ".all", path);
  return path;
}

constexpr std::size_t kChunkRows = 2'000'000;

std::filesystem::path trades_file() {
  return tape_file("trades", bench::scaled(10, 1), [] { return make_trades(kChunkRows); });
}

double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double children_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// A sink that looks at every row and does hardly anything.
TapeSummary run_trades(const std::filesystem::path& path) {
  std::int64_t sum = 0;
  const auto source = base::open_file(path).value();
  auto summary = read_trades(source, {.file = "tape"}, [&sum](const columns::TradeBlock& block) {
    for (std::size_t row = 0; row < block.rows(); ++row) sum += block.price[row] ^ block.size[row];
    return Result<void>{};
  });
  OFFEX_CHECK(summary.has_value());
  benchmark::DoNotOptimize(sum);
  return *summary;
}

void igzip(const std::filesystem::path& path) {
  shell(fmt::format("igzip -dc {} > /dev/null", path.string()));
}

bool has_igzip(benchmark::State& state) {
  if (std::system("igzip -h > /dev/null 2>&1") == 0) return true;
  state.SkipWithError("igzip is not installed");
  return false;
}

// The whole job by the clock.
void bm_tape_trades_beside_igzip(benchmark::State& state) {
  if (!has_igzip(state)) return;
  const auto path = trades_file();
  TapeSummary summary;
  bench::Pairs pairs;
  for (auto _ : state) {
    pairs.run([&] { summary = run_trades(path); }, [&] { igzip(path); });
    state.SetIterationTime(pairs.ours());
  }
  const double rows = static_cast<double>(summary.rows);
  const double ratio = pairs.ours() / pairs.reference();
  bench::report(state,
                {.what = fmt::format("trades csv.gz, {:.0f} M rows, {:.2f} GB of text", rows / 1e6,
                                     static_cast<double>(summary.text_bytes) / 1e9),
                 .ours = fmt::format("{:.2f} s", pairs.ours()),
                 .reference = fmt::format("igzip -dc {:.2f} s", pairs.reference()),
                 .ratio = ratio,
                 .target = "at most 1.15",
                 .met = ratio <= 1.15});
}
BENCHMARK(bm_tape_trades_beside_igzip)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

// The parsing thread alone, by its own processor time: what is left is for signing.
void bm_tape_parse_beside_igzip(benchmark::State& state) {
  if (!has_igzip(state)) return;
  const auto path = trades_file();
  TapeSummary summary;
  bench::Pairs pairs;
  for (auto _ : state) {
    const double start = thread_seconds();
    summary = run_trades(path);
    const double ours = thread_seconds() - start;
    const double before = children_seconds();
    igzip(path);
    pairs.add(ours, children_seconds() - before);
    state.SetIterationTime(pairs.ours());
  }
  const double rows = static_cast<double>(summary.rows);
  const double ratio = pairs.ours() / pairs.reference();
  bench::report(state, {.what = "parsing trades, processor time",
                        .ours = fmt::format("{:.1f} M rows/s", rows / pairs.ours() / 1e6),
                        .reference = fmt::format("igzip -dc {:.2f} s", pairs.reference()),
                        .ratio = ratio,
                        .target = "at most 0.6",
                        .met = ratio <= 0.6});
}
BENCHMARK(bm_tape_parse_beside_igzip)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

void bm_tape_quotes_beside_igzip(benchmark::State& state) {
  if (!has_igzip(state)) return;
  const auto path =
      tape_file("quotes", bench::scaled(5, 1), [] { return make_quotes(kChunkRows); });
  bench::Pairs pairs;
  for (auto _ : state) {
    pairs.run(
        [&] {
          const auto source = base::open_file(path).value();
          const auto summary = read_quotes(
              source, {.file = "tape"}, [](const columns::QuoteBlock&) { return Result<void>{}; });
          OFFEX_CHECK(summary.has_value());
        },
        [&] { igzip(path); });
    state.SetIterationTime(pairs.ours());
  }
  const double ratio = pairs.ours() / pairs.reference();
  bench::report(state, {.what = "quotes csv.gz",
                        .ours = fmt::format("{:.2f} s", pairs.ours()),
                        .reference = fmt::format("igzip -dc {:.2f} s", pairs.reference()),
                        .ratio = ratio,
                        .target = "at most 1.15",
                        .met = ratio <= 1.15});
}
BENCHMARK(bm_tape_quotes_beside_igzip)
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

std::string make_page(std::size_t rows) {
  TapeMaker maker{rows};
  std::string text = R"({"results":[)";
  std::uint64_t sequence = 0;
  maker.run([&](const std::string&, std::int64_t time, std::int64_t cents) {
    sequence += 1 + maker.next(60);
    fmt::format_to(
        std::back_inserter(text),
        R"({{"conditions":[12,37],"exchange":{},"id":"{}","participant_timestamp":{},"price":{}.{:02},)"
        R"("sequence_number":{},"sip_timestamp":{},"size":{},"tape":3,"trf_id":202,"trf_timestamp":{}}},)",
        4 + maker.next(16), sequence / 17, time, cents / 100, cents % 100, sequence,
        time + static_cast<std::int64_t>(maker.next(300'000)), 1 + maker.next(500), time);
  });
  text.back() = ']';
  return text + R"(,"status":"OK","request_id":"a47d1beb8c11b6ae897ab76cdbbf35a3"})";
}

void bm_tape_page(benchmark::State& state) {
  const std::string text = make_page(50'000);
  for (auto _ : state) {
    std::size_t at = 0;
    const base::ByteSource source = [&](std::span<char> out) -> Result<std::size_t> {
      const std::size_t size = text.copy(out.data(), out.size(), at);
      at += size;
      return size;
    };
    const auto summary = read_trades(source, {.file = "AAPL_2026-05-22_0001.json"},
                                     [](const columns::TradeBlock&) { return Result<void>{}; });
    OFFEX_CHECK(summary.has_value() && summary->rows == 50'000);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(bm_tape_page)->UseRealTime()->Unit(benchmark::kMillisecond);

// What sync asks of every page before it keeps it.
void bm_page_facts(benchmark::State& state) {
  const std::string text = make_page(50'000);
  for (auto _ : state) {
    const auto facts = page_facts(text);
    OFFEX_CHECK(facts.has_value() && facts->rows == 50'000);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(bm_page_facts)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::formats
