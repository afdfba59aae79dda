#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/formats/gzip_writer.hpp"

#include "formats/tape_rules_internal.hpp"
#include "formats/tape_text.hpp"

namespace offex::formats {
namespace {

using columns::kNoPrice;
using columns::MinuteBlock;
using columns::QuoteBlock;
using columns::TradeBlock;
using test::kMinuteHeader;
using test::kQuoteHeader;
using test::kTableHeader;
using test::kTradeHeader;
using test::whole;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const TapeOptions kOptions{.file = "2026-05-22.csv"};

// The only block of a small file.
TradeBlock trades(const std::string& text) {
  TradeBlock out;
  const auto summary = read_trades(whole(text), kOptions, [&](const TradeBlock& block) {
    out = block;
    return Result<void>{};
  });
  EXPECT_TRUE(summary) << test::to_text(summary.error());
  return out;
}

base::Error refusal(const std::string& text) {
  const auto summary =
      read_trades(whole(text), kOptions, [](const TradeBlock&) { return Result<void>{}; });
  EXPECT_FALSE(summary);
  return summary ? base::Error{} : summary.error();
}

std::string trade(std::string_view row) {
  return std::string{kTradeHeader} + std::string{row} + "\n";
}

constexpr const char* kPlain =
    R"(A,12,0,8,52983525030002,1770810300032980000,129.25,6801,1770810300033240003,100,1,0,0)";
constexpr const char* kOffExchange =
    R"(A,"12,37",0,4,52983525150001,1779427811494480001,114.250000,3401,1779436803799300005,4.000000,1,201,1779436803799270004)";

TEST(TapeFlat, ATradeIsReadIntoExactIntegers) {
  const TradeBlock block = trades(trade(kOffExchange));

  ASSERT_EQ(block.rows(), 1U);
  EXPECT_EQ(block.runs.at(0).symbol.view(), "A");
  EXPECT_EQ(block.participant_ns.at(0), 1779427811494480001);
  EXPECT_EQ(block.sip_ns.at(0), 1779436803799300005);
  EXPECT_EQ(block.price.at(0), 114'250'000'000);
  EXPECT_EQ(block.size.at(0), 4'000'000);
  EXPECT_EQ(block.conditions.at(0), (1ULL << 12U) | (1ULL << 37U));
  EXPECT_EQ(block.exchange.at(0), 4);
  EXPECT_EQ(block.correction.at(0), 0);
  EXPECT_EQ(block.trf_id.at(0), 201);
  EXPECT_EQ(block.id_hash.at(0), 0U);
  EXPECT_EQ(block.sequence.at(0), 3401);
  EXPECT_TRUE(block.bid.empty());
}

TEST(TapeFlat, TheTradeIdIsKeptOnlyBesideACorrection) {
  const TradeBlock block = trades(trade(
      std::string{kPlain} +
      "\nA,12,12,8,52983525030002,1770810300032980000,129.25,6801,1770810300033240003,100,1,0,0"));

  EXPECT_THAT(block.correction, ElementsAre(0, 12));
  EXPECT_THAT(block.id_hash, ElementsAre(0U, hash_id("52983525030002")));
}

TEST(TapeFlat, EmptyCellsStandForNothing) {
  const TradeBlock block = trades(trade(",,,,,1770810300032980000,5,,1770810300033240003,1,,,")
                                      .replace(kTradeHeader.size(), 0, "A"));

  EXPECT_THAT(block.conditions, ElementsAre(0U));
  EXPECT_THAT(block.exchange, ElementsAre(0));
  EXPECT_THAT(block.trf_id, ElementsAre(0));
  EXPECT_THAT(block.sequence, ElementsAre(0));
}

TEST(TapeFlat, UnknownConditionsAndLargeExchangesAreKeptApart) {
  const TradeBlock block = trades(
      trade(R"(A,"0,62,63,300",0,300,1,1770810300032980000,5,1,1770810300033240003,1,1,0,0)"));

  EXPECT_THAT(block.conditions, ElementsAre(1U | (1ULL << 62U) | (1ULL << 63U)));
  EXPECT_THAT(block.exchange, ElementsAre(255));
}

TEST(TapeFlat, OneTimeStandsForTheOtherThatIsMissing) {
  const TradeBlock block = trades(trade(
      "A,,0,8,1,,5,1,1770810300033240003,1,1,0,0\nA,,0,8,1,1770810300033240003,5,1,0,1,1,0,0"));

  EXPECT_THAT(block.participant_ns, ElementsAre(1770810300033240003, 1770810300033240003));
  EXPECT_EQ(block.sip_ns, block.participant_ns);
  EXPECT_THAT(refusal(trade("A,,0,8,1,0,5,1,,1,1,0,0")).message, HasSubstr("without a time"));
}

TEST(TapeFlat, DecimalSizeWinsOverSize) {
  std::string header{kTradeHeader};
  header.back() = ',';
  const TradeBlock block =
      trades(header + "decimal_size\r\n" + kPlain + ",100.250000\r\n" + kPlain + ",\r\n");

  EXPECT_THAT(block.size, ElementsAre(100'250'000, 100'000'000));
}

TEST(TapeFlat, ColumnsMayStandInAnyOrder) {
  const TradeBlock block = trades(
      "exchange,size,price,sip_timestamp,participant_timestamp,ticker\n"
      "4,1.5,2.123456789,1770810300033240003,1770810300032980000,ZVZZT\n");

  EXPECT_THAT(block.price, ElementsAre(2'123'456'789));
  EXPECT_THAT(block.size, ElementsAre(1'500'000));
  EXPECT_EQ(block.runs.at(0).symbol.view(), "ZVZZT");
}

TEST(TapeFlat, LineEndsAndByteOrderMarksDoNotMatter) {
  const TradeBlock plain = trades(trade(kPlain));
  std::string windows = "\xEF\xBB\xBF" + trade(kPlain);
  for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2) {
    windows.replace(at, 1, "\r\n");
  }

  EXPECT_EQ(test::to_text(trades(windows)), test::to_text(plain));
}

TEST(TapeFlat, ABadCellIsRefusedWithItsPlace) {
  const base::Error error =
      refusal(trade(std::string{kPlain} +
                    "\nA,12,0,8,1,1770810300032980000,12x.5,6801,1770810300033240003,100,1,0,0"));

  EXPECT_EQ(error.code, base::ErrorCode::Integrity);
  EXPECT_EQ(error.place.file, "2026-05-22.csv");
  EXPECT_EQ(error.place.line, 3U);
  EXPECT_EQ(error.place.column, 32U);
  EXPECT_EQ(error.place.field, "price");
  EXPECT_EQ(error.place.byte, kTradeHeader.size() + std::string_view{kPlain}.size() + 1 + 31);
  EXPECT_THAT(error.message, HasSubstr("not a number"));
  EXPECT_THAT(error.place.excerpt, HasSubstr("12x.5"));
}

TEST(TapeFlat, ValuesThatAreImpossibleAreRefused) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"A,,0,8,1,1770810300032980000,-5,1,1770810300033240003,1,1,0,0", "negative"},
      {"A,,0,8,1,1770810300032980000,5,1,1770810300033240003,-1,1,0,0", "negative"},
      {"A,,0,8,1,1770810300032980000,1e3,1,1770810300033240003,1,1,0,0", "not a number"},
      {"A,,0,8,1,1770810300032980000,,1,1770810300033240003,1,1,0,0", "empty"},
      {"A,,0,8,1,1770810300032980000,9223372037,1,1770810300033240003,1,1,0,0", "too large"},
      {"A,,0,8,1,9223372036854775808,5,1,1770810300033240003,1,1,0,0", "too large"},
      {"A,,0,8,1,1770810300032980000,1.0123456789,1,1770810300033240003,1,1,0,0", "decimals"},
      {"A,,0,8,1,1770810300032980000,1,1,1770810300033240003,1.0000001,1,0,0", "decimals"},
      {"A,,256,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0,0", "more than 255"},
      {"A,,0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,65536,0", "more than 65535"},
      {"A,1;2,0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0,0", "condition"},
      {"A,\"1,\",0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0,0", "condition"},
      {",,0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0,0", "symbol"},
      {"A B!,,0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0,0", "symbol"},
      {"A,,0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0",
       "expected 13 fields, found 12"},
      {"A,,0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0,0,", "found 14"},
      {"A,\"12,0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0,0", "quote"},
      {"A,,0,8,1,1770810300032980000,1,1,1770810300033240003,1,\x01,0,0", "control character 0x01"},
      {"\nA,,0,8,1,1770810300032980000,1,1,1770810300033240003,1,1,0,0", "blank line"},
  };
  for (const auto& [row, reason] : cases) {
    EXPECT_THAT(refusal(trade(row)).message, HasSubstr(reason)) << row;
    // And behind rows that the fast reader takes.
    EXPECT_THAT(refusal(trade(std::string{kPlain} + "\n" + row)).message, HasSubstr(reason)) << row;
  }
}

TEST(TapeFlat, BlankLinesAtTheEndAreNothing) {
  EXPECT_EQ(trades(trade(kPlain) + "\n\r\n").rows(), 1U);
}

TEST(TapeFlat, ALastLineWithoutItsEndIsRefusedUnlessGzipProvesItWhole) {
  std::string text = trade(kPlain);
  text.pop_back();

  EXPECT_THAT(refusal(text).message, HasSubstr("the last line has no end"));
  EXPECT_EQ(trades(gzip(text).value()).rows(), 1U);
}

TEST(TapeFlat, GzipMembersAreReadAsOneText) {
  const std::string text = trade(kOffExchange);
  const std::string bytes =
      gzip(text.substr(0, 200)).value() + gzip("").value() + gzip(text.substr(200)).value();

  EXPECT_EQ(test::to_text(trades(bytes)), test::to_text(trades(text)));
}

TEST(TapeFlat, ACutOrDamagedGzipIsRefused) {
  const std::string bytes = gzip(trade(kOffExchange)).value();
  std::string damaged = bytes;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);

