#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "offex/render/sparkline.hpp"

#include "views/daily_facts_internal.hpp"
#include "views/number_text_internal.hpp"

namespace offex::views {
namespace {

using columns::Batch;
using columns::Column;
using market::Day;
using market::Symbol;

constexpr std::size_t kTrend = 40;        // values of a sparkline
constexpr std::size_t kMostTickers = 24;  // lines of the panel
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Rows {
  std::size_t first, count;
};

// The rows of one symbol; they are neighbours.
std::vector<Rows> groups_of(const Batch& rows) {
  std::vector<Rows> out;
  const auto& symbols = rows.find("symbol")->values<Symbol>();
  for (std::size_t row = 0; row < symbols.size(); ++row) {
    if (row == 0 || symbols[row] != symbols[row - 1]) out.push_back({row, 0});
    ++out.back().count;
  }
  return out;
}

std::vector<double> values_of(const Batch& rows, std::string_view name, Rows group) {
  std::vector<double> out(group.count, kNone);
  const Column* column = rows.find(name);
  if (column == nullptr || column->type() != columns::Type::Double) return out;
  for (std::size_t i = 0; i < group.count; ++i) {
    if (column->valid(group.first + i)) out[i] = column->values<double>()[group.first + i];
  }
  return out;
}

struct Latest {
  double value{kNone};
  std::size_t row{0};  // of the batch
};

Latest latest_of(const Batch& rows, std::string_view name, Rows group) {
  const std::vector<double> values = values_of(rows, name, group);
  for (std::size_t i = values.size(); i-- > 0;) {
    if (std::isfinite(values[i])) return {values[i], group.first + i};
  }
  return {};
}

double value_at(const Batch& rows, std::string_view name, std::size_t row) {
  return values_of(rows, name, {row, 1}).front();
}

std::string z_text(double z) { return std::isfinite(z) ? fmt::format("z {:+.2f}", z) : ""; }

std::string day_text(const Batch& rows, std::size_t row) {
  return Day::from_days(rows.find("trade_date")->values<std::int32_t>()[row]).iso();
}

void add_part(std::string& text, const std::string& part) {
  if (part.empty()) return;
  if (!text.empty()) text += ", ";
  text += part;
}

std::string trend_text(const std::vector<double>& values) {
  const std::size_t count = std::min(values.size(), kTrend);
  return render::sparkline(std::span{values}.last(count));
}

// The newest week with a share.
std::optional<std::size_t> newest_week(const Batch& weekly, const Symbol& symbol) {
  std::optional<std::size_t> out;
  if (weekly.num_rows() == 0) return out;
  const auto& symbols = weekly.find("symbol")->values<Symbol>();
  const auto& weeks = weekly.find("week_start_date")->values<std::int32_t>();
  for (std::size_t row = 0; row < symbols.size(); ++row) {
    if (symbols[row] != symbol || !std::isfinite(value_at(weekly, "otc_share", row))) continue;
    if (!out || weeks[row] > weeks[*out]) out = row;
  }
  return out;
}

void add_latest(std::vector<render::Fact>& out, const Batch& rows, Rows group,
                std::string_view name, std::string_view z, std::string title) {
  const Latest latest = latest_of(rows, name, group);
  if (!std::isfinite(latest.value)) return;
  std::string detail = z_text(value_at(rows, z, latest.row));
  add_part(detail, day_text(rows, latest.row));
  out.push_back({std::move(title), percent_text(latest.value), std::move(detail)});
}

void add_week(std::vector<render::Fact>& out, const DailyTable& table, const Symbol& symbol) {
  const auto row = newest_week(table.parts.weekly, symbol);
  if (!row) return;
  const Batch& weekly = table.parts.weekly;
  const Column& week = *weekly.find("week_start_date");
  std::string detail = "week of " + columns::cell_text(week, *row);
  const Column* published = weekly.find("initial_published_date");
  if (published != nullptr && published->valid(*row)) {
    detail += ", published " + columns::cell_text(*published, *row);
  }
  out.push_back({"Newest weekly share", percent_text(value_at(weekly, "otc_share", *row)),
                 std::move(detail)});
}

void add_nowcast(std::vector<render::Fact>& out, const Batch& rows, Rows group) {
  const Latest latest = latest_of(rows, "nowcast_share", group);
  if (!std::isfinite(latest.value)) return;
  const Day day = Day::from_days(rows.find("trade_date")->values<std::int32_t>()[latest.row]);
  const double low = value_at(rows, "nowcast_share_low", latest.row);
  const double high = value_at(rows, "nowcast_share_high", latest.row);
  std::string detail;
  if (std::isfinite(low) && std::isfinite(high)) {
    detail = fmt::format("{} to {}", percent_text(low), percent_text(high));
  }
  add_part(detail, "week of " + market::week_start(day).iso());
  out.push_back({"Nowcast, week pending", percent_text(latest.value), std::move(detail)});
}

void add_trend(std::vector<render::Fact>& out, const Batch& rows, Rows group) {
  const std::vector<double> values = values_of(rows, "short_ratio", group);
  double low = INFINITY;
  double high = -INFINITY;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (!(low < high)) return;
  out.push_back({"Short ratio, trend", trend_text(values),
                 fmt::format("{} to {}", percent_text(low), percent_text(high))});
}

// Rows in which a flag is set, or nothing where there is no such column.
std::optional<std::size_t> count_flag(const Batch& rows, std::string_view name, Rows group) {
  const Column* column = rows.find(name);
  if (column == nullptr || column->type() != columns::Type::Bool) return std::nullopt;
  std::size_t out = 0;
  for (std::size_t row = group.first; row < group.first + group.count; ++row) {
    if (column->valid(row) && column->values<std::int8_t>()[row] != 0) ++out;
  }
  return out;
}

std::vector<render::Fact> facts_of_one(const DailyTable& table, Rows group) {
  const Batch& rows = table.rows;
  std::vector<render::Fact> out;
  out.push_back({"Sessions", fmt::format("{}", group.count),
                 fmt::format("{} to {}", day_text(rows, group.first),
                             day_text(rows, group.first + group.count - 1))});
  add_latest(out, rows, group, "short_ratio", "short_ratio_z", "Short ratio");
  add_latest(out, rows, group, "offex_share", "offex_share_z", "Off-exchange share");
  add_week(out, table, rows.find("symbol")->values<Symbol>()[group.first]);
  add_nowcast(out, rows, group);
  add_trend(out, rows, group);
  if (const auto lit = count_flag(rows, "has_lit", group)) {
    out.push_back({"Lit direction", fmt::format("{} of {}", *lit, group.count), "sessions"});
  }
  return out;
}

render::Fact line_of(const DailyTable& table, Rows group) {
  const Batch& rows = table.rows;
  const Symbol symbol = rows.find("symbol")->values<Symbol>()[group.first];
  render::Fact out{.name = symbol.str(), .value = "·"};
  std::string detail;
  if (const Latest ratio = latest_of(rows, "short_ratio", group); std::isfinite(ratio.value)) {
    out.value = percent_text(ratio.value) + " short";
    add_part(detail, z_text(value_at(rows, "short_ratio_z", ratio.row)));
  }
  if (const Latest share = latest_of(rows, "offex_share", group); std::isfinite(share.value)) {
    add_part(detail, percent_text(share.value) + " off-exchange");
  }
  if (const auto week = newest_week(table.parts.weekly, symbol)) {
    add_part(detail, percent_text(value_at(table.parts.weekly, "otc_share", *week)) + " weekly");
  }
  if (group.count > 1) {
    add_part(detail, trend_text(values_of(rows, "short_ratio", group)));
  }
  out.detail = std::move(detail);
  return out;
}

}  // namespace

std::vector<render::Fact> daily_facts(const DailyTable& table) {
  const std::vector<Rows> groups = groups_of(table.rows);
  if (groups.size() == 1) return facts_of_one(table, groups.front());
  std::vector<render::Fact> out;
  if (groups.size() > kMostTickers) {
    out.push_back({"Tickers", fmt::format("{}", groups.size()), ""});
    return out;
  }
  for (const Rows group : groups) out.push_back(line_of(table, group));
  return out;
}

std::string daily_coverage(const Batch& rows) {
  const Rows all{0, rows.num_rows()};
  std::string parts;
  for (const auto& [flag, words] :
       {std::pair{"has_short", "short sale volume"}, std::pair{"has_price", "prices"},
        std::pair{"has_lit", "lit direction"}, std::pair{"has_otc", "weekly figures"}}) {
    if (const auto count = count_flag(rows, flag, all)) {
      add_part(parts, fmt::format("{} on {}", words, *count));
    }
  }
  const std::size_t symbols = groups_of(rows).size();
  return fmt::format("{} row{} of {} symbol{}{}{}", rows.num_rows(),
                     rows.num_rows() == 1 ? "" : "s", symbols, symbols == 1 ? "" : "s",
                     parts.empty() ? "" : ": ", parts);
}

}  // namespace offex::views
