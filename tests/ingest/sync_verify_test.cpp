#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/sync_support.hpp"
#include "ingest/sync_verify_internal.hpp"

namespace offex::ingest {
namespace {

using base::ErrorCode;
using columns::Batch;
using columns::Column;
using columns::Type;
using market::Dataset;
using sync_test::day;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Task task_of(Dataset dataset, Expected expected) {
  Task out;
  out.covers = {{.source = "finra_api", .dataset = dataset, .day = {}, .scope = "T1"}};
  out.what = "a question";
  out.expected = std::move(expected);
  return out;
}

Column day_column(const std::string& name, const std::vector<std::string>& days) {
  Column out{name, Type::Day};
  for (const std::string& text : days) out.push<std::int32_t>(day(text).days());
  return out;
}

Column text_column(const std::string& name, const std::vector<std::string>& texts) {
  Column out{name, Type::Text};
  for (const std::string& text : texts) out.push<std::string>(text);
  return out;
}

std::vector<Decoded> answer_of(Dataset dataset, std::vector<Column> columns,
                               std::optional<market::Day> of = {}) {
  formats::Document document;
  document.dataset = dataset;
  document.day = of;
  document.rows = Batch{std::move(columns)};
  std::vector<Decoded> out(1);
  out[0].documents.push_back(std::move(document));
  return out;
}

std::vector<Decoded> tape_of(Dataset dataset, std::string_view of) {
  std::vector<Decoded> out(1);
  store::TapeFile tape;
  tape.dataset = dataset;
  tape.day = day(of);
  out[0].tapes.push_back(std::move(tape));
  return out;
}

struct WeeklyRow {
  std::string symbol;
  std::string type;
  std::int64_t shares{0};
};

std::vector<Decoded> weekly_rows(const std::vector<WeeklyRow>& rows) {
  Column symbols{"symbol", Type::Symbol};
  Column types{"summary_type", Type::Text};
  Column shares{"share_quantity", Type::Quantity};
  for (const WeeklyRow& row : rows) {
    symbols.push(market::Symbol::parse(row.symbol).value());
    types.push<std::string>(row.type);
    shares.push<std::int64_t>(row.shares);
  }
  return answer_of(Dataset::WeeklySummary,
                   {std::move(symbols), std::move(types), std::move(shares)});
}

void expect_refused(const Task& task, const std::vector<Decoded>& answer,
                    const std::string& message) {
  const auto checked = verify(task, answer);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::Integrity);
  EXPECT_THAT(checked.error().message, HasSubstr(message));
  EXPECT_EQ(checked.error().place.file, "a question");
}

TEST(SyncVerifyTest, AnAnswerToTheQuestionPasses) {
  const Task task =
      task_of(Dataset::WeeklySummary, {.day = {}, .week = day("2026-02-23"), .tier = "T1"});
  EXPECT_TRUE(verify(task, answer_of(Dataset::WeeklySummary,
                                     {day_column("week_start_date", {"2026-02-23", "2026-02-23"}),
                                      text_column("tier_identifier", {"T1", "T1"})})));
}

TEST(SyncVerifyTest, AnAnswerOfAnotherDataSetIsRefused) {
  const Task task = task_of(Dataset::ThresholdList, {});
  expect_refused(task, answer_of(Dataset::ShortInterest, {}),
                 "asked for threshold_list, and short_interest came");
}

TEST(SyncVerifyTest, AFileOfAnotherDayIsRefused) {
  const Task task =
      task_of(Dataset::FinraShortDaily, {.day = day("2026-03-20"), .week = {}, .tier = {}});
  EXPECT_TRUE(verify(task, answer_of(Dataset::FinraShortDaily, {}, day("2026-03-20"))));
  expect_refused(task, answer_of(Dataset::FinraShortDaily, {}, day("2026-03-19")),
                 "asked for the day 2026-03-20, and 2026-03-19 came");
}

TEST(SyncVerifyTest, OneRowOfAnotherTradeDateIsEnoughToRefuse) {
  const Task task = task_of(Dataset::RegShoApi, {.day = day("2026-03-20"), .week = {}, .tier = {}});
  expect_refused(
      task, answer_of(Dataset::RegShoApi, {day_column("trade_date", {"2026-03-20", "2026-03-18"})}),
      "asked for the day 2026-03-20, and rows of 2026-03-18 came");
}

TEST(SyncVerifyTest, ARowOfAnotherSettlementDateIsRefused) {
  const Task task =
      task_of(Dataset::ShortInterest, {.day = day("2026-02-27"), .week = {}, .tier = {}});
  expect_refused(task,
                 answer_of(Dataset::ShortInterest, {day_column("settlement_date", {"2026-02-13"})}),
                 "asked for the day 2026-02-27, and rows of 2026-02-13 came");
}

TEST(SyncVerifyTest, ARowOfAnotherWeekIsRefused) {
  const Task task =
      task_of(Dataset::WeeklySummary, {.day = {}, .week = day("2026-02-23"), .tier = "T1"});
  expect_refused(task,
                 answer_of(Dataset::WeeklySummary,
                           {day_column("week_start_date", {"2026-02-23", "2026-02-16"}),
                            text_column("tier_identifier", {"T1", "T1"})}),
                 "asked for the week of 2026-02-23, and rows of 2026-02-16 came");
}

TEST(SyncVerifyTest, ARowOfAnotherTierIsRefused) {
  const Task task =
      task_of(Dataset::WeeklySummary, {.day = {}, .week = day("2026-02-23"), .tier = "T1"});
  expect_refused(task,
                 answer_of(Dataset::WeeklySummary,
                           {day_column("week_start_date", {"2026-02-23", "2026-02-23"}),
                            text_column("tier_identifier", {"T1", "OTCE"})}),
                 "asked for the tier T1, and rows of `OTCE` came");
}

TEST(SyncVerifyTest, AQuestionThatNamesNoDayTakesRowsOfAny) {
  const Task task = task_of(Dataset::DailyBarAggregates, {});
  EXPECT_TRUE(verify(task, answer_of(Dataset::DailyBarAggregates,
                                     {day_column("trade_date", {"2026-03-20", "2026-03-18"})})));
}

TEST(SyncVerifyTest, EveryPartOfAnAnswerIsChecked) {
  const Task task =
      task_of(Dataset::ThresholdList, {.day = day("2026-03-20"), .week = {}, .tier = {}});
  auto answer = answer_of(Dataset::ThresholdList, {day_column("trade_date", {"2026-03-20"})});
  auto second = answer_of(Dataset::ThresholdList, {day_column("trade_date", {"2026-03-19"})});
  answer.push_back(std::move(second[0]));
  expect_refused(task, answer, "rows of 2026-03-19 came");
}

TEST(SyncVerifyTest, ATapeOfAnotherDayOrDataSetIsRefused) {
  Task task = task_of(Dataset::TradeTape, {});
  task.covers.front().day = day("2026-03-20");
  EXPECT_TRUE(verify(task, tape_of(Dataset::TradeTape, "2026-03-20")));
  expect_refused(task, tape_of(Dataset::TradeTape, "2026-03-19"),
                 "asked for the day 2026-03-20, and trades of 2026-03-19 came");
  expect_refused(task, tape_of(Dataset::QuoteTape, "2026-03-20"),
                 "asked for trade_tape, and quote_tape came");
}

TEST(SyncVerifyTest, AnErrorOfTheDecoderIsHandedOn) {
  std::vector<Decoded> answer(1);
  answer[0].error = base::Error{.code = ErrorCode::UnknownLayout, .message = "no layout"};
  const auto checked = verify(task_of(Dataset::ThresholdList, {}), answer);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::UnknownLayout);
  EXPECT_EQ(checked.error().message, "no layout");
}

