#include "offex/store/tape_scope.hpp"

#include <gtest/gtest.h>

namespace offex::store {
namespace {

const std::string kDigest(64, 'a');

TEST(TapePage, ReadsWhatItWrites) {
  const TapePage page{.who = "BRK.B", .first_sip_ns = 1'776'412'803'308'000'000, .rows = 5'000};

  EXPECT_EQ(page.to_string(), "BRK.B/1776412803308000000/5000");
  EXPECT_EQ(TapePage::parse(page.to_string()), page);
}

TEST(TapePage, IsNeitherTheWholeMarketNorANamedPart) {
  for (const char* scope : {"", "trades_part2", "AAPL", "AAPL/1", "AAPL/1/x", "AAPL/x/1",
                            "AAPL/1/2/3", "AAPL//5", "AAPL/1/", "AAPL/1/-5"}) {
    EXPECT_FALSE(TapePage::parse(scope)) << scope;
  }
}

TEST(TapePage, IsNamedByItsTicker) {
  const TapePage page = TapePage::of(market::Symbol::from_trusted("AAPL"), kDigest, 7, 3);

  EXPECT_EQ(page.to_string(), "AAPL/7/3");
  ASSERT_TRUE(page.ticker());
  EXPECT_EQ(page.ticker()->view(), "AAPL");
}

TEST(TapePage, WithoutATickerIsNamedByItsTextAndHasNone) {
  const TapePage page = TapePage::of(std::nullopt, kDigest, 7, 3);

  EXPECT_EQ(page.to_string(), std::string(market::Symbol::kMaxBytes, 'a') + "/7/3");
  EXPECT_FALSE(page.ticker());
}

}  // namespace
}  // namespace offex::store
