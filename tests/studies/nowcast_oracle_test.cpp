#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <tuple>

#include <gtest/gtest.h>

#include "studies/nowcast_panels.hpp"

namespace offex::studies::test {
namespace {

/// The definition of docs/nowcast.md, one symbol and week at a time.
class Oracle {
 public:
  explicit Oracle(const NowcastInputs& in) : in_{in} {}

  struct Answer {
    double log_ratio{kNan};
    double scale{kNan};
    std::size_t weeks{0};
  };

  [[nodiscard]] Answer expect(std::size_t week, std::size_t symbol, double known) {
    const int tier = tier_at(week, symbol, known);
    Tier of_tier = tier >= 0 ? fit(week, known, tier) : fit(week, known, -1);
    const Tier all = fit(week, known, -1);
    if (std::isnan(of_tier.centre)) of_tier.centre = all.centre;
    if (std::isnan(of_tier.within)) {
      of_tier.within = all.within;
      of_tier.between = all.between;
    }
    const std::vector<double> own = ratios(week, symbol, known);
    const auto n = static_cast<double>(own.size());
    const double within = of_tier.within * of_tier.within;
    double weight = n / (n + 1.0);
    if (!std::isnan(within)) {
      weight = n * of_tier.between + within > 0
                   ? n * of_tier.between / (n * of_tier.between + within)
                   : 1.0;
    }
    if (own.empty()) weight = 0.0;
    Answer out;
    out.weeks = own.size();
    out.log_ratio = (own.empty() ? 0.0 : weight * middle(own)) + (1.0 - weight) * of_tier.centre;
    const double squares = own.size() > 1 ? spread(own) * spread(own) * (n - 1.0) : 0.0;
    const double steps = own.size() > 1 ? n - 1.0 : 0.0;
    const double mixed = (squares + 4.0 * within) / (steps + 4.0);
    out.scale = std::max(1e-4, std::sqrt(mixed + (1.0 - weight) * of_tier.between));
    if (std::isnan(mixed)) out.scale = kNan;
    return out;
  }

  [[nodiscard]] double reach(std::size_t week, std::size_t symbol, double known) {
    const int tier = tier_at(week, symbol, known);
    const double of_tier = tier >= 0 ? rank(errors(week, known, tier)) : kNan;
    return std::isnan(of_tier) ? rank(errors(week, known, -1)) : of_tier;
  }

 private:
  struct Tier {
    double centre{kNan}, within{kNan}, between{kNan};
  };

  static double middle(std::vector<double> values) {
    if (values.empty()) return kNan;
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half] + values[half - 1]);
  }
  static double quartile(std::vector<double> values, double p) {
    std::ranges::sort(values);
    const double at = p * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
  }
  static double spread(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += std::abs(value - middle(values));
    return std::sqrt(std::acos(-1.0) / 2.0) * sum / static_cast<double>(values.size() - 1);
  }
  static double rank(std::vector<double> errors) {
    if (errors.size() < 10) return kNan;
    std::ranges::sort(errors);
    return errors[static_cast<std::size_t>(
                      std::ceil(0.8 * static_cast<double>(errors.size() + 1))) -
                  1];
  }

