#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "feeds/judge_internal.hpp"
#include "feeds/token_internal.hpp"
#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;

constexpr std::size_t kExcerptBytes = 500;

std::string excerpt(std::string_view body) {
  body = trimmed(body);
  if (body.empty()) return "no message";
  return base::printable_excerpt(body, kExcerptBytes);
}

Verdict use(ReplyKind kind) { return {.step = Step::Use, .kind = kind}; }
Verdict again(std::string why, ErrorCode code = ErrorCode::Upstream) {
  return {.step = Step::Again, .code = code, .why = std::move(why)};
}
Verdict refuse(ErrorCode code, std::string why) {
  return {.step = Step::Fail, .code = code, .why = std::move(why)};
}

bool wants_json(const Request& request) {
  return std::ranges::any_of(request.headers, [](const auto& header) {
    return equal_ignoring_case(header.first, "Accept") && header.second == "application/json";
  });
}

/// Front and back only: what stands between is the reader's business.
bool may_be_json(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  body = trimmed(body);
  return body.size() >= 2 && ((body.front() == '{' && body.back() == '}') ||
                              (body.front() == '[' && body.back() == ']'));
}

bool is_access_denied(std::string_view body) {
  return body.contains("<Error") && body.contains("<Code>AccessDenied</Code>");
}

/// An object with a text "status". Servers of other makes have a number there.
bool is_vendor_message(std::string_view body) {
  constexpr std::string_view kName = "\"status\"";
  const std::size_t at = body.find(kName);
  if (!may_be_json(body) || trimmed(body).front() == '[' || at == std::string_view::npos) {
    return false;
  }
  const std::string_view after = trimmed(body.substr(at + kName.size()));
  return after.starts_with(':') && trimmed(after.substr(1)).starts_with('"');
}

Verdict judge_success(const Request& request, const Received& received) {
  if (received.in_file) return use(ReplyKind::Body);
  if (trimmed(received.body).empty()) return use(ReplyKind::Empty);
  if (is_web_page(received.body)) {
    return again("a web page came instead of data: " +
                 base::printable_excerpt(trimmed(received.body), 80));
  }
  if (wants_json(request) && !may_be_json(received.body)) {
    return again("the reply is no whole JSON text: " +
                 base::printable_excerpt(trimmed(received.body), 80));
  }
  if (!request.file.empty()) return again("the reply is no file: " + excerpt(received.body));
  return use(ReplyKind::Body);
}

Verdict judge_unauthorized(const Request& request, const Received& received, bool with_token) {
  switch (request.upstream) {
    case Upstream::FinraApi:
      if (with_token) {
        return {.step = Step::Renew,
                .code = ErrorCode::Credentials,
                .why = "401 with a new token: " + excerpt(received.body)};
      }
      return refuse(
          ErrorCode::Credentials,
          "401 without a token; set FINRA_API_KEY and FINRA_API_SECRET: " + excerpt(received.body));
    case Upstream::Polygon:
      return refuse(ErrorCode::Credentials, "the key was refused (401); look at POLYGON_API_KEY: " +
                                                excerpt(received.body));
    case Upstream::FlatFiles:
      return refuse(ErrorCode::Credentials, "the key was refused (401): " + excerpt(received.body));
    case Upstream::FinraCdn:
    case Upstream::NasdaqTrader:
    case Upstream::Postgrest:  // see judge_postgrest
      break;
  }
  return again("blocked (401): " + excerpt(received.body));
}

Verdict judge_flat_file_refusal(const Received& received) {
  if (is_access_denied(received.body)) return use(ReplyKind::NotEntitled);
  for (const std::string_view code : {"InvalidAccessKeyId", "SignatureDoesNotMatch",
                                      "AuthorizationHeaderMalformed", "RequestTimeTooSkewed"}) {
    if (received.body.contains(code)) {
      return refuse(ErrorCode::Credentials,
                    fmt::format("the signature was refused ({}); look at the POLYGON_S3 keys and "
                                "at the clock",
                                code));
    }
  }
  return again("blocked (403): " + excerpt(received.body));
}

Verdict judge_forbidden(const Request& request, const Received& received) {
  switch (request.upstream) {
    case Upstream::FinraCdn:
      if (is_access_denied(received.body)) return use(ReplyKind::Absent);
      break;
    case Upstream::FlatFiles:
      return judge_flat_file_refusal(received);
    case Upstream::Polygon:
      if (received.body.contains("Unknown API Key")) {
        return refuse(ErrorCode::Credentials, "the key is unknown; look at POLYGON_API_KEY");
      }
      if (received.body.contains("NOT_AUTHORIZED") || is_vendor_message(received.body)) {
        return use(ReplyKind::NotEntitled);
      }
      break;
    case Upstream::FinraApi:
      if (!is_web_page(received.body)) {
        return refuse(ErrorCode::Credentials,
                      "the account may not have this (403): " + excerpt(received.body));
      }
      break;
    case Upstream::NasdaqTrader:
    case Upstream::Postgrest:
      break;
  }
  return again("blocked (403), which is not an absence: " + excerpt(received.body));
}

