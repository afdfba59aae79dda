// The scanner's tables: however a build came about, the same facts give the same rows.
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/kernels/surprise_filter.hpp"
#include "offex/studies/table_rows.hpp"

#include "studies/scan_market.hpp"

namespace offex::studies::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// Digests of what the scanner's walk stores.
std::map<std::string, std::string> digests(ScanMarket& market) {
  const store::Reader reader = market.store().reader();
  std::map<std::string, std::string> out;
  const auto all = reader.digests();
  EXPECT_TRUE(all);
  for (const store::Reader::TableDigest& table : *all) {
    for (const char* wanted : {"scan_hit", "scan_session", "scan_state", "macro_daily_rv1"}) {
      if (table.table == wanted) {
        EXPECT_GT(table.rows, 0U) << wanted;
        out[table.table] = table.digest;
      }
    }
  }
  EXPECT_EQ(out.size(), 4U);
  return out;
}

std::map<std::string, std::size_t> sessions_of(const BuildReport& report) {
  std::map<std::string, std::size_t> out;
  for (const TableBuild& table : report.tables) {
    if (table.table == "scan_hit" || table.table == "scan_session") {
      out[table.table] = table.sessions;
    }
  }
  return out;
}

std::vector<std::string> rows_by(ScanMarket& market, const std::string& sql) {
  return lines_of(ask(market.store().reader(), sql));
}

void put_sectors(ScanMarket& market, std::optional<market::Day> known_from) {
  using columns::Column;
  using columns::Type;
  columns::Batch rows{
      {Column{"known_from", Type::Day}, Column{"symbol", Type::Symbol}, Column{"name", Type::Text},
       Column{"type", Type::Text}, Column{"sector", Type::Text}, Column{"industry", Type::Text},
       Column{"market_cap", Type::Double}, Column{"shares_outstanding", Type::Quantity}}};
  for (int number = 0; number < 60; ++number) {
    if (known_from) {
      rows.column(0).push(known_from->days());
    } else {
      rows.column(0).push_missing();
    }
    rows.column(1).push(market::Symbol::from_trusted(ScanMarket::name_of(number)));
    rows.column(2).push_missing();
    rows.column(3).push(std::string{"CS"});
    rows.column(4).push(std::string{"Energy"});
    rows.column(5).push_missing();
    rows.column(6).push(1e9);
    rows.column(7).push_missing();
  }
  market.store().put("securities", {.dataset = market::Dataset::SecurityReference, .rows = &rows});
}

TEST(ScanBuild, MakesTheSameEveningByEveningAsAtOnce) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 36);
  ScanMarket evenings;
  for (std::size_t index = 0; index < days.size(); ++index) {
    evenings.put(days[index], evenings.ordinary(days[index]));
    if (index == 3 || index >= 27) {
      EXPECT_EQ(sessions_of(evenings.store().build_all({})).at("scan_hit"),
                index == 3 ? 4U : (index == 27 ? 24U : 1U));
    }
  }
  ScanMarket once;
  once.put_ordinary(days);
  once.store().build_all({});
  EXPECT_EQ(digests(evenings), digests(once));
  evenings.store().build_all({.full = true, .threads = 4});
  EXPECT_EQ(digests(evenings), digests(once));
}

/// Corrects the file of `ago` sessions ago after a build, and builds again.
void expect_replay(std::size_t ago) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 45);
  const market::Day day = days[days.size() - 1 - ago];
  ScanMarket corrected;
  corrected.put_ordinary(days);
  corrected.store().build_all({});
  const auto before = digests(corrected);
  corrected.put(day, corrected.ordinary(day, 1));
  EXPECT_EQ(sessions_of(corrected.store().build_all({})).at("scan_session"), ago + 1);
  ScanMarket fresh;
  for (const market::Day each : days) fresh.put(each, fresh.ordinary(each, each == day ? 1 : 0));
  fresh.store().build_all({});
  EXPECT_EQ(digests(corrected), digests(fresh));
  EXPECT_NE(digests(corrected), before);
}

TEST(ScanBuild, ReplaysFromACorrectedFileOfThreeSessionsAgo) { expect_replay(3); }

TEST(ScanBuild, ReplaysFromACorrectedFileBeforeTheOldestState) { expect_replay(40); }

TEST(ScanBuild, ReplaysFromASplitAndAResetThatBecameKnownLate) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 12);
  ScanMarket late;
  late.put_ordinary(days);
  late.store().build_all({});
  const auto before = digests(late);
  late.put_action(days[8], "N030", 4.0);
  late.put_action(days[9], "N031", {});
  EXPECT_EQ(sessions_of(late.store().build_all({})).at("scan_hit"), 4U);
  ScanMarket fresh;
  fresh.put_ordinary(days);
  fresh.put_action(days[9], "N031", {});
  fresh.put_action(days[8], "N030", 4.0);
  fresh.store().build_all({});
  EXPECT_EQ(digests(late), digests(fresh));
  EXPECT_NE(digests(late), before);
}

TEST(ScanBuild, HasNothingToDoTwice) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 8);
  ScanMarket market;
  market.put_ordinary(days);
  market.store().build_all({});
  const auto before = digests(market);
  const BuildReport again = market.store().build_all({});
  EXPECT_THAT(sessions_of(again),
              ElementsAre(testing::Pair("scan_hit", 0U), testing::Pair("scan_session", 0U)));
  EXPECT_EQ(digests(market), before);
}

