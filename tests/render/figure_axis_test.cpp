// Ranges, ticks and their labels.
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/figure_axis_internal.hpp"
#include "render/figure_support.hpp"

namespace offex::render {
namespace {

using test::kNan;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Mark> line_of(std::vector<double> y) {
  std::vector<double> x(y.size(), 0.0);
  return {Line{std::move(x), std::move(y)}};
}

ShownAxis shown(const Axis& axis, std::vector<double> values, double inches = 2.0) {
  return shown_axis(axis, line_of(std::move(values)), false, inches);
}

std::vector<std::string> texts_of(const ShownAxis& axis) {
  std::vector<std::string> out;
  for (const Tick& tick : axis.ticks) out.push_back(tick.text);
  return out;
}

TEST(FigureAxis, LeavesAMarginBeyondTheData) {
  const ShownAxis axis = shown({}, {10.0, 20.0});
  EXPECT_NEAR(axis.range.low, 9.4, 1e-12);
  EXPECT_NEAR(axis.range.high, 20.6, 1e-12);
}

TEST(FigureAxis, HasNoMarginBelowBarsThatStandOnZero) {
  EXPECT_EQ(shown({.zero = true}, {10.0, 20.0}).range.low, 0.0);
  EXPECT_EQ(shown({.zero = true}, {-10.0, -20.0}).range.high, 0.0);
  const ShownAxis both = shown({.zero = true}, {-10.0, 20.0});
  EXPECT_LT(both.range.low, -10.0);
  EXPECT_GT(both.range.high, 20.0);
}

TEST(FigureAxis, KeepsTheEndsThatItIsGiven) {
  const ShownAxis axis = shown({.low = -1.0, .high = 2.0}, {10.0, 20.0});
  EXPECT_EQ(axis.range.low, -1.0);
  EXPECT_EQ(axis.range.high, 2.0);
}

TEST(FigureAxis, ShowsConstantDataInTheMiddle) {
  for (const double value : {0.0, 5.0, -5.0, 1e-12, 1e20, -1e20, 1e300}) {
    const Range range = shown({}, {value, value}).range;
    EXPECT_LT(range.low, value);
    EXPECT_GT(range.high, value);
    EXPECT_NEAR((range.low + range.high) / 2, value, std::fabs(value) * 1e-9);
  }
}

TEST(FigureAxis, HasARangeWithoutData) {
  for (const bool log : {false, true}) {
    for (const std::vector<double>& values :
         {std::vector<double>{}, std::vector<double>{kNan, INFINITY}}) {
      const ShownAxis axis = shown({.log = log}, values);
      EXPECT_LT(axis.range.low, axis.range.high);
      if (log) {
        EXPECT_GT(axis.range.low, 0.0);
      }
    }
  }
}

TEST(FigureAxis, TakesNoValueOfALogarithmThatHasNone) {
  const ShownAxis axis = shown({.log = true}, {0.0, -3.0, 10.0, 1000.0});
  EXPECT_GT(axis.range.low, 5.0);
  EXPECT_GT(shown({.low = 0.0, .log = true}, {10.0, 1000.0}).range.low, 0.0);
  EXPECT_GT(shown({.high = -1.0, .log = true}, {10.0, 1000.0}).range.high, 10.0);
}

TEST(FigureAxis, EndsThatAreTurnedAroundStillMakeARange) {
  for (const double low : {5.0, 1e20, -1e20}) {
    const ShownAxis axis = shown({.low = low, .high = low - std::fabs(low)}, {1.0});
    EXPECT_LT(axis.range.low, axis.range.high) << low;
  }
}

TEST(FigureAxis, StepsByRoundNumbersOnly) {
  std::mt19937_64 random{7};
  std::uniform_real_distribution<double> power{-9.0, 12.0};
  std::uniform_real_distribution<double> inches{0.5, 6.0};
  for (int i = 0; i < 2'000; ++i) {
    const double base = std::pow(10.0, power(random));
    const double span = std::pow(10.0, power(random));
    const double room = inches(random);
    const ShownAxis axis = shown({}, {base, base + span}, room);
    ASSERT_LE(static_cast<double>(axis.ticks.size()), std::max(room / 0.34, 2.0) + 1.0);
    for (std::size_t at = 0; at < axis.ticks.size(); ++at) {
      ASSERT_GE(axis.ticks[at].at, axis.range.low - 1e-6 * span);
      ASSERT_LE(axis.ticks[at].at, axis.range.high + 1e-6 * span);
      if (at == 0 || span < base * 1e-3) continue;
      const double step = axis.ticks[at].at - axis.ticks[at - 1].at;
      const double digits = step / std::pow(10.0, std::floor(std::log10(step) + 1e-7));
      const bool round = std::fabs(digits - 1.0) < 1e-4 || std::fabs(digits - 2.0) < 1e-4 ||
                         std::fabs(digits - 2.5) < 1e-4 || std::fabs(digits - 5.0) < 1e-4;
      ASSERT_TRUE(round) << step;
    }
  }
}

TEST(FigureAxis, HugeValuesCloseToEachOtherComeToAnEnd) {
  for (const double base : {1e17, -1e17, 1e300, 1e15}) {
    const ShownAxis axis = shown({}, {base, std::nextafter(base, INFINITY)});
    EXPECT_LT(axis.range.low, axis.range.high);
    EXPECT_LE(axis.ticks.size(), 8U);
  }
  EXPECT_LE(shown({}, {-1.7e308, 1.7e308}).ticks.size(), 8U);
}

TEST(FigureAxis, TellsTicksOfTinyValuesApart) {
  const std::vector<std::string> texts = texts_of(shown({}, {1e-9, 3e-9}));
  ASSERT_GE(texts.size(), 2U);
  EXPECT_NE(texts[0], texts[1]);
}

TEST(FigureAxis, WritesEachUnitAsPeopleDo) {
  EXPECT_THAT(texts_of(shown({.low = 0.0, .high = 1.0, .unit = Unit::Percent}, {}, 1.0)),
              ElementsAre("0%", "50%", "100%"));
  EXPECT_THAT(texts_of(shown({.low = -0.05, .high = 0.05, .unit = Unit::Points}, {}, 1.0)),
              ElementsAre("-5", "0", "+5"));
  EXPECT_THAT(texts_of(shown({.low = -2.0, .high = 2.0, .unit = Unit::Signed}, {}, 1.0)),
              ElementsAre("-2", "0", "+2"));
  EXPECT_THAT(texts_of(shown({.low = 10.0, .high = 11.0, .unit = Unit::Price}, {}, 1.0)),
              ElementsAre("10.00", "10.50", "11.00"));
  EXPECT_THAT(texts_of(shown({.low = 0.0, .high = 2e6, .unit = Unit::Short}, {}, 1.0)),
              ElementsAre("0", "1M", "2M"));
  EXPECT_THAT(texts_of(shown({.low = -0.5, .high = 0.5}, {}, 1.0)),
              ElementsAre("-0.5", "0.0", "0.5"));
}

TEST(FigureAxis, ShortNumbersHaveALetterAThousand) {
  EXPECT_EQ(tick_text(1'500.0, 500.0, Unit::Short), "1.5k");
  EXPECT_EQ(tick_text(-2.5e9, 5e8, Unit::Short), "-2.5B");
  EXPECT_EQ(tick_text(3e12, 1e12, Unit::Short), "3T");
  EXPECT_EQ(tick_text(999.0, 1.0, Unit::Short), "999");
}

TEST(FigureAxis, ZeroNeverHasASign) {
  for (const Unit unit : {Unit::Number, Unit::Percent, Unit::Points, Unit::Signed, Unit::Short}) {
    for (const double zero : {0.0, -0.0, -1e-15}) {
      EXPECT_EQ(tick_text(zero, 0.5, unit).find_first_of("+-"), std::string::npos);
    }
  }
}

TEST(FigureAxis, ALogarithmHasTicksAtOneTwoAndFive) {
  EXPECT_THAT(texts_of(shown({.low = 1.0, .high = 100.0, .log = true}, {}, 3.0)),
              ElementsAre("1", "2", "5", "10", "20", "50", "100"));
  EXPECT_THAT(texts_of(shown({.low = 1.0, .high = 1e6, .unit = Unit::Short, .log = true}, {}, 1.5)),
              ElementsAre("1", "100", "10k", "1M"));
}

TEST(FigureAxis, ALogarithmOfANarrowRangeStillHasTicks) {
  const ShownAxis axis = shown({.low = 3.0, .high = 4.0, .log = true}, {}, 2.0);
  EXPECT_GE(axis.ticks.size(), 2U);
}

TEST(FigureAxis, ShowsOnlyThoseOfGivenTicksThatLieInside) {
  const ShownAxis axis =
      shown({.low = 0.0, .high = 1.0, .ticks = {{-1.0, "a"}, {0.5, "b"}, {2.0, "c"}}}, {});
  EXPECT_THAT(texts_of(axis), ElementsAre("b"));
}

TEST(FigureAxis, TextsAndRulesTakeNoRoom) {
  const std::vector<Mark> marks{Texts{{{.x = 5, .y = 900, .text = "far"}}}, Rule{.at = 700.0},
                                Line{{0, 1}, {1, 2}}};
  EXPECT_LT(shown_axis({}, marks, false, 2.0).range.high, 3.0);
}

TEST(FigureAxis, EveryMarkTakesTheRoomThatItNeeds) {
  const std::vector<std::pair<Mark, std::array<double, 4>>> cases{
      {Line{{1, 2}, {3, 4}}, {1, 2, 3, 4}},
      {Band{{1, 2}, {3, 3}, {4, 5}}, {1, 2, 3, 5}},
      {Boxes{{{1, 2, 3, 4}}}, {1, 2, 3, 4}},
      {Segments{{{1, 3, 2, 4}}}, {1, 2, 3, 4}},
      {HeatMap{.rows = 2, .columns = 3, .x_first = 10.0}, {9.5, 12.5, -0.5, 1.5}},
      {PriceBars{{1, 2}, {5, 5}, {6, 7}, {3, 4}, {5, 5}}, {1, 2, 3, 7}},
      {Points{.x = {1, 2}, .y = {3, 4}}, {1, 2, 3, 4}}};
  for (const auto& [mark, ends] : cases) {
    const Range x = shown_axis({}, {mark}, true, 5.0).range;
    const Range y = shown_axis({}, {mark}, false, 5.0).range;
    EXPECT_NEAR(x.low, ends[0] - 0.06 * (ends[1] - ends[0]), 1e-9) << mark.index();
    EXPECT_NEAR(x.high, ends[1] + 0.06 * (ends[1] - ends[0]), 1e-9) << mark.index();
    EXPECT_NEAR(y.low, ends[2] - 0.06 * (ends[3] - ends[2]), 1e-9) << mark.index();
    EXPECT_NEAR(y.high, ends[3] + 0.06 * (ends[3] - ends[2]), 1e-9) << mark.index();
  }
}

}  // namespace
}  // namespace offex::render
