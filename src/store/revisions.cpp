#include "store/revisions_internal.hpp"

namespace offex::store {

namespace {

/// Reads one chunk of (dataset, key_date, facility, revision_id, row_digest, known_from,
/// whether it is the first of its key).
void read_chunk(duckdb_data_chunk chunk, RevisionBook& book) {
  const auto* datasets = engine::vector_data<duckdb_string_t>(chunk, 0);
  const auto* days = engine::vector_data<std::int32_t>(chunk, 1);
  const std::uint64_t* has_day = engine::vector_validity(chunk, 1);
  const auto* facilities = engine::vector_data<duckdb_string_t>(chunk, 2);
  const auto* ids = engine::vector_data<std::int32_t>(chunk, 3);
  const auto* digests = engine::vector_data<duckdb_string_t>(chunk, 4);
  const auto* known_from = engine::vector_data<std::int64_t>(chunk, 5);
  const auto* first = engine::vector_data<bool>(chunk, 6);
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    const auto dataset = market::parse_dataset(engine::text_of(datasets[row]));
    if (!dataset) {
      continue;  // written by a newer program with more data sets
    }
    FactKey key{
        .dataset = *dataset, .day = {}, .facility = std::string{engine::text_of(facilities[row])}};
    if (engine::is_valid(has_day, row)) {
      key.day = market::Day::from_days(days[row]);
    }
    book.set(key, {.revision_id = ids[row],
                   .row_digest = std::string{engine::text_of(digests[row])},
                   .known_from = known_from[row],
                   .first = first[row]});
  }
}

/// Reads one chunk of (sha256, key_date, facility, dataset).
void read_files(duckdb_data_chunk chunk, RevisionBook& book) {
  const auto* digests = engine::vector_data<duckdb_string_t>(chunk, 0);
  const auto* days = engine::vector_data<std::int32_t>(chunk, 1);
  const std::uint64_t* has_day = engine::vector_validity(chunk, 1);
  const auto* facilities = engine::vector_data<duckdb_string_t>(chunk, 2);
  const auto* datasets = engine::vector_data<duckdb_string_t>(chunk, 3);
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    const auto dataset = market::parse_dataset(engine::text_of(datasets[row]));
    if (dataset && market::is_tape(*dataset) && engine::is_valid(has_day, row)) {
      book.add_tape(std::string{engine::text_of(digests[row])},
                    {.dataset = *dataset,
                     .day = market::Day::from_days(days[row]),
                     .facility = std::string{engine::text_of(facilities[row])}});
      continue;
    }
    FileIdentity file{.sha256 = std::string{engine::text_of(digests[row])},
                      .day = {},
                      .facility = market::parse_facility(engine::text_of(facilities[row]))};
    if (engine::is_valid(has_day, row)) file.day = market::Day::from_days(days[row]);
    book.add_file(file);
  }
}

}  // namespace

Result<void> RevisionBook::load(const engine::Connection& connection) {
  *this = RevisionBook{};
  OFFEX_ASSIGN(
      engine::Rows rows,
      connection.select(
          "SELECT dataset, key_date, facility, revision_id, row_digest, known_from, count(*) OVER "
          "(PARTITION BY dataset, key_date, facility) = 1 FROM revision "
          "QUALIFY known_to IS NULL"));
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, rows.fetch());
    if (!chunk) {
      break;
    }
    read_chunk(chunk.get(), *this);
  }
  OFFEX_ASSIGN(engine::Rows files,
               connection.select("SELECT sha256, key_date, facility, dataset FROM ingest_file"));
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, files.fetch());
    if (!chunk) {
      break;
    }
    read_files(chunk.get(), *this);
  }
  OFFEX_ASSIGN(
      engine::Rows last,
      connection.select("SELECT (SELECT coalesce(max(revision_id), 0)::INTEGER FROM revision), "
                        "(SELECT coalesce(max(file_id), 0)::BIGINT FROM ingest_file)"));
  OFFEX_ASSIGN(const engine::Chunk chunk, last.fetch());
  last_revision_ = *engine::vector_data<std::int32_t>(chunk.get(), 0);
  last_file_ = *engine::vector_data<std::int64_t>(chunk.get(), 1);
  return {};
}

const RevisionBook::Current* RevisionBook::find(const FactKey& key) const {
  const auto found = current_.find(key);
  return found == current_.end() ? nullptr : &found->second;
}

}  // namespace offex::store
