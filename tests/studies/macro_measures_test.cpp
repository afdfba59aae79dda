#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/macro_internal.hpp"
#include "studies/macro_session.hpp"
#include "support/oracle_table.hpp"

namespace offex::studies {
namespace {

using test::MadeRow;
using test::MadeSession;
using test_support::oracle_table;
using test_support::OracleTable;

constexpr double kTolerance = 1e-9;

MacroGroup all_of(const MadeSession& made, MacroKind kind = MacroKind::Sector) {
  MacroGroup out;
  out.id = {kind, "all"};
  out.ranking = &made.ranking;
  for (std::uint32_t row = 0; row < made.scores.size(); ++row) out.rows.push_back(row);
  return out;
}

/// The family of the last session of the reference's stream.
std::vector<MadeRow> oracle_rows() {
  const OracleTable table = oracle_table("fx_macro_rows.csv");
  std::vector<MadeRow> out;
  for (std::size_t row = 0; row < table.size(); ++row) {
    MadeRow made;
    made.symbol = table.text(row, "symbol");
    made.short_volume = table.number(row, "short");
    made.total = table.number(row, "total");
    made.e_v = table.number(row, "e_v");
    made.sd_v = table.number(row, "sd_v");
    made.z_v = table.number(row, "z_v");
    made.e_r = table.number(row, "e_r");
    made.sd_r = table.number(row, "sd_r");
    made.z_r = table.number(row, "z_r");
    made.q_o = table.number(row, "q_o");
    made.weight = table.number(row, "weight");
    out.push_back(made);
  }
  return out;
}

/// Numbers of fx_macro.csv by key.
double expected(std::string_view key) {
  const OracleTable table = oracle_table("fx_macro.csv");
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.text(row, "key") == key) return table.number(row, "value");
  }
  ADD_FAILURE() << key;
  return test::kNull;
}

TEST(MacroMeasures, AreTheReferencesOnTheLastSessionOfItsStream) {
  const MadeSession made{"2026-04-17", oracle_rows()};
  const MacroMeasures out = measure_group(all_of(made), made.session());

  EXPECT_EQ(static_cast<double>(out.names), expected("n"));
  EXPECT_NEAR(out[MacroSeries::Breadth], expected("breadth"), kTolerance);
  EXPECT_NEAR(out.breadth_se, expected("breadth_se_indep"), kTolerance);
  EXPECT_NEAR(out[MacroSeries::VolumeBreadth], expected("vol_breadth"), kTolerance);
  EXPECT_NEAR(out[MacroSeries::DispersionR], expected("dispersion_r"), kTolerance);
  EXPECT_NEAR(out[MacroSeries::DispersionV], expected("dispersion_v"), kTolerance);
  EXPECT_NEAR(out[MacroSeries::SurgeShare], expected("surge_share"), kTolerance);
  EXPECT_NEAR(out.short_share, expected("agg_share"), kTolerance);
}

// Values of the reference's functions over the same rows.
TEST(MacroMeasures, TakeTiltShiftAndGroupScoreAsTheReferenceDoes) {
  const MadeSession made{"2026-04-17", oracle_rows()};
  const MacroMeasures out = measure_group(all_of(made), made.session());

  EXPECT_NEAR(out[MacroSeries::Tilt], 0.5037059471269472, kTolerance);
  EXPECT_NEAR(out.tilt_se, 0.019063813981873515, kTolerance);
  EXPECT_NEAR(out[MacroSeries::CommonR], -0.008786268874741987, kTolerance);
  EXPECT_NEAR(out[MacroSeries::CommonV], 0.06518740548779789, kTolerance);
  EXPECT_NEAR(out.common_r_se, 0.03607392852720668, kTolerance);
  EXPECT_NEAR(out.group_z_r, 0.0264574462536842, kTolerance);
  EXPECT_NEAR(out.group_z_v, 0.05574202268165471, kTolerance);
  EXPECT_NEAR(out.extreme_breadth, -0.017543859649122806, kTolerance);
}

TEST(MacroMeasures, OfTheMarketTakeTheShiftThatCentresTheScores) {
  MadeSession made{"2026-04-17", test::made_rows(20)};
  made.scores.c_r = 0.123;
  made.scores.c_v = -0.456;
  const MacroMeasures out = measure_group(all_of(made, MacroKind::Market), made.session());

  EXPECT_EQ(out[MacroSeries::CommonR], 0.123);
  EXPECT_EQ(out[MacroSeries::CommonV], -0.456);
}

TEST(MacroMeasures, OfFewerThanTenNamesSayOnlyWhatFewNamesCanSay) {
  const MadeSession nine{"2026-04-17", test::made_rows(9)};
  const MacroMeasures out = measure_group(all_of(nine), nine.session());
  for (const double value : out.series) EXPECT_TRUE(std::isnan(value));
  for (const double value : {out.breadth_se, out.tilt_se, out.common_r_se, out.extreme_breadth}) {
    EXPECT_TRUE(std::isnan(value));
  }
  EXPECT_EQ(out.names, 9U);
  EXPECT_FALSE(std::isnan(out.short_share) || std::isnan(out.group_z_r) ||
               std::isnan(out.proxy_return));

  const MadeSession ten{"2026-04-17", test::made_rows(10)};
  const MacroMeasures enough = measure_group(all_of(ten), ten.session());
  for (const double value : enough.series) EXPECT_FALSE(std::isnan(value));
}

