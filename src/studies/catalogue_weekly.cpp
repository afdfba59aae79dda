#include <array>

#include "studies/catalogue_internal.hpp"

namespace offex::studies {
namespace {

using columns::Type;

constexpr std::string_view kOurs = "offex v2";
constexpr std::string_view kWeekly = "weekly summaries";
constexpr std::string_view kWeeklyAndTable = "weekly summaries, finra_otc_weekly";
constexpr std::string_view kBars = "polygon_daily_agg";
constexpr std::string_view kBoth = "weekly summaries, polygon_daily_agg";
constexpr std::string_view kFirmRows = "weekly summaries by firm";
constexpr std::string_view kRelease =
    "publication of the week: about 21 days after its Monday for tier T1, 35 for the others";
constexpr std::string_view kSeries =
    "publication of the week; of the 26 weeks before only those that were out by then";
constexpr std::string_view kLaggedZ =
    "(value - mean) / population standard deviation of the 26 weeks before; at least 8 values; "
    "null "
    "when all are equal";
constexpr std::string_view kConsolidated = "consolidated_volume (all hours, of the same sessions)";
constexpr std::string_view kNoRow =
    "null, not 0, where FINRA has no row: an extract cut short looks the same";
constexpr std::string_view kImpossible =
    "null when larger than the denominator; above_consolidated";

constexpr auto kMetrics = std::to_array<Metric>({
    {"week_start_date",
     Type::Day,
     "",
     "Monday of the week, also when it is a holiday",
     "",
     kWeekly,
     kRelease,
     "",
     kOurs,
     {},
     true},
    {"symbol_code",
     Type::Int32,
     "",
     "the security; views show it as `symbol`",
     "",
     kWeekly,
     kRelease,
     "a row exists where any weekly source names the symbol",
     kOurs,
     {},
     true},
    {"tier_identifier", Type::Text, "", "FINRA's tier: T1, T2, OTCE or NA", "", kWeeklyAndTable,
     kRelease, "of the rows with most shares where there are several; a symbol can change its tier",
     kOurs},
    {"sessions", Type::Int32, "sessions", "sessions of the week", "", "calendar", kRelease, "",
     kOurs},
    {"ats_volume", Type::Quantity, "shares",
     "rows of the symbol added up, or those of its venues where there are none", "", kWeekly,
     kRelease, kNoRow, kOurs},
    {"non_ats_volume", Type::Quantity, "shares",
     "rows of the symbol added up, or those of its firms where there are none", "", kWeekly,
     kRelease, kNoRow, kOurs},
    {"otc_volume", Type::Quantity, "shares",
     "ATS volume + non-ATS volume; the total of the seed's weekly table where one is missing", "",
     kWeeklyAndTable, kRelease, "null unless both sides, or the table's total, are known", kOurs},
    {"consolidated_volume", Type::Quantity, "shares", "volume of the week's daily bars added up",
     "", kBars, kRelease,
     "a session without a bar of the symbol counts as no trade where a file of the whole market is "
     "there, else the week is null; null without any bar",
     kOurs},
    {"ats_share", Type::Double, "ratio", "ATS volume / consolidated volume", kConsolidated, kBoth,
     kRelease, kImpossible, kOurs},
    {"non_ats_share", Type::Double, "ratio", "non-ATS volume / consolidated volume", kConsolidated,
     kBoth, kRelease, kImpossible, kOurs},
    {"otc_share", Type::Double, "ratio", "otc_volume / consolidated volume", kConsolidated, kBoth,
     kRelease, kImpossible, kOurs},
    {"ats_share_of_off_exchange", Type::Double, "ratio", "ATS volume / otc_volume",
     "otc_volume (ATS and non-ATS)", kWeeklyAndTable, kRelease, "", kOurs},
    {"reported_total_volume", Type::Quantity, "shares",
     "the week's total that an ATS summary file names; the last one that is not 0", "",
     "ATS summary files", kRelease, "the second seed's denominator; only such files have it",
     "second seed pipeline"},
    {"ats_trades", Type::Int64, "trades", "trades of the rows of ats_volume", "", kWeekly, kRelease,
     "", kOurs},
    {"non_ats_trades", Type::Int64, "trades", "trades of the rows of non_ats_volume", "", kWeekly,
     kRelease, "", kOurs},
    {"ats_mean_trade_size", Type::Double, "shares", "ATS volume / ATS trades", "ats_trades",
     kWeekly, kRelease, "", kOurs},
    {"non_ats_mean_trade_size", Type::Double, "shares", "non-ATS volume / non-ATS trades",
     "non_ats_trades", kWeekly, kRelease, "", kOurs},
    {"otc_volume_per_session", Type::Double, "shares", "otc_volume / sessions of the week",
     "sessions", kWeeklyAndTable, kRelease, "makes weeks with a holiday comparable", kOurs},
    {"otc_volume_z", Type::Double, "z", kLaggedZ, "", "ln(otc_volume_per_session)", kSeries,
     "of the logarithm, because volumes are skewed", kOurs},
    {"otc_share_z", Type::Double, "z", kLaggedZ, "", "otc_share", kSeries, "", kOurs},
    {"ats_share_z", Type::Double, "z", kLaggedZ, "", "ats_share", kSeries, "", kOurs},
    {"ats_venues", Type::Int32, "venues", "ATSs with a row, each counted once", "", kFirmRows,
     kRelease, "null without rows by venue", kOurs},
    {"non_ats_firms", Type::Int32, "firms", "named firms with a row, each counted once", "",
     kFirmRows, kRelease, "the bucket of small firms (CRD 0) is not counted", kOurs},
    {"ats_top_share", Type::Double, "ratio", "volume of the largest ATS / sum of all ATS rows",
     "sum of the rows by ATS", kFirmRows, kRelease, "", kOurs},
    {"non_ats_top_share", Type::Double, "ratio",
     "volume of the largest named firm / sum of all firms' rows", "sum of the rows by firm",
     kFirmRows, kRelease, "the bucket of small firms is in the denominator only", kOurs},
    {"ats_concentration", Type::Double, "index 0..1", "sum of the squared shares of the ATSs", "",
     kFirmRows, kRelease, "Herfindahl index; 1 is one venue", kOurs},
    {"non_ats_concentration", Type::Double, "index 0..1",
     "sum of the squared shares of the named firms", "", kFirmRows, kRelease,
     "a lower bound: the bucket of small firms counts as infinitely many", kOurs},
    {"de_minimis_share", Type::Double, "ratio",
     "volume of the bucket of small firms (CRD 0) / sum of all firms' rows",
     "sum of the rows by firm", kFirmRows, kRelease, "", kOurs},
    {"ats_top_venues", Type::Text, "", "the five largest ATSs with their share of all ATS rows", "",
     kFirmRows, kRelease, "", kOurs},
    {"non_ats_top_firms", Type::Text, "",
     "the five largest named firms with their share of all firms' rows", "", kFirmRows, kRelease,
     "never names the bucket of small firms", kOurs},
    {"initial_published_date", Type::Day, "", "newest first publication of the rows that count", "",
     kWeekly, kRelease, "null where the source has no such date", kOurs},
    {"last_update_date", Type::Day, "", "newest update of the rows that count", "", kWeekly,
     kRelease, "", kOurs},
    {"restated", Type::Bool, "", "a row was updated after its first publication", "", kWeekly,
     kRelease, "null without both dates", kOurs},
    {"symbol_rows", Type::Int32, "rows", "rows of the symbol that were added up, both sides", "",
     kWeekly, kRelease, "normally 2; 0 where only firms' rows are there", kOurs},
    {"symbol_reported_twice", Type::Bool, "",
     "one side has several rows of the symbol, or of one of its venues: they were added up", "",
     kWeekly, kRelease, "a change of tape within the week, or a ticker that was used again", kOurs},
    {"firm_rows_disagree", Type::Bool, "",
     "the venues' rows do not add up to the row of the symbol, on one side at least", "", kWeekly,
     kRelease, "null where a side has not both; shares of venues are then of what is there", kOurs},
    {"above_consolidated", Type::Bool, "", "a weekly volume is larger than the consolidated volume",
     "", kBoth, kRelease, "the share is null then, not cut to 1", kOurs},
    {"ats_source", Type::Label, "", "SYMBOL_ROWS, or FIRM_ROWS added up", "", kWeekly, kRelease, "",
     kOurs, kWeeklySideWords},
    {"non_ats_source", Type::Label, "", "SYMBOL_ROWS, or FIRM_ROWS added up", "", kWeekly, kRelease,
     "", kOurs, kWeeklySideWords},
    {"otc_source", Type::Label, "", "BOTH_SIDES added up, or the seed's weekly TABLE", "",
     kWeeklyAndTable, kRelease, "", kOurs, kWeeklyTotalWords},
    {"baseline_break", Type::Bool, "",
     "true in the weeks of 2019-11-11 (small firms) and 2026-02-23 (fractional shares) and the 26 "
     "weeks after each",
     "", "calendar of structural breaks", kRelease, "read z-scores and concentration with care",
     kOurs},
    {"data_quality", Type::Label, "",
     "the gravest of: ABOVE_CONSOLIDATED, FIRM_ROWS_DISAGREE, SIDE_MISSING, NO_CONSOLIDATED, "
     "TOTAL_ONLY; else OK",
     "", kBoth, kRelease, "", kOurs, kWeeklyQualityWords},
    {"known_from",
     Type::Instant,
     "",
     "when all that the row uses of its own week was public: the newest of the revisions of its "
     "weekly rows and bars",
     "",
     kBoth,
     kRelease,
     "a restatement moves it; its baseline is in the state known now, so ask with --asof for what "
     "was known at a moment",
     kOurs,
     {},
     true},
    {"inference_version", Type::Label, "", "v2", "", "", kRelease, "", kOurs, kV2Words, true},
});

}  // namespace

std::span<const Metric> weekly_metrics_v2() { return kMetrics; }

}  // namespace offex::studies
