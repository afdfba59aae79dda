#include <array>

#include "studies/catalogue_internal.hpp"

namespace offex::studies {
namespace {

using columns::Type;

constexpr std::string_view kOurs = "offex v2";
constexpr std::string_view kNet = "Stockgrid's net short volume";
constexpr std::string_view kDix = "SqueezeMetrics' DIX, over the list of members that was imported";
constexpr std::string_view kShort = "finra_short_consolidated";
constexpr std::string_view kBar = "polygon_daily_agg";
constexpr std::string_view kLit = "lit_direction_daily";
constexpr std::string_view kEvening = "the day's files, evening of the trade date";
constexpr std::string_view kSeries = "the day's files and those of the 21 sessions before it";
constexpr std::string_view kLaggedZ =
    "(value - mean) / population standard deviation of the 20 sessions before; at least 15 values; "
    "null when all are equal";
constexpr std::string_view kEstimate = "inferred from lit trades, not observed; null in daily mode";
constexpr std::string_view kHours =
    "the numerator covers 09:30 to 16:00, the denominator all hours";

constexpr auto kMetrics = std::to_array<Metric>({
    {"trade_date", Type::Day, "", "session of the row", "", "", kEvening, "", kOurs, {}, true},
    {"symbol_code",
     Type::Int32,
     "",
     "the security; views show it as `symbol`",
     "",
     "",
     kEvening,
     "a row exists where the day has a short row, a bar or a lit row",
     kOurs,
     {},
     true},
    {"short_volume", Type::Quantity, "shares", "volume marked short, short-exempt included", "",
     kShort, kEvening, "a flow of one day's trades; not short interest, and not bearish by itself",
     kOurs},
    {"short_exempt_volume", Type::Quantity, "shares", "volume marked short-exempt", "", kShort,
     kEvening, "already part of short volume; absent before 2011-02-28", kOurs},
    {"total_volume", Type::Quantity, "shares", "off-exchange volume that FINRA's files report", "",
     kShort, kEvening, "09:30 to 16:00, media-reported trades only; missing when a facility's is",
     kOurs},
    {"short_ratio", Type::Double, "ratio", "short volume / total volume",
     "total_volume (FINRA facility total)", kShort, kEvening,
     "null when the total is missing or 0; the seed calls it short_vol_share", kOurs},
    {"short_exempt_ratio", Type::Double, "ratio", "short-exempt volume / total volume",
     "total_volume (FINRA facility total)", kShort, kEvening,
     "the seed calls it short_exempt_share", kOurs},
    {"short_of_consolidated", Type::Double, "ratio", "short volume / consolidated volume",
     "volume (consolidated, all hours)", "finra_short_consolidated, polygon_daily_agg", kEvening,
     kHours, kOurs},
    {"offex_share", Type::Double, "ratio", "FINRA total volume / consolidated volume",
     "volume (consolidated, all hours)", "finra_short_consolidated, polygon_daily_agg", kEvening,
     "understates: the total covers 09:30 to 16:00, the denominator all hours; null when the total "
     "is larger",
     kOurs},
    {"net_short_volume", Type::Quantity, "shares", "2 x short volume - total volume", "", kShort,
     kEvening, "not a position; may be negative", kNet},
    {"short_ratio_z", Type::Double, "z", kLaggedZ, "", "short_ratio", kSeries, "", kOurs},
    {"offex_share_z", Type::Double, "z", kLaggedZ, "", "offex_share", kSeries, "", kOurs},
    {"total_volume_z", Type::Double, "z", kLaggedZ, "", "ln(total_volume)", kSeries,
     "of the logarithm, because volumes are skewed", kOurs},
    {"open", Type::Price, "USD", "first price of the bar", "", kBar, kEvening, "not adjusted",
     kOurs},
    {"high", Type::Price, "USD", "highest price of the bar", "", kBar, kEvening, "not adjusted",
     kOurs},
    {"low", Type::Price, "USD", "lowest price of the bar", "", kBar, kEvening, "not adjusted",
     kOurs},
    {"close", Type::Price, "USD", "last price of the bar", "", kBar, kEvening, "not adjusted",
     kOurs},
    {"vwap", Type::Price, "USD", "volume-weighted price of the bar", "", kBar, kEvening,
     "not adjusted", kOurs},
    {"volume", Type::Quantity, "shares", "consolidated volume of all hours", "", kBar, kEvening,
     "already holds the off-exchange volume", kOurs},
    {"return_1d", Type::Double, "ratio", "close / close of the previous session - 1",
     "the previous session's close", kBar, kSeries,
     "null when the previous session has no bar; a split shows as a return", kOurs},
    {"return_z", Type::Double, "z", kLaggedZ, "", "return_1d", kSeries, "", kOurs},
    {"range_pct", Type::Double, "ratio", "(high - low) / close", "close", kBar, kEvening,
     "a fraction in spite of its name", kOurs},
    {"lit_buy_volume", Type::Quantity, "shares", "volume classified as buys", "", kLit, kEvening,
     kEstimate, kOurs},
    {"lit_sell_volume", Type::Quantity, "shares", "volume classified as sells", "", kLit, kEvening,
     kEstimate, kOurs},
    {"lit_buy_ratio", Type::Double, "ratio", "lit buys / (lit buys + lit sells)",
     "lit buys + lit sells", kLit, kEvening, "null below 10,000 classified shares", kOurs},
    {"lit_flow_imbalance", Type::Double, "ratio -1..1",
     "(lit buys - lit sells) / (lit buys + lit sells)", "lit buys + lit sells", kLit, kEvening,
     "null below 10,000 classified shares", kOurs},
    {"lit_flow_imbalance_z", Type::Double, "z", kLaggedZ, "", "lit_flow_imbalance", kSeries, "",
     kOurs},
    {"has_short", Type::Bool, "", "the day has a short-sale row", "", kShort, kEvening, "", kOurs},
    {"has_lit", Type::Bool, "", "the day has a lit row", "", kLit, kEvening, "", kOurs},
    {"has_price", Type::Bool, "", "the day has a bar with a close", "", kBar, kEvening, "", kOurs},
    {"short_source", Type::Label, "",
     "CNMS, or FACILITIES where the sum of the NMS facilities stands in", "", kShort, kEvening,
     "the consolidated file starts on 2018-08-01", kOurs, kShortSourceWords},
    {"short_ratio_denominator_type", Type::Label, "", "FINRA_TOTAL where short_ratio is present",
     "", kShort, kEvening, "never falls back to another volume", kOurs, kFinraTotalWords},
    {"short_ratio_denominator_value", Type::Quantity, "shares",
     "the volume that short_ratio divides by", "", kShort, kEvening, "", kOurs},
    {"baseline_break", Type::Bool, "",
     "true on 2026-02-23 and the 20 sessions after it: the baseline spans the change to fractional "
     "volumes",
     "", "calendar of structural breaks", kEvening, "read z-scores of such a day with care", kOurs},
    {"data_quality", Type::Label, "",
     "the gravest of: TOTAL_ABOVE_CONSOLIDATED, SHORT_ABOVE_TOTAL, TOTAL_MISSING, NO_PRICE, "
     "NO_SHORT; else OK",
     "", "finra_short_consolidated, polygon_daily_agg", kEvening,
     "a ratio that the flaw makes impossible is null", kOurs, kV2QualityWords},
    {"inference_version", Type::Label, "", "v2", "", "", kEvening, "", kOurs, kV2Words},
});

constexpr std::string_view kMembers = "daily_metrics v2 of the members";

constexpr auto kIndexMetrics = std::to_array<Metric>({
    {"index_symbol",
     Type::Symbol,
     "",
     "the index",
     "",
     "ref_index_constituent",
     kEvening,
     "",
     kOurs,
     {},
     true},
    {"trade_date", Type::Day, "", "session of the row", "", "", kEvening, "", kOurs, {}, true},
    {"total_short_volume", Type::Double, "shares", "sum of short volume of members with a ratio",
     "", kMembers, kEvening, "null when no member has one", kOurs},
    {"total_denominator_volume", Type::Double, "shares", "sum of total volume of the same members",
     "", kMembers, kEvening, "", kOurs},
    {"denominator_type", Type::Label, "", "FINRA_TOTAL", "", kMembers, kEvening, "", kOurs,
     kMixedDenominatorWords},
    {"agg_short_ratio", Type::Double, "ratio", "total_short_volume / total_denominator_volume",
     "total_denominator_volume (FINRA facility total)", kMembers, kEvening,
     "weighted by shares, not by dollars", kOurs},
    {"agg_short_ratio_z", Type::Double, "z", kLaggedZ, "", "agg_short_ratio", kSeries, "", kOurs},
    {"dollar_weighted_short_ratio", Type::Double, "ratio",
     "sum of close x short volume / sum of close x total volume, over members with a short ratio "
     "and a close",
     "dollar_volume (FINRA facility total x close)", kMembers, kEvening,
     "the close is not adjusted; short-exempt is part of short volume; says nothing of who bought",
     kDix},
    {"dollar_weighted_short_ratio_z", Type::Double, "z", kLaggedZ, "",
     "dollar_weighted_short_ratio", kSeries, "", kOurs},
    {"equal_weighted_short_ratio", Type::Double, "ratio", "mean of the members' short_ratio",
     "coverage_count", kMembers, kEvening, "a thinly traded member counts like any other", kOurs},
    {"dollar_volume", Type::Double, "USD", "sum of close x total volume of the priced members", "",
     kMembers, kEvening, "off-exchange volume that FINRA's files report, not all volume", kOurs},
    {"priced_count", Type::Int32, "members", "members with a short ratio and a close", "", kMembers,
     kEvening, "those that dollar_weighted_short_ratio adds up", kOurs},
    {"coverage_count", Type::Int32, "members", "members with a short ratio", "", kMembers, kEvening,
     "", kOurs},
    {"expected_constituent_count", Type::Int32, "members", "members on that day", "",
     "ref_index_constituent", kEvening, "", kOurs},
    {"coverage_pct", Type::Double, "ratio", "coverage_count / expected_constituent_count",
     "expected_constituent_count", kMembers, kEvening, "a fraction in spite of its name", kOurs},
    {"index_price_symbol", Type::Symbol, "", "the mapped proxy, else the index", "", "proxy map",
     kEvening, "", kOurs},
    {"index_price_source", Type::Label, "", "INDEX or PROXY", "", "proxy map", kEvening, "", kOurs,
     kPriceSourceWords},
    {"index_price_return", Type::Double, "ratio", "return_1d of the price symbol",
     "the previous session's close", kMembers, kSeries, "", kOurs},
    {"index_return_z", Type::Double, "z", "return_z of the price symbol", "", kMembers, kSeries, "",
     kOurs},
    {"interpretation_label", Type::Label, "",
     "Accumulating when z >= 1 and return z >= 0.5, Distribution when z <= -1 and return z <= "
     "-0.5, else Neutral",
     "", "agg_short_ratio_z, index_return_z", kSeries, "the seed's z rule on lagged z-scores",
     kOurs, kLabelWords},
    {"inference_version", Type::Label, "", "v2", "", "", kEvening, "", kOurs, kV2Words},
});

constexpr std::string_view kSecondSeed = "second seed pipeline";
constexpr std::string_view kWeek =
    "publication of the week: about 21 days after its Monday for tier T1, 35 for the others";

constexpr auto kFeatures = std::to_array<Metric>({
    {"symbol_code",
     Type::Int32,
     "",
     "the security; views show it as `symbol`",
     "",
     "",
     kEvening,
     "",
     kSecondSeed,
     {},
     true},
    {"trade_date",
     Type::Day,
     "",
     "session of the row",
     "",
     "",
     kEvening,
     "",
     kSecondSeed,
     {},
     true},
    {"short_vol_share", Type::Double, "ratio", "short volume / total volume",
     "total_volume (FINRA facility total)", kShort, kEvening,
     "the seed's name for short_ratio; null when the total is missing or 0", kSecondSeed},
    {"short_exempt_share", Type::Double, "ratio", "short-exempt volume / total volume",
     "total_volume (FINRA facility total)", kShort, kEvening,
     "the seed's name for short_exempt_ratio; short-exempt is already part of short volume",
     kSecondSeed},
    {"ats_share_of_total", Type::Double, "ratio",
     "ATS volume of the week / the week's total that an ATS summary file names, else consolidated "
     "volume",
     "reported_total_volume, else consolidated_volume (of weekly_metrics)",
     "weekly summaries, polygon_daily_agg", kWeek,
     "the same for each day of its week, that of the Friday on or after the day; null while the "
     "week is not published as of the question, which is now unless --asof says otherwise",
     kSecondSeed},
    {"feature_version", Type::Label, "", "offexchange-features-v1", "", "", kEvening, "",
     kSecondSeed, kFeatureWords, true},
    {"short_source", Type::Label, "",
     "CNMS, or FACILITIES where the sum of the NMS facilities stands in", "", kShort, kEvening, "",
     kOurs, kShortSourceWords},
    {"source_file", Type::Text, "", "names of the files in force, in order of facility", "",
     "ingest_file", kEvening, "", kOurs},
    {"source_sha256", Type::Text, "", "SHA-256 of those files, in the same order", "",
     "ingest_file", kEvening, "", kOurs},
    {"ats_total_source", Type::Label, "",
     "what ats_share_of_total divides by: the total of the ATS_FILE, or CONSOLIDATED volume", "",
     "weekly summaries, polygon_daily_agg", kWeek, "", kOurs, kAtsTotalWords},
    {"ats_week_used", Type::Day, "", "Monday of the week of ats_share_of_total", "",
     "weekly summaries", kWeek, "null where the week has no ATS volume yet", kOurs},
    {"ats_published_date", Type::Day, "", "first publication of that week's rows", "",
     "weekly summaries", kWeek, "null where the source has no such date", kOurs},
    {"ats_source_file", Type::Text, "", "names of the week's ATS files in force", "", "ingest_file",
     kWeek, "", kOurs},
    {"ats_source_sha256", Type::Text, "", "SHA-256 of those files, in the same order", "",
     "ingest_file", kWeek, "", kOurs},
});

}  // namespace

std::span<const Metric> v2_metrics() { return kMetrics; }
std::span<const Metric> v2_index_metrics() { return kIndexMetrics; }
std::span<const Metric> feature_metrics() { return kFeatures; }

}  // namespace offex::studies
