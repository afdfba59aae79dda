#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offex/views/week_figure.hpp"

namespace offex::views {

/// Returns "23 Mar".
[[nodiscard]] std::string short_day(market::Day day);
/// Returns a panel that only says why it is empty.
[[nodiscard]] render::Panel empty_week_panel(std::string title, std::string why);
/// Returns `text` cut to so many cells, with an ellipsis.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t cells);
/// Returns the Mondays of the weeks.
[[nodiscard]] std::vector<market::Day> mondays_of(const WeekFigureData& data);
// The panels. Inches are those of the plot area.
[[nodiscard]] render::Panel size_panel(const WeekFigureData& data);
[[nodiscard]] render::Panel rank_panel(const WeekFigureData& data, double inches);
[[nodiscard]] render::Panel nowcast_panel(const WeekFigureData& data, double inches);
[[nodiscard]] render::Panel mix_panel(const WeekFigureData& data, double inches);
/// The table of nowcasts has room for this many lines at least.
inline constexpr std::size_t kLeastLines = 11;
/// Lines of the table of nowcasts.
[[nodiscard]] std::size_t nowcast_lines(const WeekFigureData& data);

}  // namespace offex::views
