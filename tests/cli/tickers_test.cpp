#include "cli/cli_run.hpp"

namespace offex::cli::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TickersTest : public CommandTest {
 protected:
  void SetUp() override {
    import_day("20260302",
               {"AAPL|10|1|20", "BRK/B|30|0|40", "NVDA|5|0|10", "TPC|1|0|2", "TpC|3|0|4"});
    scratch_.write("in/constituents.csv", "index_symbol,symbol\nTOP,NVDA\nTOP,AAPL\nTOP,GONE\n");
    must({"import", (scratch_.path() / "in/constituents.csv").string()});
  }
  /// The symbols that `show` answers for, in order.
  std::string shown(const std::vector<std::string>& tickers, const std::string& input = {}) {
    std::vector<std::string> words{"show", "--columns", "symbol", "-q"};
    words.insert(words.end(), tickers.begin(), tickers.end());
    const Outcome outcome = run(words, input);
    EXPECT_EQ(outcome.code, ExitCode::Done) << outcome.err;
    return outcome.out;
  }
};

TEST_F(TickersTest, EverySpellingOfAClassShareIsOneSymbol) {
  for (const char* spelling : {"BRK/B", "BRK.B", "BRKB", "BRK B", "brk.b", "brkb"}) {
    EXPECT_EQ(shown({spelling}), "symbol\nBRK.B\n") << spelling;
  }
}

TEST_F(TickersTest, SpellingsOfOneSymbolAreShownOnce) {
  EXPECT_EQ(shown({"BRK/B", "BRKB"}), "symbol\nBRK.B\n");
}

TEST_F(TickersTest, AnAmbiguousFormIsAnErrorThatListsTheChoices) {
  const Outcome outcome = run({"show", "tpc"});
  EXPECT_EQ(outcome.code, ExitCode::Usage);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("`tpc`"), HasSubstr("TPC"), HasSubstr("TpC")));
  EXPECT_EQ(outcome.out, "");
}

TEST_F(TickersTest, ExactCaseChoosesBetweenTwins) {
  EXPECT_EQ(shown({"TpC"}), "symbol\nTpC\n");
  EXPECT_EQ(shown({"TPC"}), "symbol\nTPC\n");
}

TEST_F(TickersTest, OneUnknownTickerFailsTheWholeQuestion) {
  const Outcome outcome = run({"show", "AAPL", "NOPE"});
  EXPECT_EQ(outcome.code, ExitCode::NothingMatched);
  EXPECT_EQ(outcome.out, "");
}

TEST_F(TickersTest, AListFileMayHoldCommentsAndCommas) {
  const auto list = scratch_.write("list.txt", "# mine\nNVDA, AAPL # two\n\nBRKB\n");
  EXPECT_THAT(shown({"@" + list.string()}),
              AllOf(HasSubstr("NVDA\n"), HasSubstr("AAPL\n"), HasSubstr("BRK.B\n")));
}

TEST_F(TickersTest, AMissingListFileIsAUsageError) {
  const Outcome outcome = run({"show", "@absent.txt"});
  EXPECT_EQ(outcome.code, ExitCode::Usage);
  EXPECT_THAT(outcome.err, HasSubstr("absent.txt"));
}

TEST_F(TickersTest, ADashReadsTickersFromStandardInput) {
  EXPECT_EQ(shown({"-"}, "NVDA\n"), "symbol\nNVDA\n");
}

TEST_F(TickersTest, AGroupStandsForItsMembersThatHaveData) {
  const std::string out = shown({"group:TOP"});
  EXPECT_THAT(out, AllOf(HasSubstr("NVDA\n"), HasSubstr("AAPL\n")));
  EXPECT_THAT(out, testing::Not(HasSubstr("GONE")));
}

