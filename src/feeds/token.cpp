#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "feeds/token_internal.hpp"

namespace offex::feeds {
namespace {

using std::chrono::milliseconds;

/// Walks over JSON text. Every step gives false at what it does not expect.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_{text} {}

  bool take(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  /// A text without escapes but for those of one character: a token has no others.
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

std::optional<milliseconds> read_seconds(std::string_view text) {
  double seconds = 0.0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (fault != std::errc{} || stop != text.data() + text.size() || !std::isfinite(seconds))
    return std::nullopt;
  return milliseconds{std::llround(1e3 * std::clamp(seconds, 0.0, 1e8))};
}

}  // namespace

std::optional<GrantedToken> read_token(std::string_view json) {
  Scanner scanner{json};
  if (!scanner.take('{')) return std::nullopt;
  GrantedToken out;
  std::string name;
  std::string value;
  do {
    value.clear();
    if (!scanner.text(name) || !scanner.take(':') || !scanner.value(value)) return std::nullopt;
    if (name == "access_token") out.value = value;
    if (name == "expires_in") out.lifetime = read_seconds(value).value_or(out.lifetime);
  } while (scanner.take(','));
  if (!scanner.take('}')) return std::nullopt;

  const auto fits = [](char c) { return c > 0x20 && c < 0x7F; };
  if (out.value.empty() || !std::ranges::all_of(out.value, fits)) return std::nullopt;
  return out;
}

milliseconds use_of(milliseconds lifetime) {
  constexpr milliseconds kEarly{60'000};
  // Never nothing: a token that is old at once would be fetched for ever.
  constexpr milliseconds kLeast{250};
  return std::max({kLeast, lifetime / 2 < kEarly ? lifetime / 2 : lifetime - kEarly});
}

}  // namespace offex::feeds
