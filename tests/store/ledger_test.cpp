#include <chrono>

#include <gmock/gmock.h>

#include "store/maintenance_internal.hpp"
#include "store_fixture.hpp"

namespace offex::store {

using market::Dataset;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Ledger : public StoreTest {
 protected:
  static LedgerEntry entry(std::string_view trade_date, PartitionState state,
                           const std::string& scope = "CNMS") {
    return {.partition = {.source = "finra_cdn",
                          .dataset = Dataset::FinraShortDaily,
                          .day = day(trade_date),
                          .scope = scope},
            .state = state,
            .reason = {},
            .checked_at = at("2026-03-02T12:00:00Z"),
            .url = {},
            .etag = {},
            .last_modified = {},
            .sha256 = {}};
  }
  void record(const std::vector<LedgerEntry>& entries) {
    const auto done = writer().record(entries);
    ASSERT_TRUE(done) << done.error().message;
  }
  static std::vector<LedgerEntry> all(const Reader& view, const LedgerFilter& filter = {}) {
    auto entries = view.ledger(filter);
    EXPECT_TRUE(entries) << entries.error().message;
    return std::move(entries).value_or(std::vector<LedgerEntry>{});
  }
  /// "2026-02-20 CNMS fetched" of each entry.
  static std::vector<std::string> lines(const std::vector<LedgerEntry>& entries) {
    std::vector<std::string> out;
    out.reserve(entries.size());
    for (const LedgerEntry& one : entries) {
      out.push_back((one.partition.day ? one.partition.day->iso() : "-") + ' ' +
                    one.partition.scope + ' ' + std::string{to_string(one.state)});
    }
    return out;
  }
};

TEST_F(Ledger, GivesBackEveryField) {
  LedgerEntry full = entry("2026-02-20", PartitionState::Failed);
  full.reason = "504 from the server; 3 attempts";
  full.retry_at = at("2026-03-02T12:15:00.25Z");
  full.attempts = 4'000'000'000;
  full.url = "https://host/a?b='c'&d=\"e\";--";
  full.etag = "W/\"it's; \\ odd\"";
  full.last_modified = "Fri, 20 Feb 2026 23:00:01 GMT";
  full.sha256 = std::string(64, 'a');
  record({full});

  const std::vector<LedgerEntry> back = all(reader());

  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].partition, full.partition);
  EXPECT_EQ(back[0].state, full.state);
  EXPECT_EQ(back[0].reason, full.reason);
  EXPECT_EQ(back[0].checked_at, full.checked_at);
  EXPECT_EQ(back[0].retry_at, full.retry_at);
  EXPECT_EQ(back[0].attempts, full.attempts);
  EXPECT_EQ(back[0].url, full.url);
  EXPECT_EQ(back[0].etag, full.etag);
  EXPECT_EQ(back[0].last_modified, full.last_modified);
  EXPECT_EQ(back[0].sha256, full.sha256);
}

TEST_F(Ledger, KeepsTheNewestEntryOfAPartition) {
  record({entry("2026-02-20", PartitionState::Due), entry("2026-02-23", PartitionState::Due)});
  record({entry("2026-02-20", PartitionState::Failed)});
  record({entry("2026-02-20", PartitionState::Fetched)});

  EXPECT_THAT(lines(all(reader())), ElementsAre("2026-02-20 CNMS fetched", "2026-02-23 CNMS due"));
}

TEST_F(Ledger, TakesTheLastOfTwoEntriesOfOneCall) {
  record({entry("2026-02-20", PartitionState::Due), entry("2026-02-20", PartitionState::Absent)});

  EXPECT_THAT(lines(all(reader())), ElementsAre("2026-02-20 CNMS absent"));
}

TEST_F(Ledger, ReplacesPartitionsWithoutADayToo) {
  LedgerEntry list = entry("2026-02-20", PartitionState::Failed, "nasdaqlisted");
  list.partition.day.reset();
  record({list});
  list.state = PartitionState::Revised;
  record({list});

  EXPECT_THAT(lines(all(reader())), ElementsAre("- nasdaqlisted revised"));
}

