#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/market/quantity.hpp"
#include "offex/studies/weekly.hpp"

#include "studies/study_store.hpp"

namespace offex::studies::test {

/// A row of a weekly summary; shares are whole.
struct SummaryRow {
  std::string week;
  std::string symbol;
  std::string tier;  ///< empty: not told
  std::string type;  ///< ATS_W_SMBL, ...
  std::int64_t shares{0};
  std::int64_t trades{1};
  std::string mpid{};
  std::optional<std::int64_t> crd{};
  std::string name{};
  std::string published{};
  std::string updated{};
  std::optional<std::int64_t> total{};
  std::string product{};
};

inline void push_text(columns::Column& column, const std::string& text) {
  if (text.empty()) {
    column.push_missing();
  } else {
    column.push(text);
  }
}

inline void push_date(columns::Column& column, const std::string& text) {
  if (text.empty()) {
    column.push_missing();
  } else {
    column.push(market::Day::parse(text).value().days());
  }
}

inline void push_number(columns::Column& column, std::optional<std::int64_t> value) {
  if (value) {
    column.push(*value);
  } else {
    column.push_missing();
  }
}

/// Rows by the column contract of the weekly summaries.
inline columns::Batch summary_batch(const std::vector<SummaryRow>& rows) {
  using columns::Column;
  using columns::Type;
  columns::Batch out{
      {Column{"week_start_date", Type::Day}, Column{"symbol", Type::Symbol},
       Column{"tier_identifier", Type::Text}, Column{"summary_type", Type::Text},
       Column{"mpid", Type::Text}, Column{"firm_crd", Type::Int64},
       Column{"participant_name", Type::Text}, Column{"issue_name", Type::Text},
       Column{"product_type", Type::Text}, Column{"share_quantity", Type::Quantity},
       Column{"trade_count", Type::Int64}, Column{"notional", Type::Double},
       Column{"initial_published_date", Type::Day}, Column{"last_update_date", Type::Day},
       Column{"total_share_quantity", Type::Quantity}, Column{"total_trade_count", Type::Int64}}};
  for (const SummaryRow& row : rows) {
    out.column(0).push(market::Day::parse(row.week).value().days());
    out.column(1).push(market::Symbol::from_trusted(row.symbol));
    push_text(out.column(2), row.tier);
    out.column(3).push(row.type);
    push_text(out.column(4), row.mpid);
    push_number(out.column(5), row.crd);
    push_text(out.column(6), row.name);
    out.column(7).push_missing();
    push_text(out.column(8), row.product);
    out.column(9).push(row.shares * market::Quantity::kPerShare);
    out.column(10).push(row.trades);
    out.column(11).push_missing();
    push_date(out.column(12), row.published);
    push_date(out.column(13), row.updated);
    push_number(out.column(14),
                row.total ? std::optional{*row.total * market::Quantity::kPerShare} : std::nullopt);
    out.column(15).push_missing();
  }
  return out;
}

inline void put_summaries(StudyStore& store, const std::string& file,
                          const std::vector<SummaryRow>& rows,
                          market::Dataset dataset = market::Dataset::WeeklySummary) {
  const columns::Batch batch = summary_batch(rows);
  store.put(file, {.dataset = dataset, .rows = &batch});
}

/// A grouped file of a day: symbols and their volume in whole shares.
inline void put_bars(StudyStore& store, market::Day day,
                     const std::vector<std::pair<std::string, std::int64_t>>& volumes,
                     const std::string& suffix = "") {
  using columns::Column;
  using columns::Type;
  columns::Batch rows{{Column{"symbol", Type::Symbol}, Column{"open", Type::Price},
                       Column{"high", Type::Price}, Column{"low", Type::Price},
                       Column{"close", Type::Price}, Column{"vwap", Type::Price},
                       Column{"volume", Type::Quantity}, Column{"transactions", Type::Int64}}};
  for (const auto& [symbol, shares] : volumes) {
    rows.column(0).push(market::Symbol::from_trusted(symbol));
    for (std::size_t column = 1; column <= 5; ++column) {
      rows.column(column).push<std::int64_t>(100 * market::Price::kPerDollar);
    }
    rows.column(6).push<std::int64_t>(shares * market::Quantity::kPerShare);
    rows.column(7).push_missing();
  }
  store.put("bars " + day.iso() + suffix,
            {.dataset = market::Dataset::DailyBarGrouped, .day = day, .rows = &rows});
}

/// Bars of Monday to Friday, each of a fifth of the volume.
inline void put_week_of_bars(StudyStore& store, const std::string& monday,
                             const std::string& symbol, std::int64_t shares) {
  for (int weekday = 0; weekday < 5; ++weekday) {
    put_bars(store, market::Day::parse(monday).value().plus(weekday), {{symbol, shares / 5}});
  }
}

inline columns::Batch answer(const store::Reader& reader, const WeeklyRequest& request) {
  auto rows = weekly_metrics(reader, request);
  EXPECT_TRUE(rows) << (rows ? "" : base::format_error(rows.error()));
  return std::move(rows).value_or(columns::Batch{});
}

inline std::string cell(const columns::Batch& rows, std::string_view name, std::size_t row = 0) {
  return columns::cell_text(*rows.find(name), row);
}

inline market::Day day(std::string_view text) { return market::Day::parse(text).value(); }

}  // namespace offex::studies::test
