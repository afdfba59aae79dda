#pragma once

#include <filesystem>
#include <string_view>

#include "offex/base/result.hpp"

namespace offex::cli {

/// Writes a file that appears whole or not at all. One that is there is replaced: who asks has
/// looked at `--force` before.
[[nodiscard]] Result<void> write_whole_file(const std::filesystem::path& path,
                                            std::string_view text);

}  // namespace offex::cli
