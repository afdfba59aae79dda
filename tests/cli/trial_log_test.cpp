#include <cmath>
#include <fstream>
#include <limits>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/kernels/association.hpp"

#include "cli/trial_log_internal.hpp"
#include "support/scratch.hpp"

namespace offex::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Trial trial(const std::string& signal, double z, int horizon = 1) {
  return {.tried_at = "2026-05-01T12:00:00Z",
          .signal = signal,
          .version = "rv/1.0.0",
          .label = "open_to_close",
          .horizon = horizon,
          .universe = "price >= 5, baseline >= 5",
          .from = "2026-01-02",
          .to = "2026-04-17",
          .data = "0123456789abcdef",
          .sessions = 74,
          .value = 0.012345678901234567,
          .t = z * 1.1,
          .z = z};
}

class TrialLogTest : public testing::Test {
 protected:
  test_support::ScratchFolder scratch_;
  TrialLog log_{scratch_.path() / "home"};
};

TEST_F(TrialLogTest, IsEmptyBeforeTheFirstTrial) { EXPECT_THAT(log_.read().value(), IsEmpty()); }

TEST_F(TrialLogTest, ReadsBackWhatWasAddedInOrder) {
  const std::vector<Trial> first{trial("z_r", -2.5), trial("z_r", 1.0, 5)};
  ASSERT_TRUE(log_.append(first));
  const Trial second = trial("z_v", 0.1);
  ASSERT_TRUE(log_.append({&second, 1}));

  EXPECT_THAT(log_.read().value(), ElementsAre(first[0], first[1], second));
}

TEST_F(TrialLogTest, LosesNoLineWhenManyWriteAtOnce) {
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([this, writer] {
      for (int turn = 0; turn < 25; ++turn) {
        const std::vector<Trial> two{trial("a" + std::to_string(writer), 1.0, turn + 1),
                                     trial("b" + std::to_string(writer), 1.0, turn + 1)};
        EXPECT_TRUE(log_.append(two));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const std::vector<Trial> all = log_.read().value();

  ASSERT_EQ(all.size(), 200U);
  for (std::size_t at = 0; at < all.size(); at += 2) {
    EXPECT_EQ(all[at].signal.substr(1), all[at + 1].signal.substr(1));
    EXPECT_EQ(all[at].horizon, all[at + 1].horizon);
  }
}

TEST_F(TrialLogTest, ALineThatIsNoTrialIsNamed) {
  const Trial one = trial("z_r", 1.0);
  ASSERT_TRUE(log_.append({&one, 1}));
  std::ofstream{log_.path(), std::ios::app} << "something\telse\n";
  const auto read = log_.read();

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, base::ErrorCode::Integrity);
  EXPECT_EQ(read.error().place.line, 3U);
  EXPECT_THAT(read.error().place.file, HasSubstr("trials.tsv"));
  EXPECT_EQ(read.error().place.excerpt, "something\\x09else");
}

TEST_F(TrialLogTest, AFieldThatIsNoNumberIsNamed) {
  Trial one = trial("z_r", 1.0);
  one.universe = "a\tb";  // moves the fields behind it
  one.data = "";
  ASSERT_TRUE(log_.append({&one, 1}));
  std::ofstream{log_.path(), std::ios::trunc}
      << "now\tz_r\tv\topen_to_close\tone\tu\tf\tt\td\t1\t1\t1\t1\n";
  const auto read = log_.read();

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().place.field, "horizon");
}

TEST_F(TrialLogTest, AFolderThatCannotBeMadeIsAnError) {
  const auto file = scratch_.write("file", "");
  const Trial one = trial("z_r", 1.0);
  const auto done = TrialLog{file}.append({&one, 1});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::Io);
}

TEST(SummaryOf, NoTrialIsNone) {
  const TrialSummary got = summary_of({});

  EXPECT_EQ(got.count.trials, 0U);
  EXPECT_EQ(got.count.by_chance, 0.0);
}

