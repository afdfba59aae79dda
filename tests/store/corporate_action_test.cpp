#include <algorithm>

#include <gmock/gmock.h>

#include "store/maintenance_internal.hpp"
#include "store_fixture.hpp"

namespace offex::store {

using columns::Type;
using market::Dataset;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Share splits and resets of tickers.
class CorporateActions : public StoreTest {
 protected:
  CorporateActions() { clock_.set(at("2026-03-09T12:00:00Z")); }

  Result<PutResult> put_actions(const std::string& file, const std::vector<TextRow>& rows,
                                std::optional<market::Instant> published = {}) {
    const columns::Batch batch = text_batch({{"effective_date", Type::Day},
                                             {"symbol", Type::Symbol},
                                             {"action", Type::Text},
                                             {"factor", Type::Double}},
                                            rows);
    const FactRows part{.dataset = Dataset::CorporateActions, .rows = &batch};
    SourceFile from = source(file);
    from.published_at = published;
    return writer().put(from, {&part, 1});
  }

  /// "2026-03-02 BRK.B split 50", by the typed call.
  static std::vector<std::string> actions(const Reader& view,
                                          std::optional<market::Instant> as_of = {}) {
    const auto names = view.symbols().value();
    const auto found = view.corporate_actions(as_of);
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> out;
    for (const CorporateAction& action : found.value()) {
      std::string text = action.effective.iso() + ' ';
      text += names.at(static_cast<std::size_t>(action.symbol_code)).view();
      text += action.reset ? " reset " : " split ";
      out.push_back(text + std::to_string(action.factor).substr(0, 4));
    }
    return out;
  }
};

TEST_F(CorporateActions, ComeByDayThenSymbolWithAFactorOfOneForAReset) {
  ASSERT_TRUE(put_actions("file", {{"2026-03-03", "B", "split", "0.05"},
                                   {"2026-03-02", "Z", "reset"},
                                   {"2026-03-02", "BRK/B", "split", "50"}}));

  const Reader view = reader();

  // Codes are given in the order of the file: B, Z, BRK.B.
  EXPECT_THAT(actions(view), ElementsAre("2026-03-02 Z reset 1.00", "2026-03-02 BRK.B split 50.0",
                                         "2026-03-03 B split 0.05"));
  EXPECT_THAT(rows_of(view, "SELECT * FROM ref_corporate_action ORDER BY ALL"),
              ElementsAre("2026-03-02|BRK.B|BRK/B|split|50", "2026-03-02|Z|Z|reset|",
                          "2026-03-03|B|B|split|0.05"));
}

TEST_F(CorporateActions, AreKnownFromTheMidnightOfTheirDay) {
  ASSERT_TRUE(put_actions("file", {{"2026-03-02", "A", "split", "2"}}));

  const Reader view = reader();

  EXPECT_THAT(actions(view, at("2026-03-02T04:59:59Z")), IsEmpty());
  EXPECT_THAT(actions(view, at("2026-03-02T05:00:00Z")), ElementsAre("2026-03-02 A split 2.00"));
  EXPECT_THAT(rows_of(view, "SELECT * FROM ref_corporate_action_at(TIMESTAMP '2026-03-02 04:00')"),
              IsEmpty());
}

TEST_F(CorporateActions, SplitThatWasToldAfterItsSessionIsNotKnownBefore) {
  ASSERT_TRUE(put_actions("early", {{"2026-03-02", "A", "split", "2"}}));
  ASSERT_TRUE(put_actions("late",
                          {{"2026-03-02", "A", "split", "2"}, {"2026-03-02", "B", "split", "3"}},
                          at("2026-03-05T15:00:00Z")));

  const Reader view = reader();

  EXPECT_THAT(actions(view, at("2026-03-05T14:59:59Z")), ElementsAre("2026-03-02 A split 2.00"));
  EXPECT_THAT(actions(view, at("2026-03-05T15:00:00Z")),
              ElementsAre("2026-03-02 A split 2.00", "2026-03-02 B split 3.00"));
}

TEST_F(CorporateActions, SplitThatIsAnnouncedIsKnownBeforeItsDay) {
  ASSERT_TRUE(
      put_actions("announced", {{"2026-03-20", "A", "split", "2"}}, at("2026-03-05T15:00:00Z")));

  EXPECT_THAT(actions(reader(), at("2026-03-06T00:00:00Z")),
              ElementsAre("2026-03-20 A split 2.00"));
}

TEST_F(CorporateActions, FurtherOnesAddAndACorrectionReplacesItsOwnAlone) {
  ASSERT_TRUE(put_actions("one", {{"2026-03-02", "A", "split", "2"},
                                  {"2026-03-02", "B", "split", "3"},
                                  {"2026-03-03", "A", "split", "4"}}));
  clock_.set(at("2026-03-10T12:00:00Z"));
  const auto put = put_actions("two", {{"2026-03-02", "A", "reset"}, {"2026-03-02", "C", "reset"}});
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->added, 1U);
  EXPECT_EQ(put->superseded, 1U);

