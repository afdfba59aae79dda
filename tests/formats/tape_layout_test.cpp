#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "formats/tape_text.hpp"
#include "support/scratch.hpp"

namespace offex::formats {
namespace {

using market::Dataset;

struct Case {
  std::string head;
  Dataset dataset;
  bool json;
};

TEST(TapeLayout, KnowsEveryKindOfTape) {
  const std::vector<Case> cases{
      {std::string{test::kTradeHeader}, Dataset::TradeTape, false},
      {"\xEF\xBB\xBF" + std::string{test::kQuoteHeader}, Dataset::QuoteTape, false},
      {std::string{test::kMinuteHeader} + "A,1,1,1,1,1,1779456600000000000,1\n",
       Dataset::MinuteTape, false},
      {"symbol,timestamp,price,size,bid,ask,data_source\r\n", Dataset::TradeTable, false},
      {R"({"results":[{"price":1,"sip_timestamp":1,"size":1)", Dataset::TradeTape, true},
      {R"({"next_url":"x","results" : [ {"bid_price":1,"sip_timestamp":1)", Dataset::QuoteTape,
       true},
      {R"({"ticker":"A","results":[{"v":1,"o":1,"c":1,"h":1,"l":1,"t":1779456600000,"n":1}]})",
       Dataset::MinuteTape, true},
  };
  for (const Case& item : cases) {
    const auto layout = tape_layout(item.head);
    ASSERT_TRUE(layout) << item.head;
    EXPECT_EQ(layout->dataset, item.dataset) << item.head;
    EXPECT_EQ(layout->json, item.json) << item.head;
  }
}

TEST(TapeLayout, KnowsNothingElse) {
  const std::vector<std::string> others{
      "",
      "\n",
      "{",
      "[]",
      "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\n",
      "trade_date,symbol,open,high,low,close,vwap,volume,transactions\n",
      // A day flat file: midnight in New York.
      std::string{test::kMinuteHeader} + "A,1,1,1,1,1,1779422400000000000,1\n",
      // Nothing tells what bars these are.
      std::string{test::kMinuteHeader},
      // Grouped daily, daily, hourly aggregates; an empty page; a reply of one object.
      R"({"results":[{"T":"A","v":1,"o":1,"c":1,"h":1,"l":1,"t":1779480000000}]})",
      R"({"results":[{"v":1,"o":1,"c":1,"h":1,"l":1,"t":1577941200000}]})",
      R"({"results":[{"v":1,"o":1,"c":1,"h":1,"l":1,"t":1779454800000},{"t":1779458400000},{"t":1779462000000}]})",
      R"({"results":[],"status":"OK"})",
      R"({"results":{"price":1,"sip_timestamp":1,"size":1}})",
      R"({"other":[{"price":1,"sip_timestamp":1,"size":1}],"results":[]})",
  };
  for (const std::string& head : others) EXPECT_FALSE(tape_layout(head)) << head;
}

// Minutes of 2026-05-22 in New York: 00:00 and 00:01.
constexpr const char* kMidnight = "A,1,1,1,1,1,1779422400000000000,1\n";
constexpr const char* kLater = "A,1,1,1,1,1,1779422460000000000,1\n";
constexpr const char* kOther = "B,1,1,1,1,1,1779422460000000000,1\n";
constexpr const char* kOtherDay = "B,1,1,1,1,1,1779422400000000000,1\n";

TEST(TapeLayout, KnowsMinutesWhoseFirstIsMidnight) {
  const std::string header{test::kMinuteHeader};
  for (const std::string& rows : {std::string{kMidnight} + kLater, std::string{kMidnight} + kOther,
                                  std::string{kMidnight} + kOtherDay + kLater}) {
    const auto layout = tape_layout(header + rows);
    ASSERT_TRUE(layout) << rows;
    EXPECT_EQ(layout->dataset, Dataset::MinuteTape);
  }
}

TEST(TapeLayout, DoesNotTakeADayFileWithOneBadRowForMinutes) {
  const std::string rows =
      std::string{kMidnight} + kOtherDay + "C,1,1,1,1,1,1779422400000000000,1\n";
  const std::string header{test::kMinuteHeader};

  EXPECT_FALSE(tape_layout(header + rows + "D,1,1,1,1,1,1779422460000000000,1\n"));
  // The same ticker at the same time is a repeated row, and no minute behind it.
  EXPECT_FALSE(tape_layout(header + rows + kMidnight));
}

TEST(TapeLayout, IsNotMisledByARowThatTheHeadCuts) {
  const std::string header = "ticker,volume,open,close,high,low,transactions,window_start\n";

  EXPECT_FALSE(tape_layout(header + "A,1,1,1,1,1,1,1779422400000000000\nA,1,1,1,1,1,1,17794224"));
}

// A page with bars at some minutes of 2026-05-22 in New York.
std::string bars_page(const std::vector<int>& minutes) {
  constexpr std::int64_t kMidnightMillis = 1'779'422'400'000;
  std::string rows;
  for (const int minute : minutes) {
    rows += fmt::format(R"({}{{"v":1,"o":1,"c":1,"h":1,"l":1,"t":{}}})", rows.empty() ? "" : ",",
                        kMidnightMillis + minute * 60'000LL);
  }
  return R"({"ticker":"A","adjusted":false,"results":[)" + rows + "]}";
}

constexpr int kHour = 60;
constexpr int kDay = 24 * kHour;

TEST(TapeLayout, KnowsAPageOfMinutesWhoseFirstIsMidnight) {
  const std::vector<std::vector<int>> pages{
      {0, 1}, {0, 1, 2}, {0, 570}, {0, kHour, kHour + 1}, {0, 61, kDay, kDay + 61}, {2, 1, 0}};
  for (const auto& minutes : pages) {
    const auto layout = tape_layout(bars_page(minutes));
    ASSERT_TRUE(layout) << bars_page(minutes);
    EXPECT_EQ(layout->dataset, Dataset::MinuteTape);
  }
}

TEST(TapeLayout, TakesNoDaysOrHoursFromMidnightOnForMinutes) {
  const std::vector<std::vector<int>> pages{{0},
                                            {0, kDay},
                                            {0, kDay, 2 * kDay},
                                            {0, kHour},
                                            {0, kHour, 2 * kHour},
                                            // One damaged row among days.
                                            {0, kDay + 1, 2 * kDay},
                                            {0, 0, kDay, 2 * kDay, 2 * kDay + 1}};
  for (const auto& minutes : pages) {
    EXPECT_FALSE(tape_layout(bars_page(minutes))) << bars_page(minutes);
  }
}

TEST(TapeLayout, TakesOneBarAtMidnightForAMinuteOnANumberedPage) {
  EXPECT_TRUE(tape_layout(bars_page({0}), "rest/minute/AAPL_2026-05-22_0001.json"));
  EXPECT_FALSE(tape_layout(bars_page({0}), "AAPL_2026-05-22.json"));
  EXPECT_FALSE(tape_layout(bars_page({0, kDay}), "AAPL_2026-05-22_0001.json"));
}

TEST(TapeLayout, ReadsTheTickerFromTheNameOfAPage) {
  const auto ticker = [](std::string_view name) {
    const auto symbol = ticker_from_name(name);
    return symbol ? symbol->str() : std::string{};
  };

  EXPECT_EQ(ticker("AAPL_2026-04-17_0002.json"), "AAPL");
  EXPECT_EQ(ticker("pages/BRK.B_2026-04-17.json.gz"), "BRK.B");
  EXPECT_EQ(ticker("2026-04-17.json"), "");
  EXPECT_EQ(ticker("_2026-04-17.json"), "");
  EXPECT_EQ(ticker("AAPL_2026-02-30.json"), "");
  EXPECT_EQ(ticker("AAPL_2026-04-17_0002.csv"), "");
  EXPECT_EQ(ticker("AAPL.json"), "");
}

std::optional<TapeLayout> layout_of(const std::filesystem::path& path) {
  return tape_layout(test_support::file_bytes(path).substr(0, 4096));
}

TEST(TapeLayout, OfSharedFilesOnlyTheTapeIsTape) {
  const auto shared = test_support::shared_folder();
  if (!shared) GTEST_SKIP() << "no shared data";
  std::size_t others = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{*shared / "data"}) {
    const std::string name = entry.path().string();
    if (!entry.is_regular_file() || name.find("ORIGIN") != std::string::npos) continue;
    const auto layout = layout_of(entry.path());
    const bool tape = name.find("trades_v1") != std::string::npos ||
                      name.find("quotes_v1") != std::string::npos ||
                      name.find("minute_aggs") != std::string::npos ||
                      name.find("v3/trades/") != std::string::npos ||
                      name.find("v3/quotes/") != std::string::npos ||
                      name.find("v3_trades__stockTicker_.json") != std::string::npos ||
                      name.find("v3_quotes__stockTicker_.json") != std::string::npos;
    EXPECT_EQ(layout.has_value(), tape) << name;
    others += tape ? 0 : 1;
  }
  EXPECT_GT(others, 50U);
}

}  // namespace
}  // namespace offex::formats
