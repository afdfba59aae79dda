#include "offex/store/parquet.hpp"

#include <array>
#include <fstream>

#include <gmock/gmock.h>

#include "offex/store/raw_archive.hpp"

#include "store/maintenance_internal.hpp"
#include "store_fixture.hpp"

namespace offex::store {

using columns::Column;
using columns::Type;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<std::string_view, 2> kWords{"low", "high"};

class Parquet : public StoreTest {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "out.parquet"; }
  /// Runs `sql` over the written file with an engine that may read files, through a store table.
  std::vector<std::string> read_back(const std::string& sql) {
    writer();
    {
      const Reader view = reader();
    }
    EXPECT_TRUE(run_on_file(folder_.path() / "offex.duckdb",
                            "CREATE OR REPLACE TABLE read_back AS " + sql));
    std::filesystem::remove(folder_.path() / "snapshot" / "offex.duckdb");
    return rows_of(reader(), "FROM read_back");
  }
};

TEST_F(Parquet, KeepsTypesAndValuesExactly) {
  columns::Batch batch{{Column{"q", Type::Quantity}, Column{"p", Type::Price},
                        Column{"day", Type::Day}, Column{"at", Type::Instant},
                        Column{"sym", Type::Symbol}, Column{"word", kWords},
                        Column{"x", Type::Double}, Column{"flag", Type::Bool}}};
  batch.column(0).push<std::int64_t>(333'333);
  batch.column(1).push<std::int64_t>(123'456'789'012);
  batch.column(2).push<std::int32_t>(day("2026-02-23").days());
  batch.column(3).push<std::int64_t>(at("2026-02-23T18:00:00.000001Z").nanos());
  batch.column(4).push(symbol("BRK.B"));
  batch.column(5).push<std::uint8_t>(1);
  batch.column(6).push<double>(0.1);
  batch.column(7).push_missing();
  bool given = false;
  const auto next = [&](columns::Batch& out) -> Result<bool> {
    out = batch;
    return !std::exchange(given, true);
  };

  const auto rows = write_parquet(file(), batch, next, {});

  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(*rows, 1U);
  EXPECT_THAT(read_back("FROM '" + file().string() + "'"),
              ElementsAre("0.333333|123.456789012|2026-02-23|2026-02-23T18:00:00.000001Z|BRK.B|"
                          "high|0.1|"));
  EXPECT_THAT(read_back("SELECT string_agg(column_type, ' ') FROM (DESCRIBE FROM '" +
                        file().string() + "')"),
              ElementsAre("DECIMAL(18,6) DECIMAL(18,9) DATE TIMESTAMP VARCHAR VARCHAR DOUBLE "
                          "BOOLEAN"));
}

TEST_F(Parquet, CarriesNotesInItsFooter) {
  const columns::Batch batch{{Column{"a", Type::Int64}}};
  const std::array<ParquetNote, 2> notes{ParquetNote{"disclaimer", "it's an estimate"},
                                         ParquetNote{"as_of", "2026-02-23"}};

  ASSERT_TRUE(
      write_parquet(file(), batch, [](columns::Batch&) -> Result<bool> { return false; }, notes));

  EXPECT_THAT(read_back("SELECT decode(key), decode(value) FROM parquet_kv_metadata('" +
                        file().string() + "') ORDER BY 1"),
              ElementsAre("as_of|2026-02-23", "disclaimer|it's an estimate"));
}

TEST_F(Parquet, KeepsTheOrderOfManyRows) {
  const columns::Batch header{{Column{"a", Type::Int64}}};
  std::int64_t value = 0;
  const auto next = [&](columns::Batch& out) -> Result<bool> {
    out = header;
    for (int i = 0; i < 7'001 && value < 700'100; ++i) {
      out.column(0).push<std::int64_t>(value++);
    }
    return out.num_rows() > 0;
  };

  EXPECT_EQ(write_parquet(file(), header, next).value(), 700'100U);

  EXPECT_THAT(read_back("SELECT count(*) FROM (SELECT a, file_row_number AS n FROM read_parquet('" +
                        file().string() + "', file_row_number = true)) WHERE a = n"),
              ElementsAre("700100"));
}

TEST_F(Parquet, WritesTheRowsOfAQuery) {
  ASSERT_TRUE(put_short("a", "2026-02-23", {{"A", 10, 1, 30}, {"B", 5, {}, 9}}));
  const Reader view = reader();
  QueryRows rows = view.query(
                           "SELECT symbol, short_exempt_volume FROM finra_short_daily "
                           "ORDER BY symbol")
                       .value();

  EXPECT_EQ(
      write_parquet(file(), rows.header(), [&](columns::Batch& batch) { return rows.next(batch); })
          .value(),
      2U);
  EXPECT_THAT(read_back("FROM '" + file().string() + "'"), ElementsAre("A|1", "B|"));
}

TEST_F(Parquet, FailingSourceLeavesNoFileAndItsOwnError) {
  const columns::Batch header{{Column{"a", Type::Int64}}};

  const auto rows = write_parquet(file(), header, [](columns::Batch&) -> Result<bool> {
    return fail(base::ErrorCode::Interrupted, "stopped");
  });

  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, base::ErrorCode::Interrupted);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(Parquet, FolderThatIsNotThereIsAnIoError) {
  const columns::Batch header{{Column{"a", Type::Int64}}};

  const auto rows = write_parquet(folder_.path() / "no" / "out.parquet", header,
                                  [](columns::Batch&) -> Result<bool> { return false; });

  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, base::ErrorCode::Io);
}

TEST(RawArchive, KeepsBytesUnderTheirDigest) {
  const ScratchFolder folder;
  RawArchive archive{folder.path() / "raw"};
  const std::string sha256 = base::sha256("bytes").hex();
  EXPECT_FALSE(archive.contains(sha256));

  ASSERT_TRUE(archive.put(sha256, ".gz", "packed"));
  ASSERT_TRUE(archive.put(sha256, ".gz", "packed"));
  ASSERT_TRUE(archive.sync());

  EXPECT_TRUE(archive.contains(sha256));
  const auto path = archive.path_of(sha256).value();
  EXPECT_EQ(path.filename(), sha256 + ".gz");
  std::ifstream stream{path};
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>{stream}, {}), "packed");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{path.parent_path()}, {}), 1);
}

TEST(RawArchive, DoesNotTrustAnEmptyFileThatAPowerCutLeft) {
  const ScratchFolder folder;
  RawArchive archive{folder.path()};
  const std::string sha256 = base::sha256("bytes").hex();
  ASSERT_TRUE(archive.put(sha256, "", "bytes"));
  std::filesystem::resize_file(archive.path_of(sha256).value(), 0);

  EXPECT_FALSE(archive.contains(sha256));
  ASSERT_TRUE(archive.put(sha256, "", "bytes"));

  EXPECT_EQ(std::filesystem::file_size(archive.path_of(sha256).value()), 5U);
}

TEST(RawArchive, SaysWhichFileItLacks) {
  const ScratchFolder folder;

  const auto path = RawArchive{folder.path()}.path_of("abcd");

  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(path.error().message, HasSubstr("abcd"));
}

}  // namespace offex::store
