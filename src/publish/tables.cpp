#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"
#include "offex/studies/build.hpp"
#include "offex/studies/features.hpp"
#include "offex/studies/macro.hpp"
#include "offex/studies/scan_stream.hpp"

#include "publish/tables_internal.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;
using columns::Batch;

constexpr std::array<PushTable, 4> kTables{{
    {"daily_features", "offexchange-features-v1"},
    {"daily_metrics", "v2"},
    {"scan_hit", "rv/1.0.0"},
    {"macro_daily", "rv/1.0.0"},
}};

// Sessions of metrics in memory at a time: each block also reads the sessions of its baselines.
constexpr std::size_t kBlockSessions = 20;

const studies::TableSpec& spec_of(std::string_view table) {
  const auto entry = std::ranges::find(kTables, table, &PushTable::name);
  return *studies::find_table(entry->name, entry->version);
}

/// The days of the request with a short-sale file; a single day always.
Result<std::vector<market::Day>> days_of(const store::Reader& reader, const PushRequest& request) {
  if (request.days.first == request.days.last) return std::vector{request.days.first};
  OFFEX_ASSIGN(std::vector<market::Day> days, studies::scan_days(reader, request.as_of));
  std::erase_if(
      days, [&](market::Day day) { return day < request.days.first || request.days.last < day; });
  return days;
}

/// Which days of `days` have no row in `rows`.
void note_days(const Batch& rows, std::span<const market::Day> days, PushReport& report) {
  const auto& numbers = rows.find("trade_date")->values<std::int32_t>();
  std::vector<std::int32_t> seen{numbers.begin(), numbers.end()};
  std::ranges::sort(seen);
  for (const market::Day day : days) {
    if (std::ranges::binary_search(seen, day.days())) {
      ++report.days;
    } else {
      report.no_rows.push_back(day);
    }
  }
}

/// Rows by the key columns: in another order they would be slower to insert.
Batch sorted(const Batch& rows, const std::vector<std::string>& key) {
  std::vector<std::vector<std::string>> texts;
  for (const std::string& name : key) {
    std::vector<std::string>& cells = texts.emplace_back();
    const columns::Column& column = *rows.find(name);
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      cells.push_back(columns::cell_text(column, row));
    }
  }
  std::vector<std::size_t> order(rows.num_rows());
  for (std::size_t row = 0; row < order.size(); ++row) order[row] = row;
  const auto before = [&](std::size_t a, std::size_t b) {
    for (const auto& cells : texts) {
      if (cells[a] != cells[b]) return cells[a] < cells[b];
    }
    return false;
  };
  if (std::ranges::is_sorted(order, before)) return rows;
  std::ranges::stable_sort(order, before);
  Batch out;
  for (const columns::Column& column : rows.columns()) {
    columns::Column& target = out.add(column);
    target.clear();
    for (const std::size_t row : order) target.push_from(column, row);
  }
  return out;
}

Result<void> ship_rows(std::string_view table, const Batch& rows, std::span<const market::Day> days,
                       const Outlet& outlet, PushReport& report) {
  note_days(rows, days, report);
  Shipment shipment{.table = std::string{table}, .key = key_of(spec_of(table)), .rows = {}};
  shipment.rows = sorted(rows, shipment.key);
  return outlet.send(shipment);
}

/// Rows of features without a number: a slip of the pen, or a store without the data.
struct Empty {
  std::size_t rows{0};
  std::size_t all{0};
  std::string example{};

  void look(const Batch& features) {
    all += features.num_rows();
    for (std::size_t row = 0; row < features.num_rows(); ++row) {
      const bool filled = std::ranges::any_of(
          std::array{"short_vol_share", "short_exempt_share", "ats_share_of_total"},
          [&](const char* name) { return features.find(name)->valid(row); });
      if (filled || ++rows > 1) continue;
      example = fmt::format("{} of {}", columns::text_of(features, "symbol", row),
                            columns::day_of(features, "trade_date", row)->iso());
    }
  }
};

}  // namespace

std::span<const PushTable> push_tables() { return kTables; }

std::vector<std::string> key_of(const studies::TableSpec& spec) {
  std::vector<std::string> out;
  for (const studies::Metric& metric : spec.metrics) {
    // Versions stand side by side there, also of a table whose catalogue entry has only one.
    if (!metric.key && metric.name != "inference_version") continue;
    out.emplace_back(metric.name == "symbol_code" ? "symbol" : metric.name);
  }
  return out;
}

