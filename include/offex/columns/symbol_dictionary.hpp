#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "offex/market/symbol.hpp"

namespace offex::columns {

/// Gives each symbol a small integer code, in order of first sight, and back.
class SymbolDictionary {
 public:
  /// Returns the code of `symbol`, a new one when it is unknown.
  std::int32_t intern(const market::Symbol& symbol);
  [[nodiscard]] std::optional<std::int32_t> find(const market::Symbol& symbol) const;
  /// \pre 0 <= code < size()
  [[nodiscard]] const market::Symbol& symbol(std::int32_t code) const {
    return symbols_[static_cast<std::size_t>(code)];
  }
  [[nodiscard]] std::size_t size() const { return symbols_.size(); }
  [[nodiscard]] std::span<const market::Symbol> symbols() const { return symbols_; }

 private:
  void grow();
  [[nodiscard]] std::size_t slot_of(const market::Symbol& symbol) const;

  std::vector<market::Symbol> symbols_;
  std::vector<std::int32_t> slots_;  // open addressing, -1 is free; size is a power of two
};

}  // namespace offex::columns
