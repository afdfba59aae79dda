#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numeric>

#include "offex/kernels/association.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/kernels/significance.hpp"
#include "offex/kernels/special_functions.hpp"
#include "offex/kernels/tiles.hpp"

#include "studies/eval_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kTail = 0.10;  // of names on either side of the spread

/// Names with both a signal and a return, and what else is known of them.
struct Pairs {
  std::vector<double> signal, label, control;
};

Pairs pairs_of(std::span<const double> signal, std::span<const double> label,
               std::span<const double> control) {
  Pairs out;
  for (std::size_t symbol = 0; symbol < signal.size(); ++symbol) {
    if (std::isnan(signal[symbol]) || std::isnan(label[symbol])) {
      continue;
    }
    out.signal.push_back(signal[symbol]);
    out.label.push_back(label[symbol]);
    out.control.push_back(control.empty() ? kEvalMissing : control[symbol]);
  }
  return out;
}

/// Mean label of the top tenth less that of the bottom tenth; names of one signal stay together.
double tail_spread(const Pairs& pairs) {
  std::vector<double> share(pairs.signal.size());
  kernels::percentiles(pairs.signal, share);
  double top = 0.0;
  double bottom = 0.0;
  std::size_t tops = 0;
  std::size_t bottoms = 0;
  for (std::size_t at = 0; at < share.size(); ++at) {
    if (share[at] > 1.0 - kTail) {
      top += pairs.label[at];
      ++tops;
    } else if (share[at] < kTail) {
      bottom += pairs.label[at];
      ++bottoms;
    }
  }
  return tops == 0 || bottoms == 0
             ? kEvalMissing
             : top / static_cast<double>(tops) - bottom / static_cast<double>(bottoms);
}

/// One label's numbers by judged session. Sessions write to their own cells only.
struct Series {
  explicit Series(std::size_t sessions)
      : ic(sessions, kEvalMissing),
        partial(sessions, kEvalMissing),
        spread(sessions, kEvalMissing),
        names(sessions, 0),
        left_out(sessions) {}

  std::vector<double> ic, partial, spread;
  std::vector<std::size_t> names;
  std::vector<LeftOut> left_out;
};

void judge(const EvalPanels& panels, std::size_t day, LabelAt at,
           std::span<const double> same_day_return, Series& out) {
  const std::size_t index = day - panels.first;
  std::vector<double> label(panels.num_symbols());
  out.left_out[index] = forward_returns(panels, day, at.horizon, at.label, label);
  const Pairs pairs = pairs_of(panels.signal.row(day), label, same_day_return);
  out.names[index] = pairs.signal.size();
  if (pairs.signal.size() < kEvalMinNames) {
    return;
  }
  out.ic[index] = kernels::rank_correlation(pairs.signal, pairs.label);
  out.partial[index] = kernels::partial_rank_correlation(pairs.signal, pairs.label, pairs.control);
  out.spread[index] = tail_spread(pairs);
}

/// Rank correlation across the names that have both; NaN for too few.
double rank_ic(std::span<const double> signal, std::span<const double> other) {
  const Pairs pairs = pairs_of(signal, other, {});
  return pairs.signal.size() < kEvalMinNames ? kEvalMissing
                                             : kernels::rank_correlation(pairs.signal, pairs.label);
}

/// The close-to-close return of session `day`; NaN on the first one.
std::vector<double> same_day(const EvalPanels& panels, std::size_t day) {
  std::vector<double> out(panels.num_symbols(), kEvalMissing);
  if (day > 0) {
    static_cast<void>(forward_returns(panels, day - 1, 1, EvalLabel::CloseToClose, out));
  }
  return out;
}

/// The return of session T + `lag` alone.
std::vector<double> lone_return(const EvalPanels& panels, std::size_t day, int lag) {
  std::vector<double> out(panels.num_symbols(), kEvalMissing);
  const std::size_t before = day + static_cast<std::size_t>(lag) - 1;
  const auto label = lag == 1 ? EvalLabel::OpenToClose : EvalLabel::CloseToClose;
  if (before < panels.days.size()) {
    static_cast<void>(forward_returns(panels, before, 1, label, out));
  }
  return out;
}

/// What describes a signal, by judged session.
struct Description {
  explicit Description(std::size_t sessions)
      : decay(kDecayLags.size(), std::vector<double>(sessions, kEvalMissing)),
        same_day(sessions, kEvalMissing),
        repeat(sessions, kEvalMissing) {}

  std::vector<std::vector<double>> decay;
  std::vector<double> same_day;
  std::vector<double> repeat;
};

void describe(const EvalPanels& panels, std::size_t day, std::span<const double> same_day_return,
              Description& out) {
  const std::size_t index = day - panels.first;
  const std::span<const double> signal = panels.signal.row(day);
  for (std::size_t at = 0; at < kDecayLags.size(); ++at) {
    out.decay[at][index] = rank_ic(signal, lone_return(panels, day, kDecayLags[at]));
  }
  out.same_day[index] = rank_ic(signal, same_day_return);
  if (day > panels.first) {
    out.repeat[index] = rank_ic(signal, panels.signal.row(day - 1));
  }
}

