#include "offex/studies/table_rows.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/study_store.hpp"

namespace offex::studies::test {
namespace {

using columns::Type;
using testing::ElementsAre;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const TableSpec& hits() { return *find_table("scan_hit", "rv/1.0.0"); }

market::Symbol symbol(const char* text) { return market::Symbol::from_trusted(text); }

std::string cell(const columns::Batch& rows, std::string_view name, std::size_t row = 0) {
  const columns::Column& column = *rows.find(name);
  return column.valid(row) ? columns::cell_text(column, row) : "null";
}

TEST(TableRows, HasTheColumnsOfItsTable) {
  const columns::Batch rows = TableRows{hits(), SymbolColumn::Code}.take();
  ASSERT_EQ(rows.num_columns(), hits().metrics.size());
  EXPECT_EQ(rows.num_rows(), 0U);
  for (std::size_t index = 0; index < rows.num_columns(); ++index) {
    EXPECT_EQ(rows.column(index).name(), hits().metrics[index].name);
    EXPECT_EQ(rows.column(index).type(), hits().metrics[index].type);
  }
}

TEST(TableRows, WritesNumbersInTheTypeOfTheirColumn) {
  TableRows rows{hits(), SymbolColumn::Code};
  rows.set("rank", 7.0);
  rows.set("z_r", -1.25);
  rows.set("tag", 3.0);
  rows.set("after_break", 1.0);
  rows.set("total_volume", 1'500'000.0);
  rows.set(rows.at("close"), 12'340'000'000.0);
  rows.end_row();
  const columns::Batch out = rows.take();
  EXPECT_EQ(out.find("rank")->values<std::int32_t>(), std::vector<std::int32_t>{7});
  EXPECT_EQ(out.find("z_r")->values<double>(), std::vector<double>{-1.25});
  EXPECT_EQ(out.find("tag")->values<std::uint8_t>(), std::vector<std::uint8_t>{3});
  EXPECT_EQ(cell(out, "tag"), "SHORT");
  EXPECT_EQ(out.find("after_break")->values<std::int8_t>(), std::vector<std::int8_t>{1});
  EXPECT_EQ(cell(out, "total_volume"), "1.5");
  EXPECT_EQ(cell(out, "close"), "12.34");
}

TEST(TableRows, MakesNanAndEmptyTextAndWhatIsNotSetNull) {
  TableRows rows{hits(), SymbolColumn::Code};
  rows.set("z_r", kNan);
  rows.set("rank", kNan);
  rows.set("tag", kNan);
  rows.set("close", kNan);
  rows.set_text("inference_version", "");
  rows.end_row();
  const columns::Batch out = rows.take();
  ASSERT_EQ(out.num_rows(), 1U);
  for (const columns::Column& column : out.columns()) {
    EXPECT_EQ(column.size(), 1U) << column.name();
    EXPECT_FALSE(column.valid(0)) << column.name();
  }
}

TEST(TableRows, KeepsRowsApart) {
  TableRows rows{hits(), SymbolColumn::Code};
  rows.set("rank", 1.0);
  rows.set("z_v", 2.5);
  rows.end_row();
  rows.end_row();
  rows.set("z_v", 0.0);
  rows.end_row();
  EXPECT_EQ(rows.size(), 3U);
  const columns::Batch out = rows.take();
  EXPECT_THAT((std::vector{cell(out, "rank", 0), cell(out, "rank", 1), cell(out, "rank", 2)}),
              ElementsAre("1", "null", "null"));
  EXPECT_THAT((std::vector{cell(out, "z_v", 0), cell(out, "z_v", 1), cell(out, "z_v", 2)}),
              ElementsAre("2.5", "null", "0"));
}

TEST(TableRows, WritesDaysTextsAndSymbols) {
  TableRows rows{hits(), SymbolColumn::Code};
  rows.set_day("trade_date", market::Day::parse("2026-03-02").value());
  rows.set_text("inference_version", "rv/1.0.0+abc");
  rows.set_symbol("control_1", symbol("BRK.B"));
  rows.end_row();
  const columns::Batch out = rows.take();
  EXPECT_EQ(cell(out, "trade_date"), "2026-03-02");
  EXPECT_EQ(cell(out, "inference_version"), "rv/1.0.0+abc");
  EXPECT_EQ(cell(out, "control_1"), "BRK.B");
  EXPECT_EQ(cell(out, "control_2"), "null");
}

TEST(TableRows, NamesTheSecurityByCodeOrByName) {
  const Axis axis{.days = {}, .symbols = {symbol("AA"), symbol("BB")}, .codes = {41, 17}};
  TableRows codes{hits(), SymbolColumn::Code};
  codes.set_security(axis, 1);
  codes.end_row();
  EXPECT_EQ(codes.take().find("symbol_code")->values<std::int32_t>(),
            std::vector<std::int32_t>{17});
  TableRows names{hits(), SymbolColumn::Name};
  names.set_security(axis, 1);
  names.end_row();
  const columns::Batch named = names.take();
  EXPECT_EQ(named.find("symbol_code"), nullptr);
  EXPECT_EQ(cell(named, "symbol"), "BB");
}

TEST(TableRows, StartsAnewAfterItsRowsWereTaken) {
  TableRows rows{hits(), SymbolColumn::Code};
  rows.set("rank", 1.0);
  rows.end_row();
  EXPECT_EQ(rows.take().num_rows(), 1U);
  EXPECT_EQ(rows.size(), 0U);
  rows.set("rank", 2.0);
  rows.end_row();
  const columns::Batch second = rows.take();
  EXPECT_EQ(second.num_rows(), 1U);
  EXPECT_EQ(cell(second, "rank"), "2");
  EXPECT_EQ(rows.take().num_rows(), 0U);
}

}  // namespace
}  // namespace offex::studies::test
