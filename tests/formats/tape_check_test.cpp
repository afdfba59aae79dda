#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/digest.hpp"
#include "offex/formats/gzip_writer.hpp"

#include "formats/tape_index_internal.hpp"
#include "formats/tape_text.hpp"
#include "support/scratch.hpp"

namespace offex::formats {
namespace {

using market::Dataset;
using test::whole;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<TapeSummary> check(const std::string& bytes, Dataset dataset,
                          const std::string& name = "tape") {
  return check_tape(whole(bytes), {.file = name}, {.dataset = dataset, .json = false});
}

TEST(TapeCheck, TellsWhatAFileHolds) {
  // 23:59:59.999 of 2026-05-21, then two rows of 2026-05-22 in New York.
  const std::string text = std::string{test::kTableHeader} +
                           "A,1779422399999000000,1,1,,\n"
                           "B,1779422400000000000,1,1,,\n"
                           "A,1779456600000000000,1,1,,\n";

  const auto summary = check(gzip(text).value(), Dataset::TradeTable);

  ASSERT_TRUE(summary) << test::to_text(summary.error());
  EXPECT_EQ(summary->rows, 3U);
  EXPECT_EQ(summary->symbols, 3U);
  EXPECT_EQ(summary->text_bytes, text.size());
  EXPECT_EQ(summary->first_ns, 1779422399999000000);
  EXPECT_EQ(summary->last_ns, 1779456600000000000);
  ASSERT_TRUE(summary->day);
  EXPECT_EQ(summary->day->iso(), "2026-05-22");
  EXPECT_EQ(summary->text_sha256, base::sha256(text).hex());
}

TEST(TapeCheck, ALatePrintDoesNotMakeThePageOlder) {
  // The first trade on the tape happened at 10:00:01; the second is reported two hours late.
  const std::string text = std::string{test::kTradeHeader} +
                           "A,,0,11,1,1779458401000000000,5,1,1779458401000300000,100,1,0,0\n"
                           "A,33,0,4,2,1779451201000000000,5,2,1779458402000000000,100,1,201,0\n";

  const auto summary = check(text, Dataset::TradeTape);

  ASSERT_TRUE(summary) << test::to_text(summary.error());
  EXPECT_EQ(summary->first_ns, 1779451201000000000);
  EXPECT_EQ(summary->first_sip_ns, 1779458401000300000);
  EXPECT_EQ(summary->last_sip_ns, 1779458402000000000);
}

TEST(TapeCheck, CountsTheRowsOfEveryDay) {
  // The days of the file are not in order: one row before midnight in New York, three behind it.
  const std::string text = std::string{test::kTableHeader} +
                           "A,1779456600000000000,1,1,,\n"
                           "A,1779422399999999999,1,1,,\n"
                           "B,1779422400000000000,1,1,,\n"
                           "B,1779422400000000001,1,1,,\n";

  const auto summary = check(text, Dataset::TradeTable);

  ASSERT_TRUE(summary) << test::to_text(summary.error());
  EXPECT_THAT(summary->days,
              ElementsAre(DayRows{.day = market::Day::parse("2026-05-21").value(), .rows = 1},
                          DayRows{.day = market::Day::parse("2026-05-22").value(), .rows = 3}));
}

TEST(TapeCheck, HasNoDaysWithoutRows) {
  const auto summary = check(std::string{test::kTableHeader}, Dataset::TradeTable);

  ASSERT_TRUE(summary) << test::to_text(summary.error());
  EXPECT_THAT(summary->days, IsEmpty());
  EXPECT_FALSE(summary->first_sip_ns);
  EXPECT_FALSE(summary->last_sip_ns);
}

TEST(TapeCheck, RefusesTimesThatAreOnTooManyDays) {
  constexpr std::int64_t kDay = 86'400'000'000'000;
  const auto rows = [](std::int64_t days) {
    std::string text{test::kTableHeader};
    for (std::int64_t i = 0; i < days; ++i) {
      text += fmt::format("A,{},1,1,,\n", 1'000'000'000'000'000'000 + i * kDay / 2);
    }
    return text;
  };

  const auto most = check(rows(19'999), Dataset::TradeTable);
  const auto more = check(rows(20'009), Dataset::TradeTable);

  ASSERT_TRUE(most) << test::to_text(most.error());
  EXPECT_EQ(most->days.size(), 10'000U);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, base::ErrorCode::Integrity);
  EXPECT_EQ(more.error().place.file, "tape");
  EXPECT_THAT(more.error().message, HasSubstr("more than 10000 different days"));
}

TEST(TapeCheck, HashesTheTextOfALargeFileAsItIs) {
  std::string text = "\xEF\xBB\xBF" + std::string{test::kTableHeader};
  for (int i = 0; i < 60'000; ++i) {
    text += fmt::format("A,17794566{:011},{}.5,100,1,2\r\n", i, i);
  }

  const auto summary = check(text, Dataset::TradeTable);

  ASSERT_TRUE(summary) << test::to_text(summary.error());
  EXPECT_EQ(summary->text_sha256, base::sha256(text).hex());
  EXPECT_EQ(summary->rows, 60'000U);
}

// A table of at least so many bytes that gzip makes more than 200 times smaller.
std::string dense_text(std::size_t bytes) {
  std::string text = "symbol,timestamp,price,size,bid,ask,note\n";
  const std::string row = "A,1779456600000000000,1,1,,," + std::string(2000, 'x') + "\n";
  while (text.size() < bytes) text += row;
  return text;
}

TEST(TapeCheck, RefusesAnArchiveBombButNoLongText) {
  const std::string text = dense_text(std::size_t{80} << 20U);
  const std::string bomb = gzip(text).value();
  ASSERT_GT(text.size() / bomb.size(), 200U);

  const auto refused = check(bomb, Dataset::TradeTable, "bomb.csv.gz");
  const auto taken = check(text, Dataset::TradeTable);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::Integrity);
  EXPECT_EQ(refused.error().place.file, "bomb.csv.gz");
  EXPECT_THAT(refused.error().message, HasSubstr("archive bomb"));
  EXPECT_TRUE(taken);
}

TEST(TapeCheck, TakesASmallTextHoweverWellItIsPacked) {
  const std::string text = dense_text(std::size_t{8} << 20U);
  const std::string packed = gzip(text).value();
  ASSERT_GT(text.size() / packed.size(), 200U);

  EXPECT_TRUE(check(packed, Dataset::TradeTable));
}

TEST(TapeCheck, RefusesWhatIsNoTape) {
  EXPECT_EQ(check("x", Dataset::FinraShortDaily).error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(check(std::string{test::kQuoteHeader}, Dataset::TradeTape).error().message,
              HasSubstr("no file of trades"));
}

TEST(TapeCheck, RefusesADayFile) {
  const auto summary =
      check(std::string{test::kMinuteHeader} + "A,1,1,1,1,1,1779422400000000000,1\n",
            Dataset::MinuteTape);

  ASSERT_FALSE(summary);
  EXPECT_THAT(summary.error().message, HasSubstr("no file of minute bars"));
}

TEST(TapeCheck, TakesTheSharedSamples) {
  const auto shared = test_support::shared_folder();
  if (!shared) GTEST_SKIP() << "no shared data";
  const auto flat = *shared / "data" / "polygon_flatfile_samples";
  const auto rest = *shared / "data" / "polygon_rest_examples" / "v3";
  const auto bytes = [](const auto& path) { return test_support::file_bytes(path); };

  const auto trades = check(bytes(flat / "trades_v1_sample.csv"), Dataset::TradeTape);
  const auto quotes = check(bytes(flat / "quotes_v1_sample.csv"), Dataset::QuoteTape);
  const auto minutes = check(bytes(flat / "minute_aggs_v1_sample.csv"), Dataset::MinuteTape);
  const auto page =
      check(bytes(rest / "quotes" / "AAPL.json"), Dataset::QuoteTape, "AAPL_2022-05-10_0001.json");
  const auto table =
      check(bytes(*shared / "golden" / "seed_a" / "trades.csv"), Dataset::TradeTable);

  ASSERT_TRUE(trades && quotes && minutes && page && table);
  EXPECT_EQ(trades->rows, 3U);
  EXPECT_EQ(trades->symbols, 2U);
  EXPECT_EQ(quotes->rows, 4U);
  EXPECT_EQ(minutes->rows, 3U);
  EXPECT_EQ(page->day->iso(), "2022-05-10");
  EXPECT_LT(*page->first_ns, *page->last_ns);
  EXPECT_EQ(table->rows, 4677U);
}

TEST(TapeIndexForms, GiveTheSameIndex) {
  constexpr std::string_view kBytes = "aaaaaaaaaaaaaa,,,,\"\n\n\r5.\x7F\x80";
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::mt19937 random{seed};
    const std::size_t size = random() % 600;
    // Odd bytes end an index: only some texts have them.
    const std::size_t kinds = kBytes.size() - (seed % 4 == 0 ? 0 : 6);
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += kBytes[random() % kinds];
    text += std::string(128, ',');
    TapeIndex wanted;
    tape_index_forms().front()(std::string_view{text}.substr(0, size), wanted);

    for (const TapeIndexForm form : tape_index_forms()) {
      TapeIndex found;
      form(std::string_view{text}.substr(0, size), found);
      ASSERT_EQ(found.num_ends, wanted.num_ends) << seed;
      ASSERT_EQ(found.num_lines, wanted.num_lines) << seed;
      ASSERT_TRUE(std::equal(wanted.ends.begin(),
                             wanted.ends.begin() + static_cast<std::ptrdiff_t>(wanted.num_ends),
                             found.ends.begin()))
          << seed;
      ASSERT_TRUE(std::equal(wanted.lines.begin(),
                             wanted.lines.begin() + static_cast<std::ptrdiff_t>(wanted.num_lines),
                             found.lines.begin()))
          << seed;
    }
  }
}

}  // namespace
}  // namespace offex::formats
