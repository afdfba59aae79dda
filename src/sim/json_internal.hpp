#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/base/result.hpp"

// What the simulated server needs of JSON: it reads what clients send and rows of its own files.
namespace offex::sim {

enum class JsonType : std::uint8_t { Null, Bool, Number, String, Array, Object };

/// A JSON value with everything below it.
struct Json {
  JsonType type{JsonType::Null};
  bool truth{false};
  std::string text{};  ///< a string without its escapes, or a number as it was written
  std::vector<Json> items{};
  std::vector<std::pair<std::string, Json>> members{};  ///< in the order of the text

  [[nodiscard]] bool is(JsonType wanted) const { return type == wanted; }
  /// Returns the member of that name, or nullptr.
  [[nodiscard]] const Json* find(std::string_view key) const;
  /// Returns a whole number, also one that is written as a string.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
};

/// Reads one value by RFC 8259. Anything behind it, a key that stands twice in an object and more
/// than 64 levels are refused with the byte.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

/// Appends a value as compact JSON.
void append_json(std::string& out, const Json& value);
/// Appends a string with quotes and escapes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace offex::sim
