// Daily bars of one ticker, and what else a reply of Polygon may be.
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

// Friday and Monday around a weekend, midnight in New York.
constexpr std::string_view kFriday =
    R"({"v":642646396.0,"vw":1.469,"o":1.5032,"c":1.4604,"h":1.5064,"l":1.4489,"t":1112331600000,"n":82132})";
constexpr std::string_view kMonday =
    R"({"v":578172308,"o":1.4639,"c":1.4675,"h":1.4754,"l":1.4343,"t":1112587200000})";

std::string reply(const std::string& results, std::size_t count,
                  const std::string& more = R"("adjusted":false)") {
  return fmt::format(
      R"({{"ticker":"AAPL","queryCount":{0},"resultsCount":{0},{2},"results":[{1}],"status":"OK"}})",
      count, results, more);
}

std::string both() { return reply(fmt::format("{},{}", kFriday, kMonday), 2); }

TEST(DailyAggregates, ReadEachBarWithTheDayItsWindowStarts) {
  const auto document = read_text(both(), options_for("aapl.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "aapl.json daily_bar_aggregates\n"
            "trade_date:day symbol:symbol open:price high:price low:price close:price vwap:price "
            "volume:quantity transactions:int64 \n"
            "2005-04-01 AAPL 1.5032 1.5064 1.4489 1.4604 1.469 642646396 82132 \n"
            "2005-04-04 AAPL 1.4639 1.4754 1.4343 1.4675 null 578172308 null \n");
}

TEST(DailyAggregates, KeepTheCaseOfTheTicker) {
  const auto document =
      read_text(fmt::format(R"({{"results":[{}],"ticker":"ABRpD","status":"DELAYED"}})", kMonday),
                options_for("a.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.find("symbol")->values<market::Symbol>()[0].view(), "ABRpD");
}

TEST(DailyAggregates, IgnoreADateInTheNameThatIsNotTheirOwn) {
  const auto document = read_text(both(), options_for("2005-04-08.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->day, std::nullopt);
}

TEST(DailyAggregates, TakeAReplyWithoutResultsAsNoRows) {
  const auto document = read_text(
      R"({"ticker":"AAPL","queryCount":0,"resultsCount":0,"adjusted":false,"status":"OK"})",
      options_for("a.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->dataset, market::Dataset::DailyBarAggregates);
  EXPECT_EQ(document->rows.num_rows(), 0U);
}

TEST(DailyAggregates, WarnOfAFurtherPageWithoutNamingIt) {
  const auto document = read_text(
      reply(std::string{kMonday}, 1,
            R"("adjusted":false,"next_url":"https://api.example/v2?cursor=x&apiKey=secret")"),
      options_for("a.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings,
              testing::ElementsAre(testing::AllOf(testing::HasSubstr("further page"),
                                                  testing::Not(testing::HasSubstr("secret")))));
}

TEST(DailyAggregates, WarnOfBarsThatAreMadeOfSeveral) {
  const auto document = read_text(
      fmt::format(
          R"({{"ticker":"A","queryCount":5,"resultsCount":1,"results":[{}],"status":"OK"}})",
          kMonday),
      options_for("a.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("1 bars are made of 5")));
}

TEST(DailyAggregates, AreRefusedWhenAdjusted) {
  expect_refused(
      read_text(reply(std::string{kMonday}, 1, R"("adjusted":true)"), options_for("a.json")),
      {1, 61, "adjusted", "adjusted=false"});
}

TEST(DailyAggregates, AreRefusedWhenTheCountDoesNotMatch) {
  expect_refused(read_text(reply(std::string{kMonday}, 2), options_for("a.json")),
                 {1, 48, "resultsCount", "says 2, but there are 1"});
  expect_refused(
      read_text(R"({"ticker":"A","resultsCount":"0","status":"OK"})", options_for("a.json")),
      {1, 30, "resultsCount", "not a number"});
}

TEST(DailyAggregates, RefuseTheSameDayTwice) {
  const std::string results = fmt::format("{},\n{}", kMonday, kMonday);

  expect_refused(read_text(reply(results, 2), options_for("a.json")),
                 {2, 64, "trade_date", "stands twice"});
}

TEST(DailyAggregates, RefuseAWindowThatIsNoSingleDay) {
  const std::string sunday = R"({"v":1,"o":1,"c":1,"h":1,"l":1,"t":1112504400000})";
  const std::string noon = R"({"v":1,"o":1,"c":1,"h":1,"l":1,"t":1112371200000})";

  expect_refused(read_text(reply(sunday, 1), options_for("a.json")),
                 {1, 113, "trade_date", "2005-04-03 is no weekday"});
  expect_refused(read_text(reply(fmt::format("{},{}", kFriday, noon), 2), options_for("a.json")),
                 {1, 214, "trade_date", "not midnight in New York"});
}

TEST(DailyAggregates, RefuseWhatIsNoSymbol) {
  const std::string results = fmt::format(R"("results":[{}],"status":"OK"}})", kMonday);

  expect_refused(read_text(R"({"ticker":"X:BTCUSD",)" + results, options_for("a.json")),
                 {1, 11, "ticker", "not a symbol"});
  expect_refused(read_text("{" + results, options_for("a.json")),
                 {1, 1, "ticker", "names no ticker"});
}

struct BadValue {
  const char* name;
  const char* volume;
  const char* reason;
};

class DailyAggregatesValue : public testing::TestWithParam<BadValue> {};

TEST_P(DailyAggregatesValue, IsRefusedWithItsPlace) {
  const BadValue& bad = GetParam();
  const std::string text = fmt::format(
      "{{\"ticker\":\"A\",\"status\":\"OK\",\"results\":[\n"
      "{{\"o\":1,\"c\":1,\"h\":1,\"l\":1,\"t\":1112331600000,\"v\":{}}}]}}",
      bad.volume);

  expect_refused(read_text(text, options_for("a.json")), {2, 48, "volume", bad.reason});
}

INSTANTIATE_TEST_SUITE_P(Kinds, DailyAggregatesValue,
                         testing::Values(BadValue{"Negative", "-1", "negative"},
                                         BadValue{"Huge", "12345678901234567890", "too large"},
                                         BadValue{"HugeExponent", "1e300", "too large"},
                                         BadValue{"TooPrecise", "0.0000001", "more decimals"},
                                         BadValue{"Text", "\"12\"", "not a number"},
                                         BadValue{"Bool", "true", "not a number"},
                                         BadValue{"List", "[1]", "not a number"},
                                         BadValue{"Object", "{\"a\":1}", "not a number"}),
                         [](const auto& tested) { return tested.param.name; });

TEST(DailyAggregates, SetABadBarAside) {
  const std::string bad = R"({"v":-5,"o":1,"c":1,"h":1,"l":1,"t":1112331600000})";

  const auto document =
      read_text(reply(fmt::format("{},{}", bad, kMonday), 2), options_for("a.json", 1));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  ASSERT_EQ(document->rejects.size(), 1U);
  EXPECT_EQ(document->rejects[0].place.field, "volume");
}

TEST(DailyAggregates, RefuseEveryCutOfAReply) {
  const std::string text = both();

  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(read_text(text.substr(0, size), options_for("a.json"))) << size;
  }
}

TEST(DailyAggregates, GiveTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(both(), options_for("a.json"));
}

TEST(PolygonReply, RefusesTextBehindItAndAKeyThatStandsTwice) {
  expect_refused(read_text("{\n}{}", options_for("a.json")), {2, 2, "", "text behind the end"});
  expect_refused(read_text("{\n}1", options_for("a.json")), {2, 3, "", "more text follows"});
  expect_refused(
      read_text(R"({"resultsCount":0,"adjusted":false,"adjusted":false})", options_for("a.json")),
      {1, 47, "adjusted", "stands twice"});
}

TEST(PolygonReply, NamesTheEndOfACutTextAndTheFirstByteThatIsNoUtf8) {
  expect_refused(read_text("{\"status\":\"OK\",\n\"results\":[", options_for("a.json")),
                 {2, 12, "", "the text is cut"});
  expect_refused(read_text("{\"status\":\"OK\",\n\"resul", options_for("a.json")),
                 {2, 7, "", "not JSON"});
  for (std::size_t letters = 0; letters < 70; ++letters) {
    const std::string text = R"({")" + std::string(letters, 'a') + "\xF0\x9F\x98\x80\xE9\xC3\xA9" +
                             std::string(97, 'b') + "\xFF\"}";
    expect_refused(read_text(text, options_for("a.json")),
                   {1, static_cast<std::uint32_t>(7 + letters), "", "UTF-8"});
  }
}

TEST(PolygonReply, RefusesResultsOfTheWrongType) {
  expect_refused(read_text(R"({"status":"OK","results":7})", options_for("a.json")),
                 {1, 26, "results", "not a list"});
  expect_refused(read_text(R"({"status":"OK","results":[7]})", options_for("a.json")),
                 {1, 27, "results", "not an object"});
  expect_refused(read_text(R"({"status":"OK","results":nul})", options_for("a.json")),
                 {1, 26, "results", "not a JSON value"});
}

TEST(PolygonReply, HandsOnTheMessageOfAnError) {
  expect_refused(
      read_text(R"({"status":"NOT_AUTHORIZED","request_id":"x","message":"You are not entitled"})",
                options_for("a.json")),
      {1, 11, "status", "an error instead of data: You are not entitled"});
  expect_refused(read_text(R"({"status":"ERROR","request_id":"x","error":"Unknown API Key"})",
                           options_for("a.json")),
                 {1, 11, "status", "an error instead of data: Unknown API Key"});
  expect_refused(read_text(R"({"error_message":"Invalid Credentials","error":"invalid_client"})",
                           options_for("a.json")),
                 {1, 48, "error", "an error instead of data: Invalid Credentials"});
}

struct OtherReply {
  const char* name;
  const char* text;
  const char* sentence;
};

class PolygonOtherReply : public testing::TestWithParam<OtherReply> {};

TEST_P(PolygonOtherReply, IsAnUnknownLayoutThatSaysWhatItLooksLike) {
  expect_refused(read_text(GetParam().text, options_for("a.json")),
                 {1, 1, "", GetParam().sentence, base::ErrorCode::UnknownLayout});
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, PolygonOtherReply,
    testing::Values(
        OtherReply{
            "Minutes",
            R"({"ticker":"A","results":[{"o":1,"c":1,"h":1,"l":1,"v":1,"t":1779456600000}]})",
            "bars of minutes or hours"},
        OtherReply{"Previous",
                   R"({"ticker":"A","adjusted":false,"results":[{"T":"A","o":1,"c":1,"t":1}]})",
                   "the bar of the previous day"},
        OtherReply{"Trades", R"({"results":[{"sip_timestamp":1,"price":1}]})", "trades"},
        OtherReply{"Quotes", R"({"results":[{"ask_price":1,"sip_timestamp":1}]})", "quotes"},
        OtherReply{"Dividends", R"({"results":[{"ticker":"A","cash_amount":1}]})", "dividends"},
        OtherReply{"Options", R"({"results":[{"underlying_ticker":"A"}]})", "options contracts"},
        OtherReply{"Types", R"({"results":[{"code":"CS","description":"x","locale":"us"}]})",
                   "ticker types"},
        OtherReply{"LastTrade", R"({"results":{"T":"A","p":1}})", "last trade or quote"},
        OtherReply{"Snapshot", R"({"ticker":{"day":{}},"status":"OK"})", "a snapshot"},
        OtherReply{"Snapshots", R"({"tickers":[],"status":"OK"})", "a snapshot"},
        OtherReply{"OpenClose", R"({"symbol":"A","from":"2023-01-09","open":1})",
                   "an open-close reply"},
        OtherReply{"MarketStatus", R"({"market":"open","serverTime":"x"})", "market's status"},
        OtherReply{"Request", R"({"fields":["a"]})", "the body of a request"},
        OtherReply{"Empty", R"({"status":"OK","results":[]})", "a reply without results"},
        OtherReply{"BarsInNoList", R"({"ticker":"A","results":{"o":1,"c":1,"t":1}})",
                   "no reply of a known layout"},
        OtherReply{"Nothing", R"({})", "no reply of a known layout"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace offex::formats
