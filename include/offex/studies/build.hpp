#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"
#include "offex/store/writer.hpp"
#include "offex/studies/index_aggregate.hpp"
#include "offex/studies/phase_a.hpp"

namespace offex::studies {

/// Called from the calling thread with work done and work to do (sessions under `v2`, once for the
/// metrics and once for what the scanner tells; symbols under `PhaseA_v1`).
using Progress = std::function<void(std::size_t done, std::size_t total)>;

struct BuildRequest {
  std::string version{"v2"};
  ScoreSource short_z_source{ScoreSource::ShortBuySellRatioZ};  ///< `PhaseA_v1` only
  std::optional<market::DayRange> days{};  ///< `v2` only: build these days and their weeks only
  bool full{false};                        ///< build what is up to date as well
  unsigned threads{1};
  ProxyMap proxies{default_proxies()};
  /// What the clock says. Weekly tables hold what was published until then.
  market::Instant built_at{};
  std::size_t block_days{16};  ///< sessions in memory at a time, beside the warm-up
  std::size_t memory_bytes{std::size_t{512} << 20U};  ///< of panels under `PhaseA_v1`
  Progress progress{};
};

/// What a build did to one table.
struct TableBuild {
  std::string table;  ///< "daily_metrics_v2"
  std::uint64_t rows{0};
  /// Sessions, or weeks of a weekly table, whose rows were replaced; 0: it was up to date.
  std::size_t sessions{0};
};

struct BuildReport {
  std::vector<TableBuild> tables;
};

/// Derives `daily_metrics` and `index_constituent_short_agg_daily` of one version, and under `v2`
/// `weekly_metrics` and what the scanner tells: `scan_hit`, `scan_session`, `macro_daily`,
/// `composite_signal`. The scanner looks back on all sessions, so a change rebuilds its tables from
/// there to the end, whatever `days` says.
///
/// Only what revisions since the last build can have changed is replaced, unless `full`; the result
/// is the same either way, bit for bit, for any number of threads and block size. Each range of
/// days is one transaction, and a killed build is finished by the next one. An unknown version is
/// an InvalidArgument.
[[nodiscard]] Result<BuildReport> build(store::Writer& writer, const BuildRequest& request);

struct MetricsRequest {
  std::string version{"v2"};
  ScoreSource short_z_source{ScoreSource::ShortBuySellRatioZ};
  std::vector<market::Symbol> symbols{};   ///< empty: all
  std::optional<market::DayRange> days{};  ///< empty: all
  std::optional<market::Instant> as_of{};  ///< use only what was known then
  unsigned threads{1};
};

/// Computes `daily_metrics` in memory from the facts, as known at `as_of`, by the code that builds
/// the stored table. Rows by symbol, then day; the columns of the view. No row is an empty batch.
[[nodiscard]] Result<columns::Batch> daily_metrics(const store::Reader& reader,
                                                   const MetricsRequest& request);

}  // namespace offex::studies
