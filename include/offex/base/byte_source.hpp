#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "offex/base/digest.hpp"
#include "offex/base/result.hpp"

namespace offex::base {

/// Fills the front of `buffer` with the next bytes and returns how many; 0 is the end. Called from
/// one thread at a time.
using ByteSource = std::function<Result<std::size_t>(std::span<char> buffer)>;

/// Opens a file for reading from its start. The file is closed with the last copy of the source.
[[nodiscard]] Result<ByteSource> open_file(const std::filesystem::path& path);

/// What passed through a source.
struct SourceDigest {
  Digest digest;
  std::uint64_t bytes{0};
};

/// Reads a source to its end and returns the SHA-256 of its bytes; they never stand in memory
/// together.
[[nodiscard]] Result<SourceDigest> sha256(const ByteSource& source);

}  // namespace offex::base
