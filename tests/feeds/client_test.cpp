#include "offex/feeds/client.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feeds/client_fixture.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDenied = "<Error><Code>AccessDenied</Code></Error>";

/// Asks one short file of a server that gives these replies.
struct Asked {
  Result<Reply> reply;
  std::size_t requests;
};
Asked ask(Replies replies) {
  ScriptedServer server{std::move(replies)};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};
  Result<Reply> reply = client.ask(short_file_request(settings));
  return {std::move(reply), server.requests().size()};
}

TEST(Client, GivesBodyValidatorsAndTime) {
  ScriptedReply scripted = reply_with(200, "Date|Symbol\r\n0");
  scripted.headers = {{"ETag", "\"abc\""}, {"Last-Modified", "Fri, 17 Apr 2026 22:00:00 GMT"}};
  const Asked asked = ask({scripted});

  ASSERT_TRUE(asked.reply) << asked.reply.error().message;
  EXPECT_EQ(asked.reply->kind, ReplyKind::Body);
  EXPECT_EQ(asked.reply->status, 200);
  EXPECT_EQ(asked.reply->body, "Date|Symbol\r\n0");
  EXPECT_EQ(asked.reply->bytes, 14U);
  EXPECT_EQ(asked.reply->etag, "\"abc\"");
  EXPECT_EQ(asked.reply->last_modified, "Fri, 17 Apr 2026 22:00:00 GMT");
  ASSERT_TRUE(asked.reply->published_at);
  EXPECT_EQ(asked.reply->published_at->iso(), "2026-04-17T22:00:00Z");
  EXPECT_EQ(asked.reply->attempts, 1U);
}

TEST(Client, TellsWhoItIsAndAsksForTheBytesAsTheyAre) {
  ScriptedServer server{Replies{reply_with(200, "text")}};
  FeedSettings settings = settings_for(server);
  settings.limits.user_agent = "tester/1";
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(short_file_request(settings)));
  ASSERT_TRUE(client.ask(query_request(settings)) || true);

  const auto requests = server.requests();
  EXPECT_EQ(requests[0].header("User-Agent"), "tester/1");
  EXPECT_EQ(requests[0].header("Accept-Encoding"), "identity");
  EXPECT_EQ(requests[0].target, "/cdn/regsho/daily/CNMSshvol20260417.txt");
  EXPECT_EQ(requests[1].header("Accept-Encoding"), "gzip");
  EXPECT_EQ(requests[1].method, "POST");
  EXPECT_EQ(requests[1].body, query_request(settings).body);
}

TEST(Client, InflatesReplies) {
  // gzip of "[]\n"
  const std::string packed{
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x8b\x8e\xe5\x02\x00"
      "\x44\xd2\x68\x70\x03\x00\x00\x00",
      23};
  ScriptedReply scripted = reply_with(200, packed);
  scripted.headers = {{"Content-Encoding", "gzip"}};
  ScriptedServer server{Replies{scripted}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(query_request(settings));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "[]\n");
  EXPECT_EQ(reply->bytes, packed.size());
}

