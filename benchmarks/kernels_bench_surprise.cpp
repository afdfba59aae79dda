// The surprise filter over sessions of the whole market. Beside it a plain port of its reference:
// one record a symbol, one symbol after the other, scores by the general functions, medians by a
// sort. Items are symbol-days.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "offex/kernels/special_functions.hpp"
#include "offex/kernels/surprise_filter.hpp"

#include "bench_support.hpp"

namespace offex::kernels {
namespace {

constexpr std::size_t kMarket = 11'000;
constexpr double kLn10 = 2.302585092994045684;

/// Volumes of some sessions, used again and again.
struct Sessions {
  explicit Sessions(std::size_t count) {
    std::mt19937_64 random{1};
    std::normal_distribution<double> normal{0.0, 1.0};
    std::uniform_real_distribution<double> uniform{0.0, 1.0};
    std::vector<double> level(kMarket);
    for (double& value : level) value = 5.0 + 11.0 * uniform(random);
    for (std::size_t session = 0; session < count; ++session) {
      std::vector<double>& totals = total.emplace_back(kMarket);
      std::vector<double>& parts = part.emplace_back(kMarket);
      for (std::size_t name = 0; name < kMarket; ++name) {
        totals[name] = std::floor(1.0 + std::exp(level[name] + 0.5 * normal(random)));
        parts[name] = std::floor(totals[name] * std::clamp(0.45 + 0.12 * normal(random), 0.0, 1.0));
      }
    }
  }
  std::vector<std::vector<double>> part, total;
};

/// The plain port.
class Plain {
 public:
  struct Symbol {
    double w{0}, w2{0}, u{0}, u2{0}, av{0}, ar{0}, vv{0}, vr{0}, lv{0}, lr{0}, e{0}, q{0};
    int cv{0}, cr{0}, n{0};
    double x{0}, y{0}, neff{0}, d{0}, m_v{0}, b{0}, p_v{0}, e_v{0}, sd_v{0}, q_v{0}, t_v{0}, z_v{0};
    double m_r{0}, p_r{0}, e_r{0}, sd_r{0}, q_r{0}, t_r{0}, z_r{0};
  };

  Plain() : all(kMarket) {}

  void step(const std::vector<double>& part, const std::vector<double>& total) {
    for (std::size_t at = 0; at < kMarket; ++at) predict_volume(all[at], part[at], total[at]);
    const double c_v = shift([](const Symbol& s) { return s.e_v; });
    for (Symbol& s : all) predict_ratio(s, c_v);
    const double c_r = shift([](const Symbol& s) { return s.e_r; });
    for (Symbol& s : all) update(s, c_v, c_r);
  }

  std::vector<Symbol> all;

 private:
  static double score(double t, double nu) {
    const double p = student_two_sided(t, nu);
    if (p >= 0.15) {
      const double q = 0.5 * incomplete_beta(0.5, 0.5 * nu, t * t / (nu + t * t));
      return std::copysign(normal_quantile(0.5 + q), t);
    }
    return std::copysign(std::min(-normal_quantile(0.5 * p), 38.0), t);
  }
  void predict_volume(Symbol& s, double part, double total) const {
    s.x = std::log(total);
    s.y = ratio_angle(part, total);
    s.b = s.x / kLn10;
    if (s.n == 0) return;
    s.neff = s.w * s.w / s.w2;
    s.d = s.u > 0.0 ? s.u * s.u / s.u2 : 0.0;
    s.m_v = s.av / s.w;
    s.b = s.m_v / kLn10;
    s.q_v = 1.0 + p.av / s.neff;
    const double own = s.u > 0.0 ? s.vv / s.u : 0.0;
    s.sd_v =
        std::sqrt((p.d0v * std::pow(prior_at(s.b, p.s0_v), 2) + s.d * own) / (p.d0v + s.d) * s.q_v);
    s.p_v = s.m_v + p.phi * s.lv;
    s.e_v = s.x - s.p_v;
  }
  template <class Error>
  double shift(Error error) {
    std::vector<double> chosen;
    for (const Symbol& s : all) {
      if (s.n >= 5 && s.b >= 4.0) chosen.push_back(error(s));
    }
    if (chosen.size() < 50) return 0.0;
    std::ranges::sort(chosen);
    const std::size_t middle = chosen.size() / 2;
    return chosen.size() % 2 == 1 ? chosen[middle] : 0.5 * (chosen[middle - 1] + chosen[middle]);
  }
  void predict_ratio(Symbol& s, double c_v) const {
    if (s.n == 0) return;
    s.t_v = (s.e_v - c_v) / s.sd_v;
    s.z_v = score(s.t_v, p.d0v + s.d);
    const double h2 = p.h0 + p.hup * std::pow(std::clamp(s.z_v, 0.0, 4.0), 2) +
                      p.hdn * std::pow(std::clamp(-1.0 - s.z_v, 0.0, 4.0), 2);
    s.m_r = (s.neff * (s.ar / s.w) + p.k0 * prior_at(s.b, p.mu_r)) / (s.neff + p.k0);
    s.q_r = h2 + 1.0 / (s.neff + p.k0);
    const double own = s.u > 0.0 ? s.vr / s.u : 0.0;
    s.sd_r =
        std::sqrt((p.d0r * std::pow(prior_at(s.b, p.s0_r), 2) + s.d * own) / (p.d0r + s.d) * s.q_r);
    s.p_r = s.m_r + p.phi * s.lr;
    s.e_r = s.y - s.p_r;
  }
  void update(Symbol& s, double c_v, double c_r) const {
    const double lm = std::pow(0.5, 1.0 / p.hm);
    const double lv = std::pow(0.5, 1.0 / p.hv);
    double x = s.x;
    double y = s.y;
    if (s.n > 0) {
      s.t_r = (s.e_r - c_r) / s.sd_r;
      s.z_r = score(s.t_r, p.d0r + s.d);
      const double w_v = (s.cv * s.t_v > 0 ? s.t_v : std::clamp(s.t_v, -4.0, 4.0)) * s.sd_v;
      const double w_r = (s.cr * s.t_r > 0 ? s.t_r : std::clamp(s.t_r, -4.0, 4.0)) * s.sd_r;
      x = s.p_v + c_v + w_v;
      y = s.p_r + c_r + w_r;
      s.cv = std::fabs(s.t_v) > 4.0 ? (s.t_v > 0.0 ? 1 : -1) : 0;
      s.cr = std::fabs(s.t_r) > 4.0 ? (s.t_r > 0.0 ? 1 : -1) : 0;
      s.vv = lv * s.vv + w_v * w_v / s.q_v;
      s.vr = lv * s.vr + w_r * w_r / s.q_r;
      s.u = lv * s.u + 1.0;
      s.u2 = lv * lv * s.u2 + 1.0;
      s.lv = x - s.m_v;
      s.lr = y - s.m_r;
      s.e = p.rho * s.e + std::clamp(s.z_r, -4.0, 4.0);
      s.q = p.rho * p.rho * s.q + 1.0;
    } else {
      s.lv = 0.0;
      s.lr = y - prior_at(s.b, p.mu_r);
    }
    s.av = lm * s.av + x;
    s.ar = lm * s.ar + y;
    s.w = lm * s.w + 1.0;
    s.w2 = lm * lm * s.w2 + 1.0;
    ++s.n;
  }

