#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "formats/page_skim_internal.hpp"

namespace offex::formats {
namespace {

// The first byte of [at, end) that ends what is looked for, or `end`.
#if defined(__SSE2__)
struct StringEnd {
  // A quote, a backslash, a control character or a byte that is not ASCII.
  static __m128i marks(__m128i bytes) {
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    // As signed numbers, bytes above 0x7F are below all others.
    const __m128i odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    return _mm_or_si128(_mm_or_si128(quote, escape), odd);
  }
  static bool stops(char c) { return c == '"' || c == '\\' || static_cast<signed char>(c) < 0x20; }
};
struct DigitsEnd {
  static __m128i marks(__m128i bytes) {
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i high = _mm_cmpgt_epi8(bytes, _mm_set1_epi8('9'));
    return _mm_or_si128(low, high);
  }
  static bool stops(char c) { return c < '0' || c > '9'; }
};
#else
struct StringEnd {
  static bool stops(char c) { return c == '"' || c == '\\' || static_cast<signed char>(c) < 0x20; }
};
struct DigitsEnd {
  static bool stops(char c) { return c < '0' || c > '9'; }
};
#endif

template <class Stop>
[[gnu::always_inline]] inline const char* find_end(const char* at, const char* end) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(Stop::marks(bytes)));
    if (bits != 0) return at + std::countr_zero(bits);
  }
#endif
  while (at < end && !Stop::stops(*at)) ++at;
  return at;
}

// Every step returns false for what it does not know.
class Skim {
 public:
  Skim(std::string_view json, PageFacts& facts)
      : at_{json.data()}, end_{json.data() + json.size()}, facts_{facts} {}

  bool run() {
    skip_spaces();
    const bool good = next_is('[') ? skim_rows() : skim_root();
    skip_spaces();
    return good && at_ == end_;
  }

 private:
  static constexpr unsigned kMaxDepth = 32;

  [[nodiscard]] bool next_is(char wanted) const { return at_ < end_ && *at_ == wanted; }
  void skip_spaces() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  [[gnu::always_inline]] bool take(char wanted) {
    if (!next_is(wanted)) [[unlikely]] {
      skip_spaces();
      if (!next_is(wanted)) return false;
    }
    ++at_;
    return true;
  }

  bool skim_root() {
    if (!take('{')) return false;
    do {
      std::string_view key;
      if (!read_string(key) || !take(':') || !skim_member(key)) return false;
    } while (take(','));
    return take('}');
  }

  bool skim_member(std::string_view key) {
    skip_spaces();
    if (key == "results" && next_is('[')) {
      return !std::exchange(results_, true) && skim_rows();
    }
    if (key == "next_url") return !std::exchange(next_url_, true) && read_text(facts_.next_url);
    if (key == "status") return !std::exchange(status_, true) && read_text(facts_.status);
    return key != "results" && skim_value(0);
  }

  bool skim_rows() {
    if (!take('[')) return false;
    if (take(']')) return true;
    do {
      if (!skim_value(0)) return false;
      ++facts_.rows;
    } while (take(','));
    return take(']');
  }

  bool read_text(std::string& text) {
    std::string_view found;
    if (!read_string(found)) return false;
    text = found;
    return true;
  }

  // A string without its quotes.
  [[gnu::always_inline]] bool read_string(std::string_view& text) {
    if (!take('"')) return false;
    const char* const begin = at_;
    at_ = find_end<StringEnd>(begin, end_);
    text = {begin, static_cast<std::size_t>(at_ - begin)};
    if (!next_is('"')) return false;
    ++at_;
    return true;
  }

  bool skim_value(unsigned depth) {
    if (at_ < end_ && *at_ <= ' ') skip_spaces();
    if (at_ == end_ || depth == kMaxDepth) return false;
    std::string_view text;
    switch (*at_) {
      case '"':
        return read_string(text);
      case '{':
        return skim_object(depth);
      case '[':
        return skim_list(depth);
      case 't':
        return take_word("true");
      case 'f':
        return take_word("false");
      case 'n':
        return take_word("null");
      default:
        return take_number();
    }
  }

  bool skim_object(unsigned depth) {
    ++at_;
    if (take('}')) return true;
    do {
      std::string_view key;
      if (!read_string(key) || !take(':') || !skim_value(depth + 1)) return false;
    } while (take(','));
    return take('}');
  }

  bool skim_list(unsigned depth) {
    ++at_;
    if (take(']')) return true;
    do {
      if (!skim_value(depth + 1)) return false;
    } while (take(','));
    return take(']');
  }

  bool take_word(std::string_view word) {
    if (!std::string_view{at_, static_cast<std::size_t>(end_ - at_)}.starts_with(word)) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  [[gnu::always_inline]] bool take_digits() {
    const char* const begin = std::exchange(at_, find_end<DigitsEnd>(at_, end_));
    return at_ != begin;
  }

  [[gnu::always_inline]] bool take_number() {
    if (*at_ == '-') ++at_;
    const char* const begin = at_;
    if (!take_digits() || (*begin == '0' && at_ - begin > 1)) return false;
    if (next_is('.')) {
      ++at_;
      if (!take_digits()) return false;
    }
    if (next_is('e') || next_is('E')) {
      ++at_;
      if (next_is('+') || next_is('-')) ++at_;
      return take_digits();
    }
    return true;
  }

  const char* at_;
  const char* end_;
  PageFacts& facts_;
  bool results_{false};
  bool next_url_{false};
  bool status_{false};
};

}  // namespace

bool skim_page(std::string_view json, PageFacts& facts) { return Skim{json, facts}.run(); }

}  // namespace offex::formats
