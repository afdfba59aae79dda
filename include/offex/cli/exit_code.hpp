#pragma once

#include <cstdint>

#include "offex/base/error.hpp"

namespace offex::cli {

/// What the process tells its caller. Stable: scripts and flows rely on the numbers.
enum class ExitCode : std::uint8_t {
  Done = 0,
  Internal = 1,
  Usage = 2,
  NothingMatched = 3,
  NotPublished = 4,
  Partial = 5,
  Integrity = 6,
  Upstream = 7,
  Credentials = 8,
  Busy = 9,
  Finding = 10,
  Interrupted = 130,
};

/// Returns the exit code that stands for a kind of error.
[[nodiscard]] ExitCode exit_code_for(base::ErrorCode code);

}  // namespace offex::cli
