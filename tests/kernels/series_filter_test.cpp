#include "offex/kernels/series_filter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "support/oracle_table.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<SeriesScore> scores_of(const SeriesParameters& parameters, double prior,
                                   const std::vector<double>& values) {
  SeriesState state;
  std::vector<SeriesScore> out;
  for (const double value : values) {
    out.push_back(step_series(parameters, prior, value, state));
  }
  return out;
}

std::vector<double> noise(std::size_t count, double offset, double scale, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::normal_distribution<double> normal{offset, scale};
  std::vector<double> out(count);
  for (double& value : out) {
    value = normal(random);
  }
  return out;
}

bool same_bits(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

TEST(SeriesFilter, MatchesTheReference) {
  const auto table = test_support::oracle_table("fx_series.csv");
  const std::vector<SeriesScore> scores = scores_of({}, 0.04, table.numbers("x"));
  for (std::size_t row = 0; row < table.size(); ++row) {
    const double expected = table.number(row, "z");
    ASSERT_EQ(std::isnan(scores[row].z), std::isnan(expected)) << "row " << row;
    if (!std::isnan(expected)) {
      EXPECT_NEAR(scores[row].z, expected, 1e-9) << "row " << row;
    }
  }
}

TEST(SeriesFilter, ScoresNothingBeforeItsMinimumCount) {
  const std::vector<SeriesScore> scores =
      scores_of({.min_count = 4}, 1.0, {0.1, -0.2, 0.3, 0.4, 0.5});
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(std::isnan(scores[i].z));
  }
  EXPECT_FALSE(std::isnan(scores[4].z));
}

TEST(SeriesFilter, LeavesTheStateAloneForAMissingValue) {
  for (const double missing : {kNan, kInfinity, -kInfinity}) {
    for (const bool zero_mean : {false, true}) {
      const SeriesParameters parameters{.min_count = 1, .zero_mean = zero_mean};
      SeriesState state;
      EXPECT_TRUE(std::isnan(step_series(parameters, 1.0, missing, state).z));
      EXPECT_EQ(state, SeriesState{});
      for (const double value : {0.3, -0.1, 0.7}) {
        advance_series(parameters, 1.0, value, state);
      }
      const SeriesState before = state;
      EXPECT_TRUE(std::isnan(step_series(parameters, 1.0, missing, state).z));
      advance_series(parameters, 1.0, missing, state);
      EXPECT_EQ(state, before);
    }
  }
}

TEST(SeriesFilter, AdvancesToTheStateThatStepsReach) {
  const std::vector<double> values = noise(400, 3.0, 0.5, 1);
  for (const bool zero_mean : {false, true}) {
    const SeriesParameters parameters{.zero_mean = zero_mean};
    SeriesState stepped;
    SeriesState advanced;
    for (const double value : values) {
      (void)step_series(parameters, 0.5, value, stepped);
      advance_series(parameters, 0.5, value, advanced);
    }
    EXPECT_EQ(stepped, advanced);
  }
}

TEST(SeriesFilter, StepsManySeriesLikeEachAlone) {
  constexpr std::size_t kSeries = 700;
  for (const bool zero_mean : {false, true}) {
    const SeriesParameters parameters{.min_count = 3, .zero_mean = zero_mean};
    std::vector<SeriesState> together(kSeries);
    std::vector<SeriesState> alone(kSeries);
    std::vector<SeriesScore> scores(kSeries);
    for (std::uint64_t row = 0; row < 12; ++row) {
      std::vector<double> values = noise(kSeries, 0.01, 0.02, row);
      for (std::size_t i = row % 7; i < kSeries; i += 7) {
        values[i] = kNan;
      }
      step_series(parameters, 0.03, values, together, scores);
      for (std::size_t i = 0; i < kSeries; ++i) {
        const SeriesScore one = step_series(parameters, 0.03, values[i], alone[i]);
        ASSERT_TRUE(same_bits(scores[i].z, one.z) && same_bits(scores[i].neff, one.neff) &&
                    same_bits(scores[i].nu, one.nu))
            << "series " << i << " row " << row;
      }
    }
    EXPECT_EQ(together, alone);
  }
}

