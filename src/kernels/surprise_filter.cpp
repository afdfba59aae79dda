#include "offex/kernels/surprise_filter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/kernels/special_functions.hpp"
#include "offex/kernels/tiles.hpp"

namespace offex::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLn10 = 2.302585092994045684;
constexpr std::size_t kTileRows = 512;

double square(double value) { return value * value; }
double clamp_to(double value, double bound) { return std::clamp(value, -bound, bound); }

/// Variance of a channel one step ahead, before the part that the mean's error adds.
double moderated(double prior_weight, double prior, double d, double sum, double weight) {
  const double own = weight > 0.0 ? sum / weight : 0.0;
  return (prior_weight * square(prior) + d * own) / (prior_weight + d);
}

std::int8_t flag_of(double t, double clip) {
  if (std::fabs(t) <= clip) return 0;
  return t > 0.0 ? 1 : -1;
}

/// The part of a deviation that moves the state: all of it when the session before was cut off on
/// the same side, so that a genuine change of level gets through on its second day.
double taken_in(double t, std::int8_t before, double clip) {
  return before * t > 0.0 ? t : clamp_to(t, clip);
}

}  // namespace

/// The rows of one session with the state of their symbols, gaps since the last one decayed. The
/// state itself is touched only when the session is taken in.
struct SurpriseFilter::Rows {
  void resize(std::size_t rows) {
    for (auto* values : {&w, &w2,  &u,   &u2,          &av,          &ar,  &vv,  &vr,    &e, &q, &x,
                         &y, &m_v, &m_r, &predicted_v, &predicted_r, &q_v, &q_r, &again, &nu}) {
      values->resize(rows);
    }
  }

  std::vector<double> w, w2, u, u2, av, ar, vv, vr, e, q;
  std::vector<double> x, y;  // log of the total, angle of the ratio
  std::vector<double> m_v, m_r, predicted_v, predicted_r;
  std::vector<double> q_v, q_r;
  std::vector<double> again;  // phi, or 0 after a gap
  std::vector<double> nu;
};

SurpriseFilter::SurpriseFilter(const SurpriseParameters& parameters, std::size_t symbols)
    : parameters_{parameters},
      decay_m_{std::pow(0.5, 1.0 / parameters.hm)},
      decay_v_{std::pow(0.5, 1.0 / parameters.hv)},
      state_{symbols},
      rows_{std::make_unique<Rows>()} {}

SurpriseFilter::~SurpriseFilter() = default;
SurpriseFilter::SurpriseFilter(SurpriseFilter&&) noexcept = default;
SurpriseFilter& SurpriseFilter::operator=(SurpriseFilter&&) noexcept = default;

void SurpriseFilter::step(std::int32_t ordinal, std::span<const double> short_volume,
                          std::span<const double> total_volume, Learn learn, unsigned threads,
                          SurpriseScores& out) {
  OFFEX_CHECK(short_volume.size() == state_.size() && total_volume.size() == state_.size());
  collect(short_volume, total_volume, out);
  const std::size_t rows = out.size();
  const auto each_tile = [&](auto&& work) {
    for_each_tile(rows, kTileRows, threads, [&](std::size_t, std::size_t first, std::size_t count) {
      work(first, first + count);
    });
  };
  each_tile([&](std::size_t begin, std::size_t end) { predict_volume(ordinal, begin, end, out); });
  out.c_v = common_shift(out.e_v, out);
  each_tile([&](std::size_t begin, std::size_t end) { predict_ratio(begin, end, out); });
  out.c_r = common_shift(out.e_r, out);
  each_tile([&](std::size_t begin, std::size_t end) {
    score_ratio(begin, end, out);
    if (learn == Learn::Yes) {
      take_in(ordinal, begin, end, out);
    }
  });
}

void SurpriseFilter::collect(std::span<const double> short_volume,
                             std::span<const double> total_volume, SurpriseScores& out) {
  std::size_t rows = 0;
  out.resize(state_.size());
  out.rejected = 0;
  for (std::size_t symbol = 0; symbol < state_.size(); ++symbol) {
    const double part = short_volume[symbol];
    const double total = total_volume[symbol];
    if (std::isnan(total) && std::isnan(part)) continue;
    if (!(total > 0.0) || !(part >= 0.0) || part > total) {
      ++out.rejected;
      continue;
    }
    out.symbol[rows] = static_cast<std::uint32_t>(symbol);
    out.count[rows] = state_.count[symbol];
    out.short_volume[rows] = part;
    out.total[rows] = total;
    ++rows;
  }
  out.resize(rows);
  rows_->resize(rows);
}

