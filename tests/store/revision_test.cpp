#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Revisions : public StoreTest {};

TEST_F(Revisions, CorrectionChangesTodayAndLeavesYesterdaysAnswer) {
  ASSERT_TRUE(put_short("first", "2026-02-23", {{"A", 10, 0, 20}, {"B", 1, 0, 2}}));
  clock_.set(at("2026-03-05T12:00:00Z"));
  const auto corrected = put_short("second", "2026-02-23", {{"A", 11, 0, 20}});
  ASSERT_TRUE(corrected);
  EXPECT_EQ(corrected->superseded, 1U);

  const Reader view = reader();

  EXPECT_THAT(scanned(view), UnorderedElementsAre(std::pair{"A", 11}));
  EXPECT_THAT(scanned(view, at("2026-03-05T11:59:59Z")),
              UnorderedElementsAre(std::pair{"A", 10}, std::pair{"B", 1}));
  EXPECT_THAT(scanned(view, at("2026-03-05T12:00:00Z")), UnorderedElementsAre(std::pair{"A", 11}));
}

TEST_F(Revisions, SqlAnswersAsOfTheReadersMoment) {
  ASSERT_TRUE(put_short("first", "2026-02-23", {{"A", 10, 0, 20}}));
  clock_.set(at("2026-03-05T12:00:00Z"));
  ASSERT_TRUE(put_short("second", "2026-02-23", {{"A", 11, 0, 20}}));
  {
    const Reader view = reader();
  }
  StoreOptions then = options();
  then.as_of = at("2026-03-01T00:00:00Z");

  const auto view = Reader::open(then);

  ASSERT_TRUE(view) << view.error().message;
  EXPECT_THAT(rows_of(*view, "SELECT short_volume FROM finra_short_daily"), ElementsAre("10"));
  EXPECT_THAT(rows_of(*view, "SELECT short_volume FROM finra_short_consolidated"),
              ElementsAre("10"));
}

TEST_F(Revisions, FirstOneIsKnownFromSixInTheEveningInNewYork) {
  ASSERT_TRUE(put_short("first", "2026-02-23", {{"A", 10, 0, 20}}));

  const Reader view = reader();

  EXPECT_THAT(scanned(view, at("2026-02-23T22:59:59Z")), IsEmpty());
  EXPECT_THAT(scanned(view, at("2026-02-23T23:00:00Z")), UnorderedElementsAre(std::pair{"A", 10}));
}

TEST_F(Revisions, FirstOneIsKnownFromItsPublicationWhenThatIsKnown) {
  const columns::Batch batch = short_batch({{"A", 10, 0, 20}});
  const FactRows part{.dataset = market::Dataset::FinraShortDaily,
                      .day = day("2026-02-23"),
                      .facility = market::Facility::Cnms,
                      .rows = &batch};
  SourceFile file = source("first");
  file.published_at = at("2026-02-24T09:30:00Z");
  ASSERT_TRUE(writer().put(file, {&part, 1}));

  EXPECT_THAT(rows_of(reader(), "SELECT known_from, known_to FROM finra_short_daily_raw"),
              ElementsAre("2026-02-24T09:30:00Z|"));
}

TEST_F(Revisions, RawViewShowsEveryVersionWithItsFile) {
  ASSERT_TRUE(put_short("first", "2026-02-23", {{"A", 10, 0, 20}}));
  clock_.set(at("2026-03-05T12:00:00Z"));
  ASSERT_TRUE(put_short("second", "2026-02-23", {{"A", 11, 0, 20}}));

  EXPECT_THAT(rows_of(reader(),
                      "SELECT short_volume, file_name, known_from, known_to "
                      "FROM finra_short_daily_raw ORDER BY revision_id"),
              ElementsAre("10|first|2026-02-23T23:00:00Z|2026-03-05T12:00:00Z",
                          "11|second|2026-03-05T12:00:00Z|"));
}

TEST_F(Revisions, PatchReplacesOnlyTheRowsItNames) {
  using market::Facility;
  ASSERT_TRUE(put_table("first", {{"2026-02-23", Facility::Fnsq, {"A", 1, 0, 2}},
                                  {"2026-02-23", Facility::Fnsq, {"B", 3, 0, 4}},
                                  {"2026-02-24", Facility::Fnsq, {"A", 5, 0, 6}}}));

  const auto patch = put_table("patch", {{"2026-02-23", Facility::Fnsq, {"B", 30, 0, 40}},
                                         {"2026-02-23", Facility::Fnsq, {"C", 7, 0, 8}}});

  ASSERT_TRUE(patch) << patch.error().message;
  EXPECT_EQ(patch->superseded, 1U);
  EXPECT_EQ(patch->added, 0U);
  EXPECT_THAT(rows_of(reader(),
                      "SELECT trade_date, symbol, short_volume FROM finra_short_daily "
                      "ORDER BY 1, 2"),
              ElementsAre("2026-02-23|A|1", "2026-02-23|B|30", "2026-02-23|C|7", "2026-02-24|A|5"));
}

