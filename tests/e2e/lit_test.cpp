// Lit direction through the program: the earlier pipeline's sample, rules, modes and mistakes.
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "e2e/offex_program.hpp"
#include "support/csv_table.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using test_support::CsvTable;
using testing::HasSubstr;

class LitGolden : public OffexTest {
 protected:
  void SetUp() override {
    const auto shared = test_support::shared_folder();
    if (!shared || !fs::exists(*shared / "golden/seed_a/trades.csv")) {
      GTEST_SKIP() << "no golden/seed_a under OFFEX_SHARED or beside the project";
    }
    golden_ = *shared / "golden/seed_a";
    offex_.must({"import", (golden_ / "trades.csv").string()});
  }

  fs::path golden_;
};

void expect_near(const std::string& expected, const std::string& actual, const std::string& where) {
  if (expected == actual) return;
  char* end = nullptr;
  const double wanted = std::strtod(expected.c_str(), &end);
  ASSERT_TRUE(end != expected.c_str() && *end == '\0') << where << ": " << actual;
  const double got = std::strtod(actual.c_str(), &end);
  ASSERT_TRUE(end != actual.c_str() && *end == '\0') << where << ": " << actual;
  EXPECT_NEAR(got, wanted, 1e-9 * std::fabs(wanted)) << where;
}

TEST_F(LitGolden, TradesGiveTheSampleOutputCellByCell) {
  offex_.must({"build", "lit", "--symbols", "S000,S001,S002,S003,S004,S005,S006,S007,S008",
               "--date", "2024-01-09", "--version", "PhaseA_v1"});

  const fs::path out = offex_.write(
      "lit.csv",
      offex_.must({"export", "lit_direction_daily", "--version", "PhaseA_v1", "-f", "csv"}));

  const CsvTable expected =
      test_support::read_csv(golden_ / "expected_lit_direction_from_trades.csv");
  const CsvTable actual = test_support::read_csv(out);
  EXPECT_EQ(actual.header, expected.header);
  ASSERT_EQ(actual.rows.size(), 9U);
  for (std::size_t row = 0; row < expected.rows.size(); ++row) {
    ASSERT_EQ(actual.rows[row].size(), expected.header.size());
    for (std::size_t column = 0; column < expected.header.size(); ++column) {
      expect_near(expected.rows[row][column], actual.rows[row][column],
                  expected.rows[row][0] + " " + expected.header[column]);
    }
  }
}

TEST_F(LitGolden, BothVersionsStandSideBySide) {
  offex_.must({"build", "lit", "--version", "PhaseA_v1"});
  const std::string first =
      offex_.must({"export", "lit_direction_daily", "--version", "PhaseA_v1", "-f", "csv", "-q"});

  offex_.must({"build", "lit"});

  EXPECT_EQ(offex_.query("SELECT inference_version, count(*) FROM lit_direction_daily GROUP BY ALL "
                         "ORDER BY 1"),
            "PhaseA_v1,8\nv2,8\n");
  EXPECT_EQ(
      offex_.must({"export", "lit_direction_daily", "--version", "PhaseA_v1", "-f", "csv", "-q"}),
      first);
}

TEST_F(LitGolden, AnImportedTableOfTheDayWins) {
  offex_.must({"build", "lit"});
  EXPECT_EQ(offex_.query("SELECT DISTINCT inference_version FROM lit_direction_daily"), "v2\n");

  offex_.write("lit_direction.csv",
               "symbol,date,lit_buy_volume,lit_sell_volume,classification_method,lit_coverage_pct\n"
               "S000,2024-01-09,11,22,NBBO,50\n");
  offex_.must({"import", "lit_direction.csv"});

  EXPECT_EQ(offex_.query("SELECT symbol, lit_buy_volume::BIGINT, lit_sell_volume::BIGINT, "
                         "inference_version FROM lit_direction_daily"),
            "S000,11,22,imported\n");
  // Building again does not bring the computed rows back.
  offex_.must({"build", "lit", "--rule", "tick"});
  EXPECT_EQ(offex_.query("SELECT symbol, inference_version FROM lit_direction_daily"),
            "S000,imported\n");
}

