// Sending rows like those of daily_features to PostgreSQL by binary COPY, beside the encoding
// alone.
//   run:  tools/with_postgres.sh offex_store_bench --benchmark_filter=postgres
// The table has no index and is emptied before each round: what is measured is the way there.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/columns/batch.hpp"
#include "offex/store/postgres.hpp"

#include "bench_support.hpp"

namespace offex::store {
namespace {

using columns::Column;
using columns::Type;

constexpr std::size_t kFullRows = 1'000'000;
constexpr std::size_t kSymbols = 11'000;

columns::Batch feature_rows(std::size_t rows) {
  Column symbol{"symbol", Type::Symbol};
  Column day{"trade_date", Type::Day};
  Column shares[3] = {{"short_vol_share", Type::Double},
                      {"short_exempt_share", Type::Double},
                      {"ats_share_of_total", Type::Double}};
  Column version{"feature_version", Type::Text};
  Column provenance{"provenance", Type::Text};
  for (std::size_t row = 0; row < rows; ++row) {
    symbol.push(market::Symbol::from_trusted(fmt::format("S{:05}", row % kSymbols)));
    day.push(static_cast<std::int32_t>(14'000 + row / kSymbols));
    shares[0].push(1.0 / static_cast<double>(row % 997 + 2));
    shares[1].push(1.0 / static_cast<double>(row % 9'973 + 100));
    row % 3 == 0 ? shares[2].push_missing() : shares[2].push(0.1);
    version.push(std::string{"offexchange-features-v1"});
    provenance.push(fmt::format(R"({{"hash_sha256":"{:064x}"}})", row));
  }
  return columns::Batch{
      {symbol, day, shares[0], shares[1], shares[2], std::move(version), std::move(provenance)}};
}

void postgres_copy_in(benchmark::State& state) {
  const char* const url = std::getenv("OFFEX_TEST_POSTGRES");
  if (url == nullptr) {
    state.SkipWithError("OFFEX_TEST_POSTGRES is not set: run by tools/with_postgres.sh");
    return;
  }
  const columns::Batch rows = feature_rows(bench::scaled(kFullRows, 10'000));
  Postgres db = Postgres::connect(url).value();
  db.run(
        "CREATE TEMPORARY TABLE bench_features (symbol text, trade_date date, short_vol_share "
        "float8, short_exempt_share float8, ats_share_of_total float8, feature_version text, "
        "provenance text)")
      .value();
  for (auto _ : state) {
    state.PauseTiming();
    db.run("TRUNCATE bench_features").value();
    state.ResumeTiming();
    if (db.copy_in("bench_features", rows).value() != rows.num_rows()) {
      state.SkipWithError("rows are missing");
    }
  }
  state.counters["rows/s"] = benchmark::Counter(
      static_cast<double>(rows.num_rows()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}
BENCHMARK(postgres_copy_in)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);

}  // namespace
}  // namespace offex::store
