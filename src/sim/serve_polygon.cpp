#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

#include "sim/serve_polygon_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::string_view kCursor{"cursor"};
constexpr std::string_view kPlace{"_from"};

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool is_adjusted(const HttpRequest& request) {
  return request.param("adjusted").value_or("true") != "false";
}

/// Reads a bound of aggregates: a date, or milliseconds.
std::optional<market::Instant> bound(std::string_view text, bool end) {
  if (const auto day = market::Day::parse(text)) {
    return end ? market::end_of_day_new_york(*day) : market::from_new_york(*day, 0);
  }
  const auto millis = whole(text);
  if (!millis) return std::nullopt;
  return market::Instant::from_nanos(*millis * 1'000'000);
}

}  // namespace

std::string_view PagePlace::param(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return {};
}

std::optional<PagePlace> page_place(const HttpRequest& request) {
  const auto cursor = request.param(kCursor);
  if (!cursor) return PagePlace{.params = request.query, .from = 0};
  const auto text = from_hex(*cursor);
  if (!text) return std::nullopt;
  PagePlace out;
  for (const std::string_view part : split_text(*text, '&')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    out.params.emplace_back(percent_decode(part.substr(0, equals), false),
                            percent_decode(part.substr(equals + 1), false));
  }
  const auto from = whole(out.param(kPlace));
  if (!from || *from < 0) return std::nullopt;
  out.from = static_cast<std::size_t>(*from);
  return out;
}

std::string next_url(const HttpRequest& request, const PagePlace& place, std::size_t from) {
  std::string state = fmt::format("{}={}", kPlace, from);
  for (const auto& [key, value] : place.params) {
    if (key == "apiKey" || key == kPlace) continue;
    state += fmt::format("&{}={}", percent_encode(key, false), percent_encode(value, false));
  }
  return fmt::format(",\"next_url\":\"{}{}?cursor={}\"", base_url(request),
                     percent_encode(request.path, true), to_hex(state));
}

std::size_t page_limit(const PagePlace& place, std::size_t usual, std::size_t most) {
  const auto value = whole(place.param("limit"));
  if (!value || *value < 1) return usual;
  return std::min(static_cast<std::size_t>(*value), most);
}

HttpReply vendor_error(int status, std::string_view message) {
  return json_reply(
      status,
      fmt::format(R"({{"status":"ERROR","request_id":"simulated","error":"{}"}})", message));
}

HttpReply PolygonPart::answer(const HttpRequest& request) {
  std::string_view path = request.path;
  if (!take(path, "/polygon") || request.method != "GET") {
    return vendor_error(405, "method not allowed");
  }
  const std::string_view key =
      request.bearer().empty() ? request.param("apiKey").value_or("") : request.bearer();
  if (key != site_.options.polygon_key) return vendor_error(401, "Unknown API Key");
  if (over_rate()) return error_reply({.kind = Fault::TooMany, .draw = 1}, true);
  return route(request, path);
}

bool PolygonPart::over_rate() {
  if (site_.options.polygon_per_minute == 0) return false;
  const std::lock_guard guard{lock_};
  const auto now = std::chrono::steady_clock::now();
  if (in_minute_ == 0 || now - minute_ >= std::chrono::minutes{1}) {
    minute_ = now;
    in_minute_ = 0;
  }
  return ++in_minute_ > site_.options.polygon_per_minute;
}

HttpReply PolygonPart::route(const HttpRequest& request, std::string_view path) {
  const auto file = [this](const char* name) {
    const Bytes found = site_.file(site_.root / "reference" / name);
    return found ? json_reply(200, *found) : vendor_error(404, "not found");
  };
  if (take(path, "/v2/aggs/grouped/locale/us/market/stocks/")) return grouped(request, path);
  if (take(path, "/v2/aggs/ticker/")) return aggregates(request, path);
  if (take(path, "/v3/trades/")) return tape(request, false, path);
  if (take(path, "/v3/quotes/")) return tape(request, true, path);
  if (path == "/v3/reference/exchanges") return file("exchanges.json");
  if (path == "/v3/reference/conditions") return file("conditions.json");
  // Nothing is split in the simulated market.
  if (path == "/v3/reference/splits") {
    return json_reply(200, R"({"results":[],"status":"OK","request_id":"simulated"})");
  }
  if (path == "/v3/reference/tickers") return tickers(request);
  if (take(path, "/v3/reference/tickers/")) return details(request, path);
  if (path == "/v1/marketstatus/now") return market_status();
  return vendor_error(404, "not found");
}

