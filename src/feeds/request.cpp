#include "offex/feeds/request.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

// Lower case.
constexpr std::array<std::string_view, 19> kSecretNames{
    "apikey",        "api_key",       "api-key",       "key",           "token",
    "access_token",  "id_token",      "refresh_token", "auth_token",    "auth",
    "authorization", "client_secret", "secret",        "password",      "signature",
    "sig",           "policy",        "key-pair-id",   "awsaccesskeyid"};

/// Returns a name with its %XX read, because servers read them, too.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view digits = text.substr(at + 1, 2);
    unsigned byte = 0;
    const auto [stop, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (text[at] == '%' && digits.size() == 2 && stop == digits.data() + 2) {
      out += static_cast<char>(byte);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

bool is_secret(std::string_view pair) {
  const std::string name = lower_case(decoded(pair.substr(0, pair.find('='))));
  return name.starts_with("x-amz-") || name.starts_with("x-goog-") ||
         std::ranges::find(kSecretNames, name) != kSecretNames.end();
}

/// Returns pairs that are parted by '&' without the secret ones.
std::string public_pairs(std::string_view pairs) {
  std::string out;
  bool first = true;
  while (true) {
    const std::size_t end = std::min(pairs.find('&'), pairs.size());
    if (!is_secret(pairs.substr(0, end))) {
      if (!first) out += '&';
      first = false;
      out += pairs.substr(0, end);
    }
    if (end == pairs.size()) return out;
    pairs.remove_prefix(end + 1);
  }
}

}  // namespace

std::string public_url(std::string_view url) {
  const std::size_t hash = std::min(url.find('#'), url.size());
  const std::size_t question = std::min(url.find('?'), hash);
  std::string out{url.substr(0, question)};
  const std::size_t scheme = out.find("://");
  if (scheme != std::string::npos) {
    const std::size_t host = scheme + 3;
    const std::size_t at = std::string_view{out}.substr(0, out.find('/', host)).rfind('@');
    if (at != std::string::npos && at >= host) out.erase(host, at + 1 - host);
  }
  for (const std::string_view part : {url.substr(question, hash - question), url.substr(hash)}) {
    if (part.empty()) continue;
    const std::string pairs = public_pairs(part.substr(1));
    // An empty part stays only where it was empty before.
    if (!pairs.empty() || part.size() == 1) out += part.front() + pairs;
  }
  return out;
}

void make_conditional(Request& request, const Validators& validators) {
  if (!validators.etag.empty()) {
    request.headers.emplace_back("If-None-Match", validators.etag);
  }
  if (!validators.last_modified.empty()) {
    request.headers.emplace_back("If-Modified-Since", validators.last_modified);
  }
}

}  // namespace offex::feeds
