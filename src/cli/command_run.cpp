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

// Number of the newest revision: what tells whether a sync brought anything.
Result<std::int64_t> newest_revision(const Invocation& invocation) {
  const auto reader = store::Reader::open(invocation.store_options());
  if (!reader && reader.error().code == base::ErrorCode::NotFound) return 0;
  if (!reader) return std::unexpected{reader.error()};
  return reader->last_revision();
}

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

Result<void> render(Invocation& invocation) {
  const fs::path& home = invocation.settings.home;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const fs::path path, report_path(reader, home));
  std::error_code code;
  if (fs::exists(path, code) && !invocation.settings.force) {
    invocation.say("the report is up to date: " + path.string());
    return {};
  }
  fs::create_directories(path.parent_path(), code);
  OFFEX_TRY(write_report(home, path,
                         {.title = "offex evening report",
                          .about = "What trades away from the exchanges, by the newest data."},
                         invocation));
  invocation.say("report: " + path.string());
  return {};
}

Result<void> run_run(const RunArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const std::int64_t before, newest_revision(invocation));
  OFFEX_TRY(run_sync(args.sync, invocation));
  if (args.sync.dry_run) return {};
  // What a sync could not get does not keep the rest from being built.
  const ExitCode synced = invocation.exit_code;
  OFFEX_ASSIGN(const std::int64_t after, newest_revision(invocation));
  if (after == 0) return {};
  const fs::path& home = invocation.settings.home;
  if (after != before) {
    OFFEX_ASSIGN(const bool taped, has_tape(invocation));
    if (taped) {
      if (const ExitCode lit = run_nested(invocation, home, {"build", "lit"});
          lit != ExitCode::Done && lit != ExitCode::NothingMatched) {
        invocation.exit_code = lit;
        return {};
      }
    }
  }
  // Both do nothing where nothing changed, and go on where a killed run stopped.
  if (const ExitCode built = run_nested(invocation, home, {"build"}); built != ExitCode::Done) {
    invocation.exit_code = built;
    return {};
  }
  if (after != before) {
    const ExitCode checked = run_nested(invocation, home, {"check"});
    if (checked != ExitCode::Done) invocation.exit_code = checked;
  }
  OFFEX_TRY(render(invocation));
  if (invocation.exit_code == ExitCode::Done) invocation.exit_code = synced;
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
