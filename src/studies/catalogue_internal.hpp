#pragma once

#include <array>
#include <span>
#include <string_view>

#include "offex/studies/catalogue.hpp"

namespace offex::studies {

// Tables of each version; the words of a Label column are static arrays beside them.
[[nodiscard]] std::span<const Metric> phase_a_metrics();
[[nodiscard]] std::span<const Metric> phase_a_index_metrics();
[[nodiscard]] std::span<const Metric> v2_metrics();
[[nodiscard]] std::span<const Metric> v2_index_metrics();
[[nodiscard]] std::span<const Metric> feature_metrics();
[[nodiscard]] std::span<const Metric> weekly_metrics_v2();
[[nodiscard]] std::span<const Metric> nowcast_metrics();
[[nodiscard]] std::span<const Metric> lit_metrics();
[[nodiscard]] std::span<const Metric> composite_metrics();
[[nodiscard]] std::span<const Metric> seed_composite_metrics();
[[nodiscard]] std::span<const Metric> macro_metrics();
[[nodiscard]] std::span<const Metric> scan_hit_metrics();
[[nodiscard]] std::span<const Metric> scan_session_metrics();
[[nodiscard]] std::span<const Metric> scan_state_metrics();

inline constexpr std::array<std::string_view, 1> kPhaseAWords{"PhaseA_v1"};
inline constexpr std::array<std::string_view, 1> kV2Words{"v2"};
inline constexpr std::array<std::string_view, 1> kFeatureWords{"offexchange-features-v1"};
inline constexpr std::array<std::string_view, 2> kDenominatorWords{"FINRA_TOTAL", "POLYGON_TOTAL"};
inline constexpr std::array<std::string_view, 3> kMixedDenominatorWords{"FINRA_TOTAL",
                                                                        "POLYGON_TOTAL", "MIXED"};
inline constexpr std::array<std::string_view, 3> kScoreSourceWords{
    "short_buy_sell_ratio_z", "vw_flow_z", "finra_buy_volume_z"};
inline constexpr std::array<std::string_view, 3> kLabelWords{"Accumulating", "Distribution",
                                                             "Neutral"};
inline constexpr std::array<std::string_view, 4> kContextWords{"Accumulating", "Distribution",
                                                               "Neutral", "Insufficient"};
inline constexpr std::array<std::string_view, 2> kShortPartWords{"z_r", "z_p"};
inline constexpr std::array<std::string_view, 1> kSeedCompositeWords{"cs/1.0.0"};
inline constexpr std::array<std::string_view, 3> kOtcStatusWords{"Anchored", "Staled", "None"};
inline constexpr std::array<std::string_view, 2> kPhaseAQualityWords{"PRE_OTC", "OTC_ANCHORED"};
inline constexpr std::array<std::string_view, 1> kConsolidatedWords{"CONSOLIDATED"};
inline constexpr std::array<std::string_view, 2> kPriceSourceWords{"INDEX", "PROXY"};
inline constexpr std::array<std::string_view, 2> kShortSourceWords{"CNMS", "FACILITIES"};

inline constexpr std::array<std::string_view, 2> kWeeklySideWords{"SYMBOL_ROWS", "FIRM_ROWS"};
inline constexpr std::array<std::string_view, 2> kWeeklyTotalWords{"BOTH_SIDES", "TABLE"};
inline constexpr std::array<std::string_view, 6> kWeeklyQualityWords{
    "OK",           "TOTAL_ONLY",         "NO_CONSOLIDATED",
    "SIDE_MISSING", "FIRM_ROWS_DISAGREE", "ABOVE_CONSOLIDATED"};
inline constexpr std::array<std::string_view, 3> kWeekStatusWords{"PUBLISHED", "PENDING",
                                                                  "RUNNING"};
inline constexpr std::array<std::string_view, 2> kAtsTotalWords{"ATS_FILE", "CONSOLIDATED"};

inline constexpr std::array<std::string_view, 6> kTagWords{"SURGE+SHORT", "SURGE+LONG", "SURGE",
                                                           "SHORT",       "LONG",       "NONE"};
inline constexpr std::array<std::string_view, 4> kGradeWords{"A", "B", "C", "X"};
inline constexpr std::array<std::string_view, 2> kSessionWords{"OK", "PARTIAL"};
inline constexpr std::array<std::string_view, 1> kFinraTotalWords{"FINRA_TOTAL"};
/// The first that holds, from the last to the second; the first word when none does.
inline constexpr std::array<std::string_view, 6> kV2QualityWords{
    "OK", "NO_SHORT", "NO_PRICE", "TOTAL_MISSING", "SHORT_ABOVE_TOTAL", "TOTAL_ABOVE_CONSOLIDATED"};

}  // namespace offex::studies
