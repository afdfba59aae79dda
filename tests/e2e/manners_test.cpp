// Exit codes, interrupts, locks and files: how the program behaves towards its caller.
#include <signal.h>

#include "e2e/offex_program.hpp"
#include "support/pipe_file.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kFirst = "in/CNMSshvol20260302.txt";

std::string day(int number, const std::string& volume = "10") {
  return short_file("2026030" + std::to_string(number), {"AAPL|" + volume + "|1|2000"});
}

class MannersTest : public OffexTest {
 protected:
  void import_one() {
    offex_.write(kFirst, day(2));
    offex_.must({"import", "in"});
  }
};

TEST_F(MannersTest, AnInterruptedImportExitsWith130AndGoesOnFromThere) {
  test_support::PipeFile pipe{offex_.folder() / kFirst};
  for (int number = 3; number < 6; ++number) {
    offex_.write("in/CNMSshvol2026030" + std::to_string(number) + ".txt", day(number));
  }
  std::vector<std::string> arguments{"import", kFirst};
  for (int number = 3; number < 6; ++number) {
    arguments.push_back("in/CNMSshvol2026030" + std::to_string(number) + ".txt");
  }
  test_support::Process import{OFFEX_BINARY, arguments, offex_.options()};
  ASSERT_TRUE(pipe.wait_for_reader());
  import.send(SIGINT);
  pipe.give(day(2));
  const ProcessOutcome outcome = import.finish();
  EXPECT_EQ(outcome.exit_code, 130) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(" of 4 files; the same command goes on from there"));
  EXPECT_EQ(offex_.run({"check"}).exit_code, 0);

  fs::remove(offex_.folder() / kFirst);
  offex_.write(kFirst, day(2));
  offex_.must(arguments);
  offex_.must_in("at-once", arguments);
  EXPECT_EQ(offex_.digest(), offex_.digest("at-once"));
}

TEST_F(MannersTest, ASecondInterruptEndsTheProgramAtOnceAndTheStoreOpens) {
  import_one();
  test_support::PipeFile pipe{offex_.folder() / "in/CNMSshvol20260303.txt"};
  test_support::Process import{
      OFFEX_BINARY, {"import", "in/CNMSshvol20260303.txt"}, offex_.options()};
  ASSERT_TRUE(pipe.wait_for_reader());
  import.send(SIGINT);
  EXPECT_FALSE(import.wait(std::chrono::milliseconds{100}));
  import.send(SIGINT);
  EXPECT_EQ(import.finish(std::chrono::seconds{5}).signal, SIGINT);
  EXPECT_EQ(offex_.run({"check"}).exit_code, 0);
}

TEST_F(MannersTest, ASecondWriterExitsWithNineAndNamesTheFirst) {
  import_one();
  test_support::PipeFile pipe{offex_.folder() / "in/CNMSshvol20260303.txt"};
  test_support::Process first{
      OFFEX_BINARY, {"import", "in/CNMSshvol20260303.txt"}, offex_.options()};
  ASSERT_TRUE(pipe.wait_for_reader());
  for (const std::vector<std::string>& second :
       {std::vector<std::string>{"import", kFirst}, std::vector<std::string>{"build"}}) {
    const ProcessOutcome outcome = offex_.run(second);
    EXPECT_EQ(outcome.exit_code, 9);
    EXPECT_THAT(outcome.err, HasSubstr("import"));
  }
  pipe.give(day(3));
  EXPECT_EQ(first.finish().exit_code, 0);
  EXPECT_EQ(offex_.run({"build"}).exit_code, 0);
}

TEST_F(MannersTest, ReadersAreServedWhileSomeoneWrites) {
  import_one();
  test_support::PipeFile pipe{offex_.folder() / "in/CNMSshvol20260303.txt"};
  test_support::Process writer{
      OFFEX_BINARY, {"import", "in/CNMSshvol20260303.txt"}, offex_.options()};
  ASSERT_TRUE(pipe.wait_for_reader());
  EXPECT_EQ(offex_.query("SELECT trade_date FROM finra_short_daily"), "2026-03-02\n");
  EXPECT_EQ(offex_.run({"show", "AAPL"}).exit_code, 0);
  pipe.give(day(3));
  EXPECT_EQ(writer.finish().exit_code, 0);
}

struct Case {
  std::vector<std::string> arguments;
  int exit_code;
  const char* message;
};

