#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/compare.hpp"

#include "studies/macro_market.hpp"

namespace offex::studies::test {
namespace {

using testing::ElementsAre;

class CompareStoreTest : public testing::Test {
 protected:
  static Comparison ask(const store::Reader& reader, const CompareRequest& request) {
    auto found = compare(reader, request);
    EXPECT_TRUE(found) << (found ? "" : base::format_error(found.error()));
    return std::move(found).value_or(Comparison{});
  }
  [[nodiscard]] CompareRequest three() const {
    CompareRequest out;
    out.symbols = {ScannedMarket::name_of(65), ScannedMarket::name_of(41),
                   ScannedMarket::name_of(40)};
    out.days = market::DayRange{market_.days()[28], market_.days()[33]};
    return out;
  }

  ScannedMarket market_;
};

TEST_F(CompareStoreTest, GroupsTickersBySectorAndPutsThoseWithoutOneLast) {
  const Comparison found = ask(market_.store().reader(), three());
  EXPECT_THAT(found.sectors, ElementsAre("Energy", "Utilities", ""));
  EXPECT_THAT(found.symbols, ElementsAre(ScannedMarket::name_of(40), ScannedMarket::name_of(41),
                                         ScannedMarket::name_of(65)));
  EXPECT_EQ(found.days.size(), 6U);
}

TEST_F(CompareStoreTest, HoldsWhatTheWalkAndTheFilesSay) {
  const CompareRequest request = three();
  const store::Reader reader = market_.store().reader();
  const Comparison found = ask(reader, request);
  std::size_t compared = 0;
  const auto walked = scan_sessions(
      reader, {.days = request.days, .threads = 2},
      [&](const ScanSession& session) -> Result<void> {
        const kernels::SurpriseScores& scores = *session.scores;
        const auto day = static_cast<std::size_t>(std::ranges::find(found.days, session.day) -
                                                  found.days.begin());
        for (std::size_t row = 0; row < scores.size(); ++row) {
          const auto symbol =
              std::ranges::find(found.symbols, session.axis->symbols[scores.symbol[row]]);
          if (symbol == found.symbols.end()) continue;
          const CompareCell& cell =
              found.at(static_cast<std::size_t>(symbol - found.symbols.begin()), day);
          ++compared;
          EXPECT_EQ(cell[CompareMetric::ZR], scores.z_r[row]);
          EXPECT_EQ(cell[CompareMetric::ZV], scores.z_v[row]);
          EXPECT_EQ(cell[CompareMetric::ShortRatio], scores.short_volume[row] / scores.total[row]);
          EXPECT_NEAR(cell[CompareMetric::OffexShare], 1.0 / 3.0, 1e-3);
          EXPECT_EQ(cell.tag, tag_of(scores.z_r[row], scores.z_v[row]));
        }
        return {};
      });
  ASSERT_TRUE(walked);
  EXPECT_GT(compared, 12U);
}

TEST_F(CompareStoreTest, CountsReturnsFromTheCloseOfTheSessionBefore) {
  const store::Reader reader = market_.store().reader();
  const Comparison found = ask(reader, three());
  const columns::Batch expected =
      test::ask(reader,
                "SELECT close::DOUBLE / lag(close) OVER (ORDER BY trade_date)::DOUBLE - 1 FROM "
                "polygon_daily_agg WHERE symbol = 'S140' ORDER BY trade_date");
  EXPECT_NEAR(found.at(0, 2)[CompareMetric::Return1d], expected.column(0).values<double>()[30],
              1e-12);
}

TEST_F(CompareStoreTest, HasNoReturnOverALikelySplit) {
  const CompareRequest request = three();
  market_.halve_prices(40, market_.days()[30]);
  const Comparison found = ask(market_.store().reader(), request);
  EXPECT_FALSE(std::isnan(found.at(0, 1)[CompareMetric::Return1d]));
  EXPECT_TRUE(std::isnan(found.at(0, 2)[CompareMetric::Return1d]));
  EXPECT_FALSE(std::isnan(found.at(1, 2)[CompareMetric::Return1d]));
}

TEST_F(CompareStoreTest, LeavesATickerThatNoFileNamesEmpty) {
  CompareRequest request = three();
  request.symbols.push_back(market::Symbol::from_trusted("NEVER"));
  const Comparison found = ask(market_.store().reader(), request);
  for (std::size_t day = 0; day < found.days.size(); ++day) {
    EXPECT_FALSE(found.at(3, day).scored);
    EXPECT_TRUE(std::isnan(found.at(3, day)[CompareMetric::ShortRatio]));
  }
}

TEST_F(CompareStoreTest, DependsOnNothingAfterItsLastSession) {
  const std::vector<std::string> before =
      lines_of(compare_long(ask(market_.store().reader(), three())));
  for (std::size_t day = 34; day < market_.days().size(); ++day) {
    market_.put_day(market_.days()[day], 1);
  }
  EXPECT_EQ(lines_of(compare_long(ask(market_.store().reader(), three()))), before);
}

}  // namespace
}  // namespace offex::studies::test
