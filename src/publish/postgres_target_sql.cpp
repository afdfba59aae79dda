#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "offex/base/check.hpp"

#include "publish/postgres_target_table_internal.hpp"

namespace offex::publish::pg {
namespace {

using columns::Column;
using columns::Type;
using store::quote_name;

using Names = std::vector<std::string>;

std::string joined(const Names& parts) { return fmt::format("{}", fmt::join(parts, ", ")); }

bool is_text(Type type) {
  return type == Type::Symbol || type == Type::Text || type == Type::Label;
}

/// The staged value in the type of the target. Its width is left to the assignment, which refuses
/// what a cast would cut off.
std::string staged(const Table& table, const Column& column) {
  const TableColumn* to = table.find(column.name());
  OFFEX_CHECK(to != nullptr);
  std::string name = "s." + quote_name(column.name());
  if (to->text && is_text(column.type())) return name;
  if (column.type() == Type::Double && to->base == "numeric") {
    return name + "::text::numeric";  // a direct cast keeps 15 digits only
  }
  if (column.type() == Type::Instant && to->base == "timestamp") {
    return name + " AT TIME ZONE 'UTC'";  // a direct cast goes by the connection's time zone
  }
  return fmt::format("CAST({} AS {})", name, to->type);
}

/// What two values are compared by: doubles by their bits, so that -0 replaces 0; json, which has
/// no equality, by its text.
std::string compared(const TableColumn& column, const std::string& value) {
  if (column.base == "float8") return "float8send(" + value + ")";
  if (column.base == "json") return value + "::text";
  return value;
}

bool is_key(const Shipment& shipment, const std::string& name) {
  return std::ranges::find(shipment.key, name) != shipment.key.end();
}

/// The staged value as the target would hold it, where its type rounds.
std::string rounded(const Table& table, const Column& column) {
  const TableColumn& to = *table.find(column.name());
  const std::string value = staged(table, column);
  return to.scale ? fmt::format("CAST({} AS {})", value, to.declared) : value;
}

/// Columns that are no key, as they are compared.
struct Rest {
  Names sets;      // of DO UPDATE
  Names theirs;    // in the table
  Names excluded;  // as the conflict met them
  Names staged;    // as they were sent
};

Rest rest_of(const Table& table, const Shipment& shipment) {
  Rest out;
  for (const Column& column : shipment.rows.columns()) {
    if (is_key(shipment, column.name())) continue;
    const std::string name = quote_name(column.name());
    const TableColumn& to = *table.find(column.name());
    out.sets.push_back(fmt::format("{0} = EXCLUDED.{0}", name));
    out.theirs.push_back(compared(to, "t." + name));
    out.excluded.push_back(compared(to, "EXCLUDED." + name));
    out.staged.push_back(compared(to, rounded(table, column)));
  }
  return out;
}

std::string same_key(const Table& table, const Shipment& shipment) {
  Names same;
  for (const std::string& key : shipment.key) {
    const Column* column = shipment.rows.find(key);
    OFFEX_CHECK(column != nullptr);
    same.push_back(fmt::format("t.{} = {}", quote_name(key), staged(table, *column)));
  }
  return fmt::format("{}", fmt::join(same, " AND "));
}

/// What stands after the staged rows, and what becomes of those whose key is there.
struct Conflict {
  std::string where;
  std::string action{"DO NOTHING"};
  bool updates{false};
};

Conflict conflict_of(const Table& table, const Shipment& shipment) {
  const Rest rest = rest_of(table, shipment);
  if (shipment.keep_existing || rest.sets.empty()) return {};
  Conflict out;
  // DO UPDATE locks every row that it meets, also those that its WHERE then leaves alone, and that
  // is a write: equal rows do not even get there.
  out.where = fmt::format(
      " WHERE NOT EXISTS (SELECT FROM {} t WHERE {} AND ROW({}) IS NOT DISTINCT FROM ROW({}))",
      table.sql, same_key(table, shipment), joined(rest.theirs), joined(rest.staged));
  // EXCLUDED has been rounded to the target's type already, so a repeated push finds it equal.
  out.action = fmt::format("DO UPDATE SET {} WHERE ROW({}) IS DISTINCT FROM ROW({})",
                           joined(rest.sets), joined(rest.theirs), joined(rest.excluded));
  out.updates = true;
  return out;
}

Names quoted(const Names& names) {
  Names out;
  std::ranges::transform(names, std::back_inserter(out),
                         [](const std::string& name) { return quote_name(name); });
  return out;
}

}  // namespace

std::string staging_columns(const columns::Batch& rows) {
  Names out;
  for (const Column& column : rows.columns()) {
    out.push_back(
        fmt::format("{} {}", quote_name(column.name()), store::postgres_type(column.type())));
  }
  return joined(out);
}

std::string upsert_statement(const Table& table, const Shipment& shipment,
                             std::string_view staging) {
  Names names;
  Names values;
  for (const Column& column : shipment.rows.columns()) {
    names.push_back(quote_name(column.name()));
    values.push_back(staged(table, column));
  }
  Names order;
  for (const std::string& key : shipment.key) {
    order.push_back("s." + quote_name(key));
  }
  const Conflict conflict = conflict_of(table, shipment);
  const std::string move = fmt::format(
      "moved AS (INSERT INTO {} AS t ({}) SELECT {} FROM {} s{} ORDER BY {} ON CONFLICT ({}) {} "
      "RETURNING 1)",
      table.sql, joined(names), joined(values), staging, conflict.where, joined(order),
      joined(quoted(shipment.key)), conflict.action);
  if (!conflict.updates) return "WITH " + move + " SELECT count(*), 0 FROM moved";
  // Partitioned tables and views do not tell which of the touched rows are new (xmax), so the keys
  // that are not there are counted: all parts of a statement see the table as it was before.
  return fmt::format(
      "WITH fresh AS (SELECT count(*) AS n FROM {} s WHERE NOT EXISTS (SELECT FROM {} t WHERE {})"
      "), {}, touched AS (SELECT count(*) AS n FROM moved) "
      "SELECT least(fresh.n, touched.n), touched.n - least(fresh.n, touched.n) FROM fresh, touched",
      staging, table.sql, same_key(table, shipment), move);
}

std::string count_query(const Table& table, const Shipment& shipment, std::string_view staging) {
  return fmt::format("SELECT count(*) FROM {} s JOIN {} t ON {}", staging, table.sql,
                     same_key(table, shipment));
}

}  // namespace offex::publish::pg
