#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/views/index_figure.hpp"

#include "views/market_parts_internal.hpp"

// Figures whose panels stand one below the other over the same sessions.
namespace offex::views {

/// Inches right of the panels, for the names at the ends of lines.
inline constexpr double kTimeRight = 1.45;

/// What all panels of such a figure share.
struct TimeFrame {
  explicit TimeFrame(std::vector<market::Day> shown)
      : sessions{std::move(shown)}, points{sessions} {}

  [[nodiscard]] double width() const;   ///< inches of the figure
  [[nodiscard]] double inches() const;  ///< of a panel
  /// Where the names of lines begin.
  [[nodiscard]] double end() const;

  std::vector<market::Day> sessions;
  TimePoints points;
};

/// A panel as people ask for it: one row or more.
struct NamedPanel {
  std::vector<render::PanelRow> rows;
  bool over_time{true};  ///< its x axis is that of the sessions
};

/// How many sessions are shown, and whether as weeks.
[[nodiscard]] std::string sessions_text(const TimeFrame& frame);

/// Gives a panel over time the range of its y axis and the shaded days below its marks.
void frame_panel(render::Panel& panel, const TimeFrame& frame, Limits limits);

/// Puts panels below each other: only the last one over time of a run has dates, and the first one
/// names the breaks.
[[nodiscard]] std::vector<render::PanelRow> stack_panels(std::vector<NamedPanel> panels,
                                                         const TimeFrame& frame);

/// Returns "unknown panel `x`; there are: ...".
[[nodiscard]] base::Error unknown_panel(std::string_view name,
                                        const std::vector<std::string_view>& known);

// Panels of an index, shared by its figure and the one of the market.
[[nodiscard]] NamedPanel ratio_panel(const IndexFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel contribution_panel(const IndexFigureData& data);
/// What the ratios and contributions are, for the small print.
[[nodiscard]] std::vector<std::string> ratio_notes();

/// Rows of index_table that the request asks for and those of its band.
[[nodiscard]] Result<IndexFigureData> load_index_rows(const store::Reader& reader,
                                                      const studies::IndexRequest& request);

}  // namespace offex::views
