#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "offex/render/figure.hpp"

#include "render/figure_layout_internal.hpp"
#include "render/figure_marks_internal.hpp"
#include "render/palette_internal.hpp"

namespace offex::render {
namespace {

using namespace layout;

/// Writes the script of one figure, from the top to the bottom.
class ScriptWriter {
 public:
  ScriptWriter(const Figure& figure, ImageFormat format)
      : figure_{laid_out(figure)},
        format_{format},
        scale_{scale_of(figure)},
        height_{layout_height(figure_)} {}

  [[nodiscard]] std::string script() && {
    out_ =
        terminal_command(format_, figure_.theme, figure_.width * scale_, height_ * scale_, scale_);
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
    for (const PlacedPanel& placed : placed_panels(figure_, row)) {
      write_panel(placed, top, area);
    }
  }

  void write_panel(const PlacedPanel& placed, double top, double area) {
    const auto& [panel_at, left, right] = placed;
    const Panel& panel = *panel_at;
    const ShownAxis x = shown_axis(panel.x, panel.marks, true, right - left);
    ShownAxis y = shown_axis(panel.y, panel.marks, false, area);
    if (!panel.empty.empty()) y.ticks.clear();
    text_at(left, top - 0.13, panel.title, Place::Right, Ink::Text, 1.0, true);
    text_at(left + width_of(panel.title, kBold) + 0.12, top - 0.13, panel.y.title, Place::Right,
            Ink::Quiet, 0.82);
    const double note_line = note_is_apart(placed) ? kNoteLine : 0.0;
    text_at(right, top - 0.13 - note_line, panel.note, Place::Left, Ink::Quiet, 0.82);
    out_ += fmt::format(
        "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n"
        "set tmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n",
        across(left), across(right), up(top), up(top + area));
    out_ += "unset grid\n";
    // Logarithmic ticks are not evenly apart, and few.
    write_axis('x', panel.x, x, panel.x.log ? 1 : crowd(x, right - left));
    write_axis('y', panel.y, y, 1);
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

  /// Tells how many labels of a horizontal axis share the room of one: 1 where all have room.
  static std::size_t crowd(const ShownAxis& shown, double inches) {
    double widest = 0.0;
    double closest = inches;
    const double per_unit = inches / (shown.range.high - shown.range.low);
    for (std::size_t i = 0; i < shown.ticks.size(); ++i) {
      widest = std::max(widest, width_of(shown.ticks[i].text, 0.9));
      if (i == 0) continue;
      closest = std::min(closest, (shown.ticks[i].at - shown.ticks[i - 1].at) * per_unit);
    }
    return static_cast<std::size_t>(std::ceil((widest + 0.08) / std::max(closest, 0.02)));
  }

  /// \param every how many ticks there are to a label
  void write_axis(char name, const Axis& axis, const ShownAxis& shown, std::size_t every) {
    // Logarithms come after the range: that of the panel before may hold what has none.
    out_ += fmt::format("unset logscale {0}\nset {0}range [{1:.10g}:{2:.10g}]\n", name,
                        shown.range.low, shown.range.high);
    if (axis.log) out_ += fmt::format("set logscale {}\n", name);
    std::string ticks;
    for (std::size_t i = 0; i < shown.ticks.size(); ++i) {
      const Tick& tick = shown.ticks[i];
      // A label of a tick is a format, in which a percent sign is doubled.
      std::string text = axis.labels && i % every == 0 ? tick.text : "";
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

  Figure figure_;
  ImageFormat format_;
  double scale_;
  double height_;
  std::string out_;
  int next_block_{0};
  std::vector<PendingTitle> pending_titles_;
};

}  // namespace

std::string figure_script(const Figure& figure, ImageFormat format) {
  return ScriptWriter{figure, format}.script();
}

}  // namespace offex::render
