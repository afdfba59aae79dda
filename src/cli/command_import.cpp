#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "offex/cli/console.hpp"
#include "offex/ingest/import.hpp"
#include "offex/market/facility.hpp"

#include "cli/commands_internal.hpp"
#include "cli/import_report_internal.hpp"
#include "cli/stop_signal_internal.hpp"

namespace offex::cli {
namespace {

struct ImportArgs {
  std::vector<std::string> paths;
  std::string facility;
  std::string date;
  std::string week;
  std::string symbol;
  std::size_t max_rejects{0};
};

Result<ingest::ImportRequest> to_request(const ImportArgs& args, const Invocation& invocation) {
  ingest::ImportRequest out;
  for (const std::string& path : args.paths) out.paths.emplace_back(path);
  out.max_rejects = args.max_rejects;
  out.threads = invocation.settings.threads;
  if (!args.facility.empty()) {
    out.facility = market::parse_facility(args.facility);
    if (!out.facility) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is no facility: CNMS, FNSQ, FNYX, FNQC, FNRA, FORF, NQBX, NPSX",
                              args.facility));
    }
  }
  if (!args.date.empty()) {
    OFFEX_ASSIGN(out.day, market::Day::parse(args.date));
  }
  if (!args.week.empty()) {
    OFFEX_ASSIGN(out.week, market::Day::parse(args.week));
    if (out.week->weekday() != market::Weekday::Monday) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("--week {} is no Monday: a week is named by its Monday", args.week));
    }
  }
  if (!args.symbol.empty()) {
    OFFEX_ASSIGN(out.symbol, market::Symbol::parse(args.symbol));
  }
  return out;
}

std::string summary(const ingest::ImportReport& report, double seconds) {
  std::string out = fmt::format("imported {} of {} files, {} rows, in {:.1f} s", report.stored,
                                report.files, report.rows, seconds);
  const auto add = [&out](std::uint64_t count, std::string_view what) {
    if (count > 0) out += fmt::format("; {}: {}", what, count);
  };
  add(report.known, "known already");
  add(report.unchanged, "same rows as before");
  add(report.superseded, "corrected by a newer version");
  add(report.rejects, "rows set aside");
  add(report.count(ingest::FileStatus::Skipped), "skipped");
  add(report.count(ingest::FileStatus::Refused), "refused");
  return out;
}

Result<void> run_import(const ImportArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const ingest::ImportRequest request, to_request(args, invocation));
  const auto start = std::chrono::steady_clock::now();
  OFFEX_ASSIGN(store::Writer writer, store::Writer::open(invocation.store_options(), "import"));
  const StopSignal stop;
  Result<ingest::ImportReport> report = [&] {
    ProgressBar bar{invocation, "import", "files"};
    return ingest::import_files(
        writer, invocation.settings.home, request,
        [&bar](std::uint64_t done, std::uint64_t total) { bar.update(done, total); },
        [&stop] { return stop.requested(); });
  }();
  OFFEX_TRY(writer.close());
  if (!report) return std::unexpected{std::move(report).error()};
  report_import(*report, invocation);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  invocation.say(summary(*report, seconds.count()));
  if (report->files == 0) {
    return fail(base::ErrorCode::NotFound, "no file to import was found");
  }
  return {};
}

}  // namespace

void add_import(CommandContext context) {
  auto args = std::make_shared<ImportArgs>();
  CLI::App* command = context.add<ImportArgs>(
      "import", "Read published files, folders and archives into the store", args, &run_import);
  command->add_option("paths", args->paths, "Files and folders; the layout is detected")
      ->required()
      ->type_name("PATH");
  command->add_option("--facility", args->facility,
                      "For files whose name does not tell: CNMS, FNSQ, FNYX, FNQC, FNRA, FORF");
  command->add_option("--date", args->date, "Trade date of a file that does not tell it");
  command->add_option("--week", args->week,
                      "Monday of the week that a weekly download describes, where its name does "
                      "not tell it");
  command->add_option("--symbol", args->symbol,
                      "Ticker of a REST page of trades or quotes whose name does not tell it");
  command
      ->add_option("--max-rejects", args->max_rejects,
                   "Set up to N bad rows of a file aside instead of refusing it")
      ->type_name("N");
}

}  // namespace offex::cli
