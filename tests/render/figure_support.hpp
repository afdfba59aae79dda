#pragma once

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "offex/render/figure.hpp"

#include "support/process.hpp"
#include "support/scratch.hpp"

// A figure with every kind of mark, and ways to look into what was drawn.
namespace offex::render::test {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Returns the gnuplot of this machine, if there is one.
inline std::optional<std::filesystem::path> installed_gnuplot() {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): before any thread
  auto found = find_gnuplot(path == nullptr ? "" : path);
  if (!found) return std::nullopt;
  return *found;
}

/// Skips a test that needs gnuplot where there is none.
#define OFFEX_NEED_GNUPLOT(name)               \
  const auto name = test::installed_gnuplot(); \
  if (!name) GTEST_SKIP() << "gnuplot is not installed"

/// Returns a figure of one panel.
inline Figure figure_of(Panel panel) {
  Figure out{.title = "One"};
  out.rows.push_back({.height = 10.0, .panels = {std::move(panel)}});
  return out;
}
inline Figure figure_of(Mark mark) {
  Panel panel{.title = "Panel"};
  panel.marks.push_back(std::move(mark));
  return figure_of(std::move(panel));
}

/// Returns two rows of panels that hold every kind of mark.
inline Figure every_mark(Theme theme = Theme::Light) {
  Panel lines{.title = "Lines", .note = "a note"};
  lines.marks = {Band{{0, 1, 2, 3}, {1, 1, kNan, 1}, {3, 4, kNan, 4}},
                 Line{{0, 1, 2, 3}, {2, 3, kNan, 2}},
                 Line{{0, 1, 2, 3}, {1, 2, 2, 1}, Ink::Positive, 1.0, Dash::Dashed, true},
                 Rule{.at = 2.5, .label = "middle"},
                 Rule{.at = 1.0, .vertical = true, .label = "from here"},
                 Texts{{{.x = 1.0, .y = 3.0, .text = "said", .bold = true, .turn = 90.0}}}};
  lines.y.unit = Unit::Percent;
  lines.x.title = "sessions";
  Panel boxes{.title = "Boxes"};
  boxes.marks = {
      Boxes{{{0, 1, 0, 2, Ink::Shade2, false}, {1, 2, 0, 3, Ink::Shade2, true}}},
      Segments{{{0, 1, 2, 1, Ink::Shade1, 2.4, Dash::Solid}}},
      Points{.x = {0, 1, 2}, .y = {1, kNan, 2}, .sizes = {1, 2, 3}, .signs = {1, -1, kNan}}};
  Panel cells{.title = "Cells"};
  cells.marks = {HeatMap{.rows = 2, .columns = 2, .values = {1.0, -2.0, kNan, 3.0}}};
  Panel prices{.title = "Prices"};
  prices.marks = {PriceBars{{0, 1, 2}, {10, 11, 10}, {12, 12, 13}, {9, 10, 9}, {11, 10, kNan}}};
  Panel empty{.title = "Nothing", .empty = "no data for these days"};
  Figure out{.title = "Every mark",
             .subtitle = "of a figure",
             .strip = {{.name = "As of", .value = "today", .detail = "late"}},
             .small_print = {"Made up."},
             .theme = theme};
  out.rows = {{.height = 20.0, .panels = {lines, boxes}},
              {.height = 12.0, .panels = {cells, prices}},
              {.height = 5.0, .panels = {empty}}};
  return out;
}

/// Draws a figure and returns the bytes; the name of the failure in its place.
inline std::string drawn(const std::filesystem::path& gnuplot, const Figure& figure,
                         ImageFormat format) {
  const test_support::ScratchFolder scratch;
  const std::vector<Drawing> one{{.script = figure_script(figure, format),
                                  .target = scratch.path() / "figure",
                                  .format = format,
                                  .title = figure.title}};
  const auto outcome = draw(gnuplot, one, 1);
  EXPECT_TRUE(outcome[0]) << (outcome[0] ? "" : outcome[0].error().message);
  return outcome[0] ? test_support::file_bytes(one[0].target) : "";
}

/// What an XML text holds.
struct Xml {
  std::map<std::string, int> elements;  ///< how many of each name
  std::vector<std::string> texts;       ///< what lies between tags, blanks at the ends cut
  std::string fault{};                  ///< why it is not well-formed; empty: it is
};

inline std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  return std::string{text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1)};
}

/// Returns the first sign in text or attribute that XML does not allow there.
inline std::string fault_of_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r') return "a control character";
    if (text.substr(at).starts_with("\xEF\xBF\xBE") || text.substr(at).starts_with("\xEF\xBF\xBF"))
      return "no character";
    if (text[at] == '<') return "an open angle";
    if (text[at] != '&') continue;
    const std::string_view name = text.substr(at + 1, text.find(';', at) - at - 1);
    const bool known = name == "amp" || name == "lt" || name == "gt" || name == "quot" ||
                       name == "apos" || name.starts_with('#');
    if (!known) return "an entity: " + std::string{name};
  }
  return "";
}

/// Reads XML as far as SVG of gnuplot needs it: tags, attributes, texts, comments, no DTD inside.
inline Xml read_xml(std::string_view text) {
  Xml out;
  std::vector<std::string> open;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t tag = std::min(text.find('<', at), text.size());
    const std::string_view words = text.substr(at, tag - at);
    if (out.fault = fault_of_text(words); !out.fault.empty()) return out;
    if (std::string said = trimmed(words); !said.empty()) out.texts.push_back(std::move(said));
    if (tag == text.size()) break;
    const std::string_view end = text.substr(tag).starts_with("<!--")        ? "-->"
                                 : text.substr(tag).starts_with("<![CDATA[") ? "]]>"
                                                                             : ">";
    const std::size_t close = text.find(end, tag);
    if (close == std::string_view::npos) return out.fault = "a tag without end", out;
    std::string_view inside = text.substr(tag + 1, close - tag - 1);
    at = close + end.size();
    if (inside.starts_with('!') || inside.starts_with('?')) continue;
    if (inside.starts_with('/')) {
      if (open.empty() || open.back() != trimmed(inside.substr(1))) {
        return out.fault = "closes " + std::string{inside}, out;
      }
      open.pop_back();
      continue;
    }
    const bool whole = inside.ends_with('/');
    if (whole) inside.remove_suffix(1);
    std::string name{inside.substr(0, inside.find_first_of(" \t\r\n"))};
    if (out.fault = fault_of_text(inside); !out.fault.empty()) return out;
    ++out.elements[name];
    if (!whole) open.push_back(std::move(name));
  }
  if (!open.empty()) out.fault = "leaves open " + open.back();
  return out;
}

}  // namespace offex::render::test
