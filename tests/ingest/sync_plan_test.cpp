#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/sync_support.hpp"

// What the ledger makes of a request, and FINRA's files and data sets but for the weekly one.
namespace offex::ingest {
namespace {

using market::Dataset;
using market::Facility;
using store::PartitionState;
using sync_test::at;
using sync_test::day;
using sync_test::header_of;
using sync_test::PlannerTest;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SyncPlanTest : public PlannerTest {
 protected:
  [[nodiscard]] std::vector<Task> files() { return tasks(Dataset::FinraShortDaily, "CNMS"); }
  /// Asks for three days that are too old to be looked at again.
  void ask_for_old_days() { ask_for("2026-02-02", "2026-02-04"); }
  /// Notes that all files of the days asked for are stored, with a validator.
  void all_fetched() {
    for (market::Day of = request_.days.first; of <= request_.days.last; of = of.plus(1)) {
      known(short_file(of.iso()), PartitionState::Fetched).etag = R"("tag")";
    }
  }
};

// --- The ledger

TEST_F(SyncPlanTest, EverySessionThatIsNotKnownIsAskedFor) {
  ask_for("2026-03-12", "2026-03-17");
  EXPECT_THAT(days_of(files()),
              ElementsAre("2026-03-12", "2026-03-13", "2026-03-16", "2026-03-17"));
  for (const Task& task : files()) EXPECT_FALSE(task.conditional);
}

TEST_F(SyncPlanTest, NothingIsDoneWhenAllIsFetchedAndNothingIsRecent) {
  ask_for_old_days();
  all_fetched();
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(SyncPlanTest, ARevisedFileIsAStoredOne) {
  ask_for_old_days();
  all_fetched();
  known(short_file("2026-02-03"), PartitionState::Revised);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(SyncPlanTest, TheNewestTenSessionsAreAskedForAgainByConditionalRequests) {
  ask_for("2026-03-02", "2026-03-20");
  all_fetched();
  const auto found = files();
  ASSERT_THAT(found, SizeIs(10));
  EXPECT_EQ(found.front().covers.front().day, day("2026-03-09"));
  EXPECT_EQ(found.back().covers.front().day, day("2026-03-20"));
  for (const Task& task : found) {
    EXPECT_TRUE(task.conditional);
    EXPECT_EQ(header_of(task.request, "If-None-Match"), R"("tag")");
    ASSERT_TRUE(task.before);
    EXPECT_EQ(task.before->state, PartitionState::Fetched);
  }
}

TEST_F(SyncPlanTest, ADateOfChangeIsAValidatorToo) {
  ask_for("2026-03-20", "2026-03-20");
  known(short_file("2026-03-20"), PartitionState::Fetched).last_modified =
      "Fri, 20 Mar 2026 22:00:00 GMT";
  const auto found = files();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(header_of(found[0].request, "If-Modified-Since"), "Fri, 20 Mar 2026 22:00:00 GMT");
  EXPECT_EQ(header_of(found[0].request, "If-None-Match"), "");
}

TEST_F(SyncPlanTest, AStoredFileWithoutAValidatorIsNotAskedForAgain) {
  ask_for("2026-03-20", "2026-03-20");
  known(short_file("2026-03-20"), PartitionState::Fetched);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(SyncPlanTest, OneSessionToRevisitIsTheNewest) {
  request_.revisit_sessions = 1;
  all_fetched();
  EXPECT_THAT(days_of(files()), ElementsAre("2026-03-20"));
}

TEST_F(SyncPlanTest, NoSessionToRevisitLeavesAllStoredFilesAlone) {
  request_.revisit_sessions = 0;
  all_fetched();
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(SyncPlanTest, AnAbsentFileIsAskedForAgainOnlyWhileItIsRecent) {
  ask_for("2026-03-05", "2026-03-10");
  for (const char* of : {"2026-03-05", "2026-03-06", "2026-03-09", "2026-03-10"}) {
    known(short_file(of), PartitionState::Absent);
  }
  const auto found = files();
  EXPECT_THAT(days_of(found), ElementsAre("2026-03-09", "2026-03-10"));
  for (const Task& task : found) EXPECT_FALSE(task.conditional);
}

TEST_F(SyncPlanTest, AFileThatIsDueWaitsUntilItsTime) {
  ask_for("2026-03-20", "2026-03-20");
  known(short_file("2026-03-20"), PartitionState::Due).retry_at = at("2026-03-20T23:00:01Z");
  const TaskPlan found = plan();
  EXPECT_THAT(files(), IsEmpty());
  ASSERT_THAT(found.waiting, SizeIs(1));
  EXPECT_EQ(found.waiting[0].partition, short_file("2026-03-20"));
  EXPECT_EQ(found.waiting[0].retry_at, at("2026-03-20T23:00:01Z"));
}

TEST_F(SyncPlanTest, AFileThatIsDueIsAskedForOnceItsTimeHasCome) {
  ask_for("2026-03-20", "2026-03-20");
  known(short_file("2026-03-20"), PartitionState::Due).retry_at = now_;
  EXPECT_THAT(files(), SizeIs(1));
  EXPECT_THAT(plan().waiting, IsEmpty());
}

TEST_F(SyncPlanTest, AFailedFileIsAskedForAgainHoweverOldItIs) {
  ask_for_old_days();
  all_fetched();
  known(short_file("2026-02-03"), PartitionState::Failed).attempts = 2;
  const auto found = files();
  EXPECT_THAT(days_of(found), ElementsAre("2026-02-03"));
  ASSERT_TRUE(found[0].before);
  EXPECT_EQ(found[0].before->attempts, 2U);
  EXPECT_FALSE(found[0].conditional);
}

// --- Files of the day

TEST_F(SyncPlanTest, AFileIsAskedForWithItsNameDayAndMomentOfPublication) {
  ask_for("2026-03-20", "2026-03-20");
  const auto found = files();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].request.url,
            "https://cdn.finra.org/equity/regsho/daily/CNMSshvol20260320.txt");
  EXPECT_EQ(found[0].shape, Shape::File);
  EXPECT_EQ(found[0].name, "CNMSshvol20260320.txt");
  EXPECT_EQ(found[0].expected.day, day("2026-03-20"));
  EXPECT_EQ(found[0].published_at, at("2026-03-20T22:00:00Z"));
  EXPECT_TRUE(found[0].in_row);
}

TEST_F(SyncPlanTest, OnlyTheNewestFileMayBeLate) {
  ask_for("2026-03-19", "2026-03-20");
  const auto found = files();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_FALSE(found[0].may_be_late);
  EXPECT_TRUE(found[1].may_be_late);
}

TEST_F(SyncPlanTest, ADayIsNotAskedForBeforeItsFilesAreOut) {
  now_ = at("2026-03-20T21:59:59Z");
  EXPECT_THAT(days_of(files()),
              ElementsAre("2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19"));
}

TEST_F(SyncPlanTest, DaysWithoutASessionAndInTheFutureAreLeftOut) {
  ask_for("2026-03-20", "2026-04-30");
  EXPECT_THAT(days_of(files()), ElementsAre("2026-03-20"));
  ask_for("2026-03-21", "2026-04-30");
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(SyncPlanTest, AFacilityIsNotAskedForBeforeItsFirstFile) {
  ask_for("2018-07-31", "2018-08-02");
  EXPECT_THAT(days_of(files()), ElementsAre("2018-08-01", "2018-08-02"));
  request_.facilities = {Facility::Fnqc};
  ask_for("2018-09-07", "2018-09-11");
  EXPECT_THAT(days_of(tasks(Dataset::FinraShortDaily)), ElementsAre("2018-09-10", "2018-09-11"));
  request_.facilities = {Facility::Fnsq};
  ask_for("2009-07-31", "2009-08-04");
  EXPECT_THAT(days_of(tasks(Dataset::FinraShortDaily)), ElementsAre("2009-08-03", "2009-08-04"));
}

TEST_F(SyncPlanTest, WithoutNamesAllSixFacilitiesAreAskedFor) {
  request_.facilities.clear();
  ask_for("2026-03-20", "2026-03-20");
  std::vector<std::string> scopes;
  for (const Task& task : tasks(Dataset::FinraShortDaily)) {
    scopes.push_back(task.covers.front().scope);
  }
  EXPECT_THAT(scopes,
              testing::UnorderedElementsAre("CNMS", "FNSQ", "FNYX", "FNQC", "FNRA", "FORF"));
}

TEST_F(SyncPlanTest, TheApiStandsInForTheFilesWhenItIsAskedFor) {
  request_.short_from_api = true;
  ask_for("2026-03-19", "2026-03-20");
  EXPECT_THAT(files(), IsEmpty());
  const auto found = tasks(Dataset::RegShoApi);
  EXPECT_THAT(days_of(found), ElementsAre("2026-03-19", "2026-03-20"));
  EXPECT_EQ(found[0].shape, Shape::QueryPages);
  ASSERT_THAT(found[0].query.compare, SizeIs(1));
  EXPECT_EQ(found[0].query.compare[0].field, "tradeReportDate");
  EXPECT_EQ(found[0].query.compare[0].value, "2026-03-19");
  EXPECT_TRUE(found[0].archive);
}

TEST_F(SyncPlanTest, TheThresholdListIsAskedForEverySession) {
  ask_for("2026-03-19", "2026-03-20");
  const auto found = tasks(Dataset::ThresholdList);
  EXPECT_THAT(days_of(found), ElementsAre("2026-03-19", "2026-03-20"));
  EXPECT_EQ(found[1].expected.day, day("2026-03-20"));
}

// --- Short interest

TEST_F(SyncPlanTest, ShortInterestIsAskedForWhenItCameOutOnTheDaysAskedFor) {
  ask_for("2026-03-10", "2026-03-20");
  const auto found = tasks(Dataset::ShortInterest);
  ASSERT_THAT(days_of(found), ElementsAre("2026-02-27"));
  EXPECT_EQ(found[0].published_at, at("2026-03-10T22:00:00Z"));
  EXPECT_EQ(found[0].expected.day, day("2026-02-27"));
  EXPECT_FALSE(found[0].may_be_late);
  ask_for("2026-03-11", "2026-03-20");
  EXPECT_THAT(tasks(Dataset::ShortInterest), IsEmpty());
}

TEST_F(SyncPlanTest, ShortInterestIsNotAskedForBeforeItIsPublished) {
  ask_for("2026-03-16", "2026-03-25");
  now_ = at("2026-03-24T21:59:59Z");
  EXPECT_THAT(tasks(Dataset::ShortInterest), IsEmpty());
  now_ = at("2026-03-24T22:00:00Z");
  const auto found = tasks(Dataset::ShortInterest);
  EXPECT_THAT(days_of(found), ElementsAre("2026-03-13"));
  EXPECT_TRUE(found[0].may_be_late);
}

// --- ATS files

TEST_F(SyncPlanTest, AtsFilesAreAskedForAsArchivesAndElseAsText) {
  ask_for(SyncSource::Weekly);
  request_.ats_files = true;
  const auto found = tasks(Dataset::AtsSummary);
  EXPECT_THAT(days_of(found), ElementsAre("2026-02-09", "2026-02-16", "2026-02-23"));
  EXPECT_EQ(found[2].request.url, "https://cdn.finra.org/equity/ATS/ATS_W_Summary_20260227.zip");
  EXPECT_EQ(found[2].expected.week, day("2026-02-23"));
  ASSERT_TRUE(found[2].otherwise);
  EXPECT_EQ(found[2].otherwise->request.url,
            "https://cdn.finra.org/equity/ATS/ATS_W_Summary_20260227.txt");
  EXPECT_EQ(found[2].otherwise->covers, found[2].covers);
  request_.ats_files = false;
  EXPECT_THAT(tasks(Dataset::AtsSummary), IsEmpty());
}

// --- Sources

TEST_F(SyncPlanTest, WithoutNamesAllSourcesButTradesAreWanted) {
  request_.sources.clear();
  EXPECT_TRUE(Planner::wants(request_, SyncSource::Short));
  EXPECT_TRUE(Planner::wants(request_, SyncSource::Reference));
  EXPECT_FALSE(Planner::wants(request_, SyncSource::Trades));
  request_.sources = {SyncSource::Trades};
  EXPECT_TRUE(Planner::wants(request_, SyncSource::Trades));
  EXPECT_FALSE(Planner::wants(request_, SyncSource::Short));
}

}  // namespace
}  // namespace offex::ingest