TEST_F(Revisions, PatchThatChangesNothingIsNoRevision) {
  using market::Facility;
  ASSERT_TRUE(put_table("first", {{"2026-02-23", Facility::Fnsq, {"A", 1, {}, 2}},
                                  {"2026-02-23", Facility::Fnsq, {"B", 3, {}, 4}}}));

  const auto patch = put_table("patch", {{"2026-02-23", Facility::Fnsq, {"B", 3, {}, 4}}});

  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->unchanged, 1U);
  EXPECT_EQ(patch->rows, 0U);
}

TEST_F(Revisions, TwoPatchesOfOneBatchBothCount) {
  using market::Facility;
  ASSERT_TRUE(writer().begin());
  ASSERT_TRUE(put_table("first", {{"2026-02-23", Facility::Fnsq, {"A", 1, 0, 2}}}));
  ASSERT_TRUE(put_table("second", {{"2026-02-23", Facility::Fnsq, {"B", 3, 0, 4}}}));
  ASSERT_TRUE(writer().commit());

  EXPECT_THAT(rows_of(reader(), "SELECT symbol FROM finra_short_daily ORDER BY 1"),
              ElementsAre("A", "B"));
}

TEST_F(Revisions, PatchThatOnlyAddsRowsIsKnownFromWhenTheOthersWere) {
  using market::Facility;
  ASSERT_TRUE(put_table("first", {{"2026-02-23", Facility::Cnms, {"A", 1, 0, 2}}}));
  ASSERT_TRUE(put_table("second", {{"2026-02-23", Facility::Cnms, {"B", 3, 0, 4}}}));

  const Reader view = reader();

  EXPECT_THAT(scanned(view, at("2026-02-23T23:00:00Z")),
              UnorderedElementsAre(std::pair{"A", 1}, std::pair{"B", 3}));
  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM fact_short"), ElementsAre("2"));
}

TEST_F(Revisions, PatchThatOnlyAddsRowsToACorrectionIsKnownWithIt) {
  using market::Facility;
  ASSERT_TRUE(put_table("first", {{"2026-02-23", Facility::Cnms, {"A", 1, 0, 2}}}));
  clock_.set(at("2026-03-05T12:00:00Z"));
  ASSERT_TRUE(put_table("correction", {{"2026-02-23", Facility::Cnms, {"A", 2, 0, 2}}}));
  clock_.set(at("2026-03-09T12:00:00Z"));
  ASSERT_TRUE(put_table("more", {{"2026-02-23", Facility::Cnms, {"B", 3, 0, 4}}}));

  const Reader view = reader();

  EXPECT_THAT(scanned(view, at("2026-03-05T11:59:59Z")), UnorderedElementsAre(std::pair{"A", 1}));
  EXPECT_THAT(scanned(view, at("2026-03-05T12:00:00Z")),
              UnorderedElementsAre(std::pair{"A", 2}, std::pair{"B", 3}));
}

TEST_F(Revisions, ScanKeepsToItsDaysAndSymbols) {
  ASSERT_TRUE(put_short("1", "2026-02-23", {{"A", 1, 0, 2}, {"B", 2, 0, 3}}));
  ASSERT_TRUE(put_short("2", "2026-02-24", {{"A", 3, 0, 4}, {"B", 4, {}, 5}}));
  const Reader view = reader();
  std::vector<std::int64_t> seen;

  const Scan scan{.days = {day("2026-02-24"), day("2026-02-24")}, .symbols = {1}};
  ASSERT_TRUE(view.scan_short(scan, [&](const ShortChunk& chunk) {
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      EXPECT_EQ(chunk.day.values[row], day("2026-02-24").days());
      EXPECT_FALSE(chunk.short_exempt_volume.valid(row));
      seen.push_back(chunk.short_volume.values[row]);
    }
  }));

  EXPECT_THAT(seen, ElementsAre(4 * market::Quantity::kPerShare));
}

