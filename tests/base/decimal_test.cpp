#include "offex/base/decimal.hpp"

#include <limits>
#include <optional>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace offex::base {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

DecimalFault fault(std::string_view text, int scale) { return parse_decimal(text, scale).error(); }

TEST(Decimal, ReadsPlainPointedAndExponentForms) {
  EXPECT_EQ(parse_decimal("1e3", 6), 1'000'000'000);
  EXPECT_EQ(parse_decimal("1.5E+3", 0), 1'500);
  EXPECT_EQ(parse_decimal("12.500000", 1), 125);
  EXPECT_EQ(parse_decimal("1500e-2", 0), 15);
  EXPECT_EQ(parse_decimal("+7", 0), 7);
  EXPECT_EQ(parse_decimal("-7.25", 2), -725);
  EXPECT_EQ(parse_decimal(".5", 1), 5);
  EXPECT_EQ(parse_decimal("5.", 0), 5);
  EXPECT_EQ(parse_decimal("000000000000000000000000012", 0), 12);
}

TEST(Decimal, ZeroIsZeroInEveryForm) {
  for (const std::string_view text : {"0", "-0", "+0.000", "0e999999", "0e-999999", "0000", ".0"}) {
    EXPECT_EQ(parse_decimal(text, 6), 0) << text;
  }
}

TEST(Decimal, EndsOfTheRangeFitAndTheirNeighboursDoNot) {
  EXPECT_EQ(parse_decimal("9223372036854775807", 0), kMax);
  EXPECT_EQ(parse_decimal("-9223372036854775808", 0), kMin);
  EXPECT_EQ(parse_decimal("-9223372036854.775808", 6), kMin);
  EXPECT_EQ(fault("9223372036854775808", 0), DecimalFault::Overflow);
  EXPECT_EQ(fault("-9223372036854775809", 0), DecimalFault::Overflow);
  EXPECT_EQ(fault("9999999999999999999", 0), DecimalFault::Overflow);
  EXPECT_EQ(fault("99999999999999999999", 0), DecimalFault::Overflow);
  EXPECT_EQ(fault("1e19", 0), DecimalFault::Overflow);
  EXPECT_EQ(fault("1e999999999999999999999", 0), DecimalFault::Overflow);
}

TEST(Decimal, DigitsBeyondTheScaleMustBeZeros) {
  EXPECT_EQ(fault("1e-7", 6), DecimalFault::TooPrecise);
  EXPECT_EQ(fault("0.1234567", 6), DecimalFault::TooPrecise);
  EXPECT_EQ(parse_decimal("0.1234560000000", 6), 123'456);
  EXPECT_EQ(fault("1e-999999999999999999999", 6), DecimalFault::TooPrecise);
}

TEST(Decimal, ExponentOfFiveDigitsAndMoreIsReadInFull) {
  const std::string zeros(200'000, '0');

  EXPECT_EQ(parse_decimal("1" + zeros + "e-200000", 0), 1);
  EXPECT_EQ(parse_decimal("1" + zeros + "e-199999", 0), 10);
  EXPECT_EQ(fault("1" + zeros.substr(0, 20'000) + "e-200000", 0), DecimalFault::TooPrecise);
  EXPECT_EQ(parse_decimal("0." + zeros + "1e200001", 0), 1);
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  EXPECT_EQ(fault("", 6), DecimalFault::Empty);
  for (const std::string_view text :
       {" ",   "1 ",   " 1",    "1,000", "inf",  "nan",   "NaN",     "-",
        "+",   ".",    "-.",    "e3",    "1e",   "1e+",   "1.2.3",   "--1",
        "+-1", "0x10", "1e1.5", "1_000", "12x4", "1e3e3", "\xD9\xA1"}) {
    EXPECT_EQ(fault(text, 6), DecimalFault::NotANumber) << text;
  }
}

TEST(Decimal, EveryFaultHasItsOwnWords) {
  EXPECT_EQ(describe(DecimalFault::Empty), "empty");
  EXPECT_EQ(describe(DecimalFault::NotANumber), "not a number");
  EXPECT_EQ(describe(DecimalFault::TooPrecise), "more decimals than can be kept");
  EXPECT_EQ(describe(DecimalFault::Overflow), "too large");
}

TEST(Decimal, PrintsTheShortestText) {
  EXPECT_EQ(format_decimal(12'500'000, 6), "12.5");
  EXPECT_EQ(format_decimal(-3'000'000, 6), "-3");
  EXPECT_EQ(format_decimal(-1, 6), "-0.000001");
  EXPECT_EQ(format_decimal(0, 9), "0");
  EXPECT_EQ(format_decimal(100, 0), "100");
  EXPECT_EQ(format_decimal(kMin, 6), "-9223372036854.775808");
  EXPECT_EQ(format_decimal(kMin, 0), "-9223372036854775808");
  EXPECT_EQ(format_decimal(kMax, 18), "9.223372036854775807");
}

TEST(Decimal, RandomValuesSurviveTheirText) {
  std::mt19937_64 random{1};
  for (int round = 0; round < 50'000; ++round) {
    const auto value = static_cast<std::int64_t>(random()) >> (random() % 63);
    const int scale = static_cast<int>(random() % 19);
    ASSERT_EQ(parse_decimal(format_decimal(value, scale), scale), value) << scale;
  }
}

// digits * 10^(exponent + scale) by long arithmetic; nothing when it is no 64-bit integer.
std::optional<std::int64_t> long_arithmetic(Wide digits, int exponent, int scale) {
  for (int shift = exponent + scale; shift < 0; ++shift) {
    if (digits % 10 != 0) return std::nullopt;
    digits /= 10;
  }
  for (int shift = exponent + scale; shift > 0; --shift) {
    digits *= 10;
    if (digits > kMax || digits < kMin) return std::nullopt;
  }
  if (digits > kMax || digits < kMin) return std::nullopt;
  return static_cast<std::int64_t>(digits);
}

TEST(Decimal, EqualsLongArithmeticOnRandomTexts) {
  std::mt19937_64 random{2};
  int accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    const std::size_t size = 1 + random() % 21;
    const std::size_t point = random() % (size + 1);
    const bool negative = random() % 2 == 0;
    const int written = static_cast<int>(random() % 41) - 20;
    const int scale = static_cast<int>(random() % 10);
    Wide digits = 0;
    std::string text = negative ? "-" : "";
    for (std::size_t at = 0; at < size; ++at) {
      if (at == point) text += '.';
      // Many zeros, so that shifting to the right often succeeds.
      const int digit = random() % 2 == 0 ? 0 : static_cast<int>(random() % 10);
      digits = digits * 10 + (negative ? -digit : digit);
      text += static_cast<char>('0' + digit);
    }
    const int places = static_cast<int>(size - point);
    text += "e" + std::to_string(written);

    const auto expected = long_arithmetic(digits, written - places, scale);
    const auto parsed = parse_decimal(text, scale);

    ASSERT_EQ(parsed.has_value(), expected.has_value()) << text << " at scale " << scale;
    if (!expected) continue;
    ASSERT_EQ(*parsed, *expected) << text << " at scale " << scale;
    ++accepted;
  }
  EXPECT_GT(accepted, 10'000);
}

}  // namespace
}  // namespace offex::base
