#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/json_internal.hpp"
#include "sim/serve_polygon_internal.hpp"

namespace offex::sim {
namespace {

/// A line of `symbol,name,type,sector,industry,market_cap,shares_outstanding,known_from`.
struct TickerLine {
  std::string_view symbol, name, type, sector, market_cap, shares, known_from;
};

struct TypeName {
  std::string_view ours, vendors;
};
constexpr std::array<TypeName, 6> kTypes{{{"common", "CS"},
                                          {"fund", "ETF"},
                                          {"preferred", "PFD"},
                                          {"warrant", "WARRANT"},
                                          {"unit", "UNIT"},
                                          {"right", "RIGHT"}}};

std::string_view vendor_type(std::string_view ours) {
  const auto at = std::ranges::find(kTypes, ours, &TypeName::ours);
  return at == kTypes.end() ? std::string_view{"CS"} : at->vendors;
}

/// Securities that are known on `day`, by symbol.
std::vector<TickerLine> ticker_list(std::string_view text, std::string_view day) {
  std::vector<TickerLine> out;
  for (const std::string_view line : split_text(text, '\n')) {
    const std::vector<std::string_view> cells = split_text(line, ',');
    if (cells.size() != 8 || cells[0] == "symbol" || cells[7] > day) continue;
    out.push_back({cells[0], cells[1], cells[2], cells[3], cells[5], cells[6], cells[7]});
  }
  std::ranges::sort(out, {}, &TickerLine::symbol);
  return out;
}

std::string ticker_json(const TickerLine& line, bool details) {
  const bool otc = line.type == "otc";
  std::string out = "{\"ticker\":";
  append_json_string(out, line.symbol);
  out += ",\"name\":";
  append_json_string(out, line.name);
  out += fmt::format(R"(,"market":"{}","locale":"us","type":"{}","active":true,)"
                     R"("currency_name":"usd")",
                     otc ? "otc" : "stocks", vendor_type(line.type));
  if (details) {
    out += fmt::format(R"(,"market_cap":{},"share_class_shares_outstanding":{})", line.market_cap,
                       line.shares);
    if (!line.sector.empty()) out += fmt::format(R"(,"sic_description":"{}")", line.sector);
  }
  return out + "}";
}

std::string asked_day(std::string_view date, market::Instant now) {
  return date.empty() ? market::to_new_york(now).day.iso() : std::string{date};
}

}  // namespace

HttpReply PolygonPart::tickers(const HttpRequest& request) const {
  const auto place = page_place(request);
  const Bytes text = site_.file(site_.root / "reference" / "securities.csv");
  if (!place || !text) return vendor_error(400, "unknown cursor");
  std::vector<TickerLine> list = ticker_list(*text, asked_day(place->param("date"), site_.now()));
  if (place->param("active") == "false") list.clear();
  const std::string_view only = place->param("ticker");
  std::erase_if(list, [&](const TickerLine& line) { return !only.empty() && line.symbol != only; });
  const std::size_t from = std::min(place->from, list.size());
  const std::size_t to = std::min(from + page_limit(*place, 100, 1'000), list.size());
  std::string body = "{\"results\":[";
  for (std::size_t i = from; i < to; ++i) {
    if (i > from) body.push_back(',');
    body += ticker_json(list[i], false);
  }
  body += fmt::format(R"(],"status":"OK","request_id":"simulated","count":{})", to - from);
  if (to < list.size()) body += next_url(request, *place, to);
  return json_reply(200, body + "}\n");
}

HttpReply PolygonPart::details(const HttpRequest& request, std::string_view ticker) const {
  const Bytes text = site_.file(site_.root / "reference" / "securities.csv");
  const std::string day = asked_day(request.param("date").value_or(""), site_.now());
  if (text) {
    for (const TickerLine& line : ticker_list(*text, day)) {
      if (line.symbol != ticker) continue;
      return json_reply(200, R"({"request_id":"simulated","results":)" + ticker_json(line, true) +
                                 R"(,"status":"OK"})");
    }
  }
  return json_reply(404, R"({"status":"NOT_FOUND","request_id":"simulated",)"
                         R"("message":"Ticker not found."})");
}

}  // namespace offex::sim
