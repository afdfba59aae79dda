#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "offex/render/figure.hpp"
#include "offex/render/text_width.hpp"

#include "render/figure_marks_internal.hpp"
#include "render/palette_internal.hpp"

namespace offex::render {
namespace {

// All lengths are inches on paper.
constexpr double kShare = 0.085;  // of a row's height
constexpr double kTop = 0.16;
constexpr double kTitle = 0.30;
constexpr double kSubtitle = 0.20;
constexpr double kStripLine = 0.40;
constexpr double kFactGap = 0.28;
constexpr double kMargin = 0.16;
constexpr double kNoteLine = 0.17;
constexpr double kPanelTitle = 0.30;
constexpr double kTickLabels = 0.26;
constexpr double kAxisTitle = 0.20;
constexpr double kRowGap = 0.05;
constexpr double kSmallLine = 0.145;
constexpr double kBottom = 0.10;
constexpr double kLeft = 0.62;
constexpr double kSmallSize = 0.74;
constexpr double kCharacter = 0.069;  // mean width of one at size 1; text is measured by it
constexpr double kBold = 1.12;        // times that

double width_of(std::string_view text, double size) {
  return static_cast<double>(display_width(text)) * kCharacter * size;
}

std::vector<std::string> small_lines(const Figure& figure) {
  const auto room =
      static_cast<std::size_t>((figure.width - kLeft - 0.2) / (kCharacter * kSmallSize));
  std::vector<std::string> out;
  for (const std::string& line : figure.small_print) {
    for (std::string& part : wrap_text(printable(line), room)) out.push_back(std::move(part));
  }
  return out;
}

/// A small fact and where it stands in its line of the strip.
struct PlacedFact {
  const Fact* fact;
  std::string value;
  double x;
  std::size_t line;
};

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

/// Whether the note of a panel needs a line of its own above the title.
bool note_is_apart(const Panel& panel, double inches) {
  if (panel.note.empty()) return false;
  const double words =
      width_of(panel.title, kBold) + width_of(panel.y.title, 0.82) + width_of(panel.note, 0.82);
  return words + 0.4 > inches;
}

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

struct RowSpace {
  double above, area, below;
};

/// Calls `visit` with each panel of a row and the inches from the left at which its marks begin and
/// end.
template <class Visit>
void for_each_panel(const Figure& figure, const PanelRow& row, const Visit& visit) {
  double shares = 0.0;
  for (const Panel& panel : row.panels) shares += panel.width;
  double x = 0.0;
  for (const Panel& panel : row.panels) {
    const double wide = figure.width * panel.width / shares;
    const double right =
        row.panels.size() == 1 ? figure.right_margin : std::min(figure.right_margin, 0.35);
    visit(panel, x + kLeft + panel.left, x + wide - right - panel.right);
    x += wide;
  }
}

RowSpace space_of(const Figure& figure, const PanelRow& row) {
  bool apart = false;
  for_each_panel(figure, row, [&](const Panel& panel, double left, double right) {
    apart = apart || note_is_apart(panel, right - left);
  });
  return {
      (has_title(row) ? kPanelTitle : 0.08) + (apart ? kNoteLine : 0.0), row.height * kShare,
      kRowGap + (has_x_labels(row) ? kTickLabels : 0.0) + (has_x_title(row) ? kAxisTitle : 0.0)};
}

double head_height(const Figure& figure) {
  const std::vector<PlacedFact> facts = placed_facts(figure);
  const double strip =
      facts.empty() ? 0.0 : 0.04 + kStripLine * static_cast<double>(facts.back().line + 1);
  return kTop + kTitle + (figure.subtitle.empty() ? 0.0 : kSubtitle) + strip;
}

/// Writes the script of one figure, from the top to the bottom.
class ScriptWriter {
 public:
  ScriptWriter(const Figure& figure, ImageFormat format)
      : figure_{figure}, format_{format}, height_{height_of(figure)} {}

