#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/sim/market.hpp"

#include "sim/market_files.hpp"

namespace offex::sim {
namespace {

// Long enough for weeks that are public, with every part.
constexpr MarketSpec kWholeSpec{.symbols = 60, .days = 35, .seed = 9, .trade_size = 8'000.0};
const WriteOptions kWholeOptions{
    .grouped_json = true, .tape_days = 1, .tape_symbols = 4, .rest_page_rows = 200};

TEST(WriteMarket, TheSameSeedGivesTheSameBytes) {
  const Scratch a;
  const Scratch b;
  ASSERT_TRUE(write_market(kWholeSpec, a.path(), kWholeOptions));
  ASSERT_TRUE(write_market(kWholeSpec, b.path(), kWholeOptions));
  EXPECT_EQ(tree_digest(a.path(), read_file), tree_digest(b.path(), read_file));
}

// Not the bytes of archives: a compressor may choose other ones on another machine.
TEST(WriteMarket, TheTextOfASeedIsTheSameOnEveryMachine) {
  const Scratch scratch;
  ASSERT_TRUE(write_market(kWholeSpec, scratch.path(), kWholeOptions));
  EXPECT_EQ(tree_digest(scratch.path(), read_text),
            "19b6aa811b520e0d2b9f2191dd8d1fb7b68e630e681d42624abb4c3e06b6a783");
}

TEST(WriteMarket, AnotherSeedGivesOtherBytes) {
  const Scratch a;
  const Scratch b;
  ASSERT_TRUE(write_market({.symbols = 30, .days = 3, .seed = 1}, a.path()));
  ASSERT_TRUE(write_market({.symbols = 30, .days = 3, .seed = 2}, b.path()));
  EXPECT_NE(tree_digest(a.path(), read_file), tree_digest(b.path(), read_file));
}

TEST(WriteMarket, TheSmallestMarketIsStillWhole) {
  const Scratch scratch;
  const auto written = write_market({.symbols = 1, .days = 1}, scratch.path());
  ASSERT_TRUE(written) << base::format_error(written.error());
  EXPECT_EQ(written->sessions.first, written->sessions.last);
  EXPECT_GE(written->files, 10U);
}

TEST(WriteMarket, AnEarlyCloseHasAboutHalfTheVolume) {
  const Scratch scratch;
  const market::Day half = *market::Day::parse("2025-11-28");
  const auto written = write_market({.symbols = 300, .days = 6, .last_day = half}, scratch.path());
  ASSERT_TRUE(written);
  std::map<std::string, double> totals;
  const std::vector<market::Day> days = *market::sessions(written->sessions);
  for (const market::Day day : days) {
    const ShortFile file = read_short(written->short_dir / ("CNMSshvol" + day.compact() + ".txt"));
    for (const auto& [symbol, row] : file.rows) {
      totals[day.iso()] += static_cast<double>(row.total);
    }
  }
  EXPECT_LT(totals["2025-11-28"], 0.75 * totals["2025-11-26"]);
}

TEST(WriteMarket, ImpossibleSpecsAreRefused) {
  const Scratch scratch;
  const auto code_of = [&](const MarketSpec& spec) {
    const auto outcome = write_market(spec, scratch.path());
    return outcome ? base::ErrorCode::Internal : outcome.error().code;
  };
  const market::Day saturday = *market::Day::parse("2026-04-18");
  EXPECT_EQ(code_of({.symbols = 0}), base::ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of({.symbols = 1'000'000}), base::ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of({.days = 0}), base::ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of({.days = 100'000}), base::ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of({.last_day = saturday}), base::ErrorCode::InvalidArgument);
  EXPECT_FALSE(fs::exists(scratch.path()));
}

TEST(WriteMarket, AnEarlierMarketIsReplacedOnlyWhenAsked) {
  const Scratch scratch;
  ASSERT_TRUE(write_market({.symbols = 30, .days = 4}, scratch.path()));
  const auto again = write_market({.symbols = 30, .days = 2}, scratch.path());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, base::ErrorCode::InvalidArgument);
  const auto replaced = write_market({.symbols = 30, .days = 2}, scratch.path(), {.replace = true});
  ASSERT_TRUE(replaced);
  EXPECT_EQ(files_below(scratch.path()).size(), replaced->files);
}

}  // namespace
}  // namespace offex::sim
