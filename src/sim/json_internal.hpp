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

/// A member of an object whose values are no objects or arrays. `raw` is the value as it stands.
struct FlatMember {
  std::string_view key;
  std::string_view raw;
};
/// Splits an object of the simulator's own files. Keys have no escapes there.
void split_flat_object(std::string_view object, std::vector<FlatMember>& out);
/// Returns the objects of an array of such objects.
[[nodiscard]] std::vector<std::string_view> split_flat_array(std::string_view text);
/// Returns what a raw value says: a string without quotes and escapes, a number as written, nothing
/// for null.
[[nodiscard]] std::string plain_value(std::string_view raw);

}  // namespace offex::sim
