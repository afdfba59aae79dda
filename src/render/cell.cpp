#include <array>
#include <cmath>
#include <cstdint>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/market/quantity.hpp"

#include "render/cell_internal.hpp"

namespace offex::render {
namespace {

using columns::Column;
using columns::Type;

template <class T>
void append_number(std::string& out, T value) {
  std::array<char, 40> digits{};
  const char* end = fmt::format_to(digits.data(), FMT_COMPILE("{}"), value);
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_int(std::string& out, std::int64_t value) {
  const fmt::format_int digits{value};
  out.append(digits.data(), digits.size());
}

void append_day(std::string& out, std::int32_t days) {
  const market::CivilDate date = market::Day::from_days(days).civil();
  std::array<char, 10> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0'};
  if (date.year < 0 || date.year > 9999) {
    out += market::Day::from_days(days).iso();
    return;
  }
  auto digit = [](unsigned value) { return static_cast<char>('0' + value % 10); };
  const auto year = static_cast<unsigned>(date.year);
  text[0] = digit(year / 1000);
  text[1] = digit(year / 100);
  text[2] = digit(year / 10);
  text[3] = digit(year);
  text[5] = digit(date.month / 10);
  text[6] = digit(date.month);
  text[8] = digit(date.day / 10);
  text[9] = digit(date.day);
  out.append(text.data(), text.size());
}

}  // namespace

bool is_wordy(Type type) {
  return type == Type::Symbol || type == Type::Text || type == Type::Number || type == Type::Label;
}

bool is_numeric(Type type) {
  switch (type) {
    case Type::Int32:
    case Type::Int64:
    case Type::Double:
    case Type::Quantity:
    case Type::Price:
    case Type::Number:
      return true;
    case Type::Bool:
    case Type::Day:
    case Type::Instant:
    case Type::Symbol:
    case Type::Text:
    case Type::Label:
      return false;
  }
  return false;
}

bool has_value(const Column& column, std::size_t row) {
  if (!column.valid(row)) return false;
  return column.type() != Type::Double || std::isfinite(column.values<double>()[row]);
}

std::string_view words_of(const Column& column, std::size_t row) {
  switch (column.type()) {
    case Type::Symbol:
      return column.values<market::Symbol>()[row].view();
    case Type::Text:
    case Type::Number:
      return column.values<std::string>()[row];
    case Type::Label:
      return column.words()[column.values<std::uint8_t>()[row]];
    default:
      OFFEX_CHECK(is_wordy(column.type()));
  }
  return {};
}

void append_decimal(std::string& out, std::int64_t value, int scale) {
  std::uint64_t magnitude = static_cast<std::uint64_t>(value);
  if (value < 0) {
    out.push_back('-');
    magnitude = 0 - magnitude;
  }
  std::uint64_t unit = 1;
  for (int i = 0; i < scale; ++i) unit *= 10;
  const fmt::format_int whole{magnitude / unit};
  out.append(whole.data(), whole.size());
  std::uint64_t fraction = magnitude % unit;
  if (fraction == 0) return;
  std::array<char, 20> digits{};
  for (int i = scale - 1; i >= 0; --i) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + fraction % 10);
    fraction /= 10;
  }
  auto length = static_cast<std::size_t>(scale);
  while (digits[length - 1] == '0') --length;
  out.push_back('.');
  out.append(digits.data(), length);
}

void append_exact(std::string& out, const Column& column, std::size_t row) {
  switch (column.type()) {
    case Type::Int32:
      append_int(out, column.values<std::int32_t>()[row]);
      return;
    case Type::Int64:
      append_int(out, column.values<std::int64_t>()[row]);
      return;
    case Type::Double:
      append_number(out, column.values<double>()[row]);
      return;
    case Type::Quantity:
      append_decimal(out, column.values<std::int64_t>()[row], market::Quantity::kDecimals);
      return;
    case Type::Price:
      append_decimal(out, column.values<std::int64_t>()[row], market::Price::kDecimals);
      return;
    case Type::Day:
      append_day(out, column.values<std::int32_t>()[row]);
      return;
    case Type::Instant:
      out += market::Instant::from_nanos(column.values<std::int64_t>()[row]).iso();
      return;
    case Type::Bool:
    case Type::Symbol:
    case Type::Text:
    case Type::Number:
    case Type::Label:
      break;
  }
  OFFEX_CHECK(!"a wordy or Bool column has no exact number");
}

}  // namespace offex::render