/// One ticker on 2026-04-17: a quote of 10.00 to 10.04, then five trades after ten o'clock.
class LitTape : public OffexTest {
 protected:
  static constexpr long kTen = 1'776'434'400'000'000'000;  // ten in New York

  static std::string at(double seconds) {
    return std::to_string(kTen + static_cast<long>(seconds * 1e9));
  }
  static std::string trade(double second, const std::string& price, int size, int exchange = 11,
                           int trf = 0) {
    const std::string number = std::to_string(static_cast<int>(second * 10));
    return "ABC,,0," + std::to_string(exchange) + "," + number + "," + at(second) + "," + price +
           "," + number + "," + at(second) + "," + std::to_string(size) + ",1," +
           std::to_string(trf) + ",0\n";
  }
  void write_trades() {
    offex_.write("trades_2026-04-17.csv",
                 "ticker,conditions,correction,exchange,id,participant_timestamp,price,"
                 "sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp\n" +
                     trade(1, "10.04", 100) + trade(2, "10.03", 200) + trade(3, "10.02", 400) +
                     trade(4, "10.02", 1000, 4, 202) + trade(5, "10.01", 800));
  }
  void write_quotes() {
    offex_.write("quotes_2026-04-17.csv",
                 "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,"
                 "conditions,indicators,participant_timestamp,sequence_number,sip_timestamp,tape,"
                 "trf_timestamp\n"
                 "ABC,11,10.04,100,11,10.00,100,1,," +
                     at(0) + ",1," + at(0) + ",1,0\n");
  }
  std::string built(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"build", "lit"});
    offex_.must(flags);
    return offex_.query(
        "SELECT lit_buy_volume::BIGINT, lit_sell_volume::BIGINT, lit_midpoint_volume::BIGINT, "
        "lit_unclassified_volume::BIGINT, classification_method FROM lit_direction_daily");
  }
};

TEST_F(LitTape, RulesDifferWhereTheyShould) {
  write_trades();
  write_quotes();
  offex_.must({"import", "trades_2026-04-17.csv", "quotes_2026-04-17.csv"});

  // 10.04 the ask; 10.03 above the middle, a downtick; 10.02 the middle, a downtick; 10.01 below.
  EXPECT_EQ(built({"--rule", "quote"}), "300,800,400,0,QUOTE\n");
  EXPECT_EQ(built({"--rule", "tick"}), "0,1400,0,100,TICK\n");
  EXPECT_EQ(built({"--rule", "lee_ready"}), "300,1200,0,0,LEE_READY\n");
  EXPECT_EQ(built({"--rule", "emo"}), "100,1400,0,0,EMO\n");
  EXPECT_EQ(built({}), "300,1200,0,0,LEE_READY\n");
}

TEST_F(LitTape, WithoutQuotesTheTickDecides) {
  write_trades();
  write_quotes();
  offex_.must({"import", "trades_2026-04-17.csv", "quotes_2026-04-17.csv"});

  EXPECT_EQ(built({"--no-quotes"}), "0,1400,0,100,TICK\n");
}

TEST_F(LitTape, OffExchangePrintsAreCountedApart) {
  write_trades();
  write_quotes();
  offex_.must({"import", "trades_2026-04-17.csv", "quotes_2026-04-17.csv"});
  offex_.must({"build", "lit"});

  EXPECT_EQ(offex_.query("SELECT off_exchange_volume::BIGINT, off_exchange_midpoint_volume::BIGINT,"
                         " tape_volume::BIGINT, off_exchange_share, trade_count "
                         "FROM lit_direction_daily"),
            "1000,1000,2500,0.4,4\n");
}

