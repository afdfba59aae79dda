#include "store/schema_steps_internal.hpp"

// Step 1: the facts as of a moment.
namespace offex::store {

namespace {

constexpr std::string_view kAsOf = R"sql(
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
CREATE MACRO finra_weekly_summary_at(as_of) AS TABLE
  SELECT f.week_start_date, s.symbol, p.symbol_raw, r.tier AS tier_identifier, r.summary_type,
         v.mpid, v.crd AS firm_crd, v.name AS participant_name, f.issue_name, f.product_type,
         f.share_quantity, f.trade_count, f.notional, f.initial_published_date, f.last_update_date,
         f.total_share_quantity, f.total_trade_count
  FROM fact_weekly_summary f JOIN weekly_summary_revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code
  LEFT JOIN venue v ON v.venue_code = f.venue_code
  WHERE f.public_from IS NULL OR f.public_from <= as_of;
CREATE MACRO finra_otc_weekly_at(as_of) AS TABLE
  SELECT f.week_start_date, s.symbol, p.symbol_raw, r.tier AS tier_identifier,
         f.off_exchange_volume, f.trade_count, 'table' AS source
  FROM fact_weekly f JOIN weekly_table_revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code
  UNION ALL
  SELECT t.week_start_date, s.symbol, p.symbol_raw, t.tier, t.off_exchange_volume, t.trade_count,
         t.source
  FROM (
    SELECT f.week_start_date, f.symbol_code, min(f.raw_code) AS raw_code, r.tier,
      CASE WHEN count(f.share_quantity) = count(*) THEN sum(f.share_quantity)::DECIMAL(18,6) END
        AS off_exchange_volume,
      CASE WHEN count(f.trade_count) = count(*) THEN sum(f.trade_count)::BIGINT END AS trade_count,
      CASE WHEN bool_and(r.both) THEN 'ats+otc' WHEN bool_or(r.ats) THEN 'ats' ELSE 'otc' END
        AS source
    FROM fact_weekly_summary f JOIN (
      SELECT *, count(DISTINCT ats) OVER (PARTITION BY key_date, tier) = 2 AS both
      FROM weekly_volume_revision_used(as_of)) r USING (revision_id)
    WHERE (f.public_from IS NULL OR f.public_from <= as_of)
      AND NOT EXISTS (FROM weekly_symbol_told(as_of) t
        WHERE t.revision_id = f.revision_id AND t.symbol_code = f.symbol_code)
    GROUP BY f.week_start_date, f.symbol_code, r.tier) t
  JOIN symbol_dictionary s ON s.symbol_code = t.symbol_code
  JOIN symbol_spelling p ON p.raw_code = t.raw_code;
CREATE MACRO share_of(part, whole) AS CASE WHEN whole > 0 THEN part::DOUBLE / whole::DOUBLE END;
CREATE MACRO lit_buy_ratio_of(buy, sell) AS
  CASE WHEN buy + sell > 0 THEN buy::DOUBLE / (buy + sell)::DOUBLE END;
CREATE MACRO log_buy_sell_of(buy, sell) AS
  CASE WHEN buy > 0 AND sell > 0 THEN ln(buy::DOUBLE / sell::DOUBLE) END;
CREATE MACRO lit_direction_daily_at(as_of) AS TABLE
  SELECT f.trade_date, s.symbol, p.symbol_raw, f.lit_buy_volume, f.lit_sell_volume,
         lit_buy_ratio_of(f.lit_buy_volume, f.lit_sell_volume) AS lit_buy_ratio,
         log_buy_sell_of(f.lit_buy_volume, f.lit_sell_volume) AS log_buy_sell,
         f.classification_method, f.lit_coverage_pct, f.lit_midpoint_volume,
         f.lit_unclassified_volume, f.off_exchange_volume, f.off_exchange_midpoint_volume,
         f.tape_volume, f.trade_count,
         share_of(f.off_exchange_volume, f.tape_volume) AS off_exchange_share,
         share_of(f.off_exchange_midpoint_volume, f.off_exchange_volume)
           AS off_exchange_midpoint_share,
         coalesce(nullif(r.facility, ''), 'imported') AS inference_version
  FROM fact_lit f JOIN lit_revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
)sql";

constexpr std::string_view kReferenceAsOf = R"sql(
CREATE MACRO ref_index_constituent_at(as_of) AS TABLE
  SELECT r.facility AS index_symbol, f.symbol, f.symbol_raw, f.valid_from, f.valid_to
  FROM fact_constituent f JOIN revision_used(as_of) r USING (revision_id);
CREATE MACRO finra_short_interest_at(as_of) AS TABLE
  SELECT f.settlement_date, s.symbol, p.symbol_raw, f.issue_name, f.market_class, f.current_short,
         f.previous_short, f.average_daily_volume, f.change_percent, f.days_to_cover, f.revised,
         f.split
  FROM fact_short_interest f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE MACRO finra_threshold_list_at(as_of) AS TABLE
  SELECT f.trade_date, s.symbol, p.symbol_raw, f.threshold_flag, f.market_category
  FROM fact_threshold f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE MACRO symbol_directory_at(as_of) AS TABLE
  SELECT f.snapshot_date, r.facility AS directory, s.symbol, p.symbol_raw, f.act_symbol,
         f.nasdaq_symbol, f.security_name, f.listing_exchange, f.etf, f.test_issue, f.round_lot
  FROM fact_symbol_directory f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE MACRO ref_security_at(as_of) AS TABLE
  SELECT s.symbol, p.symbol_raw, f.name, f.type, f.sector, f.industry, f.market_cap,
         f.shares_outstanding, r.key_date AS known_from
  FROM fact_security f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code
  QUALIFY row_number() OVER (PARTITION BY f.symbol_code ORDER BY r.key_date DESC NULLS LAST) = 1;
CREATE MACRO trade_condition_at(as_of) AS TABLE
  SELECT f.condition, f.name, f.type, f.sip_letters, f.updates_high_low, f.updates_open_close,
         f.updates_volume
  FROM fact_trade_condition f JOIN revision_used(as_of) r USING (revision_id);
CREATE MACRO exchange_at(as_of) AS TABLE
  SELECT f.exchange, f.name, f.acronym, f.mic, f.participant_id, f.type
  FROM fact_exchange f JOIN revision_used(as_of) r USING (revision_id);
CREATE MACRO tape_file_at(as_of) AS TABLE
  SELECT r.key_date AS trade_date, r.dataset, r.facility AS scope, i.name AS file_name, r.rows,
         i.sha256, r.known_from
  FROM revision_used(as_of) r JOIN ingest_file i USING (file_id)
  WHERE r.family IN ('trade_tape', 'quote_tape', 'minute_tape', 'trade_table');
)sql";

}  // namespace

std::array<std::string_view, 2> step1_macros() { return {kAsOf, kReferenceAsOf}; }

}  // namespace offex::store
