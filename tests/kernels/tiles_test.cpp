#include "offex/kernels/tiles.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace offex::kernels {
namespace {

TEST(Tiles, CoverEveryItemOnceForAnyNumberOfThreads) {
  for (const unsigned threads : {0U, 1U, 2U, 7U}) {
    std::vector<int> touched(1'000, 0);
    for_each_tile(touched.size(), 128, threads,
                  [&](std::size_t tile, std::size_t first, std::size_t count) {
                    EXPECT_EQ(first, tile * 128);
                    for (std::size_t item = first; item < first + count; ++item) {
                      ++touched[item];
                    }
                  });
    EXPECT_EQ(touched, std::vector<int>(1'000, 1));
  }
}

TEST(Tiles, OfNothingAreNone) {
  int calls = 0;
  for_each_tile(0, 10, 4, [&](std::size_t, std::size_t, std::size_t) { ++calls; });
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(num_tiles(0, 10), 0U);
  EXPECT_EQ(num_tiles(21, 10), 3U);
}

}  // namespace
}  // namespace offex::kernels
