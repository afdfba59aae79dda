#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/digest.hpp"

#include "feeds/client_fixture.hpp"
#include "support/scratch.hpp"

namespace offex::feeds {
namespace {

using testing::HasSubstr;

std::string bytes_of(const base::Digest& digest) {
  return {digest.bytes.begin(), digest.bytes.end()};
}

/// HMAC of RFC 2104 over SHA-256.
base::Digest hmac(std::string key, std::string_view message) {
  if (key.size() > 64) key = bytes_of(base::sha256(key));
  key.resize(64, '\0');
  std::string inner;
  std::string outer;
  for (const char c : key) {
    inner += static_cast<char>(static_cast<unsigned char>(c) ^ 0x36U);
    outer += static_cast<char>(static_cast<unsigned char>(c) ^ 0x5CU);
  }
  return base::sha256(outer + bytes_of(base::sha256(inner + std::string{message})));
}

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(mark, begin);
    out.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return out;
    begin = end + 1;
  }
}

/// Returns the value of "Name=" in an Authorization header.
std::string part_of(const std::string& header, const std::string& name) {
  const std::size_t at = header.find(name + "=");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 1;
  return header.substr(begin, header.find(',', begin) - begin);
}

/// The canonical request as a storage server makes it of what came over the wire.
std::string canonical_request(const ScriptedRequest& request, const std::string& signed_headers) {
  const std::size_t question = request.target.find('?');
  std::vector<std::string> pairs;
  if (question != std::string::npos) pairs = split(request.target.substr(question + 1), '&');
  std::ranges::sort(pairs);
  std::string query;
  for (const std::string& pair : pairs) query += (query.empty() ? "" : "&") + pair;
  std::string headers;
  for (const std::string& name : split(signed_headers, ';')) {
    headers += name + ":" + request.header(name) + "\n";
  }
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path(), query, headers,
                     signed_headers, request.header("x-amz-content-sha256"));
}

/// Whether the signature of a request is right; a test's own verifier.
bool verifies(const ScriptedRequest& request, const Credentials& credentials) {
  const std::string header = request.header("Authorization");
  const std::vector<std::string> scope = split(part_of(header, "Credential"), '/');
  if (!header.starts_with("AWS4-HMAC-SHA256 ") || scope.size() != 5) return false;
  if (scope[0] != credentials.flat_file_key) return false;
  const std::string where = scope[1] + "/" + scope[2] + "/" + scope[3] + "/" + scope[4];
  const std::string canonical = canonical_request(request, part_of(header, "SignedHeaders"));
  const std::string to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", request.header("x-amz-date"), where,
                  base::sha256(canonical).hex());
  std::string key = "AWS4" + credentials.flat_file_secret;
  for (std::size_t step = 1; step < 5; ++step) key = bytes_of(hmac(key, scope[step]));
  return hmac(key, to_sign).hex() == part_of(header, "Signature");
}

TEST(Hmac, FollowsTheStandard) {
  // RFC 4231, case 2.
  EXPECT_EQ(hmac("Jefe", "what do ya want for nothing?").hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(ClientSignature, OfAListVerifies) {
  ScriptedServer server{Replies{reply_with(200, "<ListBucketResult></ListBucketResult>")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(
      flat_file_list(settings.endpoints, FlatFile::Trades, kFriday, "a+b/c=&? *~\"%41")));

  const ScriptedRequest request = server.requests()[0];
  EXPECT_TRUE(verifies(request, settings.credentials)) << request.header("Authorization");
  const std::string names = part_of(request.header("Authorization"), "SignedHeaders");
  EXPECT_THAT(names, HasSubstr("host"));
  EXPECT_THAT(names, HasSubstr("x-amz-content-sha256"));
  EXPECT_THAT(names, HasSubstr("x-amz-date"));
  EXPECT_EQ(request.header("x-amz-content-sha256"), base::sha256("").hex());
}

TEST(ClientSignature, OfARangeVerifies) {
  const test_support::ScratchFolder folder;
  const auto file = folder.path() / "day.csv.gz";
  ScriptedReply cut = reply_with(200, "0123456789");
  cut.headers = {{"ETag", "\"v-1\""}};
  cut.send_only = 4;
  cut.after = After::Close;
  ScriptedReply rest = reply_with(206, "456789");
  rest.headers = {{"Content-Range", "bytes 4-9/10"}};
  ScriptedServer server{Replies{cut, rest}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply =
      client.ask(flat_file(settings.endpoints, FlatFile::DayBars, kFriday, file));

  ASSERT_TRUE(reply) << reply.error().message;
  ASSERT_EQ(server.requests().size(), 2U);
  for (const ScriptedRequest& request : server.requests()) {
    EXPECT_TRUE(verifies(request, settings.credentials)) << request.header("Authorization");
  }
}

TEST(ClientSignature, ByAnotherSecretDoesNotVerify) {
  ScriptedServer server{Replies{reply_with(200, "<ListBucketResult></ListBucketResult>")}};
  FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(flat_file_list(settings.endpoints, FlatFile::Trades, kFriday)));

  settings.credentials.flat_file_secret += "x";
  EXPECT_FALSE(verifies(server.requests()[0], settings.credentials));
}

}  // namespace
}  // namespace offex::feeds
