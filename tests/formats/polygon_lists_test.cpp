// Polygon's lists of exchanges, conditions and tickers.
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

std::string page(const std::string& results, const std::string& more = "") {
  return fmt::format(R"({{"results":[{}],"status":"OK"{}}})", results, more);
}

constexpr const char* kCarteret =
    R"({"id":4,"type":"TRF","asset_class":"stocks","locale":"us","name":"FINRA Nasdaq TRF Carteret","mic":"FINN","participant_id":"D"})";
constexpr const char* kChicago =
    R"({"id":4,"type":"TRF","asset_class":"stocks","locale":"us","name":"FINRA Nasdaq TRF Chicago","mic":"FINC","participant_id":"D"})";
constexpr const char* kUtp =
    R"({"id":5,"type":"SIP","asset_class":"stocks","locale":"us","name":"Unlisted Trading Privileges","acronym":""})";
constexpr const char* kCrypto =
    R"({"id":4,"type":"exchange","asset_class":"crypto","locale":"global","name":"Coins"})";

TEST(ExchangeList, KeepsFacilitiesThatShareAnId) {
  const auto document =
      read_text(page(fmt::format("{},{},{}", kCarteret, kChicago, kUtp), R"(,"count":3)"),
                options_for("exchanges.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "exchanges.json exchange_list\n"
            "exchange:int32 name:text acronym:text mic:text participant_id:text type:text \n"
            "4 FINRA Nasdaq TRF Carteret null FINN D TRF \n"
            "4 FINRA Nasdaq TRF Chicago null FINC D TRF \n"
            "5 Unlisted Trading Privileges null null null SIP \n");
}

TEST(ExchangeList, LeavesOutOtherAssetClasses) {
  const auto document =
      read_text(page(fmt::format("{},{}", kUtp, kCrypto)), options_for("exchanges.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  EXPECT_THAT(document->warnings,
              testing::ElementsAre("left out exchanges of other asset classes, which are 1 of 2"));
}

TEST(ExchangeList, RefusesTheSameFacilityTwiceAndAWrongCount) {
  expect_refused(read_text(page(fmt::format("{},\n{}", kUtp, kUtp)), options_for("exchanges.json")),
                 {2, 7, "exchange", "stands twice"});
  expect_refused(read_text(page(kUtp, R"(,"count":2)"), options_for("exchanges.json")),
                 {1, 145, "count", "says 2, but there are 1"});
}

TEST(ExchangeList, WarnsOfAFurtherPageAndThenTakesAnyCount) {
  const auto document = read_text(page(kUtp, R"(,"count":24,"next_url":"https://api.example/x")"),
                                  options_for("exchanges.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("further page")));
}

TEST(ExchangeList, RefusesIdsThatAreNoSmallNumbers) {
  const auto with_id = [](const std::string& id) {
    return page(fmt::format(R"({{"locale":"us","id":{}}})", id));
  };

  expect_refused(read_text(with_id("\"4\""), options_for("e.json")),
                 {1, 33, "exchange", "not a number"});
  expect_refused(read_text(with_id("2147483648"), options_for("e.json")),
                 {1, 33, "exchange", "too large"});
  expect_refused(read_text(with_id("-1"), options_for("e.json")), {1, 33, "exchange", "negative"});
  expect_refused(read_text(with_id("null"), options_for("e.json")),
                 {1, 13, "exchange", "no value id"});
}

std::string condition(int id, const std::string& more) {
  return fmt::format(
      R"({{"id":{},"type":"sale_condition","name":"N{}","asset_class":"stocks",{}}})", id, id,
      more);
}

constexpr const char* kRules =
    R"("update_rules":{"consolidated":{"updates_high_low":false,"updates_open_close":false,"updates_volume":true},"market_center":{"updates_high_low":true,"updates_open_close":true,"updates_volume":false}})";

TEST(TradeConditions, ReadTheConsolidatedRulesAndTheLetterOfEachSip) {
  const auto document = read_text(
      page(condition(
               2, fmt::format(R"("sip_mapping":{{"UTP":"W","CTA":"B"}},{},"data_types":["trade"])",
                              kRules)) +
           "," + condition(60, R"("data_types":["nbbo","trade"])")),
      options_for("conditions.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "conditions.json trade_conditions\n"
            "condition:int32 name:text type:text sip_letters:text updates_high_low:bool "
            "updates_open_close:bool updates_volume:bool \n"
            "2 N2 sale_condition CTA:B,UTP:W false false true \n"
            "60 N60 sale_condition null null null null \n");
}

TEST(TradeConditions, LeaveOutQuotesAndOtherAssetClasses) {
  const auto document =
      read_text(page(condition(1, R"("data_types":["trade"])") + "," +
                     condition(80, R"("data_types":["nbbo","bbo"])") + "," +
                     R"({"id":227,"asset_class":"options","name":"x","data_types":["trade"]})"),
                options_for("conditions.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  EXPECT_THAT(document->warnings,
              testing::ElementsAre(
                  "left out conditions that are not for trades of stocks, which are 2 of 3"));
}

TEST(TradeConditions, TakeNullWhereThereAreNoRules) {
  const auto document = read_text(
      page(condition(1, R"("sip_mapping":null,"update_rules":null,"data_types":["trade"])")),
      options_for("conditions.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_FALSE(document->rows.find("updates_volume")->valid(0));
  EXPECT_FALSE(document->rows.find("sip_letters")->valid(0));
}

TEST(TradeConditions, RefuseRulesOfTheWrongType) {
  const auto read = [](const std::string& more) {
    return read_text(page(condition(1, more + R"(,"data_types":["trade"])")),
                     options_for("c.json"));
  };

  expect_refused(read(R"("update_rules":{"consolidated":{"updates_volume":1}})"),
                 {1, 129, "updates_volume", "neither true nor false"});
  expect_refused(read(R"("sip_mapping":{"CTA":5})"), {1, 101, "sip_mapping", "not a text"});
  expect_refused(read(R"("name":"again")"), {1, 87, "name", "stands twice"});
}

TEST(TradeConditions, RefuseTheSameConditionTwice) {
  const std::string one = condition(1, R"("data_types":["trade"])");

  expect_refused(read_text(page(one + ",\n" + one), options_for("c.json")),
                 {2, 7, "condition", "stands twice"});
}

constexpr const char* kAgilent =
    R"({"ticker":"A","name":"Agilent Technologies Inc.","market":"stocks","locale":"us","type":"CS","active":true})";

TEST(TickerPages, BecomeReferencesOfWhatTheyTell) {
  const auto document = read_text(
      page(fmt::format(R"({},{{"ticker":"ABRpD","market":"otc"}})", kAgilent), R"(,"count":2)"),
      options_for("tickers.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "tickers.json security_reference\n"
            "known_from:day symbol:symbol name:text type:text sector:text industry:text "
            "market_cap:double shares_outstanding:quantity \n"
            "null A Agilent Technologies Inc. CS null null null null \n"
            "null ABRpD null null null null null null \n");
}

TEST(TickerPages, ReadTheDetailsOfOneTicker) {
  const auto document = read_text(
      R"({"status":"OK","results":{"ticker":"AAPL","name":"Apple \"A\" Inc.","market":"stocks","type":"CS","market_cap":2771126040150.5,"share_class_shares_outstanding":16406400000,"sic_description":"ELECTRONIC COMPUTERS","description":"...","address":{"city":"CUPERTINO"}}})",
      options_for("aapl.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(to_text(*document),
              testing::HasSubstr("null AAPL Apple \"A\" Inc. CS null ELECTRONIC COMPUTERS "
                                 "2771126040150.5 16406400000 \n"));
}

TEST(TickerPages, LeaveMissingWhatTheDetailsDoNotTell) {
  const auto document = read_text(
      R"({"status":"OK","results":{"ticker":"SPY","name":"A fund","market":"stocks","type":"ETF","market_cap":null,"share_class_shares_outstanding":917782000,"weighted_shares_outstanding":1,"list_date":"1993-01-29"}})",
      options_for("spy.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(to_text(*document),
              testing::HasSubstr("null SPY A fund ETF null null null 917782000 \n"));
}

// A list tells no market value, and nothing of either says since when it is known: `list_date`,
// `last_updated_utc` and a date in the file's name are other days.
TEST(TickerPages, NeverTellSinceWhenTheyAreKnown) {
  const auto document =
      read_text(page(R"({"ticker":"A","market":"stocks","market_cap":1,"list_date":"1999-11-18",)"
                     R"("last_updated_utc":"2021-04-25T00:00:00Z"})"),
                options_for("tickers_2026-05-22.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_FALSE(document->rows.find("known_from")->valid(0));
  EXPECT_TRUE(document->rows.find("market_cap")->valid(0));
}

TEST(TickerPages, OfSeveralAreReadOneByOne) {
  const auto document = read_text(
      page(kAgilent, R"(,"count":11000,"next_url":"https://host/v3/reference/tickers?cursor=x")"),
      options_for("tickers.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("a further page")));
}

TEST(TickerPages, LeaveOutOtherMarkets) {
  const auto document =
      read_text(page(fmt::format(R"({},{{"ticker":"X:BTCUSD","market":"crypto"}})", kAgilent)),
                options_for("tickers.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  EXPECT_THAT(document->warnings,
              testing::ElementsAre("left out tickers of other markets, which are 1 of 2"));
}

TEST(TickerPages, RefuseATickerTwiceAndANameWithControlCharacters) {
  expect_refused(read_text(page(fmt::format("{},\n{}", kAgilent, kAgilent)), options_for("t.json")),
                 {2, 11, "symbol", "stands twice"});
  expect_refused(
      read_text(page(R"({"ticker":"A","market":"otc","name":"a\u0000b"})"), options_for("t.json")),
      {1, 49, "name", "zero byte"});
}

TEST(PolygonLists, GiveTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(page(fmt::format("{},{}", kCarteret, kCrypto)),
                                    options_for("e.json"));
  test::expect_equal_at_every_split(
      page(condition(
          2, fmt::format(R"("sip_mapping":{{"UTP":"W"}},{},"data_types":["trade"])", kRules))),
      options_for("c.json"));
  test::expect_equal_at_every_split(page(kAgilent), options_for("t.json"));
}

}  // namespace
}  // namespace offex::formats
