#include "offex/ingest/sync.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "offex/feeds/finra.hpp"
#include "offex/formats/page_facts.hpp"

#include "ingest/sync_engine_internal.hpp"
#include "ingest/sync_plan_internal.hpp"

namespace offex::ingest {
namespace {

constexpr std::array<std::string_view, 5> kSources{"short", "weekly", "bars", "trades", "ref"};
constexpr std::array<std::string_view, 3> kModes{"tick", "minute", "daily"};

Result<Planner::Ledger> read_ledger(const store::Reader& reader) {
  OFFEX_ASSIGN(std::vector<store::LedgerEntry> entries, reader.ledger());
  Planner::Ledger out;
  for (store::LedgerEntry& entry : entries) {
    store::Partition key = entry.partition;
    out.emplace(std::move(key), std::move(entry));
  }
  return out;
}

// One question for all weeks and tiers. ATS_W_SMBL stands for all types of a release.
feeds::Query published_weeks_query() {
  feeds::Query out;
  out.dataset = feeds::QueryDataset::WeeklyDownloadDetails;
  out.compare = {{.field = "summaryTypeCode", .type = "EQUAL", .value = "ATS_W_SMBL"}};
  out.sort = {"-weekStartDate"};
  return out;
}

// Without the list the rule of publication has to do; the weeks themselves tell whether it holds.
std::optional<std::vector<formats::PublishedWeek>> ask_published_weeks(
    feeds::Client& client, const SyncContext& context, std::vector<std::string>& warnings) {
  const auto reply = client.ask(feeds::query_page(context.feeds.endpoints, published_weeks_query(),
                                                  0, "list of published weeks"));
  if (!reply) {
    warnings.push_back("the list of published weeks did not come, and FINRA's rule stands in: " +
                       base::format_error(reply.error()));
    return std::nullopt;
  }
  if (reply->kind != feeds::ReplyKind::Body) return std::nullopt;
  auto weeks = formats::published_weeks(reply->body);
  if (!weeks) {
    warnings.push_back("the list of published weeks cannot be read, and FINRA's rule stands in: " +
                       base::format_error(weeks.error()));
    return std::nullopt;
  }
  return std::move(*weeks);
}

void add_costs(const TaskPlan& plan, const feeds::FeedSettings& feeds, SyncPlan& out) {
  constexpr double kBytesAMinute = 5e6 * 60.0;
  constexpr double kSeconds = 60.0;
  std::map<std::string, double> minutes;
  double bytes = 0.0;
  for (const Task& task : plan.tasks) {
    const std::string& source = task.covers.front().source;
    const auto calls = static_cast<double>(task.calls);
    if (source == "finra_api" && feeds.limits.finra_rate > 0.0) {
      minutes[source] += calls / feeds.limits.finra_rate / kSeconds;
    } else if (source == "polygon" && feeds.limits.polygon_rate > 0.0) {
      minutes[source] += calls / feeds.limits.polygon_rate;
    }
    const std::uint64_t expected = task.conditional ? 0 : task.bytes;
    out.partitions.push_back({.partition = task.covers.front(),
                              .what = task.what,
                              .conditional = task.conditional,
                              .calls = task.calls,
                              .bytes = expected});
    out.calls += task.calls;
    out.bytes += expected;
    bytes += static_cast<double>(expected);
  }
  out.minutes = bytes / kBytesAMinute;
  for (const auto& [source, value] : minutes) out.minutes = std::max(out.minutes, value);
}

void add_traffic(const feeds::Client& client, SyncReport& report) {
  for (const feeds::Traffic& traffic : client.traffic()) {
    report.requests += traffic.requests;
    report.bodies += traffic.bodies;
  }
}

}  // namespace

std::string_view to_string(SyncSource source) { return kSources[static_cast<std::size_t>(source)]; }

std::optional<SyncSource> parse_sync_source(std::string_view text) {
  const auto found = std::ranges::find(kSources, text);
  if (found == kSources.end()) return std::nullopt;
  return static_cast<SyncSource>(found - kSources.begin());
}

std::optional<SyncMode> parse_sync_mode(std::string_view text) {
  const auto found = std::ranges::find(kModes, text);
  if (found == kModes.end()) return std::nullopt;
  return static_cast<SyncMode>(found - kModes.begin());
}

Result<SyncPlan> plan_sync(const store::Reader* reader, const SyncContext& context,
                           const SyncRequest& request) {
  Planner::Ledger ledger;
  if (reader != nullptr) {
    OFFEX_ASSIGN(ledger, read_ledger(*reader));
  }
  Planner planner{request, context.feeds, std::move(ledger),
                  market::Instant::from_nanos(context.clock.now_nanos()), std::nullopt};
  OFFEX_ASSIGN(TaskPlan plan, planner.plan());
  SyncPlan out;
  add_costs(plan, context.feeds, out);
  if (Planner::wants(request, SyncSource::Weekly)) out.calls += 1;  // the list of published weeks
  out.notes = std::move(plan.notes);
  return out;
}

Result<SyncReport> sync(store::Writer& writer, const SyncContext& context,
                        const SyncRequest& request, const SyncProgress& progress,
                        const std::function<bool()>& stop) {
  feeds::Client client{context.feeds, context.log};
  OFFEX_ASSIGN(Planner::Ledger ledger, read_ledger(writer.reader()));
  std::vector<std::string> warnings;
  std::optional<std::vector<formats::PublishedWeek>> published;
  if (Planner::wants(request, SyncSource::Weekly)) {
    published = ask_published_weeks(client, context, warnings);
  }
  Planner planner{request, context.feeds, std::move(ledger),
                  market::Instant::from_nanos(context.clock.now_nanos()), std::move(published)};
  OFFEX_ASSIGN(TaskPlan plan, planner.plan());
  SyncEngine engine{writer, context, request, client};
  OFFEX_ASSIGN(SyncReport report, engine.run(std::move(plan), progress, stop));
  report.warnings.insert(report.warnings.begin(), warnings.begin(), warnings.end());
  add_traffic(client, report);
  return report;
}

}  // namespace offex::ingest
