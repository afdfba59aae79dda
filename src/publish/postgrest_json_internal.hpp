#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offex::publish {

/// A JSON value with everything below it.
struct JsonTree {
  enum class Kind : std::uint8_t { Word, Number, Text, List, Object };

  Kind kind{Kind::Word};
  std::string text{};  ///< a text without its escapes; a number or true, false, null as written
  std::vector<JsonTree> items{};
  std::vector<std::pair<std::string, JsonTree>> members{};

  /// Returns the member of that name, or nullptr.
  [[nodiscard]] const JsonTree* find(std::string_view name) const;
};

/// Reads one value; nothing when the text is no JSON or is nested more than 64 deep.
[[nodiscard]] std::optional<JsonTree> read_json_tree(std::string_view text);

/// Returns whether two JSON texts say the same: blanks, escapes, the order of members and the
/// spelling of numbers do not count, because a jsonb column keeps none of them.
[[nodiscard]] bool same_json(std::string_view a, std::string_view b);

}  // namespace offex::publish
