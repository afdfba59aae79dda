#include <algorithm>

#include <fmt/format.h>

#include "offex/market/day.hpp"

#include "formats/finra_weekly_keys_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t kMaxNamed = 20;

bool has_code(const columns::Batch& rows, std::size_t row) {
  return rows.column(kMpidColumn).valid(row) || rows.column(kCrdColumn).valid(row);
}

// What is repeated, as people read it.
struct Repeat {
  market::Symbol symbol;
  market::Day week;
};

std::string describe(const Repeat& repeat) {
  return fmt::format(
      "{} stands more than once in the week of {} (a change of tape or tier, or a "
      "ticker that went to another issue): its rows are summed",
      repeat.symbol.view(), repeat.week.iso());
}

}  // namespace

bool WeeklyKeys::add_last(const columns::Batch& rows) {
  RowSet& keys = has_code(rows, rows.num_rows() - 1) ? coded_ : named_;
  return keys.add_last(rows);
}

std::vector<std::string> WeeklyKeys::repeats(const columns::Batch& rows) {
  RowSet coded{{kWeekColumn, kSymbolColumn, kTypeColumn, kMpidColumn, kCrdColumn}};
  RowSet named{{kWeekColumn, kSymbolColumn, kTypeColumn, kParticipantColumn}};
  RowSet symbols{{kSymbolColumn}};
  std::vector<Repeat> found;
  std::size_t num_symbols = 0;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    if ((has_code(rows, row) ? coded : named).add(rows, row)) continue;
    if (!symbols.add(rows, row)) continue;
    if (++num_symbols > kMaxNamed) continue;
    found.push_back(
        {.symbol = rows.column(kSymbolColumn).values<market::Symbol>()[row],
         .week = market::Day::from_days(rows.column(kWeekColumn).values<std::int32_t>()[row])});
  }
  std::vector<std::string> warnings(found.size());
  std::ranges::transform(found, warnings.begin(), describe);
  if (num_symbols > kMaxNamed) {
    warnings.push_back(fmt::format("the same holds for {} more symbols", num_symbols - kMaxNamed));
  }
  return warnings;
}

}  // namespace offex::formats
