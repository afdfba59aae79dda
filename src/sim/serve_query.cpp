#include <algorithm>

#include <fmt/format.h>

#include "sim/serve_query_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::int64_t kMaxPageRows = 5'000;
constexpr std::size_t kMaxAsyncRows = 100'000;
constexpr std::size_t kPayload = std::size_t{3} << 20U;  // bytes
constexpr std::size_t kKeptRows = 20'000'000;            // of answers that pages may come from
constexpr std::string_view kJobs{"/api/async-requests/"};

HttpReply bad_request(const std::string& message) {
  std::string body = R"({"statusCode":400,"statusDescription":"Bad Request","message":)";
  append_json_string(body, message);
  return json_reply(400, body + "}");
}

HttpReply not_found(std::string_view what) {
  return json_reply(404, fmt::format(R"({{"statusCode":404,"message":"{} not found"}})", what));
}

bool wants_json(const HttpRequest& request) {
  return request.header("accept").contains("application/json");
}

/// Takes the data set's name from ".../group/otcMarket/name/weeklySummary", or nothing.
std::optional<std::string> dataset_of(std::string_view path, std::string_view start) {
  const std::string low = lower(path);
  const std::string wanted = std::string{start} + "group/otcmarket/name/";
  if (!low.starts_with(wanted)) return std::nullopt;
  return low.substr(wanted.size());
}

HttpReply partitions_reply(const QueryTable& table) {
  std::string body = fmt::format(
      R"({{"datasetGroup":"OTCMARKET","datasetName":"{}","partitionFields":[)", table.name);
  for (std::size_t i = 0; i < table.partition_fields.size(); ++i) {
    body += fmt::format("{}\"{}\"", i > 0 ? "," : "", table.partition_fields[i]);
  }
  body += R"(],"availablePartitions":[)";
  bool first = true;
  for (const QueryPartition& partition : table.partitions) {
    if (partition.values.empty()) continue;
    body += first ? "{\"partitions\":[" : ",{\"partitions\":[";
    first = false;
    for (std::size_t i = 0; i < partition.values.size(); ++i) {
      body += fmt::format("{}\"{}\"", i > 0 ? "," : "", partition.values[i]);
    }
    body += "]}";
  }
  return json_reply(200, body + "]}");
}

}  // namespace

HttpReply QueryPart::answer(const HttpRequest& request, const std::optional<Mishap>& mishap,
                            bool& spoilt) {
  const std::string_view path = request.path;
  if (path.starts_with(kJobs)) return job(request, path.substr(kJobs.size()));
  const auto asked = dataset_of(path, "/api/data/");
  const auto listed = dataset_of(path, "/api/partitions/");
  if (!asked && !listed) return not_found("address");
  const auto table = query_table(site_, asked ? *asked : *listed);
  if (!table) return not_found("dataset");
  if (listed) return partitions_reply(*table);
  if (request.method != "GET" && request.method != "POST") {
    return plain_reply(405, "text/plain", "Method Not Allowed\n");
  }
  return data(request, *table, mishap, spoilt);
}

HttpReply QueryPart::data(const HttpRequest& request, const QueryTable& table,
                          const std::optional<Mishap>& mishap, bool& spoilt) {
  QueryWish wish;
  if (request.method == "GET") {
    // Filters of a GET are ignored in silence; the size of the page is not.
    const Json limit{.type = JsonType::Number,
                     .text = std::string{request.param("limit").value_or("")}};
    const Json offset{.type = JsonType::Number,
                      .text = std::string{request.param("offset").value_or("")}};
    wish.limit = std::max<std::int64_t>(1, limit.integer().value_or(wish.limit));
    wish.offset = std::max<std::int64_t>(0, offset.integer().value_or(0));
  } else {
    auto read = read_wish(request.body);
    if (!read) return bad_request(read.error().message);
    wish = std::move(*read);
    const auto fine = check_wish(wish, table);
    if (!fine) return bad_request(fine.error().message);
  }
  return wish.async ? start_job(request, table, wish) : page(request, table, wish, mishap, spoilt);
}

