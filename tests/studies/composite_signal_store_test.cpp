#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "offex/kernels/special_functions.hpp"
#include "offex/market/calendar.hpp"
#include "offex/studies/composite_signal.hpp"

#include "studies/study_store.hpp"
#include "studies/weekly_files.hpp"

namespace offex::studies::test {
namespace {

using columns::Column;
using columns::Type;

constexpr int kSymbols = 6;

market::Symbol name_of(int number) {
  return market::Symbol::from_trusted("S" + std::to_string(100 + number));
}

/// Files of a small market, made from the day and the revision only.
void put_short(StudyStore& store, market::Day day, int revision = 0) {
  columns::Batch rows{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                       Column{"short_volume", Type::Quantity},
                       Column{"short_exempt_volume", Type::Quantity},
                       Column{"total_volume", Type::Quantity}}};
  std::mt19937_64 random{static_cast<std::uint64_t>(day.days() * 10 + revision)};
  for (int number = 0; number < kSymbols; ++number) {
    const auto total = static_cast<std::int64_t>(50'000 + random() % 50'000) * 1'000'000;
    rows.column(0).push(name_of(number));
    rows.column(1).push<std::int32_t>(7);
    rows.column(2).push<std::int64_t>(total / static_cast<std::int64_t>(2 + random() % 3));
    rows.column(3).push<std::int64_t>(0);
    rows.column(4).push<std::int64_t>(total);
  }
  store.put("short " + day.iso() + std::to_string(revision),
            {.dataset = market::Dataset::FinraShortDaily,
             .day = day,
             .facility = market::Facility::Cnms,
             .rows = &rows});
}

void put_bars(StudyStore& store, market::Day day) {
  columns::Batch rows{{Column{"symbol", Type::Symbol}, Column{"open", Type::Price},
                       Column{"high", Type::Price}, Column{"low", Type::Price},
                       Column{"close", Type::Price}, Column{"vwap", Type::Price},
                       Column{"volume", Type::Quantity}, Column{"transactions", Type::Int64}}};
  std::mt19937_64 random{static_cast<std::uint64_t>(day.days()) + 1};
  for (int number = 0; number < kSymbols; ++number) {
    const auto close = static_cast<std::int64_t>(9'000'000'000 + random() % 1'000'000'000);
    rows.column(0).push(name_of(number));
    for (const std::size_t column : {1U, 2U, 3U, 4U, 5U}) {
      rows.column(column).push<std::int64_t>(close);
    }
    rows.column(6).push<std::int64_t>(200'000'000'000);
    rows.column(7).push_missing();
  }
  store.put("bars " + day.iso(),
            {.dataset = market::Dataset::DailyBarGrouped, .day = day, .rows = &rows});
}

std::vector<market::Day> some_sessions(std::size_t count) {
  auto days = market::sessions({market::Day::parse("2025-10-01").value(),
                                market::Day::parse("2026-02-20").value()})
                  .value();
  days.resize(count);
  return days;
}

void fill(StudyStore& store, const std::vector<market::Day>& days) {
  ASSERT_TRUE(store.writer().begin());
  for (const market::Day day : days) {
    put_short(store, day);
    put_bars(store, day);
  }
  ASSERT_TRUE(store.writer().commit());
}

columns::Batch answer_of(const store::Reader& reader, const CompositeRequest& request) {
  auto answer = composite_signal(reader, request);
  EXPECT_TRUE(answer) << (answer ? "" : base::format_error(answer.error()));
  return answer ? std::move(*answer) : columns::Batch{};
}

TEST(CompositeSignal, ComesBySymbolAndDayFromTheSixthSessionOn) {
  StudyStore store;
  const auto days = some_sessions(20);
  fill(store, days);
  const store::Reader reader = store.reader();
  const columns::Batch rows = answer_of(reader, {});
  ASSERT_EQ(rows.num_rows(), std::size_t{kSymbols} * 15);
  const auto& symbols = rows.find("symbol")->values<market::Symbol>();
  const auto& dates = rows.find("trade_date")->values<std::int32_t>();
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    EXPECT_EQ(symbols[row], name_of(static_cast<int>(row / 15)));
    EXPECT_EQ(dates[row], days[5 + row % 15].days());
    EXPECT_TRUE(rows.find("score")->valid(row));
    EXPECT_FALSE(rows.find("lit_z")->valid(row));  // there is no lit row
  }
}

TEST(CompositeSignal, ScoresReturnsOnceTheyHaveAHistory) {
  StudyStore store;
  fill(store, some_sessions(20));
  const columns::Batch rows = answer_of(store.reader(), {.symbols = {name_of(0)}});
  const Column& price = *rows.find("price_z");
  const std::vector<double>& coverage = rows.find("coverage")->values<double>();
  ASSERT_EQ(price.size(), 15U);
  EXPECT_FALSE(price.valid(5));  // ten returns before it are the 2nd to 11th session's
  EXPECT_TRUE(price.valid(6));
  EXPECT_NEAR(coverage[5], 0.55, 1e-12);
  EXPECT_NEAR(coverage[6], 0.70, 1e-12);
}

TEST(CompositeSignal, OfSomeDaysAndSymbolsIsThatPartOfTheWhole) {
  StudyStore store;
  const auto days = some_sessions(25);
  fill(store, days);
  const store::Reader reader = store.reader();
  const auto whole = lines_of(answer_of(reader, {}));
  const auto part = lines_of(answer_of(
      reader, {.symbols = {name_of(4), name_of(2)}, .days = market::DayRange{days[18], days[20]}}));
  std::vector<std::string> expected;
  for (const std::size_t symbol : {2U, 4U}) {
    for (std::size_t day = 18; day <= 20; ++day) {
      expected.push_back(whole[symbol * 20 + day - 5]);
    }
  }
  EXPECT_EQ(part, expected);
}

TEST(CompositeSignal, AnswersTheRowsThatABuildStores) {
  StudyStore store;
  fill(store, some_sessions(30));
  store.build_all({.threads = 2});
  const store::Reader reader = store.reader();
  const auto stored =
      lines_of(ask(reader, "SELECT * FROM composite_signal_cs2 ORDER BY symbol, trade_date"));
  EXPECT_EQ(stored.size(), std::size_t{kSymbols} * 25);
  EXPECT_EQ(stored, lines_of(answer_of(reader, {})));
}

TEST(CompositeSignal, AnswersAsItWasKnownThen) {
  StudyStore store;
  const auto days = some_sessions(15);
  fill(store, days);
  const std::vector<std::string> before = lines_of(answer_of(store.reader(), {}));
  store.clock.set(market::Instant::parse("2026-06-02T12:00:00Z").value());
  put_short(store, days[12], 1);  // a corrected file
  const store::Reader reader = store.reader();
  const auto then = market::Instant::parse("2026-06-01T13:00:00Z").value();
  EXPECT_EQ(lines_of(answer_of(reader, {.as_of = then})), before);
  EXPECT_NE(lines_of(answer_of(reader, {})), before);
}

TEST(CompositeSignal, ShowsAWeekOfOtcVolumeOnceItWasPublished) {
  StudyStore store;
  std::vector<SummaryRow> weeks;
  const market::Day first = market::Day::parse("2025-10-06").value();
  const auto days = market::sessions({first, first.plus(7 * 12 - 1)}).value();
  fill(store, days);
  for (int week = 0; week < 12; ++week) {
    const market::Day monday = first.plus(7 * week);
    weeks.push_back({.week = monday.iso(),
                     .symbol = std::string{name_of(0).view()},
                     .tier = "T1",
                     .type = "ATS_W_SMBL",
                     .shares = 20'000 + 1'000 * (week * week % 7)});
    weeks.back().published = weeks.back().updated = monday.plus(21).iso();
    weeks.push_back(weeks.back());
    weeks.back().type = "OTC_W_SMBL";
  }
  put_summaries(store, "weeks", weeks);
  const store::Reader reader = store.reader();
  const market::Day monday = first.plus(7 * 10);
  const CompositeRequest request{.symbols = {name_of(0)},
                                 .days = market::DayRange{monday, monday.plus(4)}};
  const auto shown = [&](const std::string& as_of) {
    columns::Batch rows = answer_of(reader, request);
    EXPECT_TRUE(append_otc_participation(reader, market::Instant::parse(as_of).value(), rows));
    return rows;
  };
  const columns::Batch early = shown(monday.plus(20).iso() + "T12:00:00Z");
  const columns::Batch late = shown("2026-06-01T12:00:00Z");
  ASSERT_EQ(early.num_rows(), 5U);
  ASSERT_EQ(late.num_rows(), 5U);
  for (std::size_t row = 0; row < 5; ++row) {
    EXPECT_FALSE(early.find("otc_participation")->valid(row));
    EXPECT_FALSE(early.find("otc_week")->valid(row));
    ASSERT_TRUE(late.find("otc_participation")->valid(row));
    EXPECT_EQ(late.find("otc_week")->values<std::int32_t>()[row], monday.days());
  }
  const auto weekly =
      weekly_metrics(reader, {.symbols = {name_of(0)}, .weeks = market::DayRange{monday, monday}});
  ASSERT_TRUE(weekly);
  const double expected =
      100.0 * kernels::normal_cdf(weekly->find("otc_share_z")->values<double>()[0]);
  EXPECT_EQ(late.find("otc_participation")->values<double>()[0], expected);
}

TEST(CompositeSignal, WithoutRowsStillHasItsColumns) {
  StudyStore store;
  fill(store, some_sessions(4));  // too few for any score
  const store::Reader reader = store.reader();
  columns::Batch rows = answer_of(reader, {});
  EXPECT_EQ(rows.num_rows(), 0U);
  ASSERT_TRUE(append_otc_participation(reader, {}, rows));
  EXPECT_NE(rows.find("score"), nullptr);
  EXPECT_NE(rows.find("otc_week"), nullptr);
}

}  // namespace
}  // namespace offex::studies::test
