#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "store/digests_internal.hpp"
#include "store/query_internal.hpp"

namespace offex::store {

namespace {

using columns::Batch;
using columns::Column;
using TableDigest = Reader::TableDigest;

/// Digest of a query's rows in the order it gives them.
Result<TableDigest> digest_query(const ReaderImpl& impl, const std::string& table,
                                 const std::string& sql) {
  OFFEX_ASSIGN(Session session, impl.session());
  OFFEX_ASSIGN(QueryRows rows, run_user_query(std::move(session), sql, {}));
  TableDigest out{.table = table, .rows = 0, .digest = {}};
  CellHasher hasher;
  for (const Column& column : rows.header().columns()) {
    hasher.text(column.name());
  }
  Batch batch;
  while (true) {
    OFFEX_ASSIGN(const bool more, rows.next(batch));
    if (!more) {
      break;
    }
    out.rows += batch.num_rows();
    for (std::size_t row = 0; row < batch.num_rows(); ++row) {
      for (const Column& column : batch.columns()) {
        hasher.add(column, row);
      }
    }
  }
  out.digest = hasher.finish();
  return out;
}

struct PlainTable {
  std::string_view table;
  std::string_view sql;
};

// Without numbers, capture times, and what depends on which of two equal files came first.
constexpr std::array kPlainTables{
    PlainTable{
        "ingest_file",
        // How an upstream cuts an answer into pages is chance: the rows are in `revision`.
        "SELECT CASE WHEN paged THEN '' ELSE sha256 END, dataset, key_date, facility, "
        "CASE WHEN paged THEN 0 ELSE bytes END, rows, rejects, published_at, etag, status, "
        "CASE WHEN paged THEN name ELSE '' END FROM (SELECT *, url LIKE 'http%' AND name LIKE "
        "'%.zip' AND dataset <> 'ats_summary' AS paged FROM ingest_file) ORDER BY ALL"},
    PlainTable{"revision",
               "SELECT dataset, key_date, facility, version, rows, row_digest, in_force, "
               "CASE WHEN version = 1 THEN known_from END AS first_known_from FROM ("
               "SELECT *, row_number() OVER (PARTITION BY dataset, key_date, facility "
               "ORDER BY revision_id) AS version, known_to IS NULL AS in_force FROM revision) "
               "ORDER BY dataset, key_date NULLS FIRST, facility, version"},
    PlainTable{"reject",
               "SELECT i.sha256, r.line, r.\"column\", r.field, r.reason, r.excerpt FROM reject r "
               "JOIN ingest_file i USING (file_id) ORDER BY ALL"},
    PlainTable{"symbol_dictionary", "SELECT symbol FROM symbol_dictionary ORDER BY symbol"},
    PlainTable{"symbol_spelling",
               "SELECT p.style, p.symbol_raw, d.symbol FROM symbol_spelling p "
               "JOIN symbol_dictionary d USING (symbol_code) ORDER BY ALL"},
    PlainTable{"venue", "SELECT mpid, crd, name FROM venue ORDER BY ALL"},
    PlainTable{"build_state",
               "SELECT table_name, variant, first_day, last_day FROM build_state "
               "ORDER BY table_name, variant"},
};

Result<std::vector<std::pair<std::string, std::string>>> derived_tables(const ReaderImpl& impl) {
  std::vector<std::pair<std::string, std::string>> out;
  OFFEX_TRY(impl.each_chunk("SELECT name, order_keys FROM derived_table ORDER BY name", {},
                            [&](duckdb_data_chunk chunk) -> Result<void> {
                              const auto* names = engine::vector_data<duckdb_string_t>(chunk, 0);
                              const auto* keys = engine::vector_data<duckdb_string_t>(chunk, 1);
                              for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
                                out.emplace_back(engine::text_of(names[i]),
                                                 engine::text_of(keys[i]));
                              }
                              return {};
                            }));
  return out;
}

}  // namespace

Result<std::vector<Reader::TableDigest>> Reader::digests() const {
  OFFEX_ASSIGN(std::vector<TableDigest> out, fact_digests(*impl_));
  for (const PlainTable& plain : kPlainTables) {
    OFFEX_ASSIGN(out.emplace_back(),
                 digest_query(*impl_, std::string{plain.table}, std::string{plain.sql}));
  }
  OFFEX_ASSIGN(const auto derived, derived_tables(*impl_));
  for (const auto& [name, keys] : derived) {
    OFFEX_ASSIGN(
        out.emplace_back(),
        digest_query(*impl_, name, "SELECT * FROM " + engine::quoted(name) + " ORDER BY " + keys));
  }
  std::ranges::sort(out, {}, &TableDigest::table);
  return out;
}

}  // namespace offex::store
