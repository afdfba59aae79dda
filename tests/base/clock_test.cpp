#include "offex/base/clock.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace offex::base {
namespace {

TEST(Clock, FixedClockStandsStill) {
  const FixedClock clock{123};

  EXPECT_EQ(clock.now_nanos(), 123);
  EXPECT_EQ(clock.now_nanos(), 123);
}

TEST(Clock, SystemClockCountsNanosecondsSince1970) {
  const auto seconds = [] {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const std::int64_t before = seconds();
  const std::int64_t now = SystemClock{}.now_nanos() / 1'000'000'000;

  EXPECT_GE(now, before);
  EXPECT_LE(now, seconds());
}

}  // namespace
}  // namespace offex::base
