// What `offex eval` says must follow from the facts alone.
#include <algorithm>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

using testing::HasSubstr;

class EvalProgramTest : public OffexTest {
 protected:
  void SetUp() override { market_ = offex_.simulate(120, 40); }

  void import(const std::string& home, std::vector<std::string> parts) {
    for (const std::string& part : parts) {
      offex_.must_in(home, {"import", (market_ / part).string()});
    }
  }
  std::string eval(const std::string& home, const std::string& signal,
                   const std::string& threads = "1") {
    return offex_.must_in(home, {"eval", signal, "--horizons", "1,5", "--events",
                                 "--close-to-close", "--threads", threads, "-f", "csv", "-q"});
  }

  std::filesystem::path market_;
};

TEST_F(EvalProgramTest, DoesNotDependOnTheOrderOfImportsOrOnThreads) {
  import("one", {"short", "bars", "reference"});
  import("two", {"reference", "bars", "short"});

  for (const char* signal : {"z_r", "joint", "short_ratio_z", "PhaseA_v1.short_ratio_z"}) {
    EXPECT_EQ(eval("one", signal), eval("two", signal, "3")) << signal;
  }
}

TEST_F(EvalProgramTest, IsTheSameFromAStoredStateAsFromTheFirstSession) {
  import("home", {"short", "bars", "reference"});
  const std::string before = eval("home", "z_v");
  offex_.must({"build"});

  EXPECT_EQ(eval("home", "z_v"), before);
}

TEST_F(EvalProgramTest, JudgesTheCompositeOnceItIsBuilt) {
  import("home", {"short", "bars", "reference"});
  const ProcessOutcome early = offex_.run({"eval", "composite"});
  offex_.must({"build"});

  EXPECT_EQ(early.exit_code, 3);
  EXPECT_THAT(eval("home", "composite"), HasSubstr("rank_ic,open_to_close,5"));
  EXPECT_EQ(offex_.run({"eval", "composite", "--asof", "2026-04-01"}).exit_code, 2);
}

TEST_F(EvalProgramTest, EndsWellWithoutAVerdictAndKeepsTheTrials) {
  import("home", {"short", "bars", "reference"});
  const ProcessOutcome got = offex_.run({"eval", "z_p", "--horizons", "1"});

  EXPECT_EQ(got.exit_code, 0);
  EXPECT_THAT(got.err, HasSubstr("sessions: no verdict"));
  const std::string log = test_support::file_bytes(offex_.home() / "eval" / "trials.tsv");
  EXPECT_EQ(std::ranges::count(log, '\n'), 2);
  EXPECT_THAT(log, HasSubstr("\tz_p\trv/1.0.0+"));
}

}  // namespace
}  // namespace offex::e2e
