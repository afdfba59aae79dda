#include "offex/studies/coverage.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/store/tape_scope.hpp"

namespace offex::studies {
namespace {

constexpr std::string_view kCoverage = R"sql(
WITH revision AS (
  -- REST pages of a tape are many; a ticker is one line.
  SELECT * REPLACE (CASE WHEN ends_with(dataset, '_tape') THEN {} ELSE facility END AS facility)
  FROM revision)
SELECT dataset, facility, min(key_date) AS first_day, max(key_date) AS last_day,
       count(DISTINCT key_date) FILTER (WHERE known_to IS NULL)
         + count(DISTINCT facility) FILTER (WHERE known_to IS NULL AND key_date IS NULL) AS days,
       sum(rows) FILTER (WHERE known_to IS NULL)::BIGINT AS rows,
       count(*) FILTER (WHERE known_to IS NOT NULL) AS revisions,
       max(known_from) AS newest_known_from
FROM revision GROUP BY dataset, facility ORDER BY dataset, facility
)sql";

constexpr std::string_view kDays = R"sql(
SELECT DISTINCT dataset, facility, key_date FROM revision
WHERE known_to IS NULL AND key_date IS NOT NULL ORDER BY dataset, facility, key_date
)sql";

// A session without a file is a gap only where one is expected every session.
bool is_every_session(std::string_view dataset) {
  static constexpr std::array<std::string_view, 6> kDaily{
      "finra_short_daily",   "finra_short_table", "exchange_short_daily",
      "daily_bar_flat_file", "daily_bar_grouped", "daily_bar_table"};
  return std::ranges::find(kDaily, dataset) != kDaily.end();
}

struct Series {
  std::string dataset;
  std::string facility;
  std::vector<market::Day> days;
};

Result<std::vector<Series>> stored_days(const store::Reader& reader) {
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(kDays));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  const auto& datasets = batch.column(0).values<std::string>();
  const auto& facilities = batch.column(1).values<std::string>();
  const auto& days = batch.column(2).values<std::int32_t>();
  std::vector<Series> out;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    if (out.empty() || out.back().dataset != datasets[row] ||
        out.back().facility != facilities[row]) {
      out.push_back({.dataset = datasets[row], .facility = facilities[row], .days = {}});
    }
    out.back().days.push_back(market::Day::from_days(days[row]));
  }
  return out;
}

Result<std::vector<market::Day>> missing_sessions(std::span<const market::Day> days) {
  const market::DayRange known = market::calendar_range();
  const market::DayRange range{std::max(days.front(), known.first),
                               std::min(days.back(), known.last)};
  if (range.first > range.last) return std::vector<market::Day>{};
  OFFEX_ASSIGN(const std::vector<market::Day> expected, market::sessions(range));
  std::vector<market::Day> out;
  std::ranges::set_difference(expected, days, std::back_inserter(out));
  return out;
}

Result<std::int64_t> sessions_behind(market::Day last, market::Instant now) {
  const market::Day due = market::last_published_session(now);
  if (last >= due) return 0;
  OFFEX_ASSIGN(const auto missed, market::sessions({last.plus(1), due}));
  return static_cast<std::int64_t>(missed.size());
}

/// Lets the ledger say what it knows of the gaps.
Result<void> explain(const store::Reader& reader, std::vector<Gap>& gaps) {
  std::set<std::string_view> datasets;
  for (const Gap& gap : gaps) datasets.insert(gap.dataset);
  for (const std::string_view dataset : datasets) {
    OFFEX_ASSIGN(const std::vector<store::LedgerEntry> entries,
                 reader.ledger({.source = {}, .dataset = market::parse_dataset(dataset)}));
    std::map<std::pair<std::string_view, market::Day>, const store::LedgerEntry*> known;
    for (const store::LedgerEntry& entry : entries) {
      if (entry.partition.day) known[{entry.partition.scope, *entry.partition.day}] = &entry;
    }
    for (Gap& gap : gaps) {
      const auto found = known.find({gap.facility, gap.day});
      if (gap.dataset != dataset || found == known.end()) continue;
      gap.state = found->second->state;
      gap.reason = found->second->reason;
    }
  }
  return {};
}

}  // namespace

Result<std::vector<Gap>> gaps(const store::Reader& reader) {
  OFFEX_ASSIGN(const std::vector<Series> series, stored_days(reader));
  std::vector<Gap> out;
  for (const Series& one : series) {
    if (!is_every_session(one.dataset)) continue;
    OFFEX_ASSIGN(const auto missing, missing_sessions(one.days));
    for (const market::Day day : missing) {
      out.push_back({.dataset = one.dataset, .facility = one.facility, .day = day});
    }
  }
  OFFEX_TRY(explain(reader, out));
  return out;
}

Result<columns::Batch> coverage(const store::Reader& reader, market::Instant now) {
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(fmt::format(fmt::runtime(kCoverage),
                                                               store::tape_name_sql("facility"))));
  OFFEX_ASSIGN(columns::Batch out, rows.all());
  OFFEX_ASSIGN(const std::vector<Gap> missing, gaps(reader));
  columns::Column count{"missing_sessions", columns::Type::Int64};
  columns::Column behind{"sessions_behind", columns::Type::Int64};
  for (std::size_t row = 0; row < out.num_rows(); ++row) {
    const std::string& dataset = out.column(0).values<std::string>()[row];
    const std::string& facility = out.column(1).values<std::string>()[row];
    if (!is_every_session(dataset)) {
      count.push_missing();
      behind.push_missing();
      continue;
    }
    count.push<std::int64_t>(std::ranges::count_if(missing, [&](const Gap& gap) {
      return gap.dataset == dataset && gap.facility == facility;
    }));
    const auto last = market::Day::from_days(out.column(3).values<std::int32_t>()[row]);
    OFFEX_ASSIGN(const std::int64_t late, sessions_behind(last, now));
    behind.push(late);
  }
  out.add(std::move(count));
  out.add(std::move(behind));
  return out;
}

}  // namespace offex::studies
