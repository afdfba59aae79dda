#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/chunk_internal.hpp"
#include "store/digests_internal.hpp"
#include "store/layout_internal.hpp"
#include "store/query_internal.hpp"
#include "store/stored_rows_internal.hpp"

namespace offex::store {

namespace {

using columns::Batch;
using TableDigest = Reader::TableDigest;

/// One revision of a fact table, named without its number.
struct RevisionRow {
  std::string name;  ///< data set, day, facility and which version of the key it is
  market::Dataset dataset{};
  std::string stored;  ///< the digest that was written with it
};

/// What turns the numbers in fact rows back into names.
struct FactNames {
  std::map<std::int32_t, RevisionRow> revisions;
  std::vector<market::Symbol> spellings;  // by raw_code
  std::vector<VenueEntry> venues;         // by venue_code

  [[nodiscard]] CodeNames codes() const {
    const auto at = [](const auto& names, std::int32_t code) {
      const auto place = static_cast<std::size_t>(code);
      return place < names.size() ? &names[place] : nullptr;
    };
    return {.spelling = [this, at](std::int32_t code) { return at(spellings, code); },
            .venue = [this, at](std::int32_t code) { return at(venues, code); }};
  }
};

/// Rebuilds the batches of a fact table, revision after revision, and digests each from the rows
/// themselves: what is stored is checked, not what was noted.
class FactDigester {
 public:
  FactDigester(const FactLayout& layout, const FactNames& names)
      : layout_{&layout}, table_{layout.table}, names_{&names}, codes_{names.codes()} {}

  /// Takes rows of `stored_columns` with equal revisions side by side, as they were appended.
  Result<void> add(const Batch& rows) {
    const auto& ids = rows.column(0).values<std::int32_t>();
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      if (!current_ || ids[row] != id_) {
        OFFEX_TRY(finish_revision());
        OFFEX_TRY(start_revision(ids[row]));
      }
      OFFEX_TRY(push_stored(*layout_, rows, row, codes_, *current_));
    }
    rows_ += rows.num_rows();
    return {};
  }

  Result<TableDigest> finish() {
    OFFEX_TRY(finish_revision());
    // A revision without rows (an empty day) has nothing to stream.
    for (const auto& [id, revision] : names_->revisions) {
      if (layout_of(revision.dataset).table == table_) {
        digests_.try_emplace(revision.name, revision.stored);
      }
    }
    CellHasher hasher;
    for (const auto& [name, digest] : digests_) {
      hasher.text(name);
      hasher.text(digest);
    }
    return TableDigest{.table = std::string{table_}, .rows = rows_, .digest = hasher.finish()};
  }

 private:
  Result<void> start_revision(std::int32_t id) {
    const auto found = names_->revisions.find(id);
    if (found == names_->revisions.end()) {
      return fail(base::ErrorCode::Integrity,
                  std::string{table_} + " has rows of an unknown revision " + std::to_string(id));
    }
    id_ = id;
    revision_ = &found->second;
    current_ = std::make_unique<Batch>(empty_batch(*layout_));
    return {};
  }

  Result<void> finish_revision() {
    if (!current_) {
      return {};
    }
    KeyedRows keyed{.key = {.dataset = revision_->dataset, .day = {}, .facility = {}},
                    .batch = &*current_,
                    .rows = {}};
    keyed.rows.resize(current_->num_rows());
    sort_keyed_rows(keyed);
    const std::string digest = digest_of(keyed).hex();
    if (digest != revision_->stored) {
      return fail(base::ErrorCode::Integrity,
                  "the stored rows of " + revision_->name + " are not those that were put");
    }
    if (!digests_.try_emplace(revision_->name, digest).second) {
      return fail(base::ErrorCode::Integrity, revision_->name + " is stored in two places");
    }
    current_.reset();
    return {};
  }

