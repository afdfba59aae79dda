#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/index_aggregate.hpp"
#include "offex/studies/phase_a.hpp"

#include "studies/golden_compare.hpp"
#include "studies/seed_inputs.hpp"

namespace offex::studies::test {
namespace {

/// All rows of the table by symbol, then session; only the symbols of `keep` when it is not empty.
columns::Batch rows_of(const MetricPanels& panels, const Axis& axis,
                       const std::set<market::Symbol>& keep) {
  columns::Batch out = RowWriter::header(panels.spec(), SymbolColumn::Name);
  const RowWriter writer{panels, axis, 0, 0, SymbolColumn::Name};
  std::vector<std::size_t> cells = cells_by_symbol(panels);
  std::erase_if(cells, [&](std::size_t cell) {
    return !keep.empty() && !keep.contains(axis.symbols[cell % axis.symbols.size()]);
  });
  writer.append(cells, out);
  return out;
}

std::set<market::Symbol> symbols_of(const test_support::CsvTable& table) {
  std::set<market::Symbol> out;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    out.insert(symbol_of(table.cell(row, "symbol")));
  }
  return out;
}

/// Returns the number of cells that were compared.
std::size_t expect_daily_golden(const GoldenFolder& golden, ScoreSource source) {
  const auto expected =
      golden.read("expected_daily_metrics__" + std::string{to_string(source)} + ".csv");
  const SeedInputs inputs = SeedLoader{golden}.load();
  const MetricPanels panels = compute_phase_a(inputs.panels, inputs.axis.days, source);
  const columns::Batch rows = rows_of(panels, inputs.axis, symbols_of(expected));
  EXPECT_EQ(rows.num_rows(), expected.rows.size());
  const Comparison result = compare(expected, rows);
  EXPECT_EQ(result.different, 0U) << result.first;
  return result.cells;
}

void expect_index_golden(const GoldenFolder& golden) {
  const auto expected = golden.read("expected_index_constituent_short_agg_daily.csv");
  const SeedInputs inputs = SeedLoader{golden}.load();
  const MetricPanels panels =
      compute_phase_a(inputs.panels, inputs.axis.days, ScoreSource::ShortBuySellRatioZ);
  const auto indexes =
      index_definitions(inputs.constituents, default_proxies(), inputs.axis, ProxyRule::WhenAbsent);
  IndexAggregate aggregate{indexes, inputs.axis.days, "PhaseA_v1"};
  aggregate.add(panels, 0);
  const Axis axis = index_axis(indexes, inputs.axis.days);
  const columns::Batch rows = rows_of(aggregate.finish(), axis, {});
  EXPECT_EQ(rows.num_rows(), expected.rows.size());
  for (std::size_t index = 0; index < expected.header.size(); ++index) {
    EXPECT_EQ(rows.column(index).name(), expected.header[index]);
  }
  const Comparison result = compare(expected, rows);
  EXPECT_EQ(result.cells, expected.rows.size() * 17);
  EXPECT_EQ(result.different, 0U) << result.first;
}

TEST(PhaseAGolden, HasTheGoldenColumnsInTheGoldenOrder) {
  const auto expected =
      committed_golden().read("expected_daily_metrics__short_buy_sell_ratio_z.csv");
  const TableSpec* spec = find_table("daily_metrics", "PhaseA_v1");
  std::vector<std::string> names;
  const columns::Batch header = RowWriter::header(*spec, SymbolColumn::Name);
  for (const columns::Column& column : header.columns()) {
    names.push_back(column.name() == spec->day_column ? std::string{spec->export_day}
                                                      : column.name());
  }
  EXPECT_EQ(names, expected.header);
}

class EveryScoreSource : public testing::TestWithParam<ScoreSource> {};

TEST_P(EveryScoreSource, EqualsTheWholeGoldenTableCellByCell) {
  const auto golden = shared_golden();
  if (!golden) {
    GTEST_SKIP() << "no golden/seed_a under OFFEX_SHARED or beside the project";
  }
  EXPECT_EQ(expect_daily_golden(*golden, GetParam()), 174'720U);
}

TEST_P(EveryScoreSource, EqualsTheCommittedSubsetCellByCell) {
  EXPECT_GT(expect_daily_golden(committed_golden(), GetParam()), 0U);
}

INSTANTIATE_TEST_SUITE_P(PhaseAGolden, EveryScoreSource,
                         testing::Values(ScoreSource::ShortBuySellRatioZ, ScoreSource::VwFlowZ,
                                         ScoreSource::FinraBuyVolumeZ),
                         [](const auto& test) { return std::string{to_string(test.param)}; });

TEST(PhaseAGolden, IndexAggregateEqualsTheWholeGoldenTableCellByCell) {
  const auto golden = shared_golden();
  if (!golden) {
    GTEST_SKIP() << "no golden/seed_a under OFFEX_SHARED or beside the project";
  }
  expect_index_golden(*golden);
}

TEST(PhaseAGolden, IndexAggregateEqualsTheCommittedTableCellByCell) {
  expect_index_golden(committed_golden());
}

}  // namespace
}  // namespace offex::studies::test
