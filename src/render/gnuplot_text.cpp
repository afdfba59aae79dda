// What is said to gnuplot: names, quoted texts, terminals.
#include <iterator>

#include <fmt/format.h>

#include "offex/render/gnuplot.hpp"

#include "render/palette_internal.hpp"
#include "render/utf8_internal.hpp"

namespace offex::render {
namespace {

constexpr std::string_view kFont = "DejaVu Sans";

}  // namespace

std::string_view to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::Png:
      return "png";
    case ImageFormat::Svg:
      return "svg";
    case ImageFormat::Pdf:
      return "pdf";
  }
  return "";
}

std::optional<ImageFormat> parse_image_format(std::string_view text) {
  for (const ImageFormat format : {ImageFormat::Png, ImageFormat::Svg, ImageFormat::Pdf}) {
    if (text == to_string(format)) return format;
  }
  return std::nullopt;
}

std::string_view to_string(Theme theme) { return theme == Theme::Light ? "light" : "dark"; }

std::optional<Theme> parse_theme(std::string_view text) {
  if (text == "light") return Theme::Light;
  if (text == "dark") return Theme::Dark;
  return std::nullopt;
}

std::string quote_gnuplot(std::string_view text) {
  // In single quotes nothing has a meaning but a single quote, and gnuplot 5.4 misreads two of
  // them where a text begins, and four of them anywhere. In double quotes some signs need codes.
  const bool has_quote = text.contains('\'');
  std::string out{has_quote ? '"' : '\''};
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Char next = decode_utf8(text, at);
    if (!is_character(next) || next.code < 0x20 || next.code == 0x7F) {
      out += kReplacement;
    } else if (has_quote && (next.code == U'"' || next.code == U'\\' || next.code == U'`' ||
                             next.code == U'@')) {
      fmt::format_to(std::back_inserter(out), "\\{:03o}", static_cast<unsigned>(next.code));
    } else {
      out += text.substr(at, next.bytes);
    }
    at += next.bytes;
  }
  out += has_quote ? '"' : '\'';
  return out;
}

std::string terminal_command(ImageFormat format, Theme theme, double width, double height,
                             double scale) {
  const std::string paper = hex_colour(colour_of(Paint::Paper, theme));
  // Lines and points of one size on paper, by what each terminal takes for one.
  const auto rest = [&](double line, double point) {
    return fmt::format("fontscale {:g} linewidth {:g} background '{}'\nset pointsize {:g}\n", scale,
                       line * scale, paper, point * scale);
  };
  const auto size_in = [&](double per_inch) {
    return fmt::format("{:.0f},{:.0f}", width * per_inch, height * per_inch);
  };
  // Fonts are given so that text at size 1 is nine points high on paper in all three.
  switch (format) {
    case ImageFormat::Png:
      return fmt::format("set terminal pngcairo noenhanced size {} font '{},14' {}", size_in(150),
                         kFont, rest(1.6, 1.6));
    case ImageFormat::Svg:
      return fmt::format("set terminal svg noenhanced size {} font '{},12' {}", size_in(96), kFont,
                         rest(1.0, 0.62));
    case ImageFormat::Pdf:
      return fmt::format(
          "set terminal pdfcairo noenhanced size {:.3f}in,{:.3f}in font '{},6.75' {}", width,
          height, kFont, rest(1.8, 1.6));
  }
  return {};
}

}  // namespace offex::render
