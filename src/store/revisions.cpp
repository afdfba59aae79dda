#include <algorithm>
#include <iterator>

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

/// A row of ingest_file.
struct StoredFile {
  FileIdentity identity;
  std::string datasets;
};
using StoredFiles = std::map<std::int64_t, StoredFile>;

/// Reads one chunk of (sha256, key_date, facility, dataset, file_id).
void read_files(duckdb_data_chunk chunk, RevisionBook& book, StoredFiles& out) {
  const auto* digests = engine::vector_data<duckdb_string_t>(chunk, 0);
  const auto* days = engine::vector_data<std::int32_t>(chunk, 1);
  const std::uint64_t* has_day = engine::vector_validity(chunk, 1);
  const auto* facilities = engine::vector_data<duckdb_string_t>(chunk, 2);
  const auto* datasets = engine::vector_data<duckdb_string_t>(chunk, 3);
  const auto* ids = engine::vector_data<std::int64_t>(chunk, 4);
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    StoredFile file{.identity = {.sha256 = std::string{engine::text_of(digests[row])},
                                 .day = {},
                                 .facility = {}},
                    .datasets = std::string{engine::text_of(datasets[row])}};
    if (engine::is_valid(has_day, row)) {
      file.identity.day = market::Day::from_days(days[row]);
    }
    const std::string facility{engine::text_of(facilities[row])};
    const auto dataset = market::parse_dataset(file.datasets);
    if (dataset && market::is_tape(*dataset)) {
      book.add_tape(file.identity.sha256,
                    {.dataset = *dataset, .day = file.identity.day, .facility = facility});
    } else {
      file.identity.facility = market::parse_facility(facility);
    }
    out.emplace(ids[row], std::move(file));
  }
}

/// Reads one chunk of (file_id, revision_id, whether it is in force); `outdated` gets the
/// files with a revision that ended.
void read_links(duckdb_data_chunk chunk, const StoredFiles& files, RevisionBook& book,
                std::set<std::int64_t>& outdated) {
  const auto* file_ids = engine::vector_data<std::int64_t>(chunk, 0);
  const auto* revisions = engine::vector_data<std::int32_t>(chunk, 1);
  const auto* in_force = engine::vector_data<bool>(chunk, 2);
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    const auto file = files.find(file_ids[row]);
    if (!in_force[row]) {
      outdated.insert(file_ids[row]);
    } else if (file != files.end()) {
      book.hold(revisions[row], file->second.identity);
    }
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
  OFFEX_TRY(load_files(connection));
  OFFEX_ASSIGN(
      engine::Rows last,
      connection.select("SELECT (SELECT coalesce(max(revision_id), 0)::INTEGER FROM revision), "
                        "(SELECT coalesce(max(file_id), 0)::BIGINT FROM ingest_file)"));
  OFFEX_ASSIGN(const engine::Chunk chunk, last.fetch());
  last_revision_ = *engine::vector_data<std::int32_t>(chunk.get(), 0);
  last_file_ = *engine::vector_data<std::int64_t>(chunk.get(), 1);
  return {};
}

Result<void> RevisionBook::load_files(const engine::Connection& connection) {
  StoredFiles files;
  OFFEX_ASSIGN(
      engine::Rows rows,
      connection.select("SELECT sha256, key_date, facility, dataset, file_id FROM ingest_file"));
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, rows.fetch());
    if (!chunk) {
      break;
    }
    read_files(chunk.get(), *this, files);
  }
  std::set<std::int64_t> outdated;
  OFFEX_ASSIGN(
      engine::Rows links,
      connection.select("SELECT l.file_id, l.revision_id, r.revision_id IS NOT NULL AND r.known_to "
                        "IS NULL FROM file_revision l LEFT JOIN revision r USING (revision_id)"));
  while (true) {
    OFFEX_ASSIGN(const engine::Chunk chunk, links.fetch());
    if (!chunk) {
      break;
    }
    read_links(chunk.get(), files, *this, outdated);
  }
  for (const auto& [file_id, file] : files) {
    seen_.insert(file.identity);
    if (!outdated.contains(file_id)) {
      add_file(file.identity, file.datasets);
    }
  }
  return {};
}

void RevisionBook::add_file(const FileIdentity& file, std::string_view datasets) {
  seen_.insert(file);
  // The bytes of a download do not tell all of its key, and neither does its week.
  if (datasets.find(market::to_string(market::Dataset::WeeklyDownload)) == std::string_view::npos) {
    in_force_.insert(file);
  }
}

void RevisionBook::move_holders(std::int32_t from, std::int32_t to) {
  if (auto old = holders_.extract(from)) {
    std::ranges::move(old.mapped(), std::back_inserter(holders_[to]));
  }
}

void RevisionBook::end_revision(std::int32_t revision_id) {
  if (const auto old = holders_.extract(revision_id)) {
    for (const FileIdentity& file : old.mapped()) {
      in_force_.erase(file);
    }
  }
}

const RevisionBook::Current* RevisionBook::find(const FactKey& key) const {
  const auto found = current_.find(key);
  return found == current_.end() ? nullptr : &found->second;
}

}  // namespace offex::store
