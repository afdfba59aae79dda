#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sim/json_internal.hpp"

namespace offex::sim {
namespace {

constexpr int kDeepest = 64;

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | point >> 6U);
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0U | point >> 12U);
    put(0x80U | (point >> 6U & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | point >> 18U);
    put(0x80U | (point >> 12U & 0x3FU));
    put(0x80U | (point >> 6U & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_{text} {}

  Result<Json> run() {
    Json out;
    OFFEX_TRY(value(out, 0));
    skip_space();
    if (at_ < text_.size()) return wrong("text behind the value");
    return out;
  }

 private:
  [[nodiscard]] std::unexpected<base::Error> wrong(std::string_view why) const {
    return fail(base::ErrorCode::InvalidArgument, fmt::format("byte {}: {}", at_, why));
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool eat(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view{" \t\r\n"}.contains(text_[at_])) ++at_;
  }

  Result<void> value(Json& out, int depth) {
    if (depth > kDeepest) return wrong("too many levels");
    skip_space();
    switch (peek()) {
      case '{':
        return object(out, depth);
      case '[':
        return array(out, depth);
      case '"':
        out.type = JsonType::String;
        return string(out.text);
      case 't':
        return word("true", out, JsonType::Bool);
      case 'f':
        return word("false", out, JsonType::Bool);
      case 'n':
        return word("null", out, JsonType::Null);
      default:
        return number(out);
    }
  }

  Result<void> word(std::string_view wanted, Json& out, JsonType type) {
    if (!text_.substr(at_).starts_with(wanted)) return wrong("no value");
    at_ += wanted.size();
    out.type = type;
    out.truth = wanted == "true";
    return {};
  }

  Result<void> digits() {
    if (!is_digit(peek())) return wrong("a digit is missing");
    while (is_digit(peek())) ++at_;
    return {};
  }

  Result<void> number(Json& out) {
    const std::size_t start = at_;
    if (!is_digit(peek()) && peek() != '-') return wrong("no value");
    eat('-');
    if (!eat('0')) OFFEX_TRY(digits());
    if (eat('.')) OFFEX_TRY(digits());
    if (eat('e') || eat('E')) {
      if (!eat('+')) eat('-');
      OFFEX_TRY(digits());
    }
    out.type = JsonType::Number;
    out.text = text_.substr(start, at_ - start);
    return {};
  }

  Result<std::uint32_t> hex4() {
    std::uint32_t out = 0;
    const std::string_view four = text_.substr(std::min(at_, text_.size()), 4);
    const auto [end, code] = std::from_chars(four.data(), four.data() + four.size(), out, 16);
    if (four.size() < 4 || code != std::errc{} || end != four.data() + 4) {
      return wrong("no four hexadecimal digits");
    }
    at_ += 4;
    return out;
  }

  Result<void> code_point(std::string& out) {
    OFFEX_ASSIGN(std::uint32_t point, hex4());
    if (point >= 0xD800 && point < 0xDC00) {
      if (!eat('\\') || !eat('u')) return wrong("half a surrogate pair");
      OFFEX_ASSIGN(const std::uint32_t low, hex4());
      if (low < 0xDC00 || low > 0xDFFF) return wrong("half a surrogate pair");
      point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
    } else if (point >= 0xDC00 && point <= 0xDFFF) {
      return wrong("half a surrogate pair");
    }
    append_utf8(out, point);
    return {};
  }

  Result<void> escape(std::string& out) {
    constexpr std::string_view kNames{"\"\\/bfnrt"};
    constexpr std::string_view kBytes{"\"\\/\b\f\n\r\t"};
    if (eat('u')) return code_point(out);
    const std::size_t which = at_ < text_.size() ? kNames.find(text_[at_]) : std::string_view::npos;
    if (which == std::string_view::npos) return wrong("unknown escape");
    out.push_back(kBytes[which]);
    ++at_;
    return {};
  }

  Result<void> string(std::string& out) {
    if (!eat('"')) return wrong("a string is missing");
    while (at_ < text_.size()) {
      const char byte = text_[at_];
      if (static_cast<unsigned char>(byte) < 0x20) return wrong("control character in a string");
      ++at_;
      if (byte == '"') return {};
      if (byte == '\\') {
        OFFEX_TRY(escape(out));
      } else {
        out.push_back(byte);
      }
    }
    return wrong("a string does not end");
  }

  Result<void> array(Json& out, int depth) {
    out.type = JsonType::Array;
    ++at_;
    skip_space();
    if (eat(']')) return {};
    while (true) {
      OFFEX_TRY(value(out.items.emplace_back(), depth + 1));
      skip_space();
      if (eat(']')) return {};
      if (!eat(',')) return wrong("a comma or ] is missing");
    }
  }

  Result<void> object(Json& out, int depth) {
    out.type = JsonType::Object;
    ++at_;
    skip_space();
    if (eat('}')) return {};
    while (true) {
      skip_space();
      std::string key;
      OFFEX_TRY(string(key));
      if (out.find(key) != nullptr) return wrong("the key `" + key + "` stands twice");
      skip_space();
      if (!eat(':')) return wrong("a colon is missing");
      auto& member = out.members.emplace_back(std::move(key), Json{});
      OFFEX_TRY(value(member.second, depth + 1));
      skip_space();
      if (eat('}')) return {};
      if (!eat(',')) return wrong("a comma or } is missing");
    }
  }

  std::string_view text_;
  std::size_t at_{0};
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  const auto found = std::ranges::find(
      members, key, [](const auto& member) { return std::string_view{member.first}; });
  return found == members.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> Json::integer() const {
  if (type != JsonType::Number && type != JsonType::String) return std::nullopt;
  std::int64_t out = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, out);
  if (code != std::errc{} || stop != end) return std::nullopt;
  return out;
}

Result<Json> parse_json(std::string_view text) { return Parser{text}.run(); }

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      out.push_back('\\');
      out.push_back(byte);
    } else if (static_cast<unsigned char>(byte) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    } else {
      out.push_back(byte);
    }
  }
  out.push_back('"');
}

void append_json(std::string& out, const Json& value) {
  switch (value.type) {
    case JsonType::Null:
      out += "null";
      return;
    case JsonType::Bool:
      out += value.truth ? "true" : "false";
      return;
    case JsonType::Number:
      out += value.text;
      return;
    case JsonType::String:
      append_json_string(out, value.text);
      return;
    case JsonType::Array:
      out.push_back('[');
      for (const Json& item : value.items) {
        if (&item != value.items.data()) out.push_back(',');
        append_json(out, item);
      }
      out.push_back(']');
      return;
    case JsonType::Object:
      out.push_back('{');
      for (const auto& member : value.members) {
        if (&member != value.members.data()) out.push_back(',');
        append_json_string(out, member.first);
        out.push_back(':');
        append_json(out, member.second);
      }
      out.push_back('}');
      return;
  }
}

}  // namespace offex::sim
