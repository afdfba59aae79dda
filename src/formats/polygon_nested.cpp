#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "formats/polygon_nested_internal.hpp"

namespace offex::formats {
namespace {

Result<std::string> read_text(JsonBody& body, JsonBody::Value& value, std::string_view key) {
  OFFEX_ASSIGN(const JsonCell cell, body.read_cell(value, key));
  if (cell.kind != JsonKind::Text) return body.refuse(cell.at, key, "not a text");
  return std::string{cell.text};
}

}  // namespace

NestedRow::NestedRow(std::span<const std::string_view> keys, std::span<const std::uint8_t> joined)
    : keys_(keys.begin(), keys.end()), joined_(joined.begin(), joined.end()), texts_(keys.size()) {}

Result<const char*> NestedRow::read(JsonBody& body, JsonBody::Value row,
                                    std::span<JsonCell> cells) {
  const char* start = JsonBody::start_of(row);
  std::ranges::fill(cells, JsonCell{});
  OFFEX_TRY(read_object(body, row, {}, cells));
  return start;
}

Result<void> NestedRow::read_object(JsonBody& body, JsonBody::Value& object,
                                    const std::string& prefix, std::span<JsonCell> cells) {
  return body.each_member(object, "results",
                          [&](std::string_view key, JsonBody::Value& value) -> Result<void> {
                            const std::string path = prefix + std::string{key};
                            OFFEX_ASSIGN(const JsonCell cell, body.read_cell(value, key));
                            const auto found = std::ranges::find(keys_, path);
                            const bool nested = cell.kind == JsonKind::Nested;
                            if (found == keys_.end()) {
                              if (!nested || cell.text[0] == '[' || !leads_to_a_key(path))
                                return {};
                              return read_object(body, value, path + ".", cells);
                            }
                            const auto slot = static_cast<std::size_t>(found - keys_.begin());
                            if (cells[slot].at != nullptr)
                              return body.refuse(cell.at, path, "this key stands twice");
                            cells[slot] = cell;
                            if (!nested || joined_[slot] == 0) return {};
                            return read_joined(body, value, path, slot, cells[slot]);
                          });
}

Result<void> NestedRow::read_joined(JsonBody& body, JsonBody::Value& value, std::string_view key,
                                    std::size_t slot, JsonCell& cell) {
  std::vector<std::string> parts;
  const bool list = cell.text[0] == '[';
  if (list) {
    OFFEX_TRY(body.each_element(value, key, [&](JsonBody::Value& element) -> Result<void> {
      OFFEX_ASSIGN(std::string text, read_text(body, element, key));
      parts.push_back(std::move(text));
      return {};
    }));
  } else {
    OFFEX_TRY(body.each_member(value, key,
                               [&](std::string_view name, JsonBody::Value& member) -> Result<void> {
                                 std::string part = fmt::format("{}:", name);
                                 OFFEX_ASSIGN(const std::string text, read_text(body, member, key));
                                 parts.push_back(part + text);
                                 return {};
                               }));
    std::ranges::sort(parts);
  }
  texts_[slot] = fmt::format("{}", fmt::join(parts, list ? " " : ","));
  cell.kind = JsonKind::Text;
  cell.text = texts_[slot];
  return {};
}

bool NestedRow::leads_to_a_key(std::string_view path) const {
  return std::ranges::any_of(keys_, [path](std::string_view key) {
    return key.size() > path.size() && key.starts_with(path) && key[path.size()] == '.';
  });
}

}  // namespace offex::formats
