#include "offex/market/wholesaler.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace offex::market {
namespace {

TEST(Wholesaler, IsKnownByFinrasSpellingInAnyCase) {
  EXPECT_TRUE(is_wholesaler("CITADEL SECURITIES LLC"));
  EXPECT_TRUE(is_wholesaler("Virtu Americas LLC"));
  EXPECT_TRUE(is_wholesaler("G1 EXECUTION SERVICES, LLC"));
  EXPECT_TRUE(is_wholesaler("JANE STREET CAPITAL, LLC"));
  EXPECT_TRUE(is_wholesaler("Two Sigma Securities, LLC"));
  EXPECT_TRUE(is_wholesaler("HRT FINANCIAL LP"));
  EXPECT_TRUE(is_wholesaler("SUSQUEHANNA SECURITIES, LLC"));
}

TEST(Wholesaler, IsAFirmOfTheSimulatedMarket) {
  EXPECT_TRUE(is_wholesaler("SIMULATED WHOLESALER 3"));
  EXPECT_FALSE(is_wholesaler("SIMULATED BANK DESK 1"));
}

TEST(Wholesaler, IsNoBankAndNoBucketOfSmallFirms) {
  EXPECT_FALSE(is_wholesaler("UBS SECURITIES LLC"));
  EXPECT_FALSE(is_wholesaler("De Minimis Firms"));
  EXPECT_FALSE(is_wholesaler(""));
}

TEST(Wholesaler, IsToldByWholeWordsFromTheStartOfTheName) {
  EXPECT_FALSE(is_wholesaler("HRT FINANCIALS GROUP"));
  EXPECT_FALSE(is_wholesaler("THE CITADEL SECURITIES FUND"));
  EXPECT_FALSE(is_wholesaler("CITADEL"));
}

TEST(Wholesaler, ListHasEachNameOnceInCapitalsWithAComment) {
  for (const Wholesaler& firm : wholesalers()) {
    EXPECT_EQ(std::ranges::count(wholesalers(), firm.name, &Wholesaler::name), 1) << firm.name;
    EXPECT_TRUE(std::ranges::none_of(firm.name, [](char c) { return c >= 'a' && c <= 'z'; }));
    EXPECT_FALSE(firm.comment.empty()) << firm.name;
  }
}

}  // namespace
}  // namespace offex::market
