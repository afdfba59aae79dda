// Query API replies about days: regShoDaily, consolidatedShortInterest and thresholdList.
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

constexpr std::string_view kRegShoHeader =
    "\"tradeReportDate\",\"securitiesInformationProcessorSymbolIdentifier\",\"shortParQuantity\","
    "\"shortExemptParQuantity\",\"totalParQuantity\",\"marketCode\",\"reportingFacilityCode\"\n";

std::string reg_sho(std::string_view row) {
  return std::string{kRegShoHeader} + std::string{row} + "\n";
}

TEST(RegShoReply, HasTheColumnsOfTheShortTable) {
  const auto document = read_text(
      R"([{"tradeReportDate":"2026-04-13","securitiesInformationProcessorSymbolIdentifier":)"
      R"("BRK/B","shortParQuantity":6193502.25,"shortExemptParQuantity":43704,)"
      R"("totalParQuantity":1.1928364E7,"marketCode":"Q","reportingFacilityCode":"NQTRF"},)"
      R"({"tradeReportDate":"2026-04-13","securitiesInformationProcessorSymbolIdentifier":"A",)"
      R"("shortParQuantity":null,"totalParQuantity":7,"marketCode":"OTHER",)"
      R"("reportingFacilityCode":"ORF"}])",
      options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "reply.json reg_sho_api\n"
            "trade_date:day facility:int32 symbol:symbol market_mask:int32 short_volume:quantity "
            "short_exempt_volume:quantity total_volume:quantity \n"
            "2026-04-13 1 BRK/B 2 6193502.25 43704 11928364 \n"
            "2026-04-13 5 A null null null 7 \n");
}

TEST(RegShoReply, KnowsEveryFacilityByLetterAndByName) {
  using market::Facility;
  const std::vector<std::pair<std::string, Facility>> codes = {
      {"Q", Facility::Fnsq},     {"NQTRF", Facility::Fnsq}, {"N", Facility::Fnyx},
      {"NYTRF", Facility::Fnyx}, {"B", Facility::Fnqc},     {"NCTRF", Facility::Fnqc},
      {"D", Facility::Fnra},     {"ADF", Facility::Fnra},   {"O", Facility::Forf},
      {"ORF", Facility::Forf}};
  for (const auto& [code, facility] : codes) {
    SCOPED_TRACE(code);
    const auto document =
        read_text(reg_sho("2026-04-13,A,1,0,2,," + code), options_for("reply.csv"));

    ASSERT_TRUE(document) << to_text(document);
    EXPECT_EQ(document->rows.find("facility")->values<std::int32_t>()[0],
              static_cast<std::int32_t>(facility));
  }
}

TEST(RegShoReply, TakesTheFacilityFromTheCallerOnlyWhereNoneIsThere) {
  const std::string text =
      R"([{"tradeReportDate":"2026-04-13","securitiesInformationProcessorSymbolIdentifier":"A",)"
      R"("totalParQuantity":7}])";
  ReadOptions options = options_for("reply.json");
  expect_refused(read_text(text, options),
                 {0, 0, "", "reportingFacilityCode", ErrorCode::InvalidArgument});

  options.facility = market::Facility::Fnyx;

  EXPECT_TRUE(read_text(text, options));
  expect_refused(read_text(reg_sho("2026-04-13,A,1,0,2,,Q"), options),
                 {2, 21, "reportingFacilityCode", "this is FNSQ"});
}

struct Case {
  const char* name;
  std::string_view row;
  test::Refusal refusal;
};
class RegShoRow : public testing::TestWithParam<Case> {};

