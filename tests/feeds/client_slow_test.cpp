// A server that is slow, and one that only keeps a connection busy.
#include <chrono>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feeds/client_fixture.hpp"
#include "support/scratch.hpp"

namespace offex::feeds {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::size_t kBytes = 400;

/// Never silent for the timeout below, but only 25 bytes a second.
ScriptedReply dribble() {
  ScriptedReply out = reply_with(200, std::string(kBytes, 'x'));
  out.headers = {{"ETag", "\"v1\""}};
  out.pieces = kBytes;
  out.pause = milliseconds{40};
  return out;
}

FeedSettings impatient(const ScriptedServer& server) {
  FeedSettings out = settings_for(server);
  out.limits.timeout = milliseconds{200};
  return out;
}

TEST(ClientSlow, EndsAReplyThatDribbles) {
  ScriptedServer server{Replies{dribble(), reply_with(200, "whole")}};
  const FeedSettings settings = impatient(server);
  KeptLog log;
  Client client{settings, &log};

  const Result<Reply> reply = client.ask(short_file_request(settings));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "whole");
  EXPECT_EQ(reply->attempts, 2U);
  EXPECT_THAT(log.text(), HasSubstr("fewer than 100 bytes a second"));
}

TEST(ClientSlow, GoesOnWithAFileThatDribbled) {
  ScriptedServer server{[](const ScriptedRequest& request) {
    if (request.number == 0) return dribble();
    const std::string range = request.header("Range");
    const std::size_t from = range.empty() ? 0 : std::stoul(range.substr(6));
    ScriptedReply rest = reply_with(from > 0 ? 206 : 200, std::string(kBytes - from, 'x'));
    rest.headers = {{"Content-Range", fmt::format("bytes {}-{}/{}", from, kBytes - 1, kBytes)}};
    return rest;
  }};
  const test_support::ScratchFolder folder;
  const FeedSettings settings = impatient(server);
  Client client{settings, nullptr};
  Request request = short_file_request(settings);
  request.file = folder.path() / "file";

  const Result<Reply> reply = client.ask(request);

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->attempts, 2U);
  EXPECT_EQ(server.requests()[1].header("If-Range"), "\"v1\"");
  EXPECT_EQ(test_support::file_bytes(request.file), std::string(kBytes, 'x'));
}

TEST(ClientSlow, TakesAReplyThatIsSlowButComes) {
  ScriptedReply slow = reply_with(200, std::string(std::size_t{40} * 100, 'x'));
  slow.pieces = 40;
  slow.pause = milliseconds{40};
  ScriptedServer server{Replies{slow}};
  const FeedSettings settings = impatient(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(short_file_request(settings));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->attempts, 1U) << "longer than six timeouts, at 2,500 bytes a second";
}

}  // namespace
}  // namespace offex::feeds
