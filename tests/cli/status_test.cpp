#include <algorithm>

#include "offex/store/writer.hpp"

#include "cli/cli_run.hpp"

namespace offex::cli::test {
namespace {

using store::PartitionState;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// The clock says Thursday 5 March 2026, 7:00 in New York: due are the files of Wednesday.
class StatusTest : public CommandTest {
 protected:
  void record(const std::string& trade_date, PartitionState state, const std::string& reason = {}) {
    auto writer = store::Writer::open(
        {.home = scratch_.path() / "home", .clock = &clock_, .threads = 1}, "test");
    ASSERT_TRUE(writer) << writer.error().message;
    const store::LedgerEntry entry{.partition = {.source = "finra_cdn",
                                                 .dataset = market::Dataset::FinraShortDaily,
                                                 .day = market::Day::parse(trade_date).value(),
                                                 .scope = "CNMS"},
                                   .state = state,
                                   .reason = reason,
                                   .checked_at = market::Instant::from_nanos(clock_.now_nanos()),
                                   .url = "https://host/" + trade_date,
                                   .etag = {},
                                   .last_modified = {},
                                   .sha256 = {}};
    ASSERT_TRUE(writer->record({&entry, 1}));
    ASSERT_TRUE(writer->close());
  }
  void import_days(const std::vector<std::string>& days) {
    for (const std::string& day : days) import_day(day, {"AAPL|10|1|20"});
  }
};

TEST_F(StatusTest, CoverageStaysOneTableForMachines) {
  import_days({"20260304"});
  record("2026-03-03", PartitionState::Failed, "timed out");

  EXPECT_EQ(must({"status", "-f", "csv"}).out,
            "dataset,facility,first_day,last_day,days,rows,revisions,newest_known_from,"
            "missing_sessions,sessions_behind\n"
            "finra_short_daily,CNMS,2026-03-04,2026-03-04,1,1,0,2026-03-04T23:00:00Z,0,0\n");
}

TEST_F(StatusTest, PeopleSeeReleasesAndFailuresBelow) {
  import_days({"20260304"});
  record("2026-03-03", PartitionState::Failed, "timed out");

  EXPECT_THAT(must({"status", "-f", "table"}).out,
              AllOf(HasSubstr("Coverage of"), HasSubstr("Weeks and releases"),
                    HasSubstr("2026-03-05 18:00"), HasSubstr("Failed"), HasSubstr("timed out")));
}

TEST_F(StatusTest, NothingFailedIsNotMentioned) {
  import_days({"20260304"});

  EXPECT_THAT(must({"status", "-f", "table"}).out,
              AllOf(HasSubstr("Weeks and releases"), Not(HasSubstr("Failed"))));
}

TEST_F(StatusTest, AFileHoldsTheCoverageAlone) {
  import_days({"20260304"});
  const auto file = scratch_.path() / "status.txt";

  must({"status", "-f", "table", "-o", file.string()});

  EXPECT_THAT(test_support::file_bytes(file),
              AllOf(HasSubstr("Coverage of"), Not(HasSubstr("releases"))));
}

TEST_F(StatusTest, ManyFailuresAreListedInFullOnDemand) {
  import_days({"20260304"});
  for (int number = 10; number < 22; ++number) {
    record("2026-01-" + std::to_string(number), PartitionState::Failed, "refused");
  }

  EXPECT_THAT(must({"status", "-f", "table"}).out,
              AllOf(HasSubstr("2026-01-19"), Not(HasSubstr("2026-01-20")),
                    HasSubstr("10 of 12; offex status --failed lists all")));
  const std::string all = must({"status", "--failed", "-f", "csv"}).out;
  EXPECT_EQ(std::ranges::count(all, '\n'), 13);
  EXPECT_THAT(all, HasSubstr("finra_cdn,finra_short_daily,2026-01-21,CNMS,failed,refused,"
                             "2026-03-05T12:00:00Z,,0,https://host/2026-01-21\n"));
}

TEST_F(StatusTest, LedgerListsEveryState) {
  import_days({"20260304"});
  record("2026-03-04", PartitionState::Fetched);
  record("2026-03-05", PartitionState::Due);

  EXPECT_EQ(must({"status", "--ledger", "-f", "csv"}).out,
            "source,dataset,key_date,scope,state,reason,checked_at,retry_at,attempts,url\n"
            "finra_cdn,finra_short_daily,2026-03-04,CNMS,fetched,,2026-03-05T12:00:00Z,,0,"
            "https://host/2026-03-04\n"
            "finra_cdn,finra_short_daily,2026-03-05,CNMS,due,,2026-03-05T12:00:00Z,,0,"
            "https://host/2026-03-05\n");
}

TEST_F(StatusTest, ReleasesTellWhatComesNextInBothTimes) {
  import_days({"20260304"});
  record("2026-03-04", PartitionState::Fetched);

  EXPECT_EQ(must({"status", "--releases", "-f", "csv"}).out,
            "source,dataset,scope,newest,published,newest_due,behind,next,next_release_new_york,"
            "next_release,fetched,revised,absent,due,failed\n"
            "finra_cdn,finra_short_daily,CNMS,2026-03-04,2026-03-04,2026-03-04,0,2026-03-05,"
            "2026-03-05 18:00,2026-03-05T23:00:00Z,1,0,0,0,0\n");
}

TEST_F(StatusTest, GapsTellWhatIsKnownOfThem) {
  import_days({"20260227", "20260304"});
  record("2026-03-02", PartitionState::Absent, "404, with an AccessDenied body");
  record("2026-03-03", PartitionState::Absent);

  EXPECT_EQ(must({"status", "--gaps", "-f", "csv"}).out,
            "dataset,facility,missing_session,reason\n"
            "finra_short_daily,CNMS,2026-03-02,\"absent: 404, with an AccessDenied body\"\n"
            "finra_short_daily,CNMS,2026-03-03,absent\n");
}

TEST_F(StatusTest, OneTableAtATime) {
  import_days({"20260304"});

  EXPECT_EQ(run({"status", "--gaps", "--ledger"}).code, ExitCode::Usage);
}

TEST_F(StatusTest, FindingsOnDemandEndWithTen) {
  import_days({"20260304"});
  EXPECT_EQ(run({"status", "--fail-on", "gaps,stale,failed"}).code, ExitCode::Done);

  record("2026-03-03", PartitionState::Failed, "timed out");
  EXPECT_EQ(run({"status", "--fail-on", "gaps,stale"}).code, ExitCode::Done);
  EXPECT_EQ(run({"status", "--fail-on", "failed"}).code, ExitCode::Finding);

  import_days({"20260302"});
  EXPECT_EQ(run({"status", "--fail-on", "gaps"}).code, ExitCode::Finding);

  clock_ = base::FixedClock{market::parse_as_of("2026-03-05T23:00:00Z").value().nanos()};
  EXPECT_EQ(run({"status", "--fail-on", "stale"}).code, ExitCode::Finding);
}

}  // namespace
}  // namespace offex::cli::test
