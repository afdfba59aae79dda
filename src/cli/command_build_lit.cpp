#include <chrono>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/console.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/build_lit.hpp"

#include "cli/build_internal.hpp"

namespace offex::cli {
namespace {

// Tapes may be of days that no other file has.
Result<market::DayRange> tape_days(const BuildArgs& args, const store::Reader& reader) {
  OFFEX_ASSIGN(const auto files, reader.tape_files(market::calendar_range()));
  if (files.empty()) {
    return fail(base::ErrorCode::NotFound,
                "no tape in the store: import trades or minute bars first");
  }
  const market::DayRange known{files.front().day, files.back().day};
  if (!args.date.empty()) {
    OFFEX_ASSIGN(const market::Day day, parse_day_argument(args.date, known));
    return market::DayRange{day, day};
  }
  return parse_range_arguments(args.from, args.to, known);
}

Result<void> check_options(const BuildArgs& args) {
  if (!args.date.empty() && (!args.from.empty() || !args.to.empty())) {
    return fail(base::ErrorCode::InvalidArgument, "--date does not go with --from and --to");
  }
  if (args.version == "PhaseA_v1" && (args.rule != kDefaultRule || args.no_quotes)) {
    return fail(base::ErrorCode::InvalidArgument,
                "PhaseA_v1 has its own rule: leave out --rule and --no-quotes");
  }
  if (args.mode == "minute" && (args.rule != kDefaultRule || args.no_quotes)) {
    return fail(base::ErrorCode::InvalidArgument,
                "minute bars have one method and no quotes: leave out --rule and --no-quotes");
  }
  if (args.full) {
    return fail(base::ErrorCode::InvalidArgument, "lit is always built whole: leave out --full");
  }
  return {};
}

void report(const BuildArgs& args, const studies::LitBuildReport& built, Invocation& invocation) {
  studies::LitNotes notes;
  std::uint64_t rows = 0;
  for (const studies::LitDayBuild& day : built.days) {
    invocation.say(
        fmt::format("{}: {} symbols{}", day.day.iso(), day.rows, day.changed ? "" : ", as it was"));
    rows += day.rows;
    notes += day.notes;
  }
  for (const std::string& warning : studies::lit_warnings(notes)) invocation.warn(warning);
  const std::string from = args.mode == "minute"
                               ? "minute bars"
                               : fmt::format("{} trades and {} quotes", notes.trades, notes.quotes);
  invocation.say(fmt::format("built lit_direction_daily: {} rows over {} sessions from {}", rows,
                             built.days.size(), from));
}

}  // namespace

Result<void> run_build_lit(const BuildArgs& args, Invocation& invocation) {
  OFFEX_TRY(check_options(args));
  OFFEX_ASSIGN(store::Writer writer, store::Writer::open(invocation.store_options(), "build lit"));
  studies::LitBuildRequest request;
  request.raw = invocation.settings.home / "raw";
  OFFEX_ASSIGN(request.days, tape_days(args, writer.reader()));
  OFFEX_ASSIGN(request.symbols,
               resolve_or_take_tickers(args.symbols, invocation.in, writer.reader()));
  request.version = args.version == "v2" ? studies::LitVersion::V2 : studies::LitVersion::PhaseA;
  request.mode = args.mode == "minute" ? studies::LitMode::Minute : studies::LitMode::Tick;
  request.options.rule = *kernels::parse_sign_rule(args.rule);
  request.use_quotes = !args.no_quotes;
  const auto start = std::chrono::steady_clock::now();
  Result<studies::LitBuildReport> built = [&] {
    ProgressBar bar{invocation, "build lit", "sessions"};
    request.progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); };
    return studies::build_lit(writer, request);
  }();
  OFFEX_TRY(writer.close());
  if (!built) return std::unexpected{std::move(built).error()};
  report(args, *built, invocation);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  invocation.say(fmt::format("done in {:.1f} s", seconds.count()));
  return {};
}

}  // namespace offex::cli