  EXPECT_THAT(refusal(bytes.substr(0, bytes.size() - 5)).message, HasSubstr("the file is cut"));
  EXPECT_THAT(refusal(damaged).message, HasSubstr("checksum"));
  EXPECT_THAT(refusal(bytes + "x").message, HasSubstr("behind the end"));
  EXPECT_EQ(refusal(damaged).place.file, "2026-05-22.csv");
}

TEST(TapeFlat, OtherFilesAreRefusedByTheirHeader) {
  EXPECT_THAT(refusal("").message, HasSubstr("the file is empty"));
  EXPECT_THAT(refusal("a,b\n1,2\n").message, HasSubstr("this is no file of trades"));
  EXPECT_THAT(refusal(std::string{kQuoteHeader}).message, HasSubstr("this is no file of trades"));
  EXPECT_THAT(refusal("PK\x03\x04 zip").message, HasSubstr("zip"));
}

TEST(TapeFlat, AHeaderAloneIsAFileWithoutRows) {
  const auto summary = read_trades(whole(std::string{kTradeHeader}), kOptions,
                                   [](const TradeBlock&) -> Result<void> {
                                     ADD_FAILURE() << "no block";
                                     return {};
                                   });

  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->rows, 0U);
  EXPECT_FALSE(summary->day);
  EXPECT_FALSE(summary->first_ns);
}

