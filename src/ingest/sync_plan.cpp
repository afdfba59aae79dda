#include <algorithm>
#include <utility>

#include "offex/feeds/finra.hpp"
#include "offex/market/calendar.hpp"

#include "ingest/sync_plan_internal.hpp"

namespace offex::ingest {
namespace {

bool is_stored(store::PartitionState state) {
  return state == store::PartitionState::Fetched || state == store::PartitionState::Revised;
}

market::DayRange published_days(market::DayRange days, market::Instant now) {
  const market::DayRange calendar = market::calendar_range();
  return {std::max(days.first, calendar.first),
          std::min({days.last, calendar.last, market::last_published_session(now)})};
}

}  // namespace

Planner::Planner(const SyncRequest& request, const feeds::FeedSettings& feeds, Ledger ledger,
                 market::Instant now, std::optional<std::vector<formats::PublishedWeek>> published)
    : request_{request},
      feeds_{feeds},
      ledger_{std::move(ledger)},
      now_{now},
      today_{market::to_new_york(now).day},
      published_{std::move(published)} {
  const market::DayRange days = published_days(request.days, now);
  if (days.first <= days.last)
    sessions_ = market::sessions(days).value_or(std::vector<market::Day>{});
}

bool Planner::wants(const SyncRequest& request, SyncSource source) {
  if (request.sources.empty()) return source != SyncSource::Trades;
  return std::ranges::find(request.sources, source) != request.sources.end();
}

Result<TaskPlan> Planner::plan() {
  if (wants(request_, SyncSource::Short)) {
    if (request_.short_from_api) {
      plan_short_api();
    } else {
      plan_short_files();
    }
    plan_short_interest();
    plan_threshold_list();
  }
  if (wants(request_, SyncSource::Weekly)) {
    plan_weeks();
    if (request_.ats_files) plan_ats_files();
  }
  if (wants(request_, SyncSource::Bars)) OFFEX_TRY(plan_bars());
  if (wants(request_, SyncSource::Trades)) OFFEX_TRY(plan_trades());
  if (wants(request_, SyncSource::Reference)) plan_reference();
  return std::move(out_);
}

const store::LedgerEntry* Planner::entry(const store::Partition& partition) const {
  const auto found = ledger_.find(partition);
  return found == ledger_.end() ? nullptr : &found->second;
}

Planner::Need Planner::need_of(const store::Partition& partition, bool recent) const {
  const store::LedgerEntry* known = entry(partition);
  if (known == nullptr) return Need::Ask;
  if (is_stored(known->state)) return recent ? Need::Revisit : Need::Nothing;
  if (known->state == store::PartitionState::Absent) return recent ? Need::Ask : Need::Nothing;
  return known->retry_at && *known->retry_at > now_ ? Need::Wait : Need::Ask;
}

void Planner::add(Task task, bool recent) {
  const store::LedgerEntry* known = entry(task.covers.front());
  switch (need_of(task.covers.front(), recent)) {
    case Need::Nothing:
      return;
    case Need::Wait:
      out_.waiting.push_back(*known);
      return;
    case Need::Revisit:
      // Without a validator every look would cost the whole body.
      if (known->etag.empty() && known->last_modified.empty()) return;
      feeds::make_conditional(task.request,
                              {.etag = known->etag, .last_modified = known->last_modified});
      task.conditional = true;
      break;
    case Need::Ask:
      break;
  }
  if (known != nullptr) task.before = *known;
  out_.tasks.push_back(std::move(task));
}

bool Planner::is_recent(market::Day day) const {
  if (request_.revisit_sessions <= 0) return false;
  const market::Day newest = market::last_published_session(now_);
  const auto oldest = market::session_before(newest, request_.revisit_sessions - 1);
  return request_.revisit_sessions == 1 ? day >= newest : oldest && day >= *oldest;
}

}  // namespace offex::ingest
