#include "offex/studies/venue_mix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/nowcast_market.hpp"

namespace offex::studies::test {
namespace {

constexpr const char* kWeek = "2025-06-23";

SummaryRow firm(bool ats, const std::string& name, std::int64_t shares, const std::string& mpid,
                std::optional<std::int64_t> crd) {
  return {.week = kWeek,
          .symbol = "NVDA",
          .tier = "T1",
          .type = ats ? "ATS_W_SMBL_FIRM" : "OTC_W_SMBL_FIRM",
          .shares = shares,
          .trades = 7,
          .mpid = mpid,
          .crd = crd,
          .name = name,
          .published = "2025-07-14",
          .updated = "2025-07-14"};
}

/// 300 shares on two ATSs and 700 elsewhere.
std::vector<SummaryRow> venues_of_week() {
  return {firm(true, "UBSA UBS ATS", 200, "UBSA", {}),
          firm(true, "SGMT SIGMA X2", 100, "SGMT", {}),
          firm(false, "CITADEL SECURITIES LLC", 400, "", 116797),
          firm(false, "VIRTU AMERICAS LLC", 100, "", 149823),
          firm(false, "UBS SECURITIES LLC", 150, "", 7654),
          firm(false, "De Minimis Firms", 50, "", 0)};
}

columns::Batch mix(StudyStore& store, const VenueMixRequest& request = {}) {
  auto rows = venue_mix(store.reader(), request);
  EXPECT_TRUE(rows) << (rows ? "" : base::format_error(rows.error()));
  return std::move(rows).value_or(columns::Batch{});
}

std::vector<std::string> column(const columns::Batch& rows, std::string_view name) {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) out.push_back(cell(rows, name, row));
  return out;
}

TEST(VenueMix, RanksVenuesOfBothSidesAndPutsSmallFirmsLast) {
  StudyStore store;
  put_summaries(store, "weekly", venues_of_week());
  const columns::Batch rows = mix(store);

  EXPECT_THAT(column(rows, "venue"),
              testing::ElementsAre("CITADEL SECURITIES LLC", "UBSA UBS ATS", "UBS SECURITIES LLC",
                                   "SGMT SIGMA X2", "VIRTU AMERICAS LLC", "De Minimis Firms"));
  EXPECT_THAT(column(rows, "kind"), testing::ElementsAre("WHOLESALER", "ATS", "OTHER", "ATS",
                                                         "WHOLESALER", "DE_MINIMIS"));
  EXPECT_THAT(column(rows, "rank"), testing::ElementsAre("1", "2", "3", "4", "5", ""));
  EXPECT_THAT(column(rows, "share"),
              testing::ElementsAre("0.4", "0.2", "0.15", "0.1", "0.1", "0.05"));
  EXPECT_THAT(column(rows, "mpid"), testing::ElementsAre("", "UBSA", "", "SGMT", "", ""));
}

TEST(VenueMix, AddsUpByKind) {
  StudyStore store;
  put_summaries(store, "weekly", venues_of_week());
  const columns::Batch kinds = mix_by_kind(mix(store));

  ASSERT_EQ(kinds.num_rows(), 1U);
  EXPECT_EQ(cell(kinds, "week_start_date"), kWeek);
  EXPECT_NEAR(kinds.find("ats")->values<double>()[0], 0.3, 1e-12);
  EXPECT_NEAR(kinds.find("wholesaler")->values<double>()[0], 0.5, 1e-12);
  EXPECT_NEAR(kinds.find("other")->values<double>()[0], 0.2, 1e-12);
}

TEST(VenueMix, DividesByTheRowsOfTheSymbolWhereThereAreAny) {
  StudyStore store;
  std::vector<SummaryRow> rows = venues_of_week();
  for (const SummaryRow& row : both_sides(kWeek, "NVDA", 2'000)) rows.push_back(row);
  put_summaries(store, "weekly", rows);

  EXPECT_EQ(cell(mix(store), "share"), "0.2");  // 400 of 2,000
}

TEST(VenueMix, HasNoShareWhereOneSideIsNotTold) {
  StudyStore store;
  std::vector<SummaryRow> rows = venues_of_week();
  rows.resize(2);
  put_summaries(store, "weekly", rows);
  const columns::Batch told = mix(store);
  const columns::Batch kinds = mix_by_kind(told);

  EXPECT_THAT(column(told, "share"), testing::ElementsAre("", ""));
  EXPECT_THAT(column(told, "volume"), testing::ElementsAre("200", "100"));
  EXPECT_EQ(cell(kinds, "ats"), "");
  EXPECT_EQ(cell(kinds, "wholesaler"), "");
}

TEST(VenueMix, TellsNoKindsOfFirmsThatAreNotToldApart) {
  StudyStore store;
  std::vector<SummaryRow> rows = venues_of_week();
  rows.resize(2);
  for (const SummaryRow& row : both_sides(kWeek, "NVDA", 1'000)) rows.push_back(row);
  put_summaries(store, "weekly", rows);
  const columns::Batch kinds = mix_by_kind(mix(store));

  EXPECT_NEAR(kinds.find("ats")->values<double>()[0], 0.3, 1e-12);
  EXPECT_EQ(cell(kinds, "wholesaler"), "");
  EXPECT_EQ(cell(kinds, "other"), "");
}

TEST(VenueMix, CountsAVenueOfTwoRowsOnce) {
  StudyStore store;
  std::vector<SummaryRow> rows = venues_of_week();
  SummaryRow again = rows[1];
  again.shares = 150;
  again.product = "TAPE A";
  rows.push_back(again);
  put_summaries(store, "weekly", rows);
  const columns::Batch told = mix(store);

  EXPECT_EQ(told.num_rows(), 6U);
  EXPECT_EQ(cell(told, "venue", 1), "SGMT SIGMA X2");
  EXPECT_EQ(cell(told, "volume", 1), "250");
  EXPECT_EQ(cell(told, "trades", 1), "14");
}

TEST(VenueMix, KnowsNoVenueBeforeItsPublication) {
  StudyStore store;
  put_summaries(store, "weekly", venues_of_week());

  EXPECT_EQ(mix(store, {.as_of = market::end_of_day_new_york(day("2025-07-13"))}).num_rows(), 0U);
  EXPECT_EQ(mix(store, {.as_of = market::end_of_day_new_york(day("2025-07-14"))}).num_rows(), 6U);
}

TEST(VenueMix, AnswersForTheSymbolsAndWeeksAskedFor) {
  StudyStore store;
  std::vector<SummaryRow> rows = venues_of_week();
  SummaryRow other = rows[0];
  other.symbol = "AMD";
  rows.push_back(other);
  put_summaries(store, "weekly", rows);

  EXPECT_EQ(mix(store, {.symbols = {market::Symbol::from_trusted("AMD")}}).num_rows(), 1U);
  EXPECT_EQ(
      mix(store, {.weeks = market::DayRange{day("2025-06-30"), day("2025-07-07")}}).num_rows(), 0U);
}

}  // namespace
}  // namespace offex::studies::test
