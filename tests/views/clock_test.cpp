#include "offex/views/clock.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "views/ticker_store.hpp"

namespace offex::views {
namespace {

using test::day_of;
using test::sessions_of;
using test::TickerStore;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> clock_at(const store::Reader& reader,
                                                          const char* now) {
  const auto strip = clock_strip(reader, market::Instant::parse(now).value());
  EXPECT_TRUE(strip) << (strip ? "" : base::format_error(strip.error()));
  std::vector<std::pair<std::string, std::string>> out;
  for (const render::Fact& fact : *strip) out.emplace_back(fact.name, fact.value);
  return out;
}

TEST(Clock, SaysThatTheStoreIsEmpty) {
  TickerStore market;
  market.store.writer();
  EXPECT_THAT(clock_at(market.store.reader(), "2026-03-21T15:00:00Z"),
              ElementsAre(Pair("As of", "2026-03-21 11:00 ET"), Pair("Newest daily file", "none"),
                          Pair("Newest published week", "none"),
                          Pair("Next release", "2026-03-23 18:00 (session 2026-03-23)")));
}

TEST(Clock, TellsTheNewestFileAndTheNewestWeekOfEachTier) {
  TickerStore market;
  market.put_days("2026-03-02", "2026-03-20");
  market.put_week("2026-02-16", "T1");
  market.put_week("2026-02-23", "T1");
  market.put_week("2026-02-09", "T2");
  const store::Reader reader = market.store.reader();
  EXPECT_THAT(
      clock_at(reader, "2026-03-21T15:00:00Z"),
      ElementsAre(Pair("As of", "2026-03-21 11:00 ET"), Pair("Newest daily file", "2026-03-20"),
                  Pair("Newest published week", "2026-02-23 (T1), 2026-02-09 (T2)"),
                  Pair("Next release", "2026-03-23 16:00 (week 2026-03-02)")));
}

TEST(Clock, TellsOfAnEarlierTimeWhatWasThereThen) {
  TickerStore market;
  market.put_days("2026-03-02", "2026-03-20");
  market.put_week("2026-02-16", "T1");
  market.put_week("2026-02-23", "T1");
  const store::Reader reader = market.store.reader();
  // Wednesday, an hour before and an hour after the file of the day.
  EXPECT_THAT(
      clock_at(reader, "2026-03-11T21:00:00Z"),
      ElementsAre(Pair("As of", "2026-03-11 17:00 ET"), Pair("Newest daily file", "2026-03-10"),
                  Pair("Newest published week", "2026-02-16 (T1)"),
                  Pair("Next release", "2026-03-11 18:00 (session 2026-03-11)")));
  EXPECT_THAT(clock_at(reader, "2026-03-11T23:00:00Z")[1], Pair("Newest daily file", "2026-03-11"));
}

TEST(BreakRules, StandLeftOfTheFirstSessionOfTheNewRegime) {
  const std::vector<market::Day> days = sessions_of("2026-02-17", "2026-03-06");
  const auto rules = break_rules(days);
  ASSERT_EQ(rules.size(), 1U);
  const auto& rule = std::get<render::Rule>(rules[0]);
  EXPECT_EQ(rule.at, 3.5);
  EXPECT_TRUE(rule.vertical);
  EXPECT_EQ(rule.label, "fractional-shares");
}

TEST(BreakRules, AreNoneWhereNothingChangedAndNoneBeforeAllThatIsShown) {
  EXPECT_THAT(break_rules({}), IsEmpty());
  EXPECT_THAT(break_rules(sessions_of("2026-03-02", "2026-03-06")), IsEmpty());
  EXPECT_THAT(break_rules(sessions_of("2026-02-23", "2026-03-06")), IsEmpty());
}

}  // namespace
}  // namespace offex::views
