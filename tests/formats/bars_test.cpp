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

constexpr std::string_view kBar =
    R"({"T":"KIMpL","c":25.9102,"h":26.25,"l":25.91,"n":74,"o":26.07,"t":1602705600000,"v":4369,"vw":26.0407})";

std::string reply(const std::string& results, std::size_t count) {
  return fmt::format(
      R"({{"queryCount":{0},"resultsCount":{0},"adjusted":false,"results":[{1}],"status":"OK"}})",
      count, results);
}

TEST(GroupedBars, ReadsThePublishedRowExactly) {
  const auto document = read_text(reply(std::string{kBar}, 1), options_for("grouped.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "grouped.json daily_bar_grouped 2020-10-14\n"
            "symbol:symbol open:price high:price low:price close:price vwap:price volume:quantity "
            "transactions:int64 \n"
            "KIMpL 26.07 26.25 25.91 25.9102 26.0407 4369 74 \n");
}

TEST(GroupedBars, NeverPassNumbersThroughADouble) {
  const auto document = read_text(
      reply(
          R"({"T":"A","c":9007199254.740993,"h":1,"l":1,"o":0.1,"t":1602705600000,"v":2036584.149027})",
          1),
      options_for("grouped.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.find("close")->values<std::int64_t>()[0], 9'007'199'254'740'993'000);
  EXPECT_EQ(document->rows.find("volume")->values<std::int64_t>()[0], 2'036'584'149'027);
  EXPECT_FALSE(document->rows.find("vwap")->valid(0));
}

TEST(GroupedBars, TakesAnExponentAndANullPrice) {
  const auto document = read_text(
      reply(R"({"T":"A","c":1,"h":1,"l":1,"o":1,"t":1602705600000,"v":6.42646396e+08,"vw":null})",
            1),
      options_for("grouped.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.find("volume")->values<std::int64_t>()[0], 642'646'396'000'000);
}

TEST(GroupedBars, TakesAReplyWithoutResultsAsAnEmptyDay) {
  const auto document =
      read_text(R"({"queryCount":0,"resultsCount":0,"adjusted":false,"status":"OK"})",
                options_for("2020-10-14.json"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 0U);
  EXPECT_EQ(document->day->iso(), "2020-10-14");
}

TEST(GroupedBars, AsksForTheDateOfAnEmptyReply) {
  const auto document = read_text(R"({"resultsCount":0,"adjusted":false,"status":"OK"})",
                                  options_for("grouped.json"));

  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(document.error().message, testing::HasSubstr("--date"));
}

TEST(GroupedBars, RefusesAdjustedBarsAndSaysWhy) {
  expect_refused(read_text(R"({"adjusted":true,"resultsCount":0})", options_for("2020-10-14.json")),
                 {1, 13, "adjusted", "adjusted=false"});
}

TEST(GroupedBars, RefusesACountThatDoesNotMatch) {
  expect_refused(read_text(reply(std::string{kBar}, 2), options_for("grouped.json")),
                 {1, 32, "resultsCount", "says 2, but there are 1"});
}

TEST(GroupedBars, RefusesAnErrorReplyAndOtherJson) {
  expect_refused(read_text(R"({"status":"ERROR","error":"bad key"})", options_for("g.json")),
                 {1, 11, "status", "reports an error instead of data: bad key"});
  expect_refused(read_text(R"({"a":1})", options_for("g.json")),
                 {1, 1, "", "no reply of a known layout", base::ErrorCode::UnknownLayout});
}

TEST(GroupedBars, RefusesEveryCutOfAReply) {
  const std::string text = reply(std::string{kBar}, 1);

  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(read_text(text.substr(0, size), options_for("2020-10-14.json"))) << size;
  }
}

TEST(GroupedBars, RefusesTextBehindTheReply) {
  const auto document = read_text(reply(std::string{kBar}, 1) + "{}", options_for("g.json"));

  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, base::ErrorCode::Integrity);
}

TEST(GroupedBars, RefusesTheSameSymbolTwice) {
  const std::string text = reply(std::string{kBar} + ",\n" + std::string{kBar}, 2);

  expect_refused(read_text(text, options_for("g.json")), {2, 6, "symbol", "stands twice"});
}

TEST(GroupedBars, RefusesADayThatIsNotTheExpectedOne) {
  expect_refused(read_text(reply(std::string{kBar}, 1), options_for("2020-10-15.json")),
                 {1, 128, "t", "wrong date: 2020-10-14"});
}

TEST(GroupedBars, SetsBadRowsAside) {
  const std::string bad = R"({"T":"BAD","c":-1,"h":1,"l":1,"o":1,"t":1602705600000,"v":1})";

  const auto document =
      read_text(reply(bad + "," + std::string{kBar}, 2), options_for("grouped.json", 1));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
  ASSERT_EQ(document->rejects.size(), 1U);
  EXPECT_EQ(document->rejects[0].reason, "negative");
  EXPECT_EQ(document->rejects[0].place.field, "close");
}

TEST(GroupedBars, GiveTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(reply(std::string{kBar}, 1), options_for("grouped.json"));
}

constexpr std::string_view kDayHeader =
    "ticker,volume,open,close,high,low,window_start,transactions\n";

TEST(DayFlatFile, ReadsThePublishedRow) {
  const auto document =
      read_text(std::string{kDayHeader} +
                    "A,2036584.149027,115.03,114.96,116.36,113.675,1779422400000000000,34455\n",
                options_for("2026-05-22.csv.gz"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "2026-05-22.csv.gz daily_bar_flat_file 2026-05-22\n"
            "symbol:symbol open:price high:price low:price close:price vwap:price volume:quantity "
            "transactions:int64 \n"
            "A 115.03 116.36 113.675 114.96 null 2036584.149027 34455 \n");
}

TEST(DayFlatFile, MapsColumnsByName) {
  const auto document = read_text(
      "transactions,ticker,low,high,close,open,volume,window_start,decimal_size\n"
      "7,BRK.B,1,4,3,2,5,1779422400000000000,x\n",
      options_for("day.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.find("open")->values<std::int64_t>()[0], 2'000'000'000);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("decimal_size")));
}

TEST(DayFlatFile, RefusesMinuteBarsOtherDaysAndRepeatedSymbols) {
  const std::string row = "A,1,1,1,1,1,1779422400000000000,1\n";

  expect_refused(read_text(std::string{kDayHeader} + "A,1,1,1,1,1,1779456600000000000,1\n",
                           options_for("day.csv")),
                 {2, 13, "window_start", "not midnight"});
  expect_refused(read_text(std::string{kDayHeader} + row, options_for("2026-05-21.csv")),
                 {2, 13, "window_start", "wrong date"});
  expect_refused(read_text(std::string{kDayHeader} + row + row, options_for("day.csv")),
                 {3, 1, "symbol", "same symbol"});
  expect_refused(read_text(std::string{kDayHeader} + row + "B,1,,1,1,1,1779422400000000000,1\n",
                           options_for("day.csv")),
                 {3, 5, "open", "empty"});
}

TEST(DayFlatFile, RefusesTradesAndQuotes) {
  const auto document = read_text(
      "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,"
      "sip_timestamp,size,tape,trf_id,trf_timestamp\n",
      options_for("2026-05-22.csv"));

  expect_refused(document,
                 {1, 1, "header", "no header of a known layout", base::ErrorCode::UnknownLayout});
}

}  // namespace
}  // namespace offex::formats
