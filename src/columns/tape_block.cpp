#include "offex/columns/tape_block.hpp"

namespace offex::columns {

namespace {

template <class Block>
void clear_all(Block& block) {
  block.runs.clear();
  for_each_column([](auto& column) { column.clear(); }, block);
}

}  // namespace

void TradeBlock::clear() { clear_all(*this); }
void QuoteBlock::clear() { clear_all(*this); }
void MinuteBlock::clear() { clear_all(*this); }

}  // namespace offex::columns
