#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/sync_support.hpp"

// Bars, tapes and reference lists.
namespace offex::ingest {
namespace {

using base::ErrorCode;
using market::Dataset;
using store::PartitionState;
using sync_test::at;
using sync_test::day;
using sync_test::PlannerTest;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class VendorPlanTest : public PlannerTest {
 protected:
  VendorPlanTest() {
    feeds_.credentials.polygon_key = "key";
    feeds_.credentials.flat_file_key = "key";
  }
  void symbols(const std::vector<std::string>& names) {
    request_.symbols.clear();
    for (const std::string& name : names) {
      request_.symbols.push_back(market::Symbol::parse(name).value());
    }
  }
  /// Asks for trades when the vendor's day is over in New York, at 21:00.
  void ask_for_trades() {
    ask_for(SyncSource::Trades);
    now_ = at("2026-03-21T01:00:00Z");
  }
  [[nodiscard]] static store::Partition bar(std::string_view of, std::string scope) {
    return {.source = "polygon",
            .dataset = Dataset::DailyBarAggregates,
            .day = day(of),
            .scope = std::move(scope)};
  }
  [[nodiscard]] static store::Partition list(Dataset dataset, std::string scope = {}) {
    return {.source = "polygon", .dataset = dataset, .day = {}, .scope = std::move(scope)};
  }
  /// Returns "2026-03-16 2026-03-17" for each task: the days that it covers.
  [[nodiscard]] static std::vector<std::string> covered(const std::vector<Task>& tasks) {
    std::vector<std::string> out;
    for (const Task& task : tasks) {
      std::string days;
      for (const auto& key : task.covers) days += (days.empty() ? "" : " ") + key.day->iso();
      out.push_back(days);
    }
    return out;
  }
  [[nodiscard]] base::Error refusal() {
    auto out = try_plan();
    EXPECT_FALSE(out);
    return out ? base::Error{} : out.error();
  }
};

// --- Bars

TEST_F(VendorPlanTest, BarsOfTheMarketAreOneQuestionASession) {
  ask_for(SyncSource::Bars);
  ask_for("2026-03-19", "2026-03-20");
  const auto found = tasks(Dataset::DailyBarGrouped);
  ASSERT_THAT(days_of(found), ElementsAre("2026-03-19", "2026-03-20"));
  EXPECT_EQ(found[0].shape, Shape::JsonFile);
  EXPECT_EQ(found[0].name, "grouped_2026-03-19.json");
  EXPECT_FALSE(found[0].may_be_late);
  EXPECT_TRUE(found[1].may_be_late);
}

TEST_F(VendorPlanTest, BarsOfATickerAreOneQuestionForEachStretchThatIsMissing) {
  ask_for(SyncSource::Bars);
  symbols({"AAPL"});
  known(bar("2026-03-18", "AAPL"), PartitionState::Fetched);
  const auto found = tasks(Dataset::DailyBarAggregates, "AAPL");
  EXPECT_THAT(covered(found), ElementsAre("2026-03-16 2026-03-17", "2026-03-19 2026-03-20"));
  EXPECT_THAT(found[0].request.url, HasSubstr("/AAPL/range/1/day/2026-03-16/2026-03-17"));
  EXPECT_EQ(found[0].name, "AAPL_2026-03-16_2026-03-17_daily");
  EXPECT_TRUE(found[0].days_by_rows);
  EXPECT_FALSE(found[0].may_be_late);
  EXPECT_TRUE(found[1].may_be_late);
}

TEST_F(VendorPlanTest, AStretchGoesOverTheWeekend) {
  ask_for(SyncSource::Bars);
  ask_for("2026-03-13", "2026-03-16");
  symbols({"AAPL", "BRK.B"});
  EXPECT_THAT(covered(tasks(Dataset::DailyBarAggregates)),
              ElementsAre("2026-03-13 2026-03-16", "2026-03-13 2026-03-16"));
}

TEST_F(VendorPlanTest, ADayWithoutABarOfTheTickerIsNotAskedForAgain) {
  ask_for(SyncSource::Bars);
  symbols({"AAPL"});
  known(bar("2026-03-16", "AAPL"), PartitionState::Absent);
  known(bar("2026-03-20", "AAPL"), PartitionState::Fetched);
  EXPECT_THAT(covered(tasks(Dataset::DailyBarAggregates)),
              ElementsAre("2026-03-17 2026-03-18 2026-03-19"));
}

TEST_F(VendorPlanTest, FlatFilesOfBarsAreAskedForFromTheMorningAfter) {
  ask_for(SyncSource::Bars);
  request_.flat_files = true;
  EXPECT_THAT(days_of(tasks(Dataset::DailyBarFlatFile)),
              ElementsAre("2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19"));
  now_ = at("2026-03-21T15:00:00Z");
  const auto found = tasks(Dataset::DailyBarFlatFile);
  EXPECT_THAT(found, SizeIs(5));
  EXPECT_EQ(found.back().name, "2026-03-20.csv.gz");
  EXPECT_TRUE(found.back().request.file.empty());
}

TEST_F(VendorPlanTest, WithoutAKeyBarsThatWereNotNamedAreLeftOutWithANote) {
  feeds_.credentials = {};
  request_.sources.clear();
  const TaskPlan found = plan();
  EXPECT_THAT(tasks(Dataset::DailyBarGrouped), IsEmpty());
  EXPECT_THAT(tasks(Dataset::FinraShortDaily), SizeIs(5));
  EXPECT_THAT(found.notes, Contains(HasSubstr("daily bars are left out: POLYGON_API_KEY")));
}

TEST_F(VendorPlanTest, WithoutAKeyBarsThatWereNamedAreAnError) {
  feeds_.credentials = {};
  ask_for(SyncSource::Bars);
  request_.sources_named = true;
  EXPECT_EQ(refusal().code, ErrorCode::Credentials);
  EXPECT_THAT(refusal().message, HasSubstr("POLYGON_API_KEY"));
  request_.flat_files = true;
  EXPECT_THAT(refusal().message, HasSubstr("POLYGON_S3_ACCESS_KEY_ID"));
}

TEST_F(VendorPlanTest, ADayOfBarsThatWasTakenBeforeItsEndIsAskedForOnceMore) {
  ask_for(SyncSource::Bars);
  ask_for("2026-03-20", "2026-03-20");
  symbols({"AAPL"});
  known(bar("2026-03-20", "AAPL"), PartitionState::Fetched);
  EXPECT_THAT(tasks(Dataset::DailyBarAggregates), IsEmpty());
  now_ = at("2026-03-21T01:00:00Z");
  EXPECT_THAT(tasks(Dataset::DailyBarAggregates), SizeIs(1));
  known(bar("2026-03-20", "AAPL"), PartitionState::Fetched).checked_at = now_;
  EXPECT_THAT(tasks(Dataset::DailyBarAggregates), IsEmpty());
}

// --- Tapes

TEST_F(VendorPlanTest, TradesAndQuotesAreAskedForByTickerAndSession) {
  ask_for_trades();
  ask_for("2026-03-19", "2026-03-20");
  symbols({"AAPL", "MSFT"});
  EXPECT_THAT(days_of(tasks(Dataset::TradeTape, "AAPL")), ElementsAre("2026-03-19", "2026-03-20"));
  EXPECT_THAT(days_of(tasks(Dataset::QuoteTape, "MSFT")), ElementsAre("2026-03-19", "2026-03-20"));
  EXPECT_THAT(tasks(Dataset::MinuteTape), IsEmpty());
  request_.quotes = false;
  EXPECT_THAT(tasks(Dataset::QuoteTape), IsEmpty());
  EXPECT_THAT(tasks(Dataset::TradeTape), SizeIs(4));
}

TEST_F(VendorPlanTest, MinuteBarsStandInForTradesOutsideTheKeysPlan) {
  ask_for_trades();
  ask_for("2026-03-20", "2026-03-20");
  symbols({"AAPL"});
  const auto found = tasks(Dataset::TradeTape);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].shape, Shape::LinkedPages);
  ASSERT_TRUE(found[0].otherwise);
  EXPECT_EQ(found[0].otherwise->covers.front().dataset, Dataset::MinuteTape);
}

