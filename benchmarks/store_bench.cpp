// Putting published days into the store beside the engine's bare data chunk appender, and reading
// them back into a panel beside a bare scan.
//   run:  offex_store_bench --benchmark_filter=put
//   args: days of 11,000 rows (2,500 days are the 27.5 M rows of ten years)
// Each pair runs in turns inside one benchmark, so that `ratio` compares like with like.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <duckdb.h>
#include <fmt/format.h>

#include "offex/base/clock.hpp"
#include "offex/columns/batch.hpp"
#include "offex/columns/panel.hpp"
#include "offex/store/reader.hpp"
#include "offex/store/row_digest.hpp"
#include "offex/store/writer.hpp"

#include "bench_support.hpp"

namespace offex::store {
namespace {

constexpr std::size_t kSymbols = 11'000;
constexpr std::size_t kBatchDays = 100;
const base::SystemClock kClock;

std::string name_of(std::size_t number) {
  std::string out(4, 'A');
  for (std::size_t i = 4; i-- > 0; number /= 26) {
    out[i] = static_cast<char>('A' + number % 26);
  }
  return out;
}

/// One published day: sorted symbols, volumes with fractions.
columns::Batch day_batch(std::uint64_t seed) {
  using columns::Column;
  using columns::Type;
  columns::Batch batch{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                        Column{"short_volume", Type::Quantity},
                        Column{"short_exempt_volume", Type::Quantity},
                        Column{"total_volume", Type::Quantity}}};
  std::uint64_t state = seed * 0x9E3779B97F4A7C15ULL + 1;
  for (std::size_t i = 0; i < kSymbols; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto total = static_cast<std::int64_t>(state >> 24U);
    batch.column(0).push(market::Symbol::from_trusted(name_of(i * 41)));
    batch.column(1).push<std::int32_t>(static_cast<std::int32_t>(state >> 61U));
    batch.column(2).push<std::int64_t>(total / 2);
    batch.column(3).push<std::int64_t>(total / 100);
    batch.column(4).push<std::int64_t>(total);
  }
  return batch;
}

using bench::Engine;
using bench::Folder;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

StoreOptions options(const Folder& folder) {
  return {.home = folder.path(), .clock = &kClock, .threads = 1};
}

market::Day trade_date(std::size_t number) {
  return market::Day::from_days(14'000 + static_cast<std::int32_t>(number));
}

/// Seconds to put and commit the days into an open store.
double put_days(const Folder& folder, const std::vector<columns::Batch>& days, std::size_t count,
                bool digest_given, benchmark::State& state) {
  std::vector<FactRows> parts;
  for (std::size_t i = 0; i < count; ++i) {
    FactRows& part = parts.emplace_back(FactRows{.dataset = market::Dataset::FinraShortDaily,
                                                 .day = trade_date(i),
                                                 .facility = market::Facility::Cnms,
                                                 .rows = &days[i % days.size()]});
    if (digest_given) {
      part.digest = row_digest(part);
    }
  }
  auto writer = Writer::open(options(folder), "bench");
  const auto start = std::chrono::steady_clock::now();
  bool fine = writer.has_value();
  for (std::size_t i = 0; fine && i < count; ++i) {
    fine = (i % kBatchDays != 0 || writer->begin()) &&
           writer->put({.sha256 = std::to_string(i), .name = "", .url = "", .etag = ""},
                       {&parts[i], 1}) &&
           ((i + 1) % kBatchDays != 0 && i + 1 != count ? true : writer->commit().has_value());
  }
  const double seconds = seconds_since(start);
  if (!fine || !writer->close()) {
    state.SkipWithError("put failed");
  }
  return seconds;
}

void check(duckdb_state outcome, benchmark::State& state) {
  if (outcome == DuckDBError) {
    state.SkipWithError("the engine failed");
  }
}

template <class T>
void copy_rows(const std::vector<T>& from, std::size_t begin, std::size_t rows,
               duckdb_data_chunk chunk, idx_t column) {
  auto* to = static_cast<T*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column)));
  std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(begin), rows, to);
}

/// Seconds of the engine alone: the same columns, codes and days made beforehand.
double bare_append(const Folder& folder, const std::vector<columns::Batch>& days, std::size_t count,
                   benchmark::State& state) {
  const std::vector<std::int32_t> constants(kSymbols, 7);
  std::vector<std::int32_t> codes(kSymbols);
  for (std::size_t i = 0; i < kSymbols; ++i) {
    codes[i] = static_cast<std::int32_t>(i);
  }
  const std::vector<std::uint8_t> masks(kSymbols, 3);
  Engine engine{(folder.path() / "bare.duckdb").string()};
  duckdb_connection connection = engine.connection();
  check(duckdb_query(connection,
                     "CREATE TABLE f (revision_id INTEGER NOT NULL, trade_date DATE NOT NULL, "
                     "symbol_code INTEGER NOT NULL, raw_code INTEGER NOT NULL, market UTINYINT, "
                     "a DECIMAL(18,6), b DECIMAL(18,6), c DECIMAL(18,6))",
                     nullptr),
        state);
  duckdb_appender appender = nullptr;
  check(duckdb_appender_create(connection, nullptr, "f", &appender), state);
  std::vector<duckdb_logical_type> types;
  for (idx_t i = 0; i < 8; ++i) {
    types.push_back(duckdb_appender_column_type(appender, i));
  }
  duckdb_data_chunk chunk = duckdb_create_data_chunk(types.data(), types.size());
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    if (i % kBatchDays == 0) {
      check(duckdb_query(connection, "BEGIN", nullptr), state);
    }
    const columns::Batch& day = days[i % days.size()];
    for (std::size_t begin = 0; begin < kSymbols; begin += duckdb_vector_size()) {
      const std::size_t rows = std::min<std::size_t>(duckdb_vector_size(), kSymbols - begin);
      copy_rows(constants, begin, rows, chunk, 0);
      copy_rows(constants, begin, rows, chunk, 1);
      copy_rows(codes, begin, rows, chunk, 2);
      copy_rows(codes, begin, rows, chunk, 3);
      copy_rows(masks, begin, rows, chunk, 4);
      for (idx_t column = 0; column < 3; ++column) {
        copy_rows(day.column(column + 2).values<std::int64_t>(), begin, rows, chunk, column + 5);
      }
      duckdb_data_chunk_set_size(chunk, rows);
      check(duckdb_append_data_chunk(appender, chunk), state);
      duckdb_data_chunk_reset(chunk);
    }
    if ((i + 1) % kBatchDays == 0 || i + 1 == count) {
      check(duckdb_appender_flush(appender), state);
      check(duckdb_query(connection, "COMMIT", nullptr), state);
    }
  }
  const double seconds = seconds_since(start);
  duckdb_destroy_data_chunk(&chunk);
  for (duckdb_logical_type& type : types) {
    duckdb_destroy_logical_type(&type);
  }
  duckdb_appender_destroy(&appender);
  return seconds;
}

