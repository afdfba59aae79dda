#include "offex/studies/v2.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/quantity.hpp"

#include "studies/v2_stream_internal.hpp"

namespace offex::studies {
namespace {

using columns::Panel;

constexpr double kShare = market::Quantity::kPerShare;
constexpr double kDollar = market::Price::kPerDollar;

/// A market with gaps in every input, impossible totals and a thin lit tape.
V2Inputs random_inputs(std::size_t days, std::size_t symbols, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  V2Inputs in{days, symbols};
  for (std::size_t day = 0; day < days; ++day) {
    in.cnms[day] = day % 3 != 0;
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      unsigned presence = 0;
      const double total = std::floor(1e6 * uniform(random)) * kShare;
      if (uniform(random) < 0.9) {
        presence |= V2Inputs::kShort;
        in.total_volume.at(day, symbol) = uniform(random) < 0.02 ? Panel::kMissing : total;
        in.short_volume.at(day, symbol) = std::floor(total * 1.02 * uniform(random));
        in.short_exempt_volume.at(day, symbol) = std::floor(0.01 * total);
      }
      if (uniform(random) < 0.9) {
        presence |= V2Inputs::kBar;
        const double close = std::floor((10.0 + uniform(random)) * kDollar);
        in.close.at(day, symbol) = close;
        in.high.at(day, symbol) = std::floor(close * 1.01);
        in.low.at(day, symbol) = std::floor(close * 0.98);
        in.volume.at(day, symbol) = std::floor(total * (0.98 + 2.0 * uniform(random)));
      }
      if (uniform(random) < 0.5) {
        presence |= V2Inputs::kLit;
        in.lit_buy_volume.at(day, symbol) = std::floor(2e4 * uniform(random)) * kShare;
        in.lit_sell_volume.at(day, symbol) = std::floor(2e4 * uniform(random)) * kShare;
      }
      if (presence != 0) {
        in.presence.at(day, symbol) = presence;
      }
    }
  }
  return in;
}

/// (today - mean) / deviation of the 20 values before, read literally in higher precision.
template <class Series>
std::optional<double> naive_z(std::size_t day, const Series& series) {
  std::vector<long double> before;
  for (std::size_t back = 1; back <= 20 && back <= day; ++back) {
    if (const std::optional<double> value = series(day - back)) {
      before.push_back(*value);
    }
  }
  const std::optional<double> today = series(day);
  if (!today || before.size() < 15 || std::ranges::min(before) == std::ranges::max(before)) {
    return std::nullopt;
  }
  long double mean = 0.0L;
  for (const long double value : before) {
    mean += value / static_cast<long double>(before.size());
  }
  long double squares = 0.0L;
  for (const long double value : before) {
    squares += (value - mean) * (value - mean);
  }
  return static_cast<double>((*today - mean) /
                             std::sqrt(squares / static_cast<long double>(before.size())));
}

void expect_cell(const Panel& panel, std::size_t day, std::size_t symbol,
                 std::optional<double> expected) {
  const double actual = panel.at(day, symbol);
  ASSERT_EQ(expected.has_value(), !std::isnan(actual)) << "day " << day << " symbol " << symbol;
  if (expected) {
    ASSERT_NEAR(actual, *expected, 1e-9 * std::max(1.0, std::fabs(*expected)));
  }
}

std::optional<double> known(double value) {
  return std::isnan(value) ? std::nullopt : std::optional{value};
}

std::optional<double> naive_share(double part, double whole) {
  const bool good = whole > 0 && part >= 0 && part <= whole;
  return good ? std::optional{part / whole} : std::nullopt;
}

TEST(V2, RatiosAndTheirScoresMatchTheDefinitions) {
  const V2Inputs in = random_inputs(70, 40, 1);
  const MetricPanels out = compute_v2(in, 0, 0, 40);
  for (std::size_t symbol = 0; symbol < 40; ++symbol) {
    const auto ratio = [&](std::size_t day) {
      return naive_share(in.short_volume.at(day, symbol), in.total_volume.at(day, symbol));
    };
    const auto share = [&](std::size_t day) {
      return naive_share(in.total_volume.at(day, symbol), in.volume.at(day, symbol));
    };
    const auto log_total = [&](std::size_t day) -> std::optional<double> {
      const double total = in.total_volume.at(day, symbol);
      return total > 0 ? std::optional{std::log(total)} : std::nullopt;
    };
    const auto change = [&](std::size_t day) -> std::optional<double> {
      const auto now = known(in.close.at(day, symbol));
      const auto before = day > 0 ? known(in.close.at(day - 1, symbol)) : std::nullopt;
      return now && before ? std::optional{*now / *before - 1.0} : std::nullopt;
    };
    for (std::size_t day = 0; day < 70; ++day) {
      expect_cell(out.at("short_ratio"), day, symbol, ratio(day));
      expect_cell(out.at("offex_share"), day, symbol, share(day));
      expect_cell(out.at("return_1d"), day, symbol, change(day));
      expect_cell(out.at("short_ratio_z"), day, symbol, naive_z(day, ratio));
      expect_cell(out.at("offex_share_z"), day, symbol, naive_z(day, share));
      expect_cell(out.at("total_volume_z"), day, symbol, naive_z(day, log_total));
      expect_cell(out.at("return_z"), day, symbol, naive_z(day, change));
    }
  }
}

TEST(V2, EveryRatioLiesBetweenZeroAndOneOrIsMissing) {
  const V2Inputs in = random_inputs(60, 200, 2);
  const MetricPanels out = compute_v2(in, 0, 0, 200);
  for (const char* name : {"short_ratio", "short_exempt_ratio", "short_of_consolidated",
                           "offex_share", "lit_buy_ratio"}) {
    std::size_t there = 0;
    for (const double cell : out.at(name).cells()) {
      EXPECT_TRUE(std::isnan(cell) || (cell >= 0.0 && cell <= 1.0)) << name << " " << cell;
      there += !std::isnan(cell);
    }
    EXPECT_GT(there, 0U) << name;
  }
}

TEST(V2, ABlockWithWarmUpEqualsTheWholeHistoryBitForBit) {
  const V2Inputs in = random_inputs(75, 60, 3);
  const MetricPanels whole = compute_v2(in, 0, 0, 60);
  for (const std::size_t first : {25U, 40U, 74U}) {
    V2Inputs block = in;
    block.roll(in.presence.num_days() - (first - kV2WarmUp), 0);
    const MetricPanels part = compute_v2(block, kV2WarmUp, 0, 60);
    for (const Metric& metric : whole.spec().metrics) {
      if (metric.key) {
        continue;
      }
      for (std::size_t day = first; day < 75; ++day) {
        for (std::size_t symbol = 0; symbol < 60; ++symbol) {
          const double a = whole.at(metric.name).at(day, symbol);
          const double b = part.at(metric.name).at(day - first, symbol);
          ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << metric.name << " " << day;
        }
      }
    }
  }
}

TEST(V2, ATileOfSymbolsEqualsTheSameSymbolsOfAll) {
  const V2Inputs in = random_inputs(45, 90, 4);
  const MetricPanels whole = compute_v2(in, 21, 0, 90);
  const MetricPanels tile = compute_v2(in, 21, 33, 20);
  for (std::size_t day = 0; day < tile.num_days(); ++day) {
    for (std::size_t symbol = 0; symbol < 20; ++symbol) {
      const double a = whole.at("return_z").at(day, symbol + 33);
      const double b = tile.at("return_z").at(day, symbol);
      ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b)));
    }
  }
}

