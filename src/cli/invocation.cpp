#include "offex/cli/invocation.hpp"

#include <ostream>

#include <fmt/format.h>

namespace offex::cli {

store::StoreOptions Invocation::store_options() const {
  return {.home = settings.home, .clock = clock, .log = log, .threads = settings.threads};
}

market::Instant Invocation::asked_at() const {
  return settings.as_of.value_or(market::Instant::from_nanos(clock->now_nanos()));
}

void Invocation::say(std::string_view line) const {
  if (!settings.quiet) err << line << '\n';
}

void Invocation::warn(std::string_view line) {
  log->write(base::LogLevel::Warning, line);
  if (settings.strict && exit_code == ExitCode::Done) exit_code = ExitCode::Integrity;
}

void Invocation::report(const base::Error& error) {
  log->write(base::LogLevel::Error, base::format_error(error));
  exit_code = exit_code_for(error.code);
}

}  // namespace offex::cli
