#include "offex/views/daily_table.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"

namespace offex::views {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using market::Day;
using market::Symbol;
using testing::ElementsAre;

Day day(const char* iso) { return Day::parse(iso).value(); }

constexpr std::array<std::string_view, 3> kNowcastWords{"PUBLISHED", "PENDING", "RUNNING"};

/// Daily rows of a symbol on the sessions of a range.
Batch daily(const char* symbol, const char* first, const char* last) {
  Batch out;
  out.add(Column{"symbol", Type::Symbol});
  out.add(Column{"trade_date", Type::Day});
  out.add(Column{"short_ratio", Type::Double});
  out.add(Column{"short_ratio_z", Type::Double});
  out.add(Column{"has_short", Type::Bool});
  double ratio = 0.4;
  const std::vector<Day> sessions = market::sessions({day(first), day(last)}).value();
  for (const Day session : sessions) {
    out.column(0).push(Symbol::from_trusted(symbol));
    out.column(1).push(session.days());
    out.column(2).push(ratio);
    out.column(3).push(-1.5);
    out.column(4).push<std::int8_t>(1);
    ratio += 0.01;
  }
  return out;
}

struct Week {
  const char* symbol;
  const char* monday;
  std::optional<const char*> published;
  double share;
};

Batch weekly(const std::vector<Week>& weeks, const char* tier = "T1") {
  Batch out;
  out.add(Column{"symbol", Type::Symbol});
  out.add(Column{"week_start_date", Type::Day});
  out.add(Column{"tier_identifier", Type::Text});
  out.add(Column{"initial_published_date", Type::Day});
  out.add(Column{"otc_share", Type::Double});
  out.add(Column{"otc_volume", Type::Quantity});
  for (const Week& week : weeks) {
    out.column(0).push(Symbol::from_trusted(week.symbol));
    out.column(1).push(day(week.monday).days());
    out.column(2).push<std::string>(tier);
    if (week.published) {
      out.column(3).push(day(*week.published).days());
    } else {
      out.column(3).push_missing();
    }
    out.column(4).push(week.share);
    out.column(5).push<std::int64_t>(1'000'000);
  }
  return out;
}

Batch nowcasts(const char* symbol, const char* monday, double share, std::uint8_t status) {
  Batch out;
  out.add(Column{"symbol", Type::Symbol}).push(Symbol::from_trusted(symbol));
  out.add(Column{"week_start_date", Type::Day}).push(day(monday).days());
  out.add(Column{"status", kNowcastWords}).push(status);
  out.add(Column{"nowcast_share", Type::Double}).push(share);
  return out;
}

/// "2026-03-23 0.61 PUBLISHED 2026-03-23 -" of each row: day, share, status, week, nowcast.
std::vector<std::string> joined(const Batch& batch) {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    std::string line = columns::cell_text(*batch.find("trade_date"), row).substr(5);
    for (const char* name : {"otc_share", "otc_status", "otc_week_used", "nowcast_share"}) {
      const std::string text = columns::cell_text(*batch.find(name), row);
      line += " " + (text.empty() ? "-" : text);
    }
    out.push_back(line);
  }
  return out;
}

market::Instant at(const char* text) { return market::Instant::parse(text).value(); }

TEST(WithWeeks, ByEventADayHasItsOwnWeekAndNoOther) {
  const WeeklyParts parts{.weekly = weekly({{"AAPL", "2026-03-23", "2026-04-13", 0.5}}),
                          .asked_at = at("2026-04-18T16:00:00Z")};
  EXPECT_THAT(joined(with_weeks(daily("AAPL", "2026-03-20", "2026-03-31"), parts)),
              ElementsAre("03-20 - NONE - -", "03-23 0.5 PUBLISHED 2026-03-23 -",
                          "03-24 0.5 PUBLISHED 2026-03-23 -", "03-25 0.5 PUBLISHED 2026-03-23 -",
                          "03-26 0.5 PUBLISHED 2026-03-23 -", "03-27 0.5 PUBLISHED 2026-03-23 -",
                          "03-30 - PENDING - -", "03-31 - PENDING - -"));
}

