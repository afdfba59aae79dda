#include <array>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace offex::store {

using columns::Column;
using columns::Type;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<std::string_view, 2> kLabels{"Buying", "Selling"};
constexpr std::array<std::string_view, 2> kSources{"a_z", "b_z"};

DerivedTable metrics() {
  return {.name = "daily_metrics_v2",
          .day_column = "trade_date",
          .columns = {{.name = "symbol_code", .type = Type::Int32, .key = true},
                      {.name = "trade_date", .type = Type::Day, .key = true},
                      {.name = "short_ratio", .type = Type::Double},
                      {.name = "label", .type = Type::Label, .words = kLabels},
                      {.name = "source", .type = Type::Label, .words = kSources},
                      {.name = "note", .type = Type::Text}},
          .variant_column = "source"};
}

struct MetricRow {
  std::int32_t symbol{0};
  std::string day;
  std::optional<double> ratio;
  std::uint8_t label{0};
};

columns::Batch metric_batch(const std::vector<MetricRow>& rows, std::uint8_t source_label) {
  columns::Batch batch{{Column{"symbol_code", Type::Int32}, Column{"trade_date", Type::Day},
                        Column{"short_ratio", Type::Double}, Column{"label", kLabels},
                        Column{"source", kSources}, Column{"note", Type::Text}}};
  for (const MetricRow& row : rows) {
    batch.column(0).push<std::int32_t>(row.symbol);
    batch.column(1).push<std::int32_t>(day(row.day).days());
    if (row.ratio) {
      batch.column(2).push<double>(*row.ratio);
    } else {
      batch.column(2).push_missing();
    }
    batch.column(3).push<std::uint8_t>(row.label);
    batch.column(4).push<std::uint8_t>(source_label);
    batch.column(5).push<std::string>("text that is longer than twelve bytes");
  }
  return batch;
}

class Derived : public StoreTest {
 protected:
  Derived() {
    EXPECT_TRUE(put_short("a", "2026-02-23", {{"A", 10, 1, 30}, {"BRK/B", 5, 0, 9}}));
    EXPECT_TRUE(writer().ensure_derived(metrics()));
  }
  Result<std::uint64_t> replace(const std::vector<MetricRow>& rows, std::uint8_t source_label,
                                std::optional<market::DayRange> days = {}) {
    const BuildState state{.variant = "v2/" + std::string{kSources[source_label]},
                           .variant_value = std::string{kSources[source_label]},
                           .last_revision = 1,
                           .days = days,
                           .built_at = at("2026-03-02T12:00:00Z")};
    return writer().replace_derived(metrics(), state, days, [&](const Writer::BatchSink& sink) {
      return sink(metric_batch(rows, source_label));
    });
  }
};

TEST_F(Derived, ViewShowsSymbolsAndWords) {
  const auto rows = replace({{1, "2026-02-23", 0.25, 1}, {0, "2026-02-23", {}, 0}}, 0);

  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(*rows, 2U);
  EXPECT_THAT(
      rows_of(reader(), "SELECT * FROM daily_metrics_v2 ORDER BY symbol"),
      ElementsAre("A|2026-02-23||Buying|a_z|text that is longer than twelve bytes",
                  "BRK.B|2026-02-23|0.25|Selling|a_z|text that is longer than twelve bytes"));
}

TEST_F(Derived, ReplacesOnlyTheDaysOfItsRange) {
  ASSERT_TRUE(replace({{0, "2026-02-23", 1.0}, {0, "2026-02-24", 2.0}, {0, "2026-02-25", 3.0}}, 0));

  ASSERT_TRUE(replace({{0, "2026-02-24", 20.0}}, 0,
                      market::DayRange{day("2026-02-24"), day("2026-02-24")}));

  EXPECT_THAT(rows_of(reader(), "SELECT short_ratio FROM daily_metrics_v2 ORDER BY trade_date"),
              ElementsAre("1", "20", "3"));
}

TEST_F(Derived, LeavesTheRowsOfOtherVariants) {
  ASSERT_TRUE(replace({{0, "2026-02-23", 1.0}}, 0));
  ASSERT_TRUE(replace({{0, "2026-02-23", 2.0}}, 1));
  ASSERT_TRUE(replace({{0, "2026-02-23", 10.0}}, 0));

  EXPECT_THAT(rows_of(reader(), "SELECT source, short_ratio FROM daily_metrics_v2 ORDER BY 1"),
              ElementsAre("a_z|10", "b_z|2"));
}

TEST_F(Derived, RemembersWhatWasBuiltNewestFirst) {
  ASSERT_TRUE(replace({}, 0, market::DayRange{day("2026-02-23"), day("2026-02-24")}));
  const BuildState newer{
      .variant = "v2/b_z", .last_revision = 7, .built_at = at("2026-03-03T12:00:00Z")};
  ASSERT_TRUE(writer().replace_derived(metrics(), newer, {},
                                       [](const Writer::BatchSink&) { return Result<void>{}; }));

  const auto builds = reader().builds("daily_metrics_v2").value();

  ASSERT_EQ(builds.size(), 2U);
  EXPECT_EQ(builds[0].variant, "v2/b_z");
  EXPECT_EQ(builds[0].last_revision, 7);
  EXPECT_EQ(builds[0].days, std::nullopt);
  EXPECT_EQ(builds[0].built_at, at("2026-03-03T12:00:00Z"));
  EXPECT_EQ(builds[1].variant, "v2/a_z");
  EXPECT_EQ(builds[1].days, (market::DayRange{day("2026-02-23"), day("2026-02-24")}));
}

