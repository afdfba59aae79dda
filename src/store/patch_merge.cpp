#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "offex/base/check.hpp"

#include "store/chunk_internal.hpp"
#include "store/patch_match_internal.hpp"
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

/// Whether two cells of one type are equal.
bool same_cell(const Column& a, std::uint32_t row_a, const Column& b, std::uint32_t row_b) {
  const bool valid_a = a.valid(row_a);
  const bool valid_b = b.valid(row_b);
  if (!valid_a || !valid_b) {
    return valid_a == valid_b;
  }
  switch (a.type()) {
    case Type::Symbol:
      return same_values<market::Symbol>(a, row_a, b, row_b);
    case Type::Text:
      return same_values<std::string>(a, row_a, b, row_b);
    case Type::Double:
      return same_values<double>(a, row_a, b, row_b);
    case Type::Bool:
      return same_values<std::int8_t>(a, row_a, b, row_b);
    case Type::Int32:
    case Type::Day:
      return same_values<std::int32_t>(a, row_a, b, row_b);
    default:
      return same_values<std::int64_t>(a, row_a, b, row_b);
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
  /// A cell of a column that the source lacks is the old row's, if there is one.
  void push(std::uint32_t row, const Batch& old, std::optional<std::uint32_t> old_row) {
    for (std::size_t i = 0; i < from_.size(); ++i) {
      if (from_[i] != nullptr) {
        to_->column(i).push_from(*from_[i], row);
      } else if (old_row) {
        to_->column(i).push_from(old.column(i), *old_row);
      } else {
        to_->column(i).push_missing();
      }
    }
  }
  /// Whether `row` of the source says the same as a row of a batch with all columns.
  [[nodiscard]] bool equals(std::uint32_t row, const Batch& whole, std::uint32_t other) const {
    for (std::size_t i = 0; i < from_.size(); ++i) {
      if (from_[i] != nullptr && !same_cell(*from_[i], row, whole.column(i), other)) {
        return false;
      }
    }
    return true;
  }

 private:
  Batch* to_;
  std::vector<const Column*> from_;
};

std::vector<std::int32_t> codes_of(const Batch& old, const FactLayout& layout,
                                   Dictionaries& names) {
  const market::SymbolStyle style = market::symbol_style(layout.dataset);
  std::vector<std::int32_t> out;
  out.reserve(old.num_rows());
  for (const market::Symbol& raw : old.column(0).values<market::Symbol>()) {
    out.push_back(names.symbols.symbol_code(names.symbols.intern(raw, style, -1)));
  }
  return out;
}

Result<void> merge(PlannedRevision& planned, const FactLayout& layout, const Batch& old,
                   Dictionaries& names, SeenRows& named) {
  OFFEX_ASSIGN(const PatchMatch match,
               match_patch(planned, names, old, codes_of(old, layout, names), named));
  auto merged = std::make_unique<Batch>(empty_batch(layout));
  RowPusher patch{*planned.rows.batch, *merged};
  planned.only_adds = true;
  for (const std::uint32_t row : planned.rows.rows) {
    const auto found = match.old.find(row);
    std::optional<std::uint32_t> old_row;
    if (found != match.old.end()) {
      old_row = found->second;
      planned.only_adds = planned.only_adds && patch.equals(row, old, *old_row);
    }
    patch.push(row, old, old_row);
  }
  RowPusher kept{old, *merged};
  for (std::uint32_t row = 0; row < old.num_rows(); ++row) {
    if (!match.replaced[row]) {
      kept.push(row, old, std::nullopt);
    }
  }
  planned.rows.batch = merged.get();
  planned.rows.rows.resize(merged->num_rows());
  planned.rows.whole_batch_in_order = false;
  sort_keyed_rows(planned.rows);
  planned.merged = std::move(merged);
  return intern_codes(planned, names, nullptr);  // merged rows differ in identity
}

/// The rows of a planned revision as a batch of their own, with all columns.
Batch own_rows(const PlannedRevision& planned, const FactLayout& layout) {
  Batch out = empty_batch(layout);
  RowPusher rows{*planned.rows.batch, out};
  for (const std::uint32_t row : planned.rows.rows) {
    rows.push(row, out, std::nullopt);
  }
  return out;
}

/// Puts the rows of an earlier part of the same file beside those of this one.
Result<void> merge_part(PlannedRevision& planned, const PlannedRevision& earlier,
                        const FactLayout& layout, Dictionaries& names, SeenRows& seen) {
  OFFEX_TRY(merge(planned, layout, own_rows(earlier, layout), names, seen));
  if (!planned.only_adds) {
    return fail(base::ErrorCode::Integrity,
                "two parts of the file hold different rows of " + planned.rows.key.text());
  }
  planned.only_adds = earlier.only_adds;
  planned.brought += earlier.brought;
  return {};
}

}  // namespace

Result<void> merge_patches(std::vector<PlannedRevision>& planned, const EarlierParts& earlier,
                           Dictionaries& names, SeenRows& seen,
                           const engine::Connection& connection) {
  if (planned.empty()) {
    return {};
  }
  const FactLayout& layout = layout_of(planned.front().rows.key.dataset);
  OFFEX_CHECK(layout.symbols == SymbolUse::Coded);  // no other data set is a patch
  OFFEX_ASSIGN(const OldRows old, read_old(planned, layout, names, connection));
  for (PlannedRevision& revision : planned) {
    if (const auto part = earlier.find(revision.rows.key); part != earlier.end()) {
      OFFEX_TRY(merge_part(revision, *part->second, layout, names, seen));
      continue;
    }
    const auto found = revision.replaces ? old.find(revision.replaces->revision_id) : old.end();
    if (found != old.end()) {
      OFFEX_TRY(merge(revision, layout, found->second, names, seen));
    }
  }
  return {};
}

}  // namespace offex::store
