// What starts when: connections, rates, waits and the end.
#include <chrono>
#include <ctime>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feeds/client_fixture.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

TEST(ClientQueue, ReusesItsConnections) {
  ScriptedServer server{Replies{reply_with(200, "x")}};
  FeedSettings settings = settings_for(server);
  settings.limits.connections = 3;
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 60; ++id) client.submit(id, short_file_request(settings));

  std::set<std::uint64_t> ids;
  while (const auto finished = client.take()) {
    ASSERT_TRUE(finished->reply);
    ids.insert(finished->id);
  }

  EXPECT_EQ(ids.size(), 60U);
  EXPECT_EQ(client.pending(), 0U);
  EXPECT_LE(server.connections(), 3U);
  EXPECT_LE(server.most_at_once(), 3U);
}

TEST(ClientQueue, KeepsItsConnectionsBusy) {
  ScriptedReply slow = reply_with(200, "x");
  slow.pause = milliseconds{30};
  ScriptedServer server{Replies{slow}};
  FeedSettings settings = settings_for(server);
  settings.limits.connections = 4;
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 16; ++id) client.submit(id, short_file_request(settings));
  while (client.take()) {
  }
  EXPECT_EQ(server.most_at_once(), 4U);
}

TEST(ClientQueue, LetsAnotherGoWhileOneWaitsForItsRetry) {
  ScriptedReply later = reply_with(503);
  later.headers = {{"Retry-After", "1"}};
  ScriptedServer server{[&](const ScriptedRequest& request) {
    return request.number == 0 ? later : reply_with(200, "x");
  }};
  FeedSettings settings = settings_for(server);
  settings.limits.connections = 1;
  Client client{settings, nullptr};
  client.submit(1, short_file_request(settings));
  ASSERT_TRUE(server.wait_for_requests(1));
  client.submit(2, short_file_request(settings));

  EXPECT_EQ(client.take()->id, 2U);
  const auto second = client.take();
  EXPECT_EQ(second->id, 1U);
  EXPECT_EQ(second->reply->attempts, 2U);
}