  [[nodiscard]] double log_ratio(std::size_t week, std::size_t symbol) const {
    if (in_.sessions_used[week] != in_.sessions[week]) return kNan;
    const double ratio = in_.published.at(week, symbol) / in_.finra.at(week, symbol);
    return ratio > 0.0 && std::isfinite(ratio) ? std::log(ratio) : kNan;
  }
  [[nodiscard]] static std::size_t begin(std::size_t week) { return week > 13 ? week - 13 : 0; }
  [[nodiscard]] bool is_public(std::size_t week, std::size_t symbol, double known) const {
    return in_.available.at(week, symbol) <= known;
  }
  [[nodiscard]] std::vector<double> ratios(std::size_t week, std::size_t symbol,
                                           double known) const {
    std::vector<double> out;
    for (std::size_t at = begin(week); at < week; ++at) {
      if (is_public(at, symbol, known) && !std::isnan(log_ratio(at, symbol))) {
        out.push_back(log_ratio(at, symbol));
      }
    }
    if (out.size() > 8) out.erase(out.begin(), out.end() - 8);
    return out;
  }
  [[nodiscard]] int tier_at(std::size_t week, std::size_t symbol, double known) const {
    int out = -1;
    for (std::size_t at = begin(week); at < week; ++at) {
      const int tier = in_.tier[at * in_.num_symbols() + symbol];
      if (is_public(at, symbol, known) && tier >= 0) out = tier;
    }
    return out;
  }
  /// Computed once, because every error asks for it again.
  const Tier& fit(std::size_t week, double known, int tier) {
    const auto [at, fresh] = fits_.try_emplace({week, known, tier});
    if (fresh) at->second = compute_fit(week, known, tier);
    return at->second;
  }
  [[nodiscard]] Tier compute_fit(std::size_t week, double known, int tier) const {
    std::vector<double> centres;
    std::vector<double> full;
    std::vector<double> spreads;
    double inverse = 0.0;
    for (std::size_t symbol = 0; symbol < in_.num_symbols(); ++symbol) {
      const std::vector<double> own = ratios(week, symbol, known);
      if (own.empty() || (tier >= 0 && tier_at(week, symbol, known) != tier)) continue;
      centres.push_back(middle(own));
      if (own.size() < 2) continue;
      full.push_back(middle(own));
      spreads.push_back(spread(own));
      inverse += 1.0 / static_cast<double>(own.size());
    }
    Tier out{middle(centres), middle(spreads), middle(spreads) * middle(spreads)};
    if (full.size() >= 8) {
      const double scale = (quartile(full, 0.75) - quartile(full, 0.25)) / 1.3489795003921634;
      const double chance = std::acos(-1.0) / 2.0 * out.within * out.within * inverse /
                            static_cast<double>(full.size());
      out.between = std::max(0.0, scale * scale - chance);
    }
    return out;
  }
  [[nodiscard]] std::vector<double> errors(std::size_t week, double known, int tier) {
    std::vector<double> out;
    for (std::size_t at = begin(week); at < week; ++at) {
      const double evening = in_.evenings[at].days();
      for (std::size_t symbol = 0; symbol < in_.num_symbols(); ++symbol) {
        if (!is_public(at, symbol, known) || std::isnan(log_ratio(at, symbol))) continue;
        if (tier >= 0 && tier_at(week, symbol, known) != tier) continue;
        const Answer then = expect(at, symbol, evening);
        const double error = std::abs(log_ratio(at, symbol) - then.log_ratio) / then.scale;
        if (!std::isnan(error)) out.push_back(error);
      }
    }
    return out;
  }

  const NowcastInputs& in_;
  std::map<std::tuple<std::size_t, double, int>, Tier> fits_;
};

/// Weeks with gaps, files that are missing, tiers that change and weeks that come late.
NowcastWeeks torn(std::uint64_t seed) {
  NowcastWeeks out{24, 22};
  out.publish_noise(0.3, 0.1, seed);
  std::mt19937_64 engine{seed};
  const auto one_in = [&](std::uint64_t n) { return engine() % n == 0; };
  NowcastInputs& in = out.inputs;
  for (std::size_t week = 0; week < 24; ++week) {
    if (one_in(8)) --in.sessions_used[week];
    for (std::size_t symbol = 0; symbol < 22; ++symbol) {
      if (one_in(6)) in.published.at(week, symbol) = kNan;
      if (one_in(9)) in.available.at(week, symbol) += 7.0;
      if (one_in(12)) in.available.at(week, symbol) = in.published.at(week, symbol) = kNan;
      if (one_in(10)) in.tier[week * 22 + symbol] = static_cast<std::int16_t>(one_in(2) ? -1 : 1);
      if (one_in(15)) in.finra.at(week, symbol) = one_in(2) ? kNan : 0.0;
    }
  }
  out.hide(22);
  return out;
}

TEST(NowcastOracle, AgreesWithTheDefinitionOnTornPanels) {
  std::size_t intervals = 0;
  for (const std::uint64_t seed : {11U, 12U, 13U}) {
    const NowcastWeeks weeks = torn(seed);
    const NowcastPanels told = weeks.told();
    Oracle oracle{weeks.inputs};
    for (std::size_t week = 16; week < 24; ++week) {
      for (std::size_t symbol = 0; symbol < 22; ++symbol) {
        const bool published = told.status[week * 22 + symbol] == WeekStatus::Published;
        const double known = published ? weeks.inputs.evenings[week].days() : 1e9;
        const Oracle::Answer expected = oracle.expect(week, symbol, known);
        ASSERT_EQ(told.ratio_weeks.at(week, symbol), static_cast<double>(expected.weeks));
        ASSERT_NEAR(std::log(told.ratio.at(week, symbol)), expected.log_ratio, 1e-12);
        const double share = told.share.at(week, symbol);
        const double high = told.high.at(week, symbol);
        if (std::isnan(share) || std::isnan(high) || high == 1.0) continue;
        const double reach = std::max(1e-4, oracle.reach(week, symbol, known) * expected.scale);
        ASSERT_NEAR(told.low.at(week, symbol), share * std::exp(-reach), 1e-12);
        ASSERT_NEAR(high, share * std::exp(reach), 1e-12);
        ++intervals;
      }
    }
  }
  EXPECT_GT(intervals, 300U);
}

}  // namespace
}  // namespace offex::studies::test
