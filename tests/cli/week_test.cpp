#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "offex/market/day.hpp"

#include "cli/cli_run.hpp"

namespace offex::cli::test {
namespace {

/// Twelve weeks of one symbol, which grow from week to week; all published by the clock's day.
class WeekTest : public CommandTest {
 protected:
  void SetUp() override {
    const market::Day first = market::Day::parse("2025-10-06").value();
    for (int week = 0; week < 12; ++week) {
      const market::Day monday = first.plus(7 * week);
      const auto file = scratch_.write(
          fmt::format("in/OTC_ats_{}.txt", monday.iso()),
          fmt::format("tierDescription|issueSymbolIdentifier|issueName|marketParticipantName|MPID|"
                      "totalWeeklyShareQuantity|totalWeeklyTradeCount|lastUpdateDate\n"
                      "NMS Tier 1|AAPL|Apple Inc|VENUE|VENU|{}|10|{}\n",
                      1'000 + week * week * 10, monday.plus(21).iso()));
      must({"import", file.string()});
    }
  }
  std::vector<std::string> lines(const std::string& weeks) {
    std::istringstream text{must({"week", "AAPL", "--weeks", weeks, "-f", "csv", "--wide"}).out};
    std::vector<std::string> out;
    for (std::string line; std::getline(text, line);) out.push_back(line);
    return out;
  }
};

TEST_F(WeekTest, FewWeeksAreTheLastOfMany) {
  const std::vector<std::string> all = lines("100");
  const std::vector<std::string> few = lines("3");

  ASSERT_EQ(all.size(), 13U);
  ASSERT_EQ(few.size(), 4U);
  EXPECT_EQ(few.front(), all.front());
  EXPECT_TRUE(std::equal(few.begin() + 1, few.end(), all.end() - 3));
}

TEST_F(WeekTest, PublishedWeeksSayThatTheyAre) {
  const std::string text = must({"week", "AAPL", "--weeks", "2", "-f", "csv", "--columns",
                                 "week_start_date,status,ats_volume,nowcast_share"})
                               .out;

  EXPECT_EQ(text,
            "week_start_date,status,ats_volume,nowcast_share\n"
            "2025-12-15,PUBLISHED,2000,\n"
            "2025-12-22,PUBLISHED,2210,\n");
}

TEST_F(WeekTest, VenuesAreThoseOfTheNewestPublishedWeek) {
  const std::string text = must({"week", "AAPL", "--venues", "3", "-f", "csv", "--columns",
                                 "week_start_date,rank,mpid,"
                                 "kind,volume,share"})
                               .out;

  // One side alone is no share of all.
  EXPECT_EQ(text, "week_start_date,rank,mpid,kind,volume,share\n2025-12-22,1,VENU,ATS,2210,\n");
}

TEST_F(WeekTest, ScoreWithoutANowcastMatchesNothing) {
  EXPECT_EQ(run({"week", "AAPL", "--score"}).code, ExitCode::NothingMatched);
}

TEST_F(WeekTest, ShowsEitherScoresOrVenues) {
  EXPECT_EQ(run({"week", "AAPL", "--score", "--venues", "3"}).code, ExitCode::Usage);
}

TEST_F(WeekTest, TickerWithoutAWeekMatchesNothing) {
  import_day("20260302", {"NVDA|10|1|20"});

  EXPECT_EQ(run({"week", "NVDA"}).code, ExitCode::NothingMatched);
}

}  // namespace
}  // namespace offex::cli::test