TEST(SeriesFilter, StaysFiniteOverTwentyYearsAtAHugeOffset) {
  const std::vector<double> values = noise(5'040, 1e12, 1.0, 2);
  SeriesState state;
  for (const double value : values) {
    const SeriesScore score = step_series({}, 1.0, value, state);
    ASSERT_TRUE(state.count <= 10 || std::isfinite(score.z)) << "observation " << state.count;
  }
  EXPECT_TRUE(std::isfinite(series_deviation(state)));
  EXPECT_NEAR(state.sum / state.weight, 1e12, 10.0);
}

TEST(SeriesFilter, ScoresNoiseAsStandardNormal) {
  const std::vector<SeriesScore> scores = scores_of({.phi = 0.0}, 0.5, noise(40'000, 7.0, 0.5, 3));
  double sum = 0.0;
  double squares = 0.0;
  double count = 0.0;
  double beyond = 0.0;
  for (const SeriesScore& score : scores) {
    if (!std::isnan(score.z)) {
      sum += score.z;
      squares += score.z * score.z;
      beyond += std::fabs(score.z) > 2.0 ? 1.0 : 0.0;
      count += 1.0;
    }
  }
  EXPECT_NEAR(sum / count, 0.0, 0.02);
  EXPECT_NEAR(squares / count, 1.0, 0.03);
  EXPECT_NEAR(beyond / count, 0.0455, 0.006);
}

TEST(SeriesFilter, IsMovedByAnOutlierNoFurtherThanTheClip) {
  const std::vector<double> values = noise(60, 0.0, 1.0, 4);
  SeriesState at_clip;
  for (const double value : values) {
    advance_series({}, 1.0, value, at_clip);
  }
  SeriesState far = at_clip;
  EXPECT_GT(step_series({}, 1.0, 1e3, at_clip).z, 4.0);
  EXPECT_GT(step_series({}, 1.0, 1e9, far).z, 4.0);
  EXPECT_NEAR(at_clip.sum, far.sum, 1e-9);
  EXPECT_NEAR(at_clip.squares, far.squares, 1e-9);
}

TEST(SeriesFilter, OfAGivenMeanKnowsNoMean) {
  SeriesState state;
  const SeriesParameters parameters{.min_count = 0, .zero_mean = true};
  const SeriesScore first = step_series(parameters, 2.0, 2.0, state);
  EXPECT_EQ(first.neff, kInfinity);
  EXPECT_EQ(first.nu, 4.0);
  EXPECT_GT(first.z, 0.8);  // one prior deviation, by Student's t with 4 degrees
  EXPECT_LT(first.z, 1.0);
  EXPECT_EQ(state.sum, 0.0);
  EXPECT_EQ(state.weight, 0.0);
  EXPECT_EQ(state.last, 0.0);
  EXPECT_EQ(state.squares, 4.0);
}

TEST(SeriesFilter, OfAGivenMeanTakesADriftForSurprise) {
  const std::vector<double> drift(80, 0.02);
  const double given = scores_of({.zero_mean = true}, 0.01, drift).back().z;
  const double learnt = scores_of({}, 0.01, drift).back().z;
  EXPECT_GT(given, 0.9);
  EXPECT_NEAR(learnt, 0.0, 1e-6);
}

TEST(SeriesFilter, OfAGivenMeanIsOddInItsSeries) {
  const std::vector<double> values = noise(50, 0.3, 1.0, 5);
  std::vector<double> mirrored = values;
  for (double& value : mirrored) {
    value = -value;
  }
  const SeriesParameters parameters{.zero_mean = true};
  const std::vector<SeriesScore> up = scores_of(parameters, 1.0, values);
  const std::vector<SeriesScore> down = scores_of(parameters, 1.0, mirrored);
  for (std::size_t i = 10; i < values.size(); ++i) {
    EXPECT_EQ(up[i].z, -down[i].z);
  }
}

TEST(SeriesFilter, JudgesAConstantSeriesByItsPrior) {
  std::vector<double> values(200, 5.0);
  values.push_back(6.0);
  const double z = scores_of({}, 1.0, values).back().z;
  EXPECT_TRUE(std::isfinite(z));
  EXPECT_GT(z, 2.0);
}

TEST(SeriesDeviation, IsTheHistorysOwn) {
  SeriesState state;
  EXPECT_TRUE(std::isnan(series_deviation(state)));
  const SeriesParameters parameters{.zero_mean = true};
  for (int i = 0; i < 300; ++i) {
    advance_series(parameters, 3.0, i % 2 == 0 ? 3.0 : -3.0, state);
  }
  EXPECT_NEAR(series_deviation(state), 3.0, 1e-12);
}

}  // namespace
}  // namespace offex::kernels
