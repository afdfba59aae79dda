#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/console.hpp"
#include "offex/studies/build.hpp"

#include "cli/commands_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

struct BuildArgs {
  std::string version{"v2"};
  std::string short_z_source{"short_buy_sell_ratio_z"};
  std::string from;
  std::string to;
  bool full{false};
};

Result<void> run_build(const BuildArgs& args, Invocation& invocation) {
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
    invocation.say(table.sessions == 0 ? fmt::format("{} is up to date", table.table)
                                       : fmt::format("built {}: {} rows over {} sessions",
                                                     table.table, table.rows, table.sessions));
  }
  invocation.say(fmt::format("done in {:.1f} s", seconds.count()));
  return {};
}

}  // namespace

void add_build(CommandContext context) {
  auto args = std::make_shared<BuildArgs>();
  CLI::App* command = context.add<BuildArgs>(
      "build", "Derive the daily metrics of what was imported", args, &run_build);
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
}

}  // namespace offex::cli
