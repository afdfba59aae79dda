#include "offex/studies/compare.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/study_store.hpp"

namespace offex::studies {
namespace {

using testing::ElementsAre;

CompareCell scored(double z_r, double z_v) {
  CompareCell out;
  out.values[0] = z_r;
  out.values[1] = z_v;
  out.values[3] = 0.5 + 0.01 * z_r;
  out.scored = true;
  out.tag = tag_of(z_r, z_v);
  out.grade = 1;
  out.streak = out.tag == Tag::None ? 0 : 2;
  return out;
}

/// Two tickers over three sessions; the second has no row on the last one.
Comparison sample() {
  Comparison out;
  for (const char* text : {"2026-04-15", "2026-04-16", "2026-04-17"}) {
    out.days.push_back(market::Day::parse(text).value());
  }
  out.symbols = {market::Symbol::from_trusted("XLE"), market::Symbol::from_trusted("ZZZ")};
  out.sectors = {"Energy", ""};
  out.cells = {scored(1.0, 0.5), scored(-0.5, 0.0), scored(2.5, 1.75),
               scored(3.0, 0.0), scored(0.25, 0.0), CompareCell{}};
  return out;
}

TEST(CompareMatrix, HasAColumnForEachSessionAndTheNewestValueAtTheEnd) {
  const columns::Batch out = compare_matrix(sample(), CompareMetric::ZR);
  std::vector<std::string> names;
  for (const columns::Column& column : out.columns()) names.push_back(column.name());
  const std::vector<std::string> lines = test::lines_of(out);

  EXPECT_THAT(names, ElementsAre("symbol", "sector", "2026-04-15", "2026-04-16", "2026-04-17",
                                 "latest", "streak", "tag", "grade"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "XLE|Energy|1|-0.5|2.5|2.5|2|SURGE+SHORT|B|");
  EXPECT_EQ(lines[1], "ZZZ|null|3|0.25|null|0.25|null|null|null|");
}

TEST(CompareMatrix, ScoresTheTickersTogetherInTheLastRow) {
  const columns::Batch ratio = compare_matrix(sample(), CompareMetric::ZR);
  const columns::Batch volume = compare_matrix(sample(), CompareMetric::ZV);

  EXPECT_EQ(columns::cell_text(ratio.column(0), 2), "all");
  EXPECT_NEAR(ratio.column(2).values<double>()[2], 4.0 / std::sqrt(2.0 + 0.01 * 2.0), 1e-12);
  EXPECT_NEAR(volume.column(2).values<double>()[2], 0.5 / std::sqrt(2.0 + 0.03 * 2.0), 1e-12);
  // One name alone is its own group.
  EXPECT_NEAR(ratio.column(4).values<double>()[2], 2.5, 1e-12);
}

TEST(CompareMatrix, TakesTheMedianOfWhatIsNoScore) {
  const columns::Batch out = compare_matrix(sample(), CompareMetric::ShortRatio);
  EXPECT_NEAR(out.column(2).values<double>()[2], 0.52, 1e-12);
}

TEST(CompareMatrix, KeepsARowOfNullsForATickerWithoutData) {
  Comparison empty = sample();
  for (CompareCell& cell : empty.cells) cell = CompareCell{};
  const std::vector<std::string> lines = test::lines_of(compare_matrix(empty, CompareMetric::ZP));

  EXPECT_THAT(lines, ElementsAre("XLE|Energy|null|null|null|null|null|null|null|",
                                 "ZZZ|null|null|null|null|null|null|null|null|",
                                 "all|null|null|null|null|null|null|null|null|"));
}

TEST(CompareLong, HasARowForEachTickerAndSessionWithAValue) {
  Comparison some = sample();
  some.cells[5].values[6] = 0.02;  // a return without a short row
  const std::vector<std::string> lines = test::lines_of(compare_long(some));

  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[2], "XLE|2026-04-17|Energy|2.5|1.75|null|0.525|null|null|null|2|SURGE+SHORT|B|");
  EXPECT_EQ(lines[5], "ZZZ|2026-04-17|null|null|null|null|null|null|null|0.02|null|null|null|");
}

TEST(CompareMetricWords, ReadBack) {
  for (const char* word :
       {"z_r", "z_v", "z_p", "short_ratio", "offex_share", "multiple", "return_1d"}) {
    EXPECT_EQ(to_string(parse_compare_metric(word).value()), word);
  }
  EXPECT_FALSE(parse_compare_metric("z"));
  EXPECT_TRUE(is_score(CompareMetric::ZP));
  EXPECT_FALSE(is_score(CompareMetric::Multiple));
}

}  // namespace
}  // namespace offex::studies
