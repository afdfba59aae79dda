#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "sim/serve_postgrest_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::size_t kMostRows = 1'000;
constexpr std::string_view kRoot{"/supabase/rest/v1/"};
// Parameters that are no filter.
constexpr std::array<std::string_view, 5> kOthers{"select", "limit", "offset", "order", "apikey"};

HttpReply refusal(int status, std::string_view code, std::string_view message) {
  std::string body =
      fmt::format("{{\"code\":\"{}\",\"details\":null,\"hint\":null,\"message\":", code);
  append_json_string(body, message);
  return json_reply(status, body + "}");
}

std::vector<std::string> names_of(std::string_view list) {
  std::vector<std::string> out;
  if (list.empty()) return out;
  for (const std::string_view name : split_text(list, ',')) out.emplace_back(name);
  return out;
}

std::string text_of(const Json* value) {
  if (value == nullptr) return {};
  if (value->is(JsonType::String) || value->is(JsonType::Number)) return value->text;
  std::string out;
  append_json(out, *value);
  return out;
}

std::string cell_text(const std::vector<std::pair<std::string, Json>>& row,
                      std::string_view column) {
  for (const auto& [name, value] : row) {
    if (name == column) return text_of(&value);
  }
  return {};
}

std::string key_text(const Json& row, const std::vector<std::string>& key) {
  std::string out;
  for (const std::string& column : key) out += text_of(row.find(column)) + '\x1f';
  return out;
}

bool same_keys(const Json& a, const Json& b) {
  std::set<std::string_view> left;
  std::set<std::string_view> right;
  for (const auto& member : a.members) left.insert(member.first);
  for (const auto& member : b.members) right.insert(member.first);
  return left == right;
}

/// "eq.ACME" and the like.
bool passes(std::string_view value, std::string_view filter) {
  const std::size_t dot = std::min(filter.find('.'), filter.size());
  const std::string_view kind = filter.substr(0, dot);
  const std::string_view wanted = filter.substr(std::min(dot + 1, filter.size()));
  if (kind == "eq") return value == wanted;
  if (kind == "neq") return value != wanted;
  if (kind == "gt") return value > wanted;
  if (kind == "gte") return value >= wanted;
  if (kind == "lt") return value < wanted;
  if (kind == "lte") return value <= wanted;
  return kind == "is" && wanted == "null" && value == "null";
}

std::size_t number_of(std::string_view text, std::size_t fallback) {
  std::size_t out = fallback;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// Rows from first, at most count.
struct Window {
  std::size_t first{0};
  std::size_t count{kMostRows};
};

Window window_of(const HttpRequest& request) {
  Window out;
  const std::string_view range = request.header("range");
  if (const std::size_t dash = range.find('-'); dash != std::string_view::npos) {
    out.first = number_of(range.substr(0, dash), 0);
    const std::size_t last = number_of(range.substr(dash + 1), out.first + kMostRows - 1);
    out.count = last + 1 - std::min(out.first, last + 1);
  }
  out.first = number_of(request.param("offset").value_or(""), out.first);
  out.count = std::min(number_of(request.param("limit").value_or(""), out.count), kMostRows);
  return out;
}

}  // namespace

HttpReply PostgrestPart::answer(const HttpRequest& request) {
  if (!request.path.starts_with(kRoot)) return refusal(404, "PGRST125", "no such path");
  if (request.header("apikey").empty()) {
    return json_reply(401, R"({"message":"No API key found in request",)"
                           R"("hint":"No `apikey` request header or url param was found."})");
  }
  const std::string name = request.path.substr(kRoot.size());
  if (request.method == "POST") return insert(request, name);
  if (request.method == "GET") return select(request, name);
  return refusal(405, "PGRST117", "method is not simulated");
}

std::optional<HttpReply> PostgrestPart::refuse(const Upload& upload) {
  std::set<std::string> seen;
  for (const Json& row : upload.rows) {
    if (!row.is(JsonType::Object) || !same_keys(row, upload.rows.front())) {
      return refusal(400, "PGRST102", "All object keys must match");
    }
    for (const std::string& column : upload.key) {
      if (row.find(column) == nullptr) return refusal(400, "23502", "null value in " + column);
    }
    if (upload.merges && !upload.key.empty() && !seen.insert(key_text(row, upload.key)).second) {
      return refusal(400, "21000", "ON CONFLICT DO UPDATE command cannot affect row a second time");
    }
  }
  return std::nullopt;
}

