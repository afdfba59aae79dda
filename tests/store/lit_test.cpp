#include <map>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using columns::Type;
using market::Dataset;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Lit direction, imported and computed from a tape.
class Lit : public StoreTest {
 protected:
  /// Rows of (trade_date, symbol, version, buy, sell, midpoint, unclassified, off-exchange,
  /// off-exchange midpoint, tape, trades, method, coverage).
  Result<PutResult> put_computed(const std::string& file, const std::vector<TextRow>& rows) {
    return put_rows(file, Dataset::LitDirectionTape,
                    text_batch({{"trade_date", Type::Day},
                                {"symbol", Type::Symbol},
                                {"inference_version", Type::Text},
                                {"lit_buy_volume", Type::Quantity},
                                {"lit_sell_volume", Type::Quantity},
                                {"lit_midpoint_volume", Type::Quantity},
                                {"lit_unclassified_volume", Type::Quantity},
                                {"off_exchange_volume", Type::Quantity},
                                {"off_exchange_midpoint_volume", Type::Quantity},
                                {"tape_volume", Type::Quantity},
                                {"trade_count", Type::Int64},
                                {"classification_method", Type::Text},
                                {"lit_coverage_pct", Type::Double}},
                               rows));
  }
  Result<PutResult> put_imported(const std::string& file, const std::vector<TextRow>& rows) {
    return put_rows(file, Dataset::LitDirectionTable,
                    text_batch({{"trade_date", Type::Day},
                                {"symbol", Type::Symbol},
                                {"lit_buy_volume", Type::Quantity},
                                {"lit_sell_volume", Type::Quantity},
                                {"classification_method", Type::Text},
                                {"lit_coverage_pct", Type::Double}},
                               rows));
  }
  static TextRow computed(const std::string& date, const std::string& name,
                          const std::string& version, const std::string& buy,
                          const std::string& sell) {
    return {date, name, version, buy, sell, "5", "6", "50", "10", "200", "9", "lee_ready", "0.9"};
  }
  /// "day symbol buy" of each row that scan_lit hands out.
  static std::vector<std::string> scanned(const Reader& view, std::string_view version,
                                          std::optional<market::Instant> as_of = {}) {
    const auto names = view.symbols().value();
    std::vector<std::string> out;
    const Scan scan{.days = {day("2026-01-01"), day("2026-12-31")}, .as_of = as_of};
    EXPECT_TRUE(view.scan_lit(scan, version, [&](const LitChunk& chunk) {
      for (std::size_t i = 0; i < chunk.rows; ++i) {
        out.push_back(market::Day::from_days(chunk.day.values[i]).iso() + ' ' +
                      names.at(static_cast<std::size_t>(chunk.symbol.values[i])).str() + ' ' +
                      std::to_string(chunk.buy_volume.values[i] / market::Quantity::kPerShare));
      }
    }));
    std::ranges::sort(out);
    return out;
  }
};

TEST_F(Lit, ComputedRowsCarryTheirVersionAndShares) {
  ASSERT_TRUE(put_computed("tape", {computed("2026-02-23", "A", "v2", "30", "10")}));

  EXPECT_THAT(rows_of(reader(), "SELECT * FROM lit_direction_daily"),
              ElementsAre("2026-02-23|A|A|30|10|0.75|1.0986122886681098|lee_ready|0.9|5|6|50|10|"
                          "200|9|0.25|0.2|v2"));
}

TEST_F(Lit, ImportedRowsLackWhatOnlyATapeTells) {
  ASSERT_TRUE(put_imported("table", {{"2026-02-23", "A", "30", "10", "quote", "0.9"}}));

  EXPECT_THAT(rows_of(reader(),
                      "SELECT lit_midpoint_volume, tape_volume, off_exchange_share, "
                      "off_exchange_midpoint_share, inference_version FROM lit_direction_daily"),
              ElementsAre("||||imported"));
}

TEST_F(Lit, SharesOfNothingAreMissing) {
  TextRow row = computed("2026-02-23", "A", "v2", "30", "10");
  row[7] = "0";
  row[8] = "0";
  row[9] = "0";
  ASSERT_TRUE(put_computed("tape", {row}));

  EXPECT_THAT(rows_of(reader(),
                      "SELECT off_exchange_share, off_exchange_midpoint_share "
                      "FROM lit_direction_daily"),
              ElementsAre("|"));
}

TEST_F(Lit, ImportedDayHidesComputedRowsOfThatDayOnly) {
  ASSERT_TRUE(put_computed("tape", {computed("2026-02-23", "A", "v2", "1", "1"),
                                    computed("2026-02-23", "B", "v2", "2", "2"),
                                    computed("2026-02-24", "A", "v2", "3", "3")}));
  ASSERT_TRUE(put_imported("table", {{"2026-02-23", "A", "10", "10", "quote", "0.9"}}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view,
                      "SELECT trade_date, symbol, lit_buy_volume, inference_version "
                      "FROM lit_direction_daily ORDER BY ALL"),
              ElementsAre("2026-02-23|A|10|imported", "2026-02-24|A|3|v2"));
  EXPECT_THAT(scanned(view, "v2"), ElementsAre("2026-02-23 A 10", "2026-02-24 A 3"));
  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM lit_direction_daily_raw"), ElementsAre("4"));
}