void expect_same_bits(const MetricPanels& a, const MetricPanels& b) {
  for (const Metric& metric : a.spec().metrics) {
    if (metric.key) {
      continue;
    }
    const auto left = a.at(metric.name).cells();
    const auto right = b.at(metric.name).cells();
    ASSERT_EQ(left.size(), right.size());
    for (std::size_t cell = 0; cell < left.size(); ++cell) {
      ASSERT_TRUE(left[cell] == right[cell] || (std::isnan(left[cell]) && std::isnan(right[cell])))
          << metric.name << " " << cell;
    }
  }
}

TEST(V2, AUsedWorkspaceGivesTheBitsOfAFreshOne) {
  const V2Inputs first = random_inputs(45, 90, 5);
  const V2Inputs second = random_inputs(45, 90, 6);
  V2Workspace workspace;
  workspace.compute(first, 21, 0, 50);
  expect_same_bits(workspace.compute(second, 21, 40, 50), compute_v2(second, 21, 40, 50));
  expect_same_bits(workspace.compute(second, 0, 40, 30), compute_v2(second, 0, 40, 30));
}

/// One symbol on one day.
struct OneDay {
  double shorts{40 * kShare};
  double total{100 * kShare};
  double volume{200 * kShare};
  unsigned presence{V2Inputs::kShort | V2Inputs::kBar};

