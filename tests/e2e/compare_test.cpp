// Tickers and groups beside each other on a simulated market.
#include <algorithm>
#include <set>
#include <sstream>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

class CompareCommandTest : public OffexTest {
 protected:
  void SetUp() override {
    const std::filesystem::path market = offex_.simulate(120, 40);
    for (const char* part : {"reference", "short", "bars"}) {
      offex_.must({"import", (market / part).string(), "-q"});
    }
    std::istringstream names{offex_.query(
        "SELECT symbol FROM finra_short_consolidated WHERE trade_date = '2026-04-17' ORDER BY "
        "total_volume DESC, symbol LIMIT 5")};
    for (std::string name; std::getline(names, name);) tickers_.push_back(name);
  }
  [[nodiscard]] std::vector<std::string> words(const std::vector<std::string>& options) const {
    std::vector<std::string> out{"compare"};
    out.insert(out.end(), tickers_.begin(), tickers_.end());
    out.insert(out.end(), options.begin(), options.end());
    return out;
  }

  std::vector<std::string> tickers_;
};

TEST_F(CompareCommandTest, PrintsAMatrixOfTickersBySession) {
  const auto rows = lines_of(offex_.must(words({"--days", "3", "-f", "csv", "-q"})));
  ASSERT_THAT(rows, SizeIs(7));
  EXPECT_EQ(rows[0], "symbol,sector,2026-04-15,2026-04-16,2026-04-17,latest,streak,tag,grade");
  EXPECT_THAT(rows.back(), StartsWith("all,,"));
}

TEST_F(CompareCommandTest, DrawsATrendForPeopleAlone) {
  const std::vector<std::string> words{"compare", "BRK.B", "TPC", "--days", "4", "-q", "-f"};
  auto with = [&](const char* format) {
    std::vector<std::string> all = words;
    all.emplace_back(format);
    return offex_.must(all);
  };
  EXPECT_THAT(with("table"), HasSubstr("trend"));
  EXPECT_THAT(with("md"), HasSubstr("▁"));
  EXPECT_THAT(with("csv"), Not(HasSubstr("trend")));
  EXPECT_THAT(with("jsonl"), Not(HasSubstr("trend")));
}

TEST_F(CompareCommandTest, SaysInTheLongFormWhatTheScanSays) {
  offex_.must({"build", "-q"});
  const auto rows = lines_of(offex_.must(words({"--long", "--days", "20", "-f", "csv", "-q"})));
  ASSERT_GT(rows.size(), 90U);
  EXPECT_EQ(
      rows[0],
      "symbol,trade_date,sector,z_r,z_v,z_p,short_ratio,offex_share,multiple,return_1d,streak,"
      "tag,grade");
  std::set<std::string> said;
  for (const std::string& row : rows) {
    std::vector<std::string> cells;
    std::istringstream in{row};
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    std::string chosen;
    for (const std::size_t column : {0U, 1U, 3U, 4U, 5U, 6U, 8U, 10U, 11U, 12U}) {
      chosen += cells.at(column) + ',';
    }
    said.insert(chosen);
  }
  // Every hit of these tickers stands there with the same scores, streak, tag and grade.
  const auto hits = lines_of(offex_.query(
      "SELECT symbol, trade_date, z_r, z_v, z_p, short_ratio, multiple, streak, tag, grade FROM "
      "scan_hit WHERE rank IS NOT NULL AND trade_date > '2026-03-25' ORDER BY ALL"));
  std::size_t compared = 0;
  for (const std::string& hit : hits) {
    if (std::ranges::find(tickers_, hit.substr(0, hit.find(','))) == tickers_.end()) continue;
    ++compared;
    EXPECT_TRUE(said.contains(hit + ',')) << hit;
  }
  EXPECT_GT(compared, 5U);
}

TEST_F(CompareCommandTest, TakesTheRatioAndTheReturnOfTheDailyMetrics) {
  offex_.must({"build", "-q"});
  const auto check = [&](const std::string& metric) {
    const auto rows =
        lines_of(offex_.must(words({"--metric", metric, "--days", "1", "-f", "csv", "-q"})));
    for (const std::string& ticker : tickers_) {
      std::string sql = "SELECT " + metric;
      sql += " FROM daily_metrics_v2 WHERE symbol = '" + ticker;
      sql += "' AND trade_date = '2026-04-17'";
      const std::string stored = offex_.query(sql);
      const auto row = std::ranges::find_if(
          rows, [&](const std::string& line) { return line.starts_with(ticker + ","); });
      ASSERT_NE(row, rows.end()) << ticker;
      std::istringstream cells{*row};
      std::string shown;
      for (int column = 0; column < 3; ++column) std::getline(cells, shown, ',');
      EXPECT_NEAR(std::stod(shown), std::stod(stored), 1e-12) << ticker << ' ' << metric;
    }
  };
  check("short_ratio");
  check("offex_share");
  check("return_1d");
}

