#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/market/instant.hpp"

// HTTP/1.1 as far as the simulated server needs it.
namespace offex::sim {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Bytes = std::shared_ptr<const std::string>;

struct HttpRequest {
  std::string method{};
  std::string target{};  ///< as sent
  std::string path{};    ///< without the query, decoded
  Pairs query{};         ///< decoded, in order
  Pairs headers{};       ///< names in lower case
  std::string body{};

  /// Returns the value of a header, empty when it is not there. \param name in lower case
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] bool has_header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> param(std::string_view name) const;
  /// Returns the value behind "Bearer " in Authorization, or nothing.
  [[nodiscard]] std::string_view bearer() const;
};

struct HttpReply {
  int status{200};
  Pairs headers{};
  Bytes body{};              ///< null: none
  std::size_t body_from{0};  ///< the part that is sent
  std::size_t body_size{0};

  [[nodiscard]] std::string_view bytes() const {
    return body ? std::string_view{*body}.substr(body_from, body_size) : std::string_view{};
  }
  HttpReply& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  void set_body(Bytes bytes) {
    body = std::move(bytes);
    body_from = 0;
    body_size = body ? body->size() : 0;
  }
};

[[nodiscard]] HttpReply plain_reply(int status, std::string type, std::string body);
[[nodiscard]] HttpReply json_reply(int status, std::string body);

/// Reads the head of a request: request line and headers, without the empty line.
[[nodiscard]] std::optional<HttpRequest> parse_request_head(std::string_view head);
/// Returns status line and headers, the empty line included. \param length of the body that the
/// header names
[[nodiscard]] std::string reply_head(const HttpReply& reply, std::size_t length, bool closes);

[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_space);
/// Encodes everything but letters, digits and `-._~`.
[[nodiscard]] std::string percent_encode(std::string_view text, bool keep_slash);
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split_text(std::string_view text, char separator);
[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// Returns "Fri, 17 Apr 2026 22:00:00 GMT".
[[nodiscard]] std::string http_date(market::Instant instant);
[[nodiscard]] std::optional<market::Instant> parse_http_date(std::string_view text);

/// Adds ETag and Last-Modified, and turns a reply to a conditional request into a 304.
void apply_validators(const HttpRequest& request, const std::string& etag, market::Instant modified,
                      HttpReply& reply);

}  // namespace offex::sim
