#include "offex/views/ticker_figure.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "views/ticker_support.hpp"

namespace offex::views {
namespace {

using render::Box;
using render::Ink;
using render::Panel;
using test::bare_ticker;
using test::boxes_of;
using test::day_of;
using test::full_ticker;
using test::kNan;
using test::marks_of;
using test::panel_named;
using test::panels_of;
using test::segments_of;
using test::sessions_of;
using test::titles_of;
using test::words_of;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using Value = TickerValue;

std::vector<TickerPanel> all_panels() {
  std::vector<TickerPanel> out;
  for (std::size_t i = 0; i < kTickerPanels; ++i) out.push_back(static_cast<TickerPanel>(i));
  return out;
}

Panel panel_of(const TickerData& data, TickerPanel panel, WeekTime time = WeekTime::Event) {
  const render::Figure figure = ticker_figure(data, {.panels = {panel}, .time = time});
  return figure.rows.at(0).panels.at(0);
}

TEST(TickerFigure, HasFivePanelsWithThePriceAtTheBottom) {
  EXPECT_THAT(titles_of(ticker_figure(full_ticker(), {})),
              ElementsAre("Off-exchange share", "Who trades it off the exchanges", "Short ratio",
                          "Lit imbalance", "Price"));
}

TEST(TickerFigure, CanHaveThePriceOnTop) {
  EXPECT_THAT(titles_of(ticker_figure(full_ticker(), {.price_on_top = true})),
              ElementsAre("Price", "Off-exchange share", "Who trades it off the exchanges",
                          "Short ratio", "Lit imbalance"));
}

TEST(TickerFigure, HasAllTenPanelsWithDataAndDatesBelowTheLast) {
  const render::Figure figure = ticker_figure(full_ticker(), {.panels = all_panels()});
  const std::vector<Panel> panels = panels_of(figure);
  ASSERT_THAT(panels, SizeIs(kTickerPanels));
  for (std::size_t i = 0; i < panels.size(); ++i) {
    EXPECT_EQ(panels[i].empty, "") << panels[i].title;
    EXPECT_THAT(panels[i].marks, Not(IsEmpty())) << panels[i].title;
    EXPECT_EQ(panels[i].x.labels, i + 1 == panels.size()) << panels[i].title;
  }
  EXPECT_EQ(panels.back().title, "Price");
}

TEST(TickerFigure, PanelsWithoutDataSayWhyAndAreLow) {
  const render::Figure figure = ticker_figure(
      bare_ticker("NVDA", sessions_of("2026-03-02", "2026-03-27")), {.panels = all_panels()});
  for (const render::PanelRow& row : figure.rows) {
    EXPECT_THAT(row.panels[0].empty, Not(IsEmpty())) << row.panels[0].title;
    EXPECT_LE(row.height, 5.0);
  }
}

TEST(TickerFigure, WithoutAnyDayIsStillAFigure) {
  const render::Figure figure = ticker_figure(bare_ticker("NVDA", {}), {.panels = all_panels()});
  for (const Panel& panel : panels_of(figure)) EXPECT_THAT(panel.empty, Not(IsEmpty()));
}

TEST(TickerFigure, NamesOfPanelsAreReadBack) {
  for (const TickerPanel panel : all_panels()) {
    EXPECT_EQ(parse_ticker_panel(to_string(panel)), panel);
  }
  EXPECT_FALSE(parse_ticker_panel("Share"));
  EXPECT_FALSE(parse_ticker_panel(""));
}

TEST(TickerFigure, SaysItsRangeTimeAndCoverage) {
  TickerData data = full_ticker();
  data[Value::ShortRatio][4] = kNan;
  const render::Figure figure = ticker_figure(data, {.time = WeekTime::Known});
  EXPECT_EQ(figure.title, "NVDA");
  EXPECT_THAT(figure.subtitle, StartsWith("2026-03-02 to 2026-03-27, 20 sessions"));
  EXPECT_THAT(figure.subtitle, HasSubstr("where they became public"));
  EXPECT_EQ(figure.strip.back().name, "Coverage");
  EXPECT_EQ(figure.strip.back().value, "B, 19 of 20 sessions, 2 weeks");
}

TEST(TickerFigure, WeeksThatLieBeforeTheRangeAreNoCoverageOfIt) {
  TickerData data = full_ticker();
  data.weeks.insert(data.weeks.begin(), test::week_of(day_of("2026-02-09"), day_of("2026-03-02")));
  EXPECT_THAT(ticker_figure(data, {}).strip.back().value, HasSubstr(", 2 weeks"));
}

TEST(TickerFigure, ATickerNamedLikeATagIsATitle) {
  EXPECT_EQ(ticker_figure(bare_ticker("<b>", sessions_of("2026-03-02", "2026-03-06")), {}).title,
            "<b>");
}

TEST(TickerFigure, IsAsWideAsItsSessions) {
  EXPECT_NEAR(ticker_figure(bare_ticker("A", sessions_of("2026-01-02", "2026-03-31")), {}).width,
              4.0 + 0.11 * 61, 1e-9);
}

TEST(TickerShare, HasTheDailyLineAndALevelForEachWeek) {
  TickerData data = full_ticker();
  data[Value::OffexShare][7] = kNan;
  const Panel panel = panel_of(data, TickerPanel::Share);
  const auto lines = marks_of<render::Line>(panel);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].y[6], data[Value::OffexShare][6]);
  EXPECT_NE(lines[0].y[7], lines[0].y[7]);  // a gap, and no zero
  const auto segments = segments_of(panel);
  ASSERT_THAT(segments, SizeIs(8));  // four medians, four levels
  EXPECT_EQ(segments[4].dash, render::Dash::Solid);
  EXPECT_EQ(segments[7].dash, render::Dash::Dashed);
  EXPECT_THAT(words_of(panel), Contains(HasSubstr("daily 3")));
}

