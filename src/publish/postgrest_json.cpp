#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "offex/base/decimal.hpp"
#include "offex/render/json_text.hpp"

#include "publish/postgrest_json_internal.hpp"

namespace offex::publish {
namespace {

constexpr int kMostLevels = 64;

void append_utf8(std::string& out, unsigned code) {
  const auto push = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0U | (code >> 6U));
    push(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    push(0xE0U | (code >> 12U));
    push(0x80U | ((code >> 6U) & 0x3FU));
    push(0x80U | (code & 0x3FU));
  } else {
    push(0xF0U | (code >> 18U));
    push(0x80U | ((code >> 12U) & 0x3FU));
    push(0x80U | ((code >> 6U) & 0x3FU));
    push(0x80U | (code & 0x3FU));
  }
}

/// Walks over JSON text. Every step gives false at what it does not expect.
class TreeReader {
 public:
  explicit TreeReader(std::string_view text) : text_{text} {}

  bool read(JsonTree& out) {
    if (!value(out, 0)) return false;
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view{" \t\r\n"}.contains(text_[at_])) ++at_;
  }

  bool take(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  bool value(JsonTree& out, int level) {
    skip_blanks();
    if (at_ >= text_.size() || level > kMostLevels) return false;
    switch (text_[at_]) {
      case '{':
        return object(out, level);
      case '[':
        return list(out, level);
      case '"':
        out.kind = JsonTree::Kind::Text;
        return text(out.text);
      default:
        return word(out);
    }
  }

  bool object(JsonTree& out, int level) {
    out.kind = JsonTree::Kind::Object;
    ++at_;
    if (take('}')) return true;
    do {
      auto& [name, below] = out.members.emplace_back(std::string{}, JsonTree{});
      skip_blanks();
      if (!text(name) || !take(':') || !value(below, level + 1)) return false;
    } while (take(','));
    return take('}');
  }

  bool list(JsonTree& out, int level) {
    out.kind = JsonTree::Kind::List;
    ++at_;
    if (take(']')) return true;
    do {
      if (!value(out.items.emplace_back(), level + 1)) return false;
    } while (take(','));
    return take(']');
  }

  bool word(JsonTree& out) {
    const std::size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    out.text = text_.substr(at_, end - at_);
    at_ = end;
    if (out.text == "null" || out.text == "true" || out.text == "false") return true;
    out.kind = JsonTree::Kind::Number;
    double number = 0.0;
    const char* const stop = out.text.data() + out.text.size();
    const auto [read, fault] = std::from_chars(out.text.data(), stop, number);
    const bool starts = out.text.starts_with('-') ||
                        (!out.text.empty() && out.text[0] >= '0' && out.text[0] <= '9');
    return starts && read == stop && fault != std::errc::invalid_argument;
  }

  bool text(std::string& out) {
    if (at_ >= text_.size() || text_[at_] != '"') return false;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c == '\\') {
        if (!escape(out)) return false;
      } else {
        out += c;
      }
    }
    return false;
  }

  bool escape(std::string& out) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    constexpr std::string_view kLetters{"\"\\/bfnrt"};
    constexpr std::string_view kMeanings{"\"\\/\b\f\n\r\t"};
    if (c != 'u') {
      const std::size_t index = kLetters.find(c);
      if (index == std::string_view::npos) return false;
      out += kMeanings[index];
      return true;
    }
    unsigned code = 0;
    if (!hex(code)) return false;
    if (code >= 0xD800 && code < 0xDC00) {
      unsigned low = 0;
      if (!text_.substr(at_).starts_with("\\u")) return false;
      at_ += 2;
      if (!hex(low) || low < 0xDC00 || low > 0xDFFF) return false;
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    }
    append_utf8(out, code);
    return true;
  }

  bool hex(unsigned& out) {
    const std::string_view digits = text_.substr(std::min(at_, text_.size()), 4);
    const auto [stop, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), out, 16);
    at_ += 4;
    return digits.size() == 4 && fault == std::errc{} && stop == digits.data() + digits.size();
  }

  std::string_view text_;
  std::size_t at_{0};
};

std::string canonical_number(const std::string& text) {
  if (const auto whole = base::parse_decimal(text, 0)) return std::to_string(*whole);
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return fmt::format("{}", value);
}

void append_canonical(std::string& out, const JsonTree& tree) {
  switch (tree.kind) {
    case JsonTree::Kind::Word:
      out += tree.text;
      return;
    case JsonTree::Kind::Number:
      out += canonical_number(tree.text);
      return;
    case JsonTree::Kind::Text:
      render::append_json_string(out, tree.text);
      return;
    case JsonTree::Kind::List:
      out.push_back('[');
      for (const JsonTree& item : tree.items) {
        append_canonical(out, item);
        out.push_back(',');
      }
      out.push_back(']');
      return;
    case JsonTree::Kind::Object: {
      std::vector<const std::pair<std::string, JsonTree>*> members;
      members.reserve(tree.members.size());
      for (const auto& member : tree.members) members.push_back(&member);
      std::ranges::stable_sort(members, {}, [](const auto* member) { return member->first; });
      out.push_back('{');
      for (std::size_t i = 0; i < members.size(); ++i) {
        // Of a name that stands twice the last one counts, as in jsonb.
        if (i + 1 < members.size() && members[i]->first == members[i + 1]->first) continue;
        render::append_json_string(out, members[i]->first);
        out.push_back(':');
        append_canonical(out, members[i]->second);
        out.push_back(',');
      }
      out.push_back('}');
      return;
    }
  }
}

}  // namespace

const JsonTree* JsonTree::find(std::string_view name) const {
  const auto at = std::ranges::find(members, name, &std::pair<std::string, JsonTree>::first);
  return at == members.end() ? nullptr : &at->second;
}

std::optional<JsonTree> read_json_tree(std::string_view text) {
  JsonTree out;
  if (!TreeReader{text}.read(out)) return std::nullopt;
  return out;
}

bool same_json(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto left = read_json_tree(a);
  const auto right = read_json_tree(b);
  if (!left || !right) return false;
  std::string first;
  std::string second;
  append_canonical(first, *left);
  append_canonical(second, *right);
  return first == second;
}

}  // namespace offex::publish
