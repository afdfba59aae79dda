#include <algorithm>

#include <fmt/format.h>

#include "sim/serve_postgrest_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::string_view kRoot{"/supabase/rest/v1/"};

HttpReply gateway_refusal(std::string_view message, std::string_view hint) {
  return json_reply(401, fmt::format(R"({{"message":"{}","hint":"{}"}})", message, hint));
}

/// The text of a part of a token, as far as it is base64url.
std::string decoded(std::string_view text) {
  constexpr std::string_view kDigits{
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"};
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
    }
  }
  return out;
}

/// Returns whether a key is one that everybody may know.
bool is_public_key(std::string_view key) {
  if (key.starts_with("sb_publishable_")) return true;
  const std::size_t dot = key.find('.');
  return key.starts_with("eyJ") && dot != std::string_view::npos &&
         decoded(key.substr(dot + 1)).contains(R"("role":"anon")");
}

/// What the gateway refuses before PostgREST sees it.
std::optional<HttpReply> refuse_at_gateway(const HttpRequest& request) {
  const std::string_view key = request.header("apikey");
  if (key.empty()) {
    return gateway_refusal("No API key found in request",
                           "No `apikey` request header or url param was found.");
  }
  if (key.starts_with("sb_secret_") && request.header("user-agent").starts_with("Mozilla/")) {
    return gateway_refusal("Forbidden use of secret API key in browser",
                           "Secret API keys can only be used in a protected environment.");
  }
  if (request.bearer().starts_with("sb_")) {
    return table_refusal(401, "PGRST301", "Expected 3 parts in JWT; got 1");
  }
  return std::nullopt;
}

}  // namespace

PostgrestPart::PostgrestPart(const Site& site)
    : most_rows_{std::max<std::size_t>(site.options.table_rows, 1)} {
  if (site.options.postgres.empty()) {
    tables_ = std::make_unique<MemoryTables>();
    return;
  }
  auto database = std::make_unique<DatabaseTables>(site.options.postgres);
  database_ = database.get();
  tables_ = std::move(database);
}

Result<void> PostgrestPart::open() {
  return database_ == nullptr ? Result<void>{} : database_->open();
}

HttpReply PostgrestPart::answer(const HttpRequest& request) {
  if (!request.path.starts_with(kRoot)) return table_refusal(404, "PGRST125", "no such path");
  if (auto refused = refuse_at_gateway(request)) return std::move(*refused);
  const std::string name = request.path.substr(kRoot.size());
  if (request.method == "GET") {
    if (name.empty()) return describe();
    const auto query = read_table_query(request, most_rows_);
    if (!query) return table_refusal(400, "PGRST100", query.error().message);
    return tables_->select(name, *query);
  }
  if (request.method != "POST") return table_refusal(405, "PGRST117", "method is not simulated");
  if (is_public_key(request.header("apikey"))) {
    return table_refusal(
        401, "42501",
        fmt::format("new row violates row-level security policy for table \"{}\"", name));
  }
  auto upload = read_table_upload(request);
  if (!upload) return table_refusal(400, "PGRST102", upload.error().message);
  return tables_->insert(name, std::move(*upload), request.body);
}

/// The description that PostgREST gives at its root, as far as clients ask for names and types.
HttpReply PostgrestPart::describe() {
  const auto schema = tables_->schema();
  if (!schema) return table_refusal(503, "PGRST001", schema.error().message);
  std::string out = R"({"swagger":"2.0","definitions":{)";
  for (const auto& [table, columns] : *schema) {
    if (!out.ends_with('{')) out.push_back(',');
    append_json_string(out, table);
    out += R"(:{"type":"object","properties":{)";
    for (const TableStore::Described& column : columns) {
      if (!out.ends_with('{')) out.push_back(',');
      append_json_string(out, column.name);
      out += ":{";
      if (!column.format.empty()) {
        out += R"("format":)";
        append_json_string(out, column.format);
      }
      out.push_back('}');
    }
    out += "}}";
  }
  return plain_reply(200, "application/openapi+json; charset=utf-8", out + "}}");
}

}  // namespace offex::sim
