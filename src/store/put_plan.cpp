#include <algorithm>
#include <numeric>
#include <utility>

#include "offex/base/check.hpp"

#include "store/chunk_internal.hpp"
#include "store/put_plan_internal.hpp"

namespace offex::store {

namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

/// Marks which symbol codes a key's rows have used, without clearing between keys.
class SeenSymbols {
 public:
  void next_key() { ++stamp_; }
  /// Returns the row that used the symbol in this key before, if any.
  std::optional<std::uint32_t> add(std::int32_t symbol_code, std::uint32_t row) {
    const auto place = static_cast<std::size_t>(symbol_code);
    if (place >= entries_.size()) {
      entries_.resize(std::max(place + 1, entries_.size() * 2));
    }
    Entry& entry = entries_[place];
    if (entry.stamp == stamp_) {
      return entry.row;
    }
    entry = {stamp_, row};
    return std::nullopt;
  }
  [[nodiscard]] bool contains(std::int32_t symbol_code) const {
    const auto place = static_cast<std::size_t>(symbol_code);
    return place < entries_.size() && entries_[place].stamp == stamp_;
  }

 private:
  struct Entry {
    std::uint64_t stamp{0};
    std::uint32_t row{0};
  };
  std::uint64_t stamp_{0};
  std::vector<Entry> entries_;
};

const std::vector<market::Symbol>& symbols_of(const Batch& batch) {
  return batch.find("symbol")->values<market::Symbol>();
}

std::unexpected<base::Error> twice(const FactKey& key, const market::Symbol& first,
                                   const market::Symbol& second, const market::Symbol& canonical) {
  if (first == second) {
    return fail(base::ErrorCode::Integrity,
                key.text() + ": symbol " + first.str() + " appears twice");
  }
  return fail(base::ErrorCode::Integrity, key.text() + ": " + first.str() + " and " + second.str() +
                                              " are both " + canonical.str());
}

/// Interns the symbols of one key and refuses two rows of one security.
Result<void> intern_symbols(PlannedRevision& planned, SymbolTable& table, SeenSymbols& seen) {
  const std::vector<market::Symbol>& symbols = symbols_of(*planned.rows.batch);
  const market::SymbolStyle style = market::symbol_style(planned.rows.key.dataset);
  planned.raw_codes.reserve(planned.rows.rows.size());
  seen.next_key();
  std::int32_t raw_code = -1;
  for (const std::uint32_t row : planned.rows.rows) {
    raw_code = table.intern(symbols[row], style, raw_code);
    const std::int32_t code = table.symbol_code(raw_code);
    if (const auto before = seen.add(code, row)) {
      return twice(planned.rows.key, symbols[*before], symbols[row], table.symbol(code));
    }
    planned.raw_codes.push_back(raw_code);
  }
  return {};
}

/// Constituents keep their own texts: an index member need not have any fact.
Result<void> check_constituents(const PlannedRevision& planned) {
  const Batch& batch = *planned.rows.batch;
  const std::vector<market::Symbol>& symbols = symbols_of(batch);
  const Column* from = batch.find("valid_from");
  const auto start = [&](std::uint32_t row) {
    return from != nullptr && from->valid(row) ? std::optional{from->values<std::int32_t>()[row]}
                                               : std::nullopt;
  };
  std::map<std::pair<market::Symbol, std::optional<std::int32_t>>, std::uint32_t> seen;
  for (const std::uint32_t row : planned.rows.rows) {
    const market::Symbol canonical =
        market::to_canonical(symbols[row], market::symbol_style(planned.rows.key.dataset));
    const auto [place, fresh] = seen.try_emplace({canonical, start(row)}, row);
    if (!fresh) {
      return twice(planned.rows.key, symbols[place->second], symbols[row], canonical);
    }
  }
  return {};
}

/// Empty batch with the columns of a coded layout.
std::unique_ptr<Batch> empty_batch(const FactLayout& layout) {
  auto batch = std::make_unique<Batch>();
  batch->add(Column{"symbol", Type::Symbol});
  for (const FactColumn& column : layout.columns) {
    batch->add(Column{std::string{column.name}, column.type});
  }
  return batch;
}

/// Rows in force of the revisions to be patched, by revision.
using OldRows = std::map<std::int32_t, std::unique_ptr<Batch>>;

Result<void> append_old(duckdb_data_chunk chunk, const FactLayout& layout, OldRows& out) {
  const idx_t rows = duckdb_data_chunk_get_size(chunk);
  const std::unique_ptr<Batch> all = empty_batch(layout);
  const auto* ids = engine::vector_data<std::int32_t>(chunk, 0);
  const auto* texts = engine::vector_data<duckdb_string_t>(chunk, 1);
  for (idx_t row = 0; row < rows; ++row) {
    all->column(0).push(market::Symbol::from_trusted(engine::text_of(texts[row])));
  }
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    OFFEX_TRY(append_vector(duckdb_data_chunk_get_vector(chunk, i + 2), rows, all->column(i + 1)));
  }
  for (idx_t row = 0; row < rows; ++row) {
    std::unique_ptr<Batch>& batch = out[ids[row]];
    if (!batch) {
      batch = empty_batch(layout);
    }
    for (std::size_t i = 0; i < batch->num_columns(); ++i) {
      batch->column(i).push_from(all->column(i), row);
    }
  }
  return {};
}