  [[nodiscard]] std::string script() && {
    out_ = terminal_command(format_, figure_.theme, figure_.width, height_);
    out_ += "set multiplot\nunset key\nset border 0\nset tics scale 0\n";
    write_head();
    double top = head_height(figure_);
    for (const PanelRow& row : figure_.rows) {
      const RowSpace space = space_of(figure_, row);
      write_row(row, top + space.above, space.area);
      top += space.above + space.area + space.below;
    }
    write_small_print(top);
    out_ += "unset multiplot\n";
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string ink(Ink which) const {
    return hex_colour(colour_of(which, figure_.theme));
  }
  [[nodiscard]] double across(double inches) const { return inches / figure_.width; }
  [[nodiscard]] double up(double inches) const { return 1.0 - inches / height_; }

  void text_at(double x, double y, std::string_view text, Place place, Ink colour, double size,
               bool bold = false) {
    if (text.empty()) return;
    out_ += label_command(fmt::format("screen {:.5f}, screen {:.5f}", across(x), up(y)), text,
                          place, ink(colour), size, bold, 0.0, format_);
  }

  // Labels on the screen need a plot to hang on; this one has nothing of its own.
  void flush_labels() {
    out_ +=
        "set lmargin at screen 0\nset rmargin at screen 1\nset tmargin at screen 1\n"
        "set bmargin at screen 0\nunset tics\nunset grid\nunset logscale\nset xrange [0:1]\nset "
        "yrange [0:1]\n"
        "plot NaN\nunset label\n";
  }

  void write_head() {
    double y = kTop + 0.13;
    text_at(kMargin, y, figure_.title, Place::Right, Ink::Text, 1.5, true);
    y += 0.25;
    if (!figure_.subtitle.empty()) {
      text_at(kMargin, y, figure_.subtitle, Place::Right, Ink::Quiet, 0.95);
      y += kSubtitle;
    }
    for (const PlacedFact& placed : placed_facts(figure_)) {
      const double at = y + 0.07 + kStripLine * static_cast<double>(placed.line);
      text_at(placed.x, at, placed.fact->name, Place::Right, Ink::Quiet, 0.74);
      text_at(placed.x, at + 0.16, placed.value, Place::Right, Ink::Text, 0.95);
    }
    flush_labels();
  }

  void write_row(const PanelRow& row, double top, double area) {
    for_each_panel(figure_, row, [&](const Panel& panel, double left, double right) {
      write_panel(panel, left, right, top, area);
    });
  }

  void write_panel(const Panel& panel, double left, double right, double top, double area) {
    const ShownAxis x = shown_axis(panel.x, panel.marks, true, right - left);
    ShownAxis y = shown_axis(panel.y, panel.marks, false, area);
    if (!panel.empty.empty()) y.ticks.clear();
    text_at(left, top - 0.13, panel.title, Place::Right, Ink::Text, 1.0, true);
    text_at(left + width_of(panel.title, kBold) + 0.12, top - 0.13, panel.y.title, Place::Right,
            Ink::Quiet, 0.82);
    const double note_line = note_is_apart(panel, right - left) ? kNoteLine : 0.0;
    text_at(right, top - 0.13 - note_line, panel.note, Place::Left, Ink::Quiet, 0.82);
    out_ += fmt::format(
        "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n"
        "set tmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n",
        across(left), across(right), up(top), up(top + area));
    out_ += "unset grid\n";
    write_axis('x', panel.x, x);
    write_axis('y', panel.y, y);
    if (!panel.empty.empty()) {
      out_ += label_command("graph 0.5, graph 0.5", panel.empty, Place::Centre, ink(Ink::Quiet),
                            0.95, false, 0.0, format_);
    }
    MarkScript marks = mark_script(panel, x.range, y.range, figure_.theme, format_, next_block_);
    if (marks.clauses.empty()) marks.clauses.emplace_back("NaN");
    out_ += marks.data;
    out_ += marks.labels;
    out_ += fmt::format("plot {}\nunset label\n", fmt::join(marks.clauses, ", \\\n  "));
    x_title(panel, left, right, top + area);
  }

  void write_axis(char name, const Axis& axis, const ShownAxis& shown) {
    // Logarithms come after the range: that of the panel before may hold what has none.
    out_ += fmt::format("unset logscale {0}\nset {0}range [{1:.10g}:{2:.10g}]\n", name,
                        shown.range.low, shown.range.high);
    if (axis.log) out_ += fmt::format("set logscale {}\n", name);
    std::string ticks;
    for (const Tick& tick : shown.ticks) {
      // A label of a tick is a format, in which a percent sign is doubled.
      std::string text = axis.labels ? tick.text : "";
      for (std::size_t at = 0; (at = text.find('%', at)) != std::string::npos; at += 2) {
        text.insert(at, 1, '%');
      }
      fmt::format_to(std::back_inserter(ticks), "{}{} {:.10g}", ticks.empty() ? "" : ", ",
                     quote_gnuplot(text), tick.at);
    }
    if (ticks.empty()) {  // an empty list would be a wish for gnuplot's own
      out_ += fmt::format("unset {}tics\n", name);
      return;
    }
    out_ += fmt::format("set {}tics ({}) scale 0 {} textcolor rgb '{}'\n", name, ticks,
                        font(0.9, false, format_), ink(Ink::Quiet));
    if (!axis.grid) return;
    out_ += fmt::format("set grid {}tics lt 1 lw 0.7 lc rgb '{}' back\n", name, ink(Ink::Grid));
  }

  void x_title(const Panel& panel, double left, double right, double bottom) {
    if (panel.x.title.empty()) return;
    pending_titles_.push_back({(left + right) / 2, bottom + kTickLabels + 0.06, panel.x.title});
  }

  void write_small_print(double top) {
    double y = top + 0.10;
    for (const auto& [x, at, text] : pending_titles_) {
      text_at(x, at, text, Place::Centre, Ink::Quiet, 0.85);
    }
    for (const std::string& line : small_lines(figure_)) {
      text_at(kMargin, y, line, Place::Right, Ink::Quiet, kSmallSize);
      y += kSmallLine;
    }
    flush_labels();
  }

  struct PendingTitle {
    double x, y;
    std::string text;
  };

  const Figure& figure_;
  ImageFormat format_;
  double height_;
  std::string out_;
  int next_block_{0};
  std::vector<PendingTitle> pending_titles_;
};

}  // namespace

double width_for_days(std::size_t days) {
  return std::clamp(4.0 + 0.11 * static_cast<double>(days), 9.0, 40.0);
}

double height_of(const Figure& figure) {
  double height = head_height(figure);
  for (const PanelRow& row : figure.rows) {
    const RowSpace space = space_of(figure, row);
    height += space.above + space.area + space.below;
  }
  return height + 0.10 + static_cast<double>(small_lines(figure).size()) * kSmallLine + kBottom;
}

std::string figure_script(const Figure& figure, ImageFormat format) {
  return ScriptWriter{figure, format}.script();
}

}  // namespace offex::render
