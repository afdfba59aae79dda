#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"
#include "offex/market/publication.hpp"

#include "store/duckdb_internal.hpp"
#include "store/known_from_internal.hpp"

namespace offex::store {

namespace {

using market::Dataset;
using market::Day;
using market::Instant;

/// The engine's '-infinity'.
constexpr std::int64_t kAlways = -std::numeric_limits<std::int64_t>::max();

/// Lists that are definitions, the user's or the vendor's, and tell no day of their own.
bool always_held(Dataset dataset) {
  return dataset == Dataset::IndexConstituents || dataset == Dataset::TradeConditions ||
         dataset == Dataset::ExchangeList;
}

/// The earliest moment of publication that the rows themselves tell. A row that tells none among
/// others that do was public by the rule.
std::optional<std::int64_t> earliest_release(const KeyedRows& rows) {
  const std::string_view name = layout_of(rows.key.dataset).published;
  const columns::Column* column = name.empty() ? nullptr : rows.batch->find(name);
  std::optional<Day> first;
  bool all = true;
  if (column == nullptr) {
    return std::nullopt;
  }
  const auto& days = column->values<std::int32_t>();
  for (const std::uint32_t row : rows.rows) {
    if (column->valid(row)) {
      const Day day = Day::from_days(days[row]);
      first = std::min(first.value_or(day), day);
    } else {
      all = false;
    }
  }
  if (!first) {
    return std::nullopt;
  }
  const std::int64_t told = engine::to_micros(market::weekly_release(*first));
  return all ? told : std::min(told, known_by_rule(rows.key));
}

/// By the rule of the data set.
Instant by_rule(Dataset dataset, Day day, const std::string& text) {
  switch (dataset) {
    case Dataset::WeeklySummary:
    case Dataset::WeeklyDownload:
    case Dataset::AtsSummary: {
      const std::size_t space = text.find(' ');
      return market::weekly_publication(day,
                                        space == std::string::npos ? "" : text.substr(space + 1));
    }
    case Dataset::OtcWeeklyTable:
      return market::weekly_publication(day, text);
    case Dataset::ShortInterest:
      return market::short_interest_publication(day);
    case Dataset::SecurityReference:
    case Dataset::CorporateActions:
      return market::from_new_york(day, 0);
    default:
      return market::daily_publication(day);
  }
}

}  // namespace

std::int64_t first_known(const KeyedRows& rows, const SourceFile& source) {
  const FactKey& key = rows.key;
  if (always_held(key.dataset)) {
    return kAlways;
  }
  if (const auto released = earliest_release(rows)) {
    return *released;
  }
  if (source.published_at) {
    return engine::to_micros(*source.published_at);
  }
  if (!key.day) {
    OFFEX_CHECK(key.dataset == Dataset::SecurityReference);
    return kAlways;
  }
  return known_by_rule(key);
}

std::int64_t known_by_rule(const FactKey& key) {
  return engine::to_micros(by_rule(key.dataset, *key.day, key.facility));
}

std::int64_t first_known_tape(Day day, const SourceFile& source) {
  return engine::to_micros(source.published_at.value_or(market::daily_publication(day)));
}

}  // namespace offex::store
