#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

#include "ingest/sync_engine_internal.hpp"
#include "ingest/sync_verify_internal.hpp"

// How tasks end, and what the ledger says of it.
namespace offex::ingest {
namespace {

using store::LedgerEntry;
using store::PartitionState;

constexpr std::int64_t kMinuteNanos = 60'000'000'000;

// Whether the answer is there already, and was asked for again.
bool is_revisit(const Task& task) {
  return !task.revisited.empty() || (task.before && is_stored(task.before->state));
}

void add_up(const store::PutResult& put, store::PutResult& all) {
  all.rows += put.rows;
  all.added += put.added;
  all.superseded += put.superseded;
  all.unchanged += put.unchanged;
}

}  // namespace

Result<void> SyncEngine::store_answer(std::size_t id, std::vector<Decoded> answer) {
  Work& work = works_[id];
  if (auto checked = verify(work.task, answer); !checked) {
    return retry(id, checked.error(), nullptr);
  }
  std::string note = work.task.expected.week ? compare_levels(answer) : "";
  const std::vector<market::Day> weeks = weeks_of(answer);
  const std::vector<market::Day> days = work.task.days_by_rows ? days_of(answer) : weeks;
  store::PutResult all;
  std::vector<std::string> hashes;
  for (Decoded& part : answer) {
    report_.bytes += part.source.bytes;
    hashes.push_back(part.source.sha256);
    OFFEX_ASSIGN(const FileOutcome outcome, storer_.store(work.task.what, std::move(part)));
    if (outcome.error) return retry(id, *outcome.error, nullptr);
    for (const std::string& warning : outcome.warnings) {
      // The further page is the next file of this answer.
      if (work.task.shape == Shape::LinkedPages && warning.starts_with("next_url")) continue;
      report_.warnings.push_back(work.task.what + ": " + warning);
    }
    add_up(outcome.put, all);
  }
  return finish_stored(id, all, hashes.size() == 1 ? hashes.front() : "", days, std::move(note));
}

Result<void> SyncEngine::finish_stored(std::size_t id, const store::PutResult& put,
                                       const std::string& sha256,
                                       const std::vector<market::Day>& days, std::string note) {
  Work& work = works_[id];
  if (!work.task.revisited.empty()) return finish_restated(id, put, days);
  const bool was_revised = work.task.before && work.task.before->state == PartitionState::Revised;
  const PartitionState state =
      put.superseded > 0 || was_revised ? PartitionState::Revised : PartitionState::Fetched;
  if (!note.empty()) report_.warnings.push_back(work.task.what + ": " + note);
  std::vector<LedgerEntry> entries;
  for (const store::Partition& partition : work.task.covers) {
    const bool there = !work.task.days_by_rows || !partition.day ||
                       std::ranges::binary_search(days, *partition.day);
    if (!there) {
      entries.push_back(missing_entry(work, partition, "the answer has no row of this day"));
      if (entries.back().state == PartitionState::Due) report_.due.push_back(entries.back());
      continue;
    }
    entries.push_back(entry_of(work, partition, state, note));
    entries.back().sha256 = sha256;
  }
  OFFEX_TRY(storer_.record(entries));
  done_slugs_.push_back(slug_of(work.task));
  report_.rows += put.rows;
  report_.revised += put.superseded > 0 ? 1 : 0;
  report_.unchanged += put.superseded + put.added == 0 ? 1 : 0;
  if (put.superseded == 0 && put.added > 0) {
    const store::Partition& first = work.task.covers.front();
    report_.fetched += 1;
    report_.released += first.day && first.dataset != market::Dataset::SymbolDirectory ? 1 : 0;
  }
  finished_one();
  return {};
}

// The weeks were looked at; those that rows came for are corrected.
Result<void> SyncEngine::finish_restated(std::size_t id, const store::PutResult& put,
                                         const std::vector<market::Day>& weeks) {
  const Work& work = works_[id];
  std::vector<LedgerEntry> entries = work.task.revisited;
  for (LedgerEntry& entry : entries) {
    entry.checked_at = now();
    if (put.superseded == 0 || !std::ranges::binary_search(weeks, *entry.partition.day)) continue;
    entry.state = PartitionState::Revised;
    entry.reason = "rows were restated";
  }
  OFFEX_TRY(storer_.record(entries));
  done_slugs_.push_back(slug_of(work.task));
  report_.rows += put.rows;
  report_.revised += put.superseded > 0 ? 1 : 0;
  report_.unchanged += put.superseded > 0 ? 0 : 1;
  finished_one();
  return {};
}

Result<void> SyncEngine::finish_unchanged(std::size_t id) {
  const Work& work = works_[id];
  LedgerEntry entry = work.task.before.value_or(LedgerEntry{});
  entry.partition = work.task.covers.front();
  entry.checked_at = now();
  OFFEX_TRY(storer_.record(std::array{entry}));
  // A kill may have met an earlier run while it cleared away.
  done_slugs_.push_back(slug_of(work.task));
  report_.unchanged += 1;
  finished_one();
  return {};
}

Result<void> SyncEngine::finish_absent(std::size_t id, std::string reason, bool may_ask_other) {
  Work& work = works_[id];
  if (may_ask_other && work.task.otherwise) {
    Task other = *work.task.otherwise;
    if (other.covers != work.task.covers) {
      report_.notes.push_back(
          fmt::format("{}: {}; asked for instead: {}", work.task.what, reason, other.what));
      OFFEX_TRY(record(work, PartitionState::Absent,
                       fmt::format("{}; asked for instead: {}", reason, other.what)));
      OFFEX_ASSIGN(const std::vector<LedgerEntry> known,
                   writer_.reader().ledger({.source = other.covers.front().source,
                                            .dataset = other.covers.front().dataset,
                                            .days = market::DayRange{*other.covers.front().day,
                                                                     *other.covers.front().day}}));
      const bool stored = std::ranges::any_of(known, [&](const LedgerEntry& entry) {
        return entry.partition == other.covers.front() && entry.state == PartitionState::Fetched;
      });
      if (stored) {
        report_.unchanged += 1;
        finished_one();
        return {};
      }
    }
    work.task = std::move(other);
    return start(id);
  }
  done_slugs_.push_back(slug_of(work.task));
  if (work.task.in_row && !work.task.may_be_late) {
    absent_.push_back(id);
    finished_one();
    return {};
  }
  if (is_revisit(work.task)) {
    report_.warnings.push_back(work.task.what + ": is stored, and no longer on the server");
    return finish_unchanged(id);
  }
  std::vector<LedgerEntry> entries;
  bool late = false;
  for (const store::Partition& partition : work.task.covers) {
    entries.push_back(missing_entry(work, partition, reason));
    if (entries.back().state == PartitionState::Due) {
      report_.due.push_back(entries.back());
      late = true;
    }
  }
  OFFEX_TRY(storer_.record(entries));
  report_.absent += late ? 0 : 1;
  finished_one();
  return {};
}

// What the newest of its kind lacks may still come; anything else is absent.
LedgerEntry SyncEngine::missing_entry(const Work& work, const store::Partition& partition,
                                      const std::string& reason) const {
  const bool newest =
      work.task.covers.size() == 1 || partition.day == market::last_published_session(now());
  if (!work.task.may_be_late || !newest) {
    return entry_of(work, partition, PartitionState::Absent, reason);
  }
  constexpr std::int64_t kWait = 15 * kMinuteNanos;
  LedgerEntry out = entry_of(work, partition, PartitionState::Due, "not published yet");
  out.retry_at = market::Instant::from_nanos(now().nanos() + kWait);
  return out;
}

Result<void> SyncEngine::finish_failed(std::size_t id, const base::Error& error) {
  const Work& work = works_[id];
  LedgerEntry told =
      entry_of(work, work.task.covers.front(), PartitionState::Failed, base::format_error(error));
  // A revisit that fails does not undo what is stored: the next run asks again.
  if (!is_revisit(work.task)) {
    std::vector<LedgerEntry> entries;
    for (const store::Partition& partition : work.task.covers) {
      entries.push_back(told);
      entries.back().partition = partition;
      entries.back().attempts = (work.task.before ? work.task.before->attempts : 0) + 1;
    }
    OFFEX_TRY(storer_.record(entries));
  }
  report_.failed.push_back(std::move(told));
  report_.failures.push_back(error.code);
  finished_one();
  return {};
}

Result<void> SyncEngine::judge_absences() {
  constexpr std::size_t kTooMany = 3;
  std::map<std::string, std::vector<std::size_t>> by_scope;
  for (const std::size_t id : absent_) {
    by_scope[works_[id].task.covers.front().scope].push_back(id);
  }
  for (auto& [scope, ids] : by_scope) {
    const auto day_of = [&](std::size_t id) { return *works_[id].task.covers.front().day; };
    std::ranges::sort(ids, {}, day_of);
    std::size_t begin = 0;
    while (begin < ids.size()) {
      std::size_t end = begin + 1;
      while (end < ids.size() && market::session_after(day_of(ids[end - 1])) == day_of(ids[end])) {
        ++end;
      }
      for (std::size_t i = begin; i < end; ++i) {
        const Work& work = works_[ids[i]];
        if (end - begin < kTooMany && is_revisit(work.task)) {
          report_.warnings.push_back(work.task.what + ": is stored, and no longer on the server");
          report_.unchanged += 1;
          continue;
        }
        if (end - begin < kTooMany) {
          OFFEX_TRY(record(work, PartitionState::Absent, "the server has no such file"));
          report_.absent += 1;
          continue;
        }
        LedgerEntry entry = entry_of(
            work, work.task.covers.front(), PartitionState::Failed,
            fmt::format("absent, like {} sessions in a row from {} to {}: the server refuses, or "
                        "the address has changed",
                        end - begin, day_of(ids[begin]).iso(), day_of(ids[end - 1]).iso()));
        // What is stored stays so, whatever the server says today.
        if (!is_revisit(work.task)) OFFEX_TRY(storer_.record(std::array{entry}));
        report_.failed.push_back(std::move(entry));
        report_.failures.push_back(base::ErrorCode::Upstream);
      }
      begin = end;
    }
  }
  return {};
}

Result<void> SyncEngine::record(const Work& work, PartitionState state, std::string reason) {
  std::vector<LedgerEntry> entries;
  for (const store::Partition& partition : work.task.covers) {
    entries.push_back(entry_of(work, partition, state, reason));
  }
  return storer_.record(entries);
}

LedgerEntry SyncEngine::entry_of(const Work& work, const store::Partition& partition,
                                 PartitionState state, std::string reason) const {
  LedgerEntry out;
  out.partition = partition;
  out.state = state;
  out.reason = std::move(reason);
  out.checked_at = now();
  out.url = work.task.request.url;
  if (work.transfer && !work.transfer->files().empty()) {
    const SpoolFile& last = work.transfer->files().back();
    out.url = last.url;
    // Pages have validators of their own, which tell nothing of the whole answer.
    if (work.task.shape == Shape::File || work.task.shape == Shape::JsonFile) {
      out.etag = last.etag;
      out.last_modified = last.last_modified;
    }
  }
  return out;
}

}  // namespace offex::ingest
