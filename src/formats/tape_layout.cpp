#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "offex/formats/head.hpp"
#include "offex/market/instant.hpp"

#include "formats/decimal_internal.hpp"
#include "formats/tape_header_internal.hpp"
#include "formats/tape_layout_internal.hpp"
#include "formats/text_reader_internal.hpp"

namespace offex::formats {
namespace {

using market::Dataset;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Day bars have the header of minute bars; the times tell them apart. A first bar that is not at
// midnight is one of a minute. The first minute of a file may start at midnight, though, and a row
// of a day file may be damaged: then a later bar of the same ticker decides, or half of the rows.
bool are_minutes(std::string_view rows, const TapeColumns& columns) {
  TapeCells cells;
  std::string first_ticker;
  std::size_t count = 0;
  std::size_t later = 0;
  while (!rows.empty()) {
    // The end of the text may cut its last row.
    if (count > 0 && rows.find('\n') == std::string_view::npos) break;
    if (cells.split(take_line(rows)) || cells.size() != columns.count) break;
    const auto time = read_decimal(cells.text(columns[MinuteField::Start]), 0);
    if (!time) break;
    const bool midnight = is_new_york_midnight(*time);
    const std::string_view ticker = cells.text(columns[MinuteField::Ticker]);
    if (!midnight && (count == 0 || ticker == first_ticker)) return true;
    if (count == 0) first_ticker = ticker;
    ++count;
    later += midnight ? 0 : 1;
  }
  return later > 0 && later * 2 >= count;
}

std::optional<TapeLayout> flat_layout(std::string_view text) {
  TapeCells header;
  if (header.split(take_line(text))) return std::nullopt;
  const auto dataset = tape_of_header(header);
  if (!dataset) return std::nullopt;
  if (*dataset == Dataset::MinuteTape) {
    TapeColumns columns;
    if (find_tape_columns(header, *dataset, columns)) return std::nullopt;
    if (!are_minutes(text, columns)) return std::nullopt;
  }
  return TapeLayout{.dataset = *dataset, .json = false};
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// What the name of a REST page says: AAPL_2026-04-17_0002.json.
struct PageName {
  market::Symbol ticker;
  bool numbered{false};
};

std::optional<PageName> read_page_name(std::string_view file_name) {
  const std::size_t slash = file_name.find_last_of("/\\");
  std::string_view name = slash == std::string_view::npos ? file_name : file_name.substr(slash + 1);
  if (name.ends_with(".gz")) name.remove_suffix(3);
  if (!name.ends_with(".json")) return std::nullopt;
  name.remove_suffix(5);
  const auto take_part = [&name]() -> std::string_view {
    const std::size_t mark = name.rfind('_');
    if (mark == std::string_view::npos) return {};
    const std::string_view part = name.substr(mark + 1);
    name = name.substr(0, mark);
    return part;
  };
  std::string_view part = take_part();
  const bool numbered = is_digits(part) && part.size() < 8;
  if (numbered) part = take_part();
  if (part.size() != 10 || !market::Day::parse(part)) return std::nullopt;
  const auto symbol = market::Symbol::parse(name);
  if (!symbol) return std::nullopt;
  return PageName{.ticker = *symbol, .numbered = numbered};
}

}  // namespace

bool is_new_york_midnight(std::int64_t nanos) {
  return market::to_new_york(market::Instant::from_nanos(nanos)).nanos_of_day == 0;
}

bool looks_like_json(std::string_view head) {
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (head[first] == '{' || head[first] == '[');
}

std::string_view tape_understood() {
  return "understood are Polygon's flat files and REST pages of trades, quotes and minute bars, "
         "and tables with symbol, timestamp, price and size";
}

std::optional<TapeLayout> tape_layout(std::string_view head, std::string_view file_name) {
  const std::string_view text = without_bom(head.substr(0, kHeadBytes));
  if (!looks_like_json(text)) return flat_layout(text);
  const auto name = read_page_name(file_name);
  const auto dataset = page_dataset(text, name && name->numbered);
  if (!dataset) return std::nullopt;
  return TapeLayout{.dataset = *dataset, .json = true};
}

std::optional<market::Symbol> ticker_from_name(std::string_view file_name) {
  const auto name = read_page_name(file_name);
  if (!name) return std::nullopt;
  return name->ticker;
}

}  // namespace offex::formats
