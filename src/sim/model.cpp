#include <algorithm>
#include <cmath>

#include "offex/market/calendar.hpp"

#include "sim/model_internal.hpp"
#include "sim/real_math_internal.hpp"
#include "sim/text_internal.hpp"

namespace offex::sim {
namespace {

// Fat tails of returns must not go through exp() unbounded: a day a thousand times the usual is not
// of this world.
constexpr double kLargestShock = 6.0;
constexpr double kLargestBurst = 2.5;

constexpr std::uint64_t kMarketStream = 0x3A24E7;
constexpr std::uint64_t kSecurityStream = 0x100000;
constexpr double kUsualTradeSize = 110.0;  // shares, on average

bool is_fractional_era(market::Day day) {
  return day >= market::Day::from_civil({.year = 2026, .month = 2, .day = 23});
}

// Options expire on the third Friday, the weeks around Christmas are quiet.
double calendar_effect(market::Day day) {
  const market::CivilDate date = day.civil();
  double effect = 0.0;
  switch (day.weekday()) {
    case market::Weekday::Monday:
      effect = -0.05;
      break;
    case market::Weekday::Friday:
      effect = date.day >= 15 && date.day <= 21 ? 0.25 : 0.02;
      break;
    default:
      break;
  }
  if (date.month == 12 && date.day >= 23) effect -= 0.3;
  if (market::is_early_close(day)) effect -= 0.693147180559945;  // half the hours
  return effect;
}

/// Rounds down to whole shares, or keeps a fraction: published numbers are either.
std::int64_t reported(double shares, bool fraction, Random& random) {
  const double whole = std::floor(shares);
  const auto units = static_cast<std::int64_t>(whole) * kShare;
  if (!fraction || !random.chance(shares / (shares + 1'500.0))) return units;
  return units + static_cast<std::int64_t>((shares - whole) * static_cast<double>(kShare));
}

std::int64_t on_tick(double dollars) {
  const double units = std::max(dollars, 0.0001) * 10'000.0;
  const double tick = units >= 10'000.0 ? 100.0 : 1.0;
  return static_cast<std::int64_t>(std::max(std::floor(units / tick + 0.5) * tick, 1.0));
}

double clamp_ratio(double ratio) { return std::clamp(ratio, 0.0, 1.0); }

}  // namespace

MarketModel::MarketModel(const MarketSpec& spec, const std::vector<Security>& universe,
                         const std::vector<Episode>& episodes)
    : universe_{universe},
      states_(universe.size()),
      seed_{spec.seed},
      trade_size_{spec.trade_size} {
  for (std::size_t index = 0; index < universe.size(); ++index) {
    states_[index].log_price = portable_log(universe[index].first_price);
  }
  for (const Episode& episode : episodes) states_[episode.security].episode = &episode;
}

void MarketModel::step(market::Day day, std::vector<Trading>& out) {
  const Session session = next_session(day);
  out.assign(universe_.size(), Trading{});
  for (std::size_t index = 0; index < universe_.size(); ++index) {
    trade(session, index, out[index]);
  }
}

MarketModel::Session MarketModel::next_session(market::Day day) {
  Random random{seed_, kMarketStream, static_cast<std::uint64_t>(next_index_)};
  Session session{.day = day, .index = next_index_++, .fractional = is_fractional_era(day)};
  const double shock = random.fat_tailed();
  session.market_return = 0.0003 + market_volatility_ * shock;
  // Calm and wild stretches: volatility remembers the size of the last move.
  market_volatility_ =
      std::clamp(0.0008 + 0.82 * market_volatility_ + 0.10 * market_volatility_ * std::fabs(shock),
                 0.004, 0.03);
  market_volume_ = 0.6 * market_volume_ + 0.06 * random.normal();
  session.log_volume = market_volume_ + calendar_effect(day) + 0.05 * std::fabs(shock);
  session.adf_open = random.chance(0.15);
  return session;
}

void MarketModel::trade(const Session& session, std::size_t index, Trading& out) {
  const Security& security = universe_[index];
  State& state = states_[index];
  if (session.index < security.first_session || session.index > security.last_session) return;
  Random random{seed_, kSecurityStream + index, static_cast<std::uint64_t>(session.index)};

  const Episode* episode = state.episode;
  const bool active =
      episode != nullptr && episode->first <= session.index && session.index <= episode->last;
  const double strength = active ? episode->strength : 0.0;
  const double push = active && !episode->accumulation ? -strength : strength;

  const double shock = random.fat_tailed();
  state.log_price +=
      security.market_beta * session.market_return + security.volatility * shock + 0.002 * push;
  state.log_price = std::clamp(state.log_price, -7.0, 14.0);
  state.volume_memory = 0.5 * state.volume_memory + 0.33 * random.normal();
  state.short_memory = 0.65 * state.short_memory + 0.10 * random.normal();
  const double burst =
      random.chance(0.01) ? 1.2 * std::min(std::fabs(random.fat_tailed()), kLargestBurst) : 0.0;
  const double log_volume = security.log_volume + session.log_volume + state.volume_memory +
                            0.28 * std::min(std::fabs(shock), kLargestShock) + burst +
                            0.30 * strength;
  const double shares = portable_exp(log_volume);
  const double trades = shares / kUsualTradeSize;
  if (random.chance(security.gap_chance) || random.chance(portable_exp(-trades))) return;

  out.volume = std::max(reported(shares, session.fractional, random), kShare);
  out.push = static_cast<float>(push);
  draw_prices(session, security, state, shock, random, out);
  if (trades < 2.0) out.open = out.high = out.low = out.close;
  report_off_exchange(session, security, state, push, random, out);
  split_volume(security, random, out);
}

void MarketModel::draw_prices(const Session& session, const Security& security, State& state,
                              double shock, Random& random, Trading& out) const {
  const double own = security.volatility + 0.3 * std::fabs(session.market_return);
  const double gap = 0.35 * own * random.normal();
  const double day_move =
      security.market_beta * session.market_return + security.volatility * shock;
  const double close = portable_exp(state.log_price);
  const double open = portable_exp(state.log_price - 0.7 * day_move + gap);
  const double reach = 0.5 * own;
  out.open = on_tick(open);
  out.close = on_tick(close);
  const double up = 1.0 + reach * std::fabs(random.normal());
  const double down = 1.0 + reach * std::fabs(random.normal());
  out.high = std::max({out.open, out.close, on_tick(std::max(open, close) * up)});
  out.low = std::min({out.open, out.close, on_tick(std::min(open, close) / down)});
}

void MarketModel::report_off_exchange(const Session& session, const Security& security,
                                      State& state, double push, Random& random,
                                      Trading& out) const {
  const double usual = security.offex_logit + 0.22 * random.normal() + 0.25 * std::fabs(push);
  const double share = std::clamp(logistic(usual), 0.02, 0.95);
  const double shares = static_cast<double>(out.volume) / static_cast<double>(kShare) * share;
  const auto trades =
      std::max<std::int64_t>(static_cast<std::int64_t>(shares / kUsualTradeSize), 1);

  // Beta-binomial: the ratio itself is uncertain, and few trades make it coarse.
  const double mean = logistic(security.short_logit + state.short_memory + 0.45 * push);
  const double weight = 25.0 + 12.0 * portable_log(1.0 + static_cast<double>(trades));
  const double chance = random.beta(weight * mean, weight * (1.0 - mean));
  const double ratio =
      static_cast<double>(random.binomial(trades, chance)) / static_cast<double>(trades);
  const double draw = random.uniform();
  const double exempt = random.chance(0.6) ? 0.012 * draw * draw : 0.0;

  std::array<double, kNumVenues> parts{};
  if (security.kind == Kind::Otc) {
    parts[static_cast<std::size_t>(Venue::Otc)] = 1.0;
  } else {
    const bool adf = session.adf_open && security.log_volume > 13.0 && random.chance(0.1);
    parts = {1.0, security.nyse_share, security.chicago_share, adf ? 0.001 : 0.0, 0.0};
    parts[0] -= parts[1] + parts[2] + parts[3];
  }
  // The OTC facility kept whole shares when the others became fractional.
  const bool fraction = session.fractional && security.kind != Kind::Otc;
  for (std::size_t venue = 0; venue < kNumVenues; ++venue) {
    ShortVolume& row = out.venues[venue];
    row.total = reported(shares * parts[venue], fraction, random);
    if (row.total == 0) continue;
    const auto total = static_cast<double>(row.total) / static_cast<double>(kShare);
    const double spread = venue == 0 ? 0.0 : 0.03 * random.normal();
    const double marked = total * clamp_ratio(ratio + spread);
    row.short_volume = std::min(reported(marked, fraction, random), row.total);
    const double exempt_shares =
        static_cast<double>(row.short_volume) / static_cast<double>(kShare) * exempt;
    const bool odd = fraction && random.chance(0.1);
    row.exempt = std::min(reported(exempt_shares, odd, random), row.short_volume);
  }
}

// What FINRA's facilities do not report is split between exchanges and the hours before and after.
// The weekly figures hold those hours, the daily ones do not.
void MarketModel::split_volume(const Security& security, Random& random, Trading& out) const {
  const std::int64_t finra = out.facility_volume();
  const double reach = 0.01 + 0.09 * random.uniform();
  const auto wanted =
      static_cast<std::int64_t>(static_cast<double>(finra / kShare) * reach) * kShare;
  const auto trades_of = [this](std::int64_t volume) {
    const double trades = static_cast<double>(volume / kShare) / trade_size_;
    return volume == 0 ? 0 : std::max(static_cast<std::int32_t>(trades), 1);
  };
  for (std::size_t venue = 0; venue < kNumVenues; ++venue) {
    out.venue_trades[venue] = trades_of(out.venues[venue].total);
  }
  if (security.kind == Kind::Otc) {
    out.volume = 0;  // the vendor's files hold listed names only
    out.extended = wanted;
    out.extended_trades = trades_of(wanted);
    return;
  }
  const std::int64_t left = out.volume - finra;
  // Exchanges trade whole shares, so a fraction must have been elsewhere.
  out.extended = std::min(wanted, left / kShare / 2 * kShare) + left % kShare;
  if (left < kShare) out.volume += kShare;
  const std::int64_t shares = out.exchange_volume() / kShare;
  if (shares < prices_to_print(out)) out.open = out.high = out.low = out.close;
  out.extended_trades = trades_of(out.extended);
  out.exchange_trades = std::max(trades_of(shares * kShare), prices_to_print(out));
  out.transactions = out.exchange_trades + out.extended_trades;
  for (const std::int32_t trades : out.venue_trades) out.transactions += trades;
}

int prices_to_print(const Trading& trading) {
  if (trading.high == trading.low) return 1;
  const std::int64_t top = std::max(trading.open, trading.close);
  const std::int64_t bottom = std::min(trading.open, trading.close);
  return 2 + (trading.high > top ? 1 : 0) + (trading.low < bottom ? 1 : 0);
}

}  // namespace offex::sim
