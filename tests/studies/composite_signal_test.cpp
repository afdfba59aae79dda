#include "offex/studies/composite_signal.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/study_store.hpp"

namespace offex::studies::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A session of three symbols in the order of the axis. BB has no row in the day's file.
class HandMadeSession {
 public:
  HandMadeSession() {
    for (const char* name : {"AA", "BB", "CC"}) {
      axis_.symbols.push_back(market::Symbol::from_trusted(name));
      axis_.codes.push_back(static_cast<std::int32_t>(7 + axis_.codes.size()));
    }
    axis_.days = {day()};
    scores_.resize(2);
    scores_.symbol = {0, 2};
    scores_.count = {20, 5};
    scores_.neff = {20.0, 5.0};
    scores_.d = {20.0, 4.0};
    scores_.z_r = {2.0, -1.0};
    scores_.z_p = {0.5, 3.0};
    lit.assign(3, {1.0, 20.0, 27.0});
    price.assign(3, {0.5, kInfinity, 27.0});
  }

  [[nodiscard]] static market::Day day() { return market::Day::parse("2026-03-02").value(); }
  [[nodiscard]] kernels::SurpriseScores& scores() { return scores_; }

  /// Hands the session to a table and returns its rows.
  [[nodiscard]] columns::Batch rows_of(SessionTable& table) {
    ScanSession session{};
    session.day = day();
    session.axis = &axis_;
    session.parameters = &parameters_;
    session.status = status;
    session.after_break = after_break;
    session.scores = &scores_;
    session.lit = lit;
    session.price = price;
    EXPECT_TRUE(table.add(session, {}, {}));
    return table.take();
  }
  [[nodiscard]] columns::Batch rows_of(const CompositeFormula& formula,
                                       std::vector<market::Symbol> only = {}) {
    return rows_of(*composite_table(formula, SymbolColumn::Name, std::move(only)));
  }

  std::vector<kernels::SeriesScore> lit, price;
  SessionStatus status{SessionStatus::Ok};
  bool after_break{false};

 private:
  Axis axis_;
  kernels::SurpriseParameters parameters_;
  kernels::SurpriseScores scores_;
};

std::string cell(const columns::Batch& rows, const std::string& column, std::size_t row = 0) {
  const columns::Column* found = rows.find(column);
  EXPECT_NE(found, nullptr) << column;
  return found->valid(row) ? columns::cell_text(*found, row) : "null";
}

double number(const columns::Batch& rows, const std::string& column, std::size_t row = 0) {
  const columns::Column* found = rows.find(column);
  EXPECT_NE(found, nullptr) << column;
  return found->valid(row) ? found->values<double>()[row] : kNan;
}

TEST(CompositeTable, WritesTheReferenceScoreOfItsParts) {
  HandMadeSession session;
  session.price[0].neff = 20.0;  // as the reference value has it
  const columns::Batch rows = session.rows_of(CompositeFormula{});
  ASSERT_EQ(rows.num_rows(), 2U);
  EXPECT_NEAR(number(rows, "z"), 2.198189654421, 1e-9);
  EXPECT_NEAR(number(rows, "standard_error"), 0.315887794657, 1e-9);
  EXPECT_NEAR(number(rows, "score"), 98.603220319, 1e-8);
  EXPECT_NEAR(number(rows, "score_low"), 95.338503251, 1e-8);
  EXPECT_NEAR(number(rows, "score_high"), 99.671391242, 1e-8);
  EXPECT_EQ(number(rows, "coverage"), 1.0);
  EXPECT_EQ(cell(rows, "label"), "Accumulating");
  EXPECT_NEAR(number(rows, "short_contribution") + number(rows, "lit_contribution") +
                  number(rows, "price_contribution"),
              number(rows, "z"), 1e-12);
  EXPECT_EQ(number(rows, "short_z"), 2.0);
  EXPECT_EQ(number(rows, "lit_z"), 1.0);
  EXPECT_EQ(number(rows, "price_z"), 0.5);
}

TEST(CompositeTable, NamesTheSecurityTheDayAndTheVersion) {
  HandMadeSession session;
  const CompositeFormula formula;
  const columns::Batch named = session.rows_of(formula);
  EXPECT_EQ(cell(named, "symbol", 1), "CC");
  EXPECT_EQ(cell(named, "trade_date"), "2026-03-02");
  EXPECT_EQ(cell(named, "inference_version"), composite_version(formula));
  const columns::Batch coded = session.rows_of(*composite_table(formula, SymbolColumn::Code));
  EXPECT_THAT(coded.find("symbol_code")->values<std::int32_t>(), ElementsAre(7, 9));
}

