#include "offex/studies/features.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/weekly_files.hpp"

namespace offex::studies::test {
namespace {

/// The second seed's fixture: two ATSs with 250 of 1,000 shares in the week up to 2024-04-12.
void put_fixture(StudyStore& store) {
  const SummaryRow first{.week = "2024-04-08",
                         .symbol = "AAPL",
                         .tier = "",
                         .type = "ATS_W_SMBL_FIRM",
                         .shares = 100,
                         .trades = 5,
                         .mpid = "MP1",
                         .total = 1'000};
  SummaryRow second = first;
  second.mpid = "MP2";
  second.shares = 150;
  second.trades = 7;
  put_summaries(store, "ATS_W_Summary_20240412.txt", {first, second}, market::Dataset::AtsSummary);
}

/// AAPL has ATS rows of 250 shares, published on 2024-04-29, and no total of a file.
void put_published(StudyStore& store) {
  put_summaries(store, "weekly",
                {{.week = "2024-04-08",
                  .symbol = "AAPL",
                  .tier = "T1",
                  .type = "ATS_W_SMBL",
                  .shares = 250,
                  .published = "2024-04-29",
                  .updated = "2024-04-29"}});
}

columns::Batch features_of(const store::Reader& reader, std::string_view date,
                           std::optional<market::Instant> as_of = {}) {
  auto rows = features(
      reader,
      {.day = day(date), .symbols = {market::Symbol::from_trusted("AAPL")}, .as_of = as_of});
  EXPECT_TRUE(rows) << (rows ? "" : base::format_error(rows.error()));
  return std::move(rows).value_or(columns::Batch{});
}

TEST(AtsShareOfTotal, DividesByTheTotalOfTheAtsFile) {
  StudyStore store;
  put_fixture(store);
  const columns::Batch rows = features_of(store.reader(), "2024-04-10");
  EXPECT_EQ(cell(rows, "ats_share_of_total"), "0.25");
  EXPECT_EQ(cell(rows, "ats_total_source"), "ATS_FILE");
  EXPECT_EQ(cell(rows, "ats_week_used"), "2024-04-08");
  EXPECT_EQ(cell(rows, "ats_published_date"), "");
  EXPECT_EQ(cell(rows, "ats_source_file"), "ATS_W_Summary_20240412.txt");
  EXPECT_EQ(cell(rows, "ats_source_sha256"), base::sha256("ATS_W_Summary_20240412.txt").hex());
}

TEST(AtsShareOfTotal, BelongsToEachDayOfItsWeekAndToNoOther) {
  StudyStore store;
  put_fixture(store);
  const store::Reader reader = store.reader();
  for (const std::string_view date : {"2024-04-08", "2024-04-09", "2024-04-12"}) {
    EXPECT_EQ(cell(features_of(reader, date), "ats_share_of_total"), "0.25") << date;
  }
  // The second seed's rule: a Saturday belongs to the Friday after it.
  EXPECT_EQ(cell(features_of(reader, "2024-04-06"), "ats_share_of_total"), "0.25");
  for (const std::string_view date : {"2024-04-05", "2024-04-13", "2024-04-15"}) {
    EXPECT_EQ(cell(features_of(reader, date), "ats_share_of_total"), "") << date;
  }
}

TEST(AtsShareOfTotal, DividesByTheBarsWithoutATotalOfAFile) {
  StudyStore store;
  put_published(store);
  put_week_of_bars(store, "2024-04-08", "AAPL", 2'000);
  const columns::Batch rows = features_of(store.reader(), "2024-04-10");
  EXPECT_EQ(cell(rows, "ats_share_of_total"), "0.125");
  EXPECT_EQ(cell(rows, "ats_total_source"), "CONSOLIDATED");
  EXPECT_EQ(cell(rows, "ats_published_date"), "2024-04-29");
}

TEST(AtsShareOfTotal, IsNullWhileTheWeekIsNotPublished) {
  StudyStore store;
  put_published(store);
  put_week_of_bars(store, "2024-04-08", "AAPL", 2'000);
  const store::Reader reader = store.reader();
  const columns::Batch before =
      features_of(reader, "2024-04-10", market::end_of_day_new_york(day("2024-04-28")));
  EXPECT_EQ(cell(before, "ats_share_of_total"), "");
  EXPECT_EQ(cell(before, "ats_week_used"), "");
  EXPECT_EQ(cell(before, "ats_source_file"), "");
  const columns::Batch after =
      features_of(reader, "2024-04-10", market::end_of_day_new_york(day("2024-04-29")));
  EXPECT_EQ(cell(after, "ats_share_of_total"), "0.125");
}

TEST(AtsShareOfTotal, IsNullWithoutATotal) {
  StudyStore store;
  put_published(store);
  const columns::Batch rows = features_of(store.reader(), "2024-04-10");
  EXPECT_EQ(cell(rows, "ats_share_of_total"), "");
  EXPECT_EQ(cell(rows, "ats_total_source"), "");
  EXPECT_EQ(cell(rows, "ats_week_used"), "2024-04-08");
}

TEST(AtsShareOfTotal, IsNullWhereItWouldBeMoreThanOne) {
  StudyStore store;
  put_published(store);
  put_week_of_bars(store, "2024-04-08", "AAPL", 200);
  EXPECT_EQ(cell(features_of(store.reader(), "2024-04-10"), "ats_share_of_total"), "");
}

TEST(AtsShareOfTotal, NamesTheFilesOfTheRowAlone) {
  StudyStore store;
  const SummaryRow large{.week = "2024-04-08",
                         .symbol = "AAPL",
                         .tier = "T1",
                         .type = "ATS_W_SMBL",
                         .shares = 250,
                         .published = "2024-04-29",
                         .updated = "2024-04-29"};
  SummaryRow small = large;
  small.symbol = "TINY";
  small.tier = "T2";
  small.published = small.updated = "2024-05-13";
  SummaryRow venue = large;  // of the same file: a revision of its own
  venue.type = "ATS_W_SMBL_FIRM";
  venue.mpid = "MP1";
  put_summaries(store, "first tier", {large, venue});
  put_summaries(store, "second tier", {small});
  put_week_of_bars(store, "2024-04-08", "AAPL", 2'000);
  const columns::Batch rows = features_of(store.reader(), "2024-04-10");
  EXPECT_EQ(cell(rows, "ats_source_file"), "first tier");
  EXPECT_EQ(cell(rows, "ats_source_sha256"), base::sha256("first tier").hex());
}

}  // namespace
}  // namespace offex::studies::test
