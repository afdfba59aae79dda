#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

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
  std::optional<std::size_t> tape_days;  // 1, and 0 for the daily files only
  std::size_t tape_symbols{8};
  bool daily_only{false};
};

Result<std::size_t> tape_days_of(const SimulateArgs& args) {
  if (args.daily_only) {
    if (args.tape_days.value_or(0) == 0) return 0;
    return fail(base::ErrorCode::InvalidArgument, "--tape-days does not go with --daily-only");
  }
  const std::size_t days = args.tape_days.value_or(1);
  if (args.days > 0 && days > static_cast<std::size_t>(args.days)) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("--tape-days {} is more than the {} sessions", days, args.days));
  }
  return days;
}

// Says where a part is, when it was written.
void say_where(Invocation& invocation, std::string_view what, const std::filesystem::path& path) {
  if (path.empty() || !std::filesystem::exists(path)) return;
  invocation.say(fmt::format("  {:<40} {}", what, path.string()));
}

Result<void> run_simulate(const SimulateArgs& args, Invocation& invocation) {
  sim::MarketSpec spec{.symbols = args.symbols, .days = args.days, .seed = args.seed};
  if (!args.last_day.empty()) {
    OFFEX_ASSIGN(spec.last_day, market::Day::parse(args.last_day));
  }
  OFFEX_ASSIGN(const std::size_t tape_days, tape_days_of(args));
  const auto start = std::chrono::steady_clock::now();
  Result<sim::WrittenMarket> written = [&] {
    ProgressBar bar{invocation, "simulate", "sessions"};
    sim::WriteOptions options;
    options.replace = invocation.settings.force;
    options.grouped_json = !args.daily_only;
    options.weekly = !args.daily_only;
    options.reference = !args.daily_only;
    options.tape_days = tape_days;
    options.tape_symbols = args.tape_symbols;
    options.progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); };
    return sim::write_market(spec, args.out, options);
  }();
  if (!written) return std::unexpected{std::move(written).error()};
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  invocation.say(
      fmt::format("simulated {} to {}: {} files, {} rows, {:.1f} MB of text, in {:.1f} s",
                  written->sessions.first.iso(), written->sessions.last.iso(), written->files,
                  written->rows, static_cast<double>(written->bytes) / 1e6, seconds.count()));
  say_where(invocation, "daily short-sale files", written->short_dir);
  say_where(invocation, "day flat files", written->bars_dir);
  say_where(invocation, "grouped daily replies", written->grouped_dir);
  say_where(invocation, "weekly summaries, published", written->weekly_dir);
  say_where(invocation, "weekly summaries, not yet published", written->weekly_later_dir);
  say_where(invocation, "trades, quotes, minute bars", written->tape_dir);
  say_where(invocation, "true sides of the trades", written->truth_trades_dir);
  say_where(invocation, "REST pages", written->rest_dir);
  say_where(invocation, "reference data and index members", written->constituents.parent_path());
  say_where(invocation, "injected episodes", written->truth);
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
  command
      ->add_option("--tape-days", args->tape_days,
                   "Newest sessions with trades, quotes and minute bars")
      ->capture_default_str();
  command->add_option("--tape-symbols", args->tape_symbols, "Most active symbols on that tape")
      ->capture_default_str();
  command->add_flag("--daily-only", args->daily_only,
                    "Short-sale files, day bars and lists only: for large markets");
}

}  // namespace offex::cli
