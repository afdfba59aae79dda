// The weekly panel of a simulated market: pending weeks, what was published later, and the score.
#include <algorithm>
#include <sstream>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Rows of comma-separated text, by their week.
std::map<std::string, std::string> by_week(const std::string& text) {
  std::map<std::string, std::string> out;
  std::istringstream lines{text};
  std::string line;
  std::getline(lines, line);  // the header
  while (std::getline(lines, line)) out[line.substr(0, line.find(','))] = line;
  return out;
}

/// Fields of a row.
std::vector<std::string> fields(const std::string& row) {
  std::vector<std::string> out;
  std::istringstream text{row};
  for (std::string field; std::getline(text, field, ',');) out.push_back(field);
  return out;
}

class WeekCommandTest : public OffexTest {
 protected:
  void SetUp() override {
    // With the weekly files, which a market of daily files lacks.
    offex_.must({"simulate", "--out", "market", "--symbols", "60", "--days", "60", "-q"});
    const auto market = offex_.folder() / "market";
    offex_.must({"import", (market / "short").string(), (market / "bars").string(),
                 (market / "weekly").string(), "-q"});
    ticker_ = offex_.query(
        "SELECT symbol FROM finra_weekly_summary WHERE tier_identifier = 'T1' AND summary_type = "
        "'OTC_W_SMBL' AND week_start_date = '2026-03-23' ORDER BY share_quantity DESC LIMIT 1");
    ASSERT_GT(ticker_.size(), 1U);
    ticker_.pop_back();  // the end of its line
  }
  std::map<std::string, std::string> weeks(const std::string& as_of, const std::string& columns) {
    return by_week(offex_.must({"week", ticker_, "--weeks", "20", "--asof", as_of, "-f", "csv",
                                "-q", "--columns", "week_start_date," + columns}));
  }

  std::string ticker_;  ///< the largest of tier T1
};

constexpr std::string_view kSaid = "nowcast_share,nowcast_share_low,nowcast_share_high";

TEST_F(WeekCommandTest, PendingWeeksEndTheTableWithTheirNowcast) {
  const auto rows = weeks("2026-04-17T22:30:00Z", "status,otc_share,nowcast_share");

  EXPECT_THAT(rows.at("2026-03-23"), HasSubstr("PUBLISHED,0."));
  for (const char* week : {"2026-03-30", "2026-04-06", "2026-04-13"}) {
    EXPECT_THAT(rows.at(week), HasSubstr("PENDING,,0.")) << week;
  }
  EXPECT_FALSE(rows.contains("2026-04-20"));
}

TEST_F(WeekCommandTest, ARunningWeekIsToldFromTheSessionsSoFar) {
  const auto rows = weeks("2026-04-15T22:30:00Z", "status,nowcast_share");

  EXPECT_THAT(rows.at("2026-04-13"), HasSubstr("RUNNING,0."));
}

TEST_F(WeekCommandTest, WhatWasSaidOnTheEveningStaysWhenTheWeekIsPublished) {
  const auto then = weeks("2026-03-27", "status," + std::string{kSaid});
  const auto now = weeks("2026-04-17T22:30:00Z", "status," + std::string{kSaid});
  const std::vector<std::string> pending = fields(then.at("2026-03-23"));
  const std::vector<std::string> published = fields(now.at("2026-03-23"));

  EXPECT_EQ(pending.at(1), "PENDING");
  EXPECT_EQ(published.at(1), "PUBLISHED");
  EXPECT_FALSE(pending.at(2).empty());
  EXPECT_TRUE(
      std::equal(pending.begin() + 2, pending.end(), published.begin() + 2, published.end()));
}

TEST_F(WeekCommandTest, ScoreSetsNowcastsAgainstWhatWasPublished) {
  const std::string text = offex_.must({"week", ticker_, "--score", "--asof",
                                        "2026-04-17T22:30:00Z", "-f", "csv", "-q", "--columns",
                                        "week_start_date,nowcast_share,published_share,"
                                        "share_error"});
  const std::vector<std::string> row = fields(by_week(text).at("2026-03-23"));

  const double nowcast = std::stod(row.at(1));
  const double published = std::stod(row.at(2));
  EXPECT_NEAR(std::stod(row.at(3)), nowcast - published, 1e-12);
  EXPECT_LT(std::abs(nowcast - published), 0.03);
  EXPECT_THAT(text, Not(HasSubstr("2026-03-30")));
}

TEST_F(WeekCommandTest, FooterTellsHowFarOffNowcastsWere) {
  const ProcessOutcome outcome =
      offex_.run({"week", ticker_, "--asof", "2026-04-17T22:30:00Z", "-f", "table"});

  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr(ticker_ + ": nowcasts of 3 published weeks were off by "));
}

TEST_F(WeekCommandTest, VenuesAreRankedAndOfAKind) {
  const std::string text =
      offex_.must({"week", ticker_, "--venues", "4", "--asof", "2026-04-17T22:30:00Z", "-f", "csv",
                   "-q", "--columns", "rank,kind,share"});

  EXPECT_EQ(std::ranges::count(text, '\n'), 5);
  EXPECT_THAT(text, HasSubstr("WHOLESALER,0."));
  EXPECT_THAT(text, HasSubstr("\n4,"));
}

}  // namespace
}  // namespace offex::e2e
