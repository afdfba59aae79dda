#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "offex/cli/exit_code.hpp"
#include "offex/cli/invocation.hpp"

namespace offex::cli {

/// Runs another command of ours on a store, as if the user had typed it. The options of the outer
/// command that are about talking (quiet, progress, log, threads, colour) go with it.
[[nodiscard]] ExitCode run_nested(const Invocation& outer, const std::filesystem::path& home,
                                  std::vector<std::string> words);

}  // namespace offex::cli
