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

constexpr std::array<std::uint64_t, 20> kPowersOfTen = [] {
  std::array<std::uint64_t, 20> out{};
  std::uint64_t power = 1;
  for (std::uint64_t& entry : out) {
    entry = power;
    power *= 10;
  }
  return out;
}();

/// Lets `write` put at most `most` characters at the end of `out`, without a copy; it returns the
/// end of what it wrote.
template <class Write>
void append_in_place(std::string& out, std::size_t most, Write write) {
  const std::size_t size = out.size();
  out.resize_and_overwrite(size + most, [&](char* begin, std::size_t) {
    return static_cast<std::size_t>(write(begin + size) - begin);
  });
}

void append_double(std::string& out, double value) {
  append_in_place(out, 32,
                  [value](char* at) { return fmt::format_to(at, FMT_COMPILE("{}"), value); });
}

void append_int(std::string& out, std::int64_t value) {
  append_in_place(out, 24,
                  [value](char* at) { return fmt::format_to(at, FMT_COMPILE("{}"), value); });
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

// Columns of instants repeat themselves or stand at whole seconds; only those take this way.
void append_instant(std::string& out, std::int64_t nanos) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kDaySeconds = 86'400;
  if (nanos < 0 || nanos % kSecond != 0) {
    out += market::Instant::from_nanos(nanos).iso();
    return;
  }
  const std::int64_t seconds = nanos / kSecond;
  append_day(out, static_cast<std::int32_t>(seconds / kDaySeconds));
  const std::int64_t of_day = seconds % kDaySeconds;
  append_in_place(out, 16, [of_day](char* at) {
    return fmt::format_to(at, FMT_COMPILE("T{:02}:{:02}:{:02}Z"), of_day / 3600, of_day / 60 % 60,
                          of_day % 60);
  });
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
  const std::uint64_t unit = kPowersOfTen[static_cast<std::size_t>(scale)];
  const std::uint64_t whole = magnitude / unit;
  std::uint64_t fraction = magnitude % unit;
  append_in_place(out, 44, [&](char* at) {
    at = fmt::format_to(at, FMT_COMPILE("{}"), whole);
    if (fraction == 0) return at;
    int places = scale;
    for (; fraction % 10 == 0; fraction /= 10) --places;
    *at = '.';
    char* end = at + 1 + places;
    for (char* digit = end; digit != at + 1; fraction /= 10) {
      *--digit = static_cast<char>('0' + fraction % 10);
    }
    return end;
  });
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
      append_double(out, column.values<double>()[row]);
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
      append_instant(out, column.values<std::int64_t>()[row]);
      return;
    case Type::Bool:
    case Type::Symbol:
    case Type::Text:
    case Type::Number:
    case Type::Label:
      break;
  }
  OFFEX_CHECK(column.type() != Type::Bool && !is_wordy(column.type()));
}

}  // namespace offex::render
