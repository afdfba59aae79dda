#include <array>

#include "studies/catalogue_internal.hpp"

namespace offex::studies {
namespace {

using columns::Type;

constexpr std::string_view kOurs = "offex rv/1.0.0";
constexpr std::string_view kShort = "finra_short_consolidated";
constexpr std::string_view kPriced = "finra_short_consolidated, polygon_daily_agg";
constexpr std::string_view kEvening = "the day's files, evening of the trade date";
constexpr std::string_view kHistory = "the day's files and those of all sessions before it";
constexpr std::string_view kFilter =
    "one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of "
    "4 sessions), as a normal score; null before 10 sessions";
constexpr std::string_view kFilterCaveat =
    "a PARTIAL session is scored and not learnt from; the prior deviation is at least what so few "
    "names move by alone";
constexpr std::string_view kOwnPrior =
    "its prior deviation is offex's own guess; a PARTIAL session is scored and not learnt from";
constexpr std::string_view kTen = "null with fewer than 10 names";
constexpr std::string_view kNames = "names";
constexpr std::string_view kWeights = "lagged dollar weights of tilt_names";
constexpr std::string_view kNoSignal =
    "no tested market-timing signal; null with fewer than 10 names";
constexpr std::string_view kBoth = "null where no name has a weight on both days";

constexpr std::array<std::string_view, 5> kKindWords{"market", "tier", "sector", "index", "list"};
constexpr std::array<std::string_view, 2> kStatusWords{"OK", "PARTIAL"};

constexpr auto kMetrics = std::to_array<Metric>({
    {"trade_date", Type::Day, "", "session of the row", "", kShort, kEvening, "", kOurs, {}, true},
    {"group_kind", Type::Label, "", "what the names have in common", "", kShort, kEvening,
     "a list is never stored: `offex macro --list` computes it", kOurs, kKindWords, true},
    {"group_name",
     Type::Text,
     "",
     "market; large, mid, small: thirds by mean dollar volume of the 20 sessions before; the "
     "sector; the index",
     "",
     kPriced,
     kEvening,
     "members of the day; a group without a name has no row",
     kOurs,
     {},
     true},
    {"inference_version",
     Type::Text,
     "",
     "rv/1.0.0 and the fingerprint of its parameters",
     "",
     "",
     kEvening,
     "",
     kOurs,
     {},
     true},
    {"session_status", Type::Label, "",
     "PARTIAL: under 0.97 of the usual rows or half of the usual shares", "", kShort, kEvening, "",
     kOurs, kStatusWords},
    {"after_break", Type::Bool, "", "at most 20 sessions after a structural break", "", "calendar",
     kEvening, "volumes and their past do not mean the same yet", kOurs},
    {"names", Type::Int32, "names",
     "names of the group in the default family: 5 sessions of history, 10,000 baseline shares, "
     "1,000 shares today",
     "", kShort, kEvening, "", kOurs},
    {"breadth", Type::Double, "ratio",
     "(names whose ratio surprise, not centred, is above 1 - those below -1) / names", kNames,
     kShort, kHistory, kNoSignal, kOurs},
    {"breadth_z", Type::Double, "z", kFilter, "", "breadth", kHistory, kFilterCaveat, kOurs},
    {"breadth_se", Type::Double, "ratio",
     "sqrt(2 x 0.158655 / names): how far breadth moves if names were independent", kNames, kShort,
     kHistory, "real breadth moves about five times as far", kOurs},
    {"volume_breadth", Type::Double, "ratio", "the same of the volume surprise", kNames, kShort,
     kHistory, kNoSignal, kOurs},
    {"volume_breadth_z", Type::Double, "z", kFilter, "", "volume_breadth", kHistory, kOwnPrior,
     kOurs},
    {"extreme_breadth", Type::Double, "ratio", "(names with z_r above 2 - those below -2) / names",
     kNames, kShort, kHistory, "of centred scores; null with fewer than 10 names", kOurs},
    {"common_r", Type::Double, "radians",
     "median ratio surprise, as the angle 2 asin sqrt(ratio); of the market the shift that centres "
     "all scores",
     "", kShort, kHistory, kNoSignal, kOurs},
    {"common_r_z", Type::Double, "z", kFilter, "", "common_r", kHistory, kFilterCaveat, kOurs},
    {"common_r_se", Type::Double, "radians",
     "1.2533 x quartile scale of the surprises / sqrt(names)", "", kShort, kHistory, kTen, kOurs},
    {"common_v", Type::Double, "log", "median surprise of ln(volume); of the market the shift", "",
     kShort, kHistory, "moves with holidays and expiries; null with fewer than 10 names", kOurs},
    {"common_v_z", Type::Double, "z", kFilter, "", "common_v", kHistory, kOwnPrior, kOurs},
    {"common_v_se", Type::Double, "log", "1.2533 x quartile scale of the surprises / sqrt(names)",
     "", kShort, kHistory, kTen, kOurs},
    {"dispersion_r", Type::Double, "z", "interquartile range of z_r / 1.349; 1 is a normal day", "",
     kShort, kHistory, kTen, kOurs},
    {"dispersion_r_z", Type::Double, "z", kFilter, "", "dispersion_r", kHistory, kFilterCaveat,
     kOurs},
    {"dispersion_v", Type::Double, "z", "interquartile range of z_v / 1.349; 1 is a normal day", "",
     kShort, kHistory, kTen, kOurs},
    {"dispersion_v_z", Type::Double, "z", kFilter, "", "dispersion_v", kHistory, kFilterCaveat,
     kOurs},
    {"surge_share", Type::Double, "ratio", "names with z_v above 2 / names; 0.0228 by chance",
     kNames, kShort, kHistory, kTen, kOurs},
    {"surge_share_z", Type::Double, "z", kFilter, "", "surge_share", kHistory, kFilterCaveat,
     kOurs},
    {"discoveries", Type::Int32, "names",
     "names with q_o at most the false discovery rate (0.10) in the default family", "", kShort,
     kHistory, "about one in ten of them is chance", kOurs},
    {"tilt", Type::Double, "ratio",
     "sum of weight x short ratio; weights are the decayed means of close x off-exchange volume "
     "before today, none above 5 % of the group",
     kWeights, kPriced, kHistory,
     "equal weights with 20 names or fewer; levels do not compare over years; null with fewer than "
     "10 names",
     kOurs},
    {"tilt_z", Type::Double, "z", kFilter, "", "tilt", kHistory, kFilterCaveat, kOurs},
    {"tilt_se", Type::Double, "ratio",
     "0.5 x sqrt(sum of (weight x deviation)^2): how far tilt moves if names were independent",
     kWeights, kPriced, kHistory, kTen, kOurs},
    {"tilt_change", Type::Double, "ratio",
     "tilt - tilt of the session before = within + mix + entry", kWeights, kPriced, kHistory, kBoth,
     kOurs},
    {"tilt_within", Type::Double, "ratio",
     "sum of mean weight x change of short ratio, of names with a weight on both days, whose "
     "weights are made to add up to 1 on each",
     kWeights, kPriced, kHistory, kBoth, kOurs},
    {"tilt_mix", Type::Double, "ratio",
     "sum of change of weight x mean short ratio, of the same names", kWeights, kPriced, kHistory,
     kBoth, kOurs},
    {"tilt_entry", Type::Double, "ratio",
     "the rest of tilt_change: names with a weight on one of the two days only", kWeights, kPriced,
     kHistory, kBoth, kOurs},
    {"tilt_names", Type::Int32, "names", "names with a weight: those that had a close before today",
     "", kPriced, kHistory, kTen, kOurs},
    {"short_share", Type::Double, "ratio", "short volume of all names / total volume of all names",
     "total_volume (FINRA facility total)", kShort, kEvening,
     "ruled by names of a few cents: tilt is not", kOurs},
    {"group_z_r", Type::Double, "z",
     "sum of z_r / sqrt(names + 0.01 (names^2 - names)): one score of the group", "", kShort,
     kHistory, "z_r are centred on the market, so the market's own is near 0", kOurs},
    {"group_q_r", Type::Double, "q", "Benjamini-Hochberg over the groups of the kind, two-sided",
     "", kShort, kHistory, "", kOurs},
    {"group_z_v", Type::Double, "z", "sum of z_v / sqrt(names + 0.03 (names^2 - names))", "",
     kShort, kHistory, "", kOurs},
    {"group_q_v", Type::Double, "q", "Benjamini-Hochberg over the groups of the kind, two-sided",
     "", kShort, kHistory, "", kOurs},
    {"proxy_return", Type::Double, "ratio",
     "of an index: close / previous close - 1 of the security that stands for it; else that of the "
     "names by the weights of the tilt",
     "close of the session before", "polygon_daily_agg", kEvening,
     "unadjusted closes; a name with a split, known or likely, is left out", kOurs},
});

}  // namespace

std::span<const Metric> macro_metrics() { return kMetrics; }

}  // namespace offex::studies
