#include "offex/studies/scan_stream.hpp"

#include <algorithm>
#include <utility>

#include "studies/scan_walk_internal.hpp"

namespace offex::studies {
namespace {

std::size_t place(const std::vector<market::Day>& days, market::Day day) {
  return static_cast<std::size_t>(std::ranges::lower_bound(days, day) - days.begin());
}

/// Sessions to step over and the first of them to show.
struct Way {
  std::size_t first{0};
  std::size_t end{0};
};

Way way_of(const std::vector<market::Day>& days, const ScanStreamRequest& request) {
  if (!request.days) return {0, days.size()};
  return {place(days, request.days->first), place(days, request.days->last.plus(1))};
}

/// Begins at a stored state that leaves one session before the first one shown: its scores are what
/// the first calls the session before.
Result<void> begin(const store::Reader& reader, const Axis& axis, const ScanStreamRequest& request,
                   const Way& way, ScanWalk& walk) {
  if (request.from_start || way.first < 2) return {};
  OFFEX_ASSIGN(
      std::optional<StoredState> stored,
      stored_state(reader, axis, request.parameters, axis.days[way.first - 1], request.as_of));
  if (stored) {
    walk.start_at(place(axis.days, stored->day) + 1, std::move(stored->state));
  }
  return {};
}

}  // namespace

Result<std::optional<market::DayRange>> scan_range(const store::Reader& reader,
                                                   std::optional<market::Instant> as_of) {
  std::string sql =
      "SELECT min(r.key_date), max(r.key_date) FROM revision r JOIN dataset_rank d USING (dataset) "
      "WHERE d.family = 'short' AND r.facility <> 'FORF' AND r.rows > 0";
  std::vector<store::Parameter> parameters;
  if (as_of) {
    sql += " AND r.known_from <= $1 AND (r.known_to IS NULL OR $1 < r.known_to)";
    parameters.emplace_back(*as_of);
  } else {
    sql += " AND r.known_to IS NULL";
  }
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  OFFEX_ASSIGN(const columns::Batch all, rows.all());
  if (!all.column(0).valid(0)) return std::optional<market::DayRange>{};
  return std::optional{
      market::DayRange{market::Day::from_days(all.column(0).values<std::int32_t>()[0]),
                       market::Day::from_days(all.column(1).values<std::int32_t>()[0])}};
}

Result<std::vector<market::Day>> scan_days(const store::Reader& reader,
                                           std::optional<market::Instant> as_of) {
  const std::string sql = "SELECT DISTINCT key_date FROM consolidated_revision_used(" +
                          std::string{as_of ? "$1" : "TIMESTAMP 'infinity'"} +
                          ") WHERE rows > 0 ORDER BY key_date";
  std::vector<store::Parameter> parameters;
  if (as_of) parameters.emplace_back(*as_of);
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  OFFEX_ASSIGN(const columns::Batch all, rows.all());
  OFFEX_ASSIGN(const std::vector<market::Day> sessions, trading_days(reader, as_of));
  std::vector<market::Day> out;
  for (const std::int32_t number : all.column(0).values<std::int32_t>()) {
    const auto day = market::Day::from_days(number);
    if (std::ranges::binary_search(sessions, day)) out.push_back(day);
  }
  return out;
}

Result<void> scan_sessions(const store::Reader& reader, const ScanStreamRequest& request,
                           const std::function<Result<void>(const ScanSession&)>& visit) {
  OFFEX_ASSIGN(Axis axis, store_axis(reader));
  OFFEX_ASSIGN(axis.days, trading_days(reader, request.as_of));
  const Way way = way_of(axis.days, request);
  if (way.first >= way.end || axis.symbols.empty()) return {};
  OFFEX_ASSIGN(std::vector<store::CorporateAction> actions,
               reader.corporate_actions(request.as_of));
  ScanWalk walk{reader, axis, request, std::move(actions)};
  OFFEX_TRY(begin(reader, axis, request, way, walk));
  while (walk.position() < way.end) {
    const bool shown = walk.position() >= way.first;
    OFFEX_ASSIGN(const ScanSession* session, walk.next());
    if (session != nullptr && shown) {
      OFFEX_TRY(visit(*session));
    }
  }
  return {};
}

}  // namespace offex::studies
