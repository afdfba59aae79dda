#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feeds/client_fixture.hpp"
#include "feeds/part_file_internal.hpp"
#include "support/scratch.hpp"

namespace offex::feeds {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using test_support::file_bytes;
using test_support::ScratchFolder;
using testing::HasSubstr;

std::string content(std::size_t bytes) {
  std::string out;
  for (std::size_t n = 0; out.size() < bytes; ++n) out += fmt::format("{} ", n);
  out.resize(bytes);
  return out;
}

/// A storage that honours ranges, and lets the connection break after so many bytes of each reply.
struct Storage {
  std::string bytes;
  std::string etag{"\"v1\""};
  std::size_t breaks_after{std::string::npos};
  bool ranges{true};

  ScriptedReply operator()(const ScriptedRequest& request) const {
    const std::string range = request.header("Range");
    std::size_t from = 0;
    if (ranges && !range.empty() && request.header("If-Range") == etag) {
      from = std::stoul(range.substr(6));
    }
    ScriptedReply out =
        reply_with(from > 0 ? 206 : 200, bytes.substr(std::min(from, bytes.size())));
    out.headers = {{"ETag", etag}};
    if (from >= bytes.size()) {
      out = reply_with(416, "<Error><Code>InvalidRange</Code></Error>");
      out.headers = {{"Content-Range", fmt::format("bytes */{}", bytes.size())}};
    } else if (from > 0) {
      out.headers.emplace_back("Content-Range",
                               fmt::format("bytes {}-{}/{}", from, bytes.size() - 1, bytes.size()));
    }
    if (breaks_after < out.body.size()) {
      out.send_only = breaks_after;
      out.after = After::Close;
    }
    return out;
  }
};

class ClientFile : public testing::Test {
 protected:
  [[nodiscard]] fs::path part() const { return file_.string() + ".part"; }
  [[nodiscard]] fs::path etag() const { return file_.string() + ".etag"; }
  void leave(std::string_view bytes, std::string_view version) {
    fs::create_directories(file_.parent_path());
    std::ofstream{part(), std::ios::binary} << bytes;
    std::ofstream{etag(), std::ios::binary} << version;
  }
  Result<Reply> fetch(const ScriptedServer& server, unsigned attempts = 3) {
    FeedSettings settings = settings_for(server);
    settings.limits.attempts = attempts;
    Client client{settings, nullptr};
    return client.ask(flat_file(settings.endpoints, FlatFile::Trades, kFriday, file_));
  }
  void expect_whole(const std::string& bytes) {
    EXPECT_EQ(file_bytes(file_), bytes);
    EXPECT_FALSE(fs::exists(part()));
    EXPECT_FALSE(fs::exists(etag()));
  }

