// Exported Arrow, as pyarrow reads it, beside exported Parquet.
#include "e2e/offex_program.hpp"
#include "support/arrow_check.hpp"
#include "support/arrow_reader.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ArrowTest : public OffexTest {
 protected:
  /// Exports a table both ways and compares all values and types.
  void expect_as_parquet(const std::string& table) {
    const fs::path arrow = offex_.folder() / (table + ".arrow");
    const fs::path parquet = offex_.folder() / (table + ".parquet");
    offex_.must({"export", table, "-o", arrow.string(), "-q"});
    offex_.must({"export", table, "-o", parquet.string(), "-q"});
    if (HasFailure()) return;
    const auto outcome = test_support::arrow_check("parquet", arrow, parquet);
    EXPECT_EQ(outcome.exit_code, 0) << table << '\n' << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("offex.note.1 = ")) << table;
    EXPECT_THAT(outcome.out, testing::Not(testing::HasSubstr("\n0 rows"))) << table;
  }
};

TEST_F(ArrowTest, EveryExportedTableIsThatOfParquet) {
  if (!test_support::python_with_pyarrow()) GTEST_SKIP() << "no pyarrow in build/venv";
  ASSERT_FALSE(offex_.simulate(30, 30).empty());
  offex_.must({"import", "market/short", "market/bars", "market/reference", "-q"});
  offex_.must({"build", "-q"});
  for (const char* table : {"finra_short_daily", "finra_short_consolidated", "polygon_daily_agg",
                            "ref_index_constituent", "ref_security", "daily_metrics"}) {
    expect_as_parquet(table);
  }
}

TEST_F(ArrowTest, PublishedDaysAreThoseOfParquet) {
  const auto shared = test_support::shared_folder();
  if (!shared || !fs::exists(*shared / "data/finra_cnms_2020-12")) {
    GTEST_SKIP() << "no shared data";
  }
  if (!test_support::python_with_pyarrow()) GTEST_SKIP() << "no pyarrow in build/venv";
  offex_.must({"import", (*shared / "data/finra_cnms_2020-12").string(), "-q"});
  expect_as_parquet("finra_short_consolidated");
}

TEST_F(ArrowTest, AStreamOnAPipeIsTheTable) {
  offex_.write("in/CNMSshvol20260302.txt", short_file("20260302", {"A|10|1|20", "B|15|1|20.5"}));
  offex_.must({"import", "in", "-q"});
  const auto table = test_support::read_arrow_stream(
      offex_.must({"export", "finra_short_consolidated", "-f", "arrow", "-q"}));
  for (const auto& column : table.columns) {
    if (column.name != "total_volume") continue;
    EXPECT_EQ(column.type, "decimal128(18, 6)");
    EXPECT_THAT(column.cells,
                testing::ElementsAre(test_support::ArrowCell{std::int64_t{20'000'000}},
                                     test_support::ArrowCell{std::int64_t{20'500'000}}));
    return;
  }
  FAIL() << "no total_volume";
}

}  // namespace
}  // namespace offex::e2e
