#include "offex/views/scan_figure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "views/label_places_internal.hpp"
#include "views/market_figure_support.hpp"

namespace offex::views {
namespace {

using test::kNan;
using test::marks_of;
using test::numbers;
using test::panel_named;
using test::panels_of;
using test::texts;
using test::words_of;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

/// Four tested names: `<b>` alone is flagged, C has no return, D no dollar volume.
columns::Batch tested_names() {
  columns::Batch out;
  columns::Column symbol{"symbol", columns::Type::Symbol};
  for (const char* name : {"<b>", "BBB", "C", "D"}) {
    symbol.push(market::Symbol::from_trusted(name));
  }
  out.add(std::move(symbol));
  out.add(texts("tag", {"SURGE_SHORT", "SHORT", "NONE", "LONG"}));
  out.add(texts("grade", {"A", "A", "B", "C"}));
  out.add(numbers("streak", {2, 1, 0, 0}));
  out.add(numbers("z_r", {2.5, 1.6, 0.1, -1.7}));
  out.add(numbers("z_v", {4.5, 0.2, -0.4, 0.3}));
  for (const char* p : {"p_o", "p_r"}) out.add(numbers(p, {1e-6, 0.05, 0.5, 0.9}));
  for (const char* q : {"q_o", "q_r"}) out.add(numbers(q, {4e-6, 0.2, 0.7, 0.9}));
  out.add(numbers("short_ratio", {0.6, 0.5, 0.45, 0.2}));
  out.add(numbers("expected_ratio", {0.4, 0.4, 0.45, 0.4}));
  out.add(numbers("multiple", {9.0, 1.2, 0.8, 1.1}));
  out.add(numbers("dollar_volume", {2e9, 3e6, 4e5, kNan}));
  out.add(numbers("split_suggested", {kNan, 2.0, kNan, kNan}));
  out.add(numbers("split_known", {0, 0, 0, 0}));
  return out;
}

ScanFigureData made_up_scan() {
  ScanFigureData out;
  out.scan.day = test::day_of("2026-04-17");
  out.scan.rows = tested_names();
  out.scan.names = 6;
  out.scan.family = 4;
  out.scan.rate = 0.1;
  out.scan.discoveries = 1;
  out.scan.expected_by_chance = 0.05;
  out.scan.has_prices = true;
  out.scan.version = "rv/1.0.0+test";
  out.top = 2;
  out.returns = {0.03, -0.02, kNan, 0.0};
  const std::vector<market::Day> days = test::sessions_of("2026-04-13", "2026-04-17");
  out.market.add(test::days("trade_date", days));
  out.market.add(texts("group_kind", std::vector<std::string>(5, "market")));
  out.market.add(texts("group_name", std::vector<std::string>(5, "market")));
  out.market.add(numbers("discoveries", {0, 2, kNan, 0, 1}));
  out.market.add(numbers("breadth", {0.02, -0.05, kNan, 0.01, 0.20}));
  out.market.add(numbers("breadth_z", {0.4, -1.0, kNan, 0.2, 2.5}));
  out.outcomes.rows.add(numbers("sessions", {5, 5, 20}));
  out.outcomes.rows.add(numbers("excess_return", {-0.03, kNan, 0.01}));
  out.outcomes.means = {{5, days[0], 1, -0.03, kNan}, {20, days[0], 1, 0.01, 0.004}};
  return out;
}

TEST(ScanFigure, SaysHowManyNamesWereTestedFlaggedAndExpectedByChance) {
  const render::Figure figure = scan_figure(made_up_scan(), {});
  EXPECT_EQ(figure.title, "Scan of 2026-04-17");
  EXPECT_THAT(figure.subtitle, AllOf(HasSubstr("6 names in the file, 4 tested, 1 flagged"),
                                     HasSubstr("0.1 of them chance")));
}

TEST(ScanFigure, ListsTheFirstNamesAndDrawsAllOfThem) {
  const render::Figure figure = scan_figure(made_up_scan(), {});
  const std::vector<std::string> listed = words_of(panel_named(figure, "Most unusual"));
  EXPECT_THAT(listed, AllOf(Contains("<b>"), Contains("BBB"), Not(Contains("C"))));
  const auto dots = marks_of<render::Points>(panel_named(figure, "Volume against"));
  ASSERT_THAT(dots, SizeIs(1));
  EXPECT_THAT(dots[0].x, SizeIs(4));
}

TEST(ScanFigure, QuotesNamesForGnuplot) {
  const std::string script =
      render::figure_script(scan_figure(made_up_scan(), {}), render::ImageFormat::Svg);
  EXPECT_THAT(script, AllOf(HasSubstr("set label '<b>'"), HasSubstr("noenhanced")));
}

TEST(ScanFigure, PutsALineBelowTheLastFlaggedName) {
  const render::Panel table = panel_named(scan_figure(made_up_scan(), {}), "Most unusual");
  std::vector<double> dashed;
  for (const render::Segments& segments : marks_of<render::Segments>(table)) {
    for (const render::Segment& one : segments.segments) {
      if (one.dash == render::Dash::Dashed) dashed.push_back(one.y_low);
    }
  }
  EXPECT_THAT(dashed, testing::ElementsAre(0.5));
}

TEST(ScanFigure, SaysWhenNoNameIsFlagged) {
  ScanFigureData data = made_up_scan();
  data.scan.discoveries = 0;
  data.scan.rate = 1e-9;
  const render::Figure figure = scan_figure(data, {});
  EXPECT_EQ(panel_named(figure, "Most unusual").note, "nothing here can be told from chance");
  EXPECT_EQ(panel_named(figure, "All scores").note, "no name is flagged");
}

TEST(ScanFigure, KeepsAMissingReturnMissing) {
  ScanFigureData data = made_up_scan();
  data.returns[0] = kNan;
  const render::Figure figure = scan_figure(data, {});
  EXPECT_THAT(words_of(panel_named(figure, "Most unusual")), Contains("–"));
  const auto dots = marks_of<render::Points>(panel_named(figure, "Volume against"));
  // The largest name comes first.
  EXPECT_TRUE(std::isnan(dots.at(0).signs.at(0)));
}

TEST(ScanFigure, WarnsOfALikelySplit) {
  EXPECT_THAT(words_of(panel_named(scan_figure(made_up_scan(), {}), "Most unusual")),
              Contains("SHORT SPLIT?"));
}

TEST(ScanFigure, CountsEveryNameOnceAmongTheScores) {
  const auto bars =
      marks_of<render::Boxes>(panel_named(scan_figure(made_up_scan(), {}), "All scores"));
  double names = 0.0;
  double flagged = 0.0;
  for (const render::Box& bar : bars.at(0).boxes) {
    names += bar.y_high;
    if (bar.ink == render::Ink::Shade1) flagged += bar.y_high;
  }
  EXPECT_EQ(names, 4.0);
  EXPECT_EQ(flagged, 1.0);
}

TEST(ScanFigure, LeavesOutSessionsWithoutAScanOverTime) {
  const render::Figure figure = scan_figure(made_up_scan(), {});
  for (const char* title : {"Flagged names", "Breadth"}) {
    const auto boxes = marks_of<render::Boxes>(panel_named(figure, title));
    ASSERT_THAT(boxes, SizeIs(2)) << title;
    for (const render::Box& bar : boxes[1].boxes) {
      EXPECT_FALSE(bar.x_low < 2.0 && bar.x_high > 2.0) << title;
    }
  }
}

TEST(ScanFigure, ColoursOnlyUnusualBreadth) {
  const auto boxes =
      marks_of<render::Boxes>(panel_named(scan_figure(made_up_scan(), {}), "Breadth"));
  std::vector<render::Ink> inks;
  for (const render::Box& bar : boxes.at(1).boxes) inks.push_back(bar.ink);
  EXPECT_THAT(inks, testing::ElementsAre(render::Ink::Shade3, render::Ink::Shade3,
                                         render::Ink::Shade3, render::Ink::Positive));
}

TEST(ScanFigure, ShowsOutcomesThatDoNotFlatter) {
  const render::Panel panel = panel_named(scan_figure(made_up_scan(), {}), "What became");
  EXPECT_THAT(words_of(panel), AllOf(Contains("5 sessions ago: -3.0 %, 1 hits"),
                                     Contains("20 sessions ago: +1.0 ± 0.4 %, 1 hits")));
}

TEST(ScanFigure, SaysInEachPlaceWhatIsMissing) {
  ScanFigureData data;
  data.scan.day = test::day_of("2026-04-17");
  data.scan.names = 3;
  const render::Figure figure = scan_figure(data, {});
  ASSERT_THAT(panels_of(figure), SizeIs(6));
  for (const render::Panel& panel : panels_of(figure)) {
    EXPECT_THAT(panel.empty, Not(testing::IsEmpty())) << panel.title;
    EXPECT_THAT(panel.marks, testing::IsEmpty()) << panel.title;
  }
  EXPECT_THAT(panel_named(figure, "Most unusual").empty, HasSubstr("offex scan --explain"));
  EXPECT_THAT(panel_named(figure, "What became").empty, HasSubstr("offex import"));
}

TEST(ScanFigure, EndsWithTheFooterOfTheCommand) {
  render::Footer footer;
  footer.as_of = "2026-04-18T16:00:00Z";
  const render::Figure figure = scan_figure(made_up_scan(), footer);
  EXPECT_THAT(figure.small_print, Contains(HasSubstr("2026-04-18T16:00:00Z")));
  EXPECT_EQ(figure.small_print.back(), render::kDisclaimer);
}

bool overlap(const render::Text& a, const render::Text& b) {
  // Both to the right of their points, a tenth of an inch a character at most.
  const double wide = 0.06;
  const double a_end = a.x + wide * static_cast<double>(a.text.size());
  const double b_end = b.x + wide * static_cast<double>(b.text.size());
  return std::fabs(a.y - b.y) < 0.1 && a.x < b_end && b.x < a_end;
}

TEST(LabelPlaces, NamesDoNotCoverEachOther) {
  std::vector<NamedPoint> points;
  for (int i = 0; i < 12; ++i) points.push_back({2.0 + 0.02 * i, 2.0 + 0.03 * (i % 3), "NAME", {}});
  const render::Texts placed =
      place_labels(points, {.x = {}, .y = {}}, {0.0, 4.0, 0.0, 4.0, 4.0, 4.0});
  ASSERT_GE(placed.texts.size(), 2U);
  for (std::size_t i = 0; i < placed.texts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool same = placed.texts[i].place == placed.texts[j].place;
      EXPECT_FALSE(same && overlap(placed.texts[i], placed.texts[j])) << i << " " << j;
    }
  }
}

TEST(LabelPlaces, NamesStayInsideThePlot) {
  const render::Texts placed = place_labels({{3.95, 2.0, "LONGNAME", {}}}, {.x = {}, .y = {}},
                                            {0.0, 4.0, 0.0, 4.0, 4.0, 4.0});
  ASSERT_THAT(placed.texts, SizeIs(1));
  EXPECT_EQ(placed.texts[0].place, render::Place::Left);
}

TEST(LabelPlaces, ABoldNameCoversDotsRatherThanBeLeftOut) {
  render::Points dots{.x = {}, .y = {}};
  for (int i = 0; i < 1600; ++i) {
    dots.x.push_back(0.1 * (i % 40));
    dots.y.push_back(0.1 * (i / 40));
  }
  const PlotArea area{0.0, 4.0, 0.0, 4.0, 4.0, 4.0};
  EXPECT_THAT(place_labels({{2.0, 2.0, "PLAIN", {}}}, dots, area).texts, SizeIs(0));
  EXPECT_THAT(place_labels({{2.0, 2.0, "BOLD", {}, true}}, dots, area).texts, SizeIs(1));
}

}  // namespace
}  // namespace offex::views