TEST(SummaryOf, TheSameVariantOnTheSameDataIsOneTrial) {
  Trial again = trial("z_r", 1.0);
  again.tried_at = "2026-06-01T12:00:00Z";
  Trial other_data = again;
  other_data.data = "fedcba9876543210";

  EXPECT_EQ(summary_of(std::vector{trial("z_r", 1.0), again}).count.trials, 1U);
  EXPECT_EQ(summary_of(std::vector{trial("z_r", 1.0), again, other_data}).count.trials, 2U);
  EXPECT_EQ(summary_of(std::vector{trial("z_r", 1.0), trial("z_r", 1.0, 5)}).count.trials, 2U);
}

TEST(SummaryOf, KeepsTheScoreOfEachDifferentTrialOnce) {
  Trial again = trial("z_r", 1.0);
  again.tried_at = "2026-06-01T12:00:00Z";
  const TrialSummary got =
      summary_of(std::vector{trial("z_r", 1.0), again, trial("z_r", -2.0, 5), trial("z_v", 0.5)});

  EXPECT_THAT(got.count.z, testing::UnorderedElementsAre(1.0, -2.0, 0.5));
}

TEST(SummaryOf, ExpectsTheLargestOfEitherSign) {
  std::vector<Trial> trials;
  for (int horizon = 1; horizon <= 40; ++horizon) trials.push_back(trial("z_r", 0.1, horizon));
  trials.push_back(trial("z_v", -3.5));
  const TrialSummary got = summary_of(trials);

  EXPECT_EQ(got.count.trials, 41U);
  EXPECT_DOUBLE_EQ(got.count.by_chance, kernels::expected_maximum(82.0));
  EXPECT_DOUBLE_EQ(got.count.largest, 3.5);
  EXPECT_EQ(got.largest, "z_v, open_to_close, h = 1");
}

TEST_F(TrialLogTest, KeepsATrialWithoutAT) {
  const Trial one = trial("z_r", std::numeric_limits<double>::quiet_NaN());
  ASSERT_TRUE(log_.append({&one, 1}));
  const std::vector<Trial> all = log_.read().value();

  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(std::isnan(all[0].z));
  EXPECT_EQ(summary_of(all).count.trials, 1U);
  EXPECT_EQ(summary_of(all).count.largest, 0.0);
}

TEST(TrialsOf, AreWhatAReportHasLookedAt) {
  studies::EvalReport report;
  report.signal = "z_r";
  report.universe = "sector a\tb";
  report.days = {market::Day::parse("2026-03-02").value(),
                 market::Day::parse("2026-03-31").value()};
  for (const int horizon : {1, 5}) {
    studies::HorizonEvaluation& one = report.evaluation.horizons.emplace_back();
    one.horizon = horizon;
    one.daily_ic = {0.1, 0.2};
  }
  report.evaluation.horizons[0].ic.sessions = 2;
  report.evaluation.horizons[0].ic.t = 2.0;
  report.evaluation.horizons[0].ic.z = 1.5;
  studies::EventEstimate& event = report.events.emplace_back();
  event.group = "SURGE";
  event.hits = 3;
  const std::vector<Trial> got = trials_of(report, market::Instant{});

  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].signal, "z_r");
  EXPECT_EQ(got[0].universe, "sector a b");
  EXPECT_EQ(got[0].from, "2026-03-02");
  EXPECT_EQ(got[0].z, 1.5);
  EXPECT_EQ(got[0].data.size(), 16U);
  EXPECT_EQ(got[1].signal, "hits:SURGE");
  EXPECT_THAT(got[1].universe, HasSubstr("hits of the scanner"));
}

TEST(TrialsOf, TellOtherDataApart) {
  studies::EvalReport report;
  studies::HorizonEvaluation& one = report.evaluation.horizons.emplace_back();
  one.ic.sessions = 2;
  one.daily_ic = {0.1, 0.2};
  const std::string first = trials_of(report, market::Instant{})[0].data;
  report.evaluation.horizons[0].daily_ic[1] = 0.3;

  EXPECT_NE(trials_of(report, market::Instant{})[0].data, first);
}

}  // namespace
}  // namespace offex::cli