  ScratchFolder folder_;
  fs::path file_{folder_.path() / "deep" / "2026-04-17.csv.gz"};
};

TEST_F(ClientFile, TakesTheBodyToTheDisk) {
  const std::string bytes = content(300'000);
  ScriptedServer server{Storage{.bytes = bytes}};

  const Result<Reply> reply = fetch(server);

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->kind, ReplyKind::Body);
  EXPECT_TRUE(reply->body.empty());
  EXPECT_EQ(reply->bytes, bytes.size());
  EXPECT_EQ(reply->etag, "\"v1\"");
  expect_whole(bytes);
}

TEST_F(ClientFile, GoesOnWhereTheConnectionBroke) {
  const std::string bytes = content(250'000);
  ScriptedServer server{Storage{.bytes = bytes, .breaks_after = 100'000}};

  const Result<Reply> reply = fetch(server);

  ASSERT_TRUE(reply) << reply.error().message;
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].header("Range"), "");
  EXPECT_EQ(requests[1].header("Range"), "bytes=100000-");
  EXPECT_EQ(requests[1].header("If-Range"), "\"v1\"");
  EXPECT_EQ(requests[2].header("Range"), "bytes=200000-");
  expect_whole(bytes);
}

TEST_F(ClientFile, CountsNoAttemptThatBroughtItOn) {
  const std::string bytes = content(6'000'000);
  ScriptedServer server{Storage{.bytes = bytes, .breaks_after = 1'200'000}};

  const Result<Reply> reply = fetch(server, 2);

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->attempts, 5U);
  expect_whole(bytes);
}

TEST_F(ClientFile, GoesOnInTheNextRun) {
  const std::string bytes = content(250'000);
  ScriptedServer server{Storage{.bytes = bytes, .breaks_after = 100'000}};

  EXPECT_FALSE(fetch(server, 1));
  EXPECT_EQ(file_bytes(part()).size(), 100'000U);
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_FALSE(fetch(server, 1));
  const Result<Reply> reply = fetch(server, 1);

  ASSERT_TRUE(reply) << reply.error().message;
  expect_whole(bytes);
}

TEST_F(ClientFile, StartsAnewWhenTheFileChanged) {
  leave("bytes of an older version", "\"v0\"");
  const std::string bytes = content(1'000);
  ScriptedServer server{Storage{.bytes = bytes}};

  ASSERT_TRUE(fetch(server));

  EXPECT_EQ(server.requests()[0].header("If-Range"), "\"v0\"");
  expect_whole(bytes);
}

TEST_F(ClientFile, StartsAnewWithoutASureVersion) {
  const std::string bytes = content(1'000);
  for (const char* const version : {"", "W/\"v1\"", "v1", "\"a\r\nX: y\""}) {
    leave(bytes.substr(0, 10), version);
    ScriptedServer server{Storage{.bytes = bytes}};
    ASSERT_TRUE(fetch(server));
    EXPECT_EQ(server.requests()[0].header("Range"), "") << version;
    expect_whole(bytes);
  }
}

TEST_F(ClientFile, StartsAnewWhenTheServerKnowsNoRanges) {
  const std::string bytes = content(1'000);
  leave(bytes.substr(0, 10), "\"v1\"");
  ScriptedServer server{Storage{.bytes = bytes, .ranges = false}};
  ASSERT_TRUE(fetch(server));
  expect_whole(bytes);
}

TEST_F(ClientFile, IsDoneWhenThePartWasWhole) {
  const std::string bytes = content(1'000);
  leave(bytes, "\"v1\"");
  ScriptedServer server{Storage{.bytes = bytes}};

  const Result<Reply> reply = fetch(server);

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->kind, ReplyKind::Body);
  expect_whole(bytes);
}

TEST_F(ClientFile, DropsAPartThatIsLongerThanTheFile) {
  const std::string bytes = content(1'000);
  leave(bytes + "more", "\"v1\"");
  ScriptedServer server{Storage{.bytes = bytes}};
  ASSERT_TRUE(fetch(server));
  EXPECT_EQ(server.requests().size(), 2U);
  expect_whole(bytes);
}

TEST_F(ClientFile, DropsAPartWhenAnotherRangeComes) {
  const std::string bytes = content(1'000);
  leave(bytes.substr(0, 500), "\"v1\"");
  ScriptedReply wrong = reply_with(206, bytes.substr(400));
  wrong.headers = {{"Content-Range", "bytes 400-999/1000"}};
  ScriptedServer server{Replies{wrong, Storage{.bytes = bytes}({})}};

  const Result<Reply> reply = fetch(server);

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(server.requests()[1].header("Range"), "");
  expect_whole(bytes);
}

TEST_F(ClientFile, IsNotWholeBelowTheTotalOfItsRange) {
  const std::string bytes = content(1'000);
  leave(bytes.substr(0, 500), "\"v1\"");
  ScriptedReply half = reply_with(206, bytes.substr(500, 100));
  half.headers = {{"ETag", "\"v1\""}, {"Content-Range", "bytes 500-599/1000"}};
  ScriptedReply rest = reply_with(206, bytes.substr(600));
  rest.headers = {{"ETag", "\"v1\""}, {"Content-Range", "bytes 600-999/1000"}};
  ScriptedServer server{Replies{half, rest}};

  const Result<Reply> reply = fetch(server);

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(server.requests()[1].header("Range"), "bytes=600-");
  expect_whole(bytes);
}

TEST_F(ClientFile, HoldsNoPageAndNoErrorText) {
  ScriptedReply page = reply_with(200, "<html>portal</html>");
  ScriptedServer server{Replies{page, reply_with(503, "sorry"), reply_with(404, "<Error/>")}};

  const Result<Reply> reply = fetch(server);

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->kind, ReplyKind::Absent);
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_FALSE(fs::exists(part()));
}

TEST_F(ClientFile, KeepsThePartWhenCancelled) {
  ScriptedReply stalls = reply_with(200, content(100'000));
  stalls.headers = {{"ETag", "\"v1\""}};
  stalls.send_only = 50'000;
  stalls.after = After::Stall;
  ScriptedServer server{Replies{stalls}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};
  client.submit(1, flat_file(settings.endpoints, FlatFile::Trades, kFriday, file_));
  ASSERT_TRUE(server.wait_for_requests(1));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  std::error_code ignored;
  while (fs::file_size(part(), ignored) != 50'000 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }

  client.cancel();

  EXPECT_EQ(client.take()->reply.error().code, ErrorCode::Interrupted);
  EXPECT_EQ(file_bytes(part()).size(), 50'000U);
  EXPECT_EQ(file_bytes(etag()), "\"v1\"");
}

TEST_F(ClientFile, TellsOfADiskThatRefuses) {
  folder_.write("deep", "a file where the folder should be");
  ScriptedServer server{Storage{.bytes = "x"}};

  const Result<Reply> reply = fetch(server);

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::Io);
  EXPECT_THAT(reply.error().message, HasSubstr("flat file of trades of 2026-04-17"));
  EXPECT_EQ(server.requests().size(), 1U) << "another attempt does not mend a disk";
}

TEST(ContentRange, IsReadInItsThreeForms) {
  EXPECT_EQ(read_content_range("bytes 5-9/10")->first, 5U);
  EXPECT_EQ(read_content_range("bytes 5-9/10")->total, 10U);
  EXPECT_FALSE(read_content_range("bytes */10")->first);
  EXPECT_FALSE(read_content_range("bytes 5-9/*")->total);
  for (const char* const text : {"", "bytes", "items 1-2/3", "bytes 1-2", "bytes x-2/3"}) {
    EXPECT_FALSE(read_content_range(text)) << text;
  }
}

}  // namespace
}  // namespace offex::feeds
