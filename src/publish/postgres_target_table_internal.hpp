#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/column.hpp"
#include "offex/publish/shipment.hpp"
#include "offex/store/postgres.hpp"

// A table as the server's catalogue describes it, and the SQL that brings rows into it.
namespace offex::publish::pg {

/// A column of the target.
struct TableColumn {
  std::string name;
  std::string type;          ///< for a cast, without its width: "numeric", "jsonb"
  std::string declared;      ///< for people: "numeric(20,4)"
  std::string base;          ///< the server's own name: "float8", "varchar"
  bool text{false};          ///< one of the text types
  std::optional<int> scale;  ///< decimals of a numeric that rounds
};

struct Table {
  std::string name;  ///< "daily_features", "market.daily_features"
  std::string sql;   ///< the same, quoted
  std::vector<TableColumn> columns;

  [[nodiscard]] const TableColumn* find(std::string_view column) const;
};

/// Returns a name with an optional schema in quotes.
[[nodiscard]] std::string quoted_table(std::string_view name);

/// Reads a table's columns; one that is not there is NotFound with the way to make it.
[[nodiscard]] Result<Table> read_table(store::Postgres& db, std::string_view name);

/// NotFound when the table lacks a column of the shipment.
[[nodiscard]] Result<void> check_columns(const Table& table, const Shipment& shipment);

/// What is to be done about a table that has no unique index on the key of a shipment.
[[nodiscard]] std::string missing_index(const Table& table, const Shipment& shipment);

/// What the column's type does to values of ours: "t.c is numeric(20,4) there: values are rounded
/// to 4 decimals"; nothing when it keeps them.
[[nodiscard]] std::optional<std::string> rounding(const Table& table, const TableColumn& column,
                                                  columns::Type type);

/// Returns the columns of a staging table with their types, as CREATE TABLE takes them.
[[nodiscard]] std::string staging_columns(const columns::Batch& rows);

/// Returns one statement that brings the staged rows into the table in the order of the key, and
/// answers one row: inserted, updated. Works for partitioned tables and views, too. \pre
/// check_columns
[[nodiscard]] std::string upsert_statement(const Table& table, const Shipment& shipment,
                                           std::string_view staging);

/// Returns a query that answers how many of the staged keys the table holds. \pre check_columns
[[nodiscard]] std::string count_query(const Table& table, const Shipment& shipment,
                                      std::string_view staging);

}  // namespace offex::publish::pg
