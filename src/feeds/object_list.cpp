#include <charconv>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "offex/feeds/polygon.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

/// Appends what `name` of "&name;" stands for.
bool append_entity(std::string& out, std::string_view name) {
  if (name == "amp") return out += '&', true;
  if (name == "lt") return out += '<', true;
  if (name == "gt") return out += '>', true;
  if (name == "quot") return out += '"', true;
  if (name == "apos") return out += '\'', true;
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [stop, fault] =
      std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (fault != std::errc{} || stop != name.data() + name.size() || code == 0 || code > 0x10FFFF ||
      surrogate) {
    return false;
  }
  append_utf8(out, code);
  return true;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t mark = text.find('&');
    out += text.substr(0, mark);
    if (mark == std::string_view::npos) break;
    const std::size_t end = text.find(';', mark);
    if (end == std::string_view::npos) return std::nullopt;
    if (!append_entity(out, text.substr(mark + 1, end - mark - 1))) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return out;
}

/// Walks over elements that follow each other.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_{text} {}

  struct Element {
    std::string_view name;
    std::string_view inner;
  };

  /// The next element, skipping text, comments and declarations; nothing at the end.
  Result<std::optional<Element>> next() {
    while (true) {
      at_ = text_.find('<', at_);
      if (at_ == std::string_view::npos) return std::optional<Element>{};
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("<?") || rest.starts_with("<!")) {
        const std::string_view mark = rest.starts_with("<!--") ? "-->" : ">";
        const std::size_t end = rest.find(mark);
        if (end == std::string_view::npos) return damaged("a declaration has no end");
        at_ += end + mark.size();
        continue;
      }
      return element(rest);
    }
  }

  [[nodiscard]] std::unexpected<base::Error> damaged(const std::string& why) const {
    return fail(ErrorCode::Integrity, "list of objects: " + why,
                {.byte = at_ == std::string_view::npos ? text_.size() : at_,
                 .excerpt = base::printable_excerpt(text_.substr(std::min(at_, text_.size())))});
  }

 private:
  Result<std::optional<Element>> element(std::string_view rest) {
    const std::size_t close = rest.find('>');
    if (close == std::string_view::npos) return damaged("a tag has no end");
    const std::string_view tag = rest.substr(1, close - 1);
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
    if (name.empty()) return damaged("an end tag without its beginning");
    if (tag.ends_with('/')) {
      at_ += close + 1;
      return Element{name, {}};
    }
    // No element of such a list lies within one of the same name.
    const std::string ending = fmt::format("</{}>", name);
    const std::size_t end = rest.find(ending, close);
    if (end == std::string_view::npos) return damaged(fmt::format("<{}> has no end", name));
    at_ += end + ending.size();
    return Element{name, rest.substr(close + 1, end - close - 1)};
  }

  std::string_view text_;
  std::size_t at_{0};
};

Result<std::string> text_of(const Walker& walker, const Walker::Element& element) {
  std::optional<std::string> text = unescaped(element.inner);
  if (!text) return walker.damaged(fmt::format("<{}> holds a broken entity", element.name));
  return *std::move(text);
}

Result<ListedObject> read_object(std::string_view inner) {
  Walker walker{inner};
  ListedObject out;
  bool sized = false;
  while (true) {
    OFFEX_ASSIGN(const std::optional<Walker::Element> element, walker.next());
    if (!element) break;
    OFFEX_ASSIGN(std::string text, text_of(walker, *element));
    if (element->name == "Key") {
      out.key = std::move(text);
    } else if (element->name == "ETag") {
      out.etag = std::move(text);
    } else if (element->name == "Size") {
      const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), out.bytes);
      if (fault != std::errc{} || stop != text.data() + text.size())
        return walker.damaged("a size is no number");
      sized = true;
    }
  }
  if (out.key.empty() || !sized) return walker.damaged("an object without key or size");
  return out;
}

}  // namespace

Result<std::vector<ListedObject>> read_object_list(std::string_view xml,
                                                   std::string& continuation) {
  continuation.clear();
  Walker document{xml};
  OFFEX_ASSIGN(const std::optional<Walker::Element> root, document.next());
  if (!root || root->name != "ListBucketResult") {
    return document.damaged("there is no ListBucketResult");
  }
  Walker walker{root->inner};
  std::vector<ListedObject> out;
  bool truncated = false;
  std::string token;
  while (true) {
    OFFEX_ASSIGN(const std::optional<Walker::Element> element, walker.next());
    if (!element) break;
    if (element->name == "Contents") {
      OFFEX_ASSIGN(ListedObject object, read_object(element->inner));
      out.push_back(std::move(object));
    } else if (element->name == "IsTruncated") {
      truncated = element->inner == "true";
    } else if (element->name == "NextContinuationToken") {
      OFFEX_ASSIGN(token, text_of(walker, *element));
    }
  }
  if (truncated && token.empty()) {
    return walker.damaged("it is cut, and does not tell how to go on");
  }
  if (truncated) continuation = std::move(token);
  return out;
}

}  // namespace offex::feeds
