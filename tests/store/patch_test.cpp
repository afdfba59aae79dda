#include <gmock/gmock.h>

#include "weekly_fixture.hpp"

namespace offex::store {

using columns::Type;
using market::Dataset;
using testing::ElementsAre;
using testing::HasSubstr;

/// Patches that tell less, or other fields, than what is stored.
class Patch : public WeeklyRows {
 protected:
  /// A page of the Query API with chosen fields beside week, kind, tier, symbol and shares.
  Result<PutResult> put_fields(const std::string& file, const Header& fields,
                               const std::vector<TextRow>& rows) {
    Header header{{"week_start_date", Type::Day},
                  {"summary_type", Type::Text},
                  {"tier_identifier", Type::Text}};
    header.emplace_back("symbol", Type::Symbol);
    header.emplace_back("share_quantity", Type::Quantity);
    header.insert(header.end(), fields.begin(), fields.end());
    std::vector<TextRow> whole;
    for (const TextRow& row : rows) {
      TextRow& out = whole.emplace_back(TextRow{"2026-09-07", "ATS_W_SMBL_FIRM", "T1"});
      out.insert(out.end(), row.begin(), row.end());
    }
    return put_rows(file, Dataset::WeeklySummary, text_batch(header, whole));
  }
  std::vector<std::string> stored() {
    const Reader view = reader();
    EXPECT_TRUE(view.digests());
    return rows_of(view,
                   "SELECT symbol, share_quantity, mpid, firm_crd, issue_name, product_type "
                   "FROM finra_weekly_summary ORDER BY ALL");
  }
};

TEST_F(Patch, KeepsTheCellsOfColumnsThatItLacks) {
  const Header full{{"settlement_date", Type::Day},
                    {"symbol", Type::Symbol},
                    {"current_short", Type::Quantity},
                    {"issue_name", Type::Text},
                    {"market_class", Type::Text}};
  const Header fewer{{"settlement_date", Type::Day},
                     {"symbol", Type::Symbol},
                     {"current_short", Type::Quantity},
                     {"market_class", Type::Text}};
  ASSERT_TRUE(put_rows("first", Dataset::ShortInterest,
                       text_batch(full, {{"2026-09-15", "A", "10", "A Inc.", "NYSE"},
                                         {"2026-09-15", "B", "20", "B Inc.", "NYSE"}})));

  const auto put = put_rows("second", Dataset::ShortInterest,
                            text_batch(fewer, {{"2026-09-15", "A", "11", ""}}));

  ASSERT_TRUE(put);
  EXPECT_EQ(put->superseded, 1U);
  const Reader view = reader();
  EXPECT_THAT(rows_of(view,
                      "SELECT symbol, current_short, issue_name, market_class "
                      "FROM finra_short_interest ORDER BY 1"),
              ElementsAre("A|11|A Inc.|", "B|20|B Inc.|NYSE"));
  EXPECT_TRUE(view.digests());
}

TEST_F(Patch, ThatTellsLessOfEqualRowsIsNoRevision) {
  ASSERT_TRUE(put_fields("first", {{"mpid", Type::Text}, {"issue_name", Type::Text}},
                         {{"A", "10", "UBSA", "A Inc."}}));

  const auto put = put_fields("second", {{"mpid", Type::Text}}, {{"A", "10", "UBSA"}});

  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->unchanged, 1U);
  EXPECT_THAT(stored(), ElementsAre("A|10|UBSA||A Inc.|"));
}

TEST_F(Patch, WithoutAFieldOfTheIdentityIsTheStoredRow) {
  ASSERT_TRUE(put_week("first", {firm_row("A", "UBSA", "1", "UBS ATS", "1000"),
                                 firm_row("A", "SGMT", "2", "SIGMA X2", "5")}));

  const auto put = put_fields("second", {{"mpid", Type::Text}}, {{"A", "1001", "UBSA"}});

  ASSERT_TRUE(put) << put.error().message;
  EXPECT_THAT(stored(), ElementsAre("A|5|SGMT|2|A Inc.|CTS", "A|1001|UBSA|1|A Inc.|CTS"));
}

TEST_F(Patch, WithAFieldOfTheIdentityThatTheStoredRowLacksIsThatRow) {
  ASSERT_TRUE(
      put_fields("first", {{"mpid", Type::Text}}, {{"A", "1000", "UBSA"}, {"B", "7", "UBSA"}}));

  ASSERT_TRUE(put_week("second", {firm_row("A", "UBSA", "1", "UBS ATS", "1000")}));

  EXPECT_THAT(stored(), ElementsAre("A|1000|UBSA|1|A Inc.|CTS", "B|7|UBSA|||"));
}

