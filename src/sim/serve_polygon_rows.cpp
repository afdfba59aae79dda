#include <array>
#include <charconv>

#include <fmt/format.h>

#include "offex/base/decimal.hpp"
#include "offex/market/calendar.hpp"

#include "sim/serve_polygon_internal.hpp"
#include "sim/tape_text_internal.hpp"

namespace offex::sim {
namespace {

constexpr int kPricePlaces = 4;
constexpr int kSharePlaces = 6;

std::int64_t units(std::string_view text, int places) {
  return base::parse_decimal(text, places).value_or(0);
}

/// One line of `ticker,volume,open,close,high,low,window_start,transactions`.
AggregateItem bar_of(const std::vector<std::string_view>& cells) {
  AggregateItem out{.millis = units(cells[6], 0) / 1'000'000,
                    .open = units(cells[2], kPricePlaces),
                    .high = units(cells[4], kPricePlaces),
                    .low = units(cells[5], kPricePlaces),
                    .close = units(cells[3], kPricePlaces),
                    .average = 0,
                    .volume = units(cells[1], kSharePlaces),
                    .transactions = units(cells[7], 0)};
  out.average = (out.high + out.low + out.close) / 3;
  return out;
}

void append_list(std::string& out, std::string_view list) {
  if (list.empty()) return;
  out += "\"conditions\":[";
  out += list;
  out += "],";
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":";
  out += value;
}

bool is_there(std::string_view cell) { return !cell.empty() && cell != "0"; }

}  // namespace

std::vector<std::string_view> flat_cells(std::string_view line) {
  std::vector<std::string_view> out;
  out.reserve(14);
  std::size_t from = 0;
  while (true) {
    const bool quoted = from < line.size() && line[from] == '"';
    const std::size_t stop = quoted ? line.find('"', from + 1) : line.find(',', from);
    if (stop == std::string_view::npos) {
      out.push_back(line.substr(from));
      return out;
    }
    out.push_back(quoted ? line.substr(from + 1, stop - from - 1) : line.substr(from, stop - from));
    from = stop + (quoted ? 2 : 1);
    if (from > line.size()) return out;
  }
}

std::vector<std::string_view> ticker_lines(std::string_view text, std::string_view ticker) {
  std::vector<std::string_view> out;
  const std::string start = std::string{ticker} + ",";
  std::size_t at = text.find("\n" + start);
  while (at != std::string_view::npos && text.substr(at + 1).starts_with(start)) {
    const std::size_t end = text.find('\n', at + 1);
    out.push_back(text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
    at = end;
  }
  return out;
}

std::string grouped_reply(std::string_view text, market::Day day, bool adjusted) {
  const auto hours = market::session_hours(day);
  std::string items;
  std::size_t rows = 0;
  for (const std::string_view line : split_text(text, '\n')) {
    const std::vector<std::string_view> cells = flat_cells(line);
    if (cells.size() != 8 || cells[0] == "ticker") continue;
    AggregateItem item = bar_of(cells);
    item.millis = hours ? hours->close.nanos() / 1'000'000 : 0;  // the end, not the start
    items += fmt::format("{}{{\"T\":\"{}\",", rows++ == 0 ? "" : ",", cells[0]);
    std::string rest;
    append_aggregate_json(rest, item);
    items += std::string_view{rest}.substr(1);
  }
  return fmt::format(
      "{{\"queryCount\":{0},\"resultsCount\":{0},\"adjusted\":{2},\"results\":[{1}],"
      "\"status\":\"OK\",\"request_id\":\"simulated\",\"count\":{0}}}\n",
      rows, items, adjusted);
}

void append_bar(std::string& out, std::string_view line) {
  append_aggregate_json(out, bar_of(flat_cells(line)));
}

void append_tape_trade(std::string& out, std::string_view line, bool fractional) {
  const std::vector<std::string_view> cells = flat_cells(line);
  out.push_back('{');
  append_list(out, cells[1]);
  if (is_there(cells[2])) out += fmt::format("\"correction\":{},", cells[2]);
  if (fractional) out += fmt::format("\"decimal_size\":\"{}\",", cells[9]);
  out += fmt::format("\"exchange\":{},\"id\":\"{}\"", cells[3], cells[4]);
  append_member(out, "participant_timestamp", cells[5]);
  append_member(out, "price", cells[6]);
  append_member(out, "sequence_number", cells[7]);
  append_member(out, "sip_timestamp", cells[8]);
  append_member(out, "size", cells[9]);
  append_member(out, "tape", cells[10]);
  if (is_there(cells[11])) append_member(out, "trf_id", cells[11]);
  if (is_there(cells[12])) append_member(out, "trf_timestamp", cells[12]);
  out.push_back('}');
}

void append_tape_quote(std::string& out, std::string_view line) {
  const std::vector<std::string_view> cells = flat_cells(line);
  out += fmt::format("{{\"ask_exchange\":{}", cells[1]);
  append_member(out, "ask_price", cells[2]);
  append_member(out, "ask_size", cells[3]);
  append_member(out, "bid_exchange", cells[4]);
  append_member(out, "bid_price", cells[5]);
  append_member(out, "bid_size", cells[6]);
  out += ",\"conditions\":[";
  out += cells[7];
  out.push_back(']');
  append_member(out, "participant_timestamp", cells[9]);
  append_member(out, "sequence_number", cells[10]);
  append_member(out, "sip_timestamp", cells[11]);
  append_member(out, "tape", cells[12]);
  out.push_back('}');
}

}  // namespace offex::sim
