#include <algorithm>

#include "store/known_from_internal.hpp"
#include "store/writer_internal.hpp"

namespace offex::store {

Result<PutResult> Writer::Impl::put_tape(const SourceFile& source, const TapeFile& file,
                                         std::string_view text_sha256) {
  PutResult result;
  if (doomed_) {
    return std::unexpected{*doomed_};
  }
  if (!market::is_tape(file.dataset) || file.rows < 0 || text_sha256.empty()) {
    return fail(base::ErrorCode::Internal,
                std::string{market::to_string(file.dataset)} + " is no tape, or misses its digest");
  }
  const FactKey key{.dataset = file.dataset, .day = file.day, .facility = file.scope};
  const RevisionBook::Current* old = book_.find(key);
  const bool in_force = old != nullptr && old->row_digest == text_sha256;
  if (in_force && book_.knows_tape(source.sha256, key)) {
    result.known_file = true;
    return result;
  }
  auto written = in_transaction([&]() -> Result<void> {
    const std::int64_t file_id = book_.next_file();
    OFFEX_TRY(write_file(source,
                         {.dataset = std::string{market::to_string(file.dataset)},
                          .day = file.day,
                          .facility = file.scope,
                          .rows = static_cast<std::uint64_t>(file.rows),
                          .rejects = 0},
                         file_id));
    OFFEX_TRY(write_tape_revision(source, key, file, text_sha256, file_id, result));
    const FileIdentity identity{.sha256 = source.sha256, .day = key.day, .facility = {}};
    OFFEX_TRY(link(file_id, book_.find(key)->revision_id, identity));
    book_.add_tape(source.sha256, key);
    book_.add_file(identity, market::to_string(key.dataset));
    return {};
  });
  if (!written) {
    return std::unexpected{std::move(written).error()};
  }
  return result;
}

Result<void> Writer::Impl::write_tape_revision(const SourceFile& source, const FactKey& key,
                                               const TapeFile& file, std::string_view text_sha256,
                                               std::int64_t file_id, PutResult& result) {
  std::int64_t known_from = first_known_tape(file.day, source);
  bool first = true;
  if (const RevisionBook::Current* old = book_.find(key)) {
    if (old->row_digest == text_sha256) {
      ++result.unchanged;
      return {};
    }
    known_from = std::max(now_micros(), old->known_from);
    first = false;
    OFFEX_TRY(flush_appenders());
    OFFEX_TRY(close_revision(old->revision_id, known_from));
    ++result.superseded;
  } else {
    ++result.added;
  }
  return append_revision(key, static_cast<std::size_t>(file.rows), file_id,
                         {.revision_id = book_.next_revision(),
                          .row_digest = std::string{text_sha256},
                          .known_from = known_from,
                          .first = first});
}

}  // namespace offex::store
