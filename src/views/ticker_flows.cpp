#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "views/ticker_internal.hpp"

namespace offex::views {
namespace {

using render::Ink;
using Value = TickerValue;

constexpr double kHalfBar = 0.36;
constexpr double kLowCoverage = 0.5;  // of the composite's weights
constexpr double kWideInterval = 60;  // of 100: it says next to nothing
constexpr double kMostZ = 4.0;

void add_bar(double x, double from, double to, Ink ink, bool hatched, render::Boxes& out) {
  if (std::isnan(from) || std::isnan(to) || from == to) return;
  out.boxes.push_back(
      {x - kHalfBar, x + kHalfBar, std::min(from, to), std::max(from, to), ink, hatched});
}

constexpr std::string_view kNoTape =
    "no tape for these days: offex sync trades --symbols ..., then offex build lit";

render::Panel lit_panel(const TickerData& data) {
  render::Panel out{.title = "Lit imbalance"};
  out.y.unit = render::Unit::Percent;
  out.y.title =
      "buys less sells, of both; grey: with the trades not told all on one side; inferred";
  out.y.zero = true;
  render::Boxes bars;
  render::Boxes unsure;
  for (std::size_t i = 0; i < data.days.size(); ++i) {
    const double value = data[Value::LitImbalance][i];
    if (std::isnan(value)) continue;
    const auto x = static_cast<double>(i);
    const double signed_volume = data[Value::LitBuy][i] + data[Value::LitSell][i];
    const double unknown = data[Value::LitUnclassified][i];
    const double all = signed_volume + unknown;
    add_bar(x, (value * signed_volume - unknown) / all, (value * signed_volume + unknown) / all,
            Ink::Shade3, false, unsure);
    add_bar(x, 0.0, value, value < 0.0 ? Ink::Negative : Ink::Positive, false, bars);
  }
  if (bars.boxes.empty() && unsure.boxes.empty()) {
    out.empty = kNoTape;
  } else {
    out.marks = {unsure, bars, render::Rule{.at = 0.0}};
  }
  return out;
}

render::Panel log_ratio_panel(const TickerData& data) {
  render::Panel out{.title = "Lit log ratio"};
  out.y.unit = render::Unit::Signed;
  out.y.title = "ln(buy volume / sell volume) on the exchanges; inferred";
  out.y.zero = true;
  render::Boxes bars;
  for (std::size_t i = 0; i < data.days.size(); ++i) {
    const double buy = data[Value::LitBuy][i];
    const double sell = data[Value::LitSell][i];
    if (!(buy > 0.0) || !(sell > 0.0)) continue;
    const double value = std::log(buy / sell);
    add_bar(static_cast<double>(i), 0.0, value, value < 0.0 ? Ink::Negative : Ink::Positive, false,
            bars);
  }
  if (bars.boxes.empty()) {
    out.empty = kNoTape;
  } else {
    out.marks = {bars, render::Rule{.at = 0.0}};
  }
  return out;
}

/// The week's lit buys as a share of its lit volume.
double week_buy_ratio(const TickerData& data, Slots slots) {
  double buy = 0.0;
  double all = 0.0;
  for (std::ptrdiff_t at = slots.first; at <= slots.last; ++at) {
    const auto i = static_cast<std::size_t>(at);
    if (std::isnan(data[Value::LitBuy][i]) || std::isnan(data[Value::LitSell][i])) continue;
    buy += data[Value::LitBuy][i];
    all += data[Value::LitBuy][i] + data[Value::LitSell][i];
  }
  return all > 0.0 ? buy / all : kMissing;
}

render::Panel otc_panel(const TickerData& data, WeekTime time) {
  render::Panel out{.title = "Off-exchange volume"};
  out.y.unit = render::Unit::Short;
  out.y.title =
      "shares a week, split by the week's lit buy ratio: an estimate; grey where no tape is there";
  out.y.zero = true;
  render::Boxes boxes;
  for (const TickerWeek& week : data.weeks) {
    const Slots described = slots_of(data, week, WeekTime::Event);
    const Slots slots = slots_of(data, week, time);
    if (slots.empty() || std::isnan(week.volume)) continue;
    const double low = static_cast<double>(slots.first) - 0.42;
    const double high = static_cast<double>(slots.last) + 0.42;
    const double ratio = described.empty() ? kMissing : week_buy_ratio(data, described);
    const bool pending = !week.published.has_value();
    if (std::isnan(ratio)) {
      boxes.boxes.push_back({low, high, 0.0, week.volume, Ink::Shade3, pending});
      continue;
    }
    boxes.boxes.push_back({low, high, 0.0, ratio * week.volume, Ink::Positive, pending});
    boxes.boxes.push_back({low, high, (ratio - 1.0) * week.volume, 0.0, Ink::Negative, pending});
  }
  if (boxes.boxes.empty()) {
    out.empty = "no weekly volume describes these days: offex sync weekly";
  } else {
    out.marks = {boxes, render::Rule{.at = 0.0}};
  }
  return out;
}

render::Panel surprise_panel(const TickerData& data) {
  constexpr std::array<std::pair<Value, std::string_view>, 5> kRows{{{Value::ZLit, "lit flow"},
                                                                     {Value::ZShare, "share"},
                                                                     {Value::ZP, "persist."},
                                                                     {Value::ZR, "ratio"},
                                                                     {Value::ZV, "volume"}}};
  render::Panel out{.title = "Surprise"};
  out.y.title = data.by_week ? "z against its own past, the largest of the week; blue above"
                             : "z against its own past; blue above, orange below";
  out.y.grid = false;
  out.y.low = -0.5;
  out.y.high = static_cast<double>(kRows.size()) - 0.5;
  render::HeatMap map{.rows = kRows.size(), .columns = data.days.size(), .limit = kMostZ};
  bool any = false;
  for (std::size_t row = 0; row < kRows.size(); ++row) {
    const Series& series = data[kRows[row].first];
    map.values.insert(map.values.end(), series.begin(), series.end());
    any = any || has_any(series);
    out.y.ticks.push_back({static_cast<double>(row), std::string{kRows[row].second}});
  }
  if (any) {
    out.marks.emplace_back(std::move(map));
  } else {
    out.empty = "too little history on these days";
  }
  return out;
}

render::Panel score_panel(const TickerData& data) {
  render::Panel out{.title = "Score"};
  out.y.title = "composite, 50 is a usual day; hatched: less than half of its parts, or uncertain";
  out.y.low = 0.0;
  out.y.high = 100.0;
  out.y.ticks = {{5.0, "5"}, {50.0, "50"}, {95.0, "95"}};
  const Series& score = data[Value::Score];
  render::Boxes bars;
  for (std::size_t i = 0; i < score.size(); ++i) {
    if (std::isnan(score[i])) continue;
    const bool unsure = !(data[Value::ScoreCoverage][i] >= kLowCoverage) ||
                        data[Value::ScoreHigh][i] - data[Value::ScoreLow][i] > kWideInterval;
    add_bar(static_cast<double>(i), 50.0, score[i], score[i] < 50.0 ? Ink::Negative : Ink::Positive,
            unsure, bars);
  }
  if (bars.boxes.empty()) {
    out.empty = "no score on these days";
  } else {
    out.marks = {bars, render::Rule{.at = 50.0}};
  }
  return out;
}

render::Panel decision_panel(const TickerData& data) {
  render::Panel out{.title = "Label"};
  out.y.title = "of the score: blue Accumulating, orange Distribution, grey Neutral";
  out.y.low = 0.0;
  out.y.high = 1.0;
  out.y.ticks = {{0.5, ""}};
  out.y.grid = false;
  render::Boxes boxes;
  for (std::size_t i = 0; i < data.label.size(); ++i) {
    const std::string& label = data.label[i];
    if (label.empty()) continue;
    const Ink ink = label == "Accumulating"   ? Ink::Positive
                    : label == "Distribution" ? Ink::Negative
                                              : Ink::Shade3;
    const auto x = static_cast<double>(i);
    boxes.boxes.push_back({x - 0.46, x + 0.46, 0.0, 1.0, ink, label == "Insufficient"});
  }
  if (boxes.boxes.empty()) {
    out.empty = "no score on these days";
  } else {
    out.marks = {boxes};
  }
  return out;
}

}  // namespace

render::Panel flow_panel(const TickerData& data, TickerPanel panel, WeekTime time) {
  switch (panel) {
    case TickerPanel::Lit:
      return lit_panel(data);
    case TickerPanel::LogRatio:
      return log_ratio_panel(data);
    case TickerPanel::OtcFlow:
      return otc_panel(data, time);
    case TickerPanel::Surprise:
      return surprise_panel(data);
    case TickerPanel::Score:
      return score_panel(data);
    case TickerPanel::Decision:
      return decision_panel(data);
    default:
      return {};
  }
}

}  // namespace offex::views
