#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "formats/tape_page_walk_internal.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "offex/market/trade_rules.hpp"

#include "formats/tape_number_internal.hpp"
#include "formats/tape_rules_internal.hpp"

namespace offex::formats {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The first of some bytes from `at` on. Texts end with white space that may be read.
#if defined(__SSE2__)
struct ValueEnd {
  // A comma, a closing bracket, a quote or anything up to a space.
  static __m128i marks(__m128i bytes) {
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(' ')), bytes);
    const __m128i comma = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(','));
    // '}' and ']' differ in one bit.
    const __m128i closed =
        _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('}'));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    return _mm_or_si128(_mm_or_si128(low, comma), _mm_or_si128(closed, quote));
  }
};
struct StringEnd {
  // A quote, a backslash, a control character or a byte that is not ASCII.
  static __m128i marks(__m128i bytes) {
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    // As signed numbers, bytes above 0x7F are below all others.
    const __m128i odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    return _mm_or_si128(_mm_or_si128(quote, escape), odd);
  }
};
template <class Stop>
[[gnu::always_inline]] inline const char* find_end(const char* at) {
  while (true) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(Stop::marks(bytes)));
    if (bits != 0) return at + std::countr_zero(bits);
    at += 16;
  }
}
#else
struct ValueEnd {
  static bool stops(unsigned char c) {
    return c <= ' ' || c == ',' || c == '}' || c == ']' || c == '"';
  }
};
struct StringEnd {
  static bool stops(unsigned char c) { return c < 0x20 || c > 0x7F || c == '"' || c == '\\'; }
};
template <class Stop>
inline const char* find_end(const char* at) {
  while (!Stop::stops(static_cast<unsigned char>(*at))) ++at;
  return at;
}
#endif

[[gnu::always_inline]] inline bool same_key(const char* text, std::string_view key) {
  const std::size_t size = key.size();
  if (size < 8 || size > 24) return std::memcmp(text, key.data(), size) == 0;
  const std::size_t middle = size < 16 ? 0 : 8;
  return swar::load8(text) == swar::load8(key.data()) &&
         swar::load8(text + middle) == swar::load8(key.data() + middle) &&
         swar::load8(text + size - 8) == swar::load8(key.data() + size - 8);
}

// Whether a value that is not used is a plain number: what else there is the parser must judge.
[[gnu::always_inline]] inline bool is_plain_number(std::string_view token) {
  std::uint64_t bad = 0;
  const char* const end = token.data() + token.size();
  if (token.size() <= 16) {
    if (token.empty()) return false;
    static_cast<void>(swar::number(token.data(), end, bad));
  } else {
    static_cast<void>(swar::nanoseconds(token.data(), end, bad));
  }
  return bad == 0;
}

bool is_word(std::string_view token) {
  return token == "true" || token == "false" || token == "null";
}

// Every step returns false for what it does not know.
template <class Page>
class Walk {
 public:
  Walk(std::string_view text, typename Page::Block& page, PageRoot& root)
      : at_{text.data()}, end_{text.data() + text.size()}, page_{page}, root_{root} {}

  bool run() {
    if (!take('{')) return false;
    do {
      if (!read_member()) return false;
    } while (take(','));
    if (!take('}')) return false;
    skip_spaces();
    return at_ == end_;
  }

 private:
  static constexpr std::size_t kIgnored = 100;
  static constexpr std::size_t kConditions = 101;

  /// A key of the result before, with its quotes and colon, and what it stands for.
  struct Known {
    std::string_view text;
    std::size_t field{kIgnored};
  };

  [[gnu::always_inline]] void skip_spaces() {
    while (at_ < end_ && is_space(*at_)) ++at_;
  }
  [[gnu::always_inline]] bool take(char wanted) {
    if (*at_ != wanted) [[unlikely]] {
      skip_spaces();
      if (at_ == end_ || *at_ != wanted) return false;
    }
    ++at_;
    return true;
  }

  // A string without its quotes.
  bool read_string(std::string_view& out) {
    if (!take('"')) return false;
    const char* const begin = at_;
    at_ = find_end<StringEnd>(begin);
    if (at_ >= end_ || *at_ != '"') return false;
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    ++at_;
    return true;
  }