TEST_F(LitTape, MinuteBarsAreClassifiedInBulkAndMarkedSo) {
  std::string bars = "ticker,volume,open,close,high,low,window_start,transactions\n";
  for (int minute = 0; minute < 30; ++minute) {
    const std::string price = minute % 2 == 0 ? "10.00" : "10.10";
    bars += fmt::format("ABC,1000,{0},{0},{0},{0},{1},5\n", price, at(60.0 * minute));
  }
  offex_.write("minutes_2026-04-17.csv", bars);
  offex_.must({"import", "minutes_2026-04-17.csv"});

  offex_.must({"build", "lit", "--mode", "minute"});

  const std::string row = offex_.query(
      "SELECT symbol, round(lit_buy_volume + lit_sell_volume + lit_unclassified_volume)::BIGINT, "
      "lit_buy_volume > 0, lit_sell_volume > 0, classification_method, trade_count "
      "FROM lit_direction_daily");
  EXPECT_EQ(row, "ABC,30000,true,true,BULK_MINUTE,\n");
  EXPECT_EQ(offex_.run({"build", "lit"}).exit_code, 3);  // no trades
}

TEST_F(LitTape, TheSameBuildAgainChangesNothing) {
  write_trades();
  write_quotes();
  offex_.must({"import", "trades_2026-04-17.csv", "quotes_2026-04-17.csv"});
  offex_.must({"build", "lit"});
  const std::string before = offex_.digest();

  const ProcessOutcome again = offex_.run({"build", "lit"});

  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("2026-04-17: 1 symbols, as it was"));
  EXPECT_EQ(offex_.digest(), before);
}

struct Mistake {
  std::string name;
  std::vector<std::string> flags;
  int exit_code;
  std::string words;
};
class LitMistake : public LitTape, public testing::WithParamInterface<Mistake> {};

TEST_P(LitMistake, IsNamedAndHasItsExitCode) {
  write_trades();
  offex_.must({"import", "trades_2026-04-17.csv"});
  std::vector<std::string> words{"build"};
  words.insert(words.end(), GetParam().flags.begin(), GetParam().flags.end());

  const ProcessOutcome outcome = offex_.run(words);

  EXPECT_EQ(outcome.exit_code, GetParam().exit_code);
  EXPECT_THAT(outcome.err, HasSubstr(GetParam().words));
  EXPECT_EQ(offex_.query("SELECT count(*) FROM lit_direction_daily"), "0\n");
}

INSTANTIATE_TEST_SUITE_P(
    All, LitMistake,
    testing::Values(
        Mistake{"UnknownRule",
                {"lit", "--rule", "leeready"},
                2,
                "--rule: leeready not in {quote,tick,lee_ready,emo,clnv}"},
        Mistake{"UnknownMode", {"lit", "--mode", "hour"}, 2, "--mode: hour not in {tick,minute}"},
        Mistake{"DateAndFrom",
                {"lit", "--date", "2026-04-17", "--from", "2026-04-16"},
                2,
                "--date does not go with --from and --to"},
        Mistake{"NoDate", {"lit", "--date", "yesterday"}, 2, "`yesterday` is no date"},
        Mistake{"RuleOfPhaseA",
                {"lit", "--version", "PhaseA_v1", "--rule", "tick"},
                2,
                "PhaseA_v1 has its own rule"},
        Mistake{"RuleWithoutLit", {"--rule", "tick"}, 2, "belong to `offex build lit`"},
        Mistake{"DayWithoutTape",
                {"lit", "--date", "2026-04-16"},
                3,
                "no tape of trades from 2026-04-16 to 2026-04-16 in the store"},
        Mistake{"NoMinuteBars",
                {"lit", "--mode", "minute"},
                3,
                "no tape of minute bars from 2026-04-17 to 2026-04-17 in the store"}),
    [](const auto& one) { return one.param.name; });

TEST_F(LitTape, AStoreWithoutTapeSaysWhatToImport) {
  offex_.write("CNMSshvol20260417.txt", short_file("20260417", {"ABC|1|0|2"}));
  offex_.must({"import", "CNMSshvol20260417.txt"});

  const ProcessOutcome outcome = offex_.run({"build", "lit"});

  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("no tape in the store: import trades or minute bars first"));
}

}  // namespace
}  // namespace offex::e2e
