#include "offex/kernels/groups.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/oracle_table.hpp"

namespace offex::kernels {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(CapWeights, MatchTheReference) {
  const auto table = test_support::oracle_table("fx_capweights.csv");
  const std::vector<double> out = cap_weights(table.numbers("raw"), 0.30);
  for (std::size_t row = 0; row < table.size(); ++row) {
    EXPECT_NEAR(out[row], table.number(row, "capped_0.30"), 1e-9);
  }
}

TEST(CapWeights, SumToOneWithNoneAboveTheCapAndTheirOrderKept) {
  std::mt19937_64 random{1};
  std::lognormal_distribution<double> heavy{0.0, 2.5};
  for (int round = 0; round < 200; ++round) {
    std::vector<double> raw(25 + random() % 300);
    for (double& weight : raw) {
      weight = heavy(random);
    }
    const std::vector<double> out = cap_weights(raw, 0.05);
    EXPECT_NEAR(sum_of(out), 1.0, 1e-12);
    EXPECT_LE(std::ranges::max(out), 0.05 * (1.0 + 1e-14));
    for (std::size_t i = 1; i < raw.size(); ++i) {
      EXPECT_TRUE(raw[i] <= raw[i - 1] || out[i] >= out[i - 1] * (1.0 - 1e-12));
    }
  }
}

TEST(CapWeights, StayInProportionWhereNoneIsAboveTheCap) {
  EXPECT_THAT(cap_weights(std::vector{1.0, 2.0, 1.0}, 0.6),
              ElementsAre(DoubleEq(0.25), DoubleEq(0.5), DoubleEq(0.25)));
}

TEST(CapWeights, AreEqualWhereTheCapCannotHold) {
  EXPECT_THAT(cap_weights(std::vector{9.0, 1.0}, 0.05), ElementsAre(0.5, 0.5));
  EXPECT_THAT(cap_weights(std::vector{9.0, 1.0}, 0.5), ElementsAre(0.5, 0.5));
}

TEST(CapWeights, GiveNothingToWeightsThatAreNone) {
  EXPECT_THAT(
      cap_weights(std::vector{8.0, -1.0, kNan, 0.0, 2.0, std::numeric_limits<double>::infinity()},
                  0.6),
      ElementsAre(DoubleEq(0.6), 0.0, 0.0, 0.0, DoubleEq(0.4), 0.0));
  // A cap that only empty weights could make hold cannot hold.
  EXPECT_THAT(cap_weights(std::vector{1.0, 0.0, 0.0, 0.0, 0.0}, 0.3),
              ElementsAre(1.0, 0.0, 0.0, 0.0, 0.0));
}

TEST(CapWeights, OfNothingStayNothing) {
  EXPECT_TRUE(cap_weights({}, 0.05).empty());
  EXPECT_THAT(cap_weights(std::vector{0.0, kNan}, 0.9), ElementsAre(0.0, 0.0));
}

TEST(GroupScore, MatchesTheReference) {
  const auto table = test_support::oracle_table("fx_group.csv");
  const std::vector<double> z{1.0, 0.5, -0.2, 2.0};
  const std::vector<double> weights{1.0, 2.0, 1.0, 0.5};
  for (std::size_t row = 0; row < table.size(); ++row) {
    EXPECT_NEAR(group_score(z, weights, table.number(row, "rho")), table.number(row, "group_z"),
                1e-9);
  }
}

TEST(GroupScore, LeavesMembersOutThatHaveNone) {
  const double without = group_score(std::vector{1.0, 2.0}, std::vector{1.0, 3.0}, 0.1);
  EXPECT_EQ(group_score(std::vector{1.0, kNan, 2.0, 5.0}, std::vector{1.0, 9.0, 3.0, kNan}, 0.1),
            without);
  EXPECT_TRUE(std::isnan(group_score(std::vector{kNan}, std::vector{1.0}, 0.1)));
  EXPECT_TRUE(std::isnan(group_score({}, {}, 0.1)));
}

TEST(GroupScore, IsStandardNormalWhenItsMembersShareTheirCorrelation) {
  std::mt19937_64 random{7};
  std::normal_distribution<double> normal;
  constexpr double kRho = 0.03;
  constexpr int kRounds = 20'000;
  std::vector<double> z(100);
  std::vector<double> weights(100);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = 1.0 + static_cast<double>(i % 10);
  }
  double squares = 0.0;
  for (int round = 0; round < kRounds; ++round) {
    const double common = normal(random);
    for (double& value : z) {
      value = std::sqrt(kRho) * common + std::sqrt(1.0 - kRho) * normal(random);
    }
    const double score = group_score(z, weights, kRho);
    squares += score * score;
  }
  EXPECT_NEAR(squares / kRounds, 1.0, 0.04);
}

TEST(Cusum, RaisesAlarmsAtTheirKnownRateOnNoise) {
  std::mt19937_64 random{11};
  std::normal_distribution<double> normal;
  std::vector<double> z(2'000'000);
  for (double& value : z) {
    value = normal(random);
  }
  const auto rate = [&](double slack) {
    return static_cast<double>(cusum_alarms(z, slack, 5.0).size()) / static_cast<double>(z.size());
  };
  EXPECT_NEAR(rate(0.5), 0.0020, 0.0002);
  EXPECT_NEAR(rate(1.0), 0.00002, 0.00001);
}

TEST(Cusum, DatesAShiftWithinAFewObservations) {
  std::vector<double> z(40, 0.0);
  std::fill(z.begin() + 20, z.end(), 2.0);
  EXPECT_THAT(cusum_alarms(z, 0.5, 5.0), ElementsAre(23, 27, 31, 35, 39));
  for (double& value : z) {
    value = -value;
  }
  EXPECT_THAT(cusum_alarms(z, 0.5, 5.0), ElementsAre(~23, ~27, ~31, ~35, ~39));
}

TEST(Cusum, RaisesNoAlarmAtTheLimitItself) {
  CusumState state;
  EXPECT_EQ(step_cusum(5.5, 0.5, 5.0, state), 0);
  EXPECT_EQ(state.up, 5.0);
  EXPECT_EQ(step_cusum(0.75, 0.5, 5.0, state), 1);
  EXPECT_EQ(state.up, 0.0);
}

TEST(Cusum, LeavesTheStateAloneForAMissingScore) {
  CusumState state{.up = 1.5, .down = 0.25};
  EXPECT_EQ(step_cusum(kNan, 0.5, 5.0, state), 0);
  EXPECT_EQ(state.up, 1.5);
  EXPECT_EQ(state.down, 0.25);
}

}  // namespace
}  // namespace offex::kernels
