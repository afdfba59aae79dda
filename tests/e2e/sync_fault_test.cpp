// Upstreams that fail: what ends in the store is what would be there without a single failure.
#include <chrono>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <signal.h>

#include "e2e/upstream_fixture.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SyncFaultTest : public UpstreamTest {
 protected:
  void serve_badly(const std::string& now, const sim::FaultPlan& faults) {
    sim::ServerOptions options;
    options.faults = faults;
    options.finra_needs_token = true;
    serve(now, options);
    offex_.set_variable("FINRA_API_KEY", options.finra_key);
    offex_.set_variable("FINRA_API_SECRET", options.finra_secret);
    // Patience for a stall, and for the series of failures that chance brings.
    offex_.set_variable("FINRA_HTTP_TIMEOUT", "0.3");
    offex_.set_variable("FINRA_HTTP_RETRIES", "15");
    offex_.set_variable("OFFEX_SYNC_LONGEST_WAIT", "0.05");
  }
  static sim::FaultPlan faults(double rate, std::uint64_t seed) {
    sim::FaultPlan out;
    out.rate = rate;
    out.seed = seed;
    out.stall = std::chrono::milliseconds{500};
    return out;
  }
  [[nodiscard]] static std::size_t faulty(const std::vector<sim::ServedRequest>& served) {
    return static_cast<std::size_t>(std::ranges::count_if(
        served, [](const sim::ServedRequest& request) { return request.faulty; }));
  }
};

TEST_F(SyncFaultTest, TwentyPercentFaultsLeaveTheSameTables) {
  serve(kLastEvening);
  offex_.must_in("well", {"sync"});
  const std::string expected = offex_.digest("well");
  for (const std::uint64_t seed : {7U, 8U}) {
    const std::string home = "badly" + std::to_string(seed);
    serve_badly(kLastEvening, faults(0.2, seed));
    const ProcessOutcome outcome = offex_.run_in(home, {"sync"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_GT(faulty(served()), 20U);
    EXPECT_EQ(offex_.digest(home), expected) << "seed " << seed;
  }
}

// Each kind alone, often: a kind that is mishandled cannot hide behind the others.
class EachFault : public SyncFaultTest, public testing::WithParamInterface<sim::Fault> {};

TEST_P(EachFault, LeavesTheSameTables) {
  serve(kLastEvening);
  const std::vector<std::string> command{"sync", "--from", "-2d"};
  offex_.must_in("well", command);
  sim::FaultPlan plan = faults(0.3, 11);
  plan.kinds = {GetParam()};
  serve_badly(kLastEvening, plan);
  const ProcessOutcome outcome = offex_.run_in("badly", command);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_GT(faulty(served()), 0U);
  EXPECT_EQ(offex_.digest("badly"), offex_.digest("well"));
}

INSTANTIATE_TEST_SUITE_P(All, EachFault,
                         testing::Values(sim::Fault::Reset, sim::Fault::Truncate, sim::Fault::Stall,
                                         sim::Fault::TooMany, sim::Fault::ServerError,
                                         sim::Fault::GatewayPage, sim::Fault::ExpiredToken,
                                         sim::Fault::WrongLength, sim::Fault::SilentCap,
                                         sim::Fault::ReorderedPage),
                         [](const auto& param) {
                           std::string name{sim::to_string(param.param)};
                           std::erase(name, '_');
                           return name;
                         });

TEST_F(SyncFaultTest, WhatFailsIsListedAndTheRestIsStored) {
  sim::FaultPlan plan = faults(0.5, 5);
  plan.kinds = {sim::Fault::ServerError};
  serve_badly(kLastEvening, plan);
  offex_.set_variable("FINRA_HTTP_RETRIES", "2");
  const ProcessOutcome outcome = offex_.run({"sync", "short", "--from", "-9d"});
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("failed: finra_short_daily"));
  EXPECT_EQ(offex_.run({"status", "--fail-on", "failed"}).exit_code, 10);
  // On a better day the same command fetches what is missing, and no more.
  server_->set_faults({});
  server_->forget_served();
  const ProcessOutcome again = offex_.run({"sync", "short", "--from", "-9d", "--revisit", "0"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(offex_.query("SELECT count(*) FROM sync_ledger WHERE state = 'failed'"), "0\n");
  EXPECT_LT(served().size(), 60U);
}

TEST_F(SyncFaultTest, AServerThatIsGoneIsAnUpstreamError) {
  serve(kLastEvening);
  server_.reset();
  offex_.set_variable("FINRA_HTTP_RETRIES", "2");
  const ProcessOutcome outcome = offex_.run({"sync", "short", "--from", "-1d"});
  EXPECT_EQ(outcome.exit_code, 7) << outcome.err;
}

TEST_F(SyncFaultTest, KilledAnywhereItGoesOnAndFetchesNothingTwice) {
  using std::chrono::microseconds;
  constexpr int kMoments = 20;
  constexpr int kConnections = 4;
  serve(kLastEvening);
  const std::vector<std::string> command{"sync", "--progress", "none"};
  const auto start = std::chrono::steady_clock::now();
  offex_.must_in("well", command);
  const auto whole =
      std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - start);
  const std::string expected = offex_.digest("well");
  std::mt19937_64 random{20260417};
  std::uniform_int_distribution<std::int64_t> moments{1'000, whole.count()};
  int killed = 0;
  for (int moment = 0; moment < kMoments; ++moment) {
    const std::string home = "killed" + std::to_string(moment);
    server_->forget_served();
    test_support::Process process{OFFEX_BINARY, command, offex_.options(home)};
    process.wait(microseconds{moments(random)});
    process.send(SIGKILL);
    killed += process.finish().signal == SIGKILL ? 1 : 0;
    const std::size_t before = served().size();
    const ProcessOutcome again = offex_.run_in(home, command);
    ASSERT_EQ(again.exit_code, 0) << again.err;
    ASSERT_EQ(offex_.digest(home), expected) << moment;
    // A body may come again only where the kill met it on its way to the disk: the requests that
    // were under way, or answered and not taken yet.
    const auto all = bodies("GET");
    EXPECT_LE(total(all) - static_cast<int>(all.size()), kConnections * 2)
        << "moment " << moment << ", " << before << " requests before\n"
        << again.err;
    EXPECT_FALSE(fs::exists(offex_.folder() / home / "incoming") &&
                 !fs::is_empty(offex_.folder() / home / "incoming"));
  }
  EXPECT_GT(killed, kMoments / 2);
}

}  // namespace
}  // namespace offex::e2e
