#pragma once

#include <string_view>

#include "offex/views/scan_figure.hpp"

// The panels of the figure of a scan.
namespace offex::views {

/// Inches of the figure.
inline constexpr double kScanWidth = 13.0;
inline constexpr double kScanRight = 0.35;

/// Returns the columns of what a ranking goes by: "q_o".
[[nodiscard]] std::string_view q_column(studies::RankBy by);
[[nodiscard]] std::string_view p_column(studies::RankBy by);

/// Why a panel has nothing to draw when no name could be tested; empty when some was.
[[nodiscard]] std::string nothing_tested(const ScanFigureData& data);

[[nodiscard]] render::PanelRow ranked_names(const ScanFigureData& data);
[[nodiscard]] render::Panel surprise_scatter(const ScanFigureData& data, double inches,
                                             double height);
[[nodiscard]] render::Panel score_distribution(const ScanFigureData& data);
[[nodiscard]] render::Panel discoveries_over_time(const ScanFigureData& data, double inches);
[[nodiscard]] render::Panel breadth_over_time(const ScanFigureData& data, double inches);
[[nodiscard]] render::Panel outcomes_of_hits(const ScanFigureData& data);

}  // namespace offex::views
