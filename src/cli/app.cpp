#include "offex/cli/app.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>
#include <vector>

#include "offex/feeds/request.hpp"
#include "offex/store/postgres.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

constexpr const char* kAbout =
    "offex turns public off-exchange data (FINRA's daily short-sale and weekly ATS files) and "
    "market\n"
    "data into daily answers about US stocks. Start with `offex demo`: no key, no network.";

constexpr const char* kFooter =
    "`offex COMMAND --help` explains one command.\n"
    "\n"
    "A first hour:\n"
    "  offex sync                         fetch what is missing or due; FINRA needs no key\n"
    "  offex import DOWNLOADS/            read published files, any layout, .txt .gz .zip\n"
    "  offex build                        derive the daily metrics\n"
    "  offex build lit                    sign the trades of an imported tape\n"
    "  offex show NVDA BRK.B --days 10    look at them\n"
    "  offex week NVDA                    the weekly ATS and non-ATS volume\n"
    "  offex explain offex_share          what a number means and what it does not\n"
    "  offex sql \"SELECT ...\"             ask anything, read-only\n"
    "\n"
    "Data goes to stdout, talk to stderr. Tables on a terminal, TSV when piped.\n"
    "Exit codes: 0 done, 2 usage, 3 nothing matched, 4 not published yet, 5 partial, 6 damaged\n"
    "input or a failed check, 7 upstream, 8 credentials, 9 store busy, 10 finding with --fail-on,\n"
    "130 interrupted. All are in docs/errors.md.";

struct GlobalFlags {
  FlagValues values;
  std::string home, format, output, as_of, progress, log, threads, theme;
  bool force{false}, strict{false}, quiet{false}, verbose{false}, no_color{false},
      definitions{false};
};

void add_global_flags(CLI::App& app, GlobalFlags& flags) {
  const std::string group = "Options of every command";
  app.add_option("--home", flags.home, "Data root (OFFEX_HOME)")->type_name("DIR")->group(group);
  app.add_option("-f,--format", flags.format,
                 "auto|table|csv|tsv|md|html|json|jsonl|parquet|arrow|png|svg|pdf")
      ->type_name("FORMAT")
      ->group(group);
  app.add_option("-o,--output", flags.output, "Write to a file; its extension gives the format")
      ->type_name("FILE")
      ->group(group);
  app.add_flag("--force", flags.force, "Replace a file or folder that exists")->group(group);
  app.add_option("--asof", flags.as_of,
                 "Answer as known then: a date (its end in New York) or an instant")
      ->type_name("TIME")
      ->group(group);
  app.add_flag("--strict", flags.strict, "Exit with 6 when there are warnings")->group(group);
  app.add_option("--progress", flags.progress, "auto|plain|json|none")
      ->type_name("MODE")
      ->group(group);
  app.add_flag("-q,--quiet", flags.quiet, "Only warnings and errors on stderr")->group(group);
  app.add_flag("-v,--verbose", flags.verbose, "More on stderr")->group(group);
  app.add_option("--log", flags.log, "text|json")->type_name("KIND")->group(group);
  app.add_option("--threads", flags.threads, "Threads to use; 0 is all")
      ->type_name("N")
      ->group(group);
  app.add_option("--theme", flags.theme,
                 "Of pages and pictures: dark or light; figures are light, tables dark")
      ->check(CLI::IsMember({"dark", "light"}))
      ->type_name("THEME")
      ->group(group);
  app.add_flag("--definitions", flags.definitions, "Say below a table what its headings mean")
      ->group(group);
  app.add_flag("--no-color", flags.no_color, "No colour (NO_COLOR)")->group(group);
}

void add_commands(CommandContext context) {
  add_demo(context);
  add_run(context);
  add_sync(context);
  add_import(context);
  add_build(context);
  add_show(context);
  add_week(context);
  add_index(context);
  add_scan(context);
  add_composite(context);
  add_macro(context);
  add_compare(context);
  add_plot(context);
  add_report(context);
  add_features(context);
  add_export(context);
  add_push(context);
  add_sql(context);
  add_status(context);
  add_check(context);
  add_eval(context);
  add_explain(context);
  add_symbols(context);
  add_simulate(context);
  add_doctor(context);
  add_version(context);
}

