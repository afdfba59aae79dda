#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Numbers out of text, many bytes at a time, without branches that data decide. Every function
// reads up to 16 bytes before and behind what it is given. Where a text is anything but plain,
// `bad` becomes non-zero and the value means nothing: the careful rules decide then.
namespace offex::formats::swar {

/// Whether a word of text may be cut as if its first byte were the lowest.
inline constexpr bool kSupported = std::endian::native == std::endian::little;

inline constexpr std::uint64_t kZeros = 0x3030303030303030;

[[gnu::always_inline]] inline std::uint64_t load8(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  return word;
}

/// Returns the value of eight digits.
[[gnu::always_inline]] inline std::uint64_t eight_digits(std::uint64_t word, std::uint64_t& bad) {
  constexpr std::uint64_t kHigh = 0xF0F0F0F0F0F0F0F0;
  bad |= ((word & kHigh) ^ kZeros) | (((word + 0x0606060606060606) & kHigh) ^ kZeros);
  // Pairs, then fours, then eight digits.
  word -= kZeros;
  word = word * 10 + (word >> 8U);
  constexpr std::uint64_t kPairs = 0x000000FF000000FF;
  return ((word & kPairs) * 0x000F424000000064 + ((word >> 16U) & kPairs) * 0x0000271000000001) >>
         32U;
}

/// Returns the eight bytes before `end` with all but the last `length` replaced by zeros.
/// \pre 1 <= length <= 8
[[gnu::always_inline]] inline std::uint64_t last_bytes(const char* end, std::size_t length) {
  const std::uint64_t keep = ~std::uint64_t{0} << (8 * (8 - length));
  return (load8(end - 8) & keep) | (kZeros & ~keep);
}

/// Returns the number in the 1 to 8 digits of [begin, end).
[[gnu::always_inline]] inline std::uint64_t small_number(const char* begin, const char* end,
                                                         std::uint64_t& bad) {
  const auto length = static_cast<std::size_t>(end - begin);
  bad |= static_cast<std::uint64_t>(length - 1 >= 8);
  return eight_digits(last_bytes(end, ((length - 1) & 7U) + 1), bad);
}

/// Returns the number in the 1 to 16 digits of [begin, end).
[[gnu::always_inline]] inline std::int64_t number(const char* begin, const char* end,
                                                  std::uint64_t& bad) {
  const auto length = static_cast<std::size_t>(end - begin);
  if (length <= 8) [[likely]] {
    return static_cast<std::int64_t>(small_number(begin, end, bad));
  }
  const std::uint64_t high = small_number(begin, end - 8, bad);
  return static_cast<std::int64_t>(high * 100'000'000 + eight_digits(load8(end - 8), bad));
}

/// Returns a time of exactly 19 digits in [1e18, 9e18): the years 2001 to 2255 in nanoseconds.
[[gnu::always_inline]] inline std::int64_t nanoseconds(const char* begin, const char* end,
                                                       std::uint64_t& bad) {
  const std::uint64_t first = eight_digits(last_bytes(begin + 3, 3), bad);
  const std::uint64_t middle = eight_digits(load8(begin + 3), bad);
  const std::uint64_t last = eight_digits(load8(begin + 11), bad);
  bad |= static_cast<std::uint64_t>(end - begin != 19) |
         static_cast<std::uint64_t>(first - 100 >= 800);
  return static_cast<std::int64_t>((first * 100'000'000 + middle) * 100'000'000 + last);
}

inline constexpr std::array<std::int64_t, 16> kPowers = [] {
  std::array<std::int64_t, 16> powers{};
  std::int64_t power = 1;
  for (std::int64_t& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
}();

// 0x80 in the byte of the first point; bytes behind it may be marked in error.
[[gnu::always_inline]] inline std::uint64_t find_point(std::uint64_t word) {
  const std::uint64_t points = word ^ 0x2E2E2E2E2E2E2E2E;
  return (points - 0x0101010101010101) & ~points & 0x8080808080808080;
}

// Moves the bytes before byte `at` over it and `carry` in front.
[[gnu::always_inline]] inline std::uint64_t close_gap(std::uint64_t word, unsigned at,
                                                      std::uint64_t carry) {
  const std::uint64_t before = (std::uint64_t{1} << (8 * at)) - 1;
  const std::uint64_t kept = word & ~before & ~(std::uint64_t{0xFF} << (8 * at));
  return kept | ((word & before) << 8U) | carry;
}

/// Returns [begin, end), 1 to 16 bytes, times 10^`kScale`: digits, or digits, a point and 1 to
/// `kScale` digits.
template <unsigned kScale>
[[gnu::always_inline]] inline std::int64_t decimal(const char* begin, const char* end,
                                                   std::uint64_t& bad) {
  const auto length = static_cast<std::size_t>(end - begin);
  if (length - 1 >= 16) [[unlikely]] {
    bad = 1;
    return 0;
  }
  std::uint64_t high = kZeros;
  std::uint64_t low = 0;
  unsigned places = 0;
  if (length <= 8) [[likely]] {
    low = last_bytes(end, length);
  } else {
    low = load8(end - 8);
    high = last_bytes(end - 8, length - 8);
  }
  if (const std::uint64_t point = find_point(low); point != 0) {
    const auto at = static_cast<unsigned>(std::countr_zero(point)) / 8;
    places = 7 - at;
    low = close_gap(low, at, high >> 56U);
    high = (high << 8U) | 0x30U;
    bad |= static_cast<std::uint64_t>(places == 0);
  } else if (length > 8) {
    const std::uint64_t early = find_point(high);
    if (early != 0) {
      const auto at = static_cast<unsigned>(std::countr_zero(early)) / 8;
      places = 15 - at;
      high = close_gap(high, at, 0x30);
    }
  }
  const std::size_t whole = length - places - static_cast<std::size_t>(places != 0);
  // Together at most 18 digits: no overflow. A text that starts with its point is not plain.
  if (places > kScale || whole - 1 >= 18 - kScale) [[unlikely]] {
    bad = 1;
    return 0;
  }
  std::uint64_t value = eight_digits(low, bad);
  if (length > 8) value += eight_digits(high, bad) * 100'000'000;
  return static_cast<std::int64_t>(value) * kPowers[kScale - places];
}

/// Up to 15 bytes of text, comparable at once.
struct Words {
  std::uint64_t first{0};
  std::uint64_t second{0};
  friend bool operator==(const Words&, const Words&) = default;
};

/// Returns the first `length` bytes. \pre length <= 15
[[gnu::always_inline]] inline Words first_bytes(const char* text, std::size_t length) {
  Words out{load8(text), load8(text + 8)};
  if (length < 8) {
    out.first &= ~(~std::uint64_t{0} << (8 * length));
    out.second = 0;
  } else {
    out.second &= ~(~std::uint64_t{0} << (8 * (length - 8)));
  }
  return out;
}

}  // namespace offex::formats::swar
