#include "offex/sim/market.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"

#include "sim/market_files.hpp"

namespace offex::sim {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// One market that the tests of a suite share.
class Market : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    auto outcome = write_market({.symbols = 150, .days = 60, .seed = 5}, scratch_->path(),
                                {.compress_bars = false, .grouped_json = true});
    ASSERT_TRUE(outcome) << base::format_error(outcome.error());
    written_ = std::move(*outcome);
  }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
  }

  static fs::path short_path(std::string_view prefix, market::Day day) {
    return written_.short_dir / (std::string{prefix} + "shvol" + day.compact() + ".txt");
  }
  static fs::path bar_path(market::Day day) {
    const std::string iso = day.iso();
    return written_.bars_dir / "us_stocks_sip" / "day_aggs_v1" / iso.substr(0, 4) /
           iso.substr(5, 2) / (iso + ".csv");
  }
  static std::vector<market::Day> days() { return *market::sessions(written_.sessions); }

  static inline Scratch* scratch_{nullptr};
  static inline WrittenMarket written_;
};

constexpr std::array kPrefixes{"CNMS", "FNSQ", "FNYX", "FNQC", "FNRA", "FORF"};

TEST_F(Market, EverySessionHasAFileOfEveryFacility) {
  EXPECT_EQ(days().size(), 60U);
  EXPECT_EQ(written_.sessions.last.iso(), "2026-04-17");
  for (const market::Day day : days()) {
    for (const char* prefix : kPrefixes) EXPECT_TRUE(fs::exists(short_path(prefix, day)));
    EXPECT_TRUE(fs::exists(bar_path(day)));
  }
  EXPECT_EQ(files_below(scratch_->path()).size(), written_.files);
}

TEST_F(Market, ConsolidatedRowsAreTheExactSumsOfTheFacilities) {
  const std::map<std::string, char> letters{
      {"FNSQ", 'Q'}, {"FNYX", 'N'}, {"FNQC", 'B'}, {"FNRA", 'D'}};
  for (const market::Day day : days()) {
    std::map<std::string, ShortRow> sums;
    for (const auto& [prefix, letter] : letters) {
      for (const auto& [symbol, row] : read_short(short_path(prefix, day)).rows) {
        EXPECT_EQ(row.market, std::string(1, letter));
        ShortRow& sum = sums[symbol];
        sum.short_volume += row.short_volume;
        sum.exempt += row.exempt;
        sum.total += row.total;
        sum.market.push_back(letter);
      }
    }
    for (auto& [symbol, sum] : sums) {
      std::string ordered;
      for (const char letter : std::string_view{"BQND"}) {
        if (sum.market.find(letter) == std::string::npos) continue;
        if (!ordered.empty()) ordered.push_back(',');
        ordered.push_back(letter);
      }
      sum.market = ordered;
    }
    EXPECT_EQ(sums, read_short(short_path("CNMS", day)).rows) << day.iso();
  }
}

TEST_F(Market, EveryShortFileKeepsItsOwnRules) {
  for (const market::Day day : days()) {
    for (const char* prefix : kPrefixes) {
      const ShortFile file = read_short(short_path(prefix, day));
      EXPECT_EQ(file.trailer, std::to_string(file.symbols.size()));
      EXPECT_TRUE(std::ranges::is_sorted(file.symbols));
      EXPECT_EQ(file.rows.size(), file.symbols.size()) << "a symbol twice";
      for (const auto& [symbol, row] : file.rows) {
        EXPECT_LE(0, row.exempt);
        EXPECT_LE(row.exempt, row.short_volume);
        EXPECT_LE(row.short_volume, row.total);
        EXPECT_GT(row.total, 0);
      }
    }
  }
}

TEST_F(Market, FractionsBeginWithTheBreakAndNeverReachTheOtcFacility) {
  const market::Day first_fractional = *market::Day::parse("2026-02-23");
  std::size_t fractions = 0;
  for (const market::Day day : days()) {
    for (const char* prefix : kPrefixes) {
      for (const auto& [symbol, row] : read_short(short_path(prefix, day)).rows) {
        const bool whole = row.total % 1'000'000 == 0 && row.short_volume % 1'000'000 == 0 &&
                           row.exempt % 1'000'000 == 0;
        fractions += whole ? 0 : 1;
        EXPECT_TRUE(whole || (day >= first_fractional && std::string_view{prefix} != "FORF"));
      }
    }
  }
  EXPECT_GT(fractions, 1000U);
}

