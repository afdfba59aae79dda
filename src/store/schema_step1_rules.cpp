#include "store/schema_steps_internal.hpp"

// Step 1: the rules that decide which facts a reader sees; each has this one home. 'infinity' asks
// for the newest state.
namespace offex::store {

namespace {

constexpr std::string_view kRules = R"sql(
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
CREATE MACRO lit_revision_used(as_of) AS TABLE
  SELECT * FROM revision_used(as_of) WHERE family = 'lit'
  QUALIFY dataset = 'lit_direction_table'
    OR NOT bool_or(dataset = 'lit_direction_table') OVER (PARTITION BY key_date);
CREATE MACRO summary_type_of(kind) AS split_part(kind, ' ', 1);
CREATE MACRO tier_of(kind) AS nullif(split_part(kind, ' ', 2), '');
CREATE MACRO weekly_summary_revision_used(as_of) AS TABLE
  SELECT *, summary_type_of(facility) AS summary_type, tier_of(facility) AS tier,
    starts_with(facility, 'ATS') AS ats, ends_with(summary_type_of(facility), '_FIRM') AS firm
  FROM revision_used(as_of) WHERE family = 'weekly_summary'
  QUALIFY tier IS NOT NULL OR count(tier) OVER (PARTITION BY key_date, ats, firm)
    = count(tier) OVER (PARTITION BY key_date, ats, firm, dataset);
CREATE MACRO weekly_table_revision_used(as_of) AS TABLE
  SELECT *, nullif(facility, '') AS tier FROM revision_used(as_of) WHERE family = 'weekly';
CREATE MACRO weekly_volume_revision_used(as_of) AS TABLE
  SELECT *, s.firm AND NOT bool_and(s.firm) OVER (PARTITION BY s.key_date, s.tier, s.ats) AS mixed
  FROM weekly_summary_revision_used(as_of) s
  WHERE NOT EXISTS (
    FROM weekly_table_revision_used(as_of) w WHERE w.key_date = s.key_date
      AND (w.tier = s.tier OR w.tier IS NULL OR s.tier IS NULL))
  QUALIFY s.tier IS NOT NULL OR count(s.tier) OVER (PARTITION BY s.key_date, s.ats)
    = count(s.tier) OVER (PARTITION BY s.key_date, s.ats, s.dataset);
CREATE MACRO weekly_symbol_told(as_of) AS TABLE
  SELECT DISTINCT m.revision_id, f.symbol_code FROM weekly_volume_revision_used(as_of) m
  JOIN weekly_volume_revision_used(as_of) s ON s.key_date = m.key_date AND s.ats = m.ats
    AND s.tier IS NOT DISTINCT FROM m.tier AND NOT s.firm
  JOIN fact_weekly_summary f ON f.revision_id = s.revision_id
  WHERE m.mixed AND (f.public_from IS NULL OR f.public_from <= as_of);
CREATE MACRO market_text(mask) AS CASE WHEN mask IS NOT NULL THEN concat_ws(',',
  CASE WHEN mask & 1 <> 0 THEN 'B' END, CASE WHEN mask & 2 <> 0 THEN 'Q' END,
  CASE WHEN mask & 4 <> 0 THEN 'N' END, CASE WHEN mask & 8 <> 0 THEN 'D' END,
  CASE WHEN mask & 16 <> 0 THEN 'O' END, CASE WHEN mask & 32 <> 0 THEN 'X' END) END;
)sql";

}  // namespace

std::string_view step1_rules() { return kRules; }

}  // namespace offex::store