TEST_F(MannersTest, EveryExitCodeMeansWhatTheManualSays) {
  import_one();
  offex_.write("in2/CNMSshvol20260302.txt", day(2, "x"));
  const std::vector<Case> cases{
      {{"status"}, 0, ""},
      {{"bogus"}, 2, "bogus"},
      {{}, 2, ""},
      {{"show", "AAPL", "-f", "xml"}, 2, "`xml` is no value for format"},
      {{"show", "AAPL", "--from", "2026-4-1"}, 2, "`2026-4-1` is no date"},
      {{"show", "AAPL", "--from", "2026-02-30"}, 2, "2026-02-30"},
      {{"show", "AAPL", "--to", "yesterday"}, 2, "`yesterday` is no date"},
      {{"show", "AAPL", "--from", "2026-03-05", "--to", "2026-03-02"}, 2, "reversed"},
      {{"export", "finra_short_daily", "--from", "2026-03-05", "--to", "2026-03-02"},
       2,
       "reversed"},
      {{"build", "--from", "2026-03-05", "--to", "2026-03-02"}, 2, "reversed"},
      {{"features", "--date", "soon"}, 2, "`soon` is no date"},
      {{"show", "AAPL", "--asof", "noon"}, 2, "noon"},
      {{"show", "AAPL", "--columns", "shorts"}, 2, "no column `shorts`"},
      {{"show", "AAPL", "-f", "parquet"}, 2, "-o FILE"},
      {{"show", "AAPL", "-o", "x.docx"}, 2, "x.docx"},
      {{"show", "AAPL", "--threads", "many"}, 2, "threads"},
      {{"import", "in", "--facility", "XXXX"}, 2, "`XXXX` is no facility"},
      {{"import", "in", "--date", "2026-13-01"}, 2, "2026-13-01"},
      {{"export", "shorts"}, 2, "finra_short_daily"},
      {{"sql", "SELEC"}, 2, "SELEC"},
      {{"show", "NOPE"}, 3, "`NOPE`"},
      {{"show", "AAPL", "--asof", "2020-01-01"}, 3, ""},
      {{"features", "--date", "2026-03-20"}, 3, "2026-03-20"},
      {{"import", "absent"}, 3, "absent"},
      {{"explain", "nothing_like_it"}, 3, "nothing_like_it"},
      {{"export", "daily_metrics"}, 3, "offex build"},
      {{"import", "in2"}, 6, "not a number"},
      {{"status", "--fail-on", "stale"}, 10, ""},
  };
  for (const Case& one : cases) {
    const ProcessOutcome outcome = offex_.run(one.arguments);
    EXPECT_EQ(outcome.exit_code, one.exit_code) << testing::PrintToString(one.arguments) << '\n'
                                                << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(one.message)) << testing::PrintToString(one.arguments);
  }
}

TEST_F(MannersTest, AnEmptyFolderMatchesNothing) {
  fs::create_directories(offex_.folder() / "empty");
  EXPECT_EQ(offex_.run({"import", "empty"}).exit_code, 3);
}

TEST_F(MannersTest, AQuestionToNoStoreExitsWithThreeAndMakesNone) {
  EXPECT_EQ(offex_.run({"status"}).exit_code, 3);
  EXPECT_FALSE(fs::exists(offex_.home()));
}

TEST_F(MannersTest, AFileThatExistsIsReplacedOnlyWithForce) {
  import_one();
  offex_.write("x.csv", "mine");
  const ProcessOutcome refused = offex_.run({"show", "AAPL", "-o", "x.csv"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--force"));
  EXPECT_EQ(test_support::file_bytes(offex_.folder() / "x.csv"), "mine");
  offex_.must({"show", "AAPL", "-o", "x.csv", "--force"});
  EXPECT_THAT(test_support::file_bytes(offex_.folder() / "x.csv"), HasSubstr("AAPL,2026-03-02"));
}

TEST_F(MannersTest, AFailedCommandLeavesNoFile) {
  import_one();
  EXPECT_EQ(offex_.run({"show", "NOPE", "-o", "x.csv"}).exit_code, 3);
  EXPECT_EQ(offex_.run({"sql", "SELECT nope", "-o", "x.csv"}).exit_code, 2);
  for (const auto& entry : fs::directory_iterator{offex_.folder()}) {
    EXPECT_THAT(entry.path().string(), Not(HasSubstr("x.csv")));
  }
}

TEST_F(MannersTest, DataGoesToStdoutAndTalkToStderr) {
  import_one();
  const ProcessOutcome outcome = offex_.run({"show", "AAPL"});
  EXPECT_THAT(outcome.out, testing::StartsWith("symbol\ttrade_date\t"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("FINRA does not publish")));
  EXPECT_THAT(outcome.err, HasSubstr("FINRA does not publish trade direction"));
}

TEST_F(MannersTest, QuietLeavesOnlyErrorsOnStderr) {
  import_one();
  EXPECT_EQ(offex_.run({"show", "AAPL", "-q"}).err, "");
  EXPECT_THAT(offex_.run({"show", "NOPE", "-q"}).err, HasSubstr("`NOPE`"));
}

TEST_F(MannersTest, VersionNamesTheProgramAndItsEngine) {
  const ProcessOutcome outcome = offex_.run({"version"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, AllOf(testing::StartsWith("offex "), HasSubstr("DuckDB")));
}

}  // namespace
}  // namespace offex::e2e
