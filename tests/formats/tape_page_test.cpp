#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/tape_rules_internal.hpp"
#include "formats/tape_text.hpp"
#include "support/scratch.hpp"

namespace offex::formats {
namespace {

using columns::kNoPrice;
using columns::MinuteBlock;
using columns::QuoteBlock;
using columns::TradeBlock;
using test::pieces;
using test::read_text;
using test::whole;
using testing::ElementsAre;
using testing::HasSubstr;

const TapeOptions kPage{.file = "AAPL_2026-05-22_0001.json"};

constexpr const char* kFirst =
    R"({"conditions":[12,37],"exchange":4,"id":"52983525150001","participant_timestamp":1779427811494480001,)"
    R"("price":114.25,"sequence_number":3401,"sip_timestamp":1779436803799300005,"size":4,)"
    R"("tape":1,"trf_id":201,"trf_timestamp":1779436803799270004})";
constexpr const char* kLater =
    R"({"exchange":11,"id":"7","participant_timestamp":1779457811494482943,)"
    R"("price":115,"sequence_number":3479,"sip_timestamp":1779457811494482999,"size":0.5,)"
    R"("tape":1})";

std::string page(const std::vector<std::string>& results, const std::string& rest = "") {
  std::string text = R"({"results":[)";
  for (std::size_t i = 0; i < results.size(); ++i) text += (i > 0 ? "," : "") + results[i];
  return text + R"(],"status":"OK")" + rest + "}";
}

template <class Block>
Result<Block> read_page(const std::string& text, TapeReading reading = TapeReading::Fast,
                        const TapeOptions& options = kPage) {
  TapeReader<Block> reader{whole(text), options, false, reading};
  OFFEX_ASSIGN(const Block* const block, reader.next());
  return block == nullptr ? Block{} : *block;
}

base::Error refusal(const std::string& text, const TapeOptions& options = kPage) {
  const auto block = read_page<TradeBlock>(text, TapeReading::Fast, options);
  EXPECT_FALSE(block) << text;
  return block ? base::Error{} : block.error();
}

class TapePage : public testing::TestWithParam<TapeReading> {};

TEST_P(TapePage, TradesAreReadIntoExactIntegers) {
  const auto block = read_page<TradeBlock>(page({kFirst, kLater}), GetParam());

  ASSERT_TRUE(block) << test::to_text(block.error());
  EXPECT_EQ(test::runs_text(block->runs), "AAPL[0,2) ");
  EXPECT_THAT(block->participant_ns, ElementsAre(1779427811494480001, 1779457811494482943));
  EXPECT_THAT(block->sip_ns, ElementsAre(1779436803799300005, 1779457811494482999));
  EXPECT_THAT(block->price, ElementsAre(114'250'000'000, 115'000'000'000));
  EXPECT_THAT(block->size, ElementsAre(4'000'000, 500'000));
  EXPECT_THAT(block->conditions, ElementsAre((1ULL << 12U) | (1ULL << 37U), 0U));
  EXPECT_THAT(block->exchange, ElementsAre(4, 11));
  EXPECT_THAT(block->trf_id, ElementsAre(201, 0));
  EXPECT_THAT(block->correction, ElementsAre(0, 0));
  EXPECT_THAT(block->id_hash, ElementsAre(hash_id("52983525150001"), hash_id("7")));
  EXPECT_THAT(block->sequence, ElementsAre(3401, 3479));
}

TEST_P(TapePage, DecimalSizeWinsOverSize) {
  const auto block = read_page<TradeBlock>(
      page(
          {R"({"exchange":4,"price":1,"size":10,"decimal_size":"10.123456","sip_timestamp":1779427811494480001})",
           R"({"exchange":4,"price":1,"size":10,"decimal_size":null,"sip_timestamp":1779427811494480001})"}),
      GetParam());

  ASSERT_TRUE(block) << test::to_text(block.error());
  EXPECT_THAT(block->size, ElementsAre(10'123'456, 10'000'000));
}

TEST_P(TapePage, ADescendingPageIsTurnedRound) {
  const auto ascending = read_page<TradeBlock>(page({kFirst, kLater}), GetParam());
  const auto descending = read_page<TradeBlock>(page({kLater, kFirst}), GetParam());

  ASSERT_TRUE(ascending && descending);
  EXPECT_EQ(test::to_text(*descending), test::to_text(*ascending));
}

TEST_P(TapePage, QuotesMayLackASide) {
  const auto block = read_page<QuoteBlock>(
      page(
          {R"({"bid_price":102.7,"bid_size":60,"sip_timestamp":1517562000065700260,"conditions":[1]})",
           R"({"ask_price":103,"ask_size":2,"participant_timestamp":1517562000065700270})"}),
      GetParam());

  ASSERT_TRUE(block) << test::to_text(block.error());
  EXPECT_THAT(block->bid, ElementsAre(102'700'000'000, 0));
  EXPECT_THAT(block->bid_size, ElementsAre(60'000'000, 0));
  EXPECT_THAT(block->ask, ElementsAre(0, 103'000'000'000));
  EXPECT_THAT(block->participant_ns, ElementsAre(1517562000065700260, 1517562000065700270));
}

TEST_P(TapePage, MinuteBarsTakeTheirTickerFromTheBody) {
  const auto block = read_page<MinuteBlock>(
      R"({"ticker":"BRK.B","adjusted":false,"resultsCount":1,"results":[)"
      R"({"v":1.5e3,"vw":114.6113,"o":115.03,"c":114.96,"h":116.36,"l":113.675,"t":1779456600000,"n":3}],"status":"OK"})",
      GetParam(), {.file = "reply.json"});

  ASSERT_TRUE(block) << test::to_text(block.error());
  EXPECT_EQ(block->runs.at(0).symbol.view(), "BRK.B");
  EXPECT_THAT(block->window_start_ns, ElementsAre(1779456600000000000));
  EXPECT_THAT(block->open, ElementsAre(115'030'000'000));
  EXPECT_THAT(block->close, ElementsAre(114'960'000'000));
  EXPECT_THAT(block->high, ElementsAre(116'360'000'000));
  EXPECT_THAT(block->low, ElementsAre(113'675'000'000));
  EXPECT_THAT(block->vwap, ElementsAre(114'611'300'000));
  EXPECT_THAT(block->volume, ElementsAre(1'500'000'000));
}

TEST_P(TapePage, AMinuteWithoutVwapHasNone) {
  const auto block = read_page<MinuteBlock>(
      page({R"({"v":1,"o":1,"c":1,"h":1,"l":1,"t":1779456600000})"}), GetParam());

  ASSERT_TRUE(block);
  EXPECT_THAT(block->vwap, ElementsAre(kNoPrice));
}

std::vector<std::string> warnings_of(const std::string& text, TapeReading reading) {
  TapeReader<TradeBlock> reader{whole(text), kPage, false, reading};
  while (true) {
    const auto block = reader.next();
    EXPECT_TRUE(block);
    if (!block || *block == nullptr) return reader.summary().warnings;
  }
}

TEST_P(TapePage, WarnsOfAFurtherPageWithoutItsAddress) {
  const auto warnings =
      warnings_of(page({kFirst}, R"(,"next_url":"https://x/y?apiKey=SECRET")"), GetParam());

  EXPECT_THAT(warnings,
              ElementsAre("next_url: there is a further page, and this file holds only one"));
}

TEST_P(TapePage, WarnsOfNothingWhereNoFurtherPageIs) {
  for (const char* rest : {"", R"(,"next_url":"")", R"(,"next_url":null)"}) {
    EXPECT_THAT(warnings_of(page({kFirst}, rest), GetParam()), testing::IsEmpty()) << rest;
  }
}

INSTANTIATE_TEST_SUITE_P(Readings, TapePage,
                         testing::Values(TapeReading::Fast, TapeReading::Careful));

TEST(TapePageRefusal, ABadValueIsRefusedWithItsPlace) {
  std::string bad = kLater;
  bad.replace(bad.find("115"), 3, "-115");
  const std::string text = page({kFirst, "\n" + bad});

  const base::Error error = refusal(text);

  EXPECT_EQ(error.code, base::ErrorCode::Integrity);
  EXPECT_EQ(error.message, "negative");
  EXPECT_EQ(error.place.field, "price");
  EXPECT_EQ(error.place.line, 2U);
  EXPECT_EQ(error.place.byte, text.find("-115"));
  EXPECT_THAT(error.place.excerpt, HasSubstr("exchange"));
}

TEST(TapePageRefusal, EachFaultHasItsReason) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"exchange":4,"size":1,"sip_timestamp":1779427811494480001,"price":null})",
       "no value price"},
      {R"({"price":1,"size":1})", "without a time"},
      {R"({"price":1,"price":2,"size":1,"sip_timestamp":1779427811494480001})", "stands twice"},
      {R"({"price":"x","size":1,"sip_timestamp":1779427811494480001})", "not a number"},
      {R"({"price":1,"size":1.0000001,"sip_timestamp":1779427811494480001})", "decimals"},
      {R"({"price":9999999999,"size":1,"sip_timestamp":1779427811494480001})", "too large"},
      {R"({"price":1,"size":1,"sip_timestamp":1779427811494480001,"conditions":["a"]})",
       "condition"},
      {R"({"price":1,"size":1,"sip_timestamp":1779427811494480001,"correction":300})", "too large"},
      {R"([])", "not the JSON"},
  };
  for (const auto& [result, reason] : cases) {
    EXPECT_THAT(refusal(page({kFirst, result})).message, HasSubstr(reason)) << result;
  }
  EXPECT_THAT(refusal(page({kFirst}).substr(0, 200)).message, HasSubstr("JSON"));
  EXPECT_THAT(refusal(page({kFirst}) + "{}").message, HasSubstr("behind the end"));
  EXPECT_THAT(refusal(R"({"status":"OK"})").message, HasSubstr("no page of trades"));
  EXPECT_THAT(refusal(R"({"results":[],"status":"ERROR"})").message, HasSubstr("error"));
  EXPECT_THAT(refusal(page({kFirst}, R"(,"resultsCount":2)")).message, HasSubstr("resultsCount"));
}

TEST(TapePageRefusal, AdjustedBarsAreRefused) {
  const auto block = read_page<MinuteBlock>(R"({"adjusted":true,"results":[]})");

  ASSERT_FALSE(block);
  EXPECT_THAT(block.error().message, HasSubstr("adjusted for splits"));
}

TEST(TapePageRefusal, APageThatSaysNoTickerTellsHowToSayIt) {
  const base::Error error = refusal(page({kFirst}), {.file = "page1.json"});

  EXPECT_EQ(error.code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("TICKER_YYYY-MM-DD.json"));
}

TEST(TapePageRefusal, APageOfAnotherTickerIsRefused) {
  EXPECT_THAT(refusal(page({kFirst}, R"(,"ticker":"MSFT")")).message, HasSubstr("MSFT"));
}

TEST(TapePageName, TheCallerMayTellTheTicker) {
  const auto symbol = market::Symbol::parse("MSFT");

  const auto block = read_page<TradeBlock>(page({kFirst}), TapeReading::Fast,
                                           {.file = "page1.json", .symbol = *symbol});

  ASSERT_TRUE(block);
  EXPECT_EQ(block->runs.at(0).symbol.view(), "MSFT");
}

std::string random_page(std::mt19937& random) {
  const std::vector<std::string> spaces{"", "", " ", "\n  "};
  const std::string gap = spaces.at(random() % spaces.size());
  std::string text = "{" + gap + "\"results\":" + gap + "[";
  const std::size_t rows = random() % 40;
  std::uint64_t time = 1779427811494480001;
  for (std::size_t i = 0; i < rows; ++i) {
    time += random();
    if (i > 0) text += ",";
    text += gap + "{";
    if (random() % 3 != 0) text += fmt::format("\"conditions\":{}[{},{}],", gap, random() % 99, 37);
    text += fmt::format(
        "\"exchange\":{}{},\"id\":\"{}\",{}\"participant_timestamp\":{},\"price\":{}.{}", gap,
        random() % 300, random(), gap, time, random() % 9999, random() % 999);
    text += fmt::format(",\"sip_timestamp\":{},\"size\":{}{}}}", time + random() % 1000,
                        random() % 1000, random() % 9 == 0 ? "e1" : "");
  }
  return text + gap + "]," + gap +
         R"("status":"OK","request_id":"a4" , "next_url":"https://x/y?z=1"})" + gap;
}

TEST(TapePageProperty, TheWalkerGivesWhatTheParserGives) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random{seed};
    const std::string text = random_page(random);

    const std::string fast = read_text<TradeBlock>(whole(text), kPage);

    ASSERT_EQ(fast.find("json:"), std::string::npos) << fast;
    ASSERT_EQ(fast, read_text<TradeBlock>(whole(text), kPage, TapeReading::Careful)) << text;
  }
}

TEST(TapePageProperty, TheWalkerRefusesWhatTheParserRefuses) {
  constexpr std::string_view kBytes = "{}[]\",: 0195.e-\\nt\n\x01\xC3";
  std::size_t refused = 0;
  for (unsigned seed = 0; seed < 1600; ++seed) {
    std::mt19937 random{seed};
    std::string text = random_page(random);
    for (std::size_t i = 0; i < 1 + random() % 2; ++i) {
      const std::size_t at = 12 + random() % (text.size() - 12);
      text[at] = kBytes[random() % kBytes.size()];
    }

    const std::string fast = read_text<TradeBlock>(whole(text), kPage);

    ASSERT_EQ(fast, read_text<TradeBlock>(whole(text), kPage, TapeReading::Careful)) << text;
    refused += fast.find("json:") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(refused, 400U);
}

TEST(TapePageProperty, AnySplitGivesTheSameBlocks) {
  std::mt19937 random{3};
  std::vector<std::string> results(9000, kFirst);
  const std::string text = page(results);
  const std::string wanted = read_text<TradeBlock>(whole(text), kPage);
  EXPECT_THAT(wanted, HasSubstr("rows 9000"));

  for (const std::size_t size : {7U, 61U, 4096U}) {
    EXPECT_TRUE(read_text<TradeBlock>(pieces(text, [size] { return size; }), kPage) == wanted);
  }
}

}  // namespace
}  // namespace offex::formats
