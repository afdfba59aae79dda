// Daily files from text to columns, with all checks on.
//   run:  offex_formats_bench --benchmark_filter=short --benchmark_repetitions=9
//   args: fractional (0: whole shares, 1: six decimals as since 2026-02-23)

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/formats/document.hpp"
#include "offex/formats/gzip_writer.hpp"

#include "bench_support.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t kRowsOfADay = 11'400;

std::vector<std::string> make_symbols(std::size_t count) {
  std::mt19937 random{7};
  std::vector<std::string> symbols;
  while (symbols.size() < count) {
    const std::size_t length = 1 + random() % 4 + (random() % 3 == 0 ? 1 : 0);
    std::string symbol;
    for (std::size_t i = 0; i < length; ++i) symbol += static_cast<char>('A' + random() % 26);
    if (random() % 29 == 0) symbol += "p" + std::string(1, static_cast<char>('A' + random() % 4));
    if (random() % 130 == 0) symbol += "/WS";
    symbols.push_back(std::move(symbol));
    if (symbols.size() < count) continue;
    std::ranges::sort(symbols);
    symbols.erase(std::ranges::unique(symbols).begin(), symbols.end());
  }
  return symbols;
}

std::string volume_text(std::int64_t millionths, bool fractional) {
  const std::int64_t whole = millionths / 1'000'000;
  if (!fractional) return std::to_string(whole);
  return fmt::format("{}.{:06}", whole, millionths % 1'000'000);
}

// Rows like FINRA's: volumes spread over seven powers of ten, exempt volume mostly whole.
std::string make_day(std::string_view date, bool fractional, unsigned seed) {
  static const std::vector<std::string> symbols = make_symbols(kRowsOfADay);
  constexpr std::array<const char*, 6> kMarkets = {"B,Q,N", "Q,N", "B,Q,N", "Q", "Q,N", "N"};
  std::mt19937_64 random{seed};
  std::lognormal_distribution<double> volume{11.0, 2.2};
  std::string text = "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\r\n";
  for (const std::string& symbol : symbols) {
    const auto total = 1'000'000 + static_cast<std::int64_t>(volume(random) * 1e6);
    const auto part = static_cast<std::int64_t>(static_cast<double>(total) *
                                                (static_cast<double>(random() % 800) / 1000.0));
    const std::int64_t exempt = part / 1'000'000 / (50 + static_cast<std::int64_t>(random() % 500));
    fmt::format_to(std::back_inserter(text), "{}|{}|{}|{}|{}|{}\r\n", date, symbol,
                   volume_text(part, fractional), exempt, volume_text(total, fractional),
                   kMarkets.at(random() % kMarkets.size()));
  }
  return text + fmt::format("{}\r\n", symbols.size());
}

ReadOptions options_for(std::string_view date) {
  return {
      .file = fmt::format("CNMSshvol{}.txt", date), .day = {}, .facility = {}, .max_rejects = 0};
}

void read_one(const std::string& bytes, const ReadOptions& options) {
  auto documents = read_documents(bytes, options);
  OFFEX_CHECK(documents.size() == 1 && documents[0].has_value());
  OFFEX_CHECK(documents[0]->rows.num_rows() == kRowsOfADay);
  benchmark::DoNotOptimize(documents);
}

void count(benchmark::State& state, std::size_t days, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * days * kRowsOfADay));
}

void bm_short_day(benchmark::State& state) {
  const std::string text = make_day("20260302", state.range(0) != 0, /*seed=*/7);
  const ReadOptions options = options_for("20260302");
  for (auto _ : state) read_one(text, options);
  count(state, 1, text.size());
}
BENCHMARK(bm_short_day)->ArgName("fractional")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void bm_short_day_gzip(benchmark::State& state) {
  const std::string text = make_day("20260302", state.range(0) != 0, /*seed=*/7);
  const std::string bytes = gzip(text).value();
  const ReadOptions options = options_for("20260302");
  for (auto _ : state) read_one(bytes, options);
  count(state, 1, text.size());
}
BENCHMARK(bm_short_day_gzip)->ArgName("fractional")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// Out of the caches: 200 MB of days, one file a day.
void bm_short_run(benchmark::State& state) {
  constexpr std::size_t kBytes = 200'000'000;
  std::vector<std::string> days;
  std::size_t bytes = 0;
  for (unsigned seed = 0; bytes < kBytes; ++seed) {
    days.push_back(make_day("20260302", state.range(0) != 0, seed % 5));
    bytes += days.back().size();
  }
  const ReadOptions options = options_for("20260302");
  for (auto _ : state) {
    for (const std::string& day : days) read_one(day, options);
  }
  count(state, days.size(), bytes);
}
BENCHMARK(bm_short_run)->ArgName("fractional")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

std::string text_of(const std::filesystem::path& path) {
  std::string text(std::filesystem::file_size(path), '\0');
  std::ifstream{path, std::ios::binary}.read(text.data(),
                                             static_cast<std::streamsize>(text.size()));
  return text;
}

