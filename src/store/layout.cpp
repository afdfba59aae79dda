#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>
#include <utility>

#include "offex/base/check.hpp"

#include "store/layout_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;
using columns::Type;
using market::Dataset;

constexpr std::array kShortColumns{
    FactColumn{"market_mask", "market", Type::Int32, true},
    FactColumn{"short_volume", "short_volume", Type::Quantity},
    FactColumn{"short_exempt_volume", "short_exempt_volume", Type::Quantity, true},
    FactColumn{"total_volume", "total_volume", Type::Quantity},
};
constexpr std::array kExchangeColumns{
    FactColumn{"short_volume", "short_volume", Type::Quantity},
    FactColumn{"total_volume", "total_volume", Type::Quantity},
};
constexpr std::array kBarColumns{
    FactColumn{"open", "open", Type::Price},
    FactColumn{"high", "high", Type::Price},
    FactColumn{"low", "low", Type::Price},
    FactColumn{"close", "close", Type::Price},
    FactColumn{"vwap", "vwap", Type::Price, true},
    FactColumn{"volume", "volume", Type::Quantity},
    FactColumn{"transactions", "transactions", Type::Int64, true},
};
constexpr std::array kWeeklyColumns{
    FactColumn{"off_exchange_volume", "off_exchange_volume", Type::Quantity},
    FactColumn{"trade_count", "trade_count", Type::Int64, true},
};
constexpr std::array kLitColumns{
    FactColumn{"lit_buy_volume", "lit_buy_volume", Type::Quantity},
    FactColumn{"lit_sell_volume", "lit_sell_volume", Type::Quantity},
    FactColumn{"classification_method", "classification_method", Type::Text, true},
    FactColumn{"lit_coverage_pct", "lit_coverage_pct", Type::Double, true},
};
constexpr std::array kConstituentColumns{
    FactColumn{"valid_from", "valid_from", Type::Day, true},
    FactColumn{"valid_to", "valid_to", Type::Day, true},
};

constexpr std::array kLayouts{
    FactLayout{Dataset::FinraShortDaily, "fact_short", KeyRule::PartDay, kShortColumns},
    FactLayout{Dataset::FinraShortTable, "fact_short", KeyRule::DayAndFacility, kShortColumns},
    FactLayout{Dataset::ExchangeShortDaily, "fact_exchange_short", KeyRule::PartDay,
               kExchangeColumns},
    FactLayout{Dataset::DailyBarFlatFile, "fact_bar", KeyRule::PartDay, kBarColumns},
    FactLayout{Dataset::DailyBarGrouped, "fact_bar", KeyRule::PartDay, kBarColumns},
    FactLayout{Dataset::DailyBarTable, "fact_bar", KeyRule::Day, kBarColumns},
    FactLayout{Dataset::OtcWeeklyTable, "fact_weekly", KeyRule::WeekAndTier, kWeeklyColumns},
    FactLayout{Dataset::LitDirectionTable, "fact_lit", KeyRule::Day, kLitColumns},
    FactLayout{Dataset::IndexConstituents, "fact_constituent", KeyRule::Index, kConstituentColumns},
};

std::unexpected<base::Error> broken(Dataset dataset, std::string_view what) {
  return fail(base::ErrorCode::Internal, "rows of " + std::string{market::to_string(dataset)} +
                                             " break their column contract: " + std::string{what});
}

/// The columns that make the key, missing ones as null pointers.
struct KeyColumns {
  const Column* symbol{nullptr};
  const Column* day{nullptr};
  const Column* group{nullptr};
};

struct KeyNames {
  std::string_view day;
  std::string_view group;
  Type group_type{};
  bool group_may_be_missing{false};
};

KeyNames key_names(KeyRule rule) {
  switch (rule) {
    case KeyRule::PartDay:
      return {};
    case KeyRule::DayAndFacility:
      return {"trade_date", "facility", Type::Int32};
    case KeyRule::WeekAndTier:
      return {"week_start_date", "tier_identifier", Type::Text, true};
    case KeyRule::Day:
      return {"trade_date", ""};
    case KeyRule::Index:
      return {"", "index_symbol", Type::Symbol};
  }
  return {};
}

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
  KeyColumns out;
  OFFEX_ASSIGN(out.symbol, checked_column(part, "symbol", Type::Symbol, false, false));
  const KeyNames names = key_names(layout.key);
  if (layout.key == KeyRule::PartDay && !part.day) {
    return broken(part.dataset, "no day");
  }
  if (!names.day.empty()) {
    OFFEX_ASSIGN(out.day, checked_column(part, names.day, Type::Day, false, false));
  }
  if (!names.group.empty()) {
    const bool lenient = names.group_may_be_missing;
    OFFEX_ASSIGN(out.group, checked_column(part, names.group, names.group_type, lenient, lenient));
  }
  for (const FactColumn& column : layout.columns) {
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
  const auto& symbols = keyed.batch->find("symbol")->values<market::Symbol>();
  const Column* from = keyed.batch->find("valid_from");
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    if (const auto order = symbols[a] <=> symbols[b]; order != 0) {
      return order < 0;
    }
    if (from == nullptr) {
      return false;
    }
    const auto start = [&](std::uint32_t row) {
      return std::pair{from->valid(row), from->valid(row) ? from->values<std::int32_t>()[row] : 0};
    };
    return start(a) < start(b);
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

Result<std::vector<KeyedRows>> grouped(const FactRows& part, const KeyColumns& key) {
  std::map<FactKey, std::size_t> places;
  std::vector<KeyedRows> out;
  for (std::size_t row = 0; row < part.rows->num_rows(); ++row) {
    FactKey row_key{.dataset = part.dataset, .day = {}, .facility = {}};
    if (key.day != nullptr) {
      row_key.day = market::Day::from_days(key.day->values<std::int32_t>()[row]);
    }
    OFFEX_ASSIGN(row_key.facility, group_text(part, key.group, row));
    const auto [place, fresh] = places.try_emplace(row_key, out.size());
    if (fresh) {
      out.push_back({.key = std::move(row_key), .batch = part.rows, .rows = {}});
    }
    out[place->second].rows.push_back(static_cast<std::uint32_t>(row));
  }
  return out;
}

}  // namespace

const FactLayout& layout_of(Dataset dataset) {
  const auto index = static_cast<std::size_t>(dataset);
  OFFEX_CHECK(index < kLayouts.size() && kLayouts[index].dataset == dataset);
  return kLayouts[index];
}

std::span<const FactLayout> all_layouts() { return kLayouts; }

void sort_keyed_rows(KeyedRows& rows) {
  std::iota(rows.rows.begin(), rows.rows.end(), 0U);
  sort_rows(rows);
}

std::string FactKey::text() const {
  std::string out{market::to_string(dataset)};
  if (day) {
    out += ' ' + day->iso();
  }
  if (!facility.empty()) {
    out += ' ' + facility;
  }
  return out;
}

Result<std::vector<KeyedRows>> split_by_key(const FactRows& part) {
  const FactLayout& layout = layout_of(part.dataset);
  OFFEX_ASSIGN(const KeyColumns key, check_part(part, layout));
  std::vector<KeyedRows> out;
  if (layout.key == KeyRule::PartDay) {
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
