#include "offex/kernels/order_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/oracle_table.hpp"

namespace offex::kernels {
namespace {

using testing::ElementsAre;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Values of several shapes: smooth, with many ties, sorted, one value only; some missing.
std::vector<double> sample(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::normal_distribution<double> normal{0.0, 1.0};
  std::vector<double> out(size);
  for (std::size_t i = 0; i < size; ++i) {
    const double smooth = normal(random) * (seed % 3 == 0 ? 1e200 : 1.0);
    out[i] = seed % 4 == 1 ? std::round(smooth) : smooth;
    out[i] = seed % 7 == 2 ? 5.0 : out[i];
    out[i] = seed % 5 == 3 && i % 11 == 0 ? kNan : out[i];
  }
  if (seed % 6 == 4) {
    std::ranges::sort(out, [](double a, double b) { return a < b; });
  }
  return out;
}

std::vector<double> sorted_present(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::ranges::sort(values);
  return values;
}

/// The definition on sorted values.
double naive_quantile(const std::vector<double>& sorted, double p) {
  const double place = static_cast<double>(sorted.size() - 1) * p;
  const auto low = static_cast<std::size_t>(std::floor(place));
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

double naive_median(const std::vector<double>& sorted) {
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<double> out(values.size());
  average_ranks(values, out);
  return out;
}

TEST(Median, IsTheMiddleValueOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(median(std::vector{3.0, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median(std::vector{4.0, 1.0, 2.0, 3.0}), 2.5);
  EXPECT_EQ(median(std::vector{7.0}), 7.0);
}

TEST(Median, LeavesMissingValuesOut) {
  EXPECT_EQ(median(std::vector{kNan, 1.0, kNan, 3.0, 9.0}), 3.0);
  EXPECT_TRUE(std::isnan(median(std::vector{kNan, kNan})));
  EXPECT_TRUE(std::isnan(median(std::vector<double>{})));
}

TEST(Median, EqualsSortingForAnySample) {
  std::vector<double> scratch;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const std::vector<double> values = sample(1 + seed * seed * seed % 4999, seed);
    const std::vector<double> sorted = sorted_present(values);
    const double expected = sorted.empty() ? kNan : naive_median(sorted);
    const double got = median(values, scratch);
    ASSERT_TRUE(got == expected || std::isnan(expected)) << seed;
  }
}

TEST(Median, DoesNotShowTheOrderOfTheValues) {
  EXPECT_FALSE(std::signbit(median(std::vector{-0.0, 0.0, 0.0})));
  EXPECT_FALSE(std::signbit(median(std::vector{0.0, -0.0, -0.0})));
}

TEST(Quantile, EqualsTheReference) {
  const auto table = test_support::oracle_table("fx_quantile.csv");
  const std::vector<double> values{3.0, -1.0, 0.5, 2.0, 7.0, -4.0, 0.0};
  for (std::size_t row = 0; row < table.size(); ++row) {
    EXPECT_NEAR(quantile(values, table.number(row, "p")), table.number(row, "quantile7"), 1e-12);
    EXPECT_NEAR(quartile_scale(values), table.number(row, "iqr_scale_of_all"), 1e-12);
  }
}

TEST(Quantile, EqualsSortingForAnySample) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const std::vector<double> values = sample(1 + seed * seed * seed % 4999, seed);
    const std::vector<double> sorted = sorted_present(values);
    for (const double p : {0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0}) {
      const double expected = sorted.empty() ? kNan : naive_quantile(sorted, p);
      const double got = quantile(values, p);
      ASSERT_TRUE(got == expected || std::isnan(expected)) << seed << ' ' << p;
    }
  }
}

TEST(Quantile, OfNothingIsMissing) {
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_TRUE(std::isnan(quartile_scale(std::vector{kNan})));
  EXPECT_TRUE(std::isnan(mad_scale({})));
}

TEST(Quantile, KeepsAnInfinityWhereItStands) {
  const std::vector<double> values{1.0, 2.0, kInfinity};
  EXPECT_EQ(quantile(values, 0.5), 2.0);
  EXPECT_EQ(quantile(values, 1.0), kInfinity);
}

TEST(Scales, AreTheDeviationOfANormalSample) {
  std::mt19937_64 random{5};
  std::normal_distribution<double> normal{3.0, 2.0};
  std::vector<double> values(100'000);
  std::ranges::generate(values, [&] { return normal(random); });
  EXPECT_NEAR(quartile_scale(values), 2.0, 0.03);
  EXPECT_NEAR(mad_scale(values), 2.0, 0.03);
}

TEST(Scales, OfEqualValuesAreZero) {
  const std::vector<double> values(50, 0.1);
  EXPECT_EQ(quartile_scale(values), 0.0);
  EXPECT_EQ(mad_scale(values), 0.0);
}

TEST(Scales, HardlyMoveWithOneWildValue) {
  std::vector<double> values{1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0};
  const double before = mad_scale(values);
  values.back() = 1e12;
  EXPECT_DOUBLE_EQ(before, 2.0 * 1.4826022185056018);
  EXPECT_EQ(mad_scale(values), before);
}

TEST(AverageRanks, SharesTheRankOfEqualValues) {
  EXPECT_THAT(ranks_of({3.0, 1.0, 2.0, 2.0, -5.0}), ElementsAre(5.0, 2.0, 3.5, 3.5, 1.0));
  EXPECT_THAT(ranks_of({0.0, -0.0, 1.0}), ElementsAre(1.5, 1.5, 3.0));
  EXPECT_THAT(ranks_of({kInfinity, -kInfinity, 0.0}), ElementsAre(3.0, 1.0, 2.0));
}

TEST(AverageRanks, SkipsMissingValues) {
  const std::vector<double> ranks = ranks_of({kNan, 4.0, kNan, 2.0});
  EXPECT_TRUE(std::isnan(ranks[0]) && std::isnan(ranks[2]));
  EXPECT_EQ(ranks[1], 2.0);
  EXPECT_EQ(ranks[3], 1.0);
}

TEST(AverageRanks, CountsSmallerAndEqualValues) {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    const std::vector<double> values = sample(1 + seed * 37 % 400, seed);
    const std::vector<double> ranks = ranks_of(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto below = std::ranges::count_if(values, [&](double v) { return v < values[i]; });
      const auto equal = std::ranges::count(values, values[i]);
      const double expected = static_cast<double>(below) + 0.5 * static_cast<double>(equal + 1);
      ASSERT_TRUE(std::isnan(values[i]) ? std::isnan(ranks[i]) : ranks[i] == expected) << seed;
    }
  }
}

TEST(AverageRanks, SortsALargeSpan) {
  std::mt19937_64 random{9};
  std::normal_distribution<double> normal{0.0, 1.0};
  std::vector<double> values(50'000);
  std::ranges::generate(values, [&] { return std::round(normal(random) * 1e4) * 1e-4; });
  const std::vector<double> ranks = ranks_of(values);
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < values.size(); i += 7) {
    const auto [first, end] = std::ranges::equal_range(sorted, values[i]);
    const double expected =
        0.5 * static_cast<double>((first - sorted.begin()) + (end - sorted.begin()) - 1) + 1.0;
    ASSERT_EQ(ranks[i], expected) << i;
  }
}

TEST(Percentiles, AreInsideTheUnitInterval) {
  const std::vector<double> values{10.0, 30.0, kNan, 20.0};
  std::vector<double> share(values.size());
  percentiles(values, share);
  EXPECT_DOUBLE_EQ(share[0], 0.5 / 3.0);
  EXPECT_DOUBLE_EQ(share[1], 2.5 / 3.0);
  EXPECT_TRUE(std::isnan(share[2]));
  EXPECT_DOUBLE_EQ(share[3], 0.5);
}

}  // namespace
}  // namespace offex::kernels
