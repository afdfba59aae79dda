#include <array>
#include <ostream>
#include <string_view>

#include "offex/cli/app.hpp"

#include "cli/nested_internal.hpp"

namespace offex::cli {
namespace {

constexpr std::array<std::string_view, 4> kProgress{"auto", "plain", "json", "none"};

}  // namespace

ExitCode run_nested(const Invocation& outer, const std::filesystem::path& home,
                    std::vector<std::string> words) {
  outer.out.flush();
  const Settings& settings = outer.settings;
  words.insert(words.end(), {"--home", home.string()});
  words.insert(words.end(),
               {"--progress", std::string{kProgress[static_cast<std::size_t>(settings.progress)]}});
  words.insert(words.end(), {"--threads", std::to_string(settings.threads)});
  if (settings.json_log) words.insert(words.end(), {"--log", "json"});
  if (settings.quiet) words.emplace_back("-q");
  if (!settings.color || !outer.out_is_terminal) words.emplace_back("--no-color");
  Invocation inner{.out = outer.out,
                   .err = outer.err,
                   .in = outer.in,
                   .clock = outer.clock,
                   .log = outer.log,
                   .environment = outer.environment,
                   .out_is_terminal = true,
                   .err_is_terminal = outer.err_is_terminal,
                   .terminal_width = outer.terminal_width};
  ConsoleSink sink{outer.err};
  inner.log = &sink;
  return run(words, inner, sink);
}

}  // namespace offex::cli
