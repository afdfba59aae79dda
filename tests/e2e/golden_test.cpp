// The seed pipeline's tables through the program: import, build, export, compare cell by cell.
#include <cmath>
#include <cstdlib>
#include <map>

#include "e2e/offex_program.hpp"
#include "support/csv_table.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using test_support::CsvTable;

constexpr double kTolerance = 1e-9;

bool same_cell(const std::string& expected, const std::string& actual) {
  if (expected == actual) return true;
  if (expected.empty() || actual.empty()) return false;
  char* end = nullptr;
  const double wanted = std::strtod(expected.c_str(), &end);
  if (*end != '\0') return false;
  const double got = std::strtod(actual.c_str(), &end);
  return *end == '\0' && std::fabs(got - wanted) <= kTolerance * std::fabs(wanted);
}

void expect_equal(const CsvTable& expected, const CsvTable& actual) {
  EXPECT_EQ(actual.header, expected.header);
  ASSERT_EQ(actual.rows.size(), expected.rows.size());
  std::size_t different = 0;
  for (std::size_t row = 0; row < expected.rows.size(); ++row) {
    ASSERT_EQ(actual.rows[row].size(), expected.rows[row].size()) << "row " << row;
    for (std::size_t column = 0; column < expected.header.size(); ++column) {
      const std::string& wanted = expected.rows[row][column];
      const std::string& got = actual.rows[row][column];
      if (!same_cell(wanted, got) && ++different <= 5) {
        ADD_FAILURE() << expected.header[column] << " in row " << row << ": expected '" << wanted
                      << "', got '" << got << "'";
      }
    }
  }
  EXPECT_EQ(different, 0U);
}

class GoldenTest : public OffexTest {
 protected:
  void SetUp() override {
    const auto shared = test_support::shared_folder();
    if (!shared || !fs::exists(*shared / "golden/seed_a")) {
      GTEST_SKIP() << "no golden/seed_a under OFFEX_SHARED or beside the project";
    }
    golden_ = *shared / "golden/seed_a";
    std::vector<std::string> import{"import"};
    for (const char* table : {"short_daily.csv", "bars_daily.csv", "otc_weekly.csv",
                              "lit_direction_daily.csv", "constituents.csv"}) {
      import.push_back((golden_ / table).string());
    }
    offex_.must(import);
  }

  CsvTable exported(const std::string& table, const std::vector<std::string>& flags = {}) {
    const fs::path file = offex_.folder() / (table + std::to_string(++exports_) + ".csv");
    std::vector<std::string> arguments{"export", table, "-o", file.string()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    offex_.must(arguments);
    return test_support::read_csv(file);
  }

  fs::path golden_;
  int exports_{0};
};

class EveryScoreSource : public GoldenTest, public testing::WithParamInterface<const char*> {};

TEST_P(EveryScoreSource, TheExportedTableEqualsTheGoldenOne) {
  const std::string source = GetParam();
  offex_.must({"build", "--version", "PhaseA_v1", "--short-z-source", source});
  expect_equal(test_support::read_csv(golden_ / ("expected_daily_metrics__" + source + ".csv")),
               exported("daily_metrics"));
}

INSTANTIATE_TEST_SUITE_P(GoldenTest, EveryScoreSource,
                         testing::Values("short_buy_sell_ratio_z", "vw_flow_z",
                                         "finra_buy_volume_z"),
                         [](const auto& test) { return std::string{test.param}; });

TEST_F(GoldenTest, TheExportedIndexAggregateEqualsTheGoldenOne) {
  offex_.must({"build", "--version", "PhaseA_v1"});
  expect_equal(test_support::read_csv(golden_ / "expected_index_constituent_short_agg_daily.csv"),
               exported("index_constituent_short_agg_daily"));
}

TEST_F(GoldenTest, TheSourcesOfOneVersionStandBesideEachOther) {
  for (const char* source : {"vw_flow_z", "finra_buy_volume_z"}) {
    offex_.must({"build", "--version", "PhaseA_v1", "--short-z-source", source});
  }
  expect_equal(test_support::read_csv(golden_ / "expected_daily_metrics__vw_flow_z.csv"),
               exported("daily_metrics", {"--short-z-source", "vw_flow_z"}));
}

TEST_F(GoldenTest, ABuildOfV2DoesNotTouchTheSeedsRows) {
  offex_.must({"build", "--version", "PhaseA_v1"});
  offex_.must({"build", "--version", "v2"});
  expect_equal(
      test_support::read_csv(golden_ / "expected_daily_metrics__short_buy_sell_ratio_z.csv"),
      exported("daily_metrics", {"--version", "PhaseA_v1"}));
}

}  // namespace
}  // namespace offex::e2e
