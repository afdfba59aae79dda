// The walk over sessions: what it visits, what it makes of files, splits, breaks and resets.
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/scan.hpp"

#include "studies/scan_seen.hpp"

namespace offex::studies::test {
namespace {

using testing::Each;
using testing::IsEmpty;

std::vector<market::Day> days_of(const std::vector<SeenSession>& sessions) {
  std::vector<market::Day> out;
  out.reserve(sessions.size());
  for (const SeenSession& session : sessions) out.push_back(session.day);
  return out;
}

TEST(ScanWalk, VisitsEverySessionWithAFileInOrder) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 24);
  ScanMarket market;
  market.put_ordinary(days);
  const store::Reader reader = market.store().reader();
  EXPECT_EQ(days_of(walk(reader)), days);
  EXPECT_EQ(days_of(walk(reader, {.days = market::DayRange{days[20], days[22]}})),
            (std::vector{days[20], days[21], days[22]}));
  EXPECT_EQ(scan_days(reader).value(), days);
}

TEST(ScanWalk, GivesTheSameBitsForAnyNumberOfThreads) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 7);
  ScanMarket market{2500};
  market.put_ordinary(days);
  const store::Reader reader = market.store().reader();
  const auto one = walk(reader, {.threads = 1});
  const auto four = walk(reader, {.threads = 4});
  ASSERT_EQ(one.size(), days.size());
  ASSERT_EQ(four.size(), days.size());
  for (std::size_t index = 0; index < days.size(); ++index) {
    EXPECT_TRUE(bits_of(one[index]) == bits_of(four[index])) << days[index].iso();
  }
}

TEST(ScanWalk, DoesNotMindInWhichOrderTheFilesCame) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 24);
  ScanMarket forward;
  forward.put_ordinary(days);
  ScanMarket backward;
  for (std::size_t index = days.size(); index-- > 0;) {
    MarketDay rows = backward.ordinary(days[index]);
    std::ranges::reverse(rows.shorts);
    backward.put(days[index], rows);
  }
  const auto one = walk_all(forward);
  const auto other = walk_all(backward);
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t index = 0; index < one.size(); ++index) {
    EXPECT_EQ(bits_of(one[index]), bits_of(other[index])) << days[index].iso();
  }
}

TEST(ScanWalk, TakesAMissingFileAsAGapForEverySymbol) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 14);
  ScanMarket market;
  for (const market::Day day : days) {
    MarketDay rows = market.ordinary(day);
    if (day == days[10]) rows.shorts.clear();
    market.put(day, rows);
  }
  const auto seen = walk_all(market);
  ASSERT_EQ(seen.size(), 13U);
  const SeenSession& before = seen[9];
  const SeenSession& after = seen[10];
  EXPECT_EQ(after.day, days[11]);
  EXPECT_EQ(after.ordinal, before.ordinal + 2);
  const double fade = std::exp2(-1.0 / kernels::SurpriseParameters{}.hm);
  for (std::size_t row = 0; row < after.scores.size(); ++row) {
    const std::size_t at = after.scores.symbol[row];
    const kernels::SurpriseState& state = before.state.surprise;
    EXPECT_EQ(after.scores.count[row], 10);
    EXPECT_NEAR(after.scores.neff[row], fade * state.w[at] * state.w[at] / state.w2[at], 1e-12);
    EXPECT_TRUE(std::isnan(after.previous_z_r[at]));
  }
  EXPECT_EQ(after.state.price[0].count, 11);  // eleven returns: bars were there
}

TEST(ScanWalk, LeavesADayWithoutTradingOut) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 12);
  const market::Day saturday = day_of("2025-06-07");
  ScanMarket plain;
  plain.put_ordinary(days);
  ScanMarket odd;
  odd.put_ordinary(days);
  odd.put(saturday, odd.ordinary(saturday));
  const auto expected = walk_all(plain);
  const auto seen = walk_all(odd);
  ASSERT_EQ(days_of(seen), days);
  for (std::size_t index = 0; index < seen.size(); ++index) {
    EXPECT_EQ(bits_of(seen[index]), bits_of(expected[index])) << days[index].iso();
  }
}