TEST(CompositeTable, TakesTheErrorOfAGivenMeanFromItsVarianceAlone) {
  HandMadeSession session;
  const columns::Batch rows = session.rows_of(CompositeFormula{});
  EXPECT_NEAR(number(rows, "price_error"), std::sqrt(0.25 / (2.0 * 27.0)), 1e-12);
  EXPECT_NEAR(number(rows, "short_error"), std::sqrt(1.0 / 20.0 + 4.0 / (2.0 * 27.0)), 1e-12);
}

TEST(CompositeTable, BoundsTheErrorOfAnExtremeScore) {
  HandMadeSession session;
  session.scores().z_r[0] = 20.0;
  const columns::Batch rows = session.rows_of(CompositeFormula{});
  EXPECT_EQ(number(rows, "short_z"), 20.0);
  EXPECT_NEAR(number(rows, "short_error"), std::sqrt(1.0 / 20.0 + 16.0 / (2.0 * 27.0)), 1e-12);
}

TEST(CompositeTable, LeavesOutSymbolsWithoutEnoughHistory) {
  HandMadeSession session;
  session.scores().count = {4, 5};
  const columns::Batch rows = session.rows_of(CompositeFormula{});
  ASSERT_EQ(rows.num_rows(), 1U);
  EXPECT_EQ(cell(rows, "symbol"), "CC");
  EXPECT_EQ(cell(rows, "history"), "5");
  EXPECT_EQ(cell(rows, "grade"), "C");
}

TEST(CompositeTable, KeepsRowsOfTheSymbolsAskedFor) {
  HandMadeSession session;
  const columns::Batch rows = session.rows_of(
      CompositeFormula{}, {market::Symbol::from_trusted("CC"), market::Symbol::from_trusted("BB")});
  ASSERT_EQ(rows.num_rows(), 1U);
  EXPECT_EQ(cell(rows, "symbol"), "CC");
}

TEST(CompositeTable, ScoresTheShortPartAloneWhereTheOthersAreMissing) {
  HandMadeSession session;
  session.lit[0].z = kNan;
  session.price.clear();
  const columns::Batch rows = session.rows_of(CompositeFormula{});
  EXPECT_NEAR(number(rows, "score"), 97.724986805, 1e-8);
  EXPECT_NEAR(number(rows, "coverage"), 0.55, 1e-12);
  EXPECT_EQ(cell(rows, "lit_z"), "null");
  EXPECT_EQ(cell(rows, "lit_error"), "null");
  EXPECT_EQ(cell(rows, "lit_contribution"), "null");
  EXPECT_EQ(cell(rows, "price_z"), "null");
}

TEST(CompositeTable, SaysThatTheCoverageIsInsufficient) {
  HandMadeSession session;
  session.lit[0].z = kNan;
  session.price[0].z = kNan;
  CompositeFormula formula;
  formula.composite.direction = {0.0, 1.0, 1.0};
  const columns::Batch rows = session.rows_of(formula);
  EXPECT_EQ(cell(rows, "label"), "Insufficient");
  EXPECT_EQ(cell(rows, "score"), "null");
  EXPECT_EQ(number(rows, "coverage"), 0.0);
  EXPECT_EQ(cell(rows, "short_direction"), "0");
  EXPECT_EQ(cell(rows, "short_z"), "2");
}

TEST(CompositeTable, TurnsThePartsByTheirDirections) {
  HandMadeSession session;
  CompositeFormula against;
  against.composite.direction = {-1.0, -1.0, -1.0};
  const columns::Batch with = session.rows_of(CompositeFormula{});
  const columns::Batch turned = session.rows_of(against);
  EXPECT_EQ(number(turned, "z"), -number(with, "z"));
  EXPECT_EQ(cell(turned, "short_direction"), "-1");
  EXPECT_EQ(cell(turned, "label"), "Distribution");
}

TEST(CompositeTable, TakesThePersistenceWhenAsked) {
  HandMadeSession session;
  const columns::Batch rows = session.rows_of({.short_part = ShortPart::Persistence});
  EXPECT_EQ(number(rows, "short_z", 1), 3.0);
  EXPECT_EQ(cell(rows, "short_part"), "z_p");
  EXPECT_EQ(cell(session.rows_of(CompositeFormula{}), "short_part"), "z_r");
}

