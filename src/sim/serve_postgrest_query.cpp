#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "sim/serve_postgrest_query_internal.hpp"

namespace offex::sim {
namespace {

using base::ErrorCode;

// Parameters that are no filter.
constexpr std::array<std::string_view, 5> kOthers{"select", "limit", "offset", "order", "apikey"};
constexpr std::array<std::string_view, 8> kKinds{"eq", "neq", "gt", "gte", "lt", "lte", "is", "in"};

std::vector<std::string> names_of(std::string_view list) {
  std::vector<std::string> out;
  if (list.empty() || list == "*") return out;
  for (const std::string_view name : split_text(list, ',')) out.emplace_back(name);
  return out;
}

std::size_t number_of(std::string_view text, std::size_t fallback) {
  std::size_t out = fallback;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// Reads `(a,"b,c")`: quotes hold commas, and a backslash in them holds a quote.
std::optional<std::vector<std::string>> read_list(std::string_view text) {
  if (!text.starts_with('(') || !text.ends_with(')') || text.size() < 2) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::vector<std::string> out;
  if (text.empty()) return out;
  out.emplace_back();
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '\\' && at + 1 < text.size()) {
      out.back() += text[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  return out;
}

Result<TableFilter> read_filter(const std::string& column, std::string_view text) {
  const auto refuse = [&] {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"failed to parse filter ({})\" of {}", text, column));
  };
  TableFilter out{.column = column, .negated = text.starts_with("not."), .kind = {}, .values = {}};
  std::string_view rest = text.substr(out.negated ? 4 : 0);
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return refuse();
  out.kind = rest.substr(0, dot);
  rest.remove_prefix(dot + 1);
  if (std::ranges::find(kKinds, out.kind) == kKinds.end()) return refuse();
  if (out.kind == "in") {
    auto values = read_list(rest);
    if (!values) return refuse();
    out.values = std::move(*values);
    return out;
  }
  const bool word = rest == "null" || rest == "true" || rest == "false" || rest == "unknown";
  if (out.kind == "is" && !word) return refuse();
  out.values.emplace_back(rest);
  return out;
}

void read_window(const HttpRequest& request, std::size_t most, TableQuery& out) {
  out.count = most;
  const std::string_view range = request.header("range");
  if (const std::size_t dash = range.find('-'); dash != std::string_view::npos) {
    out.first = number_of(range.substr(0, dash), 0);
    const std::size_t last = number_of(range.substr(dash + 1), out.first + most - 1);
    out.count = last + 1 - std::min(out.first, last + 1);
  }
  out.first = number_of(request.param("offset").value_or(""), out.first);
  out.count = std::min(number_of(request.param("limit").value_or(""), out.count), most);
}

bool same_members(const Json& a, const Json& b) {
  std::set<std::string_view> left;
  std::set<std::string_view> right;
  for (const auto& member : a.members) left.insert(member.first);
  for (const auto& member : b.members) right.insert(member.first);
  return left == right;
}

}  // namespace

Result<TableQuery> read_table_query(const HttpRequest& request, std::size_t most) {
  TableQuery out;
  out.columns = names_of(request.param("select").value_or(""));
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(kOthers, name) != kOthers.end()) continue;
    OFFEX_ASSIGN(TableFilter filter, read_filter(name, value));
    out.filters.push_back(std::move(filter));
  }
  for (const std::string& order : names_of(request.param("order").value_or(""))) {
    out.order.push_back(
        {.column = order.substr(0, order.find('.')), .down = order.contains(".desc")});
  }
  read_window(request, most, out);
  out.counts = request.header("prefer").contains("count=exact");
  return out;
}

Result<TableUpload> read_table_upload(const HttpRequest& request) {
  OFFEX_ASSIGN(Json parsed, parse_json(request.body));
  const std::string_view prefer = request.header("prefer");
  TableUpload out{.rows = {},
                  .key = names_of(request.param("on_conflict").value_or("")),
                  .merges = prefer.contains("resolution=merge-duplicates"),
                  .ignores = prefer.contains("resolution=ignore-duplicates")};
  if (parsed.is(JsonType::Array)) {
    out.rows = std::move(parsed.items);
  } else {
    out.rows.push_back(std::move(parsed));
  }
  for (const Json& row : out.rows) {
    if (!row.is(JsonType::Object) || !same_members(row, out.rows.front())) {
      return fail(ErrorCode::InvalidArgument, "All object keys must match");
    }
  }
  return out;
}

HttpReply rows_reply(const TableQuery& query, std::string rows, std::size_t sent,
                     std::size_t total) {
  if (query.counts && query.first > total) {
    return table_refusal(416, "PGRST103", "Requested range not satisfiable");
  }
  const std::string all = query.counts ? std::to_string(total) : "*";
  HttpReply out = json_reply(query.counts && sent < total ? 206 : 200, std::move(rows));
  out.with("Content-Range", sent > 0
                                ? fmt::format("{}-{}/{}", query.first, query.first + sent - 1, all)
                                : fmt::format("*/{}", all));
  return out;
}

HttpReply table_refusal(int status, std::string_view code, std::string_view message) {
  std::string body =
      fmt::format("{{\"code\":\"{}\",\"details\":null,\"hint\":null,\"message\":", code);
  append_json_string(body, message);
  return json_reply(status, body + "}");
}

HttpReply no_such_table(std::string_view name) {
  return table_refusal(
      404, "PGRST205",
      fmt::format("Could not find the table 'public.{}' in the schema cache", name));
}

HttpReply no_such_column(std::string_view table, std::string_view column) {
  return table_refusal(
      400, "PGRST204",
      fmt::format("Could not find the '{}' column of '{}' in the schema cache", column, table));
}

}  // namespace offex::sim