  const FactLayout* layout_;
  std::string_view table_;
  const FactNames* names_;
  CodeNames codes_;
  std::map<std::string, std::string> digests_;
  std::uint64_t rows_{0};
  std::int32_t id_{0};
  const RevisionRow* revision_{nullptr};
  std::unique_ptr<Batch> current_;
};

Result<std::map<std::int32_t, RevisionRow>> read_revisions(const ReaderImpl& impl) {
  std::map<std::int32_t, RevisionRow> out;
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto* ids = engine::vector_data<std::int32_t>(chunk, 0);
    const auto* names = engine::vector_data<duckdb_string_t>(chunk, 1);
    const auto* datasets = engine::vector_data<duckdb_string_t>(chunk, 2);
    const auto* digests = engine::vector_data<duckdb_string_t>(chunk, 3);
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      const auto dataset = market::parse_dataset(engine::text_of(datasets[i]));
      if (!dataset) {
        return fail(base::ErrorCode::Integrity,
                    "unknown data set " + std::string{engine::text_of(datasets[i])});
      }
      if (market::is_tape(*dataset)) {
        continue;  // no rows: its file is in the archive
      }
      out.emplace(ids[i], RevisionRow{.name = std::string{engine::text_of(names[i])},
                                      .dataset = *dataset,
                                      .stored = std::string{engine::text_of(digests[i])}});
    }
    return {};
  };
  OFFEX_TRY(impl.each_chunk(
      "SELECT revision_id, concat_ws(' ', dataset, key_date::VARCHAR, facility, 'version', "
      "row_number() OVER (PARTITION BY dataset, key_date, facility ORDER BY revision_id)), "
      "dataset, row_digest FROM revision",
      {}, visit));
  return out;
}

Result<std::vector<market::Symbol>> read_spellings(const ReaderImpl& impl) {
  std::vector<market::Symbol> out;
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto* texts = engine::vector_data<duckdb_string_t>(chunk, 0);
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      out.push_back(market::Symbol::from_trusted(engine::text_of(texts[i])));
    }
    return {};
  };
  OFFEX_TRY(impl.each_chunk("SELECT symbol_raw FROM symbol_spelling ORDER BY raw_code", {}, visit));
  return out;
}

Result<std::vector<VenueEntry>> read_venues(const ReaderImpl& impl) {
  std::vector<VenueEntry> out;
  OFFEX_TRY(impl.each_chunk(kVenuesSql, {}, [&](duckdb_data_chunk chunk) -> Result<void> {
    append_venues(chunk, out);
    return {};
  }));
  return out;
}

Result<TableDigest> digest_facts(const ReaderImpl& impl, const FactLayout& layout,
                                 const FactNames& names) {
  OFFEX_ASSIGN(Session session, impl.session());
  // No join: a join may change the order.
  OFFEX_ASSIGN(QueryRows rows,
               run_user_query(
                   std::move(session),
                   "SELECT " + stored_columns(layout) + " FROM " + std::string{layout.table}, {}));
  FactDigester digester{layout, names};
  Batch batch;
  while (true) {
    OFFEX_ASSIGN(const bool more, rows.next(batch));
    if (!more) {
      return digester.finish();
    }
    OFFEX_TRY(digester.add(batch));
  }
}

}  // namespace

Result<std::vector<TableDigest>> fact_digests(const ReaderImpl& impl) {
  FactNames names;
  OFFEX_ASSIGN(names.revisions, read_revisions(impl));
  OFFEX_ASSIGN(names.spellings, read_spellings(impl));
  OFFEX_ASSIGN(names.venues, read_venues(impl));
  std::vector<TableDigest> out;
  for (const FactLayout& layout : all_layouts()) {
    if (std::ranges::find(out, layout.table, &TableDigest::table) == out.end()) {
      OFFEX_ASSIGN(out.emplace_back(), digest_facts(impl, layout, names));
    }
  }
  return out;
}

}  // namespace offex::store
