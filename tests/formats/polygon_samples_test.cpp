// Every published sample of Polygon. They are not part of the project.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/formats/tape.hpp"

#include "formats/document_text.hpp"

namespace offex::formats {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using market::Dataset;

/// What becomes of a sample: rows of a data set, or an error with these words.
struct Outcome {
  std::optional<Dataset> dataset{};
  std::size_t rows{0};
  ErrorCode code{ErrorCode::UnknownLayout};
  std::string words{};
};

Outcome rows_of(Dataset dataset, std::size_t rows) { return {.dataset = dataset, .rows = rows}; }
Outcome unknown(std::string words) { return {.words = std::move(words)}; }

const Outcome kAdjusted = {.code = ErrorCode::Integrity, .words = "adjusted=false"};
const Outcome kOpenClose = unknown("open-close reply");
const Outcome kPrevious = unknown("bar of the previous day");
const Outcome kSnapshot = unknown("a snapshot");
const Outcome kLast = unknown("the last trade or quote");
const Outcome kStatus = unknown("the market's status");
const Outcome kOptions = unknown("options contracts");
const Outcome kBarsWithoutDay = {.code = ErrorCode::Integrity, .words = "no column trade_date"};
const Outcome kNoHeader = unknown("no header of a known layout");
const Outcome kTrades = unknown("trades, which are read as a tape");
const Outcome kQuotes = unknown("quotes, which are read as a tape");
// A list of anything: the reader of FINRA's lists answers.
const Outcome kHolidays = unknown("");

// By the path below its folder, `&...` and cursors cut off.
const std::map<std::string, Outcome>& outcomes() {
  static const std::map<std::string, Outcome> kOutcomes = {
      {"openapi_examples/v1_marketstatus_now.json", kStatus},
      {"openapi_examples/v1_marketstatus_upcoming.json", kHolidays},
      {"openapi_examples/v1_open-close__stocksTicker___date_.json", kOpenClose},
      {"openapi_examples/v1_open-close__stocksTicker___date_.csv.txt", kBarsWithoutDay},
      {"openapi_examples/v2_aggs_grouped_locale_us_market_stocks__date_.json", kAdjusted},
      {"openapi_examples/v2_aggs_ticker__stocksTicker__prev.json", kPrevious},
      {"openapi_examples/v2_aggs_ticker__stocksTicker__range__multiplier___timespan___from___to_"
       ".json",
       kAdjusted},
      {"openapi_examples/v2_last_nbbo__stocksTicker_.json", kLast},
      {"openapi_examples/v2_last_trade__optionsTicker_.json", kLast},
      {"openapi_examples/v2_last_trade__stocksTicker_.json", kLast},
      {"openapi_examples/v3_quotes__stockTicker_.json", kQuotes},
      {"openapi_examples/v3_reference_options_contracts.json", kOptions},
      {"openapi_examples/v3_reference_options_contracts__options_ticker_.json", kOptions},
      {"openapi_examples/v3_reference_splits.json", rows_of(Dataset::CorporateActions, 2)},
      {"openapi_examples/v3_reference_splits.csv.txt", rows_of(Dataset::CorporateActions, 2)},
      {"openapi_examples/v3_reference_tickers.json", rows_of(Dataset::SecurityReference, 1)},
      {"openapi_examples/v3_reference_tickers__ticker_.json",
       rows_of(Dataset::SecurityReference, 1)},
      {"openapi_examples/v3_trades__stockTicker_.json", kTrades},
      {"trade_conditions_table.psv", kNoHeader},
      {"v1/marketstatus/now.json", kStatus},
      {"v1/marketstatus/upcoming.json", kHolidays},
      {"v1/open-close/AAPL/2005-04-01.json", kOpenClose},
      {"v2/aggs/grouped/locale/us/market/stocks/2005-04-04.json", kAdjusted},
      {"v2/aggs/ticker/AAPL/prev.json", kPrevious},
      {"v2/aggs/ticker/AAPL/range/1/day/2005-04-01/2005-04-04.json", kAdjusted},
      {"v2/aggs/ticker/AAPL/range/1/day/2005-04-02/2005-04-04.json", kAdjusted},
      {"v2/last/nbbo/AAPL.json", kLast},
      {"v2/last/trade/AAPL.json", kLast},
      {"v2/snapshot/locale/us/markets/stocks/gainers.json", kSnapshot},
      {"v2/snapshot/locale/us/markets/stocks/tickers/AAPL.json", kSnapshot},
      {"v2/snapshot/locale/us/markets/stocks/tickers/index.json", kSnapshot},
      {"v3/quotes/AAPL.json", kQuotes},
      {"v3/reference/conditions.json", rows_of(Dataset::TradeConditions, 10)},
      {"v3/reference/dividends.json", unknown("dividends")},
      {"v3/reference/exchanges.json", rows_of(Dataset::ExchangeList, 24)},
      {"v3/reference/splits.json", rows_of(Dataset::CorporateActions, 10)},
      {"v3/reference/tickers.json", rows_of(Dataset::SecurityReference, 2)},
      {"v3/reference/tickers/AAPL.json", rows_of(Dataset::SecurityReference, 1)},
      {"v3/reference/tickers/types.json", unknown("ticker types")},
      {"v3/trades/AAPL.json", kTrades},
  };
  return kOutcomes;
}

class PolygonSamples : public testing::Test {
 protected:
  void SetUp() override {
    if (test::shared_folder().empty()) {
      GTEST_SKIP() << "no folder ../shared and no OFFEX_SHARED: published files are not tested";
    }
  }

