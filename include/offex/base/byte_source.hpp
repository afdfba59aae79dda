#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>

#include "offex/base/result.hpp"

namespace offex::base {

/// Fills the front of `buffer` with the next bytes and returns how many; 0 is the end. Called from
/// one thread at a time.
using ByteSource = std::function<Result<std::size_t>(std::span<char> buffer)>;

/// Opens a file for reading from its start. The file is closed with the last copy of the source.
[[nodiscard]] Result<ByteSource> open_file(const std::filesystem::path& path);

}  // namespace offex::base
