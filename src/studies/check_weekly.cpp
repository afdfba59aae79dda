#include <array>

#include "studies/check_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::array<RowCheck, 6> kWeeklyChecks{{
    {.name = "weekly-range",
     .about = "weeks start on Mondays, are published after they end, and have trades where they "
              "have shares",
     .unit = "rows",
     .severity = Severity::Error,
     .count = "SELECT count(*) FROM finra_weekly_summary",
     .findings = R"sql(
SELECT format('{} {} {} {}', week_start_date, tier_identifier, summary_type, symbol),
       format('{} shares in {} trades, published {}', share_quantity, trade_count,
              initial_published_date)
FROM finra_weekly_summary
WHERE dayofweek(week_start_date) <> 1 OR share_quantity < 0 OR trade_count < 0
   OR (share_quantity > 0 AND trade_count = 0)
   OR initial_published_date < week_start_date + 7 OR last_update_date < initial_published_date
ORDER BY 1)sql"},
    // A weekly download tells firms that are no ATS by their names alone.
    {.name = "weekly-duplicate",
     .about = "one row a symbol, venue, product and issue in a week and kind",
     .unit = "rows",
     .severity = Severity::Error,
     .count = "SELECT count(*) FROM finra_weekly_summary",
     .findings = R"sql(
SELECT format('{} {} {} {}', week_start_date, tier_identifier, summary_type, symbol),
       format('{} rows of {}', count(*), coalesce(any_value(participant_name), mpid, 'the symbol'))
FROM finra_weekly_summary
GROUP BY week_start_date, tier_identifier, summary_type, symbol, mpid, firm_crd, product_type,
         issue_name, CASE WHEN mpid IS NULL AND firm_crd IS NULL THEN participant_name END
HAVING count(*) > 1 ORDER BY 1)sql"},
    // A single page of firm rows is part of the truth; a sum above the symbol's row is not.
    {.name = "weekly-firm-sum",
     .about = "symbol rows are the sum of the firm rows",
     .unit = "symbol-weeks",
     .severity = Severity::Error,
     .count = R"sql(
SELECT count(*) FROM (SELECT DISTINCT week_start_date, tier_identifier, left(summary_type, 3), symbol
                      FROM finra_weekly_summary WHERE NOT ends_with(summary_type, '_FIRM')))sql",
     .findings = R"sql(
WITH sums AS (
  SELECT week_start_date, tier_identifier, left(summary_type, 3) AS kind, symbol,
         sum(share_quantity) FILTER (WHERE NOT ends_with(summary_type, '_FIRM')) AS whole,
         sum(share_quantity) FILTER (WHERE ends_with(summary_type, '_FIRM')) AS parts
  FROM finra_weekly_summary GROUP BY ALL)
SELECT format('{} {} {} {}', week_start_date, tier_identifier, kind, symbol),
       format('symbol row {}, firm rows {}', whole, parts),
       CASE WHEN parts > whole THEN 'error' ELSE 'warning' END
FROM sums WHERE whole <> parts ORDER BY 1)sql"},
    {.name = "weekly-gaps",
     .about = "no week is missing between a tier's first and last",
     .unit = "tier-weeks",
     .severity = Severity::Warning,
     .count = R"sql(
SELECT count(*) FROM (SELECT DISTINCT week_start_date, tier_identifier, left(summary_type, 3)
                      FROM finra_weekly_summary))sql",
     .findings = R"sql(
WITH have AS (SELECT DISTINCT week_start_date AS week, coalesce(tier_identifier, '') AS tier,
                     left(summary_type, 3) AS kind FROM finra_weekly_summary),
ends AS (SELECT tier, kind, min(week) AS first, max(week) AS last FROM have GROUP BY ALL),
due AS (SELECT tier, kind, unnest(generate_series(first, last, INTERVAL 7 DAY))::DATE AS week FROM ends)
SELECT format('{} {} {}', week, tier, kind), 'no rows of this week'
FROM due ANTI JOIN have USING (week, tier, kind)
WHERE tier <> '' OR (week, kind) NOT IN (SELECT (week, kind) FROM have) ORDER BY 1)sql"},
    {.name = "weekly-consolidated",
     .about =
         "ATS and non-ATS volume of a week is not above the consolidated volume of its sessions",
     .unit = "symbol-weeks",
     .severity = Severity::Warning,
     .count = "SELECT count(*) FROM weekly_metrics_v2 WHERE consolidated_volume IS NOT NULL",
     .findings = R"sql(
SELECT format('{} {}', week_start_date, symbol),
       format('ATS {}, non-ATS {}, consolidated {}', ats_volume, non_ats_volume, consolidated_volume)
FROM weekly_metrics_v2 WHERE above_consolidated ORDER BY 1)sql",
     .table = "weekly_metrics_v2"},
    {.name = "weekly-ratios",
     .about = "weekly shares are in [0, 1] or null",
     .unit = "symbol-weeks",
     .severity = Severity::Error,
     .count = "SELECT count(*) FROM weekly_metrics_v2",
     .findings = R"sql(
SELECT format('{} {}', week_start_date, symbol),
       format('ats_share {}, non_ats_share {}, otc_share {}, of off-exchange {}', ats_share,
              non_ats_share, otc_share, ats_share_of_off_exchange)
FROM weekly_metrics_v2
WHERE NOT (coalesce(ats_share, 0) BETWEEN 0 AND 1 AND coalesce(non_ats_share, 0) BETWEEN 0 AND 1
           AND coalesce(otc_share, 0) BETWEEN 0 AND 1
           AND coalesce(ats_share_of_off_exchange, 0) BETWEEN 0 AND 1
           AND coalesce(ats_top_share, 0) BETWEEN 0 AND 1
           AND coalesce(de_minimis_share, 0) BETWEEN 0 AND 1)
ORDER BY 1)sql",
     .table = "weekly_metrics_v2"},
}};

}  // namespace

std::span<const RowCheck> weekly_checks() { return kWeeklyChecks; }

}  // namespace offex::studies