TEST(WithWeeks, ANowcastStandsInItsOwnColumnAndOnlyWhileTheWeekIsPending) {
  WeeklyParts parts{.weekly = weekly({{"AAPL", "2026-03-23", "2026-04-13", 0.5}}),
                    .nowcasts = nowcasts("AAPL", "2026-03-30", 0.625, 1),
                    .asked_at = at("2026-04-18T16:00:00Z")};
  EXPECT_THAT(joined(with_weeks(daily("AAPL", "2026-03-27", "2026-03-30"), parts)),
              ElementsAre("03-27 0.5 PUBLISHED 2026-03-23 -", "03-30 - PENDING - 0.625"));
  parts.nowcasts = nowcasts("AAPL", "2026-03-23", 0.625, 0);
  EXPECT_THAT(joined(with_weeks(daily("AAPL", "2026-03-27", "2026-03-27"), parts)),
              ElementsAre("03-27 0.5 PUBLISHED 2026-03-23 -"));
}

TEST(WithWeeks, TheTierTellsWhenAWeekIsLate) {
  // 23 March: the first tier is out on 13 April, the others on 27 April.
  const Batch rows = daily("AAPL", "2026-03-23", "2026-03-23");
  const market::Instant asked_at = at("2026-04-18T16:00:00Z");
  const std::vector<Week> before{{"AAPL", "2026-03-16", "2026-04-06", 0.5}};
  EXPECT_THAT(joined(with_weeks(rows, {.weekly = weekly(before, "T1"), .asked_at = asked_at})),
              ElementsAre("03-23 - NONE - -"));
  EXPECT_THAT(joined(with_weeks(rows, {.weekly = weekly(before, "T2"), .asked_at = asked_at})),
              ElementsAre("03-23 - PENDING - -"));
}

TEST(WithWeeks, WeeksOfAnotherSymbolAreNotTaken) {
  const WeeklyParts parts{.weekly = weekly({{"AAPLX", "2026-03-23", "2026-04-13", 0.5}}),
                          .asked_at = at("2026-06-18T16:00:00Z")};
  for (const WeekTime time : {WeekTime::Event, WeekTime::Known}) {
    WeeklyParts timed = parts;
    timed.time = time;
    EXPECT_THAT(joined(with_weeks(daily("AAPL", "2026-03-27", "2026-03-27"), timed)),
                ElementsAre("03-27 - NONE - -"));
  }
}

TEST(WithWeeks, ByPublicationAFigureIsShownOnFiveSessionsAndNoLonger) {
  const WeeklyParts parts{.weekly = weekly({{"AAPL", "2026-03-16", "2026-04-06", 0.5}}),
                          .time = WeekTime::Known,
                          .asked_at = at("2026-04-18T16:00:00Z")};
  EXPECT_THAT(joined(with_weeks(daily("AAPL", "2026-04-02", "2026-04-14"), parts)),
              ElementsAre("04-02 - NONE - -", "04-06 0.5 PUBLISHED 2026-03-16 -",
                          "04-07 0.5 PUBLISHED 2026-03-16 -", "04-08 0.5 PUBLISHED 2026-03-16 -",
                          "04-09 0.5 PUBLISHED 2026-03-16 -", "04-10 0.5 PUBLISHED 2026-03-16 -",
                          "04-13 - NONE - -", "04-14 - NONE - -"));
}

TEST(WithWeeks, TheNewerPublicationWins) {
  // Good Friday: four sessions between two releases.
  const WeeklyParts parts{.weekly = weekly({{"AAPL", "2026-03-09", "2026-03-30", 0.25},
                                            {"AAPL", "2026-03-16", "2026-04-06", 0.5}}),
                          .time = WeekTime::Known,
                          .asked_at = at("2026-04-18T16:00:00Z")};
  EXPECT_THAT(joined(with_weeks(daily("AAPL", "2026-04-02", "2026-04-06"), parts)),
              ElementsAre("04-02 0.25 PUBLISHED 2026-03-09 -", "04-06 0.5 PUBLISHED 2026-03-16 -"));
}

TEST(WithWeeks, WithoutADateTheRuleTellsThePublication) {
  const WeeklyParts parts{.weekly = weekly({{"AAPL", "2026-03-16", std::nullopt, 0.5}}),
                          .time = WeekTime::Known,
                          .asked_at = at("2026-04-18T16:00:00Z")};
  EXPECT_THAT(joined(with_weeks(daily("AAPL", "2026-04-02", "2026-04-06"), parts)),
              ElementsAre("04-02 - NONE - -", "04-06 0.5 PUBLISHED 2026-03-16 -"));
}

