// Published files that others collected, and the golden inputs. They are not part of the project.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"
#include "formats/gzip_internal.hpp"

namespace offex::formats {
namespace {

namespace fs = std::filesystem;
using test::options_for;
using test::to_text;

class SharedData : public testing::Test {
 protected:
  void SetUp() override {
    if (test::shared_folder().empty()) {
      GTEST_SKIP() << "no folder ../shared and no OFFEX_SHARED: published files are not tested";
    }
  }

  static std::vector<fs::path> files(const std::string& folder, const std::string& extension) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator{test::shared_folder() / folder}) {
      if (entry.path().extension() == extension) out.push_back(entry.path());
    }
    std::ranges::sort(out);
    return out;
  }

  static Result<Document> read(const fs::path& path,
                               std::optional<market::Facility> facility = {}) {
    ReadOptions options = options_for(path.filename().string());
    options.facility = facility;
    auto documents = read_documents(test::read_file(path), options);
    EXPECT_EQ(documents.size(), 1U);
    return std::move(documents.at(0));
  }
};

std::string unpacked(const fs::path& path) {
  const std::string bytes = test::read_file(path);
  if (!looks_like_gzip(bytes)) return bytes;
  std::string out;
  GzipDecoder decoder{[&out](std::string_view block) -> Result<void> {
    out += block;
    return {};
  }};
  EXPECT_TRUE(decoder.push(bytes));
  EXPECT_TRUE(decoder.finish());
  return out;
}

// Adds up a column of the text in millionths without any of the reader's code. Whole shares and
// six decimals only.
std::int64_t naive_sum(const std::string& text, char delimiter, std::size_t column) {
  std::int64_t sum = 0;
  std::size_t start = text.find('\n') + 1;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::vector<std::string> fields{""};
    for (std::size_t i = start; i < end; ++i) {
      if (text[i] == delimiter) {
        fields.emplace_back();
      } else {
        fields.back() += text[i];
      }
    }
    start = end + 1;
    if (fields.size() <= column) continue;
    const std::string& field = fields[column];
    const std::size_t point = field.find('.');
    sum += std::stoll(field.substr(0, point)) * 1'000'000;
    if (point != std::string::npos) sum += std::stoll(field.substr(point + 1));
  }
  return sum;
}

std::int64_t sum(const Document& document, std::string_view column) {
  std::int64_t total = 0;
  for (const std::int64_t value : document.rows.find(column)->values<std::int64_t>())
    total += value;
  return total;
}

std::size_t trailer_of(const std::string& text) {
  const std::size_t end = text.find_last_of("0123456789");
  const std::size_t start = text.find_last_of('\n', end) + 1;
  return std::stoul(text.substr(start, end - start + 1));
}

void expect_sums(const fs::path& path, const Document& document) {
  const std::string text = unpacked(path);
  EXPECT_EQ(document.rows.num_rows(), trailer_of(text));
  EXPECT_EQ(sum(document, "short_volume"), naive_sum(text, '|', 2));
  EXPECT_EQ(sum(document, "short_exempt_volume"), naive_sum(text, '|', 3));
  EXPECT_EQ(sum(document, "total_volume"), naive_sum(text, '|', 4));
}

TEST_F(SharedData, ConsolidatedDaysEqualAnIndependentSumAndTheirTrailer) {
  const auto paths = files("data/finra_cnms_2020-12", ".gz");
  EXPECT_EQ(paths.size(), 22U);
  for (const fs::path& path : paths) {
    SCOPED_TRACE(path.filename());
    const auto document = read(path);

    ASSERT_TRUE(document) << to_text(document);
    EXPECT_EQ(document->dataset, market::Dataset::FinraShortDaily);
    EXPECT_THAT(document->warnings, testing::IsEmpty());
    expect_sums(path, *document);
  }
}

TEST_F(SharedData, LineEndsDoNotMatter) {
  const fs::path path = files("data/finra_cnms_2020-12", ".gz").at(0);
  std::string crlf;
  for (const char c : unpacked(path)) crlf += c == '\n' ? "\r\n" : std::string{c};
  const auto lf = read(path);
  ASSERT_TRUE(lf);

  const auto documents = read_documents(crlf, options_for(path.filename().string()));

  EXPECT_EQ(to_text(documents.at(0)), to_text(*lf));
}

TEST_F(SharedData, FractionalDaysEqualAnIndependentSum) {
  std::size_t read_days = 0;
  for (const fs::path& path : files("data/finra_fractional_2026", ".txt")) {
    if (path.filename().string().find("shvol2026") == std::string::npos) continue;
    SCOPED_TRACE(path.filename());
    const auto document = read(path);

    ASSERT_TRUE(document) << to_text(document);
    expect_sums(path, *document);
    ++read_days;
  }
  EXPECT_EQ(read_days, 4U);
}

