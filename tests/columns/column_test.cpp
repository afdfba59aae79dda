#include "offex/columns/column.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "offex/columns/batch.hpp"
#include "offex/columns/panel.hpp"

namespace offex::columns {
namespace {

constexpr std::array<std::string_view, 2> kWords{"buy", "sell"};
constexpr std::array<std::string_view, 2> kOtherWords{"up", "down"};

template <class T>
std::string text_of(Type type, T value) {
  Column column{"x", type};
  column.push(std::move(value));
  return cell_text(column, 0);
}

TEST(Column, CountsItsMissingRows) {
  Column column{"volume", Type::Quantity};
  column.push(std::int64_t{5});
  column.push_missing();
  column.push(std::int64_t{7});

  EXPECT_EQ(column.size(), 3U);
  EXPECT_TRUE(column.valid(0));
  EXPECT_FALSE(column.valid(1));
  EXPECT_TRUE(column.valid(2));
  EXPECT_EQ(column.validity().missing(3), 1U);
}

TEST(Column, EveryTypeTakesAMissingRow) {
  for (int type = 0; type < static_cast<int>(Type::Label); ++type) {
    Column column{"x", static_cast<Type>(type)};
    column.push_missing();
    EXPECT_EQ(column.size(), 1U) << to_string(column.type());
    EXPECT_EQ(cell_text(column, 0), "") << to_string(column.type());
  }
}

TEST(Column, TruncationBeyondTheEndChangesNothing) {
  Column column{"x", Type::Int32};
  column.push(1);
  column.push_missing();

  column.truncate(1'000);

  EXPECT_EQ(column.size(), 2U);
  EXPECT_EQ(column.validity().missing(2), 1U);
}

TEST(Column, RowsAfterATruncationAreNotHauntedByOldAbsence) {
  Column column{"x", Type::Int32};
  column.push(1);
  column.push_missing();
  column.truncate(1);
  column.push(2);

  EXPECT_TRUE(column.valid(1));
  EXPECT_EQ(cell_text(column, 1), "2");
}

TEST(Column, CopiesARowWithItsAbsence) {
  Column from{"x", Type::Text};
  from.push(std::string{"a"});
  from.push_missing();
  Column to{"y", Type::Text};

  to.push_from(from, 0);
  to.push_from(from, 1);

  EXPECT_EQ(cell_text(to, 0), "a");
  EXPECT_FALSE(to.valid(1));
}

TEST(ColumnDeathTest, RowOfAnotherTypeOrOfOtherWordsIsOurOwnMistake) {
  Column numbers{"x", Type::Int32};
  const Column texts{"y", Type::Text};
  EXPECT_DEATH(numbers.push_from(texts, 0), "does not hold");

  Column sides{"side", kWords};
  Column moves{"move", kOtherWords};
  moves.push(std::uint8_t{1});
  EXPECT_DEATH(sides.push_from(moves, 0), "does not hold");
}

TEST(Column, LabelsReadAsTheirWords) {
  Column column{"side", kWords};
  column.push(std::uint8_t{1});
  column.push_missing();
  Column copy{"side", kWords};
  copy.push_from(column, 0);

  EXPECT_EQ(cell_text(column, 0), "sell");
  EXPECT_EQ(cell_text(column, 1), "");
  EXPECT_EQ(cell_text(copy, 0), "sell");
}

TEST(CellText, IsExactForEveryType) {
  EXPECT_EQ(text_of(Type::Bool, std::int8_t{1}), "true");
  EXPECT_EQ(text_of(Type::Bool, std::int8_t{0}), "false");
  EXPECT_EQ(text_of(Type::Int32, std::int32_t{-5}), "-5");
  EXPECT_EQ(text_of(Type::Int64, std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(text_of(Type::Quantity, std::int64_t{9'699'860'835'956}), "9699860.835956");
  EXPECT_EQ(text_of(Type::Price, std::int64_t{106'760'400'000}), "106.7604");
  EXPECT_EQ(text_of(Type::Day, std::int32_t{20'507}), "2026-02-23");
  EXPECT_EQ(text_of(Type::Instant, std::int64_t{1}), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(text_of(Type::Symbol, market::Symbol::from_trusted("TpC")), "TpC");
  EXPECT_EQ(text_of(Type::Text, std::string{"NA"}), "NA");
  EXPECT_EQ(text_of(Type::Number, std::string{"12345678901234567890.5"}), "12345678901234567890.5");
}

TEST(CellText, DoublesReadBackEqual) {
  std::mt19937_64 random{6};
  std::normal_distribution<double> normal{0.0, 1e6};
  for (int round = 0; round < 10'000; ++round) {
    const double value = normal(random);
    const std::string text = text_of(Type::Double, value);
    double back = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(back, value) << text;
  }
  EXPECT_EQ(text_of(Type::Double, 0.1), "0.1");
}

TEST(Batch, FindsColumnsByNameAndCutsAllAlike) {
  Batch batch;
  batch.add(Column{"a", Type::Int32});
  batch.add(Column{"b", Type::Double});
  for (int row = 0; row < 3; ++row) {
    batch.find("a")->push(row);
    batch.find("b")->push_missing();
  }

  batch.truncate(2);

  EXPECT_EQ(batch.num_rows(), 2U);
  EXPECT_EQ(batch.num_columns(), 2U);
  EXPECT_EQ(batch.column(1).size(), 2U);
  EXPECT_EQ(batch.find("c"), nullptr);
  batch.clear();
  EXPECT_EQ(batch.num_rows(), 0U);
  EXPECT_EQ(Batch{}.num_rows(), 0U);
}

TEST(Panel, StartsMissingAndKeepsDaysTogether) {
  Panel panel{2, 3};
  EXPECT_TRUE(panel.at(1, 2) != panel.at(1, 2));

  panel.at(1, 0) = 4.0;

  EXPECT_EQ(panel.row(1)[0], 4.0);
  EXPECT_EQ(panel.cells()[3], 4.0);
  EXPECT_EQ(panel.row(0).size(), 3U);
  EXPECT_EQ(panel.num_days(), 2U);
  EXPECT_EQ(panel.num_symbols(), 3U);
}

}  // namespace
}  // namespace offex::columns
