#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "offex/market/instant.hpp"

#include "store/duckdb_internal.hpp"
#include "store/layout_internal.hpp"

namespace offex::store {

/// The writer's copy of what is in force: one revision a key, and which files are known.
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
  [[nodiscard]] bool knows(const FileIdentity& file) const { return files_.contains(file); }
  [[nodiscard]] std::vector<FileIdentity> files() const { return {files_.begin(), files_.end()}; }
  void add_file(const FileIdentity& file) { files_.insert(file); }
  /// Pages of a tape may have equal bytes: what they are a page of tells them apart.
  [[nodiscard]] bool knows_tape(const std::string& sha256, const FactKey& key) const {
    return tapes_.contains({sha256, key});
  }
  void add_tape(const std::string& sha256, const FactKey& key) {
    tapes_.emplace(sha256, key);
    add_file({.sha256 = sha256, .day = key.day, .facility = {}});
  }

 private:
  std::map<FactKey, Current> current_;
  std::set<FileIdentity> files_;
  std::set<std::pair<std::string, FactKey>> tapes_;
  std::int32_t last_revision_{0};
  std::int64_t last_file_{0};
};

}  // namespace offex::store
