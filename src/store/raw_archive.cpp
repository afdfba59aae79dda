#include "offex/store/raw_archive.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "store/files_internal.hpp"

namespace offex::store {

namespace {

constexpr std::array<std::string_view, 2> kEncodings{"", ".gz"};
constexpr std::string_view kNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// Files being written stand beside the folders, where `sweep` finds them without a walk.
constexpr std::string_view kFresh = ".new.";

/// Two levels keep folders small: ab/abcdef....
std::filesystem::path place(const std::filesystem::path& root, std::string_view sha256,
                            std::string_view encoding) {
  return root / sha256.substr(0, 2) / (std::string{sha256} + std::string{encoding});
}

std::filesystem::path fresh_path(const std::filesystem::path& root) {
  static std::atomic<std::uint64_t> counter{0};
  return root /
         (std::string{kFresh} + std::to_string(::getpid()) + '.' + std::to_string(++counter));
}

}  // namespace

bool RawArchive::contains(std::string_view sha256) const { return path_of(sha256).has_value(); }

Result<void> RawArchive::put(std::string_view sha256, std::string_view encoding,
                             std::string_view bytes) {
  const std::filesystem::path to = place(root_, sha256, encoding);
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(to, absent);
  // A power cut between a rename and the sync can leave a shorter file of the right name.
  if ((!absent && size == bytes.size()) || (absent && contains(sha256))) {
    return {};
  }
  OFFEX_TRY(make_folder(to.parent_path()));
  const std::filesystem::path fresh = fresh_path(root_);
  OFFEX_TRY(write_file(fresh, bytes));
  return rename_file(fresh, to);
}

Result<void> RawArchive::put_file(std::string_view sha256, const std::filesystem::path& file) {
  const std::filesystem::path to = place(root_, sha256, "");
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(to, absent);
  std::error_code code;
  if ((!absent && size == std::filesystem::file_size(file, code)) || (absent && contains(sha256))) {
    return {};
  }
  OFFEX_TRY(make_folder(to.parent_path()));
  const std::filesystem::path fresh = fresh_path(root_);
  OFFEX_TRY(copy_synced(file, fresh));
  return rename_file(fresh, to);
}

void RawArchive::sweep() {
  std::error_code code;
  std::vector<std::filesystem::path> left;
  for (std::filesystem::directory_iterator entry{root_, code};
       !code && entry != std::filesystem::directory_iterator{}; entry.increment(code)) {
    if (entry->path().filename().string().starts_with(kFresh)) left.push_back(entry->path());
  }
  for (const std::filesystem::path& path : left) std::filesystem::remove(path, code);
}

Result<void> RawArchive::sync() {
  return file_exists(root_) ? sync_file_system(root_) : Result<void>{};
}

Result<std::filesystem::path> RawArchive::path_of(std::string_view sha256) const {
  if (sha256.size() > 2) {
    for (const std::string_view encoding : kEncodings) {
      std::filesystem::path path = place(root_, sha256, encoding);
      std::error_code absent;
      const std::uintmax_t size = std::filesystem::file_size(path, absent);
      // A power cut before the sync leaves an empty file: as good as none.
      if (!absent && (size > 0 || sha256 == kNothing)) {
        return path;
      }
    }
  }
  return fail(base::ErrorCode::NotFound, "no raw file " + std::string{sha256});
}

}  // namespace offex::store
