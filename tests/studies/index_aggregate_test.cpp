#include "offex/studies/index_aggregate.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/phase_a.hpp"
#include "offex/studies/v2.hpp"

namespace offex::studies {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

market::Symbol name(const char* text) { return market::Symbol::from_trusted(text); }
market::Day day(int number) { return market::Day::from_days(20'000 + number); }

Axis three_days_of(std::vector<market::Symbol> symbols) {
  Axis axis;
  axis.days = {day(0), day(1), day(2)};
  for (std::size_t code = 0; code < symbols.size(); ++code) {
    axis.codes.push_back(static_cast<std::int32_t>(code));
  }
  axis.symbols = std::move(symbols);
  return axis;
}

/// Two members with 30 of 100 and 60 of 100 shares short, each day.
MetricPanels two_members() {
  V2Inputs in{3, 2};
  for (std::size_t at = 0; at < 3; ++at) {
    for (std::size_t symbol = 0; symbol < 2; ++symbol) {
      in.short_volume.at(at, symbol) = (symbol == 0 ? 30.0 : 60.0) * 1e6;
      in.total_volume.at(at, symbol) = 100.0 * 1e6;
      in.presence.at(at, symbol) = V2Inputs::kShort;
    }
  }
  in.short_volume.at(2, 1) = columns::Panel::kMissing;
  return compute_v2(in, 0, 0, 2);
}

TEST(IndexAggregate, CountsAMemberOnlyWhileItBelongsToTheIndex) {
  const Axis axis = three_days_of({name("A"), name("B")});
  const std::vector<store::Constituent> rows{{name("IX"), name("A"), 0, {}, {}},
                                             {name("IX"), name("B"), 1, day(1), day(1)}};
  const auto indexes = index_definitions(rows, {}, axis, ProxyRule::Always);
  IndexAggregate aggregate{indexes, axis.days, "v2"};
  aggregate.add(two_members(), 0);
  const MetricPanels out = aggregate.finish();
  EXPECT_DOUBLE_EQ(out.at("agg_short_ratio").at(0, 0), 0.3);
  EXPECT_DOUBLE_EQ(out.at("agg_short_ratio").at(1, 0), 0.45);
  EXPECT_DOUBLE_EQ(out.at("agg_short_ratio").at(2, 0), 0.3);
  EXPECT_EQ(out.at("expected_constituent_count").at(0, 0), 1.0);
  EXPECT_EQ(out.at("expected_constituent_count").at(1, 0), 2.0);
}

TEST(IndexAggregate, OfV2AddsAMemberToBothSumsOrToNone) {
  const Axis axis = three_days_of({name("A"), name("B")});
  const std::vector<store::Constituent> rows{{name("IX"), name("A"), 0, {}, {}},
                                             {name("IX"), name("B"), 1, {}, {}}};
  const auto indexes = index_definitions(rows, {}, axis, ProxyRule::Always);
  IndexAggregate aggregate{indexes, axis.days, "v2"};
  aggregate.add(two_members(), 0);
  const MetricPanels out = aggregate.finish();
  EXPECT_EQ(out.at("total_denominator_volume").at(2, 0), 100.0);
  EXPECT_EQ(out.at("coverage_pct").at(2, 0), 0.5);
}

TEST(IndexAggregate, IsNullInV2WhereNoMemberHasData) {
  const Axis axis = three_days_of({name("A"), name("B")});
  const std::vector<store::Constituent> rows{{name("IX"), name("GONE"), {}, {}, {}}};
  const auto indexes = index_definitions(rows, {}, axis, ProxyRule::Always);
  IndexAggregate aggregate{indexes, axis.days, "v2"};
  aggregate.add(two_members(), 0);
  const MetricPanels out = aggregate.finish();
  EXPECT_TRUE(std::isnan(out.at("total_short_volume").at(0, 0)));
  EXPECT_TRUE(std::isnan(out.at("agg_short_ratio").at(0, 0)));
  EXPECT_EQ(out.at("expected_constituent_count").at(0, 0), 1.0);
}

TEST(IndexAggregate, GivesTheSameBitsForAnyTileWidth) {
  const Axis axis = three_days_of({name("A"), name("B")});
  const std::vector<store::Constituent> rows{{name("IX"), name("A"), 0, {}, {}},
                                             {name("IX"), name("B"), 1, {}, {}}};
  const auto indexes = index_definitions(rows, {}, axis, ProxyRule::Always);
  V2Inputs left{3, 1};
  V2Inputs right{3, 1};
  for (std::size_t at = 0; at < 3; ++at) {
    left.short_volume.at(at, 0) = 1e6 / 3.0;
    left.total_volume.at(at, 0) = 1e6;
    right.short_volume.at(at, 0) = 1e6 / 7.0;
    right.total_volume.at(at, 0) = 1e6;
  }
  V2Inputs both{3, 2};
  for (std::size_t at = 0; at < 3; ++at) {
    both.short_volume.at(at, 0) = 1e6 / 3.0;
    both.short_volume.at(at, 1) = 1e6 / 7.0;
    both.total_volume.at(at, 0) = both.total_volume.at(at, 1) = 1e6;
  }
  IndexAggregate one{indexes, axis.days, "v2"};
  one.add(compute_v2(both, 0, 0, 2), 0);
  IndexAggregate two{indexes, axis.days, "v2"};
  two.add(compute_v2(left, 0, 0, 1), 0);
  two.add(compute_v2(right, 0, 0, 1), 1);
  EXPECT_EQ(one.finish().at("agg_short_ratio").at(1, 0),
            two.finish().at("agg_short_ratio").at(1, 0));
}

TEST(IndexDefinitions, TakeTheProxyWhenTheIndexHasNoRowsOfItsOwn) {
  const std::vector<store::Constituent> rows{{name("SPX"), name("A"), 0, {}, {}}};
  const auto absent = index_definitions(
      rows, default_proxies(), three_days_of({name("A"), name("SPY")}), ProxyRule::WhenAbsent);
  EXPECT_EQ(absent[0].price_symbol, name("SPY"));
  EXPECT_TRUE(absent[0].is_proxy);
  const auto there = index_definitions(rows, default_proxies(),
                                       three_days_of({name("A"), name("SPX"), name("SPY")}),
                                       ProxyRule::WhenAbsent);
  EXPECT_EQ(there[0].price_symbol, name("SPX"));
  EXPECT_FALSE(there[0].is_proxy);
}

TEST(IndexDefinitions, JoinTheDatedRowsOfOneMember) {
  const std::vector<store::Constituent> rows{{name("IX"), name("A"), 0, {}, day(0)},
                                             {name("IX"), name("A"), 0, day(2), {}}};
  const auto indexes = index_definitions(rows, {}, three_days_of({name("A")}), ProxyRule::Always);
  ASSERT_THAT(indexes, SizeIs(1));
  ASSERT_THAT(indexes[0].members, SizeIs(1));
  EXPECT_TRUE(indexes[0].members[0].valid_on(day(0)));
  EXPECT_FALSE(indexes[0].members[0].valid_on(day(1)));
  EXPECT_TRUE(indexes[0].members[0].valid_on(day(2)));
}

TEST(IndexDefinitions, OfNoListAreNone) {
  EXPECT_THAT(index_definitions({}, default_proxies(), three_days_of({}), ProxyRule::Always),
              IsEmpty());
}

}  // namespace
}  // namespace offex::studies
