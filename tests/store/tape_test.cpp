#include <map>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using market::Dataset;
using testing::ElementsAre;
using testing::IsEmpty;

/// Tape files, of which the store keeps a revision and no rows.
class Tape : public StoreTest {
 protected:
  Result<PutResult> put(const std::string& file, Dataset dataset, std::string_view trade_date,
                        const std::string& scope, const std::string& text,
                        std::int64_t rows = 100) {
    return writer().put_tape(source(file),
                             {.dataset = dataset,
                              .day = day(trade_date),
                              .scope = scope,
                              .sha256 = source(file).sha256,
                              .name = file,
                              .rows = rows,
                              .known_from = {}},
                             base::sha256(text).hex());
  }
  /// "day data set scope name rows" of the files of February in force.
  static std::vector<std::string> files(const Reader& view,
                                        std::optional<market::Instant> as_of = {}) {
    const auto found = view.tape_files({day("2026-02-01"), day("2026-02-28")}, as_of);
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> out;
    for (const TapeFile& file : found.value()) {
      out.push_back(file.day.iso() + ' ' + std::string{market::to_string(file.dataset)} + " '" +
                    file.scope + "' " + file.name + ' ' + std::to_string(file.rows));
    }
    return out;
  }
};

TEST_F(Tape, FilesAreListedByDayDataSetAndScope) {
  ASSERT_TRUE(put("q.csv.gz", Dataset::QuoteTape, "2026-02-23", "", "quotes"));
  ASSERT_TRUE(put("b.json", Dataset::TradeTape, "2026-02-23", "AAPL/0002", "page 2"));
  ASSERT_TRUE(put("a.json", Dataset::TradeTape, "2026-02-23", "AAPL/0001", "page 1"));
  ASSERT_TRUE(put("t.csv.gz", Dataset::TradeTape, "2026-02-20", "", "trades", 7));
  ASSERT_TRUE(put("later", Dataset::MinuteTape, "2026-03-02", "", "minutes"));

  const Reader view = reader();

  EXPECT_THAT(files(view), ElementsAre("2026-02-20 trade_tape '' t.csv.gz 7",
                                       "2026-02-23 trade_tape 'AAPL/0001' a.json 100",
                                       "2026-02-23 trade_tape 'AAPL/0002' b.json 100",
                                       "2026-02-23 quote_tape '' q.csv.gz 100"));
  const auto first = view.tape_files({day("2026-02-20"), day("2026-02-20")})->front();
  EXPECT_EQ(first.sha256, source("t.csv.gz").sha256);
  EXPECT_EQ(first.known_from, at("2026-02-20T23:00:00Z"));
  EXPECT_THAT(rows_of(view, "SELECT * FROM tape_file WHERE dataset = 'quote_tape'"),
              ElementsAre("2026-02-23|quote_tape||q.csv.gz|100|" + source("q.csv.gz").sha256 +
                          "|2026-02-23T23:00:00Z"));
}

TEST_F(Tape, SameTextInAnotherContainerIsNoRevision) {
  ASSERT_TRUE(put("t.csv", Dataset::TradeTape, "2026-02-23", "", "trades"));

  const auto zipped = put("t.csv.gz", Dataset::TradeTape, "2026-02-23", "", "trades");
  const auto again = put("t.csv.gz", Dataset::TradeTape, "2026-02-23", "", "trades");

  ASSERT_TRUE(zipped && again);
  EXPECT_EQ(zipped->unchanged, 1U);
  EXPECT_TRUE(again->known_file);
  EXPECT_THAT(files(reader()), ElementsAre("2026-02-23 trade_tape '' t.csv 100"));
}

TEST_F(Tape, CorrectedFileIsANewRevisionKnownFromItsCapture) {
  ASSERT_TRUE(put("first", Dataset::TradeTape, "2026-02-23", "", "trades"));
  clock_.set(at("2026-03-05T12:00:00Z"));
  const auto second = put("second", Dataset::TradeTape, "2026-02-23", "", "corrected", 101);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->superseded, 1U);

  const Reader view = reader();

  EXPECT_THAT(files(view), ElementsAre("2026-02-23 trade_tape '' second 101"));
  EXPECT_THAT(files(view, at("2026-03-05T11:59:59Z")),
              ElementsAre("2026-02-23 trade_tape '' first 100"));
  EXPECT_THAT(files(view, at("2026-02-23T22:59:59Z")), IsEmpty());
  EXPECT_THAT(rows_of(view, "SELECT file_name, known_to FROM tape_file_raw ORDER BY revision_id"),
              ElementsAre("first|2026-03-05T12:00:00Z", "second|"));
}

