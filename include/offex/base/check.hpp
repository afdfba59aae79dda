#pragma once

namespace offex::base {

/// Prints the broken condition with its place to stderr and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace offex::base

/// Stops the process when one of our own assumptions is false. Never used for bad input.
#define OFFEX_CHECK(condition)                         \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::offex::base::check_failed(#condition, __FILE__, __LINE__))
