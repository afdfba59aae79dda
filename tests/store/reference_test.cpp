#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using columns::Type;
using market::Dataset;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Short interest, threshold lists, directories and the other reference data.
class Reference : public StoreTest {
 protected:
  Reference() { clock_.set(at("2026-11-02T12:00:00Z")); }

  Result<PutResult> put_interest(const std::string& file, const std::vector<TextRow>& rows) {
    return put_rows(file, Dataset::ShortInterest,
                    text_batch({{"settlement_date", Type::Day},
                                {"symbol", Type::Symbol},
                                {"issue_name", Type::Text},
                                {"market_class", Type::Text},
                                {"current_short", Type::Quantity},
                                {"previous_short", Type::Quantity},
                                {"average_daily_volume", Type::Quantity},
                                {"change_percent", Type::Double},
                                {"days_to_cover", Type::Double},
                                {"revised", Type::Bool},
                                {"split", Type::Bool}},
                               rows));
  }
  Result<PutResult> put_securities(const std::string& file, const std::vector<TextRow>& rows) {
    return put_rows(file, Dataset::SecurityReference,
                    text_batch({{"known_from", Type::Day},
                                {"symbol", Type::Symbol},
                                {"name", Type::Text},
                                {"type", Type::Text},
                                {"sector", Type::Text},
                                {"industry", Type::Text},
                                {"market_cap", Type::Double},
                                {"shares_outstanding", Type::Quantity}},
                               rows));
  }
  Result<PutResult> put_directory(const std::string& file, std::string_view snapshot,
                                  const std::vector<TextRow>& rows) {
    return put_rows(file, Dataset::SymbolDirectory,
                    text_batch({{"directory", Type::Text},
                                {"symbol", Type::Symbol},
                                {"act_symbol", Type::Text},
                                {"nasdaq_symbol", Type::Text},
                                {"security_name", Type::Text},
                                {"listing_exchange", Type::Text},
                                {"etf", Type::Bool},
                                {"test_issue", Type::Bool},
                                {"round_lot", Type::Int32}},
                               rows),
                    day(snapshot));
  }
  Result<PutResult> put_exchanges(const std::string& file, const std::vector<TextRow>& rows) {
    return put_rows(file, Dataset::ExchangeList,
                    text_batch({{"exchange", Type::Int32},
                                {"name", Type::Text},
                                {"acronym", Type::Text},
                                {"mic", Type::Text},
                                {"participant_id", Type::Text},
                                {"type", Type::Text}},
                               rows));
  }
  static TextRow interest(const std::string& settled, const std::string& name,
                          const std::string& shares) {
    return {settled, name, name + " Inc.", "NYSE", shares, "5", "2", "1.5", "3.25", "true", ""};
  }
};

