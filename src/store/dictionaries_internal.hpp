#pragma once

#include "store/symbols_internal.hpp"
#include "store/venues_internal.hpp"

namespace offex::store {

/// The writer's copies of the tables that give codes to names.
struct Dictionaries {
  /// How much of them existed at a moment.
  struct Mark {
    SymbolTable::Mark symbols;
    std::size_t venues{0};
  };

  SymbolTable symbols;
  VenueTable venues;

  [[nodiscard]] Result<void> load(const engine::Connection& connection) {
    OFFEX_TRY(symbols.load(connection));
    return venues.load(connection);
  }
  [[nodiscard]] Mark mark() const { return {symbols.mark(), venues.size()}; }
  /// Forgets everything newer than `mark`.
  void truncate(const Mark& mark) {
    symbols.truncate(mark.symbols);
    venues.truncate(mark.venues);
  }
};

}  // namespace offex::store
