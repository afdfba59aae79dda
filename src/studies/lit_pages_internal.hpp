#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <unordered_set>

#include "offex/columns/tape_block.hpp"

namespace offex::studies {

/// Takes out what the pages before a page had: pages asked for by time overlap, and a small one may
/// lie within a larger one. \pre the pages of a ticker come in order of their first SIP time, and
/// each in order of SIP time
///
/// All that is older than the newest SIP time of the pages before is theirs; trades of that very
/// time are told apart by their identity. Holds the identities of one SIP time.
class PageOverlap {
 public:
  /// Tells that another page of the same ticker begins.
  void next_page();
  /// Tells that another ticker begins.
  void next_symbol();
  /// Returns the block without what the pages before had: `block` itself, or a block of this object
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
  /// The newest SIP time and the trades that have it.
  struct End {
    std::int64_t sip_ns{std::numeric_limits<std::int64_t>::min()};
    std::unordered_set<Identity, Hash> trades;
  };

  /// Whether a page before had the row; notes the row.
  [[nodiscard]] bool had(const columns::TradeBlock& block, std::size_t row);

  End before_, now_;
  columns::TradeBlock kept_;
  std::uint64_t dropped_{0};
};

/// The same for minute bars, of which a ticker has one at a time: a page's bars at or before the
/// last one of the pages before are theirs.
class MinuteOverlap {
 public:
  /// Tells that another page of the same ticker begins.
  void next_page() { before_ns_ = now_ns_; }
  /// Tells that another ticker begins.
  void next_symbol();
  /// Returns the block without what the pages before had, as PageOverlap does. \pre one ticker
  [[nodiscard]] const columns::MinuteBlock& filter(const columns::MinuteBlock& block);

 private:
  std::int64_t before_ns_{std::numeric_limits<std::int64_t>::min()};
  std::int64_t now_ns_{std::numeric_limits<std::int64_t>::min()};
  columns::MinuteBlock kept_;
};

}  // namespace offex::studies
