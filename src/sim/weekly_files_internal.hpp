#pragma once

#include <future>
#include <memory>
#include <vector>

#include "offex/base/result.hpp"

#include "sim/weekly_internal.hpp"
#include "sim/writer_internal.hpp"

namespace offex::sim {

/// Returns the Mondays of weeks whose sessions are all among `sessions`.
[[nodiscard]] std::vector<market::Day> complete_weeks(const std::vector<market::Day>& sessions);

/// Collects sessions into weeks and writes each complete one in a thread of its own.
class WeeklyFiles {
 public:
  WeeklyFiles(const MarketSpec& spec, const std::vector<Security>& universe,
              const std::vector<market::Day>& sessions, Writer& writer);

  /// Takes the next session.
  [[nodiscard]] Result<void> add(market::Day day, const std::vector<Trading>& trading);
  /// Waits for the files that are still being written.
  [[nodiscard]] Result<void> finish();

 private:
  /// What to write of one week.
  struct Job {
    market::Day monday;
    std::vector<WeekSum> sums;
    bool firms{false};
    bool changes{false};
    bool restated{false};
    bool download{false};
  };

  [[nodiscard]] Job job_of(std::size_t week) const;
  [[nodiscard]] Result<void> write(const Job& job) const;
  [[nodiscard]] Result<void> write_pages(const WeekTable& table) const;
  [[nodiscard]] Result<void> write_restated(const Job& job, const WeekTable& table) const;
  [[nodiscard]] Result<void> write_downloads(const WeekTable& table) const;
  [[nodiscard]] Result<void> write_archive(const WeekTable& table) const;

  const MarketSpec& spec_;
  const std::vector<Security>& universe_;
  Writer& writer_;
  WrittenMarket paths_;  // the writer's belong to the other thread
  std::vector<market::Day> weeks_;
  std::vector<WeekSum> sums_;
  market::Day monday_;
  std::future<Result<void>> pending_;
};

}  // namespace offex::sim
