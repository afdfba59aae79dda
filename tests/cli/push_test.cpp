#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/cli_run.hpp"

namespace offex::cli::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class PushCommandTest : public CommandTest {
 protected:
  PushCommandTest() { import_day("20260417", {"AAPL|10|1|20", "MSFT|5|0|30"}); }
};

constexpr const char* kAddress = "postgresql://me:TOPSECRET@127.0.0.1:1/db";

TEST_F(PushCommandTest, RepeatsNoPasswordInAMistypedCommand) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"push", "--tabel", "x", kAddress},
        std::vector<std::string>{"push", kAddress, kAddress},
        std::vector<std::string>{"show", kAddress},
        std::vector<std::string>{"push", "mysql://me:TOPSECRET@host/db"}}) {
    const Outcome outcome = run(arguments);
    EXPECT_NE(outcome.code, ExitCode::Done);
    EXPECT_THAT(outcome.err, Not(HasSubstr("TOPSECRET"))) << testing::PrintToString(arguments);
  }
}

TEST_F(PushCommandTest, RepeatsNoPasswordOfAServerThatDoesNotAnswer) {
  const Outcome outcome = run({"push", kAddress});
  EXPECT_EQ(outcome.code, ExitCode::Upstream) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("127.0.0.1"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("TOPSECRET")));
}

TEST_F(PushCommandTest, RefusesSymbolsBesideDiscovery) {
  const Outcome outcome = run({"push", kAddress, "--discover", "--symbols", "AAPL"});
  EXPECT_EQ(outcome.code, ExitCode::Usage);
  EXPECT_THAT(outcome.err, HasSubstr("--discover"));
}

TEST_F(PushCommandTest, RefusesADayBesideARange) {
  variables_["SUPABASE_URL"] = "http://127.0.0.1:1";
  variables_["SUPABASE_SERVICE_ROLE_KEY"] = "key";
  const Outcome outcome = run({"push", "--date", "2026-04-17", "--from", "2026-04-17"});
  EXPECT_EQ(outcome.code, ExitCode::Usage);
  EXPECT_THAT(outcome.err, HasSubstr("--date is one day"));
}

TEST_F(PushCommandTest, HasNowhereToPushWithoutCredentials) {
  const Outcome outcome = run({"push"});
  EXPECT_EQ(outcome.code, ExitCode::Credentials);
  EXPECT_THAT(outcome.err, HasSubstr("SUPABASE_SERVICE_ROLE_KEY"));
}

TEST_F(PushCommandTest, GivesTheRowsBackWhenTheyCannotBePersisted) {
  const Outcome outcome = run({"features", "--date", "2026-04-17", "--persist", "-f", "csv"});
  EXPECT_EQ(outcome.code, ExitCode::Done);
  EXPECT_THAT(outcome.out, HasSubstr("AAPL,2026-04-17,0.5,0.05,,offexchange-features-v1"));
  EXPECT_THAT(outcome.err, HasSubstr("Supabase credentials missing"));
}

TEST_F(PushCommandTest, LabelsRowsAsTheUserWants) {
  variables_["OFFEX_FEATURE_VERSION"] = "mine-7";
  const Outcome outcome = must({"features", "--date", "2026-04-17", "-f", "csv"});
  EXPECT_THAT(outcome.out, HasSubstr("AAPL,2026-04-17,0.5,0.05,,mine-7"));
}

TEST_F(PushCommandTest, DoctorLooksAtWhereRowsGo) {
  variables_["DATABASE_URL"] = kAddress;
  variables_["OFFEX_UPSTREAM"] = "http://127.0.0.1:1";
  const Outcome outcome = run({"doctor", "-f", "csv"});
  EXPECT_EQ(outcome.code, ExitCode::Finding);
  EXPECT_THAT(outcome.out, HasSubstr("problem,push,"));
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("TOPSECRET")));
  EXPECT_THAT(run({"doctor", "-f", "csv", "--offline"}).out, Not(HasSubstr(",push,")));
}

}  // namespace
}  // namespace offex::cli::test
