#pragma once

#include <cstdint>
#include <filesystem>

#include "offex/base/result.hpp"
#include "offex/cli/output.hpp"

namespace offex::cli {

/// Refuses a file that is there, unless `force`. An empty path is standard output.
[[nodiscard]] Result<void> check_free(const std::filesystem::path& target, bool force);

/// Draws a table. Without `-o` the picture goes into the output tree, and its path to standard
/// output. Returns the number of rows.
[[nodiscard]] Result<std::uint64_t> write_table_image(Invocation& invocation, Format format,
                                                      const OutputSpec& spec,
                                                      const columns::Batch& header,
                                                      const store::BatchSource& source);

}  // namespace offex::cli
