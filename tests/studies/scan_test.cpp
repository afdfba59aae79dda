#include "offex/studies/scan.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/macro_session.hpp"

namespace offex::studies::test {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// Rows that the filter accepts without more: 20 sessions, a million baseline shares.
MadeRow row(const std::string& symbol) {
  MadeRow out;
  out.symbol = symbol;
  out.total = 1e6;
  out.short_volume = 4e5;
  return out;
}

/// A session of rows with everything that a ranking looks at.
class Evening {
 public:
  explicit Evening(const std::vector<MadeRow>& rows) : made_{"2026-03-02", rows} {
    for (std::size_t at = 0; at < made_.scores.size(); ++at) {
      made_.scores.baseline[at] = 6.0;
      made_.scores.z_p[at] = 0.0;
    }
    const std::size_t names = made_.session().axis->symbols.size();
    made_.facts.market_cap.assign(names, kNull);
    made_.facts.shares_outstanding.assign(names, kNull);
    made_.facts.fund.assign(names, -1);
    made_.facts.test_issue.assign(names, 0);
  }
  [[nodiscard]] Ranking rank(const ScanFilter& filter = {}, RankBy by = RankBy::Omnibus) const {
    return rank_session(made_.session(), made_.facts, filter, by, 0.10);
  }
  MadeSession& made() { return made_; }

