#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/market/day.hpp"

#include "cli/cli_run.hpp"

namespace offex::cli::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Twelve sessions of two symbols; the short share of AAPL jumps on the last one. NEWS is new.
class CompositeTest : public CommandTest {
 protected:
  void SetUp() override {
    const auto days = market::sessions({market::Day::parse("2026-02-17").value(),
                                        market::Day::parse("2026-03-04").value()})
                          .value();
    ASSERT_EQ(days.size(), kSessions);
    for (std::size_t i = 0; i < days.size(); ++i) {
      const bool jump = i + 1 == days.size();
      std::vector<std::string> rows{
          fmt::format("AAPL|{}|0|100000", jump ? 95'000 : 40'000 + 100 * (i * i % 7)),
          fmt::format("MSFT|{}|0|{}", 30'000 + 150 * (i % 4), 90'000 + 300 * (i % 5))};
      if (jump) rows.emplace_back("NEWS|10|0|20");
      scratch_.write("in/CNMSshvol" + days[i].compact() + ".txt",
                     test_support::short_file(days[i].compact(), rows));
    }
    must({"import", (scratch_.path() / "in").string()});
  }

  static constexpr std::size_t kSessions = 12;
};

TEST_F(CompositeTest, ShowsEachTickersSessionsWithScoreIntervalAndParts) {
  const Outcome outcome = must({"composite", "AAPL", "MSFT", "-f", "csv"});
  EXPECT_THAT(outcome.out,
              StartsWith("symbol,trade_date,score,score_low,score_high,label,coverage,"
                         "short_contribution,lit_contribution,price_contribution,short_z,"));
  EXPECT_THAT(outcome.out, HasSubstr("\nAAPL,2026-03-04,"));
  EXPECT_THAT(outcome.out, HasSubstr(",Accumulating,0.55"));
  EXPECT_THAT(outcome.out, HasSubstr("\nMSFT,2026-02-25,"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("MSFT,2026-02-23,")));  // four sessions before it
  EXPECT_THAT(outcome.out, HasSubstr(",cs/2.0.0+rv/1.0.0+"));
}

TEST_F(CompositeTest, SaysWhatItIsNot) {
  const Outcome outcome = must({"composite", "AAPL", "-f", "table"});
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("No direction is validated"),
                                 HasSubstr("inherited from the first seed"),
                                 HasSubstr("Version: cs/2.0.0+rv/1.0.0+")));
}

TEST_F(CompositeTest, ShowsTheLastSessions) {
  const Outcome one = must({"composite", "AAPL", "--days", "1", "-f", "csv"});
  EXPECT_THAT(one.out, AllOf(HasSubstr("2026-03-04"), Not(HasSubstr("2026-03-03"))));
  const Outcome range =
      must({"composite", "AAPL", "--from", "2026-02-26", "--to", "2026-02-27", "-f", "csv"});
  EXPECT_THAT(range.out, AllOf(HasSubstr("2026-02-26"), HasSubstr("2026-02-27"),
                               Not(HasSubstr("2026-03-02")), Not(HasSubstr("2026-02-25"))));
}

TEST_F(CompositeTest, AnotherDirectionIsAnotherVersion) {
  const std::vector<std::string> usual{
      "composite", "AAPL", "--days", "1", "--columns", "label,inference_version", "-f", "csv"};
  std::vector<std::string> turned = usual;
  turned.insert(turned.end(), {"--direction", "short=-1"});
  std::vector<std::string> persistent = usual;
  persistent.insert(persistent.end(), {"--short", "z_p"});
  std::vector<std::string> spelt = usual;
  spelt.insert(spelt.end(), {"--direction", "short=+1,lit=1,price=+1", "--short", "z_r"});
  const std::string out = must(usual).out;
  EXPECT_THAT(out, HasSubstr("Accumulating,cs/2.0.0+"));
  EXPECT_THAT(must(turned).out, HasSubstr("Distribution,cs/2.0.0+"));
  const auto version = [](const std::string& text) { return text.substr(text.rfind('+')); };
  EXPECT_NE(version(must(turned).out), version(out));
  EXPECT_NE(version(must(persistent).out), version(out));
  EXPECT_EQ(must(spelt).out, out);
}

TEST_F(CompositeTest, LeavesAPartOutThatHasNoDirection) {
  const Outcome outcome = must({"composite", "AAPL", "--days", "1", "--direction", "lit=0,price=0",
                                "--columns", "coverage", "-f", "csv"});
  EXPECT_THAT(outcome.out, HasSubstr("\n1\n"));
}

TEST_F(CompositeTest, AnswersAsItWasKnownThen) {
  const std::vector<std::string> question{"composite",  "AAPL", "--asof",    "2026-03-03",
                                          "--wide",     "-f",   "csv",       "--from",
                                          "2026-02-25", "--to", "2026-03-03"};
  const std::string before = must(question).out;
  clock_ = base::FixedClock{market::parse_as_of("2026-03-05T20:00:00Z").value().nanos()};
  import_day("20260302", {"AAPL|90000|0|100000", "MSFT|30000|0|90000"});  // a corrected file
  EXPECT_EQ(must(question).out, before);
  std::vector<std::string> now = question;
  now.erase(now.begin() + 2, now.begin() + 4);
  EXPECT_NE(must(now).out, before);
}

TEST_F(CompositeTest, RepeatsTheSeedsScore) {
  const Outcome outcome = must({"composite", "AAPL", "--version", "cs/1.0.0", "-f", "csv"});
  EXPECT_THAT(outcome.out,
              StartsWith("symbol,trade_date,score,confidence,label_score,label_zrule,"));
  EXPECT_THAT(outcome.out, HasSubstr("cs/1.0.0"));
  EXPECT_THAT(outcome.err, HasSubstr("not calibrated"));
}

TEST_F(CompositeTest, RefusesWhatItCannotRead) {
  const auto refused = [&](std::vector<std::string> switches, const std::string& what) {
    switches.insert(switches.begin(), {"composite", "AAPL"});
    const Outcome outcome = run(switches);
    EXPECT_EQ(outcome.code, ExitCode::Usage) << what;
    EXPECT_THAT(outcome.err, HasSubstr(what));
  };
  refused({"--direction", "short"}, "`short` is no direction");
  refused({"--direction", "shorts=+1"}, "`shorts=+1` is no direction");
  refused({"--direction", "short=2"}, "a direction is +1, 0 or -1, not `2`");
  refused({"--direction", "short=1,short=0"}, "the direction of short is given twice");
  refused({"--direction", "short=0,lit=0,price=0"}, "a composite needs a part");
  refused({"--short", "z_v"}, "`z_v` is no short part");
  refused({"--version", "cs/3"}, "cs/3");
  refused({"--version", "cs/1.0.0", "--short", "z_p"}, "belong to cs/2.0.0");
  refused({"--short-z-source", "vw_flow_z"}, "belongs to cs/1.0.0");
  refused({"--columns", "nothing"}, "no column `nothing`");
}

TEST_F(CompositeTest, WithoutHistoryMatchesNothing) {
  const Outcome outcome = run({"composite", "NEWS"});
  EXPECT_EQ(outcome.code, ExitCode::NothingMatched);
  EXPECT_THAT(outcome.err, HasSubstr("5 sessions of history"));
}

}  // namespace
}  // namespace offex::cli::test
