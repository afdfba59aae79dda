#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"

namespace offex::formats {
namespace {

using test::expect_refused;
using test::options_for;
using test::read_text;
using test::to_text;

constexpr std::string_view kHeader =
    "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\n";

// A file whose third line is `row`, with a trailer that fits.
Result<Document> read_with(std::string_view row, std::size_t max_rejects = 0) {
  const std::string text = std::string{kHeader} + "20240102|AA|5|1|9|Q\n" + std::string{row} +
                           "\n20240102|ZZ|5|1|9|Q\n3\n";
  return read_text(text, options_for("CNMSshvol20240102.txt", max_rejects));
}

TEST(ShortDamage, NamesLineColumnByteFieldAndExcerptOfABadNumber) {
  const auto document = read_with("20240102|SPY|12x4|0|9000|B,Q,N");

  expect_refused(document, {3, 14, "ShortVolume", "not a number"});
  EXPECT_EQ(document.error().place.file, "CNMSshvol20240102.txt");
  EXPECT_EQ(document.error().place.byte, kHeader.size() + 20 + 13);
  EXPECT_EQ(document.error().place.excerpt, "20240102|SPY|12x4|0|9000|B,Q,N");
}

struct RowCase {
  const char* name;
  std::string_view row;
  test::Refusal refusal;
};
class ShortDamageRow : public testing::TestWithParam<RowCase> {};

TEST_P(ShortDamageRow, IsRefusedWithItsPlace) {
  expect_refused(read_with(GetParam().row), GetParam().refusal);
}

TEST_P(ShortDamageRow, IsSetAsideWhenTheCallerAllowsIt) {
  const auto document = read_with(GetParam().row, /*max_rejects=*/1);

  ASSERT_TRUE(document) << to_text(document);
  ASSERT_EQ(document->rejects.size(), 1U);
  EXPECT_EQ(document->rejects[0].place.line, 3U);
  EXPECT_EQ(document->rejects[0].place.column, GetParam().refusal.column);
  EXPECT_EQ(document->rejects[0].place.field, GetParam().refusal.field);
  EXPECT_THAT(document->rejects[0].reason, testing::HasSubstr(GetParam().refusal.words));
  EXPECT_EQ(document->rows.num_rows(), 2U);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ShortDamageRow,
    testing::Values(
        RowCase{"FieldMissing", "20240102|SPY|1|0|9", {3, 1, "", "expected 6 fields, found 5"}},
        RowCase{"FieldTooMany", "20240102|SPY|1|0|9|Q|", {3, 1, "", "expected 6 fields, found 7"}},
        RowCase{"EmptyNumber", "20240102|SPY||0|9|Q", {3, 14, "ShortVolume", "empty"}},
        RowCase{"NaNNumber", "20240102|SPY|1|0|NaN|Q", {3, 18, "TotalVolume", "not a number"}},
        RowCase{"SpacedNumber", "20240102|SPY|1|0| 9|Q", {3, 18, "TotalVolume", "not a number"}},
        RowCase{"ExponentNumber", "20240102|SPY|1|0|1e3|Q", {3, 18, "TotalVolume", "not a number"}},
        RowCase{"SignedNumber", "20240102|SPY|+1|0|9|Q", {3, 14, "ShortVolume", "not a number"}},
        RowCase{"TwoPoints", "20240102|SPY|1.2.3|0|9|Q", {3, 14, "ShortVolume", "not a number"}},
        RowCase{"Negative", "20240102|SPY|-1|0|9|Q", {3, 14, "ShortVolume", "negative"}},
        RowCase{
            "NegativeExempt", "20240102|SPY|1|-1|9|Q", {3, 16, "ShortExemptVolume", "negative"}},
        RowCase{"SevenDecimals",
                "20240102|SPY|1.0000001|0|9|Q",
                {3, 14, "ShortVolume", "more decimals"}},
        RowCase{
            "Overflow", "20240102|SPY|1|0|99999999999999|Q", {3, 18, "TotalVolume", "too large"}},
        RowCase{"ShortAboveTotal", "20240102|SPY|10|0|9|Q", {3, 14, "ShortVolume", "more short"}},
        RowCase{"ExemptAboveShort",
                "20240102|SPY|1|2|9|Q",
                {3, 16, "ShortExemptVolume", "more exempt"}},
        RowCase{"WrongDay", "20240103|SPY|1|0|9|Q", {3, 1, "Date", "wrong date"}},
        RowCase{"NoSuchDay", "20240230|SPY|1|0|9|Q", {3, 1, "Date", "not a date"}},
        RowCase{"SymbolEmpty", "20240102||1|0|9|Q", {3, 10, "Symbol", "empty"}},
        RowCase{
            "SymbolLong", "20240102|ABCDEFGHIJKLMNO|1|0|9|Q", {3, 10, "Symbol", "longer than 14"}},
        RowCase{"SymbolOdd", "20240102|S\xC3\xA9|1|0|9|Q", {3, 10, "Symbol", "not a symbol"}},
        RowCase{"SymbolTwice", "20240102|AA|1|0|9|Q", {3, 10, "Symbol", "twice"}},
        RowCase{"MarketUnknown", "20240102|SPY|1|0|9|Z", {3, 20, "Market", "market letters"}},
        RowCase{"MarketEmpty", "20240102|SPY|1|0|9|", {3, 20, "Market", "market letters"}},
        RowCase{
            "ControlCharacter", "20240102|S\x01Y|1|0|9|Q", {3, 1, "", "control character 0x01"}},
        RowCase{"ZeroByte", std::string_view{"20240102|S\0Y|1|0|9|Q", 20}, {3, 1, "", "zero byte"}},
        RowCase{"HtmlBetweenRows", "<html>", {3, 1, "", "expected 6 fields, found 1"}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(ShortDamage, SymbolsThatDifferOnlyInCaseAreNoDuplicates) {
  EXPECT_TRUE(read_with("20240102|Aa|1|0|9|Q"));
}

TEST(ShortDamage, FindsADuplicateInAFileThatIsNotSorted) {
  const std::string text = std::string{kHeader} +
                           "20240102|C|1|0|9|Q\n20240102|A|1|0|9|Q\n20240102|B|1|0|9|Q\n"
                           "20240102|A|1|0|9|Q\n4\n";

  expect_refused(read_text(text, options_for("CNMSshvol20240102.txt")),
                 {5, 10, "Symbol", "stands twice"});
}

TEST(ShortDamage, TakesAFileThatIsNotSorted) {
  const std::string text =
      std::string{kHeader} + "20240102|C|1|0|9|Q\n20240102|A|1|0|9|Q\n20240102|B|1|0|9|Q\n3\n";

  const auto document = read_text(text, options_for("CNMSshvol20240102.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 3U);
}

TEST(ShortDamage, TheNextBadRowBehindTheLimitRefusesTheFileAndSaysHowMany) {
  const std::string text =
      std::string{kHeader} + "20240102|A|x|0|9|Q\n20240102|B|y|0|9|Q\n20240102|C|z|0|9|Q\n3\n";

  expect_refused(read_text(text, options_for("CNMSshvol20240102.txt", 2)),
                 {4, 12, "ShortVolume", "no more than 2 bad rows"});
}

TEST(ShortDamage, TheTrailerCountsRowsThatWereSetAside) {
  const std::string text = std::string{kHeader} + "20240102|A|x|0|9|Q\n20240102|B|1|0|9|Q\n1\n";

  expect_refused(read_text(text, options_for("CNMSshvol20240102.txt", 5)),
                 {4, 1, "trailer", "counts 1 rows, but there are 2"});
}

TEST(ShortDamage, ATrailerThatDoesNotMatchIsRefusedEvenWhenRowsMayBeSetAside) {
  const std::string text = std::string{kHeader} + "20240102|A|1|0|9|Q\n2\n";

  expect_refused(read_text(text, options_for("CNMSshvol20240102.txt", 100)),
                 {3, 1, "trailer", "counts 2 rows, but there are 1"});
}

TEST(ShortDamage, AMissingTrailerIsRefused) {
  const std::string text = std::string{kHeader} + "20240102|A|1|0|9|Q\n";

  expect_refused(read_text(text, options_for("CNMSshvol20240102.txt", 100)),
                 {3, 1, "trailer", "missing"});
}

TEST(ShortDamage, EveryCutOfAFileIsRefused) {
  const std::string text =
      std::string{kHeader} + "20240102|A|1|0|9|Q\n20240102|BB|10|3|90|B,Q,N\n12\n";
  std::string rows;
  for (int i = 0; i < 10; ++i) rows += "20240102|C" + std::to_string(i) + "|1|0|9|Q\n";
  const std::string full = text.substr(0, text.size() - 3) + rows + "12\n";
  const ReadOptions options = options_for("CNMSshvol20240102.txt");
  ASSERT_TRUE(read_text(full, options));

  // Without its last line feed the file is still whole.
  for (std::size_t size = 0; size + 1 < full.size(); ++size) {
    EXPECT_FALSE(read_text(full.substr(0, size), options)) << "cut at byte " << size;
  }
}

TEST(ShortDamage, TextBehindTheTrailerIsRefused) {
  const std::string text = std::string{kHeader} + "20240102|A|1|0|9|Q\n1\n20240102|B|1|0|9|Q\n";

  expect_refused(read_text(text, options_for("CNMSshvol20240102.txt")),
                 {4, 1, "trailer", "text after the row count"});
}

TEST(ShortDamage, ABlankLineBetweenRowsIsRefused) {
  const std::string text = std::string{kHeader} + "20240102|A|1|0|9|Q\n\n20240102|B|1|0|9|Q\n2\n";

  expect_refused(read_text(text, options_for("CNMSshvol20240102.txt")), {3, 1, "", "blank line"});
}

TEST(ShortDamage, ALineWithoutAnEndIsRefusedBeforeMemoryIsGone) {
  const std::string text = std::string{kHeader} + std::string(1'000'000, '7');

  expect_refused(read_text(text, options_for("CNMSshvol20240102.txt")),
                 {2, 1, "", "longer than 65536 bytes"});
}

struct HeadCase {
  const char* name;
  std::string_view text;
  test::Refusal refusal;
};
class ShortDamageHead : public testing::TestWithParam<HeadCase> {};

TEST_P(ShortDamageHead, IsRefusedWithItsPlace) {
  expect_refused(read_text(GetParam().text, options_for("CNMSshvol20240102.txt", 100)),
                 GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ShortDamageHead,
    testing::Values(
        HeadCase{"Empty", "", {1, 1, "", "empty"}},
        HeadCase{"NoTotal",
                 "Date|Symbol|ShortVolume|ShortExemptVolume|Market\n",
                 {1, 1, "TotalVolume", "no column TotalVolume"}},
        HeadCase{"ColumnTwice",
                 "Date|Symbol|Symbol|ShortVolume|TotalVolume|Market\n",
                 {1, 13, "header", "twice"}},
        HeadCase{"ColumnUnknown",
                 "Date|Symbol|ShortVolume|TotalVolume|Price|Market\n",
                 {1, 37, "header", "does not have"}},
        HeadCase{"NoHeader", "20240102|A|1|0|9|Q\n1\n", {1, 1, "header", "header line is missing"}},
        HeadCase{"Html", "<!DOCTYPE html>\n<html>", {1, 1, "", "HTML or XML page"}},
        HeadCase{"Xml",
                 "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
                 {1, 1, "", "HTML or XML page"}},
        HeadCase{"Binary",
                 std::string_view{"\x7F"
                                  "ELF\0\0\0",
                                  7},
                 {1, 1, "", "binary"}},
        HeadCase{"Utf16",
                 std::string_view{"\xFF\xFE"
                                  "D\0a\0",
                                  6},
                 {1, 1, "", "UTF-16"}},
        HeadCase{"Gzip", "\x1F\x8B\x08", {1, 1, "", "archive"}},
        HeadCase{"Prose", "not found\n", {1, 1, "header", "no header of a known layout"}}),
    [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace offex::formats
