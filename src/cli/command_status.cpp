#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "offex/cli/output.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/coverage.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

struct StatusArgs {
  bool releases{false};
  bool gaps{false};
  bool failed{false};
  bool ledger{false};
  std::vector<std::string> fail_on;
};

constexpr std::int64_t kFailedShown = 10;  // below the coverage; --failed lists all
constexpr std::string_view kFailed = "FROM sync_status WHERE state = 'failed'";

/// "absent: not on the server", as far as it is known.
std::string reason_of(store::PartitionState state, const std::string& reason) {
  std::string out{store::to_string(state)};
  if (!reason.empty()) out += ": " + reason;
  return out;
}

columns::Batch gap_table(const std::vector<studies::Gap>& gaps) {
  columns::Batch out;
  out.add({"dataset", columns::Type::Text});
  out.add({"facility", columns::Type::Text});
  out.add({"missing_session", columns::Type::Day});
  out.add({"reason", columns::Type::Text});
  for (const studies::Gap& gap : gaps) {
    out.column(0).push(gap.dataset);
    out.column(1).push(gap.facility);
    out.column(2).push(gap.day.days());
    if (gap.state) {
      out.column(3).push(reason_of(*gap.state, gap.reason));
    } else {
      out.column(3).push_missing();
    }
  }
  return out;
}

OutputSpec coverage_spec(const Invocation& invocation) {
  OutputSpec spec;
  spec.view.title = "Coverage of " + invocation.settings.home.string();
  spec.view.columns = {{.column = "dataset", .drop_priority = 0},
                       {.column = "facility", .drop_priority = 0},
                       {.column = "first_day", .heading = "first day"},
                       {.column = "last_day", .heading = "last day"},
                       {.column = "rows", .thousands = true},
                       {.column = "revisions", .heading = "corrected", .drop_priority = 2},
                       {.column = "newest_known_from", .heading = "known from", .drop_priority = 3},
                       {.column = "missing_sessions", .heading = "missing"},
                       {.column = "sessions_behind", .heading = "behind"}};
  return spec;
}

OutputSpec release_spec() {
  OutputSpec spec;
  spec.view.title = "Weeks and releases";
  spec.view.columns = {
      {.column = "source", .drop_priority = 3},
      {.column = "dataset", .drop_priority = 0},
      {.column = "scope", .drop_priority = 0},
      {.column = "newest", .drop_priority = 0},
      {.column = "published", .drop_priority = 1},
      {.column = "newest_due", .heading = "newest due", .drop_priority = 2},
      {.column = "behind", .drop_priority = 0},
      {.column = "next", .drop_priority = 0},
      {.column = "next_release_new_york", .heading = "due in New York", .drop_priority = 0},
      {.column = "next_release", .heading = "due, UTC", .drop_priority = 5}};
  for (const char* state : {"fetched", "revised", "absent", "due", "failed"}) {
    spec.view.columns.push_back({.column = state, .thousands = true, .drop_priority = 4});
  }
  return spec;
}

OutputSpec ledger_spec(std::string title) {
  OutputSpec spec;
  spec.view.title = std::move(title);
  spec.view.columns = {{.column = "source"},
                       {.column = "dataset", .drop_priority = 0},
                       {.column = "key_date", .heading = "day", .drop_priority = 0},
                       {.column = "scope", .drop_priority = 0},
                       {.column = "state", .drop_priority = 0},
                       {.column = "reason", .drop_priority = 0},
                       {.column = "checked_at", .heading = "checked at", .drop_priority = 2},
                       {.column = "retry_at", .heading = "retry at", .drop_priority = 2},
                       {.column = "attempts", .drop_priority = 3},
                       {.column = "url", .drop_priority = 4}};
  return spec;
}

Result<void> write_query(Invocation& invocation, const OutputSpec& spec,
                         const store::Reader& reader, const std::string& sql) {
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql));
  OFFEX_ASSIGN([[maybe_unused]] const std::uint64_t written, write_output(invocation, spec, rows));
  return {};
}

Result<std::int64_t> failed_partitions(const store::Reader& reader) {
  OFFEX_ASSIGN(store::QueryRows rows, reader.query("SELECT count(*) " + std::string{kFailed}));
  OFFEX_ASSIGN(const columns::Batch count, rows.all());
  return count.column(0).values<std::int64_t>().front();
}

