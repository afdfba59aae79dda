#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// Which of several sources of one day is read.
class Precedence : public StoreTest {};

TEST_F(Precedence, ConsolidatedIsCnmsAloneWhereThereIsOne) {
  using market::Facility;
  ASSERT_TRUE(put_short("c", "2026-02-23", {{"A", 10, 1, 20}}));
  ASSERT_TRUE(put_short("q", "2026-02-23", {{"A", 6, 1, 12}}, Facility::Fnsq));
  ASSERT_TRUE(put_short("o", "2026-02-23", {{"OTCX", 6, 1, 12}}, Facility::Forf));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT * FROM finra_short_consolidated"),
              ElementsAre("2026-02-23|A|10|1|20|CNMS"));
  EXPECT_THAT(scanned(view), UnorderedElementsAre(std::pair{"A", 10}));
}

TEST_F(Precedence, ConsolidatedIsTheSumOfFacilitiesWithoutCnms) {
  using market::Facility;
  ASSERT_TRUE(put_short("q", "2018-07-31", {{"A", 6, 1, 12}, {"B", 1, 0, 2}}, Facility::Fnsq));
  ASSERT_TRUE(put_short("n", "2018-07-31", {{"A", 4, {}, 8}}, Facility::Fnyx));
  ASSERT_TRUE(put_short("o", "2018-07-31", {{"A", 100, 1, 120}}, Facility::Forf));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT * FROM finra_short_consolidated ORDER BY symbol"),
              ElementsAre("2018-07-31|A|10||20|FNSQ,FNYX", "2018-07-31|B|1|0|2|FNSQ"));
  EXPECT_THAT(scanned(view),
              UnorderedElementsAre(std::pair{"A", 6}, std::pair{"A", 4}, std::pair{"B", 1}));
}

TEST_F(Precedence, ConsolidatedAsOfTheMorningBeforeCnmsIsTheFacilities) {
  using market::Facility;
  ASSERT_TRUE(put_short("q", "2026-02-23", {{"A", 6, 1, 12}}, Facility::Fnsq));
  const columns::Batch batch = short_batch({{"A", 10, 0, 20}});
  const FactRows part{.dataset = market::Dataset::FinraShortDaily,
                      .day = day("2026-02-23"),
                      .facility = Facility::Cnms,
                      .rows = &batch};
  SourceFile file = source("late");
  file.published_at = at("2026-02-25T00:00:00Z");
  ASSERT_TRUE(writer().put(file, {&part, 1}));

  const Reader view = reader();

  EXPECT_THAT(scanned(view, at("2026-02-24T12:00:00Z")), UnorderedElementsAre(std::pair{"A", 6}));
  EXPECT_THAT(scanned(view, at("2026-02-25T12:00:00Z")), UnorderedElementsAre(std::pair{"A", 10}));
}

TEST_F(Precedence, PublishedFileWinsOverATableOfTheSameKey) {
  using market::Facility;
  ASSERT_TRUE(put_short("published", "2026-02-23", {{"A", 10, 0, 20}}));
  ASSERT_TRUE(put_table("table", {{"2026-02-23", Facility::Cnms, {"A", 99, 0, 100}},
                                  {"2026-02-24", Facility::Cnms, {"A", 5, 0, 6}}}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT trade_date, short_volume FROM finra_short_daily ORDER BY 1"),
              ElementsAre("2026-02-23|10", "2026-02-24|5"));
}

TEST_F(Precedence, QueryApiWinsOverATableAndLosesToAPublishedFile) {
  using market::Facility;
  const auto put_api = [&](const std::string& file, const std::vector<TableRow>& rows) {
    return put_rows(file, market::Dataset::RegShoApi, table_batch(rows));
  };
  ASSERT_TRUE(put_table("table", {{"2026-02-23", Facility::Cnms, {"A", 1, 0, 100}},
                                  {"2026-02-24", Facility::Cnms, {"A", 2, 0, 100}}}));
  ASSERT_TRUE(put_api("api", {{"2026-02-23", Facility::Cnms, {"A", 3, 0, 100}},
                              {"2026-02-25", Facility::Cnms, {"A", 4, 0, 100}}}));
  ASSERT_TRUE(put_short("published", "2026-02-25", {{"A", 5, 0, 100}}));

  EXPECT_THAT(
      rows_of(reader(), "SELECT trade_date, short_volume FROM finra_short_daily ORDER BY 1"),
      ElementsAre("2026-02-23|3", "2026-02-24|2", "2026-02-25|5"));
}

TEST_F(Precedence, BestSourceOfBarsWinsForItsDay) {
  const auto put_bars = [&](market::Dataset dataset, const std::string& file,
                            const columns::Batch& batch, std::optional<market::Day> trade_date) {
    const FactRows part{.dataset = dataset, .day = trade_date, .rows = &batch};
    const auto put = writer().put(source(file), {&part, 1});
    ASSERT_TRUE(put) << put.error().message;
  };
  using market::Dataset;
  put_bars(Dataset::DailyBarTable, "t1", bar_batch({{"A", 1}}, "2026-02-23"), {});
  put_bars(Dataset::DailyBarTable, "t2", bar_batch({{"A", 1}}, "2026-02-24"), {});
  put_bars(Dataset::DailyBarTable, "t3", bar_batch({{"A", 1}}, "2026-02-25"), {});
  put_bars(Dataset::DailyBarAggregates, "a1", bar_batch({{"A", 4}}, "2026-02-24"), {});
  put_bars(Dataset::DailyBarAggregates, "a2", bar_batch({{"A", 4}}, "2026-02-25"), {});
  put_bars(Dataset::DailyBarTable, "t4", bar_batch({{"A", 1}}, "2026-02-26"), {});
  put_bars(Dataset::DailyBarGrouped, "g1", bar_batch({{"A", 2}}), day("2026-02-23"));
  put_bars(Dataset::DailyBarGrouped, "g2", bar_batch({{"A", 2}}), day("2026-02-24"));
  put_bars(Dataset::DailyBarFlatFile, "f1", bar_batch({{"A", 3}}), day("2026-02-23"));

  EXPECT_THAT(
      rows_of(reader(),
              "SELECT trade_date, close, dollar_volume, source "
              "FROM polygon_daily_agg ORDER BY 1"),
      ElementsAre("2026-02-23|3|3000|daily_bar_flat_file", "2026-02-24|2|2000|daily_bar_grouped",
                  "2026-02-25|4|4000|daily_bar_aggregates", "2026-02-26|1|1000|daily_bar_table"));
}

}  // namespace offex::store
