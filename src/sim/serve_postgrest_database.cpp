#include <algorithm>
#include <array>
#include <charconv>
#include <expected>

#include <fmt/format.h>

#include "offex/columns/cells.hpp"

#include "sim/serve_postgrest_internal.hpp"

namespace offex::sim {
namespace {

using store::quote_name;

struct StateStatus {
  std::string_view front;
  int status;
};
// As PostgREST maps them; the first front that fits counts.
constexpr std::array<StateStatus, 21> kStatus{{
    {"08", 503},    {"23503", 409}, {"23505", 409}, {"25006", 405}, {"25", 500},    {"28", 403},
    {"40", 500},    {"42501", 403}, {"42883", 404}, {"42P01", 404}, {"42P17", 500}, {"53400", 500},
    {"53", 503},    {"54", 500},    {"55", 500},    {"57P01", 503}, {"57", 500},    {"58", 500},
    {"P0001", 400}, {"P0", 500},    {"XX", 500},
}};

int status_of(std::string_view state) {
  const auto* const entry = std::ranges::find_if(
      kStatus, [&](const StateStatus& row) { return state.starts_with(row.front); });
  return entry == kStatus.end() ? 400 : entry->status;
}

std::string joined(const std::vector<std::string>& names, std::string_view front = {}) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out.append(front).append(quote_name(name));
  }
  return out;
}

std::string array_text(const std::vector<std::string>& values) {
  std::string out = "{";
  for (const std::string& value : values) {
    if (out.size() > 1) out.push_back(',');
    out.push_back('"');
    for (const char c : value) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    out.push_back('"');
  }
  return out + "}";
}

std::string_view operator_of(std::string_view kind) {
  if (kind == "eq") return "=";
  if (kind == "neq") return "<>";
  if (kind == "gt") return ">";
  if (kind == "gte") return ">=";
  if (kind == "lt") return "<";
  return "<=";
}

/// " WHERE ..." with its values bound, or nothing.
std::string condition(const std::vector<TableFilter>& filters,
                      std::vector<std::optional<std::string>>& parameters) {
  std::string out;
  for (const TableFilter& filter : filters) {
    out += out.empty() ? " WHERE " : " AND ";
    if (filter.negated) out += "NOT ";
    const std::string column = quote_name(filter.column);
    if (filter.kind == "is") {  // one of four words, see read_filter
      out += fmt::format("({} IS {})", column, filter.values.front());
      continue;
    }
    const bool list = filter.kind == "in";
    parameters.emplace_back(list ? array_text(filter.values) : filter.values.front());
    out += list ? fmt::format("({} = ANY(${}))", column, parameters.size())
                : fmt::format("({} {} ${})", column, operator_of(filter.kind), parameters.size());
  }
  return out;
}

