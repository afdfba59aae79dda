#include <array>

#include "studies/check_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::array<RowCheck, 4> kTapeChecks{{
    {.name = "lit-range",
     .about = "the parts of a day's tape are not above the whole",
     .unit = "symbol-days",
     .severity = Severity::Error,
     .count = "SELECT count(*) FROM lit_direction_daily WHERE tape_volume IS NOT NULL",
     .findings = R"sql(
SELECT format('{} {}', trade_date, symbol),
       format('buys {} sells {} midpoint {} unclassified {}, off-exchange {}, tape {}',
              lit_buy_volume, lit_sell_volume, lit_midpoint_volume, lit_unclassified_volume,
              off_exchange_volume, tape_volume)
FROM lit_direction_daily
WHERE tape_volume IS NOT NULL
  AND (coalesce(lit_buy_volume, 0) + coalesce(lit_sell_volume, 0) + coalesce(lit_midpoint_volume, 0)
         + coalesce(lit_unclassified_volume, 0) + coalesce(off_exchange_volume, 0) > tape_volume
       OR off_exchange_midpoint_volume > off_exchange_volume
       OR lit_coverage_pct < 0 OR lit_coverage_pct > 100)
ORDER BY 1)sql"},
    {.name = "tape-bar",
     .about = "the tape's consolidated volume is within 1 % of the daily bar's",
     .unit = "symbol-days",
     .severity = Severity::Warning,
     .count = R"sql(
SELECT count(*) FROM lit_direction_daily JOIN polygon_daily_agg USING (trade_date, symbol)
WHERE tape_volume IS NOT NULL)sql",
     .findings = R"sql(
SELECT format('{} {}', trade_date, symbol),
       format('tape {}, daily bar {}', l.tape_volume, b.volume)
FROM lit_direction_daily l JOIN polygon_daily_agg b USING (trade_date, symbol)
WHERE abs(l.tape_volume::DOUBLE - b.volume::DOUBLE) > 0.01 * b.volume::DOUBLE ORDER BY 1)sql"},
    // FINRA counts regular hours, the tape all hours: it holds more, never clearly less.
    {.name = "tape-finra",
     .about = "off-exchange prints of the tape are not below FINRA's total",
     .unit = "symbol-days",
     .severity = Severity::Warning,
     .count = R"sql(
SELECT count(*) FROM lit_direction_daily JOIN finra_short_consolidated USING (trade_date, symbol)
WHERE off_exchange_volume IS NOT NULL)sql",
     .findings = R"sql(
SELECT format('{} {}', trade_date, symbol),
       format('tape {}, FINRA total {}', l.off_exchange_volume, s.total_volume)
FROM lit_direction_daily l JOIN finra_short_consolidated s USING (trade_date, symbol)
WHERE l.off_exchange_volume::DOUBLE < 0.99 * s.total_volume::DOUBLE ORDER BY 1)sql"},
    {.name = "lit-stale",
     .about = "lit direction knows the newest tape of its day",
     .unit = "days",
     .severity = Severity::Warning,
     .count =
         "SELECT count(*) FROM revision WHERE dataset = 'lit_direction_tape' AND known_to IS NULL",
     .findings = R"sql(
WITH tape AS (
  SELECT key_date, max(revision_id) AS newest FROM revision
  WHERE known_to IS NULL AND dataset IN ('trade_tape', 'quote_tape', 'minute_tape', 'trade_table')
  GROUP BY key_date)
SELECT format('{} {}', l.key_date, l.facility),
       'a tape came after it was computed: run offex build lit'
FROM revision l JOIN tape USING (key_date)
WHERE l.dataset = 'lit_direction_tape' AND l.known_to IS NULL AND tape.newest > l.revision_id
ORDER BY 1)sql"},
}};

}  // namespace

std::span<const RowCheck> tape_checks() { return kTapeChecks; }

}  // namespace offex::studies
