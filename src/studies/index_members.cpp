#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "offex/studies/index_aggregate.hpp"

// Which securities belong to an index, and when.
namespace offex::studies {
namespace {

constexpr market::Day kFirstDay = market::Day::from_days(std::numeric_limits<std::int32_t>::min());
constexpr market::Day kLastDay = market::Day::from_days(std::numeric_limits<std::int32_t>::max());

void set_price(IndexDefinition& definition, const ProxyMap& proxies, const Axis& axis,
               ProxyRule rule) {
  definition.price_symbol = definition.index;
  definition.price_position = position_of(axis, definition.index);
  const auto proxy = proxies.find(definition.index);
  const bool wanted = rule == ProxyRule::Always || !definition.price_position;
  if (wanted && proxy != proxies.end()) {
    definition.price_symbol = proxy->second;
    definition.price_position = position_of(axis, proxy->second);
    definition.is_proxy = true;
  }
}

std::string capitals_of(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c >= 'A' && c <= 'Z'; });
  return out;
}

}  // namespace

ProxyMap default_proxies() {
  return {{market::Symbol::from_trusted("SPX"), market::Symbol::from_trusted("SPY")}};
}

bool IndexMember::valid_on(market::Day day) const {
  return std::ranges::any_of(valid,
                             [day](const market::DayRange& range) { return range.contains(day); });
}

void settle_members(std::vector<store::Constituent>& constituents, const Axis& axis) {
  // Only names with a class point or a mark of a preferred have several spellings.
  std::vector<market::Symbol> spelled;
  std::ranges::copy_if(axis.symbols, std::back_inserter(spelled), [](const market::Symbol& symbol) {
    return symbol.view().find_first_of(".p") != std::string_view::npos;
  });
  for (store::Constituent& member : constituents) {
    if (member.symbol_code || position_of(axis, member.symbol)) {
      continue;
    }
    const auto meant = market::resolve_symbol(member.symbol.view(), spelled);
    // Names that differ in case alone are two securities.
    if (!meant || capitals_of(meant->view()) != capitals_of(member.symbol.view())) {
      continue;
    }
    if (const auto position = position_of(axis, *meant)) {
      member.symbol = *meant;
      member.symbol_code = axis.codes[*position];
    }
  }
}

Axis index_universe(const Axis& axis, std::span<const store::Constituent> constituents,
                    const ProxyMap& proxies) {
  std::vector<market::Symbol> wanted;
  for (const store::Constituent& row : constituents) {
    wanted.push_back(row.symbol);
    wanted.push_back(row.index);
    const auto proxy = proxies.find(row.index);
    if (proxy != proxies.end()) {
      wanted.push_back(proxy->second);
    }
  }
  std::ranges::sort(wanted);
  Axis out;
  out.days = axis.days;
  for (std::size_t symbol = 0; symbol < axis.symbols.size(); ++symbol) {
    if (std::ranges::binary_search(wanted, axis.symbols[symbol])) {
      out.symbols.push_back(axis.symbols[symbol]);
      out.codes.push_back(axis.codes[symbol]);
    }
  }
  return out;
}

std::vector<IndexDefinition> index_definitions(std::span<const store::Constituent> constituents,
                                               const ProxyMap& proxies, const Axis& axis,
                                               ProxyRule rule) {
  std::map<market::Symbol, std::map<market::Symbol, IndexMember>> by_index;
  for (const store::Constituent& row : constituents) {
    IndexMember& member = by_index[row.index][row.symbol];
    member.valid.push_back({row.valid_from.value_or(kFirstDay), row.valid_to.value_or(kLastDay)});
  }
  std::vector<IndexDefinition> out;
  for (auto& [index, members] : by_index) {
    IndexDefinition definition;
    definition.index = index;
    for (auto& [symbol, member] : members) {
      member.symbol = symbol;
      member.position = position_of(axis, symbol);
      definition.members.push_back(std::move(member));
    }
    set_price(definition, proxies, axis, rule);
    out.push_back(std::move(definition));
  }
  return out;
}

Axis index_axis(std::span<const IndexDefinition> indexes, std::span<const market::Day> days) {
  Axis axis;
  axis.days.assign(days.begin(), days.end());
  for (const IndexDefinition& definition : indexes) {
    axis.symbols.push_back(definition.index);
    axis.codes.push_back(-1);  // an index has no code of its own
  }
  return axis;
}

}  // namespace offex::studies
