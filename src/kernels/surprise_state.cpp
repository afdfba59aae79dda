#include <algorithm>
#include <cmath>

#include "offex/base/check.hpp"
#include "offex/kernels/surprise_filter.hpp"

// Parameters, transforms, and what is carried between sessions.
namespace offex::kernels {
namespace {

constexpr double kFirstKnot = 2.0;
constexpr double kKnotStep = 0.5;

}  // namespace

double prior_at(double b, const std::array<double, kPriorKnots>& table) {
  const double place = (b - kFirstKnot) / kKnotStep;
  if (!(place > 0.0)) return table.front();
  const auto knot = static_cast<std::size_t>(std::min(place, double{kPriorKnots}));
  if (knot + 1 >= kPriorKnots) return table.back();
  return table[knot] + (place - static_cast<double>(knot)) * (table[knot + 1] - table[knot]);
}

double ratio_angle(double short_volume, double total) {
  return 2.0 * std::atan2(std::sqrt(short_volume), std::sqrt(total - short_volume));
}

double angle_ratio(double angle) {
  constexpr double kPi = 3.141592653589793238;
  const double sine = std::sin(0.5 * std::clamp(angle, 0.0, kPi));
  return sine * sine;
}

std::vector<Parameter> named(const SurpriseParameters& p) {
  const auto list = [](const std::array<double, kPriorKnots>& values) {
    return std::vector<double>{values.begin(), values.end()};
  };
  return {{"hm", {p.hm}},
          {"hv", {p.hv}},
          {"phi", {p.phi}},
          {"clip", {p.clip}},
          {"k0", {p.k0}},
          {"d0r", {p.d0r}},
          {"d0v", {p.d0v}},
          {"av", {p.av}},
          {"h0", {p.h0}},
          {"hup", {p.hup}},
          {"hdn", {p.hdn}},
          {"mu_r", list(p.mu_r)},
          {"s0_r", list(p.s0_r)},
          {"s0_v", list(p.s0_v)},
          {"center_min_n", {p.center_min_n}},
          {"center_min_b", {p.center_min_b}},
          {"center_min_count", {p.center_min_count}},
          {"rho", {p.rho}},
          {"cp", {p.cp}},
          {"rank_min_n", {p.rank_min_n}},
          {"rank_min_b", {p.rank_min_b}},
          {"rank_min_t", {p.rank_min_t}},
          {"scale_min_count", {p.scale_min_count}},
          {"acat_clip", {p.acat_clip}},
          {"q", {p.q}}};
}

std::string surprise_version(const SurpriseParameters& parameters) {
  return "rv/1.0.0+" + fingerprint(named(parameters));
}

SurpriseState::SurpriseState(std::size_t symbols) { resize(symbols); }

void SurpriseState::resize(std::size_t symbols) {
  for (auto* values : {&w, &w2, &u, &u2, &av, &ar, &vv, &vr, &lv, &lr, &e, &q}) {
    values->resize(symbols, 0.0);
  }
  cv.resize(symbols, 0);
  cr.resize(symbols, 0);
  count.resize(symbols, 0);
  last.resize(symbols, -1);
}

void SurpriseState::reset(std::size_t symbol) {
  OFFEX_CHECK(symbol < size());
  for (auto* values : {&w, &w2, &u, &u2, &av, &ar, &vv, &vr, &lv, &lr, &e, &q}) {
    (*values)[symbol] = 0.0;
  }
  cv[symbol] = 0;
  cr[symbol] = 0;
  count[symbol] = 0;
  last[symbol] = -1;
}

void SurpriseState::split(std::size_t symbol, double factor) {
  OFFEX_CHECK(symbol < size() && factor > 0.0);
  av[symbol] += w[symbol] * std::log(factor);
}

void SurpriseState::restart_variances() {
  for (auto* values : {&u, &u2, &vv, &vr}) {
    std::ranges::fill(*values, 0.0);
  }
}

void SurpriseScores::resize(std::size_t rows) {
  symbol.resize(rows);
  count.resize(rows);
  for (auto* values : {&short_volume, &total, &baseline, &neff, &d, &e_v, &sd_v, &t_v, &z_v, &h2,
                       &e_r, &sd_r, &t_r, &z_r, &expected_angle, &z_p}) {
    values->resize(rows);
  }
}

}  // namespace offex::kernels
