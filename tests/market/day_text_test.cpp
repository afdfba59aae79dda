#include "offex/market/day_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::market {
namespace {

const DayRange kKnown{*Day::parse("2026-01-05"), *Day::parse("2026-04-17")};

std::string range_text(const Result<DayRange>& range) {
  return range ? range->first.iso() + " " + range->last.iso()
               : std::string{base::to_string(range.error().code)};
}

TEST(DayText, CountsSessionsBackFromTheNewestDay) {
  EXPECT_EQ(*parse_day_text("last", kKnown), kKnown.last);
  EXPECT_EQ(*parse_day_text("-0d", kKnown), kKnown.last);
  EXPECT_EQ(parse_day_text("-5d", kKnown)->iso(), "2026-04-10");
  EXPECT_EQ(parse_day_text("2026-02-23", {})->iso(), "2026-02-23");
}

TEST(DayText, RefusesWhatIsNoDay) {
  for (const char* text : {"", "first", "-d", "--5d", "-5", "2026-02-30", "last "}) {
    const auto day = parse_day_text(text, kKnown);
    ASSERT_FALSE(day) << text;
    EXPECT_EQ(day.error().code, base::ErrorCode::InvalidArgument) << text;
  }
}

TEST(DayText, CannotCountBackFromNothing) {
  EXPECT_EQ(parse_day_text("last", {}).error().code, base::ErrorCode::NotFound);
  EXPECT_EQ(parse_day_text("-1d", {}).error().code, base::ErrorCode::NotFound);
}

TEST(DayText, CompletesARangeByWhatIsKnown) {
  EXPECT_EQ(range_text(parse_range_text("", "", kKnown)), "2026-01-05 2026-04-17");
  EXPECT_EQ(range_text(parse_range_text("2026-02-02", "", kKnown)), "2026-02-02 2026-04-17");
  EXPECT_EQ(range_text(parse_range_text("2026-04-02", "2026-04-01", kKnown)), "invalid-argument");
  EXPECT_EQ(range_text(parse_range_text("2026-05-01", "", kKnown)), "not-found");
  EXPECT_EQ(range_text(parse_range_text("", "2025-01-02", kKnown)), "not-found");
}

TEST(DayText, TakesTheNewestSessionsWithoutAStart) {
  EXPECT_EQ(range_text(parse_window_text("", "", 1, kKnown)), "2026-04-17 2026-04-17");
  EXPECT_EQ(range_text(parse_window_text("", "", 5, kKnown)), "2026-04-13 2026-04-17");
  EXPECT_EQ(range_text(parse_window_text("", "2026-01-07", 20, kKnown)), "2026-01-05 2026-01-07");
  EXPECT_EQ(range_text(parse_window_text("2026-03-02", "", 5, kKnown)), "2026-03-02 2026-04-17");
}

}  // namespace
}  // namespace offex::market
