#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"

#include "views/macro_panels_internal.hpp"

// The panels of the market that are strips of coloured days.
namespace offex::views {
namespace {

/// One strip with what stands at its end.
struct Strip {
  std::string name;
  std::vector<double> values;
};

/// Strips below each other, the first one on top.
NamedPanel strips_panel(render::Panel panel, const std::vector<Strip>& strips, double shares,
                        const TimeFrame& frame) {
  render::HeatMap map;
  map.rows = strips.size();
  map.columns = frame.points.size();
  render::Texts names;
  for (std::size_t row = 0; row < strips.size(); ++row) {
    const Strip& strip = strips[strips.size() - 1 - row];
    map.values.insert(map.values.end(), strip.values.begin(), strip.values.end());
    names.texts.push_back({.x = frame.end(),
                           .y = static_cast<double>(row),
                           .text = strip.name,
                           .place = render::Place::Right,
                           .size = 0.76});
  }
  panel.y.low = -0.6;
  panel.y.high = static_cast<double>(strips.size()) - 0.4;
  panel.y.labels = false;
  panel.y.grid = false;
  panel.marks = {std::move(map), std::move(names)};
  return {{{shares * static_cast<double>(strips.size()), {std::move(panel)}}}};
}

std::vector<std::string> sectors_in(const columns::Batch& rows) {
  std::set<std::string> out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    if (columns::text_of(rows, "group_kind", row) != "sector") continue;
    out.insert(columns::text_of(rows, "group_name", row));
  }
  return {out.begin(), out.end()};
}

}  // namespace

NamedPanel sector_panel(const MacroFigureData& data, const TimeFrame& frame) {
  render::Panel out{.title = "Short ratio by sector"};
  std::vector<Strip> strips;
  for (const std::string& sector : sectors_in(data.rows)) {
    strips.push_back({sector, shown(data, frame, "group_z_r", {"sector", sector})});
  }
  if (strips.empty()) {
    return {{empty_row(out,
                       "no sector is known: import a securities file (symbol, type, sector, "
                       "market_cap, known_from)")}};
  }
  out.note = "score of the sector against the market: blue more short volume, full at 3";
  return strips_panel(std::move(out), strips, 1.75, frame);
}

NamedPanel score_panel(const MacroFigureData& data, const TimeFrame& frame) {
  struct Measure {
    std::string_view column, name;
  };
  constexpr std::array<Measure, 7> kMeasures{{{"breadth_z", "breadth"},
                                              {"tilt_z", "tilt"},
                                              {"common_r_z", "common ratio"},
                                              {"dispersion_r_z", "dispersion"},
                                              {"volume_breadth_z", "volume breadth"},
                                              {"common_v_z", "common volume"},
                                              {"surge_share_z", "surges"}}};
  render::Panel out{.title = "Surprise of all measures"};
  std::vector<Strip> strips;
  bool any = false;
  for (const Measure& measure : kMeasures) {
    std::vector<double> z = shown(data, frame, measure.column);
    any = any || any_value(z);
    const double last = last_of(z);
    strips.push_back({fmt::format("{} {}", measure.name, signed_text(last)), std::move(z)});
  }
  if (!any) return {{empty_row(out, "no z yet: it needs 10 sessions of history")}};
  out.note = "z: blue above, orange below its own past, full at 3";
  return strips_panel(std::move(out), strips, 1.8, frame);
}

}  // namespace offex::views
