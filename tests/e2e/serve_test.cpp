// The simulated upstreams as a person starts them.
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include <signal.h>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Serve, PrintsWhatToSetAndLeavesNothingBehind) {
  OffexProgram offex;
  const fs::path temporary = offex.folder() / "tmp";
  fs::create_directories(temporary);
  auto options = offex.options();
  options.variables["TMPDIR"] = temporary.string();
  test_support::Process process{
      OFFEX_BINARY,
      {"simulate", "--serve", "0", "--symbols", "5", "--days", "2", "--tape-days", "0"},
      options};
  // The folder is made when Ctrl-C is watched for already.
  while (fs::is_empty(temporary) && !process.wait(std::chrono::milliseconds{5})) continue;
  process.send(SIGINT);
  const ProcessOutcome outcome = process.finish();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("OFFEX_UPSTREAM=http://127.0.0.1:"));
  EXPECT_THAT(outcome.out, HasSubstr("\nOFFEX_NOW=2026-04-18T00:00:00Z\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\nPOLYGON_API_KEY=simulated-polygon-key\n"));
  EXPECT_TRUE(fs::is_empty(temporary));
}

TEST(Serve, RefusesAFaultThatItDoesNotKnow) {
  const OffexProgram offex;
  const ProcessOutcome outcome = offex.run({"simulate", "--serve", "0", "--faults", "fire"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("unknown fault `fire`"));
}

TEST(Simulate, AsksWhereToWrite) {
  const OffexProgram offex;
  const ProcessOutcome outcome = offex.run({"simulate"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--out DIR"));
}

}  // namespace
}  // namespace offex::e2e