HorizonEvaluation summary(LabelAt at, Series&& series) {
  HorizonEvaluation out;
  out.label = at.label;
  out.horizon = at.horizon;
  const auto lag = static_cast<std::size_t>(at.horizon) - 1;
  out.ic = estimate(series.ic, lag);
  out.partial = estimate(series.partial, lag);
  out.spread = estimate(series.spread, lag);
  std::size_t names = 0;
  for (std::size_t index = 0; index < series.ic.size(); ++index) {
    names += std::isnan(series.ic[index]) ? 0 : series.names[index];
    out.left_out.no_price += series.left_out[index].no_price;
    out.left_out.broken += series.left_out[index].broken;
  }
  if (out.ic.sessions > 0) {
    out.names = static_cast<double>(names) / static_cast<double>(out.ic.sessions);
  }
  out.daily_ic = std::move(series.ic);
  return out;
}

DecayPoint point(int lag, std::span<const double> values) {
  const Estimate all = estimate(values, 0);
  return {.lag = lag, .mean = all.mean, .sessions = all.sessions};
}

void correct_horizons(std::vector<HorizonEvaluation>& horizons) {
  for (Estimate HorizonEvaluation::* quantity :
       {&HorizonEvaluation::ic, &HorizonEvaluation::partial}) {
    std::vector<Estimate*> family;
    family.reserve(horizons.size());
    for (HorizonEvaluation& horizon : horizons) {
      family.push_back(&(horizon.*quantity));
    }
    correct_for_many(family);
  }
}

}  // namespace

double score_of_t(double t, std::size_t sessions, std::size_t lag) {
  const double apart = static_cast<double>(sessions) / (static_cast<double>(lag) + 1.0);
  return std::isfinite(t) ? kernels::student_to_normal(t, std::max(apart - 1.0, 1.0))
                          : kEvalMissing;
}

double clustered_error(std::span<const double> sums, std::size_t clusters, std::size_t values,
                       std::size_t lag) {
  const auto product = [&](std::size_t shift) {
    double sum = 0.0;
    for (std::size_t at = shift; at < sums.size(); ++at) {
      sum += sums[at] * sums[at - shift];
    }
    return sum;
  };
  double variance = product(0);
  for (std::size_t shift = 1; shift <= lag && shift < sums.size(); ++shift) {
    const double weight = 1.0 - static_cast<double>(shift) / (static_cast<double>(lag) + 1.0);
    variance += 2.0 * weight * product(shift);
  }
  if (clusters < 2 || !(variance > 0.0)) {
    return kEvalMissing;
  }
  const auto count = static_cast<double>(clusters);
  return std::sqrt(variance * count / (count - 1.0)) / static_cast<double>(values);
}

Estimate estimate(std::span<const double> values, std::size_t lag) {
  Estimate out;
  std::vector<double> there;
  std::ranges::remove_copy_if(values, std::back_inserter(there),
                              [](double value) { return std::isnan(value); });
  out.sessions = there.size();
  if (there.empty()) {
    return out;
  }
  const auto count = static_cast<double>(there.size());
  out.mean = std::accumulate(there.begin(), there.end(), 0.0) / count;
  out.positive =
      static_cast<double>(std::ranges::count_if(there, [](double value) { return value > 0.0; })) /
      count;
  if (there.size() < 2) {
    return out;
  }
  // A session without a value stays between its neighbours: the lag counts sessions.
  std::vector<double> deviations(values.size(), 0.0);
  double squares = 0.0;
  for (std::size_t at = 0; at < values.size(); ++at) {
    deviations[at] = std::isnan(values[at]) ? 0.0 : values[at] - out.mean;
    squares += deviations[at] * deviations[at];
  }
  out.sd = std::sqrt(squares / (count - 1.0));
  // The mean of equal values need not be that value, nor their variance zero.
  if (std::ranges::adjacent_find(there, std::not_equal_to<>{}) != there.end()) {
    const std::size_t reach = std::min(lag, there.size() - 1);
    out.t = out.mean / clustered_error(deviations, there.size(), there.size(), reach);
  }
  out.z = score_of_t(out.t, there.size(), lag);
  out.p = kernels::p_two_sided(out.z);
  return out;
}

void correct_for_many(std::span<Estimate*> estimates) {
  std::vector<double> p;
  p.reserve(estimates.size());
  for (const Estimate* one : estimates) {
    p.push_back(one->p);
  }
  kernels::false_discovery_rates(p, p);
  for (std::size_t at = 0; at < p.size(); ++at) {
    estimates[at]->q = p[at];
  }
}

SignalEvaluation evaluate(const EvalPanels& panels, const EvalOptions& options) {
  const std::size_t sessions = panels.end - panels.first;
  const std::vector<LabelAt> labels = labels_of(options);
  std::vector<Series> series(labels.size(), Series{sessions});
  Description description{sessions};
  kernels::for_each_tile(sessions, 1, options.threads,
                         [&](std::size_t /*tile*/, std::size_t index, std::size_t) {
                           const std::size_t day = panels.first + index;
                           const std::vector<double> control = same_day(panels, day);
                           for (std::size_t at = 0; at < labels.size(); ++at) {
                             judge(panels, day, labels[at], control, series[at]);
                           }
                           describe(panels, day, control, description);
                         });
  SignalEvaluation out;
  for (std::size_t at = 0; at < labels.size(); ++at) {
    out.horizons.push_back(summary(labels[at], std::move(series[at])));
  }
  correct_horizons(out.horizons);
  for (std::size_t at = 0; at < kDecayLags.size(); ++at) {
    out.decay.push_back(point(kDecayLags[at], description.decay[at]));
  }
  out.same_day = point(0, description.same_day);
  const Estimate repeat = estimate(description.repeat, 0);
  out.rank_autocorrelation = repeat.mean;
  out.turnover_sessions = repeat.sessions;
  return out;
}

}  // namespace offex::studies
