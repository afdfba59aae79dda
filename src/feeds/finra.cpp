#include "offex/feeds/finra.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 6> kDatasets{
    "regShoDaily",
    "weeklySummary",
    "weeklySummaryHistoric",
    "weeklyDownloadDetails",
    "consolidatedShortInterest",
    "thresholdList",
};

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// Returns `,"name":[...]`, or nothing for an empty list: an empty filter is not a filter.
template <class List, class Print>
std::string member(std::string_view name, const List& list, Print print) {
  if (list.empty()) return {};
  std::string out = fmt::format(",\"{}\":[", name);
  bool first = true;
  for (const auto& item : list) {
    if (!first) out += ',';
    first = false;
    out += print(item);
  }
  return out + ']';
}

std::string query_json(const Query& query, std::int64_t offset) {
  const std::int64_t most = query.async ? kMaxAsyncRows : kMaxPageRows;
  std::string out = fmt::format("{{\"limit\":{},\"offset\":{}",
                                std::clamp<std::int64_t>(query.limit, 1, most), offset);
  out += member("fields", query.fields, json_text);
  out += member("compareFilters", query.compare, [](const Query::Compare& filter) {
    return fmt::format("{{\"compareType\":{},\"fieldName\":{},\"fieldValue\":{}}}",
                       json_text(filter.type), json_text(filter.field), json_text(filter.value));
  });
  out += member("domainFilters", query.domain, [](const Query::Domain& filter) {
    return fmt::format("{{\"fieldName\":{}{}}}", json_text(filter.field),
                       member("values", filter.values, json_text));
  });
  out += member("dateRangeFilters", query.dates, [](const Query::DateRange& filter) {
    return fmt::format("{{\"fieldName\":{},\"startDate\":\"{}\",\"endDate\":\"{}\"}}",
                       json_text(filter.field), filter.days.first.iso(), filter.days.last.iso());
  });
  out += member("sortFields", query.sort, json_text);
  if (query.async) out += ",\"async\":true";
  return out + '}';
}

}  // namespace

std::string_view to_string(QueryDataset dataset) {
  return kDatasets[static_cast<std::size_t>(dataset)];
}

std::string short_volume_name(market::Facility facility, market::Day day) {
  return fmt::format("{}shvol{}.txt", market::to_string(facility), day.compact());
}

Request short_volume_file(const Endpoints& endpoints, market::Facility facility, market::Day day) {
  Request out;
  out.upstream = Upstream::FinraCdn;
  out.url = endpoints.finra_cdn + "/regsho/daily/" + short_volume_name(facility, day);
  out.what = fmt::format("{} of {}", market::to_string(facility), day.iso());
  return out;
}

Request ats_summary_file(const Endpoints& endpoints, market::Day friday, bool zip) {
  Request out;
  out.upstream = Upstream::FinraCdn;
  out.url = fmt::format("{}/ATS/ATS_W_Summary_{}.{}", endpoints.finra_cdn, friday.compact(),
                        zip ? "zip" : "txt");
  out.what = fmt::format("ATS summary of the week to {}", friday.iso());
  return out;
}

Request query_page(const Endpoints& endpoints, const Query& query, std::int64_t offset,
                   std::string what) {
  Request out;
  out.upstream = Upstream::FinraApi;
  out.identity = Identity::FinraToken;
  out.method = Method::Post;
  out.url =
      fmt::format("{}/data/group/otcMarket/name/{}", endpoints.finra_api, to_string(query.dataset));
  out.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  out.body = query_json(query, offset);
  out.what = std::move(what);
  return out;
}

Request async_status(const Endpoints& endpoints, std::string url, std::string what) {
  Request out;
  out.upstream = Upstream::FinraApi;
  const std::optional<Address> api = split_address(endpoints.finra_api);
  const std::optional<Address> asked = split_address(url);
  const bool own = api && asked && same_origin(*api, *asked);
  out.identity = own ? Identity::FinraToken : Identity::Nobody;
  // The result itself may be a text: what comes is not held against this wish.
  out.headers = {{"Accept", "application/json, */*;q=0.5"}};
  out.url = std::move(url);
  out.what = std::move(what);
  return out;
}

}  // namespace offex::feeds
