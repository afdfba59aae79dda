#include <algorithm>
#include <bit>
#include <cstring>

#include "formats/short_fast_internal.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "offex/base/check.hpp"

#include "formats/delimiters_internal.hpp"
#include "formats/tape_number_internal.hpp"

namespace offex::formats {
namespace {

using swar::kSupported;
using swar::load8;
using swar::Words;

// A row may be read this far past its end.
constexpr std::size_t kOverread = 16;

// Value of the 1 to 8 digits that end at `end`; sets bits in `bad` when one is no digit. Reads
// eight bytes whatever the length.
[[gnu::always_inline]] inline std::uint64_t digits_before(const char* end, std::size_t length,
                                                          std::uint64_t& bad) {
  return swar::eight_digits(swar::last_bytes(end, length), bad);
}

// Millionths in [begin, end): digits, or digits with exactly six decimals.
[[gnu::always_inline]] inline std::int64_t quantity(const char* begin, const char* end,
                                                    std::uint64_t& bad) {
  auto length = static_cast<std::size_t>(end - begin);
  std::uint64_t fraction = 0;
  if (length >= 8 && end[-7] == '.') {
    fraction = digits_before(end, 6, bad);
    end -= 7;
    length -= 7;
  }
  // Twelve digits before the point stay below the range of 64 bits.
  if (length - 1 >= 12) [[unlikely]] {
    bad = 1;
    return 0;
  }
  std::uint64_t whole = 0;
  if (length <= 8) [[likely]] {
    whole = digits_before(end, length, bad);
  } else {
    whole = digits_before(end - 8, length - 8, bad) * 100'000'000 + digits_before(end, 8, bad);
  }
  return static_cast<std::int64_t>(whole * 1'000'000 + fraction);
}

// Whether all of the first `length` bytes are letters, digits, points or slashes.
[[gnu::always_inline]] inline bool plain_symbol(const char* text, std::size_t length) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
  const __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
                                        _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
  const __m128i others = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('.' - 1)),
                                       _mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1)));
  const auto good = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(letters, others)));
  const std::uint32_t wanted = (1U << length) - 1;
  return (good & wanted) == wanted;
#else
  return std::all_of(text, text + length, [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '.' && c <= '9');
  });
#endif
}

[[gnu::always_inline]] inline std::size_t market_slot(std::uint64_t word) {
  return (word * 0x9E3779B97F4A7C15) >> 58U;
}

}  // namespace

void ShortColumns::reserve(std::size_t rows) {
  symbols.reserve(rows);
  market_masks.reserve(rows);
  short_volumes.reserve(rows);
  exempt_volumes.reserve(rows);
  total_volumes.reserve(rows);
}

void ShortColumns::append(const ShortRow& row) {
  symbols.push_back(row.symbol);
  market_masks.push_back(row.market_mask);
  short_volumes.push_back(row.short_volume);
  exempt_volumes.push_back(row.exempt);
  total_volumes.push_back(row.total);
}

FastShortRows::FastShortRows(const ShortLayout& layout, market::Day day)
    : columns_{layout.columns},
      exempt_first_{layout.exempt && *layout.exempt < layout.short_volume} {
  OFFEX_CHECK(layout.usual_order());
  date_ = load8(day.compact().c_str());
}

void FastShortRows::learn_market(std::string_view text, std::int32_t mask) {
  if (text.empty() || text.size() > 8) return;
  char padded[8] = {};
  std::memcpy(padded, text.data(), text.size());
  const std::uint64_t word = load8(padded);
  markets_.at(market_slot(word)) = {word, static_cast<std::int32_t>(text.size()), mask};
}

[[gnu::always_inline]] inline std::int32_t FastShortRows::market_mask(const char* text,
                                                                      std::size_t length) const {
  const std::uint64_t word = load8(text) & (~std::uint64_t{0} >> (8 * (8 - length)));
  const KnownMarket& known = markets_[market_slot(word)];
  const bool same = known.word == word && known.length == static_cast<std::int32_t>(length);
  return same ? known.mask : 0;
}