TEST(TapeFlat, ASinkMayStopTheReader) {
  std::string text{kTradeHeader};
  for (int i = 0; i < 100'000; ++i) text += std::string{kPlain} + "\n";
  int calls = 0;

  const auto summary = read_trades(whole(text), kOptions, [&](const TradeBlock&) -> Result<void> {
    ++calls;
    return fail(base::ErrorCode::Interrupted, "enough");
  });

  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().message, "enough");
  EXPECT_EQ(calls, 1);
}

TEST(TapeFlat, AnErrorOfTheSourcePassesThrough) {
  int calls = 0;
  const base::ByteSource source = [&](std::span<char> out) -> Result<std::size_t> {
    if (calls++ > 0) return fail(base::ErrorCode::Io, "gone");
    return static_cast<std::size_t>(
        kTradeHeader.copy(out.data(), std::min(out.size(), kTradeHeader.size())));
  };

  const auto summary =
      read_trades(source, kOptions, [](const TradeBlock&) { return Result<void>{}; });

  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, base::ErrorCode::Io);
  EXPECT_EQ(summary.error().message, "gone");
}

TEST(TapeFlat, QuotesKeepEmptySidesAndCrossedMarkets) {
  QuoteBlock out;
  const std::string text =
      std::string{kQuoteHeader} +
      "A,12,0.0,0,12,0.0,0,\"1,81\",,1779433493626450001,174,1779433493626910002,1,0\n"
      "A,12,,,12,5,1,,,1779433493626450001,174,1779433493626910002,1,0\n"
      "BApA,11,60.10,200,8,60.20,100,\"1,81\",,1629716446119910003,81265,1629716446119940004,1,0\n";

  const auto summary = read_quotes(whole(text), kOptions, [&](const QuoteBlock& block) {
    out = block;
    return Result<void>{};
  });

  ASSERT_TRUE(summary) << test::to_text(summary.error());
  EXPECT_THAT(out.bid, ElementsAre(0, 5'000'000'000, 60'200'000'000));
  EXPECT_THAT(out.ask, ElementsAre(0, 0, 60'100'000'000));
  EXPECT_THAT(out.bid_size, ElementsAre(0, 1'000'000, 100'000'000));
  EXPECT_THAT(out.ask_size, ElementsAre(0, 0, 200'000'000));
  EXPECT_EQ(summary->symbols, 2U);
}

TEST(TapeFlat, MinuteBarsKeepTheOrderOfTheirHeader) {
  MinuteBlock out;
  const std::string text = std::string{kMinuteHeader} +
                           "A,28038.875001,115.03,114.91,115.04,114.76,1779456600000000000,125\n";

  const auto summary = read_minutes(whole(text), kOptions, [&](const MinuteBlock& block) {
    out = block;
    return Result<void>{};
  });

  ASSERT_TRUE(summary) << test::to_text(summary.error());
  EXPECT_THAT(out.open, ElementsAre(115'030'000'000));
  EXPECT_THAT(out.close, ElementsAre(114'910'000'000));
  EXPECT_THAT(out.high, ElementsAre(115'040'000'000));
  EXPECT_THAT(out.low, ElementsAre(114'760'000'000));
  EXPECT_THAT(out.volume, ElementsAre(28'038'875'001));
  EXPECT_THAT(out.vwap, ElementsAre(kNoPrice));
  EXPECT_THAT(out.window_start_ns, ElementsAre(1779456600000000000));
}

TEST(TapeFlat, ABarThatStartsInsideAMinuteIsRefused) {
  const std::string text = std::string{kMinuteHeader} +
                           "A,1,1,1,1,1,1779456600000000000,1\nA,1,1,1,1,1,1779456601000000000,1\n";

  const auto summary =
      read_minutes(whole(text), kOptions, [](const MinuteBlock&) { return Result<void>{}; });

  ASSERT_FALSE(summary);
  EXPECT_THAT(summary.error().message, HasSubstr("not the start of a minute"));
}

TEST(TapeFlat, TheSeedTableMayInterleaveSymbolsAndLeaveQuotesOut) {
  const TradeBlock block = trades(std::string{kTableHeader} +
                                  "S000,1704809045323556648,100.0,557,99.98,100.01\n"
                                  "S001,1704809045323556649,10.5,5,,10.6\n"
                                  "S000,1704809045323556650,100.1,7.5,,\n");

  EXPECT_EQ(test::runs_text(block.runs), "S000[0,1) S001[1,2) S000[2,3) ");
  EXPECT_THAT(block.bid, ElementsAre(99'980'000'000, kNoPrice, kNoPrice));
  EXPECT_THAT(block.ask, ElementsAre(100'010'000'000, 10'600'000'000, kNoPrice));
  EXPECT_THAT(block.size, ElementsAre(557'000'000, 5'000'000, 7'500'000));
  EXPECT_EQ(block.sip_ns, block.participant_ns);
}

TEST(TapeFlat, TheSeedTableMayNameItsSource) {
  const TradeBlock block = trades(
      "symbol,timestamp,price,size,bid,ask,data_source\nA,1704809045323556648,1,2,3,4,tick\n");

  EXPECT_THAT(block.ask, ElementsAre(4'000'000'000));
}

TEST(TapeFlat, BlocksAreFullButTheLast) {
  std::string text{kTradeHeader};
  for (int i = 0; i < 10'000; ++i) text += std::string{kPlain} + "\n";
  std::vector<std::size_t> rows;

  const auto summary = read_trades(whole(text), kOptions, [&](const TradeBlock& block) {
    rows.push_back(block.rows());
    return Result<void>{};
  });

  ASSERT_TRUE(summary);
  EXPECT_THAT(rows, ElementsAre(4096U, 4096U, 1808U));
  EXPECT_EQ(summary->rows, 10'000U);
  EXPECT_EQ(summary->symbols, 1U);
}

TEST(TapeFlat, TheStreamOfQuotesGivesWhatTheReaderGives) {
  std::string text{kQuoteHeader};
  for (int i = 0; i < 5000; ++i) {
    text += fmt::format("A,12,{}.5,1,12,{},2,1,,1779433493626450001,174,1779433493626910002,1,0\n",
                        i + 1, i);
  }
  std::string wanted;
  ASSERT_TRUE(read_quotes(whole(text), kOptions, [&](const QuoteBlock& block) {
    wanted += test::to_text(block);
    return Result<void>{};
  }));
  const auto stream = stream_quotes(whole(text), kOptions);
  std::string found;

  while (true) {
    const auto block = stream->next();
    ASSERT_TRUE(block);
    if (*block == nullptr) break;
    found += test::to_text(**block);
  }

  EXPECT_EQ(found, wanted);
}

}  // namespace
}  // namespace offex::formats
