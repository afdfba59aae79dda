#include <algorithm>
#include <bit>
#include <functional>
#include <string>
#include <utility>

#include "formats/row_set_internal.hpp"

namespace offex::formats {
namespace {

using columns::Column;
using columns::Type;

constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15;

std::uint64_t cell_hash(const Column& column, std::size_t row) {
  if (!column.valid(row)) return 1;
  switch (column.type()) {
    case Type::Symbol:
      return column.values<market::Symbol>()[row].hash();
    case Type::Text:
      return std::hash<std::string>{}(column.values<std::string>()[row]);
    case Type::Int64:
      return static_cast<std::uint64_t>(column.values<std::int64_t>()[row]);
    default:
      return static_cast<std::uint32_t>(column.values<std::int32_t>()[row]);
  }
}

bool cell_equal(const Column& column, std::size_t a, std::size_t b) {
  if (column.valid(a) != column.valid(b)) return false;
  if (!column.valid(a)) return true;
  switch (column.type()) {
    case Type::Symbol:
      return column.values<market::Symbol>()[a] == column.values<market::Symbol>()[b];
    case Type::Text:
      return column.values<std::string>()[a] == column.values<std::string>()[b];
    case Type::Int64:
      return column.values<std::int64_t>()[a] == column.values<std::int64_t>()[b];
    default:
      return column.values<std::int32_t>()[a] == column.values<std::int32_t>()[b];
  }
}

}  // namespace

std::size_t RowSet::find_or_add(const columns::Batch& rows, std::size_t row) {
  if (2 * (used_ + 1) > slots_.size()) grow();
  const std::uint64_t wanted = hash(rows, row);
  std::size_t slot = slot_of(wanted);
  for (; slots_[slot].row >= 0; slot = (slot + 1) % slots_.size()) {
    if (slots_[slot].hash != wanted) continue;
    const auto found = static_cast<std::size_t>(slots_[slot].row);
    if (equal(rows, found, row)) return found;
  }
  slots_[slot] = {.hash = wanted, .row = static_cast<std::int64_t>(row)};
  ++used_;
  return row;
}

std::uint64_t RowSet::hash(const columns::Batch& rows, std::size_t row) const {
  std::uint64_t mixed = 0;
  for (const std::size_t column : key_) {
    mixed = (std::rotl(mixed, 29) ^ cell_hash(rows.column(column), row)) * kMix;
  }
  return mixed;
}

bool RowSet::equal(const columns::Batch& rows, std::size_t a, std::size_t b) const {
  return std::ranges::all_of(
      key_, [&](std::size_t column) { return cell_equal(rows.column(column), a, b); });
}

void RowSet::grow() {
  const std::vector<Slot> old =
      std::exchange(slots_, std::vector<Slot>(std::max<std::size_t>(1024, 2 * slots_.size())));
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots_.size()));
  for (const Slot& entry : old) {
    if (entry.row < 0) continue;
    std::size_t slot = slot_of(entry.hash);
    while (slots_[slot].row >= 0) slot = (slot + 1) % slots_.size();
    slots_[slot] = entry;
  }
}

}  // namespace offex::formats
