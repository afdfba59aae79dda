#pragma once

#include "offex/views/macro_figure.hpp"

#include "views/time_panels_internal.hpp"

// The panels of the figure of the market.
namespace offex::views {

inline constexpr GroupKey kMarket{"market", "market"};

/// Values of a column of a group, by point.
[[nodiscard]] std::vector<double> shown(const MacroFigureData& data, const TimeFrame& frame,
                                        std::string_view column, GroupKey group = kMarket);
/// A row of the panel's title that says why there is nothing to draw.
[[nodiscard]] render::PanelRow empty_row(const render::Panel& panel, std::string_view why);

/// The newest session in a sentence.
[[nodiscard]] std::string market_line(const MacroFigureData& data, const TimeFrame& frame);

[[nodiscard]] NamedPanel short_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel breadth_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel tier_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel volume_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel sector_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel moves_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel dispersion_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel discovery_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel surge_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel tilt_panel(const MacroFigureData& data, const TimeFrame& frame);
[[nodiscard]] NamedPanel score_panel(const MacroFigureData& data, const TimeFrame& frame);

}  // namespace offex::views
