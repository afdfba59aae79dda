#include "offex/kernels/rolling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "offex/columns/panel.hpp"

namespace offex::kernels {
namespace {

using columns::Panel;

constexpr double kNan = Panel::kMissing;
constexpr double kMadToDeviation = 1.4826022185056018;

using Kernel = void (*)(const ConstBlock&, std::size_t, const Block&, const ZOptions&);

constexpr std::array<Kernel, 5> kAll{rolling_mean, rolling_variance, rolling_median, robust_z_score,
                                     rolling_percentile};

Panel run(Kernel kernel, const Panel& in, const ZOptions& options) {
  Panel out{in.num_days(), in.num_symbols()};
  kernel(block_of(in), 0, block_of(out), options);
  return out;
}

/// The values of a window, or nothing when they are too few.
std::optional<std::vector<double>> window_values(const Panel& in, std::size_t row,
                                                 std::size_t symbol, const ZOptions& options) {
  const std::size_t end = options.baseline == Baseline::Lagged ? row : row + 1;
  std::vector<double> values;
  for (std::size_t at = end - std::min(end, options.window); at < end; ++at) {
    if (!std::isnan(in.at(at, symbol))) {
      values.push_back(in.at(at, symbol));
    }
  }
  if (values.size() < std::max<std::size_t>(options.min_count, 1)) {
    return std::nullopt;
  }
  return values;
}

double naive_median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

double naive_mean(const std::vector<double>& values) {
  long double sum = 0.0L;
  for (const double value : values) {
    sum += value;
  }
  return static_cast<double>(sum / static_cast<long double>(values.size()));
}

double naive_variance(const std::vector<double>& values) {
  if (std::ranges::all_of(values, [&](double value) { return value == values.front(); })) {
    return 0.0;  // the mean rounds even in long double
  }
  long double mean = 0.0L;
  for (const double value : values) {
    mean += value / static_cast<long double>(values.size());
  }
  long double squares = 0.0L;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return static_cast<double>(squares / static_cast<long double>(values.size()));
}

double naive_robust_z(const std::vector<double>& values, double today) {
  const double middle = naive_median(values);
  std::vector<double> distances;
  distances.reserve(values.size());
  for (const double value : values) {
    distances.push_back(std::fabs(value - middle));
  }
  const double mad = naive_median(distances);
  return mad > 0.0 ? (today - middle) / (mad * kMadToDeviation) : kNan;
}

double naive_percentile(const std::vector<double>& values, double today) {
  double place = 0.0;
  for (const double value : values) {
    place += value < today ? 1.0 : (value == today ? 0.5 : 0.0);
  }
  return place / static_cast<double>(values.size());
}

/// What each kernel must give, by its definition.
double expected(std::size_t kernel, const std::vector<double>& values, double today) {
  switch (kernel) {
    case 0:
      return naive_mean(values);
    case 1:
      return naive_variance(values);
    case 2:
      return naive_median(values);
    case 3:
      return std::isnan(today) ? kNan : naive_robust_z(values, today);
    default:
      return std::isnan(today) ? kNan : naive_percentile(values, today);
  }
}

bool same_bits(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

/// Noise with gaps, spikes, ties, constant runs and columns that are missing altogether.
Panel random_panel(std::size_t days, std::size_t symbols, std::uint64_t seed, double gaps = 0.15) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  Panel out{days, symbols};
  for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
    const double kind = uniform(random);
    const double level = std::pow(10.0, 12.0 * uniform(random) - 6.0);
    for (std::size_t day = 0; day < days; ++day) {
      const double x = uniform(random);
      if (gaps > 0.0 && (kind < 0.1 || x < gaps)) {
        continue;  // missing
      }
      const bool flat = kind < 0.3 && day % 60 < 40;
      const bool tied = kind < 0.5 && kind >= 0.4;
      const double spike = x > 0.99 ? 1'000.0 : 1.0;
      const double noise = tied ? std::floor(5.0 * uniform(random)) : 0.1 * uniform(random);
      out.at(day, symbol) = flat ? level : level * (1.0 + noise) * spike;
    }
  }
  return out;
}

/// Compares with the definition; order statistics to the last bit.
void expect_definition(std::size_t kernel, const Panel& in, const ZOptions& options) {
  const Panel out = run(kAll.at(kernel), in, options);
  for (std::size_t day = 0; day < in.num_days(); ++day) {
    for (std::size_t symbol = 0; symbol < in.num_symbols(); ++symbol) {
      const auto values = window_values(in, day, symbol, options);
      const double wanted = values ? expected(kernel, *values, in.at(day, symbol)) : kNan;
      const double actual = out.at(day, symbol);
      const double slack = kernel >= 2 ? 0.0 : 1e-12 * std::fabs(wanted);
      ASSERT_TRUE(same_bits(actual, wanted) || std::fabs(actual - wanted) <= slack)
          << "kernel " << kernel << " day " << day << " symbol " << symbol << ": " << actual
          << " is not " << wanted;
    }
  }
}

TEST(Rolling, MatchesTheDefinitionOnSeriesWithGapsTiesAndSpikes) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Panel in = random_panel(70, 1 + 23 * (seed % 4), seed, seed % 4 == 0 ? 0.0 : 0.15);
    const ZOptions options{.window = seed % 4 == 1 ? 61U : (seed % 4 == 2 ? 3U : 20U),
                           .min_count = seed % 3 == 0 ? 5U : (seed % 3 == 1 ? 0U : 2U),
                           .baseline = seed % 2 == 0 ? Baseline::Trailing : Baseline::Lagged};
    for (std::size_t kernel = 0; kernel < kAll.size(); ++kernel) {
      expect_definition(kernel, in, options);
    }
  }
}