TEST(CompareLevelsTest, FirmsThatAddUpToTheirSymbolSayNothing) {
  EXPECT_EQ(compare_levels(weekly_rows({{"A", "ATS_W_SMBL", 30},
                                        {"A", "ATS_W_SMBL_FIRM", 10},
                                        {"A", "ATS_W_SMBL_FIRM", 20},
                                        {"A", "OTC_W_SMBL", 5},
                                        {"A", "OTC_W_SMBL_FIRM", 5}})),
            "");
}

TEST(CompareLevelsTest, FirmsThatDoNotAddUpAreCountedAndTheFirstIsNamed) {
  EXPECT_EQ(compare_levels(weekly_rows({{"B", "ATS_W_SMBL", 30},
                                        {"B", "ATS_W_SMBL_FIRM", 29},
                                        {"A", "OTC_W_SMBL", 5},
                                        {"A", "OTC_W_SMBL_FIRM", 6},
                                        {"C", "OTC_W_SMBL", 5},
                                        {"C", "OTC_W_SMBL_FIRM", 5}})),
            "2 symbols, A first, have firms that do not add up to them");
}

TEST(CompareLevelsTest, TradesOnAndOffAnAtsAreNotAddedToEachOther) {
  EXPECT_THAT(compare_levels(weekly_rows({{"A", "ATS_W_SMBL", 10},
                                          {"A", "OTC_W_SMBL_FIRM", 20},
                                          {"A", "ATS_W_SMBL_FIRM", 20},
                                          {"A", "OTC_W_SMBL", 10}})),
              HasSubstr("A first"));
}

TEST(CompareLevelsTest, ALevelThatIsNotThereIsNotCompared) {
  EXPECT_EQ(compare_levels(weekly_rows({{"A", "ATS_W_SMBL", 30}, {"B", "ATS_W_SMBL_FIRM", 10}})),
            "");
}

TEST(CompareLevelsTest, LevelsMayStandInDifferentParts) {
  auto answer = weekly_rows({{"A", "ATS_W_SMBL", 30}});
  auto second = weekly_rows({{"A", "ATS_W_SMBL_FIRM", 30}});
  answer.push_back(std::move(second[0]));
  EXPECT_EQ(compare_levels(answer), "");
}

TEST(CompareLevelsTest, OtherDataSetsAreNotCompared) {
  auto answer = weekly_rows({{"A", "ATS_W_SMBL", 30}, {"A", "ATS_W_SMBL_FIRM", 1}});
  answer[0].documents[0].dataset = Dataset::AtsSummary;
  EXPECT_EQ(compare_levels(answer), "");
}

TEST(SyncVerifyTest, DaysAndWeeksOfAnAnswerComeOnceAndAscending) {
  const auto days =
      answer_of(Dataset::DailyBarAggregates,
                {day_column("trade_date", {"2026-03-20", "2026-03-18", "2026-03-20"})});
  EXPECT_THAT(days_of(days), ElementsAre(day("2026-03-18"), day("2026-03-20")));
  EXPECT_THAT(weeks_of(days), IsEmpty());
  const auto weeks = answer_of(Dataset::WeeklySummary,
                               {day_column("week_start_date", {"2026-02-23", "2026-02-16"})});
  EXPECT_THAT(weeks_of(weeks), ElementsAre(day("2026-02-16"), day("2026-02-23")));
}

}  // namespace
}  // namespace offex::ingest
