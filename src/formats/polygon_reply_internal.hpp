#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"

#include "formats/json_body_internal.hpp"

namespace offex::formats {

/// What a reply of Polygon holds that can be kept as rows.
enum class PolygonKind : std::uint8_t {
  Grouped,     ///< bars of the whole market on one day
  Aggregates,  ///< daily bars of one ticker
  Exchanges,
  Conditions,
  Tickers,  ///< pages of tickers, or the details of one
  Splits,
};

/// One member of a reply's root, copied.
struct ReplyValue {
  JsonKind kind{JsonKind::Missing};
  std::string text;
  const char* at{nullptr};  ///< nullptr: the key is not there

  [[nodiscard]] bool seen() const { return at != nullptr; }
};

/// The root of a reply and what its first result looks like. Rows are told apart by their keys
/// because a reply does not name its address, and its members come in any order.
struct PolygonReply {
  ReplyValue status, message, error, error_message;
  ReplyValue adjusted, query_count, results_count, count;
  ReplyValue ticker, next_url, results;
  ReplyValue tickers, symbol, from, server_time, fields;
  std::vector<std::string> row_keys;  ///< of the first result
  std::string first_time;             ///< `t` of the first result, as written

  [[nodiscard]] bool has_row_key(std::string_view key) const;
};

/// Reads the root of an opened body to its end and refuses what is no JSON, a key that stands
/// twice, and a reply that reports an error.
[[nodiscard]] Result<PolygonReply> read_reply(JsonBody& body);

/// Returns what the reply holds, or an UnknownLayout error that says what it looks like.
[[nodiscard]] Result<PolygonKind> kind_of(const JsonBody& body, const PolygonReply& reply);

}  // namespace offex::formats
