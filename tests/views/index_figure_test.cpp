#include "offex/views/index_figure.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "views/market_figure_support.hpp"

namespace offex::views {
namespace {

using test::day_of;
using test::kNan;
using test::marks_of;
using test::numbers;
using test::panel_named;
using test::panels_of;
using test::sessions_of;
using test::titles_of;
using test::words_of;
using testing::AllOf;
using testing::Contains;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kLast = "2026-04-17";

/// Rows of index_table: the ratio climbs by a point in a thousand each session.
columns::Batch index_rows(const std::vector<market::Day>& days) {
  std::vector<double> ratio;
  std::vector<double> equal;
  for (std::size_t i = 0; i < days.size(); ++i) {
    ratio.push_back(0.40 + 0.001 * static_cast<double>(i));
    equal.push_back(0.45);
  }
  equal.back() = kNan;
  const std::vector<double> count(days.size(), 28.0);
  columns::Batch out;
  out.add(test::days("trade_date", days));
  out.add(numbers("dollar_weighted_short_ratio", ratio));
  out.add(numbers("dollar_weighted_short_ratio_z", std::vector<double>(days.size(), -2.5)));
  out.add(numbers("dollar_weighted_short_ratio_percentile", std::vector<double>(days.size(), 0.9)));
  out.add(numbers("equal_weighted_short_ratio", equal));
  out.add(numbers("coverage_pct", std::vector<double>(days.size(), 28.0 / 30.0)));
  out.add(numbers("coverage_count", count));
  out.add(numbers("expected_constituent_count", std::vector<double>(days.size(), 30.0)));
  return out;
}

/// Twenty members that moved the index by -10 to +9 thousandths.
studies::IndexContributions contributions() {
  studies::IndexContributions out;
  out.day = day_of(kLast);
  out.before = day_of("2026-04-16");
  out.short_ratio = 0.52;
  out.short_ratio_before = 0.5;
  out.members = 20;
  columns::Column symbol{"symbol", columns::Type::Symbol};
  std::vector<double> change;
  for (int i = 0; i < 20; ++i) {
    symbol.push(market::Symbol::from_trusted(i == 19 ? "<b>" : "M" + std::to_string(i)));
    change.push_back(0.001 * (i - 10));
  }
  change[0] = kNan;
  out.rows.add(std::move(symbol));
  out.rows.add(numbers("change", change));
  out.rows.add(numbers("contribution", change));
  return out;
}

/// \param first of the rows; what is shown begins on 2026-04-13
IndexFigureData made_up_index(const char* first) {
  IndexFigureData out;
  out.index = market::Symbol::from_trusted("SIMX");
  out.sessions = sessions_of("2026-04-13", kLast);
  out.rows = index_rows(sessions_of(first, kLast));
  out.parts = contributions();
  out.price = {"SPY",
               out.sessions,
               {1, 2, 3, 4, kNan},
               {2, 3, 4, 5, kNan},
               {1, 1, 2, 3, kNan},
               {2, 2, 3, 5, kNan}};
  return out;
}

render::Figure figure_of(const IndexFigureData& data, std::vector<std::string> panels = {}) {
  return index_figure(data, {.panels = std::move(panels)}).value();
}

TEST(IndexFigure, HasAllPanelsWhenNoneIsAskedFor) {
  EXPECT_THAT(titles_of(figure_of(made_up_index("2026-01-02"))),
              ElementsAre("Short ratio of the members of SIMX", "Surprise of the ratio",
                          "Percentile of the ratio", "Price of SPY", "Moved SIMX since 2026-04-16",
                          "Above and below it, 2026-04-17"));
}

TEST(IndexFigure, ShowsThePanelsAskedForInTheirOrder) {
  EXPECT_THAT(titles_of(figure_of(made_up_index("2026-01-02"), {"price", "z"})),
              ElementsAre("Price of SPY", "Surprise of the ratio"));
}

TEST(IndexFigure, NamesThePanelsThatThereAreForAnUnknownOne) {
  const auto figure = index_figure(made_up_index("2026-01-02"), {.panels = {"prise"}});
  ASSERT_FALSE(figure.has_value());
  EXPECT_EQ(figure.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(figure.error().message, HasSubstr("ratio, z, percentile, price, contributions"));
}

TEST(IndexFigure, TheBandHoldsOnlySessionsBefore) {
  const render::Panel panel = panel_named(figure_of(made_up_index("2026-01-02")), "Short ratio");
  const auto bands = marks_of<render::Band>(panel);
  ASSERT_THAT(bands, SizeIs(1));
  // The sessions before the first that is shown climb evenly: their 10th and 90th percentile.
  const auto before = static_cast<double>(sessions_of("2026-01-02", "2026-04-10").size());
  const double climb = 0.001 * (before - 1.0);
  EXPECT_THAT(bands[0].low.at(0), DoubleNear(0.40 + 0.1 * climb, 1e-9));
  EXPECT_THAT(bands[0].high.at(0), DoubleNear(0.40 + 0.9 * climb, 1e-9));
}

TEST(IndexFigure, HasNoBandWithFewerThan60SessionsBefore) {
  const render::Panel panel = panel_named(figure_of(made_up_index("2026-02-02")), "Short ratio");
  const render::Band band = marks_of<render::Band>(panel).at(0);
  for (const double low : band.low) EXPECT_TRUE(std::isnan(low));
  EXPECT_THAT(panel.note, HasSubstr("needs 60 sessions"));
}

TEST(IndexFigure, TellsBothRatiosAtTheirEnds) {
  const render::Panel panel = panel_named(figure_of(made_up_index("2026-04-13")), "Short ratio");
  // The last equal-weighted ratio is missing: the one before is the newest.
  EXPECT_THAT(words_of(panel), ElementsAre("by dollars 40.4%", "equally 45.0%"));
  for (const render::Line& line : marks_of<render::Line>(panel)) {
    if (line.y.front() == 0.45) {
      EXPECT_TRUE(std::isnan(line.y.back()));
    }
  }
}

TEST(IndexFigure, SaysHowManyMembersAreInTheRatio) {
  const render::Figure figure = figure_of(made_up_index("2026-04-13"), {"ratio"});
  EXPECT_THAT(words_of(panels_of(figure).at(1)), ElementsAre("28 of 30 members"));
}

TEST(IndexFigure, ShowsTheFifteenThatMovedItMostFromTheHighestDown) {
  const render::Panel panel = panel_named(figure_of(made_up_index("2026-04-13")), "Moved");
  ASSERT_THAT(panel.y.ticks, SizeIs(15));
  EXPECT_EQ(panel.y.ticks.front().text, "<b>");  // the highest stands on top
  EXPECT_EQ(panel.y.ticks.front().at, 14.0);
  EXPECT_EQ(panel.y.ticks.back().text, "M1");
  EXPECT_THAT(panel.x.title, HasSubstr("15 of 20 names"));
  EXPECT_THAT(words_of(panel), AllOf(Contains("+0.90"), Contains("-0.90")));
  EXPECT_EQ(panel.y.title, "50.0% to 52.0%");
}

TEST(IndexFigure, ColoursBarsBySign) {
  const render::Panel panel = panel_named(figure_of(made_up_index("2026-04-13")), "Moved");
  const render::Boxes bars = marks_of<render::Boxes>(panel).at(0);
  for (const render::Box& bar : bars.boxes) {
    EXPECT_EQ(bar.ink, bar.x_low < 0.0 ? render::Ink::Negative : render::Ink::Positive);
  }
}

TEST(IndexFigure, AMissingBarStaysMissing) {
  const render::Panel panel = panel_named(figure_of(made_up_index("2026-04-13")), "Price");
  const auto bars = marks_of<render::PriceBars>(panel);
  ASSERT_THAT(bars, SizeIs(1));
  EXPECT_EQ(bars[0].close.at(3), 5.0);
  EXPECT_TRUE(std::isnan(bars[0].close.at(4)));
  EXPECT_THAT(panel.note, HasSubstr("stands for SIMX"));
}

TEST(IndexFigure, SaysInEachPlaceWhatIsMissing) {
  IndexFigureData data;
  data.index = market::Symbol::from_trusted("SIMX");
  data.sessions = sessions_of("2026-04-13", kLast);
  data.parts.day = day_of(kLast);
  const render::Figure figure = figure_of(data);
  for (const char* title : {"Short ratio", "Surprise", "Percentile", "Price", "Moved", "Above"}) {
    const render::Panel panel = panel_named(figure, title);
    EXPECT_THAT(panel.empty, testing::Not(testing::IsEmpty())) << title;
  }
  EXPECT_THAT(panel_named(figure, "Price").empty, HasSubstr("no bars of SIMX: offex import"));
}

TEST(IndexFigure, APriceBarOfAWeekHoldsAllOfIt) {
  IndexFigureData data = made_up_index("2026-04-13");
  data.sessions = sessions_of("2025-01-02", kLast);
  data.price.days = sessions_of("2026-04-13", kLast);
  const auto bars =
      marks_of<render::PriceBars>(panel_named(figure_of(data, {"price"}), "Price")).at(0);
  EXPECT_EQ(bars.open.back(), 1.0);
  EXPECT_EQ(bars.high.back(), 5.0);
  EXPECT_EQ(bars.low.back(), 1.0);
  EXPECT_EQ(bars.close.back(), 5.0);
}

}  // namespace
}  // namespace offex::views