TEST(CompositeTable, WritesRowsOfAPartialSessionAndSaysSo) {
  HandMadeSession session;
  session.status = SessionStatus::Partial;
  session.after_break = true;
  const columns::Batch rows = session.rows_of(CompositeFormula{});
  ASSERT_EQ(rows.num_rows(), 2U);
  EXPECT_EQ(cell(rows, "session_status"), "PARTIAL");
  EXPECT_EQ(cell(rows, "baseline_break"), "true");
  session.status = SessionStatus::Ok;
  EXPECT_EQ(cell(session.rows_of(CompositeFormula{}), "session_status"), "OK");
}

TEST(CompositeTable, HandsItsRowsOverOnce) {
  HandMadeSession session;
  const auto table = composite_table(CompositeFormula{}, SymbolColumn::Name);
  EXPECT_EQ(session.rows_of(*table).num_rows(), 2U);
  EXPECT_EQ(table->take().num_rows(), 0U);
}

TEST(CompositeVersion, IsThatOfTheParametersOfBothAndOfTheShortPart) {
  const std::string usual = composite_version(CompositeFormula{});
  EXPECT_THAT(usual, StartsWith("cs/2.0.0+rv/1.0.0+"));
  EXPECT_EQ(usual.size(), std::string{"cs/2.0.0+rv/1.0.0+"}.size() + 16);
  CompositeFormula surprise;
  surprise.surprise.hm = 11.0;
  CompositeFormula direction;
  direction.composite.direction[2] = 0.0;
  const CompositeFormula persistence{.short_part = ShortPart::Persistence};
  const std::array others{composite_version(surprise), composite_version(direction),
                          composite_version(persistence)};
  for (const std::string& other : others) {
    EXPECT_NE(other, usual);
  }
  EXPECT_NE(others[0], others[1]);
  EXPECT_NE(others[1], others[2]);
}

TEST(CompositeVersion, OfTheDefaultsDoesNotChange) {
  // FNV-1a 64 of the reference's canonical text of both sets of parameters.
  EXPECT_EQ(composite_version(CompositeFormula{}), "cs/2.0.0+rv/1.0.0+dce155efcaeaa877");
}

TEST(ShortPart, IsReadByItsName) {
  EXPECT_EQ(parse_short_part("z_p"), ShortPart::Persistence);
  EXPECT_EQ(parse_short_part(to_string(ShortPart::Day)), ShortPart::Day);
  EXPECT_FALSE(parse_short_part("z_v"));
}

/// Stores what a formula makes of a session, as its own variant.
void store_rows(StudyStore& store, HandMadeSession& session, const CompositeFormula& formula) {
  const auto table = composite_table(formula, SymbolColumn::Code);
  const store::DerivedTable derived = derived_table(table->spec());
  ASSERT_TRUE(store.writer().ensure_derived(derived));
  const store::BuildState state{.variant = table->version(),
                                .variant_value = table->version(),
                                .last_revision = 1,
                                .days = market::DayRange{session.day(), session.day()},
                                .built_at = market::Instant::from_nanos(1)};
  const auto stored = store.writer().replace_derived(
      derived, state, market::DayRange{session.day(), session.day()},
      [&](const store::Writer::BatchSink& sink) { return sink(session.rows_of(*table)); });
  ASSERT_TRUE(stored) << base::format_error(stored.error());
  EXPECT_EQ(*stored, session.scores().size());
}

TEST(CompositeSignal, KeepsTheRowsOfAnotherVersion) {
  StudyStore store;
  HandMadeSession session;
  const CompositeFormula usual;
  CompositeFormula against;
  against.composite.direction[0] = -1.0;
  store_rows(store, session, usual);
  store_rows(store, session, against);
  session.scores().z_r = {-3.0, -3.0};
  store_rows(store, session, against);  // again: replaces its own rows only

  const store::Reader reader = store.reader();
  const auto versions = lines_of(ask(reader,
                                     "SELECT inference_version, count(*), max(short_z) FROM "
                                     "composite_signal_cs2__rows GROUP BY ALL ORDER BY 3"));
  EXPECT_THAT(versions, ElementsAre(composite_version(against) + "|2|-3|",
                                    composite_version(usual) + "|2|2|"));
  const auto builds = reader.builds("composite_signal_cs2");
  ASSERT_TRUE(builds);
  EXPECT_EQ(builds->size(), 2U);
}

}  // namespace
}  // namespace offex::studies::test
