#include <algorithm>
#include <array>
#include <string>

#include "offex/market/calendar.hpp"
#include "offex/market/trade_rules.hpp"

#include "sim/http_internal.hpp"
#include "sim/real_math_internal.hpp"
#include "sim/tape_builder_internal.hpp"
#include "sim/text_internal.hpp"

namespace offex::sim {
namespace {

// Conditions of a trade as a cell of a flat file, in the order of `Conditions`.
constexpr std::array<std::string_view, 16> kCells{
    "",  "\"14,41\"", "37", "\"14,37,41\"", "41", "12", "\"12,37\"", "25",
    "9", "8",         "16", "15",           "2",  "52", "\"41,53\"", "33"};

/// A condition that sets prices only as the first one of the day never does so here.
ConditionTraits traits_of_cell(std::string_view cell) {
  ConditionTraits out{.csv = cell, .json = cell};
  if (cell.starts_with('"')) out.json = cell.substr(1, cell.size() - 2);
  for (const std::string_view text : split_text(out.json, ',')) {
    for (const market::TradeCondition& condition : market::trade_conditions()) {
      if (text != std::to_string(condition.id)) continue;
      out.price &= condition.high_low == market::PriceUpdate::Yes &&
                   condition.last == market::PriceUpdate::Yes;
      out.volume &= condition.volume;
    }
  }
  return out;
}

std::array<ConditionTraits, kCells.size()> all_traits() {
  std::array<ConditionTraits, kCells.size()> out;
  std::ranges::transform(kCells, out.begin(), &traits_of_cell);
  return out;
}

}  // namespace

const ConditionTraits& traits_of(Conditions conditions) {
  static const std::array<ConditionTraits, kCells.size()> traits = all_traits();
  return traits[static_cast<std::size_t>(conditions)];
}

TapeSession tape_session(market::Day day, int index, std::uint64_t seed) {
  const market::Day lots = market::Day::from_civil({.year = 2025, .month = 11, .day = 3});
  const market::Day fractions = market::Day::from_civil({.year = 2026, .month = 2, .day = 23});
  const auto hours = market::session_hours(day);
  TapeSession out{.day = day, .index = index, .seed = seed};
  out.first = market::from_new_york(day, 4).nanos();
  out.last = market::from_new_york(day, 20).nanos();
  out.open = hours ? hours->open.nanos() : out.first;
  out.close = hours ? hours->close.nanos() : out.last;
  out.fractional = day >= fractions;
  out.share_sizes = day >= lots;
  out.tiered_lots = day >= lots;
  return out;
}

std::int64_t PrintGroup::take(Random& random, bool fractional, std::int64_t at_least) {
  --count;
  const std::int64_t most = left - count * kShare;  // a share for each of the others
  std::int64_t size = left;
  if (count > 0) {
    const double mean =
        static_cast<double>(left) / static_cast<double>(count + 1) / static_cast<double>(kShare);
    const double drawn = -mean * portable_log(1.0 - random.uniform());
    auto shares = static_cast<std::int64_t>(drawn) + 1;
    const bool round = random.uniform() < (shares < 100 ? 0.35 : 0.8);
    if (round && shares >= 50) shares = (shares + 50) / 100 * 100;
    size = std::clamp(std::max(shares, at_least) * kShare, kShare, std::max(most, kShare));
    if (fractional && size < most && random.uniform() < 0.08) {
      size -= static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(kShare - 1)));
    }
  }
  left -= size;
  return size;
}

void SymbolTape::build(const Security& security, std::size_t index, const Trading& trading,
                       const TapeSession& session) {
  trades_.clear();
  quotes_.clear();
  listing_ = listing_of(security);
  TapeBuilder{security, index, trading, session, *this}.run();
}

}  // namespace offex::sim
