#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/studies/weekly.hpp"

#include "studies/weekly_files.hpp"

namespace offex::studies::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kAllRows = "SELECT * FROM weekly_metrics_v2 ORDER BY symbol, week_start_date";

/// Weeks of a small market, of two tiers, with a firm level, made from the week and the revision.
class WeeklyMarket {
 public:
  explicit WeeklyMarket(StudyStore& store) : store_{store} {}

  void put_week(market::Day monday, int revision = 0) {
    std::mt19937_64 random{static_cast<std::uint64_t>(monday.days() * 10 + revision)};
    std::vector<SummaryRow> rows;
    for (int number = 0; number < 6; ++number) {
      const bool fast = (number + monday.days() / 70) % 2 == 0;  // tiers change now and then
      SummaryRow row{.week = monday.iso(),
                     .symbol = "S" + std::to_string(number),
                     .tier = fast ? "T1" : "T2",
                     .type = "ATS_W_SMBL"};
      row.published = row.updated = monday.plus(fast ? 21 : 35).iso();
      for (const std::string side : {"ATS", "OTC"}) {
        row.type = side + "_W_SMBL_FIRM";
        row.mpid = side == "ATS" ? "UBSA" : "";
        row.crd = 1;
        row.name = "FIRM";
        row.shares = static_cast<std::int64_t>(1'000 + random() % 1'000);
        rows.push_back(row);
        row.type = side + "_W_SMBL";
        row.mpid = row.name = "";
        row.crd.reset();
        if (random() % 7 != 0) {
          rows.push_back(row);
        }
      }
    }
    put_summaries(store_, "week " + monday.iso() + ' ' + std::to_string(revision), rows);
  }

