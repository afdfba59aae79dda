#include "offex/market/dataset.hpp"

#include <set>

#include <gtest/gtest.h>

namespace offex::market {
namespace {

constexpr Dataset kAll[] = {
    Dataset::FinraShortDaily,  Dataset::FinraShortTable,   Dataset::ExchangeShortDaily,
    Dataset::DailyBarFlatFile, Dataset::DailyBarGrouped,   Dataset::DailyBarTable,
    Dataset::OtcWeeklyTable,   Dataset::LitDirectionTable, Dataset::IndexConstituents};

TEST(Dataset, EveryNameIsItsOwnAndReadsBack) {
  std::set<std::string_view> names;
  for (const Dataset dataset : kAll) {
    EXPECT_EQ(parse_dataset(to_string(dataset)), dataset);
    names.insert(to_string(dataset));
  }
  EXPECT_EQ(names.size(), std::size(kAll));
  EXPECT_EQ(to_string(Dataset::FinraShortDaily), "finra_short_daily");
  EXPECT_FALSE(parse_dataset("FINRA_SHORT_DAILY"));
  EXPECT_FALSE(parse_dataset(""));
}

TEST(Dataset, PublishedFilesAreCompleteAndSeedTablesArePatches) {
  EXPECT_FALSE(is_patch(Dataset::FinraShortDaily));
  EXPECT_FALSE(is_patch(Dataset::ExchangeShortDaily));
  EXPECT_FALSE(is_patch(Dataset::DailyBarGrouped));
  EXPECT_TRUE(is_patch(Dataset::FinraShortTable));
  EXPECT_TRUE(is_patch(Dataset::DailyBarTable));
  EXPECT_TRUE(is_patch(Dataset::OtcWeeklyTable));
  EXPECT_TRUE(is_patch(Dataset::LitDirectionTable));
}

TEST(Dataset, EachKindReadsTheSpellingOfItsSource) {
  EXPECT_EQ(symbol_style(Dataset::FinraShortDaily), SymbolStyle::FinraDaily);
  EXPECT_EQ(symbol_style(Dataset::ExchangeShortDaily), SymbolStyle::Nasdaq);
  EXPECT_EQ(symbol_style(Dataset::OtcWeeklyTable), SymbolStyle::FinraWeekly);
  EXPECT_EQ(symbol_style(Dataset::DailyBarFlatFile), SymbolStyle::Cqs);
}

}  // namespace
}  // namespace offex::market
