#include <algorithm>
#include <map>
#include <utility>

#include "offex/base/check.hpp"

#include "store/chunk_internal.hpp"
#include "store/put_plan_internal.hpp"
#include "store/stored_rows_internal.hpp"

namespace offex::store {

namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

/// Rows in force of the revisions to be patched, by revision.
using OldRows = std::map<std::int32_t, Batch>;

CodeNames names_behind(const Dictionaries& names) {
  return {.spelling = [&names](std::int32_t code) { return &names.symbols.spelling(code).raw; },
          .venue = [&names](std::int32_t code) { return &names.venues.entry(code); }};
}

Result<void> append_old(duckdb_data_chunk chunk, const FactLayout& layout, const CodeNames& names,
                        OldRows& out) {
  const idx_t rows = duckdb_data_chunk_get_size(chunk);
  Batch stored = stored_batch(layout);
  for (std::size_t i = 0; i < stored.num_columns(); ++i) {
    OFFEX_TRY(append_vector(duckdb_data_chunk_get_vector(chunk, i), rows, stored.column(i)));
  }
  const auto& ids = stored.column(0).values<std::int32_t>();
  for (std::size_t row = 0; row < rows; ++row) {
    auto place = out.find(ids[row]);
    if (place == out.end()) {
      place = out.emplace(ids[row], empty_batch(layout)).first;
    }
    OFFEX_TRY(push_stored(layout, stored, row, names, place->second));
  }
  return {};
}

Result<OldRows> read_old(const std::vector<PlannedRevision>& planned, const FactLayout& layout,
                         const Dictionaries& names, const engine::Connection& connection) {
  std::string ids;
  for (const PlannedRevision& revision : planned) {
    if (revision.replaces) {
      ids += (ids.empty() ? "" : ", ") + std::to_string(revision.replaces->revision_id);
    }
  }
  OldRows out;
  if (ids.empty()) {
    return out;
  }
  OFFEX_ASSIGN(engine::Rows rows, connection.select("SELECT " + stored_columns(layout) + " FROM " +
                                                    std::string{layout.table} +
                                                    " WHERE revision_id IN (" + ids + ")"));
  const CodeNames behind = names_behind(names);
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, rows.fetch());
    if (!chunk) {
      return out;
    }
    OFFEX_TRY(append_old(chunk.get(), layout, behind, out));
  }
}

template <class T>
bool same_values(const Column& a, std::uint32_t row_a, const Column& b, std::uint32_t row_b) {
  return a.values<T>()[row_a] == b.values<T>()[row_b];
}

/// Whether two cells of one type are equal; a column that is not there has no values.
bool same_cell(const Column* a, std::uint32_t row_a, const Column* b, std::uint32_t row_b) {
  const bool valid_a = a != nullptr && a->valid(row_a);
  const bool valid_b = b != nullptr && b->valid(row_b);
  if (!valid_a || !valid_b) {
    return valid_a == valid_b;
  }
  switch (a->type()) {
    case Type::Symbol:
      return same_values<market::Symbol>(*a, row_a, *b, row_b);
    case Type::Text:
      return same_values<std::string>(*a, row_a, *b, row_b);
    case Type::Double:
      return same_values<double>(*a, row_a, *b, row_b);
    case Type::Bool:
      return same_values<std::int8_t>(*a, row_a, *b, row_b);
    case Type::Int32:
    case Type::Day:
      return same_values<std::int32_t>(*a, row_a, *b, row_b);
    default:
      return same_values<std::int64_t>(*a, row_a, *b, row_b);
  }
}

/// Appends rows of batches that may lack columns.
class RowPusher {
 public:
  RowPusher(const Batch& from, Batch& to) : to_{&to} {
    for (const Column& column : to.columns()) {
      from_.push_back(from.find(column.name()));
    }
  }
  void push(std::uint32_t row) {
    for (std::size_t i = 0; i < from_.size(); ++i) {
      if (from_[i] != nullptr) {
        to_->column(i).push_from(*from_[i], row);
      } else {
        to_->column(i).push_missing();
      }
    }
  }
  /// Whether `row` of the source equals a row of a batch with all columns.
  [[nodiscard]] bool equals(std::uint32_t row, const Batch& whole, std::uint32_t other) const {
    for (std::size_t i = 0; i < from_.size(); ++i) {
      if (!same_cell(from_[i], row, &whole.column(i), other)) {
        return false;
      }
    }
    return true;
  }

 private:
  Batch* to_;
  std::vector<const Column*> from_;
};

void merge(PlannedRevision& planned, const FactLayout& layout, const Batch& old,
           Dictionaries& names, SeenRows& named) {
  auto merged = std::make_unique<Batch>(empty_batch(layout));
  const market::SymbolStyle style = market::symbol_style(layout.dataset);
  const IdentityReader identity{layout, *planned.rows.batch};
  named.next_key();
  RowPusher patch{*planned.rows.batch, *merged};
  for (std::size_t i = 0; i < planned.rows.rows.size(); ++i) {
    const std::uint32_t row = planned.rows.rows[i];
    named.add(identity, names.symbols.symbol_code(planned.raw_codes[i]), row);
    patch.push(row);
  }
  const IdentityReader old_identity{layout, old};
  RowPusher kept{old, *merged};
  planned.only_adds = true;
  for (std::uint32_t row = 0; row < old.num_rows(); ++row) {
    const market::Symbol& raw = old.column(0).values<market::Symbol>()[row];
    const std::int32_t code = names.symbols.symbol_code(names.symbols.intern(raw, style, -1));
    const auto replaced = named.find(old_identity, code, row);
    if (!replaced) {
      kept.push(row);
    } else if (!patch.equals(*replaced, old, row)) {
      planned.only_adds = false;
    }
  }
  planned.rows.batch = merged.get();
  planned.rows.rows.resize(merged->num_rows());
  planned.rows.whole_batch_in_order = false;
  sort_keyed_rows(planned.rows);
  planned.merged = std::move(merged);
}

}  // namespace

Result<void> merge_patches(std::vector<PlannedRevision>& planned, Dictionaries& names,
                           SeenRows& seen, const engine::Connection& connection) {
  if (planned.empty()) {
    return {};
  }
  const FactLayout& layout = layout_of(planned.front().rows.key.dataset);
  OFFEX_CHECK(layout.symbols == SymbolUse::Coded);  // no other data set is a patch
  OFFEX_ASSIGN(const OldRows old, read_old(planned, layout, names, connection));
  for (PlannedRevision& revision : planned) {
    const auto found = revision.replaces ? old.find(revision.replaces->revision_id) : old.end();
    if (found != old.end()) {
      merge(revision, layout, found->second, names, seen);
      OFFEX_TRY(intern_codes(revision, names, nullptr));  // merged rows differ in identity
    }
  }
  return {};
}

}  // namespace offex::store
