#pragma once

#include <string>
#include <vector>

#include "render/figure_axis_internal.hpp"

namespace offex::render {

/// What gnuplot needs for the marks of one panel.
struct MarkScript {
  std::string data;                  ///< inline data blocks, before the plot
  std::vector<std::string> clauses;  ///< of the plot command, lowest first
  std::string labels;                ///< texts, before the plot
};

/// \param first_block number of the first data block \return script and the next free number
[[nodiscard]] MarkScript mark_script(const Panel& panel, Range x, Range y, Theme theme,
                                     ImageFormat format, int& next_block);

/// Returns the command that writes a text at a point. \param size relative to axis labels
[[nodiscard]] std::string label_command(std::string_view point, std::string_view text, Place place,
                                        std::string_view colour, double size, bool bold,
                                        double turn, ImageFormat format);

/// Returns a font for `set label` and `set tics`. \param size relative to axis labels
[[nodiscard]] std::string font(double size, bool bold, ImageFormat format);

}  // namespace offex::render