TEST_F(SharedData, TheEmptyDayNeedsADate) {
  const fs::path path =
      test::shared_folder() / "data/finra_fractional_2026/FNRAshvol_empty_day_65bytes.txt";
  ReadOptions options = options_for(path.filename().string());

  const auto without = read(path);
  options.day = *market::Day::parse("2020-12-01");
  const auto with = read_documents(test::read_file(path), options);

  ASSERT_FALSE(without);
  EXPECT_THAT(without.error().message, testing::HasSubstr("--date"));
  ASSERT_TRUE(with.at(0)) << to_text(with.at(0));
  EXPECT_EQ(with.at(0)->facility, market::Facility::Fnra);
}

TEST_F(SharedData, ExchangeDaysAreKeptApartAndTheOneWithASymbolTwiceIsRefused) {
  std::size_t refused = 0;
  for (const std::string folder : {"data/nasdaq_bx_2020-12", "data/nasdaq_psx_2020-12"}) {
    const auto paths = files(folder, ".gz");
    EXPECT_EQ(paths.size(), 22U);
    for (const fs::path& path : paths) {
      SCOPED_TRACE(path.filename());
      const auto document = read(path);

      if (path.filename() == "NQBXshvol20201214.txt.gz") {
        test::expect_refused(document, {5744, 10, "Symbol", "stands twice"});
        EXPECT_THAT(document.error().place.excerpt, testing::HasSubstr("|ZNTL|"));
        ++refused;
        continue;
      }
      ASSERT_TRUE(document) << to_text(document);
      EXPECT_EQ(document->dataset, market::Dataset::ExchangeShortDaily);
      EXPECT_EQ(sum(*document, "short_volume"), naive_sum(unpacked(path), '|', 2));
      EXPECT_EQ(sum(*document, "total_volume"), naive_sum(unpacked(path), '|', 3));
    }
  }
  EXPECT_EQ(refused, 1U);
}

TEST_F(SharedData, AMixtureOfFacilitiesIsRefused) {
  const fs::path path =
      test::shared_folder() / "data/finra_gme_by_facility_2021/gme_shortvol_by_facility.txt";

  const auto unknown = read(path);
  const auto told = read(path, market::Facility::Cnms);

  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(unknown.error().message, testing::HasSubstr("--facility"));
  test::expect_refused(told, {3, 10, "Symbol", "stands twice"});
}

TEST_F(SharedData, RowsWithoutAHeaderAreRefused) {
  test::expect_refused(read(test::shared_folder() /
                            "data/finra_fractional_2026/other_published_fractional_rows.txt"),
                       {1, 1, "header", "header line is missing", base::ErrorCode::UnknownLayout});
}

TEST_F(SharedData, OneSymbolForFiveYearsIsAShortTableUnderItsFacility) {
  const auto document = read(
      test::shared_folder() / "data/msos_short_and_ftd_2020_2025/finra_short_data_MSOS_72mo.csv",
      market::Facility::Cnms);

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->rows.num_rows(), 1334U);
  EXPECT_EQ(sum(*document, "short_volume"),
            naive_sum(test::read_file(test::shared_folder() / "data/msos_short_and_ftd_2020_2025/"
                                                              "finra_short_data_MSOS_72mo.csv"),
                      ',', 2));
  EXPECT_EQ(document->warnings.size(), 1U);
}

TEST_F(SharedData, AdjustedPolygonRepliesAreRefused) {
  const auto document = read(test::shared_folder() /
                             "data/polygon_rest_examples/openapi_examples/"
                             "v2_aggs_grouped_locale_us_market_stocks__date_.json");

  ASSERT_FALSE(document);
  EXPECT_THAT(document.error().message, testing::HasSubstr("adjusted=false"));
}

TEST_F(SharedData, TheDayFlatFileSampleIsRead) {
  const auto document =
      read(test::shared_folder() / "data/polygon_flatfile_samples/day_aggs_v1_sample.csv");

  ASSERT_TRUE(document) << to_text(document);
  EXPECT_EQ(document->day->iso(), "2026-05-22");
}

TEST_F(SharedData, GoldenTablesAreReadWhole) {
  const std::map<std::string, std::pair<market::Dataset, std::size_t>> tables = {
      {"short_daily.csv", {market::Dataset::FinraShortTable, 7763}},
      {"bars_daily.csv", {market::Dataset::DailyBarTable, 2912}},
      {"otc_weekly.csv", {market::Dataset::OtcWeeklyTable, 716}},
      {"lit_direction_daily.csv", {market::Dataset::LitDirectionTable, 2770}},
      {"constituents.csv", {market::Dataset::IndexConstituents, 17}}};
  for (const auto& [name, expected] : tables) {
    SCOPED_TRACE(name);
    const auto document = read(test::shared_folder() / "golden/seed_a" / name);

    ASSERT_TRUE(document) << to_text(document);
    EXPECT_EQ(document->dataset, expected.first);
    EXPECT_EQ(document->rows.num_rows(), expected.second);
    EXPECT_THAT(document->warnings, testing::IsEmpty());
  }
}

}  // namespace
}  // namespace offex::formats
