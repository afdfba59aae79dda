#include "store/schema_steps_internal.hpp"

// Step 1: the facts of today, and all that ever held.
namespace offex::store {

namespace {

constexpr std::string_view kViews = R"sql(
CREATE VIEW finra_short_daily AS FROM finra_short_daily_at(TIMESTAMP 'infinity');
CREATE VIEW finra_short_consolidated AS FROM finra_short_consolidated_at(TIMESTAMP 'infinity');
CREATE VIEW exchange_short_daily AS FROM exchange_short_daily_at(TIMESTAMP 'infinity');
CREATE VIEW polygon_daily_agg AS FROM polygon_daily_agg_at(TIMESTAMP 'infinity');
CREATE VIEW finra_otc_weekly AS FROM finra_otc_weekly_at(TIMESTAMP 'infinity');
CREATE VIEW lit_direction_daily AS FROM lit_direction_daily_at(TIMESTAMP 'infinity');
CREATE VIEW ref_index_constituent AS FROM ref_index_constituent_at(TIMESTAMP 'infinity');
CREATE VIEW finra_weekly_summary AS FROM finra_weekly_summary_at(TIMESTAMP 'infinity');
CREATE VIEW finra_short_interest AS FROM finra_short_interest_at(TIMESTAMP 'infinity');
CREATE VIEW finra_threshold_list AS FROM finra_threshold_list_at(TIMESTAMP 'infinity');
CREATE VIEW symbol_directory AS FROM symbol_directory_at(TIMESTAMP 'infinity');
CREATE VIEW ref_security AS FROM ref_security_at(TIMESTAMP 'infinity');
CREATE VIEW trade_condition AS FROM trade_condition_at(TIMESTAMP 'infinity');
CREATE VIEW exchange AS FROM exchange_at(TIMESTAMP 'infinity');
CREATE VIEW tape_file AS FROM tape_file_at(TIMESTAMP 'infinity');
CREATE VIEW symbols AS
  SELECT d.symbol_code, d.symbol, list_sort(list(DISTINCT p.symbol_raw)) AS spellings
  FROM symbol_dictionary d LEFT JOIN symbol_spelling p USING (symbol_code)
  GROUP BY ALL;
CREATE VIEW revision_source AS
  SELECT r.revision_id, r.dataset, r.key_date, r.facility, r.rows, r.file_id, i.name AS file_name,
         i.sha256, r.known_from, r.known_to
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
CREATE VIEW finra_weekly_summary_raw AS
  SELECT f.week_start_date, s.symbol, p.symbol_raw, tier_of(r.facility) AS tier_identifier,
         summary_type_of(r.facility) AS summary_type, v.mpid, v.crd AS firm_crd,
         v.name AS participant_name, f.issue_name, f.product_type, f.share_quantity, f.trade_count,
         f.notional, f.initial_published_date, f.last_update_date, f.total_share_quantity,
         f.total_trade_count, f.public_from,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_weekly_summary f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code
  LEFT JOIN venue v ON v.venue_code = f.venue_code;
CREATE VIEW lit_direction_daily_raw AS
  SELECT f.trade_date, s.symbol, p.symbol_raw, f.lit_buy_volume, f.lit_sell_volume,
         lit_buy_ratio_of(f.lit_buy_volume, f.lit_sell_volume) AS lit_buy_ratio,
         log_buy_sell_of(f.lit_buy_volume, f.lit_sell_volume) AS log_buy_sell,
         f.classification_method, f.lit_coverage_pct, f.lit_midpoint_volume,
         f.lit_unclassified_volume, f.off_exchange_volume, f.off_exchange_midpoint_volume,
         f.tape_volume, f.trade_count,
         share_of(f.off_exchange_volume, f.tape_volume) AS off_exchange_share,
         share_of(f.off_exchange_midpoint_volume, f.off_exchange_volume)
           AS off_exchange_midpoint_share,
         coalesce(nullif(r.facility, ''), 'imported') AS inference_version,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_lit f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
)sql";

constexpr std::string_view kReferenceViews = R"sql(
CREATE VIEW ref_index_constituent_raw AS
  SELECT r.facility AS index_symbol, f.symbol, f.symbol_raw, f.valid_from, f.valid_to,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_constituent f JOIN revision_source r USING (revision_id);
CREATE VIEW finra_short_interest_raw AS
  SELECT f.settlement_date, s.symbol, p.symbol_raw, f.issue_name, f.market_class, f.current_short,
         f.previous_short, f.average_daily_volume, f.change_percent, f.days_to_cover, f.revised,
         f.split,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_short_interest f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW finra_threshold_list_raw AS
  SELECT f.trade_date, s.symbol, p.symbol_raw, f.threshold_flag, f.market_category,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_threshold f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW symbol_directory_raw AS
  SELECT f.snapshot_date, r.facility AS directory, s.symbol, p.symbol_raw, f.act_symbol,
         f.nasdaq_symbol, f.security_name, f.listing_exchange, f.etf, f.test_issue, f.round_lot,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_symbol_directory f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW ref_security_raw AS
  SELECT s.symbol, p.symbol_raw, f.name, f.type, f.sector, f.industry, f.market_cap,
         f.shares_outstanding, r.key_date AS reference_date,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_security f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW trade_condition_raw AS
  SELECT f.condition, f.name, f.type, f.sip_letters, f.updates_high_low, f.updates_open_close,
         f.updates_volume,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_trade_condition f JOIN revision_source r USING (revision_id);
CREATE VIEW exchange_raw AS
  SELECT f.exchange, f.name, f.acronym, f.mic, f.participant_id, f.type,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_exchange f JOIN revision_source r USING (revision_id);
CREATE VIEW tape_file_raw AS
  SELECT r.key_date AS trade_date, r.dataset, r.facility AS scope, r.file_name, r.rows, r.sha256,
         r.revision_id, r.file_id, r.known_from, r.known_to
  FROM revision_source r JOIN dataset_rank d USING (dataset)
  WHERE d.family IN ('trade_tape', 'quote_tape', 'minute_tape', 'trade_table');
)sql";

}  // namespace

std::array<std::string_view, 2> step1_views() { return {kViews, kReferenceViews}; }

}  // namespace offex::store
