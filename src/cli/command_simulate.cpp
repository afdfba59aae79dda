#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/console.hpp"
#include "offex/sim/market.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

struct SimulateArgs {
  std::string out;
  std::size_t symbols{300};
  int days{60};
  std::uint64_t seed{1};
  std::string last_day;
  bool grouped{false};
};

Result<void> run_simulate(const SimulateArgs& args, Invocation& invocation) {
  sim::MarketSpec spec{.symbols = args.symbols, .days = args.days, .seed = args.seed};
  if (!args.last_day.empty()) {
    OFFEX_ASSIGN(spec.last_day, market::Day::parse(args.last_day));
  }
  const auto start = std::chrono::steady_clock::now();
  Result<sim::WrittenMarket> written = [&] {
    ProgressBar bar{invocation, "simulate", "sessions"};
    sim::WriteOptions options;
    options.replace = invocation.settings.force;
    options.grouped_json = args.grouped;
    options.progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); };
    return sim::write_market(spec, args.out, options);
  }();
  if (!written) return std::unexpected{std::move(written).error()};
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  invocation.say(
      fmt::format("simulated {} to {}: {} files, {} rows, {:.1f} MB of text, in {:.1f} s",
                  written->sessions.first.iso(), written->sessions.last.iso(), written->files,
                  written->rows, static_cast<double>(written->bytes) / 1e6, seconds.count()));
  invocation.say(fmt::format("short-sale files are in {}, bars in {}", written->short_dir.string(),
                             written->bars_dir.string()));
  return {};
}

}  // namespace

void add_simulate(CommandContext context) {
  auto args = std::make_shared<SimulateArgs>();
  CLI::App* command = context.add<SimulateArgs>(
      "simulate", "Write a simulated market in the published formats; same seed, same bytes", args,
      &run_simulate);
  command->add_option("--out", args->out, "Folder to write to")->required()->type_name("DIR");
  command->add_option("--symbols", args->symbols, "Listed securities")->capture_default_str();
  command->add_option("--days", args->days, "Sessions")->capture_default_str();
  command->add_option("--seed", args->seed, "Seed of the random numbers")->capture_default_str();
  command->add_option("--last-day", args->last_day, "Newest session (2026-04-17)");
  command->add_flag("--grouped", args->grouped, "Also write the bars as grouped daily JSON");
}

}  // namespace offex::cli
