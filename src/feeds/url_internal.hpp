#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/feeds/upstream.hpp"

namespace offex::feeds {

/// Parts of an absolute http(s) address.
struct Address {
  std::string scheme;  ///< "https" or "http"
  std::string host;    ///< lower case; an IPv6 one in brackets
  std::string port;    ///< spelt out, also when it is the scheme's own
  std::string path;    ///< begins with a slash, or is empty
  std::string query;   ///< without the question mark
};

/// Splits an address; nothing when it is no http(s) address, holds a user name, or bytes that do
/// not belong into one. A fragment is dropped.
[[nodiscard]] std::optional<Address> split_address(std::string_view url);
/// Returns "https://host", with a port that is not the scheme's own.
[[nodiscard]] std::string origin_of(const Address& address);
[[nodiscard]] std::string join_address(const Address& address);
/// Returns whether scheme, host and port are equal.
[[nodiscard]] bool same_origin(const Address& a, const Address& b);
/// Returns whether the host is this machine.
[[nodiscard]] bool is_loopback(const Address& address);

/// Returns `text` with all but letters, digits and `-._~` as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Returns "?a=1&b=2", sorted by name and encoded as a signature wants it; empty without pairs.
[[nodiscard]] std::string query_string(std::vector<std::pair<std::string, std::string>> pairs);

/// Returns the base address of an upstream.
[[nodiscard]] const std::string& endpoint_of(const Endpoints& endpoints, Upstream upstream);

/// Returns the address that a token is asked for at: the endpoint, with the grant that we want
/// unless its query names one.
[[nodiscard]] std::string token_question(const Endpoints& endpoints);

/// Returns `text` without the values of key parameters (`apiKey=`) and without any of the secrets.
[[nodiscard]] std::string redact(std::string text, const Credentials& secrets,
                                 std::string_view token = {});

/// Returns whether two texts are equal but for the case of ASCII letters.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace offex::feeds
