#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"

#include "studies/nowcast_panels.hpp"

namespace offex::studies::test {
namespace {

using columns::Panel;
using testing::DoubleNear;
using testing::IsNan;

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// The columns that a nowcast says before the week is published.
std::vector<const Panel*> said(const NowcastPanels& told) {
  return {&told.ratio, &told.ratio_weeks, &told.volume,    &told.share,
          &told.low,   &told.high,        &told.last_week, &told.last_share};
}

void expect_same(const NowcastPanels& a, std::size_t week_a, const NowcastPanels& b,
                 std::size_t week_b, std::size_t symbols) {
  const auto left = said(a);
  const auto right = said(b);
  for (std::size_t column = 0; column < left.size(); ++column) {
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      if (left[column] == &a.last_week) continue;  // a place, which counts from another start
      EXPECT_TRUE(same(left[column]->at(week_a, symbol), right[column]->at(week_b, symbol)))
          << "column " << column << " week " << week_a << " symbol " << symbol;
    }
  }
}

TEST(Nowcast, ExpectsARatioThatNeverChangesExactly) {
  NowcastWeeks weeks{20};
  const NowcastPanels told = weeks.publish_all(1.1).told();

  EXPECT_NEAR(told.ratio.at(19, 0), 1.1, 1e-12);
  EXPECT_NEAR(told.volume.at(19, 0), 1.1e6 * kShares, 1.0);
  EXPECT_NEAR(told.share.at(19, 0), 0.44, 1e-12);
  EXPECT_NEAR(told.error.at(19, 0), 0.0, 1e-12);
  EXPECT_EQ(told.ratio_weeks.at(19, 0), 8.0);
  EXPECT_EQ(told.inside.at(19, 0), 1.0);
}

TEST(Nowcast, KnowsNoWeekBeforeThreeAreOver) {
  NowcastWeeks weeks{5};
  const NowcastPanels told = weeks.publish_all(1.1).told();

  // The first week comes out on the Monday of the fourth.
  EXPECT_THAT(told.share.at(2, 0), IsNan());
  EXPECT_NEAR(told.share.at(3, 0), 0.44, 1e-12);
  EXPECT_EQ(told.ratio_weeks.at(3, 0), 1.0);
}

TEST(Nowcast, TakesTheMedianOfTheNewestEightPublishedWeeks) {
  NowcastWeeks weeks{20};
  weeks.publish_all(1.0);
  // Public on the evening of week 15: weeks 5 to 12, five at 1.2 and three at 3.
  for (std::size_t week = 5; week < 10; ++week) weeks.publish(week, 0, 1.2);
  for (std::size_t week = 10; week < 13; ++week) weeks.publish(week, 0, 3.0);

  EXPECT_NEAR(weeks.told().ratio.at(15, 0), 1.2, 1e-9);
}

TEST(Nowcast, DoesNotSeeWhatIsPublishedLater) {
  NowcastWeeks weeks{40, 12};
  weeks.publish_noise(0.2, 0.1);
  const NowcastPanels before = weeks.told();
  const std::size_t judged = 30;
  const double evening = weeks.inputs.evenings[judged].days();
  for (std::size_t week = 0; week < 40; ++week) {
    for (std::size_t symbol = 0; symbol < 12; ++symbol) {
      if (weeks.inputs.available.at(week, symbol) > evening) {
        weeks.inputs.published.at(week, symbol) *= 3.0;
      }
    }
  }
  const NowcastPanels after = weeks.told();

  expect_same(before, judged, after, judged, 12);
  EXPECT_NE(before.error.at(judged, 0), after.error.at(judged, 0));
  EXPECT_NE(before.share.at(judged + 6, 0), after.share.at(judged + 6, 0));
}

TEST(Nowcast, OfAWeekNeedsTheTwentySixBeforeItAndNoMore) {
  NowcastWeeks longer{60, 12};
  longer.publish_noise(0.2, 0.1);
  NowcastWeeks cut{27, 12, longer.inputs.weeks[33].iso()};
  for (std::size_t week = 0; week < 27; ++week) {
    for (std::size_t symbol = 0; symbol < 12; ++symbol) {
      cut.inputs.published.at(week, symbol) = longer.inputs.published.at(33 + week, symbol);
      cut.inputs.available.at(week, symbol) = longer.inputs.available.at(33 + week, symbol);
      cut.inputs.tier[week * 12 + symbol] = longer.inputs.tier[(33 + week) * 12 + symbol];
    }
  }

  expect_same(longer.told(), 59, cut.told(26), 0, 12);
  EXPECT_FALSE(std::isnan(cut.told(26).low.at(0, 0)));
}

TEST(Nowcast, LeansOnTheTierWhereASymbolHasFewWeeks) {
  NowcastWeeks weeks{20, 21};
  weeks.publish_noise(0.0, 0.1);
  for (std::size_t week = 0; week < 20; ++week) {
    weeks.inputs.available.at(week, 0) = kNan;  // symbol 0 is new
    weeks.inputs.published.at(week, 0) = kNan;
  }
  weeks.publish(12, 0, 2.0);
  const NowcastPanels told = weeks.told();

  EXPECT_EQ(told.ratio_weeks.at(15, 0), 1.0);
  EXPECT_LT(told.ratio.at(15, 0), 1.1);  // one odd week against a tier whose symbols are alike
  EXPECT_GT(told.ratio.at(15, 0), 0.9);
}

TEST(Nowcast, BelievesASymbolWhereSymbolsDiffer) {
  NowcastWeeks weeks{20, 21};
  weeks.publish_noise(0.5, 0.01);
  for (std::size_t week = 0; week < 20; ++week) weeks.publish(week, 0, 2.0);

  EXPECT_NEAR(weeks.told().ratio.at(15, 0), 2.0, 0.02);
}

TEST(Nowcast, OfATickerWithoutPublishedWeeksIsThatOfItsTier) {
  NowcastWeeks weeks{20, 5};
  for (std::size_t week = 0; week < 20; ++week) {
    weeks.publish(week, 0, 1.1, 0).publish(week, 1, 1.1, 0);
    weeks.publish(week, 2, 1.5, 1).publish(week, 3, 1.5, 1);
    // FINRA names symbol 4 in tier 2, with one side missing.
    weeks.publish(week, 4, 1.0, 1);
    weeks.inputs.published.at(week, 4) = kNan;
  }
  const NowcastPanels told = weeks.told();

  EXPECT_EQ(told.ratio_weeks.at(18, 4), 0.0);
  EXPECT_EQ(told.tier[18 * 5 + 4], 1);
  EXPECT_NEAR(told.ratio.at(18, 4), 1.5, 1e-9);
}

TEST(Nowcast, OfATickerWithoutATierIsThatOfAllNames) {
  NowcastWeeks weeks{20, 4};
  for (std::size_t week = 0; week < 20; ++week) {
    for (std::size_t symbol = 0; symbol < 3; ++symbol) weeks.publish(week, symbol, 1.3);
  }
  const NowcastPanels told = weeks.told();

  EXPECT_EQ(told.tier[18 * 4 + 3], -1);
  EXPECT_NEAR(told.ratio.at(18, 3), 1.3, 1e-9);
}

TEST(Nowcast, LeavesAWeekWithAMissingFileOutOfTheRatio) {
  NowcastWeeks weeks{20};
  weeks.publish_all(1.1);
  for (std::size_t week = 0; week < 17; ++week) {
    if (week == 10) continue;
    --weeks.inputs.sessions_used[week];
    weeks.publish(week, 0, 1.4);  // too much, because a fifth of the totals is not there
  }
  const NowcastPanels told = weeks.told();

  EXPECT_EQ(told.ratio_weeks.at(17, 0), 1.0);
  EXPECT_NEAR(told.ratio.at(17, 0), 1.1, 1e-12);
}

TEST(Nowcast, TellsAWeekWithAMissingFileOverTheOtherSessions) {
  NowcastWeeks weeks{20};
  weeks.publish_all(1.1);
  weeks.inputs.sessions_used[19] = 4;
  weeks.inputs.finra.at(19, 0) = 0.8e6 * kShares;
  weeks.inputs.consolidated.at(19, 0) = 2.0e6 * kShares;

  EXPECT_NEAR(weeks.told().share.at(19, 0), 0.44, 1e-12);
  EXPECT_NEAR(weeks.told().volume.at(19, 0), 0.88e6 * kShares, 1.0);
}

TEST(Nowcast, NeverTakesAWeeksVolumeForAnother) {
  NowcastWeeks weeks{20};
  weeks.publish_all(1.1).hide(17);
  weeks.inputs.finra.at(18, 0) = kNan;
  weeks.inputs.consolidated.at(19, 0) = kNan;
  const NowcastPanels told = weeks.told();

  EXPECT_NEAR(told.share.at(17, 0), 0.44, 1e-12);
  EXPECT_THAT(told.volume.at(18, 0), IsNan());
  EXPECT_THAT(told.share.at(18, 0), IsNan());
  EXPECT_THAT(told.share.at(19, 0), IsNan());
  EXPECT_NEAR(told.volume.at(19, 0), 1.1e6 * kShares, 1.0);
  EXPECT_THAT(told.published_share.at(19, 0), IsNan());
  EXPECT_EQ(told.last_week.at(19, 0), 16.0);  // it says whose figure it is
}

TEST(Nowcast, DoesNotCrossTheBreakOfFractionalShares) {
  // Week 10 is that of 2026-02-23.
  NowcastWeeks weeks{20, 1, "2025-12-15"};
  weeks.publish_all(1.1);
  for (std::size_t week = 10; week < 20; ++week) weeks.publish(week, 0, 1.3);
  ASSERT_EQ(weeks.inputs.weeks[10].iso(), "2026-02-23");
  const NowcastPanels told = weeks.told();

  EXPECT_NEAR(told.ratio.at(9, 0), 1.1, 1e-9);
  for (std::size_t week = 10; week < 13; ++week) {
    EXPECT_THAT(told.ratio.at(week, 0), IsNan()) << week;
    EXPECT_THAT(told.share.at(week, 0), IsNan()) << week;
  }
  EXPECT_NEAR(told.ratio.at(13, 0), 1.3, 1e-9);
  EXPECT_EQ(told.ratio_weeks.at(13, 0), 1.0);
}

TEST(Nowcast, BreaksAreThoseOfTheDailyTotals) {
  std::vector<std::string> mondays;
  for (const market::Day day : nowcast_breaks()) mondays.push_back(day.iso());
  // The consolidated file started on a Wednesday.
  EXPECT_THAT(mondays, testing::ElementsAre("2018-08-06", "2026-02-23"));
}

TEST(Nowcast, OfAPendingWeekUsesAllThatIsKnownNow) {
  NowcastWeeks weeks{20};
  weeks.publish_all(1.1).hide(18);
  for (std::size_t week = 14; week < 18; ++week) weeks.publish(week, 0, 1.2);
  const NowcastPanels told = weeks.told();

  EXPECT_EQ(told.status[18], WeekStatus::Pending);
  // Newest eight: weeks 10 to 17, the median of which is between 1.1 and 1.2.
  EXPECT_NEAR(std::log(told.ratio.at(18, 0)), (std::log(1.1) + std::log(1.2)) / 2, 1e-9);
}

TEST(Nowcast, SaysWhetherAWeekIsPublishedPendingOrRunning) {
  NowcastWeeks weeks{20, 2};
  weeks.publish_all(1.1).hide(18);
  weeks.inputs.running[19] = 1;
  weeks.inputs.available.at(17, 1) = kNan;  // its tier is out, it has no row
  weeks.inputs.published.at(17, 1) = kNan;
  const NowcastPanels told = weeks.told();

  EXPECT_EQ(told.status[17 * 2], WeekStatus::Published);
  EXPECT_EQ(told.status[17 * 2 + 1], WeekStatus::Published);
  EXPECT_EQ(told.status[18 * 2], WeekStatus::Pending);
  EXPECT_EQ(told.status[19 * 2 + 1], WeekStatus::Running);
}

TEST(Nowcast, IsNullWhereItWouldBeMoreThanAll) {
  NowcastWeeks weeks{20};
  weeks.publish_all(1.1);
  weeks.inputs.consolidated.at(19, 0) = 1e6 * kShares;

  EXPECT_THAT(weeks.told().share.at(19, 0), IsNan());
  EXPECT_THAT(weeks.told().low.at(19, 0), IsNan());
}

TEST(Nowcast, IsNullForASymbolThatTradedNothing) {
  NowcastWeeks weeks{20};
  weeks.publish_all(1.1);
  weeks.inputs.finra.at(19, 0) = 0.0;

  EXPECT_THAT(weeks.told().share.at(19, 0), IsNan());
}

TEST(NowcastInterval, HoldsFourOfFivePublishedShares) {
  for (const double within : {0.02, 0.2}) {
    NowcastWeeks weeks{60, 150};
    // A share of about a tenth: no interval is cut at one.
    for (double& cell : weeks.inputs.consolidated.cells()) cell *= 4.0;
    for (double& cell : weeks.inputs.week_consolidated.cells()) cell *= 4.0;
    const NowcastPanels told = weeks.publish_noise(0.3, within, 7).told(26);
    double inside = 0.0;
    double count = 0.0;
    for (const double cell : told.inside.cells()) {
      if (std::isnan(cell)) continue;
      inside += cell;
      count += 1.0;
    }
    ASSERT_GT(count, 5'000.0);
    EXPECT_THAT(inside / count, DoubleNear(0.8, 0.02)) << "noise of " << within;
  }
}

TEST(NowcastInterval, IsAsWideAsTheNoise) {
  NowcastWeeks weeks{60, 150};
  const NowcastPanels told = weeks.publish_noise(0.3, 0.1, 3).told(26);
  std::vector<double> halves;
  for (std::size_t cell = 0; cell < told.low.cells().size(); ++cell) {
    const double half = 0.5 * std::log(told.high.cells()[cell] / told.low.cells()[cell]);
    if (told.high.cells()[cell] < 1.0) halves.push_back(half);
  }
  std::ranges::nth_element(halves, halves.begin() + static_cast<std::ptrdiff_t>(halves.size() / 2));
  // 1.2816 deviations of the week, and what the median of eight weeks is off.
  EXPECT_NEAR(halves[halves.size() / 2], 0.1 * 1.2816 * std::sqrt(1.0 + 1.57 / 8.0), 0.01);
}

TEST(NowcastInterval, NeedsTenPastErrors) {
  NowcastWeeks weeks{20};
  const NowcastPanels told = weeks.publish_all(1.1).told();
  // Two weeks tell a spread, the second of which is public with week 4; its error is known with
  // week 7, and the tenth one with week 16.
  EXPECT_FALSE(std::isnan(told.share.at(15, 0)));
  EXPECT_THAT(told.low.at(15, 0), IsNan());
  EXPECT_FALSE(std::isnan(told.low.at(16, 0)));
}

}  // namespace
}  // namespace offex::studies::test
