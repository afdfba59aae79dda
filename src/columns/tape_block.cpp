#include "offex/columns/tape_block.hpp"

namespace offex::columns {

namespace {

template <class... Vectors>
void clear_all(Vectors&... vectors) {
  (vectors.clear(), ...);
}

}  // namespace

void TradeBlock::clear() {
  clear_all(runs, participant_ns, sip_ns, price, size, conditions, exchange, correction, trf_id,
            id_hash, sequence, bid, ask);
}

void QuoteBlock::clear() { clear_all(runs, participant_ns, sip_ns, bid, ask, bid_size, ask_size); }

void MinuteBlock::clear() {
  clear_all(runs, window_start_ns, open, high, low, close, vwap, volume);
}

}  // namespace offex::columns
