// `offex index` on the simulated market, beside SQL over the facts.
#include <cmath>
#include <sstream>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream in{line};
  for (std::string cell; std::getline(in, cell, ',');) out.push_back(cell);
  return out;
}

/// A store with the simulated market and its index, SIMX.
class IndexTest : public OffexTest {
 protected:
  void SetUp() override {
    ASSERT_FALSE(offex_.simulate(60, 40).empty());
    offex_.must({"import", "market/short", "market/bars", "market/reference", "-q"});
  }
  void import_members(const std::string& rows) {
    offex_.write("members.csv", "index_symbol,symbol,from,to\n" + rows);
    offex_.must({"import", "members.csv", "-q"});
  }
  /// Rows of `offex index` without the header.
  std::vector<std::string> index(const std::string& name, const std::string& columns = {},
                                 const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"index", name, "--days", "40", "-f", "csv", "-q"};
    if (!columns.empty()) arguments.insert(arguments.end(), {"--columns", columns});
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto lines = lines_of(offex_.must(arguments));
    lines.erase(lines.begin());
    return lines;
  }
};

TEST_F(IndexTest, BothRatiosAreThoseOfSqlOverTheFacts) {
  const auto expected = lines_of(offex_.query(
      "SELECT s.trade_date, "
      "sum(b.close::DOUBLE * s.short_volume::DOUBLE) FILTER (b.close IS NOT NULL) / "
      "sum(b.close::DOUBLE * s.total_volume::DOUBLE) FILTER (b.close IS NOT NULL), "
      "avg(s.short_volume::DOUBLE / s.total_volume::DOUBLE), count(*), count(b.close) "
      "FROM finra_short_consolidated s "
      "JOIN ref_index_constituent m ON m.symbol = s.symbol AND m.index_symbol = 'SIMX' "
      "AND s.trade_date BETWEEN coalesce(m.valid_from, '1900-01-01') "
      "AND coalesce(m.valid_to, '2100-01-01') "
      "LEFT JOIN polygon_daily_agg b ON b.symbol = s.symbol AND b.trade_date = s.trade_date "
      "WHERE s.total_volume > 0 AND s.short_volume <= s.total_volume "
      "GROUP BY ALL ORDER BY 1"));

  const auto found = index("SIMX",
                           "trade_date,dollar_weighted_short_ratio,equal_weighted_short_ratio,"
                           "coverage_count,priced_count");

  ASSERT_THAT(expected, SizeIs(40));
  ASSERT_THAT(found, SizeIs(40));
  for (std::size_t row = 0; row < found.size(); ++row) {
    const auto theirs = cells_of(expected[row]);
    const auto ours = cells_of(found[row]);
    ASSERT_THAT(ours, SizeIs(5));
    EXPECT_EQ(ours[0], theirs[0]);
    EXPECT_NEAR(std::stod(ours[1]), std::stod(theirs[1]), 1e-12);
    EXPECT_NEAR(std::stod(ours[2]), std::stod(theirs[2]), 1e-12);
    EXPECT_EQ(ours[3], theirs[3]);
    EXPECT_EQ(ours[4], theirs[4]);
  }
}

TEST_F(IndexTest, BuildStoresWhatTheCommandComputes) {
  const std::string columns =
      "trade_date,dollar_weighted_short_ratio,dollar_weighted_short_ratio_z,"
      "equal_weighted_short_ratio,dollar_volume,priced_count,agg_short_ratio";
  offex_.must({"build", "-q"});

  EXPECT_EQ(lines_of(offex_.query("SELECT " + columns +
                                  " FROM index_constituent_short_agg_daily_v2 "
                                  "ORDER BY trade_date")),
            index("SIMX", columns));
}

TEST_F(IndexTest, FirstColumnsAreTheSameInEveryFormat) {
  const std::vector<std::string> usual{"index", "SIMX", "--days", "2", "-q"};
  const auto as = [&](const char* format) {
    std::vector<std::string> arguments = usual;
    arguments.insert(arguments.end(), {"-f", format});
    return offex_.must(arguments);
  };
  EXPECT_THAT(as("csv"),
              StartsWith("trade_date,dollar_weighted_short_ratio,equal_weighted_short_ratio,"
                         "coverage_count,expected_constituent_count,"));
  EXPECT_THAT(as("tsv"),
              StartsWith("trade_date\tdollar_weighted_short_ratio\tequal_weighted_short_ratio\t"
                         "coverage_count\texpected_constituent_count\t"));
  EXPECT_THAT(as("jsonl"),
              StartsWith(R"({"trade_date":"2026-04-16","dollar_weighted_short_ratio":)"));
  EXPECT_THAT(as("table"), HasSubstr("dollar-weighted"));
}

