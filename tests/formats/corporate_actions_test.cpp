// Share splits and resets of tickers: tables, and Polygon's pages of splits.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"

namespace offex::formats {
namespace {

using test::expect_refused;
using test::options_for;
using test::read_text;
using test::to_text;
using testing::HasSubstr;

constexpr std::string_view kHeader = "symbol,effective_date,action,factor\n";
constexpr std::string_view kColumns =
    "effective_date:day symbol:symbol action:text factor:double \n";

auto read_table(const std::string& text) { return read_text(text, options_for("actions.csv")); }
auto read_rows(const std::string& rows) { return read_table(std::string{kHeader} + rows); }

TEST(ActionTable, ReadsSplitsAndResets) {
  const auto document = read_rows(
      "GOOG,2022-07-18,split,20\nBRK/B,2010-01-21,Split,50\nCTXS,2026-03-02,reset,\n"
      "XYZ,2026-03-02,,0.1\n");

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document), "actions.csv corporate_actions\n" + std::string{kColumns} +
                                    "2022-07-18 GOOG split 20 \n"
                                    "2010-01-21 BRK/B split 50 \n"
                                    "2026-03-02 CTXS reset null \n"
                                    "2026-03-02 XYZ split 0.1 \n");
}

TEST(ActionTable, TakesSharesAfterAndBeforeInsteadOfAFactor) {
  const auto document = read_table(
      "execution_date,split_from,split_to,ticker,id\n2022-07-18,1,20,GOOG,E1\n"
      "2026-03-02,8,1,XYZ,E2\n");

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(to_text(*document), HasSubstr("2022-07-18 GOOG split 20 \n"
                                            "2026-03-02 XYZ split 0.125 \n"));
  EXPECT_THAT(document->warnings, testing::IsEmpty());
}

TEST(ActionTable, IsTheSameWithCommasTabsAndPipesAndTheOtherNamesOfTheDay) {
  const std::string comma = to_text(read_rows("A,2026-03-02,split,2\n"));

  EXPECT_EQ(comma,
            to_text(read_table("symbol\texdate\taction\tfactor\nA\t2026-03-02\tsplit\t2\n")));
  EXPECT_EQ(comma, to_text(read_table("Ticker|Date|Factor\nA|2026-03-02|2\n")));
  EXPECT_EQ(comma, to_text(read_table("ex_date,symbol,factor,split_from,split_to\n"
                                      "2026-03-02,A,2,1,2\n")));
}

TEST(ActionTable, RefusesOtherControlCharactersBetweenTabs) {
  expect_refused(read_table("symbol\texdate\taction\tfactor\nA\t2026-03-02\tspl\x01it\t2\n"),
                 {2, 14, "", "control character 0x01"});
}

TEST(ActionTable, MayHoldResetsAlone) {
  const auto document = read_table("symbol,date,action\nA,2026-03-02,RESET\n");

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(to_text(*document), HasSubstr("2026-03-02 A reset null \n"));
}

struct BadRow {
  std::string name;
  std::string row;
  unsigned column;
  std::string field;
  std::string reason;
};

class ActionTableFault : public testing::TestWithParam<BadRow> {};

