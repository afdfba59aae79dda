#include "offex/base/decimal.hpp"

#include <array>

#include "offex/base/check.hpp"

namespace offex::base {
namespace {

// Digits and exponent as written; the value is digits * 10^exponent.
struct Scanned {
  bool negative{false};
  std::string digits;  // no point, leading zeros dropped
  std::int64_t exponent{0};
};

constexpr std::int64_t kLargeExponent = 1'000'000'000'000'000;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::expected<std::int64_t, DecimalFault> scan_exponent(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return std::unexpected{DecimalFault::NotANumber};
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::unexpected{DecimalFault::NotANumber};
    // No text has digits enough to make up for a larger exponent, and sums stay in range.
    if (value < kLargeExponent) value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

std::expected<Scanned, DecimalFault> scan(std::string_view text) {
  Scanned out;
  if (text.empty()) return std::unexpected{DecimalFault::Empty};
  if (text.front() == '-' || text.front() == '+') {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  bool any_digit = false;
  bool after_point = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    const char c = text[at];
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (!is_digit(c)) return std::unexpected{DecimalFault::NotANumber};
    any_digit = true;
    if (after_point) --out.exponent;
    if (!out.digits.empty() || c != '0') out.digits += c;
  }
  if (!any_digit) return std::unexpected{DecimalFault::NotANumber};
  if (at < text.size()) {
    const auto exponent = scan_exponent(text.substr(at + 1));
    if (!exponent) return std::unexpected{exponent.error()};
    out.exponent += *exponent;
  }
  return out;
}

}  // namespace

std::string_view describe(DecimalFault fault) {
  switch (fault) {
    case DecimalFault::Empty:
      return "empty";
    case DecimalFault::NotANumber:
      return "not a number";
    case DecimalFault::TooPrecise:
      return "more decimals than can be kept";
    case DecimalFault::Overflow:
      return "too large";
  }
  return "not a number";
}

std::expected<std::int64_t, DecimalFault> parse_decimal(std::string_view text, int scale) {
  auto scanned = scan(text);
  if (!scanned) return std::unexpected{scanned.error()};
  std::string& digits = scanned->digits;
  std::int64_t shift = scanned->exponent + scale;
  while (shift < 0 && !digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++shift;
  }
  if (digits.empty()) return 0;
  if (shift < 0) return std::unexpected{DecimalFault::TooPrecise};
  if (digits.size() + static_cast<std::size_t>(shift) > 19) {
    return std::unexpected{DecimalFault::Overflow};
  }
  digits.append(static_cast<std::size_t>(shift), '0');
  std::int64_t value = 0;
  for (const char c : digits) {
    const std::int64_t digit = scanned->negative ? -(c - '0') : c - '0';
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value) ||
        __builtin_add_overflow(value, digit, &value)) {
      return std::unexpected{DecimalFault::Overflow};
    }
  }
  return value;
}

std::string format_decimal(std::int64_t value, int scale) {
  OFFEX_CHECK(scale >= 0 && scale <= 18);
  // The magnitude as unsigned, so that the smallest integer has one too.
  const bool negative = value < 0;
  const std::uint64_t magnitude =
      negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  std::string digits = std::to_string(magnitude);
  const auto places = static_cast<std::size_t>(scale);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - places);
  digits.resize(digits.size() - places);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  std::string out = negative ? "-" + digits : digits;
  if (!fraction.empty()) out += "." + fraction;
  return out;
}

}  // namespace offex::base
