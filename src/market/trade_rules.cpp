#include "offex/market/trade_rules.hpp"

#include <array>

namespace offex::market {
namespace {

using enum PriceUpdate;

constexpr auto kConditions = std::to_array<TradeCondition>({
    {0, "@", "Regular Sale", Yes, Yes, true},
    {1, "A", "Acquisition", Yes, Yes, true},
    {2, "W", "Average Price Trade", No, No, true},
    {3, "E", "Automatic Execution", Yes, Yes, true},
    {4, "B", "Bunched Trade", Yes, Yes, true},
    {5, "G", "Bunched Sold Trade", Yes, FirstOnly, true},
    {7, "C", "Cash Sale", No, No, true},
    {8, "6", "Closing Prints", Yes, Yes, true},
    {9, "X", "Cross Trade", Yes, Yes, true},
    {10, "4", "Derivatively Priced", Yes, FirstOnly, true},
    {11, "D", "Distribution", Yes, Yes, true},
    {12, "T", "Form T", No, No, true},
    {13, "U", "Extended Trading Hours (Sold Out of Sequence)", No, No, true},
    {14, "F", "Intermarket Sweep", Yes, Yes, true},
    {15, "M", "Market Center Official Close", No, No, false},
    {16, "Q", "Market Center Official Open", No, No, false},
    {17, "", "Market Center Opening Trade", Unstated, Unstated, true},
    {18, "", "Market Center Reopening Trade", Unstated, Unstated, true},
    {19, "", "Market Center Closing Trade", Unstated, Unstated, true},
    {20, "N", "Next Day", No, No, true},
    {21, "H", "Price Variation Trade", No, No, true},
    {22, "P", "Prior Reference Price", Yes, FirstOnly, true},
    {23, "K", "Rule 155 Trade (AMEX)", Yes, Yes, true},
    {25, "O", "Opening Prints", Yes, Yes, true},
    {27, "1", "Stopped Stock (Regular Trade)", Yes, Yes, true},
    {28, "5", "Re-Opening Prints", Yes, Yes, true},
    {29, "R", "Seller", Yes, FirstOnly, true},
    {30, "L", "Sold Last", Yes, Yes, true},
    {32, "", "Sold Out", Unstated, Unstated, true},
    {33, "Z", "Sold (out of Sequence)", Yes, FirstOnly, true},
    {34, "S", "Split Trade", Yes, Yes, true},
    {36, "Y", "Yellow Flag Regular Trade", Yes, Yes, true},
    {37, "I", "Odd Lot Trade", No, No, true},
    {38, "9", "Corrected Consolidated Close (per listing market)", Yes, Yes, false},
    {41, "X", "Trade Thru Exempt", Yes, Yes, true},
    {44, "", "Cancelled", Unstated, Unstated, true},
    {46, "", "Correction", Unstated, Unstated, true},
    {47, "", "As Of", Unstated, Unstated, true},
    {48, "", "As Of Correction", Unstated, Unstated, true},
    {49, "", "As Of Cancel", Unstated, Unstated, true},
    {52, "V", "Contingent Trade", No, No, true},
    {53, "7", "Qualified Contingent Trade (QCT)", No, No, true},
    {54, "", "Errored", Unstated, Unstated, true},
    {55, "", "Opening Reopening Trade Detail", Unstated, Unstated, true},
});

template <class Picks>
constexpr ConditionMask mask_where(Picks picks) {
  ConditionMask out = 0;
  for (const TradeCondition& condition : kConditions) {
    out |= picks(condition) ? condition_bit(condition.id) : 0;
  }
  return out;
}

constexpr ConditionMask kNoVolume = mask_where([](const auto& c) { return !c.volume; });

constexpr auto kUndirected = std::to_array<std::int64_t>(
    {2, 5, 7, 8, 9, 10, 12, 13, 17, 18, 19, 20, 21, 22, 25, 28, 29, 33, 47, 48, 49, 52, 53, 55});

constexpr ConditionMask kNoDirection = [] {
  ConditionMask out = 0;
  for (const std::int64_t condition : kUndirected) {
    out |= condition_bit(condition);
  }
  return out;
}();

// By id, from 0. The SIPs themselves (5 and 13) have a letter too.
constexpr std::string_view kLetters{"?ABCDEIJKMNPTSLVWXYZHU"};

}  // namespace

std::span<const TradeCondition> trade_conditions() { return kConditions; }

ConditionMask conditions_without_volume() { return kNoVolume; }
ConditionMask conditions_without_direction() { return kNoDirection; }

ConditionMask conditions_without_volume(std::span<const VolumeRule> rules) {
  ConditionMask out = kNoVolume;
  for (const VolumeRule& rule : rules) {
    // Conditions that share the last bit cannot be told apart: they keep counting.
    const bool own = rule.condition >= 0 && rule.condition < 63;
    if (own && rule.updates_volume) {
      const ConditionMask bit = condition_bit(rule.condition);
      out = *rule.updates_volume ? out & ~bit : out | bit;
    }
  }
  return out;
}

char exchange_letter(std::uint8_t exchange) {
  return exchange < kLetters.size() ? kLetters[exchange] : '?';
}

}  // namespace offex::market
