#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "offex/feeds/finra.hpp"
#include "offex/market/calendar.hpp"
#include "offex/market/publication.hpp"

#include "ingest/sync_plan_internal.hpp"

namespace offex::ingest {
namespace {

using market::Dataset;
using market::Facility;

constexpr std::string_view kCdn = "finra_cdn";
constexpr std::string_view kApi = "finra_api";
constexpr std::array<Facility, 6> kFacilities{Facility::Cnms, Facility::Fnsq, Facility::Fnyx,
                                              Facility::Fnqc, Facility::Fnra, Facility::Forf};

// By experience, on the wire: JSON comes compressed, text files as they are.
std::uint64_t usual_bytes(Facility facility) {
  switch (facility) {
    case Facility::Cnms:
    case Facility::Fnsq:
      return 480'000;
    case Facility::Fnyx:
    case Facility::Forf:
      return 260'000;
    case Facility::Fnqc:
      return 240'000;
    default:
      return 100;
  }
}

struct TierSize {
  std::string_view tier;
  std::int64_t rows;
};
constexpr std::array<TierSize, 3> kTierSizes{{{"T1", 72'000}, {"T2", 168'000}, {"OTCE", 24'000}}};
constexpr std::uint64_t kBytesARow = 40;  // of JSON, compressed

std::int64_t usual_rows(std::string_view tier) {
  for (const TierSize& size : kTierSizes) {
    if (size.tier == tier) return size.rows;
  }
  return 5'000;
}

void set_cost(Task& task, std::int64_t rows) {
  task.calls = static_cast<std::uint64_t>((rows + feeds::kMaxPageRows - 1) / feeds::kMaxPageRows);
  task.bytes = static_cast<std::uint64_t>(rows) * kBytesARow;
}

// The day that a look counts for: what FINRA changes during a day is seen from the evening on.
market::Day look_day(market::Instant looked) {
  constexpr std::int64_t kEvening = 18LL * 3'600'000'000'000;
  const market::NewYorkTime local = market::to_new_york(looked);
  return local.nanos_of_day >= kEvening ? local.day : local.day.plus(-1);
}

const std::vector<std::string>& weekly_types() {
  static const std::vector<std::string> types{"ATS_W_SMBL", "OTC_W_SMBL", "ATS_W_SMBL_FIRM",
                                              "OTC_W_SMBL_FIRM"};
  return types;
}

// FINRA keeps a year in the one data set and older weeks in the other, whose only filters are the
// week and the tier.
bool is_historic(market::Day week, market::Day today) {
  constexpr std::int32_t kYear = 365;
  return today - week > kYear;
}

feeds::Query weekly_query(market::Day week, const std::string& tier, bool historic) {
  feeds::Query out;
  out.dataset =
      historic ? feeds::QueryDataset::WeeklySummaryHistoric : feeds::QueryDataset::WeeklySummary;
  out.compare = {{.field = "weekStartDate", .type = "EQUAL", .value = week.iso()},
                 {.field = "tierIdentifier", .type = "EQUAL", .value = tier}};
  if (historic) return out;
  out.domain = {{.field = "summaryTypeCode", .values = weekly_types()}};
  // Without an order the pages of one answer may overlap.
  out.sort = {"+summaryTypeCode", "+issueSymbolIdentifier", "+MPID",
              "+firmCRDNumber",   "+productTypeCode",       "+issueName"};
  return out;
}

}  // namespace

void Planner::plan_short_files() {
  const auto& facilities = request_.facilities;
  for (const Facility facility : kFacilities) {
    if (!facilities.empty() && std::ranges::find(facilities, facility) == facilities.end()) {
      continue;
    }
    const std::string scope{market::to_string(facility)};
    for (const market::Day day : sessions_) {
      if (day < market::first_short_file(facility)) continue;
      Task task;
      task.covers = {{.source = std::string{kCdn},
                      .dataset = Dataset::FinraShortDaily,
                      .day = day,
                      .scope = scope}};
      task.request = feeds::short_volume_file(feeds_.endpoints, facility, day);
      task.what = task.request.what;
      task.name = feeds::short_volume_name(facility, day);
      task.expected.day = day;
      task.published_at = market::daily_publication(day);
      task.may_be_late = day == market::last_published_session(now_);
      task.in_row = true;
      task.bytes = usual_bytes(facility);
      add(std::move(task), is_recent(day));
    }
  }
}

void Planner::plan_short_api() {
  constexpr std::int64_t kRows = 28'600;
  for (const market::Day day : sessions_) {
    Task task;
    task.covers = {
        {.source = std::string{kApi}, .dataset = Dataset::RegShoApi, .day = day, .scope = ""}};
    task.what = fmt::format("regShoDaily of {}", day.iso());
    task.shape = Shape::QueryPages;
    task.query.dataset = feeds::QueryDataset::RegShoDaily;
    task.query.compare = {{.field = "tradeReportDate", .type = "EQUAL", .value = day.iso()}};
    task.query.sort = {"+securitiesInformationProcessorSymbolIdentifier", "+reportingFacilityCode"};
    task.name = "regShoDaily_" + day.iso();
    task.archive = true;
    task.expected.day = day;
    task.published_at = market::daily_publication(day);
    task.may_be_late = day == market::last_published_session(now_);
    set_cost(task, kRows);
    add(std::move(task), false);
  }
}

void Planner::plan_short_interest() {
  constexpr std::int64_t kRows = 20'000;
  constexpr std::int32_t kDelay = 20;  // days, more than seven business ones
  const market::DayRange days{request_.days.first.plus(-kDelay), request_.days.last};
  for (const market::Day settlement : market::short_interest_settlements(days)) {
    const market::Instant published = market::short_interest_publication(settlement);
    if (published > now_ || market::to_new_york(published).day < request_.days.first) continue;
    Task task;
    task.covers = {{.source = std::string{kApi},
                    .dataset = Dataset::ShortInterest,
                    .day = settlement,
                    .scope = ""}};
    task.what = fmt::format("short interest of {}", settlement.iso());
    task.shape = Shape::QueryPages;
    task.query.dataset = feeds::QueryDataset::ConsolidatedShortInterest;
    task.query.compare = {{.field = "settlementDate", .type = "EQUAL", .value = settlement.iso()}};
    task.query.sort = {"+symbolCode"};
    task.name = "consolidatedShortInterest_" + settlement.iso();
    task.archive = true;
    task.expected.day = settlement;
    task.published_at = published;
    task.may_be_late = today_ - market::to_new_york(published).day < 3;
    set_cost(task, kRows);
    add(std::move(task), false);
  }
}

void Planner::plan_threshold_list() {
  for (const market::Day day : sessions_) {
    Task task;
    task.covers = {
        {.source = std::string{kApi}, .dataset = Dataset::ThresholdList, .day = day, .scope = ""}};
    task.what = fmt::format("threshold list of {}", day.iso());
    task.shape = Shape::QueryPages;
    task.query.dataset = feeds::QueryDataset::ThresholdList;
    task.query.compare = {{.field = "tradeDate", .type = "EQUAL", .value = day.iso()}};
    task.query.sort = {"+issueSymbolIdentifier"};
    task.name = "thresholdList_" + day.iso();
    task.archive = true;
    task.expected.day = day;
    task.published_at = market::daily_publication(day);
    task.may_be_late = day == market::last_published_session(now_);
    set_cost(task, 100);
    add(std::move(task), false);
  }
}

void Planner::plan_ats_files() {
  constexpr std::int32_t kDelay = 35;
  for (market::Day week = market::week_start(request_.days.first.plus(-kDelay));
       week <= request_.days.last; week = week.plus(7)) {
    if (market::weekly_publication(week, "T1") > now_) break;
    const market::Day friday = market::week_end_friday(week);
    Task task;
    task.covers = {
        {.source = std::string{kCdn}, .dataset = Dataset::AtsSummary, .day = week, .scope = ""}};
    task.request = feeds::ats_summary_file(feeds_.endpoints, friday, true);
    task.what = task.request.what;
    task.name = fmt::format("ATS_W_Summary_{}.zip", friday.compact());
    task.expected.week = week;
    task.published_at = market::weekly_publication(week, "T1");
    task.may_be_late = market::weekly_publication(week, "") > now_;
    task.bytes = 2'000'000;
    auto text = std::make_shared<Task>(task);
    text->request = feeds::ats_summary_file(feeds_.endpoints, friday, false);
    text->name = fmt::format("ATS_W_Summary_{}.txt", friday.compact());
    task.otherwise = std::move(text);
    add(std::move(task), is_recent(market::to_new_york(task.published_at).day));
  }
}

// Weeks that describe the days asked for, and those that were published on them.
void Planner::plan_weeks() {
  constexpr std::int32_t kLongestDelay = 35;
  std::map<std::string, std::set<market::Day>> listed{{"T1", {}}, {"T2", {}}, {"OTCE", {}}};
  if (published_) {
    for (const formats::PublishedWeek& week : *published_) {
      if (!week.tier.empty()) listed[week.tier].insert(week.week);
    }
  }
  const market::Day first = market::week_start(request_.days.first.plus(-kLongestDelay));
  for (const auto& [tier, weeks] : listed) {
    for (market::Day week = first; week <= request_.days.last; week = week.plus(7)) {
      if (!published_ || weeks.contains(week) || is_historic(week, today_)) {
        plan_week(week, tier, weeks.contains(week));
      } else if (weeks.empty() || week > *weeks.begin()) {
        wait_for_week(week, tier);
      }
    }
    plan_restated(tier);
  }
}

// The list tells a late release from one that was missed.
void Planner::wait_for_week(market::Day week, const std::string& tier) {
  constexpr std::int64_t kHour = 3'600'000'000'000;
  if (market::weekly_publication(week, tier) > now_) return;
  const store::LedgerEntry* known = entry(
      {.source = std::string{kApi}, .dataset = Dataset::WeeklySummary, .day = week, .scope = tier});
  if (known != nullptr && is_stored(known->state)) return;
  wait({.source = std::string{kApi}, .dataset = Dataset::WeeklySummary, .day = week, .scope = tier},
       "due by FINRA's rule, and not in its list of published weeks",
       market::Instant::from_nanos(now_.nanos() + kHour));
}

void Planner::plan_week(market::Day week, const std::string& tier, bool listed) {
  const bool historic = is_historic(week, today_);
  const market::Instant by_rule = market::weekly_publication(week, tier);
  if (!listed && by_rule > now_) return;
  Task task;
  task.covers = {
      {.source = std::string{kApi}, .dataset = Dataset::WeeklySummary, .day = week, .scope = tier}};
  task.what = fmt::format("weekly summary of {}, {}", week.iso(), tier);
  task.shape = request_.bulk && !historic ? Shape::AsyncQuery : Shape::QueryPages;
  task.query = weekly_query(week, tier, historic);
  task.name = fmt::format("weeklySummary_{}_{}", week.iso(), tier);
  task.archive = true;
  task.expected = {.day = {}, .week = week, .tier = tier};
  task.published_at = by_rule;
  task.may_be_late = today_ - market::to_new_york(by_rule).day < 7;
  set_cost(task, usual_rows(tier));
  add(std::move(task), false);
}

// Rows that FINRA changed since a week was last looked at. Weeks that were last looked at on the
// same day are one question.
void Planner::plan_restated(const std::string& tier) {
  std::map<market::Day, std::vector<store::LedgerEntry>> groups;
  auto left = static_cast<std::size_t>(std::max(0, request_.revisit_weeks));
  for (auto known = ledger_.rbegin(); known != ledger_.rend() && left > 0; ++known) {
    const store::Partition& key = known->first;
    if (key.dataset != Dataset::WeeklySummary || key.scope != tier || !key.day) continue;
    if (!is_stored(known->second.state)) continue;
    left -= 1;
    // On its day of publication every row of a week is new.
    const market::Day since =
        std::max(look_day(known->second.checked_at), publication_day(*key.day, tier));
    if (since < look_day(now_)) groups[since].push_back(known->second);
  }
  for (const auto& [since, weeks] : groups) ask_restated(tier, since, weeks);
}

void Planner::ask_restated(const std::string& tier, market::Day since,
                           const std::vector<store::LedgerEntry>& weeks) {
  Task task;
  for (const store::LedgerEntry& week : weeks) task.covers.push_back(week.partition);
  task.revisited = weeks;
  task.what = fmt::format("restated rows of {} since {}", tier, since.iso());
  task.shape = Shape::QueryPages;
  task.query.dataset = feeds::QueryDataset::WeeklySummary;
  task.query.compare = {{.field = "tierIdentifier", .type = "EQUAL", .value = tier}};
  task.query.domain = {{.field = "summaryTypeCode", .values = weekly_types()}};
  // Newest first, as the ledger was walked.
  task.query.dates = {{.field = "weekStartDate",
                       .days = {*weeks.back().partition.day, *weeks.front().partition.day}},
                      {.field = "lastUpdateDate", .days = {since.plus(1), look_day(now_)}}};
  task.name = fmt::format("weeklySummary_restated_{}_{}", look_day(now_).iso(), tier);
  task.archive = true;
  task.expected = {.day = {}, .week = {}, .tier = tier};
  task.published_at = now_;
  task.bytes = 1'000;
  out_.tasks.push_back(std::move(task));
}

market::Day Planner::publication_day(market::Day week, const std::string& tier) const {
  if (published_) {
    for (const formats::PublishedWeek& listed : *published_) {
      if (listed.week == week && listed.tier == tier && listed.published) return *listed.published;
    }
  }
  return market::to_new_york(market::weekly_publication(week, tier)).day;
}

}  // namespace offex::ingest
