#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "offex/publish/migrations.hpp"

#include "sim/serve_postgrest_internal.hpp"
#include "sim/serve_postgrest_schema_internal.hpp"

namespace offex::sim {
namespace {

std::string text_of(const Json* value) {
  if (value == nullptr) return {};
  if (value->is(JsonType::String) || value->is(JsonType::Number)) return value->text;
  std::string out;
  append_json(out, *value);
  return out;
}

const Json* cell_of(const std::vector<std::pair<std::string, Json>>& row, std::string_view column) {
  const auto at = std::ranges::find(row, column, &std::pair<std::string, Json>::first);
  return at == row.end() || at->second.is(JsonType::Null) ? nullptr : &at->second;
}

std::string key_text(const Json& row, const std::vector<std::string>& key) {
  std::string out;
  for (const std::string& column : key) out += text_of(row.find(column)) + '\x1f';
  return out;
}

std::optional<double> number_of(std::string_view text) {
  double out = 0.0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return out;
}

/// Compares as numbers where both are.
int compare(const Json& cell, std::string_view wanted) {
  if (cell.is(JsonType::String)) return cell.text.compare(wanted);
  if (cell.is(JsonType::Number)) {
    const auto left = number_of(cell.text);
    const auto right = number_of(wanted);
    if (left && right) return *left < *right ? -1 : (*left > *right ? 1 : 0);
  }
  return text_of(&cell).compare(wanted);
}

bool holds(const Json& cell, const TableFilter& filter) {
  if (filter.kind == "in") {
    return std::ranges::any_of(filter.values,
                               [&](const std::string& value) { return compare(cell, value) == 0; });
  }
  const int order = compare(cell, filter.values.front());
  if (filter.kind == "eq") return order == 0;
  if (filter.kind == "neq") return order != 0;
  if (filter.kind == "gt") return order > 0;
  if (filter.kind == "gte") return order >= 0;
  if (filter.kind == "lt") return order < 0;
  return order <= 0;
}

/// A comparison with nothing is neither true nor false, as in SQL.
bool passes(const Json* cell, const TableFilter& filter) {
  if (filter.kind == "is") {
    const std::string& word = filter.values.front();
    const bool empty = word == "null" || word == "unknown";
    const bool is = empty ? cell == nullptr : cell != nullptr && text_of(cell) == word;
    return is != filter.negated;
  }
  return cell != nullptr && holds(*cell, filter) != filter.negated;
}

bool before(const Json* a, const Json* b) {
  if (a == nullptr || b == nullptr) return a != nullptr && b == nullptr;  // nulls last
  return b->is(JsonType::String) ? compare(*a, b->text) < 0 : compare(*a, text_of(b)) < 0;
}

}  // namespace

MemoryTables::MemoryTables() {
  std::vector<TableShape> shapes;
  for (const publish::Migration& migration : publish::migrations()) {
    add_shapes(migration.sql, shapes);
  }
  for (TableShape& shape : shapes) {
    tables_[shape.name] = {.fixed = true,
                           .columns = std::move(shape.columns),
                           .formats = std::move(shape.formats),
                           .key = std::move(shape.key),
                           .rows = {}};
  }
}

std::optional<HttpReply> MemoryTables::refuse(const TableUpload& upload) {
  std::set<std::string> seen;
  for (const Json& row : upload.rows) {
    for (const std::string& column : upload.key) {
      if (row.find(column) == nullptr)
        return table_refusal(400, "23502", "null value in " + column);
    }
    if (upload.merges && !upload.key.empty() && !seen.insert(key_text(row, upload.key)).second) {
      return table_refusal(400, "21000",
                           "ON CONFLICT DO UPDATE command cannot affect row a second time");
    }
  }
  return std::nullopt;
}

std::optional<HttpReply> MemoryTables::refuse(const std::string& name, const TableUpload& upload,
                                              const Table& table) {
  if (table.fixed && !upload.rows.empty()) {
    for (const auto& [member, value] : upload.rows.front().members) {
      if (std::ranges::find(table.columns, member) == table.columns.end()) {
        return no_such_column(name, member);
      }
    }
  }
  if (!upload.key.empty() && !std::ranges::is_permutation(table.key, upload.key)) {
    return table_refusal(400, "42P10",
                         "there is no unique or exclusion constraint matching the ON CONFLICT "
                         "specification");
  }
  if (upload.merges || upload.ignores || table.key.empty()) return std::nullopt;
  for (const Json& row : upload.rows) {
    if (table.rows.contains(key_text(row, table.key))) {
      return table_refusal(409, "23505", "duplicate key value violates unique constraint");
    }
  }
  return std::nullopt;
}

std::size_t MemoryTables::put(TableUpload upload, Table& table) {
  std::size_t added = 0;
  for (Json& row : upload.rows) {
    const std::string key =
        table.key.empty() ? fmt::format("{:012}", table.rows.size()) : key_text(row, table.key);
    const auto [place, fresh] = table.rows.try_emplace(key);
    added += fresh ? 1 : 0;
    if (!fresh && upload.ignores) continue;
    for (auto& [column, value] : row.members) {
      const auto there = std::ranges::find(place->second, column, &Row::value_type::first);
      if (there == place->second.end()) {
        place->second.emplace_back(column, std::move(value));
      } else {
        there->second = std::move(value);
      }
    }
  }
  return added;
}

HttpReply MemoryTables::insert(const std::string& name, TableUpload upload,
                               const std::string& /*body*/) {
  if (auto refused = refuse(upload)) return std::move(*refused);
  const std::lock_guard guard{lock_};
  Table& table = tables_[name];
  if (!table.fixed && table.rows.empty()) table.key = upload.key;
  if (auto refused = refuse(name, upload, table)) return std::move(*refused);
  if (!table.fixed && !upload.rows.empty()) {
    for (const auto& [member, value] : upload.rows.front().members) {
      if (std::ranges::find(table.columns, member) == table.columns.end()) {
        table.columns.push_back(member);
      }
    }
  }
  return HttpReply{.status = put(std::move(upload), table) > 0 ? 201 : 200};
}

std::vector<const MemoryTables::Row*> MemoryTables::find(const TableQuery& query,
                                                         const Table& table) {
  std::vector<const Row*> out;
  for (const auto& [key, row] : table.rows) {
    const bool fits = std::ranges::all_of(query.filters, [&row](const TableFilter& filter) {
      return passes(cell_of(row, filter.column), filter);
    });
    if (fits) out.push_back(&row);
  }
  const auto sooner = [&](const Row* a, const Row* b) {
    for (const TableOrder& order : query.order) {
      const Json* const left = cell_of(order.down ? *b : *a, order.column);
      const Json* const right = cell_of(order.down ? *a : *b, order.column);
      if (before(left, right)) return true;
      if (before(right, left)) return false;
    }
    return false;
  };
  // Rows lie in the order of their keys, which is mostly the one that is wanted.
  if (!std::ranges::is_sorted(out, sooner)) std::ranges::stable_sort(out, sooner);
  return out;
}

HttpReply MemoryTables::select(const std::string& name, const TableQuery& query) {
  const std::lock_guard guard{lock_};
  const auto table = tables_.find(name);
  if (table == tables_.end()) return no_such_table(name);
  const std::vector<const Row*> found = find(query, table->second);
  const std::size_t from = std::min(query.first, found.size());
  const std::size_t to = std::min(from + query.count, found.size());
  std::string body = "[";
  for (std::size_t i = from; i < to; ++i) {
    Json row{.type = JsonType::Object};
    for (const auto& [column, value] : *found[i]) {
      const bool wanted =
          query.columns.empty() || std::ranges::find(query.columns, column) != query.columns.end();
      if (wanted) row.members.emplace_back(column, value);
    }
    if (i > from) body.push_back(',');
    append_json(body, row);
  }
  return rows_reply(query, body + "]", to - from, found.size());
}

Result<TableStore::Schema> MemoryTables::schema() {
  const std::lock_guard guard{lock_};
  Schema out;
  for (const auto& [name, table] : tables_) {
    auto& described = out.emplace_back(name, std::vector<Described>{}).second;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      described.push_back(
          {.name = table.columns[i], .format = i < table.formats.size() ? table.formats[i] : ""});
    }
  }
  return out;
}

}  // namespace offex::sim
