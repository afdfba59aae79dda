#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/sync_support.hpp"

// Questions for the rows that FINRA changed since a week came.
namespace offex::ingest {
namespace {

using market::Dataset;
using store::PartitionState;
using sync_test::at;
using sync_test::day;
using sync_test::PlannerTest;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RestatedPlanTest : public PlannerTest {
 protected:
  RestatedPlanTest() { ask_for(SyncSource::Weekly); }

  void looked_at(std::string_view week, std::string_view checked,
                 PartitionState state = PartitionState::Fetched, std::string tier = "T1") {
    known(week_of(week, std::move(tier)), state).checked_at = at(checked);
  }
  [[nodiscard]] std::vector<Task> questions() {
    auto out = tasks(Dataset::WeeklySummary);
    std::erase_if(out, [](const Task& task) { return task.revisited.empty(); });
    return out;
  }
  [[nodiscard]] static std::vector<std::string> weeks_of_question(const Task& task) {
    std::vector<std::string> out;
    for (const auto& key : task.covers) out.push_back(key.day->iso() + " " + key.scope);
    return out;
  }
  [[nodiscard]] static std::string range_of(const Task& task, std::string_view field) {
    for (const auto& filter : task.query.dates) {
      if (filter.field == field) return filter.days.first.iso() + " " + filter.days.last.iso();
    }
    return "none";
  }
};

// The evening in New York: what changed on a day is seen from 18:00 on.
constexpr const char* kEveningOfThe10th = "2026-03-10T23:00:00Z";
constexpr const char* kMorningOfThe10th = "2026-03-10T14:00:00Z";
constexpr const char* kEveningOfThe18th = "2026-03-18T23:00:00Z";

TEST_F(RestatedPlanTest, WithoutStoredWeeksNothingCanBeRestated) {
  EXPECT_THAT(questions(), IsEmpty());
  looked_at("2026-02-09", kEveningOfThe10th, PartitionState::Failed);
  looked_at("2026-02-02", kEveningOfThe10th, PartitionState::Absent);
  looked_at("2026-01-26", kEveningOfThe10th, PartitionState::Due);
  EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(RestatedPlanTest, AWeekIsLookedThroughForRowsThatChangedAfterTheLastLook) {
  looked_at("2026-02-09", kEveningOfThe10th);
  const auto found = questions();
  ASSERT_THAT(found, SizeIs(1));
  const Task& task = found[0];
  EXPECT_THAT(weeks_of_question(task), ElementsAre("2026-02-09 T1"));
  EXPECT_EQ(task.query.dataset, feeds::QueryDataset::WeeklySummary);
  ASSERT_THAT(task.query.compare, SizeIs(1));
  EXPECT_EQ(task.query.compare[0].field, "tierIdentifier");
  EXPECT_EQ(task.query.compare[0].value, "T1");
  ASSERT_THAT(task.query.domain, SizeIs(1));
  EXPECT_THAT(task.query.domain[0].values, SizeIs(4));
  EXPECT_EQ(range_of(task, "weekStartDate"), "2026-02-09 2026-02-09");
  EXPECT_EQ(range_of(task, "lastUpdateDate"), "2026-03-11 2026-03-20");
  EXPECT_EQ(task.expected.tier, "T1");
  EXPECT_FALSE(task.expected.week);
  EXPECT_TRUE(task.archive);
}

TEST_F(RestatedPlanTest, ALookBeforeTheEveningCountsForTheDayBefore) {
  looked_at("2026-02-09", kMorningOfThe10th);
  ASSERT_THAT(questions(), SizeIs(1));
  EXPECT_EQ(range_of(questions()[0], "lastUpdateDate"), "2026-03-10 2026-03-20");
  now_ = at("2026-03-20T21:59:59Z");
  EXPECT_EQ(range_of(questions()[0], "lastUpdateDate"), "2026-03-10 2026-03-19");
}

TEST_F(RestatedPlanTest, AWeekThatWasLookedAtThisEveningIsNotLookedThrough) {
  looked_at("2026-02-09", "2026-03-20T22:00:00Z");
  EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(RestatedPlanTest, WeeksThatWereLookedAtOnTheSameDayAreOneQuestion) {
  looked_at("2026-02-02", kEveningOfThe10th);
  looked_at("2026-02-09", kEveningOfThe10th);
  looked_at("2026-02-16", kEveningOfThe18th);
  const auto found = questions();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(weeks_of_question(found[0]), ElementsAre("2026-02-09 T1", "2026-02-02 T1"));
  EXPECT_EQ(range_of(found[0], "weekStartDate"), "2026-02-02 2026-02-09");
  EXPECT_EQ(range_of(found[0], "lastUpdateDate"), "2026-03-11 2026-03-20");
  EXPECT_THAT(weeks_of_question(found[1]), ElementsAre("2026-02-16 T1"));
  EXPECT_EQ(range_of(found[1], "lastUpdateDate"), "2026-03-19 2026-03-20");
}

TEST_F(RestatedPlanTest, RowsOfTheDayOfPublicationAreNotRestatedOnes) {
  // Out on Monday, 2026-03-16, by the rule; fetched in the afternoon.
  looked_at("2026-02-23", "2026-03-16T20:30:00Z");
  ASSERT_THAT(questions(), SizeIs(1));
  EXPECT_EQ(range_of(questions()[0], "lastUpdateDate"), "2026-03-17 2026-03-20");
}

TEST_F(RestatedPlanTest, TheListKnowsTheDayOfPublicationBetterThanTheRule) {
  looked_at("2026-02-23", "2026-03-16T20:30:00Z");
  published_.emplace();
  published_->push_back(
      {.week = day("2026-02-23"), .tier = "T1", .type = {}, .published = day("2026-03-17")});
  ASSERT_THAT(questions(), SizeIs(1));
  EXPECT_EQ(range_of(questions()[0], "lastUpdateDate"), "2026-03-18 2026-03-20");
}

TEST_F(RestatedPlanTest, OnlyTheNewestWeeksAreLookedThrough) {
  request_.revisit_weeks = 2;
  looked_at("2026-02-02", kEveningOfThe10th);
  looked_at("2026-02-09", kEveningOfThe10th);
  looked_at("2026-02-16", kEveningOfThe10th);
  ASSERT_THAT(questions(), SizeIs(1));
  EXPECT_THAT(weeks_of_question(questions()[0]), ElementsAre("2026-02-16 T1", "2026-02-09 T1"));
  request_.revisit_weeks = 0;
  EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(RestatedPlanTest, EachTierIsLookedThroughByItself) {
  looked_at("2026-02-09", kEveningOfThe10th);
  looked_at("2026-02-02", kEveningOfThe10th, PartitionState::Revised, "T2");
  const auto found = questions();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(weeks_of_question(found[0]), ElementsAre("2026-02-09 T1"));
  EXPECT_THAT(weeks_of_question(found[1]), ElementsAre("2026-02-02 T2"));
}

TEST_F(RestatedPlanTest, WhatTheLedgerSaysOfTheWeeksGoesWithTheQuestion) {
  looked_at("2026-02-09", kEveningOfThe10th, PartitionState::Revised);
  ASSERT_THAT(questions(), SizeIs(1));
  ASSERT_THAT(questions()[0].revisited, SizeIs(1));
  EXPECT_EQ(questions()[0].revisited[0].state, PartitionState::Revised);
  EXPECT_EQ(questions()[0].revisited[0].checked_at, at(kEveningOfThe10th));
}

}  // namespace
}  // namespace offex::ingest
