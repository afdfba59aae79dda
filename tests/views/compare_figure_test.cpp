#include "offex/views/compare_figure.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "views/compare_data.hpp"

namespace offex::views {
namespace {

using studies::CompareMetric;
using test::data_of;
using test::kNan;
using test::many;
using test::set;
using test::set_all;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

template <class Mark>
std::vector<Mark> marks(const render::Panel& panel) {
  std::vector<Mark> out;
  for (const render::Mark& mark : panel.marks) {
    if (const auto* found = std::get_if<Mark>(&mark)) out.push_back(*found);
  }
  return out;
}

std::vector<std::string> texts(const render::Panel& panel) {
  std::vector<std::string> out;
  for (const render::Texts& group : marks<render::Texts>(panel)) {
    for (const render::Text& text : group.texts) out.push_back(text.text);
  }
  return out;
}

/// Names of the rows, from the top.
std::vector<std::string> row_names(const render::Panel& panel) {
  std::vector<render::Tick> ticks = panel.y.ticks;
  std::ranges::sort(ticks, std::greater<>{}, &render::Tick::at);
  std::vector<std::string> out;
  for (const render::Tick& tick : ticks) out.push_back(tick.text);
  return out;
}

/// The matrix lies below the key of its colours.
const render::Panel& matrix(const render::Figure& figure) { return figure.rows.at(1).panels.at(0); }

double shown(const render::HeatMap& map, std::size_t row, std::size_t column) {
  return map.values.at(row * map.columns + column);
}

TEST(CompareMatrix, HasARowForEachTickerBelowItsSectorAndOneForAllAtTheBottom) {
  CompareFigureData data = data_of({{"A", "Energy"}, {"B", "Utilities"}, {"C", ""}}, 4);
  for (std::size_t symbol = 0; symbol < 3; ++symbol) set_all(data, symbol, {1, 2, -1, 2.5});
  const render::Figure figure = compare_figure(data, {});
  EXPECT_THAT(row_names(matrix(figure)), ElementsAre("A", "B", "C", "all"));
  EXPECT_THAT(texts(matrix(figure)),
              testing::IsSupersetOf({"Energy", "Utilities", "No sector", "Together", "+2.5"}));
  const auto map = marks<render::HeatMap>(matrix(figure)).at(0);
  EXPECT_EQ(map.columns, 4U);
  EXPECT_TRUE(map.is_signed);
  // Rows from the bottom: all, its heading, C.
  EXPECT_DOUBLE_EQ(shown(map, 2, 1), 2.0 / 3.0);
  EXPECT_TRUE(std::isnan(shown(map, 1, 1)));
  EXPECT_FALSE(std::isnan(shown(map, 0, 1)));
}

TEST(CompareMatrix, NamesNoSectorsInAnOrderThatMixesThem) {
  CompareFigureData data = data_of({{"A", "Energy"}, {"B", "Utilities"}}, 2);
  data.sort = CompareSort::Latest;
  EXPECT_THAT(texts(matrix(compare_figure(data, {}))), Not(testing::Contains("Energy")));
}

TEST(CompareMatrix, HatchesWhatIsMissing) {
  CompareFigureData data = data_of({{"A", "X"}}, 3);
  set_all(data, 0, {1, kNan, 0});
  const render::Figure figure = compare_figure(data, {});
  const auto map = marks<render::HeatMap>(matrix(figure)).at(0);
  EXPECT_TRUE(std::isnan(shown(map, 2, 1)));
  EXPECT_EQ(shown(map, 2, 2), 0.0);
  const auto holes = marks<render::Boxes>(matrix(figure)).at(0).boxes;
  const auto hole = std::ranges::find_if(
      holes, [](const render::Box& box) { return box.y_low < 2.0 && box.y_high > 2.0; });
  ASSERT_NE(hole, holes.end());
  EXPECT_TRUE(hole->hatched);
  EXPECT_LT(hole->x_low, 1.0);
  EXPECT_GT(hole->x_high, 1.0);
}

TEST(CompareMatrix, HasOneHueForMagnitudesAndATintForTheLowest) {
  CompareFigureData data = data_of({{"A", "X"}, {"B", "X"}}, 3, CompareMetric::ShortRatio);
  set_all(data, 0, {0.4, 0.5, 0.6});
  set_all(data, 1, {0.3, 0.3, 0.3});
  const render::Figure figure = compare_figure(data, {});
  const auto map = marks<render::HeatMap>(matrix(figure)).at(0);
  EXPECT_FALSE(map.is_signed);
  EXPECT_THAT(texts(matrix(figure)), testing::IsSupersetOf({"60.0%", "30.0%"}));
  for (const double value : map.values) {
    if (!std::isnan(value)) {
      EXPECT_GT(value, 0.05);
    }
  }
}

TEST(CompareMatrix, ShowsTheNewestValueOfTheSessionsShownNotOneBefore) {
  CompareFigureData data = data_of({{"A", "X"}}, 4);
  set_all(data, 0, {2.9, 2.8, kNan, kNan});
  data.first = 2;
  const render::Figure figure = compare_figure(data, {});
  EXPECT_THAT(texts(matrix(figure)), testing::Contains("-"));
  EXPECT_THAT(texts(matrix(figure)), Not(testing::Contains("+2.8")));
  EXPECT_EQ(marks<render::HeatMap>(matrix(figure)).at(0).columns, 2U);
}

TEST(CompareMatrix, GrowsInHeightNotInWidthWithTickers) {
  CompareFigureData few = data_of(many(10), 60);
  CompareFigureData lots = data_of(many(150), 60);
  const render::Figure small = compare_figure(few, {});
  const render::Figure large = compare_figure(lots, {});
  EXPECT_EQ(small.width, large.width);
  // At least a sixth of an inch for each row.
  EXPECT_GT(render::height_of(large), render::height_of(small) + 130.0 / 6.0);
}

TEST(CompareMatrix, DrawsWeeksBeyondAYearOfSessions) {
  CompareFigureData data = data_of({{"A", "X"}}, 300);
  for (std::size_t day = 0; day < 300; ++day) set(data, 0, day, 1.5);
  const render::Figure figure = compare_figure(data, {});
  const auto map = marks<render::HeatMap>(matrix(figure)).at(0);
  EXPECT_LT(map.columns, 65U);
  EXPECT_GT(map.columns, 58U);
  EXPECT_DOUBLE_EQ(shown(map, 2, 30), 0.5);
  EXPECT_THAT(figure.subtitle, HasSubstr("means of weeks"));
  EXPECT_EQ(figure.width, render::width_for_days(map.columns));
}

TEST(CompareMatrix, StandsForOneTickerOnOneSession) {
  CompareFigureData data = data_of({{"A", ""}}, 1);
  set(data, 0, 0, -2.5);
  const render::Figure figure = compare_figure(data, {});
  EXPECT_THAT(figure.title, HasSubstr("1 ticker"));
  EXPECT_THAT(texts(matrix(figure)), testing::Contains("-2.5"));
  EXPECT_GT(*matrix(figure).x.high, *matrix(figure).x.low);
}

TEST(CompareFigure, WritesATickerThatLooksLikeMarkupAsItIs) {
  CompareFigureData data = data_of({{"<b>", "<i>"}}, 3);
  set_all(data, 0, {1, 2, 3});
  for (const auto form : {CompareForm::Matrix, CompareForm::Multiples, CompareForm::Overlay}) {
    const render::Figure figure = compare_figure(data, {.form = form});
    const std::string script = render::figure_script(figure, render::ImageFormat::Svg);
    EXPECT_THAT(script, HasSubstr("'<b>")) << to_string(form);
    EXPECT_THAT(script, HasSubstr("noenhanced")) << to_string(form);
  }
}

TEST(CompareFigure, SaysInPlaceThatThereIsNoSession) {
  const CompareFigureData data = data_of({{"A", "X"}}, 0);
  const render::Figure figure = compare_figure(data, {});
  ASSERT_THAT(figure.rows, SizeIs(1));
  EXPECT_THAT(figure.rows[0].panels[0].empty, HasSubstr("offex sync short"));
}

TEST(CompareFigure, EndsWithTheFooterAndTheDisclaimer) {
  CompareFigureData data = data_of({{"A", "X"}}, 2);
  const render::Figure figure =
      compare_figure(data, {.strip = {{"As of", "now"}}, .footer = {.as_of = "2026-04-17"}});
  EXPECT_THAT(figure.small_print, testing::Contains(HasSubstr("2026-04-17")));
  EXPECT_EQ(figure.small_print.back(), render::kDisclaimer);
  EXPECT_THAT(figure.strip, SizeIs(1));
}

TEST(CompareMultiples, HaveOneRangeForAllTickers) {
  CompareFigureData data = data_of({{"A", "X"}, {"B", "X"}, {"C", "X"}, {"D", "X"}}, 3);
  set_all(data, 0, {1, 2, 3});
  set_all(data, 1, {-4, 0, 0});
  set_all(data, 2, {0, 0, 0});
  const render::Figure figure = compare_figure(data, {.form = CompareForm::Multiples});
  ASSERT_THAT(figure.rows, SizeIs(2));
  for (const render::PanelRow& row : figure.rows) {
    for (const render::Panel& panel : row.panels) {
      EXPECT_LT(*panel.y.low, -4.0);
      EXPECT_GT(*panel.y.high, 3.0);
      EXPECT_EQ(panel.y.low, figure.rows[0].panels[0].y.low);
    }
  }
  EXPECT_EQ(figure.rows[1].panels[1].title, "D");
  EXPECT_THAT(figure.rows[1].panels[1].empty, HasSubstr("no value"));
}

TEST(CompareMultiples, DrawTheBandOfTheSessionsBeforeEachOne) {
  CompareFigureData data = data_of({{"A", "X"}}, 81);
  for (std::size_t day = 0; day < 80; ++day) set(data, 0, day, static_cast<double>(day % 11));
  set(data, 0, 80, 1000.0);
  data.first = 15;
  const render::Figure figure = compare_figure(data, {.form = CompareForm::Multiples});
  const auto band = marks<render::Band>(figure.rows[0].panels[0]).at(0);
  ASSERT_THAT(band.low, SizeIs(66));
  EXPECT_TRUE(std::isnan(band.low[4]));  // 19 sessions before
  EXPECT_FALSE(std::isnan(band.low[5]));
  EXPECT_LT(band.high[65], 11.0);  // the day itself is not in its band
  EXPECT_LT(band.low[65], band.high[65]);
}

TEST(CompareMultiples, FillTheirLastRowWithNothing) {
  CompareFigureData data = data_of(many(7), 5);
  for (std::size_t symbol = 0; symbol < 7; ++symbol) set_all(data, symbol, {1, 2, 3, 2, 1});
  const render::Figure figure = compare_figure(data, {.form = CompareForm::Multiples});
  ASSERT_THAT(figure.rows, SizeIs(3));
  for (const render::PanelRow& row : figure.rows) EXPECT_THAT(row.panels, SizeIs(3));
  EXPECT_THAT(figure.rows[2].panels[2].marks, IsEmpty());
  EXPECT_FALSE(figure.rows[2].panels[2].y.labels);
  EXPECT_TRUE(figure.rows[1].panels[2].x.labels);  // nothing lies below
  EXPECT_FALSE(figure.rows[1].panels[0].x.labels);
}

TEST(CompareOverlay, TellsLinesApartByDashAndShadeAndNamesTheirEnds) {
  CompareFigureData data = data_of(many(5), 4);
  for (std::size_t symbol = 0; symbol < 5; ++symbol) {
    set_all(data, symbol, {0, 1, 2, 0.01 * static_cast<double>(symbol)});
  }
  const render::Figure figure = compare_figure(data, {.form = CompareForm::Overlay});
  const render::Panel& panel = figure.rows.at(0).panels.at(0);
  const auto lines = marks<render::Line>(panel);
  ASSERT_THAT(lines, SizeIs(5));
  for (std::size_t a = 0; a < 5; ++a) {
    EXPECT_NE(lines[a].ink, render::Ink::Positive);
    EXPECT_NE(lines[a].ink, render::Ink::Negative);
    for (std::size_t b = a + 1; b < 5; ++b) {
      EXPECT_FALSE(lines[a].ink == lines[b].ink && lines[a].dash == lines[b].dash);
    }
  }
  // The ends are nearly one; their labels are not.
  std::vector<double> places;
  const render::Texts labels = marks<render::Texts>(panel).at(0);
  for (const render::Text& text : labels.texts) places.push_back(text.y);
  std::ranges::sort(places);
  const double span = *panel.y.high - *panel.y.low;
  for (std::size_t i = 1; i < places.size(); ++i) {
    EXPECT_GT(places[i] - places[i - 1], 0.04 * span);
  }
  EXPECT_THAT(texts(panel), testing::Contains(HasSubstr("T3")));
}

TEST(CompareOverlay, LeavesOutTickersWithoutAValue) {
  CompareFigureData data = data_of({{"A", "X"}, {"B", "X"}}, 3);
  set_all(data, 0, {1, kNan, 2});
  const render::Figure figure = compare_figure(data, {.form = CompareForm::Overlay});
  const render::Panel& panel = figure.rows.at(0).panels.at(0);
  const auto lines = marks<render::Line>(panel);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_TRUE(std::isnan(lines[0].y[1]));
  // Both values stand alone, where a line shows nothing.
  EXPECT_THAT(marks<render::Points>(panel).at(0).x, testing::ElementsAre(0.0, 2.0));
  EXPECT_THAT(texts(panel), SizeIs(1));
}

}  // namespace
}  // namespace offex::views