  void put_bars_of(market::Day day, int revision = 0) {
    std::mt19937_64 random{static_cast<std::uint64_t>(day.days() * 10 + revision)};
    std::vector<std::pair<std::string, std::int64_t>> volumes;
    for (int number = 0; number < 6; ++number) {
      if (random() % 9 != 0) {
        volumes.emplace_back("S" + std::to_string(number), 1'000 + random() % 500);
      }
    }
    put_bars(store_, day, volumes, std::to_string(revision));
  }

  void put_all(market::Day monday, int revision = 0) {
    ASSERT_TRUE(store_.writer().begin());
    put_week(monday, revision);
    const auto sessions = market::sessions({monday, monday.plus(4)}).value();
    for (const market::Day session : sessions) {
      put_bars_of(session, revision);
    }
    ASSERT_TRUE(store_.writer().commit());
  }

 private:
  StudyStore& store_;
};

std::vector<market::Day> weeks(std::size_t count) {
  std::vector<market::Day> out;
  for (std::size_t week = 0; week < count; ++week) {
    out.push_back(day("2025-01-06").plus(static_cast<std::int32_t>(7 * week)));
  }
  return out;
}

std::vector<std::string> stored(StudyStore& store) {
  return lines_of(ask(store.writer().reader(), kAllRows));
}

/// What a build did to the weekly table.
TableBuild weekly_of(const BuildReport& report) {
  for (const TableBuild& table : report.tables) {
    if (table.table == "weekly_metrics_v2") return table;
  }
  ADD_FAILURE() << "the report does not name weekly_metrics_v2";
  return {};
}

TEST(BuildWeekly, MonthByMonthAndAtOnceGiveTheSameBits) {
  StudyStore evenings;
  WeeklyMarket evening_market{evenings};
  StudyStore once;
  WeeklyMarket market{once};
  const auto mondays = weeks(36);
  for (std::size_t week = 0; week < mondays.size(); ++week) {
    evening_market.put_all(mondays[week]);
    if (week % 4 == 3) {
      evenings.build_all({});
    }
    market.put_all(mondays[week]);
  }
  once.build_all({.threads = 2});
  EXPECT_EQ(stored(evenings), stored(once));
  EXPECT_THAT(stored(once), SizeIs(216));
}

TEST(BuildWeekly, ReplacesOnlyTheWeeksThatAChangeReaches) {
  StudyStore store;
  WeeklyMarket market{store};
  const auto mondays = weeks(50);
  for (const market::Day monday : mondays) {
    market.put_all(monday);
  }
  store.build_all({});
  market.put_week(mondays[10], 1);             // a restatement
  market.put_bars_of(mondays[12].plus(2), 1);  // and a corrected bar
  const BuildReport report = store.build_all({});
  EXPECT_EQ(weekly_of(report).sessions, 29U);  // week 10 to week 12 + 26
  const auto incremental = stored(store);
  store.build_all({.full = true});
  EXPECT_EQ(incremental, stored(store));
}

TEST(BuildWeekly, HasNothingToDoTwice) {
  StudyStore store;
  WeeklyMarket market{store};
  market.put_all(weeks(1)[0]);
  EXPECT_EQ(weekly_of(store.build_all({})).sessions, 1U);
  EXPECT_EQ(weekly_of(store.build_all({})).sessions, 0U);
}

market::Instant noon(std::string_view iso) {
  return market::Instant::parse(std::string{iso} + "T12:00:00Z").value();
}

TEST(BuildWeekly, HoldsAWeekFromItsReleaseOnThoughItsFactsCameEarly) {
  StudyStore store;
  store.clock.set(noon("2025-02-20"));
  WeeklyMarket market{store};
  for (const market::Day monday : weeks(10)) {
    market.put_all(monday);
  }
  std::size_t before = 0;
  for (const char* const at : {"2025-02-20", "2025-03-11", "2025-03-12", "2025-04-30"}) {
    store.clock.set(noon(at));
    store.build_all({});
    const auto incremental = stored(store);
    EXPECT_THAT(lines_of(ask(store.writer().reader(),
                             "SELECT symbol FROM weekly_metrics_v2 WHERE known_from > TIMESTAMP '" +
                                 noon(at).iso().substr(0, 10) + " 12:00:00'")),
                IsEmpty());
    store.build_all({.full = true});
    EXPECT_EQ(incremental, stored(store)) << at;
    EXPECT_GE(incremental.size(), before);
    before = incremental.size();
  }
  EXPECT_EQ(before, 60U);
}

TEST(BuildWeekly, OfSomeDaysLeavesTheReleasesOfOtherWeeksToTheNextBuild) {
  StudyStore store;
  store.clock.set(noon("2025-02-20"));
  WeeklyMarket market{store};
  for (const market::Day monday : weeks(10)) {
    market.put_all(monday);
  }
  store.build_all({});
  store.clock.set(noon("2025-04-30"));
  store.build_all({.days = market::DayRange{weeks(10)[9], weeks(10)[9]}});
  store.build_all({});
  const auto incremental = stored(store);
  store.build_all({.full = true});
  EXPECT_EQ(incremental, stored(store));
}

TEST(BuildWeekly, KnowsAllFactsAlsoWhenNoneOfThemAltersAWeek) {
  StudyStore store;
  WeeklyMarket market{store};
  market.put_all(weeks(1)[0]);
  store.build_all({});
  const auto before = stored(store);
  market.put_bars_of(day("2025-06-03"));  // of a week without weekly data
  const auto known = [&] {
    const auto builds = store.writer().reader().builds("weekly_metrics_v2");
    return builds.value().at(0).last_revision;
  };
  const std::int64_t newest = store.writer().reader().last_revision().value();
  store.build_all({.days = market::DayRange{weeks(1)[0], weeks(1)[0]}});
  EXPECT_LT(known(), newest);  // a build of some days does not look at the others
  EXPECT_EQ(weekly_of(store.build_all({})).sessions, 0U);
  EXPECT_EQ(known(), newest);
  EXPECT_EQ(stored(store), before);
}

TEST(BuildWeekly, OfSomeDaysBuildsTheirWeeks) {
  StudyStore store;
  WeeklyMarket market{store};
  const auto mondays = weeks(10);
  for (const market::Day monday : mondays) {
    market.put_all(monday);
  }
  const BuildReport part =
      store.build_all({.days = market::DayRange{mondays[3].plus(2), mondays[5]}});
  EXPECT_EQ(weekly_of(part).sessions, 3U);
  EXPECT_EQ(weekly_of(store.build_all({})).sessions, 10U);
}

TEST(BuildWeekly, OfAStoreWithoutWeeksMakesAnEmptyTable) {
  StudyStore store;
  store.build_all({});
  EXPECT_THAT(stored(store), IsEmpty());
}

TEST(BuildWeekly, ShowsItsRowsInTheViewOfTheFamily) {
  StudyStore store;
  WeeklyMarket market{store};
  market.put_all(weeks(1)[0]);
  store.build_all({});
  const auto rows =
      ask(store.writer().reader(), "SELECT DISTINCT inference_version FROM weekly_metrics");
  EXPECT_THAT(lines_of(rows), ElementsAre("v2|"));
}

TEST(AsOfWeekly, OfAMomentEqualsAStoreThatHoldsOnlyWhatWasPublishedThen) {
  // Also z-scores: weeks of the slow tier that were not out are in no baseline.
  const auto mondays = weeks(40);
  const market::Day asked = mondays[30].plus(2);
  StudyStore all;
  WeeklyMarket everything{all};
  for (const market::Day monday : mondays) {
    everything.put_all(monday);
  }
  const columns::Batch then = answer(all.reader(), {.as_of = market::end_of_day_new_york(asked)});
  const columns::Column& known = *then.find("known_from");
  std::size_t with_z = 0;
  for (std::size_t row = 0; row < then.num_rows(); ++row) {
    EXPECT_LE(known.values<std::int64_t>()[row], market::end_of_day_new_york(asked).nanos());
    with_z += then.find("otc_share_z")->valid(row) ? 1 : 0;
  }
  EXPECT_GT(with_z, 20U);
  // Every row was as complete when it came out as it is now: nothing later changed it.
  const columns::Batch now = answer(all.reader(), {});
  std::map<std::string, std::string> rows_now;
  const std::vector<std::string> lines = lines_of(now);
  for (std::size_t row = 0; row < now.num_rows(); ++row) {
    rows_now[cell(now, "symbol", row) + cell(now, "week_start_date", row)] = lines[row];
  }
  const std::vector<std::string> lines_then = lines_of(then);
  for (std::size_t row = 0; row < then.num_rows(); ++row) {
    const std::string key = cell(then, "symbol", row) + cell(then, "week_start_date", row);
    EXPECT_EQ(lines_then[row], rows_now.at(key));
  }
}

TEST(WeeklyAnswer, OfOneSymbolEqualsTheStoredTable) {
  StudyStore store;
  WeeklyMarket market{store};
  for (const market::Day monday : weeks(30)) {
    market.put_all(monday);
  }
  store.build_all({});
  const store::Reader reader = store.reader();
  const columns::Batch rows =
      answer(reader, {.symbols = {market::Symbol::from_trusted("S3")},
                      .weeks = market::DayRange{weeks(30)[5], weeks(30)[28]}});
  EXPECT_EQ(lines_of(rows), lines_of(ask(reader,
                                         "SELECT * FROM weekly_metrics_v2 WHERE symbol = 'S3' AND "
                                         "week_start_date BETWEEN '2025-02-10' AND '2025-07-21' "
                                         "ORDER BY week_start_date")));
  EXPECT_EQ(rows.num_rows(), 24U);
}

}  // namespace
}  // namespace offex::studies::test
