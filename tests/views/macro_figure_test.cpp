#include "offex/views/macro_figure.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "views/market_figure_support.hpp"
#include "views/market_parts_internal.hpp"

namespace offex::views {
namespace {

using test::day_of;
using test::kNan;
using test::marks_of;
using test::numbers;
using test::panel_named;
using test::panels_of;
using test::sessions_of;
using test::texts;
using test::titles_of;
using test::words_of;
using testing::AllOf;
using testing::Contains;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Rows of macro_daily: the market on all days but the third, one tier and two sectors.
columns::Batch macro_rows(const std::vector<market::Day>& sessions) {
  std::vector<market::Day> days;
  std::vector<std::string> kinds, names;
  std::vector<double> breadth, scores;
  const auto add = [&](market::Day day, const char* kind, const char* name, double value) {
    days.push_back(day);
    kinds.emplace_back(kind);
    names.emplace_back(name);
    breadth.push_back(value);
    scores.push_back(10.0 * value);
  };
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const double value = 0.01 * (static_cast<double>(i % 7) - 3.0);
    if (i != 2) add(sessions[i], "market", "market", value);
    add(sessions[i], "tier", "large", value);
    add(sessions[i], "sector", "Energy", 0.3);
    add(sessions[i], "sector", "<b>Utilities", -0.2);
  }
  columns::Batch out;
  out.add(test::days("trade_date", days));
  out.add(texts("group_kind", kinds));
  out.add(texts("group_name", names));
  for (const char* column :
       {"breadth", "extreme_breadth", "tilt", "surge_share", "dispersion_r", "dispersion_v"}) {
    out.add(numbers(column, breadth));
  }
  for (const char* column : {"breadth_z", "group_z_r", "tilt_z", "common_r_z", "dispersion_r_z",
                             "volume_breadth_z", "common_v_z", "surge_share_z"}) {
    out.add(numbers(column, scores));
  }
  out.add(numbers("names", std::vector<double>(days.size(), 40.0)));
  out.add(numbers("discoveries", std::vector<double>(days.size(), 1.0)));
  return out;
}

MacroFigureData made_up_market(const char* first = "2026-04-06", const char* last = "2026-04-17") {
  MacroFigureData out;
  out.sessions = sessions_of(first, last);
  out.rows = macro_rows(out.sessions);
  out.weeks = {{day_of("2026-04-06"), 500e6, 100e6, 300e6, 0.0, 0.0},
               {day_of("2026-04-13"), 0.0, 0.0, 0.0, 400e6, 450e6}};
  return out;
}

render::Figure figure_of(const MacroFigureData& data, std::vector<std::string> panels = {}) {
  return macro_figure(data, {.panels = std::move(panels)}).value();
}

TEST(MacroFigure, HasSixPanelsWhenNoneIsAskedFor) {
  EXPECT_THAT(titles_of(figure_of(made_up_market())),
              ElementsAre(HasSubstr("Short ratio of the market"), "Breadth of the short ratio",
                          "Far scores by size of the name", "Volume by week",
                          "Short ratio by sector", "Names that moved the index"));
}

TEST(MacroFigure, ShowsThePanelsAskedForInTheirOrder) {
  EXPECT_THAT(titles_of(figure_of(made_up_market(), {"surges", "breadth", "tilt"})),
              ElementsAre("Names with a surge of volume", "Breadth of the short ratio",
                          HasSubstr("Short ratio of the market")));
}

TEST(MacroFigure, KnowsEveryPanelThatItNames) {
  for (const MacroPanelName& panel : macro_panels()) {
    EXPECT_TRUE(macro_figure(made_up_market(), {.panels = {std::string{panel.name}}}).has_value())
        << panel.name;
  }
}

TEST(MacroFigure, NamesThePanelsThatThereAreForAnUnknownOne) {
  const auto figure = macro_figure(made_up_market(), {.panels = {"breath"}});
  ASSERT_FALSE(figure.has_value());
  EXPECT_EQ(figure.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(figure.error().message, AllOf(HasSubstr("`breath`"), HasSubstr("breadth, tiers")));
}

TEST(MacroFigure, DatesStandOnlyBelowTheLastPanelOverTime) {
  const render::Figure figure = figure_of(made_up_market(), {"tilt", "breadth", "contributions"});
  std::vector<bool> labels;
  for (const render::Panel& panel : panels_of(figure)) labels.push_back(panel.x.labels);
  // tilt, breadth, its z, and the panel that is not over time and empty.
  EXPECT_THAT(labels, ElementsAre(false, false, true, false));
}

TEST(MacroFigure, LeavesAMissingSessionEmpty) {
  const render::Figure figure = figure_of(made_up_market(), {"breadth", "tilt"});
  const auto boxes = marks_of<render::Boxes>(panel_named(figure, "Breadth"));
  for (const render::Box& bar : boxes.at(1).boxes) {
    EXPECT_FALSE(bar.x_low < 2.0 && bar.x_high > 2.0);
  }
  const auto lines = marks_of<render::Line>(panel_named(figure, "Short ratio of the market"));
  EXPECT_TRUE(std::isnan(lines.at(0).y.at(2)));
  EXPECT_FALSE(std::isnan(lines.at(0).y.at(1)));
}

TEST(MacroFigure, HatchesWhatIsNotPublishedYet) {
  const render::Panel panel = panel_named(figure_of(made_up_market(), {"volume"}), "Volume");
  double solid = 0.0;
  double hatched = 0.0;
  const render::Boxes boxes = marks_of<render::Boxes>(panel).at(0);
  for (const render::Box& box : boxes.boxes) {
    (box.hatched ? hatched : solid) += box.y_high - box.y_low;
    // The second week begins with the sixth session.
    EXPECT_EQ(box.hatched, box.x_low > 4.5);
  }
  EXPECT_THAT(solid, DoubleNear(900e6, 1.0));
  EXPECT_THAT(hatched, DoubleNear(850e6, 1.0));
  EXPECT_THAT(words_of(panel), AllOf(Contains("ATS 11%"), Contains("non-ATS 33%"),
                                     Contains("lit 56%"), Contains("hatched: expected")));
}

TEST(MacroFigure, PutsTheFirstSectorOnTop) {
  const render::Panel panel = panel_named(figure_of(made_up_market(), {"sectors"}), "Short ratio");
  const auto maps = marks_of<render::HeatMap>(panel);
  ASSERT_THAT(maps, SizeIs(1));
  EXPECT_EQ(maps[0].rows, 2U);
  EXPECT_EQ(maps[0].columns, 10U);
  EXPECT_THAT(words_of(panel), ElementsAre("Energy", "<b>Utilities"));
  EXPECT_EQ(maps[0].values.front(), 3.0);
}

TEST(MacroFigure, SaysInEachPlaceWhatIsMissing) {
  MacroFigureData data;
  data.sessions = sessions_of("2026-04-13", "2026-04-17");
  std::vector<std::string> all;
  for (const MacroPanelName& panel : macro_panels()) all.emplace_back(panel.name);
  const render::Figure figure = figure_of(data, all);
  EXPECT_THAT(panels_of(figure), SizeIs(all.size()));
  for (const render::Panel& panel : panels_of(figure)) {
    EXPECT_THAT(panel.empty, testing::Not(IsEmpty())) << panel.title;
  }
  EXPECT_THAT(panel_named(figure, "Volume").empty, HasSubstr("offex import"));
  EXPECT_THAT(figure.subtitle, HasSubstr("no name could be tested"));
}

TEST(MacroFigure, HasOnePointAWeekBeyond260Sessions) {
  const MacroFigureData data = made_up_market("2025-01-02", "2026-04-17");
  ASSERT_GT(data.sessions.size(), 260U);
  const render::Figure figure = figure_of(data, {"tilt", "sectors"});
  const auto lines = marks_of<render::Line>(panel_named(figure, "Short ratio of the market"));
  EXPECT_THAT(lines.at(0).x, SizeIs(68));
  EXPECT_EQ(marks_of<render::HeatMap>(panel_named(figure, "Short ratio by")).at(0).columns, 68U);
  EXPECT_THAT(figure.subtitle, HasSubstr("a point a week"));
}

columns::Batch weekly_rows() {
  columns::Batch out;
  out.add(test::days("week_start_date", std::vector<market::Day>(4, day_of("2026-03-02"))));
  out.add(numbers("ats_volume", {100.0, 50.0, kNan, 80.0}));
  out.add(numbers("non_ats_volume", {200.0, 70.0, 10.0, 80.0}));
  out.add(numbers("consolidated_volume", {1000.0, kNan, 500.0, 100.0}));
  return out;
}

columns::Batch nowcast_rows() {
  columns::Batch out;
  const std::vector<market::Day> weeks{day_of("2026-03-02"), day_of("2026-03-02"),
                                       day_of("2026-03-09"), day_of("2026-03-16")};
  out.add(test::days("week_start_date", weeks));
  out.add(texts("status", {"PUBLISHED", "PENDING", "PENDING", "RUNNING"}));
  out.add(numbers("nowcast_volume", {300.0, 40.0, 20.0, kNan}));
  out.add(numbers("consolidated_volume", {1000.0, 100.0, 50.0, 60.0}));
  return out;
}

TEST(WeekVolumes, AddsUpOnlyNamesWithBothSidesAndBars) {
  const std::vector<WeekVolume> weeks = week_volumes(weekly_rows(), nowcast_rows());
  ASSERT_THAT(weeks, SizeIs(2));
  EXPECT_EQ(weeks[0].ats, 100.0);
  EXPECT_EQ(weeks[0].non_ats, 200.0);
  EXPECT_EQ(weeks[0].lit, 700.0);
}

TEST(WeekVolumes, ExpectsWhatIsNotPublishedAndNothingElse) {
  const std::vector<WeekVolume> weeks = week_volumes(weekly_rows(), nowcast_rows());
  EXPECT_EQ(weeks.at(0).expected_off, 40.0);
  EXPECT_EQ(weeks.at(0).expected_lit, 60.0);
  EXPECT_EQ(weeks.at(1).monday, day_of("2026-03-09"));
  EXPECT_EQ(weeks.at(1).expected_off, 20.0);
  EXPECT_EQ(weeks.at(1).lit, 0.0);
}

TEST(MarketParts, ShadesExpiryAndTheEndOfAQuarter) {
  // 2025-04-18 was Good Friday: options expired on the Thursday before.
  const std::vector<market::Day> sessions = sessions_of("2025-03-17", "2025-04-25");
  std::vector<std::string> shaded;
  const render::Boxes shades = calendar_shades(TimePoints{sessions}, {0.0, 1.0});
  for (const render::Box& box : shades.boxes) {
    shaded.push_back(sessions.at(static_cast<std::size_t>(std::lround(box.x_low + 0.5))).iso());
  }
  EXPECT_THAT(shaded, ElementsAre("2025-03-21", "2025-03-31", "2025-04-17"));
}

TEST(MarketParts, MeansOfAWeekLeaveMissingSessionsOut) {
  const std::vector<market::Day> sessions = sessions_of("2025-01-02", "2026-04-17");
  const TimePoints time{sessions};
  std::vector<double> values(sessions.size(), kNan);
  values[2] = 4.0;  // Monday and Tuesday of the second week
  values[3] = 8.0;
  const std::vector<double> means = time.means(values);
  EXPECT_TRUE(std::isnan(means.at(0)));
  EXPECT_EQ(means.at(1), 6.0);
}

TEST(MarketParts, AWeekIsOnePointOrItsSessions) {
  const std::vector<market::Day> days = sessions_of("2026-04-01", "2026-04-10");
  const auto week = TimePoints{days}.span(day_of("2026-04-06"), day_of("2026-04-10"));
  ASSERT_TRUE(week.has_value());
  EXPECT_EQ(week->first, 2U);
  EXPECT_EQ(week->last, 6U);
  const TimePoints weeks{sessions_of("2025-01-02", "2026-04-17")};
  const auto point = weeks.span(day_of("2025-01-06"), day_of("2025-01-10"));
  ASSERT_TRUE(point.has_value());
  EXPECT_EQ(point->first, 1U);
  EXPECT_EQ(point->last, 1U);
  EXPECT_FALSE(weeks.span(day_of("2026-05-04"), day_of("2026-05-08")).has_value());
}

TEST(MarketParts, AValueThatStandsAloneIsADot) {
  std::vector<render::Mark> marks;
  add_line({.x = {0, 1, 2, 3, 4}, .y = {1.0, kNan, 2.0, 3.0, kNan}}, marks);
  const auto dots = marks_of<render::Points>({.title = "", .marks = marks});
  ASSERT_THAT(dots, SizeIs(1));
  EXPECT_THAT(dots[0].x, ElementsAre(0.0));
}

TEST(MarketParts, LabelsThatMeetAreMovedApartInTheirOrder) {
  const std::vector<double> at = spread(std::vector<double>{1.0, 1.1, 5.0}, 1.0);
  EXPECT_THAT(at, ElementsAre(DoubleNear(0.55, 1e-9), DoubleNear(1.55, 1e-9), 5.0));
}

TEST(MarketParts, NumbersRoundedToZeroHaveNoSign) {
  EXPECT_EQ(signed_text(-0.04), "0.0");
  EXPECT_EQ(signed_text(-0.06), "-0.1");
  EXPECT_EQ(signed_text(kNan), "–");
  EXPECT_EQ(dollars_text(1.234e9), "1.2B");
  EXPECT_EQ(dollars_text(999.9e6), "1.0B");
  EXPECT_EQ(dollars_text(64e6), "64M");
}

}  // namespace
}  // namespace offex::views
