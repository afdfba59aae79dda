#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/check.hpp"

#include "store/schema_internal.hpp"
#include "store/schema_steps_internal.hpp"

namespace offex::store {

namespace {

/// The statements of a step, in the order they run.
std::vector<std::string_view> statements(int number) {
  OFFEX_CHECK(number >= 1 && number <= 3);
  if (number == 2) {
    return {step2_ledger()};
  }
  if (number == 3) {
    return {step3_corporate_actions()};
  }
  std::vector<std::string_view> out;
  std::ranges::copy(step1_tables(), std::back_inserter(out));
  out.push_back(step1_rules());
  std::ranges::copy(step1_macros(), std::back_inserter(out));
  std::ranges::copy(step1_views(), std::back_inserter(out));
  return out;
}

constexpr int kNewestStep = 3;

Result<void> apply(const engine::Connection& connection, int number, const base::Clock& clock) {
  for (const std::string_view sql : statements(number)) {
    OFFEX_TRY(connection.run(std::string{sql}));
  }
  const std::array<Parameter, 2> parameters{
      Parameter{std::int64_t{number}}, Parameter{market::Instant::from_nanos(clock.now_nanos())}};
  OFFEX_ASSIGN([[maybe_unused]] const engine::Rows rows,
               connection.select("INSERT INTO schema_step VALUES ($1, $2)", parameters));
  return {};
}

}  // namespace

std::span<const std::string_view> fact_views() {
  static constexpr std::array<std::string_view, 16> kViews{"finra_short_daily",
                                                           "finra_short_consolidated",
                                                           "exchange_short_daily",
                                                           "polygon_daily_agg",
                                                           "finra_otc_weekly",
                                                           "finra_weekly_summary",
                                                           "lit_direction_daily",
                                                           "ref_index_constituent",
                                                           "finra_short_interest",
                                                           "finra_threshold_list",
                                                           "symbol_directory",
                                                           "ref_security",
                                                           "ref_corporate_action",
                                                           "trade_condition",
                                                           "exchange",
                                                           "tape_file"};
  return kViews;
}

int newest_schema_step() { return kNewestStep; }

Result<int> schema_step(const engine::Connection& connection) {
  auto rows = connection.select("SELECT max(step) FROM schema_step");
  if (!rows) {
    // Looking the table up in the catalogue first would cost every reader a millisecond.
    OFFEX_ASSIGN(engine::Rows tables, connection.select("SELECT count(*) FROM duckdb_tables()"));
    OFFEX_ASSIGN(const engine::Chunk count, tables.fetch());
    if (*engine::vector_data<std::int64_t>(count.get(), 0) == 0) {
      return 0;
    }
    return fail(base::ErrorCode::Integrity,
                "this database is no store of offex: " + rows.error().message);
  }
  OFFEX_ASSIGN(const engine::Chunk chunk, rows->fetch());
  return *engine::vector_data<std::int32_t>(chunk.get(), 0);
}

Result<void> check_schema(const engine::Connection& connection) {
  OFFEX_ASSIGN(const int step, schema_step(connection));
  if (step > newest_schema_step()) {
    return fail(base::ErrorCode::Integrity, "this store has schema step " + std::to_string(step) +
                                                " and this program knows up to step " +
                                                std::to_string(newest_schema_step()) +
                                                "; use the newer offex that wrote it");
  }
  return {};
}

Result<int> migrate(const engine::Connection& connection, const base::Clock& clock) {
  OFFEX_TRY(check_schema(connection));
  OFFEX_ASSIGN(const int have, schema_step(connection));
  if (have == newest_schema_step()) {
    return 0;
  }
  OFFEX_TRY(connection.run("BEGIN"));
  const auto steps = [&]() -> Result<void> {
    OFFEX_TRY(
        connection.run("CREATE TABLE IF NOT EXISTS schema_step (step INTEGER NOT NULL, applied_at "
                       "TIMESTAMP NOT NULL)"));
    for (int number = have + 1; number <= newest_schema_step(); ++number) {
      OFFEX_TRY(apply(connection, number, clock));
    }
    return connection.run("COMMIT");
  };
  if (auto done = steps(); !done) {
    [[maybe_unused]] const auto undone = connection.run("ROLLBACK");
    return std::unexpected{std::move(done).error()};
  }
  return newest_schema_step() - have;
}

}  // namespace offex::store
