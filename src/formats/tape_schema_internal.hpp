#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "offex/columns/tape_block.hpp"
#include "offex/market/dataset.hpp"

#include "formats/tape_header_internal.hpp"
#include "formats/tape_index_internal.hpp"
#include "formats/tape_number_internal.hpp"
#include "formats/tape_rules_internal.hpp"

namespace offex::formats {

/// Rows of an index that a fast reader may take, and where they go.
struct TapeRows {
  const char* text{nullptr};
  const std::uint32_t* ends{nullptr};   ///< ends[0] lies before the first row
  const std::uint32_t* lines{nullptr};  ///< line feed of the first row
  std::size_t count{0};                 ///< rows at most
  std::size_t slot{0};                  ///< of the block, for the first row
  market::Symbol symbol;                ///< that all of them must have
};

/// Bits of condition texts that were met before.
class ConditionCache {
 public:
  /// Returns the bits of a cell as it stands in the line; sets `bad` when it is not plain.
  [[gnu::always_inline]] std::uint64_t bits(const char* begin, std::size_t length,
                                            std::uint64_t& bad) {
    if (length > 15) [[unlikely]] {
      bad = 1;
      return 0;
    }
    const swar::Words text = swar::first_bytes(begin, length);
    const Entry& entry = entries_[slot(text)];
    if (entry.text == text) [[likely]]
      return entry.bits;
    return learn(text, begin, length, bad);
  }

 private:
  // An entry that is free stands for the empty text, which has no bits.
  struct Entry {
    swar::Words text;
    std::uint64_t bits{0};
  };
  static constexpr unsigned kSlotBits = 9;

  [[gnu::always_inline]] static std::size_t slot(const swar::Words& text) {
    return ((text.first ^ (text.second * 0xD6E8FEB86659FD93)) * 0x9E3779B97F4A7C15) >>
           (64 - kSlotBits);
  }
  [[gnu::noinline]] std::uint64_t learn(const swar::Words& text, const char* begin,
                                        std::size_t length, std::uint64_t& bad);

  std::array<Entry, std::size_t{1} << kSlotBits> entries_{};
};

/// Trades of a flat file.
struct TradeSchema {
  using Block = columns::TradeBlock;
  static constexpr auto kDataset = market::Dataset::TradeTape;

  TapeColumns columns;
  ConditionCache conditions;

  /// Gives all columns of the block `rows` elements.
  void open(Block& block, std::size_t rows) const;
  /// Returns whether `take` can be used at all with these columns.
  [[nodiscard]] bool fast() const;
  /// Stores rows as long as they are plain and have the symbol; returns how many.
  [[nodiscard]] std::size_t take(const TapeRows& rows, Block& block);
  /// Stores one row at `slot` by the rules and returns its symbol.
  [[nodiscard]] market::Symbol read(TapeRow& row, std::size_t slot, Block& block) const;
};

/// The seed's table of trades.
struct TradeTableSchema {
  using Block = columns::TradeBlock;
  static constexpr auto kDataset = market::Dataset::TradeTable;

  TapeColumns columns;

  void open(Block& block, std::size_t rows) const;
  [[nodiscard]] bool fast() const;
  [[nodiscard]] std::size_t take(const TapeRows& rows, Block& block) const;
  [[nodiscard]] market::Symbol read(TapeRow& row, std::size_t slot, Block& block) const;
};

/// Quotes of a flat file.
struct QuoteSchema {
  using Block = columns::QuoteBlock;
  static constexpr auto kDataset = market::Dataset::QuoteTape;

  TapeColumns columns;

  void open(Block& block, std::size_t rows) const;
  [[nodiscard]] bool fast() const;
  [[nodiscard]] std::size_t take(const TapeRows& rows, Block& block) const;
  [[nodiscard]] market::Symbol read(TapeRow& row, std::size_t slot, Block& block) const;
};

/// Minute bars of a flat file.
struct MinuteSchema {
  using Block = columns::MinuteBlock;
  static constexpr auto kDataset = market::Dataset::MinuteTape;

  TapeColumns columns;

  void open(Block& block, std::size_t rows) const;
  [[nodiscard]] bool fast() const;
  [[nodiscard]] std::size_t take(const TapeRows& rows, Block& block) const;
  [[nodiscard]] market::Symbol read(TapeRow& row, std::size_t slot, Block& block) const;
};

/// Reads two times of which one may be missing; both missing is a fault.
[[nodiscard]] std::pair<std::int64_t, std::int64_t> read_times(TapeRow& row,
                                                               std::size_t participant,
                                                               std::size_t sip);

/// Nanoseconds of a minute.
inline constexpr std::int64_t kMinuteNanos = 60'000'000'000;

/// A row between its ends: cell i lies in (ends[i], ends[i + 1]).
struct FastRow {
  const char* text;
  const std::uint32_t* ends;

  [[nodiscard, gnu::always_inline]] const char* begin(std::size_t i) const {
    return text + static_cast<std::uint32_t>(ends[i] + 1U);
  }
  [[nodiscard, gnu::always_inline]] const char* end(std::size_t i) const {
    return text + ends[i + 1];
  }
  [[nodiscard, gnu::always_inline]] std::size_t length(std::size_t i) const {
    return ends[i + 1] - ends[i] - 1;
  }
};

/// A symbol as the words that a row is compared with.
struct FastSymbol {
  swar::Words words;
  std::size_t length{0};

  [[nodiscard, gnu::always_inline]] bool matches(const char* text, std::size_t size) const {
    return size == length && swar::first_bytes(text, size) == words;
  }
};

[[nodiscard]] FastSymbol fast_symbol(const market::Symbol& symbol);

}  // namespace offex::formats
