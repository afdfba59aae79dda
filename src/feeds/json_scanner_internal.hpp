#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace offex::feeds {

/// Walks over JSON text, as far as small replies need it. Every step gives false at what it does
/// not expect.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_{text} {}

  bool take(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  /// A text; escapes are taken for the character behind the backslash, which is enough for tokens
  /// and for words to people.
  bool text(std::string& out) {
    out.clear();
    if (!take('"')) return false;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
      if (at_ >= text_.size()) return false;
      out += text_[at_];
    }
    return take('"');
  }

  /// A number, true, false or null, as it is written.
  bool word(std::string& out) {
    skip_blanks();
    const std::size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    out = text_.substr(at_, end - at_);
    at_ = end;
    return !out.empty();
  }

  /// A value of any kind; texts and words are kept in `out`.
  bool value(std::string& out) {
    skip_blanks();
    if (at_ >= text_.size()) return false;
    if (text_[at_] == '"') return text(out);
    if (text_[at_] == '{' || text_[at_] == '[') return skip_nested();
    return word(out);
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view{" \t\r\n"}.contains(text_[at_])) ++at_;
  }

  bool skip_nested() {
    int depth = 0;
    std::string ignored;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!text(ignored)) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_{0};
};

}  // namespace offex::feeds
