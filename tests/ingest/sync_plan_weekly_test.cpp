#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/sync_support.hpp"

// Weeks and the question for restated rows.
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
  [[nodiscard]] std::vector<Task> weeks(const std::string& tier) {
    return tasks(Dataset::WeeklySummary, tier);
  }
  /// The one question for restated rows.
  [[nodiscard]] Task restated(const std::string& tier = "T1") {
    auto found = tasks(Dataset::WeeklySummary, "restated " + tier);
    EXPECT_THAT(found, SizeIs(1));
    return found.empty() ? Task{} : found[0];
  }
  void fetched(std::string_view week, std::string_view checked,
               PartitionState state = PartitionState::Fetched) {
    known(week_of(week), state).checked_at = at(checked);
  }
  [[nodiscard]] static std::string value_of(const Task& task, std::string_view field) {
    for (const auto& filter : task.query.compare) {
      if (filter.field == field) return filter.type + " " + filter.value;
    }
    return "none";
  }
  [[nodiscard]] static std::string range_of(const Task& task, std::string_view field) {
    for (const auto& filter : task.query.dates) {
      if (filter.field == field) return filter.days.first.iso() + " " + filter.days.last.iso();
    }
    return "none";
  }
};

// --- Weeks

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
  fetched("2026-02-16", "2026-03-20T22:00:00Z");
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

// --- Restated rows

TEST_F(WeeklyPlanTest, WithoutFetchedWeeksNothingCanBeRestated) {
  EXPECT_THAT(tasks(Dataset::WeeklySummary, "restated T1"), IsEmpty());
}

TEST_F(WeeklyPlanTest, WeeksOfTodayAreNotLookedThrough) {
  fetched("2026-02-16", "2026-03-20T14:00:00Z");
  EXPECT_THAT(tasks(Dataset::WeeklySummary, "restated T1"), IsEmpty());
}

TEST_F(WeeklyPlanTest, RestatedRowsAreThoseThatChangedSinceTheLastLook) {
  fetched("2026-02-09", "2026-03-10T14:00:00Z");
  fetched("2026-02-16", "2026-03-11T14:00:00Z");
  fetched("2026-02-23", "2026-03-20T14:00:00Z");
  const Task task = restated();
  EXPECT_EQ(task.covers.front(), week_of("2026-03-20", "restated T1"));
  EXPECT_EQ(task.query.dataset, feeds::QueryDataset::WeeklySummary);
  EXPECT_EQ(value_of(task, "tierIdentifier"), "EQUAL T1");
  EXPECT_EQ(value_of(task, "initialPublishedDate"), "LESSER 2026-03-10");
  EXPECT_EQ(range_of(task, "weekStartDate"), "2026-02-09 2026-02-16");
  EXPECT_EQ(range_of(task, "lastUpdateDate"), "2026-03-10 2026-03-20");
  EXPECT_TRUE(task.empty_is_answer);
  EXPECT_EQ(task.expected.tier, "T1");
  EXPECT_FALSE(task.expected.week);
}

TEST_F(WeeklyPlanTest, TheLastLookIsThatOfTheQuestionForRestatedRows) {
  fetched("2026-02-09", "2026-03-10T14:00:00Z");
  known(week_of("2026-03-17", "restated T1"), PartitionState::Fetched);
  known(week_of("2026-03-18", "restated T1"), PartitionState::Failed);
  EXPECT_EQ(range_of(restated(), "lastUpdateDate"), "2026-03-17 2026-03-20");
}

TEST_F(WeeklyPlanTest, OneLookADayIsEnough) {
  fetched("2026-02-09", "2026-03-10T14:00:00Z");
  known(week_of("2026-03-20", "restated T1"), PartitionState::Fetched);
  EXPECT_THAT(tasks(Dataset::WeeklySummary, "restated T1"), IsEmpty());
}

TEST_F(WeeklyPlanTest, ALookThatFailedIsRepeatedOnTheSameDay) {
  fetched("2026-02-09", "2026-03-10T14:00:00Z");
  known(week_of("2026-03-20", "restated T1"), PartitionState::Failed);
  EXPECT_EQ(range_of(restated(), "lastUpdateDate"), "2026-03-10 2026-03-20");
}

TEST_F(WeeklyPlanTest, OnlyTheNewestWeeksAreLookedThrough) {
  request_.revisit_weeks = 2;
  fetched("2026-02-02", "2026-03-10T14:00:00Z");
  fetched("2026-02-09", "2026-03-10T14:00:00Z");
  fetched("2026-02-16", "2026-03-10T14:00:00Z");
  EXPECT_EQ(range_of(restated(), "weekStartDate"), "2026-02-09 2026-02-16");
  request_.revisit_weeks = 0;
  EXPECT_THAT(tasks(Dataset::WeeklySummary, "restated T1"), IsEmpty());
}

TEST_F(WeeklyPlanTest, EachTierIsLookedThroughByItself) {
  known(week_of("2026-02-02", "T2"), PartitionState::Revised).checked_at =
      at("2026-03-12T14:00:00Z");
  EXPECT_THAT(tasks(Dataset::WeeklySummary, "restated T1"), IsEmpty());
  const Task task = restated("T2");
  EXPECT_EQ(range_of(task, "weekStartDate"), "2026-02-02 2026-02-02");
  EXPECT_EQ(value_of(task, "tierIdentifier"), "EQUAL T2");
}

TEST_F(WeeklyPlanTest, AFailedWeekIsNotLookedThrough) {
  fetched("2026-02-09", "2026-03-10T14:00:00Z", PartitionState::Failed);
  EXPECT_THAT(tasks(Dataset::WeeklySummary, "restated T1"), IsEmpty());
}

}  // namespace
}  // namespace offex::ingest
