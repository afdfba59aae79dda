#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <system_error>

#include "offex/base/decimal.hpp"
#include "offex/market/quantity.hpp"

#include "publish/postgrest_json_internal.hpp"
#include "publish/postgrest_rows_internal.hpp"

namespace offex::publish {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

/// A NaN or an infinity of ours goes out as null.
bool is_missing(const Column& column, std::size_t row) {
  return !column.valid(row) ||
         (column.type() == Type::Double && !std::isfinite(column.values<double>()[row]));
}

CellLikeness likeness(bool same) { return {same ? Likeness::Same : Likeness::Different}; }

CellLikeness compare_doubles(double ours, std::string_view text) {
  double theirs = 0.0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), theirs);
  if (fault != std::errc{} || stop != text.data() + text.size()) return likeness(false);
  if (ours == theirs) return likeness(true);
  const std::optional<int> decimals = decimals_of(text);
  if (!decimals || !std::isfinite(theirs)) return likeness(false);
  const double half = 0.5 * std::pow(10.0, -*decimals);
  const double most = half * (1.0 + 1e-6) + 1e-15 * std::abs(ours);
  if (std::abs(ours - theirs) > most) return likeness(false);
  return {Likeness::Rounded, *decimals};
}

/// \param scale decimals of ours
CellLikeness compare_exact(std::int64_t ours, std::string_view text, int scale) {
  const auto theirs = base::parse_decimal(text, scale);
  if (!theirs) return likeness(false);
  if (ours == *theirs) return likeness(true);
  const std::optional<int> decimals = decimals_of(text);
  if (!decimals || *decimals >= scale) return likeness(false);
  std::int64_t half = 5;
  for (int i = *decimals + 1; i < scale; ++i) half *= 10;
  std::int64_t apart = 0;
  const bool near =
      !__builtin_sub_overflow(ours, *theirs, &apart) && apart <= half && apart >= -half;
  return near ? CellLikeness{Likeness::Rounded, *decimals} : likeness(false);
}

/// A wide decimal without the zeros that say nothing.
std::string_view without_zeros(std::string_view text) {
  if (!text.contains('.') || text.contains('e') || text.contains('E')) return text;
  while (text.ends_with('0')) text.remove_suffix(1);
  if (text.ends_with('.')) text.remove_suffix(1);
  return text;
}

std::string key_text(std::span<const Column* const> key, std::size_t row) {
  std::string out;
  for (const Column* column : key) {
    out += column->valid(row) ? columns::cell_text(*column, row) : "\x1e";
    out += '\x1f';
  }
  return out;
}

}  // namespace

std::optional<int> decimals_of(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!digits(text.substr(0, point))) return std::nullopt;
  if (point == text.size()) return 0;
  const std::string_view behind = text.substr(point + 1);
  if (!digits(behind)) return std::nullopt;
  return static_cast<int>(behind.size());
}

CellLikeness compare_cells(const Column& ours, std::size_t row, const Column& theirs,
                           std::size_t their_row, bool json) {
  if (is_missing(ours, row) || !theirs.valid(their_row)) {
    return likeness(is_missing(ours, row) == !theirs.valid(their_row));
  }
  switch (ours.type()) {
    case Type::Double:
      return compare_doubles(ours.values<double>()[row], columns::cell_text(theirs, their_row));
    case Type::Quantity:
      return compare_exact(ours.values<std::int64_t>()[row], columns::cell_text(theirs, their_row),
                           market::Quantity::kDecimals);
    case Type::Price:
      return compare_exact(ours.values<std::int64_t>()[row], columns::cell_text(theirs, their_row),
                           market::Price::kDecimals);
    case Type::Instant:  // the server keeps microseconds
      return likeness(std::abs(ours.values<std::int64_t>()[row] -
                               theirs.values<std::int64_t>()[their_row]) < 1'000);
    case Type::Number:
      return likeness(without_zeros(ours.values<std::string>()[row]) ==
                      without_zeros(theirs.values<std::string>()[their_row]));
    default:
      break;
  }
  const std::string left = columns::cell_text(ours, row);
  const std::string right = columns::cell_text(theirs, their_row);
  return likeness(left == right || (json && same_json(left, right)));
}

RowIndex::RowIndex(const Shipment& shipment) : shipment_{shipment} {
  for (const std::string& name : shipment.key) key_.push_back(shipment.rows.find(name));
  for (const Column& column : shipment.rows.columns()) {
    json_.push_back(std::ranges::find(shipment.json_columns, column.name()) !=
                    shipment.json_columns.end());
  }
  rows_.reserve(shipment.rows.num_rows());
  for (std::size_t row = 0; row < shipment.rows.num_rows(); ++row) {
    rows_.emplace(key_text(key_, row), row);
  }
}

std::optional<std::size_t> RowIndex::find(const Batch& theirs, std::size_t row) const {
  std::vector<const Column*> key;
  key.reserve(shipment_.key.size());
  for (const std::string& name : shipment_.key) key.push_back(theirs.find(name));
  const auto at = rows_.find(key_text(key, row));
  if (at == rows_.end()) return std::nullopt;
  return at->second;
}

RowIndex::Comparison RowIndex::compare(std::size_t row, const Batch& theirs,
                                       std::size_t their_row) const {
  Comparison out;
  for (std::size_t i = 0; i < theirs.num_columns(); ++i) {
    const auto [like, decimals] =
        compare_cells(shipment_.rows.column(i), row, theirs.column(i), their_row, json_[i]);
    if (like == Likeness::Different) {
      out.different = i;
      return out;
    }
    if (like == Likeness::Rounded) out.rounded.push_back({.column = i, .decimals = decimals});
  }
  return out;
}

std::string RowIndex::words(std::size_t row) const {
  std::string out;
  for (const Column* column : key_) {
    if (!out.empty()) out += ", ";
    out += columns::cell_text(*column, row);
  }
  return out;
}

}  // namespace offex::publish
