#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feeds/client_fixture.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;
using testing::HasSubstr;

ScriptedReply redirect(int status, std::string location) {
  ScriptedReply out = reply_with(status, "moved");
  out.headers = {{"Location", std::move(location)}};
  return out;
}

TEST(ClientRedirect, IsFollowedWithTheKeyOnTheSameServer) {
  ScriptedServer server{Replies{redirect(302, "/elsewhere"), reply_with(200, "{}")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(market_status(settings.endpoints)));

  EXPECT_EQ(server.requests()[1].target, "/elsewhere");
  EXPECT_EQ(server.requests()[1].header("Authorization"), "Bearer pk-of-nobody");
}

TEST(ClientRedirect, LosesTheKeyOnTheWayToAnother) {
  ScriptedServer other{Replies{reply_with(200, "{}")}};
  ScriptedServer server{Replies{redirect(307, other.url() + "/x")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(market_status(settings.endpoints));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(server.requests()[0].header("Authorization"), "Bearer pk-of-nobody");
  EXPECT_EQ(other.requests()[0].header("Authorization"), "");
}

TEST(ClientRedirect, LosesTheSignatureOnTheWayToAnother) {
  ScriptedServer other{Replies{reply_with(200, "x")}};
  ScriptedServer server{Replies{redirect(307, other.url() + "/x")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(flat_file_list(settings.endpoints, FlatFile::Trades, kFriday)));

  EXPECT_THAT(server.requests()[0].header("Authorization"), HasSubstr("AWS4-HMAC-SHA256"));
  EXPECT_EQ(other.requests()[0].header("Authorization"), "");
}

TEST(ClientRedirect, ThatLeavesTheSafeSchemesIsRefused) {
  for (const char* const target :
       {"http://example.com/x", "ftp://127.0.0.1/x", "file:///etc/passwd", ""}) {
    ScriptedServer server{Replies{redirect(302, target)}};
    const FeedSettings settings = settings_for(server);
    Client client{settings, nullptr};

    const Result<Reply> reply = client.ask(short_file_request(settings));

    ASSERT_FALSE(reply) << target;
    EXPECT_EQ(reply.error().code, ErrorCode::Upstream);
    EXPECT_THAT(reply.error().message, HasSubstr("redirect"));
    EXPECT_EQ(server.requests().size(), 1U);
  }
}

TEST(ClientRedirect, InCirclesEnds) {
  ScriptedServer server{Replies{redirect(302, "/again")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(short_file_request(settings));

  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("too many redirects"));
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST(ClientRedirect, OfAQuestionKeepsItsBodyOrIsRefused) {
  ScriptedServer server{
      Replies{redirect(308, "/there"), reply_with(200, "[]"), redirect(302, "/lost")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(query_request(settings)));
  EXPECT_EQ(server.requests()[1].body, query_request(settings).body);
  EXPECT_FALSE(client.ask(query_request(settings)));
}

TEST(ClientIdentity, StaysWithItsOwnServer) {
  ScriptedServer other{Replies{reply_with(200, "{}")}};
  ScriptedServer server{Replies{reply_with(200, "{}")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};
  Request request = market_status(settings.endpoints);
  request.url = other.url() + "/v1/marketstatus/now";

  ASSERT_TRUE(client.ask(request));

  EXPECT_EQ(other.requests()[0].header("Authorization"), "");
}

TEST(ClientIdentity, ThatIsMissingIsAnErrorAtOnce) {
  ScriptedServer server{Replies{reply_with(200, "{}")}};
  FeedSettings settings = settings_for(server);
  settings.credentials = {};
  Client client{settings, nullptr};
  client.submit(7, market_status(settings.endpoints));
  client.submit(8, flat_file_list(settings.endpoints, FlatFile::Trades, kFriday));

  const auto polygon = client.take();
  const auto storage = client.take();

  EXPECT_EQ(polygon->id, 7U);
  EXPECT_EQ(polygon->reply.error().code, ErrorCode::Credentials);
  EXPECT_THAT(polygon->reply.error().message, HasSubstr("POLYGON_API_KEY"));
  EXPECT_THAT(storage->reply.error().message, HasSubstr("POLYGON_S3_ACCESS_KEY_ID"));
  EXPECT_FALSE(client.take());
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace offex::feeds
