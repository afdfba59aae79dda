#include <utility>
#include <vector>

#include "studies/lit_pages_internal.hpp"

namespace offex::studies {
namespace {

template <class T>
void keep_rows(const std::vector<T>& from, const std::vector<std::size_t>& rows,
               std::vector<T>& to) {
  to.clear();
  if (from.empty()) {
    return;  // a column that the source does not have
  }
  to.reserve(rows.size());
  for (const std::size_t row : rows) {
    to.push_back(from[row]);
  }
}

void keep_rows(const columns::TradeBlock& from, const std::vector<std::size_t>& rows,
               columns::TradeBlock& to) {
  to.runs.clear();
  if (!rows.empty()) {
    to.runs.push_back({from.runs.front().symbol, 0, static_cast<std::uint32_t>(rows.size())});
  }
  keep_rows(from.participant_ns, rows, to.participant_ns);
  keep_rows(from.sip_ns, rows, to.sip_ns);
  keep_rows(from.price, rows, to.price);
  keep_rows(from.size, rows, to.size);
  keep_rows(from.conditions, rows, to.conditions);
  keep_rows(from.exchange, rows, to.exchange);
  keep_rows(from.correction, rows, to.correction);
  keep_rows(from.trf_id, rows, to.trf_id);
  keep_rows(from.id_hash, rows, to.id_hash);
  keep_rows(from.sequence, rows, to.sequence);
  keep_rows(from.bid, rows, to.bid);
  keep_rows(from.ask, rows, to.ask);
}

}  // namespace

std::size_t PageOverlap::Hash::operator()(const Identity& identity) const noexcept {
  std::uint64_t mixed = identity.id_hash * 0x9E3779B97F4A7C15ULL;
  mixed ^= static_cast<std::uint64_t>(identity.sequence) + (mixed >> 29U);
  mixed *= 0xD6E8FEB86659FD93ULL;
  mixed ^= (std::uint64_t{identity.trf_id} << 8U) + identity.exchange + (mixed >> 32U);
  return static_cast<std::size_t>(mixed);
}

void PageOverlap::next_page() {
  before_ = std::move(now_);
  now_ = {};
}

void PageOverlap::next_symbol() {
  before_ = {};
  now_ = {};
}

const columns::TradeBlock& PageOverlap::filter(const columns::TradeBlock& block) {
  std::vector<std::size_t> rows;
  rows.reserve(block.rows());
  for (std::size_t row = 0; row < block.rows(); ++row) {
    const Identity identity{.id_hash = block.id_hash[row],
                            .sequence = block.sequence[row],
                            .trf_id = block.trf_id[row],
                            .exchange = block.exchange[row]};
    const bool named = identity.id_hash != 0 || identity.sequence != 0;
    if (named) {
      now_.insert(identity);
      if (before_.contains(identity)) {
        continue;
      }
    }
    rows.push_back(row);
  }
  if (rows.size() == block.rows()) {
    return block;
  }
  dropped_ += block.rows() - rows.size();
  keep_rows(block, rows, kept_);
  return kept_;
}

}  // namespace offex::studies
