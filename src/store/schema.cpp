#include <array>
#include <string>
#include <string_view>

#include "store/schema_internal.hpp"

namespace offex::store {

namespace {

// A released step is never edited: a change is a new step at the end.

// Keys and provenance. A correction closes one small row of `revision`; facts are append-only.
constexpr std::string_view kStep1Tables = R"sql(
CREATE TABLE ingest_file (
  file_id BIGINT NOT NULL, sha256 VARCHAR NOT NULL, dataset VARCHAR NOT NULL, name VARCHAR NOT NULL,
  url VARCHAR NOT NULL, key_date DATE, facility VARCHAR NOT NULL, bytes BIGINT NOT NULL, rows BIGINT NOT NULL, rejects BIGINT NOT NULL,
  first_seen_at TIMESTAMP NOT NULL, published_at TIMESTAMP, etag VARCHAR NOT NULL,
  status VARCHAR NOT NULL, error VARCHAR);
CREATE TABLE revision (
  revision_id INTEGER NOT NULL, dataset VARCHAR NOT NULL, key_date DATE, facility VARCHAR NOT NULL,
  file_id BIGINT NOT NULL, rows BIGINT NOT NULL, row_digest VARCHAR NOT NULL,
  known_from TIMESTAMP NOT NULL, known_to TIMESTAMP);
CREATE TABLE reject (
  file_id BIGINT NOT NULL, line BIGINT NOT NULL, "column" BIGINT NOT NULL, field VARCHAR NOT NULL,
  reason VARCHAR NOT NULL, excerpt VARCHAR NOT NULL);
CREATE TABLE symbol_dictionary (symbol_code INTEGER NOT NULL, symbol VARCHAR NOT NULL);
CREATE TABLE symbol_spelling (
  raw_code INTEGER NOT NULL, symbol_raw VARCHAR NOT NULL, style UTINYINT NOT NULL,
  symbol_code INTEGER NOT NULL);
CREATE TABLE derived_table (
  name VARCHAR NOT NULL, family VARCHAR NOT NULL, signature VARCHAR NOT NULL, order_keys VARCHAR NOT NULL);
CREATE TABLE build_state (
  table_name VARCHAR NOT NULL, variant VARCHAR NOT NULL, last_revision BIGINT NOT NULL,
  first_day DATE, last_day DATE, built_at TIMESTAMP NOT NULL);
CREATE TABLE dataset_rank (dataset VARCHAR NOT NULL, family VARCHAR NOT NULL, precedence UTINYINT NOT NULL);
INSERT INTO dataset_rank VALUES
  ('finra_short_daily', 'short', 1), ('finra_short_table', 'short', 2),
  ('exchange_short_daily', 'exchange_short', 1),
  ('daily_bar_flat_file', 'bar', 1), ('daily_bar_grouped', 'bar', 2), ('daily_bar_table', 'bar', 3),
  ('otc_weekly_table', 'weekly', 1), ('lit_direction_table', 'lit', 1),
  ('index_constituents', 'constituent', 1);
)sql";

constexpr std::string_view kStep1Facts = R"sql(
CREATE TABLE fact_short (
  revision_id INTEGER NOT NULL, trade_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, market UTINYINT, short_volume DECIMAL(18,6),
  short_exempt_volume DECIMAL(18,6), total_volume DECIMAL(18,6));
CREATE TABLE fact_exchange_short (
  revision_id INTEGER NOT NULL, trade_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, short_volume DECIMAL(18,6), total_volume DECIMAL(18,6));
CREATE TABLE fact_bar (
  revision_id INTEGER NOT NULL, trade_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, open DECIMAL(18,9), high DECIMAL(18,9), low DECIMAL(18,9),
  close DECIMAL(18,9), vwap DECIMAL(18,9), volume DECIMAL(18,6), transactions BIGINT);
CREATE TABLE fact_weekly (
  revision_id INTEGER NOT NULL, week_start_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, off_exchange_volume DECIMAL(18,6), trade_count BIGINT);
CREATE TABLE fact_lit (
  revision_id INTEGER NOT NULL, trade_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, lit_buy_volume DECIMAL(18,6), lit_sell_volume DECIMAL(18,6),
  classification_method VARCHAR, lit_coverage_pct DOUBLE);
CREATE TABLE fact_constituent (
  revision_id INTEGER NOT NULL, symbol VARCHAR NOT NULL, symbol_raw VARCHAR NOT NULL,
  valid_from DATE, valid_to DATE);
)sql";

