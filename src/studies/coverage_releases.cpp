#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/market/publication.hpp"
#include "offex/studies/coverage.hpp"

namespace offex::studies {
namespace {

using columns::Batch;
using columns::Type;
using market::Day;
using market::Instant;

// One series is what people wait for: weekly data of a tier, from whichever source. `part` is the
// text of a key: "ATS_W_SMBL T1", or the tier alone where the kind has none of its own.
constexpr std::string_view kSeries = R"sql(
CASE WHEN family IN ('weekly', 'weekly_summary') THEN 'weekly'
     -- Neither a ticker's bars nor a reply over all facilities are files of a day.
     WHEN dataset = 'daily_bar_aggregates' OR (dataset = 'reg_sho_api' AND part = '') THEN dataset
     ELSE family END AS series,
CASE WHEN family IN ('short', 'exchange_short', 'directory') THEN part
     WHEN family NOT IN ('weekly', 'weekly_summary') THEN ''
     WHEN contains(part, ' ') THEN split_part(part, ' ', 2)
     WHEN contains(part, '_') THEN '' ELSE part END AS scope
)sql";

constexpr std::string_view kHeld = R"sql(
WITH keyed AS (
  SELECT series, scope, dataset, precedence, key_date, min(known_from) AS published
  FROM (SELECT {}, dataset, precedence, key_date, known_from
        FROM (SELECT *, facility AS part FROM revision) JOIN dataset_rank USING (dataset)
        WHERE key_date IS NOT NULL)
  GROUP BY ALL)
SELECT series, scope, dataset, max(key_date), arg_max(published, key_date)
FROM keyed GROUP BY series, scope, dataset, precedence ORDER BY precedence, dataset
)sql";

constexpr std::string_view kAsked = R"sql(
SELECT series, scope, dataset, source, state, count(*)
FROM (SELECT {}, dataset, source, state
      FROM (SELECT * RENAME (scope AS part) FROM sync_ledger) JOIN dataset_rank USING (dataset))
GROUP BY ALL ORDER BY ALL
)sql";

constexpr std::array<std::string_view, 5> kStates{"fetched", "revised", "absent", "due", "failed"};

struct Series {
  std::string dataset;
  std::set<std::string> sources;
  std::optional<Day> newest;
  std::optional<Instant> published;
  std::array<std::int64_t, kStates.size()> counts{};
};
/// Place in the list, name of the series, scope.
using SeriesKey = std::tuple<std::size_t, std::string, std::string>;
using SeriesMap = std::map<SeriesKey, Series>;

// Those with a rule of publication, in the order they are shown.
constexpr std::array<std::string_view, 5> kRuled{"short", "exchange_short", "bar", "weekly",
                                                 "short_interest"};

SeriesKey key_of(const std::string& series, const std::string& scope) {
  const auto* const found = std::ranges::find(kRuled, series);
  return {static_cast<std::size_t>(found - kRuled.begin()), series, scope};
}

bool has_rule(const SeriesKey& key) { return std::get<0>(key) < kRuled.size(); }

Result<Batch> ask(const store::Reader& reader, std::string_view sql) {
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(fmt::format(fmt::runtime(sql), kSeries)));
  return rows.all();
}

Result<void> add_asked(const store::Reader& reader, SeriesMap& out) {
  OFFEX_ASSIGN(const Batch asked, ask(reader, kAsked));
  const auto text = [&](std::size_t column, std::size_t row) -> const std::string& {
    return asked.column(column).values<std::string>()[row];
  };
  for (std::size_t row = 0; row < asked.num_rows(); ++row) {
    Series& series = out[key_of(text(0, row), text(1, row))];
    if (series.dataset.empty()) series.dataset = text(2, row);
    series.sources.insert(text(3, row));
    const auto* const state = std::ranges::find(kStates, text(4, row));
    if (state != kStates.end()) {
      series.counts[static_cast<std::size_t>(state - kStates.begin())] +=
          asked.column(5).values<std::int64_t>()[row];
    }
  }
  return {};
}

Result<void> add_held(const store::Reader& reader, SeriesMap& out) {
  OFFEX_ASSIGN(const Batch held, ask(reader, kHeld));
  for (std::size_t row = 0; row < held.num_rows(); ++row) {
    const SeriesKey key = key_of(held.column(0).values<std::string>()[row],
                                 held.column(1).values<std::string>()[row]);
    if (!has_rule(key) && !out.contains(key)) continue;
    Series& series = out[key];
    const Day newest = Day::from_days(held.column(3).values<std::int32_t>()[row]);
    if (series.newest && *series.newest >= newest) continue;
    series.newest = newest;
    series.dataset = held.column(2).values<std::string>()[row];
    series.published.reset();
    if (held.column(4).valid(row)) {
      series.published = Instant::from_nanos(held.column(4).values<std::int64_t>()[row]);
    }
  }
  return {};
}

/// The newest release that is out by the rule, and the one after it.
struct Schedule {
  std::optional<Day> due{};
  std::int64_t behind{0};  ///< releases after the newest that is held, up to the due one
  std::optional<Day> next{};
  Instant next_release{};
};

Result<Schedule> session_schedule(Instant now, std::optional<Day> newest) {
  const Day due = market::last_published_session(now);
  Schedule out{.due = due};
  if (newest && *newest < due) {
    const Day first = std::max(newest->plus(1), market::calendar_range().first);
    OFFEX_ASSIGN(const std::vector<Day> missed, market::sessions({first, due}));
    out.behind = static_cast<std::int64_t>(missed.size());
  }
  if (const auto next = market::session_after(due)) {  // none at the end of the calendar
    out.next = *next;
    out.next_release = market::daily_publication(*next);
  }
  return out;
}