TEST_F(VendorPlanTest, InModeMinuteOnlyMinuteBarsAreAskedFor) {
  ask_for_trades();
  request_.mode = SyncMode::Minute;
  symbols({"AAPL"});
  EXPECT_THAT(tasks(Dataset::MinuteTape), SizeIs(5));
  EXPECT_THAT(tasks(Dataset::TradeTape), IsEmpty());
  EXPECT_THAT(tasks(Dataset::QuoteTape), IsEmpty());
}

TEST_F(VendorPlanTest, InModeDailyDayBarsStandInForTradesOnce) {
  request_.mode = SyncMode::Daily;
  symbols({"AAPL"});
  ask_for_trades();
  EXPECT_THAT(tasks(Dataset::DailyBarAggregates), SizeIs(1));
  EXPECT_THAT(tasks(Dataset::TradeTape), IsEmpty());
  request_.sources = {SyncSource::Bars, SyncSource::Trades};
  EXPECT_THAT(tasks(Dataset::DailyBarAggregates), SizeIs(1));
}

TEST_F(VendorPlanTest, TradesOfNoTickerAndWithoutFlatFilesAreAnError) {
  ask_for_trades();
  EXPECT_EQ(refusal().code, ErrorCode::InvalidArgument);
  EXPECT_THAT(refusal().message, HasSubstr("--symbols"));
}

