#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "offex/market/day_text.hpp"
#include "offex/publish/push.hpp"
#include "offex/studies/features.hpp"
#include "offex/studies/index_table.hpp"
#include "offex/studies/weekly.hpp"
#include "offex/views/daily_table.hpp"

#include "bindings/environment_internal.hpp"
#include "bindings/questions_internal.hpp"

namespace offex::bindings {
namespace {

using columns::Batch;
using columns::Column;
using market::Day;
using market::DayRange;

Result<DayRange> window(const std::string& start, const std::string& end, int days,
                        const DayRange& known) {
  return days > 0 ? market::parse_window_text(start, end, days, known)
                  : market::parse_range_text(start, end, known);
}

Result<DayRange> known_days(const store::Reader& reader, std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(const auto known, reader.daily_range(as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no daily data then");
  return *known;
}

Batch newest_weeks(const Batch& rows, int count) {
  const auto& mondays = rows.find("week_start_date")->values<std::int32_t>();
  if (count <= 0 || mondays.empty()) return rows;
  const std::int32_t first = *std::ranges::max_element(mondays) - 7 * (count - 1);
  Batch out;
  for (const Column& column : rows.columns()) {
    Column copy = column;
    copy.clear();
    for (std::size_t row = 0; row < mondays.size(); ++row) {
      if (mondays[row] >= first) copy.push_from(column, row);
    }
    out.add(std::move(copy));
  }
  return out;
}

Result<std::optional<DayRange>> weeks_between(const std::string& start, const std::string& end,
                                              const store::Reader& reader,
                                              const market::Instant& asked_at) {
  if (start.empty() && end.empty()) return std::nullopt;
  OFFEX_ASSIGN(const auto known, reader.daily_range(asked_at));
  constexpr std::int32_t kAges = 1'000'000;  // days
  DayRange out{Day::from_days(-kAges), Day::from_days(kAges)};
  if (!start.empty()) {
    OFFEX_ASSIGN(const Day first, market::parse_day_text(start, known));
    out.first = market::week_start(first);
  }
  if (!end.empty()) {
    OFFEX_ASSIGN(out.last, market::parse_day_text(end, known));
  }
  if (out.first > out.last) {
    return fail(base::ErrorCode::InvalidArgument, "the range is reversed");
  }
  return out;
}

}  // namespace

Table short_volume(Store& store, const Tickers& symbols, const std::string& start,
                   const std::string& end, const std::string& facility) {
  return Table{store.ask_sql([&](const store::Reader& reader) -> Result<Batch> {
    OFFEX_ASSIGN(const DayRange known, known_days(reader, store.as_of()));
    OFFEX_ASSIGN(const DayRange days, market::parse_range_text(start, end, known));
    OFFEX_ASSIGN(const std::vector<market::Symbol> wanted, resolve(symbols, reader));
    std::vector<store::Parameter> parameters{days.first, days.last};
    std::string sql =
        fmt::format("SELECT * FROM {} WHERE trade_date BETWEEN $1 AND $2",
                    facility.empty() ? "finra_short_consolidated" : "finra_short_daily");
    if (!facility.empty()) {
      if (!market::parse_facility(facility)) {
        return fail(
            base::ErrorCode::InvalidArgument,
            fmt::format("`{}` is no facility: CNMS, FNSQ, FNYX, FNQC, FNRA, FORF", facility));
      }
      parameters.emplace_back(facility);
      sql += " AND facility = $3";
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      parameters.emplace_back(wanted[i].str());
      sql += fmt::format("{}${}", i == 0 ? " AND symbol IN (" : ", ", parameters.size());
    }
    if (!wanted.empty()) sql += ")";
    sql += " ORDER BY trade_date, symbol";
    OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
    return rows.all();
  })};
}

Table weekly(Store& store, const Tickers& symbols, const std::string& start, const std::string& end,
             int weeks) {
  return Table{store.ask([&](const store::Reader& reader) -> Result<Batch> {
    // A week counts from its publication, which a file may promise for later.
    const market::Instant asked_at = store.asked_at();
    studies::WeeklyRequest request{.as_of = asked_at};
    OFFEX_ASSIGN(request.symbols, resolve(symbols, reader));
    OFFEX_ASSIGN(request.weeks, weeks_between(start, end, reader, asked_at));
    OFFEX_ASSIGN(Batch rows, studies::weekly_metrics(reader, request));
    return start.empty() ? newest_weeks(rows, weeks) : std::move(rows);
  })};
}

Table daily_metrics(Store& store, const Tickers& symbols, const std::string& start,
                    const std::string& end, int days, const std::string& version,
                    const std::string& short_z_source, const std::string& time) {
  return Table{store.ask([&](const store::Reader& reader) -> Result<Batch> {
    views::DailyRequest request{.asked_at = store.asked_at()};
    const auto source = studies::parse_score_source(short_z_source);
    const auto week_time = views::parse_week_time(time);
    if (version != "v2" && version != "PhaseA_v1") {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is no version: v2 or PhaseA_v1", version));
    }
    if (!source) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is no score source: short_buy_sell_ratio_z, vw_flow_z or "
                              "finra_buy_volume_z",
                              short_z_source));
    }
    if (!week_time) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is no time of weeks: event or known", time));
    }
    request.time = *week_time;
    request.metrics.version = version;
    request.metrics.short_z_source = *source;
    request.metrics.as_of = store.as_of();
    request.metrics.threads = thread_count();
    OFFEX_ASSIGN(const DayRange known, known_days(reader, store.as_of()));
    OFFEX_ASSIGN(request.metrics.symbols, resolve(symbols, reader));
    OFFEX_ASSIGN(request.metrics.days, window(start, end, days, known));
    OFFEX_ASSIGN(views::DailyTable table, views::daily_table(reader, request));
    return std::move(table.rows);
  })};
}

Table features(Store& store, const std::string& date, const Tickers& symbols) {
  const std::string label = publish::push_request(&variable).feature_version;
  return Table{store.ask([&](const store::Reader& reader) -> Result<Batch> {
    OFFEX_ASSIGN(const auto known, reader.daily_range(store.as_of()));
    studies::FeatureRequest request;
    OFFEX_ASSIGN(request.day, market::parse_day_text(date, known));
    OFFEX_ASSIGN(request.symbols, resolve(symbols, reader, true));
    request.as_of = store.as_of();
    request.now = store.now();
    request.version = label;
    return studies::features(reader, request);
  })};
}

Table index(Store& store, const std::string& name, const std::string& start, const std::string& end,
            int days) {
  return Table{store.ask([&](const store::Reader& reader) -> Result<Batch> {
    studies::IndexRequest request;
    request.as_of = store.as_of();
    OFFEX_ASSIGN(request.index, studies::find_index(reader, name, request.as_of));
    OFFEX_ASSIGN(const DayRange known, known_days(reader, request.as_of));
    OFFEX_ASSIGN(request.days, window(start, end, days, known));
    return studies::index_table(reader, request);
  })};
}

}  // namespace offex::bindings
