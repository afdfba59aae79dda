#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"

#include "views/macro_panels_internal.hpp"

// The market's volume by week: where it traded, and what is not known yet.
namespace offex::views {
namespace {

using render::Ink;

/// One week as a stack, from the bottom.
struct Layer {
  double shares;
  Ink ink;
  bool hatched;
};

std::array<Layer, 5> layers_of(const WeekVolume& week) {
  return {{{week.lit, Ink::Shade3, false},
           {week.expected_lit, Ink::Shade3, true},
           {week.non_ats, Ink::Shade2, false},
           {week.ats, Ink::Shade1, false},
           {week.expected_off, Ink::Shade2, true}}};
}

double total(const WeekVolume& week) {
  return week.lit + week.ats + week.non_ats + week.expected_lit + week.expected_off;
}

/// Names at the layers of the newest week that is wholly published, told at the right end.
void label_layers(const MacroFigureData& data, const TimeFrame& frame, Limits limits, double inches,
                  std::vector<render::Mark>& marks) {
  const WeekVolume* last = nullptr;
  const WeekVolume* newest = nullptr;
  for (const WeekVolume& week : data.weeks) {
    if (week.expected_off == 0.0 && week.ats + week.non_ats > 0.0) last = &week;
    newest = &week;
  }
  std::vector<EndLabel> labels;
  if (last != nullptr) {
    const auto share = [&](double part) { return percent_text(part / total(*last), 0); };
    labels.push_back({last->lit / 2, "lit " + share(last->lit), Ink::Quiet});
    labels.push_back(
        {last->lit + last->non_ats / 2, "non-ATS " + share(last->non_ats), Ink::Quiet});
    labels.push_back(
        {last->lit + last->non_ats + last->ats / 2, "ATS " + share(last->ats), Ink::Text});
  }
  if (newest != nullptr && newest->expected_off > 0.0) {
    labels.push_back({total(*newest), "hatched: expected", Ink::Quiet});
  }
  marks.emplace_back(end_labels(std::move(labels), frame.end(), limits, inches));
}

}  // namespace

std::vector<WeekVolume> week_volumes(const columns::Batch& weekly, const columns::Batch& nowcasts) {
  constexpr std::string_view kWeek = "week_start_date";
  std::map<market::Day, WeekVolume> out;
  for (std::size_t row = 0; row < weekly.num_rows(); ++row) {
    const double ats = columns::number_of(weekly, "ats_volume", row);
    const double non_ats = columns::number_of(weekly, "non_ats_volume", row);
    const double all = columns::number_of(weekly, "consolidated_volume", row);
    // An impossible week would make the rest negative.
    if (!(ats + non_ats <= all)) continue;
    WeekVolume& week = out[*columns::day_of(weekly, kWeek, row)];
    week.ats += ats;
    week.non_ats += non_ats;
    week.lit += all - ats - non_ats;
  }
  for (std::size_t row = 0; row < nowcasts.num_rows(); ++row) {
    // What a week that still runs has so far is none of a week.
    if (columns::text_of(nowcasts, "status", row) != "PENDING") continue;
    const double off = columns::number_of(nowcasts, "nowcast_volume", row);
    const double all = columns::number_of(nowcasts, "consolidated_volume", row);
    if (!(off <= all)) continue;
    WeekVolume& week = out[*columns::day_of(nowcasts, kWeek, row)];
    week.expected_off += off;
    week.expected_lit += all - off;
  }
  std::vector<WeekVolume> weeks;
  for (auto& [monday, week] : out) {
    week.monday = monday;
    weeks.push_back(week);
  }
  return weeks;
}

NamedPanel volume_panel(const MacroFigureData& data, const TimeFrame& frame) {
  constexpr double kHeight = 16.0;
  render::Panel out{.title = "Volume by week"};
  out.y.unit = render::Unit::Short;
  out.y.title = "shares";
  double most = 0.0;
  render::Boxes boxes;
  for (const WeekVolume& week : data.weeks) {
    const auto span = frame.points.span(week.monday, week.monday.plus(4));
    if (!span) continue;
    double from = 0.0;
    for (const Layer& layer : layers_of(week)) {
      if (layer.shares <= 0.0) continue;
      boxes.boxes.push_back({static_cast<double>(span->first) - 0.42,
                             static_cast<double>(span->last) + 0.42, from, from + layer.shares,
                             layer.ink, layer.hatched});
      from += layer.shares;
    }
    most = std::max(most, from);
  }
  if (boxes.boxes.empty()) {
    return {{{kEmptyHeight,
              {empty_panel(out.title,
                           "no week with weekly files and bars: offex import "
                           "WEEKLY-FILES BARS")}}}};
  }
  const Limits limits{0.0, 1.06 * most};
  out.note = "shares of the newest whole week at the right";
  out.marks = {std::move(boxes)};
  label_layers(data, frame, limits, kHeight * render::kInchesPerShare, out.marks);
  out.y.low = limits.low;
  out.y.high = limits.high;
  return {{{kHeight, {std::move(out)}}}};
}

}  // namespace offex::views
