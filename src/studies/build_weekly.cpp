#include <algorithm>
#include <string>
#include <string_view>

#include "studies/build_internal.hpp"
#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::string_view kVariant{"v2"};

/// Weeks of `mondays` that can differ from what a build stored: by newer revisions, and by facts
/// that were released between that build and this one. Joined where they touch.
Result<std::vector<SessionRange>> changed_weeks(const store::Reader& reader,
                                                std::span<const market::Day> mondays,
                                                const store::BuildState& built,
                                                market::Instant now) {
  // A clock that was set back takes releases away.
  const std::vector<store::Parameter> parameters{built.last_revision, std::min(built.built_at, now),
                                                 std::max(built.built_at, now)};
  OFFEX_ASSIGN(
      store::QueryRows query,
      reader.query("SELECT DISTINCT date_trunc('week', day)::DATE FROM ("
                   "SELECT key_date AS day FROM revision WHERE (revision_id > $1 OR "
                   "(known_from > $2 AND known_from <= $3)) "
                   "AND dataset IN ('weekly_summary', 'weekly_download', "
                   "'ats_summary', 'otc_weekly_table', 'daily_bar_flat_file', "
                   "'daily_bar_grouped', 'daily_bar_table', 'daily_bar_aggregates') UNION ALL "
                   "SELECT week_start_date FROM fact_weekly_summary WHERE public_from > $2 AND "
                   "public_from <= $3) ORDER BY 1",
                   parameters));
  OFFEX_ASSIGN(const columns::Batch weeks, query.all());
  std::vector<SessionRange> out;
  for (const std::int32_t day : weeks.column(0).values<std::int32_t>()) {
    const auto at = std::ranges::find(mondays, market::Day::from_days(day));
    if (at == mondays.end()) {
      continue;  // bars of a week without weekly data
    }
    const auto begin = static_cast<std::size_t>(at - mondays.begin());
    const std::size_t end = std::min(mondays.size(), begin + kWeeklyWindow + 1);
    if (!out.empty() && begin <= out.back().end) {
      out.back().end = end;
    } else {
      out.push_back({begin, end});
    }
  }
  return out;
}

/// Days to weeks: those whose Monday to Sunday touches the range.
market::DayRange weeks_of(const market::DayRange& days) {
  return {market::week_start(days.first), days.last};
}

std::vector<std::size_t> order_of(const columns::Batch& rows) {
  const auto& symbols = rows.find("symbol")->values<market::Symbol>();
  std::vector<std::size_t> order(rows.num_rows());
  for (std::size_t row = 0; row < order.size(); ++row) {
    order[row] = row;
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return symbols[row]; });
  return order;
}

/// What a build says of itself.
struct Claims {
  store::BuildState partly;  ///< when it leaves weeks to others, which may be stale still
  store::BuildState wholly;
};

Claims claims_of(const std::optional<store::BuildState>& state, std::int64_t newest,
                 const Axis& axis, const BuildRequest& request) {
  Claims out;
  out.partly = {.variant = std::string{kVariant},
                .last_revision = state ? state->last_revision : 0,
                .days = market::DayRange{axis.days.front(), axis.days.back()},
                .built_at = state ? state->built_at : request.built_at};
  out.wholly = out.partly;
  out.wholly.last_revision = newest;
  out.wholly.built_at = request.built_at;
  return out;
}

}  // namespace

Result<TableBuild> build_weekly(store::Writer& writer, const BuildRequest& request) {
  const store::Reader& reader = writer.reader();
  const store::DerivedTable table = derived_table(*find_table("weekly_metrics", kVariant));
  OFFEX_TRY(writer.ensure_derived(table));
  OFFEX_ASSIGN(Axis axis, store_axis(reader));
  OFFEX_ASSIGN(axis.days, weekly_grid(reader, {}));
  OFFEX_ASSIGN(const std::int64_t newest, reader.last_revision());
  OFFEX_ASSIGN(const auto state, last_build(reader, table, std::string{kVariant}));
  TableBuild out{table.name, 0, 0};
  if (axis.days.empty()) {
    return out;
  }
  const Claims claims = claims_of(state, newest, axis, request);
  std::vector<SessionRange> ranges{{0, axis.days.size()}};
  if (state && !request.full) {
    OFFEX_ASSIGN(ranges, changed_weeks(reader, axis.days, *state, request.built_at));
  }
  if (request.days) {
    ranges = clip(ranges, axis.days, weeks_of(*request.days));
  } else if (ranges.empty() && newest > claims.partly.last_revision) {
    OFFEX_TRY(advance(writer, table, claims.wholly));
  }
  for (const SessionRange& range : ranges) {
    // Only the last range claims the new revision, so that a killed build is done again.
    const bool whole = !request.days && &range == &ranges.back();
    const market::DayRange days{axis.days[range.begin], axis.days[range.end - 1]};
    OFFEX_ASSIGN(const std::uint64_t rows,
                 writer.replace_derived(table, whole ? claims.wholly : claims.partly, days,
                                        [&](const store::Writer::BatchSink& sink) {
                                          // What is not published yet is not in the table.
                                          return weekly_batches(reader, axis, range,
                                                                request.built_at,
                                                                SymbolColumn::Code, sink);
                                        }));
    out.rows += rows;
    out.sessions += range.size();
  }
  return out;
}

Result<columns::Batch> weekly_metrics(const store::Reader& reader, const WeeklyRequest& request) {
  const TableSpec& spec = *find_table("weekly_metrics", kVariant);
  OFFEX_ASSIGN(Axis axis, store_axis(reader, request.symbols));
  OFFEX_ASSIGN(axis.days, weekly_grid(reader, request.as_of));
  columns::Batch rows = RowWriter::header(spec, SymbolColumn::Name);
  std::vector<SessionRange> ranges{{0, axis.days.size()}};
  if (request.weeks) {
    ranges = clip(ranges, axis.days, *request.weeks);
  }
  for (const SessionRange& range : ranges) {
    OFFEX_TRY(weekly_batches(reader, axis, range, request.as_of, SymbolColumn::Name,
                             [&](const columns::Batch& batch) -> Result<void> {
                               for (std::size_t index = 0; index < batch.num_columns(); ++index) {
                                 for (std::size_t row = 0; row < batch.num_rows(); ++row) {
                                   rows.column(index).push_from(batch.column(index), row);
                                 }
                               }
                               return {};
                             }));
  }
  columns::Batch sorted = RowWriter::header(spec, SymbolColumn::Name);
  const std::vector<std::size_t> order = order_of(rows);
  for (std::size_t index = 0; index < rows.num_columns(); ++index) {
    for (const std::size_t row : order) {
      sorted.column(index).push_from(rows.column(index), row);
    }
  }
  return sorted;
}

}  // namespace offex::studies
