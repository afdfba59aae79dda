#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "store/layout_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;
using columns::Type;
using market::Dataset;

std::unexpected<base::Error> broken(Dataset dataset, std::string_view what) {
  return fail(base::ErrorCode::Internal, "rows of " + std::string{market::to_string(dataset)} +
                                             " break their column contract: " + std::string{what});
}

/// The columns that make the key, missing ones as null pointers.
struct KeyColumns {
  const Column* day{nullptr};
  const Column* group{nullptr};
  const Column* group_end{nullptr};
};

/// Finds a column; one that must be there, has another type or misses values is an error.
Result<const Column*> checked_column(const FactRows& part, std::string_view name, Type type,
                                     bool may_be_absent, bool may_miss_values) {
  const Column* column = part.rows->find(name);
  if (column == nullptr) {
    if (may_be_absent) {
      return nullptr;
    }
    return broken(part.dataset, "no column " + std::string{name});
  }
  if (column->type() != type) {
    return broken(part.dataset, std::string{name} + " has type " +
                                    std::string{columns::to_string(column->type())});
  }
  if (column->size() != part.rows->num_rows()) {
    return broken(part.dataset, std::string{name} + " has another length");
  }
  if (!may_miss_values && column->validity().missing(column->size()) != 0) {
    return broken(part.dataset, std::string{name} + " misses values");
  }
  return column;
}

Result<KeyColumns> check_part(const FactRows& part, const FactLayout& layout) {
  if (part.rows == nullptr) {
    return broken(part.dataset, "no batch");
  }
  const KeyRule& rule = *layout.key;
  KeyColumns out;
  if (layout.symbols != SymbolUse::None) {
    OFFEX_ASSIGN([[maybe_unused]] const Column* const symbol,
                 checked_column(part, "symbol", Type::Symbol, false, false));
  }
  if (rule.part_day && !part.day) {
    return broken(part.dataset, "no day");
  }
  if (!rule.day.empty()) {
    OFFEX_ASSIGN(out.day,
                 checked_column(part, rule.day, Type::Day, rule.day_may_miss, rule.day_may_miss));
  }
  if (!rule.group.empty()) {
    OFFEX_ASSIGN(out.group, checked_column(part, rule.group, rule.group_type, rule.group_may_miss,
                                           rule.group_may_miss));
  }
  if (!rule.group_end.empty()) {
    OFFEX_ASSIGN(out.group_end, checked_column(part, rule.group_end, Type::Text, true, true));
  }
  for (const FactColumn& column : batch_columns(layout)) {
    OFFEX_ASSIGN([[maybe_unused]] const Column* const found,
                 checked_column(part, column.name, column.type, column.may_be_absent, true));
  }
  return out;
}

Result<std::string> group_text(const FactRows& part, const Column* group, std::size_t row) {
  if (group == nullptr || !group->valid(row)) {
    return std::string{};
  }
  if (group->type() == Type::Text) {
    return group->values<std::string>()[row];
  }
  if (group->type() == Type::Symbol) {
    return market::to_canonical(group->values<market::Symbol>()[row],
                                market::symbol_style(part.dataset))
        .str();
  }
  const std::int32_t number = group->values<std::int32_t>()[row];
  if (number < 0 || number > static_cast<std::int32_t>(market::Facility::Npsx)) {
    return broken(part.dataset, "facility out of range");
  }
  return std::string{market::to_string(static_cast<market::Facility>(number))};
}

void sort_rows(KeyedRows& keyed) {
  const FactLayout& layout = layout_of(keyed.key.dataset);
  const Column* symbol = layout.symbols == SymbolUse::None ? nullptr : keyed.batch->find("symbol");
  std::vector<const Column*> identity;
  for (const std::string_view name : layout.identity) {
    if (const Column* column = keyed.batch->find(name)) {
      identity.push_back(column);
    }
  }
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    if (symbol != nullptr) {
      const auto& symbols = symbol->values<market::Symbol>();
      if (const auto order = symbols[a] <=> symbols[b]; order != 0) {
        return order < 0;
      }
    }
    for (const Column* column : identity) {
      if (const int order = compare_cells(*column, a, b); order != 0) {
        return order < 0;
      }
    }
    return false;
  };
  if (!std::is_sorted(keyed.rows.begin(), keyed.rows.end(), before)) {
    std::stable_sort(keyed.rows.begin(), keyed.rows.end(), before);
    keyed.whole_batch_in_order = false;
  }
}

KeyedRows whole_batch(const FactRows& part) {
  KeyedRows out;
  out.key = {part.dataset, part.day,
             part.facility ? std::string{market::to_string(*part.facility)} : std::string{}};
  out.batch = part.rows;
  out.rows.resize(part.rows->num_rows());
  std::iota(out.rows.begin(), out.rows.end(), 0U);
  out.whole_batch_in_order = true;
  return out;
}

Result<FactKey> key_of(const FactRows& part, const KeyColumns& key, std::size_t row) {
  FactKey out{.dataset = part.dataset, .day = {}, .facility = {}};
  if (layout_of(part.dataset).key->part_day) {
    out.day = part.day;
  } else if (key.day != nullptr && key.day->valid(row)) {
    out.day = market::Day::from_days(key.day->values<std::int32_t>()[row]);
  }
  OFFEX_ASSIGN(out.facility, group_text(part, key.group, row));
  if (key.group_end != nullptr && key.group_end->valid(row)) {
    out.facility += ' ' + key.group_end->values<std::string>()[row];
  }
  return out;
}

Result<std::vector<KeyedRows>> grouped(const FactRows& part, const KeyColumns& key) {
  std::map<FactKey, std::size_t> places;
  std::vector<KeyedRows> out;
  for (std::size_t row = 0; row < part.rows->num_rows(); ++row) {
    OFFEX_ASSIGN(FactKey row_key, key_of(part, key, row));
    const auto [place, fresh] = places.try_emplace(row_key, out.size());
    if (fresh) {
      out.push_back({.key = std::move(row_key), .batch = part.rows, .rows = {}});
    }
    out[place->second].rows.push_back(static_cast<std::uint32_t>(row));
  }
  return out;
}

template <class T>
int compare_values(const Column& column, std::uint32_t a, std::uint32_t b) {
  const std::vector<T>& values = column.values<T>();
  if (values[a] == values[b]) {
    return 0;
  }
  return values[a] < values[b] ? -1 : 1;
}

}  // namespace

int compare_cells(const Column& column, std::uint32_t a, std::uint32_t b) {
  if (!column.valid(a) || !column.valid(b)) {
    return static_cast<int>(column.valid(a)) - static_cast<int>(column.valid(b));
  }
  switch (column.type()) {
    case Type::Int32:
    case Type::Day:
      return compare_values<std::int32_t>(column, a, b);
    case Type::Text:
      return compare_values<std::string>(column, a, b);
    default:
      return compare_values<std::int64_t>(column, a, b);
  }
}

void sort_keyed_rows(KeyedRows& rows) {
  std::iota(rows.rows.begin(), rows.rows.end(), 0U);
  sort_rows(rows);
}

Result<std::vector<KeyedRows>> split_by_key(const FactRows& part) {
  const FactLayout& layout = layout_of(part.dataset);
  OFFEX_ASSIGN(const KeyColumns key, check_part(part, layout));
  std::vector<KeyedRows> out;
  if (layout.key->one_key()) {
    out.push_back(whole_batch(part));
  } else {
    OFFEX_ASSIGN(out, grouped(part, key));
  }
  for (KeyedRows& keyed : out) {
    sort_rows(keyed);
  }
  return out;
}

}  // namespace offex::store
