#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "offex/feeds/polygon.hpp"
#include "offex/feeds/reference.hpp"
#include "offex/market/calendar.hpp"

#include "ingest/sync_plan_internal.hpp"

namespace offex::ingest {
namespace {

using market::Dataset;

constexpr std::int64_t kDayNanos = 86'400'000'000'000;
constexpr std::int64_t kMonthNanos = 30 * kDayNanos;

// Lists without a day of their own are asked for again after a month.
bool is_older_than(const store::LedgerEntry* known, market::Instant now, std::int64_t nanos) {
  return known == nullptr || known->state == store::PartitionState::Failed ||
         now.nanos() - known->checked_at.nanos() >= nanos;
}

}  // namespace

void Planner::plan_reference() {
  plan_directories();
  if (feeds_.credentials.polygon_key.empty()) {
    out_.notes.emplace_back(
        "securities, splits, exchanges and trade conditions are left out: POLYGON_API_KEY is not "
        "set");
    return;
  }
  plan_vendor_lists();
  plan_splits();
}

// Only the current state is published: a day that was not archived is lost.
void Planner::plan_directories() {
  const market::Day day = market::last_published_session(now_);
  for (const bool listed : {true, false}) {
    Task task;
    const std::string name = listed ? "nasdaqlisted" : "otherlisted";
    task.covers = {{.source = "nasdaq_trader",
                    .dataset = Dataset::SymbolDirectory,
                    .day = day,
                    .scope = name}};
    task.request =
        listed ? feeds::nasdaq_listed(feeds_.endpoints) : feeds::other_listed(feeds_.endpoints);
    task.what = task.request.what;
    task.name = name + ".txt";
    task.published_at = now_;
    task.bytes = 500'000;
    add(std::move(task), false);
  }
}

void Planner::plan_vendor_lists() {
  const auto add_list = [&](Dataset dataset, std::string scope, feeds::Request request, Shape shape,
                            std::string name, std::uint64_t calls) {
    Task task;
    task.covers = {{.source = "polygon", .dataset = dataset, .day = {}, .scope = std::move(scope)}};
    if (!is_older_than(entry(task.covers.front()), now_, kMonthNanos)) return;
    task.what = request.what;
    task.request = std::move(request);
    task.shape = shape;
    task.archive = shape == Shape::LinkedPages;
    task.name = std::move(name);
    task.published_at = now_;
    task.calls = calls;
    task.bytes = calls * 30'000;
    // Asked for anew, whatever the ledger says of the last time.
    ledger_.erase(task.covers.front());
    add(std::move(task), false);
  };
  const feeds::Endpoints& at = feeds_.endpoints;
  const market::Day day = market::last_published_session(now_);
  add_list(Dataset::ExchangeList, "", feeds::exchanges(at), Shape::JsonFile, "exchanges.json", 1);
  add_list(Dataset::TradeConditions, "", feeds::conditions(at), Shape::JsonFile, "conditions.json",
           1);
  // Twelve pages: on an evening of many other answers, or when it was asked for by name.
  const bool named = request_.sources_named;
  const bool first = entry({.source = "polygon",
                            .dataset = Dataset::SecurityReference,
                            .day = {},
                            .scope = "tickers"}) == nullptr;
  const bool release = std::ranges::any_of(out_.tasks, [](const Task& task) {
    return task.covers.front().dataset == Dataset::WeeklySummary && task.revisited.empty();
  });
  if (named || first || release) {
    add_list(Dataset::SecurityReference, "tickers", feeds::reference_tickers(at, day),
             Shape::LinkedPages, "tickers_" + day.iso(), 12);
  }
  for (const market::Symbol& symbol : request_.symbols) {
    add_list(Dataset::SecurityReference, std::string{symbol.view()},
             feeds::ticker_details(at, symbol, day), Shape::JsonFile,
             fmt::format("{}_details.json", symbol.view()), 1);
  }
}

// Once a session, the announced ones too. The first time tells the past, which counts as known by
// rule; what turns up later was not told in time.
void Planner::plan_splits() {
  constexpr int kFirstDays = 366;
  constexpr int kDaysAgain = 30;
  Task task;
  task.covers = {
      {.source = "polygon", .dataset = Dataset::CorporateActions, .day = {}, .scope = "splits"}};
  const market::Day session = market::last_published_session(now_);
  market::Day since = session.plus(-kFirstDays);
  if (const store::LedgerEntry* known = entry(task.covers.front())) {
    const bool failed = known->state == store::PartitionState::Failed;
    if (!failed && known->checked_at >= market::daily_publication(session)) return;
    task.before = *known;
  }
  const bool again = task.before && is_stored(task.before->state);
  if (again) {
    since = market::to_new_york(task.before->checked_at).day.plus(-kDaysAgain);
  } else if (!sessions_.empty()) {
    since = std::min(since, sessions_.front());
  }
  task.request = feeds::splits(feeds_.endpoints, since);
  task.what = task.request.what;
  task.shape = Shape::LinkedPages;
  task.name = "splits_" + session.iso();
  task.archive = true;
  task.may_be_empty = true;
  task.known_when_fetched = again;
  task.published_at = now_;
  task.calls = again ? 1 : 2;
  task.bytes = task.calls * 100'000;
  // Asked for whatever the ledger says of the last time.
  ledger_.erase(task.covers.front());
  add(std::move(task), false);
}

}  // namespace offex::ingest
