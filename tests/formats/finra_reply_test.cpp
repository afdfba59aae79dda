// Replies of the Query API, as JSON and as CSV.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"
#include "formats/finra_reply_text.hpp"

namespace offex::formats {
namespace {

using base::ErrorCode;
using test::cells;
using test::expect_refused;
using test::one_row;
using test::options_for;
using test::read_text;
using test::to_text;

constexpr std::string_view kWeekly =
    R"("weekStartDate":"2026-06-22","issueSymbolIdentifier":"AAPL","totalWeeklyShareQuantity":5)";

std::string weekly(std::string_view more, std::string_view type = "ATS_W_SMBL") {
  return one_row(fmt::format(R"({},"summaryTypeCode":"{}"{}{})", kWeekly, type,
                             more.empty() ? "" : ",", more));
}

TEST(WeeklySummaryReply, HasTheColumnsOfItsContract) {
  const auto document = read_text(
      R"([{"totalWeeklyShareQuantity":21779,"issueSymbolIdentifier":"BRKR","issueName":"Bruker",)"
      R"("lastUpdateDate":"2023-11-28","lastReportedDate":"2023-11-10","tierDescription":)"
      R"("NMS Tier 1","initialPublishedDate":"2023-11-27","tierIdentifier":"T1",)"
      R"("summaryStartDate":"2023-11-06","totalNotionalSum":1257506,"totalWeeklyTradeCount":241,)"
      R"("weekStartDate":"2023-11-06","MPID":"JPBX","firmCRDNumber":79,"productTypeCode":"UTP",)"
      R"("marketParticipantName":"JPBX JPB-X","summaryTypeCode":"ATS_W_SMBL_FIRM"}])",
      options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "reply.json weekly_summary\n"
            "week_start_date:day symbol:symbol tier_identifier:text summary_type:text mpid:text "
            "firm_crd:int64 participant_name:text issue_name:text product_type:text "
            "share_quantity:quantity trade_count:int64 notional:double initial_published_date:day "
            "last_update_date:day total_share_quantity:quantity total_trade_count:int64 \n"
            "2023-11-06 BRKR T1 ATS_W_SMBL_FIRM JPBX 79 JPBX JPB-X Bruker UTP 21779 241 1257506 "
            "2023-11-27 2023-11-28 null null \n");
}

TEST(WeeklySummaryReply, ReadsNumbersHoweverTheyAreWritten) {
  for (const char* quantity : {"1240000000", "1.24E9", "1.24e+09", "\"1240000000\"", "\"1.24E9\"",
                               "1240000000.000000", "12400000000E-1"}) {
    SCOPED_TRACE(quantity);
    const auto document = read_text(
        one_row(fmt::format(R"("weekStartDate":"2026-06-22","issueSymbolIdentifier":"A",)"
                            R"("summaryTypeCode":"ATS_W_SMBL","totalWeeklyShareQuantity":{},)"
                            R"("totalNotionalSum":1.245658645385274E9)",
                            quantity)),
        options_for("reply.json"));

    EXPECT_EQ(cells(document, {"share_quantity", "notional"}), "1240000000 1245658645.385274");
  }
}

TEST(WeeklySummaryReply, KeepsFractionsOfSharesExact) {
  const auto document = read_text(
      R"([{"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A","summaryTypeCode":"OTC_W_SMBL",)"
      R"("totalWeeklyShareQuantity":9007199254740.993001}])",
      options_for("reply.json"));

  EXPECT_EQ(cells(document, {"share_quantity"}), "9007199254740.993001");
}

TEST(WeeklySummaryReply, TakesNullAbsentAndEmptyForMissing) {
  for (const char* more : {R"("totalWeeklyTradeCount":null,"MPID":null,"firmCRDNumber":null)", "",
                           R"("totalWeeklyTradeCount":"","MPID":"","tierIdentifier":"")"}) {
    EXPECT_EQ(cells(read_text(weekly(more), options_for("reply.json")),
                    {"trade_count", "mpid", "firm_crd", "tier_identifier", "notional",
                     "initial_published_date"}),
              "null null null null null null");
  }
}

TEST(WeeklySummaryReply, TellsTheTierOfTheOldIdentifierByItsDescription) {
  const auto tier = [](const char* fields) {
    return cells(read_text(weekly(fields), options_for("reply.json")), {"tier_identifier"});
  };
  EXPECT_EQ(tier(R"("tierIdentifier":"NMS","tierDescription":"NMS Tier 2")"), "T2");
  EXPECT_EQ(tier(R"("tierIdentifier":"NMS")"), "null");
  EXPECT_EQ(tier(R"("tierIdentifier":"OTCE","tierDescription":"OTC Equity")"), "OTCE");
  EXPECT_EQ(tier(R"("tierDescription":"Not Applicable")"), "NA");
}

TEST(WeeklySummaryReply, MayHaveItsFieldsInAnyOrderInEachRow) {
  const auto document = read_text(
      R"([{"weekStartDate":"2026-06-22","summaryTypeCode":"ATS_W_SMBL","issueSymbolIdentifier":"A",)"
      R"("totalWeeklyShareQuantity":1},{"totalWeeklyShareQuantity":2,"summaryTypeCode":)"
      R"("ATS_W_SMBL","totalWeeklyTradeCount":7,"issueSymbolIdentifier":"B","weekStartDate":)"
      R"("2026-06-22"}])",
      options_for("reply.json"));

  EXPECT_EQ(cells(document, {"symbol", "share_quantity", "trade_count"}, 0), "A 1 null");
  EXPECT_EQ(cells(document, {"symbol", "share_quantity", "trade_count"}, 1), "B 2 7");
}

TEST(WeeklySummaryReply, IgnoresFieldsItDoesNotKnowWithOneWarning) {
  const auto document = read_text(
      weekly(R"("newFigure":1.5,"anotherOne":{"a":[1,2]},"lastReportedDate":"2026-06-26")"),
      options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings,
              testing::ElementsAre("ignored fields that the weeklySummary reply does not have: "
                                   "newFigure, anotherOne"));
}

TEST(WeeklySummaryReply, LeavesOutTotalsAndStatisticsWithOneWarningThatCountsThem) {
  const auto document = read_text(
      fmt::format(R"([{{{0},"summaryTypeCode":"ATS_W_SMBL"}},)"
                  R"({{"weekStartDate":"2026-06-22","issueSymbolIdentifier":null,)"
                  R"("totalWeeklyShareQuantity":9,"summaryTypeCode":"ATS_W_VOL_STATS"}},)"
                  R"({{"weekStartDate":"2026-06-22","totalWeeklyShareQuantity":9,"MPID":"UBSA",)"
                  R"("summaryTypeCode":"ATS_W_FIRM"}},{{{0},"summaryTypeCode":"OTC_W_VOL_STATS"}},)"
                  R"({{"totalWeeklyShareQuantity":9,"summaryTypeCode":null}}])",
                  kWeekly),
      options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::EndsWith("left out: 4")));
}

TEST(WeeklySummaryReply, TakesTheSummaryTypeFromTheNameWhenTheFieldWasNotAskedFor) {
  const std::string text = one_row(kWeekly);

  EXPECT_EQ(
      cells(read_text(text, options_for("weeklySummary_OTC_W_SMBL_T1.json")), {"summary_type"}),
      "OTC_W_SMBL");
  expect_refused(read_text(text, options_for("reply.json")),
                 {0, 0, "", "lacks the field summaryTypeCode", ErrorCode::InvalidArgument});
}

TEST(WeeklySummaryReply, TakesTheWeekFromTheCallerWhenTheFieldWasNotAskedFor) {
  constexpr std::string_view kText =
      R"([{"issueSymbolIdentifier":"A","totalWeeklyShareQuantity":5,"summaryTypeCode":"ATS_W_SMBL"}])";
  ReadOptions options = options_for("reply.json");
  expect_refused(read_text(kText, options), {0, 0, "", "--week", ErrorCode::InvalidArgument});

  options.week = *market::Day::parse("2026-06-22");

  EXPECT_EQ(cells(read_text(kText, options), {"week_start_date"}), "2026-06-22");
}

TEST(WeeklySummaryReply, KeepsAChangeOfTapeApartAndWarnsOfIt) {
  const auto document =
      read_text(fmt::format(R"([{{{0},"summaryTypeCode":"ATS_W_SMBL","productTypeCode":"CTS"}},)"
                            R"({{{0},"summaryTypeCode":"ATS_W_SMBL","productTypeCode":"UTP"}},)"
                            R"({{{0},"summaryTypeCode":"OTC_W_SMBL","productTypeCode":"UTP"}}])",
                            kWeekly),
                options_for("reply.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 3U);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("AAPL stands more")));
}

struct Case {
  const char* name;
  std::string_view text;
  test::Refusal refusal;
  const char* file{"x_ATS_W_SMBL.json"};
};
class WeeklyReplyRow : public testing::TestWithParam<Case> {};

TEST_P(WeeklyReplyRow, IsRefusedWithItsPlace) {
  const std::string text = fmt::format("[\n{{{}}}]", GetParam().text);

  expect_refused(read_text(text, options_for(GetParam().file)), GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, WeeklyReplyRow,
    testing::Values(
        Case{
            "Tuesday",
            R"("weekStartDate":"2026-06-23","issueSymbolIdentifier":"A","totalWeeklyShareQuantity":5)",
            {2, 18, "weekStartDate", "not a Monday"}},
        Case{"WeekIsANumber",
             R"("weekStartDate":20260622,"issueSymbolIdentifier":"A","totalWeeklyShareQuantity":5)",
             {2, 18, "weekStartDate", "not a text"}},
        Case{"NoWeek",
             R"("weekStartDate":null,"issueSymbolIdentifier":"A","totalWeeklyShareQuantity":5)",
             {2, 18, "weekStartDate", "no value"}},
        Case{
            "SymbolIsANumber",
            R"("totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":7)",
            {2, 84, "issueSymbolIdentifier", "not a text"}},
        Case{
            "NoShares",
            R"("totalWeeklyShareQuantity":null,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 29, "totalWeeklyShareQuantity", "no value"}},
        Case{
            "SharesAreTrue",
            R"("totalWeeklyShareQuantity":true,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 29, "totalWeeklyShareQuantity", "not a number"}},
        Case{
            "SharesAreAList",
            R"("totalWeeklyShareQuantity":[5],"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 29, "totalWeeklyShareQuantity", "not a number"}},
        Case{
            "Negative",
            R"("totalWeeklyShareQuantity":-5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 29, "totalWeeklyShareQuantity", "negative"}},
        Case{
            "TooFine",
            R"("totalWeeklyShareQuantity":5E-7,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 29, "totalWeeklyShareQuantity", "decimals"}},
        Case{
            "NegativeDollars",
            R"("totalNotionalSum":-5,"totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 21, "totalNotionalSum", "negative"}},
        Case{
            "Monthly",
            R"("summaryTypeCode":"OTC_M_SMBL","totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 20, "summaryTypeCode", "monthly figures"}},
        Case{
            "UnknownType",
            R"("summaryTypeCode":"ATS_X","totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 20, "summaryTypeCode", "no weekly summary type"}},
        Case{
            "TypeIsANumber",
            R"("summaryTypeCode":1,"totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 20, "summaryTypeCode", "not a text"}},
        Case{
            "NoSymbolInARowOfOne",
            R"("summaryTypeCode":"ATS_W_SMBL","totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":null)",
            {2, 115, "issueSymbolIdentifier", "no value"}},
        Case{
            "AFirmInARowOfTheSymbol",
            R"("MPID":"UBSA","totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 9, "MPID", "a firm in a row of the whole symbol"}},
        Case{
            "NoFirmInARowOfOne",
            R"("MPID":null,"summaryTypeCode":"ATS_W_SMBL_FIRM","totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 9, "MPID", "names no firm"},
            "reply.json"},
        Case{
            "Tier",
            R"("tierIdentifier":"T9","totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 19, "tierIdentifier", "no tier of FINRA"}},
        Case{
            "FieldTwice",
            R"("totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A","totalWeeklyShareQuantity":6)",
            {2, 115, "totalWeeklyShareQuantity", "stands twice"}},
        Case{
            "IgnoredFieldTwice",
            R"("x":5,"x":6,"totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 12, "x", "stands twice"}},
        Case{
            "ControlCharacter",
            R"("issueName":"a\u0007b","totalWeeklyShareQuantity":5,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 14, "issueName", "control character"}},
        Case{
            "NotJson",
            R"("totalWeeklyShareQuantity":5x,"weekStartDate":"2026-06-22","issueSymbolIdentifier":"A")",
            {2, 29, "totalWeeklyShareQuantity", "not a JSON value"}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WeeklySummaryReply, RefusesTheSameRowTwice) {
  const std::string row = fmt::format(R"({{{},"summaryTypeCode":"ATS_W_SMBL"}})", kWeekly);

  expect_refused(read_text(fmt::format("[{},\n{}]", row, row), options_for("reply.json")),
                 {2, 55, "issueSymbolIdentifier", "an earlier row has the same"});
}

TEST(WeeklySummaryReply, SetsBadRowsAsideAndReadsTheOthers) {
  const auto document = read_text(
      fmt::format(R"([{{{0},"summaryTypeCode":"X"}},{{{0},"summaryTypeCode":"ATS_W_SMBL"}},)"
                  R"({{{0},"summaryTypeCode":"ATS_W_SMBL","MPID":1,"MPID":2}}])",
                  kWeekly),
      options_for("reply.json", 2));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  ASSERT_EQ(document->rejects.size(), 2U);
  EXPECT_EQ(document->rejects[1].place.field, "MPID");
}

TEST(Reply, RefusesWhatIsCutOrHasTextBehindIt) {
  const std::string whole = weekly(R"("issueName":"Apple Inc.")");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const auto cut = read_text(std::string_view{whole}.substr(0, size), options_for("reply.json"));

    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::Integrity) << to_text(cut);
  }
  for (const char* rest : {"]", "[]", " 1", "\n{}", ",", "x"}) {
    SCOPED_TRACE(rest);
    const auto longer = read_text(whole + rest, options_for("reply.json"));

    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().code, ErrorCode::Integrity) << to_text(longer);
  }
  EXPECT_TRUE(read_text(whole + " \n\n", options_for("reply.json")));
}