TEST_F(Tape, OldFileThatIsImportedAgainIsANewRevision) {
  ASSERT_TRUE(put("first", Dataset::TradeTape, "2026-02-23", "", "trades"));
  ASSERT_TRUE(put("second", Dataset::TradeTape, "2026-02-23", "", "corrected"));
  ASSERT_EQ(files(reader()).size(), 1U);

  const auto again = put("first", Dataset::TradeTape, "2026-02-23", "", "trades");

  ASSERT_TRUE(again);
  EXPECT_FALSE(again->known_file);
  EXPECT_EQ(again->superseded, 1U);
  EXPECT_THAT(files(reader()), ElementsAre("2026-02-23 trade_tape '' first 100"));
}

TEST_F(Tape, EqualBytesOfTwoPagesAreTwoFiles) {
  ASSERT_TRUE(put("page", Dataset::TradeTape, "2026-02-23", "AAPL/0001", "page", 1));
  ASSERT_TRUE(reader().tape_files({day("2026-02-23"), day("2026-02-23")}));

  const auto other = put("page", Dataset::TradeTape, "2026-02-23", "CNMS", "page", 1);

  ASSERT_TRUE(other);
  EXPECT_EQ(other->added, 1U);
  EXPECT_EQ(files(reader()).size(), 2U);
}

TEST_F(Tape, FileThatIsStoredIsKnown) {
  ASSERT_TRUE(put("page", Dataset::TradeTape, "2026-02-23", "CNMS", "page", 1));
  {
    const Reader closed = reader();
  }

  EXPECT_TRUE(writer().knows({.sha256 = source("page").sha256, .day = day("2026-02-23")}));
}

TEST_F(Tape, ChangesNoDailyFact) {
  ASSERT_TRUE(put("t", Dataset::TradeTape, "2026-02-23", "", "trades"));

  const Reader view = reader();

  EXPECT_THAT(view.changed_days(0).value(), IsEmpty());
  EXPECT_EQ(view.daily_range().value(), std::nullopt);
}

TEST_F(Tape, DigestsSeeItsContentAndNotItsOrder) {
  const auto digest = [](bool forward, const std::string& text) {
    class Other : public Tape {
     public:
      void TestBody() override {}
      std::string run(bool in_order, const std::string& quotes) {
        if (in_order) {
          EXPECT_TRUE(put("t", Dataset::TradeTape, "2026-02-23", "", "trades"));
        }
        EXPECT_TRUE(put("q", Dataset::QuoteTape, "2026-02-23", "", quotes));
        if (!in_order) {
          EXPECT_TRUE(put("t", Dataset::TradeTape, "2026-02-23", "", "trades"));
        }
        std::string out;
        const auto all = reader().digests();
        EXPECT_TRUE(all) << all.error().message;
        for (const Reader::TableDigest& one : all.value()) out += one.table + one.digest;
        return out;
      }
    };
    return Other{}.run(forward, text);
  };

  EXPECT_EQ(digest(true, "quotes"), digest(false, "quotes"));
  EXPECT_NE(digest(true, "quotes"), digest(true, "others"));
}

TEST_F(Tape, RollsBackWithItsBatch) {
  ASSERT_TRUE(writer().begin());
  ASSERT_TRUE(put("t", Dataset::TradeTape, "2026-02-23", "", "trades"));
  writer().rollback();

  const auto again = put("t", Dataset::TradeTape, "2026-02-23", "", "trades");

  ASSERT_TRUE(again);
  EXPECT_EQ(again->added, 1U);
}

TEST_F(Tape, FactsAreNoTape) {
  const auto put_facts = put("t", Dataset::FinraShortDaily, "2026-02-23", "", "trades");

  ASSERT_FALSE(put_facts);
  EXPECT_EQ(put_facts.error().code, base::ErrorCode::Internal);
}

}  // namespace offex::store
