#include "offex/views/week_figure.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::views {
namespace {

using market::Day;
using market::Symbol;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

constexpr double kNan = DrawerWeek::kMissing;

/// Some published weeks, then weeks that are not out.
WeekFigureData data_of(int published, int pending) {
  WeekFigureData out{.symbol = Symbol::from_trusted("NVDA"), .weeks = {}, .venues = {}};
  const Day first = Day::parse("2026-01-05").value();
  for (int i = 0; i < published + pending; ++i) {
    DrawerWeek week{.monday = first.plus(7 * i)};
    week.tier = "T1";
    week.nowcast = 0.5 + 0.002 * i;
    week.nowcast_low = week.nowcast - 0.02;
    week.nowcast_high = week.nowcast + 0.02;
    week.state = i < published ? WeekState::Published : WeekState::Pending;
    if (i < published) {
      week.share = 0.5 + 0.003 * i;
      week.trade_size = 100.0 + 5.0 * (i % 3);
      week.ats = 0.3;
      week.wholesaler = 0.5;
      week.other = 0.2;
    }
    out.weeks.push_back(week);
  }
  return out;
}

DrawerVenue venue(const std::string& name, VenueSort sort, const std::vector<double>& ranks) {
  return {.name = name, .sort = sort, .ranks = ranks};
}

template <class Mark>
std::vector<Mark> marks(const render::Panel& panel) {
  std::vector<Mark> out;
  for (const render::Mark& mark : panel.marks) {
    if (const auto* found = std::get_if<Mark>(&mark)) out.push_back(*found);
  }
  return out;
}

std::vector<render::Text> labels(const render::Panel& panel) {
  std::vector<render::Text> out;
  for (const render::Texts& group : marks<render::Texts>(panel)) {
    out.insert(out.end(), group.texts.begin(), group.texts.end());
  }
  return out;
}

std::vector<std::string> texts(const render::Panel& panel) {
  std::vector<std::string> out;
  for (const render::Text& label : labels(panel)) out.push_back(label.text);
  return out;
}

std::vector<render::Box> boxes(const render::Panel& panel) {
  std::vector<render::Box> out;
  for (const render::Boxes& group : marks<render::Boxes>(panel)) {
    out.insert(out.end(), group.boxes.begin(), group.boxes.end());
  }
  return out;
}

std::size_t hatched(const render::Panel& panel) {
  return static_cast<std::size_t>(
      std::ranges::count_if(boxes(panel), [](const render::Box& box) { return box.hatched; }));
}

const render::Panel& size_panel(const render::Figure& figure) {
  return figure.rows.at(0).panels.at(0);
}
const render::Panel& rank_panel(const render::Figure& figure) {
  return figure.rows.at(0).panels.at(1);
}
const render::Panel& nowcast_panel(const render::Figure& figure) {
  return figure.rows.at(1).panels.at(0);
}
const render::Panel& mix_panel(const render::Figure& figure) {
  return figure.rows.at(1).panels.at(1);
}

TEST(WeekFigure, HasFourPanelsAndSaysWhichWeeksItShows) {
  const render::Figure figure = week_figure(data_of(6, 3), {.strip = {{"As of", "now"}}});
  EXPECT_THAT(figure.title, HasSubstr("NVDA"));
  EXPECT_EQ(figure.subtitle,
            "6 published weeks to that of 2026-02-09 (tier T1) · 3 not yet published");
  ASSERT_THAT(figure.rows, SizeIs(2));
  for (const render::PanelRow& row : figure.rows) EXPECT_THAT(row.panels, SizeIs(2));
  EXPECT_THAT(figure.strip, SizeIs(1));
  EXPECT_EQ(figure.small_print.back(), render::kDisclaimer);
}

TEST(WeekFigure, SplitsShareAgainstTradeSizeAtTheTickersOwnMedians) {
  WeekFigureData data = data_of(5, 0);
  const std::vector<double> sizes{100, 140, 90, 200, 120};
  for (std::size_t i = 0; i < 5; ++i) data.weeks[i].trade_size = sizes[i];
  const render::Figure figure = week_figure(data, {});
  const auto rules = marks<render::Rule>(size_panel(figure));
  ASSERT_THAT(rules, SizeIs(2));
  EXPECT_TRUE(rules[0].vertical);
  EXPECT_DOUBLE_EQ(rules[0].at, 120.0);
  EXPECT_DOUBLE_EQ(rules[1].at, 0.506);
  EXPECT_THAT(texts(size_panel(figure)),
              IsSupersetOf({"block-like", "retail-like", "quiet", "fragmented"}));
  EXPECT_THAT(figure.small_print, Contains(HasSubstr("medians of the ticker's own weeks")));
}

TEST(WeekFigure, PutsTheWordsWhereTheyBelong) {
  const render::Figure figure = week_figure(data_of(5, 0), {});
  const auto all = labels(size_panel(figure));
  const auto at = [&](const char* word) {
    return *std::ranges::find(all, std::string{word}, &render::Text::text);
  };
  EXPECT_GT(at("block-like").x, at("retail-like").x);
  EXPECT_GT(at("block-like").y, at("quiet").y);
  EXPECT_GT(at("retail-like").y, at("fragmented").y);
  EXPECT_GT(at("quiet").x, at("fragmented").x);
}

TEST(WeekFigure, FadesTheTrailAndNamesItsNewestWeek) {
  const render::Figure figure = week_figure(data_of(9, 1), {});
  const auto trail = marks<render::Segments>(size_panel(figure)).at(0).segments;
  ASSERT_THAT(trail, SizeIs(8));
  EXPECT_EQ(trail.front().ink, render::Ink::Shade3);
  EXPECT_EQ(trail.back().ink, render::Ink::Shade1);
  EXPECT_THAT(texts(size_panel(figure)), Contains("2 Mar"));
}

TEST(WeekFigure, LeavesOutWeeksWithoutAShareOrATradeSize) {
  WeekFigureData data = data_of(5, 0);
  data.weeks[1].share = kNan;
  data.weeks[2].trade_size = kNan;
  const render::Figure figure = week_figure(data, {});
  EXPECT_THAT(marks<render::Segments>(size_panel(figure)).at(0).segments, SizeIs(2));
}

TEST(WeekFigure, StandsForASingleWeek) {
  const render::Figure figure = week_figure(data_of(1, 0), {});
  EXPECT_GT(*size_panel(figure).x.high, *size_panel(figure).x.low);
  EXPECT_GT(*size_panel(figure).y.high, *size_panel(figure).y.low);
  EXPECT_THAT(texts(size_panel(figure)), Contains("5 Jan"));
}

TEST(WeekFigure, DrawsRanksFromTheTopWithNamesAtTheirEnds) {
  WeekFigureData data = data_of(3, 1);
  data.venues = {venue("WHOLESALE ONE", VenueSort::Wholesaler, {2, 2, 1, kNan}),
                 venue("POOL", VenueSort::Ats, {1, 1, 2, kNan}),
                 venue("DESK", VenueSort::Other, {14, kNan, 3, kNan})};
  const render::Figure figure = week_figure(data, {});
  const auto lines = marks<render::Line>(rank_panel(figure));
  ASSERT_THAT(lines, SizeIs(3));
  // The first venue is drawn last, on top.
  EXPECT_EQ(lines[2].y[2], -1.0);
  EXPECT_EQ(lines[2].ink, render::Ink::Shade2);
  EXPECT_EQ(lines[1].ink, render::Ink::Shade1);
  EXPECT_TRUE(std::isnan(lines[2].y[3]));
  EXPECT_TRUE(std::isnan(lines[0].y[0]));  // beyond the last rank with a line
  const auto names = labels(rank_panel(figure));
  ASSERT_THAT(names, SizeIs(3));
  EXPECT_EQ(names[1].text, "POOL");
  EXPECT_EQ(names[1].y, -2.0);
  EXPECT_TRUE(names[1].bold);
}

TEST(WeekFigure, CutsLongNamesOfVenues) {
  WeekFigureData data = data_of(1, 0);
  data.venues = {venue("A VERY LONG NAME OF A TRADING FIRM, INCORPORATED", VenueSort::Ats, {1})};
  const auto names = texts(rank_panel(week_figure(data, {})));
  ASSERT_THAT(names, SizeIs(1));
  EXPECT_LE(names[0].size(), 30U);
  EXPECT_THAT(names[0], testing::StartsWith("A VERY LONG NAME"));
  EXPECT_THAT(names[0], testing::EndsWith("…"));
}

TEST(WeekFigure, HoldsPublishedSharesAgainstNowcasts) {
  WeekFigureData data = data_of(2, 1);
  data.weeks[0].share = 0.531;
  data.weeks[0].nowcast = 0.5;
  data.score = {.weeks = 9, .error = 0.0123, .naive_error = 0.02, .inside = 0.78};
  const render::Figure figure = week_figure(data, {});
  EXPECT_THAT(texts(nowcast_panel(figure)), IsSupersetOf({"53.1%", "50.0%", "-3.1"}));
  EXPECT_THAT(nowcast_panel(figure).note, HasSubstr("1.2 points"));
  EXPECT_THAT(figure.small_print, Contains(HasSubstr("held 78%")));
  // 19 January and 21 days, the rule of tier T1.
  EXPECT_THAT(texts(nowcast_panel(figure)), Contains("due 9 Feb"));
  EXPECT_EQ(hatched(nowcast_panel(figure)), 1U);
  EXPECT_THAT(marks<render::Segments>(nowcast_panel(figure)).at(0).segments, SizeIs(2));
  EXPECT_EQ(nowcast_panel(figure).y.ticks.front().text, "19 Jan");
}

TEST(WeekFigure, SaysNothingOfAScoreThatIsNotThere) {
  WeekFigureData data = data_of(2, 1);
  data.score = {.weeks = 4, .error = 0.01, .naive_error = kNan, .inside = kNan};
  const render::Figure figure = week_figure(data, {});
  for (const std::string& line : figure.small_print) {
    EXPECT_THAT(line, Not(HasSubstr("nan")));
  }
}

TEST(WeekFigure, ListsAPendingWeekWithoutANowcast) {
  WeekFigureData data = data_of(2, 1);
  data.weeks[2].nowcast = data.weeks[2].nowcast_low = data.weeks[2].nowcast_high = kNan;
  const render::Figure figure = week_figure(data, {});
  EXPECT_THAT(texts(nowcast_panel(figure)), IsSupersetOf({"due 9 Feb", "–"}));
  EXPECT_EQ(hatched(nowcast_panel(figure)), 0U);
}

TEST(WeekFigure, StacksEachPublishedWeekToTheWholeAndHatchesTheRest) {
  const render::Figure figure = week_figure(data_of(4, 2), {});
  const auto bars = boxes(mix_panel(figure));
  EXPECT_THAT(bars, SizeIs(4 * 3 + 2));
  EXPECT_EQ(hatched(mix_panel(figure)), 2U);
  EXPECT_DOUBLE_EQ(bars[0].y_low, 0.0);
  EXPECT_DOUBLE_EQ(bars[0].y_high, 0.3);
  EXPECT_DOUBLE_EQ(bars[2].y_high, 1.0);
  EXPECT_THAT(texts(mix_panel(figure)), IsSupersetOf({"ATS 30%", "Wholesalers 50%", "Other 20%"}));
}

TEST(WeekFigure, LeavesAPublishedWeekBlankWhoseFirmsAreNotToldApart) {
  WeekFigureData data = data_of(3, 0);
  data.weeks[1].ats = data.weeks[1].wholesaler = data.weeks[1].other = kNan;
  const auto bars = boxes(mix_panel(week_figure(data, {})));
  EXPECT_THAT(bars, SizeIs(6));
  for (const render::Box& bar : bars) EXPECT_FALSE(bar.x_low < 1.0 && bar.x_high > 1.0);
}

TEST(WeekFigure, SaysInEachPanelWhatIsMissingAndWhichCommandGetsIt) {
  const WeekFigureData data{.symbol = Symbol::from_trusted("NEW"), .weeks = {}, .venues = {}};
  const render::Figure figure = week_figure(data, {});
  EXPECT_EQ(figure.subtitle, "No published week");
  for (const render::PanelRow& row : figure.rows) {
    for (const render::Panel& panel : row.panels) {
      EXPECT_THAT(panel.empty, HasSubstr("offex sync"));
      EXPECT_THAT(panel.marks, IsEmpty());
    }
  }
}

TEST(WeekFigure, AsksForBarsWhereOnlyTheDenominatorIsMissing) {
  WeekFigureData data = data_of(3, 0);
  for (DrawerWeek& week : data.weeks) week.share = kNan;
  EXPECT_THAT(size_panel(week_figure(data, {})).empty, HasSubstr("offex sync bars"));
}

TEST(WeekFigure, WritesATickerThatLooksLikeMarkupAsItIs) {
  WeekFigureData data = data_of(3, 1);
  data.symbol = Symbol::from_trusted("<b>");
  data.venues = {venue("O'HARA <i>", VenueSort::Ats, {1, 1, 1, kNan})};
  const std::string script = render::figure_script(week_figure(data, {}), render::ImageFormat::Svg);
  EXPECT_THAT(script, HasSubstr(render::quote_gnuplot("<b>, off-exchange weeks")));
  EXPECT_THAT(script, HasSubstr(render::quote_gnuplot("O'HARA <i>")));
}

TEST(WeekFigure, UsesNoHueForUnsignedData) {
  WeekFigureData data = data_of(6, 2);
  data.venues = {venue("POOL", VenueSort::Ats, {1, 1, 1, 1, 1, 1, kNan, kNan})};
  const render::Figure figure = week_figure(data, {});
  for (const render::PanelRow& row : figure.rows) {
    for (const render::Panel& panel : row.panels) {
      for (const render::Box& box : boxes(panel)) EXPECT_LE(box.ink, render::Ink::Shade3);
      for (const render::Text& label : labels(panel)) EXPECT_LE(label.ink, render::Ink::Shade3);
      for (const render::Line& line : marks<render::Line>(panel)) {
        EXPECT_LE(line.ink, render::Ink::Shade3);
      }
    }
  }
}

}  // namespace
}  // namespace offex::views
