#include <string>

#include <gtest/gtest.h>

#include "offex/formats/document.hpp"

namespace offex::formats {
namespace {

struct WeekCase {
  std::string_view name;
  std::string_view week;
};
class WeekFromName : public testing::TestWithParam<WeekCase> {};

TEST_P(WeekFromName, IsWhatTheNameSays) {
  const NameHints hints = hints_from_name(GetParam().name);

  EXPECT_EQ(hints.week ? hints.week->iso() : "", GetParam().week);
  EXPECT_FALSE(hints.week && hints.day) << "the date is a week and no trade date";
}

INSTANTIATE_TEST_SUITE_P(Names, WeekFromName,
                         testing::Values(WeekCase{"OTC_ats_2025-12-01.txt", "2025-12-01"},
                                         WeekCase{"OTC_non_ats_2025-12-01.txt.gz", "2025-12-01"},
                                         WeekCase{"data/otc_ATS_2025-12-01.psv", "2025-12-01"},
                                         WeekCase{"copy_OTC_ats_2025-12-01.txt", "2025-12-01"},
                                         WeekCase{"ATS_W_Summary_20240412.zip", "2024-04-08"},
                                         WeekCase{"ATS_W_Summary_20240411.zip", ""},
                                         WeekCase{"ATS_W_Summary_202404120.zip", ""},
                                         WeekCase{"OTC_ats_2025-12-010.txt", ""},
                                         WeekCase{"OTC_ats_.txt", ""},
                                         WeekCase{"OTC_ats_2025-13-01.txt", ""},
                                         WeekCase{"NOTC_ats_2025-12-01.txt", ""},
                                         WeekCase{"finra_otc_weekly_otc_20251215.csv", ""},
                                         WeekCase{"OTC_ats_2025-12-01/file.txt", ""}));

}  // namespace
}  // namespace offex::formats
