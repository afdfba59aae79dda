#include "offex/feeds/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/feeds/finra.hpp"

#include "support/scripted_server.hpp"

namespace offex::feeds {
namespace {

using test_support::ScriptedReply;
using test_support::ScriptedServer;

TEST(Client, GivesTheBodyOfAReply) {
  ScriptedServer server{std::vector<ScriptedReply>{{.body = "Date|Symbol\r\n0"}}};
  FeedSettings settings;
  settings.endpoints = simulated_endpoints(server.url());
  Client client{settings, nullptr};

  const Result<Reply> reply = client.ask(short_volume_file(
      settings.endpoints, market::Facility::Cnms, *market::Day::parse("20260417")));

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "Date|Symbol\r\n0");
}

}  // namespace
}  // namespace offex::feeds
