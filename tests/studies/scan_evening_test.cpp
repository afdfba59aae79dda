// The scan of one evening against a recount by hand.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/scan_evening_market.hpp"

namespace offex::studies::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(ScanEvening, CountsWhatItsRowsSay) {
  const ScanResult found = run({.day = last_day(), .top = kAll});
  EXPECT_EQ(found.day, days_.back());
  EXPECT_EQ(found.status, SessionStatus::Ok);
  EXPECT_EQ(found.names, 65U);
  EXPECT_EQ(found.rejected, 1U);
  EXPECT_EQ(found.family, 60U);
  EXPECT_EQ(found.default_family, 60U);
  ASSERT_EQ(found.rows.num_rows(), 60U);
  EXPECT_EQ(found.usual_rows, 63.0);
  EXPECT_EQ(found.rate, 0.10);
  EXPECT_EQ(found.version, kernels::surprise_version({}));
  const auto z_v = numbers(found.rows, "z_v");
  const auto z_r = numbers(found.rows, "z_r");
  const auto surges = std::ranges::count_if(z_v, [](double z) { return z > 3.0; });
  const auto ratios = std::ranges::count_if(z_r, [](double z) { return std::fabs(z) > 3.0; });
  EXPECT_GE(surges, 3);
  EXPECT_EQ(found.surges.count, static_cast<std::size_t>(surges));
  EXPECT_EQ(found.ratios.count, static_cast<std::size_t>(ratios));
  EXPECT_NEAR(found.surges.expected, 60.0 * 0.5 * std::erfc(3.0 / std::sqrt(2.0)), 1e-12);
  EXPECT_NEAR(found.ratios.expected, 60.0 * std::erfc(3.0 / std::sqrt(2.0)), 1e-12);
}

TEST_F(ScanEvening, TestsEachChannelByItsDefinition) {
  const ScanResult found = run({.day = last_day(), .top = kAll});
  for (const std::string channel : {"o", "r", "v", "j", "p"}) {
    const auto p = numbers(found.rows, "p_" + channel);
    const auto q = numbers(found.rows, "q_" + channel);
    const auto expected = q_of(p);
    for (std::size_t row = 0; row < p.size(); ++row) {
      EXPECT_NEAR(q[row], expected[row], 1e-12) << channel << " " << row;
    }
  }
  EXPECT_EQ(found.scale_v, 1.0);  // fewer than 200 names
  const auto z_v = numbers(found.rows, "z_v");
  const auto p_v = numbers(found.rows, "p_v");
  for (std::size_t row = 0; row < z_v.size(); ++row) {
    EXPECT_NEAR(p_v[row], 0.5 * std::erfc(z_v[row] / std::sqrt(2.0)), 1e-12);
  }
}

TEST_F(ScanEvening, SaysHowManyDiscoveriesAreChance) {
  const ScanResult found = run({.day = last_day(), .top = kAll});
  const auto p = numbers(found.rows, "p_o");
  const auto q = numbers(found.rows, "q_o");
  EXPECT_TRUE(std::ranges::is_sorted(p));
  std::size_t discoveries = 0;
  double largest = 0.0;
  for (std::size_t row = 0; row < p.size(); ++row) {
    if (q[row] > 0.10) continue;
    ++discoveries;
    largest = std::max(largest, p[row]);
  }
  EXPECT_GE(discoveries, 4U);
  EXPECT_EQ(found.discoveries, discoveries);
  EXPECT_DOUBLE_EQ(found.expected_by_chance, largest * 60.0);
  EXPECT_LE(found.expected_by_chance, 0.10 * static_cast<double>(discoveries));
  const ScanResult strict = run({.day = last_day(), .rate = 1e-12, .top = kAll});
  EXPECT_EQ(strict.rate, 1e-12);
  EXPECT_LT(strict.discoveries, discoveries);
}

TEST_F(ScanEvening, RanksByTheChannelThatIsAskedFor) {
  for (const auto& [by, column] : {std::pair{RankBy::Ratio, "p_r"},
                                   {RankBy::Volume, "p_v"},
                                   {RankBy::Joint, "p_j"},
                                   {RankBy::Persistence, "p_p"}}) {
    const ScanResult found = run({.day = last_day(), .by = by, .top = kAll});
    EXPECT_TRUE(std::ranges::is_sorted(numbers(found.rows, column))) << column;
  }
}

TEST_F(ScanEvening, ShowsTheFirstOfTheOrder) {
  const auto all = texts(run({.day = last_day(), .top = kAll}).rows, "symbol");
  const ScanResult three = run({.day = last_day(), .top = 3});
  EXPECT_THAT(texts(three.rows, "symbol"), ElementsAre(all[0], all[1], all[2]));
  EXPECT_THAT(texts(three.rows, "rank"), ElementsAre("1", "2", "3"));
  EXPECT_EQ(three.family, 60U);
  EXPECT_EQ(three.rows.find("control_1"), nullptr);
}

