#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using testing::ElementsAre;
using testing::HasSubstr;

class Put : public StoreTest {};

TEST_F(Put, StoresRowsThatAReaderSees) {
  const auto put = put_short("a", "2026-02-23", {{"BRK/B", 10, 1, 30}, {"TPC", 5, 0, 9}});

  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->rows, 2U);
  EXPECT_EQ(put->added, 1U);
  EXPECT_THAT(rows_of(reader(), "SELECT * FROM finra_short_daily ORDER BY symbol"),
              ElementsAre("2026-02-23|BRK.B|BRK/B|CNMS|B,Q,N|10|1|30",
                          "2026-02-23|TPC|TPC|CNMS|B,Q,N|5|0|9"));
}

TEST_F(Put, DoesNothingForBytesItKnows) {
  ASSERT_TRUE(put_short("a", "2026-02-23", {{"A", 1, 0, 2}}));

  const auto again = put_short("a", "2026-02-23", {{"A", 1, 0, 2}});

  ASSERT_TRUE(again);
  EXPECT_TRUE(again->known_file);
  EXPECT_TRUE(writer().knows({.sha256 = source("a").sha256,
                              .day = *market::Day::parse("2026-02-23"),
                              .facility = market::Facility::Cnms}));
  EXPECT_FALSE(writer().knows({.sha256 = source("b").sha256}));
}

TEST_F(Put, BringsBackAnOldFileThatACorrectionReplaced) {
  ASSERT_TRUE(put_short("a", "2026-02-23", {{"A", 1, 0, 2}}));
  ASSERT_TRUE(put_short("b", "2026-02-23", {{"A", 9, 0, 9}}));
  const auto knows = [&](const std::string& file) {
    return writer().knows({.sha256 = source(file).sha256,
                           .day = day("2026-02-23"),
                           .facility = market::Facility::Cnms});
  };
  EXPECT_FALSE(knows("a"));
  EXPECT_TRUE(knows("b"));

  const auto again = put_short("a", "2026-02-23", {{"A", 1, 0, 2}});

  ASSERT_TRUE(again);
  EXPECT_FALSE(again->known_file);
  EXPECT_EQ(again->superseded, 1U);
  EXPECT_TRUE(knows("a"));
  EXPECT_FALSE(knows("b"));
  EXPECT_THAT(scanned(reader()), ElementsAre(std::pair{"A", 1}));
  EXPECT_TRUE(knows("a"));
  EXPECT_FALSE(knows("b"));
  EXPECT_EQ(writer().known_files().size(), 1U);
}

TEST_F(Put, KnowsAFileInAnotherContainerUntilItsRowsAreReplaced) {
  const FileIdentity packed{.sha256 = source("a.gz").sha256,
                            .day = day("2026-02-23"),
                            .facility = market::Facility::Cnms};
  ASSERT_TRUE(put_short("a.txt", "2026-02-23", {{"A", 1, 0, 2}}));
  ASSERT_TRUE(put_short("a.gz", "2026-02-23", {{"A", 1, 0, 2}}));
  EXPECT_TRUE(writer().knows(packed));

  ASSERT_TRUE(put_short("b", "2026-02-23", {{"A", 9, 0, 9}}));

  EXPECT_FALSE(writer().knows(packed));
  EXPECT_TRUE(reader().digests());
  EXPECT_FALSE(writer().knows(packed));
}

TEST_F(Put, KnowsAPatchAsLongAsNoOtherChangesItsRows) {
  using market::Facility;
  const FileIdentity first{.sha256 = source("1").sha256, .day = {}, .facility = {}};
  ASSERT_TRUE(put_table("1", {{"2026-02-23", Facility::Cnms, {"A", 1, 0, 2}}}));
  ASSERT_TRUE(put_table("2", {{"2026-02-23", Facility::Cnms, {"B", 3, 0, 4}}}));
  EXPECT_TRUE(writer().knows(first));
  EXPECT_TRUE(reader().digests());
  EXPECT_TRUE(writer().knows(first));

  ASSERT_TRUE(put_table("3", {{"2026-02-23", Facility::Cnms, {"A", 9, 0, 9}}}));
  EXPECT_FALSE(writer().knows(first));
  ASSERT_TRUE(put_table("1", {{"2026-02-23", Facility::Cnms, {"A", 1, 0, 2}}}));

  EXPECT_THAT(scanned(reader()),
              testing::UnorderedElementsAre(std::pair{"A", 1}, std::pair{"B", 3}));
}

TEST_F(Put, TakesTheSameEmptyBytesForEachDayAndFacilityTheyAreOf) {
  ASSERT_TRUE(put_short("empty", "2026-02-23", {}, market::Facility::Fnra));

  const auto next_day = put_short("empty", "2026-02-24", {}, market::Facility::Fnra);
  const auto other_facility = put_short("empty", "2026-02-23", {}, market::Facility::Forf);
  const auto again = put_short("empty", "2026-02-24", {}, market::Facility::Fnra);

  ASSERT_TRUE(next_day && other_facility && again);
  EXPECT_EQ(next_day->added, 1U);
  EXPECT_EQ(other_facility->added, 1U);
  EXPECT_TRUE(again->known_file);
}

