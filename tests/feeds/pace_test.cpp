#include <gtest/gtest.h>

#include "feeds/pace_internal.hpp"

namespace offex::feeds {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyTime kStart{std::chrono::hours{100}};

TEST(RateBucket, NeverStartsMoreThanItsTokensWithinASpan) {
  RateBucket bucket{3.0, seconds{1}};
  SteadyTime now = kStart;
  std::vector<SteadyTime> starts;
  for (int n = 0; n < 20; ++n) {
    now = bucket.next(now + milliseconds{n % 7 == 0 ? 900 : 1});
    bucket.take(now);
    starts.push_back(now);
  }
  for (std::size_t n = 3; n < starts.size(); ++n) EXPECT_GE(starts[n] - starts[n - 3], seconds{1});
}

TEST(RateBucket, StretchesTheSpanForRatesBelowOne) {
  RateBucket bucket{0.5, seconds{1}};
  bucket.take(kStart);
  EXPECT_EQ(bucket.next(kStart), kStart + seconds{2});
}

TEST(RateBucket, KeepsAFractionOfTheRate) {
  RateBucket bucket{2.5, seconds{1}};
  bucket.take(kStart);
  bucket.take(kStart);
  EXPECT_EQ(bucket.next(kStart), kStart + milliseconds{800});
}

TEST(RateBucket, WithoutARateLetsEverythingPass) {
  RateBucket bucket{0.0, seconds{1}};
  for (int n = 0; n < 100; ++n) bucket.take(kStart);
  EXPECT_EQ(bucket.next(kStart), kStart);
}

TEST(Backoff, DoublesUntilTheLongestWait) {
  Limits limits;
  limits.backoff = milliseconds{500};
  limits.longest_wait = milliseconds{3'000};
  EXPECT_EQ(backoff_ceiling(limits, 1), milliseconds{500});
  EXPECT_EQ(backoff_ceiling(limits, 3), milliseconds{2'000});
  EXPECT_EQ(backoff_ceiling(limits, 4), milliseconds{3'000});
  EXPECT_EQ(backoff_ceiling(limits, 4'000'000'000U), milliseconds{3'000});
}

TEST(Jitter, SpreadsOverTheWholeWaitAndRepeatsWithItsSeed) {
  Jitter one{42};
  Jitter same{42};
  milliseconds least{1'000};
  milliseconds most{0};
  for (int n = 0; n < 1'000; ++n) {
    const milliseconds wait = one.up_to(milliseconds{1'000});
    EXPECT_EQ(wait, same.up_to(milliseconds{1'000}));
    EXPECT_LE(wait, milliseconds{1'000});
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_LT(least, milliseconds{50});
  EXPECT_GT(most, milliseconds{950});
  EXPECT_EQ(one.up_to(milliseconds{0}), milliseconds{0});
}

TEST(RetryAfter, IsSecondsOrADate) {
  constexpr std::int64_t kNow = 1'776'463'200;  // 2026-04-17T22:00:00Z
  EXPECT_EQ(read_retry_after(" 120 ", kNow), seconds{120});
  EXPECT_EQ(read_retry_after("Fri, 17 Apr 2026 22:00:30 GMT", kNow), seconds{30});
  EXPECT_EQ(read_retry_after("Fri, 17 Apr 2026 21:00:00 GMT", kNow), seconds{0});
  EXPECT_EQ(read_retry_after("99999999999999999999", kNow), seconds{1'000'000});
  EXPECT_FALSE(read_retry_after("", kNow));
  EXPECT_FALSE(read_retry_after("soon", kNow));
}

TEST(NextMinute, IsAheadByAtMostOne) {
  EXPECT_EQ(until_next_minute(60'000), milliseconds{60'000});
  EXPECT_EQ(until_next_minute(119'999), milliseconds{1});
}

}  // namespace
}  // namespace offex::feeds
