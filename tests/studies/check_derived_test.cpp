// The check of what was built: stale builds, rows that no build makes, sessions that are thin.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/catalogue.hpp"

#include "studies/check_market.hpp"

namespace offex::studies::test {
namespace {

using columns::Column;
using columns::Type;
using market::Quantity;
using testing::ElementsAre;
using testing::HasSubstr;

class CheckDerived : public CheckMarket {
 protected:
  /// A fact that no derived table reads.
  void put_threshold_list() {
    columns::Batch rows{{Column{"trade_date", Type::Day}, Column{"symbol", Type::Symbol},
                         Column{"threshold_flag", Type::Text},
                         Column{"market_category", Type::Text}}};
    rows.column(0).push(days_.back().days());
    rows.column(1).push(market::Symbol::from_trusted("AA0"));
    rows.column(2).push_missing();
    rows.column(3).push_missing();
    store_.put("threshold", {.dataset = market::Dataset::ThresholdList, .rows = &rows});
  }
};

TEST_F(CheckDerived, ASessionWithFarFewerRowsIsAWarning) {
  put_short(days_.back(), {"AA0", "AA1", "AA2", "AA3", "AA4", "AA5"}, "cut");

  EXPECT_THAT(findings("session-size"),
              ElementsAre("warning finra_short_daily 2026-03-20: 6 rows, usually 10: the file may "
                          "be cut"));
}

TEST_F(CheckDerived, ANullRateThatJumpsIsAWarning) {
  const market::Day next = market::session_after(days_.back()).value();
  put_short(next, names_);
  store_.build_all({});

  EXPECT_THAT(
      findings("null-rates"),
      ElementsAre("warning 2026-03-23 close: null on 100.0 % of the rows, usually on 0.0 %",
                  "warning 2026-03-23 offex_share: null on 100.0 % of the rows, usually on 0.0 %",
                  "warning 2026-03-23 volume: null on 100.0 % of the rows, usually on 0.0 %"));
}

TEST_F(CheckDerived, FactsAfterABuildAreOnlyInformation) {
  store_.build_all({});
  put_short(days_.back(), {"AA0", "AA1", "AA2", "AA3", "AA4", "AA5", "AA6", "AA7"}, "newer");

  const Lines all = findings();

  EXPECT_THAT(all, testing::Each(HasSubstr("facts came after it was built at 2026-06-01")));
  EXPECT_THAT(all, testing::Contains(HasSubstr("info daily_metrics_v2 v2: ")));
}

TEST_F(CheckDerived, ABuildKnowsFactsThatAlterNothing) {
  store_.build_all({});
  put_threshold_list();
  EXPECT_THAT(findings("builds"), testing::SizeIs(8));

  const BuildReport report = store_.build_all({});

  for (const TableBuild& table : report.tables) EXPECT_EQ(table.rows, 0U) << table.table;
  EXPECT_THAT(findings("builds"), testing::IsEmpty());
}

TEST_F(CheckDerived, ABuildOfSomeDaysDoesNotClaimToKnowAllFacts) {
  store_.build_all({});
  put_threshold_list();

  store_.build_all({.days = market::DayRange{days_.back(), days_.back()}});

  EXPECT_THAT(findings("builds"), testing::SizeIs(3));
}

TEST_F(CheckDerived, ATapeAfterABuildIsNoFinding) {
  store_.build_all({});
  ASSERT_TRUE(store_.writer().put_tape(
      {.sha256 = "tape", .name = "tape", .url = "tape", .bytes = 1, .etag = ""},
      {.dataset = market::Dataset::TradeTape,
       .day = days_.back(),
       .scope = "",
       .sha256 = "tape",
       .name = "tape",
       .rows = 1,
       .known_from = {}},
      "text"));

  EXPECT_THAT(findings("builds"), testing::IsEmpty());
}

TEST_F(CheckDerived, LitDirectionAfterABuildIsInformation) {
  store_.build_all({});
  LitRow row = lit_row();
  row.buy_volume -= Quantity::kPerShare;
  put_lit("AA0", row, "again");

  EXPECT_THAT(findings("builds"), testing::Contains(HasSubstr("info daily_metrics_v2 v2: ")));
}

/// Built rows that no build makes.
class BuiltRows : public CheckMarket {
 protected:
  /// Replaces the build by one row of AA0 on the last day; `values` by column, the rest missing.
  void replace_by(const std::map<std::string, double>& values) {
    store_.build_all({});
    const store::DerivedTable table = derived_table(*find_table("daily_metrics", "v2"));
    columns::Batch row;
    for (const store::DerivedColumn& column : table.columns) {
      row.add(column.type == Type::Label ? Column{column.name, column.words}
                                         : Column{column.name, column.type});
      fill(row.column(row.num_columns() - 1), values);
    }
    const store::BuildState state{
        .variant = "v2",
        .last_revision = 1'000'000,
        .days = {},
        .built_at = market::Instant::from_nanos(store_.clock.now_nanos())};
    const auto done = store_.writer().replace_derived(
        table, state, {}, [&](const store::Writer::BatchSink& sink) { return sink(row); });
    ASSERT_TRUE(done) << base::format_error(done.error());
  }

 private:
  void fill(Column& column, const std::map<std::string, double>& values) const {
    const auto value = values.find(std::string{column.name()});
    if (column.name() == "trade_date") {
      column.push<std::int32_t>(days_.back().days());
    } else if (column.name() == "symbol_code") {
      column.push<std::int32_t>(0);
    } else if (column.type() == Type::Label) {
      column.push<std::uint8_t>(0);
    } else if (column.type() == Type::Bool) {
      column.push<std::int8_t>(value == values.end() || value->second != 0 ? 1 : 0);
    } else if (value == values.end()) {
      column.push_missing();
    } else if (column.type() == Type::Double) {
      column.push(value->second);
    } else {
      column.push(static_cast<std::int64_t>(value->second) * Quantity::kPerShare);
    }
  }
};

TEST_F(BuiltRows, AFlagAgainstTheFactsIsAnError) {
  replace_by({{"has_short", 0}});

  EXPECT_THAT(findings(),
              ElementsAre("error 2026-03-20 AA0: has_short false (row: true), has_price "
                          "true (close: true), has_lit true (row: true)"));
}

TEST_F(BuiltRows, ARatioAboveOneIsAnError) {
  replace_by({{"offex_share", 1.5}});

  EXPECT_THAT(findings(), ElementsAre(HasSubstr("error 2026-03-20 AA0: ")));
}

TEST_F(BuiltRows, ARatioThatIsNotItsPartsIsAnError) {
  replace_by({{"short_ratio", 0.5}, {"short_volume", 400}, {"short_ratio_denominator_value", 900}});

  EXPECT_THAT(findings(), ElementsAre(HasSubstr("error 2026-03-20 AA0: short_ratio 0.5 with")));
}

}  // namespace
}  // namespace offex::studies::test
