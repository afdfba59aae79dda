#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "offex/feeds/request.hpp"
#include "offex/feeds/upstream.hpp"
#include "offex/ingest/sync.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"

#include "ingest/sync_plan_internal.hpp"
#include "ingest/sync_task_internal.hpp"

// What the tests of the parts of a sync share.
namespace offex::ingest::sync_test {

inline market::Day day(std::string_view text) { return market::Day::parse(text).value(); }

inline market::Instant at(std::string_view text) { return market::Instant::parse(text).value(); }

/// Returns a list of `count` rows in JSON.
inline std::string json_rows(std::size_t count) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i)
    out += (i == 0 ? R"({"row":)" : R"(,{"row":)") + std::to_string(i) + '}';
  return out + ']';
}

inline feeds::Reply body_of(std::string body, std::optional<std::int64_t> total = {},
                            std::optional<std::int64_t> offset = {}) {
  feeds::Reply out;
  out.kind = feeds::ReplyKind::Body;
  out.status = 200;
  out.body = std::move(body);
  out.record_total = total;
  out.record_offset = offset;
  return out;
}

inline feeds::Reply empty_reply(std::optional<std::int64_t> total = {}) {
  feeds::Reply out;
  out.kind = feeds::ReplyKind::Empty;
  out.status = 204;
  out.record_total = total;
  return out;
}

inline std::string header_of(const feeds::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

/// Plans from a ledger and a clock. It is the evening of Friday, 2026-03-20, after the files of the
/// day; the days asked for are those of this week.
class PlannerTest : public testing::Test {
 protected:
  [[nodiscard]] Result<TaskPlan> try_plan() {
    Planner planner{request_, feeds_, ledger_, now_, published_};
    return planner.plan();
  }
  [[nodiscard]] TaskPlan plan() {
    auto out = try_plan();
    EXPECT_TRUE(out) << out.error().message;
    return out ? std::move(*out) : TaskPlan{};
  }
  /// Tasks of one data set, and of one scope where it is named.
  [[nodiscard]] std::vector<Task> tasks(market::Dataset dataset,
                                        const std::optional<std::string>& scope = {}) {
    std::vector<Task> out;
    for (Task& task : plan().tasks) {
      const store::Partition& key = task.covers.front();
      if (key.dataset == dataset && (!scope || key.scope == *scope)) out.push_back(std::move(task));
    }
    return out;
  }
  [[nodiscard]] static std::vector<std::string> days_of(const std::vector<Task>& tasks) {
    std::vector<std::string> out;
    for (const Task& task : tasks) out.push_back(task.covers.front().day->iso());
    return out;
  }
  /// Notes in the ledger what happened to a partition an hour ago.
  store::LedgerEntry& known(const store::Partition& partition, store::PartitionState state) {
    store::LedgerEntry& entry = ledger_[partition];
    entry.partition = partition;
    entry.state = state;
    entry.checked_at = at("2026-03-20T22:00:00Z");
    return entry;
  }
  [[nodiscard]] static store::Partition short_file(std::string_view of) {
    return {.source = "finra_cdn",
            .dataset = market::Dataset::FinraShortDaily,
            .day = day(of),
            .scope = "CNMS"};
  }
  [[nodiscard]] static store::Partition week_of(std::string_view monday, std::string scope = "T1") {
    return {.source = "finra_api",
            .dataset = market::Dataset::WeeklySummary,
            .day = day(monday),
            .scope = std::move(scope)};
  }
  void ask_for(SyncSource source) { request_.sources = {source}; }
  void ask_for(std::string_view first, std::string_view last) {
    request_.days = {day(first), day(last)};
  }

  SyncRequest request_{.sources = {SyncSource::Short},
                       .days = {day("2026-03-16"), day("2026-03-20")},
                       .symbols = {},
                       .facilities = {market::Facility::Cnms}};
  feeds::FeedSettings feeds_;
  Planner::Ledger ledger_;
  market::Instant now_ = at("2026-03-20T23:00:00Z");
  std::optional<std::vector<formats::PublishedWeek>> published_;
};

}  // namespace offex::ingest::sync_test