std::vector<columns::Batch> some_days() {
  std::vector<columns::Batch> out;
  for (std::uint64_t i = 0; i < 20; ++i) {
    out.push_back(day_batch(i));
  }
  return out;
}

void bm_put(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<columns::Batch> days = some_days();
  bench::Pairs pairs;
  for (auto _ : state) {
    const Folder first;
    const Folder second;
    const double bare = bare_append(second, days, count, state);
    const double seconds = put_days(first, days, count, state.range(1) != 0, state);
    pairs.add(seconds, bare);
    state.SetIterationTime(seconds);
  }
  const double rows = static_cast<double>(count * kSymbols);
  const double ratio = pairs.reference() / pairs.ours();
  bench::report(
      state, {.what = fmt::format("put, {:.2f} M rows, digest {}", rows / 1e6,
                                  state.range(1) != 0 ? "known" : "made here"),
              .ours = fmt::format("{:.2f} M rows/s", rows / pairs.ours() / 1e6),
              .reference = fmt::format("chunk appender {:.2f} M", rows / pairs.reference() / 1e6),
              .ratio = ratio,
              .target = "at least 0.8",
              .met = ratio >= 0.8});
}
BENCHMARK(bm_put)
    ->ArgNames({"days", "digest_given"})
    ->Args({static_cast<std::int64_t>(bench::scaled(250, 25)), 1})
    ->Args({static_cast<std::int64_t>(bench::scaled(250, 25)), 0})
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

/// Seconds of a bare scan of the same columns through the reader's SQL.
double bare_scan(const Reader& reader, benchmark::State& state) {
  const auto start = std::chrono::steady_clock::now();
  auto rows = reader.query(
      "SELECT sum(trade_date - DATE '1970-01-01'), sum(symbol_code), max(short_volume), "
      "max(short_exempt_volume), max(total_volume) FROM fact_short");
  if (!rows || !rows->all()) {
    state.SkipWithError("scan failed");
  }
  return seconds_since(start);
}

void bm_scan_short(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const Folder folder;
  put_days(folder, some_days(), count, false, state);
  const auto reader = Reader::open(options(folder));
  if (!reader) {
    state.SkipWithError("open failed");
    return;
  }
  const Scan scan{.days = {trade_date(0), trade_date(count - 1)}};
  columns::Panel panel{count, kSymbols};
  bench::Pairs pairs;
  for (auto _ : state) {
    const double bare = bare_scan(*reader, state);
    const auto start = std::chrono::steady_clock::now();
    const auto done = reader->scan_short(scan, [&](const ShortChunk& chunk) {
      for (std::size_t row = 0; row < chunk.rows; ++row) {
        panel.at(static_cast<std::size_t>(chunk.day.values[row] - scan.days.first.days()),
                 static_cast<std::size_t>(chunk.symbol.values[row])) =
            static_cast<double>(chunk.total_volume.values[row]);
      }
    });
    const double seconds = seconds_since(start);
    pairs.add(seconds, bare);
    state.SetIterationTime(seconds);
    if (!done) {
      state.SkipWithError("scan failed");
    }
  }
  for (const double cell : panel.cells()) {
    if (cell != cell) {
      state.SkipWithError("the panel has a hole");
      break;
    }
  }
  const double rows = static_cast<double>(count * kSymbols);
  const double ratio = pairs.ours() / pairs.reference();
  bench::report(state, {.what = fmt::format("load a panel, {:.2f} M rows", rows / 1e6),
                        .ours = fmt::format("{:.1f} M rows/s", rows / pairs.ours() / 1e6),
                        .reference = fmt::format("scan {:.1f} M", rows / pairs.reference() / 1e6),
                        .ratio = ratio,
                        .target = "at most 1.5",
                        .met = ratio <= 1.5});
}
BENCHMARK(bm_scan_short)
    ->ArgNames({"days"})
    ->Arg(static_cast<std::int64_t>(bench::scaled(1'000, 100)))
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

void bm_open_and_ask(benchmark::State& state) {
  const Folder folder;
  put_days(folder, some_days(), 20, false, state);
  for (auto _ : state) {
    const auto reader = Reader::open(options(folder));
    auto rows = reader->query("SELECT 1");
    benchmark::DoNotOptimize(rows->all());
  }
}
BENCHMARK(bm_open_and_ask)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::store
