#include "offex/columns/symbol_dictionary.hpp"

#include <random>
#include <string>
#include <unordered_map>

#include <gtest/gtest.h>

namespace offex::columns {
namespace {

TEST(SymbolDictionary, EmptyOneFindsNothing) {
  const SymbolDictionary dictionary;

  EXPECT_FALSE(dictionary.find(market::Symbol::from_trusted("SPY")));
  EXPECT_EQ(dictionary.size(), 0U);
}

TEST(SymbolDictionary, CodesAreInOrderOfFirstSightAndCaseCounts) {
  SymbolDictionary dictionary;

  EXPECT_EQ(dictionary.intern(market::Symbol::from_trusted("TPC")), 0);
  EXPECT_EQ(dictionary.intern(market::Symbol::from_trusted("TpC")), 1);
  EXPECT_EQ(dictionary.intern(market::Symbol::from_trusted("TPC")), 0);
  EXPECT_EQ(dictionary.symbol(1).view(), "TpC");
}

TEST(SymbolDictionary, EqualsAnUnorderedMapOnRandomNames) {
  std::mt19937 random{8};
  SymbolDictionary dictionary;
  std::unordered_map<std::string, std::int32_t> oracle;
  for (int round = 0; round < 60'000; ++round) {
    std::string name = std::to_string(random() % 20'000);
    if (random() % 2 == 0) name.insert(0, "LONGER.");
    const market::Symbol symbol = market::Symbol::from_trusted(name);
    if (random() % 3 == 0) {
      const auto known = oracle.find(name);
      const auto found = dictionary.find(symbol);
      ASSERT_EQ(found.has_value(), known != oracle.end()) << name;
      if (found) {
        ASSERT_EQ(*found, known->second) << name;
      }
      continue;
    }
    const auto fresh = static_cast<std::int32_t>(oracle.size());
    ASSERT_EQ(dictionary.intern(symbol), oracle.try_emplace(name, fresh).first->second) << name;
  }
  ASSERT_EQ(dictionary.size(), oracle.size());
  for (const auto& [name, code] : oracle) ASSERT_EQ(dictionary.symbol(code).view(), name);
}

}  // namespace
}  // namespace offex::columns