  [[nodiscard]] MetricPanels compute() const {
    V2Inputs in{1, 1};
    in.cnms[0] = 1;
    in.short_volume.at(0, 0) = shorts;
    in.total_volume.at(0, 0) = total;
    in.volume.at(0, 0) = volume;
    in.presence.at(0, 0) = presence;
    return compute_v2(in, 0, 0, 1);
  }
  [[nodiscard]] std::string_view quality() const {
    const MetricPanels out = compute();
    const Metric& metric = out.spec().metrics[out.spec().index_of("data_quality")];
    return metric.words[static_cast<std::size_t>(out.at("data_quality").at(0, 0))];
  }
};

TEST(V2, NamesTheGravestFlawOfADay) {
  EXPECT_EQ(OneDay{}.quality(), "OK");
  EXPECT_EQ(OneDay{.volume = 99 * kShare}.quality(), "TOTAL_ABOVE_CONSOLIDATED");
  EXPECT_EQ(OneDay{.shorts = 101 * kShare}.quality(), "SHORT_ABOVE_TOTAL");
  EXPECT_EQ(OneDay{.total = Panel::kMissing}.quality(), "TOTAL_MISSING");
  EXPECT_EQ((OneDay{.volume = Panel::kMissing, .presence = V2Inputs::kShort}.quality()),
            "NO_PRICE");
  EXPECT_EQ((OneDay{.shorts = Panel::kMissing, .total = Panel::kMissing, .presence = V2Inputs::kBar}
                 .quality()),
            "NO_SHORT");
}

TEST(V2, DividesByNothingThatContradictsTheFiles) {
  const MetricPanels out = OneDay{.volume = 99 * kShare}.compute();
  EXPECT_TRUE(std::isnan(out.at("offex_share").at(0, 0)));
  EXPECT_TRUE(std::isnan(out.at("short_of_consolidated").at(0, 0)));
  EXPECT_EQ(out.at("short_ratio").at(0, 0), 0.4);
}

TEST(V2, KeepsTheThreeDailyRatiosApart) {
  const MetricPanels out = OneDay{}.compute();
  EXPECT_EQ(out.at("short_ratio").at(0, 0), 0.4);
  EXPECT_EQ(out.at("short_of_consolidated").at(0, 0), 0.2);
  EXPECT_EQ(out.at("offex_share").at(0, 0), 0.5);
  EXPECT_EQ(out.at("net_short_volume").at(0, 0), -20 * kShare);
}

TEST(V2, HasARowOnlyWhereAnInputHasOne) {
  V2Inputs in{2, 3};
  in.presence.at(0, 1) = V2Inputs::kLit;
  in.presence.at(1, 2) = V2Inputs::kBar;
  EXPECT_THAT(v2_rows(in, 0, 0, 3), testing::ElementsAre(1, 5));
  EXPECT_THAT(v2_rows(in, 1, 1, 2), testing::ElementsAre(1));
}

TEST(BaselineBreaks, FlagTheFirstFractionalDayAndTheTwentySessionsAfterIt) {
  const auto day = [](const char* text) { return market::Day::parse(text).value(); };
  const std::vector<market::Day> days{day("2026-02-20"), day("2026-02-23"), day("2026-03-23"),
                                      day("2026-03-24")};
  EXPECT_THAT(baseline_breaks(days), testing::ElementsAre(0, 1, 1, 0));
}

TEST(AffectedSessions, ReachTwentyOneSessionsPastAChangeAndJoinWhereTheyTouch) {
  std::vector<market::Day> days;
  for (int day = 0; day < 100; ++day) {
    days.push_back(market::Day::from_days(day));
  }
  const std::vector<market::Day> changed{days[3], days[10], days[60], days[95]};
  EXPECT_THAT(
      affected_sessions(days, changed),
      testing::ElementsAre(SessionRange{3, 32}, SessionRange{60, 82}, SessionRange{95, 100}));
}

}  // namespace
}  // namespace offex::studies
