#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "offex/columns/column.hpp"

namespace offex::columns {
namespace {

TEST(Validity, FreshMaskSaysThatAllIsValid) {
  const Validity mask;

  EXPECT_TRUE(mask.all_valid());
  EXPECT_TRUE(mask.valid(1'000));
  EXPECT_EQ(mask.missing(1'000), 0U);
}

TEST(Validity, TruncationBeyondTheEndChangesNothing) {
  Validity mask;
  mask.set_missing(3, 10);

  mask.truncate(500);

  EXPECT_FALSE(mask.valid(3));
  EXPECT_EQ(mask.missing(10), 1U);
}

TEST(Validity, EqualsAVectorOfBoolUnderRandomWork) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    Validity mask;
    std::vector<bool> oracle;
    for (int step = 0; step < 600; ++step) {
      const auto action = random() % 10;
      if (action < 6) {
        oracle.resize(oracle.size() + random() % 40, true);
        mask.extend(oracle.size());
      } else if (action < 9 && !oracle.empty()) {
        const std::size_t row = random() % oracle.size();
        oracle[row] = false;
        mask.set_missing(row, oracle.size());
      } else if (action == 9) {
        const std::size_t rows = oracle.empty() ? 0 : random() % (oracle.size() + 1);
        oracle.resize(rows);
        mask.truncate(rows);
      }
      for (std::size_t row = 0; row < oracle.size(); ++row) {
        ASSERT_EQ(mask.valid(row), oracle[row]) << row;
      }
      ASSERT_EQ(mask.missing(oracle.size()),
                static_cast<std::size_t>(std::ranges::count(oracle, false)));
    }
  }
}

}  // namespace
}  // namespace offex::columns
