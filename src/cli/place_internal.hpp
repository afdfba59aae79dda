#pragma once

#include <cstdint>
#include <filesystem>

#include "offex/base/error.hpp"

namespace offex::cli {

/// Returns the place of an error that is about a whole file, or about one of its lines.
[[nodiscard]] inline base::Place in_file(const std::filesystem::path& path, std::uint64_t line = 0,
                                         std::uint32_t column = 0) {
  base::Place out;
  out.file = path.string();
  out.line = line;
  out.column = column;
  return out;
}

}  // namespace offex::cli
