#include "offex/kernels/elementwise.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::kernels {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsNan;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Values = std::vector<double>;

TEST(Elementwise, ShareStaysBetweenZeroAndOneOrIsMissing) {
  const Values part{1, 0, 5, 1, -1, kNan, 2, 3};
  const Values whole{4, 4, 4, 0, 4, 4, kNan, 3};
  Values out(8);
  share(part, whole, out);
  EXPECT_THAT(out, ElementsAre(0.25, 0.0, IsNan(), IsNan(), IsNan(), IsNan(), IsNan(), 1.0));
}

TEST(Elementwise, LogIsOfPositiveValuesOnly) {
  Values out{1.0, std::exp(2.0), 0.0, -1.0, kNan};
  log_positive(out, out);
  EXPECT_THAT(out, ElementsAre(0.0, DoubleEq(2.0), IsNan(), IsNan(), IsNan()));
}

TEST(Elementwise, ChangeNeedsBothDaysAndAPositiveBase) {
  const Values now{11, kNan, 10, 10};
  const Values before{10, 10, 0, kNan};
  Values out(4);
  relative_change(now, before, out);
  EXPECT_THAT(out, ElementsAre(DoubleEq(11.0 / 10.0 - 1.0), IsNan(), IsNan(), IsNan()));
}

TEST(Elementwise, LitRatiosObeyTheMinimumVolume) {
  const Values buy{6'000, 5'999, kNan, 0};
  const Values sell{4'000, 4'000, 20'000, 0};
  Values imbalances(4);
  Values ratios(4);
  imbalance(buy, sell, 10'000.0, imbalances);
  buy_share(buy, sell, 10'000.0, ratios);
  EXPECT_THAT(imbalances, ElementsAre(0.2, IsNan(), IsNan(), IsNan()));
  EXPECT_THAT(ratios, ElementsAre(0.6, IsNan(), IsNan(), IsNan()));
}

TEST(Elementwise, LitRatiosWithoutVolumeAreMissingEvenWithoutAMinimum) {
  const Values none{0.0};
  Values out(1);
  imbalance(none, none, 0.0, out);
  EXPECT_THAT(out, ElementsAre(IsNan()));
}

TEST(Elementwise, RangeNeedsAPositiveCloseAndOrderedPrices) {
  const Values high{12, 12, 8, kNan};
  const Values low{10, 10, 9, 1};
  const Values close{8, 0, 8, 8};
  Values out(4);
  range_share(high, low, close, out);
  EXPECT_THAT(out, ElementsAre(0.25, IsNan(), IsNan(), IsNan()));
}

TEST(Elementwise, NetVolumeIsTwiceThePartLessTheWhole) {
  const Values part{10, 30, kNan};
  const Values whole{40, 40, 40};
  Values out(3);
  net_of_twice(part, whole, out);
  EXPECT_THAT(out, ElementsAre(-20.0, 20.0, IsNan()));
}

TEST(Elementwise, AFlagIsOneWhereTheBitIsSet) {
  const Values bits{0, 1, 2, 3, 7, kNan};
  Values out(6);
  bit_flag(bits, 2, out);
  EXPECT_THAT(out, ElementsAre(0, 0, 1, 1, 1, 0));
}

TEST(Elementwise, SettersLeaveOtherCellsAlone) {
  const Values values{1, kNan, 0, -1};
  Values missing(4, 9);
  Values unless_positive(4, 9);
  Values unless_bit(4, 9);
  set_where_missing(values, 5, missing);
  set_unless_positive(values, 5, unless_positive);
  set_unless_bit(Values{1, kNan, 2, 3}, 1, 5, unless_bit);
  EXPECT_THAT(missing, ElementsAre(9, 5, 9, 9));
  EXPECT_THAT(unless_positive, ElementsAre(9, 5, 5, 5));
  EXPECT_THAT(unless_bit, ElementsAre(9, 5, 5, 9));
}

TEST(Elementwise, AMissingValueIsNotGreater) {
  Values out(4, 9);
  set_where_greater(Values{2, 1, kNan, 1}, Values{1, 1, 1, kNan}, kNan, out);
  EXPECT_THAT(out, ElementsAre(IsNan(), 9, 9, 9));
}

}  // namespace
}  // namespace offex::kernels
