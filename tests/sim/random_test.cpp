#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random_internal.hpp"
#include "sim/real_math_internal.hpp"

namespace offex::sim {
namespace {

struct Moments {
  double mean{0.0};
  double variance{0.0};
};

template <class Draw>
Moments moments_of(Draw draw) {
  constexpr int kDraws = 200'000;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

TEST(Random, TheSequenceOfASeedNeverChanges) {
  Random random{1, 2, 3};
  EXPECT_EQ(random.bits(), 3106975646374847983ULL);
  EXPECT_EQ(random.bits(), 11478482440874270757ULL);
  EXPECT_EQ(random.bits(), 406287236283531844ULL);
}

TEST(Random, StreamsDiffer) {
  EXPECT_NE(Random(1, 2, 3).bits(), Random(1, 2, 4).bits());
  EXPECT_NE(Random(1, 2, 3).bits(), Random(1, 3, 3).bits());
  EXPECT_NE(Random(1, 2, 3).bits(), Random(2, 2, 3).bits());
}

TEST(Random, UniformFillsTheUnitInterval) {
  Random random{7};
  const Moments got = moments_of([&] { return random.uniform(); });
  EXPECT_NEAR(got.mean, 0.5, 0.005);
  EXPECT_NEAR(got.variance, 1.0 / 12.0, 0.001);
}

TEST(Random, BelowReachesEveryNumberAndNoOther) {
  Random random{7};
  std::vector<int> seen(5, 0);
  for (int i = 0; i < 1000; ++i) ++seen.at(random.below(5));
  EXPECT_TRUE(std::ranges::all_of(seen, [](int count) { return count > 100; }));
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  Random random{7};
  const Moments got = moments_of([&] { return random.normal(); });
  EXPECT_NEAR(got.mean, 0.0, 0.01);
  EXPECT_NEAR(got.variance, 1.0, 0.02);
}

TEST(Random, FatTailsReachFartherThanNormalOnes) {
  Random random{7};
  const auto far = [&](auto draw) {
    int count = 0;
    for (int i = 0; i < 200'000; ++i) count += std::fabs(draw()) > 4.0 ? 1 : 0;
    return count;
  };
  EXPECT_GT(far([&] { return random.fat_tailed(); }), 10 * far([&] { return random.normal(); }));
}

TEST(Random, GammaHasMeanAndVarianceOfItsShape) {
  for (const double shape : {0.5, 1.0, 3.0, 40.0}) {
    Random random{7};
    const Moments got = moments_of([&] { return random.gamma(shape); });
    EXPECT_NEAR(got.mean, shape, 0.02 * shape);
    EXPECT_NEAR(got.variance, shape, 0.05 * shape);
  }
}

TEST(Random, BetaHasItsMeanAndVariance) {
  Random random{7};
  const Moments got = moments_of([&] { return random.beta(9.0, 11.0); });
  EXPECT_NEAR(got.mean, 0.45, 0.003);
  EXPECT_NEAR(got.variance, 0.45 * 0.55 / 21.0, 0.0003);
}

TEST(Random, BinomialHasItsMeanAndStaysInRange) {
  for (const std::int64_t trials : {1, 20, 64, 65, 5000}) {
    Random random{7};
    const auto n = static_cast<double>(trials);
    const Moments got = moments_of([&] {
      const std::int64_t hits = random.binomial(trials, 0.45);
      EXPECT_GE(hits, 0);
      EXPECT_LE(hits, trials);
      return static_cast<double>(hits);
    });
    EXPECT_NEAR(got.mean, 0.45 * n, 0.01 * n);
    EXPECT_NEAR(got.variance, 0.2475 * n, 0.02 * n + 0.05);
  }
}

TEST(RealMath, AgreesWithTheLibraryToTheLastFewBits) {
  for (int i = -2000; i <= 2000; ++i) {
    const double x = 0.01 * i + 0.0037;
    EXPECT_NEAR(portable_exp(x) / std::exp(x), 1.0, 1e-14) << x;
    const double positive = std::exp(x);
    EXPECT_NEAR(portable_log(positive), std::log(positive), 1e-14 * (1.0 + std::fabs(x))) << x;
  }
}

TEST(RealMath, LogitUndoesLogistic) {
  for (const double x : {-8.0, -0.3, 0.0, 1.0, 6.0}) {
    EXPECT_NEAR(logit(logistic(x)), x, 1e-11);
  }
}

}  // namespace
}  // namespace offex::sim
