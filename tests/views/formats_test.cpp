#include "offex/views/formats.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::views {
namespace {

using columns::Batch;
using columns::Column;
using columns::Type;
using testing::ElementsAre;
using testing::HasSubstr;

Batch columns_of(const std::vector<std::string>& names) {
  Batch out;
  for (const std::string& name : names) out.add(Column{name, Type::Double});
  return out;
}

std::vector<std::string> names_of(const Batch& batch) {
  std::vector<std::string> out;
  for (const Column& column : batch.columns()) out.push_back(column.name());
  return out;
}

TEST(Formats, EveryColumnHasOneFormat) {
  std::vector<std::string> names;
  for (const render::ColumnFormat& format : metric_formats()) names.push_back(format.column);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Formats, SectionsOfAReader) {
  EXPECT_EQ(section_of("short_ratio_z"), "Short sale");
  EXPECT_EQ(section_of("otc_share"), "OTC / ATS");
  EXPECT_EQ(section_of("lit_flow_imbalance"), "Lit");
  EXPECT_EQ(section_of("close"), "Price");
  EXPECT_EQ(section_of("has_otc"), "Provenance");
  EXPECT_EQ(section_of("symbol"), "");
  const auto formats = metric_formats();
  const auto found = std::ranges::find(formats, "short_ratio", &render::ColumnFormat::column);
  ASSERT_NE(found, formats.end());
  EXPECT_EQ(found->section, "Short sale");
  EXPECT_TRUE(found->percent);
}

TEST(Formats, EveryColumnOfTheDailyMetricsThatIsNoKeyHasASection) {
  const studies::TableSpec* spec = studies::find_table("daily_metrics", "v2");
  ASSERT_NE(spec, nullptr);
  for (const studies::Metric& metric : spec->metrics) {
    EXPECT_EQ(section_of(metric.name).empty(), metric.key) << metric.name;
  }
}

TEST(Formats, NeighboursOfASectionKeepTheirOrder) {
  EXPECT_THAT(names_of(by_section(columns_of({"symbol", "volume", "short_ratio", "has_lit", "close",
                                              "short_volume", "otc_share", "unheard_of"}))),
              ElementsAre("symbol", "unheard_of", "short_ratio", "short_volume", "otc_share",
                          "volume", "close", "has_lit"));
}

TEST(Formats, CoverageCountsRowsSymbolsAndDays) {
  Batch batch;
  batch.add(Column{"symbol", Type::Symbol});
  batch.add(Column{"trade_date", Type::Day});
  EXPECT_EQ(coverage_of(batch), "0 rows");
  for (const std::int32_t day : {20531, 20530}) {
    batch.column(0).push(market::Symbol::from_trusted("AAPL"));
    batch.column(1).push(day);
  }
  EXPECT_EQ(coverage_of(batch), "2 rows of 1 symbol, 2026-03-18 to 2026-03-19");
  EXPECT_EQ(coverage_of(columns_of({"a"})), "0 rows");
}

TEST(Formats, DefinitionsComeFromTheCatalogue) {
  const std::array<const studies::TableSpec*, 2> tables{
      studies::find_table("daily_metrics", "v2"), studies::find_table("weekly_metrics", "v2")};
  const auto definitions =
      definitions_of(columns_of({"trade_date", "short_ratio", "otc_share", "unheard_of"}), tables);
  ASSERT_EQ(definitions.size(), 2U);
  EXPECT_EQ(definitions[0].name, "short_ratio");
  EXPECT_EQ(definitions[0].text,
            "short volume / total volume; divides by total_volume (FINRA facility total)");
  EXPECT_EQ(definitions[1].name, "otc_share");
  EXPECT_THAT(definitions[1].text, HasSubstr("otc_volume / consolidated volume"));
}

}  // namespace
}  // namespace offex::views
