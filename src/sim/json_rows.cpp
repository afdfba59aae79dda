#include <algorithm>
#include <cstddef>

#include "sim/json_internal.hpp"
#include "sim/json_rows_internal.hpp"

namespace offex::sim {
namespace {

/// Returns the position behind a value that is no object and no array.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '"') {
    return std::min(text.find_first_of(",}", at), text.size());
  }
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

}  // namespace

void split_flat_object(std::string_view object, std::vector<FlatMember>& out) {
  out.clear();
  std::size_t at = object.find('"');
  while (at < object.size()) {
    const std::size_t key_end = end_of_value(object, at);
    const std::size_t from = std::min(key_end + 1, object.size());  // behind the colon
    const std::size_t to = end_of_value(object, from);
    out.push_back({object.substr(at + 1, key_end - at - 2), object.substr(from, to - from)});
    at = object.find('"', to);
  }
}

std::vector<std::string_view> split_flat_array(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while ((at = text.find('{', at)) != std::string_view::npos) {
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != '}') {
      end = text[end] == '"' ? end_of_value(text, end) : end + 1;
    }
    out.push_back(text.substr(at, end + 1 - at));
    at = std::min(end + 1, text.size());
  }
  return out;
}

std::string plain_value(std::string_view raw) {
  if (raw == "null") return {};
  if (!raw.starts_with('"')) return std::string{raw};
  if (!raw.contains('\\')) return std::string{raw.substr(1, raw.size() - 2)};
  const auto parsed = parse_json(raw);
  return parsed ? parsed->text : std::string{raw};
}

}  // namespace offex::sim
