#include "offex/studies/security_reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include "studies/cell_values_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Words of reference data that mean a fund, in lower case.
bool is_fund_type(std::string type) {
  std::ranges::transform(type, type.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  constexpr std::array<std::string_view, 8> kFunds{"etf", "etn",  "etv",  "ets",
                                                   "etp", "fund", "etmf", "trust"};
  return std::ranges::find(kFunds, type) != kFunds.end();
}

std::string text_at(const columns::Batch& rows, std::string_view name, std::size_t row) {
  const columns::Column& column = *rows.find(name);
  return column.valid(row) ? columns::cell_text(column, row) : std::string{};
}

Result<columns::Batch> all_rows(const store::Reader& reader, std::string sql,
                                std::optional<market::Instant> as_of) {
  std::vector<store::Parameter> parameters;
  if (as_of) parameters.emplace_back(*as_of);
  constexpr std::string_view kMoment = "MOMENT";
  sql.replace(sql.find(kMoment), kMoment.size(), as_of ? "$1" : "TIMESTAMP 'infinity'");
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  return rows.all();
}

// Every reference row that was ever in force at the moment, not the newest of each symbol alone: an
// earlier session must see what was known then.
// What an upstream told without a date counts from the day it was known; a file of one's own
// without a date counts always.
constexpr std::string_view kReferences =
    "SELECT CASE WHEN i.url LIKE 'http%' THEN r.known_from END AS fetched, f.symbol_code, "
    "coalesce(f.sector, '') AS sector, coalesce(f.type, '') AS type, "
    "f.market_cap::DOUBLE AS market_cap, f.shares_outstanding::DOUBLE AS shares_outstanding, "
    "r.key_date AS known_from FROM fact_security f JOIN revision_used(MOMENT) r USING "
    "(revision_id) JOIN ingest_file i USING (file_id) ORDER BY r.key_date NULLS FIRST, "
    "f.symbol_code";

// The first snapshot that tells counts from its day on: later ones change no earlier session.
constexpr std::string_view kDirectories =
    "SELECT symbol, min(snapshot_date) FILTER (etf IS NOT NULL) AS known_from, arg_min(etf, "
    "snapshot_date) FILTER (etf IS NOT NULL) AS etf, min(snapshot_date) FILTER (test_issue) AS "
    "test_from FROM symbol_directory_at(MOMENT) GROUP BY symbol";

/// First day on which a reference row counts.
std::int32_t first_day(const columns::Column& dated, const columns::Column& fetched,
                       std::size_t row) {
  if (dated.valid(row)) return dated.values<std::int32_t>()[row];
  if (!fetched.valid(row)) return std::numeric_limits<std::int32_t>::min();
  const auto known = market::Instant::from_nanos(fetched.values<std::int64_t>()[row]);
  return market::to_new_york(known).day.days();
}

std::int8_t flag_at(const columns::Batch& rows, std::string_view name, std::size_t row) {
  const columns::Column& column = *rows.find(name);
  return column.valid(row) ? column.values<std::int8_t>()[row] : std::int8_t{-1};
}

}  // namespace

Result<SecurityReference> SecurityReference::load(const store::Reader& reader, const Axis& axis,
                                                  std::optional<market::Instant> as_of) {
  SecurityReference out;
  SecurityFacts& start = out.start_;
  const std::size_t count = axis.symbols.size();
  start.sector.assign(count, 0);
  start.market_cap.assign(count, kNan);
  start.shares_outstanding.assign(count, kNan);
  start.fund.assign(count, -1);
  start.test_issue.resize(count);
  for (std::size_t position = 0; position < count; ++position) {
    start.test_issue[position] = market::is_test_issue(axis.symbols[position]) ? 1 : 0;
  }
  OFFEX_TRY(out.load_directories(reader, axis, as_of));
  OFFEX_TRY(out.load_references(reader, axis, as_of));
  std::ranges::stable_sort(out.rows_, {}, &Row::from);
  out.facts_ = start;
  return out;
}

Result<void> SecurityReference::load_directories(const store::Reader& reader, const Axis& axis,
                                                 std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(const columns::Batch rows, all_rows(reader, std::string{kDirectories}, as_of));
  const columns::Column& known_from = *rows.find("known_from");
  const columns::Column& test_from = *rows.find("test_from");
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto symbol = market::Symbol::parse(text_at(rows, "symbol", row));
    const auto position = symbol ? position_of(axis, *symbol) : std::nullopt;
    if (!position) continue;
    if (known_from.valid(row)) {
      rows_.push_back({.position = *position,
                       .from = known_from.values<std::int32_t>()[row],
                       .fund = flag_at(rows, "etf", row)});
    }
    if (test_from.valid(row)) {
      rows_.push_back({.position = *position,
                       .from = test_from.values<std::int32_t>()[row],
                       .test_issue = true});
    }
  }
  return {};
}

Result<void> SecurityReference::load_references(const store::Reader& reader, const Axis& axis,
                                                std::optional<market::Instant> as_of) {
  OFFEX_ASSIGN(const columns::Batch rows, all_rows(reader, std::string{kReferences}, as_of));
  std::map<std::int32_t, std::size_t> by_code;
  for (std::size_t position = 0; position < axis.codes.size(); ++position) {
    by_code[axis.codes[position]] = position;
  }
  std::map<std::string, std::uint32_t> names{{"", 0}};
  for (std::size_t row = 0; row < rows.num_rows(); ++row) names[text_at(rows, "sector", row)];
  std::uint32_t next = 0;
  for (auto& [name, number] : names) {
    number = next++;
    start_.sectors.push_back(name);
  }
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const auto position = by_code.find(rows.find("symbol_code")->values<std::int32_t>()[row]);
    if (position == by_code.end()) continue;
    const std::string type = text_at(rows, "type", row);
    rows_.push_back({.position = position->second,
                     .from = first_day(*rows.find("known_from"), *rows.find("fetched"), row),
                     .sector = names.at(text_at(rows, "sector", row)),
                     .market_cap = number_at(rows, "market_cap", row),
                     .shares_outstanding = number_at(rows, "shares_outstanding", row),
                     .fund = static_cast<std::int8_t>(type.empty() ? -1 : is_fund_type(type)),
                     .reference = true});
  }
  return {};
}

const SecurityFacts& SecurityReference::at(market::Day day) {
  if (day.days() < at_) {
    facts_ = start_;
    taken_ = 0;
  }
  at_ = day.days();
  for (; taken_ < rows_.size() && rows_[taken_].from <= day.days(); ++taken_) {
    const Row& row = rows_[taken_];
    if (row.reference) {
      facts_.has_sector = facts_.has_sector || row.sector != 0;
      facts_.has_market_cap = facts_.has_market_cap || !std::isnan(row.market_cap);
      facts_.sector[row.position] = row.sector;
      facts_.market_cap[row.position] = row.market_cap;
      facts_.shares_outstanding[row.position] = row.shares_outstanding;
    }
    if (row.fund >= 0) {
      facts_.has_fund = true;
      facts_.fund[row.position] = row.fund;
    }
    if (row.test_issue) facts_.test_issue[row.position] = 1;
  }
  return facts_;
}

}  // namespace offex::studies
