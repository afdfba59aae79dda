#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "offex/cli/invocation.hpp"

namespace offex::cli {

/// What a chosen command does once the settings are known.
using Action = std::function<Result<void>()>;

/// Registers commands. Each add_... function declares one command's flags and hands `chosen` the
/// work, which runs after all flags were read.
struct CommandContext {
  CLI::App& app;
  Invocation& invocation;
  Action& chosen;

  /// Declares a command with its work.
  template <class Args>
  CLI::App* add(const std::string& name, const std::string& help, const std::shared_ptr<Args>& args,
                Result<void> (*run)(const Args&, Invocation&)) {
    CLI::App* command = app.add_subcommand(name, help)->group("Commands");
    command->footer("The options of `offex --help` (--home, -f, -o, --asof, ...) go with it too.");
    Action* action = &chosen;
    Invocation* target = &invocation;
    command->callback([action, args, run, target] {
      *action = [args, run, target] { return run(*args, *target); };
    });
    return command;
  }
};

void add_import(CommandContext context);
void add_sync(CommandContext context);
void add_run(CommandContext context);
void add_build(CommandContext context);
void add_show(CommandContext context);
void add_week(CommandContext context);
void add_index(CommandContext context);
void add_scan(CommandContext context);
void add_composite(CommandContext context);
void add_macro(CommandContext context);
void add_compare(CommandContext context);
void add_status(CommandContext context);
void add_check(CommandContext context);
void add_sql(CommandContext context);
void add_export(CommandContext context);
void add_push(CommandContext context);
void add_eval(CommandContext context);
void add_explain(CommandContext context);
void add_plot(CommandContext context);
void add_report(CommandContext context);
void add_features(CommandContext context);
void add_symbols(CommandContext context);
void add_simulate(CommandContext context);
void add_demo(CommandContext context);
void add_doctor(CommandContext context);
void add_version(CommandContext context);

}  // namespace offex::cli