TEST_F(Patch, DoesNotTakeARowWithoutMarksForAnotherVenue) {
  ASSERT_TRUE(put_week("first", {firm_row("A", "", "", "De Minimis Firms", "10")}));

  ASSERT_TRUE(put_week("second", {firm_row("A", "UBSA", "1", "UBS ATS", "20")}));

  EXPECT_THAT(stored(), ElementsAre("A|10|||A Inc.|CTS", "A|20|UBSA|1|A Inc.|CTS"));
}

TEST_F(Patch, ThatLeavesOpenWhichRowItMeansIsRefused) {
  TextRow other_tape = firm_row("A", "UBSA", "1", "UBS ATS", "2");
  other_tape[8] = "UTP";
  ASSERT_TRUE(put_week("first", {firm_row("A", "UBSA", "1", "UBS ATS", "1"), other_tape}));

  const auto put = put_fields("second", {{"mpid", Type::Text}}, {{"A", "3", "UBSA"}});

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(put.error().message,
              HasSubstr("several stored rows of symbol A differ by what this file lacks"));
}

TEST_F(Patch, CountsOnlyTheRowsThatTheFileBrought) {
  ASSERT_TRUE(
      put_week("first", {row("ATS_W_SMBL", "T1", "A", "10"), row("ATS_W_SMBL", "T1", "B", "20")}));

  const auto put = put_week("second", {row("ATS_W_SMBL", "T1", "C", "30")});

  ASSERT_TRUE(put);
  EXPECT_EQ(put->rows, 1U);
  EXPECT_THAT(rows_of(reader(), "SELECT rows FROM revision"), ElementsAre("3"));
}

TEST_F(Patch, PagesOfOneArchiveAreOneRevision) {
  const columns::Batch first =
      week({row("ATS_W_SMBL", "T1", "A", "10"), row("ATS_W_SMBL", "T1", "B", "20")});
  const columns::Batch second =
      week({row("ATS_W_SMBL", "T1", "B", "20"), row("ATS_W_SMBL", "T1", "C", "30")});
  const std::vector<FactRows> parts{{.dataset = Dataset::WeeklySummary, .rows = &first},
                                    {.dataset = Dataset::WeeklySummary, .rows = &second}};
  ASSERT_TRUE(put_week("before", {row("ATS_W_SMBL", "T1", "Z", "1")}));

  const auto put = writer().put(source("zip"), parts);

  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->added, 1U);
  const Reader view = reader();
  EXPECT_TRUE(view.digests());
  EXPECT_THAT(rows_of(view, "SELECT symbol, share_quantity FROM finra_weekly_summary ORDER BY 1"),
              ElementsAre("A|10", "B|20", "C|30", "Z|1"));
  EXPECT_THAT(rows_of(view, "SELECT rows, known_to FROM revision"), ElementsAre("4|"));
}

TEST_F(Patch, SecondPageOfAnArchiveMayBeTheFirstThatIsNew) {
  const columns::Batch first = week({row("ATS_W_SMBL", "T1", "A", "10")});
  const columns::Batch second = week({row("ATS_W_SMBL", "T1", "B", "20")});
  const std::vector<FactRows> parts{{.dataset = Dataset::WeeklySummary, .rows = &first},
                                    {.dataset = Dataset::WeeklySummary, .rows = &second}};
  ASSERT_TRUE(put_rows("before", Dataset::WeeklySummary, first));

  const auto put = writer().put(source("zip"), parts);

  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->added, 1U);
  EXPECT_EQ(put->unchanged, 1U);
  EXPECT_TRUE(reader().digests());
  EXPECT_TRUE(writer().knows({.sha256 = source("zip").sha256}));
  EXPECT_TRUE(writer().knows({.sha256 = source("before").sha256}));
}

TEST_F(Patch, PagesOfOneArchiveThatContradictEachOtherAreRefused) {
  const columns::Batch first = week({row("ATS_W_SMBL", "T1", "A", "10")});
  const columns::Batch second = week({row("ATS_W_SMBL", "T1", "A", "11")});
  const std::vector<FactRows> parts{{.dataset = Dataset::WeeklySummary, .rows = &first},
                                    {.dataset = Dataset::WeeklySummary, .rows = &second}};

  const auto put = writer().put(source("zip"), parts);

  ASSERT_FALSE(put);
  EXPECT_THAT(put.error().message, HasSubstr("two parts of the file hold different rows"));
}

}  // namespace offex::store
