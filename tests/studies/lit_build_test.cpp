#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/digest.hpp"
#include "offex/store/raw_archive.hpp"
#include "offex/studies/build_lit.hpp"

#include "studies/golden_compare.hpp"
#include "studies/lit_support.hpp"
#include "studies/study_store.hpp"
#include "support/scratch.hpp"

namespace offex::studies::test {
namespace {

using market::Dataset;

constexpr const char* kTrades =
    "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,"
    "sip_timestamp,size,tape,trf_id,trf_timestamp\n"
    "AAPL,,0,11,1,1773151200000000000,10.00,1,1773151200000001000,100,3,0,0\n"
    "AAPL,37,0,12,2,1773151201000000000,10.01,2,1773151201000001000,7,3,0,0\n"
    "AAPL,,0,4,3,1773151202000000000,10.005,3,1773151202000001000,50,3,202,0\n"
    "MSFT,,0,12,4,1773151202000000000,20,4,1773151202000001000,30,3,0,0\n";
constexpr const char* kQuotes =
    "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,"
    "indicators,participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp\n"
    "AAPL,11,10.01,1,11,10.00,1,1,,1773151199000000000,1,1773151199000001000,3,0\n";

class LitBuild : public testing::Test {
 protected:
  void archive(Dataset dataset, const std::string& name, const std::string& text,
               const std::string& scope = "", market::Day day = kTapeDay) {
    const std::string sha256 = base::sha256(text).hex();
    store::RawArchive raw{raw_.path()};
    ASSERT_TRUE(raw.put(sha256, "", text));
    const store::SourceFile source{
        .sha256 = sha256, .name = name, .url = "test:" + name, .bytes = text.size(), .etag = ""};
    const auto done = store_.writer().put_tape(source,
                                               {.dataset = dataset,
                                                .day = day,
                                                .scope = scope,
                                                .sha256 = sha256,
                                                .name = name,
                                                .rows = 1,
                                                .known_from = {}},
                                               sha256);
    ASSERT_TRUE(done) << base::format_error(done.error());
  }

  Result<LitBuildReport> build(LitBuildRequest request = {}) {
    request.raw = raw_.path();
    if (request.days.first == market::Day{}) {
      request.days = {kTapeDay, kTapeDay};
    }
    return build_lit(store_.writer(), request);
  }

