#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

#include "cli/cli_run.hpp"

namespace offex::cli::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int kSymbols = 80;
constexpr int kSessions = 12;

/// A made-up market: the ratio of a name today moves its price tomorrow, by hand.
class EvalTest : public CommandTest {
 protected:
  void SetUp() override {
    market::Day day = market::Day::parse("2026-02-02").value();
    std::string bars = "symbol,trade_date,open,high,low,close,vwap,volume\n";
    for (int session = 0; session < kSessions; ++session) {
      scratch_.write("in/CNMSshvol" + day.compact() + ".txt",
                     short_file(day.compact(), short_rows(session)));
      for (int symbol = 0; symbol < kSymbols; ++symbol) {
        const double open = 50.0 + symbol;
        const double close = open * (1.0 + 0.001 * wave(symbol, session - 1) +
                                     0.0005 * wave(session - 3, 7 * symbol));
        bars += fmt::format("{},{},{:.4f},{:.4f},{:.4f},{:.4f},{:.4f},900000\n", name(symbol),
                            day.iso(), open, open * 1.1, open * 0.9, close, open);
      }
      last_ = day;
      day = market::session_after(day).value();
    }
    must({"import", scratch_.write("in/bars_daily.csv", bars).parent_path().string()});
  }

  static std::string name(int symbol) {
    return fmt::format("S{}{}", static_cast<char>('A' + symbol / 10),
                       static_cast<char>('A' + symbol % 10));
  }
  static double wave(int symbol, int session) {
    return 3.0 * std::sin(1.7 * symbol + 2.9 * session + 0.3 * symbol * session);
  }
  static std::vector<std::string> short_rows(int session) {
    std::vector<std::string> out;
    for (int symbol = 0; symbol < kSymbols; ++symbol) {
      out.push_back(fmt::format("{}|{}|0|400000", name(symbol),
                                200'000 + std::lround(40'000 * wave(symbol, session) / 3.0)));
    }
    return out;
  }
  std::string value(const std::string& text, const std::string& row, int column) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(row)) continue;
      std::istringstream fields{line};
      std::string field;
      for (int at = 0; at <= column; ++at) std::getline(fields, field, ',');
      return field;
    }
    ADD_FAILURE() << "no row " << row << " in\n" << text;
    return {};
  }

  market::Day last_;
};

TEST_F(EvalTest, FindsThatTheRatioOfTodayMovesTomorrow) {
  const std::string out = must({"eval", "short_ratio", "--horizons", "1", "-f", "csv"}).out;

  EXPECT_GT(std::stod(value(out, "rank_ic,open_to_close,1", 4)), 0.8);
  EXPECT_GT(std::stod(value(out, "decile_spread_bp,open_to_close,1", 4)), 40.0);
  EXPECT_LT(std::abs(std::stod(value(out, "decay_rank_ic,close_to_close,3", 4))), 0.5);
}

TEST_F(EvalTest, AgreesWithTheSameSumsInSql) {
  must({"build"});
  // Five sessions of history make the sixth the first one of the universe.
  const std::string sql = fmt::format(
      "WITH p AS (SELECT trade_date, short_ratio AS s, lead(close, 3) OVER w::DOUBLE / lead(open, "
      "1) "
      "OVER w::DOUBLE AS r FROM daily_metrics_v2 WINDOW w AS (PARTITION BY symbol ORDER BY "
      "trade_date)), k AS (SELECT trade_date, rank() OVER (PARTITION BY trade_date ORDER BY s) AS "
      "a, "
      "rank() OVER (PARTITION BY trade_date ORDER BY r) AS b FROM p WHERE r IS NOT NULL AND "
      "trade_date >= DATE '2026-02-09') SELECT avg(ic) AS ic, stddev_samp(ic) AS sd, count(*) AS n "
      "FROM (SELECT corr(a, b) AS ic FROM k GROUP BY trade_date)");
  const std::string oracle = must({"sql", sql, "-f", "csv", "-q"}).out;
  const std::string numbers = oracle.substr(oracle.find('\n') + 1);
  const std::string out = must({"eval", "short_ratio", "--horizons", "3", "-f", "csv"}).out;

  EXPECT_NEAR(std::stod(value(out, "rank_ic,", 4)), std::stod(value(numbers, "", 0)), 1e-9);
  EXPECT_NEAR(std::stod(value(out, "rank_ic,", 5)), std::stod(value(numbers, "", 1)), 1e-9);
  EXPECT_EQ(value(out, "rank_ic,", 10), value(numbers, "", 2));
}