TEST(Rolling, TakesAWindowOfOneRow) {
  const Panel in = random_panel(12, 5, 4);
  for (std::size_t kernel = 0; kernel < kAll.size(); ++kernel) {
    expect_definition(kernel, in, {.window = 1, .min_count = 1});
  }
}

TEST(Rolling, OfABlockWithWarmUpEqualsTheWholeBitForBit) {
  const Panel in = random_panel(70, 150, 7);
  for (const Kernel kernel : kAll) {
    const Panel whole = run(kernel, in, {});
    for (const std::size_t cut : {20U, 21U, 33U, 69U}) {
      Panel block{in.num_days() - cut + 20, in.num_symbols()};
      for (std::size_t row = 0; row < block.num_days(); ++row) {
        std::ranges::copy(in.row(cut - 20 + row), block.row(row).begin());
      }
      Panel out{in.num_days() - cut, in.num_symbols()};
      kernel(block_of(std::as_const(block)), 20, block_of(out), {});
      for (std::size_t day = cut; day < in.num_days(); ++day) {
        for (std::size_t symbol = 0; symbol < in.num_symbols(); ++symbol) {
          ASSERT_TRUE(same_bits(out.at(day - cut, symbol), whole.at(day, symbol))) << cut;
        }
      }
    }
  }
}

TEST(Rolling, DoesNotDependOnHowSymbolsAreSplit) {
  const Panel in = random_panel(45, 261, 11);
  const ZOptions options{.window = 20, .min_count = 5, .baseline = Baseline::Trailing};
  for (const Kernel kernel : kAll) {
    const Panel whole = run(kernel, in, options);
    for (const std::size_t width : {1U, 3U, 64U, 129U}) {
      Panel out{in.num_days(), in.num_symbols()};
      for (std::size_t first = 0; first < in.num_symbols(); first += width) {
        const std::size_t count = std::min(width, in.num_symbols() - first);
        kernel(block_of(in).symbols(first, count), 0, block_of(out).symbols(first, count), options);
      }
      for (std::size_t cell = 0; cell < out.cells().size(); ++cell) {
        ASSERT_TRUE(same_bits(out.cells()[cell], whole.cells()[cell])) << width;
      }
    }
  }
}

TEST(Rolling, OfNothingIsMissing) {
  const Panel in{30, 70};
  for (const Kernel kernel : kAll) {
    const Panel out = run(kernel, in, {.window = 20, .min_count = 0});
    for (const double cell : out.cells()) {
      ASSERT_TRUE(std::isnan(cell));
    }
  }
}

TEST(Rolling, DoesNotDriftOverTwentyYears) {
  // A spike of 1e15 early on must leave no trace once it has left the window.
  const Panel in = random_panel(5040, 3, 21, 0.0);
  Panel spiked = in;
  for (std::size_t symbol = 0; symbol < 3; ++symbol) {
    spiked.at(100, symbol) = 1e15;
  }
  for (const Kernel kernel : kAll) {
    const Panel clean = run(kernel, in, {});
    const Panel after = run(kernel, spiked, {});
    for (std::size_t day = 121; day < in.num_days(); ++day) {
      for (std::size_t symbol = 0; symbol < 3; ++symbol) {
        ASSERT_TRUE(same_bits(clean.at(day, symbol), after.at(day, symbol))) << day;
      }
    }
  }
}

TEST(RollingVariance, IsExactlyZeroForEqualValues) {
  for (const double value : {0.1, 1.0 / 3.0, 1e15 + 0.3, -0.7, 0.0, 1e-300}) {
    Panel in{25, 2};
    std::ranges::fill(in.cells(), value);
    EXPECT_EQ(run(rolling_variance, in, {}).at(24, 1), 0.0) << value;
  }
}

TEST(RollingVariance, KeepsItsDigitsUnderAHugeOffset) {
  Panel small{21, 1};
  Panel large{21, 1};
  for (std::size_t day = 0; day < 21; ++day) {
    small.at(day, 0) = static_cast<double>(day * day % 7) / 1024.0;
    large.at(day, 0) = 1e12 + small.at(day, 0);
  }
  const double wanted = run(rolling_variance, small, {}).at(20, 0);
  EXPECT_NEAR(run(rolling_variance, large, {}).at(20, 0) / wanted, 1.0, 1e-12);
}

