#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offex/store/writer.hpp"

#include "store/chunk_internal.hpp"
#include "store/duckdb_internal.hpp"
#include "store/lock_internal.hpp"
#include "store/put_plan_internal.hpp"
#include "store/reader_internal.hpp"
#include "store/revisions_internal.hpp"
#include "store/snapshot_internal.hpp"
#include "store/symbols_internal.hpp"

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
  [[nodiscard]] Result<void> ensure_derived(const DerivedTable& table);
  [[nodiscard]] Result<std::uint64_t> replace_derived(
      const DerivedTable& table, const BuildState& state, std::optional<market::DayRange> days,
      const std::function<Result<void>(const BatchSink&)>& produce);
  [[nodiscard]] const Reader& reader() const { return *reader_; }

 private:
  /// Runs `work` in the open batch, or in a transaction of its own. When `work` fails outside a
  /// batch its transaction is undone; inside one the batch is doomed if anything was written.
  [[nodiscard]] Result<void> in_transaction(const std::function<Result<void>()>& work);
  [[nodiscard]] Result<engine::Appender*> appender(const std::string& table);
  [[nodiscard]] Result<void> flush_appenders();
  [[nodiscard]] Result<void> write(const SourceFile& source, const FileIdentity& identity,
                                   const PutPlan& plan, std::span<const Reject> rejects,
                                   PutResult& result);
  [[nodiscard]] Result<void> write_symbols(const SymbolTable::Mark& from);
  [[nodiscard]] Result<void> write_file(const SourceFile& source, const FileIdentity& identity,
                                        const PutPlan& plan, std::size_t rejects,
                                        std::int64_t file_id);
  [[nodiscard]] Result<void> write_rejects(std::span<const Reject> rejects, std::int64_t file_id);
  [[nodiscard]] Result<void> write_revision(const SourceFile& source,
                                            const PlannedRevision& planned, std::int64_t file_id,
                                            PutResult& result);
  [[nodiscard]] Result<void> write_facts(const PlannedRevision& planned, std::int32_t revision_id);
  [[nodiscard]] Result<void> write_coded_facts(const PlannedRevision& planned,
                                               std::int32_t revision_id);
  [[nodiscard]] Result<void> write_constituents(const PlannedRevision& planned,
                                                std::int32_t revision_id);
  [[nodiscard]] std::int64_t now_micros() const;

  StoreOptions options_;
  StorePaths paths_;
  StoreLock lock_;
  engine::DatabaseHandle database_;
  engine::Connection connection_;
  std::map<std::string, engine::Appender> appenders_;  // closed before the connection
  std::unique_ptr<Reader> reader_;
  SymbolTable symbols_;
  RevisionBook book_;
  bool in_batch_{false};
  bool changed_{false};
  std::optional<base::Error> doomed_;  // why the open batch can only be rolled back
};

}  // namespace offex::store
