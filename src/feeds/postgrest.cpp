#include "offex/feeds/postgrest.hpp"

#include <fmt/format.h>

#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

std::string joined(std::span<const std::string> names) {
  return fmt::format("{}", fmt::join(names, ","));
}

Request table_request(const FeedSettings& settings, std::string_view table,
                      std::vector<std::pair<std::string, std::string>> parameters) {
  Request out;
  out.upstream = Upstream::Postgrest;
  out.identity = Identity::PostgrestKey;
  out.url = fmt::format("{}/rest/v1/{}{}", settings.endpoints.postgrest, percent_encode(table),
                        query_string(std::move(parameters)));
  return out;
}

}  // namespace

Request postgrest_upsert(const FeedSettings& settings, std::string_view table,
                         std::span<const std::string> key, std::string body, bool merge) {
  std::vector<std::pair<std::string, std::string>> parameters;
  if (!key.empty()) parameters.emplace_back("on_conflict", joined(key));
  Request out = table_request(settings, table, std::move(parameters));
  out.method = Method::Post;
  out.headers = {{"Content-Type", "application/json"},
                 {"Prefer", fmt::format("resolution={}-duplicates,return=minimal",
                                        merge ? "merge" : "ignore")}};
  out.body = std::move(body);
  out.what = fmt::format("rows for {}", table);
  return out;
}

Request postgrest_select(const FeedSettings& settings, std::string_view table,
                         const PostgrestQuery& query) {
  std::vector<std::pair<std::string, std::string>> parameters = query.filters;
  parameters.emplace_back("select", query.columns.empty() ? "*" : joined(query.columns));
  if (!query.order.empty()) parameters.emplace_back("order", joined(query.order));
  parameters.emplace_back("limit", std::to_string(query.limit));
  if (query.offset > 0) parameters.emplace_back("offset", std::to_string(query.offset));
  Request out = table_request(settings, table, std::move(parameters));
  out.headers = {{"Accept", "application/json"}};
  if (query.count) out.headers.emplace_back("Prefer", "count=exact");
  out.what = fmt::format("rows of {}", table);
  return out;
}

Request postgrest_description(const FeedSettings& settings) {
  Request out = table_request(settings, {}, {});
  out.headers = {{"Accept", "application/openapi+json"}};
  out.what = "the description of the tables";
  return out;
}

}  // namespace offex::feeds