TEST(TickerShare, HatchesTheIntervalsOfWeeksThatAreNotPublished) {
  std::vector<Box> hatched;
  std::ranges::copy_if(boxes_of(panel_of(full_ticker(), TickerPanel::Share)),
                       std::back_inserter(hatched), &Box::hatched);
  ASSERT_THAT(hatched, SizeIs(2));
  EXPECT_NEAR(hatched[0].x_low, 9.58, 1e-9);
  EXPECT_NEAR(hatched[0].x_high, 14.42, 1e-9);
  EXPECT_EQ(hatched[0].y_low, 0.45);
  EXPECT_EQ(hatched[0].y_high, 0.55);
}

TEST(TickerShare, TellsHowGoodPastNowcastsWere) {
  TickerData data = full_ticker();
  data.nowcast_weeks = 12;
  data.nowcast_error = 0.0123;
  EXPECT_EQ(panel_of(data, TickerPanel::Share).note, "12 nowcasts: 1.2 points off on average");
  data.nowcast_inside = 0.8;
  EXPECT_THAT(panel_of(data, TickerPanel::Share).note, HasSubstr("80% inside"));
}

TEST(TickerMix, StacksThePartsOfPublishedWeeksAndHatchesOthers) {
  const auto boxes = boxes_of(panel_of(full_ticker(), TickerPanel::Mix));
  ASSERT_THAT(boxes, SizeIs(8));
  EXPECT_EQ(boxes[0].y_high, 0.25);
  EXPECT_EQ(boxes[1].y_low, 0.25);
  EXPECT_EQ(boxes[1].y_high, 0.75);
  EXPECT_EQ(boxes[2].y_high, 1.0);
  EXPECT_TRUE(boxes[6].hatched);
  EXPECT_THAT(words_of(panel_of(full_ticker(), TickerPanel::Mix)),
              ElementsAre(" ATS 25%", " wholesalers 50%", " other 25%"));
}

TEST(TickerMix, AWeekWithoutFirmsStillTellsItsAts) {
  TickerData data = full_ticker();
  data.weeks.resize(1);
  data.weeks[0].wholesaler = data.weeks[0].other = kNan;
  EXPECT_THAT(boxes_of(panel_of(data, TickerPanel::Mix)), SizeIs(1));
  EXPECT_THAT(words_of(panel_of(data, TickerPanel::Mix)), ElementsAre(" ATS 25%"));
}

TEST(TickerShort, HasBarsAboveAndBelowTheMedianAndABand) {
  TickerData data = full_ticker();
  data[Value::ShortChange][3] = kNan;
  const Panel panel = panel_of(data, TickerPanel::Short);
  const auto boxes = boxes_of(panel);
  ASSERT_THAT(boxes, SizeIs(19));
  EXPECT_EQ(boxes[0].ink, Ink::Positive);
  EXPECT_EQ(boxes[0].y_high, 0.02);
  EXPECT_EQ(boxes[1].ink, Ink::Negative);
  EXPECT_EQ(boxes[1].y_low, -0.03);
  EXPECT_THAT(marks_of<render::Band>(panel)[0].low, Each(-0.05));
}

TEST(TickerShort, SaysThatTheHistoryIsTooShort) {
  TickerData data = full_ticker();
  data[Value::ShortChange].assign(20, kNan);
  EXPECT_THAT(panel_of(data, TickerPanel::Short).empty, HasSubstr("fewer than 20 sessions"));
}

