#include <algorithm>
#include <utility>

#include "offex/feeds/finra.hpp"
#include "offex/market/calendar.hpp"

#include "ingest/sync_plan_internal.hpp"

namespace offex::ingest {
namespace {

market::DayRange published_days(market::DayRange days, market::Instant now) {
  const market::DayRange calendar = market::calendar_range();
  return {std::max(days.first, calendar.first),
          std::min({days.last, calendar.last, market::last_published_session(now)})};
}

}  // namespace

market::Instant vendor_day_end(market::Day day) { return market::from_new_york(day, 20, 15); }

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
  for (const auto& [partition, known] : ledger_) {
    if (is_stored(known.state)) out_.stored_slugs.insert(slug_of(partition));
  }
  wait_for_sessions();
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
  if (is_stored(known->state)) {
    if (was_early(*known)) return Need::Ask;
    return recent ? Need::Revisit : Need::Nothing;
  }
  if (known->state == store::PartitionState::Absent) {
    return recent || request_.retry_absent ? Need::Ask : Need::Nothing;
  }
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
  if (task.otherwise && task.otherwise->covers == task.covers) {
    task.otherwise->before = task.before;
  }
  out_.tasks.push_back(std::move(task));
}

void Planner::wait(store::Partition partition, std::string reason, market::Instant until) {
  store::LedgerEntry waiting;
  waiting.partition = std::move(partition);
  waiting.state = store::PartitionState::Due;
  waiting.reason = std::move(reason);
  waiting.checked_at = now_;
  waiting.retry_at = until;
  out_.waiting.push_back(std::move(waiting));
}

// Bars and volumes of the vendor run to the end of the late session.
bool Planner::was_early(const store::LedgerEntry& known) const {
  if (known.partition.source != "polygon" || !known.partition.day) return false;
  const market::Instant complete = vendor_day_end(*known.partition.day);
  return known.checked_at < complete && complete <= now_;
}

void Planner::wait_for_sessions() {
  const market::Day newest = market::last_published_session(now_);
  const bool daily = wants(request_, SyncSource::Short) || wants(request_, SyncSource::Bars);
  if (!daily || request_.days.last <= newest) return;
  const auto next = market::session_after(newest);
  if (!next || *next > request_.days.last) return;
  const bool files = wants(request_, SyncSource::Short);
  wait({.source = files ? "finra_cdn" : "polygon",
        .dataset = files ? market::Dataset::FinraShortDaily : market::Dataset::DailyBarGrouped,
        .day = *next,
        .scope = files ? "CNMS" : ""},
       "not published yet", market::daily_publication(*next));
}

bool Planner::is_recent(market::Day day) const {
  if (request_.revisit_sessions <= 0) return false;
  const market::Day newest = market::last_published_session(now_);
  const auto oldest = market::session_before(newest, request_.revisit_sessions - 1);
  return request_.revisit_sessions == 1 ? day >= newest : oldest && day >= *oldest;
}

}  // namespace offex::ingest
