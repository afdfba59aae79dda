#include <span>
#include <utility>

#include "offex/base/check.hpp"

#include "store/symbols_internal.hpp"

namespace offex::store {

Result<void> SymbolTable::load(const engine::Connection& connection) {
  *this = SymbolTable{};
  OFFEX_ASSIGN(engine::Rows names,
               connection.select("SELECT symbol FROM symbol_dictionary ORDER BY symbol_code"));
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, names.fetch());
    if (!chunk) {
      break;
    }
    const auto* texts = engine::vector_data<duckdb_string_t>(chunk.get(), 0);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
      symbols_.intern(market::Symbol::from_trusted(engine::text_of(texts[row])));
    }
  }
  OFFEX_ASSIGN(engine::Rows spellings,
               connection.select("SELECT symbol_raw, style, symbol_code FROM symbol_spelling "
                                 "ORDER BY raw_code"));
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, spellings.fetch());
    if (!chunk) {
      return {};
    }
    const auto* texts = engine::vector_data<duckdb_string_t>(chunk.get(), 0);
    const auto* styles = engine::vector_data<std::uint8_t>(chunk.get(), 1);
    const auto* codes = engine::vector_data<std::int32_t>(chunk.get(), 2);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
      index({.raw = market::Symbol::from_trusted(engine::text_of(texts[row])),
             .style = static_cast<market::SymbolStyle>(styles[row]),
             .symbol_code = codes[row]});
    }
  }
}

std::int32_t SymbolTable::intern(const market::Symbol& raw, market::SymbolStyle style,
                                 std::int32_t hint) {
  const auto guess = static_cast<std::size_t>(std::int64_t{hint} + 1);
  if (guess < spellings_.size() && spellings_[guess].raw == raw &&
      spellings_[guess].style == style) {
    return hint + 1;
  }
  const auto group = static_cast<std::size_t>(style);
  if (const auto known = by_style_[group].find(raw)) {
    return raw_codes_[group][static_cast<std::size_t>(*known)];
  }
  index({.raw = raw,
         .style = style,
         .symbol_code = symbols_.intern(market::to_canonical(raw, style))});
  return static_cast<std::int32_t>(spellings_.size()) - 1;
}

void SymbolTable::truncate(const Mark& mark) {
  if (mark.symbols == symbols_.size() && mark.spellings == spellings_.size()) {
    return;
  }
  SymbolTable kept;
  for (const market::Symbol& symbol : symbols_.symbols().first(mark.symbols)) {
    kept.symbols_.intern(symbol);
  }
  for (const Spelling& spelling : std::span{spellings_}.first(mark.spellings)) {
    kept.index(spelling);
  }
  *this = std::move(kept);
}

void SymbolTable::index(const Spelling& spelling) {
  const auto group = static_cast<std::size_t>(spelling.style);
  OFFEX_CHECK(group < kNumStyles);
  const std::int32_t local = by_style_[group].intern(spelling.raw);
  OFFEX_CHECK(static_cast<std::size_t>(local) == raw_codes_[group].size());
  raw_codes_[group].push_back(static_cast<std::int32_t>(spellings_.size()));
  spellings_.push_back(spelling);
}

}  // namespace offex::store
