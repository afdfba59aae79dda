#include "offex/kernels/significance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "support/oracle_table.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> rates_of(const std::vector<double>& p) {
  std::vector<double> q(p.size());
  false_discovery_rates(p, q);
  return q;
}

TEST(PValues, EqualTheReference) {
  const auto table = test_support::oracle_table("fx_joint.csv");
  for (std::size_t row = 0; row < table.size(); ++row) {
    const double z_r = table.number(row, "zr");
    const double z_v = table.number(row, "zv");
    const std::array<double, 3> p{p_two_sided(z_r), p_upper(z_v), p_joint(z_r, z_v)};
    EXPECT_NEAR(p[0] / table.number(row, "p_r"), 1.0, 1e-9);
    EXPECT_NEAR(p[1] / table.number(row, "p_v"), 1.0, 1e-9);
    EXPECT_NEAR(p[2] / table.number(row, "p_j"), 1.0, 1e-9);
    EXPECT_NEAR(combine_p(p, 0.90) / table.number(row, "p_o"), 1.0, 1e-9);
  }
}

TEST(PValues, StayMissingWithoutAScore) {
  EXPECT_TRUE(std::isnan(p_two_sided(kNan)));
  EXPECT_TRUE(std::isnan(p_upper(kNan)));
  EXPECT_TRUE(std::isnan(p_joint(kNan, 1.0)));
  EXPECT_TRUE(std::isnan(p_joint(1.0, kNan)));
}

TEST(JointP, IsUniformUnderIndependentScores) {
  std::mt19937_64 random{4};
  std::normal_distribution<double> normal{0.0, 1.0};
  int below = 0;
  constexpr int kDraws = 200'000;
  for (int draw = 0; draw < kDraws; ++draw) {
    const double z_r = normal(random);
    below += p_joint(z_r, normal(random)) < 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(below / static_cast<double>(kDraws), 0.05, 0.002);
}

TEST(CombinedP, OfOneValueIsTheValue) {
  EXPECT_NEAR(combine_p(std::vector{0.3}, 0.9), 0.3, 1e-15);
  EXPECT_NEAR(combine_p(std::vector{1e-200}, 0.9) / 1e-200, 1.0, 1e-12);
}

TEST(CombinedP, LimitsValuesNearOneAndZero) {
  EXPECT_EQ(combine_p(std::vector{1e-3, 1.0}, 0.9), combine_p(std::vector{1e-3, 0.9}, 0.9));
  EXPECT_LT(combine_p(std::vector{1e-3, 1.0}, 0.9), 0.0021);
  EXPECT_EQ(combine_p(std::vector{0.0}, 0.9), combine_p(std::vector{1e-300}, 0.9));
  EXPECT_GT(combine_p(std::vector{0.0, 0.0, 0.0}, 0.9), 0.0);
}

TEST(CombinedP, IsMissingWithAMissingValue) {
  EXPECT_TRUE(std::isnan(combine_p(std::vector{0.5, kNan}, 0.9)));
}

TEST(FalseDiscoveryRates, EqualTheReference) {
  const auto table = test_support::oracle_table("fx_bh.csv");
  const std::vector<double> q = rates_of(table.numbers("p"));
  for (std::size_t row = 0; row < table.size(); ++row) {
    EXPECT_NEAR(q[row], table.number(row, "q"), 1e-12) << row;
  }
}

TEST(FalseDiscoveryRates, GiveEqualRatesToEqualValues) {
  const std::vector<double> q = rates_of({0.02, 0.5, 0.02, 0.001, 0.02});
  EXPECT_EQ(q[0], q[2]);
  EXPECT_EQ(q[0], q[4]);
  EXPECT_DOUBLE_EQ(q[0], 0.02 * 5.0 / 4.0);
}

TEST(FalseDiscoveryRates, DoNotCountWhatIsMissing) {
  const std::vector<double> with = rates_of({0.01, kNan, 0.04, kNan, 0.03});
  const std::vector<double> without = rates_of({0.01, 0.04, 0.03});
  EXPECT_EQ(with[0], without[0]);
  EXPECT_EQ(with[2], without[1]);
  EXPECT_EQ(with[4], without[2]);
  EXPECT_TRUE(std::isnan(with[1]) && std::isnan(with[3]));
}

TEST(FalseDiscoveryRates, NeverExceedOneAndNeverFallWithP) {
  std::mt19937_64 random{6};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  std::vector<double> p(5000);
  std::ranges::generate(p, [&] { return std::pow(uniform(random), 3.0); });
  std::ranges::sort(p);
  const std::vector<double> q = rates_of(p);
  EXPECT_TRUE(std::ranges::is_sorted(q));
  EXPECT_LE(q.back(), 1.0);
  for (std::size_t i = 0; i < p.size(); ++i) {
    ASSERT_GE(q[i], p[i] * (1.0 - 1e-15));
    double smallest = 1.0;  // the definition
    for (std::size_t j = i; j < p.size(); j += i % 50 == 0 ? 1 : p.size()) {
      smallest = std::min(smallest, p[j] * 5000.0 / static_cast<double>(j + 1));
    }
    ASSERT_TRUE(i % 50 != 0 || q[i] == smallest) << i;
  }
}

TEST(FalseDiscoveryRates, MayWriteOverTheirInput) {
  std::vector<double> p{0.3, 0.001, kNan, 0.02};
  const std::vector<double> expected = rates_of(p);
  false_discovery_rates(p, p);
  EXPECT_EQ(p[0], expected[0]);
  EXPECT_EQ(p[1], expected[1]);
  EXPECT_EQ(p[3], expected[3]);
}

TEST(FalseDiscoveryRates, AcceptAnEmptySpan) { EXPECT_TRUE(rates_of({}).empty()); }

}  // namespace
}  // namespace offex::kernels