Result<void> apply_settings(const CLI::App& app, const GlobalFlags& flags, Invocation& invocation) {
  FlagValues values;
  const auto given = [&](const char* option, const char* name, const std::string& value) {
    if (app.count(option) > 0) values[name] = value;
  };
  given("--home", "home", flags.home);
  given("--format", "format", flags.format);
  given("--progress", "progress", flags.progress);
  given("--log", "log", flags.log);
  given("--threads", "threads", flags.threads);
  if (flags.strict) values["strict"] = "true";
  if (flags.no_color) values["color"] = "false";
  const bool wide = invocation.settings.wide;
  OFFEX_ASSIGN(invocation.settings,
               load_settings(values, invocation.environment, std::filesystem::current_path(),
                             &invocation.origins));
  Settings& settings = invocation.settings;
  settings.wide = wide;
  settings.output = flags.output;
  settings.force = flags.force;
  settings.quiet = flags.quiet;
  settings.verbose = flags.verbose;
  settings.definitions = flags.definitions;
  settings.theme = render::parse_theme(flags.theme);
  if (!flags.as_of.empty()) {
    OFFEX_ASSIGN(settings.as_of, market::parse_as_of(flags.as_of));
  }
  return {};
}

// Edits that turn one word into the other: one slip is 1, two letters swapped are 2.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string usage_message(const CLI::App& app, std::span<const std::string> arguments,
                          const CLI::ParseError& error) {
  const auto command = std::ranges::find_if(
      arguments, [](const std::string& word) { return !word.starts_with('-'); });
  if (!app.get_subcommands().empty() || command == arguments.end()) {
    return std::string{error.what()} + " (see `offex --help`)";
  }
  std::string out = "unknown command `" + *command + "`";
  for (const CLI::App* known : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (distance(*command, known->get_name()) <= 2) out += "; did you mean " + known->get_name();
  }
  return out + " (see `offex --help`)";
}

/// Replaces addresses among the arguments by what may be shown of them: a message may repeat one.
std::string without_secrets(std::string text, std::span<const std::string> arguments) {
  for (const std::string& word : arguments) {
    if (!word.contains("://") && !word.contains("password=")) continue;
    const std::string shown =
        word.starts_with("http") ? feeds::public_url(word) : store::public_postgres_url(word);
    for (std::size_t at = text.find(word); at != std::string::npos && shown != word;
         at = text.find(word, at + shown.size())) {
      text.replace(at, word.size(), shown);
    }
  }
  return text;
}

}  // namespace

ExitCode run(std::span<const std::string> arguments, Invocation& invocation, ConsoleSink& sink) {
  CLI::App app{kAbout, "offex"};
  app.footer(kFooter);
  app.require_subcommand(1);
  app.fallthrough();
  app.get_formatter()->column_width(26);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  GlobalFlags flags;
  add_global_flags(app, flags);
  Action chosen;
  add_commands({.app = app, .invocation = invocation, .chosen = chosen});
  app.set_version_flag("--version", std::string{"offex "} + std::string{version()});
  if (arguments.empty() || arguments.front() == "help") {
    (arguments.empty() ? invocation.err : invocation.out) << app.help();
    return arguments.empty() ? ExitCode::Usage : ExitCode::Done;
  }
  try {
    // CLI11 takes its arguments from the back.
    std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};
    app.parse(reversed);
  } catch (const CLI::Success& success) {
    app.exit(success, invocation.out, invocation.err);
    return ExitCode::Done;
  } catch (const CLI::ParseError& error) {
    invocation.err << "offex: error: "
                   << without_secrets(usage_message(app, arguments, error), arguments) << '\n';
    return ExitCode::Usage;
  }
  if (auto applied = apply_settings(app, flags, invocation); !applied) {
    invocation.report(applied.error());
    return ExitCode::Usage;
  }
  sink.configure(invocation.settings);
  if (auto done = chosen(); !done) {
    base::Error error = std::move(done).error();
    error.message = without_secrets(std::move(error.message), arguments);
    invocation.report(error);
  } else if (!invocation.out.flush()) {
    invocation.report({.code = base::ErrorCode::Io, .message = "cannot write the output"});
  }
  invocation.out.flush();
  return invocation.exit_code;
}

}  // namespace offex::cli
