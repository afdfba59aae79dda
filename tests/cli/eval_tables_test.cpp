#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/eval_tables_internal.hpp"

namespace offex::cli {
namespace {

using testing::Contains;
using testing::HasSubstr;

studies::EvalReport report_of(std::size_t sessions, double sd) {
  studies::EvalReport out;
  out.signal = "z_r";
  out.version = "rv/1.0.0";
  out.days = {market::Day::parse("2026-03-16").value(), market::Day::parse("2026-04-17").value()};
  for (const int horizon : {1, 20}) {
    studies::HorizonEvaluation& one = out.evaluation.horizons.emplace_back();
    one.horizon = horizon;
    one.ic.sessions = sessions + 1 - static_cast<std::size_t>(horizon);
    one.ic.sd = sd;
    one.ic.z = 4.0;
    one.ic.mean = 0.01;
    one.ic.q = 0.01;
    one.partial.mean = 0.008;
    one.partial.q = 0.02;
  }
  return out;
}

TEST(VerdictLine, SaysHowManySessionsAnAnswerTakes) {
  EXPECT_EQ(verdict_line(report_of(19, 0.038), {}),
            "19 sessions: no verdict; IC = .01 at t = 3 needs about 130 sessions");
}

TEST(VerdictLine, SaysNothingAboutASpreadThatIsNotKnown) {
  EXPECT_EQ(verdict_line(report_of(19, std::numeric_limits<double>::quiet_NaN()), {}),
            "19 sessions: no verdict");
}

TEST(VerdictLine, JudgesEachHorizonByItsOwnSessions) {
  EXPECT_EQ(verdict_line(report_of(260, 0.038), {.trials = 30, .by_chance = 2.5}),
            "260 sessions: h = 1 survives; h = 20 no verdict (241 sessions)");
}

TEST(VerdictLine, IsWeakerWhereChanceAmongTheTrialsWouldDo) {
  EXPECT_EQ(verdict_line(report_of(300, 0.038), {.trials = 100'000, .by_chance = 4.4}),
            "300 sessions: h = 1 weak; h = 20 weak");
}

TEST(TrialLine, SaysWhetherTheLargestIsMoreThanChance) {
  const TrialSummary quiet{.count = {.trials = 12, .by_chance = 1.97, .largest = 1.5},
                           .largest = "z_r, open_to_close, h = 1"};
  TrialSummary loud = quiet;
  loud.count.largest = 3.25;

  EXPECT_THAT(trial_line(quiet), HasSubstr("12 different ones"));
  EXPECT_THAT(trial_line(quiet), HasSubstr("is 1.50 (z_r, open_to_close, h = 1) and does not"));
  EXPECT_THAT(trial_line(loud), HasSubstr("is 3.25 (z_r, open_to_close, h = 1) and exceeds it"));
  EXPECT_EQ(trial_line({}), "Trials so far: none.");
}

TEST(EvalNotes, NameTheUniverseAndThePartialFiles) {
  studies::EvalReport report = report_of(19, 0.038);
  report.universe = "price >= 5, baseline >= 5";
  report.partial_days = 2;

  EXPECT_THAT(
      eval_notes(report, {}),
      Contains(testing::AllOf(HasSubstr("price >= 5"), HasSubstr("partial files left out: 2"))));
}

TEST(EvalNotes, CountTheSessionsWithoutReferenceData) {
  studies::EvalReport report = report_of(19, 0.038);
  EXPECT_THAT(eval_notes(report, {}), testing::Not(Contains(HasSubstr("reference data"))));
  report.unknown_days = 7;

  EXPECT_THAT(eval_notes(report, {}),
              Contains(HasSubstr("sessions without reference data yet left out: 7.")));
}

TEST(CoefficientTable, NamesTheQOfTheRunAndThatOfAllTrials) {
  const studies::TrialCount trials{.trials = 4, .z = {4.0, 4.0, 0.1, 0.2}};
  const EvalTable got = coefficient_table(report_of(260, 0.038), trials);

  EXPECT_EQ(got.rows.find("q_run")->values<double>()[0], 0.01);
  EXPECT_DOUBLE_EQ(got.rows.find("q_all_trials")->values<double>()[0],
                   2.0 * std::erfc(4.0 / std::sqrt(2.0)));
}

TEST(EventTable, NamesTheQOfTheRunAndThatOfAllTrials) {
  studies::EvalReport report = report_of(260, 0.038);
  studies::EventEstimate& event = report.events.emplace_back();
  event.z = 2.5;
  event.q = 0.03;
  const EvalTable got = event_table(report, {.trials = 3, .z = {2.5, 0.1, 0.2}});

  EXPECT_EQ(got.rows.find("q_run")->values<double>()[0], 0.03);
  EXPECT_DOUBLE_EQ(got.rows.find("q_all_trials")->values<double>()[0],
                   3.0 * std::erfc(2.5 / std::sqrt(2.0)));
}

}  // namespace
}  // namespace offex::cli
