// Sessions as weeks, and where weekly numbers stand.
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"

#include "views/ticker_internal.hpp"
#include "views/ticker_support.hpp"

namespace offex::views {
namespace {

using market::Day;
using test::bare_ticker;
using test::day_of;
using test::full_ticker;
using test::kNan;
using test::sessions_of;
using test::week_of;
using Value = TickerValue;

/// Values of one week, without those that are missing.
std::vector<double> present(const TickerData& data, Value value, Day monday) {
  std::vector<double> out;
  for (std::size_t i = 0; i < data.days.size(); ++i) {
    const double one = data[value][i];
    if (market::week_start(data.days[i]) == monday && !std::isnan(one)) out.push_back(one);
  }
  return out;
}

double naive_ratio(const TickerData& data, Value above, Value below, Day monday) {
  double top = 0.0;
  double bottom = 0.0;
  for (std::size_t i = 0; i < data.days.size(); ++i) {
    if (market::week_start(data.days[i]) != monday) continue;
    if (std::isnan(data[above][i]) || std::isnan(data[below][i])) continue;
    top += data[above][i];
    bottom += data[below][i];
  }
  return bottom > 0.0 && top <= bottom ? top / bottom : kNan;
}

/// What a week has, by its plain words.
double naive(const TickerData& data, Value value, Day monday) {
  const std::vector<double> all = present(data, value, monday);
  if (value == Value::OffexShare)
    return naive_ratio(data, Value::TotalVolume, Value::Volume, monday);
  if (value == Value::ShortRatio)
    return naive_ratio(data, Value::ShortVolume, Value::TotalVolume, monday);
  if (all.empty()) return kNan;
  if (value == Value::LitImbalance) {
    const double buy = naive(data, Value::LitBuy, monday);
    const double sell = naive(data, Value::LitSell, monday);
    return (buy - sell) / (buy + sell);
  }
  switch (value) {
    case Value::Open:
      return all.front();
    case Value::High:
      return std::ranges::max(all);
    case Value::Low:
      return std::ranges::min(all);
    case Value::Volume:
    case Value::ShortVolume:
    case Value::TotalVolume:
    case Value::LitBuy:
    case Value::LitSell:
    case Value::LitUnclassified: {
      double sum = 0.0;
      for (const double one : all) sum += one;
      return sum;
    }
    case Value::ZR:
    case Value::ZV:
    case Value::ZP:
    case Value::ZShare:
    case Value::ZLit:
      return *std::ranges::max_element(all, {}, [](double z) { return std::fabs(z); });
    default:
      return all.back();
  }
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::fabs(a - b) <= 1e-9 * std::max(1.0, std::fabs(b));
}

TickerData random_ticker(std::mt19937_64& random) {
  const auto all = sessions_of("2025-11-03", "2026-03-31");
  const std::size_t first = random() % 30;
  const std::size_t count = 1 + random() % 60;
  TickerData out = bare_ticker("AAPL", {all.begin() + static_cast<std::ptrdiff_t>(first),
                                        all.begin() + static_cast<std::ptrdiff_t>(first + count)});
  std::uniform_real_distribution<double> value{-3.0, 3.0};
  for (std::size_t kind = 0; kind < kTickerValues; ++kind) {
    const bool may_be_negative = static_cast<Value>(kind) >= Value::ZR;
    for (double& one : out.values[kind]) {
      if (random() % 3 == 0) continue;
      one = may_be_negative ? value(random) : std::fabs(value(random));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    out.label[i] = random() % 3 == 0 ? "" : std::to_string(i);
    if (random() % 4 == 0) out.hits.push_back({i, static_cast<double>(i), 1.0});
  }
  return out;
}

TEST(TickerByWeek, IsWhatAPlainReadingOfEachWeekSays) {
  std::mt19937_64 random{5};
  for (int round = 0; round < 200; ++round) {
    const TickerData daily = random_ticker(random);
    const TickerData weekly = by_week(daily);
    ASSERT_TRUE(weekly.by_week);
    ASSERT_EQ(weekly.sessions, daily.sessions);
    for (std::size_t slot = 0; slot < weekly.days.size(); ++slot) {
      const Day monday = weekly.days[slot];
      ASSERT_EQ(market::week_start(monday), monday);
      for (std::size_t kind = 0; kind < kTickerValues; ++kind) {
        const auto value = static_cast<Value>(kind);
        // What the week is judged by has a test of its own.
        if (value == Value::ShortChange || value == Value::ShortLow || value == Value::ShortHigh) {
          continue;
        }
        ASSERT_TRUE(same(weekly.values[kind][slot], naive(daily, value, monday)))
            << monday.iso() << " value " << kind << ": " << weekly.values[kind][slot] << " for "
            << naive(daily, value, monday);
      }
    }
  }
}

TEST(TickerByWeek, KeepsEachHitAndTheLastLabelOfItsWeek) {
  std::mt19937_64 random{6};
  for (int round = 0; round < 100; ++round) {
    const TickerData daily = random_ticker(random);
    const TickerData weekly = by_week(daily);
    ASSERT_EQ(weekly.hits.size(), daily.hits.size());
    for (std::size_t i = 0; i < daily.hits.size(); ++i) {
      ASSERT_EQ(weekly.days[weekly.hits[i].slot],
                market::week_start(daily.days[daily.hits[i].slot]));
    }
    for (std::size_t slot = 0; slot < weekly.days.size(); ++slot) {
      std::string last;
      for (std::size_t i = 0; i < daily.days.size(); ++i) {
        if (market::week_start(daily.days[i]) != weekly.days[slot]) continue;
        if (!daily.label[i].empty()) last = daily.label[i];
      }
      ASSERT_EQ(weekly.label[slot], last);
    }
  }
}

TEST(TickerByWeek, HoldsTheRatioOfTheWeekAgainstAPastThatHoldsNoPartOfIt) {
  TickerData daily = bare_ticker("AAPL", sessions_of("2026-03-02", "2026-03-06"));
  daily[Value::ShortVolume] = {40, 50, 60, 50, kNan};
  daily[Value::TotalVolume] = {100, 100, 100, 100, kNan};
  daily[Value::ShortRatio] = {0.4, 0.5, 0.6, 0.5, kNan};
  // Tuesday is the first that is judged; its median was 0.4.
  daily[Value::ShortChange] = {kNan, 0.1, 0.2, 0.05, kNan};
  daily[Value::ShortLow] = {kNan, -0.01, -0.02, -0.03, kNan};
  daily[Value::ShortHigh] = {kNan, 0.01, 0.02, 0.03, kNan};
  const TickerData weekly = by_week(daily);
  ASSERT_EQ(weekly.days.size(), 1U);
  EXPECT_NEAR(weekly[Value::ShortRatio][0], 0.5, 1e-12);
  EXPECT_NEAR(weekly[Value::ShortChange][0], 0.1, 1e-12);
  EXPECT_EQ(weekly[Value::ShortLow][0], -0.01);
  EXPECT_EQ(weekly[Value::ShortHigh][0], 0.01);
}

TEST(TickerSlots, UnderKnownAWeekEndsWhereTheNextOneComesOut) {
  TickerData data = full_ticker();
  // Three sessions after the first one the second comes out.
  data.weeks = {week_of(day_of("2026-02-09"), day_of("2026-03-03")),
                week_of(day_of("2026-02-16"), day_of("2026-03-06"))};
  const Slots first = slots_of(data, data.weeks[0], WeekTime::Known);
  const Slots second = slots_of(data, data.weeks[1], WeekTime::Known);
  EXPECT_EQ(first.first, 1);
  EXPECT_EQ(first.last, 3);
  EXPECT_EQ(second.first, 4);
  EXPECT_EQ(second.last, 8);
}

TEST(TickerByWeek, AWeekThatNobodyJudgedHasNoChange) {
  TickerData daily = full_ticker();
  daily[Value::ShortChange].assign(20, kNan);
  const TickerData weekly = by_week(daily);
  for (const double change : weekly[Value::ShortChange]) EXPECT_TRUE(std::isnan(change));
}

TEST(TickerSlots, AWeekNeverReachesBeyondItsOwnSessions) {
  const TickerData data = bare_ticker("AAPL", sessions_of("2025-11-03", "2026-03-31"));
  for (Day monday = day_of("2025-10-27"); monday <= day_of("2026-04-06"); monday = monday.plus(7)) {
    const Slots slots = slots_of(data, week_of(monday, monday.plus(21)), WeekTime::Event);
    for (std::size_t i = 0; i < data.days.size(); ++i) {
      const auto at = static_cast<std::ptrdiff_t>(i);
      EXPECT_EQ(at >= slots.first && at <= slots.last, market::week_start(data.days[i]) == monday)
          << monday.iso() << " on " << data.days[i].iso();
    }
  }
}

TEST(TickerSlots, AKnownWeekLastsFiveSessionsFromItsPublication) {
  const auto all = sessions_of("2025-10-01", "2026-05-29");
  const TickerData data = bare_ticker("AAPL", sessions_of("2025-11-03", "2026-03-31"));
  for (Day published = day_of("2025-10-10"); published <= day_of("2026-04-10");
       published = published.plus(1)) {
    const Slots slots = slots_of(data, week_of(day_of("2025-10-06"), published), WeekTime::Known);
    const auto first = std::ranges::lower_bound(all, published);
    const std::vector<Day> known{first, first + 5};
    for (std::size_t i = 0; i < data.days.size(); ++i) {
      const auto at = static_cast<std::ptrdiff_t>(i);
      EXPECT_EQ(at >= slots.first && at <= slots.last,
                std::ranges::find(known, data.days[i]) != known.end())
          << published.iso() << " on " << data.days[i].iso();
    }
  }
}

TEST(TickerSlots, AWeekThatIsNotPublishedIsNotKnown) {
  EXPECT_TRUE(slots_of(full_ticker(), week_of(day_of("2026-03-02"), std::nullopt), WeekTime::Known)
                  .empty());
}

TEST(TickerSlots, AKnownWeekTakesOneSlotOfWeeks) {
  const TickerData data = by_week(bare_ticker("AAPL", sessions_of("2025-11-03", "2026-03-31")));
  for (Day published = day_of("2025-10-10"); published <= day_of("2026-04-10");
       published = published.plus(1)) {
    const Slots slots = slots_of(data, week_of(day_of("2025-10-06"), published), WeekTime::Known);
    const Day session = *market::session_after(published.plus(-1));
    const auto at = std::ranges::find(data.days, market::week_start(session));
    EXPECT_EQ(slots.empty(), at == data.days.end()) << published.iso();
    if (at == data.days.end()) continue;
    EXPECT_EQ(slots.first, at - data.days.begin());
    EXPECT_EQ(slots.last, slots.first);
  }
}

}  // namespace
}  // namespace offex::views