  static fs::path folder() { return test::shared_folder() / "data/polygon_rest_examples"; }

  static Result<Document> read(const fs::path& path) {
    auto documents =
        read_documents(test::read_file(path), test::options_for(path.filename().string()));
    EXPECT_EQ(documents.size(), 1U);
    return std::move(documents.at(0));
  }
};

std::string key_of(const fs::path& path, const fs::path& folder) {
  std::string name = fs::relative(path, folder).generic_string();
  const std::size_t parameters = name.find('&');
  if (parameters != std::string::npos) name = name.substr(0, parameters) + ".json";
  return name;
}

// Import asks this first.
std::optional<Dataset> tape_of(const fs::path& path) {
  const auto layout = tape_layout(test::read_file(path));
  return layout ? std::optional{layout->dataset} : std::nullopt;
}

void expect_outcome(const Result<Document>& document, const Outcome& outcome) {
  if (outcome.dataset) {
    ASSERT_TRUE(document) << test::to_text(document);
    EXPECT_EQ(document->dataset, *outcome.dataset);
    EXPECT_EQ(document->rows.num_rows(), outcome.rows);
    return;
  }
  ASSERT_FALSE(document) << test::to_text(document);
  EXPECT_EQ(document.error().code, outcome.code) << test::to_text(document);
  EXPECT_THAT(document.error().message, testing::HasSubstr(outcome.words));
}

TEST_F(PolygonSamples, EachIsReadOrRefusedAsDocumented) {
  std::size_t seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator{folder()}) {
    if (!entry.is_regular_file() || entry.path().filename() == "ORIGIN.txt") continue;
    SCOPED_TRACE(entry.path());
    ++seen;
    const auto outcome = outcomes().find(key_of(entry.path(), folder()));
    // The vendor's CSV renderings of replies: no other has a header that offex reads.
    const bool rendering =
        outcome == outcomes().end() && entry.path().string().ends_with(".csv.txt");
    ASSERT_TRUE(rendering || outcome != outcomes().end()) << "a sample without an outcome";

    expect_outcome(read(entry.path()), rendering ? kNoHeader : outcome->second);
  }
  EXPECT_GE(seen, outcomes().size());
}

