#include "offex/feeds/polygon.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kBucket = "flatfiles";

// In the order of the enumeration.
constexpr std::array<std::string_view, 4> kFolders{
    "us_stocks_sip/trades_v1",
    "us_stocks_sip/quotes_v1",
    "us_stocks_sip/minute_aggs_v1",
    "us_stocks_sip/day_aggs_v1",
};
constexpr std::array<std::string_view, 4> kFileNames{"trades", "quotes", "minute bars", "day bars"};

Request rest(const Endpoints& endpoints, const std::string& path, Pairs pairs, std::string what) {
  Request out;
  out.upstream = Upstream::Polygon;
  out.identity = Identity::PolygonKey;
  out.url = endpoints.polygon + path + query_string(std::move(pairs));
  out.headers = {{"Accept", "application/json"}};
  out.what = std::move(what);
  return out;
}

Request aggregates(const Endpoints& endpoints, const market::Symbol& symbol, const char* span,
                   market::DayRange days, std::string what) {
  const std::string path =
      fmt::format("/v2/aggs/ticker/{}/range/1/{}/{}/{}", percent_encode(symbol.view()), span,
                  days.first.iso(), days.last.iso());
  return rest(endpoints, path, {{"adjusted", "false"}, {"limit", "50000"}, {"sort", "asc"}},
              std::move(what));
}

/// Trades or quotes of the extended day. The order is asked for, because the vendor's is
/// descending.
Request ticks(const Endpoints& endpoints, const char* kind, const market::Symbol& symbol,
              market::Day day, std::int64_t rows) {
  const auto nanos = [day](int hour) {
    return fmt::format("{}", market::from_new_york(day, hour).nanos());
  };
  return rest(endpoints, fmt::format("/v3/{}/{}", kind, percent_encode(symbol.view())),
              {{"limit", fmt::format("{}", std::clamp<std::int64_t>(rows, 1, kMaxTickRows))},
               {"order", "asc"},
               {"sort", "timestamp"},
               {"timestamp.gte", nanos(4)},
               {"timestamp.lt", nanos(20)}},
              fmt::format("{} of {} on {}", kind, symbol.view(), day.iso()));
}

bool is_vendor_host(const Address& address) {
  return address.scheme == "https" && address.port == "443" &&
         (address.host == "api.polygon.io" || address.host == "api.massive.com");
}

std::string without_key(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::string_view name = pair.substr(0, pair.find('='));
    if (!pair.empty() && !equal_ignoring_case(name, "apiKey")) {
      if (!out.empty()) out += '&';
      out += pair;
    }
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return out;
}

/// Folder of a month: "us_stocks_sip/trades_v1/2026/04/".
std::string month_folder(FlatFile kind, market::Day day) {
  const market::CivilDate date = day.civil();
  return fmt::format("{}/{:04}/{:02}/", folder_of(kind), date.year, date.month);
}

Request storage(const Endpoints& endpoints, const std::string& path, std::string what) {
  Request out;
  out.upstream = Upstream::FlatFiles;
  out.identity = Identity::FlatFileKey;
  out.url = endpoints.flat_files + "/" + std::string{kBucket} + path;
  out.what = std::move(what);
  return out;
}

}  // namespace

Request grouped_daily(const Endpoints& endpoints, market::Day day) {
  return rest(endpoints, "/v2/aggs/grouped/locale/us/market/stocks/" + day.iso(),
              {{"adjusted", "false"}}, "bars of the market of " + day.iso());
}

Request daily_aggregates(const Endpoints& endpoints, const market::Symbol& symbol,
                         market::DayRange days) {
  return aggregates(
      endpoints, symbol, "day", days,
      fmt::format("daily bars of {}, {} to {}", symbol.view(), days.first.iso(), days.last.iso()));
}

Request minute_aggregates(const Endpoints& endpoints, const market::Symbol& symbol,
                          market::Day day) {
  return aggregates(endpoints, symbol, "minute", {day, day},
                    fmt::format("minute bars of {} on {}", symbol.view(), day.iso()));
}

