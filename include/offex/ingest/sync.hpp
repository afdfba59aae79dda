#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/clock.hpp"
#include "offex/base/log.hpp"
#include "offex/base/result.hpp"
#include "offex/feeds/client.hpp"
#include "offex/feeds/upstream.hpp"
#include "offex/market/day.hpp"
#include "offex/market/facility.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/ledger.hpp"
#include "offex/store/writer.hpp"

namespace offex::ingest {

/// What `offex sync` can fetch.
enum class SyncSource : std::uint8_t {
  Short,      ///< daily short-sale volume, short interest, threshold list
  Weekly,     ///< weekly ATS and non-ATS summaries
  Bars,       ///< daily bars
  Trades,     ///< trades, quotes or minute bars of some symbols, or of the market by flat file
  Reference,  ///< symbol directories, securities, exchanges, trade conditions
};
[[nodiscard]] std::string_view to_string(SyncSource source);
[[nodiscard]] std::optional<SyncSource> parse_sync_source(std::string_view text);

enum class SyncMode : std::uint8_t { Tick, Minute, Daily };
[[nodiscard]] std::optional<SyncMode> parse_sync_mode(std::string_view text);

/// What to fetch.
struct SyncRequest {
  std::vector<SyncSource> sources;      ///< empty: all but trades
  bool sources_named{false};            ///< by the user: one without a key is an error then
  market::DayRange days;                ///< trade dates; weeks count by their Monday
  std::vector<market::Symbol> symbols;  ///< for trades and for bars by ticker; empty: the market
  std::vector<market::Facility> facilities;  ///< of short-sale files; empty: all of FINRA's
  SyncMode mode{SyncMode::Tick};             ///< of trades
  bool quotes{true};                         ///< in mode tick: quotes beside the trades
  bool flat_files{false};                    ///< bars and trades from flat files instead of REST
  bool short_from_api{false};                ///< regShoDaily instead of the files of the CDN
  bool ats_files{false};                     ///< ATS summary files of the CDN beside the Query API
  bool retry_absent{false};                  ///< also what an upstream once did not have
  bool bulk{false};                          ///< weekly rows by asynchronous requests
  int revisit_sessions{10};      ///< newest sessions asked for again, by conditional requests
  int revisit_weeks{8};          ///< newest published weeks looked through for restated rows
  std::size_t max_pages{1'000};  ///< of one answer; reached without its end, the partition fails
  std::chrono::milliseconds poll{60'000};  ///< between looks at an asynchronous request
  unsigned threads{0};                     ///< decoders; 0: one a processor
};

/// A piece of work and what it will cost, by experience.
struct PlannedPartition {
  store::Partition partition;
  std::string what;         ///< for people
  bool conditional{false};  ///< a revisit: usually answered without a body
  std::uint64_t calls{1};
  std::uint64_t bytes{0};
};

/// What a sync would do.
struct SyncPlan {
  std::vector<PlannedPartition> partitions;
  std::uint64_t calls{0};
  std::uint64_t bytes{0};
  double minutes{0.0};             ///< by the rates of the upstreams and 5 MB/s
  std::vector<std::string> notes;  ///< what is left out, and why
};

/// How a sync went. Each partition counts once.
struct SyncReport {
  std::uint64_t partitions{0};
  std::uint64_t fetched{0};    ///< stored for the first time
  std::uint64_t released{0};   ///< of `fetched`: of a day or week, not lists of the current state
  std::uint64_t revised{0};    ///< corrected by a newer answer
  std::uint64_t unchanged{0};  ///< asked for again and the same
  std::uint64_t absent{0};     ///< the upstream does not have them
  std::vector<store::LedgerEntry> due;      ///< not published yet
  std::vector<store::LedgerEntry> failed;   ///< asked for in vain
  std::vector<base::ErrorCode> failures{};  ///< of `failed`, in the same order
  std::uint64_t rows{0};
  std::uint64_t bytes{0};          ///< received
  std::uint64_t requests{0};       ///< attempts included
  std::uint64_t bodies{0};         ///< replies with a body that were used
  std::uint64_t resumed{0};        ///< files of an interrupted run that were not fetched again
  std::vector<std::string> notes;  ///< what was left out or fell back, and why
  std::vector<std::string> warnings;
  double store_seconds{0.0};  ///< of this thread, spent storing
};

/// What a sync needs from outside. All must outlive it; `log` may be null.
struct SyncContext {
  const feeds::FeedSettings& feeds;
  std::filesystem::path home;
  const base::Clock& clock;
  base::LogSink* log{nullptr};
};

/// Called after each partition. Every partition counts once, however often it is asked for.
using SyncProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Returns what `sync` would do, from the ledger and the calendar; asks nobody. \param reader null
/// where there is no store yet
[[nodiscard]] Result<SyncPlan> plan_sync(const store::Reader* reader, const SyncContext& context,
                                         const SyncRequest& request);

/// Fetches what is missing or due and stores it.
///
/// Each partition is stored whole or not at all, together with its ledger entry. Bytes that came in
/// lie in `HOME/incoming` until they are stored, so that after an interruption, or a kill, nothing
/// is fetched twice. One failing partition does not stop the others. `stop` is asked between
/// answers: when it says true, what is whole is committed and Interrupted is returned.
[[nodiscard]] Result<SyncReport> sync(store::Writer& writer, const SyncContext& context,
                                      const SyncRequest& request, const SyncProgress& progress = {},
                                      const std::function<bool()>& stop = {});

}  // namespace offex::ingest