TEST_F(ScanEvening, KeepsThePlacesOfSymbolsThatAreAskedFor) {
  const auto all = texts(run({.day = last_day(), .top = kAll}).rows, "symbol");
  const auto place = [&](const std::string& name) {
    return std::to_string(std::ranges::find(all, name) - all.begin() + 1);
  };
  ScanRequest request{.day = last_day()};
  for (const char* name : {"N033", "THIN", "NOBODY", "N010", "NEW"}) {
    request.symbols.push_back(market::Symbol::from_trusted(name));
  }
  const ScanResult found = run(request);
  EXPECT_THAT(texts(found.rows, "symbol"), ElementsAre("N033", "THIN", "N010", "NEW"));
  EXPECT_THAT(texts(found.rows, "rank"), ElementsAre(place("N033"), "null", place("N010"), "null"));
  // A name that is not tested is scored all the same, one without a past is not.
  EXPECT_THAT(texts(found.rows, "p_o")[1], "null");
  EXPECT_TRUE(std::isfinite(numbers(found.rows, "z_v")[1]));
  EXPECT_THAT(texts(found.rows, "tag")[3], "null");
  EXPECT_EQ(found.family, 60U);
}

TEST_F(ScanEvening, NamesEveryExclusionOnce) {
  const ScanResult found = run({.day = last_day(), .excluded = true});
  EXPECT_THAT(texts(found.rows, "symbol"), ElementsAre("FEW", "NEW", "THIN", "YOUNG", "ZVZZT"));
  EXPECT_THAT(texts(found.rows, "reason"), ElementsAre("FEW_SHARES", "NEVER_SEEN", "THIN_BASELINE",
                                                       "SHORT_HISTORY", "TEST_ISSUE"));
  EXPECT_EQ(texts(found.rows, "meaning")[3], "fewer than 5 sessions of history");
  EXPECT_THAT(texts(found.rows, "history"), ElementsAre("21", "0", "21", "2", "21"));
  EXPECT_EQ(found.family + found.rows.num_rows(), found.names);
}

TEST_F(ScanEvening, AccountsForEveryNameUnderAnyFilter) {
  const std::set<std::string> everything = [&] {
    std::set<std::string> out;
    for (const auto& row : market_.published(days_.back()).shorts) out.insert(row.symbol);
    out.erase("WRONG");
    return out;
  }();
  const std::vector<ScanFilter> filters{{},
                                        {.min_dollar_volume = 1e7},
                                        {.min_shares = 1e5},
                                        {.max_market_cap = 1e9},
                                        {.sector = "Energy"},
                                        {.funds = FundRule::Only},
                                        {.funds = FundRule::Without},
                                        {.test_issues = true}};
  for (const ScanFilter& filter : filters) {
    const ScanResult in = run({.day = last_day(), .filter = filter, .top = kAll});
    const ScanResult out = run({.day = last_day(), .filter = filter, .excluded = true});
    std::multiset<std::string> names;
    for (const std::string& name : texts(in.rows, "symbol")) names.insert(name);
    std::map<std::string, std::size_t> reasons;
    for (const std::string& name : texts(out.rows, "symbol")) names.insert(name);
    for (const std::string& word : texts(out.rows, "reason")) ++reasons[word];
    EXPECT_THAT(names, testing::ElementsAreArray(everything));
    EXPECT_EQ(in.excluded[0], in.family);
    for (std::size_t why = 1; why < in.excluded.size(); ++why) {
      EXPECT_EQ(in.excluded[why], reasons[std::string{to_string(static_cast<Exclusion>(why))}]);
    }
    EXPECT_EQ(in.default_family, 60U);
  }
}

TEST_F(ScanEvening, ChoosesTheFamilyByThePastAlone) {
  // N000 trades a thousand times its dollars today: that must not bring it in.
  MarketDay rows = rows_of(days_.back());
  rows.bar_of("N000").volume *= 1000.0;
  market_.put(days_.back(), rows);
  const double bound = 5e6;
  EXPECT_GT(rows.bar_of("N000").close * rows.bar_of("N000").volume, bound);
  const ScanResult found =
      run({.day = last_day(), .filter = {.min_dollar_volume = bound}, .top = kAll});
  EXPECT_GT(found.family, 10U);
  EXPECT_THAT(texts(found.rows, "symbol"), testing::Not(testing::Contains("N000")));
  for (const double dollars : numbers(found.rows, "dollar_volume")) EXPECT_GE(dollars, bound);
  // A day's own volume does not change what was usual before it.
  const ScanResult shares = run({.day = last_day(), .filter = {.min_shares = 1e6}, .top = kAll});
  for (const double usual : numbers(shares.rows, "baseline_shares")) EXPECT_GE(usual, 1e6);
  const auto names = texts(shares.rows, "symbol");
  EXPECT_THAT(names, testing::Not(testing::Contains("N030")));  // 8 x 630,000 today
  EXPECT_THAT(names, testing::Contains("N050"));
}

