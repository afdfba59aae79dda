#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"

#include "formats/short_layout_internal.hpp"

namespace offex::formats {

/// The accepted rows of one file, column by column.
struct ShortColumns {
  std::vector<market::Symbol> symbols;
  std::vector<std::int32_t> market_masks;
  std::vector<std::int64_t> short_volumes;
  std::vector<std::int64_t> exempt_volumes;
  std::vector<std::int64_t> total_volumes;

  [[nodiscard]] std::size_t size() const { return symbols.size(); }
  void reserve(std::size_t rows);
  void append(const ShortRow& row);
};

/// Recognises well-formed rows in ascending order of symbol, many at a time. Whatever it is not
/// sure of it leaves to `ShortRowRules`: it never refuses, and takes no row that the rules would
/// refuse or read differently.
class FastShortRows {
 public:
  /// `layout` in the usual order.
  FastShortRows(const ShortLayout& layout, market::Day day);

  /// Tells that the rules accepted this Market text.
  void learn_market(std::string_view text, std::int32_t mask);

  /// Finds the delimiters of the first lines of `text`. \pre `text` ends with a line feed
  void begin(std::string_view text);
  /// Appends rows from offset `at` of the text on, as long as they are regular; returns how many
  /// and moves `at` behind them.
  [[nodiscard]] std::size_t take(std::size_t& at, ShortColumns& out);
  /// Returns whether no whole row is left among the delimiters that were found.
  [[nodiscard]] bool exhausted(std::size_t at);

 private:
  static constexpr std::size_t kChunk = 8192;
  static constexpr std::size_t kMaxRows = 512;

  struct KnownMarket {
    std::uint64_t word{0};
    std::int32_t length{0};  // 0: free
    std::int32_t mask{0};
  };

  /// The symbol of the row before, as two numbers that compare like its bytes.
  struct SymbolKey {
    std::uint64_t high{0};
    std::uint64_t low{0};
  };

  [[nodiscard]] std::int32_t market_mask(const char* text, std::size_t length) const;
  template <std::size_t kColumns>
  [[nodiscard]] bool parse_row(const char* row, const std::uint32_t* ends, std::size_t slot,
                               SymbolKey& last);
  template <std::size_t kColumns>
  [[nodiscard]] std::size_t parse_rows(std::size_t& at, SymbolKey last);

  std::size_t columns_;
  bool exempt_first_;
  std::uint64_t date_{0};
  std::array<KnownMarket, 64> markets_{};

  const char* text_{nullptr};
  std::size_t readable_{0};  // bytes from text_ on that may be read
  std::size_t next_{0};      // first delimiter that is not used up
  std::size_t num_ends_{0};
  std::array<std::uint32_t, kChunk + 64> ends_;
  std::array<market::Symbol, kMaxRows> symbols_;
  std::array<std::int32_t, kMaxRows> masks_;
  std::array<std::array<std::int64_t, kMaxRows>, 3> volumes_;
};

}  // namespace offex::formats
