#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

// What is in memory at a time: a full week has 450,000 rows by firm, of 104 bytes; a cell has 30
// numbers.
constexpr std::int64_t kBlockRows = 1'000'000;
constexpr std::size_t kBlockCells = 200'000;

/// Number of summary rows of each week of `mondays`.
Result<std::vector<std::int64_t>> rows_by_week(const store::Reader& reader,
                                               std::span<const market::Day> mondays,
                                               std::optional<market::Instant> as_of) {
  std::vector<store::Parameter> parameters;
  if (as_of) {
    parameters.emplace_back(*as_of);
  }
  const std::string sql =
      "SELECT date_trunc('week', key_date)::DATE, sum(rows)::BIGINT FROM revision_used(" +
      std::string{as_of ? "$1" : "TIMESTAMP 'infinity'"} +
      ") WHERE dataset IN ('weekly_summary', 'weekly_download', 'ats_summary') GROUP BY 1";
  OFFEX_ASSIGN(store::QueryRows query, reader.query(sql, parameters));
  OFFEX_ASSIGN(const columns::Batch counts, query.all());
  std::vector<std::int64_t> out(mondays.size(), 0);
  for (std::size_t row = 0; row < counts.num_rows(); ++row) {
    const auto monday = market::Day::from_days(counts.column(0).values<std::int32_t>()[row]);
    const auto at = std::ranges::lower_bound(mondays, monday);
    if (at != mondays.end() && *at == monday) {
      out[static_cast<std::size_t>(at - mondays.begin())] =
          counts.column(1).values<std::int64_t>()[row];
    }
  }
  return out;
}

/// Cuts a range into blocks that fit into memory, each of a week at least.
std::vector<SessionRange> blocks_that_fit(SessionRange range, std::span<const std::int64_t> rows,
                                          std::size_t symbols) {
  std::vector<SessionRange> out;
  std::int64_t sum = 0;
  for (std::size_t week = range.begin; week < range.end; ++week) {
    sum += rows[week];
    if (out.empty() || sum > kBlockRows || (out.back().size() + 1) * symbols > kBlockCells) {
      out.push_back({week, week});
      sum = rows[week];
    }
    out.back().end = week + 1;
  }
  return out;
}

}  // namespace

Result<void> weekly_batches(const store::Reader& reader, const Axis& axis, SessionRange range,
                            std::optional<market::Instant> as_of, SymbolColumn symbol_column,
                            const std::function<Result<void>(const columns::Batch&)>& take) {
  const SessionRange warm_up{range.begin - std::min(range.begin, kWeeklyWindow), range.begin};
  OFFEX_ASSIGN(const std::vector<std::int64_t> rows, rows_by_week(reader, axis.days, as_of));
  std::vector<SessionRange> blocks = blocks_that_fit(warm_up, rows, axis.symbols.size());
  std::ranges::copy(blocks_that_fit(range, rows, axis.symbols.size()), std::back_inserter(blocks));
  WeeklySeries series;
  for (const SessionRange& block : blocks) {
    const auto mondays = std::span{axis.days}.subspan(block.begin, block.size());
    OFFEX_ASSIGN(const WeeklyInputs inputs, load_weekly(reader, axis, mondays, as_of));
    const std::size_t first = series.extend(weekly_series(inputs));
    if (block.begin < range.begin) {
      continue;
    }
    const MetricPanels panels = compute_weekly(inputs, series, first);
    columns::Batch batch = RowWriter::header(panels.spec(), symbol_column);
    RowWriter{panels, axis, block.begin, 0, symbol_column}.append(weekly_cells(inputs), batch);
    OFFEX_TRY(take(batch));
  }
  return {};
}

}  // namespace offex::studies
