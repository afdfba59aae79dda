#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/studies/scan_stream.hpp"
#include "offex/views/output_name.hpp"

#include "cli/commands_internal.hpp"
#include "cli/place_internal.hpp"
#include "cli/report_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

struct ReportArgs {
  std::vector<std::string> tickers;
  std::string date{"last"};
  std::string group;
  int days{60};
  std::size_t figures{4};
};

Result<ReportRequest> request_of(const ReportArgs& args, Invocation& invocation,
                                 const store::Reader& reader) {
  ReportRequest out{.title = "offex evening report",
                    .about = "What trades away from the exchanges, by the newest data."};
  OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  OFFEX_ASSIGN(out.day, parse_day_argument(args.date, known));
  std::vector<std::string> typed = args.tickers;
  if (!args.group.empty()) typed.push_back("group:" + args.group);
  if (!typed.empty()) {
    OFFEX_ASSIGN(out.symbols, resolve_tickers(typed, invocation.in, reader));
    out.group = args.group.empty() ? "The tickers" : args.group;
  }
  out.sessions = args.days;
  out.figures = args.figures;
  return out;
}

Result<fs::path> target_of(const ReportArgs& args, const ReportRequest& request,
                           const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  fs::path out = settings.output;
  if (out.empty()) {
    views::OutputName name{
        .date = *request.day, .kind = "report", .as_of = invocation.asked_at(), .version = "v2"};
    if (!args.tickers.empty()) {
      name.symbols = request.symbols;
    } else {
      name.subject = args.group.empty() ? "market" : args.group;
    }
    out = views::output_path(settings.home, name, "html");
  } else if (format_of_extension(out) != Format::Html) {
    return fail(base::ErrorCode::InvalidArgument, "a report is a .html file", in_file(out));
  }
  std::error_code code;
  if (!settings.force && fs::exists(out, code)) {
    return fail(base::ErrorCode::InvalidArgument, "the file exists; --force replaces it",
                in_file(out));
  }
  if (out.has_parent_path()) fs::create_directories(out.parent_path(), code);
  return out;
}

Result<void> run_report(const ReportArgs& args, Invocation& invocation) {
  fs::path target;
  ReportRequest request;
  Invocation asked = invocation;
  {
    OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
    OFFEX_ASSIGN(request, request_of(args, invocation, reader));
    OFFEX_ASSIGN(const auto known, reader.daily_range(invocation.settings.as_of));
    // An evening that is over is reported as it was known then, unless --asof says otherwise.
    if (known && !invocation.settings.as_of && *request.day < known->last) {
      asked.settings.as_of = market::end_of_day_new_york(*request.day);
    }
    OFFEX_ASSIGN(target, target_of(args, request, asked));
  }
  OFFEX_TRY(write_report(target, request, asked));
  invocation.out << target.string() << '\n';
  return {};
}

}  // namespace

void add_report(CommandContext context) {
  auto args = std::make_shared<ReportArgs>();
  CLI::App* command = context.add<ReportArgs>(
      "report", "One page about an evening: figures, tables, and what is missing", args,
      &run_report);
  command
      ->add_option("tickers", args->tickers,
                   "Tickers to look at; the first names of the scan when there are none")
      ->type_name("TICKER");
  command
      ->add_option("--date", args->date,
                   "Evening: 2026-02-23, last, -5d; an earlier one as it was known then")
      ->capture_default_str();
  command->add_option("--group", args->group, "An index, sector or industry to look at")
      ->type_name("NAME");
  command->add_option("--days", args->days, "Sessions of the figures")
      ->check(CLI::Range(2, 10'000))
      ->capture_default_str();
  command->add_option("--figures", args->figures, "Tickers that get a figure of their own")
      ->check(CLI::Range(0, 200))
      ->capture_default_str();
}

}  // namespace offex::cli
