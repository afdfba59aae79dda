#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "sim/random_internal.hpp"
#include "sim/real_math_internal.hpp"
#include "sim/universe_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::uint64_t kUniverseStream = 0xA11CE;
constexpr std::uint64_t kEpisodeStream = 0xE9150DE;

struct KnownName {
  std::string_view symbol;
  Kind kind;
  double log_volume;  // 0: drawn
};

// Spellings that break naive readers: classes, preferreds, twins by case, words that look like
// nulls and booleans, a test issue.
constexpr std::array kKnownNames{
    KnownName{kIndexName, Kind::Fund, 17.0},  KnownName{"BRK.B", Kind::Common, 15.0},
    KnownName{"TPC", Kind::Common, 12.5},     KnownName{"TpC", Kind::Preferred, 8.5},
    KnownName{"ABR", Kind::Common, 14.0},     KnownName{"ABRpD", Kind::Preferred, 8.0},
    KnownName{"NA", Kind::Common, 11.0},      KnownName{"NULL", Kind::Common, 12.0},
    KnownName{"TRUE", Kind::Common, 10.5},    KnownName{"ON", Kind::Common, 15.5},
    KnownName{"ACHR", Kind::Common, 16.0},    KnownName{"ACHR.WS", Kind::Warrant, 11.0},
    KnownName{"AACT", Kind::Common, 10.0},    KnownName{"AACT.U", Kind::Unit, 6.5},
    KnownName{"ZVZZT", Kind::TestIssue, 5.0}, KnownName{"BRK.A", Kind::Common, 7.0},
    KnownName{"NAN", Kind::Common, 9.5},      KnownName{"BCPC", Kind::Common, 11.5},
    KnownName{"BCpC", Kind::Preferred, 6.0},  KnownName{"CELGr", Kind::Right, 9.0},
    KnownName{"HWMp", Kind::Preferred, 5.5},  KnownName{"VST.WS.A", Kind::Warrant, 7.5},
};

constexpr std::array<std::string_view, 11> kSectors{"Communication Services",
                                                    "Consumer Discretionary",
                                                    "Consumer Staples",
                                                    "Energy",
                                                    "Financials",
                                                    "Health Care",
                                                    "Industrials",
                                                    "Information Technology",
                                                    "Materials",
                                                    "Real Estate",
                                                    "Utilities"};

struct KindTraits {
  double log_volume, volume_spread, log_price, price_spread, volatility, market_beta;
};

// Volumes of common stocks span five decades between a thin micro cap and an index heavyweight.
KindTraits traits_of(Kind kind) {
  switch (kind) {
    case Kind::Common:
      return {11.6, 2.1, 2.9, 1.3, 0.024, 1.1};
    case Kind::Fund:
      return {10.2, 2.2, 3.6, 0.6, 0.006, 0.9};
    case Kind::Preferred:
      return {7.6, 1.2, 3.1, 0.15, 0.006, 0.2};
    case Kind::Warrant:
      return {8.6, 1.5, -0.6, 1.1, 0.060, 1.3};
    case Kind::Unit:
      return {6.2, 1.4, 2.35, 0.04, 0.004, 0.1};
    case Kind::Right:
      return {8.0, 1.3, -1.2, 0.7, 0.060, 0.5};
    case Kind::TestIssue:
      return {5.0, 0.5, 2.3, 0.1, 0.010, 0.0};
    case Kind::Otc:
      return {9.2, 1.8, 0.5, 1.7, 0.035, 0.6};
  }
  return {};
}

class Names {
 public:
  explicit Names(Random& random) : random_{random} {
    for (const KnownName& known : kKnownNames) used_.insert(std::string{known.symbol});
  }

  std::string letters(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(static_cast<char>('A' + static_cast<char>(random_.below(26))));
    }
    return out;
  }

  /// Draws until `make` gives a name that is free. The names are many more than the securities.
  template <class Make>
  std::string fresh(Make make) {
    while (true) {
      std::string name = make();
      if (used_.insert(name).second) return name;
    }
  }

 private:
  Random& random_;
  std::unordered_set<std::string> used_;
};

Kind draw_kind(Random& random) {
  const double u = random.uniform();
  if (u < 0.68) return Kind::Common;
  if (u < 0.90) return Kind::Fund;
  if (u < 0.94) return Kind::Preferred;
  if (u < 0.97) return Kind::Warrant;
  if (u < 0.99) return Kind::Unit;
  return Kind::Right;
}

std::string draw_name(Kind kind, Random& random, Names& names) {
  auto stem = [&] { return names.letters(random.chance(0.55) ? 4 : 3); };
  const bool nasdaq = random.chance(0.5);
  switch (kind) {
    case Kind::Preferred:

      return names.fresh([&] {
        const std::string issuer = stem();  // first: operands of + come in any order
        return issuer + "p" + names.letters(1);
      });
    case Kind::Warrant:
      return names.fresh([&] { return nasdaq ? names.letters(4) + "W" : stem() + ".WS"; });
    case Kind::Unit:
      return names.fresh([&] { return nasdaq ? names.letters(4) + "U" : stem() + ".U"; });
    case Kind::Right:
      return names.fresh([&] { return nasdaq ? names.letters(4) + "R" : stem() + "r"; });
    case Kind::Otc:
      return names.fresh([&] { return names.letters(4) + (nasdaq ? "F" : "Y"); });
    case Kind::Common:
      if (random.chance(0.02)) return names.fresh([&] { return stem() + (nasdaq ? ".A" : ".B"); });
      break;
    case Kind::Fund:
    case Kind::TestIssue:
      break;
  }
  return names.fresh(stem);
}

