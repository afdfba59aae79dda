#include "offex/studies/lit_tape.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/lit_support.hpp"

namespace offex::studies::test {
namespace {

TapeInput input(const std::string& name, const std::string& text, const std::string& symbol = "") {
  TapeInput out;
  out.name = name;
  if (!symbol.empty()) {
    out.symbol = market::Symbol::from_trusted(symbol);
  }
  out.open = [text]() -> Result<base::ByteSource> {
    return [text, at = std::size_t{0}](std::span<char> buffer) mutable -> Result<std::size_t> {
      const std::size_t size = std::min(buffer.size(), text.size() - at);
      std::memcpy(buffer.data(), text.data() + at, size);
      at += size;
      return size;
    };
  };
  return out;
}

struct Row {
  std::string ticker;
  int second;         ///< after 10:00
  std::string price;  ///< or "bid,ask" of a quote
  int size{100};
  int exchange{11};
  int sequence{0};
};

std::string trade_file(const std::vector<Row>& rows) {
  std::string out =
      "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,"
      "sip_timestamp,size,tape,trf_id,trf_timestamp\n";
  for (const Row& row : rows) {
    const std::int64_t time = at(10, 0) + row.second * kSecond;
    out += fmt::format("{},,0,{},{},{},{},{},{},{},1,{},0\n", row.ticker, row.exchange,
                       row.sequence, time, row.price, row.sequence, time + 1000, row.size,
                       row.exchange == 4 ? 201 : 0);
  }
  return out;
}

std::string quote_file(const std::vector<Row>& rows) {
  std::string out =
      "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,"
      "indicators,participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp\n";
  for (const Row& row : rows) {
    const std::int64_t time = at(10, 0) + row.second * kSecond;
    const std::size_t comma = row.price.find(',');
    out += fmt::format("{},11,{},100,12,{},100,1,,{},1,{},1,0\n", row.ticker,
                       row.price.substr(comma + 1), row.price.substr(0, comma), time - 5000,
                       time - 4000);
  }
  return out;
}

std::string trade_page(const std::vector<Row>& rows) {
  std::string out = R"({"results":[)";
  for (const Row& row : rows) {
    const std::int64_t time = at(10, 0) + row.second * kSecond;
    out += fmt::format(R"({}{{"exchange":{},"id":"{}","participant_timestamp":{},"price":{},)"
                       R"("sequence_number":{},"sip_timestamp":{},"size":{},"tape":1}})",
                       out.back() == '[' ? "" : ",", row.exchange, row.sequence, time, row.price,
                       row.sequence, time + 1000, row.size);
  }
  return out + R"(],"status":"OK","request_id":"x"})";
}

Result<LitResult> run(const LitTapes& tapes, LitRequest request = {}) {
  request.day = kTapeDay;
  return lit_direction_from_tape(tapes, request);
}

/// symbol/buy/sell/rest in shares, and the method.
std::vector<std::string> summary(const Result<LitResult>& result) {
  if (!result) {
    ADD_FAILURE() << base::format_error(result.error());
    return {};
  }
  const columns::Batch& rows = result->rows;
  std::vector<std::string> out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto cell = [&](const char* name) { return columns::cell_text(*rows.find(name), row); };
    out.push_back(cell("symbol") + "/" + cell("lit_buy_volume") + "/" + cell("lit_sell_volume") +
                  "/" + cell("lit_unclassified_volume") + "/" + cell("classification_method"));
  }
  return out;
}

const std::vector<Row> kTrades{{"A", 0, "10.01", 1},
                               {"A", 1, "10.00", 2},
                               {"B", 0, "5.02", 4},
                               {"D", 0, "7.00", 8},
                               {"D", 1, "7.01", 16}};
const std::vector<Row> kQuotes{
    {"A", 0, "10.00,10.01"}, {"AA", 0, "1,2"}, {"B", 0, "5.00,5.01"}, {"C", 0, "3,4"}};

TEST(LitTape, TradesAndQuotesAreWalkedSideBySide) {
  const LitTapes tapes{.trades = {input("trades.csv", trade_file(kTrades))},
                       .quotes = {input("quotes.csv", quote_file(kQuotes))}};
  EXPECT_THAT(summary(run(tapes)),
              testing::ElementsAre("A/1/2/0/LEE_READY", "B/4/0/0/LEE_READY", "D/16/0/8/TICK"));
}

TEST(LitTape, OnlyTheSymbolsAskedForAreTaken) {
  const LitTapes tapes{.trades = {input("trades.csv", trade_file(kTrades))},
                       .quotes = {input("quotes.csv", quote_file(kQuotes))}};
  LitRequest request;
  for (const char* symbol : {"B", "ZZZ"}) {
    request.symbols.push_back(market::Symbol::from_trusted(symbol));
  }
  EXPECT_THAT(summary(run(tapes, request)), testing::ElementsAre("B/4/0/0/LEE_READY"));
  request.version = LitVersion::PhaseA;
  EXPECT_THAT(summary(run(tapes, request)), testing::ElementsAre("B/0/0//TICK", "ZZZ/0/0//TICK"));
}

TEST(LitTape, QuotesThatAreNotSortedAreRefusedWithTheTicker) {
  const LitTapes tapes{.trades = {input("trades.csv", trade_file(kTrades))},
                       .quotes = {input("quotes.csv", quote_file({{"B", 0, "5.00,5.01"},
                                                                  {"A", 0, "10.00,10.01"}}))}};
  const auto result = run(tapes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::ErrorCode::Integrity);
  EXPECT_EQ(result.error().place.file, "quotes.csv");
  EXPECT_THAT(result.error().message, testing::HasSubstr("quotes of A come after those of B"));
}

TEST(LitTape, TradesThatAreNotSortedAreRefusedOnlyBesideQuotes) {
  LitTapes tapes{.trades = {input("trades.csv", trade_file({{"B", 0, "5"}, {"A", 0, "1"}}))}};
  EXPECT_THAT(summary(run(tapes)), testing::SizeIs(2));
  tapes.quotes = {input("quotes.csv", quote_file(kQuotes))};
  const auto result = run(tapes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::ErrorCode::Integrity);
  EXPECT_EQ(result.error().place.file, "trades.csv");
  EXPECT_THAT(result.error().message, testing::HasSubstr("trades of A come after those of B"));
}

TEST(LitTape, TradesThatTwoPagesShareCountOnce) {
  const std::vector<Row> first{{"A", 0, "10", 1, 11, 1}, {"A", 1, "11", 2, 11, 2}};
  const std::vector<Row> second{{"A", 1, "11", 2, 11, 2}, {"A", 2, "12", 4, 11, 3}};
  const LitTapes tapes{.trades = {input("1.json", trade_page(first), "A"),
                                  input("2.json", trade_page(second), "A")}};
  const auto result = run(tapes);
  EXPECT_THAT(summary(result), testing::ElementsAre("A/6/0/1/TICK"));
  EXPECT_EQ(result->notes.duplicate_trades, 1U);
  EXPECT_THAT(lit_warnings(result->notes),
              testing::ElementsAre(testing::HasSubstr("are in several pages")));
}

/// Four pages of a ticker, and a fifth that holds all of them; two trades share a time.
std::vector<TapeInput> nested_pages() {
  const auto page = [](const char* name, const std::vector<Row>& rows) {
    return input(name, trade_page(rows), "A");
  };
  const Row a{"A", 0, "10", 1, 11, 1};
  const Row b{"A", 1, "11", 2, 11, 2};
  const Row c{"A", 2, "12", 4, 11, 3};
  const Row d{"A", 3, "11", 8, 11, 4};
  const Row e{"A", 3, "10", 16, 11, 5};
  return {page("1.json", {a}), page("2.json", {b}), page("3.json", {c, d}), page("4.json", {d, e}),
          page("all.json", {a, b, c, d, e})};
}

TEST(LitTape, PagesInsideALargerOneCountOnceInEitherVersionWhateverTheirOrder) {
  for (const bool large_first : {false, true}) {
    LitTapes tapes{.trades = nested_pages()};
    if (large_first) {
      std::ranges::rotate(tapes.trades, tapes.trades.end() - 1);
    } else {  // as its first time sorts it
      std::ranges::rotate(tapes.trades.begin() + 1, tapes.trades.end() - 1, tapes.trades.end());
    }
    const auto result = run(tapes);
    EXPECT_THAT(summary(result), testing::ElementsAre("A/6/24/1/TICK"));
    EXPECT_EQ(result->notes.duplicate_trades, 6U);
    LitRequest request;
    request.version = LitVersion::PhaseA;
    const auto phase_a = run(tapes, request);
    EXPECT_THAT(summary(phase_a), testing::ElementsAre("A/6/24//TICK"));
    EXPECT_EQ(columns::cell_text(*phase_a->rows.find("trade_count"), 0), "5");
  }
}

TEST(LitTape, ATradeOfTheTimeThatAPageEndsAtIsNewWhenItsIdentityIs) {
  const std::vector<Row> first{{"A", 0, "10", 1, 11, 1}, {"A", 1, "11", 2, 11, 2}};
  const std::vector<Row> second{{"A", 1, "11", 4, 11, 3}};
  const std::vector<Row> third{{"A", 1, "11", 2, 11, 2}, {"A", 1, "12", 8, 11, 4}};
  const LitTapes tapes{.trades = {input("1.json", trade_page(first), "A"),
                                  input("2.json", trade_page(second), "A"),
                                  input("3.json", trade_page(third), "A")}};
  EXPECT_THAT(summary(run(tapes)), testing::ElementsAre("A/14/0/1/TICK"));
}

TEST(LitTape, PagesServeTheTickersThatNoWholeFileHas) {
  const LitTapes tapes{
      .trades = {input("a.json", trade_page({{"", 0, "1", 512}}), "A"),
                 input("c.json", trade_page({{"", 0, "3.5", 64}, {"", 1, "4", 32}}), "C"),
                 input("trades.csv", trade_file(kTrades))},
      .quotes = {input("quotes.csv", quote_file(kQuotes))}};
  EXPECT_THAT(summary(run(tapes)), testing::ElementsAre("A/1/2/0/LEE_READY", "B/4/0/0/LEE_READY",
                                                        "C/32/0/0/LEE_READY", "D/16/0/8/TICK"));
}

TEST(LitTape, ATapeOfAnotherDayIsRefusedUnlessItMayHoldMany) {
  Row yesterday{"A", -86'400, "9.00", 1};
  LitTapes tapes{.trades = {input("trades.csv", trade_file({yesterday}))}};
  const auto result = run(tapes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(result.error().message, testing::HasSubstr("of 2026-03-09, not of 2026-03-10"));

  tapes.trades = {
      input("trades.csv",
            trade_file({yesterday, {"A", 0, "10", 2}, {"A", 1, "11", 4}, {"A", 86'400, "1", 8}}))};
  tapes.trades[0].many_days = true;
  const auto many = run(tapes);
  EXPECT_THAT(summary(many), testing::ElementsAre("A/4/0/2/TICK"));
  EXPECT_EQ(columns::cell_text(*many->rows.find("tape_volume"), 0), "6");
}

TEST(LitTape, AFileThatDoesNotOpenIsNamed) {
  LitTapes tapes{.trades = {input("trades.csv", "")}};
  tapes.trades[0].open = []() -> Result<base::ByteSource> {
    return fail(base::ErrorCode::NotFound, "gone");
  };
  const auto result = run(tapes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().place.file, "trades.csv");
}

TEST(LitTape, MinuteFilesAreBulkClassifiedUnderV2AndRefusedUnderPhaseA) {
  std::string text = "ticker,volume,open,close,high,low,window_start,transactions\n";
  const std::array<const char*, 3> closes{"10.00", "10.50", "10.40"};
  for (std::size_t bar = 0; bar < closes.size(); ++bar) {
    text += fmt::format("A,1000,10,{},11,9,{},7\n", closes[bar],
                        at(10, 0) + static_cast<std::int64_t>(bar) * 60 * kSecond);
  }
  const LitTapes tapes{.minutes = {input("minutes.csv", text)}};
  LitRequest request;
  request.mode = LitMode::Minute;
  const auto result = run(tapes, request);
  ASSERT_TRUE(result) << base::format_error(result.error());
  EXPECT_EQ(columns::cell_text(*result->rows.find("classification_method"), 0), "BULK_MINUTE");
  EXPECT_EQ(columns::cell_text(*result->rows.find("tape_volume"), 0), "3000");
  EXPECT_FALSE(result->rows.find("trade_count")->valid(0));
  request.version = LitVersion::PhaseA;
  const auto refused = run(tapes, request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::InvalidArgument);
}

std::string minute_page(int first, int count) {
  std::string out = R"({"ticker":"A","results":[)";
  for (int bar = first; bar < first + count; ++bar) {
    out += fmt::format(R"({}{{"v":1000,"vw":10,"o":10,"c":{},"h":12,"l":9,"t":{},"n":7}})",
                       out.back() == '[' ? "" : ",", bar % 2 == 0 ? "10.5" : "10.4",
                       (at(10, 0) + bar * 60 * kSecond) / 1'000'000);
  }
  return out + R"(],"status":"OK","request_id":"x"})";
}

TEST(LitTape, MinuteBarsThatPagesShareCountOnceInEitherVersion) {
  LitTapes one{.minutes = {input("all.json", minute_page(0, 6), "A")}};
  LitTapes pages{.minutes = {input("1.json", minute_page(0, 2), "A"),
                             input("all.json", minute_page(0, 6), "A"),
                             input("2.json", minute_page(1, 3), "A"),
                             input("3.json", minute_page(4, 2), "A")}};
  LitRequest request;
  request.mode = LitMode::Minute;
  for (const LitVersion version : {LitVersion::V2, LitVersion::PhaseA}) {
    request.version = version;
    const auto whole = run(one, request);
    EXPECT_THAT(summary(whole), testing::SizeIs(1));
    EXPECT_EQ(summary(run(pages, request)), summary(whole));
  }
}

TEST(LitTape, RowsFollowTheContractOfTheDataSet) {
  const LitTapes tapes{.trades = {input("trades.csv", trade_file(kTrades))}};
  const auto result = run(tapes);
  ASSERT_TRUE(result);
  std::vector<std::string> names;
  for (const columns::Column& column : result->rows.columns()) {
    names.push_back(column.name());
  }
  EXPECT_THAT(names, testing::ElementsAre(
                         "trade_date", "symbol", "inference_version", "lit_buy_volume",
                         "lit_sell_volume", "lit_midpoint_volume", "lit_unclassified_volume",
                         "off_exchange_volume", "off_exchange_midpoint_volume", "tape_volume",
                         "trade_count", "classification_method", "lit_coverage_pct"));
}

}  // namespace
}  // namespace offex::studies::test
