#include <fstream>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using columns::Type;
using testing::ElementsAre;
using testing::HasSubstr;

class Query : public StoreTest {
 protected:
  Query() {
    EXPECT_TRUE(put_short("a", "2026-02-23", {{"A", 10, 1, 30}, {"B", 5, {}, 9}}));
    view_.emplace(reader());
  }
  [[nodiscard]] const Reader& view() const { return *view_; }
  /// The error of a statement that must not run.
  base::Error refused(std::string_view sql) {
    auto rows = view().query(sql);
    if (!rows) {
      return rows.error();
    }
    auto all = rows->all();
    EXPECT_FALSE(all) << sql << " was allowed";
    return all ? base::Error{} : all.error();
  }

  std::optional<Reader> view_;
};

TEST_F(Query, MapsTypesExactly) {
  auto rows = view().query(
      "SELECT true AS b, 7::UTINYINT AS i, 7::BIGINT AS l, 0.1::DOUBLE AS d, "
      "1.5::DECIMAL(18,6) AS q, 2.25::DECIMAL(18,9) AS p, 3.125::DECIMAL(9,6) AS nq, "
      "DATE '2026-02-23' AS day, TIMESTAMP '2026-02-23 18:00:00.5' AS t, "
      "TIMESTAMPTZ '2026-02-23 18:00:00-05:00' AS tz, 'x' AS s, "
      "170141183460469231731687303715884105727::HUGEINT AS h, -12.340::DECIMAL(30,3) AS n, "
      "'b'::ENUM('a', 'b') AS e, [1, 2] AS list, 18446744073709551615::UBIGINT AS u");
  ASSERT_TRUE(rows) << rows.error().message;
  std::vector<Type> types;
  for (const columns::Column& column : rows->header().columns()) {
    types.push_back(column.type());
  }

  EXPECT_THAT(types, ElementsAre(Type::Bool, Type::Int32, Type::Int64, Type::Double, Type::Quantity,
                                 Type::Price, Type::Quantity, Type::Day, Type::Instant,
                                 Type::Instant, Type::Text, Type::Number, Type::Number, Type::Text,
                                 Type::Text, Type::Number));
  const columns::Batch batch = rows->all().value();
  std::vector<std::string> cells;
  for (const columns::Column& column : batch.columns()) {
    cells.push_back(columns::cell_text(column, 0));
  }
  EXPECT_THAT(cells, ElementsAre("true", "7", "7", "0.1", "1.5", "2.25", "3.125", "2026-02-23",
                                 "2026-02-23T18:00:00.5Z", "2026-02-23T23:00:00Z", "x",
                                 "170141183460469231731687303715884105727", "-12.34", "b", "[1, 2]",
                                 "18446744073709551615"));
}

TEST_F(Query, KeepsMissingValuesMissing) {
  EXPECT_THAT(rows_of(view(),
                      "SELECT symbol, short_exempt_volume, NULL FROM finra_short_daily "
                      "ORDER BY 1"),
              ElementsAre("A|1|", "B||"));
}

TEST_F(Query, KeepsNamesWhenAColumnIsRenderedAsText) {
  auto rows = view().query("SELECT [1] AS x, 2 AS x, 3 AS y -- comment");
  ASSERT_TRUE(rows) << rows.error().message;

  EXPECT_EQ(rows->header().column(0).name(), "x");
  EXPECT_EQ(rows->header().column(1).name(), "x");
  EXPECT_EQ(rows->header().column(2).name(), "y");
}

TEST_F(Query, BindsParametersAsValues) {
  const std::vector<Parameter> parameters{
      Parameter{std::string{"A' OR 1=1"}}, Parameter{day("2026-02-23")},
      Parameter{at("2026-02-23T18:00:00Z")}, Parameter{std::int64_t{5}}, Parameter{2.5}};
  EXPECT_THAT(rows_of(view(), "SELECT $1, $2, $3, $4, $5", parameters),
              ElementsAre("A' OR 1=1|2026-02-23|2026-02-23T18:00:00Z|5|2.5"));
}

TEST_F(Query, WantsAsManyParametersAsTheStatement) {
  const auto rows = view().query("SELECT $1 + $2");

  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, base::ErrorCode::InvalidArgument);
}

