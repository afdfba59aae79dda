// Figures as they are drawn.
#include "offex/render/figure.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/figure_support.hpp"
#include "render/golden.hpp"
#include "render/svg_internal.hpp"

namespace offex::render {
namespace {

using test::drawn;
using test::every_mark;
using test::figure_of;
using test::read_xml;
using test::Xml;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t out = 0;
  for (const char byte : bytes.substr(0, 4)) out = out << 8U | static_cast<unsigned char>(byte);
  return out;
}

/// How many elements of each kind there are, and the texts in order: no places, no pixels. The
/// first text after the title names the version of gnuplot, whose groups and shapes these are.
std::string structure_of(const Xml& svg) {
  std::string out;
  for (const auto& [name, count] : svg.elements) out += fmt::format("{} {}\n", name, count);
  for (std::size_t i = 0; i < svg.texts.size(); ++i) {
    if (i != 1) out += fmt::format("| {}\n", svg.texts[i]);
  }
  return out;
}

/// A text with everything in it that means something somewhere.
constexpr std::string_view kHarmless =
    "it''s \"\\ $(rm) `ls` <b>&amp; %s %% @x {/Bold y}^2\nnext\x01\x7F\xFF\xEF\xBF\xBF";
constexpr std::string_view kShown = "it''s \"\\ $(rm) `ls` &lt;b>&amp;amp; %s %% @x {/Bol";

TEST(Figure, HasInSvgTheElementsAndTextsOfItsMarks) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  for (const Theme theme : {Theme::Light, Theme::Dark}) {
    const Xml svg = read_xml(drawn(*gnuplot, every_mark(theme), ImageFormat::Svg));
    ASSERT_EQ(svg.fault, "");
    ASSERT_THAT(svg.texts, Contains(StartsWith("Produced by GNUPLOT")));
    if (!svg.texts[1].starts_with("Produced by GNUPLOT 5.4")) {
      GTEST_SKIP() << "the golden structure is that of gnuplot 5.4, not of: " << svg.texts[1];
    }
    expect_golden("figure_svg.txt", structure_of(svg));
  }
}

TEST(Figure, HasBoldTitlesAndOneTitleInSvg) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  const std::string svg = drawn(*gnuplot, every_mark(), ImageFormat::Svg);
  EXPECT_THAT(svg, AllOf(HasSubstr("font-weight=\"bold\""), HasSubstr("<title>Every mark</title>"),
                         HasSubstr("role=\"img\""), Not(HasSubstr("DejaVu Sans:Bold"))));
  EXPECT_EQ(read_xml(svg).elements["title"], 1);
}

TEST(Figure, AnyTextIsHarmlessAnywhere) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  const std::string text{kHarmless};
  Panel panel{.title = text, .note = text};
  panel.marks = {Texts{{{.x = 0.5, .y = 0.5, .text = text}}}, Rule{.at = 0.5, .label = text}};
  panel.x = {.low = 0.0, .high = 1.0, .ticks = {{0.5, text}}, .title = text};
  panel.y = {.low = 0.0, .high = 1.0, .ticks = {{0.5, text}}, .title = text};
  Figure figure = figure_of(panel);
  figure.rows.push_back({.height = 5.0, .panels = {{.title = "none", .empty = text}}});
  figure.title = figure.subtitle = text;
  figure.strip = {{.name = text, .value = text, .detail = text}};
  figure.small_print = {text};
  figure.width = 40.0;
  const std::string svg = drawn(*gnuplot, figure, ImageFormat::Svg);
  const Xml xml = read_xml(svg);
  ASSERT_EQ(xml.fault, "");
  EXPECT_THAT(svg, AllOf(Not(HasSubstr("<b>")), Not(HasSubstr("<script"))));
  int found = 0;
  for (const std::string& said : xml.texts) found += said.find(kShown) != std::string::npos ? 1 : 0;
  // gnuplot ends labels of ticks after fifty bytes.
  // Title, subtitle, fact twice, panel, note, two axes, two ticks, text, rule, empty, print.
  EXPECT_EQ(found, 14) << testing::PrintToString(xml.texts);
}

TEST(Figure, IsAPngOfItsSize) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  for (const std::size_t days : {5U, 60U, 1'000U}) {
    Figure figure = every_mark();
    figure.width = width_for_days(days);
    const std::string png = drawn(*gnuplot, figure, ImageFormat::Png);
    ASSERT_THAT(png, StartsWith("\x89PNG\r\n\x1A\n"));
    EXPECT_NEAR(big_endian(png.substr(16)), figure.width * 150.0, 1.0);
    EXPECT_NEAR(big_endian(png.substr(20)), height_of(figure) * 150.0, 1.0);
  }
}

TEST(Figure, IsAWholePdf) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  const std::string pdf = drawn(*gnuplot, every_mark(), ImageFormat::Pdf);
  EXPECT_THAT(pdf, StartsWith("%PDF-"));
  EXPECT_THAT(pdf, HasSubstr("%%EOF"));
}

TEST(Figure, DrawnTwiceHasTheSameBytes) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  for (const ImageFormat format : {ImageFormat::Png, ImageFormat::Svg}) {
    EXPECT_EQ(drawn(*gnuplot, every_mark(), format), drawn(*gnuplot, every_mark(), format));
  }
}

TEST(Figure, OfNothingIsStillDrawn) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  Panel panel{.title = ""};
  panel.y.log = true;
  Figure figure = figure_of(panel);
  figure.title = "";
  figure.rows.push_back({.height = 4.0, .panels = {}});
  const Xml svg = read_xml(drawn(*gnuplot, figure, ImageFormat::Svg));
  EXPECT_EQ(svg.fault, "");
  EXPECT_EQ(read_xml(drawn(*gnuplot, Figure{.title = "T"}, ImageFormat::Svg)).fault, "");
}

TEST(Figure, OfExtremeNumbersIsDrawn) {
  OFFEX_NEED_GNUPLOT(gnuplot);
  for (const double size : {1e-300, 1e-12, 1e17, 1e300}) {
    for (const bool log : {false, true}) {
      Panel panel{.title = "Panel"};
      panel.y.log = log;
      panel.marks = {Line{{0, 1, 2}, {size, size * 2, size}}, Points{.x = {0}, .y = {-size}}};
      EXPECT_EQ(read_xml(drawn(*gnuplot, figure_of(panel), ImageFormat::Svg)).fault, "") << size;
    }
  }
}

TEST(FinishSvg, MendsFontsAndDropsTheTitlesOfParts) {
  EXPECT_EQ(finish_svg("<svg a=\"1\"><title>Gnuplot</title><g font-family=\"DejaVu Sans:Bold\"/>"
                       "<title>gnuplot_plot_1</title></svg>",
                       "A <b>"),
            "<svg role=\"img\" a=\"1\">\n<title>A &lt;b&gt;</title><g font-family=\"DejaVu "
            "Sans,Verdana,Geneva,sans-serif\" font-weight=\"bold\"/></svg>");
}

TEST(FinishSvg, ATitleHasNoSignThatXmlDoesNotHave) {
  const std::string svg = finish_svg("<svg></svg>", "a\x01\x7F\xFF\xEF\xBF\xBE\nb");
  EXPECT_EQ(read_xml(svg).fault, "") << svg;
}

}  // namespace
}  // namespace offex::render
