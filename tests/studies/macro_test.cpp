#include "offex/studies/macro.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/macro_market.hpp"

namespace offex::studies::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

class MacroTest : public testing::Test {
 protected:
  static columns::Batch ask_macro(const store::Reader& reader, const MacroRequest& request) {
    auto rows = macro(reader, request);
    EXPECT_TRUE(rows) << (rows ? "" : base::format_error(rows.error()));
    return std::move(rows).value_or(columns::Batch{});
  }
  static MacroRequest everything() {
    MacroRequest out;
    out.kinds = {MacroKind::Market, MacroKind::Tier, MacroKind::Sector, MacroKind::Index};
    return out;
  }
  static std::vector<std::string> texts(const columns::Batch& rows, std::string_view name) {
    std::vector<std::string> out;
    out.reserve(rows.num_rows());
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      out.push_back(columns::cell_text(*rows.find(name), row));
    }
    return out;
  }

  ScannedMarket market_;
};

TEST_F(MacroTest, ReadsTheSameRowsThatItComputes) {
  market_.keep_macro(market_.days().size());
  const store::Reader reader = market_.store().reader();
  MacroRequest request = everything();
  const std::vector<std::string> read = lines_of(ask_macro(reader, request));
  request.stored = false;
  request.threads = 3;
  const std::vector<std::string> computed = lines_of(ask_macro(reader, request));

  EXPECT_GT(read.size(), 7U * 30U);
  EXPECT_EQ(read, computed);
}

TEST_F(MacroTest, ReadsTheStoredRowsWhileTheyAreUpToDate) {
  market_.keep_macro(20);  // as if there were no more sessions
  MacroRequest request;
  request.days = market::DayRange{market_.days()[15], market_.days()[30]};

  EXPECT_EQ(ask_macro(market_.store().reader(), request).num_rows(), 5U);
}

TEST_F(MacroTest, ComputesOnceTheStoreKnowsMoreThanTheTable) {
  market_.keep_macro(20);
  market_.put_day(market_.days()[10], 1);
  MacroRequest request;
  request.days = market::DayRange{market_.days()[15], market_.days()[30]};

  EXPECT_EQ(ask_macro(market_.store().reader(), request).num_rows(), 16U);
}

TEST_F(MacroTest, AnswersAsOfAnEarlierMomentFromTheFactsOfThen) {
  MacroRequest request = everything();
  request.days = market::DayRange{market_.days()[0], market_.days()[24]};
  request.as_of = market::Instant::parse("2026-06-01T13:00:00Z").value();
  const std::vector<std::string> before = lines_of(ask_macro(market_.store().reader(), request));
  market_.store().clock.set(market::Instant::parse("2026-06-02T12:00:00Z").value());
  market_.put_day(market_.days()[20], 1);
  market_.keep_macro(market_.days().size());
  const store::Reader reader = market_.store().reader();

  EXPECT_EQ(lines_of(ask_macro(reader, request)), before);
  request.as_of.reset();
  EXPECT_NE(lines_of(ask_macro(reader, request)), before);
}

TEST_F(MacroTest, DoesNotLookAhead) {
  MacroRequest request = everything();
  request.days = market::DayRange{market_.days()[0], market_.days()[24]};
  const std::vector<std::string> before = lines_of(ask_macro(market_.store().reader(), request));
  for (std::size_t day = 25; day < market_.days().size(); ++day) {
    market_.put_day(market_.days()[day], 1);
  }
  EXPECT_EQ(lines_of(ask_macro(market_.store().reader(), request)), before);
}

TEST_F(MacroTest, ShowsTheMarketWhenNothingIsAskedFor) {
  const columns::Batch rows = ask_macro(market_.store().reader(), {});

  EXPECT_THAT(texts(rows, "group_name"), Each("market"));
  std::vector<std::string> days = texts(rows, "trade_date");
  EXPECT_TRUE(std::ranges::is_sorted(days));
  // The first five sessions have no name with enough history.
  EXPECT_EQ(days.size(), market_.days().size() - 5);
}

TEST_F(MacroTest, ReturnsGroupsByName) {
  MacroRequest request;
  request.names = {"Energy", "IX", "large"};
  request.days = market::DayRange{market_.days()[20], market_.days()[20]};
  const columns::Batch rows = ask_macro(market_.store().reader(), request);

  EXPECT_THAT(texts(rows, "group_kind"), ElementsAre("tier", "sector", "index"));
  EXPECT_THAT(texts(rows, "group_name"), ElementsAre("large", "Energy", "IX"));
}

TEST_F(MacroTest, NamesTheGroupsThereAreWhenOneIsUnknown) {
  MacroRequest request;
  request.names = {"Enregy"};
  const auto rows = macro(market_.store().reader(), request);

  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(rows.error().message, HasSubstr("`Enregy`"));
  EXPECT_THAT(rows.error().message, HasSubstr("Energy"));
}

TEST_F(MacroTest, OfAListOfTheMembersSaysWhatItSaysOfTheIndex) {
  MacroRequest of_index;
  of_index.names = {"IX"};
  MacroRequest of_list;
  for (int number = 44; number >= 5; --number) {
    of_list.list.push_back(ScannedMarket::name_of(number));
  }
  const store::Reader reader = market_.store().reader();
  const columns::Batch index = ask_macro(reader, of_index);
  const columns::Batch list = ask_macro(reader, of_list);

  EXPECT_THAT(texts(list, "group_kind"), Each("list"));
  for (const char* name : {"names", "breadth", "breadth_z", "common_r", "tilt", "tilt_z",
                           "tilt_within", "discoveries", "group_z_r"}) {
    EXPECT_EQ(texts(list, name), texts(index, name)) << name;
  }
}

TEST_F(MacroTest, CountsAMemberOfAnIndexUnderAnotherSpelling) {
  market_.keep_macro(market_.days().size());
  MacroRequest request;
  request.names = {"IX"};
  MacroRequest of_others;
  for (int number = 5; number < 45; ++number) {
    if (number != ScannedMarket::kClassShare) {
      of_others.list.push_back(ScannedMarket::name_of(number));
    }
  }
  const store::Reader reader = market_.store().reader();
  const std::vector<std::string> stored = texts(ask_macro(reader, request), "names");
  request.stored = false;

  EXPECT_NE(stored, texts(ask_macro(reader, of_others), "names"));
  EXPECT_EQ(texts(ask_macro(reader, request), "names"), stored);
}

TEST_F(MacroTest, OfAFilterHoldsTheFamilyOfThatFilter) {
  MacroRequest request;
  request.filter.emplace();
  request.filter->sector = "Energy";
  request.list_name = "filter";
  MacroRequest of_sector;
  of_sector.names = {"Energy"};
  const store::Reader reader = market_.store().reader();
  const columns::Batch filtered = ask_macro(reader, request);

  EXPECT_THAT(texts(filtered, "group_name"), Each("filter"));
  EXPECT_EQ(texts(filtered, "breadth_z"), texts(ask_macro(reader, of_sector), "breadth_z"));
}

}  // namespace
}  // namespace offex::studies::test
