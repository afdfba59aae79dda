#include <array>
#include <cstddef>

#include "formats/decimal_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::array<std::int64_t, 19> kPowers = [] {
  std::array<std::int64_t, 19> powers{};
  std::int64_t power = 1;
  for (std::int64_t& entry : powers) {
    entry = power;
    if (&entry != &powers.back()) power *= 10;
  }
  return powers;
}();

}  // namespace

std::expected<std::int64_t, base::DecimalFault> read_decimal(std::string_view text, int scale) {
  std::int64_t value = 0;
  std::size_t digits = 0;
  std::size_t places = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 18) return base::parse_decimal(text, scale);
    value = value * 10 + (c - '0');
    if (point) ++places;
  }
  const auto wanted = static_cast<std::size_t>(scale);
  if (digits == 0 || places > wanted || digits + wanted - places > 18) {
    return base::parse_decimal(text, scale);
  }
  return value * kPowers[wanted - places];
}

bool is_plain_decimal(std::string_view text) {
  bool digit = false;
  bool point = false;
  for (const char c : text) {
    if (c == '.') {
      if (point) return false;
      point = true;
    } else if (c >= '0' && c <= '9') {
      digit = true;
    } else {
      return false;
    }
  }
  return digit;
}

std::string_view number_reason(std::string_view text, base::DecimalFault fault) {
  if (text.starts_with('-') && is_plain_decimal(text.substr(1))) return "negative";
  return base::describe(fault);
}

}  // namespace offex::formats