TEST(Reply, WithoutRowsTellsWhyNoDataSetIsKnown) {
  for (const char* text : {"[]", " [ ]\n", "\xEF\xBB\xBF[]"}) {
    expect_refused(read_text(text, options_for("reply.json")),
                   {1, 1, "", "does not tell which data set", ErrorCode::UnknownLayout});
  }
}

TEST(Reply, OfAnUnknownShapeIsNoKnownLayout) {
  expect_refused(read_text("[1,2]", options_for("a.json")),
                 {1, 2, "", "something else than rows", ErrorCode::UnknownLayout});
  expect_refused(read_text(R"([{"a":1}])", options_for("a.json")),
                 {1, 2, "", "no reply that offex knows", ErrorCode::UnknownLayout});
  expect_refused(read_text(R"([{"issueSymbolIdentifier":"A","totalMonthlyShareQuantity":5}])",
                           options_for("a.json")),
                 {1, 2, "", "monthly figures", ErrorCode::UnknownLayout});
  expect_refused(read_text(R"([{"weekStartDate":"2026-06-22"}])", options_for("a.json")),
                 {1, 2, "", "an index of weeks", ErrorCode::UnknownLayout});
  expect_refused(
      read_text(weekly("").substr(0, weekly("").size() - 1) + ",7]", options_for("a.json")),
      {1, 124, "row", "not an object"});
}

TEST(Reply, WithEndlesslyManyFieldsIsRefused) {
  std::string text = "[{";
  for (int i = 0; i < 300; ++i) text += fmt::format("\"f{}\":1,", i);

  const auto document = read_text(text + "\"f\":1}]", options_for("a.json"));

  ASSERT_FALSE(document);
  EXPECT_THAT(document.error().message, testing::HasSubstr("more than 256 different fields"));
}

TEST(Reply, NamesTheRequiredFieldThatWasNotAskedFor) {
  expect_refused(read_text(R"([{"weekStartDate":"2026-06-22","totalWeeklyShareQuantity":5}])",
                           options_for("a.json")),
                 {1, 2, "issueSymbolIdentifier", "lacks the field issueSymbolIdentifier"});
  expect_refused(read_text(R"([{"settlementDate":"2026-09-15","currentShortPositionQuantity":5}])",
                           options_for("a.json")),
                 {1, 2, "symbolCode", "lacks the field symbolCode"});
}

}  // namespace
}  // namespace offex::formats
