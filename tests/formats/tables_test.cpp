#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"

namespace offex::formats {
namespace {

using test::expect_refused;
using test::options_for;
using test::read_text;
using test::to_text;

TEST(ShortTable, TakesTheFacilityFromTheMarketLetterAndEmptyForMissing) {
  const auto document = read_text(
      "symbol,trade_date,market,short_volume,short_exempt_volume,total_volume\n"
      "S000,2024-03-08,Q,26271,145,68025\nS000,2024-03-08,N,12873,,\nS000,2024-03-08,\"B,Q,N\",9,1,"
      "8\n",
      options_for("short_daily.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "short_daily.csv finra_short_table\n"
            "trade_date:day facility:int32 symbol:symbol market_mask:int32 short_volume:quantity "
            "short_exempt_volume:quantity total_volume:quantity \n"
            "2024-03-08 1 S000 2 26271 145 68025 \n"
            "2024-03-08 2 S000 4 12873 null null \n"
            "2024-03-08 0 S000 7 9 1 8 \n");
}

TEST(ShortTable, TheCallersFacilityWinsAndOtherColumnsAreIgnoredWithOneWarning) {
  ReadOptions options = options_for("MSOS.csv");
  options.facility = market::Facility::Cnms;

  const auto document = read_text(
      "Date,Symbol,ShortVolume,ShortExemptVolume,TotalVolume,Market,ShortPercent,DayOfWeek\n"
      "2020-09-02,MSOS,31610,0,34457,Q,91.74,Wednesday\n",
      options);

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.find("facility")->values<std::int32_t>()[0],
            static_cast<std::int32_t>(market::Facility::Cnms));
  EXPECT_THAT(document->warnings,
              testing::ElementsAre(testing::EndsWith(": ShortPercent, DayOfWeek")));
}

TEST(ShortTable, AsksForTheFacilityWhenThereIsNoMarketColumn) {
  const auto document = read_text("symbol,date,short_volume,total_volume\nA,2024-01-02,1,2\n",
                                  options_for("short.csv"));

  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(document.error().message, testing::HasSubstr("--facility"));
}

TEST(ShortTable, HasNoRangeChecksAsTheSeedHasNone) {
  EXPECT_TRUE(
      read_text("symbol,trade_date,market,short_volume,short_exempt_volume,total_volume\n"
                "A,2024-01-02,Q,10,20,5\n",
                options_for("short.csv")));
}

TEST(ShortTable, RefusesTheSameSymbolDayAndFacilityTwice) {
  expect_refused(
      read_text("symbol,trade_date,market,short_volume,total_volume\nA,2024-01-02,Q,1,2\n"
                "A,2024-01-02,N,1,2\na,2024-01-02,Q,1,2\nA,20240102,Q,3,4\n",
                options_for("short.csv")),
      {5, 1, "trade_date", "an earlier row has the same trade_date, facility, symbol"});
}

TEST(ShortTable, SetsBadRowsAside) {
  const auto document = read_text(
      "symbol,trade_date,market,short_volume,total_volume\nA,2024-01-02,Q,x,2\n"
      "B,2024-01-02,Q,1,2\nB,2024-01-02,Q,1,2\nC,2024-01-02,Q,1\nA,2024-01-02,Q,1,2\n",
      options_for("short.csv", 3));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 2U);
  ASSERT_EQ(document->rejects.size(), 3U);
  EXPECT_EQ(document->rejects[0].place.field, "short_volume");
  EXPECT_EQ(document->rejects[0].place.column, 16U);
}

TEST(OtcWeeklyTable, ReadsTiersAsTextAndCountsWhenTheyAreThere) {
  const auto document = read_text(
      "symbol,week_start_date,off_exchange_volume,tier_identifier,trade_count\n"
      "S000,2024-01-08,748885,T1,12\nS000,2024-01-08,819697,T2,\nS000,2024-01-15,,,\n",
      options_for("otc_weekly.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "otc_weekly.csv otc_weekly_table\n"
            "week_start_date:day symbol:symbol tier_identifier:text off_exchange_volume:quantity "
            "trade_count:int64 \n"
            "2024-01-08 S000 T1 748885 12 \n2024-01-08 S000 T2 819697 null \n"
            "2024-01-15 S000 null null null \n");
}

TEST(OtcWeeklyTable, RefusesTheSameSymbolWeekAndTierTwice) {
  expect_refused(read_text("symbol,week_start_date,off_exchange_volume,tier_identifier\n"
                           "A,2024-01-08,1,T1\nA,2024-01-08,1,T2\nA,2024-01-08,1,T1\n",
                           options_for("otc.csv")),
                 {4, 1, "week_start_date", "same week_start_date, symbol, tier_identifier"});
}

TEST(LitDirectionTable, ReadsVolumesAndLeavesOutWhatIsDerived) {
  const auto document = read_text(
      "symbol,date,lit_buy_volume,lit_sell_volume,lit_buy_ratio,log_buy_sell,classification_method,"
      "lit_coverage_pct,inference_version\n"
      "S000,2024-03-08,63830.0,63364.0,0.5018318474141862,0.0073,TICK,44.987,PhaseA_v1\n",
      options_for("lit.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "lit.csv lit_direction_table\n"
            "trade_date:day symbol:symbol lit_buy_volume:quantity lit_sell_volume:quantity "
            "classification_method:text lit_coverage_pct:double \n"
            "2024-03-08 S000 63830 63364 TICK 44.987 \n");
}

TEST(Constituents, ReadsMembershipWithAndWithoutDates) {
  const auto plain = read_text("index_symbol,symbol\nSPX,S000\nSPX,S001\n", options_for("c.csv"));
  const auto dated =
      read_text("index,ticker,from,to\nSPX,A,2020-01-02,2021-05-04\nSPX,A,2022-01-03,\n",
                options_for("c.csv"));

  ASSERT_TRUE(plain) << to_text(plain);
  EXPECT_EQ(plain->rows.num_rows(), 2U);
  EXPECT_FALSE(plain->rows.find("valid_from")->valid(0));
  ASSERT_TRUE(dated) << to_text(dated);
  EXPECT_EQ(to_text(*dated),
            "c.csv index_constituents\n"
            "index_symbol:symbol symbol:symbol valid_from:day valid_to:day \n"
            "SPX A 2020-01-02 2021-05-04 \nSPX A 2022-01-03 null \n");
}

TEST(BarTable, ReadsExactPricesAndMissingOnes) {
  const auto document = read_text(
      "symbol,trade_date,open,high,low,close,vwap,volume\n"
      "S000,2024-03-08,238.923,241.2857,239.3493,241.1505,240.3175,254387\n"
      "S001,2024-03-08,,,,0.000000001,,\n",
      options_for("bars.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "bars.csv daily_bar_table\n"
            "trade_date:day symbol:symbol open:price high:price low:price close:price vwap:price "
            "volume:quantity transactions:int64 \n"
            "2024-03-08 S000 238.923 241.2857 239.3493 241.1505 240.3175 254387 null \n"
            "2024-03-08 S001 null null null 0.000000001 null null null \n");
}

struct Case {
  const char* name;
  std::string_view row;
  test::Refusal refusal;
};
class BarTableRow : public testing::TestWithParam<Case> {};

TEST_P(BarTableRow, IsRefusedWithItsPlace) {
  const std::string text =
      "symbol,trade_date,open,high,low,close,vwap,volume\n" + std::string{GetParam().row} + "\n";

  expect_refused(read_text(text, options_for("bars.csv")), GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BarTableRow,
    testing::Values(
        Case{"FieldCount", "A,2024-01-02,1,1,1,1,1", {2, 1, "", "expected 8 fields"}},
        Case{"NoSymbol", ",2024-01-02,1,1,1,1,1,1", {2, 1, "symbol", "empty"}},
        Case{"NoDate", "A,,1,1,1,1,1,1", {2, 3, "trade_date", "empty"}},
        Case{"BadDate", "A,02.01.2024,1,1,1,1,1,1", {2, 3, "trade_date", "not a date"}},
        Case{"Negative", "A,2024-01-02,-1,1,1,1,1,1", {2, 14, "open", "negative"}},
        Case{"NotANumber", "A,2024-01-02,nan,1,1,1,1,1", {2, 14, "open", "not a number"}},
        Case{"TooFine", "A,2024-01-02,0.0000000001,1,1,1,1,1", {2, 14, "open", "decimals"}},
        Case{"LongSymbol",
             "ABCDEFGHIJKLMNOP,2024-01-02,1,1,1,1,1,1",
             {2, 1, "symbol", "longer than 15"}},
        Case{"OpenQuote", "\"A,2024-01-02,1,1,1,1,1,1", {2, 1, "", "not closed"}},
        Case{"InnerQuote", "A\"B,2024-01-02,1,1,1,1,1,1", {2, 2, "", "not quoted"}},
        Case{"BehindQuote", "\"A\"B,2024-01-02,1,1,1,1,1,1", {2, 4, "", "closing quote"}},
        Case{"Tab", "A\tB,2024-01-02,1,1,1,1,1,1", {2, 1, "", "control character"}},
        Case{"Blank", "\nA,2024-01-02,1,1,1,1,1,1", {2, 1, "", "blank line"}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Tables, NameAMissingColumnAndOneThatStandsTwice) {
  expect_refused(read_text("symbol,open,high,low,close,volume\n", options_for("bars.csv")),
                 {1, 1, "trade_date", "no column trade_date"});
  expect_refused(
      read_text("symbol,date,trade_date,open,high,low,close,volume\n", options_for("b.csv")),
      {1, 13, "trade_date", "twice"});
}

TEST(Tables, FindDuplicatesAmongThousandsOfRows) {
  std::string text = "symbol,trade_date,open,high,low,close,vwap,volume\n";
  for (int row = 0; row < 5000; ++row) {
    text += fmt::format("S{:03},2024-{:02}-{:02},1,1,1,1,1,1\n", row % 500, 1 + row / 500, 3);
  }
  EXPECT_TRUE(read_text(text, options_for("bars.csv")));

  text += "S123,2024-07-03,1,1,1,1,1,1\n";

  expect_refused(read_text(text, options_for("bars.csv")),
                 {5002, 1, "trade_date", "same trade_date"});
}

TEST(Tables, GiveTheSameDocumentAtEverySplit) {
  test::expect_equal_at_every_split(
      "\xEF\xBB\xBFsymbol,trade_date,market,short_volume,total_volume\r\n"
      "\"A\",2024-01-02,\"B,Q\",1.5,2\r\nNA,2024-01-02,Q,,\r\nA,2024-01-02,\"Q\"x,1,2\r\n\r\n",
      options_for("short.csv", 1));
}

TEST(Tables, QuotedFieldsMayHoldQuotes) {
  const auto document = read_text(
      "symbol,week_start_date,off_exchange_volume,tier_identifier\n\"A\",2024-01-08,\"5\",\"T\"\"1,"
      "\"\n",
      options_for("otc.csv"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.find("tier_identifier")->values<std::string>()[0], "T\"1,");
}

}  // namespace
}  // namespace offex::formats
