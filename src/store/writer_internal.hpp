#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offex/store/writer.hpp"

#include "store/chunk_internal.hpp"
#include "store/dictionaries_internal.hpp"
#include "store/duckdb_internal.hpp"
#include "store/ledger_internal.hpp"
#include "store/lock_internal.hpp"
#include "store/put_plan_internal.hpp"
#include "store/reader_internal.hpp"
#include "store/revisions_internal.hpp"
#include "store/snapshot_internal.hpp"

namespace offex::store {

class Writer::Impl {
 public:
  Impl(StoreOptions options, StoreLock lock);

  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<void> close();

  [[nodiscard]] const RevisionBook& book() const { return book_; }
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> commit();
  void rollback();
  [[nodiscard]] Result<PutResult> put(const SourceFile& source, std::span<const FactRows> parts,
                                      std::span<const Reject> rejects);
  [[nodiscard]] Result<PutResult> put_tape(const SourceFile& source, const TapeFile& file,
                                           std::string_view text_sha256);
  [[nodiscard]] Result<void> record(std::span<const LedgerEntry> entries);
  [[nodiscard]] Result<void> ensure_derived(const DerivedTable& table);
  [[nodiscard]] Result<std::uint64_t> replace_derived(
      const DerivedTable& table, const BuildState& state, std::optional<market::DayRange> days,
      const std::function<Result<void>(const BatchSink&)>& produce);
  [[nodiscard]] const Reader& reader() const { return *reader_; }

 private:
  [[nodiscard]] Result<void> migrate_and_publish();
  /// Runs `work` in the open batch, or in a transaction of its own. When `work` fails outside a
  /// batch its transaction is undone; inside one the batch is doomed if anything was written.
  [[nodiscard]] Result<void> in_transaction(const std::function<Result<void>()>& work);
  [[nodiscard]] Result<engine::Appender*> appender(const std::string& table);
  [[nodiscard]] Result<void> flush_appenders();
  /// Writes the entries that wait: once for many calls of `record`, because each look for their
  /// older versions goes over the whole ledger.
  [[nodiscard]] Result<void> flush_ledger();
  [[nodiscard]] Result<void> write(const SourceFile& source, const FileIdentity& identity,
                                   const PutPlan& plan, std::span<const Reject> rejects,
                                   PutResult& result);
  [[nodiscard]] Result<void> write_names(const Dictionaries::Mark& from);
  [[nodiscard]] Result<void> write_venues(std::size_t from);
  /// What ingest_file says of a file beside its source.
  struct FileNote {
    std::string dataset;
    std::optional<market::Day> day{};
    std::string facility;  ///< or the scope of a tape
    std::uint64_t rows{0};
    std::size_t rejects{0};
  };
  [[nodiscard]] Result<void> write_file(const SourceFile& source, const FileNote& note,
                                        std::int64_t file_id);
  [[nodiscard]] Result<void> write_rejects(std::span<const Reject> rejects, std::int64_t file_id);
  [[nodiscard]] Result<void> write_revision(const SourceFile& source,
                                            const PlannedRevision& planned, std::int64_t file_id,
                                            PutResult& result);
  /// Ends the revision `old` that `planned` replaces; returns from when on the new one is known.
  [[nodiscard]] Result<std::int64_t> take_over(const PlannedRevision& planned,
                                               const RevisionBook::Current& old,
                                               const SourceFile& source);
  /// Notes that rows of a file are those of a revision.
  [[nodiscard]] Result<void> link(std::int64_t file_id, std::int32_t revision_id,
                                  const FileIdentity& identity);
  [[nodiscard]] Result<void> move_links(std::int32_t from, std::int32_t to);
  [[nodiscard]] Result<void> close_revision(std::int32_t revision_id, std::int64_t known_to);
  [[nodiscard]] Result<void> append_revision(const FactKey& key, std::size_t rows,
                                             std::int64_t file_id,
                                             const RevisionBook::Current& current);
  [[nodiscard]] Result<void> write_facts(const PlannedRevision& planned, std::int32_t revision_id);
  [[nodiscard]] Result<void> write_tape_revision(const SourceFile& source, const FactKey& key,
                                                 const TapeFile& file, std::string_view text_sha256,
                                                 std::int64_t file_id, PutResult& result);
  [[nodiscard]] std::int64_t now_micros() const;

  StoreOptions options_;
  StorePaths paths_;
  StoreLock lock_;
  engine::DatabaseHandle database_;
  engine::Connection connection_;
  std::map<std::string, engine::Appender> appenders_;  // closed before the connection
  std::unique_ptr<Reader> reader_;
  Dictionaries names_;
  RevisionBook book_;
  LedgerEntries fresh_ledger_;
  bool in_batch_{false};
  bool changed_{false};
  std::optional<base::Error> doomed_;  // why the open batch can only be rolled back
};

}  // namespace offex::store
