#include "offex/publish/push.hpp"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/digest.hpp"
#include "offex/studies/features.hpp"

#include "studies/weekly_files.hpp"

namespace offex::publish {
namespace {

using studies::test::cell;
using studies::test::day;
using studies::test::StudyStore;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A database in memory that keeps what it was sent, and forgets what was not committed.
class Ledger final : public Target {
 public:
  [[nodiscard]] std::string describe() const override { return "memory"; }
  [[nodiscard]] bool transactional() const override { return true; }
  Result<std::vector<std::string>> migrate() override { return std::vector<std::string>{}; }
  Result<std::vector<std::string>> columns_of(std::string_view table) override {
    return columns.contains(std::string{table}) ? columns.at(std::string{table}) : all;
  }
  Result<void> begin() override {
    pending.clear();
    return {};
  }
  Result<Delivery> send(const Shipment& shipment) override {
    if (pending.size() == fail_at) return fail(base::ErrorCode::Upstream, "the line is cut");
    pending.push_back(shipment);
    return Delivery{.table = shipment.table,
                    .rows = shipment.rows.num_rows(),
                    .inserted = shipment.rows.num_rows(),
                    .counted = shipment.rows.num_rows(),
                    .chunks = 1,
                    .warnings = {"narrow"}};
  }
  Result<void> commit() override {
    std::ranges::move(pending, std::back_inserter(kept));
    return {};
  }
  Result<std::vector<std::string>> symbols(market::Day asked, std::string_view version) override {
    asked_for.push_back(asked.iso() + " " + std::string{version});
    return named;
  }

  std::vector<std::string> all;
  std::map<std::string, std::vector<std::string>> columns;
  std::vector<std::string> named;
  std::vector<std::string> asked_for;
  std::size_t fail_at{1'000};
  std::vector<Shipment> pending, kept;
};

class PushTest : public testing::Test {
 protected:
  PushTest() {
    for (const std::string_view date : {"2026-04-06", "2026-04-07", "2026-04-09"}) put_day(date);
    request_.days = {day("2026-04-06"), day("2026-04-10")};
    request_.now = market::Instant::parse("2026-06-01T12:00:00Z").value();
    for (const char* name : {"symbol", "trade_date", "short_vol_share", "short_exempt_share",
                             "ats_share_of_total", "feature_version", "provenance", "source",
                             "source_url", "payload", "artifact_sha256", "parser_version"}) {
      target_.all.emplace_back(name);
    }
  }

  /// \param bytes what the digest of the file is made of; empty: its name
  void put_day(std::string_view date, market::Facility facility = market::Facility::Cnms,
               std::string_view bytes = {}) {
    columns::Batch rows;
    rows.add({"symbol", columns::Type::Symbol});
    rows.add({"market_mask", columns::Type::Int32});
    for (const char* name : {"short_volume", "short_exempt_volume", "total_volume"}) {
      rows.add({name, columns::Type::Quantity});
    }
    for (const char* name : {"AAPL", "ZZZ"}) {
      rows.column(0).push(market::Symbol::from_trusted(name));
      rows.column(1).push(std::int32_t{0});
      rows.column(2).push(std::int64_t{100'000'000});
      rows.column(3).push(std::int64_t{1'000'000});
      rows.column(4).push(std::int64_t{300'000'000});
    }
    const std::string name = std::string{market::to_string(facility)} + "shvol" + std::string{date};
    const store::FactRows part{.dataset = market::Dataset::FinraShortDaily,
                               .day = day(date),
                               .facility = facility,
                               .rows = &rows};
    const store::SourceFile file{.sha256 = base::sha256(bytes.empty() ? name : bytes).hex(),
                                 .name = name,
                                 .url = "test:" + name,
                                 .bytes = name.size(),
                                 .etag = ""};
    ASSERT_TRUE(store_.writer().put(file, {&part, 1}));
  }

  PushReport must_push() {
    auto report = push(reader(), target_, request_);
    EXPECT_TRUE(report) << (report ? "" : base::format_error(report.error()));
    return report.value_or(PushReport{});
  }

  const store::Reader& reader() {
    if (!reader_) reader_.emplace(store_.reader());
    return *reader_;
  }

  [[nodiscard]] std::vector<const Shipment*> of_table(std::string_view table) const {
    std::vector<const Shipment*> out;
    for (const Shipment& shipment : target_.kept) {
      if (shipment.table == table) out.push_back(&shipment);
    }
    return out;
  }

