#include <array>

#include "studies/check_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::array<RowCheck, 8> kRowChecks{{
    {"row-count", "each revision holds the number of rows that its file had", "revisions",
     Severity::Error, "SELECT count(*) FROM revision",
     R"sql(WITH held AS (
  SELECT revision_id, count(*) AS n FROM fact_short GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_exchange_short GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_bar GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_weekly GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_lit GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_weekly_summary GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_short_interest GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_threshold GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_symbol_directory GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_security GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_corporate_action GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_trade_condition GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_exchange GROUP BY ALL
  UNION ALL SELECT revision_id, count(*) FROM fact_constituent GROUP BY ALL)
SELECT format('{} {} {}', r.dataset, r.key_date, r.facility),
       format('{} rows are stored, the file had {}', coalesce(h.n, 0), r.rows)
FROM revision r LEFT JOIN held h USING (revision_id)
WHERE coalesce(h.n, 0) <> r.rows
  AND r.dataset NOT IN ('trade_tape', 'quote_tape', 'minute_tape', 'trade_table'))sql"},
    {"range", "0 <= exempt <= short <= total in published files", "rows", Severity::Error,
     "SELECT count(*) FROM finra_short_daily_raw WHERE dataset = 'finra_short_daily'",
     R"sql(SELECT format('{} {} {}', facility, trade_date, symbol),
       format('short {}, exempt {}, total {}', short_volume, short_exempt_volume, total_volume)
FROM finra_short_daily_raw WHERE dataset = 'finra_short_daily'
  AND NOT (short_volume >= 0 AND coalesce(short_exempt_volume, 0) >= 0
           AND coalesce(short_exempt_volume, 0) <= short_volume AND short_volume <= total_volume))sql"},
    {"duplicate-key", "one row a symbol, day and facility", "rows", Severity::Error,
     "SELECT count(*) FROM finra_short_daily",
     R"sql(SELECT format('{} {} {}', facility, trade_date, symbol), format('{} rows', count(*))
FROM finra_short_daily GROUP BY facility, trade_date, symbol HAVING count(*) > 1)sql"},
    {"facility-sum", "CNMS is the sum of FNSQ, FNYX, FNQC and FNRA on days that have them",
     "symbol-days", Severity::Error,
     R"sql(SELECT count(*) FROM finra_short_daily f WHERE facility = 'CNMS' AND trade_date IN (
  SELECT trade_date FROM finra_short_daily WHERE facility IN ('FNSQ', 'FNYX') GROUP BY trade_date
  HAVING count(DISTINCT facility) = 2))sql",
     R"sql(WITH days AS (
  SELECT trade_date FROM finra_short_daily WHERE facility IN ('FNSQ', 'FNYX') GROUP BY trade_date
  HAVING count(DISTINCT facility) = 2),
parts AS (
  SELECT trade_date, symbol, sum(short_volume) AS s, sum(short_exempt_volume) AS e,
         sum(total_volume) AS t
  FROM finra_short_daily WHERE facility IN ('FNSQ', 'FNYX', 'FNQC', 'FNRA') GROUP BY ALL),
whole AS (SELECT * FROM finra_short_daily WHERE facility = 'CNMS')
SELECT format('{} {}', coalesce(w.trade_date, p.trade_date), coalesce(w.symbol, p.symbol)),
       format('CNMS short {} exempt {} total {}, facilities {} {} {}', w.short_volume,
              w.short_exempt_volume, w.total_volume, p.s, p.e, p.t),
       CASE WHEN p.t < w.total_volume AND d.facilities < 4 THEN 'warning' ELSE 'error' END
FROM whole w FULL JOIN parts p ON w.trade_date = p.trade_date AND w.symbol = p.symbol
JOIN (SELECT trade_date, count(DISTINCT facility) AS facilities FROM finra_short_daily
      WHERE facility IN ('FNSQ', 'FNYX', 'FNQC', 'FNRA') GROUP BY trade_date) d
  ON d.trade_date = coalesce(w.trade_date, p.trade_date)
WHERE coalesce(w.trade_date, p.trade_date) IN (SELECT trade_date FROM days)
  AND coalesce(w.trade_date, p.trade_date) IN (SELECT DISTINCT trade_date FROM whole)
  AND (w.short_volume, w.short_exempt_volume, w.total_volume) IS DISTINCT FROM (p.s, p.e, p.t)
ORDER BY 1)sql"},
    {"consolidated-volume", "FINRA's total is not above the consolidated volume of all hours",
     "symbol-days", Severity::Warning,
     "SELECT count(*) FROM finra_short_consolidated JOIN polygon_daily_agg USING (trade_date, "
     "symbol)",
     R"sql(SELECT format('{} {}', trade_date, symbol),
       format('FINRA total {}, consolidated {}', s.total_volume, b.volume)
FROM finra_short_consolidated s JOIN polygon_daily_agg b USING (trade_date, symbol)
WHERE s.total_volume > b.volume ORDER BY 1)sql"},
    {"bar-range", "low <= open, close <= high, and no negative volume", "bars", Severity::Warning,
     "SELECT count(*) FROM polygon_daily_agg",
     R"sql(SELECT format('{} {}', trade_date, symbol),
       format('open {} high {} low {} close {} volume {}', open, high, low, close, volume)
FROM polygon_daily_agg WHERE low > high OR close > high OR close < low OR open > high OR open < low
  OR volume < 0 ORDER BY 1)sql"},
    {"fractions", "volumes are whole before 2026-02-23, when FINRA began to publish decimals",
     "rows", Severity::Warning,
     "SELECT count(*) FROM finra_short_daily WHERE trade_date < DATE '2026-02-23'",
     R"sql(SELECT format('{} {} {}', facility, trade_date, symbol), format('total {}', total_volume)
FROM finra_short_daily WHERE trade_date < DATE '2026-02-23' AND facility <> 'FORF'
  AND (total_volume <> floor(total_volume) OR short_volume <> floor(short_volume)))sql"},
    {"rejects", "rows that imports set aside", "rows", Severity::Warning,
     "SELECT count(*) FROM reject",
     R"sql(SELECT format('{}:{}', any_value(f.name), min(r.line)),
       format('{} rows set aside, the first: {}', count(*), arg_min(r.reason, r.line))
FROM reject r JOIN ingest_file f USING (file_id) GROUP BY r.file_id ORDER BY 1)sql"},
}};

}  // namespace

std::span<const RowCheck> short_and_bar_checks() { return kRowChecks; }

}  // namespace offex::studies
