// The macro view of a simulated market: stored and computed answers, evenings one by one, as-of.
#include <algorithm>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// All groups and columns.
std::vector<std::string> everything() {
  return {"macro",  "--group", "market", "tier", "sector", "index",
          "--wide", "--days",  "100",    "-f",   "csv",    "-q"};
}

class MacroCommandTest : public OffexTest {
 protected:
  void SetUp() override {
    market_ = offex_.simulate(120, 40);
    offex_.must({"import", (market_ / "reference").string(), "-q"});
  }
  void import_all(const std::string& home = "home") {
    offex_.must_in(home, {"import", (market_ / "reference").string(), (market_ / "short").string(),
                          (market_ / "bars").string(), "-q"});
  }
  /// Files of one kind by the day in their names.
  [[nodiscard]] std::vector<std::string> files(const char* kind) const {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator{market_ / kind}) {
      if (entry.is_regular_file()) out.push_back(entry.path().string());
    }
    std::ranges::sort(out);
    return out;
  }
  /// Whether a file is that of a day, 2026-04-17 or 20260417.
  [[nodiscard]] static bool is_of(const std::string& path, std::string iso) {
    const std::string name = fs::path{path}.filename().string();
    if (name.find(iso) != std::string::npos) return true;
    std::erase(iso, '-');
    return name.find(iso) != std::string::npos;
  }
  [[nodiscard]] static std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }

  fs::path market_;
};

TEST_F(MacroCommandTest, ReadsTheSameFromTheStoredTableAsItComputes) {
  import_all();
  const std::string computed = offex_.must(everything());
  offex_.must({"build", "-q"});

  EXPECT_GT(lines(computed), 300U);
  EXPECT_EQ(offex_.must(everything()), computed);
  EXPECT_EQ(offex_.query("SELECT count(*) FROM macro_daily"),
            std::to_string(lines(computed) - 1) + "\n");
}

TEST_F(MacroCommandTest, BuiltEveningByEveningIsTheTableOfAFullBuild) {
  import_all();
  offex_.must({"build", "-q"});
  const std::vector<std::string> evenings{"2026-04-14", "2026-04-15", "2026-04-16", "2026-04-17"};
  std::map<std::string, std::vector<std::string>> by_evening;
  for (const char* kind : {"short", "bars"}) {
    for (const std::string& path : files(kind)) {
      const auto day = std::ranges::find_if(
          evenings, [&path](const std::string& iso) { return is_of(path, iso); });
      by_evening[day == evenings.end() ? "" : *day].push_back(path);
    }
  }
  ASSERT_EQ(by_evening.size(), 5U);
  by_evening[""].push_back((market_ / "reference").string());
  for (const auto& [day, paths] : by_evening) {
    std::vector<std::string> words{"import", "-q"};
    words.insert(words.end(), paths.begin(), paths.end());
    offex_.must_in("late", words);
    offex_.must_in("late", {"build", "-q"});
  }
  EXPECT_EQ(offex_.must_in("late", everything()), offex_.must(everything()));
}

TEST_F(MacroCommandTest, CountsTheNamesAndDiscoveriesOfTheScan) {
  import_all();
  offex_.must({"build", "-q"});
  EXPECT_EQ(
      offex_.query("SELECT count(*) FROM macro_daily m JOIN scan_session s USING (trade_date) "
                   "WHERE m.group_kind = 'market' AND (m.names <> s.family OR m.discoveries "
                   "<> s.discoveries_o OR m.common_r <> s.shift_r)"),
      "0\n");
  EXPECT_EQ(offex_.query("SELECT count(*) > 20 FROM macro_daily m JOIN scan_session s USING "
                         "(trade_date) WHERE m.group_kind = 'market'"),
            "true\n");
}

TEST_F(MacroCommandTest, TakesNoMemberOfAnIndexAfterItLeft) {
  import_all();
  offex_.must({"build", "-q"});
  EXPECT_EQ(
      offex_.query(
          "WITH members AS (SELECT d.trade_date, count(*) AS members FROM (SELECT DISTINCT "
          "trade_date FROM macro_daily) d JOIN ref_index_constituent c ON d.trade_date BETWEEN "
          "coalesce(c.valid_from, DATE '0001-01-01') AND coalesce(c.valid_to, DATE "
          "'9999-12-31') WHERE c.index_symbol = 'SIMX' GROUP BY ALL) SELECT count(*) FROM "
          "macro_daily m JOIN members USING (trade_date) WHERE m.group_name = 'SIMX' AND "
          "m.names > members"),
      "0\n");
}

