#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <stdlib.h>

#include "offex/cli/console.hpp"
#include "offex/sim/market.hpp"
#include "offex/sim/server.hpp"

#include "cli/commands_internal.hpp"
#include "cli/stop_signal_internal.hpp"

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
  std::optional<std::uint16_t> serve;  // port
  std::string postgres;
  std::string now;
  double fault_rate{0.0};
  std::uint64_t fault_seed{1};
  std::vector<std::string> faults;
};

/// A fresh folder, once it is made, that goes away at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() = default;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  TemporaryFolder(TemporaryFolder&&) = delete;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }

  Result<std::filesystem::path> make() {
    std::string name = (std::filesystem::temp_directory_path() / "offex-serve-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      return fail(base::ErrorCode::Io, "cannot make the folder " + name);
    }
    path_ = name;
    return path_;
  }

 private:
  std::filesystem::path path_;
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

Result<sim::FaultPlan> faults_of(const SimulateArgs& args) {
  sim::FaultPlan out{.rate = args.fault_rate, .seed = args.fault_seed};
  for (const std::string& name : args.faults) {
    const auto kind = sim::parse_fault(name);
    if (!kind) return fail(base::ErrorCode::InvalidArgument, "unknown fault `" + name + "`");
    out.kinds.push_back(*kind);
  }
  return out;
}

// What another shell has to set so that offex asks this server.
void print_variables(const sim::Server& server, const sim::ServerOptions& options,
                     std::ostream& out) {
  out << fmt::format("OFFEX_UPSTREAM={}\n", server.url())
      << fmt::format("OFFEX_NOW={}\n", server.now().iso())
      << fmt::format("FINRA_API_KEY={}\n", options.finra_key)
      << fmt::format("FINRA_API_SECRET={}\n", options.finra_secret)
      << fmt::format("POLYGON_API_KEY={}\n", options.polygon_key)
      << fmt::format("POLYGON_S3_ACCESS_KEY_ID={}\n", options.flat_file_key)
      << fmt::format("POLYGON_S3_SECRET_ACCESS_KEY={}\n", options.flat_file_secret)
      << fmt::format("SUPABASE_URL={}/supabase\n", server.url())
      << "SUPABASE_SERVICE_ROLE_KEY=simulated-supabase-key\n"
      << std::flush;
}

Result<void> run_server(const SimulateArgs& args, const sim::MarketSpec& spec, std::uint16_t port,
                        std::size_t tape_days, Invocation& invocation) {
  if (args.daily_only) {
    return fail(base::ErrorCode::InvalidArgument, "--daily-only does not go with --serve");
  }
  sim::ServerOptions options{.port = port, .now = {}};
  OFFEX_ASSIGN(options.faults, faults_of(args));
  if (!args.now.empty()) {
    OFFEX_ASSIGN(options.now, market::parse_as_of(args.now));
  }
  options.postgres = args.postgres;
  options.tape_days = tape_days;
  options.tape_symbols = args.tape_symbols;
  const StopSignal stop;
  TemporaryFolder temporary;
  std::filesystem::path folder = args.out;
  if (args.out.empty()) {
    OFFEX_ASSIGN(folder, temporary.make());
  }
  Result<sim::Server> server = [&] {
    ProgressBar bar{invocation, "simulate", "sessions"};
    options.progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); };
    return sim::Server::start(spec, folder, options);
  }();
  if (!server) return std::unexpected{std::move(server).error()};
  print_variables(*server, options, invocation.out);
  invocation.say("serving until Ctrl-C");
  while (!stop.requested()) std::this_thread::sleep_for(std::chrono::milliseconds{50});
  invocation.say(fmt::format("served {} requests", server->served().size()));
  return {};
}

Result<void> run_simulate(const SimulateArgs& args, Invocation& invocation) {
  sim::MarketSpec spec{.symbols = args.symbols, .days = args.days, .seed = args.seed};
  if (!args.last_day.empty()) {
    OFFEX_ASSIGN(spec.last_day, market::Day::parse(args.last_day));
  }
  OFFEX_ASSIGN(const std::size_t tape_days, tape_days_of(args));
  if (args.serve) return run_server(args, spec, *args.serve, tape_days, invocation);
  if (!args.postgres.empty()) {
    return fail(base::ErrorCode::InvalidArgument, "--postgres goes with --serve only");
  }
  if (args.out.empty()) {
    return fail(base::ErrorCode::InvalidArgument, "say where to write: --out DIR");
  }
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
  command->add_option("--out", args->out, "Folder to write to, or to serve from")->type_name("DIR");
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
  command
      ->add_option("--serve", args->serve,
                   "Play all upstreams on this port of 127.0.0.1; 0 picks a free one")
      ->type_name("PORT");
  command
      ->add_option("--postgres", args->postgres,
                   "Play PostgREST in front of this PostgreSQL server, not of tables in memory")
      ->type_name("URL");
  command->add_option("--now", args->now,
                      "What the servers publish: all until this time (the newest session, 20:00)");
  command->add_option("--fault-rate", args->fault_rate, "Share of requests that go wrong")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--fault-seed", args->fault_seed, "Seed of the faults")
      ->capture_default_str();
  command->add_option("--faults", args->faults, "Kinds of faults, such as reset,stall (all)")
      ->delimiter(',');
}

}  // namespace offex::cli