TEST_F(Put, MakesNoRevisionOfEqualRowsInAnotherContainerOrOrder) {
  ASSERT_TRUE(put_short("a.txt", "2026-02-23", {{"A", 1, 0, 2}, {"B", 3, 0, 4}}));

  const auto again = put_short("a.gz", "2026-02-23", {{"B", 3, 0, 4}, {"A", 1, 0, 2}});

  ASSERT_TRUE(again);
  EXPECT_EQ(again->unchanged, 1U);
  EXPECT_EQ(again->rows, 0U);
  const Reader view = reader();
  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM revision"), ElementsAre("1"));
  EXPECT_THAT(rows_of(view, "SELECT name, rows, status FROM ingest_file ORDER BY file_id"),
              ElementsAre("a.txt|2|stored", "a.gz|2|stored"));
}

TEST_F(Put, RefusesTwoSpellingsOfOneSecurityAndNamesThem) {
  const auto put = put_short("a", "2026-02-23", {{"BRK.B", 1, 0, 2}, {"BRK/B", 3, 0, 4}});

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(put.error().message, HasSubstr("BRK.B and BRK/B are both BRK.B"));
}

TEST_F(Put, RefusesARepeatedSymbol) {
  const auto put = put_short("a", "2026-02-23", {{"A", 1, 0, 2}, {"A", 1, 0, 2}});

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(put.error().message, HasSubstr("symbol A appears twice"));
}

TEST_F(Put, LeavesNothingOfARefusedFileInItsBatch) {
  ASSERT_TRUE(writer().begin());
  ASSERT_TRUE(put_short("good", "2026-02-23", {{"A", 1, 0, 2}}));
  ASSERT_FALSE(put_short("bad", "2026-02-24", {{"NEW", 1, 0, 2}, {"NEW", 1, 0, 2}}));
  ASSERT_TRUE(put_short("also good", "2026-02-25", {{"B", 1, 0, 2}}));
  ASSERT_TRUE(writer().commit());

  const Reader view = reader();
  EXPECT_THAT(rows_of(view, "SELECT name FROM ingest_file ORDER BY file_id"),
              ElementsAre("good", "also good"));
  EXPECT_THAT(rows_of(view, "SELECT symbol_code, symbol FROM symbols ORDER BY symbol_code"),
              ElementsAre("0|A", "1|B"));
}

TEST_F(Put, ForgetsABatchThatIsRolledBack) {
  ASSERT_TRUE(put_short("kept", "2026-02-20", {{"A", 1, 0, 2}}));
  ASSERT_TRUE(writer().begin());
  ASSERT_TRUE(put_short("dropped", "2026-02-23", {{"B", 1, 0, 2}}));
  writer().rollback();

  EXPECT_FALSE(writer().knows({.sha256 = source("dropped").sha256}));
  ASSERT_TRUE(put_short("next", "2026-02-24", {{"C", 1, 0, 2}}));
  EXPECT_THAT(rows_of(reader(), "SELECT trade_date, symbol FROM finra_short_daily ORDER BY 1"),
              ElementsAre("2026-02-20|A", "2026-02-24|C"));
}

TEST_F(Put, ReportsMissingColumnsBeforeWritingAnything) {
  columns::Batch batch{{columns::Column{"symbol", columns::Type::Symbol}}};
  batch.column(0).push(symbol("A"));
  const FactRows part{.dataset = market::Dataset::FinraShortDaily,
                      .day = day("2026-02-23"),
                      .facility = market::Facility::Cnms,
                      .rows = &batch};

  const auto put = writer().put(source("a"), {&part, 1});

  ASSERT_FALSE(put);
  EXPECT_THAT(put.error().message, HasSubstr("no column short_volume"));
  EXPECT_THAT(rows_of(writer().reader(), "SELECT count(*) FROM ingest_file"), ElementsAre("0"));
}

TEST_F(Put, KeepsRejectsWithTheirPlace) {
  const columns::Batch batch = short_batch({{"A", 1, 0, 2}});
  const FactRows part{.dataset = market::Dataset::FinraShortDaily,
                      .day = day("2026-02-23"),
                      .facility = market::Facility::Cnms,
                      .rows = &batch};
  const Reject reject{.line = 3,
                      .column = 14,
                      .field = "ShortVolume",
                      .reason = "not a number",
                      .excerpt = "20260223|B|x|0|2|Q"};

  ASSERT_TRUE(writer().put(source("a"), {&part, 1}, {&reject, 1}));

  const Reader view = reader();
  EXPECT_THAT(rows_of(view, "SELECT * FROM reject"),
              ElementsAre("1|3|14|ShortVolume|not a number|20260223|B|x|0|2|Q"));
  EXPECT_THAT(rows_of(view, "SELECT rejects, status FROM ingest_file"), ElementsAre("1|partial"));
}

TEST_F(Put, ShowsItsUncommittedRowsToItsOwnReader) {
  ASSERT_TRUE(writer().begin());
  ASSERT_TRUE(put_short("a", "2026-02-23", {{"A", 1, 0, 2}}));

  EXPECT_THAT(rows_of(writer().reader(), "SELECT symbol FROM finra_short_daily"), ElementsAre("A"));
}

}  // namespace offex::store