/// What a status is made of.
struct Status {
  columns::Batch coverage;
  columns::Batch releases;
  std::vector<studies::Gap> gaps;
  std::int64_t failed{0};
};

Result<Status> status_of(const store::Reader& reader, market::Instant now) {
  Status out;
  OFFEX_ASSIGN(out.coverage, studies::coverage(reader, now));
  OFFEX_ASSIGN(out.releases, studies::release_status(reader, now));
  OFFEX_ASSIGN(out.gaps, studies::gaps(reader));
  OFFEX_ASSIGN(out.failed, failed_partitions(reader));
  return out;
}

/// People on a terminal see all that matters at once; machine formats and files hold one table.
Result<void> write_all(Invocation& invocation, const store::Reader& reader, const Status& status) {
  OFFEX_TRY(write_output(invocation, coverage_spec(invocation), status.coverage));
  OFFEX_ASSIGN(const Format format, chosen_format(invocation));
  if (format != Format::Table || !invocation.settings.output.empty()) return {};
  if (status.releases.num_rows() > 0) {
    invocation.out << '\n';
    OFFEX_TRY(write_output(invocation, release_spec(), status.releases));
  }
  if (status.failed == 0) return {};
  invocation.out << '\n';
  OutputSpec spec = ledger_spec("Failed");
  if (status.failed > kFailedShown) {
    spec.view.footer.notes.push_back(
        fmt::format("{} of {}; offex status --failed lists all", kFailedShown, status.failed));
  }
  return write_query(invocation, spec, reader,
                     fmt::format("{} ORDER BY checked_at DESC, source, dataset, key_date, scope "
                                 "LIMIT {}",
                                 kFailed, kFailedShown));
}

Result<void> write_status(const StatusArgs& args, Invocation& invocation,
                          const store::Reader& reader, const Status& status) {
  if (args.releases) return write_output(invocation, release_spec(), status.releases);
  if (args.gaps) {
    OutputSpec spec;
    spec.view.title = "Sessions without a file";
    return write_output(invocation, spec, gap_table(status.gaps));
  }
  if (args.failed) {
    return write_query(invocation, ledger_spec("Failed"), reader, std::string{kFailed});
  }
  if (args.ledger) {
    return write_query(invocation, ledger_spec("Ledger"), reader, "FROM sync_status");
  }
  return write_all(invocation, reader, status);
}

Result<void> run_status(const StatusArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const Status status,
               status_of(reader, market::Instant::from_nanos(invocation.clock->now_nanos())));
  OFFEX_TRY(write_status(args, invocation, reader, status));
  const auto asked = [&args](std::string_view what) {
    return std::ranges::find(args.fail_on, what) != args.fail_on.end();
  };
  if ((asked("gaps") && !status.gaps.empty()) ||
      (asked("stale") && studies::is_stale(status.releases)) ||
      (asked("failed") && status.failed > 0)) {
    invocation.exit_code = ExitCode::Finding;
  }
  return {};
}

}  // namespace

void add_status(CommandContext context) {
  auto args = std::make_shared<StatusArgs>();
  CLI::App* command = context.add<StatusArgs>(
      "status", "What the store holds: days, rows, missing sessions, newest weeks, next releases",
      args, &run_status);
  const std::vector<CLI::Option*> tables{
      command->add_flag("--releases", args->releases,
                        "Newest day or week of each facility and tier, and what comes next"),
      command->add_flag("--gaps", args->gaps, "List the sessions without a file"),
      command->add_flag("--failed", args->failed, "List what was asked for in vain, and why"),
      command->add_flag("--ledger", args->ledger, "List all that was asked of the upstreams")};
  for (CLI::Option* one : tables) {
    for (CLI::Option* other : tables) {
      if (one != other) one->excludes(other);
    }
  }
  command->add_option("--fail-on", args->fail_on, "Exit with 10 on: gaps, stale, failed")
      ->delimiter(',')
      ->check(CLI::IsMember({"gaps", "stale", "failed"}));
}

}  // namespace offex::cli
