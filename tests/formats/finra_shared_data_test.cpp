// Published replies and downloads that others collected. They are not part of the project.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"

namespace offex::formats {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using test::expect_refused;
using test::options_for;
using test::to_text;

class FinraSharedData : public testing::Test {
 protected:
  void SetUp() override {
    if (test::shared_folder().empty()) {
      GTEST_SKIP() << "no folder ../shared and no OFFEX_SHARED: published files are not tested";
    }
  }

  static Result<Document> read(const fs::path& path, std::optional<market::Day> week = {}) {
    const fs::path whole = test::shared_folder() / "data" / path;
    ReadOptions options = options_for(whole.filename().string());
    options.week = week;
    auto documents = read_documents(test::read_file(whole), options);
    EXPECT_EQ(documents.size(), 1U);
    return std::move(documents.at(0));
  }
};

std::int64_t sum(const Document& document, std::string_view column) {
  std::int64_t total = 0;
  for (const std::int64_t value : document.rows.find(column)->values<std::int64_t>()) {
    total += value;
  }
  return total;
}

TEST_F(FinraSharedData, WeeklyRepliesOfASymbolAreRead) {
  const auto apple = read("finra_api_json/weeklySummary_ATS_W_SMBL_T1_AAPL_page_excerpt.json");
  const auto berkshire = read("finra_api_json/weeklySummary_ATS_W_SMBL_T1_BRK.B_excerpt.json");

  ASSERT_TRUE(apple) << to_text(apple);
  EXPECT_EQ(apple->dataset, market::Dataset::WeeklySummary);
  EXPECT_EQ(apple->rows.num_rows(), 28U);
  EXPECT_THAT(apple->warnings, testing::IsEmpty());
  EXPECT_THAT(to_text(*apple),
              testing::HasSubstr("\n2023-01-16 AAPL T1 ATS_W_SMBL null null null Apple Inc. Common "
                                 "Stock UTP 15052890 126566 2045218749 2023-02-06 2023-02-06 "));
  ASSERT_TRUE(berkshire) << to_text(berkshire);
  EXPECT_EQ(berkshire->rows.num_rows(), 30U);
  EXPECT_THAT(to_text(*berkshire), testing::HasSubstr(" 2491493 80991 1245658645.385274 "));
}

TEST_F(FinraSharedData, TheRowsOfAnUnfilteredReplyAreAFirmAndAStatisticThatIsLeftOut) {
  const auto document = read("finra_api_json/weeklySummary_first_rows_unfiltered.json");

  ASSERT_TRUE(document) << to_text(document);
  ASSERT_EQ(document->rows.num_rows(), 1U);
  EXPECT_THAT(to_text(*document),
              testing::HasSubstr("2023-11-06 BRKR T1 ATS_W_SMBL_FIRM JPBX null JPBX JPB-X"));
  EXPECT_THAT(document->warnings, testing::ElementsAre(testing::EndsWith("left out: 1")));
}

TEST_F(FinraSharedData, TokensAndRequestsAreOfNoKnownLayout) {
  for (const char* name :
       {"token_200_shape_reconstructed.json", "weeklySummary_request_body.json"}) {
    SCOPED_TRACE(name);
    const auto document = read(fs::path{"finra_api_json"} / name);

    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, ErrorCode::UnknownLayout) << to_text(document);
  }
  expect_refused(read("finra_api_json/finra_http_transcript_redacted.txt"),
                 {1, 1, "header", "no header of a known layout", ErrorCode::UnknownLayout});
}

TEST_F(FinraSharedData, ErrorsInsteadOfDataAreRefused) {
  for (const auto& [name, words] :
       {std::pair{"token_400_client_credentials_required.json", "Client credentials is required"},
        std::pair{"token_400_invalid_credentials.json", "Invalid Credentials"},
        // FINRA's own example, cut where the page that quotes it was.
        std::pair{"error_400_official_example_partial.json.txt", ""}}) {
    SCOPED_TRACE(name);
    const auto document = read(fs::path{"finra_api_json"} / name);

    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, ErrorCode::Integrity) << to_text(document);
    EXPECT_THAT(document.error().message, testing::HasSubstr(words));
  }
}

TEST_F(FinraSharedData, ShortInterestOfTwoSettlementsIsRead) {
  const auto document = read("finra_short_interest_2026/consolidatedShortInterest_20symbols.json");

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->dataset, market::Dataset::ShortInterest);
  EXPECT_EQ(document->rows.num_rows(), 40U);
  EXPECT_THAT(to_text(*document),
              testing::HasSubstr("\n2026-09-15 AAPL null null 128753092 139749097 45135477 -7.87 "
                                 "2.85 false false \n"));
  EXPECT_EQ(document->warnings.size(), 2U);
}

TEST_F(FinraSharedData, DownloadsThatNameTheirPublicationNeedTheWeek) {
  struct File {
    const char* name;
    const char* week;
    std::size_t rows;
  };
  for (const File& file :
       {File{"20251215", "2025-11-10", 5328}, File{"20251222", "2025-11-17", 5192},
        File{"20251229", "2025-11-24", 4654}}) {
    SCOPED_TRACE(file.name);
    const std::string path =
        fmt::format("finra_otc_weekly_otce_2025-12/finra_otc_weekly_otc_{}.csv.gz", file.name);
    expect_refused(read(path),
                   {0, 0, "", "when FINRA published the file", ErrorCode::InvalidArgument});

    const auto document = read(path, *market::Day::parse(file.week));

    ASSERT_TRUE(document) << to_text(document);
    EXPECT_EQ(document->dataset, market::Dataset::WeeklyDownload);
    EXPECT_EQ(document->rows.num_rows(), file.rows);
    // The last file has one row of a firm without symbol and issue.
    EXPECT_EQ(document->warnings.size(), file.rows == 4654 ? 1U : 0U);
    EXPECT_EQ(columns::cell_text(*document->rows.find("tier_identifier"), 0), "OTCE");
    EXPECT_EQ(columns::cell_text(*document->rows.find("summary_type"), 0), "ATS_W_SMBL_FIRM");
  }
}

TEST_F(FinraSharedData, ADownloadEqualsAnIndependentSum) {
  const fs::path path = "finra_otc_weekly_otce_2025-12/finra_otc_weekly_otc_20251215.csv.gz";
  const auto document = read(path, *market::Day::parse("2025-11-10"));
  ASSERT_TRUE(document) << to_text(document);

  EXPECT_EQ(sum(*document, "share_quantity"), std::int64_t{1335995901} * 1'000'000);
  EXPECT_EQ(sum(*document, "trade_count"), 472776);
}

// Cuts of real rows whose columns somebody renamed, with a week that is likely wrong: their header
// is none of FINRA's, so that they are no layout offex knows.
TEST_F(FinraSharedData, RenamedCutsOfTierOneAreRefused) {
  std::size_t refused = 0;
  for (const auto& entry :
       fs::directory_iterator{test::shared_folder() / "data/finra_otc_weekly_otce_2025-12/"
                                                      "tier1_three_weeks_few_symbols"}) {
    SCOPED_TRACE(entry.path());
    expect_refused(read(entry.path()),
                   {1, 1, "header", "no header of a known layout", ErrorCode::UnknownLayout});
    ++refused;
  }
  EXPECT_EQ(refused, 3U);
}

}  // namespace
}  // namespace offex::formats
