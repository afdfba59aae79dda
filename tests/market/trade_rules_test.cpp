#include "offex/market/trade_rules.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scratch.hpp"

namespace offex::market {
namespace {

std::vector<int> ids_of(ConditionMask mask) {
  std::vector<int> out;
  for (int id = 0; id < 64; ++id) {
    if (((mask >> static_cast<unsigned>(id)) & 1U) != 0) {
      out.push_back(id);
    }
  }
  return out;
}

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> out{""};
  for (const char c : line) {
    if (c == separator) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

TEST(TradeConditions, AreListedOnceInOrder) {
  const auto all = trade_conditions();
  ASSERT_FALSE(all.empty());
  EXPECT_TRUE(
      std::ranges::is_sorted(all, [](const auto& a, const auto& b) { return a.id <= b.id; }));
}

TEST(TradeConditions, WithoutVolumeAreTheOfficialPricesAndTheCorrectedClose) {
  EXPECT_THAT(ids_of(conditions_without_volume()), testing::ElementsAre(15, 16, 38));
}

TEST(TradeConditions, WithoutDirectionAreThoseWhosePriceIgnoresTheQuote) {
  EXPECT_THAT(ids_of(conditions_without_direction()),
              testing::ElementsAre(2, 5, 7, 8, 9, 10, 12, 13, 17, 18, 19, 20, 21, 22, 25, 28, 29,
                                   33, 47, 48, 49, 52, 53, 55));
}

TEST(TradeConditions, SetPricesByTheRulesOfTheConsolidatedTape) {
  ConditionMask never = 0;
  ConditionMask first_only = 0;
  for (const TradeCondition& condition : trade_conditions()) {
    never |= condition.last == PriceUpdate::No ? condition_bit(condition.id) : 0;
    first_only |= condition.last == PriceUpdate::FirstOnly ? condition_bit(condition.id) : 0;
  }
  EXPECT_THAT(ids_of(never), testing::ElementsAre(2, 7, 12, 13, 15, 16, 20, 21, 37, 52, 53));
  EXPECT_THAT(ids_of(first_only), testing::ElementsAre(5, 10, 22, 29, 33));
}

TEST(TradeConditions, OutsideTheTableShareTheLastBit) {
  EXPECT_EQ(condition_bit(0), 1U);
  EXPECT_EQ(condition_bit(62), ConditionMask{1} << 62U);
  EXPECT_EQ(condition_bit(63), ConditionMask{1} << 63U);
  EXPECT_EQ(condition_bit(1000), ConditionMask{1} << 63U);
  EXPECT_EQ(condition_bit(-1), ConditionMask{1} << 63U);
}

TEST(TradeConditions, OfAReferenceTableReplaceTheirOwnRuleOnly) {
  const std::vector<VolumeRule> rules{{15, true}, {37, false}, {16, {}}, {70, false}};
  EXPECT_THAT(ids_of(conditions_without_volume(rules)), testing::ElementsAre(16, 37, 38));
}

TEST(TradeConditions, AgreeWithTheVendorsTable) {
  const auto shared = test_support::shared_folder();
  if (!shared) {
    GTEST_SKIP() << "no shared folder";
  }
  std::ifstream file{*shared / "data/polygon_rest_examples/trade_conditions_table.psv"};
  ASSERT_TRUE(file);
  std::string line;
  std::getline(file, line);
  std::size_t compared = 0;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = split(line, '|');
    ASSERT_EQ(cells.size(), 8U) << line;
    const auto found =
        std::ranges::find(trade_conditions(), std::stoi(cells[0]), &TradeCondition::id);
    ASSERT_NE(found, trade_conditions().end()) << line;
    EXPECT_EQ(found->name, cells[1]);
    EXPECT_EQ(found->high_low == PriceUpdate::Yes, cells[3] == "TRUE") << line;
    EXPECT_EQ(found->last == PriceUpdate::Yes, cells[4] == "TRUE") << line;
    EXPECT_EQ(found->volume, cells[7] == "TRUE") << line;
    ++compared;
  }
  EXPECT_EQ(compared, 32U);
}

TEST(Corrections, VoidTradesAreErrorsAndCancels) {
  std::vector<int> voids;
  for (int code = 0; code < 256; ++code) {
    if (is_void(static_cast<std::uint8_t>(code))) {
      voids.push_back(code);
    }
  }
  EXPECT_THAT(voids, testing::ElementsAre(7, 8, 10, 11));
  EXPECT_TRUE(is_half_of_pair(1) && is_half_of_pair(12));
  EXPECT_FALSE(is_half_of_pair(0) || is_half_of_pair(7));
}

TEST(Venues, OffExchangeIsFinraAndNamesItsFacility) {
  EXPECT_TRUE(is_off_exchange(4));
  EXPECT_FALSE(is_off_exchange(9));
  EXPECT_FALSE(is_venue_anomaly(4, 201));
  EXPECT_FALSE(is_venue_anomaly(11, 0));
  EXPECT_TRUE(is_venue_anomaly(4, 0));
  EXPECT_TRUE(is_venue_anomaly(11, 3));
}

TEST(Venues, OutsideTheListAreUnknown) {
  EXPECT_FALSE(is_known_exchange(0));
  EXPECT_TRUE(is_known_exchange(21));
  EXPECT_FALSE(is_known_exchange(22));
  EXPECT_FALSE(is_known_exchange(255));
}

TEST(Venues, HaveTheLettersOfTheTape) {
  EXPECT_EQ(exchange_letter(4), 'D');
  EXPECT_EQ(exchange_letter(10), 'N');
  EXPECT_EQ(exchange_letter(12), 'T');
  EXPECT_EQ(exchange_letter(21), 'U');
  EXPECT_EQ(exchange_letter(0), '?');
  EXPECT_EQ(exchange_letter(22), '?');
}

}  // namespace
}  // namespace offex::market