// The same files from the memory file system: ours with all checks, DuckDB with types given. Its
// read sets the trailers aside without a look.
void bm_short_files_beside_duckdb(benchmark::State& state) {
  const std::size_t days = bench::scaled(200, 20);
  const bench::Folder folder{bench::memory_folder()};
  std::vector<std::filesystem::path> files;
  for (std::size_t day = 0; day < days; ++day) {
    files.push_back(folder.path() / fmt::format("{}.txt", day));
    std::ofstream{files.back(), std::ios::binary}
        << make_day("20260302", state.range(0) != 0, static_cast<unsigned>(day % 5));
  }
  const std::string volume = state.range(0) != 0 ? "DECIMAL(18,6)" : "BIGINT";
  const std::string sql = fmt::format(
      "SELECT count(*) FROM (SELECT max(d), max(s), sum(a), sum(b), sum(c), max(m) FROM "
      "read_csv('{0}/*.txt', delim = '|', header = true, auto_detect = false, ignore_errors = true,"
      " new_line = '\\r\\n', quote = '', escape = '', dateformat = '%Y%m%d', columns = {{'d': "
      "'DATE', 's': 'VARCHAR', 'a': '{1}', 'b': 'BIGINT', 'c': '{1}', 'm': 'VARCHAR'}}) GROUP BY "
      "d)",
      folder.path().string(), volume);
  const ReadOptions options = options_for("20260302");
  bench::Engine engine;
  bench::Pairs pairs;
  for (auto _ : state) {
    pairs.run(
        [&] {
          for (const auto& file : files) read_one(text_of(file), options);
        },
        [&] { OFFEX_CHECK(engine.run(sql) == 1.0); });
    state.SetIterationTime(pairs.ours());
  }
  const double rows = static_cast<double>(days * kRowsOfADay);
  const double ratio = pairs.reference() / pairs.ours();
  bench::report(state,
                {.what = fmt::format("parse, {:.2f} M rows, {} volumes", rows / 1e6,
                                     state.range(0) != 0 ? "fractional" : "whole"),
                 .ours = fmt::format("{:.1f} M rows/s", rows / pairs.ours() / 1e6),
                 .reference = fmt::format("read_csv {:.2f} M", rows / pairs.reference() / 1e6),
                 .ratio = ratio,
                 .target = "at least 4",
                 .met = ratio >= 4.0});
}
BENCHMARK(bm_short_files_beside_duckdb)
    ->ArgName("fractional")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

void bm_grouped_reply(benchmark::State& state) {
  const std::vector<std::string> symbols = make_symbols(kRowsOfADay);
  std::string text =
      fmt::format(R"({{"adjusted":false,"resultsCount":{},"results":[)", symbols.size());
  for (const std::string& symbol : symbols) {
    text += fmt::format(R"({{"T":"{}","v":2036584.149027,"vw":114.6113,"o":115.03,"c":114.96,)"
                        R"("h":116.36,"l":113.675,"t":1779480000000,"n":34455}},)",
                        symbol);
  }
  text.back() = ']';
  text += '}';
  ReadOptions options = options_for("20260522");
  options.file = "2026-05-22.json";
  for (auto _ : state) read_one(text, options);
  count(state, 1, text.size());
}
BENCHMARK(bm_grouped_reply)->Unit(benchmark::kMicrosecond);

// A page of the Query API, every field of the weekly summary.
void bm_weekly_reply(benchmark::State& state) {
  constexpr std::size_t kRows = 5'000;
  std::mt19937 random{7};
  const std::vector<std::string> symbols = make_symbols(kRows);
  std::string text = "[";
  for (const std::string& symbol : symbols) {
    text += fmt::format(
        R"({{"totalWeeklyShareQuantity":{},"issueSymbolIdentifier":"{}","issueName":"{} HOLDINGS )"
        R"(INC Common Stock","lastUpdateDate":"2026-01-20","lastReportedDate":"2026-01-02",)"
        R"("tierDescription":"NMS Tier 1","initialPublishedDate":"2026-01-20","tierIdentifier":)"
        R"("T1","summaryStartDate":"2025-12-29","totalNotionalSum":1.{}E9,)"
        R"("totalWeeklyTradeCount":{},"weekStartDate":"2025-12-29","MPID":null,)"
        R"("firmCRDNumber":null,"productTypeCode":"CTS","summaryTypeCode":"ATS_W_SMBL",)"
        R"("marketParticipantName":null}},)",
        random() % 10'000'000, symbol, symbol, random(), random() % 100'000);
  }
  text.back() = ']';
  for (auto _ : state) {
    auto documents = read_documents(
        text, {.file = "reply.json", .day = {}, .facility = {}, .max_rejects = 0, .week = {}});
    OFFEX_CHECK(documents[0].has_value() && documents[0]->rows.num_rows() == symbols.size());
    benchmark::DoNotOptimize(documents);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(bm_weekly_reply)->Unit(benchmark::kMicrosecond);

void bm_day_flat_file(benchmark::State& state) {
  std::string text = "ticker,volume,open,close,high,low,window_start,transactions\n";
  for (const std::string& symbol : make_symbols(kRowsOfADay)) {
    text += symbol + ",2036584.149027,115.03,114.96,116.36,113.675,1779422400000000000,34455\n";
  }
  ReadOptions options = options_for("20260522");
  options.file = "2026-05-22.csv";
  for (auto _ : state) read_one(text, options);
  count(state, 1, text.size());
}
BENCHMARK(bm_day_flat_file)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace offex::formats