TEST_F(Market, PublishedNumbersHaveSixDecimalsOrNone) {
  const std::string text = read_file(short_path("CNMS", written_.sessions.last));
  std::size_t fractions = 0;
  for (std::size_t at = text.find('.'); at != std::string::npos; at = text.find('.', at + 1)) {
    ++fractions;
    EXPECT_EQ(text.find('|', at), at + 7);
  }
  EXPECT_GT(fractions, 50U);
}

TEST_F(Market, AnAdfDayWithoutTradesIsAHeaderAndAZero) {
  std::size_t empty = 0;
  for (const market::Day day : days()) {
    const std::string text = read_file(short_path("FNRA", day));
    if (text.size() == 65 && text.ends_with("\r\n0\r\n")) ++empty;
  }
  EXPECT_GT(empty, 30U);
}

TEST_F(Market, ConsolidatedVolumeIsNeverBelowFinrasTotal) {
  for (const market::Day day : days()) {
    const ShortFile finra = read_short(short_path("CNMS", day));
    std::vector<std::string> lines = split(read_file(bar_path(day)), '\n');
    EXPECT_EQ(lines.front(), "ticker,volume,open,close,high,low,window_start,transactions");
    std::map<std::string, std::int64_t> volumes;
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
      const auto cells = split(lines[i], ',');
      ASSERT_EQ(cells.size(), 8U);
      volumes[cells[0]] = units(cells[1], 6);
      const std::int64_t open = units(cells[2], 9);
      const std::int64_t close = units(cells[3], 9);
      EXPECT_GE(units(cells[4], 9), std::max(open, close));
      EXPECT_LE(units(cells[5], 9), std::min(open, close));
      EXPECT_GT(units(cells[5], 9), 0);
      EXPECT_GE(units(cells[7], 0), 1);
    }
    for (const auto& [symbol, row] : finra.rows) {
      std::string vendor = symbol;
      std::ranges::replace(vendor, '/', '.');
      ASSERT_TRUE(volumes.contains(vendor)) << vendor;
      EXPECT_GE(volumes[vendor], row.total);
    }
  }
}

TEST_F(Market, BarsOpenTheirWindowAtMidnightInNewYork) {
  EXPECT_THAT(read_file(bar_path(*market::Day::parse("2026-04-17"))),
              HasSubstr(",1776398400000000000,"));  // 04:00 UTC in summer
  EXPECT_THAT(read_file(bar_path(*market::Day::parse("2026-02-23"))),
              HasSubstr(",1771822800000000000,"));  // 05:00 UTC in winter
}

TEST_F(Market, HardSpellingsAreThere) {
  const ShortFile file = read_short(short_path("CNMS", written_.sessions.last));
  for (const char* symbol : {"BRK/B", "TPC", "TpC", "ABRpD", "ACHR/WS", "ON", "NULL", "TRUE"}) {
    EXPECT_THAT(file.symbols, Contains(symbol));
  }
  EXPECT_THAT(read_file(bar_path(written_.sessions.last)), HasSubstr("\nBRK.B,"));
}

TEST_F(Market, OtcNamesAreOnlyInTheirOwnFile) {
  const ShortFile otc = read_short(short_path("FORF", written_.sessions.last));
  const ShortFile listed = read_short(short_path("CNMS", written_.sessions.last));
  EXPECT_GE(otc.symbols.size(), 2U);
  for (const std::string& symbol : otc.symbols) EXPECT_FALSE(listed.rows.contains(symbol));
}

