#include <algorithm>
#include <iterator>
#include <utility>

#include "ingest/storer_internal.hpp"

namespace offex::ingest {
namespace {

constexpr std::uint64_t kBatchRows = 2'000'000;
constexpr std::size_t kBatchFiles = 250;

FileStatus status_of(const store::PutResult& result) {
  if (result.known_file) return FileStatus::Known;
  return result.added + result.superseded > 0 ? FileStatus::Stored : FileStatus::Unchanged;
}

}  // namespace

Storer::Storer(store::Writer& writer, const std::filesystem::path& home)
    : writer_{writer}, raw_{home / "raw"} {
  raw_.sweep();
}

Result<FileOutcome> Storer::store(std::string name, Decoded decoded) {
  FileOutcome out;
  out.file = std::move(name);
  out.bytes = decoded.source.bytes;
  if (decoded.error) {
    out.status = decoded.skipped ? FileStatus::Skipped : FileStatus::Refused;
    out.error = std::move(decoded.error);
  } else if (decoded.known) {
    out.status = FileStatus::Known;
  } else {
    OFFEX_TRY(put(decoded, out));
  }
  std::ranges::move(decoded.warnings, std::back_inserter(out.warnings));
  for (formats::Document& document : decoded.documents) {
    std::ranges::move(document.warnings, std::back_inserter(out.warnings));
  }
  return out;
}

Result<void> Storer::record(std::span<const store::LedgerEntry> entries) {
  OFFEX_TRY(begin());
  return writer_.record(entries);
}

bool Storer::is_full() const { return batch_rows_ >= kBatchRows || batch_files_ >= kBatchFiles; }

Result<void> Storer::commit() {
  if (!open_) return {};
  // The bytes must be on disk before the rows that came from them.
  OFFEX_TRY(raw_.sync());
  OFFEX_TRY(writer_.commit());
  open_ = false;
  batch_rows_ = 0;
  batch_files_ = 0;
  return {};
}

Result<void> Storer::begin() {
  if (open_) return {};
  OFFEX_TRY(writer_.begin());
  open_ = true;
  return {};
}

Result<void> Storer::put(const Decoded& decoded, FileOutcome& outcome) {
  OFFEX_TRY(begin());
  auto result = decoded.tapes.empty() ? put_documents(decoded) : put_tapes(decoded);
  if (!result) {
    // Contradictory rows refuse the file; anything else is a failing store and ends the run.
    if (result.error().code != base::ErrorCode::Integrity) {
      return std::unexpected{std::move(result).error()};
    }
    outcome.status = FileStatus::Refused;
    outcome.error = std::move(result).error();
    if (outcome.error->place.file.empty()) outcome.error->place.file = outcome.file;
    return {};
  }
  for (const formats::Document& document : decoded.documents) {
    outcome.rejects += document.rejects.size();
  }
  outcome.put = *result;
  outcome.status = status_of(*result);
  batch_rows_ += result->rows;
  batch_files_ += 1;
  return {};
}

// A file of several days is recorded for each of them.
Result<store::PutResult> Storer::put_tapes(const Decoded& decoded) {
  store::PutResult all{.known_file = true};
  for (const store::TapeFile& tape : decoded.tapes) {
    OFFEX_ASSIGN(const store::PutResult one,
                 writer_.put_tape(decoded.source, tape, decoded.text_sha256));
    all.added += one.added;
    all.superseded += one.superseded;
    all.unchanged += one.unchanged;
    all.known_file = all.known_file && one.known_file;
  }
  if (all.added + all.superseded > 0) all.rows = decoded.tape_rows;
  return all;
}

Result<store::PutResult> Storer::put_documents(const Decoded& decoded) {
  std::vector<store::FactRows> parts;
  std::vector<store::Reject> rejects;
  for (std::size_t i = 0; i < decoded.documents.size(); ++i) {
    store::FactRows part = facts_of(decoded.documents[i]);
    part.digest = decoded.digests[i];
    parts.push_back(part);
    for (const formats::RejectedRow& row : decoded.documents[i].rejects) {
      rejects.push_back({.line = row.place.line,
                         .column = row.place.column,
                         .field = row.place.field,
                         .reason = row.reason,
                         .excerpt = row.place.excerpt});
    }
  }
  return writer_.put(decoded.source, parts, rejects);
}

}  // namespace offex::ingest
