#include <fmt/format.h>

#include "offex/market/day.hpp"

#include "formats/finra_weekly_keys_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::size_t kMaxNamed = 20;

bool has_code(const columns::Batch& rows, std::size_t row) {
  return rows.column(weekly_column::Mpid).valid(row) || rows.column(weekly_column::Crd).valid(row);
}

std::string describe(const columns::Batch& rows, std::size_t row) {
  const market::Symbol& symbol = rows.column(weekly_column::Symbol).values<market::Symbol>()[row];
  const std::int32_t week = rows.column(weekly_column::Week).values<std::int32_t>()[row];
  return fmt::format(
      "{} stands more than once in the week of {} (a change of tape or tier, or a "
      "ticker that went to another issue): its rows are summed",
      symbol.view(), market::Day::from_days(week).iso());
}

}  // namespace

bool WeeklyKeys::add_last(const columns::Batch& rows) {
  const std::size_t row = rows.num_rows() - 1;
  const bool coded = has_code(rows, row);
  const std::size_t first = (coded ? coded_ : named_).find_or_add(rows, row);
  if (first == row) return true;
  RowSet& repeated = coded ? repeated_coded_ : repeated_named_;
  [[maybe_unused]] const std::size_t held = repeated.find_or_add(rows, first);
  if (!repeated.add(rows, row)) return false;
  if (symbols_.add(rows, row) && ++num_symbols_ <= kMaxNamed) {
    named_warnings_.push_back(describe(rows, row));
  }
  return true;
}

std::vector<std::string> WeeklyKeys::warnings() const {
  std::vector<std::string> out = named_warnings_;
  if (num_symbols_ > kMaxNamed) {
    out.push_back(fmt::format("the same holds for {} more symbols", num_symbols_ - kMaxNamed));
  }
  return out;
}

}  // namespace offex::formats
