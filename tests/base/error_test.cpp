#include "offex/base/error.hpp"

#include <set>

#include <gtest/gtest.h>

#include "offex/base/check.hpp"
#include "offex/base/result.hpp"

namespace offex::base {
namespace {

TEST(Error, LineNamesPlaceFieldMessageAndExcerpt) {
  const Error error{ErrorCode::Integrity,
                    "not a number",
                    {.file = "CNMSshvol20240102.txt",
                     .line = 2,
                     .column = 14,
                     .byte = 80,
                     .field = "ShortVolume",
                     .excerpt = "20240102|SPY|12x4|0|9000|B"}};

  EXPECT_EQ(format_error(error),
            "CNMSshvol20240102.txt:2:14: ShortVolume: not a number: `20240102|SPY|12x4|0|9000|B`");
}

TEST(Error, UnknownPartsAreLeftOut) {
  Error error{ErrorCode::Io, "cannot read", {}};
  EXPECT_EQ(format_error(error), "cannot read");

  error.place.file = "a.txt";
  EXPECT_EQ(format_error(error), "a.txt: cannot read");

  error.place.line = 3;
  EXPECT_EQ(format_error(error), "a.txt:3: cannot read");

  error.place.file.clear();
  error.place.column = 4;
  EXPECT_EQ(format_error(error), "line 3, column 4: cannot read");
}

TEST(Error, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::Interrupted); ++code) {
    names.insert(to_string(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), 12U);
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(Excerpt, EscapesUnprintableBytesAndCutsLongRows) {
  EXPECT_EQ(printable_excerpt("a\tb\x01\xFF"), "a\\x09b\\x01\\xff");
  EXPECT_EQ(printable_excerpt(std::string(80, 'x')), std::string(80, 'x'));
  EXPECT_EQ(printable_excerpt(std::string(81, 'x')), std::string(80, 'x') + "...");
  EXPECT_EQ(printable_excerpt("abc", 2), "ab...");
  EXPECT_EQ(printable_excerpt(""), "");
}

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::InvalidArgument, "odd");
  return value / 2;
}

Result<void> must_be_even(int value) {
  OFFEX_ASSIGN([[maybe_unused]] const int halved, half(value));
  return {};
}

Result<int> quarter(int value) {
  OFFEX_TRY(must_be_even(value));
  OFFEX_ASSIGN(const int once, half(value));
  OFFEX_ASSIGN(const int twice, half(once));
  return twice;
}

TEST(Result, MacrosPassValuesAndErrorsOn) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_EQ(quarter(5).error().code, ErrorCode::InvalidArgument);
}

TEST(CheckDeathTest, BrokenAssumptionStopsTheProcessAndNamesItself) {
  const int zero = 0;
  EXPECT_DEATH(OFFEX_CHECK(zero == 1), "`zero == 1` does not hold at .*error_test.cpp");
}

}  // namespace
}  // namespace offex::base