template <std::size_t kColumns>
[[gnu::always_inline]] inline bool FastShortRows::parse_row(const char* row,
                                                            const std::uint32_t* ends,
                                                            std::size_t slot, SymbolKey& last) {
  const char* symbol = row + 9;
  const std::size_t symbol_bytes = static_cast<std::size_t>(text_ + ends[1] - symbol);
  // Both lengths first: everything below reads relative to them.
  if (text_ + ends[0] != row + 8 || symbol_bytes - 1 >= ShortRowRules::kMaxSymbolBytes)
    return false;
  bool good = load8(row) == date_;
  for (std::size_t i = 0; i + 1 < kColumns; ++i) good &= text_[ends[i]] == '|';
  good &= text_[ends[kColumns - 1]] == '\n';
  if (!good) return false;

  std::uint64_t bad = 0;
  std::array<std::int64_t, 3> values{};
  for (std::size_t i = 0; i < kColumns - 3; ++i) {
    values[i] = quantity(text_ + ends[i + 1] + 1, text_ + ends[i + 2], bad);
  }
  const std::int64_t total = values[kColumns - 4];
  if constexpr (kColumns == 5) {
    values[1] = 0;
  } else if (exempt_first_) {
    std::swap(values[0], values[1]);
  }
  const char* market = text_ + ends[kColumns - 2] + 1;
  const char* market_end = text_ + ends[kColumns - 1];
  if (market_end[-1] == '\r') --market_end;
  const auto market_bytes = static_cast<std::size_t>(market_end - market);
  if (market_bytes - 1 >= 8) return false;
  const std::int32_t mask = market_mask(market, market_bytes);

  Words words = swar::first_bytes(symbol, symbol_bytes);
  words.second |= static_cast<std::uint64_t>(symbol_bytes) << 56U;
  const SymbolKey key{__builtin_bswap64(words.first), __builtin_bswap64(words.second)};
  const bool ascending = key.high > last.high || (key.high == last.high && key.low > last.low);
  if (bad != 0 || !ascending || mask == 0 || values[1] > values[0] || values[0] > total ||
      !plain_symbol(symbol, symbol_bytes)) {
    return false;
  }
  last = key;
  symbols_[slot] = std::bit_cast<market::Symbol>(words);
  masks_[slot] = mask;
  volumes_[0][slot] = values[0];
  volumes_[1][slot] = values[1];
  volumes_[2][slot] = total;
  return true;
}

template <std::size_t kColumns>
std::size_t FastShortRows::parse_rows(std::size_t& at, SymbolKey last) {
  std::size_t rows = 0;
  std::size_t next = next_;
  std::size_t start = at;
  while (next + kColumns <= num_ends_ && rows < kMaxRows) {
    const std::uint32_t* ends = ends_.data() + next;
    const std::size_t end = std::size_t{ends[kColumns - 1]} + 1;
    if (end + kOverread > readable_) break;
    if (!parse_row<kColumns>(text_ + start, ends, rows, last)) break;
    ++rows;
    next += kColumns;
    start = end;
  }
  next_ = next;
  at = start;
  return rows;
}

void FastShortRows::begin(std::string_view text) {
  text_ = text.data();
  readable_ = text.size();
  next_ = 0;
  num_ends_ = find_delimiters(text_, std::min(kChunk, text.size()), ends_.data());
}

bool FastShortRows::exhausted(std::size_t at) {
  while (next_ < num_ends_ && ends_[next_] < at) ++next_;
  // Every line has at least its line feed; a whole row has all its delimiters.
  return next_ + columns_ > num_ends_;
}

std::size_t FastShortRows::take(std::size_t& at, ShortColumns& out) {
  if constexpr (!kSupported) return 0;
  SymbolKey last;
  if (!out.symbols.empty()) {
    const auto words = std::bit_cast<Words>(out.symbols.back());
    last = {__builtin_bswap64(words.first), __builtin_bswap64(words.second)};
  }
  const std::size_t rows = columns_ == 6 ? parse_rows<6>(at, last) : parse_rows<5>(at, last);
  const auto count = static_cast<std::ptrdiff_t>(rows);
  out.symbols.insert(out.symbols.end(), symbols_.begin(), symbols_.begin() + count);
  out.market_masks.insert(out.market_masks.end(), masks_.begin(), masks_.begin() + count);
  const auto add = [&](std::vector<std::int64_t>& to,
                       const std::array<std::int64_t, kMaxRows>& from) {
    to.insert(to.end(), from.begin(), from.begin() + count);
  };
  add(out.short_volumes, volumes_[0]);
  add(out.exempt_volumes, volumes_[1]);
  add(out.total_volumes, volumes_[2]);
  return rows;
}

}  // namespace offex::formats
