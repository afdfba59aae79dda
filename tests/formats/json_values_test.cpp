// What becomes of JSON values, by way of a list of tickers. The body itself is not included here:
// the parser's classes have another shape where its library is not linked.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"
#include "formats/polygon_reader_internal.hpp"

namespace offex::formats {
namespace {

Result<Document> read_member(std::string_view member, std::string_view value) {
  return test::read_text(fmt::format("{{\"status\":\"OK\",\"results\":[\n"
                                     "{{\"ticker\":\"A\",\"market\":\"otc\",\"{}\":{}}}]}}",
                                     member, value),
                         test::options_for("x.json"));
}

// The cell of a column, or why there is none.
std::string cell(std::string_view member, std::string_view column, std::string_view value) {
  const auto document = read_member(member, value);
  if (!document) return document.error().message;
  const columns::Column& cells = *document->rows.find(column);
  return cells.valid(0) ? "=" + columns::cell_text(cells, 0) : "missing";
}

std::string shares(std::string_view value) {
  return cell("share_class_shares_outstanding", "shares_outstanding", value);
}

std::string name(std::string_view value) { return cell("name", "name", value); }

TEST(JsonValues, OfNumbersAreExact) {
  EXPECT_EQ(shares("0"), "=0");
  EXPECT_EQ(shares("-0"), "=0");
  EXPECT_EQ(shares("9007199254740.993001"), "=9007199254740.993001");
  EXPECT_EQ(shares("1e5"), "=100000");
  EXPECT_EQ(shares("1.5E+3"), "=1500");
  EXPECT_EQ(shares("10e-1"), "=1");
  EXPECT_EQ(cell("market_cap", "market_cap", "2.5e12"), "=2500000000000");
}

TEST(JsonValues, OfNumbersThatDoNotFitAreRefused) {
  EXPECT_EQ(shares("-1"), "negative");
  EXPECT_EQ(shares("1e18"), "too large");
  EXPECT_EQ(shares("0.0000001"), "more decimals than can be kept");
  EXPECT_EQ(cell("market_cap", "market_cap", "1e999"), "not a number");
}

TEST(JsonValues, OfTextsAndKeysMayHaveEscapes) {
  EXPECT_EQ(name(R"("plain")"), "=plain");
  EXPECT_EQ(name(R"("a\\b\"c\/\u0041")"), R"(=a\b"c/A)");
  EXPECT_EQ(name(R"("\"")"), "=\"");
  EXPECT_EQ(cell(R"(n\u0061me)", "name", R"("x")"), "=x");
  EXPECT_EQ(cell(R"(na\"me)", "name", R"("x")"), "missing");
}

TEST(JsonValues, ThatJsonDoesNotHaveAreRefused) {
  for (const std::string_view value : {"01", "1.", ".5", "+1", "1e", "1e+", "-", "0x1", "1_000",
                                       "NaN", "Infinity", "tru", "nul", "12a"}) {
    EXPECT_EQ(shares(value), "not a JSON value") << value;
  }
}

TEST(JsonValues, OfAnotherTypeAreRefused) {
  EXPECT_EQ(shares(R"("1")"), "not a number");
  EXPECT_EQ(shares("true"), "not a number");
  EXPECT_EQ(shares("[1]"), "not a number");
  EXPECT_EQ(name("5"), "not a text");
  EXPECT_EQ(name("{}"), "not a text");
}

TEST(JsonValues, ThatAreNullOrEmptyTextAreMissing) {
  EXPECT_EQ(shares("null"), "missing");
  EXPECT_EQ(name("null"), "missing");
  EXPECT_EQ(name(R"("")"), "missing");
}

TEST(JsonValues, OfTextsAreFreedOfEscapes) {
  EXPECT_EQ(name(R"("a\"b\\c\/\u00e9\ud83d\ude00")"), "=a\"b\\c/\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_THAT(name(R"("a\u0007")"), testing::HasSubstr("control character 0x07"));
  EXPECT_THAT(name(R"("\ud800")"), testing::HasSubstr("not the JSON of a reply of Polygon"));
}

TEST(JsonValues, NameLineColumnAndFieldOfAFault) {
  test::expect_refused(read_member("market_cap", "\"x\""), {2, 43, "market_cap", "not a number"});
  test::expect_refused(read_member("ticker", "\"B\""), {2, 39, "ticker", "stands twice"});
}

TEST(JsonBody, CountsAByteOrderMarkAsBytesOfTheText) {
  const auto document =
      test::read_text("\xEF\xBB\xBF{\"results\":\n7}", test::options_for("x.json"));

  test::expect_refused(document, {2, 1, "results", "not a list"});
  EXPECT_EQ(document.error().place.byte, 15U);
}

TEST(JsonBody, KeepsNoMoreThanItMay) {
  const auto reader = make_polygon_reader(test::options_for("x.json"), 10);

  EXPECT_TRUE(reader->push("{\"a\":"));
  EXPECT_TRUE(reader->push("1}   "));
  const auto more = reader->push(" ");

  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, base::ErrorCode::Integrity);
  EXPECT_EQ(more.error().message, "a reply of more than 10 bytes");
  EXPECT_EQ(more.error().place.file, "x.json");
}

}  // namespace
}  // namespace offex::formats
