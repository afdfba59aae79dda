#include "offex/kernels/composite.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/oracle_table.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<double, 3> kExact{0.0, 0.0, 0.0};

using Parts = std::array<double, 3>;

void expect_near(double actual, double expected, const std::string& what) {
  ASSERT_EQ(std::isnan(actual), std::isnan(expected)) << what;
  if (!std::isnan(expected)) {
    EXPECT_NEAR(actual, expected, 1e-9) << what;
  }
}

ContextLabel label_named(const std::string& word) {
  if (word == "Accumulating") {
    return ContextLabel::Accumulating;
  }
  if (word == "Distribution") {
    return ContextLabel::Distribution;
  }
  return word == "Neutral" ? ContextLabel::Neutral : ContextLabel::Insufficient;
}

OtcStatus status_named(const std::string& word) {
  if (word == "Anchored") {
    return OtcStatus::Anchored;
  }
  return word == "Staled" ? OtcStatus::Staled : OtcStatus::None;
}

TEST(SeedScore, MatchesTheReference) {
  const auto table = test_support::oracle_table("fx_cs1.csv");
  for (std::size_t row = 0; row < table.size(); ++row) {
    const double short_z = table.number(row, "short_z");
    const double price_z = table.number(row, "price_z");
    const SeedScore out =
        seed_score(short_z, table.number(row, "lit_z"), price_z, table.number(row, "otc_z"));
    expect_near(out.score, table.number(row, "score"), "score");
    expect_near(out.display, table.number(row, "display"), "display");
    EXPECT_EQ(label_by_score(out.display), label_named(table.text(row, "label_score")));
    EXPECT_EQ(label_by_z(short_z, price_z), label_named(table.text(row, "label_zrule")));
  }
}

TEST(SeedScore, TrustsAsTheReferenceDoes) {
  const auto table = test_support::oracle_table("fx_cs1_conf.csv");
  for (std::size_t row = 0; row < table.size(); ++row) {
    const double confidence = seed_confidence(
        status_named(table.text(row, "otc_status")), table.number(row, "has_short") == 1.0,
        table.number(row, "has_lit") == 1.0, table.number(row, "has_price") == 1.0,
        !table.text(row, "lit_imbalance").empty());
    EXPECT_NEAR(confidence, table.number(row, "confidence"), 1e-9) << "row " << row;
  }
  EXPECT_EQ(seed_confidence(OtcStatus::None, false, false, false, false), 0.25);
}

TEST(SeedScore, LabelsByStrictBounds) {
  EXPECT_EQ(label_by_score(70.0), ContextLabel::Neutral);
  EXPECT_EQ(label_by_score(std::nextafter(70.0, 100.0)), ContextLabel::Accumulating);
  EXPECT_EQ(label_by_score(30.0), ContextLabel::Neutral);
  EXPECT_EQ(label_by_score(std::nextafter(30.0, 0.0)), ContextLabel::Distribution);
  EXPECT_EQ(label_by_score(kNan), ContextLabel::Neutral);
  EXPECT_EQ(label_by_z(1.0, 0.5), ContextLabel::Accumulating);
  EXPECT_EQ(label_by_z(-1.0, -0.5), ContextLabel::Distribution);
  EXPECT_EQ(label_by_z(1.0, kNan), ContextLabel::Neutral);
}

TEST(CompositeScore, MatchesTheReference) {
  const auto table = test_support::oracle_table("fx_cs2.csv");
  for (std::size_t row = 0; row < table.size(); ++row) {
    const Parts z{table.number(row, "short_z"), table.number(row, "lit_z"),
                  table.number(row, "price_z")};
    CompositeParameters parameters;
    Parts u = kExact;
    if (table.text(row, "neff") == "theta=-1/1/0,u=0") {
      parameters.direction = {-1.0, 1.0, 0.0};
    } else {
      const double neff = table.number(row, "neff");
      for (std::size_t part = 0; part < 3; ++part) {
        u[part] = score_error(std::clamp(z[part], -4.0, 4.0), neff, 7.0 + neff);
      }
    }
    const CompositeScore out = composite_score(z, u, parameters);
    const std::string where = "row " + std::to_string(row);
    expect_near(out.z, table.number(row, "Z"), where);
    expect_near(out.standard_error, table.number(row, "se"), where);
    expect_near(out.score, table.number(row, "score"), where);
    expect_near(out.low, table.number(row, "lo"), where);
    expect_near(out.high, table.number(row, "hi"), where);
    expect_near(out.coverage, table.number(row, "coverage"), where);
    EXPECT_EQ(out.label, label_named(table.text(row, "label"))) << where;
  }
}

