#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/sync_support.hpp"

// Which weeks are asked for, how, and which are waited for.
namespace offex::ingest {
namespace {

using market::Dataset;
using store::PartitionState;
using sync_test::at;
using sync_test::day;
using sync_test::PlannerTest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class WeeklyPlanTest : public PlannerTest {
 protected:
  WeeklyPlanTest() { ask_for(SyncSource::Weekly); }

  void publish(std::string_view week, const std::string& tier) {
    if (!published_) published_.emplace();
    published_->push_back({.week = day(week), .tier = tier});
  }
  /// Questions for whole weeks.
  [[nodiscard]] std::vector<Task> weeks(const std::string& tier) {
    auto out = tasks(Dataset::WeeklySummary, tier);
    std::erase_if(out, [](const Task& task) { return !task.expected.week; });
    return out;
  }
  [[nodiscard]] static std::string value_of(const Task& task, std::string_view field) {
    for (const auto& filter : task.query.compare) {
      if (filter.field == field) return filter.type + " " + filter.value;
    }
    return "none";
  }
};

TEST_F(WeeklyPlanTest, WithoutAListTheRuleTellsWhichWeeksAreOut) {
  EXPECT_THAT(days_of(weeks("T1")), ElementsAre("2026-02-09", "2026-02-16", "2026-02-23"));
  EXPECT_THAT(days_of(weeks("T2")), ElementsAre("2026-02-09"));
  EXPECT_THAT(days_of(weeks("OTCE")), ElementsAre("2026-02-09"));
  EXPECT_THAT(plan().waiting, IsEmpty());
}

TEST_F(WeeklyPlanTest, TheListTellsWhichWeeksAreOut) {
  publish("2026-02-16", "T1");
  publish("2026-02-23", "T1");
  publish("2026-02-16", "T2");
  publish("2026-02-09", "OTCE");
  EXPECT_THAT(days_of(weeks("T1")), ElementsAre("2026-02-16", "2026-02-23"));
  // Listed before its day by the rule.
  EXPECT_THAT(days_of(weeks("T2")), ElementsAre("2026-02-16"));
  EXPECT_THAT(days_of(weeks("OTCE")), ElementsAre("2026-02-09"));
}

TEST_F(WeeklyPlanTest, AWeekThatIsDueAndNotListedWaits) {
  publish("2026-02-09", "T1");
  publish("2026-02-16", "T1");
  publish("2026-02-09", "T2");
  publish("2026-02-09", "OTCE");
  EXPECT_THAT(days_of(weeks("T1")), ElementsAre("2026-02-09", "2026-02-16"));
  const auto waiting = plan().waiting;
  ASSERT_THAT(waiting, SizeIs(1));
  EXPECT_EQ(waiting[0].partition, week_of("2026-02-23"));
  EXPECT_EQ(waiting[0].state, PartitionState::Due);
  EXPECT_EQ(waiting[0].retry_at, at("2026-03-21T00:00:00Z"));
  EXPECT_THAT(waiting[0].reason, HasSubstr("not in its list of published weeks"));
}

TEST_F(WeeklyPlanTest, AFetchedWeekIsNotAskedForAgain) {
  known(week_of("2026-02-16"), PartitionState::Fetched);
  EXPECT_THAT(days_of(weeks("T1")), ElementsAre("2026-02-09", "2026-02-23"));
}

TEST_F(WeeklyPlanTest, AWeekIsAskedForByItsMondayAndTierInAFixedOrder) {
  const auto found = weeks("T1");
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[2].query.dataset, feeds::QueryDataset::WeeklySummary);
  EXPECT_EQ(found[2].shape, Shape::QueryPages);
  EXPECT_EQ(value_of(found[2], "weekStartDate"), "EQUAL 2026-02-23");
  EXPECT_EQ(value_of(found[2], "tierIdentifier"), "EQUAL T1");
  ASSERT_THAT(found[2].query.domain, SizeIs(1));
  EXPECT_THAT(found[2].query.domain[0].values, SizeIs(4));
  EXPECT_FALSE(found[2].query.sort.empty());
  EXPECT_EQ(found[2].expected.week, day("2026-02-23"));
  EXPECT_EQ(found[2].expected.tier, "T1");
  EXPECT_TRUE(found[2].archive);
}

TEST_F(WeeklyPlanTest, AWeekMayBeLateForAWeekAfterItsDay) {
  const auto found = weeks("T1");
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_FALSE(found[1].may_be_late);
  EXPECT_TRUE(found[2].may_be_late);
}

TEST_F(WeeklyPlanTest, AWeekOlderThanAYearIsAskedForInTheHistoricDataSet) {
  // 365 and 372 days before 2026-03-20.
  now_ = at("2026-03-23T15:00:00Z");
  ask_for("2025-03-17", "2025-03-28");
  const auto found = weeks("T1");
  ASSERT_THAT(days_of(found), testing::IsSupersetOf({"2025-03-17", "2025-03-24"}));
  const Task& historic = found[found.size() - 2];
  const Task& recent = found.back();
  EXPECT_EQ(historic.query.dataset, feeds::QueryDataset::WeeklySummaryHistoric);
  EXPECT_THAT(historic.query.domain, IsEmpty());
  EXPECT_THAT(historic.query.sort, IsEmpty());
  EXPECT_EQ(value_of(historic, "weekStartDate"), "EQUAL 2025-03-17");
  EXPECT_EQ(recent.query.dataset, feeds::QueryDataset::WeeklySummary);
}

TEST_F(WeeklyPlanTest, HistoricWeeksNeedNoPlaceInTheList) {
  ask_for("2024-03-11", "2024-03-15");
  publish("2026-02-23", "T1");
  EXPECT_THAT(days_of(weeks("T1")), testing::Contains("2024-03-11"));
  EXPECT_THAT(plan().waiting, IsEmpty());
}

TEST_F(WeeklyPlanTest, InBulkNewerWeeksAreAskedForAsynchronouslyAndHistoricOnesAreNot) {
  request_.bulk = true;
  EXPECT_EQ(weeks("T1").at(0).shape, Shape::AsyncQuery);
  ask_for("2024-03-11", "2024-03-15");
  EXPECT_EQ(weeks("T1").at(0).shape, Shape::QueryPages);
}

}  // namespace
}  // namespace offex::ingest
