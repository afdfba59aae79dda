#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>

#include "offex/market/symbol.hpp"

#include "store/postgres_copy_internal.hpp"

namespace offex::store::pg {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::HasSubstr;

constexpr std::string_view kHead{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
constexpr std::string_view kTail{"\377\377", 2};

std::string bytes(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (const char c : hex) {
    if (c != ' ') digits += c;
  }
  std::string out;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    out += static_cast<char>(kDigits.find(digits[at]) * 16 + kDigits.find(digits[at + 1]));
  }
  return out;
}

/// All that the encoder sends of a batch, without header and trailer.
std::string body(const Batch& rows) {
  CopyEncoder encoder{rows, 0, rows.num_rows()};
  std::string all;
  std::string chunk;
  while (encoder.next(chunk).value()) all += chunk;
  EXPECT_TRUE(all.starts_with(kHead));
  EXPECT_TRUE(all.ends_with(kTail));
  return all.substr(kHead.size(), all.size() - kHead.size() - kTail.size());
}

template <class T>
std::string one(Type type, T value) {
  Column column{"c", type};
  column.push(std::move(value));
  return body(Batch{{std::move(column)}});
}

std::string refusal(Type type, auto value) {
  Column column{"c", type};
  column.push(value);
  column.push(std::move(value));
  const Batch rows{{std::move(column)}};
  CopyEncoder encoder{rows, 1, 1};
  std::string chunk;
  const auto more = encoder.next(chunk);
  EXPECT_FALSE(more.has_value());
  EXPECT_EQ(more.error().code, base::ErrorCode::Integrity);
  return more.error().message;
}

std::string numeric(std::int64_t value, int scale) {
  std::string out;
  append_numeric(out, value, scale);
  return out;
}

std::string numeric(std::string_view text) {
  std::string out;
  EXPECT_TRUE(append_numeric(out, text)) << text;
  return out;
}

TEST(CopyEncoder, WritesHeaderAndTrailerAroundNoRows) {
  EXPECT_EQ(body(Batch{{Column{"c", Type::Int32}}}), "");
}

TEST(CopyEncoder, WritesWholeNumbersAndFlagsInNetworkOrder) {
  EXPECT_EQ(one(Type::Bool, std::int8_t{1}), bytes("0001 00000001 01"));
  EXPECT_EQ(one(Type::Int32, std::int32_t{-2}), bytes("0001 00000004 fffffffe"));
  EXPECT_EQ(one(Type::Int64, std::numeric_limits<std::int64_t>::min()),
            bytes("0001 00000008 8000000000000000"));
}

TEST(CopyEncoder, WritesDoublesBitForBit) {
  EXPECT_EQ(one(Type::Double, -0.0), bytes("0001 00000008 8000000000000000"));
  EXPECT_EQ(one(Type::Double, std::numeric_limits<double>::denorm_min()),
            bytes("0001 00000008 0000000000000001"));
  EXPECT_EQ(one(Type::Double, std::bit_cast<double>(std::uint64_t{0x7ff8000000000123})),
            bytes("0001 00000008 7ff8000000000123"));
}

TEST(CopyEncoder, WritesTextsSymbolsAndWords) {
  static constexpr std::array<std::string_view, 2> kWords{"OK", "PARTIAL"};
  EXPECT_EQ(one(Type::Text, std::string{"a\xc3\xa9"}), bytes("0001 00000003 61c3a9"));
  EXPECT_EQ(one(Type::Text, std::string{}), bytes("0001 00000000"));
  EXPECT_EQ(one(Type::Symbol, market::Symbol::from_trusted("BRK.B")),
            bytes("0001 00000005 42524b2e42"));
  Column label{"c", kWords};
  label.push(std::uint8_t{1});
  EXPECT_EQ(body(Batch{{std::move(label)}}), bytes("0001 00000007 5041525449414c"));
}

TEST(CopyEncoder, CountsDaysAndInstantsFromTheYear2000) {
  EXPECT_EQ(one(Type::Day, std::int32_t{10'957}), bytes("0001 00000004 00000000"));
  EXPECT_EQ(one(Type::Day, std::int32_t{0}), bytes("0001 00000004 ffffd533"));
  EXPECT_EQ(one(Type::Instant, std::int64_t{946'684'800'000'001'999}),
            bytes("0001 00000008 0000000000000001"));
}

TEST(CopyEncoder, CutsInstantsBefore1970DownToo) {
  // One nanosecond before the epoch is the last microsecond before it.
  EXPECT_EQ(one(Type::Instant, std::int64_t{-1}), one(Type::Instant, std::int64_t{-1000}));
}

TEST(CopyEncoder, WritesMissingCellsAsLengthMinusOne) {
  Column left{"a", Type::Double};
  Column right{"b", Type::Text};
  left.push_missing();
  right.push_missing();
  EXPECT_EQ(body(Batch{{std::move(left), std::move(right)}}), bytes("0002 ffffffff ffffffff"));
}

TEST(CopyEncoder, WritesQuantitiesAsExactDecimals) {
  // digits, weight, sign, scale, then groups of four digits
  EXPECT_EQ(numeric(0, 6), bytes("00000008 0000 0000 0000 0006"));
  EXPECT_EQ(numeric(1'000'000, 6), bytes("0000000a 0001 0000 0000 0006 0001"));
  EXPECT_EQ(numeric(1, 6), bytes("0000000a 0001 fffe 0000 0006 0064"));
  EXPECT_EQ(numeric(-12'345'678'900'001, 6),
            bytes("00000010 0004 0001 4000 0006 04d2 162e 2328 0064"));
  EXPECT_EQ(numeric(10'000'000'000, 6), bytes("0000000a 0001 0001 0000 0006 0001"));
}

TEST(CopyEncoder, WritesTheSmallestInt64AsADecimal) {
  EXPECT_EQ(numeric(std::numeric_limits<std::int64_t>::min(), 9), numeric("-9223372036.854775808"));
  EXPECT_EQ(numeric(std::numeric_limits<std::int64_t>::max(), 6), numeric("9223372036854.775807"));
}

TEST(CopyEncoder, WritesDecimalsOfAnyWidth) {
  EXPECT_EQ(numeric("+0123456789012345678901234567890.5"),
            bytes("0000001a 0009 0007 0000 0001 000c 0d80 1ed2 04d2 162e 2334 0d80 1ed2 1388"));
  EXPECT_EQ(numeric("-0.000"), bytes("00000008 0000 0000 0000 0003"));
  EXPECT_EQ(numeric("12."), numeric(12, 0));
  EXPECT_EQ(numeric(".5"), numeric(5, 1));
}

TEST(CopyEncoder, RefusesANumberThatIsNoDecimal) {
  for (const std::string text : {"", "-", ".", "1e5", "NaN", "1,000", " 1", "1.2.3"}) {
    std::string out;
    EXPECT_FALSE(append_numeric(out, text)) << text;
    EXPECT_EQ(out, "");
  }
  EXPECT_THAT(refusal(Type::Number, std::string{"1e5"}), HasSubstr("row 2, column c"));
}

TEST(CopyEncoder, RefusesANulByteWithRowAndColumn) {
  EXPECT_THAT(refusal(Type::Text, std::string{"a\0b", 3}),
              testing::AllOf(HasSubstr("row 2, column c"), HasSubstr("NUL")));
}

TEST(CopyEncoder, RefusesADayBeyondTheCalendar) {
  EXPECT_THAT(refusal(Type::Day, std::numeric_limits<std::int32_t>::min()), HasSubstr("calendar"));
  EXPECT_THAT(refusal(Type::Day, std::numeric_limits<std::int32_t>::max()), HasSubstr("calendar"));
}

TEST(CopyEncoder, CutsRowsIntoChunksThatAddUpToTheSame) {
  Column column{"c", Type::Int64};
  for (std::int64_t row = 0; row < 100; ++row) column.push(row);
  const Batch rows{{std::move(column)}};
  CopyEncoder encoder{rows, 0, rows.num_rows(), 64};
  std::string all;
  std::string chunk;
  std::size_t chunks = 0;
  while (encoder.next(chunk).value()) {
    EXPECT_LT(chunk.size(), 64U + 14U + 2U);
    all += chunk;
    ++chunks;
  }
  EXPECT_GT(chunks, 10U);
  EXPECT_EQ(all, std::string{kHead} + body(rows) + std::string{kTail});
}

TEST(CopyEncoder, WritesAPartOfTheRows) {
  Column column{"c", Type::Int32};
  for (std::int32_t row = 0; row < 5; ++row) column.push(row);
  const Batch rows{{std::move(column)}};
  CopyEncoder encoder{rows, 3, 1};
  std::string chunk;
  ASSERT_TRUE(encoder.next(chunk).value());
  EXPECT_EQ(chunk, std::string{kHead} + bytes("0001 00000004 00000003") + std::string{kTail});
}

}  // namespace
}  // namespace offex::store::pg
