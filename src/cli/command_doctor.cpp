#include <array>
#include <chrono>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/app.hpp"
#include "offex/cli/output.hpp"
#include "offex/feeds/client.hpp"
#include "offex/feeds/finra.hpp"
#include "offex/feeds/polygon.hpp"
#include "offex/feeds/reference.hpp"
#include "offex/market/calendar.hpp"
#include "offex/publish/target.hpp"
#include "offex/store/engine_version.hpp"
#include "offex/store/reader.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

struct DoctorArgs {
  bool offline{false};
};

enum class State : std::uint8_t { Ok, Note, Problem };
constexpr std::array<std::string_view, 3> kStates{"ok", "note", "problem"};

class Report {
 public:
  Report() {
    batch_.add({"state", kStates});
    batch_.add({"what", columns::Type::Text});
    batch_.add({"finding", columns::Type::Text});
  }
  void add(State state, std::string what, std::string finding) {
    problem_ = problem_ || state == State::Problem;
    batch_.column(0).push(static_cast<std::uint8_t>(state));
    batch_.column(1).push(std::move(what));
    batch_.column(2).push(std::move(finding));
  }
  [[nodiscard]] const columns::Batch& batch() const { return batch_; }
  [[nodiscard]] bool problem() const { return problem_; }

 private:
  columns::Batch batch_;
  bool problem_{false};
};

void check_clock(const Invocation& invocation, Report& report) {
  const market::Instant now = market::Instant::from_nanos(invocation.clock->now_nanos());
  const market::Day today = market::to_new_york(now).day;
  if (!market::calendar_range().contains(today)) {
    report.add(State::Problem, "clock", now.iso() + " is outside the session calendar");
    return;
  }
  report.add(State::Ok, "clock",
             fmt::format("{}; in New York it is {}; the newest daily files due are of {}",
                         now.iso(), today.iso(), market::last_published_session(now).iso()));
}

void check_home(const Invocation& invocation, Report& report) {
  const fs::path& home = invocation.settings.home;
  const auto origin = invocation.origins.find("home");
  report.add(State::Ok, "home",
             fmt::format("{} (from {})", home.string(),
                         origin == invocation.origins.end() ? "built-in" : origin->second.source));
  fs::path existing = fs::absolute(home);
  while (!fs::exists(existing) && existing.has_parent_path()) existing = existing.parent_path();
  std::error_code code;
  const fs::space_info space = fs::space(existing, code);
  constexpr double kGigabyte = 1e9;
  const double free = static_cast<double>(space.available) / kGigabyte;
  report.add(free < 2.0 ? State::Problem : State::Ok, "disk",
             fmt::format("{:.1f} GB free; five years of the whole market need about 2 GB", free));
}

Result<void> check_store(const Invocation& invocation, Report& report) {
  if (!fs::exists(invocation.settings.home / "offex.duckdb")) {
    report.add(State::Note, "store", "none yet: `offex sync` and `offex import` make it");
    return {};
  }
  const auto reader = store::Reader::open(invocation.store_options());
  if (!reader) {
    report.add(State::Problem, "store", base::format_error(reader.error()));
    return {};
  }
  OFFEX_ASSIGN(const auto days, reader->daily_range());
  report.add(
      State::Ok, "store",
      days ? fmt::format("opens; daily data from {} to {}", days->first.iso(), days->last.iso())
           : "opens; no daily data yet");
  return {};
}

void check_credentials(const Invocation& invocation, Report& report) {
  static constexpr std::array<std::string_view, 5> kKeys{
      "FINRA_API_KEY", "FINRA_API_SECRET", "POLYGON_API_KEY", "POLYGON_S3_ACCESS_KEY_ID",
      "POLYGON_S3_SECRET_ACCESS_KEY"};
  for (const std::string_view key : kKeys) {
    const bool set = invocation.environment(std::string{key}).has_value();
    report.add(set ? State::Ok : State::Note, std::string{key},
               set ? "set (not shown)" : "not set; FINRA's data and local files need no key");
  }
}

/// A cheap question for each upstream.
struct Question {
  std::string what;
  feeds::Request request;
};

feeds::Validators stored_directory(const Invocation& invocation) {
  const auto reader = store::Reader::open(invocation.store_options());
  if (!reader) return {};
  const auto entries = reader->ledger({.source = "nasdaq_trader"});
  if (!entries || entries->empty()) return {};
  const store::LedgerEntry& newest = entries->back();
  return {.etag = newest.etag, .last_modified = newest.last_modified};
}

