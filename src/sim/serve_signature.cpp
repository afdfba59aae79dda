#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "offex/base/digest.hpp"

#include "sim/serve_flat_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::string_view kAlgorithm{"AWS4-HMAC-SHA256"};

std::string raw(const base::Digest& digest) { return {digest.bytes.begin(), digest.bytes.end()}; }

/// The three parts of an Authorization header.
struct Signed {
  std::vector<std::string_view> scope;  // key, day, region, service, aws4_request
  std::vector<std::string_view> headers;
  std::string_view header_list;
  std::string_view signature;
};

std::optional<Signed> parse_authorization(std::string_view text) {
  if (!text.starts_with(kAlgorithm)) return std::nullopt;
  Signed out;
  for (std::string_view part : split_text(text.substr(kAlgorithm.size()), ',')) {
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(std::min(equals + 1, part.size()));
    if (name == "Credential") out.scope = split_text(value, '/');
    if (name == "SignedHeaders") out.header_list = value;
    if (name == "Signature") out.signature = value;
  }
  out.headers = split_text(out.header_list, ';');
  if (out.scope.size() != 5 || out.signature.empty()) return std::nullopt;
  return out;
}

/// Names and values encoded and sorted, whatever order they were sent in.
std::string canonical_query(const HttpRequest& request) {
  std::vector<std::pair<std::string, std::string>> parts;
  for (const auto& [name, value] : request.query) {
    parts.emplace_back(percent_encode(name, false), percent_encode(value, false));
  }
  std::ranges::sort(parts);
  std::string out;
  for (const auto& [name, value] : parts) {
    if (!out.empty()) out.push_back('&');
    out += name;
    out.push_back('=');
    out += value;
  }
  return out;
}

std::string canonical_request(const HttpRequest& request, const Signed& claim,
                              std::string_view payload) {
  std::string out = request.method + "\n" + percent_encode(request.path, true) + "\n" +
                    canonical_query(request) + "\n";
  for (const std::string_view name : claim.headers) {
    out += std::string{name} + ":" + std::string{request.header(name)} + "\n";
  }
  return out + "\n" + std::string{claim.header_list} + "\n" + std::string{payload};
}

std::string signing_key(const SigningKey& key, const Signed& claim) {
  std::string out = "AWS4" + key.secret;
  for (std::size_t i = 1; i < claim.scope.size(); ++i) out = hmac_sha256(out, claim.scope[i]);
  return out;
}

bool signs(const Signed& claim, std::string_view name) {
  return std::ranges::find(claim.headers, name) != claim.headers.end();
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string block = key.size() > kBlock ? raw(base::sha256(key)) : std::string{key};
  block.resize(kBlock, '\0');
  std::string inner = block;
  std::string outer = block;
  for (char& byte : inner) byte = static_cast<char>(byte ^ 0x36);
  for (char& byte : outer) byte = static_cast<char>(byte ^ 0x5C);
  inner += message;
  return raw(base::sha256(outer + raw(base::sha256(inner))));
}

std::string_view signature_fault(const HttpRequest& request, const SigningKey& key) {
  const auto claim = parse_authorization(request.header("authorization"));
  if (!claim) return "AccessDenied";
  if (claim->scope[0] != key.id) return "InvalidAccessKeyId";
  const std::string_view payload = request.header("x-amz-content-sha256");
  const std::string_view when = request.header("x-amz-date");
  if (payload.empty()) return "MissingSecurityHeader";
  if (!signs(*claim, "host") || !signs(*claim, "x-amz-date") ||
      !signs(*claim, "x-amz-content-sha256") || !when.starts_with(claim->scope[1]) ||
      claim->scope[3] != "s3" || claim->scope[4] != "aws4_request") {
    return "AuthorizationHeaderMalformed";
  }
  if (payload != "UNSIGNED-PAYLOAD" && payload != base::sha256(request.body).hex()) {
    return "XAmzContentSHA256Mismatch";
  }
  std::string scope{claim->scope[1]};
  for (std::size_t i = 2; i < claim->scope.size(); ++i) scope += "/" + std::string{claim->scope[i]};
  const std::string text = std::string{kAlgorithm} + "\n" + std::string{when} + "\n" + scope +
                           "\n" + base::sha256(canonical_request(request, *claim, payload)).hex();
  const std::string wanted = to_hex(hmac_sha256(signing_key(key, *claim), text));
  return wanted == claim->signature ? std::string_view{} : "SignatureDoesNotMatch";
}

}  // namespace offex::sim
