#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace offex::feeds {

/// A token of FIP as it was given.
struct GrantedToken {
  std::string value;
  std::chrono::milliseconds lifetime{std::chrono::minutes{30}};  ///< where nothing is said
};

/// Reads `access_token` and `expires_in` (a number, or a text with one) of the top level; nothing
/// when the text is no JSON object or has no usable token.
[[nodiscard]] std::optional<GrantedToken> read_token(std::string_view json);

/// Returns how long a token is used: a minute less than it lives, or half of a short life.
[[nodiscard]] std::chrono::milliseconds use_of(std::chrono::milliseconds lifetime);

}  // namespace offex::feeds
