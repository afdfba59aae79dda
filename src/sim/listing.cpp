#include <algorithm>

#include <fmt/format.h>

#include "sim/listing_internal.hpp"

namespace offex::sim {
namespace {

constexpr Listing kNyse{'N', 10, 1};
constexpr Listing kArca{'P', 11, 2};
constexpr Listing kNasdaq{'Q', 12, 3};

std::string_view title_of(Kind kind) {
  switch (kind) {
    case Kind::Common:
    case Kind::Otc:
      return ", Inc. Common Stock";
    case Kind::Fund:
      return " ETF";
    case Kind::Preferred:
      return ", Inc. Preferred Stock";
    case Kind::Warrant:
      return ", Inc. Warrants";
    case Kind::Unit:
      return " Acquisition Corp. Units";
    case Kind::Right:
      return ", Inc. Rights";
    case Kind::TestIssue:
      return " Test Issue";
  }
  return "";
}

}  // namespace

Listing listing_of(const Security& security) {
  if (security.kind == Kind::Fund) return kArca;
  const std::string_view name = security.symbol.view();
  const bool plain = std::ranges::all_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
  return plain && name.size() >= 4 && name != "AACT" && name != "ACHR" ? kNasdaq : kNyse;
}

std::string name_of(const Security& security) {
  return fmt::format("Simulated {}{}", security.symbol.view(), title_of(security.kind));
}

std::string weekly_symbol(const Security& security) {
  const auto spelled = market::spell(security.symbol, market::SymbolStyle::FinraWeekly);
  return spelled ? spelled->str() : security.symbol.str();
}

}  // namespace offex::sim
