#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "offex/render/figure.hpp"

// Where everything of a figure stands. All lengths are inches at which text has its usual size;
// `scale_of` says how many on paper are one of them.
namespace offex::render {

namespace layout {
inline constexpr double kTop = 0.16;
inline constexpr double kMargin = 0.16;
inline constexpr double kSubtitle = 0.20;
inline constexpr double kStripLine = 0.40;
inline constexpr double kNoteLine = 0.17;
inline constexpr double kTickLabels = 0.26;
inline constexpr double kSmallLine = 0.145;
inline constexpr double kSmallSize = 0.74;  // of text
inline constexpr double kBold = 1.12;       // times the width of other text
}  // namespace layout

/// Times that everything but the figure itself is larger than in one of usual width.
[[nodiscard]] double scale_of(const Figure& figure);
/// Returns the figure with the width that is left to lay it out.
[[nodiscard]] Figure laid_out(Figure figure);
[[nodiscard]] double layout_height(const Figure& figure);
[[nodiscard]] double head_height(const Figure& figure);

/// Returns about how wide a text is. \param size 1 is that of axis labels
[[nodiscard]] double width_of(std::string_view text, double size);

/// A small fact and where it stands in its line of the strip.
struct PlacedFact {
  const Fact* fact;
  std::string value;
  double x;
  std::size_t line;
};
[[nodiscard]] std::vector<PlacedFact> placed_facts(const Figure& figure);

/// Where the marks of a panel begin and end.
struct PlacedPanel {
  const Panel* panel;
  double left, right;
};
[[nodiscard]] std::vector<PlacedPanel> placed_panels(const Figure& figure, const PanelRow& row);

/// Whether the note of a panel needs a line of its own above the title.
[[nodiscard]] bool note_is_apart(const PlacedPanel& placed);

struct RowSpace {
  double above, area, below;
};
[[nodiscard]] RowSpace space_of(const Figure& figure, const PanelRow& row);

[[nodiscard]] std::vector<std::string> small_lines(const Figure& figure);

}  // namespace offex::render
