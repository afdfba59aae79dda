#include "store/schema_steps_internal.hpp"

// Step 1: the tables. A released step is never edited: a change is a new step at the end.
namespace offex::store {

namespace {

// Keys and provenance. A correction closes one small row of `revision`; facts are append-only.
constexpr std::string_view kTables = R"sql(
CREATE TABLE ingest_file (
  file_id BIGINT NOT NULL, sha256 VARCHAR NOT NULL, dataset VARCHAR NOT NULL, name VARCHAR NOT NULL,
  url VARCHAR NOT NULL, key_date DATE, facility VARCHAR NOT NULL, bytes BIGINT NOT NULL, rows BIGINT NOT NULL, rejects BIGINT NOT NULL,
  first_seen_at TIMESTAMP NOT NULL, published_at TIMESTAMP, etag VARCHAR NOT NULL,
  status VARCHAR NOT NULL, error VARCHAR);
CREATE TABLE revision (
  revision_id INTEGER NOT NULL, dataset VARCHAR NOT NULL, key_date DATE, facility VARCHAR NOT NULL,
  file_id BIGINT NOT NULL, rows BIGINT NOT NULL, row_digest VARCHAR NOT NULL,
  known_from TIMESTAMP NOT NULL, known_to TIMESTAMP);
CREATE TABLE file_revision (file_id BIGINT NOT NULL, revision_id INTEGER NOT NULL);
CREATE TABLE reject (
  file_id BIGINT NOT NULL, line BIGINT NOT NULL, "column" BIGINT NOT NULL, field VARCHAR NOT NULL,
  reason VARCHAR NOT NULL, excerpt VARCHAR NOT NULL);
CREATE TABLE symbol_dictionary (symbol_code INTEGER NOT NULL, symbol VARCHAR NOT NULL);
CREATE TABLE symbol_spelling (
  raw_code INTEGER NOT NULL, symbol_raw VARCHAR NOT NULL, style UTINYINT NOT NULL,
  symbol_code INTEGER NOT NULL);
CREATE TABLE venue (venue_code INTEGER NOT NULL, mpid VARCHAR, crd BIGINT, name VARCHAR);
CREATE TABLE derived_table (
  name VARCHAR NOT NULL, family VARCHAR NOT NULL, signature VARCHAR NOT NULL, order_keys VARCHAR NOT NULL);
CREATE TABLE build_state (
  table_name VARCHAR NOT NULL, variant VARCHAR NOT NULL, last_revision BIGINT NOT NULL,
  first_day DATE, last_day DATE, built_at TIMESTAMP NOT NULL);
CREATE TABLE dataset_rank (dataset VARCHAR NOT NULL, family VARCHAR NOT NULL, precedence UTINYINT NOT NULL);
INSERT INTO dataset_rank VALUES
  ('finra_short_daily', 'short', 1), ('reg_sho_api', 'short', 2), ('finra_short_table', 'short', 3),
  ('exchange_short_daily', 'exchange_short', 1),
  ('daily_bar_flat_file', 'bar', 1), ('daily_bar_grouped', 'bar', 2),
  ('daily_bar_aggregates', 'bar', 3), ('daily_bar_table', 'bar', 4),
  ('otc_weekly_table', 'weekly', 1),
  ('weekly_summary', 'weekly_summary', 1), ('weekly_download', 'weekly_summary', 2),
  ('ats_summary', 'weekly_summary', 3),
  ('lit_direction_table', 'lit', 1), ('lit_direction_tape', 'lit', 2),
  ('index_constituents', 'constituent', 1),
  ('short_interest', 'short_interest', 1), ('threshold_list', 'threshold', 1),
  ('symbol_directory', 'directory', 1), ('security_reference', 'security', 1),
  ('trade_conditions', 'condition', 1), ('exchange_list', 'exchange', 1),
  ('trade_tape', 'trade_tape', 1), ('quote_tape', 'quote_tape', 1),
  ('minute_tape', 'minute_tape', 1), ('trade_table', 'trade_table', 1);
)sql";

constexpr std::string_view kFacts = R"sql(
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
  classification_method VARCHAR, lit_coverage_pct DOUBLE, lit_midpoint_volume DECIMAL(18,6),
  lit_unclassified_volume DECIMAL(18,6), off_exchange_volume DECIMAL(18,6),
  off_exchange_midpoint_volume DECIMAL(18,6), tape_volume DECIMAL(18,6), trade_count BIGINT);
CREATE TABLE fact_constituent (
  revision_id INTEGER NOT NULL, symbol VARCHAR NOT NULL, symbol_raw VARCHAR NOT NULL,
  valid_from DATE, valid_to DATE);
CREATE TABLE fact_weekly_summary (
  revision_id INTEGER NOT NULL, week_start_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, venue_code INTEGER, issue_name VARCHAR, product_type VARCHAR,
  share_quantity DECIMAL(18,6), trade_count BIGINT, notional DOUBLE, initial_published_date DATE,
  last_update_date DATE, total_share_quantity DECIMAL(18,6), total_trade_count BIGINT,
  public_from TIMESTAMP);
CREATE TABLE fact_short_interest (
  revision_id INTEGER NOT NULL, settlement_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, issue_name VARCHAR, market_class VARCHAR,
  current_short DECIMAL(18,6), previous_short DECIMAL(18,6), average_daily_volume DECIMAL(18,6),
  change_percent DOUBLE, days_to_cover DOUBLE, revised BOOLEAN, split BOOLEAN);
CREATE TABLE fact_threshold (
  revision_id INTEGER NOT NULL, trade_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, threshold_flag VARCHAR, market_category VARCHAR);
CREATE TABLE fact_symbol_directory (
  revision_id INTEGER NOT NULL, snapshot_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, act_symbol VARCHAR, nasdaq_symbol VARCHAR, security_name VARCHAR,
  listing_exchange VARCHAR, etf BOOLEAN, test_issue BOOLEAN, round_lot INTEGER);
CREATE TABLE fact_security (
  revision_id INTEGER NOT NULL, symbol_code INTEGER NOT NULL, raw_code INTEGER NOT NULL,
  name VARCHAR, type VARCHAR, sector VARCHAR, industry VARCHAR, market_cap DOUBLE,
  shares_outstanding DECIMAL(18,6));
CREATE TABLE fact_trade_condition (
  revision_id INTEGER NOT NULL, condition INTEGER, name VARCHAR, type VARCHAR, sip_letters VARCHAR,
  updates_high_low BOOLEAN, updates_open_close BOOLEAN, updates_volume BOOLEAN);
CREATE TABLE fact_exchange (
  revision_id INTEGER NOT NULL, exchange INTEGER, name VARCHAR, acronym VARCHAR, mic VARCHAR,
  participant_id VARCHAR, type VARCHAR);
)sql";

}  // namespace

std::array<std::string_view, 2> step1_tables() { return {kTables, kFacts}; }

}  // namespace offex::store