std::optional<HttpReply> PostgrestPart::refuse(const Upload& upload, const Table& table) {
  if (!upload.key.empty() && table.key != upload.key) {
    return refusal(400, "42P10",
                   "there is no unique or exclusion constraint matching the ON CONFLICT "
                   "specification");
  }
  if (upload.merges || upload.ignores || table.key.empty()) return std::nullopt;
  for (const Json& row : upload.rows) {
    if (table.rows.contains(key_text(row, table.key))) {
      return refusal(409, "23505", "duplicate key value violates unique constraint");
    }
  }
  return std::nullopt;
}

std::size_t PostgrestPart::put(Upload upload, Table& table) {
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

HttpReply PostgrestPart::insert(const HttpRequest& request, const std::string& name) {
  auto parsed = parse_json(request.body);
  if (!parsed) return refusal(400, "PGRST102", parsed.error().message);
  const std::string_view prefer = request.header("prefer");
  Upload upload{.rows = {},
                .key = names_of(request.param("on_conflict").value_or("")),
                .merges = prefer.contains("resolution=merge-duplicates"),
                .ignores = prefer.contains("resolution=ignore-duplicates")};
  if (parsed->is(JsonType::Array)) {
    upload.rows = std::move(parsed->items);
  } else {
    upload.rows.push_back(std::move(*parsed));
  }
  if (auto refused = refuse(upload)) return std::move(*refused);
  const std::lock_guard guard{lock_};
  Table& table = tables_[name];
  if (table.rows.empty()) table.key = upload.key;
  if (auto refused = refuse(upload, table)) return std::move(*refused);
  return HttpReply{.status = put(std::move(upload), table) > 0 ? 201 : 200};
}

std::vector<const PostgrestPart::Row*> PostgrestPart::find(const HttpRequest& request,
                                                           const Table& table) {
  std::vector<const Row*> out;
  for (const auto& [key, row] : table.rows) {
    const bool fits = std::ranges::all_of(request.query, [&row](const auto& param) {
      return std::ranges::find(kOthers, param.first) != kOthers.end() ||
             passes(cell_text(row, param.first), param.second);
    });
    if (fits) out.push_back(&row);
  }
  std::vector<std::string> orders = names_of(request.param("order").value_or(""));
  std::ranges::reverse(orders);  // the first one has the last word
  for (const std::string& order : orders) {
    const bool down = order.ends_with(".desc");
    const std::string column = order.substr(0, order.find('.'));
    std::ranges::stable_sort(out, [&](const Row* a, const Row* b) {
      const std::string left = cell_text(*a, column);
      const std::string right = cell_text(*b, column);
      return down ? right < left : left < right;
    });
  }
  return out;
}

HttpReply PostgrestPart::select(const HttpRequest& request, const std::string& name) {
  const std::lock_guard guard{lock_};
  const auto table = tables_.find(name);
  if (table == tables_.end()) {
    return refusal(404, "PGRST205",
                   fmt::format("Could not find the table 'public.{}' in the schema cache", name));
  }
  const std::vector<const Row*> found = find(request, table->second);
  const Window window = window_of(request);
  const std::vector<std::string> columns = names_of(request.param("select").value_or(""));
  const std::size_t from = std::min(window.first, found.size());
  const std::size_t to = std::min(from + window.count, found.size());
  std::string body = "[";
  for (std::size_t i = from; i < to; ++i) {
    Json row{.type = JsonType::Object};
    for (const auto& [column, value] : *found[i]) {
      const bool wanted = columns.empty() || columns.front() == "*" ||
                          std::ranges::find(columns, column) != columns.end();
      if (wanted) row.members.emplace_back(column, value);
    }
    if (i > from) body.push_back(',');
    append_json(body, row);
  }
  const bool counts = request.header("prefer").contains("count=exact");
  const std::string total = counts ? std::to_string(found.size()) : "*";
  HttpReply out = json_reply(counts && to - from < found.size() ? 206 : 200, body + "]");
  out.with("Content-Range",
           to > from ? fmt::format("{}-{}/{}", from, to - 1, total) : fmt::format("*/{}", total));
  return out;
}

}  // namespace offex::sim