TEST_F(IndexTest, EverySpellingOfAClassShareIsTheOneSecurity) {
  import_members("IXA,BRK.B,,\nIXB,BRK/B,,\nIXC,BRK-B,,\nIXD,BRK B,,\nIXE,BRKB,,\n");
  const std::string columns = "trade_date,dollar_weighted_short_ratio,coverage_count";

  const auto expected = index("IXA", columns);

  ASSERT_THAT(expected, SizeIs(40));
  EXPECT_THAT(expected.back(), testing::EndsWith(",1"));
  for (const char* other : {"IXB", "IXC", "IXD", "IXE"}) {
    EXPECT_EQ(index(other, columns), expected) << other;
  }
}

TEST_F(IndexTest, AMemberThatLeavesIsNoneTheDayAfter) {
  import_members("IXT,BRK.B,,2026-04-15\nIXT,BRK.A,2026-04-16,\n");

  EXPECT_THAT(index("IXT", "trade_date,expected_constituent_count,coverage_count",
                    {"--from", "2026-04-14"}),
              ElementsAre("2026-04-14,1,1", "2026-04-15,1,1", "2026-04-16,1,1", "2026-04-17,1,1"));
  const auto parts = lines_of(
      offex_.must({"index", "IXT", "--to", "2026-04-16", "--contributions", "-f", "csv", "-q"}));
  ASSERT_THAT(parts, SizeIs(3));
  EXPECT_THAT(parts[1], StartsWith("2026-04-16,BRK.A,1,"));
  EXPECT_THAT(parts[2], StartsWith("2026-04-16,BRK.B,,,,0,-"));
}

TEST_F(IndexTest, ContributionsAddUpToTheChangeOfTheRatio) {
  const auto rows = lines_of(offex_.must({"index", "SIMX", "--contributions", "-f", "csv", "-q"}));
  const auto ratios = index("SIMX", "dollar_weighted_short_ratio");
  ASSERT_EQ(rows[0],
            "trade_date,symbol,weight,short_ratio,contribution,change_within,change_mix,change");
  double weight = 0.0;
  double value = 0.0;
  double change = 0.0;
  double largest = 1.0;
  for (std::size_t row = 1; row < rows.size(); ++row) {
    const auto cells = cells_of(rows[row]);
    ASSERT_THAT(cells, SizeIs(8));
    weight += std::stod(cells[2]);
    value += std::stod(cells[4]);
    change += std::stod(cells[7]);
    EXPECT_LE(std::abs(std::stod(cells[4])), largest);
    largest = std::abs(std::stod(cells[4]));
  }
  EXPECT_NEAR(weight, 1.0, 1e-12);
  EXPECT_NEAR(value, 0.0, 1e-12);
  EXPECT_NEAR(change, std::stod(ratios[39]) - std::stod(ratios[38]), 1e-12);
}

TEST_F(IndexTest, FewContributionsComeWithWhatTheRestAddsUpTo) {
  const ProcessOutcome outcome = offex_.run({"index", "SIMX", "--contributions", "1", "-f", "csv"});

  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(lines_of(outcome.out), SizeIs(2));
  EXPECT_THAT(outcome.err, HasSubstr("further members: weight "));
  EXPECT_THAT(outcome.err, HasSubstr("members have a short ratio and a close"));
}

TEST_F(IndexTest, FooterSaysWhatTheRatiosDivideByAndHowManyMembersCount) {
  const ProcessOutcome outcome = offex_.run({"index", "SIMX", "-f", "csv"});

  EXPECT_THAT(outcome.err, HasSubstr("FINRA facility total x close (unadjusted)"));
  EXPECT_THAT(outcome.err, HasSubstr("Coverage: 4 of 4 members on 2026-04-17"));
}

TEST_F(IndexTest, AnswersAsKnownBeforeACorrection) {
  const auto before = index("SIMX");
  offex_.set_now("2026-05-05T12:00:00Z");
  // The bars of the last day, told anew with another price of a member.
  const auto flat = lines_of(
      offex_.query("SELECT symbol_raw, volume, open, close, high, low FROM polygon_daily_agg "
                   "WHERE trade_date = '2026-04-17'"));
  std::string text = "ticker,volume,open,close,high,low,window_start,transactions\n";
  for (const std::string& line : flat) {
    const auto cells = cells_of(line);
    const std::string prices = cells[2] + ',' + cells[3] + ',' + cells[4] + ',' + cells[5];
    text += cells[0] + ',' + cells[1] + ',' + (cells[0] == "BRK.B" ? "1,1,1,1" : prices) +
            ",1776398400000000000,1\n";
  }
  offex_.write("2026-04-17.csv", text);
  offex_.must({"import", "2026-04-17.csv", "-q"});

  EXPECT_NE(index("SIMX").back(), before.back());
  EXPECT_EQ(index("SIMX", {}, {"--asof", "2026-05-04"}), before);
}

TEST_F(IndexTest, UnknownIndexEndsWithNotFoundAndTheKnownNames) {
  const ProcessOutcome outcome = offex_.run({"index", "SPX"});

  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("no index `SPX` in the store; there are SIMX"));
}

}  // namespace
}  // namespace offex::e2e