TEST_F(Derived, FailedBuildLeavesTheOldRows) {
  ASSERT_TRUE(replace({{0, "2026-02-23", 1.0}}, 0));
  const auto failed =
      writer().replace_derived(metrics(), {.variant = "v2/a_z", .variant_value = "a_z"}, {},
                               [](const Writer::BatchSink& sink) -> Result<void> {
                                 OFFEX_TRY(sink(metric_batch({{0, "2026-02-24", 5.0}}, 0)));
                                 return fail(base::ErrorCode::Interrupted, "stopped");
                               });

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, base::ErrorCode::Interrupted);
  EXPECT_THAT(rows_of(reader(), "SELECT trade_date FROM daily_metrics_v2"),
              ElementsAre("2026-02-23"));
}

TEST_F(Derived, IsMadeAnewWhenItsColumnsChange) {
  ASSERT_TRUE(replace({{0, "2026-02-23", 1.0}}, 0));
  ASSERT_TRUE(writer().ensure_derived(metrics()));
  EXPECT_THAT(rows_of(writer().reader(), "SELECT count(*) FROM daily_metrics_v2"),
              ElementsAre("1"));

  DerivedTable wider = metrics();
  wider.columns.push_back({.name = "extra", .type = Type::Int64});
  ASSERT_TRUE(writer().ensure_derived(wider));

  const Reader view = reader();
  EXPECT_THAT(rows_of(view, "SELECT count(extra), count(*) FROM daily_metrics_v2"),
              ElementsAre("0|0"));
  EXPECT_THAT(view.builds("daily_metrics_v2").value(), testing::IsEmpty());
}

TEST_F(Derived, RefusesABatchOfAnotherShape) {
  const auto put =
      writer().replace_derived(metrics(), {.variant = "v2/a_z", .variant_value = "a_z"}, {},
                               [](const Writer::BatchSink& sink) { return sink(short_batch({})); });

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::Internal);
  EXPECT_THAT(put.error().message, HasSubstr("daily_metrics_v2"));
}

TEST_F(Derived, TakesManyBatchesOfAnySize) {
  const auto rows = writer().replace_derived(
      metrics(), {.variant = "v2/a_z", .variant_value = "a_z"}, {},
      [](const Writer::BatchSink& sink) -> Result<void> {
        for (int i = 0; i < 3; ++i) {
          const std::vector<MetricRow> many(5'000, {i % 2, "2026-02-23", 0.5});
          OFFEX_TRY(sink(metric_batch(many, 0)));
        }
        return {};
      });

  EXPECT_EQ(rows.value(), 15'000U);
  EXPECT_THAT(rows_of(reader(), "SELECT count(*), sum(short_ratio) FROM daily_metrics_v2"),
              ElementsAre("15000|7500"));
}

TEST_F(Derived, HasADigestThatDoesNotDependOnTheOrderOfRows) {
  const auto digest = [&] {
    const auto all = writer().reader().digests().value();
    return std::ranges::find(all, "daily_metrics_v2", &Reader::TableDigest::table)->digest;
  };
  ASSERT_TRUE(replace({{1, "2026-02-23", 0.25}, {0, "2026-02-23", 0.5}}, 0));
  const std::string first = digest();
  ASSERT_TRUE(replace({{0, "2026-02-23", 0.5}, {1, "2026-02-23", 0.25}}, 0));
  EXPECT_EQ(digest(), first);
  ASSERT_TRUE(replace({{0, "2026-02-23", 0.5}, {1, "2026-02-23", 0.26}}, 0));
  EXPECT_NE(digest(), first);
}

TEST_F(Derived, ShowsTheTablesOfAFamilyBelowEachOther) {
  DerivedTable first = metrics();
  first.name = "flow_a";
  first.family = "flow";
  DerivedTable second{.name = "flow_b",
                      .family = "flow",
                      .day_column = "trade_date",
                      .columns = {{.name = "trade_date", .type = Type::Day, .key = true},
                                  {.name = "only_here", .type = Type::Double}},
                      .variant_column = ""};
  ASSERT_TRUE(writer().ensure_derived(first));
  ASSERT_TRUE(writer().ensure_derived(second));

  const auto produce = [](const Writer::BatchSink& sink) {
    return sink(metric_batch({{.symbol = 0, .day = "2026-02-23", .ratio = 0.5}}, 0));
  };
  ASSERT_TRUE(
      writer().replace_derived(first, {.variant = "x/a_z", .variant_value = "a_z"}, {}, produce));

  EXPECT_THAT(rows_of(reader(), "SELECT symbol, short_ratio, only_here FROM flow"),
              ElementsAre("A|0.5|"));
}

}  // namespace offex::store
