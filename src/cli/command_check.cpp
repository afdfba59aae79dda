#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/console.hpp"
#include "offex/cli/output.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/check.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

struct CheckArgs {
  bool digest{false};
};

Result<void> print_digests(const store::Reader& reader, Invocation& invocation) {
  OFFEX_ASSIGN(const auto digests, reader.digests());
  columns::Batch batch;
  batch.add({"table", columns::Type::Text});
  batch.add({"rows", columns::Type::Int64});
  batch.add({"sha256", columns::Type::Text});
  for (const auto& digest : digests) {
    batch.column(0).push(digest.table);
    batch.column(1).push(static_cast<std::int64_t>(digest.rows));
    batch.column(2).push(digest.digest);
  }
  OutputSpec spec;
  spec.view.title = "Content of every table, without ids and capture times";
  spec.view.columns = {{.column = "sha256", .drop_priority = 0}};
  return write_output(invocation, spec, batch);
}

// Notes stand in the list as well; those beyond its end are not counted.
std::uint64_t findings_of(const studies::CheckOutcome& outcome) {
  const auto notes =
      std::ranges::count(outcome.findings, studies::Severity::Info, &studies::Finding::severity);
  return outcome.errors + outcome.warnings + static_cast<std::uint64_t>(notes);
}

Result<void> run_check(const CheckArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  if (args.digest) return print_digests(reader, invocation);
  Result<std::vector<studies::CheckOutcome>> outcomes = [&] {
    ProgressBar bar{invocation, "check", "files"};
    return studies::run_checks(
        reader, invocation.settings.home,
        [&bar](std::uint64_t done, std::uint64_t total) { bar.update(done, total); });
  }();
  if (!outcomes) return std::unexpected{std::move(outcomes).error()};
  for (const studies::CheckOutcome& outcome : *outcomes) {
    invocation.say(
        fmt::format("{:<20} {:>12} {:<12} {}", outcome.check, outcome.looked_at, outcome.unit,
                    outcome.findings.empty()
                        ? "ok: " + outcome.about
                        : fmt::format("findings {}: {}", findings_of(outcome), outcome.about)));
  }
  const columns::Batch table = studies::findings_table(*outcomes);
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  for (const studies::CheckOutcome& outcome : *outcomes) {
    errors += outcome.errors;
    warnings += outcome.warnings;
  }
  OutputSpec spec;
  spec.view.title = "Findings";
  spec.view.columns = {{.column = "severity", .drop_priority = 0},
                       {.column = "check", .drop_priority = 0},
                       {.column = "message", .drop_priority = 0},
                       {.column = "subject", .drop_priority = 0}};
  if (table.num_rows() > 0 || invocation.settings.format_given ||
      !invocation.settings.output.empty()) {
    OFFEX_TRY(write_output(invocation, spec, table));
  }
  invocation.say(fmt::format("errors: {}, warnings: {}", errors, warnings));
  if (errors > 0 || (warnings > 0 && invocation.settings.strict)) {
    invocation.exit_code = ExitCode::Integrity;
  }
  return {};
}

}  // namespace

void add_check(CommandContext context) {
  auto args = std::make_shared<CheckArgs>();
  CLI::App* command = context.add<CheckArgs>(
      "check", "The database check; exits with 6 when it finds an error", args, &run_check);
  command->add_flag("--digest", args->digest,
                    "Print a SHA-256 of each table's content, equal for equal content");
}

}  // namespace offex::cli