void SurpriseFilter::load(std::int32_t ordinal, std::size_t row, std::size_t symbol) {
  Rows& r = *rows_;
  const SurpriseState& s = state_;
  const int gap = s.count[symbol] > 0 ? ordinal - s.last[symbol] - 1 : 0;
  OFFEX_CHECK(gap >= 0);
  const double mean = gap > 0 ? std::pow(decay_m_, gap) : 1.0;
  const double variance = gap > 0 ? std::pow(decay_v_, gap) : 1.0;
  const double memory = gap > 0 ? std::pow(parameters_.rho, gap) : 1.0;
  r.w[row] = s.w[symbol] * mean;
  r.w2[row] = s.w2[symbol] * mean;
  r.av[row] = s.av[symbol] * mean;
  r.ar[row] = s.ar[symbol] * mean;
  r.u[row] = s.u[symbol] * variance;
  r.u2[row] = s.u2[symbol] * variance;
  r.vv[row] = s.vv[symbol] * variance;
  r.vr[row] = s.vr[symbol] * variance;
  r.e[row] = s.e[symbol] * memory;
  r.q[row] = s.q[symbol] * memory * memory;
  r.again[row] = gap == 0 ? parameters_.phi : 0.0;
}

void SurpriseFilter::predict_volume(std::int32_t ordinal, std::size_t begin, std::size_t end,
                                    SurpriseScores& out) {
  const SurpriseParameters& p = parameters_;
  Rows& r = *rows_;
  for (std::size_t row = begin; row < end; ++row) {
    const std::size_t symbol = out.symbol[row];
    load(ordinal, row, symbol);
    r.x[row] = std::log(out.total[row]);
    r.y[row] = ratio_angle(out.short_volume[row], out.total[row]);
    if (!out.scored(row)) {
      out.baseline[row] = r.x[row] / kLn10;
      out.neff[row] = 0.0;
      out.d[row] = 0.0;
      out.e_v[row] = kNan;
      out.sd_v[row] = kNan;
      r.nu[row] = kNan;
      continue;
    }
    // Not w^2 / w2: the square of the weight of a name that paused for 20 years is 0.
    out.neff[row] = r.w[row] * (r.w[row] / r.w2[row]);
    out.d[row] = r.u[row] > 0.0 ? r.u[row] * (r.u[row] / r.u2[row]) : 0.0;
    r.m_v[row] = r.av[row] / r.w[row];
    out.baseline[row] = r.m_v[row] / kLn10;
    r.q_v[row] = 1.0 + p.av / out.neff[row];
    out.sd_v[row] = std::sqrt(
        moderated(p.d0v, prior_at(out.baseline[row], p.s0_v), out.d[row], r.vv[row], r.u[row]) *
        r.q_v[row]);
    r.predicted_v[row] = r.m_v[row] + r.again[row] * state_.lv[symbol];
    out.e_v[row] = r.x[row] - r.predicted_v[row];
    r.nu[row] = p.d0v + out.d[row];
  }
}

double SurpriseFilter::common_shift(std::span<const double> errors, const SurpriseScores& out) {
  chosen_.clear();
  for (std::size_t row = 0; row < out.size(); ++row) {
    if (out.count[row] >= parameters_.center_min_n &&
        out.baseline[row] >= parameters_.center_min_b && out.scored(row)) {
      chosen_.push_back(errors[row]);
    }
  }
  if (static_cast<double>(chosen_.size()) < parameters_.center_min_count) return 0.0;
  return median(chosen_, scratch_);
}

