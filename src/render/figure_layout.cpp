#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "offex/render/text_width.hpp"

#include "render/figure_layout_internal.hpp"

namespace offex::render {
namespace {

using namespace layout;

constexpr double kTitle = 0.30;
constexpr double kFactGap = 0.28;
constexpr double kPanelTitle = 0.30;
constexpr double kAxisTitle = 0.20;
constexpr double kRowGap = 0.05;
constexpr double kBottom = 0.10;
constexpr double kCharacter = 0.069;  // mean width of one at size 1; text is measured by it

// A wide figure is looked at from farther away: what it says grows with it, so that it can be read
// when all of it fits a screen.
constexpr double kUsualWidth = 17.0;
constexpr double kMostScale = 2.4;

bool has_x_labels(const PanelRow& row) {
  return std::ranges::any_of(row.panels, [](const Panel& panel) { return panel.x.labels; });
}
bool has_x_title(const PanelRow& row) {
  return std::ranges::any_of(row.panels, [](const Panel& panel) { return !panel.x.title.empty(); });
}
bool has_title(const PanelRow& row) {
  return std::ranges::any_of(
      row.panels, [](const Panel& panel) { return !panel.title.empty() || !panel.note.empty(); });
}

}  // namespace

double scale_of(const Figure& figure) {
  return std::clamp(figure.width / kUsualWidth, 1.0, kMostScale);
}

Figure laid_out(Figure figure) {
  figure.width /= scale_of(figure);
  return figure;
}

double width_of(std::string_view text, double size) {
  return static_cast<double>(display_width(text)) * kCharacter * size;
}

std::vector<std::string> small_lines(const Figure& figure) {
  const auto room =
      static_cast<std::size_t>((figure.width - kLeftMargin - 0.2) / (kCharacter * kSmallSize));
  std::vector<std::string> out;
  for (const std::string& line : figure.small_print) {
    for (std::string& part : wrap_text(printable(line), room)) out.push_back(std::move(part));
  }
  return out;
}

std::vector<PlacedFact> placed_facts(const Figure& figure) {
  std::vector<PlacedFact> out;
  double x = kMargin;
  std::size_t line = 0;
  for (const Fact& fact : figure.strip) {
    std::string value =
        fact.detail.empty() ? fact.value : fmt::format("{} · {}", fact.value, fact.detail);
    const double wide = std::max(width_of(fact.name, 0.74), width_of(value, 0.95));
    if (x + wide > figure.width - kMargin && x > kMargin) {
      x = kMargin;
      ++line;
    }
    out.push_back({&fact, std::move(value), x, line});
    x += wide + kFactGap;
  }
  return out;
}

std::vector<PlacedPanel> placed_panels(const Figure& figure, const PanelRow& row) {
  double shares = 0.0;
  for (const Panel& panel : row.panels) shares += panel.width;
  std::vector<PlacedPanel> out;
  double x = 0.0;
  for (const Panel& panel : row.panels) {
    const double wide = figure.width * panel.width / shares;
    const double right =
        row.panels.size() == 1 ? figure.right_margin : std::min(figure.right_margin, 0.35);
    out.push_back({&panel, x + kLeftMargin + panel.left, x + wide - right - panel.right});
    x += wide;
  }
  return out;
}

bool note_is_apart(const PlacedPanel& placed) {
  const Panel& panel = *placed.panel;
  if (panel.note.empty()) return false;
  const double words =
      width_of(panel.title, kBold) + width_of(panel.y.title, 0.82) + width_of(panel.note, 0.82);
  return words + 0.4 > placed.right - placed.left;
}

RowSpace space_of(const Figure& figure, const PanelRow& row) {
  const bool apart = std::ranges::any_of(placed_panels(figure, row), note_is_apart);
  return {
      (has_title(row) ? kPanelTitle : 0.08) + (apart ? kNoteLine : 0.0),
      row.height * kInchesPerShare,
      kRowGap + (has_x_labels(row) ? kTickLabels : 0.0) + (has_x_title(row) ? kAxisTitle : 0.0)};
}

double head_height(const Figure& figure) {
  const std::vector<PlacedFact> facts = placed_facts(figure);
  const double strip =
      facts.empty() ? 0.0 : 0.04 + kStripLine * static_cast<double>(facts.back().line + 1);
  return kTop + kTitle + (figure.subtitle.empty() ? 0.0 : kSubtitle) + strip;
}

double layout_height(const Figure& figure) {
  double height = head_height(figure);
  for (const PanelRow& row : figure.rows) {
    const RowSpace space = space_of(figure, row);
    height += space.above + space.area + space.below;
  }
  return height + 0.10 + static_cast<double>(small_lines(figure).size()) * kSmallLine + kBottom;
}

double width_for_days(std::size_t days) {
  return std::clamp(4.0 + 0.11 * static_cast<double>(days), 9.0, 40.0);
}

double height_of(const Figure& figure) {
  return layout_height(laid_out(figure)) * scale_of(figure);
}

}  // namespace offex::render
