#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/eval_support.hpp"

namespace offex::studies {
namespace {

using test::empty_panels;
using test::kMissing;
using testing::ElementsAre;
using testing::IsEmpty;

using Candidates = std::vector<std::pair<double, std::uint32_t>>;

TEST(NearestControls, AreThoseOfTheNearestBaseline) {
  const Candidates candidates{{4.0, 7}, {5.0, 3}, {5.4, 1}, {6.0, 9}, {8.0, 2}};

  EXPECT_THAT(nearest_controls(candidates, 5.5, 3), ElementsAre(1, 3, 9));
  EXPECT_THAT(nearest_controls(candidates, 1.0, 2), ElementsAre(7, 3));
  EXPECT_THAT(nearest_controls(candidates, 9.0, 2), ElementsAre(2, 9));
}

TEST(NearestControls, OfTwoAsNearTakesTheLower) {
  const Candidates candidates{{4.0, 7}, {6.0, 3}};

  EXPECT_THAT(nearest_controls(candidates, 5.0, 1), ElementsAre(7));
}

TEST(NearestControls, AreAllThereAreWhenThereAreFew) {
  EXPECT_THAT(nearest_controls(Candidates{{4.0, 7}}, 5.0, 3), ElementsAre(7));
  EXPECT_THAT(nearest_controls(Candidates{}, 5.0, 3), IsEmpty());
}

/// Opens at 100 each day; symbol s closes at 100 + close[day][s].
EvalPanels market(const std::vector<std::vector<double>>& close) {
  EvalPanels out = empty_panels(close.size(), close[0].size());
  for (std::size_t day = 0; day < close.size(); ++day) {
    for (std::size_t symbol = 0; symbol < close[day].size(); ++symbol) {
      out.open.at(day, symbol) = 100.0;
      out.close.at(day, symbol) = 100.0 + close[day][symbol];
    }
  }
  return out;
}

ScanEvent event(std::size_t day, std::uint32_t symbol, Tag tag, bool discovery = false) {
  return {.day = day, .symbol = symbol, .tag = tag, .discovery = discovery, .controls = {2, 3}};
}

const EventEstimate* find(const std::vector<EventEstimate>& all, std::string_view group,
                          int horizon = 1) {
  const auto found = std::ranges::find_if(
      all, [&](const EventEstimate& one) { return one.group == group && one.horizon == horizon; });
  return found == all.end() ? nullptr : &*found;
}

const std::vector<std::vector<double>> kCloses{
    {0, 0, 0, 0}, {4, 1, 1, 2}, {3, 9, -1, 1}, {2, 0, 0, 0}};

TEST(EventStudy, ComparesHitsWithTheirControlsOfTheSameSession) {
  const std::vector<ScanEvent> events{event(0, 0, Tag::Surge), event(1, 1, Tag::Surge),
                                      event(1, 0, Tag::Surge)};
  const auto got = event_study(market(kCloses), events, {.horizons = {1}});
  const EventEstimate& all = *find(got, "ALL");

  // 4 - 1.5, 9 - 0 and 3 - 0 per cent.
  EXPECT_EQ(all.hits, 3U);
  EXPECT_EQ(all.sessions, 2U);
  EXPECT_NEAR(all.hit, 0.16 / 3.0, 1e-12);
  EXPECT_NEAR(all.control, 0.015 / 3.0, 1e-12);
  EXPECT_NEAR(all.excess, 0.145 / 3.0, 1e-12);
}

TEST(EventStudy, ErrorIsClusteredBySession) {
  const std::vector<ScanEvent> events{event(0, 0, Tag::Surge), event(1, 1, Tag::Surge),
                                      event(1, 0, Tag::Surge)};
  const auto got = event_study(market(kCloses), events, {.horizons = {1}});
  const EventEstimate& all = *find(got, "ALL");
  const double mean = 0.145 / 3.0;
  const double first = 0.025 - mean;
  const double second = 0.12 - 2.0 * mean;

  EXPECT_NEAR(all.error, std::sqrt((first * first + second * second) * 2.0) / 3.0, 1e-12);
  EXPECT_NEAR(all.t, all.excess / all.error, 1e-12);
}

TEST(EventStudy, CountsByTagAndDiscovery) {
  const std::vector<ScanEvent> events{event(0, 0, Tag::Surge, true), event(1, 1, Tag::SurgeShort),
                                      event(1, 0, Tag::None)};
  const auto got = event_study(market(kCloses), events, {.horizons = {1}});

  EXPECT_EQ(find(got, "ALL")->hits, 3U);
  EXPECT_EQ(find(got, "DISCOVERY")->hits, 1U);
  EXPECT_EQ(find(got, "SURGE")->hits, 1U);
  EXPECT_EQ(find(got, "SURGE+SHORT")->hits, 1U);
  EXPECT_EQ(find(got, "NONE")->hits, 1U);
  EXPECT_EQ(find(got, "LONG"), nullptr);
}

TEST(EventStudy, OneSessionHasNoError) {
  const std::vector<ScanEvent> events{event(1, 1, Tag::Surge), event(1, 0, Tag::Surge)};
  const auto got = event_study(market(kCloses), events, {.horizons = {1}});

  EXPECT_TRUE(std::isnan(find(got, "ALL")->error));
  EXPECT_TRUE(std::isnan(find(got, "ALL")->q));
}

TEST(EventStudy, AHitWithoutAReturnOrAControlIsLeftOutAndCounted) {
  EvalPanels panels = market(kCloses);
  panels.close.at(1, 0) = kMissing;
  panels.close.at(2, 2) = kMissing;
  panels.close.at(2, 3) = kMissing;
  const std::vector<ScanEvent> events{event(0, 0, Tag::Surge), event(0, 1, Tag::Surge),
                                      event(1, 1, Tag::Surge)};
  const auto got = event_study(panels, events, {.horizons = {1}});

  EXPECT_EQ(find(got, "ALL")->hits, 1U);
  EXPECT_EQ(find(got, "ALL")->left_out, 2U);
}

TEST(EventStudy, AHorizonThatEndsInTheFutureIsNotCounted) {
  const std::vector<ScanEvent> events{event(0, 0, Tag::Surge), event(2, 0, Tag::Surge)};
  const auto got = event_study(market(kCloses), events, {.horizons = {1, 3}});

  EXPECT_EQ(find(got, "ALL", 1)->hits, 2U);
  EXPECT_EQ(find(got, "ALL", 3)->hits, 1U);
  EXPECT_EQ(find(got, "ALL", 3)->left_out, 0U);
}

}  // namespace
}  // namespace offex::studies
