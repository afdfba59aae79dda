#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "offex/market/calendar.hpp"
#include "offex/studies/composite_signal.hpp"
#include "offex/studies/macro.hpp"
#include "offex/studies/scan.hpp"

#include "studies/build_internal.hpp"
#include "studies/scan_tables_internal.hpp"
#include "studies/scan_walk_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::size_t kKeptStates = 25;
constexpr std::size_t kChunkSessions = 32;
constexpr std::string_view kStateTable = "scan_state";

/// One table of the walk with what is needed to store it.
struct Target {
  std::unique_ptr<SessionTable> table;
  store::DerivedTable derived;
  std::uint64_t rows{0};
};

std::vector<Target> targets(const BuildRequest& request) {
  const kernels::SurpriseParameters parameters;
  std::vector<std::unique_ptr<SessionTable>> tables;
  tables.push_back(summary_table(parameters));
  tables.push_back(hit_table(parameters, SymbolColumn::Code));
  tables.push_back(macro_table(parameters, request.proxies));
  tables.push_back(composite_table({}, SymbolColumn::Code));
  std::vector<Target> out;
  for (auto& table : tables) {
    store::DerivedTable derived = derived_table(table->spec());
    out.push_back({std::move(table), std::move(derived)});
  }
  return out;
}

/// Rows of these families change what a session says; a list of members or securities without a day
/// may reach back to any.
Result<std::optional<market::Day>> first_stale_day(const store::Reader& reader,
                                                   std::int64_t revision) {
  const std::array<store::Parameter, 1> parameters{revision};
  OFFEX_ASSIGN(
      store::QueryRows rows,
      // What an upstream told without a date counts from about the day it was known.
      reader.query("SELECT min(coalesce(r.key_date, CASE WHEN i.url LIKE 'http%' THEN "
                   "r.known_from::DATE - 1 END, DATE '0001-01-01')) FROM revision r JOIN "
                   "dataset_rank d USING (dataset) JOIN ingest_file i USING (file_id) WHERE "
                   "r.revision_id > $1 AND (d.family IN ('short', 'bar', 'lit', 'security', "
                   "'directory', 'constituent') OR r.dataset = 'corporate_actions')",
                   parameters));
  OFFEX_ASSIGN(const columns::Batch all, rows.all());
  if (!all.column(0).valid(0)) return std::optional<market::Day>{};
  return std::optional{market::Day::from_days(all.column(0).values<std::int32_t>()[0])};
}

/// Walks the stale sessions once and stores what all tables make of them, a chunk of sessions in
/// each transaction. Only the last one claims the new revision, so that a killed build is done
/// again.
class ScanBuild {
 public:
  ScanBuild(store::Writer& writer, const BuildRequest& request)
      : writer_{writer},
        request_{request},
        version_{kernels::surprise_version({})},
        state_table_{derived_table(*find_table(kStateTable, "rv/1.0.0"))},
        targets_{targets(request)} {}

  Result<BuildReport> run();

 private:
  Result<void> plan();
  Result<void> walk();
  Result<void> take(const ScanSession& session);
  Result<void> store_chunk(market::Day last, bool final);
  Result<void> prune_states();
  [[nodiscard]] store::BuildState state_of(const std::string& version, bool final) const;

  store::Writer& writer_;
  const BuildRequest& request_;
  std::string version_;
  store::DerivedTable state_table_;
  std::vector<Target> targets_;
  std::vector<market::Day> days_;  ///< all sessions that can be scanned
  std::size_t first_{0};           ///< the first of them to be stored
  std::int64_t before_{0};
  std::int64_t after_{0};
  std::optional<SecurityReference> reference_;
  std::vector<columns::Batch> states_;  ///< of the chunk under way
  market::Day chunk_first_;
  std::size_t taken_{0};
};

Result<void> ScanBuild::plan() {
  OFFEX_TRY(writer_.ensure_derived(state_table_));
  for (Target& target : targets_) OFFEX_TRY(writer_.ensure_derived(target.derived));
  const store::Reader& reader = writer_.reader();
  OFFEX_ASSIGN(days_, scan_days(reader));
  OFFEX_ASSIGN(after_, reader.last_revision());
  OFFEX_ASSIGN(const auto state, last_build(reader, state_table_, version_));
  before_ = state ? state->last_revision : 0;
  for (const Target& target : targets_) {
    OFFEX_ASSIGN(const auto build, last_build(reader, target.derived, target.table->version()));
    before_ = std::min(before_, build ? build->last_revision : 0);
  }
  if (request_.full || before_ == 0) {
    before_ = 0;
    return {};
  }
  OFFEX_ASSIGN(const auto stale, first_stale_day(reader, before_));
  first_ = stale ? static_cast<std::size_t>(std::ranges::lower_bound(days_, *stale) - days_.begin())
                 : days_.size();
  return {};
}