Schedule weekly_schedule(Instant now, std::optional<Day> newest, std::string_view tier) {
  constexpr std::int32_t kWeek = 7;
  Day due = market::week_start(market::to_new_york(now).day);
  while (market::weekly_publication(due, tier) > now) due = due.plus(-kWeek);
  const Day next = due.plus(kWeek);
  return {.due = due,
          .behind = newest && *newest < due ? (due - *newest) / kWeek : 0,
          .next = next,
          .next_release = market::weekly_publication(next, tier)};
}

Schedule settlement_schedule(Instant now, std::optional<Day> newest) {
  constexpr std::int32_t kAround = 60;  // days; holds a settlement date that is out, and a next one
  const Day today = market::to_new_york(now).day;
  const Day first = std::min(newest.value_or(today), today.plus(-kAround));
  Schedule out;
  for (const Day day : market::short_interest_settlements({first, today.plus(kAround)})) {
    const Instant release = market::short_interest_publication(day);
    if (release > now) {
      out.next = day;
      out.next_release = release;
      break;
    }
    out.due = day;
    out.behind += newest && day > *newest ? 1 : 0;
  }
  return out;
}

Result<Schedule> schedule_of(const SeriesKey& key, const Series& series, Instant now) {
  const auto& [place, name, scope] = key;
  if (name == "weekly") {
    // FINRA does not say when it publishes the rows of tier NA.
    if (scope == "NA") return Schedule{};
    return weekly_schedule(now, series.newest, scope);
  }
  if (name == "short_interest") return settlement_schedule(now, series.newest);
  return session_schedule(now, series.newest);
}

std::string new_york_text(Instant instant) {
  constexpr std::int64_t kMinute = 60'000'000'000;
  const market::NewYorkTime clock = market::to_new_york(instant);
  const std::int64_t minute = clock.nanos_of_day / kMinute;
  return fmt::format("{} {:02}:{:02}", clock.day.iso(), minute / 60, minute % 60);
}

Batch header() {
  Batch out;
  out.add({"source", Type::Text});
  out.add({"dataset", Type::Text});
  out.add({"scope", Type::Text});
  out.add({"newest", Type::Day});
  out.add({"published", Type::Day});
  out.add({"newest_due", Type::Day});
  out.add({"behind", Type::Int64});
  out.add({"next", Type::Day});
  out.add({"next_release_new_york", Type::Text});
  out.add({"next_release", Type::Instant});
  for (const std::string_view state : kStates) out.add({std::string{state}, Type::Int64});
  return out;
}

template <class T>
void push(columns::Column& column, const std::optional<T>& value) {
  if (value) {
    column.push(*value);
  } else {
    column.push_missing();
  }
}

std::optional<std::int32_t> number_of(std::optional<Day> day) {
  return day ? std::optional{day->days()} : std::nullopt;
}

/// What a schedule says; nothing where there is none.
void push_schedule(Batch& out, const Series& series, const Schedule& schedule) {
  std::optional<std::int64_t> behind;
  std::optional<std::string> new_york;
  std::optional<std::int64_t> release;
  if (series.newest && schedule.due) behind = schedule.behind;
  if (schedule.next) {
    new_york = new_york_text(schedule.next_release);
    release = schedule.next_release.nanos();
  }
  push(out.column(5), number_of(schedule.due));
  push(out.column(6), behind);
  push(out.column(7), number_of(schedule.next));
  push(out.column(8), new_york);
  push(out.column(9), release);
}

void push_series(Batch& out, const SeriesKey& key, const Series& series, const Schedule& schedule) {
  std::string sources;
  for (const std::string& source : series.sources) {
    sources += (sources.empty() ? "" : ", ") + source;
  }
  push(out.column(0), series.sources.empty() ? std::nullopt : std::optional{sources});
  out.column(1).push(series.dataset);
  out.column(2).push(std::get<2>(key));
  push(out.column(3), number_of(series.newest));
  push(out.column(4), series.published
                          ? std::optional{market::to_new_york(*series.published).day.days()}
                          : std::nullopt);
  push_schedule(out, series, schedule);
  for (std::size_t state = 0; state < kStates.size(); ++state) {
    push(out.column(10 + state),
         series.sources.empty() ? std::nullopt : std::optional{series.counts[state]});
  }
}

}  // namespace

Result<Batch> release_status(const store::Reader& reader, Instant now) {
  SeriesMap series;
  OFFEX_TRY(add_asked(reader, series));
  OFFEX_TRY(add_held(reader, series));
  Batch out = header();
  for (const auto& [key, one] : series) {
    Schedule schedule;
    if (has_rule(key)) {
      OFFEX_ASSIGN(schedule, schedule_of(key, one, now));
    }
    push_series(out, key, one, schedule);
  }
  return out;
}

bool is_stale(const Batch& releases) {
  const auto number = [&](std::string_view name, std::size_t row) {
    const columns::Column& column = *releases.find(name);
    return column.valid(row) ? column.values<std::int64_t>()[row] : 0;
  };
  const columns::Column& newest = *releases.find("newest");
  const columns::Column& newest_due = *releases.find("newest_due");
  for (std::size_t row = 0; row < releases.num_rows(); ++row) {
    if (!newest_due.valid(row)) continue;
    // Where nothing is held the upstream may have nothing at all.
    if (newest.valid(row) ? number("behind", row) > 0
                          : number("due", row) + number("failed", row) > 0) {
      return true;
    }
  }
  return false;
}

}  // namespace offex::studies
