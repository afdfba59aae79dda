// States of the scanner that a build keeps, and when a walk may begin at one.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/scan_seen.hpp"
#include "studies/scan_walk_internal.hpp"

namespace offex::studies::test {
namespace {

constexpr std::size_t kSessions = 40;

class ScanStoredState : public testing::Test {
 protected:
  ScanStoredState() {
    market_.put_ordinary(days_);
    market_.put_action(days_[20], "N011", 2.0);
    market_.store().build_all({});
  }

  /// Day of the state that a question about `day` begins at.
  [[nodiscard]] std::optional<market::Day> state_before(
      market::Day day, const kernels::SurpriseParameters& parameters = {},
      std::optional<market::Instant> as_of = {}) {
    const store::Reader reader = market_.store().reader();
    Axis axis = store_axis(reader).value();
    axis.days = trading_days(reader, as_of).value();
    const auto found = stored_state(reader, axis, parameters, day, as_of);
    EXPECT_TRUE(found) << (found ? "" : base::format_error(found.error()));
    return found && *found ? std::optional{(*found)->day} : std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> kept_days() {
    return lines_of(ask(market_.store().reader(),
                        "SELECT DISTINCT trade_date FROM scan_state ORDER BY trade_date"));
  }
  void correct(market::Day day) { market_.put(day, market_.ordinary(day, 1)); }

  std::vector<market::Day> days_{ScanMarket::sessions_from("2025-06-02", kSessions)};
  ScanMarket market_;
};

std::vector<std::string> lines(const std::vector<market::Day>& days, std::size_t begin,
                               std::size_t end) {
  std::vector<std::string> out;
  for (std::size_t index = begin; index < end; ++index) out.push_back(days[index].iso() + "|");
  return out;
}

TEST_F(ScanStoredState, IsKeptForTheNewestTwentyFiveSessions) {
  EXPECT_EQ(kept_days(), lines(days_, 15, 40));
  const auto more = ScanMarket::sessions_from("2025-06-02", kSessions + 1);
  market_.put(more.back(), market_.ordinary(more.back()));
  market_.store().build_all({});
  EXPECT_EQ(kept_days(), lines(more, 16, 41));
}

TEST_F(ScanStoredState, IsTheNewestBeforeTheDay) {
  EXPECT_EQ(state_before(days_[30]), days_[29]);
  EXPECT_EQ(state_before(days_[39].plus(1)), days_[39]);
  EXPECT_EQ(state_before(days_[15]), std::nullopt);
}

TEST_F(ScanStoredState, GivesEverySessionTheBitsOfAWalkFromTheStart) {
  const store::Reader reader = market_.store().reader();
  const auto expected = walk(reader, {.from_start = true});
  ASSERT_EQ(expected.size(), kSessions);
  for (std::size_t index = 0; index < kSessions; ++index) {
    const auto seen = walk(reader, {.days = market::DayRange{days_[index], days_[index]}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(bits_of(seen[0]), bits_of(expected[index])) << days_[index].iso();
  }
}

TEST_F(ScanStoredState, IsTakenByAWalkThatCoversSeveralSessions) {
  const store::Reader reader = market_.store().reader();
  const auto expected = walk(reader, {.from_start = true});
  const auto seen = walk(reader, {.days = market::DayRange{days_[18], days_[38]}, .threads = 4});
  ASSERT_EQ(seen.size(), 21U);
  for (std::size_t index = 0; index < seen.size(); ++index) {
    EXPECT_EQ(bits_of(seen[index]), bits_of(expected[index + 18]));
  }
}

TEST_F(ScanStoredState, ChangesWhatTheWalkSays) {
  // Otherwise no test here could tell whether it was used at all.
  {
    store::Writer& writer = market_.store().writer();
    const TableSpec& spec = *find_table("scan_state", "rv/1.0.0");
    const std::string version = kernels::surprise_version({});
    Axis axis = store_axis(writer.reader()).value();
    axis.days = days_;
    const ScanState empty{{}, axis.symbols.size()};
    ScanState odd = empty;
    odd.surprise.count[0] = 77;
    const store::BuildState build{.variant = version,
                                  .variant_value = version,
                                  .last_revision = writer.reader().last_revision().value(),
                                  .days = market::DayRange{days_.front(), days_.back()}};
    ASSERT_TRUE(writer.replace_derived(derived_table(spec), build,
                                       market::DayRange{days_[37], days_[37]},
                                       [&](const store::Writer::BatchSink& sink) {
                                         return sink(state_rows(odd, axis, days_[37], version));
                                       }));
  }
  const store::Reader reader = market_.store().reader();
  const auto seen = walk(reader, {.days = market::DayRange{days_[39], days_[39]}});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].state.surprise.count[0], 79);
}

TEST_F(ScanStoredState, IsNotUsedAfterACorrectedFile) {
  correct(days_[33]);
  EXPECT_EQ(state_before(days_[39]), days_[32]);
  EXPECT_EQ(state_before(days_[30]), days_[29]);
  const store::Reader reader = market_.store().reader();
  const auto expected = walk(reader, {.from_start = true});
  const auto seen = walk(reader, {.days = market::DayRange{days_[39], days_[39]}});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(bits_of(seen[0]), bits_of(expected.back()));
}

TEST_F(ScanStoredState, IsNotUsedAfterASplitThatBecameKnownLate) {
  market_.put_action(days_[35], "N012", 3.0);
  EXPECT_EQ(state_before(days_[39]), days_[34]);
}

TEST_F(ScanStoredState, IsNotUsedForATimeThatDidNotKnowAFile) {
  const auto expected = walk(market_.store().reader(), {.from_start = true});
  correct(days_[33]);
  market_.store().build_all({});
  EXPECT_EQ(state_before(days_[39]), days_[38]);
  const auto before = market::Instant::parse("2026-05-01T00:00:00Z").value();
  EXPECT_EQ(state_before(days_[39], {}, before), days_[32]);
  const auto seen = walk(market_.store().reader(),
                         {.days = market::DayRange{days_[39], days_[39]}, .as_of = before});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(bits_of(seen[0]), bits_of(expected.back()));
}

TEST_F(ScanStoredState, IsUsedForAnEarlierEveningThatKnewAllOfIt) {
  const auto evening = market::daily_publication(days_[30]);
  EXPECT_EQ(state_before(days_[30], {}, evening), days_[29]);
}

TEST_F(ScanStoredState, FitsAnAxisThatHasNewNames) {
  const auto more = ScanMarket::sessions_from("2025-06-02", kSessions + 2);
  for (const market::Day day : {more[40], more[41]}) {
    MarketDay rows = market_.ordinary(day);
    rows.shorts.push_back({"A000", 4e5, 1e6});
    rows.shorts.push_back({"N020A", 4e5, 1e6});
    market_.put(day, rows);
  }
  EXPECT_EQ(state_before(more[40]), days_[39]);
  const store::Reader reader = market_.store().reader();
  const auto expected = walk(reader, {.from_start = true});
  const auto seen = walk(reader, {.days = market::DayRange{more[41], more[41]}});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(bits_of(seen[0]), bits_of(expected.back()));
  EXPECT_EQ(seen[0].scores.count[seen[0].row("A000")], 1);
}

TEST_F(ScanStoredState, IsNotUsedWithOtherParameters) {
  EXPECT_EQ(state_before(days_[39], {.hm = 9.0}), std::nullopt);
  const store::Reader reader = market_.store().reader();
  ScanStreamRequest request{.days = market::DayRange{days_[39], days_[39]},
                            .parameters = {.hm = 9.0}};
  const auto seen = walk(reader, request);
  request.from_start = true;
  const auto expected = walk(reader, request);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(bits_of(seen[0]), bits_of(expected[0]));
}

TEST_F(ScanStoredState, TellsTheStateOfEveryNameWithAHistory) {
  const auto counts = ask(market_.store().reader(),
                          "SELECT count(*), min(history), max(history) FROM scan_state WHERE "
                          "trade_date = (SELECT max(trade_date) FROM scan_state)");
  EXPECT_THAT(lines_of(counts), testing::ElementsAre("60|40|40|"));
}

}  // namespace
}  // namespace offex::studies::test
