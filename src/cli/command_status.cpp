#include <algorithm>
#include <memory>
#include <sstream>

#include "offex/cli/output.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/coverage.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

struct StatusArgs {
  bool gaps{false};
  std::vector<std::string> fail_on;
};

columns::Batch gap_table(const std::vector<studies::Gap>& gaps) {
  columns::Batch out;
  out.add({"dataset", columns::Type::Text});
  out.add({"facility", columns::Type::Text});
  out.add({"missing_session", columns::Type::Day});
  for (const studies::Gap& gap : gaps) {
    out.column(0).push(gap.dataset);
    out.column(1).push(gap.facility);
    out.column(2).push(gap.day.days());
  }
  return out;
}

bool is_stale(const columns::Batch& coverage) {
  const columns::Column* behind = coverage.find("sessions_behind");
  for (std::size_t row = 0; row < coverage.num_rows(); ++row) {
    if (behind->valid(row) && behind->values<std::int64_t>()[row] > 0) return true;
  }
  return false;
}

Result<void> run_status(const StatusArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(
      const columns::Batch coverage,
      studies::coverage(reader, market::Instant::from_nanos(invocation.clock->now_nanos())));
  OFFEX_ASSIGN(const std::vector<studies::Gap> gaps, studies::gaps(reader));
  OutputSpec spec;
  if (args.gaps) {
    spec.view.title = "Sessions without a file";
    OFFEX_TRY(write_output(invocation, spec, gap_table(gaps)));
  } else {
    spec.view.title = "Coverage of " + invocation.settings.home.string();
    spec.view.columns = {
        {.column = "dataset", .drop_priority = 0},
        {.column = "facility", .drop_priority = 0},
        {.column = "first_day", .heading = "first day"},
        {.column = "last_day", .heading = "last day"},
        {.column = "rows", .thousands = true},
        {.column = "revisions", .heading = "corrected", .drop_priority = 2},
        {.column = "newest_known_from", .heading = "known from", .drop_priority = 3},
        {.column = "missing_sessions", .heading = "missing"},
        {.column = "sessions_behind", .heading = "behind"}};
    OFFEX_TRY(write_output(invocation, spec, coverage));
  }
  const auto asked = [&args](std::string_view what) {
    return std::ranges::find(args.fail_on, what) != args.fail_on.end();
  };
  if ((asked("gaps") && !gaps.empty()) || (asked("stale") && is_stale(coverage))) {
    invocation.exit_code = ExitCode::Finding;
  }
  return {};
}

}  // namespace

void add_status(CommandContext context) {
  auto args = std::make_shared<StatusArgs>();
  CLI::App* command = context.add<StatusArgs>(
      "status", "What the store holds: days, rows, missing sessions, newest data", args,
      &run_status);
  command->add_flag("--gaps", args->gaps, "List the sessions without a file");
  command->add_option("--fail-on", args->fail_on, "Exit with 10 on: gaps, stale")
      ->delimiter(',')
      ->check(CLI::IsMember({"gaps", "stale"}));
}

}  // namespace offex::cli
