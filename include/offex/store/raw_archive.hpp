#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"

namespace offex::store {

/// Received files, byte for byte, addressed by the SHA-256 of the received bytes and never changed.
///
/// A file that came compressed is kept as it came; text is kept gzip-compressed by the caller.
/// Files appear whole or not at all (written aside, then renamed). Call `sync` before anything
/// refers to them. Several archives over one folder may be used from several threads.
class RawArchive {
 public:
  explicit RawArchive(std::filesystem::path root) : root_{std::move(root)} {}

  [[nodiscard]] bool contains(std::string_view sha256) const;
  /// Stores `bytes`; `encoding` is "" (as received) or ".gz" (we compressed it). No-op when there.
  [[nodiscard]] Result<void> put(std::string_view sha256, std::string_view encoding,
                                 std::string_view bytes);
  /// Stores a copy of a file that is too large for the memory.
  [[nodiscard]] Result<void> put_file(std::string_view sha256, const std::filesystem::path& file);
  /// Removes what killed processes left half written. Only for the one that holds the store's lock.
  void sweep();
  /// Flushes everything put so far to the disk.
  [[nodiscard]] Result<void> sync();
  /// Path of the stored file, with its encoding suffix, or NotFound.
  [[nodiscard]] Result<std::filesystem::path> path_of(std::string_view sha256) const;

 private:
  std::filesystem::path root_;
};

}  // namespace offex::store