TEST_F(EvalTest, SaysFirstThatFewSessionsGetNoVerdict) {
  terminal_ = true;
  width_ = 200;
  const std::string out = must({"eval", "short_ratio", "--horizons", "1"}).out;
  std::istringstream lines{out};
  std::string title;
  std::string second;
  std::getline(lines, title);
  std::getline(lines, second);

  EXPECT_THAT(title, HasSubstr("Evaluation of short_ratio (daily_metrics v2)"));
  EXPECT_THAT(second, HasSubstr("sessions: no verdict; IC = .01 at t = 3 needs about"));
  EXPECT_THAT(out, HasSubstr("open to close"));
  EXPECT_THAT(out, HasSubstr("Trials so far: 1 different ones"));
  EXPECT_THAT(out, Not(HasSubstr("close to close: close(T+h)")));
}

TEST_F(EvalTest, CloseToCloseSaysThatItsNightCannotBeCaptured) {
  const Outcome got = must({"eval", "short_ratio", "--close-to-close", "-f", "csv"});

  EXPECT_THAT(got.out, HasSubstr("rank_ic,close_to_close,5"));
  EXPECT_THAT(got.err, HasSubstr("cannot be captured"));
}

TEST_F(EvalTest, UnknownSignalIsAUsageErrorThatListsThem) {
  const Outcome got = run({"eval", "magic"});

  EXPECT_EQ(got.code, ExitCode::Usage);
  EXPECT_THAT(got.err, HasSubstr("z_r, z_v, z_p, joint, composite, short_ratio"));
  EXPECT_THAT(got.err, Not(HasSubstr("otc_participation_rate")));
}

TEST_F(EvalTest, NoSignalIsAUsageErrorThatListsThem) {
  const Outcome got = run({"eval"});

  EXPECT_EQ(got.code, ExitCode::Usage);
  EXPECT_THAT(got.err, HasSubstr("z_r"));
}

TEST_F(EvalTest, CompositeThatIsNotBuiltSaysSo) {
  const Outcome got = run({"eval", "composite"});

  EXPECT_EQ(got.code, ExitCode::NothingMatched);
  EXPECT_THAT(got.err, HasSubstr("offex build"));
}

TEST_F(EvalTest, HorizonsOutsideTheirRangeAreUsageErrors) {
  EXPECT_EQ(run({"eval", "z_r", "--horizons", "0"}).code, ExitCode::Usage);
  EXPECT_EQ(run({"eval", "z_r", "--horizons", "61"}).code, ExitCode::Usage);
  EXPECT_EQ(run({"eval", "z_r", "--horizons", "one"}).code, ExitCode::Usage);
}

TEST_F(EvalTest, HorizonsMayComeInAnyOrder) {
  const std::string one = must({"eval", "short_ratio", "--horizons", "3,1,3", "-f", "csv"}).out;

  EXPECT_LT(one.find("rank_ic,open_to_close,1"), one.find("rank_ic,open_to_close,3"));
}

TEST_F(EvalTest, PricesBelowTheBoundAreNotInTheUniverse) {
  const std::string all = must({"eval", "short_ratio", "-f", "csv"}).out;
  const std::string some = must({"eval", "short_ratio", "--min-price", "60", "-f", "csv"}).out;

  EXPECT_EQ(std::stod(value(all, "rank_ic,open_to_close,1", 11)), 80.0);
  EXPECT_LT(std::stod(value(some, "rank_ic,open_to_close,1", 11)), 71.0);
}

TEST_F(EvalTest, SessionsBeforeTheFirstReferenceDataAreLeftOutAndCounted) {
  const market::Day known = market::session_before(last_, 4).value();
  std::string rows = "symbol,sector,market_cap,known_from\n";
  for (int symbol = 0; symbol < kSymbols; ++symbol) {
    rows += fmt::format("{},Energy,2000000000,{}\n", name(symbol), known.iso());
  }
  must({"import", scratch_.write("in/securities.csv", rows).string()});
  for (const std::vector<std::string>& bounds :
       {std::vector<std::string>{"--min-cap", "1e9"}, {"--sector", "Energy"}}) {
    std::vector<std::string> command{"eval", "z_r", "--horizons", "1", "-f", "csv"};
    command.insert(command.end(), bounds.begin(), bounds.end());
    const Outcome got = must(command);

    EXPECT_EQ(value(got.out, "rank_ic,open_to_close,1", 10), "4") << bounds[0];
    EXPECT_THAT(got.err, HasSubstr("sessions without reference data yet left out: 7")) << bounds[0];
  }
}

