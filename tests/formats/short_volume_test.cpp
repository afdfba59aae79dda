#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"

namespace offex::formats {
namespace {

using test::options_for;
using test::read_text;
using test::to_text;

constexpr std::string_view kHeader =
    "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\n";

std::int64_t cell(const Document& document, std::string_view column, std::size_t row) {
  const columns::Column* found = document.rows.find(column);
  EXPECT_NE(found, nullptr) << column;
  return found->values<std::int64_t>().at(row);
}

TEST(ShortVolume, ReadsThePublishedRowsOfAConsolidatedDay) {
  const std::string text = std::string{kHeader} +
                           "20210208|A|150433|10|684738|Q,N\n"
                           "20210208|AAC/U|10758|300|406378|Q,N\n"
                           "20210208|BRK/B|352082|2513|966715|B,Q,N\n"
                           "20210208|SPY|6564086|20198|12643933|B,Q,N\n"
                           "20210208|TPC|20591|0|68588|B,Q,N\n"
                           "20210208|TpC|13832|0|30612|Q,N\n"
                           "6\n";

  const auto document = read_text(text, options_for("CNMSshvol20210208.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "CNMSshvol20210208.txt finra_short_daily 2021-02-08 CNMS\n"
            "symbol:symbol market_mask:int32 short_volume:quantity short_exempt_volume:quantity "
            "total_volume:quantity \n"
            "A 6 150433 10 684738 \n"
            "AAC/U 6 10758 300 406378 \n"
            "BRK/B 7 352082 2513 966715 \n"
            "SPY 7 6564086 20198 12643933 \n"
            "TPC 7 20591 0 68588 \n"
            "TpC 6 13832 0 30612 \n");
}

TEST(ShortVolume, KeepsSixDecimalsExactlyAndMixesThemWithWholeShares) {
  const std::string text = std::string{kHeader} +
                           "20260702|AA|2551427.692872|67707.208540|4489378.153460|B,Q,N\n"
                           "20260702|NVDA|17705180.795191|133288|49047927.127418|B,Q,N\n"
                           "20260702|X|0.5|0.000001|7.25|Q\n"
                           "3\n";

  const auto document = read_text(text, options_for("CNMSshvol20260702.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(cell(*document, "short_volume", 0), 2'551'427'692'872);
  EXPECT_EQ(cell(*document, "short_exempt_volume", 0), 67'707'208'540);
  EXPECT_EQ(cell(*document, "total_volume", 0), 4'489'378'153'460);
  EXPECT_EQ(cell(*document, "short_exempt_volume", 1), 133'288'000'000);
  EXPECT_EQ(cell(*document, "short_volume", 2), 500'000);
  EXPECT_EQ(cell(*document, "short_exempt_volume", 2), 1);
}

TEST(ShortVolume, HasNoExemptVolumeBeforeItWasPublished) {
  const auto document = read_text(
      "Date|Symbol|ShortVolume|TotalVolume|Market\n20100104|A|100|200|Q\n20100104|B|1|2|Q\n2\n",
      options_for("FNSQshvol20100104.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.find("short_exempt_volume")->validity().missing(2), 2U);
  EXPECT_EQ(document->facility, market::Facility::Fnsq);
  EXPECT_THAT(document->warnings, testing::IsEmpty());
}

TEST(ShortVolume, WarnsWhenExemptVolumeIsMissingAfterItWasPublished) {
  const auto document =
      read_text("Date|Symbol|ShortVolume|TotalVolume|Market\n20210208|A|100|200|Q\n1\n",
                options_for("FNSQshvol20210208.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::HasSubstr("ShortExemptVolume")));
}

TEST(ShortVolume, MapsColumnsByNameWhenExemptStandsFirstAndNamesHaveSpaces) {
  const auto document = read_text(
      "Date|Symbol|Short Exempt Volume|Short Volume|Total Volume|Market Center\r\n"
      "20210208|A|10|150433|684738|Q,N\r\n20210208|B|0|5|9|N\r\n20210208|C|1|6|9|N\r\n3\r\n",
      options_for("CNMSshvol20210208.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(cell(*document, "short_volume", 0), 150'433'000'000);
  EXPECT_EQ(cell(*document, "short_exempt_volume", 0), 10'000'000);
  EXPECT_EQ(cell(*document, "short_exempt_volume", 2), 1'000'000);
}

TEST(ShortVolume, MapsColumnsInAnyOrder) {
  const auto document = read_text(
      "Market|Symbol|Date|TotalVolume|ShortVolume|ShortExemptVolume\nQ|A|20210208|9|5|1\n1\n",
      options_for("CNMSshvol20210208.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(cell(*document, "total_volume", 0), 9'000'000);
}

TEST(ShortVolume, TakesCrlfByteOrderMarkHyphensAndBlankLastLines) {
  const std::string plain = std::string{kHeader} + "20210208|A|1|0|2|Q\n20210208|B|1|0|2|Q\n2\n";
  const std::string other =
      "\xEF\xBB\xBF"
      "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\r\n"
      "2021-02-08|A|1|0|2|Q\r\n2021-02-08|B|1|0|2|Q\r\n2\r\n\r\n\n";
  const ReadOptions options = options_for("CNMSshvol20210208.txt");

  EXPECT_EQ(to_text(read_text(other, options)), to_text(read_text(plain, options)));
}

TEST(ShortVolume, TakesALastLineWithoutALineEnd) {
  const auto document = read_text(std::string{kHeader} + "20210208|A|1|0|2|Q\n1",
                                  options_for("CNMSshvol20210208.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1U);
}

TEST(ShortVolume, ReadsAnEmptyDayWhoseDateIsInTheName) {
  const auto document =
      read_text("Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\r\n0\r\n",
                options_for("FNRAshvol20210208.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 0U);
  EXPECT_EQ(document->day->iso(), "2021-02-08");
}

TEST(ShortVolume, AsksForTheDateOfAnEmptyDayWithoutOne) {
  const auto document = read_text(std::string{kHeader} + "0\n", options_for("FNRAshvol.txt"));

  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(document.error().message, testing::HasSubstr("--date"));
}

TEST(ShortVolume, TakesDayAndFacilityFromTheCaller) {
  ReadOptions options = options_for("saved.txt");
  options.facility = market::Facility::Fnra;
  options.day = *market::Day::parse("20210208");

  const auto document = read_text(std::string{kHeader} + "0\n", options);

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->facility, market::Facility::Fnra);
  EXPECT_EQ(document->day->iso(), "2021-02-08");
}

TEST(ShortVolume, TakesTheDayFromTheRowsWhenTheNameHasNone) {
  ReadOptions options = options_for("saved.txt");
  options.facility = market::Facility::Cnms;

  const auto document = read_text(std::string{kHeader} + "20210208|A|1|0|2|Q\n1\n", options);

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->day->iso(), "2021-02-08");
}

TEST(ShortVolume, AsksForTheFacilityAndNeverGuessesItFromTheMarket) {
  const auto document =
      read_text(std::string{kHeader} + "20210208|A|1|0|2|O\n1\n", options_for("saved.txt"));

  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(document.error().message, testing::HasSubstr("--facility"));
}

TEST(ShortVolume, RefusesACallerWhoContradictsTheName) {
  ReadOptions facility = options_for("CNMSshvol20210208.txt");
  facility.facility = market::Facility::Fnsq;
  ReadOptions day = options_for("CNMSshvol20210208.txt");
  day.day = *market::Day::parse("20210209");
  const std::string text = std::string{kHeader} + "20210208|A|1|0|2|Q\n1\n";

  const auto wrong_facility = read_text(text, facility);
  const auto wrong_day = read_text(text, day);

  ASSERT_FALSE(wrong_facility);
  EXPECT_EQ(wrong_facility.error().code, base::ErrorCode::InvalidArgument);
  ASSERT_FALSE(wrong_day);
  EXPECT_EQ(wrong_day.error().code, base::ErrorCode::InvalidArgument);
}

TEST(ShortVolume, NeverTakesATickerForAMissingValueOrATruthValue) {
  const auto document = read_text(std::string{kHeader} +
                                      "20210208|NA|1|0|2|Q\n20210208|NAN|1|0|2|Q\n"
                                      "20210208|NULL|1|0|2|Q\n20210208|ON|1|0|2|Q\n"
                                      "20210208|TRUE|1|0|2|Q\n5\n",
                                  options_for("CNMSshvol20210208.txt"));

  ASSERT_TRUE(document) << to_text(document);
  std::vector<std::string> symbols;
  for (const auto& symbol : document->rows.column(0).values<market::Symbol>()) {
    symbols.push_back(symbol.str());
  }
  EXPECT_THAT(symbols, testing::ElementsAre("NA", "NAN", "NULL", "ON", "TRUE"));
}

TEST(ExchangeShortVolume, IsKeptApartFromFinras) {
  const auto document = read_text(
      "DATE|SYMBOL|SHORT VOLUME|TOTAL VOLUME|MARKET\n20201201|A|5472|9606|B\n20201201|AA|1|1|B\n",
      options_for("NQBXshvol20201201.txt"));

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(to_text(*document),
            "NQBXshvol20201201.txt exchange_short_daily 2020-12-01 NQBX\n"
            "symbol:symbol short_volume:quantity total_volume:quantity \n"
            "A 5472 9606 \nAA 1 1 \n");
}

TEST(ExchangeShortVolume, IsAnErrorUnderAFacilityOfFinra) {
  constexpr std::string_view kText =
      "DATE|SYMBOL|SHORT VOLUME|TOTAL VOLUME|MARKET\n20201201|A|5472|9606|B\n";
  ReadOptions told = options_for("NQBXshvol20201201.txt");
  told.facility = market::Facility::Fnqc;

  for (const ReadOptions& options : {told, options_for("CNMSshvol20201201.txt")}) {
    const auto document = read_text(kText, options);

    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, base::ErrorCode::InvalidArgument);
  }
}

TEST(ExchangeShortVolume, IsRefusedWithAHeaderOfFinra) {
  test::expect_refused(read_text(std::string{kHeader} + "20201201|A|1|0|2|B\n1\n",
                                 options_for("NQBXshvol20201201.txt")),
                       {1, 1, "header", "the header is FINRA's"});
}

TEST(ExchangeShortVolume, HasOnlyItsOwnMarketLetter) {
  test::expect_refused(
      read_text(
          "DATE|SYMBOL|SHORT VOLUME|TOTAL VOLUME|MARKET\n20201201|A|5|9|B\n20201201|B|5|9|X\n",
          options_for("NQBXshvol20201201.txt")),
      {3, 16, "Market", "only B"});
}

}  // namespace
}  // namespace offex::formats
