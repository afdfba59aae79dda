#include <string>

#include <gtest/gtest.h>

#include "offex/formats/document.hpp"

namespace offex::formats {
namespace {

struct NameCase {
  std::string_view name;
  std::string_view day;
  std::string_view facility;
};
class HintsFromName : public testing::TestWithParam<NameCase> {};

TEST_P(HintsFromName, AreWhatTheNameSays) {
  const NameHints hints = hints_from_name(GetParam().name);

  EXPECT_EQ(hints.day ? hints.day->compact() : "", GetParam().day);
  EXPECT_EQ(hints.facility ? market::to_string(*hints.facility) : "", GetParam().facility);
}

INSTANTIATE_TEST_SUITE_P(
    Names, HintsFromName,
    testing::Values(
        NameCase{"CNMSshvol20260223.txt", "20260223", "CNMS"},
        NameCase{"CNMSshvol20260223.txt.gz", "20260223", "CNMS"},
        NameCase{"/a/2020-01-01/FNSQshvol20090803.txt", "20090803", "FNSQ"},
        NameCase{"fnyxshvol20260223.TXT", "20260223", "FNYX"},
        NameCase{"FNQCshvol20260223.subset.txt", "20260223", "FNQC"},
        NameCase{"old_FNRAshvol20260223.txt", "20260223", "FNRA"},
        NameCase{"FORFshvol2026-02-23.txt", "20260223", "FORF"},
        NameCase{"NQBXshvol20201201.txt", "20201201", "NQBX"},
        NameCase{"C:\\data\\NPSXshvol20201201.txt", "20201201", "NPSX"},
        NameCase{"FNRAshvol_empty.txt", "", "FNRA"}, NameCase{"CNMSshvol202602230.txt", "", "CNMS"},
        NameCase{"CNMSshvol20260230.txt", "", "CNMS"}, NameCase{"TOTshvol20260223.txt", "", ""},
        NameCase{"XCNMSshvol20260223.txt", "", ""}, NameCase{"2026-05-22.csv.gz", "20260522", ""},
        NameCase{"grouped_2026-05-22.json", "20260522", ""},
        NameCase{"2026-05-22_2026-05-23.csv", "", ""}, NameCase{"2026-05-220.csv", "", ""},
        NameCase{"", "", ""}));

}  // namespace
}  // namespace offex::formats