TEST(ScanWalk, ForgetsTheVariancesAtTheBreakAndMarksTwentySessionsMore) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 40);
  ScanMarket market;
  market.put_ordinary(days);
  const auto seen = walk_all(market);
  const auto first =
      static_cast<std::size_t>(std::ranges::find(days, day_of("2026-02-23")) - days.begin());
  ASSERT_EQ(first, 14U);
  EXPECT_THAT(seen[first].scores.d, Each(0.0));
  EXPECT_THAT(seen[first + 1].scores.d, Each(1.0));
  EXPECT_THAT(seen[first - 1].scores.d, Each(testing::Gt(5.0)));
  EXPECT_THAT(seen[first].scores.neff, Each(testing::Gt(5.0)));  // means stay
  for (std::size_t index = 0; index < seen.size(); ++index) {
    EXPECT_EQ(seen[index].after_break, index >= first && index <= first + 20) << index;
  }
}

/// A market in which a name begins to trade four shares for one on the last day.
class SplitMarket {
 public:
  enum class Kind { None, Unknown, Known };
  explicit SplitMarket(Kind kind) {
    for (const market::Day day : days_) {
      MarketDay rows = market_.ordinary(day);
      if (kind != Kind::None && day == days_.back()) {
        MarketDay::Short& shorts = rows.short_of(kName);
        MarketDay::Bar& bar = rows.bar_of(kName);
        shorts = {kName, 4.0 * shorts.part, 4.0 * shorts.total};
        bar = {kName, bar.open / 4.0, bar.close / 4.0, 4.0 * bar.volume};
      }
      market_.put(day, rows);
    }
    if (kind == Kind::Known) market_.put_action(days_.back(), kName, 4.0);
  }
  SeenSession last() { return walk_all(market_).back(); }

  static constexpr const char* kName = "N030";

 private:
  std::vector<market::Day> days_{ScanMarket::sessions_from("2025-06-02", 26)};
  ScanMarket market_;
};

TEST(ScanWalk, SeesNoSurpriseInAKnownSplit) {
  const SeenSession plain = SplitMarket{SplitMarket::Kind::None}.last();
  const SeenSession split = SplitMarket{SplitMarket::Kind::Known}.last();
  const std::size_t row = plain.row(SplitMarket::kName);
  const std::size_t at = plain.at(SplitMarket::kName);
  ASSERT_EQ(split.row(SplitMarket::kName), row);
  EXPECT_EQ(split.scores.total[row], 4.0 * plain.scores.total[row]);
  // The baseline moves with the shares; only its prior differs by a little.
  EXPECT_NEAR(split.scores.e_v[row], plain.scores.e_v[row], 1e-9);
  EXPECT_NEAR(split.scores.z_v[row], plain.scores.z_v[row], 0.3);
  EXPECT_NEAR(split.scores.baseline[row], plain.scores.baseline[row] + std::log10(4.0), 1e-9);
  EXPECT_NEAR(split.price[at].z, plain.price[at].z, 1e-6);
  EXPECT_LT(std::fabs(split.price[at].z), 3.0);
  EXPECT_EQ(split.split[at], 1);
  EXPECT_EQ(std::ranges::count(split.split, 1), 1);
  EXPECT_NEAR(split.previous_close[at], plain.previous_close[at] / 4.0, 1e-9);
}

TEST(ScanWalk, SeesASurgeInAnUnknownSplitAndSuggestsIt) {
  const SeenSession split = SplitMarket{SplitMarket::Kind::Unknown}.last();
  const std::size_t row = split.row(SplitMarket::kName);
  const std::size_t at = split.at(SplitMarket::kName);
  EXPECT_GT(split.scores.z_v[row], 2.5);
  EXPECT_LT(split.price[at].z, -3.0);
  EXPECT_EQ(split.split[at], 0);
  EXPECT_EQ(split_like(split.open[at], split.previous_close[at]), 4.0);
}

TEST(ScanWalk, ForgetsTheTickerOfAResetAndNoOther) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 24);
  ScanMarket plain;
  plain.put_ordinary(days);
  ScanMarket reset;
  reset.put_ordinary(days);
  reset.put_action(days.back(), "N030", {});
  const SeenSession before = walk_all(plain).back();
  const SeenSession after = walk_all(reset).back();
  const std::size_t row = after.row("N030");
  const std::size_t at = after.at("N030");
  EXPECT_EQ(after.scores.count[row], 0);
  EXPECT_TRUE(std::isnan(after.scores.z_v[row]));
  EXPECT_TRUE(std::isnan(after.dollar_weight[at]));
  EXPECT_TRUE(std::isnan(after.previous_z_r[at]));
  EXPECT_TRUE(std::isnan(after.previous_close[at]));
  EXPECT_TRUE(std::isnan(after.price[at].z));
  EXPECT_TRUE(std::isnan(after.lit[at].z));
  EXPECT_EQ(after.state.surprise.count[at], 1);
  EXPECT_EQ(after.state.streak[at], 0);
  for (std::size_t other = 0; other < before.scores.size(); ++other) {
    if (other == row) continue;
    EXPECT_EQ(after.scores.count[other], before.scores.count[other]);
    EXPECT_EQ(after.scores.baseline[other], before.scores.baseline[other]);
    EXPECT_EQ(after.scores.e_v[other], before.scores.e_v[other]);
  }
}