HttpReply PolygonPart::grouped(const HttpRequest& request, std::string_view date) const {
  const auto day = market::Day::parse(date);
  if (!day) return vendor_error(400, "The date is not of the form YYYY-MM-DD");
  const bool adjusted = is_adjusted(request);
  if (!site_.has_session(*day) || market::daily_publication(*day) > site_.now()) {
    return json_reply(200, fmt::format(R"({{"queryCount":0,"resultsCount":0,"adjusted":{},)"
                                       R"("status":"OK","request_id":"simulated"}})",
                                       adjusted));
  }
  HttpReply out{};
  out.with("Content-Type", "application/json");
  out.set_body(site_.made(fmt::format("grouped {} {}", day->iso(), adjusted), [&] {
    return grouped_reply(*site_.flat_text("day_aggs_v1", *day), *day, adjusted);
  }));
  return out;
}

std::vector<std::string_view> PolygonPart::bar_lines(std::string_view ticker, bool minutes,
                                                     std::string_view from, std::string_view to,
                                                     std::vector<Bytes>& held) const {
  std::vector<std::string_view> out;
  const auto first = bound(from, false);
  const auto last = bound(to, true);
  if (!first || !last) return out;
  const std::int64_t end = site_.now().nanos() - 60'000'000'000;
  for (const market::Day day : minutes ? site_.index.tape_days : site_.index.sessions) {
    if (market::end_of_day_new_york(day) < *first || market::from_new_york(day, 0) > *last ||
        (!minutes && market::daily_publication(day) > site_.now())) {
      continue;
    }
    held.push_back(site_.flat_text(minutes ? "minute_aggs_v1" : "day_aggs_v1", day));
    for (const std::string_view line : ticker_lines(*held.back(), ticker)) {
      const std::int64_t start = whole(flat_cells(line)[6]).value_or(0);
      if (start >= first->nanos() && start <= last->nanos() && start <= end) out.push_back(line);
    }
  }
  return out;
}

HttpReply PolygonPart::aggregates(const HttpRequest& request, std::string_view rest) const {
  const std::vector<std::string_view> parts = split_text(rest, '/');  // T range 1 day FROM TO
  if (parts.size() != 6 || parts[1] != "range" || !bound(parts[4], false) ||
      !bound(parts[5], true)) {
    return vendor_error(400, "cannot read the range");
  }
  if (parts[2] != "1" || (parts[3] != "day" && parts[3] != "minute")) {
    return vendor_error(400, "only windows of 1 day and 1 minute are simulated");
  }
  const auto place = page_place(request);
  if (!place) return vendor_error(400, "unknown cursor");
  std::vector<Bytes> held;
  auto lines = bar_lines(parts[0], parts[3] == "minute", parts[4], parts[5], held);
  if (place->param("sort") == "desc") std::ranges::reverse(lines);
  const std::size_t from = std::min(place->from, lines.size());
  const std::size_t to = std::min(from + page_limit(*place, 5'000, 50'000), lines.size());
  std::string items;
  for (std::size_t i = from; i < to; ++i) {
    if (i > from) items.push_back(',');
    append_bar(items, lines[i]);
  }
  const bool adjusted = place->param("adjusted") != "false";
  std::string body =
      fmt::format(R"({{"ticker":"{0}","queryCount":{1},"resultsCount":{1},"adjusted":{2})",
                  parts[0], to - from, adjusted);
  if (to > from) body += ",\"results\":[" + items + "]";
  body += fmt::format(R"(,"status":"OK","request_id":"simulated","count":{})", to - from);
  if (to < lines.size()) body += next_url(request, *place, to);
  return json_reply(200, body + "}");
}

HttpReply PolygonPart::market_status() const {
  const market::NewYorkTime now = market::to_new_york(site_.now());
  const auto hours = market::session_hours(now.day);
  const bool open = hours && hours->open <= site_.now() && site_.now() < hours->close;
  return json_reply(200, fmt::format(R"({{"afterHours":false,"earlyHours":false,"exchanges":)"
                                     R"({{"nasdaq":"{0}","nyse":"{0}","otc":"{0}"}},)"
                                     R"("market":"{0}","serverTime":"{1}"}})",
                                     open ? "open" : "closed", site_.now().iso()));
}

}  // namespace offex::sim
