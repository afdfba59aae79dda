#include "offex/market/publication.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::market {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Day day(std::string_view text) { return Day::parse(text).value(); }

TEST(Publication, ShortInterestSettlesInTheMiddleAndAtTheEndOfAMonth) {
  EXPECT_THAT(short_interest_settlements({day("2026-09-01"), day("2026-09-30")}),
              ElementsAre(day("2026-09-15"), day("2026-09-30")));
}

TEST(Publication, ASettlementOnAWeekendOrHolidayIsTheBusinessDayBefore) {
  // 2026-08-15 is a Saturday, 2026-02-15 a Sunday, 2026-05-31 a Sunday.
  EXPECT_THAT(short_interest_settlements({day("2026-08-01"), day("2026-08-20")}),
              ElementsAre(day("2026-08-14")));
  EXPECT_THAT(short_interest_settlements({day("2026-05-16"), day("2026-05-31")}),
              ElementsAre(day("2026-05-29")));
}

TEST(Publication, SettlementsStayWithinTheRangeAndCrossTheYear) {
  EXPECT_THAT(short_interest_settlements({day("2025-12-16"), day("2026-01-15")}),
              ElementsAre(day("2025-12-31"), day("2026-01-15")));
  EXPECT_THAT(short_interest_settlements({day("2026-01-02"), day("2026-01-14")}), IsEmpty());
}

TEST(Publication, ShortInterestIsPublicSevenBusinessDaysLater) {
  EXPECT_EQ(short_interest_publication(day("2026-09-15")), from_new_york(day("2026-09-24"), 18));
  // Thanksgiving does not count.
  EXPECT_EQ(short_interest_publication(day("2026-11-20")), from_new_york(day("2026-12-02"), 18));
}

TEST(Publication, TheConsolidatedFileBeganInAugust2018) {
  EXPECT_EQ(first_short_file(Facility::Cnms), day("2018-08-01"));
  EXPECT_LT(first_short_file(Facility::Fnyx), first_short_file(Facility::Fnqc));
}

}  // namespace
}  // namespace offex::market