TEST(ScanWalk, CountsTheHistoryOfAListingFromItsFirstRow) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 12);
  ScanMarket market;
  for (std::size_t index = 0; index < days.size(); ++index) {
    MarketDay rows = market.ordinary(days[index]);
    if (index < 6) rows.drop("N007");
    market.put(days[index], rows);
  }
  const auto seen = walk_all(market);
  EXPECT_EQ(seen[5].row("N007"), seen[5].scores.size());
  const std::size_t first = seen[6].row("N007");
  EXPECT_EQ(seen[6].scores.count[first], 0);
  EXPECT_TRUE(std::isnan(seen[6].scores.z_v[first]));
  const std::size_t last = seen[11].row("N007");
  EXPECT_EQ(seen[11].scores.count[last], 5);
  EXPECT_TRUE(std::isfinite(seen[11].scores.z_v[last]));
}

TEST(ScanWalk, KeepsTheStateOfANameThatIsGone) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 12);
  ScanMarket market;
  for (std::size_t index = 0; index < days.size(); ++index) {
    MarketDay rows = market.ordinary(days[index]);
    if (index >= 8) rows.drop("N007");
    market.put(days[index], rows);
  }
  const auto seen = walk_all(market);
  const SeenSession& last = seen.back();
  const std::size_t at = last.at("N007");
  EXPECT_EQ(last.row("N007"), last.scores.size());
  EXPECT_EQ(last.state.surprise.count[at], 8);
  EXPECT_EQ(last.state.surprise.last[at], seen[7].ordinal);
  EXPECT_EQ(last.state.streak[at], 0);
}

TEST(ScanWalk, IsHardToSurpriseByTheVolumeOfATinyName) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 22);
  ScanMarket market;
  for (const market::Day day : days) {
    const double by = day == days.back() ? 3.0 : 1.0;
    MarketDay rows = market.ordinary(day);
    rows.shorts.push_back({"TINY", 5.0 * by, 10.0 * by});
    rows.shorts.push_back({"VAST", 5e6 * by, 1e7 * by});
    market.put(day, rows);
  }
  const SeenSession last = walk_all(market).back();
  const double tiny = last.scores.z_v[last.row("TINY")];
  const double vast = last.scores.z_v[last.row("VAST")];
  EXPECT_NEAR(last.scores.baseline[last.row("TINY")], 1.0, 1e-9);
  EXPECT_GT(tiny, 0.5);
  EXPECT_LT(tiny, 2.0);
  EXPECT_GT(vast, 3.0);
}

TEST(ScanWalk, MeansDollarVolumeOverTheTwentySessionsBefore) {
  const auto days = ScanMarket::sessions_from("2025-06-02", 23);
  ScanMarket market;
  for (const market::Day day : days) {
    MarketDay rows = market.ordinary(day);
    if (day == days[5])
      std::erase_if(rows.bars, [](const auto& bar) { return bar.symbol == "N009"; });
    if (day == days.back()) rows.bar_of("N009").volume *= 1000.0;
    market.put(day, rows);
  }
  double sum = 0.0;
  for (std::size_t index = 2; index < 22; ++index) {
    if (index == 5) continue;
    const MarketDay::Bar bar = ScanMarket{}.ordinary(days[index]).bar_of("N009");
    sum += bar.close * bar.volume;
  }
  const SeenSession last = walk_all(market).back();
  EXPECT_NEAR(last.dollar_volume[last.at("N009")] / (sum / 19.0), 1.0, 1e-12);
}

TEST(ScanWalk, FindsNothingToVisitWhereThereAreNoFiles) {
  ScanMarket market;
  const auto days = ScanMarket::sessions_from("2025-06-02", 2);
  MarketDay rows = market.ordinary(days[0]);
  rows.shorts.clear();
  market.put(days[0], rows);
  EXPECT_THAT(walk_all(market), IsEmpty());
}

}  // namespace
}  // namespace offex::studies::test