TEST(RollingMean, NeedsNoValueOnItsOwnDayWhenLagged) {
  Panel in{4, 1};
  in.at(0, 0) = 2.0;
  in.at(1, 0) = 4.0;
  EXPECT_EQ(run(rolling_mean, in, {.window = 3, .min_count = 2}).at(3, 0), 3.0);
}

TEST(RobustZ, IsMissingWhereTheDeviationIsZero) {
  Panel in{21, 1};
  std::ranges::fill(in.cells(), 5.0);
  in.at(3, 0) = 9.0;  // more than half of the window is equal
  in.at(20, 0) = 7.0;
  EXPECT_TRUE(std::isnan(run(robust_z_score, in, {}).at(20, 0)));
}

TEST(RobustZ, HardlyMovesWithASpikeInItsWindow) {
  Panel in{21, 2};
  for (std::size_t day = 0; day < 21; ++day) {
    in.at(day, 0) = in.at(day, 1) = static_cast<double>(day);
  }
  in.at(19, 1) = 1e9;
  const Panel out = run(robust_z_score, in, {});
  EXPECT_DOUBLE_EQ(out.at(20, 0), (20.0 - 9.5) / (5.0 * kMadToDeviation));
  EXPECT_EQ(out.at(20, 0), out.at(20, 1));
}

TEST(RollingMedian, HasNoSignOfZeroThatDependsOnHistory) {
  Panel in{3, 1};
  in.at(0, 0) = -0.0;
  in.at(1, 0) = 0.0;
  in.at(2, 0) = -0.0;
  const Panel out =
      run(rolling_median, in, {.window = 2, .min_count = 1, .baseline = Baseline::Trailing});
  for (const double cell : out.cells()) {
    EXPECT_FALSE(std::signbit(cell));
  }
}

TEST(RollingPercentile, CountsEqualValuesHalf) {
  Panel in{5, 1};
  const std::array<double, 5> values{1.0, 2.0, 2.0, 3.0, 2.0};
  std::ranges::copy(values, in.cells().begin());
  const ZOptions lagged{.window = 4, .min_count = 4};
  const ZOptions trailing{.window = 5, .min_count = 4, .baseline = Baseline::Trailing};
  EXPECT_EQ(run(rolling_percentile, in, lagged).at(4, 0), 0.5);
  EXPECT_EQ(run(rolling_percentile, in, trailing).at(4, 0), 0.5);
  in.at(4, 0) = 9.0;
  EXPECT_EQ(run(rolling_percentile, in, lagged).at(4, 0), 1.0);
  EXPECT_EQ(run(rolling_percentile, in, trailing).at(4, 0), 0.9);
}

std::vector<double> means_of(const DecayedMeans& means, std::size_t count) {
  std::vector<double> out(count);
  means.means(out);
  return out;
}

TEST(DecayedMeans, HalveTheWeightOfAValueInAHalfLife) {
  DecayedMeans means{1.0, 1};
  means.add(std::vector{4.0});
  means.add(std::vector{1.0});
  EXPECT_DOUBLE_EQ(means_of(means, 1)[0], (0.5 * 4.0 + 1.0) / 1.5);
}

TEST(DecayedMeans, LeaveASymbolWithoutAValueAlone) {
  DecayedMeans means{10.0, 3};
  means.add(std::vector{1.0, 5.0, kNan});
  means.add(std::vector{3.0, kNan, kNan});
  const std::vector<double> out = means_of(means, 3);
  EXPECT_GT(out[0], 2.0);
  EXPECT_EQ(out[1], 5.0);
  EXPECT_TRUE(std::isnan(out[2]));
}

TEST(DecayedMeans, FollowTheirDefinitionOverManyRows) {
  const Panel in = random_panel(400, 37, 3);
  DecayedMeans means{10.0, 37};
  for (std::size_t day = 0; day < in.num_days(); ++day) {
    means.add(in.row(day));
  }
  const std::vector<double> out = means_of(means, 37);
  for (std::size_t symbol = 0; symbol < 37; ++symbol) {
    long double sum = 0.0L;
    long double weight = 0.0L;
    int age = 0;  // in observations
    for (std::size_t day = in.num_days(); day-- > 0;) {
      if (!std::isnan(in.at(day, symbol))) {
        const long double share = std::pow(0.5L, static_cast<long double>(age++) / 10.0L);
        sum += share * in.at(day, symbol);
        weight += share;
      }
    }
    const auto wanted = static_cast<double>(sum / weight);
    ASSERT_TRUE(age == 0 ? std::isnan(out[symbol])
                         : std::fabs(out[symbol] - wanted) <= 1e-12 * wanted);
  }
}

TEST(DecayedMeans, GoOnFromAKeptState) {
  DecayedMeans first{5.0, 2};
  first.add(std::vector{1.0, 2.0});
  DecayedMeans second{5.0, 2};
  std::ranges::copy(first.sums(), second.sums().begin());
  std::ranges::copy(first.weights(), second.weights().begin());
  first.add(std::vector{4.0, kNan});
  second.add(std::vector{4.0, kNan});
  EXPECT_EQ(means_of(first, 2), means_of(second, 2));
}

}  // namespace
}  // namespace offex::kernels
