#include <atomic>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feeds/client_fixture.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTokenPath = "/fip/rest/ews/oauth2/access_token";

bool asks_for_token(const ScriptedRequest& request) { return request.path() == kTokenPath; }

/// Grants tokens t0001, t0002, ... and answers questions as `answer` says.
class TokenServer {
 public:
  using Answer = std::function<ScriptedReply(const ScriptedRequest&)>;
  explicit TokenServer(Answer answer, std::string lifetime = "\"43169\"")
      : answer_{std::move(answer)}, lifetime_{std::move(lifetime)} {}

  ScriptedReply operator()(const ScriptedRequest& request) {
    if (!asks_for_token(request)) return answer_(request);
    return reply_with(
        200, fmt::format(R"({{"access_token":"t{:04}","expires_in":{}}})", ++granted_, lifetime_));
  }

 private:
  Answer answer_;
  std::string lifetime_;
  int granted_{0};
};

FeedSettings with_finra_keys(FeedSettings settings) {
  settings.credentials.finra_key = "finra-id";
  settings.credentials.finra_secret = "finra-secret";
  return settings;
}

std::size_t tokens_asked(const ScriptedServer& server) {
  std::size_t out = 0;
  for (const ScriptedRequest& request : server.requests()) out += asks_for_token(request) ? 1 : 0;
  return out;
}

TEST(ClientToken, IsFetchedOnceForAllThatWait) {
  ScriptedServer server{TokenServer{[](const ScriptedRequest&) { return reply_with(200, "[]"); }}};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 20; ++id) client.submit(id, query_request(settings));
  while (const auto finished = client.take()) {
    EXPECT_TRUE(finished->reply) << finished->reply.error().message;
  }

  EXPECT_EQ(tokens_asked(server), 1U);
  for (const ScriptedRequest& request : server.requests()) {
    if (asks_for_token(request)) {
      EXPECT_EQ(request.method, "POST");
      EXPECT_EQ(request.target, std::string{kTokenPath} + "?grant_type=client_credentials");
      EXPECT_EQ(request.header("Authorization"), "Basic ZmlucmEtaWQ6ZmlucmEtc2VjcmV0");
      EXPECT_EQ(request.body, "");
    } else {
      EXPECT_EQ(request.header("Authorization"), "Bearer t0001");
    }
  }
}

TEST(ClientToken, IsAskedForWithOneGrantTypeWhateverTheAddressHolds) {
  ScriptedServer server{TokenServer{[](const ScriptedRequest&) { return reply_with(200, "[]"); }}};
  const std::string grant = "grant_type=client_credentials";
  FeedSettings settings = with_finra_keys(settings_for(server));
  const std::string plain = settings.endpoints.finra_token;
  for (const std::string& query :
       std::vector<std::string>{"?" + grant, "?realm=x", "?realm=x&" + grant}) {
    settings.endpoints.finra_token = plain + query;
    Client client{settings, nullptr};
    ASSERT_TRUE(client.ask(query_request(settings)));
  }

  std::vector<std::string> targets;
  for (const ScriptedRequest& request : server.requests()) {
    if (asks_for_token(request)) targets.push_back(request.target);
  }
  const std::string path{kTokenPath};
  EXPECT_THAT(targets, testing::ElementsAre(path + "?" + grant, path + "?realm=x&" + grant,
                                            path + "?realm=x&" + grant));
}

TEST(ClientToken, IsNotAskedForWithoutKeys) {
  ScriptedServer server{Replies{reply_with(200, "[]")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(query_request(settings)));

  EXPECT_EQ(tokens_asked(server), 0U);
  EXPECT_EQ(server.requests()[0].header("Authorization"), "");
}

TEST(ClientToken, IsNotSentToOtherUpstreams) {
  ScriptedServer server{TokenServer{[](const ScriptedRequest&) { return reply_with(200, "[]"); }}};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(short_file_request(settings)));

  EXPECT_EQ(tokens_asked(server), 0U);
}

TEST(ClientToken, IsRenewedBeforeItEnds) {
  ScriptedServer server{
      TokenServer{[](const ScriptedRequest&) { return reply_with(200, "[]"); }, "1"}};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(query_request(settings)));
  std::this_thread::sleep_for(milliseconds{550});
  ASSERT_TRUE(client.ask(query_request(settings)));

  EXPECT_EQ(tokens_asked(server), 2U);
  EXPECT_EQ(server.requests().back().header("Authorization"), "Bearer t0002");
}

TEST(ClientToken, IsRenewedOnceAfterARefusal) {
  ScriptedServer server{TokenServer{[](const ScriptedRequest& request) {
    return request.header("Authorization") == "Bearer t0001" ? reply_with(401)
                                                             : reply_with(200, "[]");
  }}};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 4; ++id) client.submit(id, query_request(settings));
  while (const auto finished = client.take()) {
    EXPECT_TRUE(finished->reply) << finished->reply.error().message;
  }

  EXPECT_EQ(tokens_asked(server), 2U) << "four refusals of one token bring one other";
}

