// Rows of a table as a server sends them.
#include "offex/formats/json_rows.hpp"

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::formats {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::HasSubstr;

Batch of(std::string name, Type type) { return Batch{{Column{std::move(name), type}}}; }

/// Reads one column `x`; the cells parted by '|', "null" for a missing one, or the error.
std::string read(Type type, std::string_view json) {
  Batch out = of("x", type);
  if (auto done = read_json_rows(json, out); !done) {
    EXPECT_EQ(done.error().code, base::ErrorCode::Integrity);
    EXPECT_EQ(out.num_rows(), 0U);
    return done.error().place.field + ": " + done.error().message;
  }
  std::string text;
  for (std::size_t row = 0; row < out.num_rows(); ++row) {
    if (row > 0) text += '|';
    text += out.column(0).valid(row) ? columns::cell_text(out.column(0), row) : "null";
  }
  return text;
}

TEST(JsonRows, AreReadByTheNamesOfTheColumns) {
  Batch out{{Column{"day", Type::Day}, Column{"symbol", Type::Symbol}, Column{"n", Type::Int64}}};
  ASSERT_TRUE(read_json_rows(R"([{"n":7,"other":{"a":[1]},"symbol":"BRK.B","day":"2026-04-17"},)"
                             R"({"day":"2026-04-16","symbol":"TpC"}])",
                             out));
  ASSERT_EQ(out.num_rows(), 2U);
  EXPECT_EQ(columns::cell_text(out.column(0), 1), "2026-04-16");
  EXPECT_EQ(columns::cell_text(out.column(1), 0), "BRK.B");
  EXPECT_EQ(columns::cell_text(out.column(2), 0), "7");
  EXPECT_FALSE(out.column(2).valid(1)) << "a member that is not there is missing";
}

TEST(JsonRows, AreAppended) {
  Batch out = of("x", Type::Int32);
  ASSERT_TRUE(read_json_rows("[{\"x\":1}]", out));
  ASSERT_TRUE(read_json_rows(" [ {\"x\" : -2 } ] \n", out));
  EXPECT_EQ(out.column(0).values<std::int32_t>(), (std::vector<std::int32_t>{1, -2}));
}

TEST(JsonRows, OfAnEmptyListAreNone) { EXPECT_EQ(read(Type::Double, " [ ] "), ""); }

TEST(JsonRows, KeepNullApartFromZeroAndFromAnEmptyText) {
  EXPECT_EQ(read(Type::Double, R"([{"x":0},{"x":null}])"), "0|null");
  EXPECT_EQ(read(Type::Text, R"([{"x":""},{"x":null},{"x":"null"}])"), "|null|null");
}

TEST(JsonRows, ReadDoublesBitForBit) {
  for (const double value : {0.1, 1.0 / 3.0, 5e-324, -1.7976931348623157e308, 0.00001460, -0.0}) {
    Batch out = of("x", Type::Double);
    ASSERT_TRUE(read_json_rows(fmt::format("[{{\"x\":{}}}]", value), out)) << value;
    const double read = out.column(0).values<double>()[0];
    EXPECT_EQ(std::bit_cast<std::uint64_t>(read), std::bit_cast<std::uint64_t>(value)) << value;
  }
}

TEST(JsonRows, ReadQuantitiesAndPricesWithoutADetour) {
  EXPECT_EQ(read(Type::Quantity, R"([{"x":9007199254740.993001},{"x":"0.000001"},{"x":-1.5e1}])"),
            "9007199254740.993001|0.000001|-15");
  EXPECT_EQ(read(Type::Price, R"([{"x":9007199.254740993},{"x":12.50}])"),
            "9007199.254740993|12.5");
  EXPECT_THAT(read(Type::Quantity, R"([{"x":1.0000001}])"), HasSubstr("x: row 1: "));
  EXPECT_THAT(read(Type::Price, R"([{"x":99999999999.0}])"), HasSubstr("row 1: "));
}

TEST(JsonRows, ReadNestedValuesAsTheirText) {
  EXPECT_EQ(read(Type::Text, R"([{"x":{"a":[1, "}"]} },{"x":[]},{"x":1.50},{"x":"caf\u00e9"}])"),
            R"({"a":[1, "}"]}|[]|1.50|café)");
}

TEST(JsonRows, ReadTruthAndTimes) {
  EXPECT_EQ(read(Type::Bool, R"([{"x":true},{"x":false}])"), "true|false");
  EXPECT_EQ(read(Type::Instant, R"([{"x":"2026-04-17T20:00:00.25Z"}])"), "2026-04-17T20:00:00.25Z");
}

TEST(JsonRows, NameTheRowAndTheFieldOfWhatCannotBeRead) {
  EXPECT_EQ(read(Type::Int64, R"([{"x":1},{"x":"1"}])"), "x: row 2: not a number");
  EXPECT_EQ(read(Type::Int32, R"([{"x":2147483648}])"), "x: row 1: does not fit");
  EXPECT_THAT(read(Type::Int64, R"([{"x":1.5}])"), HasSubstr("x: row 1: "));
  EXPECT_EQ(read(Type::Day, R"([{"x":"2026-02-30"}])"), "x: row 1: not a day (2026-04-17)");
  EXPECT_EQ(read(Type::Symbol, R"([{"x":"a very long symbol"}])"), "x: row 1: not a symbol");
  EXPECT_EQ(read(Type::Bool, R"([{"x":1}])"), "x: row 1: neither true nor false");
  EXPECT_EQ(read(Type::Double, R"([{"x":{}}])"), "x: row 1: not a plain value");
  EXPECT_EQ(read(Type::Double, R"([{"x":1e999}])"), "x: row 1: no number that fits");
  EXPECT_EQ(read(Type::Double, R"([{"x":1,"x":2}])"), "x: row 1: this member stands twice");
  EXPECT_THAT(read(Type::Double, R"([{"x":01}])"), HasSubstr("x: "));
}

TEST(JsonRows, CutAnywhereAreAnError) {
  const std::string whole = R"([{"x":{"a":1}},{"x":"b"}])";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Batch out = of("x", Type::Text);
    ASSERT_TRUE(read_json_rows(R"([{"x":"before"}])", out));
    const auto read = read_json_rows(std::string_view{whole}.substr(0, size), out);
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, base::ErrorCode::Integrity);
    EXPECT_EQ(out.num_rows(), 1U) << "what was there before stays";
  }
}

TEST(JsonRows, AreAListOfObjectsAndNothingElse) {
  for (const char* text : {"{}", "[1]", "[[]]", "[{}] x", "null", R"({"code":"42P01"})"}) {
    Batch out = of("x", Type::Text);
    EXPECT_FALSE(read_json_rows(text, out)) << text;
    EXPECT_EQ(out.num_rows(), 0U);
  }
}

}  // namespace
}  // namespace offex::formats