TEST_F(Revisions, ScanSkipsSupersededRowsInTheMiddleOfAChunk) {
  ASSERT_TRUE(put_short("1", "2026-02-23", {{"A", 1, 0, 2}, {"B", 2, {}, 3}, {"C", 3, 0, 4}}));
  ASSERT_TRUE(put_short("2", "2026-02-24", {{"A", 4, 0, 5}, {"B", 5, 0, 6}, {"C", 6, {}, 7}}));
  ASSERT_TRUE(put_short("3", "2026-02-23", {{"A", 7, {}, 8}, {"C", 9, 0, 10}}));
  const Reader view = reader();
  std::vector<std::pair<std::int64_t, bool>> seen;

  const Scan scan{.days = {day("2026-02-01"), day("2026-02-28")}};
  ASSERT_TRUE(view.scan_short(scan, [&](const ShortChunk& chunk) {
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      seen.emplace_back(chunk.short_volume.values[row] / market::Quantity::kPerShare,
                        chunk.short_exempt_volume.valid(row));
    }
  }));

  EXPECT_THAT(seen,
              UnorderedElementsAre(std::pair{4, true}, std::pair{5, true}, std::pair{6, false},
                                   std::pair{7, false}, std::pair{9, true}));
}

TEST_F(Revisions, NamesRangeAndChangedDays) {
  ASSERT_TRUE(put_short("1", "2026-02-20", {{"A", 1, 0, 2}}));
  ASSERT_TRUE(put_short("2", "2026-02-24", {{"A", 3, 0, 4}}));
  const std::int64_t before = writer().reader().last_revision().value();
  ASSERT_TRUE(put_short("3", "2026-02-20", {{"A", 9, 0, 9}}));

  const Reader view = reader();

  EXPECT_EQ(before, 2);
  EXPECT_EQ(view.daily_range().value(), (market::DayRange{day("2026-02-20"), day("2026-02-24")}));
  EXPECT_EQ(view.daily_range(at("2026-02-22T00:00:00Z")).value(),
            (market::DayRange{day("2026-02-20"), day("2026-02-20")}));
  EXPECT_EQ(view.daily_range(at("2020-01-01T00:00:00Z")).value(), std::nullopt);
  EXPECT_THAT(view.changed_days(before).value(), ElementsAre(day("2026-02-20")));
}

TEST_F(Revisions, ConstituentsAlwaysHeldAndNeedNoFact) {
  ASSERT_TRUE(put_short("1", "2026-02-20", {{"BRK/B", 1, 0, 2}}));
  using columns::Column;
  using columns::Type;
  columns::Batch batch{{Column{"index_symbol", Type::Symbol}, Column{"symbol", Type::Symbol},
                        Column{"valid_from", Type::Day}, Column{"valid_to", Type::Day}}};
  for (const char* name : {"GHOST", "BRK/B"}) {
    batch.column(0).push(symbol("SPX"));
    batch.column(1).push(symbol(name));
    batch.column(2).push<std::int32_t>(day("2025-01-01").days());
    batch.column(3).push_missing();
  }
  const FactRows part{.dataset = market::Dataset::IndexConstituents, .rows = &batch};
  ASSERT_TRUE(writer().put(source("members"), {&part, 1}));

  const auto members = reader().constituents(at("1999-01-01T00:00:00Z")).value();

  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].symbol.view(), "BRK.B");
  EXPECT_EQ(members[0].symbol_code, 0);
  EXPECT_EQ(members[0].valid_from, day("2025-01-01"));
  EXPECT_EQ(members[0].valid_to, std::nullopt);
  EXPECT_EQ(members[1].symbol.view(), "GHOST");
  EXPECT_EQ(members[1].symbol_code, std::nullopt);
}

TEST_F(Revisions, WeeklyRowsAreKnownByTheirTier) {
  using columns::Column;
  using columns::Type;
  columns::Batch batch{{Column{"week_start_date", Type::Day}, Column{"symbol", Type::Symbol},
                        Column{"tier_identifier", Type::Text},
                        Column{"off_exchange_volume", Type::Quantity}}};
  for (const char* tier : {"T1", "T2"}) {
    batch.column(0).push<std::int32_t>(day("2026-01-05").days());
    batch.column(1).push(symbol("ABR$D"));
    batch.column(2).push<std::string>(tier);
    push_shares(batch.column(3), 70);
  }
  const FactRows part{.dataset = market::Dataset::OtcWeeklyTable, .rows = &batch};
  ASSERT_TRUE(writer().put(source("weekly"), {&part, 1}));

  EXPECT_THAT(rows_of(reader(),
                      "SELECT symbol, tier_identifier, off_exchange_volume, known_from "
                      "FROM finra_otc_weekly_raw ORDER BY 2"),
              ElementsAre("ABRpD|T1|70|2026-01-26T21:00:00Z", "ABRpD|T2|70|2026-02-09T21:00:00Z"));
}

}  // namespace offex::store
