#include "offex/columns/cells.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace offex::columns {
namespace {

TEST(Cells, GiveNumbersInSharesAndDollars) {
  Batch batch;
  batch.add({"shares", Type::Quantity}).push(std::int64_t{2'500'000});
  batch.add({"price", Type::Price}).push(std::int64_t{12'340'000'000});
  batch.add({"count", Type::Int32}).push(std::int32_t{-7});
  batch.add({"flag", Type::Bool}).push(std::int8_t{1});
  EXPECT_DOUBLE_EQ(number_of(batch, "shares", 0), 2.5);
  EXPECT_DOUBLE_EQ(number_of(batch, "price", 0), 12.34);
  EXPECT_DOUBLE_EQ(number_of(batch, "count", 0), -7.0);
  EXPECT_DOUBLE_EQ(number_of(batch, "flag", 0), 1.0);
}

TEST(Cells, KeepWhatIsMissingMissing) {
  Batch batch;
  batch.add({"shares", Type::Quantity}).push_missing();
  batch.add({"day", Type::Day}).push_missing();
  batch.add({"name", Type::Text}).push_missing();
  EXPECT_TRUE(std::isnan(number_of(batch, "shares", 0)));
  EXPECT_EQ(day_of(batch, "day", 0), std::nullopt);
  EXPECT_EQ(text_of(batch, "name", 0), "");
}

TEST(Cells, GiveDaysAndTexts) {
  const market::Day day = market::Day::from_civil({2026, 2, 23});
  Batch batch;
  batch.add({"day", Type::Day}).push(day.days());
  batch.add({"symbol", Type::Symbol}).push(*market::Symbol::parse("TpC"));
  EXPECT_EQ(day_of(batch, "day", 0), day);
  EXPECT_EQ(text_of(batch, "symbol", 0), "TpC");
}

}  // namespace
}  // namespace offex::columns