TEST(MacroMeasures, CountDiscoveriesAtTheRateOfTheParameters) {
  std::vector<MadeRow> rows = test::made_rows(12);
  rows[1].q_o = 0.10;
  rows[4].q_o = 0.0999;
  rows[5].q_o = 0.1001;
  const MadeSession made{"2026-04-17", rows};

  EXPECT_EQ(measure_group(all_of(made), made.session()).discoveries, 2U);
}

TEST(MacroMeasures, LetNoNameWithoutAPastWeightIntoTheTilt) {
  std::vector<MadeRow> rows = test::made_rows(12);
  for (MadeRow& row : rows) row.short_volume = 0.5 * row.total;
  rows[3].weight = test::kNull;
  rows[3].short_volume = 0.0;
  rows[7].weight = 0.0;
  rows[7].short_volume = rows[7].total;
  const MadeSession made{"2026-04-17", rows};
  const MacroMeasures out = measure_group(all_of(made), made.session());

  EXPECT_EQ(out.book.members.size(), 10U);
  EXPECT_DOUBLE_EQ(out[MacroSeries::Tilt], 0.5);
}

TEST(MacroMeasures, CapOneNamesWeightAtATwentieth) {
  std::vector<MadeRow> rows = test::made_rows(40);
  for (MadeRow& row : rows) {
    row.weight = 1.0;
    row.short_volume = 0.0;
  }
  rows[0].weight = 1e9;
  rows[0].short_volume = rows[0].total;
  const MadeSession made{"2026-04-17", rows};

  EXPECT_NEAR(measure_group(all_of(made), made.session())[MacroSeries::Tilt], 0.05, 1e-12);
}

TEST(MacroMeasures, LeaveReturnsAcrossASplitOut) {
  std::vector<MadeRow> rows = test::made_rows(12);
  for (MadeRow& row : rows) {
    row.close = 20.2;
    row.open = 20.0;
  }
  rows[2].close = 10.0;  // known
  rows[2].split = true;
  rows[3].open = 10.0;  // likely: half of the close before
  rows[3].close = 10.0;
  rows[4].close = test::kNull;
  const MadeSession made{"2026-04-17", rows};

  EXPECT_NEAR(measure_group(all_of(made), made.session()).proxy_return, 0.01, 1e-12);
}

TEST(MacroMeasures, OfAnIndexTakeTheReturnOfTheSecurityThatStandsForIt) {
  std::vector<MadeRow> rows = test::made_rows(12);
  rows[5].close = 22.0;
  const MadeSession made{"2026-04-17", rows};
  MacroGroup group = all_of(made, MacroKind::Index);
  group.has_proxy = true;

  EXPECT_TRUE(std::isnan(measure_group(group, made.session()).proxy_return));
  group.proxy = 5;
  EXPECT_NEAR(measure_group(group, made.session()).proxy_return, 0.1, 1e-12);
}

TiltBook book(std::vector<TiltMember> members) {
  TiltBook out;
  out.tilt = 0.0;
  for (const TiltMember& member : members) out.tilt += member.weight * member.ratio;
  out.members = std::move(members);
  return out;
}

TEST(TiltChange, SplitsIntoWithinAndMixByHandNumbers) {
  const TiltBook before = book({{0, 0.5, 0.4}, {1, 0.5, 0.6}});
  const TiltBook now = book({{0, 0.6, 0.5}, {1, 0.4, 0.6}});
  const TiltChange out = tilt_change(before, now);

  EXPECT_NEAR(out.total, 0.04, 1e-15);
  EXPECT_NEAR(out.within, 0.55 * 0.1, 1e-15);
  EXPECT_NEAR(out.mix, 0.1 * 0.45 - 0.1 * 0.6, 1e-15);
  EXPECT_NEAR(out.entry, 0.0, 1e-15);
}

TEST(TiltChange, GivesNamesOfOneDayOnlyToTheEntry) {
  const TiltBook before = book({{0, 0.25, 0.4}, {1, 0.25, 0.6}, {5, 0.5, 0.1}});
  const TiltBook now = book({{0, 0.3, 0.5}, {1, 0.2, 0.6}, {3, 0.5, 0.9}});
  const TiltChange out = tilt_change(before, now);

  // The names of both days alone: 0.5, 0.5 and then 0.6, 0.4.
  EXPECT_NEAR(out.within + out.mix, 0.04, 1e-15);
  EXPECT_NEAR(out.entry, out.total - 0.04, 1e-15);
  EXPECT_NEAR(out.total, now.tilt - before.tilt, 1e-15);
}

TEST(TiltChange, IsNullWithoutANameOfBothDays) {
  const TiltChange out = tilt_change(book({{0, 1.0, 0.5}}), book({{1, 1.0, 0.6}}));
  for (const double value : {out.total, out.within, out.mix, out.entry}) {
    EXPECT_TRUE(std::isnan(value));
  }
}

}  // namespace
}  // namespace offex::studies
