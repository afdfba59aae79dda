#include <array>

#include "studies/catalogue_internal.hpp"

// The view `lit_direction_daily`. Its rows are facts (imported, or computed from a tape by `offex
// build lit`), not a table that `offex build` derives; the texts are for people.
namespace offex::studies {
namespace {

using columns::Type;

constexpr std::string_view kTape = "trades and quotes of the tape, or an imported table";
constexpr std::string_view kTapeOnly = "trades and quotes of the tape";
constexpr std::string_view kLag =
    "the day's tape: flat files come about 11:00 of the next session; known from the time that was "
    "sent with the file, else from 18:00 of the day";
constexpr std::string_view kOurs = "offex v2; PhaseA_v1 keeps the seed's rules";
constexpr std::string_view kEstimate =
    "an estimate by a signing rule (classification_method names it), never observed";
constexpr std::string_view kV2Only = "null under PhaseA_v1 and in imported tables";

constexpr auto kMetrics = std::to_array<Metric>({
    {"trade_date", Type::Day, "", "day of the tape", "", kTape, kLag, "", kOurs, {}, true},
    {"symbol_code",
     Type::Int32,
     "",
     "the security; views show it as `symbol`",
     "",
     kTape,
     kLag,
     "",
     kOurs,
     {},
     true},
    {"symbol_raw", Type::Symbol, "", "spelling in the tape or table", "", kTape, kLag, "", kOurs},
    {"lit_buy_volume", Type::Quantity, "shares",
     "volume of exchange trades in regular hours that the rule signs as buys", "", kTape, kLag,
     kEstimate, kOurs},
    {"lit_sell_volume", Type::Quantity, "shares",
     "volume of exchange trades in regular hours that the rule signs as sells", "", kTape, kLag,
     kEstimate, kOurs},
    {"lit_buy_ratio", Type::Double, "ratio", "lit buys / (lit buys + lit sells)",
     "lit buys + lit sells", kTape, kLag, "under PhaseA_v1 also of thin days", kOurs},
    {"log_buy_sell", Type::Double, "ratio", "ln(lit buy volume / lit sell volume), both above 0",
     "lit sell volume", kTape, kLag, "", kOurs},
    {"classification_method", Type::Text, "",
     "rule that was used: LEE_READY, QUOTE, EMO, CLNV, TICK (no quotes), BULK_MINUTE; NBBO or TICK "
     "under PhaseA_v1",
     "", kTape, kLag, "", kOurs},
    {"lit_coverage_pct", Type::Double, "percent",
     "100 x signed volume / volume whose direction was asked for", "eligible lit volume", kTape,
     kLag, "by number of trades under PhaseA_v1, where it can exceed 100", kOurs},
    {"lit_midpoint_volume", Type::Quantity, "shares",
     "eligible lit volume at the midpoint that no rule signed", "", kTapeOnly, kLag, kV2Only,
     kOurs},
    {"lit_unclassified_volume", Type::Quantity, "shares",
     "eligible lit volume elsewhere that no rule signed", "", kTapeOnly, kLag, kV2Only, kOurs},
    {"off_exchange_volume", Type::Quantity, "shares",
     "prints of FINRA's facilities (exchange 4) that count in volume, all hours", "", kTapeOnly,
     kLag, kV2Only, kOurs},
    {"off_exchange_midpoint_volume", Type::Quantity, "shares",
     "such prints in regular hours at the midpoint of the NBBO", "", kTapeOnly, kLag,
     "null without quotes", kOurs},
    {"tape_volume", Type::Quantity, "shares", "all prints that count in volume, all hours", "",
     kTapeOnly, kLag, kV2Only, kOurs},
    {"trade_count", Type::Int64, "trades", "lit trades whose direction was asked for", "",
     kTapeOnly, kLag, kV2Only, kOurs},
    {"off_exchange_share", Type::Double, "ratio", "off_exchange_volume / tape_volume",
     "tape_volume (consolidated, all hours)", kTapeOnly, kLag,
     "known a day after, weeks before FINRA's weekly data", kOurs},
    {"off_exchange_midpoint_share", Type::Double, "ratio",
     "off_exchange_midpoint_volume / off_exchange_volume", "off_exchange_volume", kTapeOnly, kLag,
     "prints outside regular hours are in the denominator only", kOurs},
    {"inference_version", Type::Text, "", "v2, PhaseA_v1, or imported", "", kTape, kLag,
     "an imported day hides the computed ones", kOurs},
});

}  // namespace

std::span<const Metric> lit_metrics() { return kMetrics; }

}  // namespace offex::studies
