#include <gtest/gtest.h>

#include "offex/columns/column.hpp"

#include "render/display_internal.hpp"

namespace offex::render {
namespace {

DisplayCell shown(double value, double colour_from) {
  columns::Column column{"z", columns::Type::Double};
  column.push(value);
  return display_cell(column, 0,
                      {.decimals = 2, .signed_colour = true, .colour_from = colour_from});
}

TEST(DisplayCell, KeepsItsColourForValuesBeyondTheLimit) {
  EXPECT_EQ(shown(2.01, 2.0).tone, Tone::Positive);
  EXPECT_EQ(shown(2.01, 2.0).text, "+2.01");
  EXPECT_EQ(shown(-2.01, 2.0).tone, Tone::Negative);
  for (const double usual : {2.0, -2.0, 1.99, 0.0}) {
    EXPECT_EQ(shown(usual, 2.0).tone, Tone::None) << usual;
  }
  EXPECT_EQ(shown(1.99, 2.0).text, "1.99");
}

TEST(DisplayCell, ColoursEverySignWithoutALimit) {
  EXPECT_EQ(shown(0.01, 0.0).tone, Tone::Positive);
  EXPECT_EQ(shown(-0.01, 0.0).tone, Tone::Negative);
  EXPECT_EQ(shown(0.0, 0.0).tone, Tone::None);
}

}  // namespace
}  // namespace offex::render
