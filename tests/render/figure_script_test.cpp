// What a figure says to gnuplot.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/render/figure.hpp"

#include "render/figure_support.hpp"

namespace offex::render {
namespace {

using test::every_mark;
using test::figure_of;
using test::kNan;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string script_of(const Mark& mark) { return figure_script(figure_of(mark), ImageFormat::Png); }

/// The numbers of the first block of data.
std::string data_of(const std::string& script) {
  const std::size_t start = script.find("<< EOD\n");
  if (start == std::string::npos) return "";
  return script.substr(start + 7, script.find("EOD\n", start + 7) - start - 7);
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t out = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; ++at) ++out;
  return out;
}

TEST(FigureScript, ALineBreaksWhereAValueIsMissing) {
  EXPECT_EQ(data_of(script_of(Line{{0, 1, 2, 3, 4}, {kNan, 1, kNan, kNan, 2}})), "1 1\n\n4 2\n");
}

TEST(FigureScript, ALineCanGoInSteps) {
  EXPECT_THAT(script_of(Line{.x = {0, 1}, .y = {1, 2}, .steps = true}), HasSubstr("with steps"));
  EXPECT_THAT(script_of(Line{.x = {0, 1}, .y = {1, 2}, .dash = Dash::Dashed}),
              AllOf(HasSubstr("with lines"), HasSubstr("dt (8,5)")));
}

TEST(FigureScript, ABandBreaksWhereAnEndIsMissing) {
  const std::string script = script_of(Band{{0, 1, 2}, {1, kNan, 1}, {2, 2, 3}});
  EXPECT_EQ(data_of(script), "0 1 2\n\n2 1 3\n");
  EXPECT_THAT(script, HasSubstr("with filledcurves"));
}

TEST(FigureScript, BoxesHaveTheirEndsAndHatchedOnesAPattern) {
  const std::string script =
      script_of(Boxes{{{0, 1, 0, 2}, {1, 2, 0, kNan}, {2, 3, 0, 4, Ink::Positive, true}}});
  EXPECT_EQ(data_of(script), "0.5 1 0 1 0 2\n\n");
  EXPECT_THAT(script, AllOf(HasSubstr("2.5 2 2 3 0 4\n"), HasSubstr("fs solid"),
                            HasSubstr("transparent pattern 4")));
}

TEST(FigureScript, SegmentsGoFromTheirStartByTheirLength) {
  EXPECT_EQ(data_of(script_of(Segments{{{1, 2, 4, 3}, {5, kNan, 6, 1}}})), "1 2 3 1\n\n");
}

TEST(FigureScript, AMissingCellIsLeftOut) {
  const std::string data =
      data_of(script_of(HeatMap{.rows = 2, .columns = 2, .values = {0.0, kNan, 3.0, -9.0}}));
  EXPECT_EQ(count_of(data, "\n"), 3U);
  // No difference is paper; beyond the limit there is no stronger colour.
  EXPECT_THAT(data, HasSubstr(" 16777215\n"));
  EXPECT_THAT(data, HasSubstr("0 1 -0.46 0.46 0.55 1.45 745400\n"));
  EXPECT_THAT(data, HasSubstr("1 1 0.54 1.46 0.55 1.45 14250765\n"));
}

TEST(FigureScript, PriceBarsAreBlueOrOrangeAndLeftOutWhenAnEndIsMissing) {
  const std::string data = data_of(script_of(
      PriceBars{{0, 1, 2, 3}, {5, 5, 5, 5}, {6, 6, 6, 6}, {4, 4, 4, kNan}, {5, 4.5, kNan, 5}}));
  EXPECT_EQ(data, "0 5 4 6 5 745400\n1 5 4 6 4.5 14250765\n\n");
}

TEST(FigureScript, APointWithoutAPlaceIsLeftOut) {
  const std::string script =
      script_of(Points{.x = {0, 1, 2}, .y = {1, kNan, 3}, .shape = Shape::Diamond, .size = 2.0});
  EXPECT_EQ(data_of(script).substr(0, 6), "0 1 2 ");
  EXPECT_EQ(count_of(data_of(script), "\n"), 3U);
  EXPECT_THAT(script, HasSubstr("with points pt 13"));
}

TEST(FigureScript, PointsTakeTheirSizesAndSigns) {
  const std::string data = data_of(script_of(
      Points{.x = {0, 1, 2}, .y = {1, 1, 1}, .sizes = {1, 2, 3}, .signs = {9.0, -9.0, kNan}}));
  EXPECT_EQ(data, "0 1 1 745400\n1 1 2 14250765\n2 1 3 12765911\n");
}

TEST(FigureScript, TextsStandAtTheirPoints) {
  const std::string script = script_of(Texts{
      {{.x = 1, .y = 2, .text = "said", .turn = 45.0}, {.x = kNan, .y = 2, .text = "unsaid"}}});
  EXPECT_THAT(script, AllOf(HasSubstr("set label 'said' at first 1, first 2 center"),
                            HasSubstr("rotate by 45"), Not(HasSubstr("unsaid"))));
}

TEST(FigureScript, ARuleCrossesThePanelAndOneBeyondItIsLeftOut) {
  Panel panel{.title = "Panel"};
  panel.x = {.low = 0.0, .high = 10.0};
  panel.y = {.low = 0.0, .high = 1.0};
  panel.marks = {Rule{.at = 0.5, .label = "half"}, Rule{.at = 7.0, .vertical = true},
                 Rule{.at = 3.0, .label = "beyond"}, Rule{.at = kNan}};
  const std::string script = figure_script(figure_of(panel), ImageFormat::Png);
  EXPECT_THAT(script, AllOf(HasSubstr("0 0.5\n10 0.5\n"), HasSubstr("7 0\n7 1\n"),
                            HasSubstr("' half'"), Not(HasSubstr("beyond"))));
}

TEST(FigureScript, DrawsInOrderTheFirstLowest) {
  Panel panel{.title = "Panel"};
  panel.marks = {Line{{0, 1}, {1, 2}}, Band{{0, 1}, {1, 1}, {2, 2}}};
  const std::string script = figure_script(figure_of(panel), ImageFormat::Png);
  EXPECT_LT(script.find("with lines"), script.find("with filledcurves"));
}

TEST(FigureScript, MarksWithoutAnyValueDrawNothingAndFailNothing) {
  Panel panel{.title = "Panel"};
  panel.marks = {Line{},    Line{{1}, {kNan}}, Band{},   Boxes{}, Segments{},
                 HeatMap{}, PriceBars{},       Points{}, Texts{}};
  const std::string script = figure_script(figure_of(panel), ImageFormat::Png);
  EXPECT_EQ(data_of(script), "");
  EXPECT_THAT(script, HasSubstr("plot NaN\n"));
}

TEST(FigureScript, AnEmptyPanelSaysWhyInItsPlace) {
  const std::string script =
      figure_script(figure_of(Panel{.title = "Nothing", .empty = "no tape"}), ImageFormat::Png);
  EXPECT_THAT(script, HasSubstr("set label 'no tape' at graph 0.5, graph 0.5 center"));
  EXPECT_THAT(script, HasSubstr("unset ytics"));
}

TEST(FigureScript, DoublesPercentSignsForTheFormatsOfTicks) {
  Panel panel{.title = "100% of it"};
  panel.y = {.low = 0.0, .high = 1.0, .unit = Unit::Percent};
  panel.x.ticks = {{0.5, "50%d%%"}};
  const std::string script = figure_script(figure_of(panel), ImageFormat::Png);
  EXPECT_THAT(script, AllOf(HasSubstr("'100%%' 1"), HasSubstr("'50%%d%%%%' 0.5"),
                            HasSubstr("'100% of it'")));
}

TEST(FigureScript, AnAxisWithoutLabelsKeepsItsGrid) {
  Panel panel{.title = "Panel"};
  panel.y = {.low = 0.0, .high = 1.0, .labels = false};
  const std::string script = figure_script(figure_of(panel), ImageFormat::Png);
  EXPECT_THAT(script, AllOf(HasSubstr("set ytics ('' 0,"), HasSubstr("set grid ytics")));
}

TEST(FigureScript, AnAxisWithLogarithmsSaysSo) {
  Panel panel{.title = "Panel"};
  panel.y = {.low = 1.0, .high = 100.0, .log = true};
  EXPECT_THAT(figure_script(figure_of(panel), ImageFormat::Png),
              AllOf(HasSubstr("\nset yrange [1:100]\nset logscale y\n"),
                    Not(HasSubstr("\nset logscale x"))));
}

TEST(FigureScript, ALongNoteGetsALineOfItsOwn) {
  Panel panel{.title = "Panel", .note = "short"};
  const double close = height_of(figure_of(panel));
  panel.note = std::string(200, 'n');
  EXPECT_NEAR(height_of(figure_of(panel)), close + 0.17, 1e-9);
}

TEST(FigureScript, TheStripBreaksWhereTheWidthEnds) {
  Figure figure = figure_of(Panel{.title = "Panel"});
  figure.strip.assign(3, Fact{.name = "As of", .value = "2026-03-23"});
  const double one = height_of(figure);
  figure.strip.assign(12, Fact{.name = "As of", .value = "2026-03-23"});
  EXPECT_GT(height_of(figure), one + 0.3);
  figure.width = 17.0;
  EXPECT_NEAR(height_of(figure), one, 1e-9);
}

TEST(FigureScript, WhatAWideFigureSaysGrowsWithIt) {
  Figure figure = figure_of(Panel{.title = "Panel"});
  figure.width = 17.0;
  const double usual = height_of(figure);
  EXPECT_THAT(figure_script(figure, ImageFormat::Png), HasSubstr("fontscale 1 "));
  figure.width = 34.0;
  EXPECT_NEAR(height_of(figure), 2.0 * usual, 1e-9);
  EXPECT_THAT(figure_script(figure, ImageFormat::Png), HasSubstr("fontscale 2 "));
}

TEST(FigureScript, LabelsThatWouldMeetAreLeftOut) {
  Panel panel{.title = "Panel"};
  panel.x.low = 0.0;
  panel.x.high = 100.0;
  for (int i = 0; i < 100; ++i) panel.x.ticks.push_back({static_cast<double>(i), "label"});
  const std::string script = figure_script(figure_of(panel), ImageFormat::Png);
  EXPECT_LT(count_of(script, "'label'"), 25U);
  EXPECT_GT(count_of(script, "'label'"), 5U);
}

TEST(FigureScript, SmallPrintBreaksAtTheWidth) {
  Figure figure = figure_of(Panel{.title = "Panel"});
  figure.small_print = {std::string{"first"}};
  std::string words;
  for (int i = 0; i < 60; ++i) words += "word ";
  figure.small_print.push_back(words);
  const std::string script = figure_script(figure, ImageFormat::Png);
  EXPECT_EQ(count_of(script, "word"), 60U);
  EXPECT_GT(count_of(script, "set label 'word "), 1U);
  EXPECT_THAT(script, HasSubstr("set label 'first'"));
}

TEST(FigureScript, ColoursAreThoseOfItsTheme) {
  const std::string light = figure_script(every_mark(Theme::Light), ImageFormat::Png);
  const std::string dark = figure_script(every_mark(Theme::Dark), ImageFormat::Png);
  EXPECT_THAT(light, AllOf(HasSubstr("background '#ffffff'"), HasSubstr("#0b5fb8")));
  EXPECT_THAT(dark, AllOf(HasSubstr("background '#12161c'"), HasSubstr("#6cb2ff"),
                          Not(HasSubstr("#0b5fb8"))));
}

TEST(FigureScript, SaysTheSameEachTime) {
  EXPECT_EQ(figure_script(every_mark(), ImageFormat::Svg),
            figure_script(every_mark(), ImageFormat::Svg));
}

TEST(FigureWidth, FollowsTheNumberOfDays) {
  EXPECT_EQ(width_for_days(0), 9.0);
  EXPECT_EQ(width_for_days(45), 9.0);
  EXPECT_NEAR(width_for_days(60), 10.6, 1e-12);
  EXPECT_NEAR(width_for_days(250), 31.5, 1e-12);
  EXPECT_EQ(width_for_days(1'000), 40.0);
}

}  // namespace
}  // namespace offex::render
