#include <array>

#include "studies/catalogue_internal.hpp"

namespace offex::studies {
namespace {

using columns::Type;

constexpr std::string_view kOurs = "offex rv/1.0.0";
constexpr std::string_view kShort = "finra_short_consolidated";
constexpr std::string_view kBar = "polygon_daily_agg";
constexpr std::string_view kEvening = "the day's short-sale file, evening of the trade date";
constexpr std::string_view kFamily = "the sessions before and the day's file";
constexpr std::string_view kVersionText = "rv/1.0.0+ and the fingerprint of the parameters";
constexpr std::string_view kNormal =
    "a normal score: comparable between names and histories; no direction of price follows from it";

constexpr Metric number(std::string_view name, std::string_view unit, std::string_view formula,
                        std::string_view caveat = "") {
  return {name, Type::Double, unit, formula, "", kShort, kFamily, caveat, kOurs};
}
constexpr Metric whole(std::string_view name, std::string_view unit, std::string_view formula) {
  return {name, Type::Int32, unit, formula, "", kShort, kFamily, "", kOurs};
}
constexpr Metric day_key() {
  return {"trade_date", Type::Day, "", "session of the row", "", "", kEvening, "", kOurs, {}, true};
}
constexpr Metric security_key() {
  return {"symbol_code",
          Type::Int32,
          "",
          "the security; views show it as `symbol`",
          "",
          "",
          kEvening,
          "",
          kOurs,
          {},
          true};
}
constexpr Metric version_key() {
  return {"inference_version", Type::Text, "", kVersionText, "", "", kEvening, "", kOurs, {}, true};
}
constexpr Metric control(std::string_view name) {
  return {name,    Type::Symbol,
          "",      "a name without a tag on that session whose baseline of shares is nearest",
          "",      kShort,
          kFamily, "what the outcome of the hit is held against; null where there is none left",
          kOurs};
}

constexpr auto kHit = std::to_array<Metric>({
    day_key(),
    security_key(),
    version_key(),
    whole("rank", "", "place in the order of p_o, of all names tested"),
    {"tag", Type::Label, "",
     "SURGE: z_v >= 1.5; SHORT and LONG: z_r >= 1.5 and <= -1.5; both, or NONE", "", kShort,
     kFamily, "SHORT and LONG describe the reported mix, not an opinion", kOurs, kTagWords},
    {"grade", Type::Label, "", "history: A from 20 sessions, B from 10, C from 5, X below", "",
     kShort, kFamily, "", kOurs, kGradeWords},
    number("z_r", "", "surprise of the short ratio given the surprise of volume", kNormal),
    number("z_v", "", "surprise of the off-exchange volume", kNormal),
    number("z_p", "", "decayed sum of clipped z_r, memory of about three sessions", kNormal),
    number("p_o", "", "Cauchy combination of p_r, p_v and p_j"),
    number("q_o", "", "Benjamini-Hochberg q-value of p_o in the default family",
           "of the names with a q-value this small or smaller, this part is expected to be chance"),
    number("p_r", "", "two-sided p-value of z_r over its empirical scale"),
    number("q_r", "", "q-value of p_r"),
    number("p_v", "", "one-sided p-value of z_v over its empirical scale: surges only"),
    number("q_v", "", "q-value of p_v"),
    number("p_j", "", "p-value of z_r^2 + max(z_v, 0)^2, exact under independent normal scores"),
    number("q_j", "", "q-value of p_j"),
    number("p_p", "", "two-sided p-value of z_p over its empirical scale"),
    number("q_p", "", "q-value of p_p"),
    {"short_ratio", Type::Double, "ratio", "short volume / total volume", "total_volume", kShort,
     kEvening, "", kOurs},
    {"expected_ratio", Type::Double, "ratio",
     "what the sessions before let expect, common shift of the day included", "total_volume",
     kShort, kFamily, "", kOurs},
    number("multiple", "times",
           "total volume / what the sessions before let expect, common shift taken out"),
    number("z_r_change", "", "z_r less that of the session before",
           "null where one of them is missing"),
    whole("streak", "sessions", "sessions in a row with a tag, this one included"),
    whole("history", "sessions", "sessions taken in before this one"),
    number("baseline_shares", "shares", "usual off-exchange volume, from the sessions before"),
    {"total_volume", Type::Quantity, "shares", "off-exchange volume of the day", "", kShort,
     kEvening, "", kOurs},
    {"dollar_volume", Type::Double, "dollars",
     "mean of close x consolidated volume over the 20 sessions before", "", kBar, kFamily, "",
     kOurs},
    {"close", Type::Price, "dollars", "close of the day, unadjusted", "", kBar, kEvening, "",
     kOurs},
    {"status", Type::Label, "",
     "OK; PARTIAL: the file has under 0.97 of the usual rows or half of the usual shares", "",
     kShort, kFamily, "a partial session is scored and not learnt from", kOurs, kSessionWords},
    {"after_break", Type::Bool, "", "at most 20 sessions after volumes changed their meaning", "",
     "calendar of structural breaks", kEvening, "", kOurs},
    {"split_known", Type::Bool, "", "a split took effect that day and the baseline moved along", "",
     "ref_corporate_action", kEvening, "", kOurs},
    {"split_suggested", Type::Double, "", "share factor that open / previous close suggests", "",
     kBar, kEvening, "SPLIT?: not known as a split; the surge may be nothing else", kOurs},
    control("control_1"),
    control("control_2"),
    control("control_3"),
});

constexpr auto kSession = std::to_array<Metric>({
    day_key(),
    version_key(),
    {"status", Type::Label, "", "OK or PARTIAL, as in scan_hit", "", kShort, kFamily, "", kOurs,
     kSessionWords},
    {"after_break", Type::Bool, "", "at most 20 sessions after volumes changed their meaning", "",
     "calendar of structural breaks", kEvening, "", kOurs},
    whole("names", "", "rows of the file that can be scored or begin a history"),
    whole("rejected", "", "rows with total <= 0, short < 0 or short > total"),
    number("usual_names", "", "median of the 20 sessions before", "null for fewer than 5"),
    number("total_shares", "shares", "off-exchange volume of all names"),
    number("usual_shares", "shares", "median of the 20 sessions before", "null for fewer than 5"),
    whole("family", "",
          "names tested: 5 sessions of history, 10,000 baseline shares, 1,000 shares today, no "
          "test issue"),
    number("shift_v", "", "median of the logarithmic volume surprise: the market's day"),
    number("shift_r", "", "median of the surprise of the ratio's angle: the market's day"),
    number("scale_v", "", "empirical-null scale of z_v, at least 1"),
    number("scale_r", "", "empirical-null scale of z_r, at least 1"),
    number("scale_p", "", "empirical-null scale of z_p, at least 1"),
    whole("discoveries_o", "", "names with q_o at most the false discovery rate"),
    whole("discoveries_r", "", "the same by q_r"),
    whole("discoveries_v", "", "the same by q_v"),
    whole("discoveries_j", "", "the same by q_j"),
    whole("discoveries_p", "", "the same by q_p"),
    number("expected_by_chance", "",
           "part of discoveries_o that is chance: family x largest p_o among them",
           "at most the false discovery rate times discoveries_o"),
});

constexpr Metric carried(std::string_view name, std::string_view what) {
  return {name, Type::Double, "", what, "", kShort, kEvening, "state, not a result", kOurs};
}

constexpr auto kState = std::to_array<Metric>({
    day_key(),
    security_key(),
    version_key(),
    {"last_date", Type::Day, "", "newest session taken in", "", kShort, kEvening, "", kOurs},
    whole("history", "sessions", "sessions taken in"),
    carried("w", "weight of the mean"),
    carried("w2", "squared weights of the mean"),
    carried("u", "weight of the variance"),
    carried("u2", "squared weights of the variance"),
    carried("av", "decayed sum of log volume"),
    carried("ar", "decayed sum of the ratio's angle"),
    carried("vv", "decayed squares of the volume's deviations"),
    carried("vr", "decayed squares of the angle's deviations"),
    carried("lv", "last deviation of log volume"),
    carried("lr", "last deviation of the angle"),
    carried("e", "decayed sum of clipped z_r"),
    carried("q", "its squared weights"),
    whole("clipped_v", "", "sign of the last t_v beyond the clip, or 0"),
    whole("clipped_r", "", "sign of the last t_r beyond the clip, or 0"),
    whole("streak", "sessions", "sessions in a row with a tag"),
    carried("dollars", "decayed sum of close x total"),
    carried("dollars_weight", "its weight"),
    carried("price_u", "return: weight of the variance"),
    carried("price_u2", "return: squared weights"),
    carried("price_v", "return: decayed squares"),
    whole("price_count", "", "returns taken in"),
    carried("lit_w", "lit imbalance: weight of the mean"),
    carried("lit_w2", "lit imbalance: squared weights of the mean"),
    carried("lit_a", "lit imbalance: decayed sum"),
    carried("lit_u", "lit imbalance: weight of the variance"),
    carried("lit_u2", "lit imbalance: squared weights of the variance"),
    carried("lit_v", "lit imbalance: decayed squares of deviations"),
    carried("lit_l", "lit imbalance: last deviation"),
    whole("lit_count", "", "imbalances taken in"),
});

}  // namespace

std::span<const Metric> scan_hit_metrics() { return kHit; }
std::span<const Metric> scan_session_metrics() { return kSession; }
std::span<const Metric> scan_state_metrics() { return kState; }

}  // namespace offex::studies