// The rules that decide which facts a reader sees; each has this one home. 'infinity' asks for
// the newest state.
constexpr std::string_view kStep1Rules = R"sql(
CREATE MACRO revision_at(as_of) AS TABLE
  SELECT r.*, d.family, d.precedence FROM revision r JOIN dataset_rank d USING (dataset)
  WHERE r.known_from <= as_of AND (r.known_to IS NULL OR as_of < r.known_to);
CREATE MACRO revision_used(as_of) AS TABLE
  SELECT * FROM revision_at(as_of)
  QUALIFY row_number() OVER (PARTITION BY family, key_date, facility ORDER BY precedence) = 1;
CREATE MACRO daily_bar_revision_used(as_of) AS TABLE
  SELECT * FROM revision_used(as_of) WHERE family = 'bar';
CREATE MACRO consolidated_revision_used(as_of) AS TABLE
  SELECT * FROM revision_used(as_of)
  WHERE family = 'short' AND facility IN ('CNMS', 'FNSQ', 'FNYX', 'FNQC', 'FNRA')
  QUALIFY facility = 'CNMS' OR NOT bool_or(facility = 'CNMS') OVER (PARTITION BY key_date);
CREATE MACRO market_text(mask) AS CASE WHEN mask IS NOT NULL THEN concat_ws(',',
  CASE WHEN mask & 1 <> 0 THEN 'B' END, CASE WHEN mask & 2 <> 0 THEN 'Q' END,
  CASE WHEN mask & 4 <> 0 THEN 'N' END, CASE WHEN mask & 8 <> 0 THEN 'D' END,
  CASE WHEN mask & 16 <> 0 THEN 'O' END, CASE WHEN mask & 32 <> 0 THEN 'X' END) END;
)sql";

constexpr std::string_view kStep1AsOf = R"sql(
CREATE MACRO finra_short_daily_at(as_of) AS TABLE
  SELECT f.trade_date, s.symbol, p.symbol_raw, r.facility, market_text(f.market) AS market,
         f.short_volume, f.short_exempt_volume, f.total_volume
  FROM fact_short f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE MACRO finra_short_consolidated_at(as_of) AS TABLE
  SELECT t.trade_date, s.symbol, t.short_volume, t.short_exempt_volume, t.total_volume, t.facilities
  FROM (
    SELECT f.trade_date, f.symbol_code,
      CASE WHEN count(f.short_volume) = count(*) THEN sum(f.short_volume)::DECIMAL(18,6) END AS short_volume,
      CASE WHEN count(f.short_exempt_volume) = count(*) THEN sum(f.short_exempt_volume)::DECIMAL(18,6) END
        AS short_exempt_volume,
      CASE WHEN count(f.total_volume) = count(*) THEN sum(f.total_volume)::DECIMAL(18,6) END AS total_volume,
      string_agg(r.facility, ',' ORDER BY r.facility) AS facilities
    FROM fact_short f JOIN consolidated_revision_used(as_of) r USING (revision_id)
    GROUP BY f.trade_date, f.symbol_code) t
  JOIN symbol_dictionary s USING (symbol_code);
CREATE MACRO exchange_short_daily_at(as_of) AS TABLE
  SELECT f.trade_date, s.symbol, p.symbol_raw, r.facility, f.short_volume, f.total_volume
  FROM fact_exchange_short f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE MACRO polygon_daily_agg_at(as_of) AS TABLE
  SELECT f.trade_date, s.symbol, p.symbol_raw, f.open, f.high, f.low, f.close, f.vwap, f.volume,
         f.transactions, f.close::DOUBLE * f.volume::DOUBLE AS dollar_volume, r.dataset AS source
  FROM fact_bar f JOIN daily_bar_revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE MACRO finra_otc_weekly_at(as_of) AS TABLE
  SELECT f.week_start_date, s.symbol, p.symbol_raw, nullif(r.facility, '') AS tier_identifier,
         f.off_exchange_volume, f.trade_count
  FROM fact_weekly f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE MACRO lit_buy_ratio_of(buy, sell) AS
  CASE WHEN buy + sell > 0 THEN buy::DOUBLE / (buy + sell)::DOUBLE END;
CREATE MACRO log_buy_sell_of(buy, sell) AS
  CASE WHEN buy > 0 AND sell > 0 THEN ln(buy::DOUBLE / sell::DOUBLE) END;
CREATE MACRO lit_direction_daily_at(as_of) AS TABLE
  SELECT f.trade_date, s.symbol, p.symbol_raw, f.lit_buy_volume, f.lit_sell_volume,
         lit_buy_ratio_of(f.lit_buy_volume, f.lit_sell_volume) AS lit_buy_ratio,
         log_buy_sell_of(f.lit_buy_volume, f.lit_sell_volume) AS log_buy_sell,
         f.classification_method, f.lit_coverage_pct
  FROM fact_lit f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE MACRO ref_index_constituent_at(as_of) AS TABLE
  SELECT r.facility AS index_symbol, f.symbol, f.symbol_raw, f.valid_from, f.valid_to
  FROM fact_constituent f JOIN revision_used(as_of) r USING (revision_id);
)sql";