Result<OldRows> read_old(const std::vector<PlannedRevision>& planned, const FactLayout& layout,
                         const engine::Connection& connection) {
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
  std::string sql = "SELECT f.revision_id, p.symbol_raw";
  for (const FactColumn& column : layout.columns) {
    sql += ", f." + std::string{column.stored};
  }
  sql += " FROM " + std::string{layout.table} +
         " f JOIN symbol_spelling p ON p.raw_code = f.raw_code WHERE f.revision_id IN (" + ids +
         ")";
  OFFEX_ASSIGN(engine::Rows rows, connection.select(sql));
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, rows.fetch());
    if (!chunk) {
      return out;
    }
    OFFEX_TRY(append_old(chunk.get(), layout, out));
  }
}

/// Puts the old rows whose symbols the patch does not name beside the patch's rows.
void merge(PlannedRevision& planned, const FactLayout& layout, const Batch& old, SymbolTable& table,
           SeenSymbols& named) {
  auto merged = empty_batch(layout);
  const market::SymbolStyle style = market::symbol_style(planned.rows.key.dataset);
  named.next_key();
  for (std::size_t i = 0; i < planned.raw_codes.size(); ++i) {
    named.add(table.symbol_code(planned.raw_codes[i]), planned.rows.rows[i]);
  }
  const auto push = [&](const Batch& from, std::uint32_t row) {
    for (std::size_t i = 0; i < merged->num_columns(); ++i) {
      Column& to = merged->column(i);
      if (const Column* source = from.find(to.name())) {
        to.push_from(*source, row);
      } else {
        to.push_missing();
      }
    }
  };
  for (const std::uint32_t row : planned.rows.rows) {
    push(*planned.rows.batch, row);
  }
  for (std::uint32_t row = 0; row < old.num_rows(); ++row) {
    const market::Symbol& raw = symbols_of(old)[row];
    if (!named.contains(table.symbol_code(table.intern(raw, style, -1)))) {
      push(old, row);
    }
  }
  planned.rows.batch = merged.get();
  planned.rows.rows.resize(merged->num_rows());
  std::iota(planned.rows.rows.begin(), planned.rows.rows.end(), 0U);
  const std::vector<market::Symbol>& symbols = symbols_of(*merged);
  std::ranges::sort(planned.rows.rows, {}, [&](std::uint32_t row) { return symbols[row]; });
  planned.rows.whole_batch_in_order = false;
  planned.merged = std::move(merged);
}

/// Plans the keys of one part; a patch is merged into what is in force.
Result<std::vector<PlannedRevision>> plan_part(const FactRows& part, const RevisionBook& book,
                                               SymbolTable& table, SeenSymbols& seen,
                                               const engine::Connection& connection) {
  const FactLayout& layout = layout_of(part.dataset);
  OFFEX_ASSIGN(std::vector<KeyedRows> keys, split_by_key(part));
  std::vector<PlannedRevision> out;
  for (KeyedRows& keyed : keys) {
    PlannedRevision& planned = out.emplace_back();
    planned.rows = std::move(keyed);
    if (const RevisionBook::Current* current = book.find(planned.rows.key)) {
      planned.replaces = *current;
    }
    if (layout.key == KeyRule::Index) {
      OFFEX_TRY(check_constituents(planned));
    } else {
      OFFEX_TRY(intern_symbols(planned, table, seen));
    }
  }
  if (market::is_patch(part.dataset)) {
    OFFEX_ASSIGN(const OldRows old, read_old(out, layout, connection));
    for (PlannedRevision& planned : out) {
      const auto found = planned.replaces ? old.find(planned.replaces->revision_id) : old.end();
      if (found != old.end()) {
        merge(planned, layout, *found->second, table, seen);
        planned.raw_codes.clear();
        OFFEX_TRY(intern_symbols(planned, table, seen));
      }
    }
  }
  for (PlannedRevision& planned : out) {
    const bool given = part.digest.has_value() && layout.key == KeyRule::PartDay;
    planned.digest = given ? part.digest->hex() : digest_of(planned.rows).hex();
  }
  return out;
}

/// Two parts of one file may repeat a key with the same rows, not with others.
Result<bool> repeats(const std::map<FactKey, std::string>& planned, const PlannedRevision& next) {
  const auto found = planned.find(next.rows.key);
  if (found == planned.end()) {
    return false;
  }
  if (found->second != next.digest) {
    return fail(base::ErrorCode::Integrity,
                "two parts of the file hold different rows of " + next.rows.key.text());
  }
  return true;
}

}  // namespace

Result<PutPlan> plan_put(std::span<const FactRows> parts, const RevisionBook& book,
                         SymbolTable& symbols, const engine::Connection& connection) {
  PutPlan plan;
  SeenSymbols seen;
  std::map<FactKey, std::string> digests;
  for (const FactRows& part : parts) {
    OFFEX_ASSIGN(std::vector<PlannedRevision> planned,
                 plan_part(part, book, symbols, seen, connection));
    const std::string name{market::to_string(part.dataset)};
    if (plan.dataset.find(name) == std::string::npos) {
      plan.dataset += (plan.dataset.empty() ? "" : "+") + name;
    }
    plan.rows += part.rows->num_rows();
    for (PlannedRevision& revision : planned) {
      OFFEX_ASSIGN(const bool repeated, repeats(digests, revision));
      const bool in_force = revision.replaces && revision.replaces->row_digest == revision.digest;
      if (repeated || in_force) {
        ++plan.unchanged;
      } else {
        digests.emplace(revision.rows.key, revision.digest);
        plan.revisions.push_back(std::move(revision));
      }
    }
  }
  return plan;
}

}  // namespace offex::store
