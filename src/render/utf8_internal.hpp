#pragma once

#include <cstddef>
#include <string_view>

namespace offex::render {

/// One decoded character: its code point and how many bytes it took.
struct Utf8Char {
  char32_t code{0};
  std::size_t bytes{1};
  bool valid{true};
};

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Decodes the character at `at`. Overlong forms, surrogates and cut sequences are invalid and
/// take one byte. \pre at < text.size()
[[nodiscard]] Utf8Char decode_utf8(std::string_view text, std::size_t at);

/// Whether XML has the character, which it has not of two codes that Unicode calls none.
[[nodiscard]] constexpr bool is_character(const Utf8Char& next) {
  return next.valid && next.code != 0xFFFE && next.code != 0xFFFF;
}

}  // namespace offex::render
