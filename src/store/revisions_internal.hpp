#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "offex/market/instant.hpp"

#include "store/duckdb_internal.hpp"
#include "store/layout_internal.hpp"

namespace offex::store {

/// The writer's copy of what is in force: one revision a key, and the files whose rows are in it.
class RevisionBook {
 public:
  struct Current {
    std::int32_t revision_id{0};
    std::string row_digest;
    std::int64_t known_from{0};  ///< microseconds, or the engine's -infinity
    bool first{true};            ///< no revision of this key ended before
  };

  [[nodiscard]] Result<void> load(const engine::Connection& connection);

  [[nodiscard]] const Current* find(const FactKey& key) const;
  void set(const FactKey& key, Current current) { current_[key] = std::move(current); }
  [[nodiscard]] std::int32_t next_revision() { return ++last_revision_; }
  [[nodiscard]] std::int64_t next_file() { return ++last_file_; }
  /// Whether the file was put before, whatever became of its rows.
  [[nodiscard]] bool has_seen(const FileIdentity& file) const { return seen_.contains(file); }
  [[nodiscard]] std::vector<FileIdentity> seen_files() const {
    return {seen_.begin(), seen_.end()};
  }
  /// Whether the file was put and all that it says is in force.
  [[nodiscard]] bool knows(const FileIdentity& file) const { return in_force_.contains(file); }
  [[nodiscard]] std::vector<FileIdentity> files() const {
    return {in_force_.begin(), in_force_.end()};
  }
  /// \param datasets as ingest_file names them
  void add_file(const FileIdentity& file, std::string_view datasets);
  /// Notes that rows of the file are those of a revision in force.
  void hold(std::int32_t revision_id, const FileIdentity& file) {
    holders_[revision_id].push_back(file);
  }
  /// The rows of one revision stand in another one from now on.
  void move_holders(std::int32_t from, std::int32_t to);
  /// Files whose rows were those of the revision are no longer in force.
  void end_revision(std::int32_t revision_id);
  /// Pages of a tape may have equal bytes: what they are a page of tells them apart.
  [[nodiscard]] bool knows_tape(const std::string& sha256, const FactKey& key) const {
    return tapes_.contains({sha256, key});
  }
  void add_tape(const std::string& sha256, const FactKey& key) { tapes_.emplace(sha256, key); }

 private:
  [[nodiscard]] Result<void> load_files(const engine::Connection& connection);

  std::map<FactKey, Current> current_;
  std::set<FileIdentity> seen_;
  std::set<FileIdentity> in_force_;
  std::unordered_map<std::int32_t, std::vector<FileIdentity>> holders_;
  std::set<std::pair<std::string, FactKey>> tapes_;
  std::int32_t last_revision_{0};
  std::int64_t last_file_{0};
};

}  // namespace offex::store