store::BuildState ScanBuild::state_of(const std::string& version, bool final) const {
  return {.variant = version,
          .variant_value = version,
          .last_revision = final ? after_ : before_,
          .days = market::DayRange{days_.front(), days_.back()},
          .built_at = request_.built_at};
}

Result<void> ScanBuild::store_chunk(market::Day last, bool final) {
  // The newest files may have become empty since: no row stands after the last session.
  const market::DayRange range{chunk_first_, final ? market::calendar_range().last : last};
  OFFEX_TRY(writer_.begin());
  const auto rows = [&]() -> Result<void> {
    for (Target& target : targets_) {
      OFFEX_ASSIGN(const std::uint64_t written,
                   writer_.replace_derived(target.derived, state_of(target.table->version(), final),
                                           range, [&](const store::Writer::BatchSink& sink) {
                                             return sink(target.table->take());
                                           }));
      target.rows += written;
    }
    OFFEX_TRY(writer_.replace_derived(state_table_, state_of(version_, final), range,
                                      [&](const store::Writer::BatchSink& sink) -> Result<void> {
                                        for (const columns::Batch& batch : states_) {
                                          OFFEX_TRY(sink(batch));
                                        }
                                        return {};
                                      }));
    if (final) OFFEX_TRY(prune_states());
    return writer_.commit();
  };
  auto done = rows();
  if (!done) writer_.rollback();
  states_.clear();
  chunk_first_ = last.plus(1);
  return done;
}

/// Drops the states before the newest ones.
Result<void> ScanBuild::prune_states() {
  if (days_.size() <= kKeptStates) return {};
  const market::DayRange old{days_.front(), days_[days_.size() - kKeptStates].plus(-1)};
  OFFEX_TRY(
      writer_.replace_derived(state_table_, state_of(version_, true), old,
                              [](const store::Writer::BatchSink&) -> Result<void> { return {}; }));
  return {};
}

Result<void> ScanBuild::take(const ScanSession& session) {
  const SecurityFacts& facts = reference_->at(session.day);
  const Ranking ranking = rank_session(session, facts, {}, RankBy::Omnibus, session.parameters->q);
  for (Target& target : targets_) {
    OFFEX_TRY(target.table->add(session, facts, ranking));
  }
  if (session.day < days_[first_]) {
    // The session before the first only tells what follows it.
    for (Target& target : targets_) static_cast<void>(target.table->take());
    return {};
  }
  const auto place =
      static_cast<std::size_t>(std::ranges::lower_bound(days_, session.day) - days_.begin());
  if (place + kKeptStates >= days_.size()) {
    states_.push_back(state_rows(*session.state, *session.axis, session.day, version_));
  }
  if (request_.progress) request_.progress(place + 1 - first_, days_.size() - first_);
  ++taken_;
  return taken_ % kChunkSessions == 0 ? store_chunk(session.day, false) : Result<void>{};
}

Result<void> ScanBuild::walk() {
  const store::Reader& reader = writer_.reader();
  OFFEX_ASSIGN(const Axis axis, store_axis(reader));
  OFFEX_ASSIGN(reference_, SecurityReference::load(reader, axis, {}));
  for (Target& target : targets_) OFFEX_TRY(target.table->prepare(reader, days_[first_]));
  // Days without a session between two chunks may hold rows that a correction took away.
  chunk_first_ = first_ == 0 ? market::calendar_range().first : days_[first_ - 1].plus(1);
  ScanStreamRequest walk;
  walk.days = market::DayRange{days_[first_ == 0 ? 0 : first_ - 1], days_.back()};
  walk.threads = request_.threads;
  walk.parts = true;
  walk.from_start = request_.full;
  OFFEX_TRY(
      scan_sessions(reader, walk, [this](const ScanSession& session) { return take(session); }));
  return store_chunk(days_.back(), true);
}

Result<BuildReport> ScanBuild::run() {
  OFFEX_TRY(plan());
  const std::size_t sessions = days_.size() - first_;
  if (sessions > 0) {
    OFFEX_TRY(walk());
  } else if (after_ > before_ && !days_.empty()) {
    chunk_first_ = days_.back().plus(1);
    OFFEX_TRY(store_chunk(days_.back(), true));
  }
  BuildReport report;
  for (const Target& target : targets_) {
    report.tables.push_back({target.derived.name, target.rows, sessions});
  }
  return report;
}

}  // namespace

Result<BuildReport> build_scan(store::Writer& writer, const BuildRequest& request) {
  return ScanBuild{writer, request}.run();
}

}  // namespace offex::studies
