#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "offex/formats/document.hpp"
#include "offex/studies/composite_signal.hpp"

#include "studies/seed_inputs.hpp"
#include "studies/study_store.hpp"

namespace offex::studies::test {
namespace {

/// The seed's inputs, committed as a small subset.
void import_inputs(StudyStore& store) {
  const GoldenFolder golden = committed_golden();
  for (const char* name : {"short_daily.csv", "bars_daily.csv", "lit_direction_daily.csv",
                           "otc_weekly.csv", "constituents.csv"}) {
    const std::string file = std::string{name} + ".gz";
    std::ostringstream bytes;
    bytes << std::ifstream{golden.path / file, std::ios::binary}.rdbuf();
    for (auto& document : formats::read_documents(bytes.str(), {.file = file})) {
      ASSERT_TRUE(document) << base::format_error(document.error());
      store.put(file, {.dataset = document->dataset,
                       .day = document->day,
                       .facility = document->facility,
                       .rows = &document->rows});
    }
  }
}

std::vector<std::string> ask_lines(const store::Reader& reader, const std::string& sql) {
  return lines_of(ask(reader, sql));
}

/// The seed's score as its daily metrics have it, under the composite's names.
std::string expected_sql(const std::string& source) {
  return "SELECT trade_date, symbol, 'cs/1.0.0', accumulation_short_z_source, "
         "accumulation_score_display, accumulation_score, confidence, pressure_context_label, "
         "CASE WHEN " +
         source + " >= 1 AND return_z >= 0.5 THEN 'Accumulating' WHEN " + source +
         " <= -1 AND return_z <= -0.5 THEN 'Distribution' ELSE 'Neutral' END, " + source +
         ", lit_flow_imbalance_z, return_z, otc_participation_z, otc_status FROM "
         "daily_metrics_phasea_v1 WHERE accumulation_score IS NOT NULL AND "
         "accumulation_short_z_source = '" +
         source + "' ORDER BY symbol, trade_date";
}

std::string stored_sql(const std::string& source) {
  return "SELECT * FROM composite_signal_cs1 WHERE short_z_source = '" + source +
         "' ORDER BY symbol, trade_date";
}

TEST(SeedComposite, IsTheSeedsScoreWithBothLabels) {
  StudyStore store;
  import_inputs(store);
  // A tile of few symbols at a time: the result must not show it.
  store.build_all({.version = "PhaseA_v1", .memory_bytes = std::size_t{1} << 19U});
  const store::Reader reader = store.reader();
  const std::string source = "short_buy_sell_ratio_z";
  const auto expected = ask_lines(reader, expected_sql(source));
  EXPECT_GT(expected.size(), 1'000U);
  EXPECT_EQ(ask_lines(reader, stored_sql(source)), expected);
}

TEST(SeedComposite, KeepsTheRowsOfAnotherSource) {
  StudyStore store;
  import_inputs(store);
  store.build_all({.version = "PhaseA_v1"});
  store.build_all({.version = "PhaseA_v1", .short_z_source = ScoreSource::VwFlowZ});
  store.build_all({.version = "PhaseA_v1", .full = true});
  const store::Reader reader = store.reader();
  for (const std::string source : {"short_buy_sell_ratio_z", "vw_flow_z"}) {
    EXPECT_EQ(ask_lines(reader, stored_sql(source)), ask_lines(reader, expected_sql(source)));
  }
}

TEST(SeedComposite, IsReportedAndNotBuiltAgainWithoutNewFacts) {
  StudyStore store;
  import_inputs(store);
  const BuildReport first = store.build_all({.version = "PhaseA_v1"});
  const BuildReport second = store.build_all({.version = "PhaseA_v1"});
  ASSERT_EQ(first.tables.size(), 3U);
  EXPECT_EQ(first.tables[2].table, "composite_signal_cs1");
  EXPECT_GT(first.tables[2].rows, 1'000U);
  ASSERT_EQ(second.tables.size(), 3U);
  EXPECT_EQ(second.tables[2].sessions, 0U);
}

TEST(SeedComposite, AnswersWithoutAStoredTable) {
  StudyStore store;
  import_inputs(store);
  store.build_all({.version = "PhaseA_v1"});
  const store::Reader reader = store.reader();
  const auto days = reader.daily_range();
  ASSERT_TRUE(days && *days);
  const market::DayRange late{(*days)->last.plus(-20), (*days)->last};
  const auto answer = composite_signal(
      reader,
      {.version = "cs/1.0.0", .symbols = {market::Symbol::from_trusted("S007")}, .days = late});
  ASSERT_TRUE(answer) << base::format_error(answer.error());
  EXPECT_GT(answer->num_rows(), 5U);
  EXPECT_EQ(lines_of(*answer),
            ask_lines(reader,
                      "SELECT * FROM composite_signal_cs1 WHERE symbol = 'S007' AND "
                      "trade_date >= '" +
                          late.first.iso() + "' ORDER BY trade_date"));
}

TEST(CompositeSignal, RefusesAnUnknownVersion) {
  StudyStore store;
  import_inputs(store);
  const auto answer = composite_signal(store.reader(), {.version = "cs/9"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace offex::studies::test
