#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

#include "offex/base/clock.hpp"
#include "offex/base/log.hpp"
#include "offex/base/result.hpp"
#include "offex/cli/exit_code.hpp"
#include "offex/cli/settings.hpp"
#include "offex/store/types.hpp"

namespace offex::cli {

/// Everything a command gets from outside: settings, streams and the clock. Commands touch no
/// global state, so a test can run one with string streams.
struct Invocation {
  std::ostream& out;  ///< data
  std::ostream& err;  ///< talk and progress
  std::istream& in;
  const base::Clock* clock{nullptr};
  base::LogSink* log{nullptr};
  Environment environment;
  bool out_is_terminal{false};
  bool err_is_terminal{false};
  std::size_t terminal_width{100};
  Settings settings{};
  std::map<std::string, Origin> origins{};
  ExitCode exit_code{ExitCode::Done};

  [[nodiscard]] store::StoreOptions store_options() const;
  /// Returns the moment that the question is about: `--asof`, or what the clock says.
  [[nodiscard]] market::Instant asked_at() const;
  /// Says something to the user unless `-q` was given.
  void say(std::string_view line) const;
  /// Warns; with `--strict` the command will exit with Integrity.
  void warn(std::string_view line);
  /// Prints the error and sets the exit code that stands for it.
  void report(const base::Error& error);
};

}  // namespace offex::cli