  StudyStore store_;
  test_support::ScratchFolder raw_;
};

TEST_F(LitBuild, RowsOfTheArchivedTapesAreStored) {
  archive(Dataset::TradeTape, "2026-03-10.csv", kTrades);
  archive(Dataset::QuoteTape, "2026-03-10q.csv", kQuotes);
  const auto report = build();
  ASSERT_TRUE(report) << base::format_error(report.error());
  ASSERT_EQ(report->days.size(), 1U);
  EXPECT_EQ(report->days[0].rows, 2U);
  EXPECT_TRUE(report->days[0].changed);
  const auto rows =
      lines_of(ask(store_.reader(),
                   "SELECT symbol, lit_buy_volume, lit_sell_volume, off_exchange_volume, "
                   "off_exchange_midpoint_volume, tape_volume, trade_count, classification_method, "
                   "inference_version FROM lit_direction_daily ORDER BY symbol"));
  EXPECT_THAT(rows, testing::ElementsAre("AAPL|7|100|50|50|157|2|LEE_READY|v2|",
                                         "MSFT|null|null|0|null|30|1|TICK|v2|"));
}

TEST_F(LitBuild, ASecondBuildChangesNothingAndAnotherRuleDoes) {
  archive(Dataset::TradeTape, "2026-03-10.csv", kTrades);
  archive(Dataset::QuoteTape, "2026-03-10q.csv", kQuotes);
  ASSERT_TRUE(build());
  EXPECT_FALSE(build()->days[0].changed);
  LitBuildRequest by_tick;
  by_tick.options.rule = kernels::SignRule::Tick;
  EXPECT_TRUE(build(by_tick)->days[0].changed);
  EXPECT_TRUE(build()->days[0].changed);
}

TEST_F(LitBuild, RowsAreKnownFromTheLastOfTheirTapes) {
  archive(Dataset::TradeTape, "2026-03-10.csv", kTrades);
  ASSERT_TRUE(build());
  const store::Reader& reader = store_.writer().reader();
  const auto tapes = reader.tape_files({kTapeDay, kTapeDay});
  ASSERT_TRUE(tapes);
  std::size_t rows = 0;
  const auto count = [&](const store::LitChunk& chunk) { rows += chunk.rows; };
  const market::Instant known = tapes->at(0).known_from;
  const market::Instant before = market::Instant::from_nanos(known.nanos() - 1'000'000);
  ASSERT_TRUE(reader.scan_lit({.days = {kTapeDay, kTapeDay}, .as_of = before}, "v2", count));
  EXPECT_EQ(rows, 0U);
  ASSERT_TRUE(reader.scan_lit({.days = {kTapeDay, kTapeDay}, .as_of = known}, "v2", count));
  EXPECT_EQ(rows, 2U);
}

TEST_F(LitBuild, DaysWithoutTapeAreLeftOutAndNoTapeAtAllIsNotFound) {
  const auto none = build();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, base::ErrorCode::NotFound);
  archive(Dataset::TradeTape, "2026-03-10.csv", kTrades);
  LitBuildRequest week;
  week.days = {kTapeDay.plus(-3), kTapeDay.plus(3)};
  EXPECT_EQ(build(week)->days.size(), 1U);
  LitBuildRequest minutes;
  minutes.mode = LitMode::Minute;
  EXPECT_FALSE(build(minutes));
}

TEST_F(LitBuild, SymbolsWithoutAnyTradeAreNotFoundUnderV2AndZeroUnderPhaseA) {
  archive(Dataset::TradeTape, "2026-03-10.csv", kTrades);
  LitBuildRequest request;
  request.symbols = {market::Symbol::from_trusted("ZZZ"), market::Symbol::from_trusted("YYY")};
  const auto none = build(request);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(none.error().message, testing::HasSubstr("ZZZ, YYY"));
  request.symbols.push_back(market::Symbol::from_trusted("AAPL"));
  EXPECT_EQ(build(request)->days[0].rows, 1U);
  request.version = LitVersion::PhaseA;
  EXPECT_EQ(build(request)->days[0].rows, 3U);
}

TEST_F(LitBuild, PagesAreFoundByTheirScope) {
  const auto page = [](const char* first, const char* price) {
    return std::string{R"({"results":[{"exchange":11,"id":")"} + first +
           R"(","participant_timestamp":)" + first + R"(,"price":)" + price +
           R"(,"sequence_number":1,"sip_timestamp":)" + first +
           R"(,"size":5,"tape":1}],"status":"OK"})";
  };
  // Imported in the wrong order.
  archive(Dataset::TradeTape, "b.json", page("1773151201000000000", "11"),
          "AAPL/1773151201000000000/1");
  archive(Dataset::TradeTape, "a.json", page("1773151200000000000", "10"),
          "AAPL/1773151200000000000/1");
  const auto report = build();
  ASSERT_TRUE(report) << base::format_error(report.error());
  EXPECT_THAT(lines_of(ask(store_.reader(),
                           "SELECT symbol, lit_buy_volume, lit_unclassified_volume "
                           "FROM lit_direction_daily")),
              testing::ElementsAre("AAPL|5|5|"));
}

TEST_F(LitBuild, TheSeedsTableGivesTheSeedsResult) {
  const auto shared = test_support::shared_folder();
  if (!shared) {
    GTEST_SKIP() << "no shared folder";
  }
  const market::Day day = market::Day::parse("2024-01-09").value();
  archive(Dataset::TradeTable, "trades.csv",
          test_support::file_bytes(*shared / "golden/seed_a/trades.csv"), "", day);
  LitBuildRequest request;
  request.days = {day, day};
  request.version = LitVersion::PhaseA;
  for (int number = 0; number < 9; ++number) {
    request.symbols.push_back(market::Symbol::parse("S00" + std::to_string(number)).value());
  }
  const auto report = build(request);
  ASSERT_TRUE(report) << base::format_error(report.error());
  const auto expected =
      test_support::read_csv(*shared / "golden/seed_a/expected_lit_direction_from_trades.csv");
  const Comparison comparison =
      compare(expected, ask(store_.reader(), "SELECT * FROM lit_direction_daily ORDER BY symbol"));
  EXPECT_EQ(comparison.cells, 81U);
  EXPECT_EQ(comparison.different, 0U) << comparison.first;
}

TEST_F(LitBuild, TheSeedsTableHasDirectionUnderV2Too) {
  const auto shared = test_support::shared_folder();
  if (!shared) {
    GTEST_SKIP() << "no shared folder";
  }
  const market::Day day = market::Day::parse("2024-01-09").value();
  archive(Dataset::TradeTable, "trades.csv",
          test_support::file_bytes(*shared / "golden/seed_a/trades.csv"), "", day);
  LitBuildRequest request;
  request.days = {day, day};
  ASSERT_TRUE(build(request));
  const auto rows = lines_of(ask(store_.reader(),
                                 "SELECT symbol, classification_method, off_exchange_volume "
                                 "FROM lit_direction_daily ORDER BY symbol"));
  ASSERT_EQ(rows.size(), 8U);
  EXPECT_EQ(rows[0], "S000|LEE_READY|0|");
}

}  // namespace
}  // namespace offex::studies::test