TEST_F(EvalTest, ASectorAloneDoesNotTellMarketValues) {
  must({"import",
        scratch_.write("in/securities.csv", "symbol,sector,known_from\nSAA,Energy,2026-01-02\n")
            .string()});

  EXPECT_EQ(run({"eval", "z_r", "--min-cap", "1e9"}).code, ExitCode::NothingMatched);
}

TEST_F(EvalTest, FiltersThatNeedReferenceDataSayWhenThereIsNone) {
  const Outcome got = run({"eval", "z_r", "--min-cap", "1e9"});

  EXPECT_EQ(got.code, ExitCode::NothingMatched);
  EXPECT_THAT(got.err, HasSubstr("reference data"));
}

TEST_F(EvalTest, UniverseWithoutNamesMatchesNothing) {
  EXPECT_EQ(run({"eval", "z_r", "--min-price", "100000"}).code, ExitCode::NothingMatched);
}

TEST_F(EvalTest, KnowsNothingBeyondAsOf) {
  const market::Day before = market::session_before(last_, 2).value();
  const std::string now = must({"eval", "short_ratio", "--horizons", "1", "-f", "csv"}).out;
  const std::string then =
      must({"eval", "short_ratio", "--horizons", "1", "--asof", before.iso(), "-f", "csv"}).out;

  EXPECT_EQ(std::stoi(value(now, "rank_ic,open_to_close,1", 10)),
            std::stoi(value(then, "rank_ic,open_to_close,1", 10)) + 2);
}

TEST_F(EvalTest, RangeBoundsTheSignalAndNotItsReturns) {
  const market::Day to = market::session_before(last_, 4).value();
  const std::string out = must({"eval", "short_ratio", "--horizons", "1,4", "--from", to.iso(),
                                "--to", to.iso(), "-f", "csv"})
                              .out;

  EXPECT_EQ(value(out, "rank_ic,open_to_close,1", 10), "1");
  EXPECT_EQ(value(out, "rank_ic,open_to_close,4", 10), "1");
}

TEST_F(EvalTest, TheSameLookTwiceIsOneTrial) {
  must({"eval", "short_ratio", "--horizons", "1", "-f", "csv"});
  const std::string again = must({"eval", "short_ratio", "--horizons", "1", "-f", "csv"}).out;
  const std::string more = must({"eval", "short_ratio", "--horizons", "1,2", "-f", "csv"}).out;

  EXPECT_EQ(value(again, "trials,", 4), "1");
  EXPECT_EQ(value(more, "trials,", 4), "2");
}

TEST_F(EvalTest, TrialsPrintsTheLogAndAddsNothing) {
  EXPECT_THAT(must({"eval", "--trials", "-f", "csv"}).err, HasSubstr("Trials so far: none"));
  must({"eval", "short_ratio", "--horizons", "1,2", "-f", "csv"});
  const Outcome got = must({"eval", "--trials", "-f", "csv"});

  EXPECT_EQ(std::ranges::count(got.out, '\n'), 3);
  EXPECT_THAT(got.out, HasSubstr("short_ratio,daily_metrics v2,open_to_close,2"));
  EXPECT_EQ(must({"eval", "--trials", "-f", "csv"}).out, got.out);
}

TEST_F(EvalTest, ResultsDoNotDependOnThreads) {
  const auto with = [this](const std::string& threads) {
    return must({"eval", "z_r", "--events", "--threads", threads, "-f", "csv"}).out;
  };

  EXPECT_EQ(with("1"), with("3"));
}

TEST_F(EvalTest, EventsAreTheHitsAndControlsOfTheStoredTable) {
  must({"build"});
  const std::string returns =
      "WITH p AS (SELECT trade_date, symbol, lead(close) OVER w::DOUBLE / lead(open) OVER "
      "w::DOUBLE "
      "- 1 AS r FROM daily_metrics_v2 WINDOW w AS (PARTITION BY symbol ORDER BY trade_date)), h AS "
      "(SELECT trade_date, symbol, unnest([control_1, control_2, control_3]) AS control FROM "
      "scan_hit), c AS (SELECT h.trade_date, h.symbol, avg(p.r) AS r FROM h JOIN p ON p.trade_date "
      "= h.trade_date AND p.symbol = h.control GROUP BY ALL) SELECT 1e4 * avg(p.r - c.r), count(*) "
      "FROM p JOIN c USING (trade_date, symbol) WHERE p.r IS NOT NULL AND c.r IS NOT NULL";
  const std::string oracle = must({"sql", returns, "-f", "csv", "-q"}).out;
  const std::string numbers = oracle.substr(oracle.find('\n') + 1);
  const std::string out = must({"eval", "z_r", "--events", "--horizons", "1", "--min-price", "0",
                                "--min-baseline", "4", "-f", "csv"})
                              .out;

  EXPECT_EQ(value(out, "event_excess_bp,open_to_close,1,ALL", 11), value(numbers, "", 1));
  EXPECT_NEAR(std::stod(value(out, "event_excess_bp,open_to_close,1,ALL", 4)),
              std::stod(value(numbers, "", 0)), 1e-9);
}

