#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"

#include "studies/macro_internal.hpp"
#include "studies/macro_session.hpp"
#include "studies/study_store.hpp"
#include "support/oracle_table.hpp"

namespace offex::studies {
namespace {

using test::MadeRow;
using test::MadeSession;

/// Forty sessions of sixty names in two sectors; some names come and go.
class MacroTableTest : public testing::Test {
 protected:
  MacroTableTest() {
    for (const MadeRow& row : test::made_rows(60)) names_.push_back(row.symbol);
    for (std::size_t index = 0; index < days_.size(); ++index) {
      made_.push_back(make(index));
    }
  }

  [[nodiscard]] std::unique_ptr<MadeSession> make(std::size_t index) const {
    const auto phase = static_cast<double>(index);
    std::vector<MadeRow> rows = test::made_rows(60, 0.37 * phase);
    std::vector<MadeRow> out;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      rows[row].sector = row % 2 == 0 ? "Energy" : "Utilities";
      rows[row].weight *= 1.0 + 0.01 * std::sin(phase + static_cast<double>(row));
      if ((row + index) % 11 != 0) out.push_back(rows[row]);
    }
    auto made = std::make_unique<MadeSession>(days_[index].iso(), names_, out);
    made->scores.c_r = 0.01 * std::sin(phase);
    made->scores.c_v = 0.05 * std::cos(phase);
    return made;
  }

  void put_members() {
    columns::Batch rows{{columns::Column{"index_symbol", columns::Type::Symbol},
                         columns::Column{"symbol", columns::Type::Symbol},
                         columns::Column{"valid_from", columns::Type::Day},
                         columns::Column{"valid_to", columns::Type::Day}}};
    for (std::size_t index = 0; index < 30; ++index) {
      rows.column(0).push(market::Symbol::from_trusted("IX"));
      rows.column(1).push(market::Symbol::from_trusted(names_[index]));
      rows.column(2).push_missing();
      if (index % 3 == 0) {
        rows.column(3).push(days_[25].days());
      } else {
        rows.column(3).push_missing();
      }
    }
    store_.put("members", {.dataset = market::Dataset::IndexConstituents, .rows = &rows});
  }

  /// Feeds sessions [from, end) to a table that was prepared for day `first`.
  std::vector<std::string> rows_of(SessionTable& table, std::size_t first, std::size_t from) {
    const auto prepared = table.prepare(store_.writer().reader(), days_[first]);
    EXPECT_TRUE(prepared) << (prepared ? "" : base::format_error(prepared.error()));
    for (std::size_t index = from; index < made_.size(); ++index) {
      const MadeSession& made = *made_[index];
      EXPECT_TRUE(table.add(made.session(), made.facts, made.ranking));
    }
    return test::lines_of(table.take());
  }

  /// Stores the rows of the first `count` sessions.
  void keep(std::size_t count) {
    const auto table = macro_table({});
    const store::DerivedTable derived = derived_table(table->spec());
    ASSERT_TRUE(store_.writer().ensure_derived(derived));
    ASSERT_TRUE(table->prepare(store_.writer().reader(), days_[0]));
    for (std::size_t index = 0; index < count; ++index) {
      const MadeSession& made = *made_[index];
      ASSERT_TRUE(table->add(made.session(), made.facts, made.ranking));
    }
    const store::BuildState state{.variant = table->version(),
                                  .variant_value = table->version(),
                                  .days = market::DayRange{days_[0], days_[count - 1]}};
    const auto done = store_.writer().replace_derived(
        derived, state, state.days,
        [&](const store::Writer::BatchSink& sink) { return sink(table->take()); });
    ASSERT_TRUE(done) << base::format_error(done.error());
  }

  test::StudyStore store_;
  std::vector<market::Day> days_{market::sessions({market::Day::parse("2026-02-02").value(),
                                                   market::Day::parse("2026-03-30").value()})
                                     .value()};
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<MadeSession>> made_;
};

TEST_F(MacroTableTest, ContinuesAStoredTableWithTheRowsOfAFullBuild) {
  put_members();
  const auto full = macro_table({});
  std::vector<std::string> expected = rows_of(*full, 0, 0);
  const std::size_t groups = 7;  // market, 3 tiers, 2 sectors, 1 index
  ASSERT_EQ(expected.size(), groups * days_.size());

  keep(30);
  const auto late = macro_table({});
  const std::vector<std::string> rows = rows_of(*late, 30, 29);
  expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(30 * groups));
  EXPECT_EQ(rows, expected);
}

TEST_F(MacroTableTest, SplitsNoChangeWithoutTheSessionBefore) {
  keep(30);
  const auto late = macro_table({});
  ASSERT_TRUE(late->prepare(store_.writer().reader(), days_[30]));
  ASSERT_TRUE(late->add(made_[30]->session(), made_[30]->facts, made_[30]->ranking));
  const columns::Batch rows = late->take();
  EXPECT_FALSE(rows.find("tilt_change")->valid(0));
  EXPECT_TRUE(rows.find("tilt")->valid(0));
}

TEST_F(MacroTableTest, ExplainsEveryChangeOfTheTilt) {
  put_members();
  const auto table = macro_table({});
  ASSERT_TRUE(table->prepare(store_.writer().reader(), days_[0]));
  for (const auto& made : made_) {
    ASSERT_TRUE(table->add(made->session(), made->facts, made->ranking));
  }
  const columns::Batch rows = table->take();
  const auto value = [&](const char* name, std::size_t row) {
    return rows.find(name)->values<double>()[row];
  };
  std::size_t split = 0;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    if (!rows.find("tilt_change")->valid(row)) continue;
    ++split;
    EXPECT_NEAR(value("tilt_within", row) + value("tilt_mix", row) + value("tilt_entry", row),
                value("tilt_change", row), 1e-14);
  }
  EXPECT_EQ(split, rows.num_rows() - 7);  // all but the first session
}