  SurpriseParameters p;
};

void check_equal() {
  const Sessions sessions{12};
  SurpriseFilter filter{{}, kMarket};
  SurpriseScores scores;
  Plain plain;
  for (std::size_t session = 0; session < sessions.total.size(); ++session) {
    filter.step(static_cast<std::int32_t>(session), sessions.part[session], sessions.total[session],
                Learn::Yes, 1, scores);
    plain.step(sessions.part[session], sessions.total[session]);
  }
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const Plain::Symbol& s = plain.all[scores.symbol[row]];
    if (std::fabs(scores.z_v[row] - s.z_v) > 1e-9 || std::fabs(scores.z_r[row] - s.z_r) > 1e-9) {
      throw std::runtime_error("the filter and its plain port differ");
    }
  }
}

/// Ten years of the market, or a part of them: the cost is linear in the sessions.
void surprise_filter(benchmark::State& state) {
  check_equal();
  const auto threads = static_cast<unsigned>(state.range(0));
  const std::size_t count = bench::scaled(250, 20);
  const Sessions sessions{50};
  bench::Pairs pairs;
  for ([[maybe_unused]] auto step : state) {
    SurpriseFilter filter{{}, kMarket};
    SurpriseScores scores;
    Plain plain;
    const auto ours = [&] {
      for (std::size_t session = 0; session < count; ++session) {
        const std::size_t at = session % sessions.total.size();
        filter.step(static_cast<std::int32_t>(session), sessions.part[at], sessions.total[at],
                    Learn::Yes, threads, scores);
      }
    };
    const auto reference = [&] {
      for (std::size_t session = 0; session < count; ++session) {
        const std::size_t at = session % sessions.total.size();
        plain.step(sessions.part[at], sessions.total[at]);
      }
    };
    pairs.run(ours, reference);
    state.SetIterationTime(pairs.ours());
  }
  const auto cells = static_cast<double>(count * kMarket);
  const double ten_years = 2'500.0 / static_cast<double>(count);
  bench::report(state, {.what = fmt::format("surprise filter, {} x {}, {} thread{}", kMarket, count,
                                            threads, threads == 1 ? "" : "s"),
                        .ours = fmt::format("{:.1f} M symbol-days/s, ten years {:.1f} s",
                                            cells / pairs.ours() / 1e6, pairs.ours() * ten_years),
                        .reference = fmt::format("plain port, one thread: ten years {:.1f} s",
                                                 pairs.reference() * ten_years),
                        .ratio = pairs.ours() / pairs.reference(),
                        .target = "5 ms an evening a core",
                        .met = pairs.ours() / static_cast<double>(count) <= 0.005});
}

BENCHMARK(surprise_filter)
    ->Arg(1)
    ->Arg(2)
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offex::kernels