TEST_F(VendorPlanTest, TradesWithoutTheirKeyAreAnError) {
  ask_for_trades();
  symbols({"AAPL"});
  feeds_.credentials.polygon_key.clear();
  EXPECT_EQ(refusal().code, ErrorCode::Credentials);
  request_.flat_files = true;
  EXPECT_TRUE(try_plan());
  feeds_.credentials.flat_file_key.clear();
  EXPECT_EQ(refusal().code, ErrorCode::Credentials);
}

TEST_F(VendorPlanTest, FlatTapesGoToTheDisk) {
  ask_for_trades();
  request_.flat_files = true;
  const auto found = tasks(Dataset::TradeTape);
  EXPECT_THAT(days_of(found), ElementsAre("2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19"));
  for (const Task& task : found) {
    EXPECT_EQ(task.shape, Shape::File);
    EXPECT_FALSE(task.request.file.empty());
    EXPECT_EQ(task.covers.front().source, "flat_files");
  }
  EXPECT_THAT(tasks(Dataset::QuoteTape), SizeIs(4));
}

// --- Reference

TEST_F(VendorPlanTest, DirectoriesAreAskedForOnceASession) {
  ask_for(SyncSource::Reference);
  const auto found = tasks(Dataset::SymbolDirectory);
  ASSERT_THAT(days_of(found), ElementsAre("2026-03-20", "2026-03-20"));
  EXPECT_EQ(found[0].covers.front().scope, "nasdaqlisted");
  EXPECT_EQ(found[1].covers.front().scope, "otherlisted");
  known(found[0].covers.front(), PartitionState::Fetched).etag = R"("tag")";
  EXPECT_THAT(tasks(Dataset::SymbolDirectory), SizeIs(1));
  // The evening after the next session.
  now_ = at("2026-03-23T23:00:00Z");
  EXPECT_THAT(days_of(tasks(Dataset::SymbolDirectory)), ElementsAre("2026-03-23", "2026-03-23"));
}

TEST_F(VendorPlanTest, WithoutAKeyDirectoriesAreAskedForAndTheRestIsNoted) {
  ask_for(SyncSource::Reference);
  feeds_.credentials = {};
  const TaskPlan found = plan();
  EXPECT_THAT(found.tasks, SizeIs(2));
  EXPECT_THAT(
      found.notes,
      ElementsAre(HasSubstr("securities, splits, exchanges and trade conditions are left")));
}

