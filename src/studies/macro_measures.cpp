#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "offex/kernels/groups.hpp"
#include "offex/kernels/order_statistics.hpp"
#include "offex/kernels/significance.hpp"

#include "studies/macro_internal.hpp"
#include "studies/session_values_internal.hpp"

namespace offex::studies {
namespace {

constexpr double kWeightCap = 0.05;
// Standard error of a median over that of a mean, for a normal sample: sqrt(pi / 2).
constexpr double kMedianError = 1.2533141373155003;

struct Counts {
  double above{0.0};
  double below{0.0};

  void add(double value, double limit) {
    above += value > limit ? 1.0 : 0.0;
    below += value < -limit ? 1.0 : 0.0;
  }
};

std::vector<double> gather(const MacroGroup& group, const std::vector<double>& from) {
  std::vector<double> out;
  out.reserve(group.rows.size());
  for (const std::uint32_t row : group.rows) {
    out.push_back(from[row]);
  }
  return out;
}

/// Shares of the names beyond one and two standard deviations.
void measure_breadth(const MacroGroup& group, const ScanSession& session, MacroMeasures& out) {
  const kernels::SurpriseScores& scores = *session.scores;
  const auto names = static_cast<double>(out.names);
  Counts ratio;
  Counts volume;
  Counts extreme;
  double surges = 0.0;
  for (const std::uint32_t row : group.rows) {
    // Uncentred: a day on which everything moves together is what breadth is to show.
    ratio.add(scores.e_r[row] / scores.sd_r[row], 1.0);
    volume.add(scores.e_v[row] / scores.sd_v[row], 1.0);
    extreme.add(scores.z_r[row], 2.0);
    surges += scores.z_v[row] > 2.0 ? 1.0 : 0.0;
  }
  out[MacroSeries::Breadth] = (ratio.above - ratio.below) / names;
  out[MacroSeries::VolumeBreadth] = (volume.above - volume.below) / names;
  out[MacroSeries::SurgeShare] = surges / names;
  out.extreme_breadth = (extreme.above - extreme.below) / names;
  out.breadth_se = std::sqrt(2.0 * kernels::p_upper(1.0) / names);
}

/// Location and spread of the surprises.
void measure_shape(const MacroGroup& group, const ScanSession& session, MacroMeasures& out) {
  const kernels::SurpriseScores& scores = *session.scores;
  const std::vector<double> e_r = gather(group, scores.e_r);
  const std::vector<double> e_v = gather(group, scores.e_v);
  const bool market = group.id.kind == MacroKind::Market;
  out[MacroSeries::CommonR] = market ? scores.c_r : kernels::median(e_r);
  out[MacroSeries::CommonV] = market ? scores.c_v : kernels::median(e_v);
  const double root = std::sqrt(static_cast<double>(out.names));
  out.common_r_se = kMedianError * kernels::quartile_scale(e_r) / root;
  out.common_v_se = kMedianError * kernels::quartile_scale(e_v) / root;
  out[MacroSeries::DispersionR] = kernels::quartile_scale(gather(group, scores.z_r));
  out[MacroSeries::DispersionV] = kernels::quartile_scale(gather(group, scores.z_v));
}

/// The names with a weight from before today, capped.
TiltBook make_book(const MacroGroup& group, const ScanSession& session) {
  const kernels::SurpriseScores& scores = *session.scores;
  TiltBook out;
  std::vector<double> raw;
  for (const std::uint32_t row : group.rows) {
    const std::size_t position = scores.symbol[row];
    const double weight = session.dollar_weight[position];
    if (weight > 0.0) {
      raw.push_back(weight);
      out.members.push_back({position, 0.0, scores.short_volume[row] / scores.total[row]});
    }
  }
  const std::vector<double> capped = kernels::cap_weights(raw, kWeightCap);
  for (std::size_t index = 0; index < capped.size(); ++index) {
    out.members[index].weight = capped[index];
  }
  return out;
}

void measure_tilt(const MacroGroup& group, const ScanSession& session, MacroMeasures& out) {
  const kernels::SurpriseScores& scores = *session.scores;
  double weights = 0.0;
  double sum = 0.0;
  double variance = 0.0;
  std::size_t index = 0;
  for (const std::uint32_t row : group.rows) {
    if (index == out.book.members.size()) {
      break;
    }
    const TiltMember& member = out.book.members[index];
    if (member.position == scores.symbol[row]) {
      weights += member.weight;
      sum += member.weight * member.ratio;
      variance += std::pow(member.weight * scores.sd_r[row], 2);
      ++index;
    }
  }
  if (weights > 0.0) {
    out.book.tilt = sum / weights;
    // The ratio moves by about half of its angle.
    out.tilt_se = 0.5 * std::sqrt(variance) / weights;
  }
  out[MacroSeries::Tilt] = out.book.tilt;
}

/// The return of the names by the weights of the tilt.
double weighted_return(const TiltBook& book, const ScanSession& session) {
  double weights = 0.0;
  double sum = 0.0;
  for (const TiltMember& member : book.members) {
    const double value = return_of(session, member.position);
    if (!std::isnan(value)) {
      weights += member.weight;
      sum += member.weight * value;
    }
  }
  return weights > 0.0 ? sum / weights : columns::Panel::kMissing;
}

void measure_members(const MacroGroup& group, const ScanSession& session, MacroMeasures& out) {
  const kernels::SurpriseScores& scores = *session.scores;
  double short_volume = 0.0;
  double total = 0.0;
  for (const std::uint32_t row : group.rows) {
    short_volume += scores.short_volume[row];
    total += scores.total[row];
    const double q = group.ranking->o.q[row];
    out.discoveries += q <= session.parameters->q ? 1 : 0;
  }
  out.short_share = short_volume / total;
  const std::vector<double> equal(group.rows.size(), 1.0);
  out.group_z_r = kernels::group_score(gather(group, scores.z_r), equal, kGroupCorrelationR);
  out.group_z_v = kernels::group_score(gather(group, scores.z_v), equal, kGroupCorrelationV);
}

}  // namespace

MacroMeasures measure_group(const MacroGroup& group, const ScanSession& session) {
  MacroMeasures out;
  out.names = group.rows.size();
  if (out.names == 0) {
    return out;
  }
  measure_members(group, session, out);
  TiltBook book = make_book(group, session);
  if (group.has_proxy) {
    out.proxy_return = group.proxy ? return_of(session, *group.proxy) : columns::Panel::kMissing;
  } else {
    out.proxy_return = weighted_return(book, session);
  }
  if (out.names >= kMacroMinNames) {
    out.book = std::move(book);
    measure_breadth(group, session, out);
    measure_shape(group, session, out);
    measure_tilt(group, session, out);
  }
  return out;
}

TiltChange tilt_change(const TiltBook& before, const TiltBook& now) {
  // Names of both days, their weights made to add up to 1 again on each.
  std::vector<std::pair<const TiltMember*, const TiltMember*>> both;
  double old_sum = 0.0;
  double new_sum = 0.0;
  auto old = before.members.begin();
  for (const TiltMember& member : now.members) {
    while (old != before.members.end() && old->position < member.position) {
      ++old;
    }
    if (old != before.members.end() && old->position == member.position) {
      both.emplace_back(&*old, &member);
      old_sum += old->weight;
      new_sum += member.weight;
    }
  }
  TiltChange out;
  if (!(old_sum > 0.0) || !(new_sum > 0.0)) {
    return out;
  }
  out.total = now.tilt - before.tilt;
  out.within = 0.0;
  out.mix = 0.0;
  for (const auto& [first, second] : both) {
    const double old_weight = first->weight / old_sum;
    const double new_weight = second->weight / new_sum;
    out.within += 0.5 * (old_weight + new_weight) * (second->ratio - first->ratio);
    out.mix += (new_weight - old_weight) * 0.5 * (first->ratio + second->ratio);
  }
  out.entry = out.total - (out.within + out.mix);
  return out;
}

}  // namespace offex::studies
