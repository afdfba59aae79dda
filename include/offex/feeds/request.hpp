#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/feeds/upstream.hpp"
#include "offex/market/instant.hpp"

namespace offex::feeds {

enum class Method : std::uint8_t { Get, Post };

/// Who the request says that it is. The client adds the secret when the request leaves, so that a
/// request can be logged, and stored as provenance, as it is.
enum class Identity : std::uint8_t {
  Nobody,
  FinraToken,   ///< bearer token of FIP; none where there are no credentials
  PolygonKey,   ///< bearer key
  FlatFileKey,  ///< AWS signature, version 4
  /// `apikey`, and a bearer key besides, but for a key that begins with `sb_`, which is no token.
  PostgrestKey,
};

/// One request. Made by the functions of finra.hpp, polygon.hpp, reference.hpp and
/// postgrest.hpp.
struct Request {
  Upstream upstream{};
  Identity identity{Identity::Nobody};
  Method method{Method::Get};
  std::string url;  ///< holds no secret
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string what;  ///< for people: "CNMS of 2026-04-17"
  /// Where a large body goes instead of the memory. A part that an interrupted request left there
  /// is continued by a range, unless the file changed meanwhile (its ETag stands in FILE.etag).
  std::filesystem::path file{};
};

/// Validators of an earlier reply, for a conditional request.
struct Validators {
  std::string etag;
  std::string last_modified;  ///< as it was sent
};

/// Returns an address as it may be stored and shown: without a user name, and without the
/// parameters that hold keys, tokens or signatures (apiKey, X-Amz-*, Signature,
/// ...). An address without them comes back as it is.
[[nodiscard]] std::string public_url(std::string_view url);

/// Adds If-None-Match and If-Modified-Since.
void make_conditional(Request& request, const Validators& validators);

/// What a finished request came to.
enum class ReplyKind : std::uint8_t {
  Body,         ///< 200 with a body
  Empty,        ///< 204, or 200 without a body: no rows
  NotModified,  ///< 304
  /// 404 of a file or, in the vendor's own words, of Polygon; 403 of a storage that hides what is
  /// not there (AccessDenied). A 404 of the Query API or the symbol directory is an Upstream error.
  Absent,
  NotEntitled,  ///< 403 with a message of the vendor: the key's plan does not have this
  Accepted,     ///< 202: an asynchronous request that is being worked on
};

/// A reply that the caller can use. All others become errors after the last attempt.
struct Reply {
  ReplyKind kind{};
  int status{0};
  std::string body;  ///< empty when it went to `Request::file`
  std::string etag;
  std::string last_modified;                      ///< as sent, for the next conditional request
  std::optional<market::Instant> published_at{};  ///< Last-Modified
  /// Query API: rows of the whole answer; PostgREST: likewise, where it was asked to count.
  std::optional<std::int64_t> record_total{};
  std::optional<std::int64_t> record_offset{};  ///< Query API: first row of this page
  std::string location;                         ///< of an accepted request
  std::uint64_t bytes{0};                       ///< received, as sent (compressed)
  unsigned attempts{1};
  double seconds{0.0};  ///< of the last attempt
};

}  // namespace offex::feeds
