#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>

#include "offex/columns/tape_block.hpp"

namespace offex::studies {

/// Takes out the trades of a page that the page before it had: pages asked for by time overlap.
/// Holds the identities of two pages.
class PageOverlap {
 public:
  /// Tells that another page of the same ticker begins.
  void next_page();
  /// Tells that another ticker begins.
  void next_symbol();
  /// Returns the block without what the page before had: `block` itself, or a block of this object
  /// that is good until the next call. \pre one ticker
  [[nodiscard]] const columns::TradeBlock& filter(const columns::TradeBlock& block);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Identity {
    std::uint64_t id_hash;
    std::int64_t sequence;
    std::uint16_t trf_id;
    std::uint8_t exchange;

    friend bool operator==(const Identity&, const Identity&) = default;
  };
  struct Hash {
    std::size_t operator()(const Identity& identity) const noexcept;
  };
  using Identities = std::unordered_set<Identity, Hash>;

  Identities before_, now_;
  columns::TradeBlock kept_;
  std::uint64_t dropped_{0};
};

}  // namespace offex::studies