TEST_F(CompareCommandTest, HoldsTheGroupsOfAKindBesideEachOther) {
  const auto rows = lines_of(offex_.must({"compare", "group:tier", "-f", "csv", "-q"}));
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_EQ(rows[0],
            "trade_date,group_name,names,group_z_r,group_q_r,group_z_v,group_q_v,tilt,breadth,"
            "discoveries,proxy_return");
  EXPECT_THAT(rows[1], StartsWith("2026-04-17,large,"));
  // The same rows under the names of the table.
  const std::string macro = offex_.must(
      {"macro", "--group", "tier", "--days", "1", "--columns", rows[0], "-f", "csv", "-q"});
  EXPECT_EQ(lines_of(macro), rows);
  EXPECT_THAT(lines_of(offex_.must({"compare", "group:index", "-f", "csv", "-q"})), SizeIs(2));
  EXPECT_THAT(
      lines_of(offex_.must({"compare", "group:tier", "--long", "--days", "4", "-f", "csv", "-q"})),
      SizeIs(13));
}

TEST_F(CompareCommandTest, ShowsOneEveningOfGroupsAndRefusesARangeOfThem) {
  for (const std::vector<std::string>& range :
       {std::vector<std::string>{"--days", "5"}, std::vector<std::string>{"--from", "-5d"}}) {
    std::vector<std::string> line{"compare", "group:tier", "-f", "csv", "-q"};
    line.insert(line.end(), range.begin(), range.end());
    const ProcessOutcome refused = offex_.run(line);
    EXPECT_EQ(refused.exit_code, 2) << range[0];
    EXPECT_THAT(refused.err, HasSubstr("--long"));
    EXPECT_EQ(refused.out, "");
    line.emplace_back("--long");
    EXPECT_THAT(lines_of(offex_.must(line)), testing::SizeIs(testing::Ge(16U))) << range[0];
  }
  const auto earlier =
      lines_of(offex_.must({"compare", "group:tier", "--to", "2026-04-15", "-f", "csv", "-q"}));
  ASSERT_THAT(earlier, SizeIs(4));
  EXPECT_THAT(earlier[1], StartsWith("2026-04-15,large,"));
}

TEST_F(CompareCommandTest, GivesTickersWithoutASectorAGroupOfTheirOwn) {
  const std::string file =
      offex_
          .write("securities.csv", "symbol,type,sector,market_cap,known_from\n" + tickers_[2] +
                                       ",CS,Energy,1000000,2026-01-02\n")
          .string();
  offex_.must_in("other", {"import", file, (offex_.folder() / "market/short").string(),
                           (offex_.folder() / "market/bars").string(), "-q"});
  std::vector<std::string> line = words({"--days", "1", "-f", "md"});
  const std::string page = offex_.must_in("other", line);
  std::vector<std::string> firsts;
  for (const std::string& row : lines_of(page)) {
    if (row.starts_with("| ") && !row.starts_with("| ---")) firsts.push_back(row);
  }
  ASSERT_GE(firsts.size(), 7U);
  EXPECT_THAT(firsts[1], HasSubstr("Energy"));
  for (std::size_t row = 2; row <= 5; ++row) EXPECT_THAT(firsts[row], HasSubstr("no sector"));
  EXPECT_THAT(firsts[6], testing::Not(HasSubstr("sector")));

  line = words({"--days", "1", "-f", "table"});
  const auto table = lines_of(offex_.must_in("other", line));
  const auto line_with = [&table](const std::string& text) {
    return std::ranges::find_if(
        table, [&text](const std::string& row) { return row.find(text) != std::string::npos; });
  };
  const auto energy = line_with("Energy");
  const auto none = line_with("no sector");
  const auto all = line_with(" all ");
  ASSERT_TRUE(energy != table.end() && none != table.end() && all != table.end());
  // A rule stands between the groups.
  EXPECT_EQ(none - energy, 2);
  EXPECT_EQ(all - none, 5);

  line = words({"--days", "1", "-f", "csv", "-q"});
  EXPECT_THAT(offex_.must_in("other", line), testing::Not(HasSubstr("no sector")));
}

TEST_F(CompareCommandTest, TakesTheMembersOfAGroupOrAFileOfTickers) {
  std::string list;
  for (const std::string& ticker : tickers_) list += ticker + " # one\n";
  offex_.write("mine.txt", list);
  EXPECT_EQ(offex_.must({"compare", "@mine.txt", "-f", "csv", "-q"}),
            offex_.must(words({"-f", "csv", "-q"})));
  const auto members = lines_of(offex_.must({"compare", "group:SIMX", "-f", "csv", "-q"}));
  EXPECT_GT(members.size(), 5U);
}

TEST_F(CompareCommandTest, NamesATickerItDoesNotKnow) {
  const ProcessOutcome outcome = offex_.run(words({"NOSUCH"}));
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("`NOSUCH`"));
  EXPECT_EQ(offex_.run({"compare", "group:nosuch"}).exit_code, 3);
  EXPECT_EQ(offex_.run(words({"--metric", "z"})).exit_code, 2);
  EXPECT_EQ(offex_.run({"compare"}).exit_code, 2);
}

TEST_F(CompareCommandTest, KnowsNothingAfterAsOf) {
  const auto rows =
      lines_of(offex_.must(words({"--days", "2", "--asof", "2026-04-15", "-f", "csv", "-q"})));
  const auto ranged =
      lines_of(offex_.must(words({"--days", "2", "--to", "2026-04-15", "-f", "csv", "-q"})));
  EXPECT_THAT(rows[0], HasSubstr("2026-04-14,2026-04-15,latest"));
  EXPECT_EQ(rows, ranged);
}

}  // namespace
}  // namespace offex::e2e
