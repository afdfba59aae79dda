#include "offex/studies/build.hpp"

#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/market/quantity.hpp"
#include "offex/studies/features.hpp"
#include "offex/studies/v2.hpp"

#include "studies/study_store.hpp"

namespace offex::studies::test {
namespace {

using columns::Column;
using columns::Type;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kAllRows = "SELECT * FROM daily_metrics_v2 ORDER BY symbol, trade_date";

market::Symbol name_of(int number) {
  return market::Symbol::from_trusted("S" + std::to_string(100 + number));
}

/// A small market whose files depend on the day and the revision only.
class Market {
 public:
  explicit Market(StudyStore& store) : store_{store} {}

  void put_short(market::Day day, int revision = 0,
                 market::Facility facility = market::Facility::Cnms) {
    columns::Batch rows{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                         Column{"short_volume", Type::Quantity},
                         Column{"short_exempt_volume", Type::Quantity},
                         Column{"total_volume", Type::Quantity}}};
    std::mt19937_64 random{seed(day, revision)};
    for (int number = 0; number < kSymbols; ++number) {
      const auto total = static_cast<std::int64_t>(1 + random() % 1'000'000'000);
      if (random() % 10 == 0) {
        continue;
      }
      rows.column(0).push(name_of(number));
      rows.column(1).push<std::int32_t>(7);
      rows.column(2).push<std::int64_t>(total / static_cast<std::int64_t>(2 + random() % 5));
      rows.column(3).push<std::int64_t>(total / 100);
      rows.column(4).push<std::int64_t>(total);
    }
    store_.put("short " + day.iso() + std::string{to_string(facility)} + std::to_string(revision),
               {.dataset = market::Dataset::FinraShortDaily,
                .day = day,
                .facility = facility,
                .rows = &rows});
  }

