#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/json_internal.hpp"
#include "sim/server_client.hpp"

namespace offex::sim {
namespace {

using testing::StartsWith;

constexpr const char* kFile{"/cdn/regsho/daily/CNMSshvol20260417.txt"};
const Ask kPage{.path = "/api/data/group/otcMarket/name/regShoDaily",
                .body = R"({"limit":5000,"compareFilters":[{"compareType":"EQUAL",)"
                        R"("fieldName":"tradeReportDate","fieldValue":"2026-04-17"}]})",
                .headers = {"Accept: application/json"}};

/// A server on which every request goes wrong in one way.
Server failing(Fault kind, std::uint64_t seed = 1) {
  ServerOptions options;
  options.faults = {
      .rate = 1.0, .seed = seed, .kinds = {kind}, .stall = std::chrono::milliseconds{300}};
  return serve(options);
}

std::string whole_file() { return read_file(served_market().short_dir / "CNMSshvol20260417.txt"); }

TEST(Faults, ResetTheConnectionBeforeOrWithinTheBody) {
  const Server server = failing(Fault::Reset);
  std::set<int> statuses;
  for (int i = 0; i < 16; ++i) {
    const Answer answer = ask(server, {.path = kFile});
    EXPECT_TRUE(answer.reset);
    EXPECT_FALSE(answer.whole);
    statuses.insert(answer.status);
  }
  EXPECT_TRUE(statuses.contains(0));
  EXPECT_EQ(server.served().size(), 16U);
  EXPECT_TRUE(server.served().front().faulty);
}

TEST(Faults, TruncateTheBody) {
  const Server server = failing(Fault::Truncate);
  const Answer answer = ask(server, {.path = kFile});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Length"), std::to_string(whole_file().size()));
  EXPECT_FALSE(answer.whole);
  EXPECT_FALSE(answer.reset);
  EXPECT_EQ(answer.body, whole_file().substr(0, whole_file().size() / 2));
}

TEST(Faults, StallWithinTheBody) {
  const Server server = failing(Fault::Stall);
  const auto start = std::chrono::steady_clock::now();
  const Answer answer = ask(server, {.path = kFile});
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{290});
  EXPECT_FALSE(answer.whole);
}

TEST(Faults, DoNotKeepAStoppingServerWaiting) {
  ServerOptions options;
  options.faults = {.rate = 1.0, .kinds = {Fault::Stall}, .stall = std::chrono::hours{1}};
  auto server = std::make_unique<Server>(serve(options));
  Wire wire{*server};
  const auto start = std::chrono::steady_clock::now();
  std::thread client{[&] { EXPECT_FALSE(wire.ask({.path = kFile}).whole); }};
  while (server->served().empty()) std::this_thread::yield();
  server.reset();
  client.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes{1});
}

TEST(Faults, AnswerTooManyWithAndWithoutRetryAfter) {
  const Server server = failing(Fault::TooMany);
  std::set<std::string> waits;
  for (int i = 0; i < 16; ++i) {
    const Answer answer = ask(server, {.path = kFile});
    EXPECT_EQ(answer.status, 429);
    waits.insert(answer.header("Retry-After"));
  }
  EXPECT_EQ(waits, (std::set<std::string>{"", "1"}));
}

TEST(Faults, AnswerServerErrors) {
  EXPECT_EQ(ask(failing(Fault::ServerError), {.path = kFile}).status, 500);
  const Answer gateway = ask(failing(Fault::GatewayPage), {.path = kFile});
  EXPECT_EQ(gateway.status, 504);
  EXPECT_EQ(gateway.header("Content-Type"), "text/html");
  EXPECT_THAT(gateway.body, StartsWith("<HTML>"));
}

TEST(Faults, CutTheBodyInSilence) {
  const Answer answer = ask(failing(Fault::WrongLength), {.path = kFile});
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(answer.body, whole_file().substr(0, whole_file().size() / 2));
}

TEST(Faults, GiveFewerRowsThanAskedForInSilence) {
  const Answer good = ask(serve(), kPage);
  const Answer answer = ask(failing(Fault::SilentCap), kPage);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Record-Total"), good.header("Record-Total"));
  const std::size_t rows = parse_json(answer.body)->items.size();
  EXPECT_LT(rows, parse_json(good.body)->items.size());
  EXPECT_GT(rows, 0U);
  EXPECT_EQ(answer.header("Total-Records-On-Page"), std::to_string(rows));
}

TEST(Faults, ReorderTheRowsOfAPage) {
  const auto rows = [](const Answer& answer) {
    std::vector<std::string> out;
    const auto reply = parse_json(answer.body);
    for (const Json& row : reply->items) append_json(out.emplace_back(), row);
    return out;
  };
  auto usual = rows(ask(serve(), kPage));
  auto other = rows(ask(failing(Fault::ReorderedPage), kPage));
  EXPECT_NE(other, usual);
  std::ranges::sort(usual);
  std::ranges::sort(other);
  EXPECT_EQ(other, usual);
}

TEST(Faults, LeaveAloneWhatTheyDoNotFit) {
  const Server server = failing(Fault::SilentCap);
  EXPECT_EQ(ask(server, {.path = kFile}).body, whole_file());
  EXPECT_FALSE(server.served().front().faulty);
}

TEST(Faults, FollowTheSeed) {
  const auto statuses = [](std::uint64_t seed) {
    ServerOptions options;
    options.faults = {.rate = 0.5, .seed = seed, .kinds = {Fault::ServerError, Fault::TooMany}};
    const Server server = serve(options);
    std::vector<int> out;
    for (int i = 0; i < 40; ++i) out.push_back(ask(server, {.path = kFile}).status);
    return out;
  };
  EXPECT_EQ(statuses(7), statuses(7));
  EXPECT_NE(statuses(7), statuses(8));
}

TEST(Faults, LetEveryRequestThroughInTheEnd) {
  ServerOptions options;
  options.faults = {.rate = 0.2, .seed = 3, .stall = std::chrono::milliseconds{1}};
  const Server server = serve(options);
  std::size_t wrong = 0;
  for (int i = 0; i < 300; ++i) {
    int attempts = 0;
    while (ask(server, {.path = kFile}).body != whole_file() && attempts < 12) ++attempts;
    EXPECT_LT(attempts, 12);
    wrong += static_cast<std::size_t>(attempts);
  }
  EXPECT_GT(wrong, 40U);
  EXPECT_LT(wrong, 120U);
}

TEST(Faults, KnowTheirNames) {
  for (std::size_t i = 0; i < kNumFaults; ++i) {
    EXPECT_EQ(parse_fault(to_string(static_cast<Fault>(i))), static_cast<Fault>(i));
  }
  EXPECT_FALSE(parse_fault("fire"));
}

}  // namespace
}  // namespace offex::sim
