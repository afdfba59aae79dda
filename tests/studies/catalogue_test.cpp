#include "offex/studies/catalogue.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offex::studies {
namespace {

using testing::HasSubstr;

TEST(Catalogue, SaysOfEveryColumnWhatItIsAndWhenItIsKnown) {
  for (const TableSpec& spec : catalogue()) {
    std::set<std::string_view> names;
    for (const Metric& metric : spec.metrics) {
      const std::string where = std::string{spec.sql_name} + "." + std::string{metric.name};
      EXPECT_TRUE(names.insert(metric.name).second) << where << " appears twice";
      EXPECT_FALSE(metric.formula.empty()) << where;
      EXPECT_FALSE(metric.lag.empty()) << where;
      EXPECT_FALSE(metric.source.empty()) << where;
      EXPECT_EQ(metric.words.empty(), metric.type != columns::Type::Label) << where;
    }
  }
}

TEST(Catalogue, NamesTheDenominatorOfEveryRatio) {
  for (const TableSpec& spec : catalogue()) {
    for (const Metric& metric : spec.metrics) {
      // Parts of a score and a difference of rates are no quotients.
      const bool quotient = metric.unit == "ratio" && metric.name != "confidence" &&
                            metric.name != "otc_participation_delta";
      if (quotient) {
        EXPECT_FALSE(metric.denominator.empty()) << spec.sql_name << "." << metric.name;
      }
    }
  }
}

TEST(Catalogue, HoldsTheSeedsFiftySixColumns) {
  EXPECT_EQ(find_table("daily_metrics", "PhaseA_v1")->metrics.size(), 56U);
  EXPECT_EQ(find_table("index_constituent_short_agg_daily", "PhaseA_v1")->metrics.size(), 17U);
}

TEST(Catalogue, DoesNotKnowWhatIsNotThere) {
  EXPECT_EQ(find_table("daily_metrics", "v9"), nullptr);
  EXPECT_TRUE(find_metric("nonsense").empty());
  EXPECT_FALSE(explain("nonsense"));
}

TEST(Catalogue, MakesTheStoresTable) {
  const store::DerivedTable table = derived_table(*find_table("daily_metrics", "PhaseA_v1"));
  EXPECT_EQ(table.name, "daily_metrics_phasea_v1");
  EXPECT_EQ(table.day_column, "trade_date");
  EXPECT_EQ(table.variant_column, "accumulation_short_z_source");
  ASSERT_EQ(table.columns.size(), 56U);
  EXPECT_TRUE(table.columns[0].key && table.columns[1].key && table.columns.back().key);
}

TEST(Explain, SaysThatShortVolShareIsTheSeedsNameForShortRatio) {
  EXPECT_THAT(explain("short_vol_share").value(), HasSubstr("the seed's name for short_ratio"));
}

TEST(Explain, ShowsAColumnOfEveryVersionWithItsOwnDenominator) {
  const std::string text = explain("short_ratio").value();
  EXPECT_THAT(text, HasSubstr("short_ratio (daily_metrics v2)"));
  EXPECT_THAT(text, HasSubstr("short_ratio (daily_metrics PhaseA_v1)"));
  EXPECT_THAT(text, HasSubstr("denominator  total_volume (FINRA facility total)"));
}

TEST(Explain, KnowsTheSymbolUnderTheNameThatViewsShow) {
  EXPECT_THAT(explain("symbol").value(), HasSubstr("symbol (daily_metrics v2)"));
}

TEST(MetricsDocument, IsUpToDate) {
  const auto path = std::filesystem::path{OFFEX_SOURCE_DIR} / "docs" / "metrics.md";
  if (std::getenv("OFFEX_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << metrics_markdown();
  }
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  EXPECT_EQ(text.str(), metrics_markdown()) << "set OFFEX_UPDATE_GOLDEN=1 to write it again";
}

}  // namespace
}  // namespace offex::studies
