#include <charconv>
#include <cmath>
#include <cstdint>

#include <simdjson.h>

#include "offex/base/check.hpp"
#include "offex/market/day.hpp"
#include "offex/market/quantity.hpp"
#include "offex/market/symbol.hpp"

#include "formats/cell_reader_internal.hpp"
#include "formats/decimal_internal.hpp"

namespace offex::formats {
namespace {

std::string push_number(columns::Column& column, std::string_view text, int scale) {
  const auto value = read_decimal(text, scale);
  if (!value) return std::string{number_reason(text, value.error())};
  if (*value < 0) return "negative";
  column.push<std::int64_t>(*value);
  return {};
}

std::string push_double(columns::Column& column, std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return "not a number";
  }
  column.push<double>(value);
  return {};
}

std::string push_symbol(columns::Column& column, std::string_view text) {
  if (text.size() > market::Symbol::kMaxBytes) return "longer than 15 characters";
  const auto symbol = market::Symbol::parse(text);
  if (!symbol) return "not a symbol";
  column.push<market::Symbol>(*symbol);
  return {};
}

std::string push_day(columns::Column& column, std::string_view text) {
  const auto day = market::Day::parse(text);
  if (!day) return "not a date";
  column.push<std::int32_t>(day->days());
  return {};
}

// The store and every output hold UTF-8; other bytes would only be found out there.
std::string push_text(columns::Column& column, std::string_view text) {
  if (!simdjson::validate_utf8(text)) return "not UTF-8 text";
  column.push<std::string>(std::string{text});
  return {};
}

}  // namespace

std::string push_cell(columns::Column& column, std::string_view text) {
  using columns::Type;
  switch (column.type()) {
    case Type::Quantity:
      return push_number(column, text, market::Quantity::kDecimals);
    case Type::Price:
      return push_number(column, text, market::Price::kDecimals);
    case Type::Int64:
      return push_number(column, text, 0);
    case Type::Double:
      return push_double(column, text);
    case Type::Symbol:
      return push_symbol(column, text);
    case Type::Day:
      return push_day(column, text);
    case Type::Text:
      return push_text(column, text);
    default:
      break;
  }
  OFFEX_CHECK(false && "no layout has a column of this type");
  return {};
}

}  // namespace offex::formats