  const Reader view = reader();

  EXPECT_THAT(actions(view), ElementsAre("2026-03-02 A reset 1.00", "2026-03-02 B split 3.00",
                                         "2026-03-02 C reset 1.00", "2026-03-03 A split 4.00"));
  EXPECT_THAT(actions(view, at("2026-03-10T11:59:59Z")),
              ElementsAre("2026-03-02 A split 2.00", "2026-03-02 B split 3.00",
                          "2026-03-02 C reset 1.00", "2026-03-03 A split 4.00"));
  EXPECT_THAT(rows_of(view,
                      "SELECT symbol, file_name, known_to FROM ref_corporate_action_raw "
                      "WHERE known_to IS NOT NULL"),
              ElementsAre("A|one|2026-03-10T12:00:00Z"));
}

TEST_F(CorporateActions, SameRowsAgainChangeNothing) {
  ASSERT_TRUE(put_actions("one", {{"2026-03-02", "A", "split", "2"}}));
  const auto again = put_actions("two", {{"2026-03-02", "A", "split", "2"}});

  ASSERT_TRUE(again);
  EXPECT_EQ(again->unchanged, 1U);
  EXPECT_EQ(again->superseded, 0U);
}

TEST_F(CorporateActions, TwoSpellingsOfOneSymbolOnADayAreRefused) {
  const auto put = put_actions(
      "file", {{"2026-03-02", "BRK/B", "split", "2"}, {"2026-03-02", "BRK.B", "split", "2"}});

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(put.error().message, HasSubstr("corporate_actions 2026-03-02 BRK.B"));
}

TEST_F(CorporateActions, DigestReadsTheRowsBack) {
  ASSERT_TRUE(
      put_actions("one", {{"2026-03-02", "A", "split", "2"}, {"2026-03-02", "B", "reset"}}));

  const auto digests = reader().digests();

  ASSERT_TRUE(digests) << digests.error().message;
  const auto found =
      std::ranges::find(*digests, "fact_corporate_action", &Reader::TableDigest::table);
  ASSERT_NE(found, digests->end());
  EXPECT_EQ(found->rows, 2U);
}

TEST_F(CorporateActions, SnapshotAnswersAsOfItsMoment) {
  ASSERT_TRUE(put_actions("one", {{"2026-03-02", "A", "split", "2"}}));
  {
    const Reader closed = reader();
  }
  StoreOptions then = options();
  then.as_of = at("2026-03-01T00:00:00Z");

  const auto view = Reader::open(then);

  ASSERT_TRUE(view) << view.error().message;
  EXPECT_THAT(rows_of(*view, "SELECT * FROM ref_corporate_action"), IsEmpty());
}

/// A store as the program before the corporate actions left it.
class CorporateActionsMigration : public CorporateActions {
 protected:
  void SetUp() override {
    ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
    {
      const Reader view = reader();
    }
    for (const char* file : {"offex.duckdb", "snapshot/offex.duckdb"}) {
      ASSERT_TRUE(run_on_file(folder_.path() / file, std::string{kUndoStep3}));
    }
  }
};

TEST_F(CorporateActionsMigration, WriterAddsTheTableAndKeepsTheFacts) {
  ASSERT_TRUE(put_actions("one", {{"2026-03-02", "A", "split", "2"}}));

  const Reader view = reader();

  EXPECT_THAT(actions(view), ElementsAre("2026-03-02 A split 2.00"));
  EXPECT_THAT(rows_of(view, "SELECT step FROM schema_step ORDER BY step"),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(scanned(view), ElementsAre(std::pair<std::string, std::int64_t>{"A", 1}));
}

TEST_F(CorporateActionsMigration, ReaderMigratesWhenNobodyWrites) {
  const Reader view = reader();

  EXPECT_THAT(actions(view), IsEmpty());
  EXPECT_THAT(scanned(view), ElementsAre(std::pair<std::string, std::int64_t>{"A", 1}));
}

}  // namespace offex::store