TEST_F(Reference, ShortInterestIsPublicSevenBusinessDaysAfterItsSettlement) {
  ASSERT_TRUE(put_interest("page 1", {interest("2026-09-15", "A", "10")}));
  ASSERT_TRUE(put_interest("page 2", {interest("2026-09-15", "BRK.B", "20")}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT * FROM finra_short_interest ORDER BY symbol"),
              ElementsAre("2026-09-15|A|A|A Inc.|NYSE|10|5|2|1.5|3.25|true|",
                          "2026-09-15|BRK.B|BRK.B|BRK.B Inc.|NYSE|20|5|2|1.5|3.25|true|"));
  EXPECT_THAT(rows_of(view,
                      "SELECT symbol FROM finra_short_interest_at(TIMESTAMP "
                      "'2026-09-24 21:59:59')"),
              IsEmpty());
  EXPECT_THAT(rows_of(view,
                      "SELECT count(*) FROM finra_short_interest_at(TIMESTAMP "
                      "'2026-09-24 22:00:00')"),
              ElementsAre("2"));
}

TEST_F(Reference, ShortInterestBeyondTheCalendarCountsWeekdays) {
  ASSERT_TRUE(put_interest("page", {interest("2031-01-15", "A", "10")}));

  EXPECT_THAT(rows_of(reader(), "SELECT known_from FROM finra_short_interest_raw"),
              ElementsAre("2031-01-24T23:00:00Z"));
}

TEST_F(Reference, RevisedShortInterestIsKnownFromItsCapture) {
  ASSERT_TRUE(put_interest("first",
                           {interest("2026-09-15", "A", "10"), interest("2026-09-15", "B", "20")}));
  clock_.set(at("2026-11-09T12:00:00Z"));
  ASSERT_TRUE(put_interest("second", {interest("2026-09-15", "A", "11")}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT symbol, current_short FROM finra_short_interest ORDER BY 1"),
              ElementsAre("A|11", "B|20"));
  EXPECT_THAT(rows_of(view,
                      "SELECT symbol, current_short FROM finra_short_interest_at("
                      "TIMESTAMP '2026-11-09 11:59:59') ORDER BY 1"),
              ElementsAre("A|10", "B|20"));
}

TEST_F(Reference, ThresholdListIsPublicInTheEveningOfItsDay) {
  const Header header{{"trade_date", Type::Day},
                      {"symbol", Type::Symbol},
                      {"threshold_flag", Type::Text},
                      {"market_category", Type::Text}};
  ASSERT_TRUE(put_rows(
      "list", Dataset::ThresholdList,
      text_batch(header, {{"2026-02-23", "ABR$D", "Y", "U"}, {"2026-02-24", "OTCX", "Y", ""}})));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT * FROM finra_threshold_list ORDER BY 1"),
              ElementsAre("2026-02-23|ABRpD|ABR$D|Y|U", "2026-02-24|OTCX|OTCX|Y|"));
  EXPECT_THAT(rows_of(view,
                      "SELECT symbol FROM finra_threshold_list_at(TIMESTAMP "
                      "'2026-02-23 23:00:00')"),
              ElementsAre("ABRpD"));
  EXPECT_THAT(rows_of(view, "SELECT symbol, file_name FROM finra_threshold_list_raw ORDER BY 1"),
              ElementsAre("ABRpD|list", "OTCX|list"));
}

TEST_F(Reference, DirectoriesOfOneDayStandSideBySide) {
  ASSERT_TRUE(put_directory(
      "nasdaq", "2026-02-23",
      {{"nasdaqlisted", "AAPL", "", "", "Apple Inc.", "Q", "false", "false", "100"}}));
  ASSERT_TRUE(put_directory(
      "other", "2026-02-23",
      {{"otherlisted", "ABRpD", "ABR$D", "ABR-D", "Arbor", "N", "", "false", "100"}}));
  ASSERT_TRUE(
      put_directory("nasdaq again", "2026-02-23",
                    {{"nasdaqlisted", "AAPL", "", "", "Apple", "Q", "false", "false", "100"}}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT * FROM symbol_directory ORDER BY symbol"),
              ElementsAre("2026-02-23|nasdaqlisted|AAPL|AAPL|||Apple|Q|false|false|100",
                          "2026-02-23|otherlisted|ABRpD|ABRpD|ABR$D|ABR-D|Arbor|N||false|100"));
  EXPECT_THAT(rows_of(view,
                      "SELECT security_name FROM symbol_directory_at(TIMESTAMP "
                      "'2026-02-23 23:00:00') WHERE symbol = 'AAPL'"),
              ElementsAre("Apple Inc."));
  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM symbol_directory_raw"), ElementsAre("3"));
}

TEST_F(Reference, SecurityIsWhatTheNewestReferenceSaysOfIt) {
  ASSERT_TRUE(
      put_securities("one", {{"", "A", "Old A", "CS", "Health", "", "5e9"},
                             {"", "B", "B", "ETF"},
                             {"2026-02-02", "A", "New A", "CS", "Health", "Tools", "", "7"}}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT * FROM ref_security ORDER BY symbol"),
              ElementsAre("A|A|New A|CS|Health|Tools||7|2026-02-02", "B|B|B|ETF|||||"));
  EXPECT_THAT(rows_of(view,
                      "SELECT symbol, name FROM ref_security_at(TIMESTAMP '2026-02-02 04:59:59') "
                      "ORDER BY 1"),
              ElementsAre("A|Old A", "B|B"));
  EXPECT_THAT(rows_of(view,
                      "SELECT name FROM ref_security_at(TIMESTAMP '2026-02-02 05:00:00') "
                      "WHERE symbol = 'A'"),
              ElementsAre("New A"));
  EXPECT_THAT(rows_of(view,
                      "SELECT name, reference_date FROM ref_security_raw WHERE symbol = 'A' "
                      "ORDER BY 1"),
              ElementsAre("New A|2026-02-02", "Old A|"));
}

TEST_F(Reference, MoreSecuritiesOfOneDayAreAddedAndKnownFromIt) {
  ASSERT_TRUE(put_securities("one", {{"2026-02-02", "A", "A"}}));
  ASSERT_TRUE(put_securities("two", {{"2026-02-02", "B", "B"}}));

  EXPECT_THAT(rows_of(reader(),
                      "SELECT symbol FROM ref_security_at(TIMESTAMP '2026-02-02 05:00:00') "
                      "ORDER BY 1"),
              ElementsAre("A", "B"));
}

TEST_F(Reference, ConditionsAlwaysHeld) {
  const Header header{{"condition", Type::Int32},
                      {"name", Type::Text},
                      {"type", Type::Text},
                      {"sip_letters", Type::Text},
                      {"updates_high_low", Type::Bool},
                      {"updates_open_close", Type::Bool},
                      {"updates_volume", Type::Bool}};
  ASSERT_TRUE(put_rows(
      "conditions", Dataset::TradeConditions,
      text_batch(header, {{"12", "Form T", "sale_condition", "CTA:T", "false", "false", "true"},
                          {"2", "Average Price", "sale_condition", "", "false", "", "true"}})));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT * FROM trade_condition_at(TIMESTAMP '1999-01-01') ORDER BY 1"),
              ElementsAre("2|Average Price|sale_condition||false||true",
                          "12|Form T|sale_condition|CTA:T|false|false|true"));
  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM trade_condition"), ElementsAre("2"));
  EXPECT_THAT(rows_of(view, "SELECT symbol FROM symbols"), IsEmpty());
}

TEST_F(Reference, OneExchangeIdMayStandForSeveralVenues) {
  ASSERT_TRUE(
      put_exchanges("list", {{"4", "FINRA NYSE TRF", "", "FINY", "D", "TRF"},
                             {"4", "FINRA Nasdaq TRF Carteret", "", "FINN", "D", "TRF"},
                             {"15", "Investors Exchange", "IEX", "IEXG", "V", "exchange"}}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT exchange, mic FROM exchange ORDER BY ALL"),
              ElementsAre("4|FINN", "4|FINY", "15|IEXG"));
  EXPECT_TRUE(view.digests());
}

TEST_F(Reference, NewExchangeListReplacesTheOldOne) {
  ASSERT_TRUE(put_exchanges("old", {{"4", "A", "", "FINY"}, {"5", "B", "", "X"}}));
  clock_.set(at("2026-11-09T12:00:00Z"));
  ASSERT_TRUE(put_exchanges("new", {{"4", "A", "", "FINY"}}));

  const Reader view = reader();

  EXPECT_THAT(rows_of(view, "SELECT exchange FROM exchange"), ElementsAre("4"));
  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM exchange_at(TIMESTAMP '2026-11-08')"),
              ElementsAre("2"));
  EXPECT_THAT(rows_of(view, "SELECT count(*) FROM exchange_raw"), ElementsAre("3"));
}

TEST_F(Reference, ExchangeTwiceIsRefusedByItsName) {
  const auto put = put_exchanges("list", {{"4", "A", "", "FINY"}, {"4", "A", "", "FINY"}});

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(put.error().message, HasSubstr("exchange_list: 4, FINY, A appears twice"));
}

TEST_F(Reference, ReaderOfTheSnapshotAnswersAsOfItsMoment) {
  ASSERT_TRUE(put_interest("page", {interest("2026-09-15", "A", "10")}));
  ASSERT_TRUE(put_exchanges("list", {{"4", "A", "", "FINY"}}));
  {
    const Reader closed = reader();
  }
  StoreOptions then = options();
  then.as_of = at("2026-09-24T21:59:59Z");

  const auto view = Reader::open(then);

  ASSERT_TRUE(view) << view.error().message;
  EXPECT_THAT(rows_of(*view, "SELECT * FROM finra_short_interest"), IsEmpty());
  EXPECT_THAT(rows_of(*view, "SELECT exchange FROM exchange"), ElementsAre("4"));
  for (const char* name : {"finra_weekly_summary", "finra_threshold_list", "symbol_directory",
                           "ref_security", "trade_condition", "tape_file", "lit_direction_daily"}) {
    EXPECT_THAT(rows_of(*view, std::string{"SELECT * FROM "} + name), IsEmpty()) << name;
  }
}

TEST_F(Reference, DigestsReadBackEveryTable) {
  ASSERT_TRUE(put_interest("interest", {interest("2026-09-15", "A", "10")}));
  ASSERT_TRUE(put_securities("securities", {{"", "A", "A"}}));
  ASSERT_TRUE(put_exchanges("exchanges", {{"4", "A", "", "FINY"}}));
  ASSERT_TRUE(put_directory("directory", "2026-02-23",
                            {{"nasdaqlisted", "A", "", "", "A", "Q", "false", "false", "100"}}));

  const auto digests = reader().digests();

  ASSERT_TRUE(digests) << digests.error().message;
  std::vector<std::string> tables;
  for (const Reader::TableDigest& one : digests.value()) {
    if (one.rows == 1 && one.table.starts_with("fact_")) {
      tables.push_back(one.table);
    }
  }
  EXPECT_THAT(tables, ElementsAre("fact_exchange", "fact_security", "fact_short_interest",
                                  "fact_symbol_directory"));
}

}  // namespace offex::store