  bool read_member() {
    std::string_view key;
    if (!read_string(key) || !take(':')) return false;
    skip_spaces();
    if (key == "results") return !std::exchange(root_.results, true) && read_results();
    const char* const begin = at_;
    std::string_view text;
    if (at_ < end_ && *at_ == '"') {
      if (!read_string(text)) return false;
    } else {
      at_ = find_end<ValueEnd>(at_);
      text = {begin, static_cast<std::size_t>(at_ - begin)};
      if (!is_word(text) && !is_plain_number(text)) return false;
    }
    root_.members.push_back({key, {begin, static_cast<std::size_t>(at_ - begin)}});
    return at_ <= end_;
  }

  bool read_results() {
    if (!take('[')) return false;
    if (take(']')) return true;
    do {
      if (!read_result()) return false;
    } while (take(','));
    return take(']');
  }

  bool read_result() {
    if (!take('{')) return false;
    PageRow row;
    std::size_t position = 0;
    do {
      const Known* const known = read_key(position);
      if (known == nullptr || !read_value(known->field, row)) return false;
      ++position;
    } while (take(','));
    if (!take('}')) return false;
    PageCells cells{row, Page::keys()};
    Page::store(cells, row, page_);
    return !cells.fault();
  }

  [[gnu::always_inline]] const Known* read_key(std::size_t position) {
    if (position >= known_.size()) return nullptr;
    Known& known = known_[position];
    if (*at_ != '"') skip_spaces();
    if (!known.text.empty() && same_key(at_, known.text)) [[likely]] {
      at_ += known.text.size();
      return &known;
    }
    return learn_key(known) ? &known : nullptr;
  }

  bool learn_key(Known& known) {
    const char* const begin = at_;
    std::string_view key;
    if (!read_string(key) || !take(':')) return false;
    known = {.text = {begin, static_cast<std::size_t>(at_ - begin)}, .field = kIgnored};
    const auto keys = Page::keys();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == key) known.field = i;
    }
    if (key == "conditions") known.field = kConditions;
    return true;
  }

  [[gnu::always_inline]] bool read_value(std::size_t field, PageRow& row) {
    if (is_space(*at_)) skip_spaces();
    if (*at_ == '[') return read_list(field, row);
    std::string_view token;
    if (*at_ == '"') {
      if (!read_string(token)) return false;
      return field == kIgnored || keep(field, token, row);
    }
    const char* const begin = at_;
    at_ = find_end<ValueEnd>(begin);
    if (at_ >= end_) return false;
    token = {begin, static_cast<std::size_t>(at_ - begin)};
    if (field == kIgnored) return is_plain_number(token) || is_word(token);
    return !token.empty() && !is_word(token) && keep(field, token, row);
  }

  [[gnu::always_inline]] bool keep(std::size_t field, std::string_view token, PageRow& row) {
    if (field >= row.cells.size() || row.cells[field].data() != nullptr) return false;
    row.cells[field] = token;
    return true;
  }

  // Numbers of one to three digits.
  bool read_list(std::size_t field, PageRow& row) {
    if (field != kConditions && field != kIgnored) return false;
    if (!take('[')) return false;
    if (take(']')) return true;
    std::uint64_t bits = 0;
    do {
      skip_spaces();
      const char* const begin = at_;
      std::int64_t value = 0;
      for (; *at_ >= '0' && *at_ <= '9' && at_ - begin < 4; ++at_) {
        value = value * 10 + (*at_ - '0');
      }
      if (at_ == begin || at_ - begin == 4) return false;
      bits |= market::condition_bit(value);
    } while (take(','));
    if (field == kConditions) row.conditions |= bits;
    return take(']');
  }

  const char* at_;
  const char* end_;
  typename Page::Block& page_;
  PageRoot& root_;
  std::array<Known, 24> known_{};
};

}  // namespace

template <class Page>
bool walk_page(std::string_view text, typename Page::Block& page, PageRoot& root) {
  if constexpr (!swar::kSupported) return false;
  return Walk<Page>{text, page, root}.run();
}

template bool walk_page<TradePage>(std::string_view, TradePage::Block&, PageRoot&);
template bool walk_page<QuotePage>(std::string_view, QuotePage::Block&, PageRoot&);
template bool walk_page<MinutePage>(std::string_view, MinutePage::Block&, PageRoot&);

}  // namespace offex::formats
