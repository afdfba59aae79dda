#include <algorithm>
#include <vector>

#include "studies/lit_pages_internal.hpp"

namespace offex::studies {
namespace {

template <class T>
void keep_cells(const std::vector<T>& from, const std::vector<std::size_t>& rows,
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

template <class Block>
void keep_rows(const Block& from, const std::vector<std::size_t>& rows, Block& to) {
  to.runs.clear();
  if (!rows.empty()) {
    to.runs.push_back({from.runs.front().symbol, 0, static_cast<std::uint32_t>(rows.size())});
  }
  columns::for_each_column(
      [&rows](const auto& source, auto& target) { keep_cells(source, rows, target); }, from, to);
}

}  // namespace

std::size_t PageOverlap::Hash::operator()(const Identity& identity) const noexcept {
  std::uint64_t mixed = identity.id_hash * 0x9E3779B97F4A7C15ULL;
  mixed ^= static_cast<std::uint64_t>(identity.sequence) + (mixed >> 29U);
  mixed *= 0xD6E8FEB86659FD93ULL;
  mixed ^= (std::uint64_t{identity.trf_id} << 8U) + identity.exchange + (mixed >> 32U);
  return static_cast<std::size_t>(mixed);
}

void PageOverlap::next_page() { before_ = now_; }

void PageOverlap::next_symbol() {
  before_ = {};
  now_ = {};
}

bool PageOverlap::had(const columns::TradeBlock& block, std::size_t row) {
  const std::int64_t sip_ns = block.sip_ns[row];
  const Identity identity{.id_hash = block.id_hash[row],
                          .sequence = block.sequence[row],
                          .trf_id = block.trf_id[row],
                          .exchange = block.exchange[row]};
  const bool named = identity.id_hash != 0 || identity.sequence != 0;
  if (sip_ns > now_.sip_ns) {
    now_.sip_ns = sip_ns;
    now_.trades.clear();
  }
  if (named && sip_ns == now_.sip_ns) {
    now_.trades.insert(identity);
  }
  return sip_ns < before_.sip_ns ||
         (sip_ns == before_.sip_ns && named && before_.trades.contains(identity));
}

const columns::TradeBlock& PageOverlap::filter(const columns::TradeBlock& block) {
  std::vector<std::size_t> rows;
  rows.reserve(block.rows());
  for (std::size_t row = 0; row < block.rows(); ++row) {
    if (!had(block, row)) {
      rows.push_back(row);
    }
  }
  if (rows.size() == block.rows()) {
    return block;
  }
  dropped_ += block.rows() - rows.size();
  keep_rows(block, rows, kept_);
  return kept_;
}

void MinuteOverlap::next_symbol() {
  before_ns_ = std::numeric_limits<std::int64_t>::min();
  now_ns_ = before_ns_;
}

const columns::MinuteBlock& MinuteOverlap::filter(const columns::MinuteBlock& block) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < block.rows(); ++row) {
    now_ns_ = std::max(now_ns_, block.window_start_ns[row]);
    if (block.window_start_ns[row] > before_ns_) {
      rows.push_back(row);
    }
  }
  if (rows.size() == block.rows()) {
    return block;
  }
  keep_rows(block, rows, kept_);
  return kept_;
}

}  // namespace offex::studies
