// A store is filled from the simulated upstreams over HTTP, by the program as a user starts it.
#include <string>
#include <vector>

#include "e2e/upstream_fixture.hpp"

namespace offex::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SyncTest : public UpstreamTest {};

TEST_F(SyncTest, WithoutArgumentsItFetchesTheWholeMarketOfThirtySessions) {
  serve(kLastEvening);
  const ProcessOutcome outcome = offex_.run({"sync"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  // Files of the ADF without a row count as well.
  EXPECT_EQ(offex_.query("SELECT facility, count(DISTINCT key_date) FROM revision WHERE dataset = "
                         "'finra_short_daily' GROUP BY 1 ORDER BY 1"),
            "CNMS,30\nFNQC,30\nFNRA,30\nFNSQ,30\nFNYX,30\nFORF,30\n");
  EXPECT_EQ(offex_.query("SELECT count(DISTINCT trade_date) FROM polygon_daily_agg"), "30\n");
  EXPECT_EQ(offex_.query("SELECT max(week_start_date) FROM finra_weekly_summary WHERE "
                         "tier_identifier = 'T1'"),
            "2026-03-23\n");
  EXPECT_EQ(offex_.query("SELECT count(DISTINCT directory) FROM symbol_directory"), "2\n");
  offex_.must({"build"});
  offex_.must({"check"});
}

TEST_F(SyncTest, TheSameTablesComeFromTheNetworkAsFromTheFiles) {
  serve(kLastEvening);
  offex_.must({"sync", "short", "--from", "2026-03-02"});
  const std::string synced = offex_.query(
      "SELECT facility, count(*), sum(total_volume), sum(short_volume), sum(short_exempt_volume) "
      "FROM finra_short_daily GROUP BY 1 ORDER BY 1");
  offex_.must_in("files", {"simulate", "--out", "m", "--symbols", "150", "--days", "36", "--seed",
                           "3", "--daily-only"});
  offex_.must_in("files", {"import", "m/short"});
  const std::string read = offex_.must_in(
      "files",
      {"sql",
       "SELECT facility, count(*), sum(total_volume), sum(short_volume), sum(short_exempt_volume) "
       "FROM finra_short_daily WHERE trade_date >= DATE '2026-03-02' GROUP BY 1 ORDER BY 1",
       "-f", "csv", "-q"});
  EXPECT_EQ(synced, read.substr(read.find('\n') + 1));
}

TEST_F(SyncTest, ASecondRunFetchesNothingAgain) {
  serve(kLastEvening);
  offex_.must({"sync"});
  const std::string before = offex_.digest();
  server_->forget_served();
  const ProcessOutcome again = offex_.run({"sync"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(offex_.digest(), before);
  // The list of published weeks is all that cannot be asked for conditionally.
  EXPECT_LE(total(bodies()), 1) << testing::PrintToString(bodies());
}

TEST_F(SyncTest, AnEveningWithoutAWeeklyReleaseGetsFewBodies) {
  serve("2026-04-16T23:30:00Z");
  offex_.must({"sync"});
  server_->forget_served();
  set_now(kLastEvening);
  offex_.must({"sync"});
  EXPECT_EQ(offex_.query("SELECT max(trade_date) FROM finra_short_consolidated"), "2026-04-17\n");
  EXPECT_EQ(offex_.query("SELECT max(trade_date) FROM polygon_daily_agg"), "2026-04-17\n");
  EXPECT_LE(total(bodies()), 20) << testing::PrintToString(bodies());
}

TEST_F(SyncTest, ACorrectionChangesTodaysAnswerAndLeavesYesterdaysAlone) {
  serve(kLastEvening);
  offex_.must({"sync", "short"});
  const std::string sql =
      "SELECT trade_date, sum(total_volume) FROM finra_short_consolidated GROUP BY 1 ORDER BY 1";
  const std::string first = offex_.query(sql);
  const std::string evening = offex_.must({"sql", sql, "--asof", "2026-04-17", "-f", "csv", "-q"});
  set_now("2026-04-18T23:30:00Z");
  server_->publish_correction();
  const ProcessOutcome outcome = offex_.run({"sync", "short"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("corrected: 2"));
  EXPECT_NE(offex_.query(sql), first);
  EXPECT_EQ(offex_.must({"sql", sql, "--asof", "2026-04-17", "-f", "csv", "-q"}), evening);
  EXPECT_EQ(offex_.query("SELECT count(*) FROM sync_ledger WHERE state = 'revised'"), "2\n");
}

TEST_F(SyncTest, RowsThatFinraRestatesComeOnTheEveningOfTheirUpdate) {
  // The week of 2026-03-02 is public on the 23rd and restated on Friday, the 27th.
  serve("2026-03-24T23:30:00Z");
  const std::vector<std::string> command{"sync", "weekly", "--from", "2026-03-02"};
  offex_.must(command);
  const std::string sql =
      "SELECT sum(share_quantity) FROM finra_weekly_summary WHERE week_start_date = DATE "
      "'2026-03-02' AND tier_identifier = 'T1'";
  const std::string first = offex_.query(sql);
  set_now("2026-03-26T23:30:00Z");
  const ProcessOutcome before = offex_.run(command);
  EXPECT_THAT(before.err, Not(HasSubstr("corrected")));
  EXPECT_EQ(offex_.query(sql), first);
  set_now("2026-03-27T23:30:00Z");
  server_->forget_served();
  const ProcessOutcome after = offex_.run(command);
  EXPECT_THAT(after.err, HasSubstr("corrected: 1"));
  EXPECT_NE(offex_.query(sql), first);
  const std::string asof = offex_.must({"sql", sql, "--asof", "2026-03-26", "-f", "csv", "-q"});
  EXPECT_EQ(asof.substr(asof.find('\n') + 1), first);
  EXPECT_EQ(offex_.query("SELECT key_date FROM sync_ledger WHERE state = 'revised'"),
            "2026-03-02\n");
  // One look brought the changed rows and no others.
  EXPECT_LE(total(bodies()), 2) << testing::PrintToString(bodies());
}

TEST_F(SyncTest, BeforeTheFilesAreOutItExitsWithTheTimeToTryAgain) {
  serve("2026-04-17T21:59:00Z");
  offex_.must({"sync", "short"});
  // The clock says that the files are due; the server does not have them.
  offex_.set_now("2026-04-17T22:05:00Z");
  const ProcessOutcome outcome = offex_.run({"sync", "short"});
  EXPECT_EQ(outcome.exit_code, 4) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("not published yet"), HasSubstr("2026-04-17 18:20")));
  // Until then it asks no more.
  server_->forget_served();
  EXPECT_EQ(offex_.run({"sync", "short", "--revisit", "0"}).exit_code, 4);
  EXPECT_TRUE(served().empty()) << served().front().path;
}

TEST_F(SyncTest, ThreeExpectedSessionsInARowThatAreAbsentAreAnError) {
  serve(kLastEvening);
  // The market begins in February: January is absent, session after session.
  const ProcessOutcome outcome = offex_.run(
      {"sync", "short", "--from", "2026-01-12", "--to", "2026-01-16", "--facility", "CNMS"});
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("sessions in a row"));
  EXPECT_EQ(offex_.query("SELECT count(*) FROM sync_ledger WHERE state = 'failed'"), "5\n");
}

TEST_F(SyncTest, ADryRunAsksNobodyAndTellsTheCost) {
  serve(kLastEvening);
  const ProcessOutcome outcome = offex_.run({"sync", "--dry-run", "-f", "csv"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("finra_cdn,finra_short_daily,2026-03-06,2026-04-17,180"));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("calls"), HasSubstr("MB"), HasSubstr("minutes")));
  EXPECT_TRUE(served().empty());
  EXPECT_FALSE(std::filesystem::exists(offex_.home() / "offex.duckdb"));
}

TEST_F(SyncTest, AKeyThatIsRefusedIsACredentialsError) {
  serve(kLastEvening);
  offex_.set_variable("POLYGON_API_KEY", "wrong-secret-key");
  const ProcessOutcome outcome = offex_.run({"sync", "bars", "--from", "-2d"});
  EXPECT_EQ(outcome.exit_code, 8) << outcome.err;
  EXPECT_THAT(outcome.err, Not(HasSubstr("wrong-secret-key")));
  EXPECT_THAT(offex_.query("SELECT reason, url FROM sync_ledger"),
              Not(HasSubstr("wrong-secret-key")));
}

TEST_F(SyncTest, BarsWithoutAKeyAreLeftOutUnlessTheyWereAskedFor) {
  serve(kLastEvening);
  offex_.set_variable("POLYGON_API_KEY", "");
  const ProcessOutcome all = offex_.run({"sync", "--from", "-1d"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_THAT(all.err, HasSubstr("POLYGON_API_KEY is not set"));
  EXPECT_EQ(offex_.run({"sync", "bars"}).exit_code, 8);
}

TEST_F(SyncTest, TradesFallBackToMinuteBarsWhereThePlanDoesNotHaveThem) {
  sim::ServerOptions options;
  options.trades_entitled = false;
  serve(kLastEvening, options);
  offex_.must({"sync", "bars", "--from", "-1d"});
  const std::string ticker = offex_.query(
      "SELECT symbol FROM polygon_daily_agg WHERE trade_date = DATE '2026-04-17' AND symbol NOT "
      "LIKE '%.%' ORDER BY volume DESC LIMIT 1");
  const std::string symbol = ticker.substr(0, ticker.size() - 1);
  // At 19:30 the late session is not over.
  EXPECT_EQ(offex_.run({"sync", "trades", "--symbols", symbol, "--from", "2026-04-17"}).exit_code,
            4);
  set_now("2026-04-18T00:30:00Z");
  const ProcessOutcome outcome =
      offex_.run({"sync", "trades", "--symbols", symbol, "--from", "2026-04-17"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(offex_.query("SELECT dataset, state, reason LIKE '%minute bars%' FROM sync_ledger "
                         "WHERE dataset IN ('trade_tape', 'minute_tape') ORDER BY 1"),
            "minute_tape,fetched,false\ntrade_tape,absent,true\n");
}

TEST_F(SyncTest, TradesComeInPagesAndGiveTheDirectionOfTheFlatFile) {
  serve(kLastEvening);
  offex_.must({"sync", "bars", "--from", "-1d"});
  const std::string found = offex_.query(
      "SELECT symbol FROM polygon_daily_agg WHERE trade_date = DATE '2026-04-17' AND symbol NOT "
      "LIKE '%.%' ORDER BY volume DESC LIMIT 1");
  const std::string symbol = found.substr(0, found.size() - 1);
  set_now("2026-04-18T00:30:00Z");
  offex_.must({"sync", "trades", "--symbols", symbol, "--from", "2026-04-17"});
  offex_.must({"build", "lit"});
  const std::string sql =
      "SELECT lit_buy_volume, lit_sell_volume FROM lit_direction_daily WHERE symbol = '" + symbol +
      "'";
  const std::string pages = offex_.query(sql);
  EXPECT_NE(pages, "");
  offex_.set_variable("POLYGON_S3_ACCESS_KEY_ID", sim::ServerOptions{}.flat_file_key);
  offex_.set_variable("POLYGON_S3_SECRET_ACCESS_KEY", sim::ServerOptions{}.flat_file_secret);
  set_now("2026-04-18T20:00:00Z");
  offex_.must_in("flat", {"sync", "trades", "--flat", "--from", "2026-04-17"});
  offex_.must_in("flat", {"build", "lit"});
  const std::string flat = offex_.must_in("flat", {"sql", sql, "-f", "csv", "-q"});
  EXPECT_EQ(pages, flat.substr(flat.find('\n') + 1));
}

TEST_F(SyncTest, ShortVolumeOfTheQueryApiIsThatOfTheFiles) {
  serve(kLastEvening);
  const std::string sql =
      "SELECT sum(total_volume), sum(short_volume), sum(short_exempt_volume) FROM "
      "finra_short_consolidated WHERE trade_date = DATE '2026-04-17'";
  offex_.must({"sync", "short", "--from", "2026-04-17", "--facility", "CNMS"});
  offex_.must_in("api", {"sync", "short", "--api", "--from", "2026-04-17"});
  const std::string api = offex_.must_in("api", {"sql", sql, "-f", "csv", "-q"});
  EXPECT_EQ(api.substr(api.find('\n') + 1), offex_.query(sql));
}

TEST_F(SyncTest, AWeekByAsynchronousRequestsIsTheWeekByPages) {
  serve(kLastEvening);
  const std::string sql =
      "SELECT week_start_date, tier_identifier, count(*), sum(share_quantity) FROM "
      "finra_weekly_summary GROUP BY ALL ORDER BY ALL";
  offex_.must({"sync", "weekly"});
  offex_.set_variable("OFFEX_SYNC_POLL", "0.05");
  offex_.must_in("bulk", {"sync", "weekly", "--bulk"});
  const std::string bulk = offex_.must_in("bulk", {"sql", sql, "-f", "csv", "-q"});
  EXPECT_EQ(bulk.substr(bulk.find('\n') + 1), offex_.query(sql));
}

TEST_F(SyncTest, TheEveningJobCanBeRunEveryHour) {
  serve(kLastEvening);
  const ProcessOutcome first = offex_.run({"run"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("report: "));
  const std::string digest = offex_.digest();
  const ProcessOutcome second = offex_.run({"run"});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("up to date"));
  EXPECT_EQ(offex_.digest(), digest);
}

TEST_F(SyncTest, DoctorTellsWhichUpstreamsAnswer) {
  serve(kLastEvening);
  const ProcessOutcome well = offex_.run({"doctor", "-f", "csv"});
  EXPECT_THAT(
      well.out,
      AllOf(HasSubstr("ok,FINRA files,answers in"), HasSubstr("ok,FINRA Query API,answers in"),
            HasSubstr("ok,Nasdaq directory,answers in"), HasSubstr("ok,Polygon,answers in")));
  server_.reset();
  const ProcessOutcome gone = offex_.run({"doctor", "-f", "csv"});
  EXPECT_EQ(gone.exit_code, 10);
  EXPECT_THAT(gone.out, HasSubstr("problem,FINRA files"));
}

}  // namespace
}  // namespace offex::e2e