TEST_F(EvalTest, ANarrowerUniverseMakesNoOtherHits) {
  must({"build"});
  const std::string sql =
      fmt::format("SELECT count(*) FROM scan_hit WHERE trade_date < DATE '{}' AND symbol >= 'SCA'",
                  last_.iso());
  const std::string oracle = must({"sql", sql, "-f", "csv", "-q"}).out;
  std::string rows = "symbol,sector,known_from\n";
  for (int symbol = 0; symbol < kSymbols; ++symbol) {
    rows += fmt::format("{},{},2026-01-02\n", name(symbol), symbol < 20 ? "Energy" : "Utilities");
  }
  must({"import", scratch_.write("in/securities.csv", rows).string()});
  const std::string out =
      must({"eval", "z_r", "--events", "--horizons", "1", "--sector", "Utilities", "-f", "csv"})
          .out;

  EXPECT_EQ(value(out, "event_excess_bp,open_to_close,1,ALL", 11) + '\n',
            oracle.substr(oracle.find('\n') + 1));
}

TEST_F(EvalTest, GivesEachHorizonItsQAmongAllTrialsBesideThatOfTheRun) {
  const std::string first = must({"eval", "short_ratio", "--horizons", "1", "-f", "csv"}).out;
  const double alone = std::stod(value(first, "rank_ic,open_to_close,1", 7));
  EXPECT_EQ(std::stod(value(first, "rank_ic,open_to_close,1", 8)), alone);
  must({"eval", "return_1d", "--horizons", "2,3", "-f", "csv"});
  const std::string again = must({"eval", "short_ratio", "--horizons", "1", "-f", "csv"}).out;

  EXPECT_EQ(std::stod(value(again, "rank_ic,open_to_close,1", 7)), alone);
  EXPECT_GT(std::stod(value(again, "rank_ic,open_to_close,1", 8)), alone);
  EXPECT_EQ(value(again, "partial_rank_ic,open_to_close,1", 8), "");
}

TEST_F(EvalTest, ACompositeThatDoesNotKnowTheNewestFactsIsRefused) {
  must({"build"});
  must({"eval", "composite", "--horizons", "1", "-f", "csv"});
  must({"import", scratch_
                      .write("in/fix/bars_daily.csv",
                             fmt::format("symbol,trade_date,open,high,low,close,vwap,volume\n"
                                         "SAA,{},51,52,50,51,51,900000\n",
                                         last_.iso()))
                      .string()});
  const Outcome got = run({"eval", "composite", "--horizons", "1"});

  EXPECT_EQ(got.code, ExitCode::NothingMatched);
  EXPECT_THAT(got.err, testing::AllOf(HasSubstr("older than the newest facts"),
                                      HasSubstr("run `offex build`")));
  must({"build"});
  must({"eval", "composite", "--horizons", "1", "-f", "csv"});
}

TEST_F(EvalTest, ASplitThatIsKnownLaterIsNoReturnAndAnUnknownOneIsLeftOut) {
  // From its eighth session on, SAA has four times the shares.
  std::string bars = "symbol,trade_date,open,high,low,close,vwap,volume\n";
  market::Day day = last_;
  for (int back = 0; back < 4; ++back) {
    bars += fmt::format("SAA,{},12.5,12.5,12.5,12.5,12.5,900000\n", day.iso());
    day = market::session_before(day).value();
  }
  must({"import", scratch_.write("in/fix/bars_daily.csv", bars).string()});
  const std::string unknown = must({"eval", "short_ratio", "--horizons", "3", "-f", "csv"}).out;
  must({"import", scratch_
                      .write("in/corporate_actions.csv",
                             fmt::format("symbol,effective_date,action,factor\nSAA,{},split,4\n",
                                         market::session_after(day).value().iso()))
                      .string()});
  const std::string known = must({"eval", "short_ratio", "--horizons", "3", "-f", "csv"}).out;

  EXPECT_EQ(value(unknown, "left_out_jump,open_to_close,3", 4), "2");
  EXPECT_EQ(value(known, "left_out_jump,open_to_close,3", 4), "0");
}

}  // namespace
}  // namespace offex::cli::test
