#include "offex/columns/tape_block.hpp"

#include <gtest/gtest.h>

namespace offex::columns {
namespace {

const TapeRun kRun{.symbol = market::Symbol::from_trusted("A"), .begin = 0, .end = 1};

TEST(TapeBlock, AClearedTradeBlockHasNoRowsInAnyColumn) {
  TradeBlock block{.runs = {kRun},
                   .participant_ns = {1},
                   .sip_ns = {1},
                   .price = {1},
                   .size = {1},
                   .conditions = {1},
                   .exchange = {1},
                   .correction = {1},
                   .trf_id = {1},
                   .id_hash = {1},
                   .sequence = {1},
                   .bid = {1},
                   .ask = {1}};
  EXPECT_EQ(block.rows(), 1U);

  block.clear();

  EXPECT_EQ(block.rows(), 0U);
  EXPECT_TRUE(block.runs.empty() && block.participant_ns.empty() && block.sip_ns.empty());
  EXPECT_TRUE(block.size.empty() && block.conditions.empty() && block.exchange.empty());
  EXPECT_TRUE(block.correction.empty() && block.trf_id.empty() && block.id_hash.empty());
  EXPECT_TRUE(block.sequence.empty() && block.bid.empty() && block.ask.empty());
}

TEST(TapeBlock, AClearedQuoteBlockHasNoRowsInAnyColumn) {
  QuoteBlock block{.runs = {kRun},
                   .participant_ns = {1},
                   .sip_ns = {1},
                   .bid = {1},
                   .ask = {1},
                   .bid_size = {1},
                   .ask_size = {1}};
  EXPECT_EQ(block.rows(), 1U);

  block.clear();

  EXPECT_EQ(block.rows(), 0U);
  EXPECT_TRUE(block.runs.empty() && block.participant_ns.empty() && block.sip_ns.empty());
  EXPECT_TRUE(block.ask.empty() && block.bid_size.empty() && block.ask_size.empty());
}

TEST(TapeBlock, AClearedMinuteBlockHasNoRowsInAnyColumn) {
  MinuteBlock block{.runs = {kRun},
                    .window_start_ns = {1},
                    .open = {1},
                    .high = {1},
                    .low = {1},
                    .close = {1},
                    .vwap = {1},
                    .volume = {1}};
  EXPECT_EQ(block.rows(), 1U);

  block.clear();

  EXPECT_EQ(block.rows(), 0U);
  EXPECT_TRUE(block.runs.empty() && block.window_start_ns.empty() && block.open.empty());
  EXPECT_TRUE(block.high.empty() && block.low.empty() && block.vwap.empty() &&
              block.volume.empty());
}

}  // namespace
}  // namespace offex::columns