TEST_F(Ledger, ComesInTheOrderOfItsKeys) {
  LedgerEntry other = entry("2026-02-19", PartitionState::Due, "T1");
  other.partition.dataset = Dataset::WeeklySummary;
  record({other, entry("2026-02-20", PartitionState::Due, "FNYX"),
          entry("2026-02-20", PartitionState::Due, "CNMS"),
          entry("2026-02-19", PartitionState::Due, "FORF")});

  EXPECT_THAT(lines(all(reader())), ElementsAre("2026-02-19 FORF due", "2026-02-20 CNMS due",
                                                "2026-02-20 FNYX due", "2026-02-19 T1 due"));
}

TEST_F(Ledger, FiltersBySourceDataSetAndDays) {
  LedgerEntry other = entry("2026-02-20", PartitionState::Fetched, "");
  other.partition.source = "polygon";
  other.partition.dataset = Dataset::DailyBarGrouped;
  LedgerEntry list = entry("2026-02-20", PartitionState::Fetched, "list");
  list.partition.day.reset();
  record({other, list, entry("2026-02-19", PartitionState::Fetched),
          entry("2026-02-23", PartitionState::Fetched)});
  const Reader view = reader();

  EXPECT_THAT(lines(all(view, {.source = "polygon"})), ElementsAre("2026-02-20  fetched"));
  EXPECT_THAT(lines(all(view, {.source = {}, .dataset = Dataset::DailyBarGrouped})),
              ElementsAre("2026-02-20  fetched"));
  EXPECT_THAT(lines(all(view, {.source = {},
                               .days = market::DayRange{day("2026-02-20"), day("2026-02-23")}})),
              ElementsAre("2026-02-23 CNMS fetched", "2026-02-20  fetched"));
  EXPECT_THAT(all(view, {.source = "finra_api"}), IsEmpty());
}

TEST_F(Ledger, IsStoredTogetherWithTheBodyOrNotAtAll) {
  record({entry("2026-02-20", PartitionState::Due)});
  ASSERT_TRUE(writer().begin());
  ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
  record({entry("2026-02-20", PartitionState::Fetched), entry("2026-02-23", PartitionState::Due)});
  writer().rollback();
  ASSERT_TRUE(writer().begin());
  ASSERT_TRUE(put_short("1", "2026-02-19", {{"A", 1, 0, 2}}));
  record({entry("2026-02-19", PartitionState::Fetched)});
  ASSERT_TRUE(writer().commit());

  const Reader view = reader();
  EXPECT_THAT(lines(all(view)), ElementsAre("2026-02-19 CNMS fetched", "2026-02-20 CNMS due"));
  EXPECT_THAT(rows_of(view, "SELECT DISTINCT trade_date FROM finra_short_daily"),
              ElementsAre("2026-02-19"));
}

TEST_F(Ledger, IsSeenByTheWritersReaderBeforeTheCommit) {
  ASSERT_TRUE(writer().begin());
  record({entry("2026-02-20", PartitionState::Due)});
  record({entry("2026-02-23", PartitionState::Due)});
  EXPECT_THAT(all(writer().reader()), SizeIs(2));
  record({entry("2026-02-23", PartitionState::Fetched)});
  EXPECT_THAT(lines(all(writer().reader())),
              ElementsAre("2026-02-20 CNMS due", "2026-02-23 CNMS fetched"));
  writer().rollback();

  EXPECT_THAT(all(writer().reader()), IsEmpty());
}

TEST_F(Ledger, IsNotPartOfTheDigests) {
  ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
  const auto texts = [](const Reader& view) {
    const auto digests = view.digests();
    std::vector<std::string> out;
    for (const Reader::TableDigest& one : digests.value()) {
      out.push_back(one.table + ' ' + one.digest);
    }
    return out;
  };
  const std::vector<std::string> before = texts(reader());
  record({entry("2026-02-20", PartitionState::Fetched)});

  EXPECT_EQ(texts(reader()), before);
}

TEST_F(Ledger, KeepsBytesThatAreNoTextAsQuestionMarks) {
  LedgerEntry odd = entry("2026-02-20", PartitionState::Failed);
  odd.reason = "caf\xC3\xA9";
  odd.etag = "\"a\xE9z\"";
  odd.last_modified = "\xED\xA0\x80";  // half of a surrogate pair
  record({odd});

  const std::vector<LedgerEntry> back = all(reader());
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].reason, "caf\xC3\xA9");
  EXPECT_EQ(back[0].etag, "\"a?z\"");
  EXPECT_EQ(back[0].last_modified, "???");
}

