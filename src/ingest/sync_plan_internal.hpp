#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/feeds/upstream.hpp"
#include "offex/formats/page_facts.hpp"
#include "offex/store/reader.hpp"

#include "ingest/sync_task_internal.hpp"

namespace offex::ingest {

/// What is to be done, and what is left out.
struct TaskPlan {
  std::vector<Task> tasks;
  std::vector<store::LedgerEntry> waiting;  ///< not before their `retry_at`
  std::vector<std::string> notes;
  std::set<std::string> stored_slugs;  ///< of partitions that are stored: left over in the spool
};

/// Returns the moment from which the vendor's data of a trade date are whole: trading ends at 20:00
/// in New York.
[[nodiscard]] market::Instant vendor_day_end(market::Day day);

/// Makes tasks out of a request, the ledger and the calendar.
class Planner {
 public:
  using Ledger = std::map<store::Partition, store::LedgerEntry>;

  /// All must outlive the planner. \param published weeks that FINRA lists; empty: by the rule
  Planner(const SyncRequest& request, const feeds::FeedSettings& feeds, Ledger ledger,
          market::Instant now, std::optional<std::vector<formats::PublishedWeek>> published);

  /// A source that was named and cannot be asked (no key) is an error.
  [[nodiscard]] Result<TaskPlan> plan();

  [[nodiscard]] static bool wants(const SyncRequest& request, SyncSource source);

 private:
  enum class Need : std::uint8_t { Nothing, Ask, Revisit, Wait };
  [[nodiscard]] Need need_of(const store::Partition& partition, bool recent) const;
  /// Adds a task unless the ledger says that there is nothing to do.
  void add(Task task, bool recent);
  /// Notes that a partition is not to be asked for before a moment.
  void wait(store::Partition partition, std::string reason, market::Instant until);
  /// Whether a stored answer was taken before the day was over: it is asked for once more.
  [[nodiscard]] bool was_early(const store::LedgerEntry& known) const;
  /// Sessions asked for that are not published yet: the first one is waited for.
  void wait_for_sessions();
  [[nodiscard]] const store::LedgerEntry* entry(const store::Partition& partition) const;
  [[nodiscard]] bool is_recent(market::Day day) const;

  void plan_short_files();
  void plan_short_api();
  void plan_short_interest();
  void plan_threshold_list();
  void plan_ats_files();
  void plan_weeks();
  void plan_week(market::Day week, const std::string& tier, bool listed);
  void wait_for_week(market::Day week, const std::string& tier);
  void plan_restated(const std::string& tier);
  void ask_restated(const std::string& tier, market::Day since,
                    const std::vector<store::LedgerEntry>& weeks);
  [[nodiscard]] market::Day publication_day(market::Day week, const std::string& tier) const;
  [[nodiscard]] Result<void> plan_bars();
  void plan_market_bars();
  void plan_ticker_bars();
  [[nodiscard]] Result<void> plan_trades();
  void plan_tape_files(market::Day day);
  void plan_tape_pages(market::Day day, const market::Symbol& symbol);
  void plan_reference();
  void plan_directories();
  void plan_vendor_lists();
  void plan_splits();

  const SyncRequest& request_;
  const feeds::FeedSettings& feeds_;
  Ledger ledger_;
  market::Instant now_;
  market::Day today_;
  std::optional<std::vector<formats::PublishedWeek>> published_;
  std::vector<market::Day> sessions_;  ///< of the request that are published by rule, ascending
  TaskPlan out_;
};

}  // namespace offex::ingest
