#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/kernels/z_score.hpp"
#include "offex/studies/weekly.hpp"

#include "studies/weekly_week.hpp"

namespace offex::studies::test {
namespace {

using columns::Panel;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsNan;

/// Weeks of one symbol with their otc_share, each out 21 days after its Monday.
WeeklySeries series_of(const std::vector<double>& values, std::string_view first = "2025-01-06") {
  WeeklySeries out;
  for (Panel* panel : {&out.log_volume, &out.otc_share, &out.ats_share, &out.available}) {
    *panel = Panel{values.size(), 1};
  }
  const auto weeks = mondays(first, values.size());
  for (std::size_t week = 0; week < values.size(); ++week) {
    out.otc_share.at(week, 0) = values[week];
    out.available.at(week, 0) = weeks[week].plus(21).days();
  }
  return out;
}

/// z-scores of otc_share, each week on its own after all before it.
std::vector<double> z_of(const WeeklySeries& series) {
  const std::size_t weeks = series.otc_share.num_days();
  const WeeklyInputs inputs{mondays("2025-01-06", weeks), 1};
  const MetricPanels panels = compute_weekly(inputs, series, 0);
  const Panel& z = panels.at("otc_share_z");
  return {z.cells().begin(), z.cells().end()};
}

/// The definition, in long double.
double naive_z(const std::vector<double>& values, std::size_t week) {
  std::vector<long double> present;
  for (std::size_t at = week > 26 ? week - 26 : 0; at < week; ++at) {
    if (!std::isnan(values[at])) {
      present.push_back(values[at]);
    }
  }
  if (std::isnan(values[week]) || present.size() < 8) {
    return kNan;
  }
  long double mean = 0;
  for (const long double value : present) {
    mean += value / static_cast<long double>(present.size());
  }
  long double square = 0;
  for (const long double value : present) {
    square += (value - mean) * (value - mean) / static_cast<long double>(present.size());
  }
  return static_cast<double>((static_cast<long double>(values[week]) - mean) / std::sqrt(square));
}

TEST(WeeklyZ, EqualsTheNaiveOneOnRandomWeeksWithGaps) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    std::uniform_real_distribution<double> share{0.2, 0.6};
    std::vector<double> values(80);
    for (double& value : values) {
      value = random() % 5 == 0 ? kNan : share(random);
    }
    const std::vector<double> z = z_of(series_of(values));
    for (std::size_t week = 0; week < values.size(); ++week) {
      EXPECT_THAT(z[week], testing::NanSensitiveDoubleNear(naive_z(values, week), 1e-9)) << week;
    }
  }
}

TEST(WeeklyZ, EqualsTheKernelBitForBit) {
  std::mt19937_64 random{7};
  std::uniform_real_distribution<double> share{0.2, 0.6};
  std::vector<double> values(60);
  std::ranges::generate(values, [&] { return share(random); });
  const WeeklySeries series = series_of(values);
  Panel expected{values.size(), 1};
  kernels::z_score(kernels::block_of(series.otc_share), 0, kernels::block_of(expected),
                   {kWeeklyWindow, kWeeklyMinimum, kernels::Baseline::Lagged});
  const std::vector<double> z = z_of(series);
  for (std::size_t week = 0; week < values.size(); ++week) {
    EXPECT_TRUE(z[week] == expected.at(week, 0) ||
                (std::isnan(z[week]) && std::isnan(expected.at(week, 0))))
        << week;
  }
}

TEST(WeeklyZ, NeedsEightWeeks) {
  const std::vector<double> z = z_of(series_of({.1, .2, .3, .1, .2, .3, .1, .2, .3}));
  EXPECT_THAT(z[7], IsNan());
  EXPECT_FALSE(std::isnan(z[8]));
}

TEST(WeeklyZ, IsNullWhenAllWeeksBeforeAreEqual) {
  EXPECT_THAT(z_of(series_of({.1, .1, .1, .1, .1, .1, .1, .1, .1, .3})).back(), IsNan());
}