HttpReply QueryPart::page(const HttpRequest& request, const QueryTable& table,
                          const QueryWish& wish, const std::optional<Mishap>& mishap,
                          bool& spoilt) {
  const Answer found = answer_of(table, wish);
  const std::int64_t most = std::min({wish.limit, kMaxPageRows, site_.options.page_rows});
  PageStyle style{.json = wants_json(request),
                  .max_bytes = kPayload,
                  .rows = static_cast<std::size_t>(most),
                  .shuffle = {}};
  PageText text = page_text(table, wish, *found, style);
  if (mishap && text.rows > 1) {
    spoilt = true;
    if (mishap->kind == Fault::SilentCap) {
      style.rows = text.rows - 1 - mishap->draw % (text.rows / 2);
    } else {
      style.shuffle = mishap->draw;
    }
    text = page_text(table, wish, *found, style);
  }
  // A filter by a field that is not there gets the header of a table, and no complaint.
  const bool empty = text.rows == 0 && !(found->unknown_field && !style.json);
  HttpReply out{.status = empty ? 204 : 200};
  if (!empty) {
    out = plain_reply(200, style.json ? "application/json" : "text/plain", std::move(text.text));
  }
  out.with("Record-Total", std::to_string(found->rows.size()))
      .with("Record-Offset", std::to_string(wish.offset))
      .with("Record-Limit", std::to_string(most))
      .with("Record-Max-Limit", std::to_string(kMaxPageRows))
      .with("Total-Records-On-Page", std::to_string(text.rows))
      .with("Response-Payload-Max-Size", "3mb")
      .with("FINRA-api-request-id", "simulated");
  return out;
}

QueryPart::Answer QueryPart::answer_of(const QueryTable& table, const QueryWish& wish) {
  std::string question =
      fmt::format("{} {} {}", table.name, site_.now().nanos(), site_.corrected().has_value());
  for (const Condition& condition : wish.conditions) {
    question += fmt::format("\n{} {} {}", static_cast<int>(condition.kind), condition.field,
                            condition.compare);
    for (const std::string& value : condition.values) question += "\x1f" + value;
  }
  for (const auto& [field, descending] : wish.sort) {
    question += fmt::format("\n{} {}", field, descending);
  }
  {
    const std::lock_guard guard{lock_};
    if (const auto at = answers_.find(question); at != answers_.end()) return at->second;
  }
  auto fresh = std::make_shared<const QueryAnswer>(find_rows(table, wish));
  const std::lock_guard guard{lock_};
  if (answer_rows_ + fresh->rows.size() > kKeptRows) {
    answers_.clear();
    answer_rows_ = 0;
  }
  const auto [at, added] = answers_.try_emplace(question, fresh);
  if (added) answer_rows_ += fresh->rows.size();
  return at->second;
}

HttpReply QueryPart::start_job(const HttpRequest& request, const QueryTable& table,
                               const QueryWish& wish) {
  const Answer found = answer_of(table, wish);
  const PageText text =
      page_text(table, wish, *found,
                {.json = wants_json(request),
                 .max_bytes = std::size_t{1} << 40U,
                 .rows = std::min(static_cast<std::size_t>(wish.limit), kMaxAsyncRows),
                 .shuffle = {}});
  const std::lock_guard guard{lock_};
  const std::string id = fmt::format("simulated-{}", jobs_.size() + 1);
  jobs_[id] = {.result = text.text, .rows = text.rows};
  HttpReply out = json_reply(202, R"({"status":"PENDING"})");
  out.with("Location", base_url(request) + std::string{kJobs} + id);
  return out;
}

HttpReply QueryPart::job(const HttpRequest& request, std::string_view id) {
  constexpr std::string_view kResult{"/result"};
  const bool result = id.ends_with(kResult);
  if (result) id.remove_suffix(kResult.size());
  const std::lock_guard guard{lock_};
  const auto at = jobs_.find(id);
  if (at == jobs_.end()) return not_found("request");
  const std::string address = base_url(request) + std::string{kJobs} + std::string{id};
  if (!result && at->second.asked++ == 0) {
    return json_reply(202, R"({"status":"PENDING"})").with("Location", address);
  }
  if (!result) {
    return json_reply(
        200, fmt::format(R"({{"status":"COMPLETED","resultLink":"{}{}"}})", address, kResult));
  }
  if (at->second.rows == 0) return HttpReply{.status = 204};
  const bool json = at->second.result.starts_with('[');
  return plain_reply(200, json ? "application/json" : "text/plain", at->second.result)
      .with("Record-Total", std::to_string(at->second.rows));
}

}  // namespace offex::sim