TEST_P(ActionTableFault, RefusesTheFileAtItsPlace) {
  expect_refused(read_rows("A,2026-03-02,split,2\n" + GetParam().row + "\n"),
                 {3, GetParam().column, GetParam().field, GetParam().reason});
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ActionTableFault,
    testing::Values(
        BadRow{"FactorOfZero", "B,2026-03-02,split,0", 20, "factor", "not above zero"},
        BadRow{"NegativeFactor", "B,2026-03-02,split,-2", 20, "factor", "not above zero"},
        BadRow{"NoNumber", "B,2026-03-02,split,2:1", 20, "factor", "not a number"},
        BadRow{"Infinite", "B,2026-03-02,split,inf", 20, "factor", "not a number"},
        BadRow{"NoFactor", "B,2026-03-02,split,", 20, "factor", "needs its factor"},
        BadRow{"ResetWithFactor", "B,2026-03-02,reset,2", 20, "factor", "a reset has no factor"},
        BadRow{"NoDay", "B,,split,2", 3, "effective_date", "empty"},
        BadRow{"BadDay", "B,2026-02-30,split,2", 3, "effective_date", "not a date"},
        BadRow{"NoSymbol", ",2026-03-02,split,2", 1, "symbol", "empty"},
        BadRow{"OtherAction", "B,2026-03-02,dividend,2", 14, "action", "neither split nor reset"},
        BadRow{"SameAgain", "A,2026-03-02,reset,", 1, "effective_date",
               "same effective_date, symbol"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ActionTable, RefusesHalfOfTheSharesAndAFactorThatIsNotTheirs) {
  const std::string header = "symbol,date,action,factor,split_from,split_to\n";

  expect_refused(read_table(header + "A,2026-03-02,split,,1,\n"),
                 {2, 20, "factor", "both of split_from and split_to"});
  expect_refused(read_table(header + "A,2026-03-02,split,0.5,1,2\n"),
                 {2, 20, "factor", "not split_to / split_from, which is 2"});
  expect_refused(read_table(header + "A,2026-03-02,split,,0,2\n"),
                 {2, 21, "split_from", "not above zero"});
  expect_refused(read_table(header + "A,2026-03-02,reset,,1,2\n"),
                 {2, 20, "factor", "a reset has no factor"});
  expect_refused(read_table(header + "A,2026-03-02,split,,1e308,1e-308\n"),
                 {2, 20, "factor", "out of range"});
}

TEST(ActionTable, TakesARoundedFactorBesideTheShares) {
  const auto document = read_table(
      "symbol,date,factor,split_from,split_to\n"
      "A,2026-03-02,0.33333,3,1\n");

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_DOUBLE_EQ(document->rows.find("factor")->values<double>()[0], 1.0 / 3.0);
}

TEST(ActionTable, IsNoTableWithColumnsOfItsOwnNextToAFactor) {
  const auto document = read_table("symbol,date,factor,weight\nA,2026-03-02,2,3\n");

  EXPECT_THAT(to_text(document), HasSubstr("no header of a known layout"));
}

TEST(ActionTable, GivesTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(
      std::string{kHeader} + "A,2026-03-02,split,2\nB,2026-03-02,reset,\n",
      options_for("actions.csv"));
}

std::string page(const std::string& results, const std::string& more = "") {
  return fmt::format(R"({{"results":[{}],"status":"OK"{}}})", results, more);
}

auto read_page(const std::string& results, const std::string& more = "") {
  return read_text(page(results, more), options_for("splits.json"));
}

constexpr const char* kGoogle =
    R"({"execution_date":"2022-07-18","id":"E1","split_from":1,"split_to":20,"ticker":"GOOG"})";

TEST(SplitPages, BecomeSplitsWithTheirFactor) {
  const auto document = read_page(
      fmt::format(
          R"({},{{"ticker":"BRK.B","split_to":1,"split_from":8.0,"execution_date":"2026-03-02"}})",
          kGoogle),
      R"(,"count":2)");

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document), "splits.json corporate_actions\n" + std::string{kColumns} +
                                    "2022-07-18 GOOG split 20 \n"
                                    "2026-03-02 BRK.B split 0.125 \n");
}

TEST(SplitPages, WarnOfAFurtherPage) {
  const auto document = read_page(kGoogle, R"(,"next_url":"https://a/b?cursor=1")");

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings, testing::ElementsAre(HasSubstr("there is a further page")));
}

TEST(SplitPages, RefuseWhatIsMissingOrNotAboveZero) {
  const auto row = [](const std::string& day, const std::string& from, const std::string& to) {
    return fmt::format(R"({{"ticker":"A","execution_date":{},"split_from":{},"split_to":{}}})", day,
                       from, to);
  };
  const std::string good = R"("2026-03-02")";

  expect_refused(read_page(row("null", "1", "2")), {1, 13, "effective_date", "no value"});
  expect_refused(read_page(row(R"("soon")", "1", "2")), {1, 44, "effective_date", "not a date"});
  expect_refused(read_page(row(good, "0", "2")), {1, 70, "split_from", "not above zero"});
  expect_refused(read_page(row(good, "1", "-2")), {1, 83, "factor", "not above zero"});
  expect_refused(read_page(row(good, "1", "null")), {1, 13, "factor", "no value split_to"});
  expect_refused(read_page(row(good, R"("1")", "2")), {1, 70, "split_from", "not a number"});
}

TEST(SplitPages, RefuseTheSameSplitTwiceAndAWrongCount) {
  expect_refused(read_page(std::string{kGoogle} + ",\n" + kGoogle),
                 {2, 19, "effective_date", "this effective_date, symbol stands twice"});
  expect_refused(read_page(kGoogle, R"(,"count":2)"), {1, 123, "count", "but there are 1"});
}

}  // namespace
}  // namespace offex::formats
