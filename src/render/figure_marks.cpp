#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "render/figure_marks_internal.hpp"
#include "render/palette_internal.hpp"

namespace offex::render {
namespace {

/// Writes rows of numbers into a block; a missing value ends the piece of line before it.
class Block {
 public:
  explicit Block(int number) : name_{fmt::format("$d{}", number)} {}

  template <class... Numbers>
  void row(Numbers... numbers) {
    if (!(std::isfinite(static_cast<double>(numbers)) && ...)) return gap();
    (fmt::format_to(std::back_inserter(text_), "{:.10g} ", static_cast<double>(numbers)), ...);
    text_.back() = '\n';
    open_ = true;
  }
  void gap() {
    if (open_) text_ += '\n';
    open_ = false;
  }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string script() const {
    return fmt::format("{} << EOD\n{}EOD\n", name_, text_);
  }

 private:
  std::string name_;
  std::string text_;
  bool open_{false};
};

std::string_view dash_words(Dash dash) {
  switch (dash) {
    case Dash::Solid:
      return "dt 1";
    case Dash::Dashed:
      return "dt (8,5)";
    case Dash::Dotted:
      return "dt (2,4)";
  }
  return "";
}

int point_type(Shape shape) {
  switch (shape) {
    case Shape::Disc:
      return 7;
    case Shape::Ring:
      return 6;
    case Shape::TriangleUp:
      return 9;
    case Shape::TriangleDown:
      return 11;
    case Shape::Diamond:
      return 13;
    case Shape::Cross:
      return 2;
  }
  return 7;
}

class MarkWriter {
 public:
  MarkWriter(Range x, Range y, Theme theme, ImageFormat format, int& next, MarkScript& out)
      : x_{x}, y_{y}, theme_{theme}, format_{format}, next_{next}, out_{out} {}

  void operator()(const Line& line) {
    Block block{next_++};
    for (std::size_t i = 0; i < line.x.size(); ++i) block.row(line.x[i], line.y[i]);
    add(block,
        fmt::format("using 1:2 with {} lw {:g} {} lc rgb '{}'", line.steps ? "steps" : "lines",
                    line.width, dash_words(line.dash), ink(line.ink)));
  }

  void operator()(const Band& band) {
    Block block{next_++};
    for (std::size_t i = 0; i < band.x.size(); ++i) {
      block.row(band.x[i], band.low[i], band.high[i]);
    }
    add(block,
        fmt::format("using 1:2:3 with filledcurves fs solid noborder lc rgb '{}'", ink(band.ink)));
  }

  void operator()(const Boxes& boxes) {
    // One style a block; those of one style keep their order.
    std::map<std::pair<Ink, bool>, Block> blocks;
    for (const Box& box : boxes.boxes) {
      const auto [at, added] = blocks.try_emplace({box.ink, box.hatched}, next_);
      if (added) ++next_;
      at->second.row((box.x_low + box.x_high) / 2, (box.y_low + box.y_high) / 2, box.x_low,
                     box.x_high, box.y_low, box.y_high);
    }
    for (const auto& [style, block] : blocks) {
      add(block, fmt::format("using 1:2:3:4:5:6 with boxxyerror fs {} noborder lc rgb '{}'",
                             style.second ? "transparent pattern 4" : "solid", ink(style.first)));
    }
  }

  void operator()(const Segments& segments) {
    std::map<std::tuple<Ink, double, Dash>, Block> blocks;
    for (const Segment& s : segments.segments) {
      const auto [at, added] = blocks.try_emplace({s.ink, s.width, s.dash}, next_);
      if (added) ++next_;
      at->second.row(s.x_low, s.y_low, s.x_high - s.x_low, s.y_high - s.y_low);
    }
    for (const auto& [style, block] : blocks) {
      add(block,
          fmt::format("using 1:2:3:4 with vectors nohead lw {:g} {} lc rgb '{}'",
                      std::get<1>(style), dash_words(std::get<2>(style)), ink(std::get<0>(style))));
    }
  }

  void operator()(const HeatMap& map) {
    Block block{next_++};
    for (std::size_t row = 0; row < map.rows; ++row) {
      for (std::size_t column = 0; column < map.columns; ++column) {
        const double value = map.values[row * map.columns + column];
        if (std::isnan(value)) continue;
        const double x = map.x_first + static_cast<double>(column);
        const auto y = static_cast<double>(row);
        block.row(x, y, x - 0.46, x + 0.46, y - 0.45, y + 0.45,
                  heat(value, map.limit, map.is_signed, theme_));
      }
    }
    add(block, "using 1:2:3:4:5:6:7 with boxxyerror fs solid noborder lc rgb variable");
  }

