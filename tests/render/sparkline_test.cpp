#include "offex/render/sparkline.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace offex::render {
namespace {

TEST(Sparkline, GoesFromTheLeastToTheGreatest) {
  EXPECT_EQ(sparkline(std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7}), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline(std::vector<double>{7, 0}), "█▁");
}

TEST(Sparkline, MissingValuesAreGaps) {
  EXPECT_EQ(sparkline(std::vector<double>{0, NAN, 1, INFINITY}), "▁ █ ");
  EXPECT_EQ(sparkline(std::vector<double>{NAN, NAN}), "  ");
  EXPECT_EQ(sparkline({}), "");
}

TEST(Sparkline, AConstantSeriesStaysInTheMiddle) {
  EXPECT_EQ(sparkline(std::vector<double>{3, 3, NAN, 3}), "▄▄ ▄");
}

TEST(Sparkline, AFixedRangeHoldsValuesBeyondIt) {
  EXPECT_EQ(sparkline(std::vector<double>{-9, 0, 9}, SparkRange{.low = -3, .high = 3}), "▁▅█");
}

TEST(Sparkline, TheLargestDoublesHaveARangeToo) {
  constexpr double kMost = std::numeric_limits<double>::max();
  EXPECT_EQ(sparkline(std::vector<double>{-kMost, 0, kMost}), "▁▅█");
}

TEST(Sparkline, HasAnAsciiFormThatLeavesOtherTextsAlone) {
  EXPECT_EQ(ascii_sparklines("a▁▂▃▄▅▆▇█ é·▏"), "a_.,-=+*# é·▏");
  EXPECT_EQ(ascii_sparklines("\xE2\x96"), "\xE2\x96");
}

}  // namespace
}  // namespace offex::render
