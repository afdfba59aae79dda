#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/market/instant.hpp"

namespace offex::store {

/// The writer's lock: an flock on offex.lock that the kernel frees when the process dies.
///
/// Separate from the engine's own lock, which a copy of the database file inside the same process
/// would drop.
class StoreLock {
 public:
  /// Takes the lock or returns Busy with the pid, purpose and start of the holder.
  [[nodiscard]] static Result<StoreLock> acquire(const std::filesystem::path& home,
                                                 std::string_view purpose, market::Instant now);
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;
  StoreLock(StoreLock&& other) noexcept;
  StoreLock& operator=(StoreLock&& other) noexcept;
  ~StoreLock() { release(); }

  void release();

 private:
  explicit StoreLock(int file) : file_{file} {}
  int file_{-1};
};

}  // namespace offex::store
