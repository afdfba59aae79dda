#include <array>
#include <utility>

#include <fmt/format.h>

#include "offex/market/quantity.hpp"

#include "formats/decimal_internal.hpp"
#include "formats/short_layout_internal.hpp"

namespace offex::formats {
namespace {

using Outcome = std::optional<RowFault>;

std::optional<RowFault> place_column(std::string_view name, std::size_t index,
                                     std::array<std::optional<std::size_t>, 6>& found) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 8> kNames = {{
      {"date", 0},
      {"symbol", 1},
      {"shortvolume", 2},
      {"shortexemptvolume", 3},
      {"totalvolume", 4},
      {"totalsharevolume", 4},
      {"market", 5},
      {"marketcenter", 5},
  }};
  const std::string plain = normalised(name);
  for (const auto& [known, slot] : kNames) {
    if (plain != known) continue;
    if (found.at(slot)) return RowFault{"header", name, "this column stands twice in the header"};
    found.at(slot) = index;
    return std::nullopt;
  }
  if (!plain.empty() && plain.find_first_not_of("0123456789") == std::string::npos) {
    return RowFault{"header", name, "the header line is missing"};
  }
  return RowFault{"header", name, "a column that this layout does not have"};
}

std::optional<RowFault> read_volume(std::string_view name, std::string_view text,
                                    std::int64_t& out) {
  const auto value = read_decimal(text, market::Quantity::kDecimals);
  if (!value) return RowFault{name, text, std::string{number_reason(text, value.error())}};
  if (!is_plain_decimal(text)) {
    return RowFault{name, text, *value < 0 ? "negative" : "not a number"};
  }
  out = *value;
  return std::nullopt;
}

std::optional<RowFault> read_day(std::string_view text, std::optional<market::Day> expected,
                                 market::Day& out) {
  const auto day = market::Day::parse(text);
  if (!day) return RowFault{"Date", text, "not a date"};
  if (expected && *day != *expected) {
    return RowFault{"Date", text, fmt::format("wrong date: this file is for {}", expected->iso())};
  }
  out = *day;
  return std::nullopt;
}

std::optional<RowFault> read_symbol(std::string_view text, market::Symbol& out) {
  if (text.empty()) return RowFault{"Symbol", text, "empty"};
  if (text.size() > ShortRowRules::kMaxSymbolBytes) {
    return RowFault{"Symbol", text,
                    fmt::format("longer than {} characters", ShortRowRules::kMaxSymbolBytes)};
  }
  auto symbol = market::Symbol::parse(text);
  if (!symbol) return RowFault{"Symbol", text, "not a symbol"};
  out = *symbol;
  return std::nullopt;
}

}  // namespace

std::string normalised(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += c;
    }
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char delimiter) {
  std::vector<std::string_view> fields;
  fields.reserve(8);
  for (;;) {
    const std::size_t end = text.find(delimiter);
    fields.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

std::expected<ShortLayout, RowFault> read_short_header(std::string_view header) {
  constexpr std::array<std::string_view, 6> kNames = {
      "Date", "Symbol", "ShortVolume", "ShortExemptVolume", "TotalVolume", "Market"};
  std::array<std::optional<std::size_t>, 6> found{};
  const std::vector<std::string_view> fields = split(header, '|');
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (auto fault = place_column(fields[i], i, found)) return std::unexpected{std::move(*fault)};
  }
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (i == 3 || found.at(i)) continue;
    return std::unexpected{
        RowFault{kNames.at(i), {}, fmt::format("the header has no column {}", kNames.at(i))}};
  }
  ShortLayout layout{.date = *found[0],
                     .symbol = *found[1],
                     .short_volume = *found[2],
                     .exempt = found[3],
                     .total = *found[4],
                     .market = *found[5],
                     .columns = fields.size()};
  layout.exchange_style = !layout.exempt && fields[layout.short_volume] == "SHORT VOLUME";
  return layout;
}

ShortRowRules::ShortRowRules(ShortLayout layout, market::Facility facility) : layout_{layout} {
  if (facility == market::Facility::Nqbx) exchange_market_ = "B";
  if (facility == market::Facility::Npsx) exchange_market_ = "X";
}

std::expected<ShortRow, RowFault> ShortRowRules::read(std::string_view line,
                                                      std::optional<market::Day> day) const {
  if (std::string reason = control_character_reason(line); !reason.empty()) {
    return std::unexpected{RowFault{{}, {}, std::move(reason)}};
  }
  const std::vector<std::string_view> fields = split(line, '|');
  if (fields.size() != layout_.columns) {
    return std::unexpected{RowFault{
        {}, {}, fmt::format("expected {} fields, found {}", layout_.columns, fields.size())}};
  }
  ShortRow row;
  Outcome fault = read_day(fields[layout_.date], day, row.day);
  if (!fault) fault = read_symbol(fields[layout_.symbol], row.symbol);
  if (!fault) fault = read_volumes(fields, row);
  if (!fault) fault = read_market(fields[layout_.market], row);
  if (fault) return std::unexpected{std::move(*fault)};
  return row;
}

std::optional<RowFault> ShortRowRules::read_volumes(const std::vector<std::string_view>& fields,
                                                    ShortRow& row) const {
  const std::string_view short_text = fields[layout_.short_volume];
  Outcome fault = read_volume("ShortVolume", short_text, row.short_volume);
  if (!fault && layout_.exempt) {
    fault = read_volume("ShortExemptVolume", fields[*layout_.exempt], row.exempt);
  }
  if (!fault) fault = read_volume("TotalVolume", fields[layout_.total], row.total);
  if (fault) return fault;
  if (row.exempt > row.short_volume) {
    return RowFault{"ShortExemptVolume", fields[*layout_.exempt],
                    "more exempt than short: ShortVolume must contain it"};
  }
  if (row.short_volume > row.total) {
    return RowFault{"ShortVolume", short_text, "more short than total volume"};
  }
  return std::nullopt;
}

std::optional<RowFault> ShortRowRules::read_market(std::string_view text, ShortRow& row) const {
  const auto mask = market::parse_market_mask(text);
  if (!mask) return RowFault{"Market", text, "not a list of market letters"};
  if (!exchange_market_.empty() && text != exchange_market_) {
    return RowFault{"Market", text,
                    fmt::format("this exchange's file has only {} here", exchange_market_)};
  }
  row.market_mask = *mask;
  row.market_text = text;
  return std::nullopt;
}

}  // namespace offex::formats
