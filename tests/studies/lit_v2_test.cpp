#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/lit_direction.hpp"

#include "studies/lit_support.hpp"

namespace offex::studies::test {
namespace {

using kernels::SignRule;
using market::condition_bit;

constexpr std::int64_t kBid = 10 * kDollar;
constexpr std::int64_t kAsk = kBid + kDollar / 50;
constexpr std::int64_t kMid = kBid + kDollar / 100;

std::vector<LitRow> rows_of(const std::vector<Trade>& trades, NbboSource* nbbo = nullptr,
                            const LitOptions& options = {}, LitNotes* notes = nullptr) {
  auto direction = LitDirectionV2::create(kTapeDay, options).value();
  EXPECT_TRUE(direction.add(block_of(trades), nbbo));
  if (notes != nullptr) {
    *notes = direction.notes();
  }
  return direction.rows();
}

LitRow row_of(const std::vector<Trade>& trades, NbboSource* nbbo = nullptr,
              const LitOptions& options = {}, LitNotes* notes = nullptr) {
  const std::vector<LitRow> rows = rows_of(trades, nbbo, options, notes);
  EXPECT_EQ(rows.size(), 1U);
  return rows.at(0);
}

AllQuotes steady_quote() { return AllQuotes{{{"AAA", {{at(9, 0), at(9, 0), kBid, kAsk}}}}}; }

std::int64_t volume_of_all(const LitRow& row) {
  return row.buy_volume + row.sell_volume + *row.midpoint_volume + *row.unclassified_volume;
}

TEST(LitV2, SignsAgainstTheQuoteAndAsksTheTickTestAtTheMidpoint) {
  AllQuotes quotes = steady_quote();
  const LitRow row =
      row_of({lit(0, kAsk, 1), lit(1, kBid, 20), lit(2, kMid, 300), lit(3, kMid, 4000)}, &quotes);
  EXPECT_EQ(row.method, "LEE_READY");
  EXPECT_EQ(row.buy_volume, 4301 * kShare);
  EXPECT_EQ(row.sell_volume, 20 * kShare);
  EXPECT_EQ(row.midpoint_volume, 0);
  EXPECT_EQ(row.coverage_pct, 100.0);
  EXPECT_EQ(row.trade_count, 4);
}

TEST(LitV2, TheQuoteRuleKeepsMidpointsApart) {
  AllQuotes quotes = steady_quote();
  LitOptions options;
  options.rule = SignRule::Quote;
  const LitRow row = row_of({lit(0, kAsk, 1), lit(1, kMid, 3)}, &quotes, options);
  EXPECT_EQ(row.method, "QUOTE");
  EXPECT_EQ(row.buy_volume, 1 * kShare);
  EXPECT_EQ(row.midpoint_volume, 3 * kShare);
  EXPECT_EQ(row.unclassified_volume, 0);
  EXPECT_EQ(row.coverage_pct, 25.0);
}

TEST(LitV2, WithoutQuotesTheMethodSaysSo) {
  const std::vector<Trade> trades{lit(0, 10), lit(1, 11, 3)};
  for (const auto& [rule, method] : {std::pair{SignRule::LeeReady, "TICK"},
                                     {SignRule::Emo, "TICK"},
                                     {SignRule::Clnv, "TICK"},
                                     {SignRule::Tick, "TICK"},
                                     {SignRule::Quote, "NO_QUOTES"}}) {
    LitOptions options;
    options.rule = rule;
    const LitRow row = row_of(trades, nullptr, options);
    EXPECT_EQ(row.method, method);
    EXPECT_EQ(row.buy_volume, rule == SignRule::Quote ? 0 : 3 * kShare);
    EXPECT_EQ(row.has_direction, rule != SignRule::Quote);
    EXPECT_FALSE(row.off_exchange_midpoint_volume);
  }
}

TEST(LitV2, TheQuoteMustBeStrictlyOlderThanTheTradeByParticipantTime) {
  const Trade trade = lit(0, kBid, 1);
  AllQuotes same{{{"AAA", {{trade.participant_ns, trade.participant_ns, kBid, kAsk}}}}};
  EXPECT_EQ(row_of({trade}, &same).unclassified_volume, 1 * kShare);
  AllQuotes older{{{"AAA", {{trade.participant_ns - 1, trade.participant_ns, kBid, kAsk}}}}};
  EXPECT_EQ(row_of({trade}, &older).sell_volume, 1 * kShare);
}

TEST(LitV2, LockedCrossedAndOneSidedQuotesAreNone) {
  for (const auto& [bid, ask] :
       {std::pair{kBid, kBid}, {kAsk, kBid}, {std::int64_t{0}, kAsk}, {kBid, std::int64_t{0}}}) {
    AllQuotes quotes{{{"AAA", {{at(9, 0), at(9, 0), bid, ask}}}}};
    const LitRow row = row_of({lit(0, kBid), lit(1, kAsk)}, &quotes);
    EXPECT_EQ(row.method, "TICK");
    EXPECT_EQ(row.buy_volume, 100 * kShare);
    EXPECT_EQ(row.unclassified_volume, 100 * kShare);
  }
}

TEST(LitV2, QuotesBesideTheTradesAreUsedWhereThereAreNoOthers) {
  std::vector<Trade> trades{lit(0, kBid, 5), off(1, kMid, 7)};
  for (Trade& trade : trades) {
    trade.bid = kBid;
    trade.ask = kAsk;
  }
  auto direction = LitDirectionV2::create(kTapeDay, {}).value();
  ASSERT_TRUE(direction.add(block_of(trades, true)));
  const LitRow row = direction.rows().at(0);
  EXPECT_EQ(row.method, "LEE_READY");
  EXPECT_EQ(row.sell_volume, 5 * kShare);
  EXPECT_EQ(row.off_exchange_midpoint_volume, 7 * kShare);
}

TEST(LitV2, OffExchangePrintsHaveNoDirectionAndMoveNoTick) {
  const LitRow row = row_of({lit(0, 10, 1), off(1, 20, 50), lit(2, 11, 2)});
  EXPECT_EQ(row.buy_volume, 2 * kShare);
  EXPECT_EQ(row.unclassified_volume, 1 * kShare);
  EXPECT_EQ(row.off_exchange_volume, 50 * kShare);
  EXPECT_EQ(row.tape_volume, 53 * kShare);
  EXPECT_EQ(row.trade_count, 2);
}

TEST(LitV2, OffExchangePrintsAtTheMidpointAreCounted) {
  AllQuotes quotes = steady_quote();
  Trade late = off(3, kMid, 1000);
  late.sip_ns = late.participant_ns + 11 * kSecond;
  Trade average = off(2, kMid, 200);
  average.conditions = condition_bit(2);
  Trade evening = off(0, kMid, 5000);
  evening.participant_ns = at(16, 0);
  evening.sip_ns = evening.participant_ns;
  const LitRow row = row_of({off(0, kMid, 3), off(1, kAsk, 40), average, late, evening}, &quotes);
  EXPECT_EQ(row.off_exchange_midpoint_volume, 203 * kShare);
  EXPECT_EQ(row.off_exchange_volume, 6243 * kShare);
  EXPECT_EQ(row.method, "NONE");
  EXPECT_FALSE(row.coverage_pct);
}

TEST(LitV2, ConditionsDecideAboutVolumeAndDirection) {
  Trade official = lit(1, 11, 1000);
  official.conditions = condition_bit(16);
  Trade average = lit(2, 12, 200);
  average.conditions = condition_bit(2) | condition_bit(37);
  Trade odd_lot = lit(3, 13, 5);
  odd_lot.conditions = condition_bit(37);
  const LitRow row = row_of({lit(0, 10, 1), official, average, odd_lot});
  EXPECT_EQ(row.tape_volume, 206 * kShare);
  EXPECT_EQ(row.buy_volume, 5 * kShare);
  EXPECT_EQ(volume_of_all(row), 6 * kShare);
}

TEST(LitV2, RegularHoursAreByParticipantTimeAndHalfOpen) {
  std::vector<Trade> trades;
  for (const std::int64_t ns : {at(9, 30) - 1, at(9, 30), at(16, 0) - 1, at(16, 0)}) {
    trades.push_back(lit(0, 10, 1));
    trades.back().participant_ns = ns;
    trades.back().sip_ns = at(16, 0);
  }
  LitOptions options;
  options.max_report_delay_ns = 24 * 3600 * kSecond;
  EXPECT_EQ(row_of(trades, nullptr, options).trade_count, 2);
}

TEST(LitV2, RegularHoursEndEarlyOnShortDays) {
  const market::Day short_day = market::Day::parse("2025-11-28").value();
  auto direction = LitDirectionV2::create(short_day, {}).value();
  std::vector<Trade> trades;
  for (const int minute : {59, 60}) {
    trades.push_back(lit(0, 10, 1));
    trades.back().participant_ns =
        market::from_new_york(short_day, 12, 0).nanos() + std::int64_t{minute} * 60 * kSecond;
    trades.back().sip_ns = trades.back().participant_ns;
  }
  ASSERT_TRUE(direction.add(block_of(trades)));
  EXPECT_EQ(direction.rows().at(0).trade_count, 1);
}

TEST(LitV2, ADayWithoutSessionIsRefused) {
  const auto direction = LitDirectionV2::create(market::Day::parse("2026-07-04").value(), {});
  ASSERT_FALSE(direction);
  EXPECT_EQ(direction.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(direction.error().message, testing::HasSubstr("2026-07-04 is no session"));
}

TEST(LitV2, PrintsReportedLateHaveVolumeButNoDirection) {
  Trade just = lit(1, 11, 1);
  just.sip_ns = just.participant_ns + 10 * kSecond;
  Trade late = lit(2, 12, 20);
  late.sip_ns = late.participant_ns + 10 * kSecond + 1;
  LitNotes notes;
  const LitRow row = row_of({lit(0, 10, 300), just, late}, nullptr, {}, &notes);
  EXPECT_EQ(row.tape_volume, 321 * kShare);
  EXPECT_EQ(row.buy_volume, 1 * kShare);
  EXPECT_EQ(volume_of_all(row), 301 * kShare);
  EXPECT_EQ(notes.late_trades, 1U);
}

Trade corrected(Trade trade, std::uint8_t correction, std::uint64_t id) {
  trade.correction = correction;
  trade.id_hash = id;
  return trade;
}

TEST(LitV2, CancelledAndErroneousTradesCountNowhere) {
  std::vector<Trade> trades{lit(0, 10, 1)};
  for (const auto code : std::to_array<std::uint8_t>({7, 8, 10, 11})) {
    trades.push_back(corrected(lit(1, 11, 100), code, code));
  }
  LitNotes notes;
  EXPECT_EQ(row_of(trades, nullptr, {}, &notes).tape_volume, 1 * kShare);
  EXPECT_EQ(notes.void_trades, 4U);
}

TEST(LitV2, AnOriginalGivesWayToItsCorrectionWhicheverComesFirst) {
  const Trade original = corrected(lit(1, 11, 100), 1, 77);
  const Trade correction = corrected(lit(2, 9, 30), 12, 77);
  LitNotes notes;
  LitRow row = row_of({lit(0, 10, 1), original, correction}, nullptr, {}, &notes);
  EXPECT_EQ(row.tape_volume, 31 * kShare);
  EXPECT_EQ(row.buy_volume, 0);
  EXPECT_EQ(row.sell_volume, 30 * kShare);
  EXPECT_EQ(row.trade_count, 2);
  EXPECT_EQ(notes.replaced_trades, 1U);
  row = row_of({lit(0, 10, 1), correction, original});
  EXPECT_EQ(row.tape_volume, 31 * kShare);
}

TEST(LitV2, OriginalsWithoutCorrectionAndCorrectionsWithoutOriginalCount) {
  Trade elsewhere = corrected(lit(3, 12, 4000), 12, 77);
  elsewhere.exchange = 12;  // ids are unique per venue only
  const LitRow row =
      row_of({corrected(lit(1, 10, 100), 1, 77), corrected(lit(2, 11, 30), 12, 78), elsewhere});
  EXPECT_EQ(row.tape_volume, 4130 * kShare);
  EXPECT_EQ(row.buy_volume, 4030 * kShare);
}

TEST(LitV2, TheLastOfSeveralCorrectionsCounts) {
  const LitRow row = row_of({corrected(lit(1, 10, 1), 1, 5), corrected(lit(2, 10, 20), 12, 5),
                             corrected(lit(3, 10, 300), 12, 5)});
  EXPECT_EQ(row.tape_volume, 300 * kShare);
}

TEST(LitV2, CorrectionsWithoutIdAllCountAndAreNoted) {
  LitNotes notes;
  const LitRow row = row_of({corrected(lit(1, 10, 1), 1, 0), corrected(lit(2, 10, 20), 12, 0)},
                            nullptr, {}, &notes);
  EXPECT_EQ(row.tape_volume, 21 * kShare);
  EXPECT_EQ(notes.unpaired_trades, 2U);
  EXPECT_THAT(lit_warnings(notes), testing::ElementsAre(testing::HasSubstr("have no id")));
}

TEST(LitV2, VenuesThatAreOddAreNotedAndCountAsLit) {
  Trade unknown = lit(0, 10, 1);
  unknown.exchange = 30;
  Trade anomaly = lit(1, 11, 2);
  anomaly.trf_id = 3;
  LitNotes notes;
  const LitRow row = row_of({unknown, anomaly}, nullptr, {}, &notes);
  EXPECT_EQ(row.buy_volume, 2 * kShare);
  EXPECT_EQ(row.off_exchange_volume, 0);
  EXPECT_EQ(notes.unknown_exchanges, 1U);
  EXPECT_EQ(notes.venue_anomalies, 1U);
  EXPECT_THAT(lit_warnings(notes), testing::SizeIs(2));
}

TEST(LitV2, SizesThatCannotBeAreRefused) {
  for (const std::int64_t size : {kMaxTapeSize + 1, std::int64_t{-1}}) {
    auto direction = LitDirectionV2::create(kTapeDay, {}).value();
    std::vector<Trade> trades{lit(0, 10)};
    trades[0].size = size;
    const auto done = direction.add(block_of(trades));
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, testing::HasSubstr("AAA"));
  }
}

TEST(LitV2, ADaysVolumeThatCannotBeIsRefusedBeforeItOverflows) {
  auto direction = LitDirectionV2::create(kTapeDay, {}).value();
  std::vector<Trade> trades(columns::kTapeBlockRows, corrected(lit(0, 10), 1, 9));
  for (Trade& trade : trades) {
    trade.size = kMaxTapeSize;
  }
  EXPECT_FALSE(direction.add(block_of(trades)));
}

TEST(LitMinutes, SplitVolumeByTheNormalLawOfTheChangeOfPrice) {
  auto direction = LitDirectionMinutes::create(kTapeDay).value();
  columns::MinuteBlock block;
  block.runs.push_back({market::Symbol::from_trusted("AAA"), 0, 4});
  block.window_start_ns = {at(8, 0), at(9, 30), at(9, 31), at(9, 35)};
  block.open = {90, 100, 0, 0};
  block.high = block.low = {0, 0, 0, 0};
  block.close = {90, 101, 100, 100};  // changes 1, -1, 0: deviation sqrt(2/3)
  block.vwap = {-1, -1, -1, -1};
  block.volume = {5 * kShare, 1000 * kShare, 1000 * kShare, 10 * kShare};
  ASSERT_TRUE(direction.add(block));
  const LitRow row = direction.rows().at(0);
  // Phi(sqrt(1.5)) = 0.889664...; up and down are mirror images.
  EXPECT_NEAR(static_cast<double>(row.buy_volume), 1005e6, 1.0);
  EXPECT_EQ(row.buy_volume + row.sell_volume, 2010 * kShare);
  EXPECT_EQ(row.tape_volume, 2015 * kShare);
  EXPECT_EQ(row.method, "BULK_MINUTE");
  EXPECT_EQ(row.coverage_pct, 100.0);
  EXPECT_FALSE(row.off_exchange_volume);
  EXPECT_FALSE(row.trade_count);
}

TEST(LitMinutes, ADayWithoutChangeHasNoDirection) {
  auto direction = LitDirectionMinutes::create(kTapeDay).value();
  columns::MinuteBlock block;
  block.runs.push_back({market::Symbol::from_trusted("AAA"), 0, 2});
  block.window_start_ns = {at(9, 30), at(9, 31)};
  block.open = block.high = block.low = block.close = {100, 100};
  block.vwap = {-1, -1};
  block.volume = {kShare, kShare};
  ASSERT_TRUE(direction.add(block));
  const LitRow row = direction.rows().at(0);
  EXPECT_EQ(row.unclassified_volume, 2 * kShare);
  EXPECT_EQ(row.coverage_pct, 0.0);
  EXPECT_FALSE(row.has_direction);
}

TEST(LitRows, VolumeWithoutAnySignIsMissingAndNotZero) {
  const auto volumes = [](const LitRow& row) {
    const columns::Batch batch = lit_batch(kTapeDay, "v2", {&row, 1});
    const auto cell = [&](const char* name) {
      const columns::Column& column = *batch.find(name);
      return column.valid(0) ? columns::cell_text(column, 0) : std::string{"null"};
    };
    return cell("lit_buy_volume") + " " + cell("lit_sell_volume") + " " +
           cell("lit_unclassified_volume");
  };
  EXPECT_EQ(volumes(row_of({lit(0, 10, 7)})), "null null 7");  // the first trade of the day
  EXPECT_EQ(volumes(row_of({off(0, 10, 7)})), "null null 0");  // no lit trade
  EXPECT_EQ(volumes(row_of({lit(0, 10, 7), lit(1, 11, 5)})), "5 0 7");
}

TEST(LitMinutes, BarsCloserThanAMinuteAreRefused) {
  auto direction = LitDirectionMinutes::create(kTapeDay).value();
  columns::MinuteBlock block;
  block.runs.push_back({market::Symbol::from_trusted("AAA"), 0, 2});
  block.window_start_ns = {at(9, 30), at(9, 30, 59)};
  block.open = block.high = block.low = block.close = {100, 100};
  block.vwap = {-1, -1};
  block.volume = {kShare, kShare};
  EXPECT_FALSE(direction.add(block));
}

}  // namespace
}  // namespace offex::studies::test
