#include "offex/kernels/z_score.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>

#include <gtest/gtest.h>

#include "offex/columns/panel.hpp"

namespace offex::kernels {
namespace {

using columns::Panel;

constexpr double kNan = Panel::kMissing;

/// The definition, read literally and in higher precision.
double naive_z(const Panel& in, std::size_t row, std::size_t symbol, const ZOptions& options) {
  const std::size_t end = options.baseline == Baseline::Lagged ? row : row + 1;
  const std::size_t begin = end > options.window ? end - options.window : 0;
  long double sum = 0.0L;
  long double count = 0.0L;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (std::size_t at = begin; at < end; ++at) {
    const double value = in.at(at, symbol);
    if (!std::isnan(value)) {
      sum += value;
      count += 1.0L;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  const double today = in.at(row, symbol);
  if (std::isnan(today) || count < static_cast<long double>(options.min_count) || !(low < high)) {
    return kNan;
  }
  long double squares = 0.0L;
  for (std::size_t at = begin; at < end; ++at) {
    const double value = in.at(at, symbol);
    if (!std::isnan(value)) {
      squares += (value - sum / count) * (value - sum / count);
    }
  }
  return static_cast<double>((today - sum / count) / std::sqrt(squares / count));
}

Panel z_of(const Panel& in, const ZOptions& options) {
  Panel out{in.num_days(), in.num_symbols()};
  z_score(block_of(in), 0, block_of(out), options);
  return out;
}

bool same_bits(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

void expect_equal(const Panel& a, const Panel& b) {
  ASSERT_EQ(a.cells().size(), b.cells().size());
  for (std::size_t cell = 0; cell < a.cells().size(); ++cell) {
    ASSERT_TRUE(same_bits(a.cells()[cell], b.cells()[cell])) << "cell " << cell;
  }
}

/// Noise with gaps, spikes, constant runs and columns that are missing altogether.
Panel random_panel(std::size_t days, std::size_t symbols, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> uniform{0.0, 1.0};
  Panel out{days, symbols};
  for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
    const double kind = uniform(random);
    const double level = std::pow(10.0, 12.0 * uniform(random) - 6.0);
    for (std::size_t day = 0; day < days; ++day) {
      const double x = uniform(random);
      if (kind < 0.1 || x < 0.15) {
        continue;  // missing
      }
      const bool flat = kind < 0.3 && day % 60 < 40;
      const double spike = x > 0.99 ? 1'000.0 : 1.0;
      out.at(day, symbol) = flat ? level : level * (1.0 + 0.1 * uniform(random)) * spike;
    }
  }
  return out;
}

TEST(ZScore, MatchesTheDefinitionOnRandomSeriesWithGapsAndSpikes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Panel in = random_panel(90, 1 + 37 * (seed % 9), seed);
    const ZOptions options{.window = seed % 4 == 0 ? 60U : 20U,
                           .min_count = seed % 3 == 0 ? 5U : 15U,
                           .baseline = seed % 2 == 0 ? Baseline::Trailing : Baseline::Lagged};
    const Panel out = z_of(in, options);
    for (std::size_t day = 0; day < in.num_days(); ++day) {
      for (std::size_t symbol = 0; symbol < in.num_symbols(); ++symbol) {
        const double expected = naive_z(in, day, symbol, options);
        const double actual = out.at(day, symbol);
        ASSERT_EQ(std::isnan(expected), std::isnan(actual)) << "seed " << seed << " day " << day;
        if (!std::isnan(expected)) {
          ASSERT_NEAR(actual, expected, 1e-9 * std::max(1.0, std::fabs(expected)));
        }
      }
    }
  }
}

TEST(ZScore, OfAnAppendedDayEqualsAFullRecomputeBitForBit) {
  const Panel in = random_panel(80, 300, 7);
  const ZOptions options{};
  const Panel whole = z_of(in, options);
  for (std::size_t day = 20; day < in.num_days(); ++day) {
    Panel block{21, in.num_symbols()};
    for (std::size_t row = 0; row < 21; ++row) {
      std::ranges::copy(in.row(day - 20 + row), block.row(row).begin());
    }
    Panel out{1, in.num_symbols()};
    z_score(block_of(std::as_const(block)), 20, block_of(out), options);
    for (std::size_t symbol = 0; symbol < in.num_symbols(); ++symbol) {
      ASSERT_TRUE(same_bits(out.at(0, symbol), whole.at(day, symbol)));
    }
  }
}

TEST(ZScore, DoesNotDependOnHowSymbolsAreSplit) {
  const Panel in = random_panel(60, 517, 11);
  const ZOptions options{.window = 20, .min_count = 5, .baseline = Baseline::Trailing};
  const Panel whole = z_of(in, options);
  for (const std::size_t width : {1U, 3U, 64U, 129U, 500U}) {
    Panel out{in.num_days(), in.num_symbols()};
    for (std::size_t first = 0; first < in.num_symbols(); first += width) {
      const std::size_t count = std::min(width, in.num_symbols() - first);
      z_score(block_of(in).symbols(first, count), 0, block_of(out).symbols(first, count), options);
    }
    expect_equal(out, whole);
  }
}

TEST(ZScore, LeavesTheJudgedDayOutOfALaggedBaseline) {
  Panel in{5, 1};
  const double values[] = {0.40, 0.42, 0.44, 0.46, 0.60};
  std::ranges::copy(values, in.cells().begin());
  const Panel lagged = z_of(in, {.window = 20, .min_count = 4});
  const Panel trailing = z_of(in, {.window = 20, .min_count = 4, .baseline = Baseline::Trailing});
  EXPECT_NEAR(lagged.at(4, 0), 7.602631, 1e-6);
  EXPECT_NEAR(trailing.at(4, 0), 1.918731, 1e-6);
}

TEST(ZScore, IsMissingForAConstantWindowHoweverItsMeanRounds) {
  // The mean of twenty 0.1 is not 0.1, so a test of the deviation alone would let noise through.
  for (const double value : {0.1, 1.0 / 3.0, 1e15 + 0.3, -0.7, 0.0}) {
    Panel in{25, 1};
    std::ranges::fill(in.cells(), value);
    in.at(24, 0) = value + 1.0;
    EXPECT_TRUE(std::isnan(z_of(in, {}).at(24, 0))) << value;
  }
}

TEST(ZScore, SeesTheSmallestDifferenceInAWindow) {
  Panel in{21, 1};
  std::ranges::fill(in.cells(), 1.0);
  in.at(3, 0) = std::nextafter(1.0, 2.0);
  in.at(20, 0) = 2.0;
  EXPECT_FALSE(std::isnan(z_of(in, {}).at(20, 0)));
}

TEST(ZScore, KeepsItsDigitsUnderAHugeOffset) {
  Panel small{21, 1};
  Panel large{21, 1};
  for (std::size_t day = 0; day < 21; ++day) {
    small.at(day, 0) = static_cast<double>(day % 5);
    large.at(day, 0) = 1e12 + static_cast<double>(day % 5);
  }
  EXPECT_NEAR(z_of(large, {}).at(20, 0), z_of(small, {}).at(20, 0), 1e-9);
}

TEST(ZScore, CountsValuesAndNotRowsTowardTheMinimum) {
  Panel in{20, 1};
  for (std::size_t day = 0; day < 20; day += 2) {
    in.at(day, 0) = static_cast<double>(day);
  }
  in.at(19, 0) = 5.0;
  EXPECT_TRUE(std::isnan(z_of(in, {.window = 20, .min_count = 11}).at(19, 0)));
  EXPECT_FALSE(std::isnan(z_of(in, {.window = 20, .min_count = 10}).at(19, 0)));
}

TEST(ZScore, UsesWhatThereIsWhenTheWindowIsLongerThanTheHistory) {
  const Panel in = random_panel(6, 40, 3);
  const ZOptions options{.window = 60, .min_count = 2};
  const Panel out = z_of(in, options);
  for (std::size_t symbol = 0; symbol < in.num_symbols(); ++symbol) {
    const double expected = naive_z(in, 5, symbol, options);
    EXPECT_EQ(std::isnan(expected), std::isnan(out.at(5, symbol)));
  }
}

TEST(ZScore, IsMissingEverywhereWithoutValues) {
  const Panel in{30, 33};
  const Panel out = z_of(in, {.window = 20, .min_count = 0});
  for (const double cell : out.cells()) {
    EXPECT_TRUE(std::isnan(cell));
  }
}

}  // namespace
}  // namespace offex::kernels
