#include <system_error>

#include "store/duckdb_internal.hpp"
#include "store/files_internal.hpp"
#include "store/schema_internal.hpp"
#include "store/snapshot_internal.hpp"

namespace offex::store {

namespace {

/// Opens the database once so that the engine replays and folds in its log.
Result<void> recover(const StoreOptions& options, const StorePaths& paths) {
  OFFEX_ASSIGN(const engine::DatabaseHandle database,
               engine::open_database(paths.database.string(), {.threads = options.threads}));
  OFFEX_ASSIGN(const engine::Connection connection, engine::Connection::open(database.get()));
  OFFEX_TRY(check_schema(connection));
  OFFEX_ASSIGN(const int migrated, migrate(connection, *options.clock));
  static_cast<void>(migrated);
  return connection.run("CHECKPOINT");
}

}  // namespace

Result<void> mark_stale(const StorePaths& paths) {
  if (file_exists(paths.stale)) {
    return {};
  }
  OFFEX_TRY(make_folder(paths.snapshot_folder));
  OFFEX_TRY(write_synced(paths.stale, ""));
  return sync_path(paths.snapshot_folder);
}

bool is_stale(const StorePaths& paths) {
  return file_exists(paths.database) && (!file_exists(paths.snapshot) || file_exists(paths.stale) ||
                                         file_exists(paths.write_ahead_log));
}

Result<void> publish(const StorePaths& paths) {
  OFFEX_TRY(make_folder(paths.snapshot_folder));
  const std::filesystem::path fresh = paths.snapshot_folder / "offex.duckdb.new";
  OFFEX_TRY(copy_synced(paths.database, fresh));
  OFFEX_TRY(rename_synced(fresh, paths.snapshot));
  std::error_code problem;
  std::filesystem::remove(paths.stale, problem);
  if (problem) {
    return fail(base::ErrorCode::Io, "cannot remove " + paths.stale.string());
  }
  return {};
}

Result<void> publish_leftovers(const StoreOptions& options, const StorePaths& paths) {
  OFFEX_ASSIGN(const StoreLock lock,
               StoreLock::acquire(paths.home, "publish",
                                  market::Instant::from_nanos(options.clock->now_nanos())));
  if (!is_stale(paths)) {
    return {};  // somebody else did it between the look and the lock
  }
  return recover_and_publish(options, paths);
}

Result<void> recover_and_publish(const StoreOptions& options, const StorePaths& paths) {
  OFFEX_TRY(recover(options, paths));
  return publish(paths);
}

}  // namespace offex::store
