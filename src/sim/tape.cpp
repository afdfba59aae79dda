#include <algorithm>
#include <array>

#include "offex/market/calendar.hpp"

#include "sim/real_math_internal.hpp"
#include "sim/tape_builder_internal.hpp"
#include "sim/text_internal.hpp"

namespace offex::sim {
namespace {

// In the order of `Conditions`.
constexpr std::array kConditions{
    ConditionTraits{"", ""},
    ConditionTraits{"\"14,41\"", "14,41"},
    ConditionTraits{"37", "37", false},
    ConditionTraits{"\"14,37,41\"", "14,37,41", false},
    ConditionTraits{"41", "41"},
    ConditionTraits{"12", "12", false},
    ConditionTraits{"\"12,37\"", "12,37", false},
    ConditionTraits{"25", "25"},
    ConditionTraits{"9", "9"},
    ConditionTraits{"8", "8"},
    ConditionTraits{"16", "16", false, false},
    ConditionTraits{"15", "15", false, false},
    ConditionTraits{"2", "2", false},
    ConditionTraits{"52", "52", false},
    ConditionTraits{"\"41,53\"", "41,53", false},
    ConditionTraits{"33", "33", false},  // may set a high or low, but never does here
};

}  // namespace

const ConditionTraits& traits_of(Conditions conditions) {
  return kConditions[static_cast<std::size_t>(conditions)];
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