TEST(TickerLit, ShowsTheImbalanceAndWhatTradesNotToldCouldMakeOfIt) {
  const auto boxes = boxes_of(panel_of(full_ticker(), TickerPanel::Lit));
  ASSERT_THAT(boxes, SizeIs(40));
  EXPECT_NEAR(boxes[0].y_low, 0.2, 1e-12);
  EXPECT_NEAR(boxes[0].y_high, 0.4, 1e-12);
  EXPECT_EQ(boxes[20].y_low, 0.0);
  EXPECT_NEAR(boxes[20].y_high, 1.0 / 3.0, 1e-12);
}

TEST(TickerLit, ShowsNoDoubtWhereNobodyKnowsWhatWasNotTold) {
  TickerData data = full_ticker();
  data[Value::LitUnclassified].assign(20, kNan);
  data[Value::LitImbalance][7] = kNan;  // too little volume to say
  EXPECT_THAT(boxes_of(panel_of(data, TickerPanel::Lit)), SizeIs(19));
}

TEST(TickerLogRatio, IsTheLogarithmOfBuysBySells) {
  const auto boxes = boxes_of(panel_of(full_ticker(), TickerPanel::LogRatio));
  ASSERT_THAT(boxes, SizeIs(20));
  EXPECT_NEAR(boxes[0].y_high, std::log(2.0), 1e-12);
}

TEST(TickerOtc, SplitsTheWeekByItsLitBuys) {
  const auto boxes = boxes_of(panel_of(full_ticker(), TickerPanel::OtcFlow));
  ASSERT_THAT(boxes, SizeIs(8));
  EXPECT_NEAR(boxes[0].y_high, 2'000.0 / 3, 1e-9);
  EXPECT_NEAR(boxes[1].y_low, -1'000.0 / 3, 1e-9);
  EXPECT_FALSE(boxes[0].hatched);
  EXPECT_TRUE(boxes[7].hatched);
}

TEST(TickerPrice, HasBarsHitsAndTheLastClose) {
  const Panel panel = panel_of(full_ticker(), TickerPanel::Price);
  EXPECT_EQ(marks_of<render::PriceBars>(panel)[0].close[1], 100.0);
  const auto hits = marks_of<render::Points>(panel);
  ASSERT_THAT(hits[0].x, ElementsAre(3.0));
  EXPECT_GT(hits[0].y[0], 105.0);  // above the high of that day
  EXPECT_THAT(words_of(panel), ElementsAre(" 118.00"));
  EXPECT_THAT(panel.note, HasSubstr("scanner hits"));
}

TEST(TickerSurprise, HasARowForEachZ) {
  const auto maps = marks_of<render::HeatMap>(panel_of(full_ticker(), TickerPanel::Surprise));
  ASSERT_THAT(maps, SizeIs(1));
  EXPECT_EQ(maps[0].rows, 5U);
  EXPECT_EQ(maps[0].columns, 20U);
  EXPECT_EQ(maps[0].values[0], full_ticker()[Value::ZLit][0]);
  EXPECT_EQ(maps[0].values[80], full_ticker()[Value::ZV][0]);
}

TEST(TickerScore, HatchesWhatIsUnsure) {
  TickerData data = full_ticker();
  data[Value::ScoreCoverage][0] = 0.4;
  data[Value::ScoreHigh][1] = 100.0;
  data[Value::ScoreLow][1] = 0.0;
  data[Value::Score][2] = kNan;
  const auto boxes = boxes_of(panel_of(data, TickerPanel::Score));
  ASSERT_THAT(boxes, SizeIs(19));
  EXPECT_TRUE(boxes[0].hatched);
  EXPECT_TRUE(boxes[1].hatched);
  EXPECT_FALSE(boxes[2].hatched);
  EXPECT_EQ(boxes[1].ink, Ink::Negative);
}

TEST(TickerLabel, HasABoxForEachLabel) {
  TickerData data = full_ticker();
  data.label[0] = "Insufficient";
  data.label[1].clear();
  const auto boxes = boxes_of(panel_of(data, TickerPanel::Decision));
  ASSERT_THAT(boxes, SizeIs(19));
  EXPECT_TRUE(boxes[0].hatched);
  EXPECT_EQ(boxes[1].ink, Ink::Positive);
}

TEST(TickerFigure, NamesABreakOnceAndDrawsItInEveryPanel) {
  TickerData data = full_ticker();
  const auto days = sessions_of("2026-02-17", "2026-03-16");
  ASSERT_EQ(days.size(), data.days.size());
  data.days = days;
  int labels = 0;
  int rules = 0;
  for (const Panel& panel : panels_of(ticker_figure(data, {}))) {
    for (const render::Rule& rule : marks_of<render::Rule>(panel)) {
      if (!rule.vertical) continue;
      EXPECT_EQ(rule.at, 3.5);  // Tuesday to Friday lie before 23 February
      ++rules;
      labels += rule.label.empty() ? 0 : 1;
    }
  }
  EXPECT_EQ(labels, 1);
  EXPECT_GE(rules, 4);
}

}  // namespace
}  // namespace offex::views