/// What is not there is an absence only where it may be missing: a wrong address must not make
/// partitions be forgotten.
Verdict judge_missing(const Request& request, const Received& received) {
  switch (request.upstream) {
    case Upstream::FinraCdn:
    case Upstream::FlatFiles:
    case Upstream::Postgrest:
      break;
    case Upstream::FinraApi:
      return refuse(ErrorCode::Upstream,
                    "no such data set (404); look at FINRA_API_URL: " + excerpt(received.body));
    case Upstream::Polygon:
      if (is_vendor_message(received.body)) break;
      return refuse(
          ErrorCode::Upstream,
          "no such path (404), and not in the vendor's words; look at POLYGON_BASE_URL: " +
              excerpt(received.body));
    case Upstream::NasdaqTrader:
      return refuse(ErrorCode::Upstream,
                    "no such file (404), though it always exists; look at NASDAQ_TRADER_URL: " +
                        excerpt(received.body));
  }
  return use(ReplyKind::Absent);
}

Verdict judge_error(const Received& received) {
  const int status = received.status;
  if (status == 429) {
    Verdict out = again("too many requests (429); the quota is spent", ErrorCode::Credentials);
    out.throttled = true;
    return out;
  }
  if (status == 408 || status == 425 || status >= 500) {
    return again(fmt::format("status {}", status));
  }
  return refuse(ErrorCode::Upstream, fmt::format("status {}: {}", status, excerpt(received.body)));
}

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number out{};
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

bool is_web_page(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const std::string front = lower_case(trimmed(body.substr(0, 1'024)).substr(0, 16));
  return front.starts_with("<!doctype html") || front.starts_with("<html");
}

Verdict judge(const Request& request, const Received& received, bool with_token) {
  if (request.upstream == Upstream::Postgrest) return judge_postgrest(request, received);
  switch (received.status) {
    case 200:
      return judge_success(request, received);
    case 206:
    case 416:  // the part that was to be continued is whole
      if (received.in_file) return use(ReplyKind::Body);
      return again(fmt::format("a part came ({}) that nobody asked for", received.status));
    case 202:
      return use(ReplyKind::Accepted);
    case 204:
      return use(ReplyKind::Empty);
    case 304:
      return use(ReplyKind::NotModified);
    case 400:
      if (received.body.contains("Unknown API Key")) return judge_forbidden(request, received);
      if (received.body.contains("AuthorizationHeaderMalformed")) {
        return judge_forbidden(request, received);
      }
      return refuse(ErrorCode::InvalidArgument,
                    "the question was refused (400): " + excerpt(received.body));
    case 401:
      return judge_unauthorized(request, received, with_token);
    case 403:
      return judge_forbidden(request, received);
    case 404:
      return judge_missing(request, received);
    default:
      return judge_error(received);
  }
}

Verdict judge_token(const Received& received) {
  switch (received.status) {
    case 200:
      if (read_token(received.body)) return use(ReplyKind::Body);
      // What came may be a token after all: it is not quoted.
      return again("the reply holds no token");
    case 400:
    case 401:
    case 403:
      if (is_web_page(received.body)) break;
      return refuse(ErrorCode::Credentials,
                    fmt::format("no token was given ({}); look at FINRA_API_KEY and "
                                "FINRA_API_SECRET: {}",
                                received.status, excerpt(received.body)));
    default:
      break;
  }
  return received.status == 403 ? again("blocked (403)") : judge_error(received);
}

void read_header(std::string_view line, Received& out) {
  if (line.starts_with("HTTP/")) {
    out = Received{};
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = lower_case(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "content-type") out.content_type = value;
  if (name == "content-range") out.content_range = value;
  if (name == "content-length") out.content_length = read_number<std::uint64_t>(value);
  if (name == "etag") out.etag = value;
  if (name == "last-modified") out.last_modified = value;
  if (name == "location") out.location = value;
  if (name == "retry-after") out.retry_after = value;
  if (name == "record-total") out.record_total = read_number<std::int64_t>(value);
  if (name == "record-offset") out.record_offset = read_number<std::int64_t>(value);
}

}  // namespace offex::feeds