/// Draws of the three parts when nothing is unusual, with the correlations of `parameters`.
class NullDraws {
 public:
  explicit NullDraws(const CompositeParameters& parameters)
      : r12_{parameters.r12}, r13_{parameters.r13}, r23_{parameters.r23} {}

  Parts next() {
    const double lit_own = std::sqrt(1.0 - r12_ * r12_);
    const double price_lit = (r23_ - r12_ * r13_) / lit_own;
    const double a = normal_(random_);
    const double b = normal_(random_);
    const double c = normal_(random_);
    return {a, r12_ * a + lit_own * b,
            r13_ * a + price_lit * b + std::sqrt(1.0 - r13_ * r13_ - price_lit * price_lit) * c};
  }

 private:
  double r12_, r13_, r23_;
  std::mt19937_64 random_{20'260'417};
  std::normal_distribution<double> normal_;
};

/// Which of the parts are there.
using Available = std::array<bool, 3>;
constexpr std::array<Available, 4> kPatterns{
    {{true, true, true}, {true, true, false}, {true, false, true}, {true, false, false}}};

TEST(CompositeScore, IsUniformUnderTheNullWhateverIsMissing) {
  constexpr int kDraws = 200'000;
  for (const Parts& direction : {Parts{1.0, 1.0, 1.0}, Parts{-1.0, 1.0, 1.0}}) {
    CompositeParameters parameters;
    parameters.direction = direction;
    for (const Available& available : kPatterns) {
      NullDraws draws{parameters};
      std::array<int, 20> bins{};
      for (int draw = 0; draw < kDraws; ++draw) {
        Parts z = draws.next();
        for (std::size_t part = 0; part < 3; ++part) {
          z[part] = available[part] ? z[part] : kNan;
        }
        const double score = composite_score(z, kExact, parameters).score;
        ++bins[std::min<std::size_t>(19, static_cast<std::size_t>(score / 5.0))];
      }
      for (const int bin : bins) {
        const double share = static_cast<double>(bin) / kDraws;
        EXPECT_GT(share, 0.045) << available[1] << available[2];
        EXPECT_LT(share, 0.055) << available[1] << available[2];
      }
    }
  }
}

TEST(CompositeScore, RisesStrictlyWithEachPartInItsDirection) {
  for (const Parts& direction : {Parts{1.0, 1.0, 1.0}, Parts{-1.0, 1.0, -1.0}}) {
    CompositeParameters parameters;
    parameters.direction = direction;
    for (std::size_t part = 0; part < 3; ++part) {
      for (const Available& available : kPatterns) {
        if (!available[part]) {
          continue;
        }
        Parts z{0.3, available[1] ? -0.2 : kNan, available[2] ? 0.4 : kNan};
        double last = -1.0;
        for (double step = -4.0; step <= 4.0; step += 0.125) {
          z[part] = direction[part] * step;
          const double score = composite_score(z, kExact, parameters).score;
          ASSERT_GT(score, last) << "part " << part << " at " << step;
          last = score;
        }
      }
    }
  }
}

TEST(CompositeScore, CountsNothingBeyondTheBound) {
  const CompositeParameters parameters;
  const double at = composite_score({4.0, 0.5, kNan}, kExact, parameters).score;
  EXPECT_EQ(composite_score({9.0, 0.5, kNan}, kExact, parameters).score, at);
  EXPECT_EQ(
      composite_score({std::numeric_limits<double>::infinity(), 0.5, kNan}, kExact, parameters)
          .score,
      at);
}

