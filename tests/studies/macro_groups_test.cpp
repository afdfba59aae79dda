#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studies/macro_internal.hpp"
#include "studies/macro_session.hpp"

namespace offex::studies {
namespace {

using test::MadeRow;
using test::MadeSession;
using testing::ElementsAre;

/// Names of the members by "kind name".
std::map<std::string, std::vector<std::string>> members(const std::vector<MacroGroup>& groups,
                                                        const MadeSession& made) {
  std::map<std::string, std::vector<std::string>> out;
  const ScanSession session = made.session();
  for (const MacroGroup& group : groups) {
    auto& names = out[std::string{to_string(group.id.kind)} + ' ' + group.id.name];
    for (const std::uint32_t row : group.rows) {
      names.push_back(session.axis->symbols[session.scores->symbol[row]].str());
    }
  }
  return out;
}

std::vector<MadeRow> six() {
  std::vector<MadeRow> out;
  for (const char* name : {"A", "B", "C", "D", "E", "F"}) {
    out.push_back({.symbol = name});
  }
  return out;
}

TEST(MacroGroups, OfTiersAreThirdsByPastDollarVolume) {
  std::vector<MadeRow> rows = six();
  const double dollars[] = {5.0, 60.0, 4.0, 30.0, 900.0, 31.0};
  for (std::size_t index = 0; index < rows.size(); ++index) rows[index].dollars = dollars[index];
  const MadeSession made{"2026-04-17", rows};
  const auto out = members(standard_groups(made.session(), made.facts, made.ranking, {}), made);

  EXPECT_THAT(out.at("tier small"), ElementsAre("A", "C"));
  EXPECT_THAT(out.at("tier mid"), ElementsAre("D", "F"));
  EXPECT_THAT(out.at("tier large"), ElementsAre("B", "E"));
}

TEST(MacroGroups, PutANameWithoutAPriceInTheMarketButInNoTier) {
  std::vector<MadeRow> rows = six();
  for (MadeRow& row : rows) row.dollars = 1.0;
  rows[3].dollars = test::kNull;
  const MadeSession made{"2026-04-17", rows};
  const auto out = members(standard_groups(made.session(), made.facts, made.ranking, {}), made);

  EXPECT_EQ(out.at("market market").size(), 6U);
  std::size_t in_tiers = 0;
  for (const char* tier : {"tier small", "tier mid", "tier large"}) in_tiers += out.at(tier).size();
  EXPECT_EQ(in_tiers, 5U);
}

TEST(MacroGroups, HoldOnlyNamesOfTheDefaultFamily) {
  std::vector<MadeRow> rows = six();
  rows[0].exclusion = Exclusion::ThinBaseline;
  rows[5].exclusion = Exclusion::ShortHistory;
  for (MadeRow& row : rows) row.sector = "Energy";
  const MadeSession made{"2026-04-17", rows};
  const auto out = members(standard_groups(made.session(), made.facts, made.ranking, {}), made);

  EXPECT_THAT(out.at("market market"), ElementsAre("B", "C", "D", "E"));
  EXPECT_THAT(out.at("sector Energy"), ElementsAre("B", "C", "D", "E"));
}

TEST(MacroGroups, KnowNoSectorOfANameWithoutOne) {
  std::vector<MadeRow> rows = six();
  rows[1].sector = "Utilities";
  rows[4].sector = "Energy";
  const MadeSession made{"2026-04-17", rows};
  const auto out = members(standard_groups(made.session(), made.facts, made.ranking, {}), made);

  EXPECT_EQ(out.size(), 3U);  // with the market
  EXPECT_THAT(out.at("sector Energy"), ElementsAre("E"));
  EXPECT_THAT(out.at("sector Utilities"), ElementsAre("B"));
}

TEST(MacroGroups, TakeTheMembersAnIndexHasOnThatDay) {
  const auto name = [](const char* text) { return market::Symbol::from_trusted(text); };
  const MadeSession made{"2026-04-17", six()};
  const std::vector<store::Constituent> list{
      {name("IX"), name("A"), 0, {}, market::Day::parse("2026-04-16").value()},
      {name("IX"), name("B"), 1, {}, market::Day::parse("2026-04-17").value()},
      {name("IX"), name("C"), 2, market::Day::parse("2026-04-18").value(), {}},
      {name("IX"), name("D"), 3, {}, {}},
      {name("IX"), name("GONE"), {}, {}, {}}};
  const auto indexes =
      index_definitions(list, {{name("IX"), name("F")}}, *made.session().axis, ProxyRule::Always);
  const auto groups = standard_groups(made.session(), made.facts, made.ranking, indexes);

  EXPECT_THAT(members(groups, made).at("index IX"), ElementsAre("B", "D"));
  EXPECT_TRUE(groups.back().has_proxy);
  EXPECT_EQ(groups.back().proxy, 5U);
}

TEST(MacroGroups, ComeInOneOrder) {
  std::vector<MadeRow> rows = six();
  for (std::size_t index = 0; index < rows.size(); ++index) {
    rows[index].dollars = static_cast<double>(index);
    rows[index].sector = index % 2 == 0 ? "Utilities" : "Energy";
  }
  const MadeSession made{"2026-04-17", rows};
  std::vector<std::string> names;
  for (const MacroGroup& group : standard_groups(made.session(), made.facts, made.ranking, {})) {
    names.push_back(group.id.name);
  }
  EXPECT_THAT(names, ElementsAre("market", "large", "mid", "small", "Energy", "Utilities"));
}

TEST(MacroGroups, OfAListHoldItsNamesInTheFamily) {
  std::vector<MadeRow> rows = six();
  rows[2].exclusion = Exclusion::FewShares;
  const MadeSession made{"2026-04-17", rows};
  const std::vector<std::size_t> positions{1, 2, 4};
  const MacroGroup some = list_group("mine", made.session(), made.ranking, positions);
  const MacroGroup family = list_group("mine", made.session(), made.ranking, {});

  EXPECT_THAT(members({some}, made).at("list mine"), ElementsAre("B", "E"));
  EXPECT_EQ(family.rows.size(), 5U);
}

TEST(MacroKindWords, ReadBack) {
  for (const char* word : {"market", "tier", "sector", "index", "list"}) {
    EXPECT_EQ(to_string(parse_macro_kind(word).value()), word);
  }
  EXPECT_FALSE(parse_macro_kind("Market"));
}

}  // namespace
}  // namespace offex::studies
