#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "publish/postgrest_json_internal.hpp"
#include "publish/postgrest_rows_internal.hpp"

namespace offex::publish {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;

// Half a unit of the fourth decimal.
constexpr double kHalf = 0.5e-4;

/// A NaN or an infinity goes out as null.
bool is_missing(const Column& column, std::size_t row) {
  return !column.valid(row) ||
         (column.type() == Type::Double && !std::isfinite(column.values<double>()[row]));
}

Likeness compare_doubles(double ours, double theirs) {
  if (ours == theirs) return Likeness::Same;
  // A decimal of four places is the double next to it.
  const double scaled = theirs * 1e4;
  const bool four = std::abs(scaled - std::round(scaled)) <= 1e-9 * std::max(1.0, std::abs(scaled));
  const double most = kHalf * (1.0 + 1e-6) + 1e-15 * std::abs(ours);
  return four && std::abs(ours - theirs) <= most ? Likeness::Rounded : Likeness::Different;
}

/// \param unit of the fourth decimal
Likeness compare_exact(std::int64_t ours, std::int64_t theirs, std::int64_t unit) {
  if (ours == theirs) return Likeness::Same;
  std::int64_t apart = 0;
  const bool near =
      !__builtin_sub_overflow(ours, theirs, &apart) && apart <= unit / 2 && apart >= -(unit / 2);
  return near && theirs % unit == 0 ? Likeness::Rounded : Likeness::Different;
}

/// A wide decimal without the zeros that say nothing.
std::string_view without_zeros(std::string_view text) {
  if (!text.contains('.') || text.contains('e') || text.contains('E')) return text;
  while (text.ends_with('0')) text.remove_suffix(1);
  if (text.ends_with('.')) text.remove_suffix(1);
  return text;
}

Likeness likeness(bool same) { return same ? Likeness::Same : Likeness::Different; }

std::string key_text(std::span<const Column* const> key, std::size_t row) {
  std::string out;
  for (const Column* column : key) {
    out += column->valid(row) ? columns::cell_text(*column, row) : "\x1e";
    out += '\x1f';
  }
  return out;
}

}  // namespace

Likeness compare_cells(const Column& ours, std::size_t row, const Column& theirs,
                       std::size_t their_row, bool json) {
  if (is_missing(ours, row) || is_missing(theirs, their_row)) {
    return likeness(is_missing(ours, row) == is_missing(theirs, their_row));
  }
  switch (ours.type()) {
    case Type::Double:
      return compare_doubles(ours.values<double>()[row], theirs.values<double>()[their_row]);
    case Type::Quantity:
      return compare_exact(ours.values<std::int64_t>()[row],
                           theirs.values<std::int64_t>()[their_row], 100);
    case Type::Price:
      return compare_exact(ours.values<std::int64_t>()[row],
                           theirs.values<std::int64_t>()[their_row], 100'000);
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
    const Likeness like =
        compare_cells(shipment_.rows.column(i), row, theirs.column(i), their_row, json_[i]);
    if (like == Likeness::Different) {
      out.different = i;
      return out;
    }
    if (like == Likeness::Rounded) out.rounded.push_back(i);
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
