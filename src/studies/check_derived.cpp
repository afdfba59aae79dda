#include <array>

#include "studies/check_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::array<RowCheck, 6> kDerivedChecks{{
    {.name = "builds",
     .about = "derived tables know all facts",
     .unit = "builds",
     .severity = Severity::Info,
     .count = "SELECT count(*) FROM build_state",
     .findings = R"sql(
SELECT format('{} {}', table_name, variant),
       format('facts came after it was built at {}: run offex build', built_at)
FROM build_state b
WHERE b.last_revision < (
  SELECT max(r.revision_id) FROM revision r JOIN dataset_rank d USING (dataset)
  -- Tapes are built into lit direction, which is a fact of its own.
  WHERE d.family NOT IN ('trade_tape', 'quote_tape', 'minute_tape', 'trade_table'))
ORDER BY 1)sql"},
    {.name = "flags",
     .about = "has_short, has_price and has_lit agree with the facts",
     .unit = "rows",
     .severity = Severity::Error,
     .count = "SELECT count(*) FROM daily_metrics_v2",
     .findings = R"sql(
SELECT format('{} {}', trade_date, symbol),
       format('has_short {} (row: {}), has_price {} (close: {}), has_lit {} (row: {})', m.has_short,
              s.symbol IS NOT NULL, m.has_price, b.close IS NOT NULL, m.has_lit,
              l.symbol IS NOT NULL)
FROM daily_metrics_v2 m
LEFT JOIN finra_short_consolidated s USING (trade_date, symbol)
LEFT JOIN polygon_daily_agg b USING (trade_date, symbol)
LEFT JOIN (SELECT * FROM lit_direction_daily WHERE inference_version IN ('imported', 'v2')) l
  USING (trade_date, symbol)
WHERE (m.has_short <> (s.symbol IS NOT NULL) OR m.has_price <> (b.close IS NOT NULL)
       OR m.has_lit <> (l.symbol IS NOT NULL))
  AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.key_date = m.trade_date AND r.revision_id > (
        SELECT min(last_revision) FROM build_state WHERE table_name = 'daily_metrics_v2'))
ORDER BY 1)sql",
     .table = "daily_metrics_v2"},
    {.name = "ratios",
     .about = "ratios are in [0, 1] or null, unless data_quality says why",
     .unit = "rows",
     .severity = Severity::Error,
     .count = "SELECT count(*) FROM daily_metrics_v2",
     .findings = R"sql(
SELECT format('{} {}', trade_date, symbol),
       format('short_ratio {}, short_of_consolidated {}, offex_share {}', short_ratio,
              short_of_consolidated, offex_share)
FROM daily_metrics_v2
WHERE NOT (coalesce(short_ratio, 0) BETWEEN 0 AND 1
           AND coalesce(short_of_consolidated, 0) BETWEEN 0 AND 1
           AND coalesce(offex_share, 0) BETWEEN 0 AND 1)
ORDER BY 1)sql",
     .table = "daily_metrics_v2"},
    {.name = "denominators",
     .about = "a ratio has its denominator beside it",
     .unit = "rows",
     .severity = Severity::Error,
     .count = "SELECT count(*) FROM daily_metrics_v2 WHERE short_ratio IS NOT NULL",
     .findings = R"sql(
SELECT format('{} {}', trade_date, symbol),
       format('short_ratio {} with denominator {} {}', short_ratio, short_ratio_denominator_type,
              short_ratio_denominator_value)
FROM daily_metrics_v2
WHERE short_ratio IS NOT NULL
  AND (short_ratio_denominator_type IS NULL OR short_ratio_denominator_value IS NULL
       OR abs(short_ratio * short_ratio_denominator_value::DOUBLE - short_volume::DOUBLE) > 1e-6
            * greatest(short_volume::DOUBLE, 1))
ORDER BY 1)sql",
     .table = "daily_metrics_v2"},
    {.name = "null-rates",
     .about = "no column is null on far more rows than on the 20 sessions before",
     .unit = "sessions",
     .severity = Severity::Warning,
     .count = "SELECT count(DISTINCT trade_date) FROM daily_metrics_v2",
     .findings = R"sql(
WITH rates AS (
  SELECT trade_date,
         1 - count(short_ratio) / count(*) AS short_ratio, 1 - count(offex_share) / count(*) AS offex_share,
         1 - count(close) / count(*) AS close, 1 - count(volume) / count(*) AS volume,
         1 - count(lit_buy_volume) / count(*) AS lit_buy_volume
  FROM daily_metrics_v2 GROUP BY trade_date),
long AS (UNPIVOT rates ON COLUMNS(* EXCLUDE trade_date) INTO NAME metric VALUE rate),
usual AS (
  SELECT *, median(rate) OVER (PARTITION BY metric ORDER BY trade_date
                               ROWS BETWEEN 20 PRECEDING AND 1 PRECEDING) AS usual,
         count(*) OVER (PARTITION BY metric ORDER BY trade_date
                        ROWS BETWEEN 20 PRECEDING AND 1 PRECEDING) AS n
  FROM long)
SELECT format('{} {}', trade_date, metric),
       format('null on {:.1f} % of the rows, usually on {:.1f} %', 100 * rate, 100 * usual)
FROM usual WHERE n >= 5 AND rate > usual + 0.2 ORDER BY trade_date, metric)sql",
     .table = "daily_metrics_v2"},
    {.name = "session-size",
     .about = "no session has far fewer rows than the 20 before it",
     .unit = "files",
     .severity = Severity::Warning,
     .count = R"sql(
SELECT count(*) FROM revision
WHERE known_to IS NULL AND dataset IN ('finra_short_daily', 'daily_bar_flat_file', 'daily_bar_grouped')
  AND facility IN ('', 'CNMS'))sql",
     .findings = R"sql(
WITH usual AS (
  SELECT dataset, key_date, rows,
         median(rows) OVER w AS usual, count(*) OVER w AS n
  FROM revision
  WHERE known_to IS NULL AND dataset IN ('finra_short_daily', 'daily_bar_flat_file', 'daily_bar_grouped')
    AND facility IN ('', 'CNMS')
  WINDOW w AS (PARTITION BY dataset ORDER BY key_date ROWS BETWEEN 20 PRECEDING AND 1 PRECEDING))
SELECT format('{} {}', dataset, key_date),
       format('{} rows, usually {:.0f}: the file may be cut', rows, usual)
FROM usual WHERE n >= 5 AND rows < 0.7 * usual ORDER BY 1)sql"},
}};

}  // namespace

std::span<const RowCheck> derived_checks() { return kDerivedChecks; }

}  // namespace offex::studies
