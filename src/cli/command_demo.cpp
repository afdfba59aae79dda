#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <sstream>

#include <fmt/format.h>

#include "offex/cli/app.hpp"

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

Result<void> run_demo(const DemoArgs& args, Invocation& invocation) {
  const fs::path out = args.out;
  const fs::path home = out / "home";
  const std::string market = (out / "market").string();
  OFFEX_TRY(prepare_folder(out, invocation.settings.force));
  OFFEX_TRY(step(invocation, home,
                 {"simulate", "--out", market, "--symbols", std::to_string(args.symbols), "--days",
                  std::to_string(args.days), "--tape-symbols", "4"}));
  OFFEX_TRY(step(invocation, home,
                 {"import", market + "/short", market + "/bars", market + "/weekly",
                  market + "/tape", market + "/reference"}));
  OFFEX_TRY(step(invocation, home, {"build", "lit"}));
  OFFEX_TRY(step(invocation, home, {"build"}));
  OFFEX_TRY(step(invocation, home, {"check"}));
  OFFEX_TRY(step(invocation, home, {"status"}));
  OFFEX_ASSIGN(const std::vector<std::string> tickers, demo_tickers(home, invocation));
  OFFEX_TRY(step(invocation, home, {"show", tickers.at(0), tickers.at(1), "--days", "5"}));
  OFFEX_TRY(step(invocation, home, {"week", tickers.at(0), tickers.at(1), "--weeks", "3"}));
  std::vector<std::string> features{"features", "--symbols"};
  features.insert(features.end(), tickers.begin(), tickers.end());
  // Three weeks back, the weekly summaries of the largest names are public.
  features.insert(features.end(), {"--date", args.days > 20 ? "-15d" : "last"});
  OFFEX_TRY(step(invocation, home, features));
  const fs::path report = out / "report.html";
  OFFEX_TRY(write_report(home, report,
                         {.title = "offex demo",
                          .about = "A simulated market. None of these names or numbers is real."},
                         invocation));
  invocation.say(fmt::format("\nThe report is in {}", report.string()));
  invocation.say(
      fmt::format("Go on with: offex --home {} show {} --days 20", home.string(), tickers.at(0)));
  return {};
}

}  // namespace

void add_demo(CommandContext context) {
  auto args = std::make_shared<DemoArgs>();
  CLI::App* command = context.add<DemoArgs>(
      "demo", "Simulate a market, run everything on it, write a report: no key, no network", args,
      &run_demo);
  command->add_option("--out", args->out, "Folder for market, store and report")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_option("--symbols", args->symbols, "Listed securities")->capture_default_str();
  command->add_option("--days", args->days, "Sessions")->capture_default_str();
}

}  // namespace offex::cli
