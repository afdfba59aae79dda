// A simulated market in all its formats, from the files to the answers.
#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include "offex/formats/gzip_reader.hpp"
#include "offex/sim/market.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

// Fields without quotes; enough for the columns asked for here.
std::vector<std::string> fields_of(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> out;
  for (std::string field; std::getline(in, field, ',');) out.push_back(field);
  if (line.ends_with(',')) out.emplace_back();
  return out;
}

// Symbol to ats_share_of_total, as `offex features` writes it.
std::map<std::string, std::string> ats_shares(const std::string& features) {
  std::map<std::string, std::string> out;
  for (const std::string& line : lines_of(features)) {
    const auto fields = fields_of(line);
    out[fields.at(0)] = fields.at(4);
  }
  EXPECT_EQ(out["symbol"], "ats_share_of_total");
  out.erase("symbol");
  return out;
}

std::size_t filled(const std::map<std::string, std::string>& values) {
  return static_cast<std::size_t>(
      std::ranges::count_if(values, [](const auto& entry) { return !entry.second.empty(); }));
}

class EveryFormat : public OffexTest {};

TEST_F(EveryFormat, OfASimulatedMarketIsImportedBuiltAndChecked) {
  offex_.must({"simulate", "--out", "market", "--symbols", "30", "--days", "45", "--tape-days", "1",
               "--tape-symbols", "2"});

  // Corrections come later: a folder does not tell which of two files is the newer one.
  for (const char* later : {"corrections", "weekly_restated"}) {
    fs::rename(offex_.folder() / "market" / later, offex_.folder() / later);
  }

  const ProcessOutcome imported = offex_.run({"import", "market"});

  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(imported.err, AllOf(HasSubstr("skipped: market/truth.csv: "),
                                  HasSubstr("skipped: market/truth_trades/"),
                                  HasSubstr("; skipped: 2"), Not(HasSubstr("refused:"))));
  EXPECT_EQ(offex_.query("SELECT DISTINCT dataset FROM revision ORDER BY 1"),
            "ats_summary\ndaily_bar_aggregates\ndaily_bar_flat_file\ndaily_bar_grouped\n"
            "exchange_list\nfinra_short_daily\nindex_constituents\nminute_tape\nquote_tape\n"
            "reg_sho_api\nsecurity_reference\nshort_interest\nsymbol_directory\nthreshold_list\n"
            "trade_conditions\ntrade_tape\nweekly_download\nweekly_summary\n");
  offex_.must({"build", "lit"});
  offex_.must({"build"});
  const ProcessOutcome checked = offex_.run({"check", "-f", "json"});
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_THAT(checked.out, Not(HasSubstr("\"error\"")));
  EXPECT_THAT(checked.err, HasSubstr("errors: 0"));

  const std::string before = offex_.digest();
  const ProcessOutcome again = offex_.run({"import", "market"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("imported 0 of "));
  EXPECT_EQ(offex_.digest(), before);

  offex_.must({"import", "corrections", "weekly_restated"});
  EXPECT_NE(offex_.digest(), before);
  EXPECT_EQ(offex_.run({"check"}).exit_code, 0);
}

/// A market on the evening of its last day, when only some of its weeks are published. Its tape is
/// thin: trades are ten times as large as usual.
class MarketEvening : public testing::Test {
 protected:
  static constexpr const char* kEvening = "2026-04-17T23:30:00Z";
  static constexpr const char* kStock = "ACHR";

  static void SetUpTestSuite() {
    program = std::make_unique<OffexProgram>();
    program->set_now(kEvening);
    const auto written = sim::write_market(
        {.symbols = 30, .days = 25, .trade_size = 1'100.0}, program->folder() / "market",
        {.tape_days = 1, .tape_symbols = 2, .rest_page_rows = 1'000});
    ASSERT_TRUE(written) << written.error().message;
    market = *written;
    program->must({"import", "market/short", "market/bars", "market/weekly", "market/tape",
                   "market/reference", "market/finra_api"});
    program->must({"build", "lit"});
    program->must({"build"});
  }
  static void TearDownTestSuite() { program.reset(); }
  void SetUp() override { offex().set_now(kEvening); }

  static OffexProgram& offex() { return *program; }
  static std::string answer(const std::vector<std::string>& words,
                            const std::string& home = "home") {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"-f", "csv", "-q"});
    return offex().must_in(home, all);
  }
  static std::string answer_sql(const std::string& sql, const std::string& home = "home") {
    return answer({"sql", sql}, home);
  }
  // A copy of the store, for a test that changes it.
  static std::string copied_home(const std::string& name) {
    fs::copy(offex().home(), offex().folder() / name, fs::copy_options::recursive);
    return name;
  }
  static std::vector<std::string> weeks_of(const std::string& table) {
    std::vector<std::string> out;
    for (const std::string& line : lines_of(table)) out.push_back(fields_of(line).at(1));
    return out;
  }

  static inline std::unique_ptr<OffexProgram> program;
  static inline sim::WrittenMarket market;
};

TEST_F(MarketEvening, WeekShowsWhatIsPublished) {
  const std::string table =
      answer({"week", kStock, "--columns", "symbol,week_start_date,otc_volume,otc_share"});

  // After the published weeks come those that are still to come out, without a figure of FINRA's.
  EXPECT_THAT(weeks_of(table), ElementsAre("week_start_date", "2026-03-16", "2026-03-23",
                                           "2026-03-30", "2026-04-06", "2026-04-13"));
  for (const std::size_t line : {3U, 4U, 5U}) {
    EXPECT_EQ(fields_of(lines_of(table).at(line)).at(2), "");
    EXPECT_EQ(fields_of(lines_of(table).at(line)).at(3), "");
  }
  const auto newest = fields_of(lines_of(table).at(2));
  // Both sides of the week, and not more than the bars of its sessions.
  EXPECT_EQ("v\n" + newest.at(2) + "\n",
            answer_sql("SELECT sum(share_quantity) AS v FROM finra_weekly_summary WHERE symbol = "
                       "'ACHR' AND week_start_date = DATE '2026-03-23' AND summary_type IN "
                       "('ATS_W_SMBL', 'OTC_W_SMBL')"));
  EXPECT_GT(std::stod(newest.at(3)), 0.2);
  EXPECT_LT(std::stod(newest.at(3)), 0.8);
}

TEST_F(MarketEvening, AtsShareIsTheShareOfItsWeekAndNullWhereNoWeekIsPublished) {
  const auto published = ats_shares(answer({"features", "--date", "2026-03-25"}));
  const auto not_yet = ats_shares(answer({"features", "--date", "2026-04-15"}));

  ASSERT_GT(filled(published), 0U);
  EXPECT_LT(filled(published), published.size());  // tier T2 has two weeks more to wait
  EXPECT_GT(not_yet.size(), 20U);
  EXPECT_EQ(filled(not_yet), 0U);
  EXPECT_EQ("ats_share\n" + published.at(kStock) + "\n",
            answer_sql("SELECT ats_share FROM weekly_metrics_v2 WHERE symbol = 'ACHR' AND "
                       "week_start_date = DATE '2026-03-23'"));
}

TEST_F(MarketEvening, AtsShareIsNullBeforeItsWeekWasPublished) {
  // Tier T1 published the week of 2026-03-23 on 2026-04-13 at four in the afternoon.
  const std::vector<std::string> question = {"features", "--date", "2026-03-25", "--asof"};
  const auto at = [&](const std::string& moment) {
    std::vector<std::string> words = question;
    words.push_back(moment);
    return ats_shares(answer(words));
  };

  EXPECT_EQ(filled(at("2026-04-12")), 0U);
  EXPECT_EQ(filled(at("2026-04-13T19:59:59Z")), 0U);
  EXPECT_GT(filled(at("2026-04-13T20:00:00Z")), 0U);
}

TEST_F(MarketEvening, WeeksThatArePublishedLaterFillInAndAsOfHidesThem) {
  const std::string home = copied_home("later");
  const std::vector<std::string> asof = {"week", kStock, "--asof", kEvening};
  const std::string before = answer(asof, home);
  const std::string features = answer({"features", "--date", "2026-03-18", "--asof", kEvening});

  offex().set_now("2026-05-26T12:00:00Z");
  offex().must_in(home, {"import", "market/weekly_later"});

  EXPECT_THAT(weeks_of(answer({"week", kStock}, home)),
              ElementsAre("week_start_date", "2026-03-16", "2026-03-23", "2026-03-30", "2026-04-06",
                          "2026-04-13"));
  EXPECT_EQ(answer(asof, home), before);
  EXPECT_EQ(answer({"features", "--date", "2026-03-18", "--asof", kEvening}, home), features);
  const auto now = ats_shares(answer({"features", "--date", "2026-03-18"}, home));
  EXPECT_GT(filled(now), filled(ats_shares(features)));
  EXPECT_EQ(offex().run_in(home, {"check"}).exit_code, 0);
}

TEST_F(MarketEvening, ARestatedWeekChangesTheWeekAndNotWhatWasKnown) {
  const std::string home = copied_home("restated");
  const std::string before = answer({"export", "weekly_metrics"}, home);

  offex().set_now("2026-05-26T12:00:00Z");
  offex().must_in(home, {"import", "market/weekly_restated"});
  offex().must_in(home, {"build"});

  EXPECT_NE(answer({"export", "weekly_metrics"}, home), before);
  EXPECT_NE(answer_sql("SELECT count(*) AS n FROM weekly_metrics_v2 WHERE restated", home),
            "n\n0\n");
  EXPECT_EQ(answer_sql("SELECT count(*) AS n FROM weekly_metrics_v2 WHERE restated"), "n\n0\n");
  EXPECT_EQ(answer({"week", kStock, "--asof", kEvening}, home), answer({"week", kStock}));
}

TEST_F(MarketEvening, ExportsHoldAllRows) {
  for (const auto& [name, view] :
       std::map<std::string, std::string>{{"weekly_metrics", "weekly_metrics_v2"},
                                          {"finra_weekly_summary", "finra_weekly_summary"},
                                          {"lit_direction_daily", "lit_direction_daily"},
                                          {"finra_short_interest", "finra_short_interest"},
                                          {"finra_threshold_list", "finra_threshold_list"},
                                          {"ref_security", "ref_security"}}) {
    const auto exported = lines_of(answer({"export", name}));
    const auto selected = lines_of(answer_sql("SELECT * FROM " + view));
    EXPECT_GT(exported.size(), 1U) << name;
    EXPECT_THAT(exported, SizeIs(selected.size())) << name;
    EXPECT_EQ(exported.at(0), selected.at(0)) << name;
  }
}

TEST_F(MarketEvening, ShowHasLitColumnsOnTheDayOfTheTapeOnly) {
  const auto lines = lines_of(answer({"show", kStock, "--days", "2", "--columns",
                                      "trade_date,has_lit,lit_buy_volume,lit_sell_volume"}));

  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_THAT(lines.at(1), AllOf(HasSubstr("2026-04-16"), HasSubstr("false"), HasSubstr(",,")));
  EXPECT_THAT(lines.at(2), AllOf(HasSubstr("2026-04-17"), HasSubstr("true"), Not(HasSubstr(",,"))));
  EXPECT_EQ(answer_sql("SELECT count(*) AS n FROM daily_metrics_v2 m JOIN lit_direction_daily l "
                       "USING (trade_date, symbol) WHERE m.lit_buy_volume = l.lit_buy_volume AND "
                       "m.lit_sell_volume = l.lit_sell_volume"),
            "n\n2\n");
}

TEST_F(MarketEvening, PagesOfATickerGiveTheLitDirectionOfTheFlatFiles) {
  offex().must_in("rest", {"import", "market/rest"});
  const ProcessOutcome built = offex().run_in("rest", {"build", "lit"});

  EXPECT_EQ(built.exit_code, 0) << built.err;
  EXPECT_THAT(built.err, Not(HasSubstr("warning")));
  EXPECT_EQ(answer({"export", "lit_direction_daily"}, "rest"),
            answer({"export", "lit_direction_daily"}));
}

TEST_F(MarketEvening, FlatFilesWinOverPagesOfTheSameDay) {
  const std::string home = copied_home("both");

  offex().must_in(home, {"import", "market/rest"});
  const ProcessOutcome built = offex().run_in(home, {"build", "lit"});

  EXPECT_EQ(built.exit_code, 0) << built.err;
  EXPECT_EQ(answer({"export", "lit_direction_daily"}, home),
            answer({"export", "lit_direction_daily"}));
}

// Shares bought and sold on exchanges, by ticker, as the simulator knows them.
struct TrueSides {
  double buys{0};
  double sells{0};
};
std::map<std::string, TrueSides> true_sides(const fs::path& truth, const fs::path& trades) {
  const auto text = [](const fs::path& path) {
    return formats::gunzip(test_support::file_bytes(path)).value();
  };
  std::map<std::string, std::string> side;  // ticker, id and time
  for (const std::string& line : lines_of(text(truth))) {
    const std::size_t comma = line.rfind(',');
    side[line.substr(0, comma)] = line.substr(comma + 1);
  }
  std::map<std::string, TrueSides> out;
  for (const std::string& line : lines_of(text(trades))) {
    // Only conditions may be quoted: cut them out.
    const std::size_t open = line.find('"');
    const auto fields = fields_of(
        open == std::string::npos ? line : line.substr(0, open) + line.substr(line.rfind('"') + 1));
    const auto found = side.find(fields.at(0) + ',' + fields.at(4) + ',' + fields.at(5));
    if (found == side.end() || fields.at(0) == "ticker") continue;
    TrueSides& sums = out[fields.at(0)];
    (found->second == "buy" ? sums.buys : sums.sells) += std::stod(fields.at(9));
  }
  return out;
}

TEST_F(MarketEvening, BuyShareOfANameWithoutEpisodeIsNearTheTruth) {
  const std::string day = market.sessions.last.iso();
  const auto truth =
      true_sides(market.truth_trades_dir / (day + ".csv.gz"),
                 market.tape_dir / "us_stocks_sip/trades_v1/2026/04" / (day + ".csv.gz"));
  const std::string episodes = test_support::file_bytes(market.truth);

  ASSERT_THAT(truth, SizeIs(2));
  for (const auto& [symbol, sums] : truth) {
    ASSERT_THAT(episodes, Not(HasSubstr("\n" + symbol + ",")));
    const auto row =
        fields_of(lines_of(answer_sql("SELECT lit_buy_ratio, lit_buy_volume + lit_sell_volume FROM "
                                      "lit_direction_daily WHERE symbol = '" +
                                      symbol + "'"))
                      .at(1));
    const double signed_volume = std::stod(row.at(1));
    EXPECT_NEAR(signed_volume / (sums.buys + sums.sells), 1.0, 0.02) << symbol;
    EXPECT_NEAR(std::stod(row.at(0)), sums.buys / (sums.buys + sums.sells), 0.02) << symbol;
  }
}

}  // namespace
}  // namespace offex::e2e
