// Files that are not whole, and rows that cannot be.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "studies/scan_seen.hpp"

namespace offex::studies::test {
namespace {

/// Publishes ordinary days and a last one that `change` alters, and walks.
std::vector<SeenSession> with_last_day(const std::vector<market::Day>& days, int names,
                                       const auto& change) {
  ScanMarket market{names};
  market.put_ordinary({days.begin(), days.end() - 1});
  MarketDay rows = market.ordinary(days.back());
  change(rows);
  market.put(days.back(), rows);
  auto seen = walk_all(market);
  EXPECT_EQ(seen.size(), days.size());
  return seen;
}

TEST(ScanPartial, CallsAFilePartialThatHasUnderNinetySevenPercentOfTheUsualRows) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 22);
  const auto keep = [&](std::size_t rows) {
    return with_last_day(days, 100, [rows](MarketDay& day) { day.shorts.resize(rows); });
  };
  // The smallest names come first, so that the shares must not go missing with them.
  const auto whole = keep(97);
  const auto partial = keep(96);
  EXPECT_EQ(partial.back().usual_rows, 100.0);
  EXPECT_EQ(whole.back().status, SessionStatus::Ok);
  EXPECT_EQ(partial.back().status, SessionStatus::Partial);
}

TEST(ScanPartial, ScoresAPartialSessionAndLearnsNothingFromIt) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 22);
  const auto seen = with_last_day(days, 60, [](MarketDay& day) { day.shorts.resize(50); });
  const SeenSession& before = seen[20];
  const SeenSession& partial = seen[21];
  ASSERT_EQ(partial.status, SessionStatus::Partial);
  EXPECT_EQ(partial.scores.size(), 50U);
  EXPECT_TRUE(std::isfinite(partial.scores.z_v[0]));
  EXPECT_TRUE(std::isfinite(partial.scores.z_r[0]));
  EXPECT_EQ(partial.scores.count[0], 21);
  EXPECT_EQ(state_bits(partial.state, false), state_bits(before.state, false));
}

TEST(ScanPartial, CallsAFilePartialThatHasUnderHalfOfTheUsualShares) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 22);
  const auto scaled = [&](double by) {
    return with_last_day(days, 60, [by](MarketDay& day) { day.scale_shares(by); }).back();
  };
  EXPECT_EQ(scaled(0.8).status, SessionStatus::Ok);
  EXPECT_EQ(scaled(0.3).status, SessionStatus::Partial);
}

TEST(ScanPartial, AsksHalfAsManySharesOfAnEarlyClose) {
  auto days = ScanMarket::sessions_from("2025-06-03", 22);
  ASSERT_EQ(days.back(), day_of("2025-07-03"));
  ASSERT_TRUE(market::is_early_close(days.back()));
  const auto scaled = [&](double by) {
    return with_last_day(days, 60, [by](MarketDay& day) { day.scale_shares(by); }).back();
  };
  EXPECT_EQ(scaled(0.4).status, SessionStatus::Ok);
  EXPECT_EQ(scaled(0.15).status, SessionStatus::Partial);
}

TEST(ScanPartial, CallsNothingPartialBeforeTheSixthSession) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 6);
  const auto few = [](MarketDay& day) { day.shorts.resize(10); };
  const auto fifth = with_last_day({days.begin(), days.end() - 1}, 60, few).back();
  EXPECT_EQ(fifth.status, SessionStatus::Ok);
  EXPECT_TRUE(std::isnan(fifth.usual_rows));
  EXPECT_TRUE(std::isnan(fifth.usual_shares));
  const auto sixth = with_last_day(days, 60, few).back();
  EXPECT_EQ(sixth.status, SessionStatus::Partial);
  EXPECT_EQ(sixth.usual_rows, 60.0);
}

TEST(ScanPartial, CountsRowsThatCannotBeAndLearnsNothingFromThem) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 10);
  const auto seen = with_last_day(days, 60, [](MarketDay& day) {
    MarketDay::Short& more = day.short_of("N003");
    more.part = more.total + 1.0;
    day.short_of("N004") = {"N004", 0.0, 0.0};
  });
  const SeenSession& last = seen.back();
  EXPECT_EQ(last.scores.rejected, 2U);
  EXPECT_EQ(last.scores.size(), 58U);
  for (const char* name : {"N003", "N004"}) {
    EXPECT_EQ(last.row(name), last.scores.size());
    EXPECT_EQ(last.state.surprise.count[last.at(name)], 9);
  }
}

}  // namespace
}  // namespace offex::studies::test