TEST(Client, ReadsTheCountersOfAPage) {
  ScriptedReply scripted = reply_with(200, "[]");
  scripted.headers = {{"Record-Total", "12345"}, {"Record-Offset", "5000"}};
  ScriptedServer server{Replies{scripted}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(query_request(settings, 5'000));

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->record_total, 12'345);
  EXPECT_EQ(reply->record_offset, 5'000);
}

TEST(Client, ResolvesTheLocationOfAnAcceptedRequest) {
  ScriptedReply scripted = reply_with(202);
  scripted.headers = {{"Location", "/api/async-requests/7"}};
  ScriptedServer server{Replies{scripted}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(query_request(settings));

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->kind, ReplyKind::Accepted);
  EXPECT_EQ(reply->location, server.url() + "/api/async-requests/7");
}

TEST(Client, SendsValidatorsAndKnowsAnUnchangedFile) {
  ScriptedServer server{Replies{reply_with(304)}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};
  Request request = short_file_request(settings);
  make_conditional(request, {.etag = "\"e\"", .last_modified = "Fri, 17 Apr 2026 22:00:00 GMT"});

  const Result<Reply> reply = client.ask(request);

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->kind, ReplyKind::NotModified);
  EXPECT_EQ(server.requests()[0].header("If-None-Match"), "\"e\"");
  EXPECT_EQ(server.requests()[0].header("If-Modified-Since"), "Fri, 17 Apr 2026 22:00:00 GMT");
}

TEST(Client, TakesAHiddenFileForAbsentAtOnce) {
  const Asked asked = ask({reply_with(403, kDenied)});
  ASSERT_TRUE(asked.reply);
  EXPECT_EQ(asked.reply->kind, ReplyKind::Absent);
  EXPECT_EQ(asked.requests, 1U);
}

TEST(Client, TriesABlockAgainAndSaysSo) {
  const Asked asked = ask({reply_with(403, "<html>no</html>")});
  ASSERT_FALSE(asked.reply);
  EXPECT_EQ(asked.reply.error().code, ErrorCode::Upstream);
  EXPECT_THAT(asked.reply.error().message, HasSubstr("CNMS of 2026-04-17: blocked (403)"));
  EXPECT_THAT(asked.reply.error().message, HasSubstr("after 3 attempts"));
  EXPECT_THAT(asked.reply.error().message, HasSubstr("CNMSshvol20260417.txt"));
  EXPECT_EQ(asked.requests, 3U);
}

TEST(Client, TriesTroubleAgainUntilItIsOver) {
  ScriptedReply gone = reply_with(0);
  gone.after = After::Reset;
  const Asked asked = ask({gone, reply_with(504, "<html>late</html>"), reply_with(200, "whole")});
  ASSERT_TRUE(asked.reply) << asked.reply.error().message;
  EXPECT_EQ(asked.reply->body, "whole");
  EXPECT_EQ(asked.reply->attempts, 3U);
}

TEST(Client, GivesUpAfterItsAttempts) {
  const Asked asked = ask({reply_with(500)});
  ASSERT_FALSE(asked.reply);
  EXPECT_EQ(asked.reply.error().code, ErrorCode::Upstream);
  EXPECT_EQ(asked.requests, 3U);
}

TEST(Client, NeverUsesACutBody) {
  ScriptedReply closed = reply_with(200, std::string(10'000, 'x'));
  closed.send_only = 4'000;
  closed.after = After::Close;
  ScriptedReply reset = closed;
  reset.after = After::Reset;
  const Asked asked = ask({closed, reset, reply_with(200, "whole")});
  ASSERT_TRUE(asked.reply) << asked.reply.error().message;
  EXPECT_EQ(asked.reply->body, "whole");
  EXPECT_EQ(asked.requests, 3U);
}

TEST(Client, TriesAWebPageInPlaceOfAFileAgain) {
  const Asked asked = ask({reply_with(200, "<!doctype html><title>Sign in</title>")});
  ASSERT_FALSE(asked.reply);
  EXPECT_EQ(asked.reply.error().code, ErrorCode::Upstream);
  EXPECT_THAT(asked.reply.error().message, HasSubstr("web page"));
  EXPECT_EQ(asked.requests, 3U);
}

TEST(Client, LosesPatienceWithSilence) {
  ScriptedReply silent = reply_with(200, std::string(1'000, 'x'));
  silent.send_only = 10;
  silent.after = After::Stall;
  ScriptedServer server{Replies{silent, reply_with(200, "whole")}};
  FeedSettings settings = settings_for(server);
  settings.limits.timeout = milliseconds{100};
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(short_file_request(settings));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "whole");
  EXPECT_EQ(reply->attempts, 2U);
}

TEST(Client, IsPatientWithAServerThatIsOnlySlow) {
  ScriptedReply slow = reply_with(200, std::string(10, 'x'));
  slow.pieces = 10;
  slow.pause = milliseconds{50};
  ScriptedServer server{Replies{slow}};
  FeedSettings settings = settings_for(server);
  settings.limits.timeout = milliseconds{400};
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(short_file_request(settings));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->attempts, 1U) << "500 ms in all, but never 400 without a byte";
}

TEST(Client, EndsWithAnErrorWhereNobodyListens) {
  FeedSettings settings;
  {
    ScriptedServer server{Replies{reply_with(200)}};
    settings = settings_for(server);
  }
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(short_file_request(settings));

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::Upstream);
  EXPECT_EQ(client.traffic()[static_cast<std::size_t>(Upstream::FinraCdn)].requests, 3U);
}

TEST(Client, RefusesAnAddressThatIsNone) {
  FeedSettings settings;
  Client client{settings, nullptr};
  Request request;
  request.what = "file";
  for (const char* const url : {"file:///etc/passwd", "gopher://x/", "http://", ""}) {
    request.url = url;
    const Result<Reply> reply = client.ask(request);
    ASSERT_FALSE(reply) << url;
    EXPECT_EQ(reply.error().code, ErrorCode::InvalidArgument) << reply.error().message;
  }
}

TEST(Client, RefusesAHeaderThatHoldsTwo) {
  ScriptedServer server{Replies{reply_with(200, "x")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};
  Request request = short_file_request(settings);
  make_conditional(request, {.etag = "\"a\"\r\nX-Evil: 1", .last_modified = ""});

  const Result<Reply> reply = client.ask(request);

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::InvalidArgument);
  EXPECT_TRUE(server.requests().empty());
}

TEST(Client, GivesUpAtOnceOnARefusedQuestion) {
  ScriptedServer server{Replies{reply_with(400, "field foo is unknown")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(query_request(settings));

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::InvalidArgument);
  EXPECT_THAT(reply.error().message, HasSubstr("field foo is unknown"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Client, GivesTheVendorsWordWhereThePlanDoesNotReach) {
  const std::string text = R"({"status":"NOT_AUTHORIZED","message":"upgrade"})";
  ScriptedServer server{Replies{reply_with(403, text)}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(market_status(settings.endpoints));

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->kind, ReplyKind::NotEntitled);
  EXPECT_EQ(reply->body, text);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Client, NamesTheAddressWithoutItsSignature) {
  ScriptedServer server{Replies{reply_with(500)}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(async_status(
      settings.endpoints, server.url() + "/file?part=1&X-Amz-Security-Token=S3CRET", "bulk"));

  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("/file?part=1)"));
}

TEST(Client, NeverTellsASecret) {
  ScriptedServer server{Replies{reply_with(500)}};
  const FeedSettings settings = settings_for(server);
  KeptLog log;
  Client client{settings, &log};
  Request request = market_status(settings.endpoints);
  request.url += "?apiKey=pk-of-another";
  request.what += " for pk-of-nobody";

  const Result<Reply> reply = client.ask(request);

  ASSERT_FALSE(reply);
  for (const std::string& text : {reply.error().message, log.text()}) {
    EXPECT_THAT(text, HasSubstr("market status"));
    EXPECT_THAT(text, Not(HasSubstr("pk-of-nobody")));
    EXPECT_THAT(text, Not(HasSubstr("pk-of-another")));
  }
  EXPECT_EQ(server.requests()[0].header("Authorization"), "Bearer pk-of-nobody");
}

}  // namespace
}  // namespace offex::feeds
