#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "offex/render/day_axis.hpp"
#include "offex/views/clock.hpp"

#include "views/time_panels_internal.hpp"

namespace offex::views {

double TimeFrame::width() const { return render::width_for_days(points.size()); }

double TimeFrame::inches() const { return width() - render::kLeftMargin - kTimeRight; }

double TimeFrame::end() const {
  constexpr double kAway = 0.04;  // inches from the end of the axis, which is day_axis'
  const auto sessions_shown = static_cast<double>(points.size());
  return sessions_shown - 0.3 + kAway * (sessions_shown + 0.4) / inches();
}

std::string sessions_text(const TimeFrame& frame) {
  const std::size_t count = frame.sessions.size();
  return fmt::format("{} session{}{}", count, count == 1 ? "" : "s",
                     frame.points.weekly() ? ", a point a week: the mean of its sessions" : "");
}

void frame_panel(render::Panel& panel, const TimeFrame& frame, Limits limits) {
  panel.y.low = limits.low;
  panel.y.high = limits.high;
  panel.marks.insert(panel.marks.begin(), calendar_shades(frame.points, limits));
}

std::vector<render::PanelRow> stack_panels(std::vector<NamedPanel> panels, const TimeFrame& frame) {
  const render::Axis axis = render::day_axis(frame.points.days(), frame.inches());
  std::vector<render::Mark> breaks = break_rules(frame.points.days());
  std::vector<render::PanelRow> out;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const bool dated = i + 1 == panels.size() || !panels[i + 1].over_time;
    for (render::PanelRow& row : panels[i].rows) {
      if (panels[i].over_time) {
        render::Panel& panel = row.panels.front();
        panel.x = axis;
        panel.x.grid = false;
        panel.x.labels = dated && &row == &panels[i].rows.back();
        panel.marks.insert(panel.marks.end(), breaks.begin(), breaks.end());
        for (render::Mark& mark : breaks) std::get<render::Rule>(mark).label.clear();
      }
      out.push_back(std::move(row));
    }
  }
  return out;
}

base::Error unknown_panel(std::string_view name, const std::vector<std::string_view>& known) {
  return {base::ErrorCode::InvalidArgument,
          fmt::format("unknown panel `{}`; there are: {}", name, fmt::join(known, ", "))};
}

}  // namespace offex::views
