#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "offex/ingest/import.hpp"
#include "offex/store/raw_archive.hpp"
#include "offex/store/writer.hpp"

#include "ingest/decode_internal.hpp"

namespace offex::ingest {

/// Puts decoded files into the store, many in one transaction.
class Storer {
 public:
  /// `writer` must outlive the storer.
  Storer(store::Writer& writer, const std::filesystem::path& home);

  /// Stores one file. A file that is damaged or contradicts itself is refused and does not stop the
  /// others; an error means that the store fails. \param name for the outcome
  [[nodiscard]] Result<FileOutcome> store(std::string name, Decoded decoded);
  /// Writes entries of the ledger in the transaction of the files stored since the last commit.
  [[nodiscard]] Result<void> record(std::span<const store::LedgerEntry> entries);
  /// Whether a commit is due: often enough that an interrupted run has little to do again, rarely
  /// enough that its cost disappears.
  [[nodiscard]] bool is_full() const;
  /// Commits what was stored and recorded, if anything.
  [[nodiscard]] Result<void> commit();

 private:
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> put(const Decoded& decoded, FileOutcome& outcome);
  [[nodiscard]] Result<store::PutResult> put_tapes(const Decoded& decoded);
  [[nodiscard]] Result<store::PutResult> put_documents(const Decoded& decoded);

  store::Writer& writer_;
  store::RawArchive raw_;
  bool open_{false};
  std::uint64_t batch_rows_{0};
  std::size_t batch_files_{0};
};

}  // namespace offex::ingest