TEST_F(MacroTableTest, ScoresAPartialSessionAndLearnsNothingFromIt) {
  const auto usual = macro_table({});
  const std::vector<std::string> plain = rows_of(*usual, 0, 0);
  // A wild session between the last two of the usual ones.
  std::vector<MadeRow> rows = test::made_rows(60);
  for (MadeRow& row : rows) row.e_r = row.e_v = 9.0;
  MadeSession wild{days_.back().iso(), names_, rows};
  wild.status = SessionStatus::Partial;

  const auto table = macro_table({});
  ASSERT_TRUE(table->prepare(store_.writer().reader(), days_[0]));
  const std::size_t last = made_.size() - 1;
  for (std::size_t index = 0; index < last; ++index) {
    ASSERT_TRUE(table->add(made_[index]->session(), made_[index]->facts, made_[index]->ranking));
  }
  const columns::Batch before = table->take();
  ASSERT_TRUE(table->add(wild.session(), wild.facts, wild.ranking));
  const columns::Batch partial = table->take();
  ASSERT_TRUE(table->add(made_[last]->session(), made_[last]->facts, made_[last]->ranking));
  const columns::Batch after = table->take();

  EXPECT_EQ(columns::cell_text(*partial.find("session_status"), 0), "PARTIAL");
  EXPECT_GT(partial.find("breadth_z")->values<double>()[0], 4.0);
  const auto reference = macro_table({});
  ASSERT_TRUE(reference->prepare(store_.writer().reader(), days_[0]));
  for (const auto& made : made_) {
    ASSERT_TRUE(reference->add(made->session(), made->facts, made->ranking));
  }
  const columns::Batch all = reference->take();
  const std::size_t groups = after.num_rows();
  for (std::size_t row = 0; row < groups; ++row) {
    EXPECT_EQ(columns::cell_text(*after.find("breadth_z"), row),
              columns::cell_text(*all.find("breadth_z"), all.num_rows() - groups + row));
  }
}

TEST_F(MacroTableTest, ForgetsAPartialSessionThatIsStored) {
  made_[12]->status = SessionStatus::Partial;
  const auto full = macro_table({});
  std::vector<std::string> expected = rows_of(*full, 0, 0);
  keep(30);
  const auto late = macro_table({});
  const std::vector<std::string> rows = rows_of(*late, 30, 29);
  expected.erase(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(rows.size()));
  EXPECT_EQ(rows, expected);
}

TEST_F(MacroTableTest, JudgesASeriesFromItsEleventhSessionOn) {
  const auto table = macro_table({});
  ASSERT_TRUE(table->prepare(store_.writer().reader(), days_[0]));
  for (const auto& made : made_) {
    ASSERT_TRUE(table->add(made->session(), made->facts, made->ranking));
    const columns::Batch rows = table->take();
    const auto count = static_cast<std::size_t>(&made - made_.data());
    for (const std::string_view name : kMacroSeriesNames) {
      EXPECT_TRUE(rows.find(name)->valid(0));
      EXPECT_EQ(rows.find(std::string{name} + "_z")->valid(0), count >= 10);
    }
  }
}

TEST_F(MacroTableTest, CorrectsGroupScoresOverTheGroupsOfAKind) {
  const auto table = macro_table({});
  ASSERT_TRUE(table->prepare(store_.writer().reader(), days_[0]));
  ASSERT_TRUE(table->add(made_[5]->session(), made_[5]->facts, made_[5]->ranking));
  const columns::Batch rows = table->take();
  const auto& z = rows.find("group_z_r")->values<double>();
  const auto& q = rows.find("group_q_r")->values<double>();
  // The market is alone of its kind: q is p. The two sectors are rows 4 and 5.
  EXPECT_DOUBLE_EQ(q[0], std::erfc(std::fabs(z[0]) / std::sqrt(2.0)));
  const double first = std::erfc(std::fabs(z[4]) / std::sqrt(2.0));
  const double second = std::erfc(std::fabs(z[5]) / std::sqrt(2.0));
  EXPECT_NEAR(std::min(q[4], q[5]),
              std::min(2.0 * std::min(first, second), std::max(first, second)), 1e-15);
}

TEST(MacroFilters, ScoreASeriesAsTheReferenceDoes) {
  const auto table = test_support::oracle_table("fx_series.csv");  // prior 0.04
  MacroFilters filters;
  for (std::size_t row = 0; row < table.size(); ++row) {
    MacroMeasures measures;
    measures.names = 5000;
    measures[MacroSeries::Breadth] = table.number(row, "x");
    measures.breadth_se = 0.04;  // above the market's own prior
    const double z = filters.step(measures, true)[0];
    const double expected = table.number(row, "z");
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(z)) << row;
    } else {
      EXPECT_NEAR(z, expected, 1e-9) << row;
    }
  }
}

TEST(MacroFilters, AreNoNarrowerThanWhatFewNamesMoveByAlone) {
  const auto last_score = [](double error) {
    MacroFilters filters;
    MacroFilters::Scores out{};
    for (int day = 0; day < 12; ++day) {
      MacroMeasures measures;
      measures.names = 20;
      measures.breadth_se = error;
      measures[MacroSeries::Breadth] = day == 11 ? 0.3 : 0.01 * (day % 2);
      out = filters.step(measures, true);
    }
    return out[0];
  };
  EXPECT_DOUBLE_EQ(last_score(0.001), last_score(0.034));
  EXPECT_LT(last_score(0.2), 0.6 * last_score(0.034));
}

}  // namespace
}  // namespace offex::studies
