#include <array>

#include "studies/catalogue_internal.hpp"

namespace offex::studies {
namespace {

using columns::Type;

constexpr std::string_view kOurs = "offex cs/2.0.0";
constexpr std::string_view kSeed = "first seed pipeline, cs/1.0.0";
constexpr std::string_view kShort = "finra_short_consolidated";
constexpr std::string_view kLit = "lit_direction_daily";
constexpr std::string_view kBars = "polygon_daily_agg";
constexpr std::string_view kAll =
    "finra_short_consolidated, lit_direction_daily, polygon_daily_agg";
constexpr std::string_view kPanels = "daily_metrics PhaseA_v1";
constexpr std::string_view kEvening = "the day's files, evening of the trade date";
constexpr std::string_view kSeries = "the day and the sessions before it";
constexpr std::string_view kLookAhead =
    "none observed by the seed: it uses a week 3 to 5 weeks before its publication";
constexpr std::string_view kNoDirection =
    "that a high part is bullish is a reading, not a finding: no direction is validated";
constexpr std::string_view kInherited = "the weights are inherited from the seed, not estimated";

constexpr auto kMetrics = std::to_array<Metric>({
    {"trade_date", Type::Day, "", "session of the row", "", "", kEvening, "", kOurs, {}, true},
    {"symbol_code",
     Type::Int32,
     "",
     "the security; views show it as `symbol`",
     "",
     kShort,
     kEvening,
     "a row exists from the sixth session with a short-sale row on",
     kOurs,
     {},
     true},
    {"inference_version",
     Type::Text,
     "",
     "cs/2.0.0+rv/1.0.0+ and the fingerprint of the parameters of both",
     "",
     "",
     kEvening,
     "rows of another version are never replaced",
     kOurs,
     {},
     true},
    {"score", Type::Double, "score 0..100", "100 Phi(z)", "", kAll, kSeries,
     "uniform when nothing is unusual, whatever is missing; a rank among usual days, no chance of "
     "a rise",
     kOurs},
    {"score_low", Type::Double, "score 0..100", "100 Phi(z - 1.645 standard_error)", "", kAll,
     kSeries, "90% interval of the score that a longer history would give", kOurs},
    {"score_high", Type::Double, "score 0..100", "100 Phi(z + 1.645 standard_error)", "", kAll,
     kSeries, "90% interval of the score that a longer history would give", kOurs},
    {"z", Type::Double, "z",
     "sum of weight x direction x part, each within 4, / its standard deviation when nothing is "
     "unusual; weights 0.55 short, 0.30 lit, 0.15 price",
     "", kAll, kSeries, kInherited, kOurs},
    {"standard_error", Type::Double, "z",
     "root of the sum of (weight x error of the part)^2 / the same standard deviation", "", kAll,
     kSeries, "from the length of the history alone", kOurs},
    {"coverage", Type::Double, "ratio", "weight of the parts that are there / of all",
     "weight of all parts with a direction", kAll, kEvening, "below 0.5 there is no score", kOurs},
    {"label", Type::Label, "",
     "Accumulating from 95, Distribution to 5, Insufficient without enough coverage, else Neutral",
     "", kAll, kSeries, kNoDirection, kOurs, kContextWords},
    {"short_part", Type::Label, "",
     "which score of the scanner the short part is: z_r of the day, or z_p of the last days", "",
     kShort, kSeries, "part of the version", kOurs, kShortPartWords},
    {"short_z", Type::Double, "z", "z_r or z_p of the scanner rv/1.0.0", "", kShort, kSeries,
     "off-exchange short selling includes dealers who fill buyers", kOurs},
    {"short_error", Type::Double, "z", "root of (1 / neff + z^2 / (2 nu)), z within 4", "", kShort,
     kSeries, "neff and nu of the ratio channel, for z_p as well", kOurs},
    {"short_contribution", Type::Double, "z", "what the part adds to z", "", kShort, kSeries,
     kNoDirection, kOurs},
    {"short_direction", Type::Int32, "", "+1 or -1, 0: the part is left out", "", "", kEvening,
     kNoDirection, kOurs},
    {"lit_z", Type::Double, "z",
     "lit imbalance judged one step ahead by its own history; from the 11th value on", "", kLit,
     kSeries, "an estimate from signed trades", kOurs},
    {"lit_error", Type::Double, "z", "root of (1 / neff + z^2 / (2 nu)), z within 4", "", kLit,
     kSeries, "", kOurs},
    {"lit_contribution", Type::Double, "z", "what the part adds to z", "", kLit, kSeries,
     "its weight and its correlation with the price are assumptions: there was no lit feed to "
     "estimate them from",
     kOurs},
    {"lit_direction", Type::Int32, "", "+1 or -1, 0: the part is left out", "", "", kEvening,
     kNoDirection, kOurs},
    {"price_z", Type::Double, "z",
     "daily return against 0, by its own history's deviation; from the 11th value on", "", kBars,
     kSeries, "", kOurs},
    {"price_error", Type::Double, "z", "root of z^2 / (2 nu), z within 4: the mean is given", "",
     kBars, kSeries, "", kOurs},
    {"price_contribution", Type::Double, "z", "what the part adds to z", "", kBars, kSeries,
     "same-day return: it says what happened, not what will", kOurs},
    {"price_direction", Type::Int32, "", "+1 or -1, 0: the part is left out", "", "", kEvening,
     kNoDirection, kOurs},
    {"history", Type::Int32, "sessions", "sessions with a short-sale row before this one", "",
     kShort, kSeries, "", kOurs},
    {"grade", Type::Label, "", "A from 20 sessions of history, B from 10, C from 5", "", kShort,
     kSeries, "", kOurs, kGradeWords},
    {"session_status", Type::Label, "",
     "PARTIAL when the day's file has too few rows or shares, else OK", "", kShort, kEvening,
     "a partial file is scored but not learnt from", kOurs, kSessionWords},
    {"baseline_break", Type::Bool, "",
     "what volumes mean changed on the day or the 20 sessions before", "", "calendar", kEvening, "",
     kOurs},
});

constexpr auto kSeedMetrics = std::to_array<Metric>({
    {"trade_date", Type::Day, "", "session of the row", "", "", kEvening, "", kSeed, {}, true},
    {"symbol_code",
     Type::Int32,
     "",
     "the security; views show it as `symbol`",
     "",
     kPanels,
     kEvening,
     "a row exists where there is a score",
     kSeed,
     {},
     true},
    {"inference_version", Type::Label, "", "cs/1.0.0", "", "", kEvening, "", kSeed,
     kSeedCompositeWords, true},
    {"short_z_source", Type::Label, "", "the z-score of the short part", "", "", kEvening,
     "part of the key: each source has its own rows", kSeed, kScoreSourceWords, true},
    {"score", Type::Double, "score 0..100", "50 x (seed_score + 1)", "", kPanels, kLookAhead,
     "the seed's display; not calibrated, a missing part counts as 0", kSeed},
    {"seed_score", Type::Double, "score -1..1",
     "(0.55 tanh(short_z / 2) + 0.30 tanh(lit_z / 2) + 0.15 tanh(0.3 price_z)) x (0.7 + 0.6 / (1 + "
     "exp(-otc_z))), clipped",
     "", kPanels, kLookAhead, "a stale weekly number scales the day's direction", kSeed},
    {"confidence", Type::Double, "ratio",
     "1 / 0.7 / 0.5 by otc_status x 1 / 0.8 / 0.5 by missing inputs x 0.9 without imbalance, "
     "between 0.25 and 1",
     "", kPanels, kLookAhead, "a rule of thumb; the labels ignore it", kSeed},
    {"label_score", Type::Label, "",
     "score-1: Accumulating above a score of 70, Distribution below 30, else Neutral", "", kPanels,
     kLookAhead, "the seed's label of a ticker", kSeed, kLabelWords},
    {"label_zrule", Type::Label, "",
     "zrule-1: Accumulating when short_z >= 1 and price_z >= 0.5, Distribution when short_z <= -1 "
     "and price_z <= -0.5, else Neutral",
     "", kPanels, kSeries, "the seed's label of an index", kSeed, kLabelWords},
    {"short_z", Type::Double, "z", "the z-score that short_z_source names", "", kPanels, kSeries,
     "today is part of its own baseline: |z| cannot pass 4.36", kSeed},
    {"lit_z", Type::Double, "z", "lit_flow_imbalance_z", "", kPanels, kSeries, "", kSeed},
    {"price_z", Type::Double, "z", "return_z", "", kPanels, kSeries, "", kSeed},
    {"otc_z", Type::Double, "z", "otc_participation_z", "", kPanels, kLookAhead, "", kSeed},
    {"otc_status", Type::Label, "",
     "Anchored from the week's Monday to its Friday, else Staled with a week, None without", "",
     kPanels, kLookAhead, "None is a word, not a null", kSeed, kOtcStatusWords},
});

}  // namespace

std::span<const Metric> composite_metrics() { return kMetrics; }
std::span<const Metric> seed_composite_metrics() { return kSeedMetrics; }

}  // namespace offex::studies
