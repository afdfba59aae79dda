#include "store/stored_rows_internal.hpp"

namespace offex::store {

namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

std::unexpected<base::Error> unknown(const FactLayout& layout, std::string_view what,
                                     std::int32_t code) {
  return fail(base::ErrorCode::Integrity, std::string{layout.table} + " has an unknown " +
                                              std::string{what} + " code " + std::to_string(code));
}

Result<void> push_symbol(const FactLayout& layout, const Column& from, std::size_t row,
                         const CodeNames& names, Column& to) {
  if (from.type() == Type::Text) {
    to.push(market::Symbol::from_trusted(from.values<std::string>()[row]));
    return {};
  }
  const std::int32_t code = from.values<std::int32_t>()[row];
  const market::Symbol* symbol = names.spelling(code);
  if (symbol == nullptr) {
    return unknown(layout, "symbol", code);
  }
  to.push(*symbol);
  return {};
}

template <class T>
void push_optional(Column& to, const std::optional<T>& value) {
  if (value) {
    to.push<T>(*value);
  } else {
    to.push_missing();
  }
}

/// Fills the columns mpid, firm_crd and participant_name, which start at `first`.
Result<void> push_venue(const FactLayout& layout, const Column& from, std::size_t row,
                        const CodeNames& names, Batch& out, std::size_t first) {
  static const VenueEntry kNone{};
  const VenueEntry* venue = &kNone;
  if (from.valid(row)) {
    const std::int32_t code = from.values<std::int32_t>()[row];
    venue = names.venue(code);
    if (venue == nullptr) {
      return unknown(layout, "venue", code);
    }
  }
  push_optional(out.column(first), venue->mpid);
  push_optional(out.column(first + 1), venue->crd);
  push_optional(out.column(first + 2), venue->name);
  return {};
}

}  // namespace

std::string stored_columns(const FactLayout& layout) {
  std::string out = "revision_id";
  if (layout.symbols != SymbolUse::None) {
    out += layout.symbols == SymbolUse::Text ? ", symbol_raw" : ", raw_code";
  }
  if (layout.venues) {
    out += ", venue_code";
  }
  for (const FactColumn& column : layout.columns) {
    out += ", " + std::string{column.stored};
  }
  return out;
}

Batch stored_batch(const FactLayout& layout) {
  Batch out{{Column{"revision_id", Type::Int32}}};
  if (layout.symbols != SymbolUse::None) {
    out.add(Column{"symbol", layout.symbols == SymbolUse::Text ? Type::Text : Type::Int32});
  }
  if (layout.venues) {
    out.add(Column{"venue_code", Type::Int32});
  }
  for (const FactColumn& column : layout.columns) {
    out.add(Column{std::string{column.stored}, column.type});
  }
  return out;
}

Result<void> push_stored(const FactLayout& layout, const Batch& stored, std::size_t row,
                         const CodeNames& names, Batch& out) {
  std::size_t from = 1;  // after the revision
  std::size_t to = 0;
  if (layout.symbols != SymbolUse::None) {
    OFFEX_TRY(push_symbol(layout, stored.column(from++), row, names, out.column(to++)));
  }
  if (layout.venues) {
    OFFEX_TRY(push_venue(layout, stored.column(from++), row, names, out, to));
    to += 3;
  }
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    out.column(to + i).push_from(stored.column(from + i), row);
  }
  return {};
}

}  // namespace offex::store