TEST(ClientToken, RefusedTwiceIsAQuestionOfCredentials) {
  ScriptedServer server{
      TokenServer{[](const ScriptedRequest&) { return reply_with(401, "who are you"); }}};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(query_request(settings));

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::Credentials);
  EXPECT_THAT(reply.error().message, HasSubstr("who are you"));
  EXPECT_EQ(tokens_asked(server), 2U);
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST(ClientToken, RefusedNowAndThenIsNoQuestionOfCredentialsOnceTheKeysAreProven) {
  int questions = 0;
  ScriptedServer server{TokenServer{[&questions](const ScriptedRequest&) {
    const int number = questions++;
    return number == 1 || number == 2 ? reply_with(401) : reply_with(200, "[]");
  }}};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(query_request(settings)));
  const Result<Reply> reply = client.ask(query_request(settings));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->attempts, 3U);
  EXPECT_EQ(tokens_asked(server), 3U);
}

TEST(ClientToken, RefusedByThePlatformEndsAllThatWait) {
  ScriptedServer server{Replies{reply_with(401, "invalid_client")}};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 5; ++id) client.submit(id, query_request(settings));

  int failed = 0;
  while (const auto finished = client.take()) {
    ASSERT_FALSE(finished->reply);
    EXPECT_EQ(finished->reply.error().code, ErrorCode::Credentials);
    EXPECT_THAT(finished->reply.error().message, HasSubstr("FINRA_API_KEY"));
    EXPECT_THAT(finished->reply.error().message, Not(HasSubstr("finra-secret")));
    ++failed;
  }

  EXPECT_EQ(failed, 5);
  for (const ScriptedRequest& request : server.requests()) EXPECT_TRUE(asks_for_token(request));
}

TEST(ClientToken, IsNotAskedForAgainWithKeysThatWereRefused) {
  ScriptedServer server{[](const ScriptedRequest& request) {
    return asks_for_token(request) ? reply_with(401, "invalid_client") : reply_with(200, "file");
  }};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};

  for (int batch = 0; batch < 3; ++batch) {
    const Result<Reply> reply = client.ask(query_request(settings));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::Credentials);
    EXPECT_THAT(reply.error().message, HasSubstr("FINRA_API_KEY"));
  }

  EXPECT_EQ(tokens_asked(server), 1U);
  EXPECT_TRUE(client.ask(short_file_request(settings))) << "others go on";
}

TEST(ClientToken, IsAskedForAgainByTheNextRequestAfterTroubleOfThePlatform) {
  ScriptedServer server{[](const ScriptedRequest& request) {
    if (!asks_for_token(request)) return reply_with(200, "[]");
    return request.number < 3 ? reply_with(503) : reply_with(200, R"({"access_token":"late"})");
  }};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};

  EXPECT_FALSE(client.ask(query_request(settings)));
  EXPECT_TRUE(client.ask(query_request(settings)));
}

TEST(ClientToken, IsAskedForAgainWhenThePlatformStumbles) {
  ScriptedServer server{[](const ScriptedRequest& request) {
    if (!asks_for_token(request)) return reply_with(200, "[]");
    if (request.number == 0) return reply_with(503);
    if (request.number == 1) return reply_with(200, "<html>moment</html>");
    return reply_with(200, R"({"expires_in":1800,"access_token":"late"})");
  }};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(query_request(settings));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(tokens_asked(server), 3U);
}

TEST(ClientToken, DoesNotHoldOtherUpstreamsUp) {
  ScriptedServer server{[](const ScriptedRequest& request) {
    ScriptedReply reply = reply_with(200, R"({"access_token":"t"})");
    if (asks_for_token(request)) reply.after = After::Stall, reply.send_only = 3;
    return reply;
  }};
  FeedSettings settings = with_finra_keys(settings_for(server));
  settings.limits.connections = 1;
  Client client{settings, nullptr};
  client.submit(1, query_request(settings));
  ASSERT_TRUE(server.wait_for_requests(1));

  const Result<Reply> reply = client.ask(short_file_request(settings));

  EXPECT_TRUE(reply);
  EXPECT_EQ(client.pending(), 1U);
}

TEST(ClientToken, NeverShowsInAnError) {
  ScriptedServer server{TokenServer{[](const ScriptedRequest& request) {
    return reply_with(400, "you sent " + request.header("Authorization"));
  }}};
  const FeedSettings settings = with_finra_keys(settings_for(server));
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(query_request(settings));

  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("you sent Bearer ***"));
}

}  // namespace
}  // namespace offex::feeds