constexpr std::string_view kStep1Views = R"sql(
CREATE VIEW finra_short_daily AS FROM finra_short_daily_at(TIMESTAMP 'infinity');
CREATE VIEW finra_short_consolidated AS FROM finra_short_consolidated_at(TIMESTAMP 'infinity');
CREATE VIEW exchange_short_daily AS FROM exchange_short_daily_at(TIMESTAMP 'infinity');
CREATE VIEW polygon_daily_agg AS FROM polygon_daily_agg_at(TIMESTAMP 'infinity');
CREATE VIEW finra_otc_weekly AS FROM finra_otc_weekly_at(TIMESTAMP 'infinity');
CREATE VIEW lit_direction_daily AS FROM lit_direction_daily_at(TIMESTAMP 'infinity');
CREATE VIEW ref_index_constituent AS FROM ref_index_constituent_at(TIMESTAMP 'infinity');
CREATE VIEW symbols AS
  SELECT d.symbol_code, d.symbol, list_sort(list(DISTINCT p.symbol_raw)) AS spellings
  FROM symbol_dictionary d LEFT JOIN symbol_spelling p USING (symbol_code)
  GROUP BY ALL;
CREATE VIEW revision_source AS
  SELECT r.revision_id, r.dataset, r.facility, r.file_id, i.name AS file_name, r.known_from, r.known_to
  FROM revision r JOIN ingest_file i USING (file_id);
CREATE VIEW finra_short_daily_raw AS
  SELECT f.trade_date, s.symbol, p.symbol_raw, r.facility, market_text(f.market) AS market,
         f.short_volume, f.short_exempt_volume, f.total_volume,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_short f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW exchange_short_daily_raw AS
  SELECT f.trade_date, s.symbol, p.symbol_raw, r.facility, f.short_volume, f.total_volume,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_exchange_short f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW polygon_daily_agg_raw AS
  SELECT f.trade_date, s.symbol, p.symbol_raw, f.open, f.high, f.low, f.close, f.vwap, f.volume,
         f.transactions, r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_bar f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW finra_otc_weekly_raw AS
  SELECT f.week_start_date, s.symbol, p.symbol_raw, nullif(r.facility, '') AS tier_identifier,
         f.off_exchange_volume, f.trade_count,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_weekly f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW lit_direction_daily_raw AS
  SELECT f.trade_date, s.symbol, p.symbol_raw, f.lit_buy_volume, f.lit_sell_volume,
         lit_buy_ratio_of(f.lit_buy_volume, f.lit_sell_volume) AS lit_buy_ratio,
         log_buy_sell_of(f.lit_buy_volume, f.lit_sell_volume) AS log_buy_sell,
         f.classification_method, f.lit_coverage_pct,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_lit f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW ref_index_constituent_raw AS
  SELECT r.facility AS index_symbol, f.symbol, f.symbol_raw, f.valid_from, f.valid_to,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_constituent f JOIN revision_source r USING (revision_id);
)sql";

struct Step {
  std::array<std::string_view, 5> sql;
};

constexpr std::array<Step, 1> kSteps{
    Step{{kStep1Tables, kStep1Facts, kStep1Rules, kStep1AsOf, kStep1Views}},
};

Result<void> apply(const engine::Connection& connection, int number, const base::Clock& clock) {
  for (const std::string_view sql : kSteps[static_cast<std::size_t>(number - 1)].sql) {
    if (!sql.empty()) {
      OFFEX_TRY(connection.run(std::string{sql}));
    }
  }
  const std::array<Parameter, 2> parameters{
      Parameter{std::int64_t{number}}, Parameter{market::Instant::from_nanos(clock.now_nanos())}};
  OFFEX_ASSIGN([[maybe_unused]] const engine::Rows rows,
               connection.select("INSERT INTO schema_step VALUES ($1, $2)", parameters));
  return {};
}

}  // namespace

std::span<const std::string_view> fact_views() {
  static constexpr std::array<std::string_view, 7> kViews{
      "finra_short_daily", "finra_short_consolidated", "exchange_short_daily", "polygon_daily_agg",
      "finra_otc_weekly",  "lit_direction_daily",      "ref_index_constituent"};
  return kViews;
}

int newest_schema_step() { return static_cast<int>(kSteps.size()); }

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
