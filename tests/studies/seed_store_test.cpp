#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "offex/formats/document.hpp"

#include "studies/golden_compare.hpp"
#include "studies/seed_inputs.hpp"
#include "studies/study_store.hpp"

namespace offex::studies::test {
namespace {

/// Reads the golden inputs with the formats room and stores them.
void import_seed(const GoldenFolder& golden, StudyStore& store) {
  for (const char* name : {"short_daily.csv", "bars_daily.csv", "lit_direction_daily.csv",
                           "otc_weekly.csv", "constituents.csv"}) {
    const std::string file = golden.whole ? name : std::string{name} + ".gz";
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

std::string quoted_symbols(const test_support::CsvTable& expected) {
  std::set<std::string> symbols;
  for (std::size_t row = 0; row < expected.rows.size(); ++row) {
    symbols.insert("'" + expected.cell(row, "symbol") + "'");
  }
  std::string out;
  for (const std::string& symbol : symbols) {
    out += (out.empty() ? "" : ",") + symbol;
  }
  return out;
}

void expect_stored_golden(const GoldenFolder& golden) {
  StudyStore store;
  import_seed(golden, store);
  // A tile of few symbols at a time: the result must not show it.
  for (const ScoreSource source :
       {ScoreSource::ShortBuySellRatioZ, ScoreSource::VwFlowZ, ScoreSource::FinraBuyVolumeZ}) {
    store.build_all(
        {.version = "PhaseA_v1", .short_z_source = source, .memory_bytes = std::size_t{1} << 19U});
  }
  const store::Reader reader = store.reader();
  for (const ScoreSource source :
       {ScoreSource::ShortBuySellRatioZ, ScoreSource::VwFlowZ, ScoreSource::FinraBuyVolumeZ}) {
    const std::string name{to_string(source)};
    const auto expected = golden.read("expected_daily_metrics__" + name + ".csv");
    const columns::Batch rows =
        ask(reader, "SELECT * FROM daily_metrics_phasea_v1 WHERE accumulation_short_z_source = '" +
                        name + "' AND symbol IN (" + quoted_symbols(expected) +
                        ") ORDER BY symbol, trade_date");
    EXPECT_EQ(rows.num_rows(), expected.rows.size());
    const Comparison result = compare(expected, rows);
    EXPECT_EQ(result.different, 0U) << name << ": " << result.first;
  }
  const auto expected = golden.read("expected_index_constituent_short_agg_daily.csv");
  const columns::Batch rows =
      ask(reader,
          "SELECT * FROM index_constituent_short_agg_daily_phasea_v1 ORDER BY "
          "index_symbol, trade_date");
  EXPECT_EQ(rows.num_rows(), expected.rows.size());
  const Comparison result = compare(expected, rows);
  EXPECT_EQ(result.different, 0U) << result.first;
}

TEST(SeedThroughTheStore, EqualsTheWholeGoldenTables) {
  const auto golden = shared_golden();
  if (!golden) {
    GTEST_SKIP() << "no golden/seed_a under OFFEX_SHARED or beside the project";
  }
  expect_stored_golden(*golden);
}

TEST(SeedThroughTheStore, EqualsTheCommittedSubset) { expect_stored_golden(committed_golden()); }

TEST(SeedThroughTheStore, AnswersForOneSymbolEqualTheStoredTable) {
  StudyStore store;
  import_seed(committed_golden(), store);
  store.build_all({.version = "PhaseA_v1"});
  const store::Reader reader = store.reader();
  const auto answer = daily_metrics(
      reader, {.version = "PhaseA_v1", .symbols = {market::Symbol::from_trusted("S007")}});
  ASSERT_TRUE(answer) << base::format_error(answer.error());
  EXPECT_EQ(lines_of(*answer),
            lines_of(ask(reader,
                         "SELECT * FROM daily_metrics_phasea_v1 WHERE symbol = 'S007' "
                         "ORDER BY trade_date")));
}

TEST(SeedThroughTheStore, IsNotBuiltAgainWithoutNewFacts) {
  StudyStore store;
  import_seed(committed_golden(), store);
  const BuildReport first = store.build_all({.version = "PhaseA_v1"});
  const BuildReport second = store.build_all({.version = "PhaseA_v1"});
  EXPECT_EQ(first.tables[0].rows, 3'120U);
  EXPECT_EQ(first.tables[1].rows, 260U);
  EXPECT_EQ(second.tables[0].sessions, 0U);
}

}  // namespace
}  // namespace offex::studies::test