  void put_bars(market::Day day, int revision = 0) {
    columns::Batch rows{{Column{"symbol", Type::Symbol}, Column{"open", Type::Price},
                         Column{"high", Type::Price}, Column{"low", Type::Price},
                         Column{"close", Type::Price}, Column{"vwap", Type::Price},
                         Column{"volume", Type::Quantity}, Column{"transactions", Type::Int64}}};
    std::mt19937_64 random{seed(day, revision) + 1};
    for (int number = 0; number < kSymbols; ++number) {
      const auto close = static_cast<std::int64_t>(9'000'000'000 + random() % 1'000'000'000);
      if (random() % 12 == 0) {
        continue;
      }
      rows.column(0).push(name_of(number));
      for (std::size_t column : {1U, 4U, 5U}) {
        rows.column(column).push<std::int64_t>(close);
      }
      rows.column(2).push<std::int64_t>(close + 1'000'000);
      rows.column(3).push<std::int64_t>(close - 1'000'000);
      rows.column(6).push<std::int64_t>(static_cast<std::int64_t>(random() % 3'000'000'000));
      rows.column(7).push_missing();
    }
    store_.put("bars " + day.iso() + std::to_string(revision),
               {.dataset = market::Dataset::DailyBarGrouped, .day = day, .rows = &rows});
  }

  void put_members() {
    columns::Batch rows{{Column{"index_symbol", Type::Symbol}, Column{"symbol", Type::Symbol},
                         Column{"valid_from", Type::Day}, Column{"valid_to", Type::Day}}};
    for (int number = 0; number < 5; ++number) {
      rows.column(0).push(market::Symbol::from_trusted("FIVE"));
      rows.column(1).push(name_of(number));
      rows.column(2).push_missing();
      rows.column(3).push_missing();
    }
    store_.put("members", {.dataset = market::Dataset::IndexConstituents, .rows = &rows});
  }

  static constexpr int kSymbols = 12;

 private:
  static std::uint64_t seed(market::Day day, int revision) {
    return static_cast<std::uint64_t>(day.days()) * 1'000 + static_cast<std::uint64_t>(revision);
  }
  StudyStore& store_;
};

std::vector<market::Day> some_sessions(std::size_t count) {
  const auto first = market::Day::parse("2026-01-05").value();
  auto days = market::sessions({first, market::Day::parse("2026-05-29").value()}).value();
  days.resize(count);
  return days;
}

void fill(StudyStore& store, Market& market, const std::vector<market::Day>& days) {
  ASSERT_TRUE(store.writer().begin());
  for (const market::Day day : days) {
    market.put_short(day);
    market.put_bars(day);
  }
  ASSERT_TRUE(store.writer().commit());
}

std::vector<std::string> stored(StudyStore& store, const std::string& sql = kAllRows) {
  return lines_of(ask(store.writer().reader(), sql));
}

TEST(BuildV2, AnEveningAndARebuildGiveTheSameBits) {
  const auto days = some_sessions(50);
  StudyStore evenings;
  Market evening_market{evenings};
  evening_market.put_members();
  for (const market::Day day : days) {
    fill(evenings, evening_market, {day});
    evenings.build_all({});
  }
  StudyStore once;
  Market market{once};
  market.put_members();
  fill(once, market, days);
  once.build_all({.threads = 2, .block_days = 7});

  EXPECT_EQ(stored(evenings), stored(once));
  const std::string index = "SELECT * FROM index_constituent_short_agg_daily_v2 ORDER BY ALL";
  EXPECT_EQ(stored(evenings, index), stored(once, index));
  EXPECT_THAT(stored(once, index), SizeIs(50));
}

TEST(BuildV2, ReplacesOnlyWhatACorrectionCanReach) {
  const auto days = some_sessions(60);
  StudyStore store;
  Market market{store};
  fill(store, market, days);
  store.build_all({});
  market.put_bars(days[10], 1);

  const BuildReport report = store.build_all({});
  EXPECT_EQ(report.tables[0].sessions, kV2WarmUp + 1);
  const auto incremental = stored(store);
  store.build_all({.full = true});
  EXPECT_EQ(incremental, stored(store));
}

TEST(BuildV2, ReachesTheLastSessionThatACorrectedCloseAlters) {
  // The close of day 10 makes the return of day 11, which is in baselines up to day 31.
  const auto days = some_sessions(60);
  StudyStore store;
  Market market{store};
  fill(store, market, days);
  store.build_all({});
  const std::string sql = "SELECT return_z FROM daily_metrics_v2 WHERE trade_date = '" +
                          days[31].iso() + "' ORDER BY symbol";
  const auto before = stored(store, sql);
  market.put_bars(days[10], 1);
  store.build_all({});
  EXPECT_NE(before, stored(store, sql));
}

TEST(BuildV2, HasNothingToDoTwice) {
  StudyStore store;
  Market market{store};
  fill(store, market, some_sessions(5));
  store.build_all({});
  const BuildReport second = store.build_all({});
  EXPECT_EQ(second.tables[0].sessions, 0U);
  EXPECT_EQ(second.tables[1].sessions, 0U);
}

TEST(BuildV2, OfSomeDaysLeavesTheOthersForTheNextBuild) {
  const auto days = some_sessions(30);
  StudyStore store;
  Market market{store};
  fill(store, market, days);
  const BuildReport part = store.build_all({.days = market::DayRange{days[25], days[29]}});
  EXPECT_EQ(part.tables[0].sessions, 5U);
  const BuildReport rest = store.build_all({});
  EXPECT_EQ(rest.tables[0].sessions, 30U);
}

TEST(BuildV2, ReportsProgressUpToTheEnd) {
  StudyStore store;
  Market market{store};
  fill(store, market, some_sessions(20));
  std::vector<std::size_t> done;
  store.build_all({.block_days = 8, .progress = [&](std::size_t now, std::size_t total) {
                     EXPECT_EQ(total, 20U);
                     done.push_back(now);
                   }});
  // Metrics by the block, then what the scanner tells by the session.
  ASSERT_GT(done.size(), 3U);
  EXPECT_THAT(std::vector<std::size_t>(done.begin(), done.begin() + 3), ElementsAre(8, 16, 20));
  EXPECT_EQ(done.back(), 20U);
}

TEST(BuildV2, RefusesAVersionThatDoesNotExist) {
  StudyStore store;
  const auto report = build(store.writer(), {.version = "v9"});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::ErrorCode::InvalidArgument);
}

TEST(BuildV2, OfAStoreWithoutFactsMakesEmptyTables) {
  StudyStore store;
  store.build_all({});
  EXPECT_THAT(stored(store), IsEmpty());
}

TEST(AsOf, AnyDayRecomputedAsOfItsEveningEqualsWhatThatEveningBuilt) {
  const auto days = some_sessions(45);
  StudyStore store;
  Market market{store};
  std::map<market::Day, std::vector<std::string>> evenings;
  for (std::size_t at = 0; at < days.size(); ++at) {
    store.clock.set(market::from_new_york(days[at], 20));
    fill(store, market, {days[at]});
    if (at == 30) {
      market.put_short(days[25], 1);  // corrections that earlier evenings did not know
      market.put_bars(days[28], 1);
    }
    store.build_all({});
    evenings[days[at]] = stored(store, "SELECT * FROM daily_metrics_v2 WHERE trade_date = '" +
                                           days[at].iso() + "' ORDER BY symbol");
  }
  const store::Reader reader = store.reader();
  for (const auto& [day, rows] : evenings) {
    const auto answer = daily_metrics(
        reader, {.days = market::DayRange{day, day}, .as_of = market::end_of_day_new_york(day)});
    ASSERT_TRUE(answer) << base::format_error(answer.error());
    EXPECT_EQ(lines_of(*answer), rows) << day.iso();
  }
}

TEST(AsOf, KnowsNoDayBeforeItIsPublished) {
  const auto days = some_sessions(3);
  StudyStore store;
  Market market{store};
  fill(store, market, days);
  const auto answer = daily_metrics(
      store.reader(), {.symbols = {name_of(1)}, .as_of = market::from_new_york(days[2], 12)});
  ASSERT_TRUE(answer);
  const Column* column = answer->find("trade_date");
  for (std::size_t row = 0; row < answer->num_rows(); ++row) {
    EXPECT_LT(column->values<std::int32_t>()[row], days[2].days());
  }
  EXPECT_GT(answer->num_rows(), 0U);
}

TEST(DailyMetrics, OfOneSymbolEqualTheStoredTable) {
  StudyStore store;
  Market market{store};
  fill(store, market, some_sessions(40));
  store.build_all({});
  const store::Reader reader = store.reader();
  const auto answer = daily_metrics(reader, {.symbols = {name_of(3)}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(lines_of(*answer), lines_of(ask(reader,
                                            "SELECT * FROM daily_metrics_v2 WHERE symbol "
                                            "= 'S103' ORDER BY trade_date")));
}

TEST(Features, DivideByTheFinraTotalAndNameTheirFile) {
  const auto days = some_sessions(2);
  StudyStore store;
  Market market{store};
  fill(store, market, days);
  const store::Reader reader = store.reader();
  const auto rows = features(reader, {.day = days[1]});
  ASSERT_TRUE(rows) << base::format_error(rows.error());
  const auto expected =
      ask(reader,
          "SELECT symbol, trade_date, short_volume::DOUBLE / total_volume::DOUBLE, "
          "short_exempt_volume::DOUBLE / total_volume::DOUBLE, 'offexchange-features-v1', "
          "'CNMS', 'short " +
              days[1].iso() + "CNMS0', '" + base::sha256("short " + days[1].iso() + "CNMS0").hex() +
              "' FROM finra_short_consolidated WHERE trade_date = '" + days[1].iso() +
              "' ORDER BY symbol");
  EXPECT_EQ(rows->num_rows(), expected.num_rows());
  EXPECT_EQ(rows->column(0).values<market::Symbol>().front().str(),
            columns::cell_text(expected.column(0), 0));
  for (std::size_t row = 0; row < rows->num_rows(); ++row) {
    for (const std::size_t column : {2U, 3U}) {
      EXPECT_DOUBLE_EQ(rows->column(column).values<double>()[row],
                       expected.column(column).values<double>()[row]);
    }
    EXPECT_EQ(columns::cell_text(*rows->find("source_file"), row),
              columns::cell_text(expected.column(6), row));
    EXPECT_EQ(columns::cell_text(*rows->find("source_sha256"), row),
              columns::cell_text(expected.column(7), row));
  }
}

TEST(Features, OfASymbolWithoutDataAreNulls) {
  const auto days = some_sessions(1);
  StudyStore store;
  Market market{store};
  fill(store, market, days);
  const auto rows =
      features(store.reader(), {.day = days[0], .symbols = {market::Symbol::from_trusted("NOPE")}});
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->num_rows(), 1U);
  EXPECT_FALSE(rows->find("short_vol_share")->valid(0));
  EXPECT_FALSE(rows->find("short_exempt_share")->valid(0));
  EXPECT_FALSE(rows->find("short_source")->valid(0));
}

TEST(Features, OfADayWithoutAFileAreNullsAndNoError) {
  const auto days = some_sessions(2);
  StudyStore store;
  Market market{store};
  fill(store, market, {days[0]});
  const auto rows = features(store.reader(), {.day = days[1], .symbols = {name_of(0)}});
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->num_rows(), 1U);
  EXPECT_FALSE(rows->find("short_vol_share")->valid(0));
  EXPECT_FALSE(rows->find("source_file")->valid(0));
}

TEST(Features, SayWhenTheFacilitiesStandInForTheConsolidatedFile) {
  const auto days = some_sessions(1);
  StudyStore store;
  Market market{store};
  market.put_short(days[0], 0, market::Facility::Fnsq);
  market.put_short(days[0], 1, market::Facility::Fnyx);
  const store::Reader reader = store.reader();
  const auto rows = features(reader, {.day = days[0]});
  ASSERT_TRUE(rows);
  ASSERT_GT(rows->num_rows(), 0U);
  const auto expected = ask(reader,
                            "SELECT short_volume::DOUBLE / total_volume::DOUBLE FROM "
                            "finra_short_consolidated ORDER BY symbol");
  ASSERT_EQ(rows->num_rows(), expected.num_rows());
  for (std::size_t row = 0; row < rows->num_rows(); ++row) {
    EXPECT_DOUBLE_EQ(rows->column(2).values<double>()[row],
                     expected.column(0).values<double>()[row]);
  }
  EXPECT_EQ(columns::cell_text(*rows->find("short_source"), 0), "FACILITIES");
}

}  // namespace
}  // namespace offex::studies::test