TEST_F(Market, SomeNamesAreNewSomeLeaveAndSomeSkipSessions) {
  std::map<std::string, std::size_t> sessions_of;
  for (const market::Day day : days()) {
    for (const std::string& symbol : read_short(short_path("CNMS", day)).symbols) {
      ++sessions_of[symbol];
    }
  }
  const auto always = std::ranges::count_if(sessions_of, [](auto& e) { return e.second == 60; });
  EXPECT_GT(always, 90);
  EXPECT_LT(static_cast<std::size_t>(always), sessions_of.size() - 5);
}

TEST_F(Market, OffExchangeShareAndShortRatioAreRealistic) {
  double shorts = 0;
  double totals = 0;
  double volumes = 0;
  for (const market::Day day : days()) {
    for (const auto& [symbol, row] : read_short(short_path("CNMS", day)).rows) {
      shorts += static_cast<double>(row.short_volume);
      totals += static_cast<double>(row.total);
    }
    const auto lines = split(read_file(bar_path(day)), '\n');
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
      volumes += static_cast<double>(units(split(lines[i], ',')[1], 6));
    }
  }
  EXPECT_GT(shorts / totals, 0.37);
  EXPECT_LT(shorts / totals, 0.53);
  EXPECT_GT(totals / volumes, 0.35);
  EXPECT_LT(totals / volumes, 0.60);
}

TEST_F(Market, ACorrectionRevisesOneDayAndStillAddsUp) {
  const market::Day day = written_.corrected_day;
  EXPECT_THAT(days(), Contains(day));
  const std::string name = "shvol" + day.compact() + ".txt";
  const ShortFile before = read_short(short_path("CNMS", day));
  const ShortFile after = read_short(written_.corrections_dir / ("CNMS" + name));
  EXPECT_EQ(before.symbols, after.symbols);
  const ShortFile venue_before = read_short(short_path("FNSQ", day));
  const ShortFile venue_after = read_short(written_.corrections_dir / ("FNSQ" + name));
  std::size_t changed = 0;
  for (const auto& [symbol, row] : before.rows) {
    if (row == after.rows.at(symbol)) continue;
    ++changed;
    EXPECT_LT(after.rows.at(symbol).total, row.total);
    EXPECT_EQ(row.total - after.rows.at(symbol).total,
              venue_before.rows.at(symbol).total - venue_after.rows.at(symbol).total);
  }
  EXPECT_GE(changed, 1U);
  EXPECT_LT(changed, 20U);
}

TEST_F(Market, EpisodesAreNamedAndShowInTheShortRatio) {
  const auto lines = split(read_file(written_.truth), '\n');
  ASSERT_EQ(lines.front(), "symbol,first,last,kind,strength");
  ASSERT_GE(lines.size(), 5U);
  double accumulation = 0;
  double distribution = 0;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto cells = split(lines[i], ',');
    std::string finra = cells[0];
    std::ranges::replace(finra, '.', '/');
    double inside_short = 0, inside_total = 0, outside_short = 0, outside_total = 0;
    for (const market::Day day : days()) {
      const ShortFile file = read_short(short_path("CNMS", day));
      if (!file.rows.contains(finra)) continue;
      const ShortRow& row = file.rows.at(finra);
      const bool inside = cells[1] <= day.iso() && day.iso() <= cells[2];
      (inside ? inside_short : outside_short) += static_cast<double>(row.short_volume);
      (inside ? inside_total : outside_total) += static_cast<double>(row.total);
    }
    const double shift = inside_short / inside_total - outside_short / outside_total;
    (cells[3] == "accumulation" ? accumulation : distribution) += shift;
  }
  EXPECT_GT(accumulation, 0.05);
  EXPECT_LT(distribution, -0.05);
}

TEST_F(Market, ConstituentsNameTradedSymbolsWithDates) {
  const auto lines = split(read_file(written_.constituents), '\n');
  ASSERT_EQ(lines.front(), "index_symbol,symbol,from,to");
  EXPECT_GE(lines.size(), 10U);
  std::size_t left = 0;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto cells = split(lines[i], ',');
    ASSERT_EQ(cells.size(), 4U);
    EXPECT_EQ(cells[0], kIndexName);
    left += cells[3].empty() ? 0 : 1;
  }
  EXPECT_EQ(left, 1U);
}

}  // namespace
}  // namespace offex::sim