TEST_F(ScanEvening, TestsAFilteredFamilyByItself) {
  const ScanResult all = run({.day = last_day(), .top = kAll});
  const ScanResult some = run({.day = last_day(), .filter = {.min_shares = 4e5}, .top = kAll});
  ASSERT_LT(some.family, all.family);
  ASSERT_GT(some.family, 0U);
  std::map<std::string, double> p_of;
  const auto names = texts(all.rows, "symbol");
  for (std::size_t row = 0; row < names.size(); ++row) {
    p_of[names[row]] = numbers(all.rows, "p_o")[row];
  }
  const auto chosen = texts(some.rows, "symbol");
  const auto p = numbers(some.rows, "p_o");
  const auto q = numbers(some.rows, "q_o");
  const auto expected = q_of(p);
  for (std::size_t row = 0; row < chosen.size(); ++row) {
    EXPECT_EQ(p[row], p_of[chosen[row]]);
    EXPECT_NEAR(q[row], expected[row], 1e-12);
  }
}

TEST_F(ScanEvening, SaysWhetherPricesAndReferenceDataAreThere) {
  EXPECT_TRUE(run({.day = last_day()}).has_prices);
  EXPECT_FALSE(run({.day = last_day()}).has_sector);
  ScanMarket bare;
  for (const market::Day day : days_) {
    MarketDay rows = bare.ordinary(day);
    rows.bars.clear();
    bare.put(day, rows);
  }
  const auto found = scan(bare.store().reader(), {.day = days_.back()});
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->has_prices);
  EXPECT_EQ(found->rows.num_rows(), 50U);
  EXPECT_THAT(texts(found->rows, "close"), testing::Each("null"));
}

TEST_F(ScanEvening, IsNotFoundWithoutAFile) {
  const market::Day sunday = day_of("2025-06-08");
  for (const market::Day day : {sunday, days_.back().plus(1), day_of("2031-01-02")}) {
    const auto found = scan(market_.store().reader(), {.day = day});
    ASSERT_FALSE(found) << day.iso();
    EXPECT_EQ(found.error().code, base::ErrorCode::NotFound);
    EXPECT_THAT(found.error().message, HasSubstr(day.iso()));
  }
}

TEST_F(ScanEvening, AnswersAsItWasKnownThen) {
  const auto before = lines_of(run({.day = last_day(), .top = kAll}).rows);
  market_.store().build_all({});
  market_.put(days_[18], market_.ordinary(days_[18], 1));
  market_.put(days_.back(), rows_of(days_.back(), 1));
  market_.store().build_all({});
  const auto then = market::Instant::parse("2026-05-01T00:00:00Z").value();
  EXPECT_NE(lines_of(run({.day = last_day(), .top = kAll}).rows), before);
  EXPECT_EQ(lines_of(run({.day = last_day(), .as_of = then, .top = kAll}).rows), before);
  const auto evening = market::daily_publication(days_[10]);
  const auto later = scan(market_.store().reader(), {.day = days_[11], .as_of = evening});
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, base::ErrorCode::NotFound);
}

TEST_F(ScanEvening, SaysTheSameFromAStoredStateAndWithThreads) {
  const auto before = lines_of(run({.day = last_day(), .top = kAll}).rows);
  market_.store().build_all({});
  EXPECT_EQ(lines_of(run({.day = last_day(), .top = kAll}).rows), before);
  EXPECT_EQ(lines_of(run({.day = last_day(), .top = kAll, .threads = 4}).rows), before);
  // The stored list is the same, controls apart.
  const auto stored =
      ask(market_.store().reader(),
          "SELECT symbol, rank, z_r, z_v, p_o, q_o, streak, multiple FROM scan_hit "
          "WHERE trade_date = (SELECT max(trade_date) FROM scan_hit) ORDER BY rank");
  const ScanResult fifty = run({.day = last_day(), .top = 50});
  ASSERT_EQ(stored.num_rows(), 50U);
  for (const char* name : {"symbol", "rank", "z_r", "z_v", "p_o", "q_o", "streak", "multiple"}) {
    EXPECT_EQ(texts(stored, name), texts(fifty.rows, name)) << name;
  }
}

}  // namespace
}  // namespace offex::studies::test