TEST(ScanBuild, LeavesRowsOfOtherParametersAlone) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 8);
  ScanMarket market;
  market.put_ordinary(days);
  market.store().build_all({});
  const std::string other = kernels::surprise_version({.hm = 9.0});
  {
    store::Writer& writer = market.store().writer();
    const TableSpec& spec = *find_table("scan_session", "rv/1.0.0");
    const store::BuildState state{.variant = other,
                                  .variant_value = other,
                                  .last_revision = 1,
                                  .days = market::DayRange{days[2], days[3]}};
    ASSERT_TRUE(writer.replace_derived(derived_table(spec), state, state.days,
                                       [&](const store::Writer::BatchSink& sink) {
                                         TableRows rows{spec, SymbolColumn::Code};
                                         for (const market::Day day : {days[2], days[3]}) {
                                           rows.set_day("trade_date", day);
                                           rows.set_text("inference_version", other);
                                           rows.set("names", 123.0);
                                           rows.end_row();
                                         }
                                         return sink(rows.take());
                                       }));
  }
  const std::string sql =
      "SELECT trade_date, names FROM scan_session WHERE names = 123 ORDER BY trade_date";
  const std::vector<std::string> expected{days[2].iso() + "|123|", days[3].iso() + "|123|"};
  market.put(days[2], market.ordinary(days[2], 1));
  market.store().build_all({});
  EXPECT_EQ(rows_by(market, sql), expected);
  market.store().build_all({.full = true});
  EXPECT_EQ(rows_by(market, sql), expected);
  EXPECT_THAT(rows_by(market, "SELECT count(*) FROM scan_session"), ElementsAre("10|"));
}

TEST(ScanBuild, BeginsAnewWhenSecuritiesWithoutADateBecomeKnown) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 10);
  ScanMarket market;
  market.put_ordinary(days);
  market.store().build_all({});
  const std::string sectors =
      "SELECT DISTINCT trade_date FROM macro_daily WHERE group_name = 'Energy' ORDER BY 1";
  EXPECT_THAT(rows_by(market, sectors), IsEmpty());
  put_sectors(market, {});
  EXPECT_EQ(sessions_of(market.store().build_all({})).at("scan_hit"), 10U);
  EXPECT_EQ(rows_by(market, sectors).size(), 5U);  // from the sixth session on there is a family
  ScanMarket fresh;
  put_sectors(fresh, {});
  fresh.put_ordinary(days);
  fresh.store().build_all({});
  EXPECT_EQ(digests(market), digests(fresh));
}

TEST(ScanBuild, BeginsWhereSecuritiesWithADateBecomeKnown) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 10);
  ScanMarket market;
  market.put_ordinary(days);
  market.store().build_all({});
  put_sectors(market, days[7]);
  EXPECT_EQ(sessions_of(market.store().build_all({})).at("scan_hit"), 3U);
  ScanMarket fresh;
  put_sectors(fresh, days[7]);
  fresh.put_ordinary(days);
  fresh.store().build_all({});
  EXPECT_EQ(digests(market), digests(fresh));
}

/// Builds, withdraws the rows of one session's file and builds again.
void expect_gone(std::size_t index) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 10);
  ScanMarket market;
  market.put_ordinary(days);
  market.store().build_all({});
  const std::string day = days[index].iso() + "|";
  const std::string scanned = "SELECT DISTINCT trade_date FROM ";
  EXPECT_THAT(rows_by(market, scanned + "scan_session"), Contains(day));
  market.put_short(days[index], {});
  market.store().build_all({});
  for (const std::string table : {"scan_session", "scan_hit", "scan_state", "macro_daily"}) {
    EXPECT_THAT(rows_by(market, scanned + table), Not(Contains(day))) << table;
  }
  ScanMarket fresh;
  for (const market::Day each : days) {
    MarketDay rows = fresh.ordinary(each);
    if (each == days[index]) rows.shorts.clear();
    fresh.put(each, rows);
  }
  fresh.store().build_all({});
  EXPECT_EQ(digests(market), digests(fresh));
}

TEST(ScanBuild, DropsTheRowsOfAFileThatBecameEmpty) { expect_gone(7); }

TEST(ScanBuild, DropsTheRowsOfTheNewestFileWhenItBecameEmpty) { expect_gone(9); }

TEST(ScanBuild, ReportsEverySessionThatItWalks) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 8);
  ScanMarket market;
  market.put_ordinary(days);
  std::vector<std::pair<std::size_t, std::size_t>> steps;
  market.store().build_all(
      {.progress = [&](std::size_t done, std::size_t total) { steps.emplace_back(done, total); }});
  ASSERT_GE(steps.size(), 8U);
  EXPECT_EQ(steps.back(), (std::pair<std::size_t, std::size_t>{8, 8}));
}

TEST(ScanBuild, KeepsFiftyNamesOrAllDiscoveriesOfASession) {
  const auto days = ScanMarket::sessions_from("2026-02-02", 12);
  ScanMarket market{180};
  for (const market::Day day : days) {
    MarketDay rows = market.ordinary(day);
    if (day == days.back()) {
      for (std::size_t row = 0; row < 60; ++row) {
        rows.shorts[row].part *= 20.0;
        rows.shorts[row].total *= 20.0;
      }
    }
    market.put(day, rows);
  }
  market.store().build_all({});
  const auto counts = rows_by(market,
                              "SELECT trade_date, count(*), max(rank), count(*) FILTER (q_o > 0.1 "
                              "AND rank > 50) FROM scan_hit GROUP BY 1 ORDER BY 1");
  ASSERT_EQ(counts.size(), 7U);  // none before there is a family
  EXPECT_EQ(counts[0], days[5].iso() + "|50|50|0|");
  const auto discoveries =
      rows_by(market, "SELECT discoveries_o FROM scan_session ORDER BY trade_date DESC LIMIT 1");
  EXPECT_EQ(counts.back(), days[11].iso() + "|" + discoveries[0] + discoveries[0] + "0|");
  EXPECT_GE(std::stoi(discoveries[0]), 55);
}

}  // namespace
}  // namespace offex::studies::test
