// SQL is a question: it reads the store and nothing else, and writes nowhere.
#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SqlSandbox : public OffexTest {
 protected:
  void SetUp() override {
    offex_.write("CNMSshvol20260302.txt", short_file("20260302", {"AAPL|10|1|20"}));
    offex_.must({"import", "CNMSshvol20260302.txt"});
    offex_.write("secret.csv", "name,word\nme,xyzzy\n");
  }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> everything() {
    auto out = test_support::folder_content(offex_.folder());
    std::erase_if(out, [](const auto& file) { return file.first.starts_with(".process."); });
    return out;
  }
};

TEST_F(SqlSandbox, NothingThatWritesOrLooksOutsideIsRun) {
  const auto before = everything();
  const std::string secret = (offex_.folder() / "secret.csv").string();
  for (const std::string& sql : std::vector<std::string>{
           "COPY (SELECT 1) TO '" + (offex_.folder() / "out.csv").string() + "'",
           "COPY (SELECT 1) TO 'out.parquet' (FORMAT parquet)",
           "EXPORT DATABASE 'out'",
           "SELECT * FROM read_csv('" + secret + "')",
           "SELECT * FROM read_text('" + secret + "')",
           "SELECT * FROM read_blob('" + secret + "')",
           "SELECT * FROM '" + secret + "'",
           "SELECT * FROM glob('*')",
           "ATTACH '" + (offex_.folder() / "other.duckdb").string() + "'",
           "ATTACH ':memory:' AS m",
           "SET enable_external_access = true",
           "SET threads = 1",
           "RESET lock_configuration",
           "PRAGMA threads = 1",
           "INSTALL httpfs",
           "LOAD httpfs",
           "CREATE TABLE mine (a INT)",
           "CREATE TEMP TABLE mine (a INT)",
           "INSERT INTO revision SELECT * FROM revision",
           "UPDATE revision SET rows = 0",
           "DELETE FROM fact_short",
           "DROP VIEW finra_short_daily",
           "ALTER TABLE revision ADD COLUMN a INT",
           "CHECKPOINT",
           "VACUUM",
           "BEGIN",
           "SELECT 1; DELETE FROM fact_short",
           ""}) {
    const ProcessOutcome outcome = offex_.run({"sql", "-q", "--file", "/dev/stdin"}, sql);
    EXPECT_EQ(outcome.exit_code, 2) << sql << '\n' << outcome.err << outcome.out;
    EXPECT_EQ(outcome.out, "") << sql;
    EXPECT_THAT(outcome.err, testing::StartsWith("offex: error: ")) << sql;
  }
  EXPECT_EQ(everything(), before);
}

TEST_F(SqlSandbox, AQuestionIsAnsweredFromArgumentFileAndStandardInput) {
  const std::string sql = "SELECT symbol, short_volume::INT AS v FROM finra_short_daily";
  const std::string expected = "symbol\tv\nAAPL\t10\n";
  offex_.write("q.sql", sql);
  EXPECT_EQ(offex_.run({"sql", sql}).out, expected);
  EXPECT_EQ(offex_.run({"sql", "--file", "q.sql"}).out, expected);
  EXPECT_EQ(offex_.run({"sql", "-"}, sql).out, expected);
  EXPECT_EQ(offex_.run({"sql"}, sql + ";\n").out, expected);
}

TEST_F(SqlSandbox, AMistakeInTheQueryPointsAtItsPlace) {
  const ProcessOutcome outcome = offex_.run({"sql", "SELECT nope FROM finra_short_daily"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("nope"));
  EXPECT_THAT(outcome.err, HasSubstr("^"));
}

TEST_F(SqlSandbox, AResultOfNoRowsIsAHeader) {
  const ProcessOutcome outcome = offex_.run({"sql", "SELECT 1 AS a WHERE false"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out, "a\n");
}

}  // namespace
}  // namespace offex::e2e