TEST(CompositeScore, OfAMissingPartIsThatOfTheOthersAlone) {
  const CompositeParameters parameters;
  const CompositeScore alone = composite_score({1.7, kNan, kNan}, {0.3, kNan, kNan}, parameters);
  EXPECT_NEAR(alone.z, 1.7, 1e-12);
  EXPECT_NEAR(alone.standard_error, 0.3, 1e-12);
  EXPECT_NEAR(alone.coverage, 0.55, 1e-12);
  EXPECT_TRUE(std::isnan(alone.contribution[1]));
  EXPECT_TRUE(std::isnan(alone.contribution[2]));
}

TEST(CompositeScore, IsLeftOutWithItsWeightWhereAPartHasNoDirection) {
  CompositeParameters parameters;
  parameters.direction = {1.0, 1.0, 0.0};
  const CompositeScore out = composite_score({1.0, -0.5, 3.0}, kExact, parameters);
  const CompositeScore without = composite_score({1.0, -0.5, kNan}, kExact, parameters);
  EXPECT_EQ(out.z, without.z);
  EXPECT_EQ(out.coverage, 1.0);
  EXPECT_TRUE(std::isnan(out.contribution[2]));
}

TEST(CompositeScore, IsTheSumOfItsContributions) {
  const CompositeScore out = composite_score({1.2, -2.0, 0.7}, kExact, {});
  EXPECT_EQ(std::accumulate(out.contribution.begin(), out.contribution.end(), 0.0), out.z);
  EXPECT_GT(out.contribution[0], 0.0);
  EXPECT_LT(out.contribution[1], 0.0);
}

TEST(CompositeScore, IsInsufficientWithoutTheShortPart) {
  const CompositeScore out = composite_score({kNan, 3.0, 3.0}, kExact, {});
  EXPECT_EQ(out.label, ContextLabel::Insufficient);
  EXPECT_NEAR(out.coverage, 0.45, 1e-12);
  EXPECT_TRUE(std::isnan(out.score));
  CompositeParameters none;
  none.direction = {0.0, 0.0, 0.0};
  none.min_coverage = 0.0;
  EXPECT_EQ(composite_score({1.0, 1.0, 1.0}, kExact, none).label, ContextLabel::Insufficient);
}

TEST(CompositeScore, IsLessCertainAfterAShortHistory) {
  const auto width = [](double neff) {
    const double u = score_error(1.0, neff, 7.0 + neff);
    const CompositeScore out = composite_score({1.0, kNan, kNan}, {u, kNan, kNan}, {});
    return out.high - out.low;
  };
  EXPECT_GT(width(2.0), width(6.0));
  EXPECT_GT(width(6.0), width(28.0));
}

TEST(CompositeScore, OfExactInputsIsAPoint) {
  const CompositeScore out = composite_score({1.0, 0.5, 0.0}, {kNan, kNan, kNan}, {});
  EXPECT_EQ(out.low, out.score);
  EXPECT_EQ(out.high, out.score);
}

TEST(ScoreError, OfAGivenMeanIsThatOfTheVarianceAlone) {
  EXPECT_EQ(score_error(0.0, std::numeric_limits<double>::infinity(), 10.0), 0.0);
  EXPECT_NEAR(score_error(2.0, std::numeric_limits<double>::infinity(), 8.0), 0.5, 1e-15);
  EXPECT_NEAR(score_error(2.0, 4.0, 8.0), std::sqrt(0.5), 1e-15);
}

TEST(CompositeParameters, TellApartByTheirFingerprint) {
  const std::string usual = fingerprint(named(CompositeParameters{}));
  CompositeParameters other;
  other.direction[0] = -1.0;
  EXPECT_NE(fingerprint(named(other)), usual);
  EXPECT_EQ(canonical_text(named(CompositeParameters{})),
            "R12=0;R13=0.050000000000000003;R23=0.29999999999999999;"
            "alpha=0.050000000000000003;level=0.90000000000000002;min_cov=0.5;theta=1,1,1;"
            "w=0.55000000000000004,0.29999999999999999,0.14999999999999999;zmax=4");
}

}  // namespace
}  // namespace offex::kernels