void SurpriseFilter::predict_ratio(std::size_t begin, std::size_t end, SurpriseScores& out) {
  const SurpriseParameters& p = parameters_;
  Rows& r = *rows_;
  for (std::size_t row = begin; row < end; ++row) {
    out.t_v[row] = (out.e_v[row] - out.c_v) / out.sd_v[row];
  }
  const std::size_t count = end - begin;
  student_to_normal(std::span{out.t_v}.subspan(begin, count), std::span{r.nu}.subspan(begin, count),
                    std::span{out.z_v}.subspan(begin, count));
  for (std::size_t row = begin; row < end; ++row) {
    if (!out.scored(row)) {
      out.h2[row] = out.e_r[row] = out.sd_r[row] = kNan;
      continue;
    }
    const double z = out.z_v[row];
    out.h2[row] = p.h0 + p.hup * square(std::clamp(z, 0.0, 4.0)) +
                  p.hdn * square(std::clamp(-1.0 - z, 0.0, 4.0));
    const double known = out.neff[row] + p.k0;
    r.m_r[row] =
        (out.neff[row] * (r.ar[row] / r.w[row]) + p.k0 * prior_at(out.baseline[row], p.mu_r)) /
        known;
    r.q_r[row] = out.h2[row] + 1.0 / known;
    out.sd_r[row] = std::sqrt(
        moderated(p.d0r, prior_at(out.baseline[row], p.s0_r), out.d[row], r.vr[row], r.u[row]) *
        r.q_r[row]);
    r.predicted_r[row] = r.m_r[row] + r.again[row] * state_.lr[out.symbol[row]];
    out.e_r[row] = r.y[row] - r.predicted_r[row];
    r.nu[row] = p.d0r + out.d[row];
  }
}

void SurpriseFilter::score_ratio(std::size_t begin, std::size_t end, SurpriseScores& out) {
  const SurpriseParameters& p = parameters_;
  Rows& r = *rows_;
  for (std::size_t row = begin; row < end; ++row) {
    out.t_r[row] = (out.e_r[row] - out.c_r) / out.sd_r[row];
  }
  const std::size_t count = end - begin;
  student_to_normal(std::span{out.t_r}.subspan(begin, count), std::span{r.nu}.subspan(begin, count),
                    std::span{out.z_r}.subspan(begin, count));
  for (std::size_t row = begin; row < end; ++row) {
    if (!out.scored(row)) {
      out.expected_angle[row] = out.z_p[row] = kNan;
      continue;
    }
    out.expected_angle[row] = r.predicted_r[row] + out.c_r;
    r.e[row] = p.rho * r.e[row] + clamp_to(out.z_r[row], 4.0);
    r.q[row] = square(p.rho) * r.q[row] + 1.0;
    out.z_p[row] = r.e[row] / (std::sqrt(r.q[row]) * p.cp);
  }
}

void SurpriseFilter::take_in(std::int32_t ordinal, std::size_t begin, std::size_t end,
                             const SurpriseScores& out) {
  const Rows& r = *rows_;
  SurpriseState& s = state_;
  const double decay_m2 = square(decay_m_);
  const double decay_v2 = square(decay_v_);
  for (std::size_t row = begin; row < end; ++row) {
    const std::size_t symbol = out.symbol[row];
    double x = r.x[row];
    double y = r.y[row];
    if (out.scored(row)) {
      const double t_v = out.t_v[row];
      const double t_r = out.t_r[row];
      const double moved_v = taken_in(t_v, s.cv[symbol], parameters_.clip) * out.sd_v[row];
      const double moved_r = taken_in(t_r, s.cr[symbol], parameters_.clip) * out.sd_r[row];
      x = r.predicted_v[row] + out.c_v + moved_v;
      y = r.predicted_r[row] + out.c_r + moved_r;
      s.cv[symbol] = flag_of(t_v, parameters_.clip);
      s.cr[symbol] = flag_of(t_r, parameters_.clip);
      s.vv[symbol] = decay_v_ * r.vv[row] + square(moved_v) / r.q_v[row];
      s.vr[symbol] = decay_v_ * r.vr[row] + square(moved_r) / r.q_r[row];
      s.u[symbol] = decay_v_ * r.u[row] + 1.0;
      s.u2[symbol] = decay_v2 * r.u2[row] + 1.0;
      s.lv[symbol] = x - r.m_v[row];
      s.lr[symbol] = y - r.m_r[row];
      s.e[symbol] = r.e[row];
      s.q[symbol] = r.q[row];
    } else {
      s.lv[symbol] = 0.0;
      s.lr[symbol] = y - prior_at(out.baseline[row], parameters_.mu_r);
    }
    s.av[symbol] = decay_m_ * r.av[row] + x;
    s.ar[symbol] = decay_m_ * r.ar[row] + y;
    s.w[symbol] = decay_m_ * r.w[row] + 1.0;
    s.w2[symbol] = decay_m2 * r.w2[row] + 1.0;
    ++s.count[symbol];
    s.last[symbol] = ordinal;
  }
}

}  // namespace offex::kernels
