#pragma once

#include <filesystem>
#include <string_view>

#include "offex/base/result.hpp"

// Files that appear whole or not at all.
namespace offex::store {

[[nodiscard]] bool file_exists(const std::filesystem::path& path);
/// Flushes a file, or the names in a folder, to the disk.
[[nodiscard]] Result<void> sync_path(const std::filesystem::path& path);
/// Flushes the whole file system that holds `path`: one wait for any number of files.
[[nodiscard]] Result<void> sync_file_system(const std::filesystem::path& path);
/// Creates or replaces a file.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);
/// Creates or replaces a small file and flushes it.
[[nodiscard]] Result<void> write_synced(const std::filesystem::path& path, std::string_view bytes);
/// Copies a file, sharing its blocks where the file system can, and flushes the copy.
[[nodiscard]] Result<void> copy_synced(const std::filesystem::path& from,
                                       const std::filesystem::path& to);
[[nodiscard]] Result<void> rename_file(const std::filesystem::path& from,
                                       const std::filesystem::path& to);
/// Renames within a folder and flushes the folder.
[[nodiscard]] Result<void> rename_synced(const std::filesystem::path& from,
                                         const std::filesystem::path& to);
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& path);

}  // namespace offex::store
