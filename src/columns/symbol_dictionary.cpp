#include "offex/columns/symbol_dictionary.hpp"

namespace offex::columns {

std::size_t SymbolDictionary::slot_of(const market::Symbol& symbol) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = symbol.hash() & mask;
  while (slots_[slot] >= 0 && this->symbol(slots_[slot]) != symbol) slot = (slot + 1) & mask;
  return slot;
}

std::int32_t SymbolDictionary::intern(const market::Symbol& symbol) {
  if (symbols_.size() * 2 >= slots_.size()) grow();
  const std::size_t slot = slot_of(symbol);
  if (slots_[slot] < 0) {
    slots_[slot] = static_cast<std::int32_t>(symbols_.size());
    symbols_.push_back(symbol);
  }
  return slots_[slot];
}

std::optional<std::int32_t> SymbolDictionary::find(const market::Symbol& symbol) const {
  if (slots_.empty()) return std::nullopt;
  const std::int32_t code = slots_[slot_of(symbol)];
  if (code < 0) return std::nullopt;
  return code;
}

void SymbolDictionary::grow() {
  slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, -1);
  for (std::size_t code = 0; code < symbols_.size(); ++code) {
    slots_[slot_of(symbols_[code])] = static_cast<std::int32_t>(code);
  }
}

}  // namespace offex::columns
