#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "offex/columns/symbol_dictionary.hpp"
#include "offex/market/symbol.hpp"

#include "store/duckdb_internal.hpp"

namespace offex::store {

/// The writer's copy of symbol_dictionary and symbol_spelling.
class SymbolTable {
 public:
  struct Spelling {
    market::Symbol raw;
    market::SymbolStyle style{};
    std::int32_t symbol_code{0};
  };
  /// How much of the table existed at a moment.
  struct Mark {
    std::size_t symbols{0};
    std::size_t spellings{0};
  };

  [[nodiscard]] Result<void> load(const engine::Connection& connection);

  /// Returns the code of a spelling, a new one (and its symbol's) when it is unknown.
  /// `hint` is the code the caller had last: files are sorted, so the next one is likely.
  std::int32_t intern(const market::Symbol& raw, market::SymbolStyle style, std::int32_t hint);
  [[nodiscard]] std::int32_t symbol_code(std::int32_t raw_code) const {
    return spellings_[static_cast<std::size_t>(raw_code)].symbol_code;
  }
  [[nodiscard]] const Spelling& spelling(std::int32_t raw_code) const {
    return spellings_[static_cast<std::size_t>(raw_code)];
  }
  [[nodiscard]] const market::Symbol& symbol(std::int32_t symbol_code) const {
    return symbols_.symbol(symbol_code);
  }
  [[nodiscard]] std::size_t num_symbols() const { return symbols_.size(); }
  [[nodiscard]] std::size_t num_spellings() const { return spellings_.size(); }
  [[nodiscard]] Mark mark() const { return {symbols_.size(), spellings_.size()}; }
  /// Forgets everything newer than `mark`.
  void truncate(const Mark& mark);

 private:
  static constexpr std::size_t kNumStyles =
      static_cast<std::size_t>(market::SymbolStyle::Nasdaq) + 1;  // the last one
  void index(const Spelling& spelling);

  columns::SymbolDictionary symbols_;
  std::vector<Spelling> spellings_;
  std::array<columns::SymbolDictionary, kNumStyles> by_style_;
  std::array<std::vector<std::int32_t>, kNumStyles> raw_codes_;  // by code in by_style_
};

}  // namespace offex::store
