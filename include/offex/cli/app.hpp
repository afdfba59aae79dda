#pragma once

#include <span>
#include <string>

#include "offex/cli/console.hpp"
#include "offex/cli/invocation.hpp"

namespace offex::cli {

/// Runs one command line as the program does. \param arguments without the program's name
/// \param sink the sink behind `invocation.log`, configured once the settings are known
ExitCode run(std::span<const std::string> arguments, Invocation& invocation, ConsoleSink& sink);

/// Returns the version of the program, for example "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace offex::cli
