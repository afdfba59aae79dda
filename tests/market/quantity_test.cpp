#include "offex/market/quantity.hpp"

#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace offex::market {
namespace {

TEST(Quantity, KeepsSixDecimalsExactly) {
  EXPECT_EQ(Quantity::parse("17705180.795191").value().millionths(), 17'705'180'795'191);
  EXPECT_EQ(Quantity::parse("133288").value().millionths(), 133'288'000'000);
  EXPECT_EQ(Quantity::parse("0").value(), Quantity{});
  EXPECT_EQ(Quantity::parse("9699860.835956").value().text(), "9699860.835956");
  EXPECT_EQ(Quantity::parse("67707.208540").value().text(), "67707.20854");
}

TEST(Quantity, SumOfTheLargestMarketDayIsExact) {
  const Quantity day = Quantity::parse("13000000000.000001").value();

  EXPECT_EQ(day.millionths(), 13'000'000'000'000'001);
  EXPECT_DOUBLE_EQ(day.to_double(), 1.3e10);
}

TEST(Quantity, RandomAmountsSurviveTheirText) {
  std::mt19937_64 random{9};
  for (int round = 0; round < 20'000; ++round) {
    const auto units = static_cast<std::int64_t>(random() >> (1 + random() % 60));
    ASSERT_EQ(Quantity::parse(Quantity::from_millionths(units).text()).value().millionths(), units);
    ASSERT_EQ(Price::parse(Price::from_nanos(units).text()).value().nanos(), units);
  }
}

TEST(Quantity, RefusalSaysWhyAndShowsTheText) {
  const auto refused = Quantity::parse("12x4");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "not a number");
  EXPECT_EQ(refused.error().place.excerpt, "12x4");
  EXPECT_EQ(Quantity::parse("-1").error().message, "negative");
  EXPECT_EQ(Quantity::parse("").error().message, "empty");
  EXPECT_EQ(Quantity::parse("0.0000001").error().message, "more decimals than can be kept");
  EXPECT_EQ(Quantity::parse("9223372036855").error().message, "too large");
}

TEST(Price, KeepsNineDecimalsAndRefusesTen) {
  EXPECT_EQ(Price::parse("106.760400001").value().nanos(), 106'760'400'001);
  EXPECT_EQ(Price::parse("0.000000001").value().text(), "0.000000001");
  EXPECT_EQ(Price::parse("1.23e2").value().nanos(), 123'000'000'000);
  EXPECT_FALSE(Price::parse("0.0000000001"));
  EXPECT_FALSE(Price::parse("-0.01"));
}

TEST(Price, LargestPriceFitsAndTheNextDoesNot) {
  EXPECT_EQ(Price::parse("9223372036.854775807").value().nanos(),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(Price::parse("9223372036.854775808"));
}

}  // namespace
}  // namespace offex::market