TEST_P(RegShoRow, IsRefusedWithItsPlace) {
  expect_refused(read_text(reg_sho(GetParam().row), options_for("reply.csv")), GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, RegShoRow,
    testing::Values(
        Case{"ExemptAboveShort",
             "2026-04-13,A,1,2,5,Q,Q",
             {2, 16, "shortExemptParQuantity", "more exempt than short"}},
        Case{"ShortAboveTotal",
             "2026-04-13,A,6,2,5,Q,Q",
             {2, 14, "shortParQuantity", "more short than total"}},
        Case{"ExemptAboveTotal",
             "2026-04-13,A,,6,5,Q,Q",
             {2, 15, "shortExemptParQuantity", "more exempt than total"}},
        Case{"Facility", "2026-04-13,A,1,0,5,Q,X", {2, 22, "reportingFacilityCode", "known are"}},
        Case{"NoFacility", "2026-04-13,A,1,0,5,Q,", {2, 22, "reportingFacilityCode", "no value"}},
        Case{"NoDate", ",A,1,0,5,Q,Q", {2, 1, "tradeReportDate", "no value"}},
        Case{"NoSymbol",
             "2026-04-13,,1,0,5,Q,Q",
             {2, 12, "securitiesInformationProcessorSymbolIdentifier", "no value"}},
        Case{"NotANumber", "2026-04-13,A,1;2,0,5,Q,Q", {2, 14, "shortParQuantity", "not a number"}},
        Case{"Twice",
             "2026-04-13,A,1,0,5,Q,Q\n2026-04-13,A,1,0,5,N,Q",
             {3, 1, "tradeReportDate", "same trade_date, facility, symbol"}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(RegShoReply, MayBeSeparatedByCommaPipeTabOrControlA) {
  const std::string expected = to_text(read_text(
      reg_sho("\"2026-04-13\",\"A\",1.5,0,\"2\",\"B,Q,N\",\"Q\""), options_for("reply.csv")));
  EXPECT_THAT(expected, testing::HasSubstr("2026-04-13 1 A 7 1.5 0 2"));
  for (const char delimiter : {'|', '\t', '\x01'}) {
    std::string text = reg_sho("\"2026-04-13\",\"A\",1.5,0,\"2\",\"B;Q;N\",\"Q\"");
    std::ranges::replace(text, ',', delimiter);
    std::ranges::replace(text, ';', ',');

    EXPECT_EQ(to_text(read_text(text, options_for("reply.csv"))), expected);
    std::erase(text, '"');
    EXPECT_EQ(to_text(read_text(text, options_for("reply.csv"))), expected);
  }
}

TEST(RegShoReply, WithAHeaderOnlyHasNoRows) {
  const auto document = read_text(kRegShoHeader, options_for("reply.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->dataset, market::Dataset::RegShoApi);
  EXPECT_EQ(document->rows.num_rows(), 0U);
}

TEST(ShortInterestReply, HasTheColumnsOfItsContract) {
  const auto document = read_text(
      R"([{"symbolCode":"BRKB","settlementDate":"2026-09-15","issueName":"Berkshire","marketClass)"
      R"(Code":"NYSE","currentShortPositionQuantity":128753092,"previousShortPositionQuantity":)"
      R"(139749097,"averageDailyVolumeQuantity":"45135477","changePercent":-7.87,)"
      R"("daysToCoverQuantity":2.85,"revisionFlag":"R","stockSplitFlag":null,)"
      R"("changePreviousNumber":-10996005},{"symbolCode":"A","settlementDate":"2026-09-15",)"
      R"("changePercent":null,"stockSplitFlag":"S"}])",
      options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "reply.json short_interest\n"
            "settlement_date:day symbol:symbol issue_name:text market_class:text "
            "current_short:quantity previous_short:quantity average_daily_volume:quantity "
            "change_percent:double days_to_cover:double revised:bool split:bool \n"
            "2026-09-15 BRKB Berkshire NYSE 128753092 139749097 45135477 -7.87 2.85 true false \n"
            "2026-09-15 A null null null null null null null false true \n");
}

TEST(ShortInterestReply, WarnsOfMarksThatWereNotAskedFor) {
  const auto document = read_text(
      R"([{"symbolCode":"A","settlementDate":"2026-09-15","currentShortPositionQuantity":1}])",
      options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("revisionFlag"),
                                                       testing::HasSubstr("stockSplitFlag")));
}

TEST(ShortInterestReply, DoesNotWarnOfAMarkThatALaterRowIsTheFirstToHave) {
  const auto document = read_text(
      R"([{"symbolCode":"A","settlementDate":"2026-09-15","currentShortPositionQuantity":1},)"
      R"({"symbolCode":"B","settlementDate":"2026-09-15","revisionFlag":"R","stockSplitFlag":""}])",
      options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings, testing::IsEmpty());
}

TEST(ShortInterestReply, RefusesAnotherMarkAndTheSameSymbolTwice) {
  const std::string header =
      "\"symbolCode\",\"settlementDate\",\"currentShortPositionQuantity\",\"revisionFlag\"\n";
  expect_refused(read_text(header + "A,2026-09-15,1,Q\n", options_for("reply.csv")),
                 {2, 16, "revisionFlag", "neither empty nor R"});
  expect_refused(
      read_text(header + "A,2026-09-15,1,\nA,2026-09-15,1,R\n", options_for("reply.csv")),
      {3, 1, "settlementDate", "same settlement_date, symbol"});
  expect_refused(read_text(header + "A,2026-09-15,-1,\n", options_for("reply.csv")),
                 {2, 14, "currentShortPositionQuantity", "negative"});
}

TEST(ThresholdReply, HasTheColumnsOfItsContract) {
  const auto document = read_text(
      R"([{"tradeDate":"2026-09-15","issueSymbolIdentifier":"AABB","issueName":"Asia Broadband",)"
      R"("regShoThresholdFlag":"Y","marketCategoryCode":"u"},{"tradeDate":"2026-09-15",)"
      R"("issueSymbolIdentifier":"AABBW","regShoThresholdFlag":null}])",
      options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "reply.json threshold_list\n"
            "trade_date:day symbol:symbol threshold_flag:text market_category:text \n"
            "2026-09-15 AABB Y u \n2026-09-15 AABBW null null \n");
}

}  // namespace
}  // namespace offex::formats
