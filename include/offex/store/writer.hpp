#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/store/ledger.hpp"
#include "offex/store/reader.hpp"
#include "offex/store/types.hpp"

namespace offex::store {

/// The one writing process of a store: owns the lock from open to close.
///
/// Use from one thread. Killing the process at any moment leaves a store that opens, with every
/// finished batch and nothing of the unfinished one.
class Writer {
 public:
  /// Opens or creates the store and migrates its schema. Busy when another process holds the lock;
  /// the message names its pid, command and start. \param purpose shown to others, e.g. "import"
  [[nodiscard]] static Result<Writer> open(const StoreOptions& options, std::string_view purpose);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  /// Whether this file was stored before and all that it says is in force, so that it need not be
  /// read again. A file that was refused is not known, nor is one that a later file corrected, nor
  /// a weekly download: its bytes and its week do not tell its kind.
  [[nodiscard]] bool knows(const FileIdentity& file) const;
  /// All files that `knows` knows.
  [[nodiscard]] std::vector<FileIdentity> known_files() const;
  /// All files that were ever stored, also those whose rows were replaced since.
  [[nodiscard]] std::vector<FileIdentity> stored_files() const;

  /// Groups puts: nothing is stored until `commit`, `rollback` drops all since `begin`.
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> commit();
  void rollback();

  /// Stores all rows of one file, or none. Outside begin/commit it is its own transaction.
  /// \pre every FactRows follows the column contract of its data set
  [[nodiscard]] Result<PutResult> put(const SourceFile& source, std::span<const FactRows> parts,
                                      std::span<const Reject> rejects = {});

  /// Records a tape file that is in the archive: a new revision of (data set, day, scope) unless
  /// the same text is in force. `text_sha256` is the digest of its decoded text.
  [[nodiscard]] Result<PutResult> put_tape(const SourceFile& source, const TapeFile& file,
                                           std::string_view text_sha256);

  /// Writes down how far partitions are: replaces what was written before for the same ones. Part
  /// of the transaction of begin/commit, so that a body and its entry are stored together or not at
  /// all.
  [[nodiscard]] Result<void> record(std::span<const LedgerEntry> entries);

  /// Creates or, when its columns changed, recreates a derived table and its view.
  [[nodiscard]] Result<void> ensure_derived(const DerivedTable& table);
  /// Replaces the rows of one variant in a range of days, in one transaction, and records the
  /// build. `produce` is called with a sink that takes batches in the table's column order.
  using BatchSink = std::function<Result<void>(const columns::Batch&)>;
  [[nodiscard]] Result<std::uint64_t> replace_derived(
      const DerivedTable& table, const BuildState& state, std::optional<market::DayRange> days,
      const std::function<Result<void>(const BatchSink&)>& produce);

  /// The state inside this writer, uncommitted rows included.
  [[nodiscard]] const Reader& reader() const;

  /// Closes the database and publishes the snapshot when anything changed; frees the lock.
  [[nodiscard]] Result<void> close();

 private:
  class Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace offex::store
