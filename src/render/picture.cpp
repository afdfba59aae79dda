#include <utility>

#include <fmt/format.h>

#include "render/picture_internal.hpp"

namespace offex::render {
namespace {

std::string_view face_name(Face face) {
  switch (face) {
    case Face::Prose:
      return "DejaVu Sans";
    case Face::ProseBold:
      return "DejaVu Sans:Bold";
    case Face::Mono:
      return "DejaVu Sans Mono";
    case Face::MonoBold:
      return "DejaVu Sans Mono:Bold";
    case Face::MonoItalic:
      return "DejaVu Sans Mono:Italic";
  }
  return "";
}

// As `terminal_command` has it for text of size 1.
double font_points(ImageFormat format) {
  switch (format) {
    case ImageFormat::Png:
      return 14.0;
    case ImageFormat::Svg:
      return 12.0;
    case ImageFormat::Pdf:
      return 9.0;
  }
  return 0.0;
}

}  // namespace

void Picture::rectangle(double left, double top, double right, double bottom, Colour fill) {
  rectangles_.push_back({left, top, right, bottom, fill});
}

void Picture::line(double left, double top, double right, double bottom, Colour colour,
                   bool dashed) {
  lines_.push_back({left, top, right, bottom, colour, dashed});
}

void Picture::text(PictureText text) {
  if (!text.text.empty()) texts_.push_back(std::move(text));
}

std::string Picture::script(double width, double height, Theme theme, ImageFormat format) const {
  const auto at = [&](double x, double y) {
    return fmt::format("screen {:.5f},{:.5f}", x / width, 1.0 - y / height);
  };
  std::string out = terminal_command(format, theme, width, height);
  out +=
      "unset border\nunset tics\nunset key\nset lmargin at screen 0\nset rmargin at screen 1\n"
      "set bmargin at screen 0\nset tmargin at screen 1\n";
  std::size_t tag = 0;
  for (const Shape& shape : rectangles_) {
    out += fmt::format(
        "set object {} rectangle from {} to {} fc rgb '{}' fs solid noborder behind\n", ++tag,
        at(shape.left, shape.bottom), at(shape.right, shape.top), hex_colour(shape.colour));
  }
  tag = 0;
  for (const Shape& shape : lines_) {
    out += fmt::format("set arrow {} from {} to {} nohead back lw 0.7 dt {} lc rgb '{}'\n", ++tag,
                       at(shape.left, shape.top), at(shape.right, shape.bottom),
                       shape.dashed ? "(4,4)" : "solid", hex_colour(shape.colour));
  }
  tag = 0;
  for (const PictureText& text : texts_) {
    out +=
        fmt::format("set label {} {} at {} {} noenhanced font '{},{:.2f}' tc rgb '{}'\n", ++tag,
                    quote_gnuplot(text.text), at(text.x, text.y), text.right ? "right" : "left",
                    face_name(text.face), text.size * font_points(format), hex_colour(text.colour));
  }
  // Nothing to plot: the axes only have to be there.
  out += "set xrange [0:1]\nset yrange [0:1]\nplot NaN notitle\n";
  return out;
}

}  // namespace offex::render
