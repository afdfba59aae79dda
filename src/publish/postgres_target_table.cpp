#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "offex/publish/migrations.hpp"

#include "publish/postgres_target_table_internal.hpp"

namespace offex::publish::pg {
namespace {

using base::ErrorCode;
using columns::Type;

// The scale of a numeric is a signed number of 11 bits in its type modifier.
constexpr std::string_view kColumns =
    "SELECT a.attname, format_type(a.atttypid, NULL), format_type(a.atttypid, a.atttypmod), "
    "t.typname, t.typcategory, CASE WHEN t.typname = 'numeric' AND a.atttypmod >= 4 "
    "THEN (((a.atttypmod - 4) & 2047) # 1024) - 1024 END "
    "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
    "WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped "
    "ORDER BY a.attnum";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, text) != list.end();
}

/// The migration that makes a table; null when none does. Migrations are "0001_daily_features".
const Migration* migration_of(std::string_view table) {
  constexpr std::size_t kNumber = 5;
  const auto all = migrations();
  const auto found = std::ranges::find_if(
      all, [&](const Migration& one) { return one.name.substr(kNumber) == table; });
  return found == all.end() ? nullptr : &*found;
}

/// Decimals that values of a type may have; nothing for those that are not decimal.
std::optional<int> decimals_of(Type type) {
  constexpr int kMany = 1000;
  if (type == Type::Quantity) return 6;
  if (type == Type::Price) return 9;
  if (type == Type::Double || type == Type::Number) return kMany;
  return std::nullopt;
}

}  // namespace

const TableColumn* Table::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &TableColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

std::string quoted_table(std::string_view name) {
  const std::size_t point = name.find('.');
  if (point == std::string_view::npos) return store::quote_name(name);
  return store::quote_name(name.substr(0, point)) + "." + store::quote_name(name.substr(point + 1));
}

Result<Table> read_table(store::Postgres& db, std::string_view name) {
  Table out{.name = std::string{name}, .sql = quoted_table(name), .columns = {}};
  const std::array<std::optional<std::string>, 1> parameters{out.sql};
  OFFEX_ASSIGN(const columns::Batch rows, db.query(std::string{kColumns}, parameters));
  const auto cell = [&rows](std::size_t column, std::size_t row) -> const std::string& {
    return rows.column(column).values<std::string>()[row];
  };
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    TableColumn column{.name = cell(0, row),
                       .type = cell(1, row),
                       .declared = cell(2, row),
                       .base = cell(3, row),
                       .text = cell(4, row) == "S",
                       .scale = {}};
    if (rows.column(5).valid(row)) {
      const std::string& digits = cell(5, row);
      int scale = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), scale);
      column.scale = scale;
    }
    out.columns.push_back(std::move(column));
  }
  if (out.columns.empty()) {
    return fail(
        ErrorCode::NotFound,
        fmt::format("there is no table {}{}", name,
                    migration_of(name) == nullptr ? "" : ": `offex push URL --migrate` makes it"));
  }
  return out;
}

Result<void> check_columns(const Table& table, const Shipment& shipment) {
  for (const columns::Column& column : shipment.rows.columns()) {
    if (table.find(column.name()) == nullptr) {
      return fail(ErrorCode::NotFound,
                  fmt::format("{} has no column {}: {}", table.name, column.name(),
                              migration_of(table.name) != nullptr
                                  ? "`offex push URL --migrate` adds it"
                                  : fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table.sql,
                                                store::quote_name(column.name()),
                                                store::postgres_type(column.type()))));
    }
  }
  return {};
}

std::string missing_index(const Table& table, const Shipment& shipment) {
  const Migration* migration = migration_of(table.name);
  // The others come with a primary key, which a migration cannot give to a table that is there.
  const bool added = migration != nullptr &&
                     migration->sql.find("create unique index if not exists") != std::string::npos;
  const std::string key = fmt::format("({})", fmt::join(shipment.key, ", "));
  return fmt::format("{} has no unique index on {}: {}CREATE UNIQUE INDEX ON {} {}", table.name,
                     key, added ? "`offex push URL --migrate` adds it, or else " : "", table.sql,
                     key);
}

std::optional<std::string> rounding(const Table& table, const TableColumn& column, Type type) {
  const std::optional<int> decimals = decimals_of(type);
  if (!decimals) return std::nullopt;
  std::string to;
  if (column.scale && *column.scale < *decimals) {
    to = fmt::format("{} decimals", *column.scale);
  } else if (is_one_of(column.base, {"int2", "int4", "int8"})) {
    to = "whole numbers";
  } else if (column.base == "float4") {
    to = "about 7 digits";
  } else {
    return std::nullopt;
  }
  return fmt::format("{}.{} is {} there: values are rounded to {}", table.name, column.name,
                     column.declared, to);
}

}  // namespace offex::publish::pg