  StudyStore store_;
  std::optional<store::Reader> reader_;
  Ledger target_;
  PushRequest request_;
};

TEST_F(PushTest, SendsTheFeaturesOfEveryDayWithAFile) {
  const PushReport report = must_push();
  EXPECT_EQ(report.days, 3U);
  EXPECT_THAT(report.no_rows, IsEmpty());
  const auto sent = of_table("daily_features");
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_THAT(sent[0]->key, ElementsAre("symbol", "trade_date", "feature_version"));
  EXPECT_EQ(cell(sent[1]->rows, "symbol", 1), "ZZZ");
  EXPECT_EQ(cell(sent[1]->rows, "trade_date", 1), "2026-04-07");
  EXPECT_EQ(cell(sent[1]->rows, "short_vol_share", 1), "0.3333333333333333");
  EXPECT_EQ(cell(sent[1]->rows, "ats_share_of_total", 1), "");
  ASSERT_EQ(report.deliveries.size(), 2U);
  EXPECT_EQ(report.deliveries[0].rows, 6U);
  EXPECT_EQ(report.deliveries[0].counted, 6U);
}

TEST_F(PushTest, TellsAWarningOnce) { EXPECT_THAT(must_push().warnings, ElementsAre("narrow")); }

TEST_F(PushTest, CommitsNothingWhenAShipmentFails) {
  target_.fail_at = 3;
  const auto report = push(reader(), target_, request_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::ErrorCode::Upstream);
  EXPECT_THAT(target_.kept, IsEmpty());
}

TEST_F(PushTest, AnswersADayWithoutAFileWithNulls) {
  request_.days = {day("2026-04-08"), day("2026-04-08")};
  request_.symbols = {market::Symbol::from_trusted("AAPL")};
  EXPECT_EQ(must_push().days, 1U);
  const auto sent = of_table("daily_features");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(cell(sent[0]->rows, "short_vol_share", 0), "");
  EXPECT_THAT(cell(sent[0]->rows, "provenance", 0), HasSubstr("\"source_url\":[]"));
}

TEST_F(PushTest, WarnsOfRowsWithoutANumber) {
  request_.days = {day("2026-04-07"), day("2026-04-07")};
  request_.symbols = {market::Symbol::from_trusted("AAPL"), market::Symbol::from_trusted("XXXXX")};
  EXPECT_THAT(must_push().warnings,
              testing::Contains("1 of 2 rows hold no number, the first is XXXXX of 2026-04-07"));
}

TEST_F(PushTest, SaysWhichDayHadNoRows) {
  request_.days = {day("2026-04-08"), day("2026-04-08")};
  const PushReport report = must_push();
  EXPECT_EQ(report.days, 0U);
  EXPECT_THAT(report.no_rows, ElementsAre(day("2026-04-08")));
  EXPECT_THAT(target_.kept, IsEmpty());
}

TEST_F(PushTest, TakesTheSymbolsThatTheTableNames) {
  request_.days = {day("2026-04-07"), day("2026-04-07")};
  request_.discover = true;
  target_.named = {"NEW", "ZZZ", "far too long to be a symbol"};
  const PushReport report = must_push();
  EXPECT_THAT(target_.asked_for, ElementsAre("2026-04-07 offexchange-features-v1"));
  const auto sent = of_table("daily_features");
  ASSERT_EQ(sent.size(), 1U);
  ASSERT_EQ(sent[0]->rows.num_rows(), 2U);
  EXPECT_EQ(cell(sent[0]->rows, "symbol", 0), "NEW");
  EXPECT_EQ(cell(sent[0]->rows, "short_vol_share", 0), "");
  EXPECT_THAT(report.warnings, testing::Contains(HasSubstr("no symbol")));
}

TEST_F(PushTest, SendsNothingWhereTheTableNamesNoSymbol) {
  request_.discover = true;
  EXPECT_EQ(must_push().days, 0U);
  EXPECT_THAT(target_.kept, IsEmpty());
}

TEST_F(PushTest, GivesRowsTheLabelOfTheUser) {
  request_.feature_version = "mine-7";
  must_push();
  const Shipment& sent = *of_table("daily_features").front();
  EXPECT_EQ(cell(sent.rows, "feature_version", 0), "mine-7");
  EXPECT_THAT(cell(sent.rows, "provenance", 0), HasSubstr("\"feature_version\":\"mine-7\""));
}

TEST_F(PushTest, HashesTheCanonicalRow) {
  must_push();
  const Shipment& sent = *of_table("daily_features").front();
  const auto rows = canonical_rows(sent.rows);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->front(),
            "{\"symbol\":\"AAPL\",\"trade_date\":\"2026-04-06\",\"short_vol_share\":"
            "0.3333333333333333,\"short_exempt_share\":0.0033333333333333335,"
            "\"ats_share_of_total\":null,\"feature_version\":\"offexchange-features-v1\"}");
  EXPECT_THAT(cell(sent.rows, "provenance", 0),
              HasSubstr("\"hash_sha256\":\"" + base::sha256(rows->front()).hex() + '"'));
}

TEST_F(PushTest, WritesAnEventForEachRowAndForEachFile) {
  request_.days = {day("2026-04-07"), day("2026-04-07")};
  must_push();
  const auto sent = of_table("provenance_events");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(sent[0]->keep_existing);
  EXPECT_THAT(sent[0]->key, ElementsAre("source", "artifact_sha256"));
  ASSERT_EQ(sent[0]->rows.num_rows(), 3U);
  EXPECT_EQ(cell(sent[0]->rows, "source", 0), "daily_features");
  EXPECT_EQ(cell(sent[0]->rows, "source_url", 0), "test:CNMSshvol2026-04-07");
  EXPECT_THAT(cell(sent[0]->rows, "payload", 0),
              HasSubstr(R"("record_id":"{\"feature_version\":\"offexchange-features-v1\",)"));
  EXPECT_THAT(cell(sent[0]->rows, "payload", 0),
              HasSubstr("\"computed_at\":\"2026-06-01T12:00:00Z\""));
  EXPECT_EQ(cell(sent[0]->rows, "source", 2), "finra_short_daily");
  EXPECT_EQ(cell(sent[0]->rows, "artifact_sha256", 2), base::sha256("CNMSshvol2026-04-07").hex());
}

TEST_F(PushTest, NamesTheFileOfTheDayAmongFilesOfEqualBytes) {
  put_day("2026-04-13", market::Facility::Fnra, "the same");
  put_day("2026-04-14", market::Facility::Fnra, "the same");
  request_.days = {day("2026-04-14"), day("2026-04-14")};
  must_push();
  EXPECT_THAT(cell(of_table("daily_features").front()->rows, "provenance", 0),
              HasSubstr("\"source_url\":[\"test:FNRAshvol2026-04-14\"]"));
}

TEST_F(PushTest, KeepsTheAddressesOfSeveralFilesInThePayload) {
  put_day("2026-04-14", market::Facility::Fnra);
  put_day("2026-04-14", market::Facility::Fnyx);
  request_.days = {day("2026-04-14"), day("2026-04-14")};
  must_push();
  const columns::Batch& events = of_table("provenance_events").front()->rows;
  EXPECT_EQ(cell(events, "source_url", 0), "");
  EXPECT_THAT(cell(events, "payload", 0), HasSubstr("test:FNYXshvol2026-04-14"));
}

TEST_F(PushTest, LeavesEventsOutOnWish) {
  request_.events = false;
  must_push();
  EXPECT_THAT(of_table("provenance_events"), IsEmpty());
}

TEST_F(PushTest, HoldsNoTimeOfThePushInTheRows) {
  must_push();
  request_.now = market::Instant::parse("2026-07-01T12:00:00Z").value();
  const std::string first = cell(of_table("daily_features").front()->rows, "provenance", 0);
  target_.kept.clear();
  must_push();
  EXPECT_EQ(cell(of_table("daily_features").front()->rows, "provenance", 0), first);
}

TEST_F(PushTest, NamesTheColumnThatIsMissingThere) {
  target_.columns["daily_features"] = {"symbol", "trade_date", "feature_version"};
  const auto report = push(reader(), target_, request_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(report.error().message, HasSubstr("no column short_vol_share"));
  EXPECT_THAT(report.error().message, HasSubstr("--migrate"));
}

TEST_F(PushTest, RefusesATableThatItDoesNotKnow) {
  request_.table = "daily_wishes";
  const auto report = push(reader(), target_, request_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::ErrorCode::InvalidArgument);
  EXPECT_THAT(report.error().message, HasSubstr("daily_features, daily_metrics"));
}

TEST_F(PushTest, AsksForABuildBeforeHitsArePushed) {
  request_.table = "scan_hit";
  const auto report = push(reader(), target_, request_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(report.error().message, HasSubstr("offex build"));
}

TEST_F(PushTest, SendsMetricsInTheOrderOfTheirKey) {
  request_.table = "daily_metrics";
  target_.all.clear();
  auto rows = studies::daily_metrics(reader(), {.days = request_.days});
  ASSERT_TRUE(rows);
  for (const columns::Column& column : rows->columns()) target_.all.push_back(column.name());
  const PushReport report = must_push();
  EXPECT_EQ(report.days, 3U);
  const auto sent = of_table("daily_metrics");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0]->rows.num_rows(), 6U);
  EXPECT_EQ(sent[0]->rows.num_columns(), rows->num_columns());
}

}  // namespace
}  // namespace offex::publish
