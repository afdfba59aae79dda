#include <algorithm>
#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/console.hpp"
#include "offex/cli/output.hpp"
#include "offex/ingest/import.hpp"
#include "offex/store/reader.hpp"

#include "cli/commands_internal.hpp"
#include "cli/import_report_internal.hpp"
#include "cli/stop_signal_internal.hpp"
#include "cli/sync_internal.hpp"

namespace offex::cli {
namespace {

constexpr double kMegabyte = 1e6;

std::string new_york_text(market::Instant instant) {
  const market::NewYorkTime local = market::to_new_york(instant);
  constexpr std::int64_t kMinute = 60'000'000'000;
  const std::int64_t minutes = local.nanos_of_day / kMinute;
  return fmt::format("{} {:02}:{:02} in New York", local.day.iso(), minutes / 60, minutes % 60);
}

/// One line a data set, source and scope: how much of it the plan asks for.
columns::Batch plan_table(const ingest::SyncPlan& plan) {
  struct Line {
    std::string source, dataset;
    std::int64_t partitions{0}, revisits{0}, calls{0}, bytes{0};
    std::optional<market::Day> first, last;
  };
  std::vector<Line> lines;
  for (const ingest::PlannedPartition& part : plan.partitions) {
    const std::string_view dataset = market::to_string(part.partition.dataset);
    auto line = std::ranges::find_if(lines, [&](const Line& known) {
      return known.source == part.partition.source && known.dataset == dataset;
    });
    if (line == lines.end()) {
      Line fresh;
      fresh.source = part.partition.source;
      fresh.dataset = dataset;
      line = lines.insert(lines.end(), std::move(fresh));
    }
    line->partitions += 1;
    line->revisits += part.conditional ? 1 : 0;
    line->calls += static_cast<std::int64_t>(part.calls);
    line->bytes += static_cast<std::int64_t>(part.bytes);
    if (!part.partition.day) continue;
    line->first = std::min(line->first.value_or(*part.partition.day), *part.partition.day);
    line->last = std::max(line->last.value_or(*part.partition.day), *part.partition.day);
  }
  columns::Batch out;
  out.add({"source", columns::Type::Text});
  out.add({"dataset", columns::Type::Text});
  out.add({"first_day", columns::Type::Day});
  out.add({"last_day", columns::Type::Day});
  for (const char* name : {"files", "revisits", "calls", "bytes"}) {
    out.add({name, columns::Type::Int64});
  }
  for (Line& line : lines) {
    out.column(0).push(std::move(line.source));
    out.column(1).push(std::move(line.dataset));
    for (const std::size_t index : {std::size_t{2}, std::size_t{3}}) {
      const auto& day = index == 2 ? line.first : line.last;
      day ? out.column(index).push(day->days()) : out.column(index).push_missing();
    }
    out.column(4).push(line.partitions);
    out.column(5).push(line.revisits);
    out.column(6).push(line.calls);
    out.column(7).push(line.bytes);
  }
  return out;
}

Result<void> run_dry(const SyncOrder& order, Invocation& invocation) {
  const ingest::SyncContext context{.feeds = order.feeds,
                                    .home = invocation.settings.home,
                                    .clock = *invocation.clock,
                                    .log = invocation.log};
  const auto reader = store::Reader::open(invocation.store_options());
  if (!reader && reader.error().code != base::ErrorCode::NotFound) {
    return std::unexpected{reader.error()};
  }
  OFFEX_ASSIGN(const ingest::SyncPlan plan,
               ingest::plan_sync(reader ? &*reader : nullptr, context, order.request));
  for (const std::string& note : plan.notes) invocation.say("note: " + note);
  OutputSpec spec;
  spec.view.title = "What `offex sync` would ask for";
  spec.view.columns = {{.column = "first_day", .heading = "first day"},
                       {.column = "last_day", .heading = "last day"},
                       {.column = "calls", .thousands = true},
                       {.column = "bytes", .thousands = true}};
  OFFEX_TRY(write_output(invocation, spec, plan_table(plan)));
  invocation.say(fmt::format("{} files, about {} calls, {:.1f} MB, {:.1f} minutes",
                             plan.partitions.size(), plan.calls,
                             static_cast<double>(plan.bytes) / kMegabyte, plan.minutes));
  return {};
}

std::string summary(const ingest::SyncReport& report, double seconds) {
  std::string out =
      fmt::format("synced {} files in {:.1f} s: {} new, {} rows, {:.1f} MB, {} requests",
                  report.partitions, seconds, report.fetched, report.rows,
                  static_cast<double>(report.bytes) / kMegabyte, report.requests);
  const auto add = [&out](std::uint64_t count, std::string_view what) {
    if (count > 0) out += fmt::format("; {}: {}", what, count);
  };
  add(report.revised, "corrected");
  add(report.unchanged, "unchanged");
  add(report.absent, "absent");
  add(report.resumed, "taken up from an interrupted run");
  add(report.due.size(), "not published yet");
  add(report.failed.size(), "failed");
  return out;
}

std::string name_of(const store::Partition& partition) {
  return fmt::format("{} {}{}{}", market::to_string(partition.dataset),
                     partition.day ? partition.day->iso() : "", partition.scope.empty() ? "" : " ",
                     partition.scope);
}

// Everything failed for one reason: that reason is the answer. Otherwise it is a part.
ExitCode failure_code(const ingest::SyncReport& report) {
  const bool some = report.fetched + report.revised + report.unchanged + report.absent > 0;
  const bool same = std::ranges::all_of(
      report.failures, [&](base::ErrorCode code) { return code == report.failures.front(); });
  // Refused keys do not mend by trying again, however much came without them.
  if (same && report.failures.front() == base::ErrorCode::Credentials) return ExitCode::Credentials;
  return some || !same ? ExitCode::Partial : exit_code_for(report.failures.front());
}

// Each by its name and reason, in order; a server that is down would fill the screen.
void tell_failures(const ingest::SyncReport& report, Invocation& invocation) {
  constexpr std::size_t kMost = 25;
  std::vector<store::LedgerEntry> failed = report.failed;
  std::ranges::sort(failed, {}, &store::LedgerEntry::partition);
  for (std::size_t i = 0; i < std::min(kMost, failed.size()); ++i) {
    invocation.log->write(
        base::LogLevel::Error,
        fmt::format("failed: {}: {}", name_of(failed[i].partition), failed[i].reason));
  }
  if (failed.size() > kMost) {
    invocation.log->write(
        base::LogLevel::Error,
        fmt::format("failed: {} more; `offex status --failed` lists them", failed.size() - kMost));
  }
}

void tell(const ingest::SyncReport& report, Invocation& invocation) {
  for (const std::string& note : report.notes) invocation.say("note: " + note);
  for (const std::string& warning : report.warnings) invocation.warn(warning);
  tell_failures(report, invocation);
  if (!report.failed.empty()) {
    invocation.exit_code = failure_code(report);
    return;
  }
  if (report.due.empty()) return;
  std::optional<market::Instant> retry;
  for (const store::LedgerEntry& entry : report.due) {
    if (entry.retry_at) retry = std::min(retry.value_or(*entry.retry_at), *entry.retry_at);
  }
  const std::string when = retry ? "; try again after " + new_york_text(*retry) : "";
  const std::string more =
      report.due.size() > 1 ? fmt::format(" and {} more", report.due.size() - 1) : "";
  invocation.say(
      fmt::format("not published yet: {}{}{}", name_of(report.due.front().partition), more, when));
  if (report.released + report.revised == 0) invocation.exit_code = ExitCode::NotPublished;
}

Result<void> import_local(const SyncOrder& order, store::Writer& writer, const StopSignal& stop,
                          Invocation& invocation) {
  if (order.local.empty()) return {};
  ingest::ImportRequest request;
  request.paths = order.local;
  request.threads = invocation.settings.threads;
  OFFEX_ASSIGN(const ingest::ImportReport report,
               ingest::import_files(writer, invocation.settings.home, request, {},
                                    [&stop] { return stop.requested(); }));
  report_import(report, invocation);
  invocation.say(fmt::format("imported {} of {} local files that variables name, {} rows",
                             report.stored, report.files, report.rows));
  return {};
}

Result<ingest::SyncReport> fetch(const SyncOrder& order, store::Writer& writer,
                                 const StopSignal& stop, Invocation& invocation) {
  if (!order.network) return ingest::SyncReport{};
  const ingest::SyncContext context{.feeds = order.feeds,
                                    .home = invocation.settings.home,
                                    .clock = *invocation.clock,
                                    .log = invocation.log};
  ProgressBar bar{invocation, "sync", "files"};
  return ingest::sync(
      writer, context, order.request,
      [&bar](std::uint64_t done, std::uint64_t total) { bar.update(done, total); },
      [&stop] { return stop.requested(); });
}

}  // namespace

Result<void> run_sync(const SyncArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const SyncOrder order, read_sync_order(args, invocation));
  if (args.dry_run) return run_dry(order, invocation);
  const auto start = std::chrono::steady_clock::now();
  OFFEX_ASSIGN(store::Writer writer, store::Writer::open(invocation.store_options(), "sync"));
  const StopSignal stop;
  Result<void> local = import_local(order, writer, stop, invocation);
  Result<ingest::SyncReport> report =
      local ? fetch(order, writer, stop, invocation)
            : Result<ingest::SyncReport>{std::unexpected{local.error()}};
  // What was committed is published, whatever ended the run.
  OFFEX_TRY(writer.close());
  if (!report) return std::unexpected{std::move(report).error()};
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (order.network) {
    invocation.say(summary(*report, seconds.count()));
    tell(*report, invocation);
  }
  return {};
}

