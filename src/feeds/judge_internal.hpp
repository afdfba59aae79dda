#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "offex/base/error.hpp"
#include "offex/feeds/request.hpp"

namespace offex::feeds {

/// What came over the wire for one attempt.
struct Received {
  int status{0};
  std::string body;  ///< the front of it where the status is none of success
  std::string content_type;
  std::string content_range;
  std::string etag;
  std::string last_modified;
  std::string location;
  std::string retry_after;
  std::optional<std::int64_t> record_total{};
  std::optional<std::int64_t> record_offset{};
  std::optional<std::uint64_t> content_length{};
  std::uint64_t bytes{0};
  double seconds{0.0};
  bool in_file{false};  ///< the body went to `Request::file`
};

enum class Step : std::uint8_t {
  Use,
  Again,  ///< if there are attempts left
  Renew,  ///< again with another token, once
  Fail,
};

struct Verdict {
  Step step{Step::Fail};
  ReplyKind kind{ReplyKind::Body};                  ///< of Use
  base::ErrorCode code{base::ErrorCode::Upstream};  ///< of Fail, and of Again at the end
  std::string why{};                                ///< for people
  bool throttled{false};                            ///< the whole upstream has to wait
};

/// Says what to do with a reply. Pure. \param with_token whether a FIP token was sent
[[nodiscard]] Verdict judge(const Request& request, const Received& received, bool with_token);

/// Likewise, for a reply of PostgREST.
[[nodiscard]] Verdict judge_postgrest(const Request& request, const Received& received);

/// The Content-Range of PostgREST: "0-999/12000", "0-999/*" or "*/0".
struct RowRange {
  std::optional<std::int64_t> first{};
  std::optional<std::int64_t> total{};
};
[[nodiscard]] RowRange read_row_range(std::string_view text);

/// Likewise, for a reply of the token server.
[[nodiscard]] Verdict judge_token(const Received& received);

/// Returns whether a body looks like a web page.
[[nodiscard]] bool is_web_page(std::string_view body);

/// Reads one header line into `out`; a status line starts anew.
void read_header(std::string_view line, Received& out);

}  // namespace offex::feeds
