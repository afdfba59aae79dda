#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"

namespace offex::formats {
namespace {

using base::ErrorCode;
using test::expect_refused;
using test::options_for;
using test::read_text;
using test::to_text;

constexpr std::string_view kHeader =
    "tierDescription|issueSymbolIdentifier|issueName|marketParticipantName|MPID|"
    "totalWeeklyShareQuantity|totalWeeklyTradeCount|lastUpdateDate\n";
constexpr std::string_view kLegacyHeader =
    "Report_Type|Symbol|Issue_Description|ATS_Description|ATS_MPID|Shares|Shares_Last_Updated|"
    "Trades|Trades_Last_Updated\n";
constexpr const char* kAtsName = "OTC_ats_2025-12-01.txt";

std::string with_header(std::string_view rows) { return std::string{kHeader} + std::string{rows}; }

ReadOptions in_week(std::string file, std::string_view monday) {
  ReadOptions options = options_for(std::move(file));
  options.week = *market::Day::parse(monday);
  return options;
}

std::string text_cell(const Document& document, std::string_view column, std::size_t row) {
  const columns::Column& found = *document.rows.find(column);
  return found.valid(row) ? columns::cell_text(found, row) : "null";
}

TEST(WeeklyDownload, HasTheColumnsOfItsContractAndTheWeekOfItsName) {
  const auto document = read_text(
      with_header("NMS Tier 2|AAOI|Applied Optoelectronics, Inc. Common Stock|EBXL LEVEL ATS|EBXL|"
                  "639234|7396|2025-12-29\n"),
      options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "OTC_ats_2025-12-01.txt weekly_download\n"
            "week_start_date:day symbol:symbol tier_identifier:text summary_type:text mpid:text "
            "firm_crd:int64 participant_name:text issue_name:text product_type:text "
            "share_quantity:quantity trade_count:int64 notional:double initial_published_date:day "
            "last_update_date:day total_share_quantity:quantity total_trade_count:int64 \n"
            "2025-12-01 AAOI T2 ATS_W_SMBL_FIRM EBXL null EBXL LEVEL ATS Applied Optoelectronics, "
            "Inc. Common Stock null 639234 7396 null null 2025-12-29 null null \n");
}

TEST(WeeklyDownload, KnowsTheNamesOfTiers) {
  const auto document =
      read_text(with_header("NMS Tier 1|A|n|p|M|1|1|2025-12-29\nNMS Tier 2|B|n|p|M|1|1|2025-12-29\n"
                            "OTC|C|n|p|M|1|1|2025-12-29\nOTC Equities|D|n|p|M|1|1|2025-12-29\n"
                            "Not Applicable|E|n|p|M|1|1|2025-12-29\n|F|n|p|M|1|1|2025-12-29\n"),
                options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  std::string tiers;
  for (std::size_t row = 0; row < 6; ++row) {
    tiers += text_cell(*document, "tier_identifier", row) + " ";
  }
  EXPECT_EQ(tiers, "T1 T2 OTCE OTCE NA null ");
}

TEST(WeeklyDownload, KeepsTickersThatLookLikeNullsAndFractionsAsPublished) {
  const auto document = read_text(
      with_header("NMS Tier 1|NA|n|p|M|0.000001|1|2025-12-29\nNMS Tier 1|ABR$D|n|p|M|12.5||"
                  "2025-12-29\n"),
      options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(text_cell(*document, "symbol", 0), "NA");
  EXPECT_EQ(text_cell(*document, "symbol", 1), "ABR$D");
  EXPECT_EQ(text_cell(*document, "share_quantity", 0), "0.000001");
  EXPECT_EQ(text_cell(*document, "trade_count", 1), "null");
}

TEST(WeeklyDownload, MayBeSeparatedByCommasWithQuotes) {
  const auto document = read_text(
      "tierDescription,issueSymbolIdentifier,issueName,marketParticipantName,MPID,"
      "totalWeeklyShareQuantity,totalWeeklyTradeCount,lastUpdateDate\n"
      "NMS Tier 1,A,\"Agilent, Inc. \"\"A\"\"\",p,UBSA,5,1,2025-12-29\n",
      options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(text_cell(*document, "issue_name", 0), "Agilent, Inc. \"A\"");
}

TEST(WeeklyDownload, TakesQuotesBetweenPipesAsLetters) {
  const auto document = read_text(
      with_header("NMS Tier 1|A|The \"A\" Fund|p|UBSA|5|1|2025-12-29\n"), options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(text_cell(*document, "issue_name", 0), "The \"A\" Fund");
}

TEST(WeeklyDownload, OfNonAtsVolumeTellsFirmsApartByTheirNames) {
  const auto document =
      read_text(with_header("NMS Tier 1|A|n|CITADEL SECURITIES LLC||9|2|2025-12-29\n"
                            "NMS Tier 1|A|n|De Minimis Firms||3|1|2025-12-29\n"),
                options_for("otc_NON_ats_2025-12-01.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 2U);
  EXPECT_EQ(text_cell(*document, "summary_type", 0), "OTC_W_SMBL_FIRM");
  EXPECT_THAT(document->warnings, testing::IsEmpty());
}

TEST(WeeklyDownload, WithoutColumnsOfFirmsHoldsRowsOfWholeSymbols) {
  const auto document =
      read_text("tierDescription|issueSymbolIdentifier|totalWeeklyShareQuantity\nNMS Tier 1|A|9\n",
                options_for("OTC_non_ats_2025-12-01.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(text_cell(*document, "summary_type", 0), "OTC_W_SMBL");
}

TEST(WeeklyDownload, IsAtsVolumeWhereTheNameSaysNothingAndTheRowsHaveMpids) {
  const auto document = read_text(with_header("NMS Tier 1|A|n|UBS ATS|UBSA|9|2|2025-12-29\n"),
                                  in_week("tier1.csv", "2025-12-01"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(text_cell(*document, "summary_type", 0), "ATS_W_SMBL_FIRM");
  EXPECT_EQ(text_cell(*document, "week_start_date", 0), "2025-12-01");
}

TEST(WeeklyDownload, RefusesAnMpidUnderANameThatSaysNonAts) {
  expect_refused(read_text(with_header("NMS Tier 1|A|n|SOME FIRM||9|2|2025-12-29\n"
                                       "NMS Tier 1|B|n|UBS ATS|UBSA|9|2|2025-12-29\n"),
                           options_for("OTC_non_ats_2025-12-01.txt")),
                 {3, 24, "MPID", "the name says OTC_non_ats_, but only ATS volume has an MPID"});
}

TEST(WeeklyDownload, SaysWhenNeitherNameNorMpidTellWhoseVolumeItIs) {
  expect_refused(read_text(with_header("NMS Tier 1|A|n|SOME FIRM||9|2|2025-12-29\n"),
                           in_week("tier1.csv", "2025-12-01")),
                 {0, 0, "", "OTC_non_ats_", ErrorCode::InvalidArgument});
}

TEST(WeeklyDownload, AsksForTheWeekWhenNothingTellsIt) {
  expect_refused(
      read_text(with_header("NMS Tier 1|A|n|p|UBSA|9|2|2025-12-29\n"), options_for("tier1.csv")),
      {0, 0, "", "--week", ErrorCode::InvalidArgument});
  expect_refused(read_text(kHeader, options_for("tier1.csv")),
                 {0, 0, "", "--week", ErrorCode::InvalidArgument});
}

TEST(WeeklyDownload, ExplainsThatADateInTheNameIsThatOfPublication) {
  for (const char* name :
       {"finra_otc_weekly_otc_20251229.csv", "otc_2025-12-29.csv", "OTC_ats_2025-12-29.txt"}) {
    SCOPED_TRACE(name);
    const std::string text = with_header("OTC|A|n|p|OTCN|9|2|2025-12-29\n");
    expect_refused(read_text(text, options_for(name)),
                   {0, 0, "", "when FINRA published the file", ErrorCode::InvalidArgument});

    const auto told = read_text(text, in_week(name, "2025-11-24"));

    ASSERT_TRUE(told) << to_text(told);
    EXPECT_EQ(text_cell(*told, "week_start_date", 0), "2025-11-24");
  }
}

TEST(WeeklyDownload, RefusesAWeekThatCannotBe) {
  const std::string text = with_header("OTC|A|n|p|OTCN|9|2|2025-12-29\n");
  struct Case {
    const char* name;
    const char* week;
    std::string_view words;
  };
  for (const Case& wrong :
       {Case{"a.csv", "2025-12-02", "no Monday"}, Case{"a.csv", "2025-12-29", "was not over"},
        Case{"OTC_ats_2025-12-01.txt", "2025-12-08", "but --week says"}}) {
    SCOPED_TRACE(wrong.words);
    expect_refused(read_text(text, in_week(wrong.name, wrong.week)),
                   {0, 0, "", wrong.words, ErrorCode::InvalidArgument});
  }
  expect_refused(read_text(text, options_for("OTC_ats_2025-12-02.txt")),
                 {0, 0, "", "which is no Monday", ErrorCode::InvalidArgument});
}

TEST(WeeklyDownload, WithAHeaderOnlyIsAWeekWithoutRows) {
  const auto document = read_text(kHeader, options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 0U);
  EXPECT_EQ(document->dataset, market::Dataset::WeeklyDownload);
}

TEST(WeeklyDownload, WarnsOfASymbolThatStandsTwiceAndKeepsItsRowsApart) {
  const auto document = read_text(with_header("NMS Tier 1|RNA|Avidity|p|UBSA|9|2|2025-12-29\n"
                                              "NMS Tier 1|RNA|Atrium|p|UBSA|3|1|2025-12-29\n"
                                              "NMS Tier 1|RNA|Avidity|q|SGMT|9|2|2025-12-29\n"
                                              "NMS Tier 1|RNA|Atrium|q|SGMT|3|1|2025-12-29\n"),
                                  options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 4U);
  EXPECT_THAT(document->warnings,
              testing::ElementsAre(testing::StartsWith("RNA stands more than once in the week of "
                                                       "2025-12-01")));
}

TEST(WeeklyDownload, NamesTwentySymbolsThatStandTwiceAndCountsTheOthers) {
  std::string text{kHeader};
  for (int i = 0; i < 23; ++i) {
    const std::string symbol{static_cast<char>('A' + i), 'X'};
    for (const char* issue : {"one", "two"}) {
      text += fmt::format("OTC|{}|{}|p|OTCN|9|2|2025-12-29\n", symbol, issue);
    }
  }

  const auto document = read_text(text, options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  ASSERT_EQ(document->warnings.size(), 21U);
  EXPECT_THAT(document->warnings[20], testing::HasSubstr("3 more symbols"));
}

TEST(WeeklyDownload, LeavesOutRowsWithoutASymbolWithOneWarningThatCountsThem) {
  const auto document =
      read_text(with_header("OTC||n|p|OTCN|9|2|2025-12-29\nOTC|A|n|p|OTCN|9|2|2025-12-29\n"
                            "OTC||n|p|OTCX|9|2|2025-12-29\n"),
                options_for(kAtsName));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::EndsWith("left out: 2")));
}

TEST(WeeklyDownload, SetsBadRowsAside) {
  const auto document =
      read_text(with_header("OTC|A|n|p|OTCN|x|2|2025-12-29\nOTC|B|n|p|OTCN|9|2|2025-12-29\n"
                            "OTC|B|n|p|OTCN|9|2|2025-12-29\n"),
                options_for(kAtsName, 2));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  ASSERT_EQ(document->rejects.size(), 2U);
  EXPECT_EQ(document->rejects[0].place.column, 16U);
  EXPECT_EQ(document->rejects[0].place.field, "totalWeeklyShareQuantity");
}

struct Case {
  const char* name;
  std::string_view row;
  test::Refusal refusal;
};
class WeeklyDownloadRow : public testing::TestWithParam<Case> {};

TEST_P(WeeklyDownloadRow, IsRefusedWithItsPlace) {
  expect_refused(read_text(with_header(std::string{GetParam().row} + "\n"), options_for(kAtsName)),
                 GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, WeeklyDownloadRow,
    testing::Values(
        Case{"FieldCount", "OTC|A|n|p|M|1|2", {2, 1, "", "expected 8 fields, found 7"}},
        Case{"Tier",
             "NMS Tier 3|A|n|p|M|1|2|2025-12-29",
             {2, 1, "tierDescription", "no tier of FINRA"}},
        Case{"Symbol",
             "OTC|A(B|n|p|M|1|2|2025-12-29",
             {2, 5, "issueSymbolIdentifier", "not a symbol"}},
        Case{"NoFirm", "OTC|A|n|||1|2|2025-12-29", {2, 10, "MPID", "names no firm"}},
        Case{"NoShares",
             "OTC|A|n|p|M||2|2025-12-29",
             {2, 13, "totalWeeklyShareQuantity", "no value"}},
        Case{"Negative",
             "OTC|A|n|p|M|-1|2|2025-12-29",
             {2, 13, "totalWeeklyShareQuantity", "negative"}},
        Case{"Exponent",
             "OTC|A|n|p|M|1e3|2|2025-12-29",
             {2, 13, "totalWeeklyShareQuantity", "not a number"}},
        Case{"TooFine",
             "OTC|A|n|p|M|1.0000001|2|2025-12-29",
             {2, 13, "totalWeeklyShareQuantity", "decimals"}},
        Case{"TooMany",
             "OTC|A|n|p|M|99999999999999|2|2025-12-29",
             {2, 13, "totalWeeklyShareQuantity", "too large"}},
        Case{"PartOfATrade",
             "OTC|A|n|p|M|1|2.5|2025-12-29",
             {2, 15, "totalWeeklyTradeCount", "decimals"}},
        Case{"Date", "OTC|A|n|p|M|1|2|29.12.2025", {2, 17, "lastUpdateDate", "not a date"}},
        Case{"Control", "OTC|A|n\x02|p|M|1|2|2025-12-29", {2, 7, "", "control character"}},
        Case{"NotUtf8", "OTC|A|Soci\xE9t\xE9|p|M|1|2|2025-12-29", {2, 7, "issueName", "UTF-8"}},
        Case{"Blank", "\nOTC|A|n|p|M|1|2|2025-12-29", {2, 1, "", "a blank line"}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WeeklyDownload, NamesAColumnThatStandsTwiceOrIsMissing) {
  expect_refused(read_text("issueSymbolIdentifier|MPID|mpid|totalWeeklyShareQuantity\n",
                           options_for(kAtsName)),
                 {1, 28, "header", "twice"});
  expect_refused(read_text("MPID|totalWeeklyShareQuantity\n", options_for(kAtsName)),
                 {1, 1, "issueSymbolIdentifier", "lacks the field issueSymbolIdentifier"});
}

TEST(WeeklyDownload, OfMonthsOrBlocksIsNoKnownLayoutForAStatedReason) {
  expect_refused(read_text("issueSymbolIdentifier|totalMonthlyShareQuantity\n", options_for("m")),
                 {1, 1, "header", "monthly figures", ErrorCode::UnknownLayout});
  expect_refused(read_text("MPID|ATSBlockQuantity\n", options_for("blocks.csv")),
                 {1, 1, "header", "block statistics", ErrorCode::UnknownLayout});
}

TEST(LegacyDownload, ReadsFirmsLaterOfBothDatesAndTheFooter) {
  const auto document =
      read_text(std::string{kLegacyHeader} +
                    "NMS Tier 1|A|Agilent|LEVEL ATS|EBXL|639|2018-07-30|7|2018-08-06\n"
                    "Other|B|Barnes|LEVEL ATS|EBXL|5|07/30/2018|1|\n2\n",
                in_week("20180709_ATS_a_b.txt", "2018-07-09"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->dataset, market::Dataset::WeeklyDownload);
  EXPECT_EQ(text_cell(*document, "summary_type", 0), "ATS_W_SMBL_FIRM");
  EXPECT_EQ(text_cell(*document, "tier_identifier", 0), "T1");
  EXPECT_EQ(text_cell(*document, "tier_identifier", 1), "null");
  EXPECT_EQ(text_cell(*document, "last_update_date", 0), "2018-08-06");
  EXPECT_EQ(text_cell(*document, "last_update_date", 1), "2018-07-30");
  EXPECT_EQ(text_cell(*document, "participant_name", 0), "LEVEL ATS");
  EXPECT_THAT(document->warnings, testing::IsEmpty());
}

TEST(LegacyDownload, IsNonAtsVolumeByItsColumn) {
  const auto document = read_text(
      "Symbol|Issue_Description|OTC_Non-ATS_Description|Shares|Trades|Shares_Last_Updated|"
      "Trades_Last_Updated\nA|n|SOME FIRM|5|1|2018-07-30|2018-07-30\nEnd of file\n",
      in_week("old.txt", "2018-07-09"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(text_cell(*document, "summary_type", 0), "OTC_W_SMBL_FIRM");
  EXPECT_EQ(text_cell(*document, "participant_name", 0), "SOME FIRM");
}

TEST(LegacyDownload, WarnsWhenTheFooterIsMissing) {
  const auto document =
      read_text(std::string{kLegacyHeader} + "NMS Tier 1|A|n|p|EBXL|6|2018-07-30|7|2018-07-30\n",
                in_week("old.txt", "2018-07-09"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::StartsWith("no footer line")));
}

TEST(LegacyDownload, RefusesAFooterThatCountsOtherRowsAndTextBehindIt) {
  const std::string text =
      std::string{kLegacyHeader} + "NMS Tier 1|A|n|p|EBXL|6|2018-07-30|7|2018-07-30\n";
  expect_refused(read_text(text + "2\n", in_week("old.txt", "2018-07-09")),
                 {3, 1, "footer", "counts 2 rows, but there are 1"});
  expect_refused(read_text(text + "1\nmore|\n", in_week("old.txt", "2018-07-09")),
                 {4, 1, "footer", "text behind"});
}

TEST(WeeklyDownload, GivesTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(
      "\xEF\xBB\xBF" + with_header("OTC|A|n|p|OTCN|9|2|2025-12-29\r\nOTC|A|m|p|OTCN|9.5|2|\r\n"
                                   "OTC||n|p|OTCX|9|2|2025-12-29\nOTC|A|n|p|OTCN|9|2|\n\n"),
      options_for(kAtsName, 1));
  test::expect_equal_at_every_split(
      std::string{kLegacyHeader} + "NMS Tier 1|A|n|p|EBXL|6|2018-07-30|7|2018-07-30\n1",
      in_week("old.txt", "2018-07-09"));
}

}  // namespace
}  // namespace offex::formats