TEST_F(Ledger, HasAViewForPeople) {
  LedgerEntry failed = entry("2026-02-20", PartitionState::Failed);
  failed.reason = "timed out";
  record({entry("2026-02-23", PartitionState::Due), failed});

  EXPECT_THAT(rows_of(reader(),
                      "SELECT dataset, key_date, scope, state, reason, attempts, url IS "
                      "NULL FROM sync_status"),
              ElementsAre("finra_short_daily|2026-02-20|CNMS|failed|timed out|0|true",
                          "finra_short_daily|2026-02-23|CNMS|due||0|true"));
}

TEST_F(Ledger, RefusesWhatANewerProgramMayHaveWritten) {
  record({entry("2026-02-20", PartitionState::Due)});
  {
    const Reader view = reader();
  }
  ASSERT_TRUE(run_on_file(folder_.path() / "snapshot" / "offex.duckdb",
                          "UPDATE sync_ledger SET state = 'lost'"));

  const auto entries = reader().ledger();

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(entries.error().message, HasSubstr("lost"));
}

/// A store as the program before the ledger left it.
class LedgerMigration : public Ledger {
 protected:
  void SetUp() override {
    ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
    {
      const Reader view = reader();
    }
    for (const char* file : {"offex.duckdb", "snapshot/offex.duckdb"}) {
      ASSERT_TRUE(
          run_on_file(folder_.path() / file, std::string{kUndoStep3} +
                                                 "DROP VIEW sync_status; DROP TABLE sync_ledger; "
                                                 "DELETE FROM schema_step WHERE step = 2"));
    }
  }
};

TEST_F(LedgerMigration, WriterAddsTheLedgerAndKeepsTheFacts) {
  record({entry("2026-02-20", PartitionState::Fetched)});

  const Reader view = reader();
  EXPECT_THAT(all(view), SizeIs(1));
  EXPECT_THAT(rows_of(view, "SELECT step FROM schema_step ORDER BY step"),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(scanned(view), ElementsAre(std::pair<std::string, std::int64_t>{"A", 1}));
}

TEST_F(LedgerMigration, ReaderMigratesWhenNobodyWrites) {
  const Reader view = reader();

  EXPECT_THAT(all(view), IsEmpty());
  EXPECT_THAT(rows_of(view, "SELECT step FROM schema_step ORDER BY step"),
              ElementsAre("1", "2", "3"));
}

TEST_F(LedgerMigration, ReadersDoNotWaitForTheFirstWriterToEnd) {
  writer();

  const auto opened = Reader::open(options());

  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_THAT(all(*opened), IsEmpty());
  EXPECT_THAT(scanned(*opened), SizeIs(1));
}

TEST_F(Ledger, RecordsAHundredThousandEntriesWithinSeconds) {
  constexpr int kEntries = 100'000;
  std::vector<LedgerEntry> entries;
  for (int i = 0; i < kEntries; ++i) {
    entries.push_back(entry("2026-02-20", PartitionState::Fetched, "S" + std::to_string(i)));
    entries.back().url = "https://host/path/of/" + std::to_string(i);
  }
  const auto begun = std::chrono::steady_clock::now();
  record(entries);
  record(entries);  // all of them again
  const auto all_written = std::chrono::steady_clock::now();
  constexpr int kBatches = 20;
  for (int batch = 0; batch < kBatches; ++batch) {
    ASSERT_TRUE(writer().begin());
    for (std::size_t i = 0; i < 20; ++i) {
      record({entries[static_cast<std::size_t>(batch) * 100 + i]});
    }
    ASSERT_TRUE(writer().commit());
  }
  const std::chrono::duration<double> whole = all_written - begun;
  const std::chrono::duration<double> small = std::chrono::steady_clock::now() - all_written;
  RecordProperty("seconds_of_200000", std::to_string(whole.count()));
  RecordProperty("seconds_of_a_batch", std::to_string(small.count() / kBatches));

  EXPECT_LT(whole.count(), 20.0);
  EXPECT_LT(small.count() / kBatches, 0.5);
  EXPECT_THAT(all(reader()), SizeIs(kEntries));
}

}  // namespace offex::store
