// Nasdaq's symbol directories and the table of securities.
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

constexpr std::string_view kNasdaqHeader =
    "Symbol|Security Name|Market Category|Test Issue|Financial Status|Round Lot Size|ETF|"
    "NextShares\r\n";
constexpr std::string_view kOtherHeader =
    "ACT Symbol|Security Name|Exchange|CQS Symbol|ETF|Round Lot Size|Test Issue|NASDAQ Symbol\r\n";
constexpr std::string_view kTrailer = "File Creation Time: 0213202618:01|||||||\r\n";

std::string nasdaq(const std::string& rows, std::string_view trailer = kTrailer) {
  return fmt::format("{}{}{}", kNasdaqHeader, rows, trailer);
}

std::string other(const std::string& rows, std::string_view trailer = kTrailer) {
  return fmt::format("{}{}{}", kOtherHeader, rows, trailer);
}

constexpr const char* kApple = "AAPL|Apple Inc. - Common Stock|Q|N|N|40|N|N\r\n";

TEST(SymbolDirectory, ReadsNasdaqListedOnItsDayOfCreation) {
  const auto document =
      read_text(nasdaq(std::string{kApple} + "ZVZZT|NASDAQ TEST STOCK|G|Y| |100||N\r\n"),
                options_for("nasdaqlisted.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "nasdaqlisted.txt symbol_directory 2026-02-13\n"
            "directory:text symbol:symbol act_symbol:text nasdaq_symbol:text security_name:text "
            "listing_exchange:text etf:bool test_issue:bool round_lot:int32 \n"
            "nasdaqlisted AAPL null null Apple Inc. - Common Stock null false false 40 \n"
            "nasdaqlisted ZVZZT null null NASDAQ TEST STOCK null null true 100 \n");
}

TEST(SymbolDirectory, ReadsOtherListedByItsCqsSpelling) {
  const auto document = read_text(other("ABR$D|Arbor Realty Preferred D|N|ABRpD|N|100|N|ABR-D\r\n"
                                        "BRK.B|Berkshire Hathaway|N|BRK/B|N|1|N|BRK.B\r\n"
                                        "SPY|SPDR S&P 500|P|SPY|Y|40|N|SPY\r\n"),
                                  options_for("otherlisted.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(to_text(*document),
              testing::HasSubstr(
                  "otherlisted ABRpD ABR$D ABR-D Arbor Realty Preferred D N false false 100 \n"
                  "otherlisted BRK.B BRK.B BRK.B Berkshire Hathaway N false false 1 \n"
                  "otherlisted SPY SPY SPY SPDR S&P 500 P true false 40 \n"));
}

TEST(SymbolDirectory, ReadsTheFilesOf2010WithoutEtfColumn) {
  const auto document = read_text(
      "Symbol|Security Name|Market Category|Test Issue|Financial Status|Round Lot Size\n"
      "AAPL|Apple Inc. - Common Stock|Q|N|N|100\n"
      "File Creation Time: 1231201018:04|||||\n",
      options_for("nasdaqlisted.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->day->iso(), "2010-12-31");
  EXPECT_FALSE(document->rows.find("etf")->valid(0));
}

TEST(SymbolDirectory, TakesATrailerWithoutFieldsAndALaterDateInTheName) {
  const auto document = read_text(nasdaq(kApple, "File Creation Time: 0213202623:01"),
                                  options_for("nasdaqlisted_2026-02-14.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->day->iso(), "2026-02-13");
}

TEST(SymbolDirectory, RefusesAFileWithoutItsTrailer) {
  expect_refused(read_text(nasdaq(kApple, ""), options_for("nasdaqlisted.txt")),
                 {3, 1, "trailer", "File Creation Time is missing: the file is cut"});
}

TEST(SymbolDirectory, RefusesATrailerThatIsNoTimeOrNotTheLastLine) {
  const auto read = [](std::string_view trailer) {
    return read_text(nasdaq(kApple, trailer), options_for("nasdaqlisted.txt"));
  };

  expect_refused(read("File Creation Time: 0213202618:0"), {3, 1, "trailer", "not a time"});
  expect_refused(read("File Creation Time: 02/13/2026\n"), {3, 1, "trailer", "not a time"});
  expect_refused(read("File Creation Time: 1313202618:01\n"), {3, 1, "trailer", "not a date"});
  expect_refused(read(std::string{kTrailer} + kApple), {4, 1, "", "behind the File Creation Time"});
}

TEST(SymbolDirectory, RefusesADayThatIsNotTheExpectedOne) {
  ReadOptions options = options_for("nasdaqlisted.txt");
  options.day = *market::Day::parse("2026-02-12");

  expect_refused(read_text(nasdaq(kApple), options),
                 {3, 1, "trailer", "wrong date: 2026-02-13 in a file for 2026-02-12"});
}

struct BadRow {
  const char* name;
  const char* row;
  std::uint32_t column;
  const char* field;
  const char* reason;
};

class SymbolDirectoryRow : public testing::TestWithParam<BadRow> {};

TEST_P(SymbolDirectoryRow, IsRefusedWithItsPlaceOrSetAside) {
  const BadRow& bad = GetParam();
  const std::string text = nasdaq(fmt::format("{}{}\r\n", kApple, bad.row));

  expect_refused(read_text(text, options_for("nasdaqlisted.txt")),
                 {3, bad.column, bad.field, bad.reason});
  const auto document = read_text(text, options_for("nasdaqlisted.txt", 1));
  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  EXPECT_EQ(document->rejects.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, SymbolDirectoryRow,
    testing::Values(BadRow{"FieldMissing", "B|Name|Q|N|N|100|N", 1, "",
                           "expected 8 fields, found 7"},
                    BadRow{"FieldTooMany", "B|Name|x|Q|N|N|100|N|N", 1, "", "expected 8 fields"},
                    BadRow{"Blank", "", 1, "", "expected 8 fields, found 1"},
                    BadRow{"NoSymbol", "|Name|Q|N|N|100|N|N", 1, "symbol", "empty"},
                    BadRow{"BadSymbol", "A\"B|Name|Q|N|N|100|N|N", 1, "symbol", "not a symbol"},
                    BadRow{"NoName", "B||Q|N|N|100|N|N", 3, "security_name", "empty"},
                    BadRow{"Latin1", "B|Caf\xE9|Q|N|N|100|N|N", 3, "security_name", "not UTF-8"},
                    BadRow{"Flag", "B|Name|Q|y|N|100|N|N", 10, "test_issue", "neither Y nor N"},
                    BadRow{"NoFlag", "B|Name|Q||N|100|N|N", 10, "test_issue", "empty"},
                    BadRow{"Etf", "B|Name|Q|N|N|100|1|N", 18, "etf", "neither Y nor N"},
                    BadRow{"Lot", "B|Name|Q|N|N|1x0|N|N", 14, "round_lot", "not a number"},
                    BadRow{"LotOfNothing", "B|Name|Q|N|N|0|N|N", 14, "round_lot", "no size"},
                    BadRow{"Twice", "AAPL|Name|Q|N|N|100|N|N", 1, "symbol", "stands twice"},
                    BadRow{"Control", "B|Na\x01me|Q|N|N|100|N|N", 1, "", "control character"}),
    [](const auto& tested) { return tested.param.name; });

TEST(SymbolDirectory, AnotherHeaderIsNone) {
  const auto document =
      read_text("ACT Symbol|Security Name|Exchange|CQS Symbol|ETF|Round Lot Size|Test Issue|More\n",
                options_for("otherlisted.txt"));

  ASSERT_FALSE(document);
  EXPECT_THAT(document.error().message, testing::HasSubstr("symbol directories"));
}

TEST(SymbolDirectory, GivesTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(nasdaq(std::string{kApple} + "BAD|x\r\n"),
                                    options_for("nasdaqlisted.txt", 1));
  test::expect_equal_at_every_split(other("ABR$D|A|N|ABRpD|N|100|N|ABR-D\r\n"),
                                    options_for("otherlisted.txt"));
  test::expect_equal_at_every_split(nasdaq(kApple, "File Creation Time: 99"),
                                    options_for("nasdaqlisted.txt"));
}

constexpr std::string_view kReferenceHeader =
    "symbol,name,type,sector,industry,market_cap,shares_outstanding,known_from\n";

TEST(SecurityReference, ReadsEveryColumn) {
  const auto document =
      read_text(std::string{kReferenceHeader} +
                    "AAPL,\"Apple, Inc.\",CS,Technology,,2.5e12,1500.5,2026-01-22\n"
                    "AAPL,Apple,CS,,,,,2026-02-22\n",
                options_for("securities.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "securities.csv security_reference\n"
            "known_from:day symbol:symbol name:text type:text sector:text industry:text "
            "market_cap:double shares_outstanding:quantity \n"
            "2026-01-22 AAPL Apple, Inc. CS Technology null 2500000000000 1500.5 \n"
            "2026-02-22 AAPL Apple CS null null null null \n");
}

TEST(SecurityReference, TakesAnySubsetOfItsColumnsAndNoOthers) {
  const auto some = read_text("sector,symbol\nEnergy,XOM\n", options_for("s.csv"));
  const auto others =
      read_text("Symbol,Name,% Holding,Fund\nAAPL,Apple,6.51%,SPX\n", options_for("s.csv"));
  const auto alone = read_text("symbol\nAAPL\n", options_for("s.csv"));

  ASSERT_TRUE(some) << to_text(some);
  EXPECT_THAT(to_text(*some), testing::HasSubstr("null XOM null null Energy null null null"));
  EXPECT_THAT(to_text(others), testing::HasSubstr("no header of a known layout"));
  EXPECT_THAT(to_text(alone), testing::HasSubstr("no header of a known layout"));
}

TEST(SecurityReference, RefusesTextThatIsNoUtf8) {
  expect_refused(read_text("symbol,name\nA,Caf\xE9\n", options_for("s.csv")),
                 {2, 3, "name", "not UTF-8"});
}

TEST(SecurityReference, RefusesTheSameSymbolTwiceOnADay) {
  expect_refused(read_text("symbol,sector\nA,x\nA,y\n", options_for("s.csv")),
                 {3, 1, "known_from", "same known_from, symbol"});
}

TEST(SecurityReference, GivesTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(
      std::string{kReferenceHeader} + "AAPL,\"Apple, Inc.\",CS,Technology,,2.5e12,1,2026-01-22\n",
      options_for("securities.csv"));
}

}  // namespace
}  // namespace offex::formats
