#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "studies/macro_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::array<std::string_view, 5> kKindWords{"market", "tier", "sector", "index", "list"};
// From the smallest.
constexpr std::array<std::string_view, 3> kTierWords{"small", "mid", "large"};
constexpr std::uint32_t kNoRow = 0xFFFF'FFFF;

MacroGroup group_of(MacroKind kind, std::string_view name, const Ranking& ranking) {
  MacroGroup out;
  out.id = {kind, std::string{name}};
  out.ranking = &ranking;
  return out;
}

void add_group(MacroGroup group, std::vector<MacroGroup>& out) {
  if (!group.rows.empty()) {
    std::ranges::sort(group.rows);
    out.push_back(std::move(group));
  }
}

std::vector<std::uint32_t> family_rows(const Ranking& ranking) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t row = 0; row < ranking.exclusion.size(); ++row) {
    if (ranking.exclusion[row] == Exclusion::None) {
      out.push_back(row);
    }
  }
  return out;
}

/// Thirds of the names with a past dollar volume.
void add_tiers(const ScanSession& session, const Ranking& ranking,
               const std::vector<std::uint32_t>& family, std::vector<MacroGroup>& out) {
  struct Place {
    double dollars;
    std::uint32_t row;
  };
  std::vector<Place> order;
  for (const std::uint32_t row : family) {
    const double dollars = session.dollar_volume[session.scores->symbol[row]];
    if (!std::isnan(dollars)) {
      order.push_back({dollars, row});
    }
  }
  std::ranges::sort(order, [](const Place& a, const Place& b) {
    return a.dollars != b.dollars ? a.dollars < b.dollars : a.row < b.row;
  });
  std::vector<MacroGroup> tiers;
  tiers.reserve(kTierWords.size());
  for (const std::string_view word : kTierWords) {
    tiers.push_back(group_of(MacroKind::Tier, word, ranking));
  }
  for (std::size_t index = 0; index < order.size(); ++index) {
    tiers[index * tiers.size() / order.size()].rows.push_back(order[index].row);
  }
  for (MacroGroup& tier : tiers) {
    add_group(std::move(tier), out);
  }
}

void add_sectors(const ScanSession& session, const SecurityFacts& facts, const Ranking& ranking,
                 const std::vector<std::uint32_t>& family, std::vector<MacroGroup>& out) {
  std::vector<MacroGroup> sectors;
  sectors.reserve(facts.sectors.size());
  for (const std::string& name : facts.sectors) {
    sectors.push_back(group_of(MacroKind::Sector, name, ranking));
  }
  for (const std::uint32_t row : family) {
    const std::uint32_t sector = facts.sector[session.scores->symbol[row]];
    if (sector != 0) {
      sectors[sector].rows.push_back(row);
    }
  }
  for (MacroGroup& sector : sectors) {
    add_group(std::move(sector), out);
  }
}

void add_indexes(const ScanSession& session, const Ranking& ranking,
                 const std::vector<std::uint32_t>& family, std::span<const IndexDefinition> indexes,
                 std::vector<MacroGroup>& out) {
  std::vector<std::uint32_t> row_of(session.axis->symbols.size(), kNoRow);
  for (const std::uint32_t row : family) {
    row_of[session.scores->symbol[row]] = row;
  }
  for (const IndexDefinition& definition : indexes) {
    MacroGroup group = group_of(MacroKind::Index, definition.index.view(), ranking);
    group.has_proxy = true;
    group.proxy = definition.price_position;
    for (const IndexMember& member : definition.members) {
      const bool counts = member.position && row_of[*member.position] != kNoRow;
      if (counts && member.valid_on(session.day)) {
        group.rows.push_back(row_of[*member.position]);
      }
    }
    add_group(std::move(group), out);
  }
}

}  // namespace

std::string_view to_string(MacroKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }

std::optional<MacroKind> parse_macro_kind(std::string_view text) {
  const auto found = std::ranges::find(kKindWords, text);
  if (found == kKindWords.end()) {
    return std::nullopt;
  }
  return static_cast<MacroKind>(found - kKindWords.begin());
}

std::vector<MacroGroup> standard_groups(const ScanSession& session, const SecurityFacts& facts,
                                        const Ranking& ranking,
                                        std::span<const IndexDefinition> indexes) {
  const std::vector<std::uint32_t> family = family_rows(ranking);
  std::vector<MacroGroup> out;
  MacroGroup market = group_of(MacroKind::Market, to_string(MacroKind::Market), ranking);
  market.rows = family;
  add_group(std::move(market), out);
  add_tiers(session, ranking, family, out);
  add_sectors(session, facts, ranking, family, out);
  add_indexes(session, ranking, family, indexes, out);
  std::ranges::sort(out, {}, &MacroGroup::id);
  return out;
}

MacroGroup list_group(const std::string& name, const ScanSession& session, const Ranking& ranking,
                      std::optional<std::span<const std::size_t>> positions) {
  MacroGroup out = group_of(MacroKind::List, name, ranking);
  out.rows = family_rows(ranking);
  if (positions) {
    std::erase_if(out.rows, [&](std::uint32_t row) {
      return !std::ranges::binary_search(*positions, std::size_t{session.scores->symbol[row]});
    });
  }
  return out;
}

}  // namespace offex::studies