TEST_F(Query, StreamsInOrder) {
  auto rows = view().query("SELECT range AS x FROM range(100000)");
  ASSERT_TRUE(rows);
  std::int64_t wanted = 0;
  columns::Batch batch;
  while (rows->next(batch).value()) {
    for (const std::int64_t value : batch.column(0).values<std::int64_t>()) {
      ASSERT_EQ(value, wanted++);
    }
  }
  EXPECT_EQ(wanted, 100'000);
}

TEST_F(Query, RunsTwoAtOnce) {
  auto first = view().query("SELECT range AS x FROM range(100000)");
  auto second = view().query("SELECT 1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);

  EXPECT_EQ(second->all()->num_rows(), 1U);
  EXPECT_EQ(first->all()->num_rows(), 100'000U);
}

TEST_F(Query, ReportsTheEnginesMessageAsTheUsersMistake) {
  const base::Error error = refused("SELECT nothing FROM finra_short_daily");

  EXPECT_EQ(error.code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("nothing"));
}

TEST_F(Query, ReportsAFailureWhileRowsStream) {
  const base::Error error =
      refused("SELECT CASE WHEN range > 50000 THEN error('late') ELSE 'x' END FROM range(60000)");

  EXPECT_EQ(error.code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("late"));
}

TEST_F(Query, RefusesSeveralStatements) {
  EXPECT_THAT(refused("SELECT 1; DROP TABLE revision").message, HasSubstr("one statement"));
  EXPECT_THAT(refused("").message, testing::Not(testing::IsEmpty()));
}

TEST_F(Query, RefusesEveryWayOut) {
  const std::string file = (folder_.path() / "out.csv").string();
  std::ofstream{folder_.path() / "in.csv"} << "secret\n";
  const std::string input = (folder_.path() / "in.csv").string();
  for (const std::string& sql :
       {"COPY (SELECT 1) TO '" + file + "'",
        "COPY finra_short_daily TO '" + file + "'",
        "SELECT * FROM read_csv('" + input + "')",
        "SELECT * FROM '" + input + "'",
        "SELECT * FROM read_text('" + input + "')",
        "SELECT * FROM read_blob('" + input + "')",
        "SELECT * FROM read_json('" + input + "')",
        "SELECT * FROM read_parquet('" + input + "')",
        "SELECT * FROM glob('" + folder_.path().string() + "/*')",
        "SELECT * FROM parquet_metadata('" + input + "')",
        "SELECT * FROM sniff_csv('" + input + "')",
        "ATTACH '" + file + "' AS other",
        "EXPORT DATABASE '" + file + "'",
        "IMPORT DATABASE '" + file + "'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '" + file + "'",
        std::string{"INSTALL httpfs"},
        std::string{"LOAD httpfs"},
        std::string{"SET threads = 1"},
        std::string{"SET enable_external_access = true"},
        std::string{"RESET threads"},
        std::string{"SET VARIABLE x = 1"},
        std::string{"PRAGMA threads = 1"},
        std::string{"PRAGMA database_size; SELECT 1"},
        std::string{"CALL pragma_version()"},
        std::string{"CREATE TABLE x (a INT)"},
        std::string{"CREATE TEMP TABLE x (a INT)"},
        std::string{"CREATE SECRET s (TYPE s3)"},
        std::string{"INSERT INTO revision VALUES (1)"},
        std::string{"UPDATE revision SET rows = 0"},
        std::string{"DELETE FROM revision"},
        std::string{"DROP TABLE revision"},
        std::string{"BEGIN"},
        std::string{"CHECKPOINT"},
        std::string{"VACUUM"},
        std::string{"PREPARE p AS SELECT 1"},
        std::string{"SELECT getenv('HOME')"},
        std::string{"SELECT * FROM query('COPY revision TO ''x''')"},
        std::string{"WITH x AS (DELETE FROM revision RETURNING *) SELECT * FROM x"},
        std::string{"SELECT * FROM 'https://example.com/x.parquet'"}}) {
    SCOPED_TRACE(sql);
    const base::Error error = refused(sql);
    EXPECT_EQ(error.code, base::ErrorCode::InvalidArgument) << error.message;
    EXPECT_FALSE(error.message.empty());
  }
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_THAT(rows_of(view(), "SELECT count(*) FROM duckdb_secrets()"), ElementsAre("0"));
  EXPECT_THAT(rows_of(view(), "SELECT * FROM which_secret('s3://x', 's3')"), testing::IsEmpty());
}

TEST_F(Query, ReadsWhatLooksLikeReading) {
  EXPECT_THAT(rows_of(view(), "FROM finra_short_daily SELECT count(*);"), ElementsAre("2"));
  EXPECT_FALSE(rows_of(view(), "DESCRIBE finra_short_daily").empty());
  EXPECT_FALSE(rows_of(view(), "SHOW TABLES").empty());
  EXPECT_FALSE(rows_of(view(), "EXPLAIN SELECT 1").empty());
}

TEST_F(Query, SumsStayExact) {
  EXPECT_THAT(rows_of(view(),
                      "SELECT sum(short_volume), sum(0.333333::DECIMAL(18,6)) "
                      "FROM finra_short_daily"),
              ElementsAre("15|0.666666"));
}

TEST_F(Query, MarketTextAgreesWithTheFacilityRoom) {
  for (std::uint8_t mask = 0; mask < 64; ++mask) {
    const std::vector<Parameter> parameters{Parameter{std::int64_t{mask}}};
    EXPECT_THAT(rows_of(view(), "SELECT market_text($1::UTINYINT)", parameters),
                ElementsAre(market::market_text(mask)));
  }
}

}  // namespace offex::store
