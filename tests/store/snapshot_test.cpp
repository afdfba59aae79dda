#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "store/maintenance_internal.hpp"
#include "store_fixture.hpp"

namespace offex::store {

using testing::ElementsAre;
using testing::HasSubstr;

class Snapshot : public StoreTest {};

TEST_F(Snapshot, SecondWriterIsToldWhoWrites) {
  writer();

  const auto second = Writer::open(options(), "import");

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::Busy);
  EXPECT_EQ(second.error().message, "store busy: offex test (pid " + std::to_string(::getpid()) +
                                        ") has been writing since 2026-03-02T12:00:00Z; wait or "
                                        "stop it");
}

TEST_F(Snapshot, LockOfADeadProcessIsFree) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto mine = Writer::open(options(), "import");
    ::_exit(mine ? (::kill(::getpid(), SIGKILL), 1) : 2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));

  EXPECT_TRUE(Writer::open(options(), "import"));
}

TEST_F(Snapshot, StoreThatIsNotThereIsNotFound) {
  const auto opened = Reader::open(options());

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::NotFound);
}

TEST_F(Snapshot, ThreeReadersStayUpWhileAWriterWorks) {
  ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
  const Reader first = reader();
  const Reader second = reader();
  ASSERT_TRUE(put_short("2", "2026-02-23", {{"A", 1, 0, 2}}));
  const auto third = Reader::open(options());
  ASSERT_TRUE(third) << third.error().message;
  const auto count = [](const Reader& view) {
    return rows_of(view, "SELECT count(*) FROM finra_short_daily");
  };

  EXPECT_THAT(count(first), ElementsAre("1"));
  EXPECT_THAT(count(second), ElementsAre("1"));
  EXPECT_THAT(count(*third), ElementsAre("1"));
  const Reader fourth = reader();
  EXPECT_THAT(count(fourth), ElementsAre("2"));
  EXPECT_THAT(count(first), ElementsAre("1"));
}

TEST_F(Snapshot, IsNotWrittenAgainWhenNothingChanged) {
  ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
  {
    const Reader view = reader();
  }
  const auto snapshot = folder_.path() / "snapshot" / "offex.duckdb";
  std::filesystem::create_hard_link(snapshot, folder_.path() / "same");
  writer();
  {
    const Reader view = reader();
  }

  EXPECT_TRUE(std::filesystem::equivalent(snapshot, folder_.path() / "same"));
}

TEST_F(Snapshot, ReaderPublishesWhatAKilledWriterLeft) {
  ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
  {
    const Reader view = reader();
  }
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto put = put_short("2", "2026-02-23", {{"A", 1, 0, 2}});
    ::_exit(put ? (::kill(::getpid(), SIGKILL), 1) : 2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));

  EXPECT_THAT(rows_of(reader(), "SELECT count(*) FROM finra_short_daily"), ElementsAre("2"));
}

TEST_F(Snapshot, StoreOfANewerProgramIsRefused) {
  ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
  {
    const Reader view = reader();
  }
  ASSERT_TRUE(run_on_file(folder_.path() / "offex.duckdb",
                          "INSERT INTO schema_step VALUES (999, now()::TIMESTAMP)"));

  const auto opened = Writer::open(options(), "import");

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(opened.error().message, HasSubstr("schema step 999"));
}

TEST_F(Snapshot, DatabaseOfSomebodyElseIsRefused) {
  ASSERT_TRUE(run_on_file(folder_.path() / "offex.duckdb", "CREATE TABLE theirs (a INTEGER)"));

  const auto opened = Writer::open(options(), "import");

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(opened.error().message, HasSubstr("no store of offex"));
}

TEST_F(Snapshot, MigrationIsDoneOnceAndRecorded) {
  writer();
  {
    const Reader view = reader();
  }
  writer();

  EXPECT_THAT(
      rows_of(reader(), "SELECT step, applied_at FROM schema_step ORDER BY step"),
      ElementsAre("1|2026-03-02T12:00:00Z", "2|2026-03-02T12:00:00Z", "3|2026-03-02T12:00:00Z"));
}

TEST_F(Snapshot, DamagedDatabaseIsAnErrorWithItsPath) {
  std::ofstream{folder_.path() / "offex.duckdb"} << "this is no database, not even a small one";

  const auto opened = Writer::open(options(), "import");

  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("offex.duckdb"));
}

}  // namespace offex::store
