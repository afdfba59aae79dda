// A push into PostgreSQL as `offex push` does it: COPY into a staging table, one upsert, the count
// of the keys, commit. Once into an empty daily_features, and once more with nothing to change.
//   run:  tools/with_postgres.sh offex_publish_bench
//   args: rows; 11,000 are a day, 1,000,000 a quarter

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/columns/batch.hpp"
#include "offex/market/symbol.hpp"
#include "offex/publish/target.hpp"
#include "offex/store/postgres.hpp"

namespace offex::publish {
namespace {

using columns::Column;
using columns::Type;

constexpr std::size_t kSymbols = 11'000;

Shipment features(std::size_t rows) {
  Column symbol{"symbol", Type::Symbol};
  Column day{"trade_date", Type::Day};
  Column share{"short_vol_share", Type::Double};
  Column exempt{"short_exempt_share", Type::Double};
  Column ats{"ats_share_of_total", Type::Double};
  Column version{"feature_version", Type::Text};
  Column provenance{"provenance", Type::Text};
  for (std::size_t row = 0; row < rows; ++row) {
    symbol.push(market::Symbol::from_trusted(fmt::format("S{:05}", row % kSymbols)));
    day.push(static_cast<std::int32_t>(14'000 + row / kSymbols));
    share.push(1.0 / static_cast<double>(row % 997 + 2));
    exempt.push(1.0 / static_cast<double>(row % 9'973 + 100));
    row % 3 == 0 ? ats.push_missing() : ats.push(0.1);
    version.push(std::string{"offexchange-features-v1"});
    provenance.push(fmt::format(R"({{"hash_sha256":"{:064x}"}})", row));
  }
  return {.table = "daily_features",
          .key = {"symbol", "trade_date", "feature_version"},
          .rows = columns::Batch{{symbol, day, share, exempt, ats, version, provenance}},
          .json_columns = {"provenance"}};
}

Delivery push(Target& target, const Shipment& shipment) {
  target.begin().value();
  Delivery out = target.send(shipment).value();
  target.commit().value();
  return out;
}

/// \param repeated the rows are there already
void push_features(benchmark::State& state, bool repeated) {
  const char* const url = std::getenv("OFFEX_TEST_POSTGRES");
  if (url == nullptr) {
    state.SkipWithError("OFFEX_TEST_POSTGRES is not set: run by tools/with_postgres.sh");
    return;
  }
  const Shipment shipment = features(static_cast<std::size_t>(state.range(0)));
  TargetAddress address;
  address.url = url;
  const std::unique_ptr<Target> target = open_postgres_target(address, nullptr).value();
  target->migrate().value();
  store::Postgres db = store::Postgres::connect(url).value();
  db.run("TRUNCATE daily_features").value();
  if (repeated) push(*target, shipment);
  for (auto _ : state) {
    const Delivery sent = push(*target, shipment);
    if ((repeated ? sent.unchanged : sent.inserted) != sent.rows) {
      state.SkipWithError("rows went another way");
    }
    state.PauseTiming();
    if (!repeated) db.run("TRUNCATE daily_features").value();
    state.ResumeTiming();
  }
  state.counters["rows/s"] = benchmark::Counter(
      static_cast<double>(state.range(0)) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(push_features, first, false)
    ->Arg(11'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(push_features, repeated, true)
    ->Arg(11'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace offex::publish
