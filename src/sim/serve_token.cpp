#include <fmt/format.h>

#include "offex/base/digest.hpp"

#include "sim/serve_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::string_view kAlphabet{
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};

std::string base64(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const auto byte = i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U;
      three = three << 8U | byte;
    }
    for (std::size_t j = 0; j < 4; ++j) {
      const bool padding = i + j > text.size();
      out.push_back(padding ? '='
                            : kAlphabet[three >> (18U - 6U * static_cast<unsigned>(j)) & 63U]);
    }
  }
  return out;
}

HttpReply unauthorized(std::string_view why) {
  return json_reply(401, fmt::format(R"({{"statusCode":401,"statusDescription":"Unauthorized",)"
                                     R"("message":"{}"}})",
                                     why));
}

}  // namespace

HttpReply TokenPart::answer(const HttpRequest& request) {
  if (request.path != "/fip/rest/ews/oauth2/access_token") {
    return plain_reply(404, "text/plain", "Not Found\n");
  }
  if (request.method != "POST") return plain_reply(405, "text/plain", "Method Not Allowed\n");
  const std::string wanted =
      "Basic " + base64(site_.options.finra_key + ":" + site_.options.finra_secret);
  if (request.header("authorization") != wanted) {
    return json_reply(401, R"({"error_message":"Invalid Credentials","error":"invalid_client"})");
  }
  if (request.param("grant_type") != "client_credentials" &&
      !request.body.contains("grant_type=client_credentials")) {
    return json_reply(400, R"({"error_message":"Invalid grant","error":"invalid_grant"})");
  }
  const std::lock_guard guard{lock_};
  const std::string token =
      "simulated." + base::sha256(fmt::format("token {}", ++serial_)).hex().substr(0, 40);
  good_.insert(token);
  return json_reply(200, fmt::format(R"({{"access_token":"{}","token_type":"Bearer",)"
                                     R"("expires_in":"43169"}})",
                                     token));
}

std::optional<HttpReply> TokenPart::refuse(const HttpRequest& request, bool expire) {
  const std::string token{request.bearer()};
  if (token.empty()) {
    if (!site_.options.finra_needs_token && !request.has_header("authorization")) return {};
    return unauthorized("no token");
  }
  const std::string what = request.method + request.target + request.body;
  const std::lock_guard guard{lock_};
  const auto lost = lost_.find(what);
  const bool issued = good_.contains(token) || ended_.contains(token);
  const bool came_back = issued && lost != lost_.end() && lost->second != token;
  if (expire && !came_back && good_.erase(token) > 0) ended_.insert(token);
  if (!good_.contains(token) && !came_back) {
    if (issued) lost_[what] = token;
    return unauthorized("the token is not valid or has expired");
  }
  if (came_back) lost_.erase(lost);
  return std::nullopt;
}

}  // namespace offex::sim
