#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/store/reader.hpp"

#include "cli/commands_internal.hpp"
#include "cli/nested_internal.hpp"
#include "cli/report_internal.hpp"
#include "cli/sync_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

struct RunArgs {
  SyncArgs sync;
};

Result<bool> has_tape(const Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const auto files, reader.tape_files(market::calendar_range()));
  return !files.empty();
}

// One report for each state of the store: a name is never used for two.
Result<fs::path> report_path(const store::Reader& reader, const fs::path& home) {
  OFFEX_ASSIGN(const auto days, reader.daily_range());
  if (!days) return fail(base::ErrorCode::NotFound, "there is no daily data to report on");
  OFFEX_ASSIGN(const std::int64_t revision, reader.last_revision());
  return home / "out" / days->last.iso() / "report" /
         fmt::format("market_{}_v2_r{}.html", days->last.iso(), revision);
}

// The report of what the store holds now; empty where there are no daily data. It is written last,
// so its absence tells that something is left to do, also after a run that was killed.
Result<fs::path> pending_report(const Invocation& invocation) {
  const auto reader = store::Reader::open(invocation.store_options());
  if (!reader && reader.error().code == base::ErrorCode::NotFound) return fs::path{};
  if (!reader) return std::unexpected{reader.error()};
  OFFEX_ASSIGN(const auto days, reader->daily_range());
  if (!days) return fs::path{};
  return report_path(*reader, invocation.settings.home);
}

ExitCode derive(const Invocation& invocation, bool taped) {
  const fs::path& home = invocation.settings.home;
  if (taped) {
    const ExitCode lit = run_nested(invocation, home, {"build", "lit"});
    if (lit != ExitCode::Done && lit != ExitCode::NothingMatched) return lit;
  }
  if (const ExitCode built = run_nested(invocation, home, {"build"}); built != ExitCode::Done) {
    return built;
  }
  return run_nested(invocation, home, {"check"});
}

Result<void> run_run(const RunArgs& args, Invocation& invocation) {
  OFFEX_TRY(run_sync(args.sync, invocation));
  if (args.sync.dry_run) return {};
  OFFEX_ASSIGN(const fs::path before, pending_report(invocation));
  std::error_code code;
  if (before.empty()) {
    invocation.say("there is no daily data yet: nothing to build or to report on");
    return {};
  }
  if (fs::exists(before, code) && !invocation.settings.force) {
    invocation.say("the report is up to date: " + before.string());
    return {};
  }
  // What a sync could not get does not keep the rest from being built.
  const ExitCode synced = invocation.exit_code;
  OFFEX_ASSIGN(const bool taped, has_tape(invocation));
  const ExitCode derived = derive(invocation, taped);
  // A finding of the check is worth a report; a build that failed has none to give.
  if (derived != ExitCode::Done && derived != ExitCode::Integrity) {
    invocation.exit_code = derived;
    return {};
  }
  OFFEX_ASSIGN(const fs::path path, pending_report(invocation));
  fs::create_directories(path.parent_path(), code);
  OFFEX_TRY(write_report(path,
                         {.title = "offex evening report",
                          .about = "What trades away from the exchanges, by the newest data."},
                         invocation));
  invocation.say("report: " + path.string());
  invocation.exit_code = derived == ExitCode::Done ? synced : derived;
  return {};
}

}  // namespace

void add_run(CommandContext context) {
  auto args = std::make_shared<RunArgs>();
  CLI::App* command = context.add<RunArgs>(
      "run", "The evening job: sync, build, check, report; safe to run every hour", args, &run_run);
  add_sync_flags(*command, args->sync);
}

}  // namespace offex::cli