Result<void> ship_features(const store::Reader& reader, const PushRequest& request,
                           const Outlet& outlet, PushReport& report) {
  OFFEX_ASSIGN(const std::vector<market::Day> days, days_of(reader, request));
  Empty empty;
  for (std::size_t done = 0; done < days.size(); ++done) {
    studies::FeatureRequest wanted{.day = days[done],
                                   .symbols = request.symbols,
                                   .as_of = request.as_of,
                                   .now = request.now,
                                   .version = request.feature_version};
    if (request.discover) {
      OFFEX_ASSIGN(wanted.symbols, outlet.discover(days[done]));
    }
    Batch features;
    // Nothing discovered is nothing asked for, and not the whole market.
    if (!request.discover || !wanted.symbols.empty()) {
      OFFEX_ASSIGN(features, studies::features(reader, wanted));
    }
    if (features.num_rows() == 0) {
      report.no_rows.push_back(days[done]);
    } else {
      empty.look(features);
      OFFEX_ASSIGN(const FeatureShipments shipments, feature_shipments(reader, features, request));
      OFFEX_TRY(outlet.send(shipments.rows));
      if (request.events) OFFEX_TRY(outlet.send(shipments.events));
      ++report.days;
    }
    outlet.progress(done + 1, days.size());
  }
  if (empty.rows > 0) {
    report.warnings.push_back(fmt::format("{} of {} rows hold no number, the first is {}",
                                          empty.rows, empty.all, empty.example));
  }
  return {};
}

Result<void> ship_daily_metrics(const store::Reader& reader, const PushRequest& request,
                                const Outlet& outlet, PushReport& report) {
  OFFEX_ASSIGN(const std::vector<market::Day> days, days_of(reader, request));
  for (std::size_t first = 0; first < days.size(); first += kBlockSessions) {
    const std::size_t end = std::min(first + kBlockSessions, days.size());
    studies::MetricsRequest wanted;
    wanted.symbols = request.symbols;
    wanted.days = market::DayRange{days[first], days[end - 1]};
    wanted.as_of = request.as_of;
    wanted.threads = request.threads;
    OFFEX_ASSIGN(const Batch rows, studies::daily_metrics(reader, wanted));
    OFFEX_TRY(ship_rows("daily_metrics", rows, std::span{days}.subspan(first, end - first), outlet,
                        report));
    outlet.progress(end, days.size());
  }
  return {};
}

Result<void> ship_scan_hits(const store::Reader& reader, const PushRequest& request,
                            const Outlet& outlet, PushReport& report) {
  OFFEX_ASSIGN(const auto builds, reader.builds("scan_hit"));
  if (builds.empty()) {
    return fail(ErrorCode::NotFound, "scan_hit was not built yet: run `offex build`");
  }
  std::vector<store::Parameter> parameters{request.days.first, request.days.last,
                                           builds.front().variant};
  std::string where;
  for (const market::Symbol& symbol : request.symbols) {
    parameters.emplace_back(symbol.str());
    where += fmt::format("{}${}", where.empty() ? "" : ", ", parameters.size());
  }
  if (!where.empty()) where = fmt::format(" AND symbol IN ({})", where);
  OFFEX_ASSIGN(store::QueryRows query,
               reader.query(fmt::format("SELECT * FROM scan_hit WHERE trade_date BETWEEN $1 AND $2 "
                                        "AND inference_version = $3{} ORDER BY ALL",
                                        where),
                            parameters));
  OFFEX_ASSIGN(const Batch rows, query.all());
  OFFEX_ASSIGN(const std::vector<market::Day> days, days_of(reader, request));
  OFFEX_TRY(ship_rows("scan_hit", rows, days, outlet, report));
  outlet.progress(days.size(), days.size());
  return {};
}

Result<void> ship_macro(const store::Reader& reader, const PushRequest& request,
                        const Outlet& outlet, PushReport& report) {
  studies::MacroRequest wanted;
  wanted.days = request.days;
  wanted.as_of = request.as_of;
  wanted.kinds = {studies::MacroKind::Market, studies::MacroKind::Tier, studies::MacroKind::Sector,
                  studies::MacroKind::Index};
  wanted.threads = request.threads;
  OFFEX_ASSIGN(const Batch rows, studies::macro(reader, wanted));
  OFFEX_ASSIGN(const std::vector<market::Day> days, days_of(reader, request));
  OFFEX_TRY(ship_rows("macro_daily", rows, days, outlet, report));
  outlet.progress(days.size(), days.size());
  return {};
}

}  // namespace offex::publish