void add_sync_flags(CLI::App& command, SyncArgs& args) {
  command
      .add_option("sources", args.sources,
                  "short, weekly, bars, trades, ref; without any all but trades")
      ->type_name("SOURCE");
  command.add_option("--from", args.from,
                     "First trade date: 2026-01-02 or -90d, sessions back (the newest 30)");
  command.add_option("--to", args.to, "Last trade date (the newest published one)");
  command
      .add_option("--symbols", args.symbols,
                  "Tickers of trades, or of bars one by one: NVDA, @file, group:NAME (TICKERS)")
      ->delimiter(',');
  command
      .add_option("--facility", args.facilities, "Short-sale files of these only: CNMS, FNSQ...")
      ->delimiter(',');
  command.add_option("--mode", args.mode, "Of trades: tick, minute or daily (POLYGON_TRADES_MODE)");
  command.add_option("--revisit", args.revisit, "Newest sessions to look at again")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command.add_option("--revisit-weeks", args.revisit_weeks, "Newest weeks to look at again")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  command.add_option("--jobs", args.jobs, "Requests under way at the same time (4)")
      ->check(CLI::Range(1U, 64U));
  command.add_option("--rate", args.rate, "Polygon requests a minute (POLYGON_RATE)")
      ->check(CLI::PositiveNumber);
  command.add_option("--attempts", args.attempts, "Of each request (FINRA_HTTP_RETRIES)")
      ->check(CLI::Range(1U, 100U));
  command.add_option("--timeout", args.timeout, "Seconds without a byte (FINRA_HTTP_TIMEOUT)")
      ->check(CLI::Range(0.01, 86'400.0));
  command.add_flag("--dry-run", args.dry_run, "Print files, calls, bytes and minutes, ask nobody");
  command.add_flag("--flat", args.flat, "Bars and trades from flat files instead of REST");
  command.add_flag("--api", args.api, "Short-sale volume from the Query API instead of files");
  command.add_flag("--ats-files", args.ats, "Also ATS_W_Summary files of the CDN");
  command.add_flag("--bulk", args.bulk, "Weekly rows by asynchronous requests: for long histories");
  command.add_flag("--no-quotes", args.no_quotes, "Trades without quotes");
  command.add_flag("--retry-absent", args.retry_absent,
                   "Ask again for what upstreams once did not have");
}

void add_sync(CommandContext context) {
  auto args = std::make_shared<SyncArgs>();
  CLI::App* command = context.add<SyncArgs>(
      "sync", "Fetch what is missing or due from FINRA and Polygon; run it again to go on", args,
      &run_sync);
  add_sync_flags(*command, *args);
}

}  // namespace offex::cli
