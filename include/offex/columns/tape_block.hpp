#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "offex/market/symbol.hpp"

// Blocks of the tape: what streams from a reader to the kernels without ever becoming a table.
namespace offex::columns {

/// Rows [begin, end) of a block that belong to one security.
struct TapeRun {
  market::Symbol symbol;
  std::uint32_t begin{0};
  std::uint32_t end{0};
};

/// Rows of a block at most; eight columns of that many stay in the second-level cache.
inline constexpr std::size_t kTapeBlockRows = 4096;

/// A price that the source did not give. A real price is never negative.
inline constexpr std::int64_t kNoPrice = -1;

/// Trades in the order of the tape. All vectors have `rows()` elements unless they say otherwise.
struct TradeBlock {
  std::vector<TapeRun> runs;                 ///< cover all rows in order
  std::vector<std::int64_t> participant_ns;  ///< event time at the venue, UTC
  std::vector<std::int64_t> sip_ns;          ///< time of the consolidated tape; equal where unknown
  std::vector<std::int64_t> price;           ///< nano-dollars
  std::vector<std::int64_t> size;            ///< millionths of a share
  std::vector<std::uint64_t> conditions;     ///< bit i = condition i (0..62); bit 63 = any other
  std::vector<std::uint8_t> exchange;        ///< Polygon's id; 4 = FINRA; 255 = larger
  std::vector<std::uint8_t> correction;      ///< 0 = regular
  std::vector<std::uint16_t> trf_id;         ///< 0 = none
  /// FNV-1a of the trade id. A flat file keeps it only for rows with a correction, 0 elsewhere.
  std::vector<std::uint64_t> id_hash;
  std::vector<std::int64_t> sequence;  ///< sequence_number; 0 where unknown
  std::vector<std::int64_t> bid, ask;  ///< empty unless the source has quotes beside its trades
                                       ///< (the seed's table); kNoPrice = missing

  [[nodiscard]] std::size_t rows() const { return price.size(); }
  void clear();
};

/// States of the national best bid and offer in the order of the tape. A side that is empty has
/// price 0.
struct QuoteBlock {
  std::vector<TapeRun> runs;
  std::vector<std::int64_t> participant_ns;
  std::vector<std::int64_t> sip_ns;
  std::vector<std::int64_t> bid, ask;            ///< nano-dollars
  std::vector<std::int64_t> bid_size, ask_size;  ///< millionths, in the unit that the source uses

  [[nodiscard]] std::size_t rows() const { return bid.size(); }
  void clear();
};

/// Bars of a minute. A minute without an eligible trade has no bar.
struct MinuteBlock {
  std::vector<TapeRun> runs;
  std::vector<std::int64_t> window_start_ns;  ///< UTC
  std::vector<std::int64_t> open, high, low, close;
  std::vector<std::int64_t> vwap;    ///< kNoPrice where the source has none (flat files)
  std::vector<std::int64_t> volume;  ///< millionths

  [[nodiscard]] std::size_t rows() const { return close.size(); }
  void clear();
};

/// Some blocks of one kind, const or not.
template <class Kind, class... Blocks>
concept TapeBlocks = sizeof...(Blocks) > 0 &&
                     (std::same_as<std::remove_const_t<Blocks>, Kind> && ...);

/// Calls `visit` with each column of a block, in the order of their declaration; with the same
/// column of each where there are several blocks. `runs` is no column. A column that the source
/// does not have, `bid` and `ask` of trades, is empty.
template <class Visit, class... Blocks>
  requires TapeBlocks<TradeBlock, Blocks...>
void for_each_column(const Visit& visit, Blocks&... blocks) {
  visit(blocks.participant_ns...);
  visit(blocks.sip_ns...);
  visit(blocks.price...);
  visit(blocks.size...);
  visit(blocks.conditions...);
  visit(blocks.exchange...);
  visit(blocks.correction...);
  visit(blocks.trf_id...);
  visit(blocks.id_hash...);
  visit(blocks.sequence...);
  visit(blocks.bid...);
  visit(blocks.ask...);
}

template <class Visit, class... Blocks>
  requires TapeBlocks<QuoteBlock, Blocks...>
void for_each_column(const Visit& visit, Blocks&... blocks) {
  visit(blocks.participant_ns...);
  visit(blocks.sip_ns...);
  visit(blocks.bid...);
  visit(blocks.ask...);
  visit(blocks.bid_size...);
  visit(blocks.ask_size...);
}

template <class Visit, class... Blocks>
  requires TapeBlocks<MinuteBlock, Blocks...>
void for_each_column(const Visit& visit, Blocks&... blocks) {
  visit(blocks.window_start_ns...);
  visit(blocks.open...);
  visit(blocks.high...);
  visit(blocks.low...);
  visit(blocks.close...);
  visit(blocks.vwap...);
  visit(blocks.volume...);
}

}  // namespace offex::columns
