#include <limits>
#include <utility>

#include <fmt/format.h>

#include "offex/market/quantity.hpp"
#include "offex/market/trade_rules.hpp"

#include "formats/decimal_internal.hpp"
#include "formats/tape_rules_internal.hpp"

namespace offex::formats {

std::string_view TapeRow::text(std::size_t field) const {
  const std::size_t column = columns_.at[field];
  return column == TapeColumns::kAbsent ? std::string_view{} : cells_.text(column);
}

void TapeRow::refuse(std::size_t field, std::string reason) {
  if (fault_) return;
  const std::size_t column = columns_.at[field];
  const std::string_view bytes =
      column == TapeColumns::kAbsent ? std::string_view{} : cells_.raw(column);
  fault_ = RowFault{.field = fields_[field].name, .bytes = bytes, .reason = std::move(reason)};
}

market::Symbol TapeRow::symbol(std::size_t field) {
  const auto symbol = market::Symbol::parse(text(field));
  if (symbol) return *symbol;
  refuse(field, symbol.error().message);
  return {};
}

std::int64_t TapeRow::decimal(std::size_t field, int scale, std::optional<std::int64_t> if_empty) {
  const std::string_view cell = text(field);
  if (cell.empty() && if_empty) return *if_empty;
  const auto value = read_decimal(cell, scale);
  if (value && is_plain_decimal(cell)) return *value;
  refuse(field,
         std::string{number_reason(cell, value ? base::DecimalFault::NotANumber : value.error())});
  return 0;
}

std::int64_t TapeRow::price(std::size_t field, std::optional<std::int64_t> if_empty) {
  return decimal(field, market::Price::kDecimals, if_empty);
}

std::int64_t TapeRow::quantity(std::size_t field, std::optional<std::int64_t> if_empty) {
  return decimal(field, market::Quantity::kDecimals, if_empty);
}

std::int64_t TapeRow::whole(std::size_t field, std::int64_t max) {
  const std::int64_t value = decimal(field, 0, 0);
  if (value > max) refuse(field, fmt::format("more than {}", max));
  return value;
}

std::int64_t TapeRow::time(std::size_t field) {
  return whole(field, std::numeric_limits<std::int64_t>::max());
}

std::uint64_t TapeRow::conditions(std::size_t field) {
  const auto bits = condition_bits(text(field));
  if (bits) return *bits;
  refuse(field, "not a list of condition numbers");
  return 0;
}

std::optional<std::uint64_t> condition_bits(std::string_view text) {
  constexpr std::size_t kMaxDigits = 9;
  std::uint64_t bits = 0;
  while (!text.empty()) {
    std::int64_t condition = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      if (digits == kMaxDigits) return std::nullopt;
      condition = condition * 10 + (text[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    bits |= market::condition_bit(condition);
    text.remove_prefix(digits);
    if (text.empty()) break;
    // A comma at the end would leave the last number out.
    if (text.front() != ',' || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  return bits;
}

std::uint64_t hash_id(std::string_view id) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : id) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

}  // namespace offex::formats
