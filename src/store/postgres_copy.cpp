#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>

#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/market/quantity.hpp"
#include "offex/market/symbol.hpp"

#include "store/postgres_copy_internal.hpp"

namespace offex::store::pg {
namespace {

using columns::Column;
using columns::Type;

constexpr std::string_view kSignature{"PGCOPY\n\377\r\n\0", 11};
// PostgreSQL counts from 2000-01-01; its calendar begins in 4714 BC and ends in 5874897.
constexpr std::int64_t kDaysTo2000 = 10'957;
constexpr std::int64_t kMicrosTo2000 = 946'684'800'000'000;
constexpr std::int64_t kFirstDay = -2'451'545;
constexpr std::int64_t kDayAfterLast = 2'145'031'949;
constexpr std::uint16_t kNegative = 0x4000;
constexpr std::int32_t kMissingField = -1;
// numeric holds up to 16,383 decimals; all groups together are counted in 16 bits.
constexpr std::size_t kMostDecimals = 16'383;
constexpr std::size_t kMostWholeDigits = 65'536;
constexpr std::size_t kDigitsOfGroup = 4;
constexpr std::uint64_t kGroup = 10'000;

template <std::integral T>
void append(std::string& out, T value) {
  using Bits = std::make_unsigned_t<T>;
  const auto bytes =
      std::bit_cast<std::array<char, sizeof(T)>>(std::byteswap(static_cast<Bits>(value)));
  out.append(bytes.data(), bytes.size());
}
static_assert(std::endian::native == std::endian::little);

template <std::integral T>
void append_field(std::string& out, T value) {
  append(out, static_cast<std::int32_t>(sizeof(T)));
  append(out, value);
}

void append_bytes(std::string& out, std::string_view bytes) {
  append(out, static_cast<std::int32_t>(bytes.size()));
  out.append(bytes);
}

/// \param groups base-10000 digits, the first worth 10000^weight
void append_groups(std::string& out, bool negative, std::size_t decimals, std::ptrdiff_t weight,
                   std::span<const std::uint16_t> groups) {
  while (!groups.empty() && groups.front() == 0) {
    groups = groups.subspan(1);
    --weight;
  }
  while (!groups.empty() && groups.back() == 0) {
    groups = groups.first(groups.size() - 1);
  }
  if (groups.empty()) {  // zero has no digits, no weight and no sign
    weight = 0;
    negative = false;
  }
  append(out, static_cast<std::int32_t>(8 + 2 * groups.size()));
  append(out, static_cast<std::int16_t>(groups.size()));
  append(out, static_cast<std::int16_t>(weight));
  append(out, negative ? kNegative : std::uint16_t{0});
  append(out, static_cast<std::uint16_t>(decimals));
  for (const std::uint16_t group : groups) {
    append(out, group);
  }
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// \pre digits.size() is a multiple of four
void push_groups(std::vector<std::uint16_t>& groups, std::string_view digits) {
  for (std::size_t at = 0; at < digits.size(); at += kDigitsOfGroup) {
    unsigned value = 0;
    for (const char c : digits.substr(at, kDigitsOfGroup)) {
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    groups.push_back(static_cast<std::uint16_t>(value));
  }
}

std::int64_t micros_of(std::int64_t nanos) {
  const std::int64_t micros = nanos / 1000;
  return nanos % 1000 < 0 ? micros - 1 : micros;
}

/// Returns what is wrong with the cell, or nothing.
std::optional<std::string_view> append_day(std::string& out, std::int32_t days) {
  const std::int64_t since_2000 = days - kDaysTo2000;
  if (since_2000 < kFirstDay || since_2000 >= kDayAfterLast) {
    return "a day that PostgreSQL's calendar does not have";
  }
  append_field(out, static_cast<std::int32_t>(since_2000));
  return std::nullopt;
}

std::optional<std::string_view> append_text(std::string& out, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return "a NUL byte, which PostgreSQL cannot keep in a text";
  }
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    return "a text that is too long for PostgreSQL";
  }
  append_bytes(out, text);
  return std::nullopt;
}

std::optional<std::string_view> append_cell(std::string& out, const Column& column,
                                            std::size_t row) {
  switch (column.type()) {
    case Type::Bool:
      append_field(out, static_cast<std::int8_t>(column.values<std::int8_t>()[row] != 0));
      break;
    case Type::Int32:
      append_field(out, column.values<std::int32_t>()[row]);
      break;
    case Type::Int64:
      append_field(out, column.values<std::int64_t>()[row]);
      break;
    case Type::Double:
      append_field(out, std::bit_cast<std::uint64_t>(column.values<double>()[row]));
      break;
    case Type::Quantity:
      append_numeric(out, column.values<std::int64_t>()[row], market::Quantity::kDecimals);
      break;
    case Type::Price:
      append_numeric(out, column.values<std::int64_t>()[row], market::Price::kDecimals);
      break;
    case Type::Day:
      return append_day(out, column.values<std::int32_t>()[row]);
    case Type::Instant:
      append_field(out, micros_of(column.values<std::int64_t>()[row]) - kMicrosTo2000);
      break;
    case Type::Symbol:
      return append_text(out, column.values<market::Symbol>()[row].view());
    case Type::Text:
      return append_text(out, column.values<std::string>()[row]);
    case Type::Number:
      if (!append_numeric(out, column.values<std::string>()[row])) {
        return "not a decimal that PostgreSQL can hold";
      }
      break;
    case Type::Label:
      return append_text(out, column.words()[column.values<std::uint8_t>()[row]]);
  }
  return std::nullopt;
}

}  // namespace

void append_numeric(std::string& out, std::int64_t value, int scale) {
  OFFEX_CHECK(scale >= 0 && scale <= 12);
  const bool negative = value < 0;
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = negative ? std::uint64_t{0} - bits : bits;
  std::uint64_t one = 1;
  for (int place = 0; place < scale; ++place) {
    one *= 10;
  }
  // Groups lie around the point: the decimals are filled up to whole groups.
  std::uint64_t decimals = magnitude % one;
  int places = scale;
  for (; places % static_cast<int>(kDigitsOfGroup) != 0; ++places) {
    decimals *= 10;
  }
  std::array<std::uint16_t, 8> groups{};
  std::size_t at = groups.size();
  for (; places > 0; places -= static_cast<int>(kDigitsOfGroup)) {
    groups[--at] = static_cast<std::uint16_t>(decimals % kGroup);
    decimals /= kGroup;
  }
  const std::size_t point = at;
  for (std::uint64_t whole = magnitude / one; whole > 0; whole /= kGroup) {
    groups[--at] = static_cast<std::uint16_t>(whole % kGroup);
  }
  append_groups(out, negative, static_cast<std::size_t>(scale),
                static_cast<std::ptrdiff_t>(point) - static_cast<std::ptrdiff_t>(at) - 1,
                std::span{groups}.subspan(at));
}

bool append_numeric(std::string& out, std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  std::string whole{text.substr(0, point)};
  std::string decimals{point == std::string_view::npos ? std::string_view{}
                                                       : text.substr(point + 1)};
  if ((whole.empty() && decimals.empty()) || !all_digits(whole) || !all_digits(decimals)) {
    return false;
  }
  whole.erase(0, whole.find_first_not_of('0'));
  const std::size_t scale = decimals.size();
  if (whole.size() > kMostWholeDigits || scale > kMostDecimals) {
    return false;
  }
  whole.insert(0, (kDigitsOfGroup - whole.size() % kDigitsOfGroup) % kDigitsOfGroup, '0');
  decimals.append((kDigitsOfGroup - scale % kDigitsOfGroup) % kDigitsOfGroup, '0');
  std::vector<std::uint16_t> groups;
  push_groups(groups, whole);
  push_groups(groups, decimals);
  append_groups(out, negative, scale,
                static_cast<std::ptrdiff_t>(whole.size() / kDigitsOfGroup) - 1, groups);
  return true;
}

CopyEncoder::CopyEncoder(const columns::Batch& rows, std::size_t first, std::size_t count,
                         std::size_t chunk_bytes)
    : rows_{&rows}, row_{first}, end_{first + count}, chunk_bytes_{chunk_bytes} {
  for (const Column& column : rows.columns()) {
    OFFEX_CHECK(column.size() >= end_);
  }
}

Result<bool> CopyEncoder::next(std::string& chunk) {
  chunk.clear();
  if (ended_) return false;
  if (!begun_) {
    begun_ = true;
    chunk.append(kSignature);
    append(chunk, std::int32_t{0});  // flags
    append(chunk, std::int32_t{0});  // length of the extension
  }
  const auto fields = static_cast<std::int16_t>(rows_->num_columns());
  for (; row_ < end_ && chunk.size() < chunk_bytes_; ++row_) {
    append(chunk, fields);
    for (const Column& column : rows_->columns()) {
      if (!column.valid(row_)) {
        append(chunk, kMissingField);
        continue;
      }
      if (const auto wrong = append_cell(chunk, column, row_)) {
        return fail(base::ErrorCode::Integrity,
                    fmt::format("row {}, column {}: {}", row_ + 1, column.name(), *wrong));
      }
    }
  }
  if (row_ == end_) {
    ended_ = true;
    append(chunk, std::int16_t{-1});
  }
  return true;
}

}  // namespace offex::store::pg
