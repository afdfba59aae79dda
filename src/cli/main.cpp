#include <charconv>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <sys/ioctl.h>
#include <unistd.h>

#include "offex/cli/app.hpp"
#include "offex/market/instant.hpp"

namespace {

using offex::cli::ExitCode;

std::optional<std::string> environment_value(const std::string& name) {
  // The only place that reads the environment, before any thread is started.
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr) return std::nullopt;
  return std::string{value};
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  std::size_t width = 0;
  const std::string columns = environment_value("COLUMNS").value_or("");
  const auto [end, code] = std::from_chars(columns.data(), columns.data() + columns.size(), width);
  return code == std::errc{} && end == columns.data() + columns.size() && width > 0 ? width : 100;
}

int run(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  offex::cli::ConsoleSink sink{std::cerr};
  offex::base::SystemClock system_clock;
  std::unique_ptr<offex::base::FixedClock> fixed_clock;
  offex::cli::Invocation invocation{.out = std::cout,
                                    .err = std::cerr,
                                    .in = std::cin,
                                    .clock = &system_clock,
                                    .log = &sink,
                                    .environment = environment_value,
                                    .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
                                    .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
                                    .terminal_width = terminal_width()};
  if (const auto now = environment_value("OFFEX_NOW")) {
    const auto instant = offex::market::parse_as_of(*now);
    if (!instant) {
      std::cerr << "offex: error: OFFEX_NOW: " << offex::base::format_error(instant.error())
                << '\n';
      return static_cast<int>(ExitCode::Usage);
    }
    fixed_clock = std::make_unique<offex::base::FixedClock>(instant->nanos());
    invocation.clock = fixed_clock.get();
  }
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return static_cast<int>(offex::cli::run(arguments, invocation, sink));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "offex: internal error: " << error.what() << '\n';
    return static_cast<int>(ExitCode::Internal);
  }
}
