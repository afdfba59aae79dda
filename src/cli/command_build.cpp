#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/console.hpp"
#include "offex/studies/build.hpp"

#include "cli/build_internal.hpp"
#include "cli/commands_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

Result<void> check_options(const BuildArgs& args) {
  if (!args.date.empty() || !args.symbols.empty() || args.mode != "tick" ||
      args.rule != kDefaultRule || args.no_quotes) {
    return fail(base::ErrorCode::InvalidArgument,
                "--date, --symbols, --mode, --rule and --no-quotes belong to `offex build lit`");
  }
  return {};
}

Result<void> run_build(const BuildArgs& args, Invocation& invocation) {
  if (args.what == "lit") return run_build_lit(args, invocation);
  OFFEX_TRY(check_options(args));
  OFFEX_ASSIGN(store::Writer writer, store::Writer::open(invocation.store_options(), "build"));
  studies::BuildRequest request;
  request.version = args.version;
  OFFEX_ASSIGN(request.short_z_source, parse_source(args.short_z_source));
  request.full = args.full;
  request.threads = thread_count(invocation.settings);
  request.built_at = market::Instant::from_nanos(invocation.clock->now_nanos());
  if (!args.from.empty() || !args.to.empty()) {
    OFFEX_ASSIGN(const auto known, writer.reader().daily_range());
    if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data yet");
    OFFEX_ASSIGN(request.days, parse_range_arguments(args.from, args.to, *known));
  }
  const auto start = std::chrono::steady_clock::now();
  Result<studies::BuildReport> report = [&] {
    ProgressBar bar{invocation, "build " + args.version,
                    args.version == "v2" ? "sessions" : "symbols"};
    request.progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); };
    return studies::build(writer, request);
  }();
  OFFEX_TRY(writer.close());
  if (!report) return std::unexpected{std::move(report).error()};
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  for (const studies::TableBuild& table : report->tables) {
    invocation.say(table.sessions == 0
                       ? fmt::format("{} is up to date", table.table)
                       : fmt::format("built {}: {} rows over {} {}", table.table, table.rows,
                                     table.sessions,
                                     table.table.starts_with("weekly_") ? "weeks" : "sessions"));
  }
  invocation.say(fmt::format("done in {:.1f} s", seconds.count()));
  return {};
}

}  // namespace

void add_build(CommandContext context) {
  auto args = std::make_shared<BuildArgs>();
  CLI::App* command = context.add<BuildArgs>(
      "build", "Derive the metrics of what was imported, or lit direction from trades", args,
      &run_build);
  command
      ->add_option("what", args->what,
                   "metrics: daily, weekly and index metrics; lit: buys and sells of the tape")
      ->check(CLI::IsMember({"metrics", "lit"}))
      ->capture_default_str();
  command->add_option("--version", args->version, "v2, or PhaseA_v1 (the seed pipeline's formulas)")
      ->check(CLI::IsMember({"v2", "PhaseA_v1"}))
      ->capture_default_str();
  command
      ->add_option("--short-z-source", args->short_z_source,
                   "Score source of PhaseA_v1: short_buy_sell_ratio_z, vw_flow_z, "
                   "finra_buy_volume_z")
      ->capture_default_str();
  command->add_option("--from", args->from, "First day: 2026-02-23, last, -20d");
  command->add_option("--to", args->to, "Last day, included");
  command->add_flag("--full", args->full, "Build again what is up to date as well");
  command->add_option("--date", args->date, "lit: one day")->type_name("DAY");
  command->add_option("--symbols", args->symbols, "lit: tickers, @file, -, group:NAME")
      ->delimiter(',')
      ->type_name("TICKER");
  command->add_option("--rule", args->rule, "lit, v2: quote, tick, lee_ready, emo or clnv")
      ->check(CLI::IsMember({"quote", "tick", "lee_ready", "emo", "clnv"}))
      ->capture_default_str();
  command
      ->add_option("--mode", args->mode,
                   "lit: tick from trades, or minute from minute bars (bulk classification)")
      ->check(CLI::IsMember({"tick", "minute"}))
      ->capture_default_str();
  command->add_flag("--no-quotes", args->no_quotes, "lit, v2: sign without the quotes");
}

}  // namespace offex::cli
