#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "views/compare_data.hpp"

namespace offex::views {
namespace {

using market::Symbol;
using studies::CompareMetric;
using test::cell;
using test::data_of;
using test::kNan;
using test::set_all;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const CompareFigureData& data) {
  std::vector<std::string> out;
  for (const Symbol& symbol : data.comparison.symbols) out.push_back(symbol.str());
  return out;
}

std::vector<Symbol> symbols(const std::vector<std::string>& words) {
  std::vector<Symbol> out;
  for (const std::string& word : words) out.push_back(Symbol::from_trusted(word));
  return out;
}

void sort(CompareFigureData& data, CompareSort order, const std::vector<std::string>& given = {}) {
  data.sort = order;
  const std::vector<Symbol> asked = given.empty() ? data.comparison.symbols : symbols(given);
  sort_comparison(data.comparison, data.metric, order, asked);
}

TEST(CompareForm, ShowsAtMostTwelveSmallPanels) {
  EXPECT_TRUE(check_compare_form(CompareForm::Multiples, 12).has_value());
  const auto refused = check_compare_form(CompareForm::Multiples, 13);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(base::format_error(refused.error()),
              testing::AllOf(HasSubstr("at most 12"), HasSubstr("13"), HasSubstr("matrix")));
}

TEST(CompareForm, LaysAtMostFiveLinesOverEachOther) {
  EXPECT_TRUE(check_compare_form(CompareForm::Overlay, 5).has_value());
  const auto refused = check_compare_form(CompareForm::Overlay, 6);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(base::format_error(refused.error()), HasSubstr("at most 5"));
}

TEST(CompareForm, HasWordsThatReadBack) {
  for (const auto form : {CompareForm::Matrix, CompareForm::Multiples, CompareForm::Overlay}) {
    EXPECT_EQ(parse_compare_form(to_string(form)), form);
  }
  for (const auto order :
       {CompareSort::Cluster, CompareSort::Latest, CompareSort::Streak, CompareSort::Given}) {
    EXPECT_EQ(parse_compare_sort(to_string(order)), order);
  }
  EXPECT_EQ(parse_compare_form("matrices"), std::nullopt);
  EXPECT_EQ(parse_compare_sort(""), std::nullopt);
}

TEST(CompareOrder, PutsTickersThatMoveAlikeSideBySideInsideTheirSector) {
  CompareFigureData data =
      data_of({{"A", "Energy"}, {"B", "Energy"}, {"C", "Energy"}, {"D", "Energy"}}, 6);
  set_all(data, 0, {1, -1, 1, -1, 1, -1});
  set_all(data, 1, {0, 0, 2, 0, -2, 1});
  set_all(data, 2, {2, -2, 2, -2, 2, -1.5});
  set_all(data, 3, {0, 0.1, 2.2, 0, -2, 1});
  sort(data, CompareSort::Cluster);
  const std::vector<std::string> order = names(data);
  const auto at = [&](const char* name) { return std::ranges::find(order, name) - order.begin(); };
  EXPECT_EQ(std::abs(at("A") - at("C")), 1);
  EXPECT_EQ(std::abs(at("B") - at("D")), 1);
}

TEST(CompareOrder, KeepsSectorsTogetherInAClusterWhateverTheyAreAlike) {
  CompareFigureData data = data_of({{"A", "Energy"}, {"B", "Energy"}, {"C", "Utilities"}}, 5);
  set_all(data, 0, {1, 2, 3, 4, 5});
  set_all(data, 1, {5, 1, 4, 1, 2});
  set_all(data, 2, {1, 2, 3, 4, 5});
  sort(data, CompareSort::Cluster);
  EXPECT_EQ(data.comparison.sectors, (std::vector<std::string>{"Energy", "Energy", "Utilities"}));
}

TEST(CompareOrder, TakesTheLargestNewestValueFirstAndThoseWithoutOneLast) {
  CompareFigureData data =
      data_of({{"NONE", "Energy"}, {"LOW", "Energy"}, {"HIGH", "Utilities"}, {"OLD", ""}}, 3);
  set_all(data, 1, {9, 9, -2});
  set_all(data, 2, {0, 0, 3});
  set_all(data, 3, {0, 1, kNan});
  sort(data, CompareSort::Latest);
  EXPECT_THAT(names(data), ElementsAre("HIGH", "OLD", "LOW", "NONE"));
  EXPECT_EQ(data.comparison.sectors[0], "Utilities");
  EXPECT_EQ(data.comparison.at(0, 2)[CompareMetric::ZR], 3.0);
}

TEST(CompareOrder, TakesTheLongestStreakFirstThenTheValueFarthestFromZero) {
  CompareFigureData data = data_of({{"A", "X"}, {"B", "X"}, {"C", "Y"}}, 2);
  set_all(data, 0, {0, 1});
  set_all(data, 1, {0, -3});
  set_all(data, 2, {0, 0.5});
  cell(data, 2, 1).streak = 4;
  cell(data, 0, 0).streak = 9;  // over before the last session
  sort(data, CompareSort::Streak);
  EXPECT_THAT(names(data), ElementsAre("C", "B", "A"));
}

TEST(CompareOrder, CanKeepTheOrderOfTheQuestion) {
  CompareFigureData data = data_of({{"A", "X"}, {"B", "Y"}, {"C", "Z"}}, 1);
  sort(data, CompareSort::Given, {"C", "A", "B"});
  EXPECT_THAT(names(data), ElementsAre("C", "A", "B"));
  EXPECT_THAT(data.comparison.sectors, ElementsAre("Z", "X", "Y"));
}

TEST(CompareOrder, IsTheSameForTickersThatNeverMoved) {
  CompareFigureData data = data_of({{"A", "X"}, {"B", "X"}, {"C", "X"}}, 4);
  sort(data, CompareSort::Cluster);
  EXPECT_THAT(names(data), ElementsAre("A", "B", "C"));
}

}  // namespace
}  // namespace offex::views
