#pragma once

#include <filesystem>

#include "offex/base/result.hpp"
#include "offex/store/types.hpp"

#include "store/lock_internal.hpp"

namespace offex::store {

/// Names of the files under the data root.
struct StorePaths {
  explicit StorePaths(const std::filesystem::path& home_path)
      : home{home_path},
        database{home_path / "offex.duckdb"},
        write_ahead_log{home_path / "offex.duckdb.wal"},
        snapshot_folder{home_path / "snapshot"},
        snapshot{snapshot_folder / "offex.duckdb"},
        stale{snapshot_folder / "stale"} {}

  std::filesystem::path home;
  std::filesystem::path database;
  std::filesystem::path write_ahead_log;
  std::filesystem::path snapshot_folder;
  std::filesystem::path snapshot;
  /// Exists from before the first change of a writer until that change is published.
  std::filesystem::path stale;
};

/// Notes, durably, that the database is about to differ from the snapshot.
[[nodiscard]] Result<void> mark_stale(const StorePaths& paths);

/// Whether the snapshot is missing or behind the database.
[[nodiscard]] bool is_stale(const StorePaths& paths);

/// Copies the closed database to the snapshot. Readers keep the file they have open.
/// \pre the lock is held and this process has the database closed: copying would drop its lock
[[nodiscard]] Result<void> publish(const StorePaths& paths);

/// Publishes what a killed writer left, when nobody writes. Busy when somebody does.
[[nodiscard]] Result<void> publish_leftovers(const StoreOptions& options, const StorePaths& paths);

/// Brings the schema up to date, folds in the log, and publishes. \pre as of `publish`
[[nodiscard]] Result<void> recover_and_publish(const StoreOptions& options,
                                               const StorePaths& paths);

}  // namespace offex::store
