#include "offex/kernels/association.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/oracle_table.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const std::vector<double> kA{3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0};
const std::vector<double> kB{0.1, -0.2, 0.3, 0.0, 0.05, 0.4, -0.1, 0.2};
const std::vector<double> kC{1.0, 0.0, 2.0, 1.0, 0.5, 3.0, -1.0, 0.0};

TEST(Association, MatchesTheReference) {
  const auto table = test_support::oracle_table("fx_eval.csv");
  const std::vector<double> daily{0.02, -0.01, 0.03, 0.01, -0.02, 0.04, 0.0, 0.01};
  const std::map<std::string, double> ours{
      {"rank_ic", rank_correlation(kA, kB)},
      {"partial_rank_ic", partial_rank_correlation(kA, kB, kC)},
      {"newey_west_t_lag0", newey_west_t(daily, 0)},
      {"newey_west_t_lag4", newey_west_t(daily, 4)},
      {"expected_max_t_63", expected_maximum(63.0)}};
  ASSERT_EQ(table.size(), ours.size());
  for (std::size_t row = 0; row < table.size(); ++row) {
    EXPECT_NEAR(ours.at(table.text(row, "quantity")), table.number(row, "value"), 1e-9)
        << table.text(row, "quantity");
  }
}

TEST(Correlation, IsOneAlongALineAndMinusOneAgainstIt) {
  const std::vector<double> line{0.5, 1.0, 1.5, 4.0};
  const std::vector<double> up{2.0, 3.0, 4.0, 9.0};
  const std::vector<double> down{-2.0, -3.0, -4.0, -9.0};
  EXPECT_NEAR(correlation(line, up), 1.0, 1e-15);
  EXPECT_NEAR(correlation(line, down), -1.0, 1e-15);
}

TEST(Correlation, KeepsItsDigitsUnderAHugeOffset) {
  std::vector<double> far = kB;
  for (double& value : far) {
    value += 1e9;
  }
  EXPECT_NEAR(correlation(kA, far), correlation(kA, kB), 1e-6);
}

TEST(Correlation, HoldsForTheLargestAndTheSmallestNumbers) {
  std::vector<double> large = kA;
  std::vector<double> small = kB;
  for (std::size_t i = 0; i < kA.size(); ++i) {
    large[i] *= 1e140;
    small[i] *= 1e-140;
  }
  EXPECT_NEAR(correlation(large, small), correlation(kA, kB), 1e-12);
}

TEST(Correlation, LeavesPairsOutThatAreNotComplete) {
  std::vector<double> a = kA;
  std::vector<double> b = kB;
  a.insert(a.begin() + 3, {kNan, 100.0});
  b.insert(b.begin() + 3, {100.0, kNan});
  EXPECT_EQ(correlation(a, b), correlation(kA, kB));
  EXPECT_EQ(rank_correlation(a, b), rank_correlation(kA, kB));
}

TEST(Correlation, IsMissingWithoutThreePairsOrWithoutDifferences) {
  EXPECT_TRUE(std::isnan(correlation(std::vector{1.0, 2.0}, std::vector{1.0, 3.0})));
  EXPECT_TRUE(std::isnan(correlation({}, {})));
  for (const double value : {0.1, 1.0 / 3.0, 1e15 + 0.3}) {
    const std::vector<double> flat(kA.size(), value);
    EXPECT_TRUE(std::isnan(correlation(kA, flat)));
    EXPECT_TRUE(std::isnan(rank_correlation(flat, kA)));
  }
}

TEST(RankCorrelation, DoesNotChangeUnderARisingTransformation) {
  std::vector<double> curved = kA;
  for (double& value : curved) {
    value = std::exp(value);
  }
  EXPECT_EQ(rank_correlation(curved, kB), rank_correlation(kA, kB));
}

TEST(PartialRankCorrelation, RemovesWhatAThirdSampleExplains) {
  std::mt19937_64 random{3};
  std::normal_distribution<double> normal;
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> c;
  for (int i = 0; i < 20'000; ++i) {
    c.push_back(normal(random));
    a.push_back(c.back() + normal(random));
    b.push_back(c.back() + normal(random));
  }
  EXPECT_GT(rank_correlation(a, b), 0.4);
  EXPECT_NEAR(partial_rank_correlation(a, b, c), 0.0, 0.03);
}

TEST(PartialRankCorrelation, RanksOnlyCompleteTriples) {
  std::vector<double> a = kA;
  std::vector<double> b = kB;
  std::vector<double> c = kC;
  a.push_back(50.0);
  b.push_back(-50.0);
  c.push_back(kNan);
  EXPECT_EQ(partial_rank_correlation(a, b, c), partial_rank_correlation(kA, kB, kC));
}

TEST(PartialRankCorrelation, IsMissingWhenTheThirdSampleTellsAll) {
  EXPECT_TRUE(std::isnan(partial_rank_correlation(kA, kB, kA)));
  const std::vector<double> flat(kA.size(), 2.0);
  EXPECT_TRUE(std::isnan(partial_rank_correlation(kA, kB, flat)));
}

TEST(NeweyWest, TrustsASeriesLessWhoseNeighboursAgree) {
  std::mt19937_64 random{5};
  std::normal_distribution<double> normal{0.2, 1.0};
  std::vector<double> overlapping;
  double previous = normal(random);
  for (int i = 0; i < 2'000; ++i) {
    const double now = normal(random);
    overlapping.push_back(0.5 * (now + previous));
    previous = now;
  }
  const double naive = newey_west_t(overlapping, 0);
  EXPECT_LT(newey_west_t(overlapping, 10), 0.85 * naive);
  EXPECT_GT(newey_west_t(overlapping, 10), 0.55 * naive);
}

TEST(NeweyWest, TakesALagBeyondTheSeries) {
  EXPECT_TRUE(std::isfinite(newey_west_t(std::vector{0.1, 0.3, -0.1}, 50)));
}

TEST(NeweyWest, IsMissingWithoutVariation) {
  EXPECT_TRUE(std::isnan(newey_west_t({}, 1)));
  EXPECT_TRUE(std::isnan(newey_west_t(std::vector{0.1}, 0)));
  EXPECT_TRUE(std::isnan(newey_west_t(std::vector<double>(20, 0.1), 3)));
}

TEST(ExpectedMaximum, GrowsWithTheTrialsFromZero) {
  EXPECT_EQ(expected_maximum(0.0), 0.0);
  EXPECT_EQ(expected_maximum(1.0), 0.0);
  double last = 0.0;
  for (const double trials : {2.0, 10.0, 63.0, 1'000.0, 1e6}) {
    EXPECT_GT(expected_maximum(trials), last);
    last = expected_maximum(trials);
  }
  EXPECT_TRUE(std::isnan(expected_maximum(kNan)));
}

TEST(ExpectedMaximum, IsAboutTheMeanLargestOfAsManyDraws) {
  std::mt19937_64 random{9};
  std::normal_distribution<double> normal;
  constexpr int kRounds = 4'000;
  double sum = 0.0;
  for (int round = 0; round < kRounds; ++round) {
    double largest = -10.0;
    for (int i = 0; i < 63; ++i) {
      largest = std::max(largest, normal(random));
    }
    sum += largest;
  }
  EXPECT_NEAR(sum / kRounds, expected_maximum(63.0), 0.05);
}

}  // namespace
}  // namespace offex::kernels