TEST(WithWeeks, AReleaseOnAHolidayIsShownFromTheNextSession) {
  const WeeklyParts parts{.weekly = weekly({{"AAPL", "2026-03-16", "2026-04-03", 0.5}}),
                          .time = WeekTime::Known,
                          .asked_at = at("2026-04-18T16:00:00Z")};
  EXPECT_THAT(joined(with_weeks(daily("AAPL", "2026-04-02", "2026-04-06"), parts)),
              ElementsAre("04-02 - NONE - -", "04-06 0.5 PUBLISHED 2026-03-16 -"));
}

TEST(WithWeeks, WithoutWeeklyDataEveryColumnIsThere) {
  const Batch out = with_weeks(daily("AAPL", "2026-03-27", "2026-03-27"),
                               {.asked_at = at("2026-06-18T16:00:00Z")});
  EXPECT_THAT(joined(out), ElementsAre("03-27 - NONE - -"));
  EXPECT_EQ(out.find("has_otc")->values<std::int8_t>()[0], 0);
}

DailyTable table_of(Batch rows) {
  DailyTable out;
  out.parts = {.weekly = weekly({{"AAPL", "2026-03-16", "2026-04-06", 0.5}}),
               .asked_at = at("2026-04-18T16:00:00Z")};
  out.rows = with_weeks(std::move(rows), out.parts);
  return out;
}

std::vector<std::string> facts_of(const render::TableView& view) {
  std::vector<std::string> out;
  for (const render::Fact& fact : view.facts) {
    out.push_back(fact.name + "|" + fact.value + "|" + fact.detail);
  }
  return out;
}

TEST(DailyView, ThePanelOfOneTickerTellsItsNewestNumbers) {
  const DailyTable table = table_of(daily("AAPL", "2026-03-16", "2026-03-18"));
  EXPECT_THAT(
      facts_of(daily_view(table, table.rows, "v2")),
      ElementsAre("Sessions|3|2026-03-16 to 2026-03-18", "Short ratio|42.0%|z -1.50, 2026-03-18",
                  "Newest weekly share|50.0%|week of 2026-03-16, published 2026-04-06",
                  "Short ratio, trend|▁▅█|40.0% to 42.0%"));
}

TEST(DailyView, ThePanelOfSeveralTickersHasALineOfEach) {
  Batch rows = daily("AAPL", "2026-03-16", "2026-03-17");
  const Batch more = daily("TpC", "2026-03-16", "2026-03-16");
  for (std::size_t column = 0; column < rows.num_columns(); ++column) {
    rows.column(column).push_from(more.column(column), 0);
  }
  const DailyTable table = table_of(std::move(rows));
  EXPECT_THAT(facts_of(daily_view(table, table.rows, "v2")),
              ElementsAre("AAPL|41.0% short|z -1.50, 50.0% weekly, ▁█", "TpC|40.0% short|z -1.50"));
}

TEST(DailyView, TellsCoverageDenominatorsAndDefinitions) {
  const DailyTable table = table_of(daily("AAPL", "2026-03-20", "2026-03-23"));
  const render::TableView view = daily_view(table, table.rows, "v2");
  EXPECT_EQ(view.footer.coverage,
            "2 rows of 1 symbol: short sale volume on 2, weekly figures on 1");
  EXPECT_THAT(view.footer.denominator, testing::HasSubstr("FINRA facility total"));
  std::vector<std::string> names;
  for (const render::Definition& definition : view.definitions) names.push_back(definition.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"short_ratio", "otc_share", "nowcast_share",
                                            "otc_status", "otc_week_used", "has_otc"}));
}

TEST(DailyView, WeeksAreNotAveragedOverDays) {
  const DailyTable table = table_of(daily("AAPL", "2026-03-20", "2026-03-23"));
  for (const render::ColumnFormat& format : daily_view(table, table.rows, "v2").columns) {
    if (format.column == "short_ratio") {
      EXPECT_TRUE(format.average);
    }
    if (format.column == "otc_share") {
      EXPECT_FALSE(format.average);
    }
  }
}

}  // namespace
}  // namespace offex::views
