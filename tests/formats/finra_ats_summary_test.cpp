#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"
#include "formats/zip_text.hpp"

namespace offex::formats {
namespace {

using base::ErrorCode;
using test::expect_refused;
using test::options_for;
using test::read_text;
using test::to_text;

constexpr const char* kName = "ATS_W_Summary_20240412.txt";
constexpr std::string_view kTwoFirms =
    "MarketParticipantIdentifier|Week|Symbol|Shares|Trades|TotalWeeklyShareVolume|"
    "TotalWeeklyTradeCount\n"
    "MP1|2024-04-12|AAPL|100|5|1000|50\nMP2|2024-04-12|AAPL|150|7|1000|50\n";

std::string shares_and_trades(const Result<Document>& document) {
  if (!document) return to_text(document);
  std::string out;
  for (std::size_t row = 0; row < document->rows.num_rows(); ++row) {
    for (const char* name : {"week_start_date", "mpid", "share_quantity", "trade_count",
                             "total_share_quantity", "total_trade_count"}) {
      const columns::Column& column = *document->rows.find(name);
      out += (column.valid(row) ? columns::cell_text(column, row) : "null") + " ";
    }
  }
  return out;
}

TEST(AtsSummary, HoldsFirmsSharesAndTheSymbolsTotalsInTheWeekOfTheFriday) {
  const auto document = read_text(kTwoFirms, options_for(kName));

  EXPECT_EQ(shares_and_trades(document),
            "2024-04-08 MP1 100 5 1000 50 2024-04-08 MP2 150 7 1000 50 ");
  EXPECT_EQ(document->dataset, market::Dataset::AtsSummary);
  EXPECT_EQ(columns::cell_text(*document->rows.find("summary_type"), 0), "ATS_W_SMBL_FIRM");
}

TEST(AtsSummary, MayComeInAZipArchive) {
  const std::string zip = test::make_zip({{kName, std::string{kTwoFirms}}});

  const auto documents = read_documents(zip, options_for("ATS_W_Summary_20240412.zip"));

  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(shares_and_trades(documents[0]),
            "2024-04-08 MP1 100 5 1000 50 2024-04-08 MP2 150 7 1000 50 ");
}

TEST(AtsSummary, TakesTheWeekFromItsNameOrThatOfItsArchiveWhenNoColumnHasIt) {
  constexpr std::string_view kNoWeek = "Symbol,Shares,TotalWeeklyShareVolume\nAAPL,100,1000\n";
  const std::string zip = test::make_zip({{"data.csv", std::string{kNoWeek}}});

  EXPECT_EQ(shares_and_trades(read_text(kNoWeek, options_for("ATS_W_Summary_20240412.csv"))),
            "2024-04-08 null 100 null 1000 null ");
  EXPECT_EQ(shares_and_trades(read_documents(zip, options_for("ATS_W_Summary_20240412.zip")).at(0)),
            "2024-04-08 null 100 null 1000 null ");
}

TEST(AtsSummary, WithoutAWeekAsksForIt) {
  for (const char* name : {"summary.txt", "ATS_W_Summary_20240411.txt"}) {
    expect_refused(
        read_text("Symbol|Shares|TotalWeeklyShareVolume\nAAPL|100|1000\n", options_for(name)),
        {0, 0, "", "--week", ErrorCode::InvalidArgument});
  }
}

struct AliasCase {
  const char* name;
  std::string_view text;
  std::string_view expected;
};
class AtsSummaryHeader : public testing::TestWithParam<AliasCase> {};

TEST_P(AtsSummaryHeader, IsRead) {
  EXPECT_EQ(shares_and_trades(read_text(GetParam().text, options_for(kName))), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Aliases, AtsSummaryHeader,
    testing::Values(
        AliasCase{"WeekEnding", "symbol|week_ending|share_volume|trade_count\nA|20240412|5|1\n",
                  "2024-04-08 null 5 1 null null "},
        AliasCase{"WeeklyShareVolume", "SYMBOL|Weekly Share Volume|Weekly-Trade-Count\nA|5|1\n",
                  "2024-04-08 null 5 1 null null "},
        AliasCase{"OfTheSymbol", "Symbol|Total_Weekly_Share_Volume_Symbol|Trades\nA|5|1\n",
                  "2024-04-08 null 5 1 null null "},
        AliasCase{"TheFirstFilledOneCounts",
                  "Symbol|Weekly_Share_Volume|Shares|ShareVolume|Trade_Count|Trades\n"
                  "A|3|1|2|8|7\nB|3||2|8|\nC|3|||8|\n",
                  "2024-04-08 null 1 7 null null 2024-04-08 null 2 8 null null "
                  "2024-04-08 null 3 8 null null "}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(AtsSummary, RefusesAWeekThatIsNoFridayOrAnotherOneThanTheNameSays) {
  const std::string header = "Week|Symbol|Shares\n";
  expect_refused(read_text(header + "2024-04-08|A|1\n", options_for("summary.txt")),
                 {2, 1, "Week", "not a Friday"});
  expect_refused(read_text(header + "2024-04-19|A|1\n", options_for(kName)),
                 {2, 1, "Week", "this file is for the week of 2024-04-08"});
  expect_refused(read_text(header + "|A|1\n", options_for(kName)), {2, 1, "Week", "no value"});
  expect_refused(read_text(header + "April|A|1\n", options_for(kName)),
                 {2, 1, "Week", "not a date"});
}

TEST(AtsSummary, RefusesToBeToldAnotherWeekThanItsNameSays) {
  ReadOptions options = options_for(kName);
  options.week = *market::Day::parse("2024-04-15");

  expect_refused(read_text(kTwoFirms, options),
                 {0, 0, "", "but --week says", ErrorCode::InvalidArgument});
}

TEST(AtsSummary, RefusesTheSameFirmTwiceAndARowWithoutShares) {
  expect_refused(
      read_text(std::string{kTwoFirms} + "MP1|2024-04-12|AAPL|1|1|1|1\n", options_for(kName)),
      {4, 16, "Symbol", "an earlier row"});
  expect_refused(read_text("Symbol|Shares|ShareVolume|Week\nA|||2024-04-12\n", options_for(kName)),
                 {2, 3, "Shares", "no value"});
}

TEST(AtsSummary, IsNotSeenInAnyTableOfSharesWithoutItsOwnColumnsOrName) {
  constexpr std::string_view kHoldings = "symbol,shares,price\nA,5,10\n";

  expect_refused(read_text(kHoldings, options_for("holdings.csv")),
                 {1, 1, "header", "no header of a known layout", ErrorCode::UnknownLayout});
  EXPECT_TRUE(read_text(kHoldings, options_for("ATS_W_Summary_20240412.csv")));
}

TEST(AtsSummary, GivesTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(kTwoFirms, options_for(kName));
  test::expect_equal_at_every_split(std::string{kTwoFirms} + "MP1|2024-04-12|AAPL|1|1|1|1",
                                    options_for(kName, 1));
}

// The daily files of the same source: hyphens in the dates, and no last line with the count.
TEST(SecondSeedShort, IsReadUnderTheFacilityGivenWithAWarning) {
  ReadOptions options = options_for("sample.txt");
  options.facility = market::Facility::Cnms;

  const auto document = read_text(
      "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\n"
      "2024-04-01|AAPL|100|5|1000|N\n",
      options);

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->day->iso(), "2024-04-01");
  EXPECT_EQ(columns::cell_text(*document->rows.find("short_volume"), 0), "100");
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("copy is whole")));
}

TEST(SecondSeedShort, KeepsTheLastLineMandatoryUnderAPublishedName) {
  expect_refused(read_text("Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\n"
                           "2024-04-01|AAPL|100|5|1000|N\n",
                           options_for("CNMSshvol20240401.txt")),
                 {3, 1, "trailer", "the file is cut"});
}

TEST(SecondSeedShort, MayCallTheTotalTotalShareVolume) {
  ReadOptions options = options_for("sample.txt");
  options.facility = market::Facility::Cnms;

  EXPECT_TRUE(read_text("Date|Symbol|Short_Volume|TotalShareVolume|Market\n20240401|A|1|2|N\n1\n",
                        options));
  EXPECT_TRUE(
      read_text("date,symbol,short_volume,total_share_volume,market\n20240401,A,1,2,N\n", options));
}

}  // namespace
}  // namespace offex::formats