  void operator()(const PriceBars& bars) {
    Block block{next_++};
    for (std::size_t i = 0; i < bars.x.size(); ++i) {
      const Ink ink = bars.close[i] < bars.open[i] ? Ink::Negative : Ink::Positive;
      block.row(bars.x[i], bars.open[i], bars.low[i], bars.high[i], bars.close[i],
                colour_of(ink, theme_));
    }
    add(block, "using 1:2:3:4:5:6 with financebars lw 1.3 lc rgb variable");
  }

  void operator()(const Points& points) {
    Block block{next_++};
    for (std::size_t i = 0; i < points.x.size(); ++i) {
      const Colour colour = points.signs.empty()          ? colour_of(points.ink, theme_)
                            : std::isnan(points.signs[i]) ? colour_of(Ink::Shade3, theme_)
                                                          : sign_colour(points, i);
      block.row(points.x[i], points.y[i], points.sizes.empty() ? points.size : points.sizes[i],
                colour);
    }
    add(block, fmt::format("using 1:2:3:4 with points pt {} ps variable lc rgb variable",
                           point_type(points.shape)));
  }

  void operator()(const Texts& texts) {
    for (const Text& text : texts.texts) {
      if (!std::isfinite(text.x) || !std::isfinite(text.y)) continue;
      out_.labels +=
          label_command(fmt::format("first {:.10g}, first {:.10g}", text.x, text.y), text.text,
                        text.place, ink(text.ink), text.size, text.bold, text.turn, format_);
    }
  }

  void operator()(const Rule& rule) {
    const Range& along = rule.vertical ? x_ : y_;
    if (!(rule.at >= along.low && rule.at <= along.high)) return;
    Block block{next_++};
    block.row(rule.vertical ? rule.at : x_.low, rule.vertical ? y_.low : rule.at);
    block.row(rule.vertical ? rule.at : x_.high, rule.vertical ? y_.high : rule.at);
    add(block, fmt::format("using 1:2 with lines lw {:g} {} lc rgb '{}'", rule.width,
                           dash_words(rule.dash), ink(rule.ink)));
    if (rule.label.empty()) return;
    const std::string point = rule.vertical ? fmt::format("first {:.10g}, graph 0.93", rule.at)
                                            : fmt::format("graph 1, first {:.10g}", rule.at);
    out_.labels += label_command(point, " " + rule.label, Place::Right, ink(rule.ink), 0.8, false,
                                 0.0, format_);
  }

 private:
  [[nodiscard]] std::string ink(Ink which) const { return hex_colour(colour_of(which, theme_)); }

  // Points are small: a faint one still has to be seen.
  [[nodiscard]] Colour sign_colour(const Points& points, std::size_t i) const {
    const double sign = points.signs[i];
    const double strength = 0.35 * points.sign_limit + 0.65 * std::fabs(sign);
    return heat(std::copysign(strength, sign), points.sign_limit, true, theme_);
  }

  void add(const Block& block, std::string_view clause) {
    if (block.empty()) return;
    out_.data += block.script();
    out_.clauses.push_back(fmt::format("{} {}", block.name(), clause));
  }

  Range x_, y_;
  Theme theme_;
  ImageFormat format_;
  int& next_;
  MarkScript& out_;
};

}  // namespace

std::string font(double size, bool bold, ImageFormat format) {
  // The terminals count points differently; these are all nine points high on paper.
  const double base = format == ImageFormat::Png ? 14.0 : format == ImageFormat::Svg ? 12.0 : 6.75;
  return fmt::format("font 'DejaVu Sans{},{:.1f}'", bold ? ":Bold" : "", base * size);
}

std::string label_command(std::string_view point, std::string_view text, Place place,
                          std::string_view colour, double size, bool bold, double turn,
                          ImageFormat format) {
  const std::string_view side = place == Place::Left     ? "right"
                                : place == Place::Centre ? "center"
                                                         : "left";
  return fmt::format("set label {} at {} {} front {} textcolor rgb '{}'{}\n", quote_gnuplot(text),
                     point, side, font(size, bold, format), colour,
                     turn == 0.0 ? "" : fmt::format(" rotate by {:g}", turn));
}

MarkScript mark_script(const Panel& panel, Range x, Range y, Theme theme, ImageFormat format,
                       int& next_block) {
  MarkScript out;
  MarkWriter writer{x, y, theme, format, next_block, out};
  for (const Mark& mark : panel.marks) std::visit(writer, mark);
  return out;
}

}  // namespace offex::render