TEST_F(VendorPlanTest, ListsAreAskedForAgainAfterAMonth) {
  ask_for(SyncSource::Reference);
  EXPECT_THAT(tasks(Dataset::ExchangeList), SizeIs(1));
  EXPECT_THAT(tasks(Dataset::TradeConditions), SizeIs(1));
  known(list(Dataset::ExchangeList), PartitionState::Fetched).checked_at =
      at("2026-02-18T23:00:01Z");
  EXPECT_THAT(tasks(Dataset::ExchangeList), IsEmpty());
  EXPECT_THAT(tasks(Dataset::TradeConditions), SizeIs(1));
  known(list(Dataset::ExchangeList), PartitionState::Fetched).checked_at =
      at("2026-02-18T23:00:00Z");
  const auto found = tasks(Dataset::ExchangeList);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_FALSE(found[0].conditional);
}

TEST_F(VendorPlanTest, TheListOfSecuritiesIsAskedForByNameOrTheFirstTime) {
  ask_for(SyncSource::Reference);
  EXPECT_THAT(tasks(Dataset::SecurityReference, "tickers"), SizeIs(1));
  known(list(Dataset::SecurityReference, "tickers"), PartitionState::Fetched).checked_at =
      at("2026-01-05T23:00:00Z");
  EXPECT_THAT(tasks(Dataset::SecurityReference), IsEmpty());
  request_.sources_named = true;
  EXPECT_THAT(tasks(Dataset::SecurityReference, "tickers"), SizeIs(1));
}

TEST_F(VendorPlanTest, TheListOfSecuritiesIsAskedForOnTheEveningOfAWeeklyRelease) {
  request_.sources.clear();
  known(list(Dataset::SecurityReference, "tickers"), PartitionState::Fetched).checked_at =
      at("2026-01-05T23:00:00Z");
  const auto found = tasks(Dataset::SecurityReference, "tickers");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].shape, Shape::LinkedPages);
  EXPECT_TRUE(found[0].archive);
}

TEST_F(VendorPlanTest, SplitsOfAYearAreAskedForTheFirstTimeAndKnownByRule) {
  ask_for(SyncSource::Reference);
  const auto found = tasks(Dataset::CorporateActions, "splits");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].request.url, HasSubstr("execution_date.gte=2025-03-19"));
  EXPECT_EQ(found[0].shape, Shape::LinkedPages);
  EXPECT_TRUE(found[0].may_be_empty);
  EXPECT_FALSE(found[0].known_when_fetched);
}

TEST_F(VendorPlanTest, SplitsAreAskedForOnceASessionAndLateOnesAreKnownFromThen) {
  ask_for(SyncSource::Reference);
  auto& entry = known(list(Dataset::CorporateActions, "splits"), PartitionState::Fetched);
  entry.checked_at = at("2026-03-20T22:00:00Z");
  EXPECT_THAT(tasks(Dataset::CorporateActions), IsEmpty());
  entry.checked_at = at("2026-03-20T21:59:59Z");
  const auto found = tasks(Dataset::CorporateActions);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].request.url, HasSubstr("execution_date.gte=2026-02-18"));
  EXPECT_TRUE(found[0].known_when_fetched);
  ASSERT_TRUE(found[0].before);
}

TEST_F(VendorPlanTest, SplitsThatCouldNotBeFetchedAreAskedForAgainAsTheFirstTime) {
  ask_for(SyncSource::Reference);
  known(list(Dataset::CorporateActions, "splits"), PartitionState::Failed).checked_at =
      at("2026-03-20T22:30:00Z");
  const auto found = tasks(Dataset::CorporateActions);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_FALSE(found[0].known_when_fetched);
}

TEST_F(VendorPlanTest, DetailsAreAskedForOfTheSymbolsThatAreNamed) {
  ask_for(SyncSource::Reference);
  symbols({"AAPL"});
  const auto found = tasks(Dataset::SecurityReference, "AAPL");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].name, "AAPL_details.json");
  EXPECT_EQ(found[0].shape, Shape::JsonFile);
}

}  // namespace
}  // namespace offex::ingest
