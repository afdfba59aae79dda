#include "offex/market/facility.hpp"

#include <set>

#include <gtest/gtest.h>

namespace offex::market {
namespace {

constexpr Facility kAll[] = {Facility::Cnms, Facility::Fnsq, Facility::Fnyx, Facility::Fnqc,
                             Facility::Fnra, Facility::Forf, Facility::Nqbx, Facility::Npsx};

TEST(Facility, EveryPrefixReadsBackAndHasItsOwnName) {
  std::set<std::string_view> names;
  for (const Facility facility : kAll) {
    EXPECT_EQ(parse_facility(to_string(facility)), facility);
    names.insert(describe(facility));
  }
  EXPECT_EQ(names.size(), std::size(kAll));
}

TEST(Facility, UnpublishedPrefixesAreUnknown) {
  for (const std::string_view text : {"TOT", "", "cnms", "CNMS ", "FNSQX"}) {
    EXPECT_FALSE(parse_facility(text)) << text;
  }
}

TEST(Facility, OnlyNasdaqsFilesComeFromAnExchange) {
  for (const Facility facility : kAll) {
    EXPECT_EQ(is_exchange(facility), facility == Facility::Nqbx || facility == Facility::Npsx);
  }
}

TEST(Facility, SingleMarketLetterOfATableNamesOneFacility) {
  EXPECT_EQ(facility_of_market("Q"), Facility::Fnsq);
  EXPECT_EQ(facility_of_market("N"), Facility::Fnyx);
  EXPECT_EQ(facility_of_market("B"), Facility::Fnqc);
  EXPECT_EQ(facility_of_market("D"), Facility::Fnra);
  EXPECT_EQ(facility_of_market("O"), Facility::Forf);
}

TEST(Facility, ListOfLettersMeansTheConsolidatedFile) {
  EXPECT_EQ(facility_of_market("B,Q,N"), Facility::Cnms);
  EXPECT_EQ(facility_of_market("Q,N"), Facility::Cnms);
  EXPECT_EQ(facility_of_market("B,Q,N,D"), Facility::Cnms);
}

TEST(Facility, ExchangeLetterAndUnknownMarketsNameNone) {
  for (const std::string_view text : {"X", " X ", "", "Z", "TOT", "Q;N", "Q,"}) {
    EXPECT_FALSE(facility_of_market(text)) << text;
  }
}

TEST(MarketMask, EveryMaskSurvivesItsText) {
  for (unsigned mask = 1; mask < 64; ++mask) {
    const auto bits = static_cast<std::uint8_t>(mask);
    EXPECT_EQ(parse_market_mask(market_text(bits)), bits);
  }
  EXPECT_EQ(market_text(0), "");
}

TEST(MarketMask, TextIsInFinrasOrder) {
  EXPECT_EQ(market_text(7), "B,Q,N");
  EXPECT_EQ(market_text(6), "Q,N");
  EXPECT_EQ(parse_market_mask("N,Q,B"), 7);
  EXPECT_EQ(parse_market_mask("B, Q, N"), 7);
  EXPECT_EQ(parse_market_mask("O"), 16);
}

TEST(MarketMask, RefusesUnknownRepeatedAndMissingLetters) {
  for (const std::string_view text : {"", ",", "Q,", ",Q", "Q,,N", "Q,Q", "A", "q", "QN", "Q N"}) {
    EXPECT_FALSE(parse_market_mask(text)) << text;
  }
}

}  // namespace
}  // namespace offex::market
