#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "support/process.hpp"

namespace offex::test_support {

/// Returns the Python that has pyarrow, if tools/setup.sh could make it.
[[nodiscard]] std::optional<std::filesystem::path> python_with_pyarrow();

/// Lets pyarrow read `arrow` and compare it with a table in another format (arrow_check.py says
/// how). \param kind "jsonl" or "parquet" \pre python_with_pyarrow()
[[nodiscard]] ProcessOutcome arrow_check(const std::string& kind,
                                         const std::filesystem::path& arrow,
                                         const std::filesystem::path& other);

}  // namespace offex::test_support
