#include "offex/columns/tape_block.hpp"

#include <vector>

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

TEST(TapeBlock, EveryColumnOfEveryKindIsVisitedOnceAndInOrder) {
  TradeBlock trades{.runs = {kRun},
                    .participant_ns = {0},
                    .sip_ns = {1},
                    .price = {2},
                    .size = {3},
                    .conditions = {4},
                    .exchange = {5},
                    .correction = {6},
                    .trf_id = {7},
                    .id_hash = {8},
                    .sequence = {9},
                    .bid = {10},
                    .ask = {11}};
  QuoteBlock quotes{.runs = {kRun},
                    .participant_ns = {0},
                    .sip_ns = {1},
                    .bid = {2},
                    .ask = {3},
                    .bid_size = {4},
                    .ask_size = {5}};
  MinuteBlock minutes{.runs = {kRun},
                      .window_start_ns = {0},
                      .open = {1},
                      .high = {2},
                      .low = {3},
                      .close = {4},
                      .vwap = {5},
                      .volume = {6}};
  const auto visited = [](const auto& block) {
    std::vector<std::int64_t> values;
    for_each_column(
        [&values](const auto& column) {
          values.push_back(static_cast<std::int64_t>(column.at(0)));
        },
        block);
    return values;
  };

  EXPECT_EQ(visited(trades), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(visited(quotes), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(visited(minutes), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(TapeBlock, TheSameColumnsOfSeveralBlocksAreVisitedTogether) {
  const QuoteBlock from{.runs = {},
                        .participant_ns = {1},
                        .sip_ns = {2},
                        .bid = {3},
                        .ask = {4},
                        .bid_size = {5},
                        .ask_size = {6}};
  QuoteBlock to;

  for_each_column([](const auto& source, auto& target) { target = source; }, from, to);

  EXPECT_EQ(to.participant_ns, from.participant_ns);
  EXPECT_EQ(to.bid, from.bid);
  EXPECT_EQ(to.ask_size, from.ask_size);
}

}  // namespace
}  // namespace offex::columns
