#include "offex/studies/index_table.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/studies/v2.hpp"

#include "studies/study_store.hpp"

namespace offex::studies {
namespace {

using columns::Column;
using columns::Type;
using test::ask;
using test::lines_of;
using test::StudyStore;
using testing::DoubleNear;
using testing::HasSubstr;
using testing::SizeIs;

market::Symbol name(std::string_view text) { return market::Symbol::from_trusted(text); }

// --- Weights

constexpr double kShare = 1e6;
constexpr double kDollar = 1e9;

/// 30 of 100 shares at $10 short, 60 of 100 at $40, and 50 of 100 without a close.
MetricPanels three_members() {
  V2Inputs in{1, 3};
  const double shorts[] = {30.0, 60.0, 50.0};
  const double closes[] = {10.0, 40.0, columns::Panel::kMissing};
  for (std::size_t symbol = 0; symbol < 3; ++symbol) {
    in.short_volume.at(0, symbol) = shorts[symbol] * kShare;
    in.short_exempt_volume.at(0, symbol) = 5.0 * kShare;
    in.total_volume.at(0, symbol) = 100.0 * kShare;
    in.close.at(0, symbol) = closes[symbol] * kDollar;
    in.presence.at(0, symbol) = V2Inputs::kShort;
  }
  return compute_v2(in, 0, 0, 3);
}

Axis one_day_of(const std::vector<std::string>& symbols) {
  Axis axis;
  axis.days = {market::Day::from_days(20'000)};
  for (const std::string& symbol : symbols) {
    axis.codes.push_back(static_cast<std::int32_t>(axis.symbols.size()));
    axis.symbols.push_back(name(symbol));
  }
  return axis;
}

class IndexWeights : public testing::Test {
 protected:
  IndexWeights() {
    for (const char* member : {"A", "B", "C"})
      rows_.push_back({name("IX"), name(member), 0, {}, {}});
  }
  std::vector<store::Constituent> rows_;
  Axis axis_ = one_day_of({"A", "B", "C"});
};

TEST_F(IndexWeights, AreDollarsOfTheMembersWithAClose) {
  const auto indexes = index_definitions(rows_, {}, axis_, ProxyRule::Always);
  IndexAggregate aggregate{indexes, axis_.days, "v2"};
  aggregate.add(three_members(), 0);
  const MetricPanels out = aggregate.finish();

  EXPECT_DOUBLE_EQ(out.at("dollar_weighted_short_ratio").at(0, 0),
                   (10.0 * 30.0 + 40.0 * 60.0) / (10.0 * 100.0 + 40.0 * 100.0));
  EXPECT_DOUBLE_EQ(out.at("equal_weighted_short_ratio").at(0, 0), (0.3 + 0.6 + 0.5) / 3.0);
  EXPECT_DOUBLE_EQ(out.at("dollar_volume").at(0, 0), 5'000.0);
  EXPECT_EQ(out.at("priced_count").at(0, 0), 2.0);
  EXPECT_EQ(out.at("coverage_count").at(0, 0), 3.0);
}

TEST_F(IndexWeights, AreTheSameBitsForAnyTileWidth) {
  const auto indexes = index_definitions(rows_, {}, axis_, ProxyRule::Always);
  V2Inputs in{1, 3};
  for (std::size_t symbol = 0; symbol < 3; ++symbol) {
    const double at = static_cast<double>(symbol);
    in.short_volume.at(0, symbol) = std::floor(1e9 / (at + 3.0));
    in.total_volume.at(0, symbol) = 1e9 + at;
    in.close.at(0, symbol) = std::floor(1e11 / (at + 7.0));
    in.presence.at(0, symbol) = V2Inputs::kShort;
  }
  IndexAggregate whole{indexes, axis_.days, "v2"};
  whole.add(compute_v2(in, 0, 0, 3), 0);
  IndexAggregate parts{indexes, axis_.days, "v2"};
  for (std::size_t symbol = 0; symbol < 3; ++symbol)
    parts.add(compute_v2(in, 0, symbol, 1), symbol);

  for (const char* column :
       {"dollar_weighted_short_ratio", "equal_weighted_short_ratio", "dollar_volume"}) {
    EXPECT_EQ(whole.finish().at(column).at(0, 0), parts.finish().at(column).at(0, 0)) << column;
  }
}

TEST_F(IndexWeights, AreNullWhereNoMemberHasAClose) {
  rows_.erase(rows_.begin(), rows_.begin() + 2);
  const auto indexes = index_definitions(rows_, {}, axis_, ProxyRule::Always);
  IndexAggregate aggregate{indexes, axis_.days, "v2"};
  aggregate.add(three_members(), 0);
  const MetricPanels out = aggregate.finish();

  EXPECT_TRUE(std::isnan(out.at("dollar_weighted_short_ratio").at(0, 0)));
  EXPECT_TRUE(std::isnan(out.at("dollar_volume").at(0, 0)));
  EXPECT_EQ(out.at("priced_count").at(0, 0), 0.0);
  EXPECT_DOUBLE_EQ(out.at("equal_weighted_short_ratio").at(0, 0), 0.5);
}

// --- Contributions

constexpr double kNone = Contribution::kMissing;

TEST(Contributions, AddUpToNothingAndChangesToTheChange) {
  const std::vector<IndexCell> now{{0.3, 100.0}, {0.6, 300.0}, {0.5, 50.0}, {kNone, kNone}};
  const std::vector<IndexCell> before{{0.4, 200.0}, {0.5, 100.0}, {kNone, kNone}, {0.9, 25.0}};
  const double ratio = (30.0 + 180.0 + 25.0) / 450.0;
  const double ratio_before = (80.0 + 50.0 + 22.5) / 325.0;

  const auto parts = contributions_of(now, before);

  double value = 0.0;
  double change = 0.0;
  double weight = 0.0;
  for (const Contribution& one : parts) {
    value += std::isnan(one.value) ? 0.0 : one.value;
    weight += std::isnan(one.weight) ? 0.0 : one.weight;
    change += one.change;
    EXPECT_DOUBLE_EQ(one.change, one.within + one.mix);
  }
  EXPECT_THAT(value, DoubleNear(0.0, 1e-16));
  EXPECT_THAT(weight, DoubleNear(1.0, 1e-15));
  EXPECT_THAT(change, DoubleNear(ratio - ratio_before, 1e-16));
}

TEST(Contributions, OfAStayingMemberAreWithinAndMix) {
  const auto parts = contributions_of(std::vector<IndexCell>{{0.6, 300.0}, {0.2, 100.0}},
                                      std::vector<IndexCell>{{0.4, 100.0}, {0.2, 100.0}});

  EXPECT_DOUBLE_EQ(parts[0].weight, 0.75);
  EXPECT_DOUBLE_EQ(parts[0].value, 0.75 * (0.6 - 0.5));
  EXPECT_DOUBLE_EQ(parts[0].within, 0.625 * (0.6 - 0.4));
  EXPECT_DOUBLE_EQ(parts[0].mix, 0.25 * 0.5);
  EXPECT_DOUBLE_EQ(parts[1].within, 0.0);
}

TEST(Contributions, OfAMemberOfOneSessionAloneAreMix) {
  const auto parts = contributions_of(std::vector<IndexCell>{{0.6, 100.0}, {kNone, kNone}},
                                      std::vector<IndexCell>{{kNone, kNone}, {0.4, 100.0}});

  EXPECT_DOUBLE_EQ(parts[0].mix, 0.6);
  EXPECT_DOUBLE_EQ(parts[0].within, 0.0);
  EXPECT_DOUBLE_EQ(parts[1].mix, -0.4);
  EXPECT_TRUE(std::isnan(parts[1].weight));
  EXPECT_TRUE(std::isnan(parts[1].value));
}

TEST(Contributions, WithoutASessionBeforeHaveNoChange) {
  const auto parts = contributions_of(std::vector<IndexCell>{{0.6, 100.0}}, {});

  EXPECT_DOUBLE_EQ(parts[0].weight, 1.0);
  EXPECT_DOUBLE_EQ(parts[0].value, 0.0);
  EXPECT_TRUE(std::isnan(parts[0].change));
}

TEST(Contributions, OfNothingAreMissing) {
  const auto parts =
      contributions_of(std::vector<IndexCell>{{kNone, kNone}}, std::vector<IndexCell>{{0.5, 1.0}});

  EXPECT_TRUE(std::isnan(parts[0].weight));
  EXPECT_TRUE(std::isnan(parts[0].change));
}

// --- From a store

std::vector<market::Day> sessions(std::size_t count) {
  auto days = market::sessions({market::Day::parse("2024-01-02").value(),
                                market::Day::parse("2026-05-29").value()})
                  .value();
  days.resize(count);
  return days;
}

void push_shares(Column& column, std::int64_t shares) {
  column.push<std::int64_t>(shares * market::Quantity::kPerShare);
}

/// Members A and B; `turn` makes the volumes of a day differ.
void put_day(StudyStore& store, market::Day day, std::int64_t turn) {
  columns::Batch shorts{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                         Column{"short_volume", Type::Quantity},
                         Column{"short_exempt_volume", Type::Quantity},
                         Column{"total_volume", Type::Quantity}}};
  columns::Batch bars{{Column{"symbol", Type::Symbol}, Column{"open", Type::Price},
                       Column{"high", Type::Price}, Column{"low", Type::Price},
                       Column{"close", Type::Price}, Column{"volume", Type::Quantity}}};
  for (const std::int64_t member : {0, 1}) {
    const market::Symbol symbol = name(member == 0 ? "A" : "B");
    shorts.column(0).push(symbol);
    shorts.column(1).push<std::int32_t>(7);
    push_shares(shorts.column(2), 100 + (turn * (member + 3)) % 97);
    push_shares(shorts.column(3), 1);
    push_shares(shorts.column(4), 300);
    bars.column(0).push(symbol);
    for (std::size_t price = 1; price <= 4; ++price) {
      bars.column(price).push<std::int64_t>((10 + 5 * member) * market::Price::kPerDollar);
    }
    push_shares(bars.column(5), 1'000);
  }
  store.put(day.iso() + " short", {.dataset = market::Dataset::FinraShortDaily,
                                   .day = day,
                                   .facility = market::Facility::Cnms,
                                   .rows = &shorts});
  store.put(day.iso() + " bars",
            {.dataset = market::Dataset::DailyBarFlatFile, .day = day, .rows = &bars});
}

void put_members(StudyStore& store) {
  columns::Batch rows{{Column{"index_symbol", Type::Symbol}, Column{"symbol", Type::Symbol},
                       Column{"valid_from", Type::Day}, Column{"valid_to", Type::Day}}};
  for (const char* member : {"A", "B"}) {
    rows.column(0).push(name("IX"));
    rows.column(1).push(name(member));
    rows.column(2).push_missing();
    rows.column(3).push_missing();
  }
  store.put("members", {.dataset = market::Dataset::IndexConstituents, .rows = &rows});
}

void fill(StudyStore& store, const std::vector<market::Day>& days) {
  ASSERT_TRUE(store.writer().begin());
  std::int64_t turn = 0;
  for (const market::Day day : days) put_day(store, day, ++turn);
  put_members(store);
  ASSERT_TRUE(store.writer().commit());
}

TEST(IndexTable, IsTheStoredTableBitForBitWithAPercentileBehind) {
  const auto days = sessions(300);
  StudyStore store;
  fill(store, days);
  store.build_all({});
  const store::Reader reader = store.reader();

  auto rows = index_table(reader, {.index = name("IX"), .days = {days[40], days[299]}});
  ASSERT_TRUE(rows) << base::format_error(rows.error());

  ASSERT_EQ(rows->columns().back().name(), "dollar_weighted_short_ratio_percentile");
  std::vector<std::string> lines = lines_of(*rows);
  const auto stored = lines_of(ask(reader,
                                   "SELECT * FROM index_constituent_short_agg_daily_v2 WHERE "
                                   "trade_date >= '" +
                                       days[40].iso() + "' ORDER BY trade_date"));
  ASSERT_THAT(stored, SizeIs(260));
  ASSERT_THAT(lines, SizeIs(260));
  for (std::size_t row = 0; row < lines.size(); ++row) {
    EXPECT_THAT(lines[row], testing::StartsWith(stored[row]));
  }
}

TEST(IndexTable, CountsThePercentileOverTheSessionsBefore) {
  const auto days = sessions(300);
  StudyStore store;
  fill(store, days);
  const store::Reader reader = store.reader();

  const auto all = index_table(reader, {.index = name("IX"), .days = {days[0], days[299]}});
  const auto last = index_table(reader, {.index = name("IX"), .days = {days[299], days[299]}});

  ASSERT_TRUE(all && last);
  const auto& ratios = all->find("dollar_weighted_short_ratio")->values<double>();
  double below = 0.0;
  for (std::size_t row = 299 - kIndexPercentileSessions; row < 299; ++row) {
    below += ratios[row] < ratios[299] ? 1.0 : ratios[row] == ratios[299] ? 0.5 : 0.0;
  }
  const double expected = below / static_cast<double>(kIndexPercentileSessions);
  EXPECT_DOUBLE_EQ(all->columns().back().values<double>()[299], expected);
  EXPECT_DOUBLE_EQ(last->columns().back().values<double>()[0], expected);
  EXPECT_FALSE(all->columns().back().valid(kIndexPercentileValues - 1));
  EXPECT_TRUE(all->columns().back().valid(kIndexPercentileValues));
}

TEST(IndexTable, TakesTheLastSessionApart) {
  const auto days = sessions(3);
  StudyStore store;
  fill(store, days);
  const store::Reader reader = store.reader();
  const IndexRequest request{.index = name("IX"), .days = {days[0], days[2]}};

  const auto table = index_table(reader, request);
  const auto parts = index_contributions(reader, request);

  ASSERT_TRUE(table && parts);
  EXPECT_EQ(parts->day, days[2]);
  EXPECT_EQ(parts->before, days[1]);
  EXPECT_EQ(parts->members, 2U);
  const auto& ratios = table->find("dollar_weighted_short_ratio")->values<double>();
  EXPECT_DOUBLE_EQ(parts->short_ratio, ratios[2]);
  EXPECT_DOUBLE_EQ(parts->short_ratio_before, ratios[1]);
  double change = 0.0;
  for (const double one : parts->rows.find("change")->values<double>()) change += one;
  EXPECT_THAT(change, DoubleNear(ratios[2] - ratios[1], 1e-15));
}

TEST(IndexTable, OfTheFirstSessionHasNoSessionBefore) {
  const auto days = sessions(2);
  StudyStore store;
  fill(store, days);
  const store::Reader reader = store.reader();

  const auto parts = index_contributions(reader, {.index = name("IX"), .days = {days[0], days[0]}});

  ASSERT_TRUE(parts);
  EXPECT_FALSE(parts->before);
  EXPECT_EQ(parts->rows.find("change")->validity().missing(2), 2U);
}

TEST(FindIndex, NamesTheListsThatThereAre) {
  StudyStore store;
  fill(store, sessions(1));
  const store::Reader reader = store.reader();

  EXPECT_EQ(find_index(reader, "ix", {}).value(), name("IX"));
  const auto unknown = find_index(reader, "SPX", {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(unknown.error().message, HasSubstr("no index `SPX` in the store; there are IX"));
}

TEST(FindIndex, SaysThatThereIsNoListAtAll) {
  StudyStore store;
  put_day(store, sessions(1)[0], 1);
  const store::Reader reader = store.reader();

  const auto unknown = find_index(reader, "SPX", {});

  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("no list of index members"));
}

}  // namespace
}  // namespace offex::studies
