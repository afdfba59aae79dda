#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/display_table_internal.hpp"

namespace offex::render {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::ElementsAre;

/// Groups "A", "B" of so many rows, with a column of doubles of which some are missing.
Batch grouped(const std::vector<std::size_t>& sizes, unsigned seed,
              std::map<std::string, std::vector<double>>* present = nullptr) {
  std::mt19937 random{seed};
  std::uniform_real_distribution<double> uniform{-5.0, 5.0};
  Batch batch;
  batch.add(Column{"name", Type::Text});
  batch.add(Column{"trade_date", Type::Day});
  batch.add(Column{"z", Type::Double});
  for (std::size_t group = 0; group < sizes.size(); ++group) {
    const std::string name(1, static_cast<char>('A' + group));
    for (std::size_t row = 0; row < sizes[group]; ++row) {
      batch.column(0).push<std::string>(std::string{name});
      batch.column(1).push<std::int32_t>(20500 + static_cast<std::int32_t>(row));
      const double value = uniform(random);
      if (value > 3.0) {
        batch.column(2).push_missing();
      } else {
        batch.column(2).push(value);
        if (present != nullptr) (*present)[name].push_back(value);
      }
    }
  }
  return batch;
}

TableView averaging_view() {
  return {.columns = {{.column = "z", .decimals = 3, .average = true}}, .group_by = "name"};
}

std::vector<std::string> texts(const DisplayRow& row) {
  std::vector<std::string> out;
  for (const DisplayCell& cell : row.cells) out.push_back(cell.missing ? "missing" : cell.text);
  return out;
}

TEST(DisplayTable, TheMeanOfEveryGroupIsThatOfItsPresentValues) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::map<std::string, std::vector<double>> present;
    const WholeTable table = whole_table(averaging_view(), grouped({20, 2, 7}, seed, &present));
    ASSERT_EQ(table.rows.size(), 20U + 2 + 7 + 3);
    for (const DisplayRow& row : table.rows) {
      if (row.kind != RowKind::Average) continue;
      const std::vector<double>& values = present[row.cells[0].text];
      const double mean =
          std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
      EXPECT_EQ(texts(row)[2], values.empty() ? "missing" : fmt::format("{:.3f}", mean));
    }
  }
}

TEST(DisplayTable, AGroupOfOneRowHasNoMean) {
  const WholeTable table = whole_table(averaging_view(), grouped({1, 2}, 1));
  ASSERT_EQ(table.rows.size(), 4U);
  EXPECT_EQ(table.rows[3].kind, RowKind::Average);
  EXPECT_EQ(table.rows[3].cells[1].text, "mean of 2");
}

TEST(DisplayTable, AMeanWithoutValuesIsMissing) {
  Batch batch;
  batch.add(Column{"trade_date", Type::Day});
  Column& z = batch.add(Column{"z", Type::Double});
  for (int i = 0; i < 2; ++i) {
    batch.column(0).push<std::int32_t>(20500);
    z.push_missing();
  }
  const WholeTable table = whole_table({.columns = {{.column = "z", .average = true}}}, batch);
  EXPECT_THAT(texts(table.rows.back()), ElementsAre("mean of 2", "missing"));
}

TEST(DisplayTable, MeansLookLikeTheirColumn) {
  Batch batch;
  batch.add(Column{"trade_date", Type::Day});
  batch.add(Column{"volume", Type::Quantity});
  batch.add(Column{"close", Type::Price});
  batch.add(Column{"count", Type::Int32});
  batch.add(Column{"share", Type::Double});
  batch.add(Column{"word", Type::Text});
  for (const int i : {1, 2}) {
    batch.column(0).push<std::int32_t>(20500 + i);
    batch.column(1).push<std::int64_t>(i * 1'000'000'000);
    batch.column(2).push<std::int64_t>(i * 10'000'000'000);
    batch.column(3).push<std::int32_t>(i);
    batch.column(4).push(0.25 * i);
    batch.column(5).push<std::string>("x");
  }
  TableView view;
  for (const char* name : {"volume", "close", "count", "share", "word"}) {
    view.columns.push_back({.column = name, .percent = true, .average = true});
  }
  view.columns[0].percent = view.columns[1].percent = false;
  const WholeTable table = whole_table(view, batch);
  EXPECT_THAT(texts(table.rows.back()),
              ElementsAre("mean of 2", "1,500", "15.00", "1.5", "37.5%", ""));
}

TEST(DisplayTable, BatchesOfAnySizeGiveTheSameRows) {
  const Batch batch = grouped({5, 4, 3}, 3);
  const TableView view = averaging_view();
  const WholeTable whole = whole_table(view, batch);
  DisplayTable table{view};
  table.begin(batch);
  std::vector<DisplayRow> rows;
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    Batch one = batch;
    one.clear();
    for (std::size_t column = 0; column < batch.num_columns(); ++column) {
      one.column(column).push_from(batch.column(column), row);
    }
    table.add(one, rows);
  }
  table.finish(rows);
  ASSERT_EQ(rows.size(), whole.rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    EXPECT_EQ(texts(rows[row]), texts(whole.rows[row]));
    EXPECT_EQ(rows[row].starts_group, whole.rows[row].starts_group);
  }
}

TEST(DisplayTable, SpansHoldNeighboursOfOneSection) {
  std::vector<DisplayColumn> columns;
  for (const char* section : {"", "", "A", "A", "B", "A"}) {
    columns.push_back({.format = {.section = section}});
  }
  std::vector<std::string> spans;
  for (const DisplaySpan& span : spans_of(columns)) {
    spans.push_back(fmt::format("{}:{}+{}", span.section, span.first, span.count));
  }
  EXPECT_THAT(spans, ElementsAre(":0+1", ":1+1", "A:2+2", "B:4+1", "A:5+1"));
  columns.resize(2);
  EXPECT_TRUE(spans_of(columns).empty());
}

TEST(MachineColumns, LeaveOutWhatIsForPeople) {
  Batch batch;
  batch.add(Column{"a", Type::Int32}).push<std::int32_t>(1);
  batch.add(Column{"trend", Type::Text}).push<std::string>("▁");
  const TableView view{.columns = {{.column = "trend", .people_only = true}}};
  EXPECT_TRUE(has_people_columns(view));
  const Batch machine = machine_columns(view, batch);
  ASSERT_EQ(machine.num_columns(), 1U);
  EXPECT_EQ(machine.column(0).name(), "a");
}

}  // namespace
}  // namespace offex::render