Request trades(const Endpoints& endpoints, const market::Symbol& symbol, market::Day day,
               std::int64_t rows) {
  return ticks(endpoints, "trades", symbol, day, rows);
}

Request quotes(const Endpoints& endpoints, const market::Symbol& symbol, market::Day day,
               std::int64_t rows) {
  return ticks(endpoints, "quotes", symbol, day, rows);
}

Result<Request> next_page(const Endpoints& endpoints, const Request& before,
                          std::string_view next_url) {
  const std::optional<Address> own = split_address(endpoints.polygon);
  std::optional<Address> next = split_address(next_url);
  if (!own || !next) {
    return fail(base::ErrorCode::Integrity, before.what + ": next_url is no address");
  }
  if (!same_origin(*own, *next) && !(is_vendor_host(*own) && is_vendor_host(*next))) {
    return fail(base::ErrorCode::Integrity,
                fmt::format("{}: next_url points to another host, {}, where the key must not go",
                            before.what, base::printable_excerpt(origin_of(*next))));
  }
  next->scheme = own->scheme;
  next->host = own->host;
  next->port = own->port;
  next->query = without_key(next->query);
  Request out = before;
  out.url = join_address(*next);
  return out;
}

Request reference_tickers(const Endpoints& endpoints, market::Day day) {
  return rest(endpoints, "/v3/reference/tickers",
              {{"active", "true"},
               {"date", day.iso()},
               {"limit", "1000"},
               {"market", "stocks"},
               {"order", "asc"},
               {"sort", "ticker"}},
              "tickers of " + day.iso());
}

Request ticker_details(const Endpoints& endpoints, const market::Symbol& symbol, market::Day day) {
  return rest(endpoints, "/v3/reference/tickers/" + percent_encode(symbol.view()),
              {{"date", day.iso()}}, fmt::format("details of {} on {}", symbol.view(), day.iso()));
}

Request exchanges(const Endpoints& endpoints) {
  return rest(endpoints, "/v3/reference/exchanges", {{"asset_class", "stocks"}, {"locale", "us"}},
              "exchanges");
}

Request splits(const Endpoints& endpoints, market::Day since) {
  return rest(endpoints, "/v3/reference/splits",
              {{"execution_date.gte", since.iso()},
               {"limit", "1000"},
               {"order", "asc"},
               {"sort", "execution_date"}},
              "splits since " + since.iso());
}

Request conditions(const Endpoints& endpoints) {
  return rest(endpoints, "/v3/reference/conditions", {{"asset_class", "stocks"}, {"limit", "1000"}},
              "trade conditions");
}

Request market_status(const Endpoints& endpoints) {
  return rest(endpoints, "/v1/marketstatus/now", {}, "market status");
}

std::string_view folder_of(FlatFile kind) { return kFolders[static_cast<std::size_t>(kind)]; }

Request flat_file(const Endpoints& endpoints, FlatFile kind, market::Day day,
                  std::filesystem::path file) {
  Request out = storage(
      endpoints, "/" + month_folder(kind, day) + day.iso() + ".csv.gz",
      fmt::format("flat file of {} of {}", kFileNames[static_cast<std::size_t>(kind)], day.iso()));
  out.file = std::move(file);
  return out;
}

Request flat_file_list(const Endpoints& endpoints, FlatFile kind, market::Day month,
                       std::string_view continuation) {
  Pairs pairs{{"list-type", "2"}, {"prefix", month_folder(kind, month)}};
  if (!continuation.empty()) pairs.emplace_back("continuation-token", continuation);
  return storage(endpoints, query_string(std::move(pairs)),
                 fmt::format("list of flat files of {} of {}",
                             kFileNames[static_cast<std::size_t>(kind)], month.iso().substr(0, 7)));
}

}  // namespace offex::feeds
