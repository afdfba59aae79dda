// Which securities the members of a list are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/studies/index_aggregate.hpp"

namespace offex::studies {
namespace {

using testing::ElementsAre;

market::Symbol name(std::string_view text) { return market::Symbol::from_trusted(text); }

Axis axis_of(const std::vector<std::string>& symbols) {
  Axis axis;
  for (const std::string& symbol : symbols) {
    axis.codes.push_back(static_cast<std::int32_t>(10 + axis.symbols.size()));
    axis.symbols.push_back(name(symbol));
  }
  return axis;
}

/// The names of the members of one list after they were settled.
std::vector<std::string> settled(const std::vector<std::string>& members, const Axis& axis) {
  std::vector<store::Constituent> rows;
  for (const std::string& member : members) {
    rows.push_back({name("IX"), name(member), {}, {}, {}});
  }
  settle_members(rows, axis);
  std::vector<std::string> out;
  for (const store::Constituent& row : rows) out.push_back(row.symbol.str());
  return out;
}

TEST(IndexMembers, OfAnySpellingOfAClassShareAreItsOneIdentity) {
  const Axis axis = axis_of({"A", "BRK.A", "BRK.B", "BRKS"});

  EXPECT_THAT(settled({"BRK.B", "BRK/B", "BRK-B", "BRK B", "BRKB"}, axis),
              ElementsAre("BRK.B", "BRK.B", "BRK.B", "BRK.B", "BRK.B"));
}

TEST(IndexMembers, GetTheCodeOfTheSecurityThatTheyAre) {
  std::vector<store::Constituent> rows{{name("IX"), name("BRK/B"), {}, {}, {}}};

  settle_members(rows, axis_of({"A", "BRK.B"}));

  EXPECT_EQ(rows[0].symbol_code, 11);
}

TEST(IndexMembers, StayAsTheyAreWhereTheSpellingFitsSeveralOrNone) {
  EXPECT_THAT(settled({"ABC.D", "ABCD", "GONE"}, axis_of({"A.BCD", "AB.CD"})),
              ElementsAre("ABC.D", "ABCD", "GONE"));
}

TEST(IndexMembers, WithANameOfTheirOwnKeepIt) {
  EXPECT_THAT(settled({"BRKB"}, axis_of({"BRK.B", "BRKB"})), ElementsAre("BRKB"));
}

TEST(IndexMembers, AreNoneOfANameThatDiffersInCase) {
  EXPECT_THAT(settled({"TPC", "brk.b"}, axis_of({"BRK.B", "TpC"})), ElementsAre("TPC", "brk.b"));
}

TEST(IndexMembers, ReadTheMarkOfAPreferred) {
  EXPECT_THAT(settled({"ABR$D"}, axis_of({"ABRpD"})), ElementsAre("ABRpD"));
}

TEST(IndexMembers, OfTwoSpellingsAreOneMember) {
  const Axis axis = axis_of({"BRK.B"});
  std::vector<store::Constituent> rows{
      {name("IX"), name("BRK-B"), {}, {}, market::Day::from_days(10)},
      {name("IX"), name("BRK.B"), {}, market::Day::from_days(20), {}}};
  settle_members(rows, axis);

  const auto indexes = index_definitions(rows, {}, axis, ProxyRule::Always);

  ASSERT_EQ(indexes.at(0).members.size(), 1U);
  EXPECT_TRUE(indexes[0].members[0].valid_on(market::Day::from_days(10)));
  EXPECT_FALSE(indexes[0].members[0].valid_on(market::Day::from_days(11)));
  EXPECT_TRUE(indexes[0].members[0].valid_on(market::Day::from_days(20)));
}

}  // namespace
}  // namespace offex::studies
