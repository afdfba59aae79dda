#include <array>

#include "studies/catalogue_internal.hpp"

namespace offex::studies {
namespace {

using columns::Type;

constexpr std::string_view kOurs = "offex v2";
constexpr std::string_view kDaily = "finra_short_consolidated";
constexpr std::string_view kBars = "polygon_daily_agg";
constexpr std::string_view kAll = "finra_short_consolidated, polygon_daily_agg, weekly summaries";
constexpr std::string_view kWeekly = "weekly summaries, finra_otc_weekly";
constexpr std::string_view kDenominator =
    "consolidated_volume (all hours, of the sessions that were used)";
constexpr std::string_view kEvening =
    "daily files of the week; of the 26 weeks before those that were public by the evening of its "
    "last session, or by now while it is pending";
constexpr std::string_view kRelease =
    "publication of the week: about 21 days after its Monday for tier T1, 35 for the others";
constexpr std::string_view kState =
    "a restated week counts with its newest figure from its first publication on: ask with --asof "
    "for what was known at a moment";

constexpr auto kMetrics = std::to_array<Metric>({
    {"symbol_code",
     Type::Int32,
     "",
     "the security; answers show it as `symbol`",
     "",
     kDaily,
     kEvening,
     "a row exists where a FINRA file of the week names the symbol",
     kOurs,
     {},
     true},
    {"week_start_date",
     Type::Day,
     "",
     "Monday of the week, also when it is a holiday",
     "",
     "calendar",
     kEvening,
     "",
     kOurs,
     {},
     true},
    {"status", Type::Label, "",
     "PUBLISHED: FINRA has published the week of the symbol's tier; RUNNING: sessions are still to "
     "come; else PENDING",
     "", kWeekly, kEvening, "", kOurs, kWeekStatusWords},
    {"tier_identifier", Type::Text, "",
     "the symbol's tier in the newest week of the 13 before that was public", "", kWeekly, kEvening,
     "null without one: all names together are its tier then", kOurs},
    {"sessions", Type::Int32, "sessions", "sessions of the week", "", "calendar", kEvening, "",
     kOurs},
    {"sessions_used", Type::Int32, "sessions",
     "sessions with a FINRA file and, in a week that has any, with daily bars", "",
     "finra_short_consolidated, polygon_daily_agg", kEvening,
     "the others are left out of both sums, never counted as zero", kOurs},
    {"finra_volume", Type::Quantity, "shares", "FINRA totals of the sessions used, added up", "",
     kDaily, kEvening, "a symbol that a file does not name traded none", kOurs},
    {"consolidated_volume", Type::Quantity, "shares",
     "volume of the daily bars of the sessions used, added up", "", kBars, kEvening,
     "as in weekly_metrics", kOurs},
    {"ratio", Type::Double, "weekly / daily volume",
     "exp of w x median of ln(published weekly volume / sum of the week's FINRA totals) over the "
     "newest 8 of the 13 weeks before + (1 - w) x median of the tier's medians; w = n t2 / (n t2 + "
     "s2), t2 the variance between symbols of the tier, s2 that of a symbol's weeks",
     "", kAll, kEvening, "weeks before a break of the daily totals do not count", kOurs},
    {"ratio_weeks", Type::Int32, "weeks", "published weeks of the symbol in the ratio: n", "",
     kWeekly, kEvening, "0: the tier alone speaks", kOurs},
    {"nowcast_volume", Type::Quantity, "shares", "finra_volume x ratio", "", kAll, kEvening,
     "of the sessions used; null without a FINRA volume or a ratio", kOurs},
    {"nowcast_share", Type::Double, "ratio",
     "finra_volume x ratio / consolidated volume: the weekly otc_share as it is expected",
     kDenominator, kAll, kEvening, "an estimate; null above 1", kOurs},
    {"nowcast_share_low", Type::Double, "ratio",
     "nowcast_share x exp(-q x scale): the lower end of the 80 % interval", kDenominator, kAll,
     kEvening,
     "q is the order statistic (n + 1) x 0.8, rounded up, of the tier's past absolute errors in "
     "units of their scale; null with fewer than 10 of them",
     kOurs},
    {"nowcast_share_high", Type::Double, "ratio",
     "nowcast_share x exp(q x scale), at most 1: the upper end of the 80 % interval", kDenominator,
     kAll, kEvening, "holds four of five published shares of a tier, not of each symbol", kOurs},
    {"published_volume", Type::Quantity, "shares", "otc_volume as FINRA published it", "", kWeekly,
     kRelease,
     "null while it is not, and where one side is missing; rows of firms count where no file of "
     "symbols is there",
     kOurs},
    {"published_share", Type::Double, "ratio",
     "published_volume / consolidated volume of all sessions of the week",
     "consolidated volume of all sessions of the week, all hours", kAll, kRelease, kState, kOurs},
    {"share_error", Type::Double, "share", "nowcast_share - published_share", "", kAll, kRelease,
     "", kOurs},
    {"inside", Type::Bool, "", "published_share lies in the interval, ends included", "", kAll,
     kRelease, "null without an interval or a published share", kOurs},
    {"last_week", Type::Day, "", "Monday of the newest week whose share was public", "", kAll,
     kEvening, "one of the 13 weeks before", kOurs},
    {"last_share", Type::Double, "ratio", "otc_share of last_week",
     "consolidated volume of all sessions of last_week, all hours", kAll, kEvening,
     "what to hold the nowcast against; it is another week's figure", kOurs},
    {"inference_version", Type::Label, "", "v2", "", "", kEvening, "", kOurs, kV2Words, true},
});

}  // namespace

std::span<const Metric> nowcast_metrics() { return kMetrics; }

}  // namespace offex::studies