TEST_F(TickersTest, AGroupHoldsItsMembersOfTheNewestDay) {
  scratch_.write("in/members.csv",
                 "index_symbol,symbol,valid_from,valid_to\nIX,NVDA,,\nIX,AAPL,,2026-02-27\n"
                 "IX,TPC,2026-03-03,\nIX,TpC,2026-03-02,2026-03-02\n"
                 "OLD,NVDA,,2026-02-27\n");
  must({"import", (scratch_.path() / "in/members.csv").string()});

  EXPECT_EQ(shown({"group:IX"}), "symbol\nNVDA\nTpC\n");
  const Outcome none = run({"show", "group:OLD"});
  EXPECT_EQ(none.code, ExitCode::NothingMatched);
  EXPECT_THAT(none.err, AllOf(HasSubstr("`OLD`"), HasSubstr("2026-03-02")));
}

TEST_F(TickersTest, AGroupKnowsAMemberByAnySpelling) {
  scratch_.write("in/members.csv", "index_symbol,symbol\nIX,BRKB\n");
  must({"import", (scratch_.path() / "in/members.csv").string()});
  EXPECT_EQ(shown({"group:IX"}), "symbol\nBRK.B\n");
}

TEST_F(TickersTest, AnUnknownGroupMatchesNothing) {
  const Outcome outcome = run({"show", "group:NONE"});
  EXPECT_EQ(outcome.code, ExitCode::NothingMatched);
  EXPECT_THAT(outcome.err, HasSubstr("`NONE`"));
}

TEST_F(TickersTest, FeaturesGiveAnUnknownSymbolARowOfNulls) {
  const Outcome outcome = must({"features", "--symbols", "AAPL,NOPE", "-q", "-f", "jsonl"});
  EXPECT_THAT(outcome.out,
              HasSubstr(R"("symbol":"AAPL","trade_date":"2026-03-02","short_vol_share":0.5)"));
  EXPECT_THAT(outcome.out,
              HasSubstr(R"("symbol":"NOPE","trade_date":"2026-03-02","short_vol_share":null)"));
}

TEST_F(TickersTest, ExportTakesSymbols) {
  const Outcome outcome =
      must({"export", "finra_short_daily", "--symbols", "brkb,NVDA", "-f", "csv", "-q"});
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("BRK.B"), HasSubstr("NVDA")));
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("AAPL")));
}

class DatesTest : public CommandTest {
 protected:
  void SetUp() override {
    // A Friday, and Monday to Wednesday behind it.
    for (const char* day : {"20260227", "20260302", "20260303", "20260304"}) {
      import_day(day, {"AAPL|10|1|20"});
    }
  }
  std::string days(std::vector<std::string> flags) {
    std::vector<std::string> words{"show", "AAPL", "--columns", "trade_date", "-q"};
    words.insert(words.end(), flags.begin(), flags.end());
    return must(words).out;
  }
};

TEST_F(DatesTest, LastIsTheNewestDayOfTheStore) {
  EXPECT_EQ(days({"--from", "last"}), "trade_date\n2026-03-04\n");
}

TEST_F(DatesTest, MinusDaysCountsSessions) {
  EXPECT_EQ(days({"--from", "-3d", "--to", "-2d"}), "trade_date\n2026-02-27\n2026-03-02\n");
}

TEST_F(DatesTest, DaysCountsSessionsBackFromTheEnd) {
  EXPECT_EQ(days({"--days", "2"}), "trade_date\n2026-03-03\n2026-03-04\n");
  EXPECT_EQ(days({"--days", "2", "--to", "2026-03-02"}), "trade_date\n2026-02-27\n2026-03-02\n");
}

TEST_F(DatesTest, ABadDateIsAnErrorAndNeverADefault) {
  for (const char* text :
       {"2026-3-2", "2026030", "2026-02-30", "tomorrow", "-d", "-5", "-5w", " "}) {
    const Outcome outcome = run({"show", "AAPL", "--from=" + std::string{text}});
    EXPECT_EQ(outcome.code, ExitCode::Usage) << text;
    EXPECT_EQ(outcome.out, "") << text;
  }
}

TEST_F(DatesTest, AReversedRangeIsAnError) {
  const Outcome outcome = run({"show", "AAPL", "--from", "last", "--to", "-1d"});
  EXPECT_EQ(outcome.code, ExitCode::Usage);
  EXPECT_THAT(outcome.err, HasSubstr("2026-03-04 is after 2026-03-03"));
}

}  // namespace
}  // namespace offex::cli::test