TEST(ClientQueue, WaitsAsLongAsTheServerAsksAlsoBeyondItsOwnWaits) {
  ScriptedReply busy = reply_with(503);
  busy.headers = {{"Retry-After", "1"}};
  ScriptedServer server{Replies{busy, reply_with(200, "x")}};
  FeedSettings settings = settings_for(server);
  settings.limits.longest_wait = milliseconds{50};
  Client client{settings, nullptr};

  ASSERT_TRUE(client.ask(short_file_request(settings)));

  const auto requests = server.requests();
  EXPECT_GE(requests[1].at - requests[0].at, milliseconds{1'000});
}

TEST(ClientQueue, GivesUpAtOnceWhenTheServerAsksForTooLongAWait) {
  ScriptedReply busy = reply_with(503);
  busy.headers = {{"Retry-After", "901"}};
  ScriptedServer server{Replies{busy}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(short_file_request(settings));

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::Upstream);
  EXPECT_THAT(reply.error().message, HasSubstr("status 503; the server wants to be asked again in "
                                               "901 s, and 900 s is the most to wait"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(ClientQueue, CallsAQuotaSpentAtOnceWhenItComesBackTooLate) {
  ScriptedReply spent = reply_with(429, "{}");
  spent.headers = {{"Retry-After", "5"}};
  ScriptedServer server{Replies{spent}};
  FeedSettings settings = settings_for(server);
  settings.limits.longest_retry_after = milliseconds{2'000};
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(query_request(settings));

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::Credentials);
  EXPECT_THAT(reply.error().message, HasSubstr("quota"));
  EXPECT_THAT(reply.error().message, HasSubstr("in 5 s"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(ClientQueue, HoldsTheWholeUpstreamBackAfterTooMany) {
  ScriptedServer server{[](const ScriptedRequest& request) {
    return request.number == 0 ? reply_with(429, "{}") : reply_with(200, "{}");
  }};
  FeedSettings settings = settings_for(server);
  settings.limits.connections = 1;
  // The next full minute is at most that far away, and further than this with hardly any doubt.
  settings.limits.longest_wait = milliseconds{150};
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 3; ++id) client.submit(id, market_status(settings.endpoints));
  while (const auto finished = client.take()) EXPECT_TRUE(finished->reply);

  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  const auto minute = std::chrono::system_clock::now().time_since_epoch() % std::chrono::minutes{1};
  if (minute > std::chrono::seconds{1}) {
    EXPECT_GE(requests[1].at - requests[0].at, milliseconds{145});
  }
}

TEST(ClientQueue, CallsASpentQuotaByItsName) {
  ScriptedServer server{Replies{reply_with(429, R"({"status":"ERROR"})")}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(market_status(settings.endpoints));

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::Credentials);
  EXPECT_THAT(reply.error().message, HasSubstr("quota"));
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(ClientQueue, KeepsTheRateOfAnUpstreamAndOfNoOther) {
  ScriptedServer server{Replies{reply_with(200, "{}")}};
  FeedSettings settings = settings_for(server);
  settings.limits.polygon_rate = 60.0 * 100.0;  // in each minute
  settings.limits.finra_rate = 20.0;
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 45; ++id) client.submit(id, query_request(settings));
  client.submit(100, market_status(settings.endpoints));

  const auto begin = steady_clock::now();
  bool other_was_early = false;
  std::size_t taken = 0;
  while (const auto finished = client.take()) {
    ++taken;
    if (finished->id == 100) other_was_early = taken < 40;
  }

  EXPECT_EQ(taken, 46U);
  EXPECT_GE(steady_clock::now() - begin, milliseconds{1'950}) << "45 at 20 a second";
  EXPECT_TRUE(other_was_early);
}

TEST(ClientQueue, GivesNothingWhenNothingIsPendingOrPatienceEnds) {
  ScriptedReply silent = reply_with(0);
  silent.after = After::Stall;
  ScriptedServer server{Replies{silent}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};

  EXPECT_FALSE(client.take());
  client.submit(1, short_file_request(settings));
  EXPECT_FALSE(client.take(milliseconds{20}));
  EXPECT_EQ(client.pending(), 1U);
}

TEST(ClientQueue, EndsEverythingWhenCancelled) {
  ScriptedReply silent = reply_with(0);
  silent.after = After::Stall;
  ScriptedServer server{Replies{silent}};
  FeedSettings settings = settings_for(server);
  settings.limits.connections = 2;
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 5; ++id) client.submit(id, short_file_request(settings));
  ASSERT_TRUE(server.wait_for_requests(2));

  client.cancel();
  client.submit(5, short_file_request(settings));

  int taken = 0;
  while (const auto finished = client.take()) {
    ++taken;
    ASSERT_FALSE(finished->reply);
    EXPECT_EQ(finished->reply.error().code, ErrorCode::Interrupted);
  }
  EXPECT_EQ(taken, 6);
}

TEST(ClientQueue, LeavesPromptlyInTheMiddleOfWork) {
  ScriptedReply silent = reply_with(0);
  silent.after = After::Stall;
  ScriptedServer server{Replies{silent}};
  const FeedSettings settings = settings_for(server);
  const auto begin = steady_clock::now();
  {
    Client client{settings, nullptr};
    for (std::uint64_t id = 0; id < 100; ++id) client.submit(id, short_file_request(settings));
    ASSERT_TRUE(server.wait_for_requests(1));
  }
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds{4}) << "not after the timeout";
}

TEST(ClientQueue, SleepsWhileItWaits) {
  // One request stalls, one waits for its retry, and one for its turn.
  ScriptedServer server{[](const ScriptedRequest& request) {
    ScriptedReply reply = reply_with(request.number == 0 ? 503 : 0);
    reply.headers = {{"Retry-After", "60"}};
    if (request.number > 0) reply.after = After::Stall;
    return reply;
  }};
  FeedSettings settings = settings_for(server);
  settings.limits.connections = 1;
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 3; ++id) client.submit(id, short_file_request(settings));
  ASSERT_TRUE(server.wait_for_requests(2));

  const std::clock_t before = std::clock();
  EXPECT_FALSE(client.take(milliseconds{400}));
  const double seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;

  EXPECT_LT(seconds, 0.1) << "of the processor";
}

TEST(ClientQueue, SleepsWhileARateHoldsItBack) {
  ScriptedServer server{Replies{reply_with(200, "{}")}};
  FeedSettings settings = settings_for(server);
  settings.limits.polygon_rate = 1.0;
  Client client{settings, nullptr};
  for (std::uint64_t id = 0; id < 2; ++id) client.submit(id, market_status(settings.endpoints));
  ASSERT_TRUE(client.take());

  const std::clock_t before = std::clock();
  EXPECT_FALSE(client.take(milliseconds{400}));
  const double seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;

  EXPECT_LT(seconds, 0.1) << "of the processor";
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(ClientQueue, CountsItsTraffic) {
  ScriptedServer server{Replies{reply_with(500), reply_with(200, "12345"), reply_with(204)}};
  const FeedSettings settings = settings_for(server);
  Client client{settings, nullptr};
  ASSERT_TRUE(client.ask(short_file_request(settings)));
  ASSERT_TRUE(client.ask(short_file_request(settings)));

  const Traffic traffic = client.traffic()[static_cast<std::size_t>(Upstream::FinraCdn)];
  EXPECT_EQ(traffic.requests, 3U);
  EXPECT_EQ(traffic.retries, 1U);
  EXPECT_EQ(traffic.bodies, 1U);
  EXPECT_EQ(traffic.bytes, 5U);
}

}  // namespace
}  // namespace offex::feeds