std::size_t number_at(const columns::Batch& rows, std::string_view name) {
  const std::string text = columns::text_of(rows, name, 0);
  std::size_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

Result<void> DatabaseTables::open() {
  OFFEX_ASSIGN(store::Postgres connection, store::Postgres::connect(url_));
  give_back(std::move(connection));
  return {};
}

Result<store::Postgres> DatabaseTables::take() {
  {
    const std::lock_guard guard{lock_};
    if (!idle_.empty()) {
      store::Postgres out = std::move(idle_.back());
      idle_.pop_back();
      return out;
    }
  }
  return store::Postgres::connect(url_);
}

void DatabaseTables::give_back(store::Postgres connection) {
  const std::lock_guard guard{lock_};
  idle_.push_back(std::move(connection));
}

std::expected<columns::Batch, DatabaseTables::Failure> DatabaseTables::ask(
    const std::string& sql, const Parameters& parameters) {
  auto connection = take();
  if (!connection) return std::unexpected{Failure{"08006", connection.error().message}};
  auto rows = connection->query(sql, parameters);
  if (!rows) {
    Failure failure{connection->sqlstate(), rows.error().message};
    // Without a state it is the connection that broke: it is not used again.
    if (failure.state.empty()) {
      failure.state = "08006";
    } else if (!failure.state.starts_with("08") && !failure.state.starts_with("57P")) {
      give_back(std::move(*connection));
    }
    return std::unexpected{std::move(failure)};
  }
  give_back(std::move(*connection));
  return std::move(*rows);
}

HttpReply DatabaseTables::select(const std::string& table, const TableQuery& query) {
  Parameters parameters;
  const std::string from = quote_name(table) + condition(query.filters, parameters);
  std::string order;
  for (const TableOrder& part : query.order) {
    order += fmt::format("{}{}{}", order.empty() ? " ORDER BY " : ", ", quote_name(part.column),
                         part.down ? " DESC" : "");
  }
  const std::string sql = fmt::format(
      "SELECT coalesce(json_agg(page), '[]')::text AS body, count(*)::text AS sent, {} AS total "
      "FROM (SELECT {} FROM {}{} LIMIT {} OFFSET {}) AS page",
      query.counts ? fmt::format("(SELECT count(*) FROM {})::text", from) : "'0'",
      query.columns.empty() ? "*" : joined(query.columns), from, order, query.count, query.first);
  auto rows = ask(sql, parameters);
  if (!rows) {
    const Failure& failure = rows.error();
    if (failure.state == "42P01") return no_such_table(table);
    return table_refusal(status_of(failure.state), failure.state, failure.message);
  }
  return rows_reply(query, columns::text_of(*rows, "body", 0), number_at(*rows, "sent"),
                    number_at(*rows, "total"));
}

HttpReply DatabaseTables::insert(const std::string& table, TableUpload upload,
                                 const std::string& body) {
  if (upload.rows.empty()) return HttpReply{.status = 201};
  std::vector<std::string> names;
  std::string replaced;
  for (const auto& [member, value] : upload.rows.front().members) {
    const std::string quoted = quote_name(member);
    names.push_back(member);
    replaced += fmt::format("{}{} = EXCLUDED.{}", replaced.empty() ? "" : ", ", quoted, quoted);
  }
  std::string conflict;
  if (upload.merges && !upload.key.empty()) {
    conflict = fmt::format(" ON CONFLICT ({}) DO UPDATE SET {}", joined(upload.key), replaced);
  } else if (upload.ignores) {
    conflict = upload.key.empty() ? " ON CONFLICT DO NOTHING"
                                  : fmt::format(" ON CONFLICT ({}) DO NOTHING", joined(upload.key));
  }
  const std::string sql = fmt::format(
      "WITH done AS (INSERT INTO {} ({}) SELECT {} FROM json_populate_recordset(NULL::{}, $1){} "
      "RETURNING xmax) SELECT count(*) FILTER (WHERE xmax = 0)::text AS fresh FROM done",
      quote_name(table), joined(names), joined(names), quote_name(table), conflict);
  const auto rows = ask(sql, {body.starts_with('[') ? body : "[" + body + "]"});
  if (rows) return HttpReply{.status = number_at(*rows, "fresh") > 0 ? 201 : 200};
  const Failure& failure = rows.error();
  if (failure.state == "42P01" || failure.state == "42704") return no_such_table(table);
  if (failure.state == "42703") return table_refusal(400, "PGRST204", failure.message);
  return table_refusal(status_of(failure.state), failure.state, failure.message);
}

Result<TableStore::Schema> DatabaseTables::schema() {
  const auto rows =
      ask("SELECT c.relname::text AS name, a.attname::text AS part, format_type(a.atttypid, NULL) "
          "AS format FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE "
          "c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', "
          "'f') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum",
          {});
  if (!rows) return fail(base::ErrorCode::Upstream, rows.error().message);
  Schema out;
  for (std::size_t row = 0; row < rows->num_rows(); ++row) {
    std::string name = columns::text_of(*rows, "name", row);
    if (out.empty() || out.back().first != name)
      out.emplace_back(std::move(name), std::vector<Described>{});
    out.back().second.push_back({.name = columns::text_of(*rows, "part", row),
                                 .format = columns::text_of(*rows, "format", row)});
  }
  return out;
}

}  // namespace offex::sim
