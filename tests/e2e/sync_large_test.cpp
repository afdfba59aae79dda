// A sync of the whole market, badly served, beside one that is served well.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "offex/market/calendar.hpp"
#include "offex/sim/server.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

constexpr const char* kEvening = "2026-04-17T23:30:00Z";  // 19:30 in New York
constexpr int kSessions = 60;

sim::MarketSpec spec() { return {.symbols = 11'000, .days = kSessions, .seed = 5}; }

class SyncLargeTest : public OffexTest {
 protected:
  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "millions of rows: a sanitizer would need many minutes, and sees the same "
                      "code in the small syncs";
    }
    sim::ServerOptions options;
    options.now = market::Instant::parse(kEvening).value();
    options.finra_needs_token = true;
    options.tape_days = 0;
    // Rows by firm are most of the bytes, and FINRA's rate most of the time: the newest released
    // week of tier 1 has to do.
    options.firm_weeks = 4;
    auto started = sim::Server::start(spec(), market_.path() / "market", options);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::make_unique<sim::Server>(std::move(*started));
    offex_.set_now(kEvening);
    offex_.set_variable("OFFEX_UPSTREAM", server_->url());
    offex_.set_variable("POLYGON_API_KEY", options.polygon_key);
    offex_.set_variable("FINRA_API_KEY", options.finra_key);
    offex_.set_variable("FINRA_API_SECRET", options.finra_secret);
    // Patience for the server, which works on the same processors, and for series of failures.
    offex_.set_variable("FINRA_HTTP_TIMEOUT", "1.5");
    offex_.set_variable("FINRA_HTTP_RETRIES", "15");
    offex_.set_variable("FINRA_HTTP_BACKOFF", "0.01");
    offex_.set_variable("OFFEX_SYNC_LONGEST_WAIT", "0.05");
  }

  /// Syncs all sessions into a new store and returns the digests of its tables.
  std::string sync(const std::string& home) {
    server_->forget_served();
    const market::Day first = market::session_before(spec().last_day, kSessions - 1).value();
    const std::vector<std::string> command{"sync", "--from", first.iso()};
    test_support::Process process{OFFEX_BINARY, command, offex_.options(home)};
    const auto start = std::chrono::steady_clock::now();
    const ProcessOutcome outcome = process.finish(std::chrono::minutes{5});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    RecordProperty("seconds_" + home, std::to_string(seconds.count()));
    return offex_.digest(home);
  }
  [[nodiscard]] std::string rows_of(const std::string& home, const std::string& sql) {
    const std::string text = offex_.must_in(home, {"sql", sql, "-f", "csv", "-q"});
    return text.substr(text.find('\n') + 1);
  }

  test_support::ScratchFolder market_;
  std::unique_ptr<sim::Server> server_;
};

TEST_F(SyncLargeTest, SixtySessionsOfTheWholeMarketSurviveTwentyPercentFaults) {
  const std::string expected = sync("well");
  EXPECT_EQ(rows_of("well",
                    "SELECT count(DISTINCT trade_date), count(DISTINCT symbol) >= 11000 FROM "
                    "finra_short_consolidated"),
            "60,true\n");
  EXPECT_EQ(rows_of("well", "SELECT count(DISTINCT trade_date) FROM polygon_daily_agg"), "60\n");
  EXPECT_NE(rows_of("well", "SELECT count(*) FROM finra_weekly_summary"), "0\n");

  sim::FaultPlan faults;
  faults.rate = 0.2;
  faults.seed = 20;
  faults.stall = std::chrono::milliseconds{2'000};
  server_->set_faults(faults);
  EXPECT_EQ(sync("badly"), expected);
  const auto served = server_->served();
  const auto faulty =
      std::ranges::count_if(served, [](const sim::ServedRequest& one) { return one.faulty; });
  EXPECT_GT(faulty, std::ssize(served) / 7) << "of " << served.size();
  RecordProperty("requests", std::to_string(served.size()));
  RecordProperty("faulty", std::to_string(faulty));
}

}  // namespace
}  // namespace offex::e2e