std::vector<Question> questions(const feeds::FeedSettings& feeds, const Invocation& invocation) {
  const auto now = market::Instant::from_nanos(invocation.clock->now_nanos());
  const feeds::Endpoints& at = feeds.endpoints;
  const market::Day day = market::last_published_session(now);
  std::vector<Question> out;
  // The file of the ADF is 65 bytes on most days.
  out.push_back({"FINRA files", feeds::short_volume_file(at, market::Facility::Fnra, day)});
  feeds::Query query;
  query.dataset = feeds::QueryDataset::WeeklyDownloadDetails;
  query.fields = {"weekStartDate"};
  query.limit = 1;
  out.push_back({"FINRA Query API", feeds::query_page(at, query, 0, "newest published week")});
  feeds::Request directory = feeds::other_listed(at);
  // Half a megabyte, unless the store has it already.
  feeds::make_conditional(directory, stored_directory(invocation));
  out.push_back({"Nasdaq directory", std::move(directory)});
  if (!feeds.credentials.polygon_key.empty()) {
    out.push_back({"Polygon", feeds::market_status(at)});
  }
  if (!feeds.credentials.flat_file_key.empty()) {
    out.push_back({"Polygon flat files", feeds::flat_file_list(at, feeds::FlatFile::DayBars, day)});
  }
  return out;
}

void check_upstreams(const Invocation& invocation, Report& report) {
  auto read = feeds::feed_settings(invocation.environment);
  if (!read) {
    report.add(State::Problem, "upstreams", read.error().message);
    return;
  }
  feeds::FeedSettings settings = std::move(*read);
  // A doctor tells how things are now, and does not wait until they are better.
  settings.limits.attempts = 1;
  feeds::Client client{settings, invocation.log};
  for (Question& question : questions(settings, invocation)) {
    const auto start = std::chrono::steady_clock::now();
    const std::string asked = question.request.what;
    const auto reply = client.ask(std::move(question.request));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (reply && reply->kind == feeds::ReplyKind::Absent) {
      report.add(State::Note, question.what,
                 fmt::format("answers in {:.0f} ms, and does not have the newest file ({})",
                             took.count(), asked));
    } else if (reply && reply->kind == feeds::ReplyKind::NotEntitled) {
      report.add(State::Note, question.what,
                 fmt::format("answers in {:.0f} ms: not in the plan of the key", took.count()));
    } else if (reply) {
      report.add(State::Ok, question.what, fmt::format("answers in {:.0f} ms", took.count()));
    } else {
      report.add(State::Problem, question.what,
                 fmt::format("{} ({:.0f} ms)", reply.error().message, took.count()));
    }
  }
}

/// Where pushes go, if the environment names a place: whether it answers and has our table.
void check_target(const Invocation& invocation, Report& report) {
  const auto address = publish::find_target("", invocation.environment);
  if (address && !*address) return;
  const auto start = std::chrono::steady_clock::now();
  auto target = address
                    ? publish::open_target(**address, invocation.log)
                    : Result<std::unique_ptr<publish::Target>>{std::unexpected{address.error()}};
  if (!target) {
    report.add(State::Problem, "push", target.error().message);
    return;
  }
  const auto columns = (*target)->columns_of("daily_features");
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  const std::string where =
      fmt::format("{} answers in {:.0f} ms", (*target)->describe(), took.count());
  if (columns) {
    report.add(State::Ok, "push", where + ", and has daily_features");
  } else if (columns.error().code == base::ErrorCode::NotFound) {
    report.add(State::Note, "push", where + "; no daily_features yet: offex push --migrate");
  } else {
    report.add(State::Problem, "push", columns.error().message);
  }
}

Result<void> run_doctor(const DoctorArgs& args, Invocation& invocation) {
  Report report;
  report.add(State::Ok, "program",
             fmt::format("offex {}, DuckDB {}", version(), store::engine_version()));
  check_clock(invocation, report);
  check_home(invocation, report);
  OFFEX_TRY(check_store(invocation, report));
  check_credentials(invocation, report);
  if (!args.offline) {
    check_upstreams(invocation, report);
    check_target(invocation, report);
  }
  OutputSpec spec;
  spec.view.title = "Doctor";
  spec.view.columns = {{.column = "state", .drop_priority = 0},
                       {.column = "what", .drop_priority = 0},
                       {.column = "finding", .drop_priority = 0}};
  OFFEX_TRY(write_output(invocation, spec, report.batch()));
  if (report.problem()) invocation.exit_code = ExitCode::Finding;
  return {};
}

}  // namespace

void add_doctor(CommandContext context) {
  auto args = std::make_shared<DoctorArgs>();
  CLI::App* command = context.add<DoctorArgs>(
      "doctor", "Looks at the clock, disk, store, keys and upstreams; exits with 10 on a problem",
      args, &run_doctor);
  command->add_flag("--offline", args->offline, "Ask nobody on the network");
}

}  // namespace offex::cli