TEST_F(MacroCommandTest, AnswersOfAnEarlierEveningAsItDidThen) {
  const std::vector<std::string> words{"macro", "--days", "3",   "--group",
                                       "tier",  "-f",     "csv", "-q"};
  std::vector<std::string> early{"import", "-q"};
  std::vector<std::string> late{"import", "-q"};
  for (const char* kind : {"short", "bars"}) {
    for (const std::string& path : files(kind)) {
      (is_of(path, "2026-04-17") ? late : early).push_back(path);
    }
  }
  offex_.must(early);
  const std::string then = offex_.must(words);
  offex_.must(late);
  offex_.must({"build", "-q"});
  std::vector<std::string> as_of = words;
  as_of.insert(as_of.end(), {"--asof", "2026-04-16"});

  EXPECT_NE(offex_.must(words), then);
  EXPECT_EQ(offex_.must(as_of), then);
}

TEST_F(MacroCommandTest, DoesNotDependOnThreads) {
  import_all();
  std::vector<std::string> one = everything();
  std::vector<std::string> three = everything();
  one.insert(one.end(), {"--threads", "1"});
  three.insert(three.end(), {"--threads", "3"});
  EXPECT_EQ(offex_.must(one), offex_.must(three));
}

TEST_F(MacroCommandTest, SaysForPeopleThatItIsNoSignal) {
  import_all();
  const std::string text = offex_.must({"macro", "--days", "5", "-f", "table"});
  EXPECT_THAT(text, StartsWith("Macro rv/1.0.0+f4e101c72194a320, 2026-04-13 to 2026-04-17"));
  EXPECT_THAT(text, HasSubstr("Nothing here is a tested market-timing signal"));
  EXPECT_THAT(offex_.must({"macro", "-f", "csv"}), Not(HasSubstr("tested")));
}

TEST_F(MacroCommandTest, MakesAGroupOfAListOrAFilter) {
  import_all();
  const std::string list = offex_.must({"macro", "--list", "group:SIMX", "--days", "1", "--columns",
                                        "group_kind,group_name", "-f", "csv", "-q"});
  EXPECT_EQ(list, "group_kind,group_name\nlist,SIMX\n");
  const std::string all =
      offex_.must({"macro", "--days", "1", "--columns", "names,breadth", "-f", "csv", "-q"});
  const std::string rich =
      offex_.must({"macro", "--min-dollar-vol", "1", "--group", "market", "--days", "1",
                   "--columns", "group_name,names,breadth", "-f", "csv", "-q"});
  // All names have bars: the filter leaves none out, and the market stands above it.
  EXPECT_THAT(rich, HasSubstr("market," + all.substr(all.find('\n') + 1)));
  EXPECT_THAT(rich, HasSubstr("filter," + all.substr(all.find('\n') + 1)));
}

TEST_F(MacroCommandTest, RefusesWhatItCannotAnswer) {
  import_all();
  const ProcessOutcome unknown = offex_.run({"macro", "--group", "NOPE"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.err, HasSubstr("`NOPE` on these days; there are: "));
  EXPECT_EQ(offex_.run({"macro", "--list", "group:SIMX", "--min-cap", "5"}).exit_code, 2);
  EXPECT_EQ(offex_.run({"macro", "--min-cap", "5", "--max-cap", "3"}).exit_code, 2);
  EXPECT_EQ(offex_.run({"macro", "--list", "NOSUCH"}).exit_code, 3);
  EXPECT_EQ(offex_.run({"macro", "--from", "2026-04-17", "--to", "2026-04-01"}).exit_code, 2);
  const ProcessOutcome empty = offex_.run({"macro", "--min-cap", "1e30"});
  EXPECT_EQ(empty.exit_code, 3);
  EXPECT_THAT(empty.err, HasSubstr("passes the filter"));
}

TEST_F(MacroCommandTest, NamesTheDataThatAFilterMisses) {
  offex_.must_in("bare", {"import", (market_ / "short").string(), "-q"});
  const std::vector<std::vector<std::string>> filters{{"--min-cap", "5", "market value"},
                                                      {"--max-cap", "5", "market value"},
                                                      {"--sector", "Energy", "sector"},
                                                      {"--funds", "without", "fund"},
                                                      {"--min-dollar-vol", "5", "bars"}};
  for (const std::vector<std::string>& filter : filters) {
    const ProcessOutcome alone = offex_.run_in("bare", {"macro", filter[0], filter[1]});
    EXPECT_EQ(alone.exit_code, 3) << filter[0];
    EXPECT_THAT(alone.err, HasSubstr(filter[2]));
    // The market could be shown, but not what was asked for.
    const ProcessOutcome beside =
        offex_.run_in("bare", {"macro", filter[0], filter[1], "--group", "market"});
    EXPECT_EQ(beside.exit_code, 3) << filter[0];
    EXPECT_TRUE(beside.out.empty()) << filter[0];
  }
}

}  // namespace
}  // namespace offex::e2e