TEST_F(PolygonSamples, OnlyTradesAndQuotesAreATape) {
  std::size_t tapes = 0;
  for (const auto& entry : fs::recursive_directory_iterator{folder()}) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path());
    const auto outcome = outcomes().find(key_of(entry.path(), folder()));
    if (outcome == outcomes().end()) continue;
    const std::string& words = outcome->second.words;
    std::optional<Dataset> expected;
    if (words == kTrades.words) expected = Dataset::TradeTape;
    if (words == kQuotes.words) expected = Dataset::QuoteTape;

    EXPECT_EQ(tape_of(entry.path()), expected);
    if (expected) ++tapes;
  }
  EXPECT_EQ(tapes, 5U);
}

TEST_F(PolygonSamples, UnadjustedBarsOfASampleAreReadExactly) {
  std::string text = test::read_file(folder() /
                                     "v2/aggs/ticker/AAPL/range/1/day/2005-04-01/"
                                     "2005-04-04.json");
  text.replace(text.find("true"), 4, "false");

  const auto document = test::read_text(text, test::options_for("aapl.json"));

  ASSERT_TRUE(document) << test::to_text(document);
  EXPECT_THAT(test::to_text(*document),
              testing::HasSubstr("2005-04-01 AAPL 1.5032 1.5064 1.4489 1.4604 1.469 642646396 "
                                 "82132 \n"
                                 "2005-04-04 AAPL 1.4639 1.4754 1.4343 1.4675 1.4589 578172308 "
                                 "65543 \n"));
}

TEST_F(PolygonSamples, TheOffExchangeIdStandsFourTimesInTheListOfExchanges) {
  const auto document = read(folder() / "v3/reference/exchanges.json");

  ASSERT_TRUE(document) << test::to_text(document);
  EXPECT_EQ(std::ranges::count(document->rows.find("exchange")->values<std::int32_t>(), 4), 4);
  const auto& types = document->rows.find("type")->values<std::string>();
  EXPECT_EQ(std::ranges::count(types, "SIP"), 2);
  EXPECT_EQ(std::ranges::count(types, "TRF"), 6);
}

TEST_F(PolygonSamples, ConditionsTellWhatTheConsolidatedTapeUpdates) {
  const auto document = read(folder() / "v3/reference/conditions&asset_class=stocks.json");

  ASSERT_TRUE(document) << test::to_text(document);
  const std::string text = test::to_text(*document);
  EXPECT_THAT(text, testing::HasSubstr("1 Acquisition sale_condition UTP:A true true true"));
  EXPECT_THAT(text, testing::HasSubstr(
                        "2 Average Price Trade sale_condition CTA:B,UTP:W false false true"));
  EXPECT_THAT(text,
              testing::HasSubstr("5 Bunched Sold Trade sale_condition UTP:G true false true"));
}

TEST_F(PolygonSamples, APageOfTickersWarnsOfTheNext) {
  const auto document = read(folder() / "v3/reference/tickers.json");

  ASSERT_TRUE(document) << test::to_text(document);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("further page")));
}

TEST_F(PolygonSamples, OnlyTheDayFileOfTheFlatFilesComesAsRows) {
  const fs::path flat = test::shared_folder() / "data/polygon_flatfile_samples";

  expect_outcome(read(flat / "day_aggs_v1_sample.csv"), rows_of(Dataset::DailyBarFlatFile, 1));
  expect_outcome(read(flat / "minute_aggs_v1_sample.csv"),
                 {.code = ErrorCode::Integrity, .words = "not midnight in New York"});
  expect_outcome(read(flat / "trades_v1_sample.csv"), kNoHeader);
  expect_outcome(read(flat / "quotes_v1_sample.csv"), kNoHeader);
  EXPECT_EQ(tape_of(flat / "day_aggs_v1_sample.csv"), std::nullopt);
  EXPECT_EQ(tape_of(flat / "minute_aggs_v1_sample.csv"), Dataset::MinuteTape);
  EXPECT_EQ(tape_of(flat / "trades_v1_sample.csv"), Dataset::TradeTape);
  EXPECT_EQ(tape_of(flat / "quotes_v1_sample.csv"), Dataset::QuoteTape);
}

}  // namespace
}  // namespace offex::formats
