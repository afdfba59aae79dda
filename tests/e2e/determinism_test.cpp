// Order of arrival, threads and the hour of the day must not show in what is stored.
#include <algorithm>
#include <random>

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;

class DeterminismTest : public OffexTest {
 protected:
  void SetUp() override {
    const fs::path market = offex_.simulate(30, 12);
    for (const char* part : {"short", "bars", "reference/constituents.csv"}) {
      parts_.push_back((market / part).string());
    }
    import(parts_, "home");
    offex_.must({"build"});
  }
  void import(const std::vector<std::string>& paths, const std::string& home,
              const std::vector<std::string>& flags = {}) {
    std::vector<std::string> words{"import"};
    words.insert(words.end(), paths.begin(), paths.end());
    words.insert(words.end(), flags.begin(), flags.end());
    offex_.must_in(home, words);
  }
  [[nodiscard]] std::vector<std::string> files() {
    std::vector<std::string> out;
    for (const std::string& part : parts_) {
      if (!fs::is_directory(part)) {
        out.push_back(part);
        continue;
      }
      for (const auto& entry : fs::recursive_directory_iterator{part}) {
        if (entry.is_regular_file()) out.push_back(entry.path().string());
      }
    }
    std::ranges::sort(out);
    return out;
  }

  std::vector<std::string> parts_;
};

TEST_F(DeterminismTest, AnyOrderOfArrivalGivesEqualDigests) {
  std::vector<std::string> order = files();
  std::mt19937_64 random{7};
  std::ranges::shuffle(order, random);
  // One call sorts its files: several calls are what brings them in another order.
  const std::size_t parts = 6;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(part * order.size() / parts);
    const auto last =
        order.begin() + static_cast<std::ptrdiff_t>((part + 1) * order.size() / parts);
    import({first, last}, "shuffled");
  }
  offex_.must_in("shuffled", {"build"});
  EXPECT_EQ(offex_.digest("shuffled"), offex_.digest());
}

TEST_F(DeterminismTest, OneThreadAndTwoGiveEqualDigests) {
  for (const std::string threads : {"1", "2"}) {
    import(parts_, "t" + threads, {"--threads", threads});
    offex_.must_in("t" + threads, {"build", "--threads", threads});
  }
  EXPECT_EQ(offex_.digest("t1"), offex_.digest());
  EXPECT_EQ(offex_.digest("t2"), offex_.digest());
}

TEST_F(DeterminismTest, TheHourOfTheImportDoesNotShowInTheFacts) {
  const std::string before = offex_.digest();
  offex_.set_now("2026-06-01T12:00:00Z");
  import(parts_, "later");
  offex_.must_in("later", {"build"});
  EXPECT_EQ(offex_.digest("later"), before);
}

TEST_F(DeterminismTest, BuildingDayByDayEqualsBuildingAtOnce) {
  std::vector<std::string> evening;
  std::vector<std::string> before;
  for (const std::string& file : files()) {
    (file.find("20260417") != std::string::npos || file.find("2026-04-17") != std::string::npos
         ? evening
         : before)
        .push_back(file);
  }
  ASSERT_GE(evening.size(), 2U);
  import(before, "daily");
  offex_.must_in("daily", {"build"});
  import(evening, "daily");
  offex_.must_in("daily", {"build"});
  EXPECT_EQ(offex_.digest("daily"), offex_.digest());
}

TEST_F(DeterminismTest, ACorrectionInAnyOrderWithItsBuildGivesEqualMetrics) {
  const std::string corrections = (offex_.folder() / "market/corrections").string();
  offex_.must({"import", corrections});
  offex_.must({"build"});
  import(parts_, "at-once");
  import({corrections}, "at-once");
  offex_.must_in("at-once", {"build"});
  EXPECT_EQ(offex_.digest("at-once"), offex_.digest());
}

TEST_F(DeterminismTest, TheSameSeedWritesTheSameMarket) {
  offex_.must({"simulate", "--out", "again", "--symbols", "30", "--days", "12", "--daily-only"});
  EXPECT_EQ(test_support::folder_content(offex_.folder() / "again"),
            test_support::folder_content(offex_.folder() / "market"));
}

}  // namespace
}  // namespace offex::e2e
