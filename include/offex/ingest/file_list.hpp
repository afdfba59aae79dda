#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "offex/base/result.hpp"

namespace offex::ingest {

/// A file to import.
struct ListedFile {
  std::filesystem::path path;
  bool named{false};  ///< given by name, not met while walking a folder
};

/// Returns the files of `paths`, folders walked, in byte order of their paths, each once.
///
/// Hidden files and what no reader takes (by extension: not .txt, .csv, .json, .psv, .gz, .zip) are
/// passed over in folders. A path that is not there is NotFound.
[[nodiscard]] Result<std::vector<ListedFile>> list_files(
    const std::vector<std::filesystem::path>& paths);

/// Returns the whole content of a file.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace offex::ingest
