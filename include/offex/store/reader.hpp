#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/store/ledger.hpp"
#include "offex/store/query.hpp"
#include "offex/store/types.hpp"

namespace offex::store {

/// Read access to the published snapshot: never meets a writer's lock.
///
/// Runs sandboxed: SQL can read the snapshot's tables and nothing else, no file, no network, no
/// setting. One reader must not be used from two threads at once; open one each.
class Reader {
 public:
  /// Opens the newest published state. When nobody writes and the snapshot is older than the
  /// store (a writer was killed), it is published first. A store without data is NotFound.
  [[nodiscard]] static Result<Reader> open(const StoreOptions& options);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();

  /// Runs one statement. \param parameters bound to $1, $2, ...
  [[nodiscard]] Result<QueryRows> query(std::string_view sql,
                                        std::span<const Parameter> parameters = {}) const;

  /// All symbols with their codes (the code is the index).
  [[nodiscard]] Result<std::vector<market::Symbol>> symbols() const;

  /// Calls `visit` with chunks in no particular order; days of one chunk may differ.
  [[nodiscard]] Result<void> scan_short(const Scan& scan,
                                        const std::function<void(const ShortChunk&)>& visit) const;
  [[nodiscard]] Result<void> scan_bars(const Scan& scan,
                                       const std::function<void(const BarChunk&)>& visit) const;
  /// \param version of the directions computed from the tape: "v2" or "PhaseA_v1"
  [[nodiscard]] Result<void> scan_lit(const Scan& scan, std::string_view version,
                                      const std::function<void(const LitChunk&)>& visit) const;
  /// Rows of the weekly summaries (not of the seed's weekly table). \param venues filled with the
  /// venues that the chunks name, \param tiers likewise
  [[nodiscard]] Result<void> scan_weekly_summary(
      const Scan& scan, std::vector<Venue>& venues, std::vector<std::string>& tiers,
      const std::function<void(const WeeklySummaryChunk&)>& visit) const;
  /// Tape files in force of some days, by day, data set and scope.
  [[nodiscard]] Result<std::vector<TapeFile>> tape_files(
      market::DayRange days, std::optional<market::Instant> as_of = {}) const;
  [[nodiscard]] Result<void> scan_weekly(
      const Scan& scan, const std::function<void(const WeeklyChunk&)>& visit) const;
  [[nodiscard]] Result<std::vector<Constituent>> constituents(
      std::optional<market::Instant> as_of = {}) const;

  /// Splits and resets, by effective day, then symbol code.
  [[nodiscard]] Result<std::vector<CorporateAction>> corporate_actions(
      std::optional<market::Instant> as_of = {}) const;

  /// First and last day that any daily fact (short, bar or lit) has, as of a moment.
  [[nodiscard]] Result<std::optional<market::DayRange>> daily_range(
      std::optional<market::Instant> as_of = {}) const;
  /// Days of daily facts that changed by revisions newer than `revision`, ascending.
  [[nodiscard]] Result<std::vector<market::Day>> changed_days(std::int64_t revision) const;
  /// What is known about the partitions of the upstreams, in the order of their keys.
  [[nodiscard]] Result<std::vector<LedgerEntry>> ledger(const LedgerFilter& filter = {}) const;
  /// Number of the newest revision.
  [[nodiscard]] Result<std::int64_t> last_revision() const;
  /// What was built for a derived table, newest build first.
  [[nodiscard]] Result<std::vector<BuildState>> builds(std::string_view table) const;

  /// Content digest of every table, independent of ids, capture times and order of arrival.
  struct TableDigest {
    std::string table;
    std::uint64_t rows{0};
    std::string digest;
  };
  [[nodiscard]] Result<std::vector<TableDigest>> digests() const;

 private:
  friend class Writer;
  class Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace offex::store
