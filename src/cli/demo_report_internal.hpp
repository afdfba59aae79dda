#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "offex/cli/invocation.hpp"

namespace offex::cli {

/// Returns the five symbols with the largest dollar volume of the newest day.
[[nodiscard]] Result<std::vector<std::string>> demo_tickers(const std::filesystem::path& home,
                                                            const Invocation& invocation);

/// Writes the demo's page of tables.
[[nodiscard]] Result<void> write_demo_report(const std::filesystem::path& home,
                                             const std::filesystem::path& target,
                                             const Invocation& invocation);

}  // namespace offex::cli
