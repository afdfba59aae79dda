#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>

#include <fmt/format.h>

#include "offex/base/clock.hpp"
#include "offex/cli/app.hpp"
#include "offex/cli/console.hpp"
#include "offex/market/calendar.hpp"
#include "offex/sim/server.hpp"

#include "cli/commands_internal.hpp"
#include "cli/nested_internal.hpp"
#include "cli/place_internal.hpp"
#include "cli/report_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

struct DemoArgs {
  std::string out{"offex-demo"};
  std::size_t symbols{300};
  int days{60};
};

// Shows a command as the user would have typed it, and runs it on the demo's store.
Result<void> step(const Invocation& invocation, const fs::path& home,
                  std::vector<std::string> words) {
  invocation.say(fmt::format("\n$ offex {}", fmt::join(words, " ")));
  const std::string name = words.front();
  const ExitCode code = run_nested(invocation, home, std::move(words));
  if (code != ExitCode::Done) {
    return fail(base::ErrorCode::Internal, fmt::format("the demo stopped: `offex {}` ended with {}",
                                                       name, static_cast<int>(code)));
  }
  return {};
}

Result<void> prepare_folder(const fs::path& out, bool force) {
  // Only a folder that a demo made is ever removed.
  const fs::path marker = out / ".offex-demo";
  std::error_code code;
  if (fs::exists(out) && !fs::is_empty(out, code)) {
    if (!fs::exists(marker) && !force) {
      return fail(base::ErrorCode::InvalidArgument,
                  "the folder is not empty and no demo made it; choose another with --out",
                  in_file(out));
    }
    for (const char* part : {"market", "home", "report.html", "metrics.csv"}) {
      fs::remove_all(out / part, code);
    }
  }
  fs::create_directories(out, code);
  std::ofstream{marker} << "made by offex demo\n";
  if (!fs::exists(marker)) {
    return fail(base::ErrorCode::Io, fmt::format("cannot write to {}", out.string()));
  }
  return {};
}

// The upstreams of the demo: a server on the loopback interface that plays a simulated market.
Result<sim::Server> start_upstreams(const DemoArgs& args, const sim::MarketSpec& spec,
                                    market::Instant now, Invocation& invocation) {
  sim::ServerOptions options{.now = now};
  options.tape_symbols = 4;
  ProgressBar bar{invocation, "simulate", "sessions"};
  options.progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); };
  return sim::Server::start(spec, fs::path{args.out} / "market", options);
}

// What a user would set to make every command ask that server, and to stand at its time.
Environment environment_of(const sim::Server& server, const Environment& outer) {
  const sim::ServerOptions keys;
  std::map<std::string, std::string> ours{{"OFFEX_UPSTREAM", server.url()},
                                          {"POLYGON_API_KEY", keys.polygon_key},
                                          {"POLYGON_S3_ACCESS_KEY_ID", keys.flat_file_key},
                                          {"POLYGON_S3_SECRET_ACCESS_KEY", keys.flat_file_secret},
                                          {"FINRA_API_KEY", keys.finra_key},
                                          {"FINRA_API_SECRET", keys.finra_secret},
                                          {"INDEX_CONSTITUENTS_FILE", ""}};
  return [ours = std::move(ours), outer](const std::string& name) -> std::optional<std::string> {
    if (const auto found = ours.find(name); found != ours.end()) return found->second;
    // Variables that change what a sync asks for are not the demo's.
    const bool foreign = name.starts_with("FINRA_") || name.starts_with("POLYGON_") ||
                         name == "TICKERS" || name == "TARGET_DATE" || name == "FETCH_MODE" ||
                         name == "BACKFILL_COUNT";
    return foreign ? std::nullopt : outer(name);
  };
}

Result<void> fill_store(const Invocation& invocation, const fs::path& home,
                        const std::string& market, market::DayRange days) {
  OFFEX_TRY(step(invocation, home, {"sync", "--from", days.first.iso()}));
  OFFEX_TRY(step(invocation, home, {"sync", "trades", "--flat", "--from", days.last.iso()}));
  // The list of members of an index is the user's own.
  return step(
      invocation, home,
      {"import", market + "/reference/constituents.csv", market + "/reference/securities.csv"});
}

Result<void> run_demo(const DemoArgs& args, Invocation& invocation) {
  const fs::path out = args.out;
  const fs::path home = out / "home";
  OFFEX_TRY(prepare_folder(out, invocation.settings.force));
  const sim::MarketSpec spec{.symbols = args.symbols, .days = args.days};
  // Noon of the next day: the flat files of the last session are out as well.
  const market::Instant now = market::from_new_york(spec.last_day.plus(1), 12);
  const base::FixedClock clock{now.nanos()};
  OFFEX_ASSIGN(const sim::Server server, start_upstreams(args, spec, now, invocation));
  Invocation inside = invocation;
  inside.clock = &clock;
  inside.environment = environment_of(server, invocation.environment);
  invocation.say(fmt::format("$ export OFFEX_UPSTREAM={} OFFEX_NOW={}", server.url(), now.iso()));
  OFFEX_ASSIGN(const market::Day first, market::session_before(spec.last_day, args.days - 1));
  OFFEX_TRY(fill_store(inside, home, (out / "market").string(), {first, spec.last_day}));
  OFFEX_TRY(step(inside, home, {"build", "lit"}));
  OFFEX_TRY(step(inside, home, {"build"}));
  OFFEX_TRY(step(inside, home, {"check"}));
  OFFEX_TRY(step(inside, home, {"status"}));
  OFFEX_ASSIGN(const std::vector<std::string> tickers, demo_tickers(home, inside));
  OFFEX_TRY(step(inside, home, {"show", tickers.at(0), tickers.at(1), "--days", "5"}));
  OFFEX_TRY(step(inside, home, {"week", tickers.at(0), tickers.at(1), "--weeks", "3"}));
  OFFEX_TRY(step(inside, home, {"scan", "--top", "8"}));
  OFFEX_TRY(step(inside, home, {"macro", "--days", "3"}));
  OFFEX_TRY(step(inside, home, {"index", sim::kIndexName, "--days", "3"}));
  std::vector<std::string> features{"features", "--symbols"};
  features.insert(features.end(), tickers.begin(), tickers.end());
  // Three weeks back, the weekly summaries of the largest names are public.
  features.insert(features.end(), {"--date", args.days > 20 ? "-15d" : "last"});
  OFFEX_TRY(step(inside, home, features));
  const fs::path report = out / "report.html";
  Invocation of_home = inside;
  of_home.settings.home = home;
  OFFEX_TRY(write_report(report,
                         {.title = "offex demo",
                          .about = "A simulated market. None of these names or numbers is real."},
                         of_home));
  invocation.say(fmt::format("\nThe report is in {}", report.string()));
  invocation.say(
      fmt::format("Go on with: offex --home {} show {} --days 20\n"
                  "            offex --home {} plot ticker {}",
                  home.string(), tickers.at(0), home.string(), tickers.at(0)));
  return {};
}

}  // namespace

void add_demo(CommandContext context) {
  auto args = std::make_shared<DemoArgs>();
  CLI::App* command = context.add<DemoArgs>(
      "demo",
      "Play the upstreams from a simulated market, sync and run everything: no key, no network",
      args, &run_demo);
  command->add_option("--out", args->out, "Folder for market, store and report")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_option("--symbols", args->symbols, "Listed securities")->capture_default_str();
  command->add_option("--days", args->days, "Sessions")
      ->check(CLI::Range(2, 5'000))
      ->capture_default_str();
}

}  // namespace offex::cli