TEST_F(Lit, ScanGivesImportedRowsOrThoseOfTheVersion) {
  ASSERT_TRUE(put_computed("v2", {computed("2026-02-23", "A", "v2", "1", "1")}));
  ASSERT_TRUE(put_computed("phase a", {computed("2026-02-23", "A", "PhaseA_v1", "2", "2")}));
  ASSERT_TRUE(put_imported("table", {{"2026-02-24", "A", "10", "10", "quote", "0.9"}}));

  const Reader view = reader();

  EXPECT_THAT(scanned(view, "v2"), ElementsAre("2026-02-23 A 1", "2026-02-24 A 10"));
  EXPECT_THAT(scanned(view, "PhaseA_v1"), ElementsAre("2026-02-23 A 2", "2026-02-24 A 10"));
  EXPECT_THAT(scanned(view, "v3'"), ElementsAre("2026-02-24 A 10"));
}

TEST_F(Lit, MoreSymbolsOfADayJoinThoseThatAreThere) {
  ASSERT_TRUE(put_computed("tape A", {computed("2026-02-23", "A", "v2", "1", "1")}));
  const auto more = put_computed("tape B", {computed("2026-02-23", "B", "v2", "2", "2")});
  ASSERT_TRUE(more);
  EXPECT_FALSE(more->known_file);

  const Reader view = reader();

  EXPECT_THAT(scanned(view, "v2", at("2026-02-23T22:59:59Z")), IsEmpty());
  EXPECT_THAT(scanned(view, "v2", at("2026-02-23T23:00:00Z")),
              ElementsAre("2026-02-23 A 1", "2026-02-23 B 2"));
}

TEST_F(Lit, OtherRowsUnderTheSameSourceAreNotSwallowed) {
  ASSERT_TRUE(put_computed("tape", {computed("2026-02-23", "A", "v2", "1", "1")}));

  const auto other_version = put_computed("tape", {computed("2026-02-23", "A", "v9", "2", "2")});
  const auto other_day = put_computed("tape", {computed("2026-02-24", "A", "v2", "3", "3")});
  const auto again = put_computed("tape", {computed("2026-02-23", "A", "v2", "1", "1")});

  ASSERT_TRUE(other_version && other_day && again);
  EXPECT_EQ(other_version->added, 1U);
  EXPECT_EQ(other_day->added, 1U);
  EXPECT_TRUE(again->known_file);
  EXPECT_EQ(again->rows, 0U);
}

TEST_F(Lit, NewComputationIsKnownFromItsCapture) {
  ASSERT_TRUE(put_computed("tape", {computed("2026-02-23", "A", "v2", "1", "1")}));
  clock_.set(at("2026-03-05T12:00:00Z"));
  ASSERT_TRUE(put_computed("corrected", {computed("2026-02-23", "A", "v2", "7", "1")}));

  const Reader view = reader();

  EXPECT_THAT(scanned(view, "v2"), ElementsAre("2026-02-23 A 7"));
  EXPECT_THAT(scanned(view, "v2", at("2026-03-05T11:59:59Z")), ElementsAre("2026-02-23 A 1"));
  EXPECT_THAT(rows_of(view,
                      "SELECT lit_buy_volume FROM lit_direction_daily_at("
                      "TIMESTAMP '2026-03-05 11:59:59')"),
              ElementsAre("1"));
}

TEST_F(Lit, ChangedDaysNameComputedDays) {
  ASSERT_TRUE(put_imported("table", {{"2026-02-20", "A", "10", "10", "quote", "0.9"}}));
  const std::int64_t before = writer().reader().last_revision().value();
  ASSERT_TRUE(put_computed("tape", {computed("2026-02-23", "A", "v2", "1", "1")}));
  ASSERT_TRUE(put_computed("more", {computed("2026-02-23", "B", "v2", "1", "1")}));

  const Reader view = reader();

  EXPECT_THAT(view.changed_days(before).value(), ElementsAre(day("2026-02-23")));
  EXPECT_THAT(view.changed_days(before + 1).value(), ElementsAre(day("2026-02-23")));
}

TEST_F(Lit, RowsWithoutAVersionBreakTheContract) {
  const auto put = put_computed("tape", {computed("2026-02-23", "A", "", "1", "1")});

  ASSERT_FALSE(put);
  EXPECT_THAT(put.error().message, HasSubstr("inference_version misses values"));
}

}  // namespace offex::store