 private:
  MadeSession made_;
};

TEST(Scan, TagsByVolumeAndRatio) {
  EXPECT_EQ(tag_of(1.5, 1.5), Tag::SurgeShort);
  EXPECT_EQ(tag_of(-1.5, 3.0), Tag::SurgeLong);
  EXPECT_EQ(tag_of(1.49, 1.5), Tag::Surge);
  EXPECT_EQ(tag_of(2.0, 1.49), Tag::Short);
  EXPECT_EQ(tag_of(-2.0, -4.0), Tag::Long);
  EXPECT_EQ(tag_of(1.4, -4.0), Tag::None);
}

TEST(Scan, GradesByHistory) {
  EXPECT_EQ(grade_of(20), 0);
  EXPECT_EQ(grade_of(19), 1);
  EXPECT_EQ(grade_of(9), 2);
  EXPECT_EQ(grade_of(4), 3);
}

TEST(Scan, SuggestsASplitWhereTheOpenFitsAFactor) {
  EXPECT_EQ(split_like(25.0, 100.0), 4.0);
  EXPECT_DOUBLE_EQ(split_like(201.0, 20.0), 0.1);
  EXPECT_TRUE(std::isnan(split_like(27.0, 100.0)));
  EXPECT_TRUE(std::isnan(split_like(100.0, 100.0)));
  EXPECT_TRUE(std::isnan(split_like(kNull, 100.0)));
  EXPECT_TRUE(std::isnan(split_like(50.0, 0.0)));
}

TEST(Scan, SaysWhyARowIsNotTested) {
  Evening evening{{row("A"), row("B"), row("C"), row("D"), row("E"), row("F")}};
  kernels::SurpriseScores& scores = evening.made().scores;
  scores.count[0] = 0;
  scores.count[1] = 4;
  scores.baseline[2] = 3.999;
  scores.total[3] = 999.0;
  evening.made().facts.test_issue[4] = 1;
  const Ranking ranking = evening.rank();
  EXPECT_THAT(ranking.exclusion,
              ElementsAre(Exclusion::NeverSeen, Exclusion::ShortHistory, Exclusion::ThinBaseline,
                          Exclusion::FewShares, Exclusion::TestIssue, Exclusion::None));
  EXPECT_THAT(ranking.order, ElementsAre(5));
  EXPECT_TRUE(std::isnan(ranking.o.p[0]));
  EXPECT_EQ(reason(Exclusion::ShortHistory), "fewer than 5 sessions of history");
}

TEST(Scan, NeverRanksANameThatTradesTenShares) {
  // However far its scores go: the smallest name of all would otherwise head the list.
  MadeRow tiny = row("TINY");
  tiny.total = 10.0;
  tiny.short_volume = 10.0;
  tiny.z_v = 30.0;
  tiny.z_r = 30.0;
  Evening evening{{row("A"), row("B"), tiny}};
  evening.made().scores.baseline[2] = 0.0;
  for (const RankBy by :
       {RankBy::Omnibus, RankBy::Ratio, RankBy::Volume, RankBy::Joint, RankBy::Persistence}) {
    EXPECT_THAT(evening.rank({}, by).order, testing::Not(testing::Contains(2)));
  }
}

TEST(Scan, TestsWithinTheFamilyOfTheFilter) {
  std::vector<MadeRow> rows;
  for (int index = 0; index < 50; ++index) rows.push_back(row("N" + std::to_string(10 + index)));
  rows[7].z_v = 3.6;
  rows[7].dollars = 5e7;
  for (int index = 10; index < 15; ++index) rows[static_cast<std::size_t>(index)].dollars = 4e7;
  Evening evening{rows};
  const Ranking all = evening.rank();
  const Ranking large = evening.rank({.min_dollar_volume = 1e7});
  EXPECT_EQ(all.family(), 50U);
  EXPECT_EQ(large.family(), 6U);
  EXPECT_EQ(large.default_family, 50U);
  EXPECT_EQ(large.v.p[7], all.v.p[7]);
  EXPECT_NEAR(large.v.q[7], all.v.q[7] * 6.0 / 50.0, 1e-12);
  EXPECT_EQ(large.exclusion[0], Exclusion::DollarVolume);  // not known is not met
  EXPECT_EQ(large.order.front(), 7U);
}

TEST(Scan, FiltersBySharesValueSectorFundAndTestIssue) {
  Evening evening{{row("A"), row("B"), row("C"), row("D")}};
  evening.made().scores.baseline[1] = 5.0;
  SecurityFacts& facts = evening.made().facts;
  facts.market_cap = {1e9, 2e9, 5e9, kNull};
  facts.sectors = {"", "Energy"};
  facts.sector = {1, 0, 1, 0};
  facts.fund = {0, 1, -1, 0};
  facts.test_issue[3] = 1;
  EXPECT_THAT(evening.rank({.min_shares = 2e5}).order, UnorderedElementsAre(0, 2));
  EXPECT_THAT(evening.rank({.min_market_cap = 2e9}).order, UnorderedElementsAre(1, 2));
  EXPECT_THAT(evening.rank({.max_market_cap = 2e9}).order, UnorderedElementsAre(0, 1));
  EXPECT_THAT(evening.rank({.sector = "Energy"}).order, UnorderedElementsAre(0, 2));
  EXPECT_THAT(evening.rank({.funds = FundRule::Only}).order, UnorderedElementsAre(1));
  EXPECT_THAT(evening.rank({.funds = FundRule::Without}).order, UnorderedElementsAre(0));
  EXPECT_THAT(evening.rank({.test_issues = true}).order, UnorderedElementsAre(0, 1, 2, 3));
  EXPECT_EQ(evening.rank({.test_issues = true}).default_family, 3U);
}

TEST(Scan, KeepsTheOrderOfTenAndOfAHundredSigma) {
  MadeRow ten = row("TEN");
  MadeRow hundred = row("HUNDRED");
  ten.z_v = 8.0;
  hundred.z_v = 30.0;
  std::vector<MadeRow> rows{ten, hundred};
  for (int index = 0; index < 30; ++index) rows.push_back(row("N" + std::to_string(10 + index)));
  Evening evening{rows};
  const Ranking ranking = evening.rank();
  const auto name = [&](std::size_t place) {
    return evening.made()
        .session()
        .axis->symbols[evening.made().scores.symbol[ranking.order[place]]]
        .str();
  };
  EXPECT_EQ(name(0), "HUNDRED");
  EXPECT_EQ(name(1), "TEN");
  EXPECT_LT(ranking.o.p[ranking.order[0]], ranking.o.p[ranking.order[1]]);
}

TEST(Scan, BreaksTiesByDistanceBaselineAndSymbol) {
  std::vector<MadeRow> rows{row("A"), row("B"), row("C")};
  Evening evening{rows};
  evening.made().scores.baseline[2] = 7.0;
  EXPECT_THAT(evening.rank().order, ElementsAre(2, 0, 1));
}

TEST(Scan, ReadsAndWritesTheNamesOfRankings) {
  for (const RankBy by :
       {RankBy::Omnibus, RankBy::Ratio, RankBy::Volume, RankBy::Joint, RankBy::Persistence}) {
    EXPECT_EQ(parse_rank_by(to_string(by)), by);
  }
  EXPECT_FALSE(parse_rank_by("luck"));
}

}  // namespace
}  // namespace offex::studies::test