TEST(WeeklyZ, LeavesOutAWeekThatWasPublishedLaterThanTheJudgedOne) {
  // Week 8 was of a slow tier; week 9 is of a fast one and came out before it.
  const std::vector<double> values{.1, .2, .3, .1, .2, .3, .1, .2, .9, .4};
  WeeklySeries series = series_of(values);
  series.available.at(8, 0) = series.available.at(9, 0) + 7;
  std::vector<double> without = values;
  without[8] = kNan;
  EXPECT_DOUBLE_EQ(z_of(series)[9], naive_z(without, 9));
  EXPECT_NE(z_of(series)[9], z_of(series_of(values))[9]);
}

TEST(WeeklyZ, ComparesWeeksBySession) {
  // The same daily volume in a week of four sessions is no surprise.
  WeeklyInputs inputs{mondays("2025-06-02", 14), 1};
  for (std::size_t week = 0; week < inputs.weeks.size(); ++week) {
    const auto per_day = static_cast<double>(100 + week % 2);
    for (WeeklySide* side : {&inputs.ats, &inputs.non_ats}) {
      side->volume.at(week, 0) = per_day * inputs.sessions[week] * kShares;
    }
    inputs.available.at(week, 0) = inputs.weeks[week].plus(21).days();
  }
  const MetricPanels panels = compute_weekly(inputs, weekly_series(inputs), 0);
  EXPECT_EQ(inputs.sessions[13], 4);  // Labor Day
  EXPECT_THAT(std::fabs(panels.at("otc_volume_z").at(13, 0)), DoubleNear(1.0, 0.3));
}

TEST(WeeklyZ, IsTheSameBitsForAnyCutIntoBlocks) {
  std::mt19937_64 random{11};
  std::uniform_real_distribution<double> share{0.2, 0.6};
  std::vector<double> values(70);
  std::ranges::generate(values, [&] { return share(random); });
  const std::vector<double> whole = z_of(series_of(values));
  const auto weeks = mondays("2025-01-06", values.size());
  WeeklySeries series;
  std::vector<double> blocks;
  for (std::size_t begin = 0; begin < values.size(); begin += 9) {
    const std::size_t count = std::min<std::size_t>(9, values.size() - begin);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::size_t first =
        series.extend(series_of({at, at + static_cast<std::ptrdiff_t>(count)}, weeks[begin].iso()));
    const MetricPanels panels =
        compute_weekly(WeeklyInputs{mondays(weeks[begin].iso(), count), 1}, series, first);
    std::ranges::copy(panels.at("otc_share_z").cells(), std::back_inserter(blocks));
  }
  ASSERT_EQ(blocks.size(), whole.size());
  for (std::size_t week = 0; week < whole.size(); ++week) {
    EXPECT_TRUE(blocks[week] == whole[week] ||
                (std::isnan(blocks[week]) && std::isnan(whole[week])));
  }
}

TEST(WeeklySeries, KeepsTwentySixWeeksOfWarmUp) {
  WeeklySeries series;
  std::vector<double> values(30);
  std::iota(values.begin(), values.end(), 0.0);
  EXPECT_EQ(series.extend(series_of(values)), 0U);
  EXPECT_EQ(series.extend(series_of({100.0, 101.0})), 26U);
  EXPECT_EQ(series.otc_share.num_days(), 28U);
  EXPECT_EQ(series.otc_share.at(0, 0), 4.0);
  EXPECT_EQ(series.otc_share.at(27, 0), 101.0);
}

TEST(WeeklyBreaks, MarkTheWeekOfABreakAndTheWeeksThatLookBackOnIt) {
  const auto weeks = mondays("2026-02-16", 30);
  const std::vector<std::uint8_t> breaks = weekly_breaks(weeks);
  EXPECT_EQ(breaks[0], 0);   // the week before 2026-02-23
  EXPECT_EQ(breaks[1], 1);   // the week of it
  EXPECT_EQ(breaks[27], 1);  // its baseline begins with that week
  EXPECT_EQ(breaks[28], 0);
}

TEST(WeeklyBreaks, KnowTheChangeOfTheRuleOnSmallFirms) {
  EXPECT_THAT(weekly_breaks(mondays("2019-11-04", 2)), ElementsAre(0, 1));
}

}  // namespace
}  // namespace offex::studies::test