// Recent listings have short histories, some names leave, and a few skip sessions.
void draw_life(Security& security, Random& random, int days) {
  security.last_session = days - 1;
  const auto span = static_cast<std::uint64_t>(std::max(days, 1));
  const double u = random.uniform();
  const auto at = static_cast<int>(random.below(span));
  if (u < 0.03) {
    security.first_session = at;
  } else if (u < 0.05) {
    security.last_session = at;
  }
  if (random.chance(0.02)) security.gap_chance = 0.15;
}

Security draw_security(std::string_view name, Kind kind, double log_volume, Random& random) {
  const KindTraits traits = traits_of(kind);
  Security out;
  out.symbol = market::Symbol::from_trusted(name);
  out.finra_symbol = name;
  std::ranges::replace(out.finra_symbol, '.', '/');
  out.kind = kind;
  out.sector = kSectors[random.below(kSectors.size())];
  const double drawn = traits.log_volume + traits.volume_spread * random.normal();
  out.log_volume = std::clamp(log_volume > 0.0 ? log_volume : drawn, 4.5, 18.2);
  out.first_price = portable_exp(traits.log_price + traits.price_spread * random.normal());
  out.volatility = traits.volatility * portable_exp(0.35 * random.normal());
  out.market_beta = traits.market_beta + 0.35 * random.normal() * traits.market_beta;
  // Retail-heavy cheap names trade more off exchange.
  const double cheap = out.first_price < 5.0 ? 0.35 : 0.0;
  out.offex_logit = logit(0.44) + cheap + 0.30 * random.normal();
  out.short_logit = logit(0.45) + 0.28 * random.normal();
  out.nyse_share = logistic(logit(0.22) + 0.4 * random.normal());
  out.chicago_share = out.log_volume > 10.5 ? 0.02 * random.uniform() : 0.0;
  out.shares_outstanding =
      static_cast<std::int64_t>(portable_exp(out.log_volume + 4.6 + 0.5 * random.normal()));
  return out;
}

void tune_known(Security& security) {
  if (security.symbol.view() == kIndexName) {
    security.first_price = 412.5;
    security.volatility = 0.0008;
    security.market_beta = 1.0;
  } else if (security.symbol.view() == "BRK.A") {
    security.first_price = 712'345.0;
    security.volatility = 0.008;
  } else if (security.symbol.view() == "BRK.B") {
    security.first_price = 474.9;
    security.volatility = 0.008;
  } else if (security.kind == Kind::TestIssue) {
    security.gap_chance = 0.4;
  }
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::Common:
      return "common";
    case Kind::Fund:
      return "fund";
    case Kind::Preferred:
      return "preferred";
    case Kind::Warrant:
      return "warrant";
    case Kind::Unit:
      return "unit";
    case Kind::Right:
      return "right";
    case Kind::TestIssue:
      return "test";
    case Kind::Otc:
      return "otc";
  }
  return "unknown";
}

std::vector<Security> make_universe(const MarketSpec& spec) {
  Random random{spec.seed, kUniverseStream};
  Names names{random};
  std::vector<Security> out;
  const std::size_t otc = std::max<std::size_t>(3, spec.symbols / 50);
  out.reserve(spec.symbols + otc);
  for (std::size_t i = 0; i < spec.symbols + otc; ++i) {
    if (i < std::min(spec.symbols, kKnownNames.size())) {
      const KnownName& known = kKnownNames[i];
      out.push_back(draw_security(known.symbol, known.kind, known.log_volume, random));
      tune_known(out.back());
      out.back().last_session = spec.days - 1;
      continue;
    }
    const Kind kind = i < spec.symbols ? draw_kind(random) : Kind::Otc;
    out.push_back(draw_security(draw_name(kind, random, names), kind, 0.0, random));
    draw_life(out.back(), random, spec.days);
  }
  return out;
}

std::vector<Episode> make_episodes(const MarketSpec& spec, const std::vector<Security>& universe) {
  Random random{spec.seed, kEpisodeStream};
  const auto days = static_cast<std::uint64_t>(spec.days);
  const int warm_up = spec.days > 30 ? 20 : 0;  // scanners need a baseline before an episode
  std::vector<Episode> out;
  // About one session in 25 of a name that can have an episode lies in one.
  for (std::size_t index = 0; index < universe.size(); ++index) {
    const Security& security = universe[index];
    const bool fit = security.kind == Kind::Common && security.log_volume > 9.0 &&
                     security.first_session == 0 && security.last_session == spec.days - 1;
    const double chance = std::min(0.5, static_cast<double>(days) / 60.0 * 0.12);
    const bool chosen = random.chance(chance);
    const auto length = 3 + static_cast<int>(random.below(8));
    if (!fit || !chosen || warm_up + length > spec.days) continue;
    Episode episode{.security = index};
    const auto room = days - static_cast<std::uint64_t>(warm_up + length) + 1;
    episode.first = warm_up + static_cast<int>(random.below(room));
    episode.last = episode.first + length - 1;
    episode.accumulation = random.chance(0.5);
    episode.strength = std::floor(50.0 + 151.0 * random.uniform()) / 100.0;
    out.push_back(episode);
  }
  return out;
}

std::vector<std::size_t> index_members(const std::vector<Security>& universe) {
  std::vector<std::pair<double, std::size_t>> ranked;
  for (std::size_t index = 0; index < universe.size(); ++index) {
    const Security& security = universe[index];
    if (security.kind != Kind::Common) continue;
    ranked.emplace_back(-(security.log_volume + portable_log(security.first_price)), index);
  }
  std::ranges::sort(ranked);
  const std::size_t count = std::min<std::size_t>(50, std::max<std::size_t>(3, ranked.size() / 6));
  std::vector<std::size_t> out;
  for (const auto& [rank, index] : ranked) {
    if (out.size() < count) out.push_back(index);
  }
  return out;
}

}  // namespace offex::sim
