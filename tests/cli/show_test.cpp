#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "offex/market/day.hpp"

#include "cli/cli_run.hpp"

namespace offex::cli::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Two tickers on three sessions, and a published week of one of them.
class ShowTest : public CommandTest {
 protected:
  void SetUp() override {
    for (const char* day : {"20260204", "20260205", "20260206"}) {
      import_day(day, {"AAPL|10|1|20", "MSFT|15|1|20"});
    }
    const auto file =
        scratch_.write("in/OTC_ats_2026-02-02.txt",
                       "tierDescription|issueSymbolIdentifier|issueName|marketParticipantName|MPID|"
                       "totalWeeklyShareQuantity|totalWeeklyTradeCount|lastUpdateDate\n"
                       "NMS Tier 1|AAPL|Apple Inc|VENUE|VENU|1000|10|2026-02-23\n");
    must({"import", file.string()});
  }
  std::vector<std::string> lines(std::vector<std::string> flags) {
    std::vector<std::string> command{"show", "AAPL", "MSFT", "-f", "tsv"};
    command.insert(command.end(), flags.begin(), flags.end());
    std::istringstream text{must(command).out};
    std::vector<std::string> out;
    for (std::string line; std::getline(text, line);) out.push_back(line);
    return out;
  }
};

TEST_F(ShowTest, MachineFormatsKeepTheColumnsThatAreDocumented) {
  EXPECT_EQ(lines({}).front(),
            "symbol\ttrade_date\tshort_volume\ttotal_volume\tvolume\tshort_ratio\tshort_ratio_z\t"
            "offex_share\toffex_share_z\tshort_exempt_ratio\tlit_flow_imbalance\tclose\treturn_1d\t"
            "data_quality\totc_share\totc_share_z\tats_share\totc_week_used\totc_status\t"
            "nowcast_share");
}

TEST_F(ShowTest, WeeklyFiguresStandOnTheDaysOfTheirWeek) {
  const std::string columns = "symbol,trade_date,otc_week_used,otc_status,has_otc";
  const auto rows = lines({"--columns", columns, "--days", "1"});
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1], "AAPL\t2026-02-06\t2026-02-02\tPUBLISHED\ttrue");
  EXPECT_EQ(rows[2], "MSFT\t2026-02-06\t\tPENDING\tfalse");
}

TEST_F(ShowTest, AWeekThatWasNotPublishedThenIsPending) {
  const auto rows = lines(
      {"--columns", "symbol,otc_week_used,otc_status", "--days", "1", "--asof", "2026-02-20"});
  EXPECT_EQ(rows[1], "AAPL\t\tPENDING");
}

TEST_F(ShowTest, ByPublicationTheWeekIsNotOutYet) {
  const auto rows =
      lines({"--columns", "symbol,otc_week_used,otc_status", "--days", "1", "--time", "known"});
  EXPECT_EQ(rows[1], "AAPL\t\tNONE");
  EXPECT_EQ(run({"show", "AAPL", "--time", "soon"}).code, ExitCode::Usage);
}

TEST_F(ShowTest, PeopleSeeSectionsMeansAndAPanel) {
  terminal_ = true;
  width_ = 200;
  const std::string text = must({"show", "AAPL", "--no-color"}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("│ Short sale"), HasSubstr("│ OTC / ATS"),
                          HasSubstr("mean of 3"), HasSubstr("Sessions"),
                          HasSubstr("Coverage: 3 rows of 1 symbol: short "
                                    "sale volume on 3")));
}

TEST_F(ShowTest, MeansAndPanelsStayOutOfMachineFormats) {
  for (const char* format : {"csv", "tsv", "json", "jsonl"}) {
    EXPECT_THAT(must({"show", "AAPL", "-f", format}).out,
                AllOf(Not(HasSubstr("mean of")), Not(HasSubstr("Sessions"))))
        << format;
  }
}

TEST_F(ShowTest, WideShowsProvenance) {
  const std::string header = lines({"--wide"}).front();
  for (const char* column : {"has_short", "has_lit", "has_price", "has_otc", "short_source",
                             "short_ratio_denominator_type", "short_ratio_denominator_value",
                             "otc_status", "otc_week_used", "inference_version", "otc_volume"}) {
    EXPECT_THAT(header, HasSubstr(column));
  }
}

TEST_F(ShowTest, TheEarlierVersionHasNoJoinedColumns) {
  const auto rows = lines({"--version", "PhaseA_v1"});
  EXPECT_THAT(rows.front(), AllOf(HasSubstr("otc_status"), Not(HasSubstr("nowcast_share"))));
}

}  // namespace
}  // namespace offex::cli::test
