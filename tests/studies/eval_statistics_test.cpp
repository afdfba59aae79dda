#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/kernels/association.hpp"

#include "studies/eval_support.hpp"

namespace offex::studies {
namespace {

using test::empty_panels;
using test::kMissing;
using test::random_market;

const EvalOptions kOneDay{.horizons = {1}};

TEST(Estimate, LeavesMissingSessionsOut) {
  const Estimate got = estimate(std::vector{0.1, kMissing, -0.2, 0.4}, 0);

  EXPECT_EQ(got.sessions, 3U);
  EXPECT_DOUBLE_EQ(got.mean, 0.1);
  EXPECT_DOUBLE_EQ(got.sd, 0.3);
  EXPECT_DOUBLE_EQ(got.positive, 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(got.t, 0.1 / (0.3 / std::sqrt(3.0)));
}

TEST(Estimate, OfNothingIsMissing) {
  const Estimate got = estimate(std::vector{kMissing}, 4);

  EXPECT_EQ(got.sessions, 0U);
  EXPECT_TRUE(std::isnan(got.mean));
  EXPECT_TRUE(std::isnan(got.t));
}

TEST(Estimate, OfOneSessionHasNoT) {
  const Estimate got = estimate(std::vector{0.3}, 4);

  EXPECT_DOUBLE_EQ(got.mean, 0.3);
  EXPECT_TRUE(std::isnan(got.sd));
  EXPECT_TRUE(std::isnan(got.t));
}

TEST(Estimate, OverlappingHorizonsWidenTheError) {
  std::vector<double> slow;
  for (int at = 0; at < 100; ++at) {
    slow.push_back(0.01 + ((at / 20) % 2 == 0 ? 0.02 : -0.015));
  }

  EXPECT_LT(estimate(slow, 4).t, 0.7 * estimate(slow, 0).t);
  EXPECT_DOUBLE_EQ(estimate(slow, 4).t, kernels::newey_west_t(slow, 4));
}

TEST(Estimate, ASessionWithoutAValueKeepsItsNeighboursApart) {
  const std::vector<double> gaps{0.4, kMissing, 0.1, kMissing, 0.3, kMissing, -0.2, kMissing, 0.5};
  const std::vector<double> one_gap{kMissing, 0.5, 0.1, kMissing, 0.3, -0.1, kMissing};
  // Deviations from 0.2: .3, -.1, none, .1, -.3; products of neighbours -.03 and -.03.
  const double squares = 0.2 + 2.0 * 0.5 * (-0.03 - 0.03);

  EXPECT_DOUBLE_EQ(estimate(gaps, 1).t, estimate(gaps, 0).t);
  EXPECT_NEAR(estimate(one_gap, 1).t, 0.2 / std::sqrt(squares / (4.0 * 3.0)), 1e-12);
}

TEST(Estimate, EqualValuesHaveNoT) {
  EXPECT_TRUE(std::isnan(estimate(std::vector{0.1, 0.1, kMissing, 0.1}, 1).t));
}

TEST(Estimate, FewSessionsMakeLittleOfALargeT) {
  const Estimate few = estimate(std::vector{0.9, 1.1}, 0);
  const Estimate overlapping = estimate(std::vector{0.9, 1.1, 1.0, 1.05, 0.95, 1.02}, 4);

  EXPECT_NEAR(few.t, 10.0, 1e-12);
  // Student's t with one degree of freedom beyond 10: atan(1/10) / pi on either side.
  EXPECT_NEAR(few.p, 2.0 * std::atan(0.1) / 3.14159265358979, 1e-9);
  EXPECT_GT(overlapping.t, 30.0);
  EXPECT_LT(overlapping.z, 3.0);
}

TEST(Evaluate, RecoversAPlantedCoefficient) {
  const SignalEvaluation got = evaluate(random_market(120, 400, 0.10, 1), kOneDay);

  // Ranks of normal pairs correlate a little less than the pairs: 6/pi asin(rho/2).
  const double expected = 6.0 / 3.14159265358979 * std::asin(0.05);
  const Estimate& ic = got.horizons.at(0).ic;
  EXPECT_EQ(ic.sessions, 119U);
  EXPECT_NEAR(ic.mean, expected, 3.0 * ic.sd / std::sqrt(119.0));
  EXPECT_GT(ic.t, 10.0);
  EXPECT_GT(got.horizons[0].spread.mean, 0.0);
  EXPECT_GT(got.horizons[0].spread.t, 5.0);
}

TEST(Evaluate, FindsNothingInNoise) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const SignalEvaluation got =
        evaluate(random_market(60, 100, 0.0, seed), {.horizons = {1, 5}, .close_to_close = true});
    for (const HorizonEvaluation& horizon : got.horizons) {
      EXPECT_LT(std::abs(horizon.ic.t), 3.0) << seed << ' ' << horizon.horizon;
      EXPECT_LT(std::abs(horizon.partial.t), 3.0) << seed << ' ' << horizon.horizon;
    }
  }
}

/// A market whose sessions reverse a part of the return of the session before.
EvalPanels reversing_market(unsigned seed) {
  EvalPanels out = empty_panels(80, 200);
  std::mt19937_64 random{seed};
  std::normal_distribution<double> normal;
  for (std::size_t symbol = 0; symbol < 200; ++symbol) {
    double price = 50.0;
    double before = 0.0;
    for (std::size_t day = 0; day < 80; ++day) {
      const double change = 0.02 * normal(random) - 0.3 * before;
      out.open.at(day, symbol) = price;
      price *= std::exp(change);
      out.close.at(day, symbol) = price;
      out.signal.at(day, symbol) = change + 0.02 * normal(random);
      before = change;
    }
  }
  return out;
}

TEST(Evaluate, ASignalThatOnlyRepeatsTheDayHasNoPartialCoefficient) {
  const SignalEvaluation got = evaluate(reversing_market(3), kOneDay);

  EXPECT_LT(got.horizons[0].ic.t, -10.0);
  EXPECT_LT(std::abs(got.horizons[0].partial.t), 3.0);
  EXPECT_GT(got.same_day.mean, 0.5);
}

TEST(Evaluate, ASignalEqualToTheReturnOfTheDayHasNoPartialCoefficientAtAll) {
  EvalPanels panels = reversing_market(4);
  for (std::size_t day = 1; day < panels.days.size(); ++day) {
    for (std::size_t symbol = 0; symbol < panels.num_symbols(); ++symbol) {
      panels.signal.at(day, symbol) =
          panels.close.at(day, symbol) / panels.close.at(day - 1, symbol) - 1.0;
    }
  }
  const SignalEvaluation got = evaluate(panels, kOneDay);

  EXPECT_EQ(got.horizons[0].partial.sessions, 0U);
  EXPECT_TRUE(std::isnan(got.horizons[0].partial.t));
  EXPECT_TRUE(std::isnan(got.horizons[0].partial.q));
  EXPECT_FALSE(std::isnan(got.horizons[0].ic.q));
}

TEST(Evaluate, ASignalThatKnowsTomorrowIsFoundAtItsHorizonOnly) {
  EvalPanels panels = random_market(60, 100, 0.0, 5);
  for (std::size_t day = 0; day + 1 < panels.days.size(); ++day) {
    for (std::size_t symbol = 0; symbol < panels.num_symbols(); ++symbol) {
      panels.signal.at(day, symbol) =
          panels.close.at(day + 1, symbol) / panels.open.at(day + 1, symbol);
    }
  }
  const SignalEvaluation got = evaluate(panels, {.horizons = {1}});

  EXPECT_DOUBLE_EQ(got.horizons[0].ic.mean, 1.0);
  EXPECT_DOUBLE_EQ(got.decay[0].mean, 1.0);
  EXPECT_NEAR(got.decay[1].mean, 0.0, 0.05);
  EXPECT_NEAR(got.same_day.mean, 0.0, 0.05);
}

TEST(Evaluate, DecaysByTheReturnOfOneLaterSession) {
  const SignalEvaluation got = evaluate(random_market(60, 200, 0.5, 6), kOneDay);

  ASSERT_EQ(got.decay.size(), kDecayLags.size());
  EXPECT_GT(got.decay[0].mean, 0.4);
  for (std::size_t at = 1; at < got.decay.size(); ++at) {
    EXPECT_NEAR(got.decay[at].mean, 0.0, 0.06) << got.decay[at].lag;
  }
  EXPECT_EQ(got.decay[0].sessions, 59U);
  EXPECT_EQ(got.decay[5].sessions, 40U);
}

TEST(Evaluate, JudgesTheSessionsAskedForOnly) {
  EvalPanels panels = random_market(60, 50, 0.3, 7);
  panels.first = 10;
  panels.end = 30;
  const SignalEvaluation got = evaluate(panels, {.horizons = {1, 5}});

  // The returns of the last of them lie outside, where prices are known.
  EXPECT_EQ(got.horizons[0].ic.sessions, 20U);
  EXPECT_EQ(got.horizons[1].ic.sessions, 20U);
  EXPECT_EQ(got.turnover_sessions, 19U);
}

TEST(Evaluate, ASessionWithFewNamesIsNoSession) {
  EvalPanels panels = random_market(10, 30, 0.0, 8);
  for (std::size_t symbol = kEvalMinNames - 1; symbol < 30; ++symbol) {
    panels.signal.at(4, symbol) = kMissing;
  }
  const SignalEvaluation got = evaluate(panels, kOneDay);

  EXPECT_EQ(got.horizons[0].ic.sessions, 8U);
  EXPECT_TRUE(std::isnan(got.horizons[0].daily_ic[4]));
  EXPECT_DOUBLE_EQ(got.horizons[0].names, 30.0);
}

TEST(Evaluate, TurnoverComesFromTheRanksOfTheSessionBefore) {
  EvalPanels panels = random_market(20, 40, 0.0, 9);
  for (std::size_t day = 1; day < 20; ++day) {
    for (std::size_t symbol = 0; symbol < 40; ++symbol) {
      panels.signal.at(day, symbol) = 3.0 * panels.signal.at(0, symbol);
    }
  }

  EXPECT_DOUBLE_EQ(evaluate(panels, kOneDay).rank_autocorrelation, 1.0);
}

TEST(Evaluate, SpreadIsTheMeanOfTheTopTenthLessThatOfTheBottomTenth) {
  EvalPanels panels = empty_panels(2, 40);
  for (std::size_t symbol = 0; symbol < 40; ++symbol) {
    panels.signal.at(0, symbol) = static_cast<double>(symbol);
    panels.open.at(1, symbol) = 100.0;
    panels.close.at(1, symbol) = 100.0 + static_cast<double>(symbol * symbol % 7);
  }
  const SignalEvaluation got = evaluate(panels, kOneDay);

  // 36 to 39 have squares that leave 1, 4, 2, 2; 0 to 3 leave 0, 1, 4, 2.
  EXPECT_NEAR(got.horizons[0].spread.mean, (9.0 - 7.0) / 4.0 / 100.0, 1e-15);
}

TEST(Evaluate, DoesNotDependOnThreads) {
  const EvalPanels panels = random_market(40, 60, 0.1, 10);
  const SignalEvaluation one = evaluate(panels, {.horizons = {1, 5}, .close_to_close = true});
  const SignalEvaluation four =
      evaluate(panels, {.horizons = {1, 5}, .close_to_close = true, .threads = 4});

  ASSERT_EQ(one.horizons.size(), four.horizons.size());
  for (std::size_t at = 0; at < one.horizons.size(); ++at) {
    EXPECT_EQ(one.horizons[at].ic.t, four.horizons[at].ic.t);
    EXPECT_EQ(one.horizons[at].partial.t, four.horizons[at].partial.t);
    EXPECT_EQ(one.horizons[at].spread.mean, four.horizons[at].spread.mean);
  }
}

TEST(Evaluate, CorrectsForAllHorizonsOfAQuantity) {
  const SignalEvaluation got =
      evaluate(random_market(60, 100, 0.05, 11), {.horizons = {1, 2, 3, 5}});
  double smallest = 1.0;
  double smallest_q = 1.0;
  for (const HorizonEvaluation& horizon : got.horizons) {
    EXPECT_GE(horizon.ic.q, horizon.ic.p);
    smallest = std::min(smallest, horizon.ic.p);
    smallest_q = std::min(smallest_q, horizon.ic.q);
  }

  EXPECT_LE(smallest_q, 4.0 * smallest);
  EXPECT_GT(smallest_q, smallest);
}

TEST(SessionsNeeded, IsWhatAMeanOfOneHundredthTakes) {
  EXPECT_DOUBLE_EQ(sessions_needed(0.038), 130.0);
  EXPECT_DOUBLE_EQ(sessions_needed(0.038, 0.005), 520.0);
  EXPECT_TRUE(std::isnan(sessions_needed(kMissing)));
}

HorizonEvaluation judged(std::size_t sessions, double z, double partial_z, double partial_q) {
  HorizonEvaluation out;
  out.ic = {.mean = 0.01 * z, .z = z, .sessions = sessions};
  out.partial = {.mean = 0.01 * partial_z, .z = partial_z, .q = partial_q, .sessions = sessions};
  return out;
}

/// As many trials as `others` and one more, all but that one with nothing in them.
TrialCount among(std::size_t others, double z, double by_chance) {
  TrialCount out{.trials = others + 1, .by_chance = by_chance, .largest = std::abs(z)};
  out.z.assign(others, 0.1);
  out.z.push_back(z);
  return out;
}

TEST(QAmongTrials, CountsEveryTrialSoFar) {
  // Both sides of a normal beyond 2.5 times as many trials; alone, it is the p-value itself.
  const double p = std::erfc(2.5 / std::sqrt(2.0));
  TrialCount two = among(0, 2.5, 0.0);
  two.z.push_back(-3.5);

  EXPECT_DOUBLE_EQ(q_among_trials(2.5, among(0, 2.5, 0.0)), p);
  EXPECT_DOUBLE_EQ(q_among_trials(-2.5, among(0, 2.5, 0.0)), p);
  EXPECT_DOUBLE_EQ(q_among_trials(2.5, among(7, 2.5, 0.0)), 8.0 * p);
  EXPECT_DOUBLE_EQ(q_among_trials(2.5, two), p);
}

TEST(QAmongTrials, ATrialThatTheyLackCountsAsOneMore) {
  const TrialCount others{.trials = 3, .z = {0.1, -0.2, kMissing}};

  EXPECT_DOUBLE_EQ(q_among_trials(2.5, others), 3.0 * std::erfc(2.5 / std::sqrt(2.0)));
}

TEST(QAmongTrials, OfNothingIsMissing) {
  EXPECT_TRUE(std::isnan(q_among_trials(kMissing, among(3, 2.0, 0.0))));
}

TEST(VerdictOf, FewSessionsGetNone) {
  EXPECT_EQ(verdict_of(judged(249, 9.0, 9.0, 1e-9), among(0, 9.0, 2.0)), Verdict::None);
}

TEST(VerdictOf, SurvivesOnlyWithAllThree) {
  const TrialCount trials = among(9, 3.5, 3.0);

  EXPECT_EQ(verdict_of(judged(250, 3.5, 3.1, 0.02), trials), Verdict::Survives);
  EXPECT_EQ(verdict_of(judged(250, -3.5, -3.1, 0.02), trials), Verdict::Survives);
  EXPECT_EQ(verdict_of(judged(250, 3.5, 3.1, 0.2), trials), Verdict::Weak);
  EXPECT_EQ(verdict_of(judged(250, 3.5, kMissing, kMissing), trials), Verdict::Weak);
  EXPECT_EQ(verdict_of(judged(250, 2.9, 3.1, 0.02), trials), Verdict::Weak);
}

TEST(VerdictOf, ASignThatTurnsGivenTheSameDayIsWeak) {
  const TrialCount trials = among(9, 3.5, 3.0);

  EXPECT_EQ(verdict_of(judged(250, 3.5, -3.1, 0.02), trials), Verdict::Weak);
  EXPECT_EQ(verdict_of(judged(250, -3.5, 3.1, 0.02), trials), Verdict::Weak);
}

TEST(VerdictOf, AHighQAmongAllTrialsIsNoEvidence) {
  HorizonEvaluation alone = judged(250, 3.5, 3.1, 0.001);
  alone.ic.q = 0.0005;

  EXPECT_EQ(verdict_of(alone, among(200, 3.5, 3.0)), Verdict::Survives);
  EXPECT_EQ(verdict_of(alone, among(300, 3.5, 3.0)), Verdict::NoEvidence);
  EXPECT_EQ(verdict_of(judged(250, kMissing, kMissing, kMissing), among(3, 3.5, 3.0)),
            Verdict::NoEvidence);
}

}  // namespace
}  // namespace offex::studies
