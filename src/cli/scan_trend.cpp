#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/render/sparkline.hpp"

#include "cli/scan_internal.hpp"

namespace offex::cli {
namespace {

constexpr int kSessions = 20;
constexpr std::size_t kMostNames = 200;  // more are no list for the eye

using Series = std::map<std::string, std::vector<double>>;

// None at the very beginning of the calendar.
std::vector<market::Day> sessions_to(market::Day day) {
  const auto first = market::session_before(day, kSessions - 1);
  if (!first) return {};
  return market::sessions({*first, day}).value_or(std::vector<market::Day>{});
}

Result<Series> log_volumes(const store::Reader& reader, const columns::Batch& rows,
                           const std::vector<market::Day>& days, market::Instant as_of) {
  std::vector<store::Parameter> parameters{as_of, days.front(), days.back()};
  std::string places;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    parameters.emplace_back(columns::cell_text(*rows.find("symbol"), row));
    places += fmt::format("{}${}", places.empty() ? "" : ", ", parameters.size());
  }
  OFFEX_ASSIGN(
      store::QueryRows found,
      reader.query(fmt::format("SELECT symbol::VARCHAR, trade_date, ln(total_volume::DOUBLE)"
                               " FROM finra_short_consolidated_at($1) WHERE trade_date "
                               "BETWEEN $2 AND $3 AND total_volume > 0 AND symbol IN ({})",
                               places),
                   parameters));
  OFFEX_ASSIGN(const columns::Batch batch, found.all());
  std::map<std::string, std::size_t> place_of;
  for (std::size_t i = 0; i < days.size(); ++i) place_of[days[i].iso()] = i;
  Series out;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    auto [at, fresh] = out.try_emplace(columns::cell_text(batch.column(0), row));
    if (fresh) at->second.assign(days.size(), std::numeric_limits<double>::quiet_NaN());
    const auto place = place_of.find(columns::cell_text(batch.column(1), row));
    if (place == place_of.end() || !batch.column(2).valid(row)) continue;
    at->second[place->second] = batch.column(2).values<double>()[row];
  }
  return out;
}

}  // namespace

Result<void> add_scan_trend(const store::Reader& reader, market::Day day, market::Instant as_of,
                            columns::Batch& rows) {
  if (rows.num_rows() == 0 || rows.num_rows() > kMostNames) return {};
  const std::vector<market::Day> days = sessions_to(day);
  if (days.empty()) return {};
  OFFEX_ASSIGN(const Series series, log_volumes(reader, rows, days, as_of));
  columns::Column trend{std::string{kScanTrend}, columns::Type::Text};
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto found = series.find(columns::cell_text(*rows.find("symbol"), row));
    if (found == series.end()) {
      trend.push_missing();
    } else {
      trend.push(render::sparkline(found->second));
    }
  }
  rows.add(std::move(trend));
  return {};
}

}  // namespace offex::cli
